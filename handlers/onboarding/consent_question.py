"""Ask for consent: what is stored, why, who sees it, how long; once for each version, kept with the text shown."""

from dataclasses import dataclass

from handlers.conversation.context import Context
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import NO, YES, Option
from handlers.wording.example_text import OFFICE, marked
from handlers.wording.office_text import office_lines, office_of
from locales import N_
from locales import gettext as _
from locales.times import span_words
from models.people.account import ReadingMode
from models.people.consent import Answer, ConsentContext, Purpose, latest, record_consent

EASIER = "easier"
OPTIONS = (
    Option(YES, N_("Yes, I agree"), also=(N_("I agree"), N_("Agreed"), N_("Yes, all right"))),
    Option(NO, N_("I do not agree"), also=(N_("No"),)),
    Option(EASIER, N_("Explain more simply")),
)


@dataclass
class ConsentQuestionState:
    """What waits for the answer: whether the simpler words were shown too (it then counts for both texts), and for
    which programme registering was chosen.
    """

    is_explained: bool = False
    programme: str = ""


def version(context: Context) -> str:
    """Return the current version of the text."""
    return str(context.reference.catalogue.office.consent.version)


async def agreed_version(context: Context) -> str | None:
    """Return the version that this account agreed to last; None: it refused, or was never asked."""
    last = await latest(context.session, context.account_id, Purpose.REGISTER)
    return last.version if last is not None and last.answer is Answer.GIVEN else None


async def is_given(context: Context) -> bool:
    """Has this account agreed to the text as it reads now?"""
    return await agreed_version(context) == version(context)


def text(context: Context, *, aloud: bool = False) -> str:
    """Return the text in this account's reading mode. `aloud`: staff read it to a person at the counter."""
    if context.work.mode is ReadingMode.SIMPLE:
        return simpler_text(context, aloud=aloud)
    lines = [
        _("Before we begin, we ask for your consent."),
        *what_is_stored(),
        _("Why: to check the conditions and to send you news."),
        _("Who sees it: staff of the social office. A request passed on: that office too."),
        _("Telegram carries messages over servers abroad."),
        _("How long: until {lama_simpan} after the programme ends.").format(lama_simpan=retention_words(context)),
    ]
    if aloud:
        lines.append(_("You may see, correct or erase your data. Ask staff."))
        lines.append(_("You may refuse. Then nothing is stored."))
    else:
        lines.append(_("You may see, correct or erase your data. Type /data."))
        lines.append(_("You may refuse. Registering at the office is still possible."))
    return "\n".join([*lines, _("Do you agree?")])


def what_is_stored() -> list[str]:
    return [
        _("We store name, birth date, address and phone number."),
        _("Also what we prepare for you."),
        _("Later we also ask for the NIK, kind of disability and papers."),
    ]


def retention_words(context: Context) -> str:
    kept = span_words(context.reference.catalogue.office.retention.participant)
    return marked(kept, context.reference, OFFICE, "retention", "participant")


def simpler_text(context: Context, *, aloud: bool = False) -> str:
    """Return the text in the simplest words."""
    lines = [
        *what_is_stored(),
        _("Staff read them. A request passed on: that office too."),
        _("They are for checking the conditions and sending news."),
        _("Telegram carries messages over servers abroad."),
        _("We keep them for {lama_simpan} after the programme.").format(lama_simpan=retention_words(context)),
        _("You may see your data. You may have them erased."),
        _("You may say no. Then nothing is stored.")
        if aloud
        else _("You may say no. You can still register at the office."),
        _("Do you agree?"),
    ]
    return "\n".join(lines)


def ask_consent(context: Context, _subject: object = None) -> str:
    """Return the text to show now: the simpler one once it was chosen."""
    return simpler_text(context) if context.state(ConsentQuestionState).is_explained else text(context)


def options(context: Context, _subject: object = None) -> list[Option]:
    """Return the answers; "Jelaskan lebih mudah" only while there is a simpler text."""
    is_simplest = context.work.mode is ReadingMode.SIMPLE or context.state(ConsentQuestionState).is_explained
    return [option for option in OPTIONS if not (is_simplest and option.key == EASIER)]


async def take(context: Context, key: str) -> Answer | None:
    """Store a yes or a no, and tell an account that refuses what is left; None where it chose the simpler text."""
    if key == EASIER:
        context.state(ConsentQuestionState).is_explained = True
        return None
    answer = Answer.GIVEN if key == YES else Answer.REFUSED
    await keep(context, answer)
    if answer is Answer.REFUSED:
        accept_refusal(context)
    return answer


async def keep(context: Context, answer: Answer) -> None:
    """Store the answer, with every text that was shown."""
    state = context.state(ConsentQuestionState)
    told = [text(context), *([simpler_text(context)] if state.is_explained else [])]
    state.is_explained = False
    said = ConsentContext.on(context.account, answer, "\n\n".join(told), version(context))
    await record_consent(context.session, context.account_id, Purpose.REGISTER, said, now=context.now)


def accept_refusal(context: Context) -> None:
    """Tell an account that refuses where the office is; it keeps the menu."""
    show_menu(
        context,
        _("That is fine. We store nothing of it."),
        _("You can still register at the office."),
        *office_lines(office_of(context)),
        _("Did you change your mind? Type /daftar."),
    )
