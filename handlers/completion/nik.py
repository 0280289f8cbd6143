"""The NIK, or why there is none. Four things stop a NIK; what staff should look at is never said to the person."""

from telegram import Update

from handlers.completion.completion_form import Question, Step, ask_next, form_of, given, keep, offer, wait_at
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import numbered_choice
from handlers.conversation.match import explain_unrecognised, match_choice, words_of
from handlers.status import ask_staff
from handlers.terms import hidden_for, your
from locales import N_
from locales import gettext as _
from models.applications.completion import Completion, ItemState, record_missing_nik, record_nik
from models.people.nik import LENGTH, Nik, NikFault, NikFinding, NikProblem, read_nik
from models.people.person import NoNik

NONE, LATER, HELP, YES, AGAIN = "none", "later", "help", "yes", "again"
LETTERS, WHOSE = "letters", "whose"
LIKE_A_NIK = 10
REASONS = {
    NoNik.NOT_YET: N_("Not registered yet"),
    NoNik.LOST: N_("The card is lost"),
    NoNik.IN_PROCESS: N_("It is being made"),
}


def ask_nik(context: Context) -> Step:
    form = form_of(context)
    if form.doubt == LETTERS:
        return wait_at(
            context, Step.NIK, _("I read letters as digits. O is 0, I and l are 1. Is that right?"), doubts(form)
        )
    if form.doubt == WHOSE:
        lines = [_("The NIK holds another date of birth than {name} has.").format(name=form.first_name)]
        lines.append(_("Is it really the NIK of {name}?").format(name=form.first_name))
        return wait_at(context, Step.NIK, "\n".join(lines), doubts(form))
    what = (
        _("Write {your} NIK.").format(your=your(context))
        if form.is_for_self
        else _("Write the NIK of {name}.").format(name=form.first_name)
    )
    lines = [
        what,
        _("It stands on the KTP or the family card."),
        _("It has 16 digits."),
        _("Once read, we delete your message from this chat."),
    ]
    return wait_at(context, Step.NIK, "\n".join(lines), nik_choices())


async def take_nik_answer(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    choice = numbered_choice(update, doubts(form) if form.doubt else nik_choices())
    if choice is not None and choice.key == HELP:
        await ask_staff.confused(context)
        return Step.NIK
    if choice is not None:
        return await choose(context, form, choice.key)
    typed = words_of(update)
    if typed is None or not any(map(str.isalnum, typed)):
        explain_unrecognised(update, context)
        return ask_nik(context)
    reading = read_it(context, form, typed)
    if isinstance(reading, Nik):
        context.delete(update.message.message_id if update.message else None)
        return await doubt_or_keep(context, form, reading)
    if reading.digits >= LIKE_A_NIK:
        context.delete(update.message.message_id if update.message else None)
    if reading.meant is not None:
        return doubted(context, form, LETTERS, reading.meant)
    context.send(nik_problem(reading))
    return ask_nik(context)


def read_it(context: Context, form: Completion, typed: str) -> Nik | NikProblem:
    """A child may be registered on the day of its birth, wherever in the country it is that day."""
    places = context.reference.places
    return read_nik(typed, today=places.latest_day(context.now), places=places, born=form.born)


async def choose(context: Context, form: Completion, key: str) -> Step | int:
    """A button: none, later, or the answer to a doubt."""
    if key in {NONE, LATER}:
        form.nik, form.why_no_nik = ItemState(key), None
        keep(context, form)
        return ask_next(context)
    was, number = form.doubt, form.doubted_nik
    form.doubt, form.doubted_nik = None, None
    keep(context, form)
    if key == AGAIN or number is None:
        return ask_nik(context)
    reading = read_it(context, form, number)
    if not isinstance(reading, Nik):
        return ask_nik(context)
    return await (doubt_or_keep if was == LETTERS else keep_nik)(context, form, reading)


async def doubt_or_keep(context: Context, form: Completion, nik: Nik) -> Step | int:
    """For somebody else it is asked gently, and once, whether this is not one's own NIK."""
    if NikFinding.DOB_DIFFERS in nik.findings and not form.is_for_self:
        return doubted(context, form, WHOSE, nik)
    return await keep_nik(context, form, nik)


def doubted(context: Context, form: Completion, doubt: str, nik: Nik) -> Step | int:
    form.doubt, form.doubted_nik = doubt, nik.number
    keep(context, form)
    return ask_nik(context)


async def keep_nik(context: Context, form: Completion, nik: Nik) -> Step | int:
    await record_nik(context.session, form, nik, context.account.id or 0, context.now)
    await given(context, form)
    context.send(_("NIK noted: {nik}.").format(nik=hidden_for(context.work.mode, nik.number)))
    return ask_next(context)


def nik_problem(problem: NikProblem) -> str:
    """One clear sentence or two: what was read, what is needed."""
    lines = {
        NikFault.LENGTH: [
            _("I read {count} digits.").format(count=problem.digits),
            _("A NIK has {length} digits.").format(length=LENGTH),
        ],
        NikFault.NOT_DIGITS: [_("A NIK has only digits. I read something else too.")],
        NikFault.SPREADSHEET: [_("That is a number from a spreadsheet. Its last digits are lost.")],
        NikFault.DUMMY: [_("Those digits are not a NIK.")],
        NikFault.DATE: [
            _("The birth date inside these digits does not exist."),
            _("Is it so on the card? Choose Later and show the card."),
        ],
        NikFault.SERIAL_0000: [_("The last four digits of a NIK are never 0000.")],
    }[problem.fault]
    return "\n".join([*lines, _("Please write it once more.")])


def ask_no_nik(context: Context) -> Step:
    return wait_at(context, Step.NO_NIK, _("That is no problem. Why is there no NIK?"), no_nik_choices())


async def take_no_nik(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, no_nik_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_no_nik(context)
    form = form_of(context)
    await record_missing_nik(context.session, form, NoNik(choice.key), context.account.id or 0, context.now)
    await given(context, form)
    context.send(_("Noted. Staff can help to get a NIK."))
    return ask_next(context)


def nik_choices() -> list[Choice]:
    return offer(Step.NIK, (NONE, N_("I have no NIK yet")), (LATER, N_("Later")), (HELP, N_("Help from staff")))


def doubts(form: Completion) -> list[Choice]:
    if form.doubt == WHOSE:
        return offer(Step.NIK, (YES, N_("Yes, it is the right NIK")), (AGAIN, N_("No, type another NIK")))
    return offer(Step.NIK, (YES, N_("Yes, that is right")), (AGAIN, N_("No, type it again")))


def no_nik_choices() -> list[Choice]:
    return offer(Step.NO_NIK, *((why.value, words) for why, words in REASONS.items()))


QUESTIONS = (
    Question(Step.NIK, lambda form, reference: form.nik is not None, ask_nik, take_nik_answer),
    Question(
        Step.NO_NIK,
        lambda form, reference: form.why_no_nik is not None,
        ask_no_nik,
        take_no_nik,
        belongs=lambda form, reference: form.nik is ItemState.NONE,
    ),
)
