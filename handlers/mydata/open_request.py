"""Load the request that an officer has open: again at every step, in the office and region of the post."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from handlers.conversation.access import linked_people
from handlers.conversation.context import Context
from models.applications.overview import overviews_for
from models.mydata import correction
from models.mydata import data_request as requests
from models.mydata.correction import DataPart
from models.mydata.data_request import DataRequest, Right
from models.offices.authority import Where
from models.people.account import Account
from models.people.person import Person


@dataclass
class OpenRequest:
    """The request that is open, and a digest of what the officer has read."""

    request: int = 0
    seen: str = ""


class RequestCase(NamedTuple):
    """A request and the person it is about. `is_wanted`: may the account that asked still ask it?"""

    request: DataRequest
    person: Person
    is_wanted: bool = True


def note_seen(context: Context, asked: RequestCase) -> None:
    """Store a digest of what the officer has read: only that is decided."""
    context.state(OpenRequest).seen = digest(asked.request)


def is_as_seen(context: Context, asked: RequestCase) -> bool:
    return context.state(OpenRequest).seen == digest(asked.request)


def where_of(asked: RequestCase) -> Where:
    return Where(asked.request.office, asked.request.region)


def digest(request: DataRequest) -> str:
    """Return a digest of the request, whose words may change meanwhile; the state holds none of them."""
    about = [request.id, request.account_id, request.wish]
    return hashlib.sha256(orjson.dumps(about, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def load_request(context: Context) -> RequestCase | None:
    """Return the request, locked, if it is still open and about no person whom this officer is linked with."""
    found = await requests.lock_request(context.session, context.state(OpenRequest).request)
    if found is None or not found[0].is_open or found[1].id in await linked_people(context):
        return None
    return RequestCase(*found, await may_still_ask(context, *found))


async def may_still_ask(context: Context, request: DataRequest, person: Person) -> bool:
    """Does the link of the asking account still cover it? A request is not done after the link has ended."""
    asker = await context.session.get_one(Account, request.account_id)
    found = await overviews_for(context.session, asker, context.now)
    standing = next((one for one in found if one.person.id == person.id), None)
    if standing is None:
        return False
    if request.kind is Right.CORRECT and (about := correction.part_of(request.about))[0] is DataPart.ANSWERS:
        return any(line.may_act and line.application.id == about[1] for line in standing.lines)
    return correction.may_correct(standing, await correction.files_of(context.session, person.id or 0))
