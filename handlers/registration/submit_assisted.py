"""Submit a registration at the counter: the receipt is printed at once, and the next person is asked."""

from dataclasses import dataclass
from typing import Any

from telegram.ext import ConversationHandler

from handlers.conversation.access import authorize
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.menu import show_menu
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.registration.submit import filing_at, is_sent, receipt_lines, say_lacking
from handlers.wording import printed_letters
from handlers.wording.staff_text import alike_lines
from handlers.wording.terms import number_for
from locales import LANGUAGES, N_, speaking
from locales import gettext as _
from models.applications.completion import FORM as COMPLETION
from models.applications.draft import ASSISTED
from models.applications.receipt import grouped
from models.applications.submission import Submitted, submit_at_counter
from models.messaging.printed_letter import letters_from_office
from models.offices.authority import Act, Where
from models.offices.mailroom import PersonMail, mark_printed
from models.programmes.programme_file import Programme

NOW, NEXT, ENOUGH = "now", "next", "enough"
RECEIPT_CHOICES = (
    (NOW, N_("Complete it now")),
    (NEXT, N_("Register the next person")),
    (ENOUGH, N_("That is enough")),
)
AT_COUNTER = COMPLETION + ASSISTED


@dataclass
class HeardState:
    """How the text was read to the person at the counter, in which language, and the file that was made."""

    is_explained: bool = False
    language: str = LANGUAGES[0]
    filed: int = 0


async def send(session: RegistrationSession) -> Any:
    """File it, if it is in the region of the post; the draft is deleted in the same transaction."""
    context, form, programme = session.context, session.form, session.programme
    if programme is None:
        return session.ask_next()
    where = Where(programme.next_step.office, form.district or form.regency)
    post = await authorize(context, Act.REGISTER_SOMEBODY, where)
    if post is None:
        return session.ask(Step.REVIEW)
    filed = await submit_at_counter(context.session, post, form, programme, filing_at(context, programme))
    await is_sent(session)
    context.state(HeardState).filed = filed.application.id or 0
    say_receipt(context, filed, programme)
    await print_receipt(context, filed, programme)
    await say_lacking(context, filed)
    if lines := await alike_lines(context, filed.person, post):
        context.send("\n".join([*lines, _("Please compare before the next step. See /loket.")]))
    return session.ask(Step.RECEIPT)


def say_receipt(context: Context, filed: Submitted, programme: Programme) -> None:
    """Send the officer the number, which may stay in the chat; the kode cek may not."""
    number = number_for(context.work.mode, filed.application.number)
    context.send("\n".join(receipt_lines(context, filed, programme, number)))
    lines = [
        _("Kode cek: {code}").format(code=grouped(filed.kode_cek)),
        _("It belongs to the person alone. It stands on the sheet."),
        _("We delete this message after one day."),
    ]
    context.send("\n".join(lines), protect=True, delete_after=A_DAY)


async def print_receipt(context: Context, filed: Submitted, programme: Programme) -> None:
    """Print the first letter of a person without Telegram at once."""
    application, person = filed.application, filed.person
    occasion = f"receipt:{application.number}"
    with speaking(await printed_letters.language_for(context, person.id or 0)):
        lines = [
            *receipt_lines(context, filed, programme, application.number),
            _("We print the next news. Ask for it at the office."),
        ]
        await printed_letters.write(context, application, occasion, _("Receipt"), lines, kode_cek=filed.kode_cek)
    mail = PersonMail(person, await letters_from_office(context.session, person.id or 0, application.office))
    caption = _("The receipt. Print it, and give it to the person.")
    printed_letters.send_letters(context, [mail], caption, reference=application.number)
    await mark_printed(context.session, [mail], by=context.account.id or 0, now=context.now)


def ask_receipt(session: RegistrationSession) -> str:
    lines = [_("The file still needs a few things."), _("A complete file dates the turn."), _("What comes next?")]
    return "\n".join(lines)


async def take_receipt(session: RegistrationSession, key: str) -> Any:
    if key == NEXT:
        return await ask_person(session)
    if key == NOW:
        await session.context.registry.begin_about(AT_COUNTER, session.context, session.context.state(HeardState).filed)
        return ConversationHandler.END
    show_menu(session.context, _("All right.") + "\n" + _("To register somebody, type /daftarkan."))
    return ConversationHandler.END


async def ask_person(session: RegistrationSession) -> Any:
    """Ask the next person: the text about their data is read out first."""
    context = session.context
    if await authorize(context, Act.REGISTER_SOMEBODY) is None:
        return ConversationHandler.END
    context.set_state(HeardState())
    return session.ask(Step.CONSENT)


QUESTIONS = (Question(Step.RECEIPT, ask_receipt, options=RECEIPT_CHOICES, take=take_receipt, standalone=True),)
