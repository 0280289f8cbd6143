"""File a data subject request: with a number, the office that answers and the hours of the law."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from handlers.conversation.context import Context
from handlers.conversation.engine import leave_unchanged
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import Choose, Gone
from handlers.wording.office_text import office_of
from handlers.wording.person_words import people_options
from handlers.wording.terms import number_for
from locales import gettext as _
from locales import language
from locales.times import moment_words
from models.applications.overview import PersonOverview, overviews_for
from models.mydata import data_request as requests
from models.mydata.correction import files_of, may_correct, part_of
from models.mydata.data_request import RequestSpec, ResponsibleOffice, Right
from models.people.account import ReadingMode
from models.people.person import Person


def choose_person(
    ask: str, *, take: Callable[..., Any], gone: Gone, among: Callable[[Context], Any] | None = None
) -> Choose[Any]:
    """Return the question for whom a right over own data is used; a single person is taken without it."""
    return Choose(
        ask,
        options=people_options,
        take=take,
        back=leave_unchanged,
        subject=among or decided_by,
        gone=gone,
        skips_single=True,
    )


async def decided_by(context: Context) -> list[PersonOverview] | None:
    """Return the people about whose data this account may decide: erasing and objecting, as correcting."""
    found = await overviews_for(context.session, context.account, context.now)
    files = await files_of(context.session, *(one.person.id or 0 for one in found))
    may = [one for one in found if may_correct(one, [file for file in files if file.person_id == one.person.id])]
    return may or None


async def decided_one(context: Context, person_id: int) -> PersonOverview | None:
    """Return one of them, as long as this account still decides about their data."""
    return next((one for one in await decided_by(context) or [] if one.person.id == person_id), None)


async def answering(context: Context, person: Person, about: str = "") -> ResponsibleOffice:
    """Return the office that answers for this person, or for the file that is meant, with its hours and time zone."""
    file = part_of(about)[1] if about else None
    offices = context.reference.catalogue.office
    key = await requests.office_of(context.session, person.id or 0, office_of(context).key, file)
    return ResponsibleOffice(key, offices.deadlines.own_data_hours, context.reference.zone_at(key))


async def ask_staff(context: Context, person: Person, right: Right, *, about: str = "", wish: object = None) -> None:
    """Store the request, and say its number, who answers and by when."""
    wanted = RequestSpec(context.account, person, right, about, wish)
    request = await requests.ask(context.session, wanted, await answering(context, person, about), now=context.now)
    office = context.reference.office(request.office)
    is_again = request.asked_at < context.now
    in_writing = [_("We answer in writing only.")] if context.work.mode is ReadingMode.DEAF else []
    show_menu(
        context,
        _("This request is there already.") if is_again else _("Staff will look at it."),
        _("Number: {number}").format(number=number_for(context.work.mode, request.reference)),
        _("Who answers: staff of {office}").format(office=office.short_name.in_(language())),
        _("Staff answer here, at the latest:"),
        moment_words(request.promised_at, ZoneInfo(context.reference.zone_at(office.key))),
        *in_writing,
    )
