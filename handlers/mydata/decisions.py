"""Load and show the request about own data that an officer has open, apply the decision, and notify the person."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from handlers.conversation.access import linked_people
from handlers.conversation.context import Context
from handlers.notify import Notice, notify
from handlers.wording.own_data_text import kept_lines, right_words, time_left, value_lines
from handlers.wording.person_words import address_words
from handlers.wording.staff_text import WISH
from handlers.wording.terms import number_for
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.overview import overviews_for
from models.mydata import correction
from models.mydata import data_request as requests
from models.mydata.access_history import DataAccess, record_access
from models.mydata.correction import DataPart
from models.mydata.data_request import DataRequest, RequestState, Right
from models.notices import Category, Print
from models.offices.authority import Where
from models.offices.staff import active_post
from models.people.account import Account
from models.people.erasure import erase
from models.people.link import links_of
from models.people.person import Person

TOLD = {
    (Right.CORRECT, RequestState.DONE): N_("The data are corrected as asked."),
    (Right.ERASE, RequestState.DONE): N_("The data are erased as asked."),
    (Right.LOOK, RequestState.DONE): N_("A person of our staff has looked."),
    (Right.CORRECT, RequestState.REFUSED): N_("The data could not be corrected."),
    (Right.ERASE, RequestState.REFUSED): N_("The data cannot be erased yet."),
}
"""The first line of the notice to the person."""


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


async def shown(context: Context, asked: RequestCase) -> list[str]:
    """Return what is asked, by whom, whose data; of a correction old and new side by side."""
    request, person = asked.request, asked.person
    await write_down(context, asked)
    return [
        f"{right_words(request)}: {number_for(context.work.mode, request.reference)}",
        _("Time: {left}").format(left=time_left(context, request)),
        _("Name: {name}").format(name=person.name),
        _("Address: {it}").format(it=address_words(context, person)),
        await asker_words(context, asked),
        *await side_by_side(context, asked),
        *await kept_lines_of(context, asked),
        *([_("The applicant wants no order made by the bot.")] if person.unsorted_since else []),
    ]


async def write_down(context: Context, asked: RequestCase) -> None:
    """Record the access and its reason for the person to read, once for each time an officer opens it."""
    post = await active_post(context.session, context.account_id)
    if post is not None:
        looked = DataAccess(context.now, post.role, post.office, WISH, "data")
        await record_access(context.session, asked.person.id or 0, looked, by=post.account_id)


async def asker_words(context: Context, asked: RequestCase) -> str:
    if not asked.is_wanted:
        return _("Whoever asked it may no longer ask it.")
    linked = await links_of(context.session, asked.person.id or 0, context.now)
    is_own = any(link.is_self and link.account_id == asked.request.account_id for link, _account in linked)
    return _("Asked by: the applicant.") if is_own else _("Asked by: the applicant's helper.")


async def side_by_side(context: Context, asked: RequestCase) -> list[str]:
    if asked.request.kind is not Right.CORRECT or not asked.request.wish:
        return []
    part, files = await matter(context, asked)
    was, becomes = correction.stored_value(part, asked.person, files), asked.request.wish["becomes"]
    programme = context.reference.catalogue.get(files[-1].programme) if part is DataPart.ANSWERS and files else None
    return [
        "",
        _("Stored now:"),
        *value_lines(context, part, was, becomes, programme),
        _("It shall be:"),
        *value_lines(context, part, becomes, was, programme),
    ]


async def kept_lines_of(context: Context, asked: RequestCase) -> list[str]:
    """Return the files that must be kept, where a person is to be erased."""
    if asked.request.kind is not Right.ERASE:
        return []
    return ["", *kept_lines(context, await correction.files_of(context.session, asked.person.id or 0))]


async def matter(context: Context, asked: RequestCase) -> tuple[DataPart, list[Application]]:
    part, number = correction.part_of(asked.request.about)
    files = await correction.files_of(context.session, asked.person.id or 0)
    return part, [one for one in files if number in {None, one.id}]


async def accept(context: Context, asked: RequestCase) -> None:
    """Do what was asked, in the same transaction as the answer."""
    request, person = asked.request, asked.person
    await requests.settle(context.session, request, RequestState.DONE, None, by=context.account.id, now=context.now)
    await notify(context, request, ERASED if request.kind is Right.ERASE else DECIDED, request=request)
    if request.kind is Right.CORRECT:
        part, files = await matter(context, asked)
        becomes = request.wish["becomes"]
        await correction.apply_correction(context.session, part, person, becomes, files=files, now=context.now)
    elif request.kind is Right.ERASE:
        await erase(context.session, person.id or 0, by=context.account.id, now=context.now)


async def answer(context: Context, asked: RequestCase, state: RequestState, words: str) -> None:
    """Send a reason or an answer in the officer's own words."""
    await requests.settle(context.session, asked.request, state, words, by=context.account.id, now=context.now)
    await notify(context, asked.request, DECIDED, request=asked.request)


def decided_lines(request: DataRequest, objection: str) -> list[str]:
    """Return the decision, its reason, and, after a refusal, how to object to it."""
    return [
        _(TOLD[request.kind, request.state]),
        _("Number: {number}").format(number=request.reference),
        *([_("Staff wrote: {words}").format(words=request.answer)] if request.answer else []),
        *([objection] if request.state is RequestState.REFUSED else []),
    ]


def decided_in_chat(context: Context, request: DataRequest) -> list[str]:
    return decided_lines(request, _("Do you disagree? Come to the office. Ask for another officer."))


def decided_on_paper(context: Context, request: DataRequest) -> list[str]:
    return decided_lines(request, _("Do you disagree? Tell the office. Ask for another officer."))


DECIDED = Notice(
    "data_request",
    Category.ASKED,
    decided_in_chat,
    title=N_("About your data"),
    printed=decided_on_paper,
    prints=Print.NOT_THE_PERSON,
)
ERASED = Notice("data_erased", Category.ASKED, decided_in_chat)
"""Not printed: the name and address are erased."""
