"""The request that an officer has open: looked up anew at every step, in the office and region of the post."""

import hashlib
from typing import NamedTuple

import orjson

from handlers.conversation.access import is_allowed, linked_people
from handlers.conversation.context import Context
from models.applications.overview import overviews_for
from models.mydata import correction
from models.mydata import data_request as requests
from models.mydata.correction import DataPart
from models.mydata.data_request import DataRequest, Right
from models.offices.authority import Act, Where
from models.people.account import Account
from models.people.person import Person

HELD, SEEN = "wish", "wish_seen"


class Asked(NamedTuple):
    """What is asked, and whose data it is about. `is_wanted`: may whoever asked still ask it?"""

    request: DataRequest
    person: Person
    is_wanted: bool = True


def hold(context: Context, request_id: int) -> None:
    context.work.remember(HELD, request_id)


def let_go(context: Context) -> None:
    context.work.remember(HELD, None)
    context.work.remember(SEEN, None)


def note_seen(context: Context, asked: Asked) -> None:
    """What the officer has read now, and who asked it: only that is decided."""
    context.work.remember(SEEN, digest(asked.request))


def is_as_seen(context: Context, asked: Asked) -> bool:
    return bool(context.work.state.get(SEEN) == digest(asked.request))


def digest(request: DataRequest) -> str:
    """Words of somebody may be changed while an officer reads them; nothing of them is kept with the talk."""
    about = [request.id, request.account_id, request.wish]
    return hashlib.sha256(orjson.dumps(about, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def asked_in_hand(context: Context) -> Asked | None:
    """The request, if it is open still and this post may answer it now."""
    found = await requests.lock_request(context.session, int(context.work.state.get(HELD) or 0))
    if found is None or not found[0].is_open:
        return None
    where = Where(found[0].office, found[0].region)
    if found[1].id in await linked_people(context) or not await is_allowed(context, Act.ANSWER_OWN_DATA, where):
        return None
    return Asked(*found, await may_still_ask(context, *found))


async def may_still_ask(context: Context, request: DataRequest, person: Person) -> bool:
    """Does the link of whoever asked still reach so far? What was asked while it did is not done after its end."""
    asker = await context.session.get_one(Account, request.account_id)
    found = await overviews_for(context.session, asker, context.now)
    standing = next((one for one in found if one.person.id == person.id), None)
    if standing is None:
        return False
    if request.kind is Right.CORRECT and (about := correction.part_of(request.about))[0] is DataPart.ANSWERS:
        return any(line.may_act and line.application.id == about[1] for line in standing.lines)
    return correction.may_correct(standing, await correction.files_of(context.session, person.id or 0))
