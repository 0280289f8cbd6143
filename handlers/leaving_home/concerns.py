"""File a concern about leaving home for staff, once, so that they can talk before the seat is lost."""

from handlers import help_requests
from handlers.conversation.context import Context
from handlers.wording.terms import number_for
from locales import N_
from locales import gettext as _
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Departure, Respondent, Response
from models.help_request import HelpMessage, HelpRequest

WRITTEN = N_("Thank you. The answer is written down.")
THEIR_CHOICE = N_("That is all right. You decide.")
TALK_NEW, TALK_KNOWN = N_("Staff want to talk about it with you."), N_("Staff know of it already.")
NO_NEW = N_("Staff will ask whether something would help.")


async def ask_to_talk(context: Context, application: Application, row: Departure) -> tuple[HelpRequest, bool]:
    """File one request for each respondent; while it is open, another answer changes its words. Is it new?"""
    request = await departure.open_request(context.session, row)
    is_new = request is None
    if request is None:
        request = await help_requests.file(context, HelpMessage(departure.REQUEST))
        row.request_id = request.id
    elif row.heard_by is None:  # staff answer the account that answered last
        request.account_id, request.chat_id = context.account_id, context.account.telegram_id
    request.words = told_to_staff(application, row)
    context.session.add_all([row, request])
    return request, is_new


async def let_know(context: Context, application: Application, row: Departure) -> None:
    """Update the words of the open request, so that the officer reads the new answer."""
    if (request := await departure.open_request(context.session, row)) is not None:
        request.words = told_to_staff(application, row)
        context.session.add(request)


def told_to_staff(application: Application, row: Departure) -> str:
    """Return file number, respondent and answer; then their own words."""
    return "\n".join([f"{application.number} {row.voice} {row.state}", *([str(row.words)] if row.words else [])])


def doubt_lines(context: Context, row: Departure, request: HelpRequest, *, is_new: bool) -> list[str]:
    """Say that the applicant's own refusal is final, or that staff will talk, and by when."""
    is_own_no = row.voice is Respondent.OWN and row.state is not Response.TALK
    head, new = (THEIR_CHOICE, NO_NEW) if is_own_no else (WRITTEN, TALK_NEW)
    return [_(head), _(new if is_new else TALK_KNOWN), *when_lines(context, request)]


def when_lines(context: Context, request: HelpRequest) -> list[str]:
    return [
        _("Number: {number}").format(number=number_for(context.work.mode, request.reference)),
        _("They write here, at the latest on {day}.").format(day=help_requests.day_of(context, request)),
    ]
