"""Send the notices about leaving home, weeks before a seat could be lost, and file each concern for staff, once.

ask_everyone ──in each chat──▶ asked ─▶ reminded ─▶ unanswered, or a concern: staff talk with them
   └──no Telegram account──▶ on paper
"""

from dataclasses import replace

from handlers import help_requests
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.registry import Conversation
from handlers.leaving_home.visible_application import DO, SAY, TALK, File, file_of, speaker_of, speakers
from handlers.notify import Notice, made_lines, notify
from handlers.wording.caregiver_text import first_name
from handlers.wording.leaving_text import answer_choices, away_of, day_line, question
from locales import N_
from locales import gettext as _
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Departure, LeavingStatus, Respondent, Response
from models.help_request import HelpMessage, HelpRequest
from models.notices import Category, Print
from models.people.person import Person
from models.scheduled import ScheduledKind


def paper_lines(context: Context, application: Application, person: Person, step: LeavingStatus) -> list[str]:
    asked = question(context, application, person, Respondent.OWN)
    return [*asked, _("Please tell staff at the office, with your family."), *day_line(context, application, step)]


QUESTION = Notice("departure_question", Category.LAW, made_lines, timer=ScheduledKind.DEPARTURE_ASKED)
UNANSWERED = replace(QUESTION, key="departure_unanswered", timer=ScheduledKind.DEPARTURE_UNANSWERED)
ASKED_ON_PAPER = Notice(
    "departure", Category.LAW, title=N_("Go or stay"), printed=paper_lines, prints=Print.NOBODY_HEARS
)
"""The question on paper, to be answered at the office, where neither person nor helper is on Telegram."""
SEE_STATUS = N_("See it with /status.")
FAMILY_ANSWERED = Notice(
    "family_answered_leaving", Category.LAW, (N_("Your family has answered whether it agrees."), SEE_STATUS)
)
OWN_ANSWERED = Notice(
    "own_answer_leaving", Category.LAW, (N_("Staff have written down your answer: go or stay."), SEE_STATUS)
)
"""To the person, when an answer was stored that they did not write themselves."""
WRITTEN = N_("Thank you. The answer is written down.")


def conversation() -> Conversation:
    return Conversation(
        name="leaving_notices",
        access=LINKED,
        events={
            ScheduledKind.DEPARTURE_ASKED: put_question,
            ScheduledKind.DEPARTURE_REMINDED: put_question,
            ScheduledKind.DEPARTURE_UNANSWERED: unanswered,
        },
    )


async def ask_all(context: Context, application_id: int) -> None:
    """Ask the person and the family, each in their own chat, where the programme is away from home."""
    application = await context.session.get(Application, application_id)
    away = away_of(context.reference, application) if application else None
    if application is None or away is None:
        return
    person = await context.session.get_one(Person, application.person_id)
    by = context.account.id
    if not await departure.ask_everyone(context.session, application, person, away, by=by, now=context.now):
        step = await departure.load_leaving_status(context.session, application, person, context.now)
        await notify(context, application, ASKED_ON_PAPER, application=application, person=person, step=step)


async def unanswered(update: InternalEvent, context: Context) -> None:
    """File a request to talk for staff, before the seat is lost: the day of the answer has passed."""
    found = await waiting(update, context)
    if found is None:
        return
    file, row = found
    request, _is_new = await ask_to_talk(context, file.application, row)
    lines = [
        _("The day to answer has passed."),
        _("The registration goes on. Any questions? Come to the office."),
        *help_requests.reference_lines(context, request),
        _("You may still answer: /status."),
    ]
    await notify(context, file.link, UNANSWERED, lines=lines)


async def waiting(update: InternalEvent, context: Context) -> tuple[File, Departure] | None:
    """Return the question without an answer, while this account may see the file."""
    row = await context.session.get(Departure, update.body["subject"])
    file = await file_of(context, row.application_id) if row and row.state is Response.ASKED else None
    return (file, row) if file and row else None


async def put_question(update: InternalEvent, context: Context) -> None:
    """Send the question with its answers, and remind of it; to a helper, with a button to let the person answer."""
    found = await waiting(update, context)
    if found is None:
        return
    file, row = found
    if speaker_of(row, file) is not None:
        lines = question(context, file.application, file.person, row.voice)
        offered = answer_choices(TALK, SAY, row.voice, row.id)
    elif speakers(file):
        lines = ask_together(file)
        offered = [Choice(CallbackData(TALK, DO, str(file.application.id)), N_("Answer now"))]
    else:
        return
    is_again = update.body["kind"] == ScheduledKind.DEPARTURE_REMINDED
    head = [_("There is no answer to this question yet."), ""] if is_again else []
    await notify(context, file.link, QUESTION, choices=offered, lines=[*head, *lines])


def ask_together(file: File) -> list[str]:
    name = {"first_name": first_name(file.person)}
    return [
        _("{first_name} must say personally: go or stay.").format(**name),
        _("Is {first_name} beside you? Then answer now.").format(**name),
        _("You may also come to the office together."),
    ]


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
    """Say that the applicant's own refusal is final, or where questions are answered."""
    is_own_no = row.voice is Respondent.OWN and row.state is not Response.TALK
    head = _("That is all right. It is a free choice.") if is_own_no else _(WRITTEN)
    new = _("Would something help? Tell the office.") if is_own_no else _("Do you have questions? Come to the office.")
    return [
        head,
        new if is_new else _("We keep the earlier answer too."),
        *help_requests.reference_lines(context, request),
    ]
