"""Ask for the NIK, or why there is none, and for the kind of disability, only where the programme needs it.

Four faults stop a NIK; flags for staff are never told to the person.
"""

from collections.abc import Sequence
from typing import Any

from telegram import Update

from handlers import help_requests
from handlers.completion.completion_form import CompletionSession, ManyQuestion, Question, Step
from handlers.conversation.buttons import Choice
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.match import match_choice, words_of
from handlers.conversation.questions import AGAIN, Option
from handlers.wording.terms import DISABILITIES, hidden_for
from locales import N_
from locales import gettext as _
from models.applications import completion
from models.applications.completion import ItemState, record_missing_nik
from models.people.disability import Disability
from models.people.nik import LENGTH, Nik, NikFault, NikFinding, NikProblem, read_nik
from models.people.person import NoNik
from models.programmes.programme_parts import papers_to_complete

NONE, LATER, HELP, YES, OTHER, PHOTO = "none", "later", "help", "yes", "again", "photo"
LETTERS, WHOSE = "letters", "whose"
PHOTO_CHOICE = (PHOTO, N_("Only send a photo of the card"))
CARDS = frozenset({"ktp", "kk"})
"""Papers that hold the NIK."""
NIK_CHOICES = ((NONE, N_("I have no NIK yet")), (LATER, N_("Later")), (HELP, N_("Ask staff")))
WHOSE_CHOICES = ((YES, N_("Yes, it is the right NIK")), (OTHER, N_("No, type another NIK")))
LETTERS_CHOICES = ((YES, N_("Yes, that is right")), (OTHER, N_("No, type it again")))
LIKE_A_NIK = 10
NO_NIK_CHOICES = (
    (NoNik.NOT_YET, N_("Not registered at Dukcapil yet")),
    (NoNik.LOST, N_("The card is lost")),
    (NoNik.IN_PROCESS, N_("It is being made")),
)
KIND_CHOICES = (
    (Disability.PHYSICAL, N_("Physical disability")),
    (Disability.INTELLECTUAL, N_("Intellectual disability")),
    (Disability.MENTAL, N_("Mental disability")),
    (Disability.SENSORY_SIGHT, N_("Visual disability")),
    (Disability.SENSORY_HEARING, N_("Deaf or hard of hearing")),
    (Disability.SENSORY_SPEECH, N_("Speech disability")),
)


def ask_nik(session: CompletionSession) -> str | list[str]:
    form, doubt = session.form, doubt_of(session)
    if doubt == LETTERS:
        return _("There are letters. We put 0 for O, and 1 for I and l. Is it right?")
    if doubt == WHOSE:
        return [
            _("The NIK holds another date of birth than {name} has.").format(name=form.first_name),
            _("Is it really the NIK of {name}?").format(name=form.first_name),
        ]
    what = _("Write your NIK.") if form.is_for_self else _("Write the NIK of {name}.").format(name=form.first_name)
    return [
        what,
        _("It stands on the KTP or the family card."),
        _("It has 16 digits."),
        _("Once read, we delete your message from this chat."),
    ]


def doubt_of(session: CompletionSession) -> str | None:
    """Return what is asked back about the NIK that was typed."""
    pending = session.pending(Step.NIK)
    return pending.found[0] if pending else None


def nik_options(session: CompletionSession) -> Sequence[tuple[str, str]]:
    """Offer what to do without typing it: also a photo alone, where a card is among the papers."""
    if (doubt := doubt_of(session)) is not None:
        return {WHOSE: WHOSE_CHOICES, LETTERS: LETTERS_CHOICES}[doubt]
    papers = session.programme.documents if session.programme else ()
    has_card = any(paper.key in CARDS for paper in papers_to_complete(papers))
    return [*([PHOTO_CHOICE] if has_card else []), *NIK_CHOICES]


def choices_of(session: CompletionSession) -> list[Choice]:
    return [Option(*one).at(session.at(Step.NIK)) for one in nik_options(session)]


async def take_nik(session: CompletionSession, key: str) -> Any:
    """Take a button: help, none, later, or the answer to a doubt."""
    form = session.form
    if key == HELP:
        await help_requests.confused(session.context)
        return Step.NIK
    if key == PHOTO:
        return await take_no_nik(session, NoNik.IN_PHOTO)
    if key in {NONE, LATER}:
        form.nik, form.why_no_nik = ItemState(key), None
        return None
    was, pending = doubt_of(session), session.pending(Step.NIK)
    form.pending = None
    reading = None if key == OTHER or pending is None else read_it(session, pending.typed)
    if not isinstance(reading, Nik):
        return AGAIN
    return await (doubt_or_keep if was == LETTERS else keep_nik)(session, reading)


async def read_nik_answer(session: CompletionSession, update: Update) -> Any:
    typed = words_of(update)
    if typed is None or not any(map(str.isalnum, typed)):
        return UNRECOGNISED
    if not any(map(str.isdigit, typed)) and (meant := match_choice(update, choices_of(session))):
        return await take_nik(session, meant.key)
    reading = read_it(session, typed)
    if isinstance(reading, Nik) or reading.digits >= LIKE_A_NIK:
        session.context.delete_answer()
    if isinstance(reading, Nik):
        return await doubt_or_keep(session, reading)
    if reading.meant is not None:
        return session.clarify(Step.NIK, typed=reading.meant.number, found=[LETTERS])
    return session.refuse(nik_problem(reading))


def read_it(session: CompletionSession, typed: str) -> Nik | NikProblem:
    """Read the typed NIK. Today is the latest date of the country: a child may be registered on its day of birth."""
    places = session.context.reference.places
    return read_nik(typed, today=places.latest_day(session.context.now), places=places, born=session.form.born)


async def doubt_or_keep(session: CompletionSession, nik: Nik) -> Any:
    """Store the NIK; for another person, first ask once whether it is not the account holder's own."""
    if NikFinding.DOB_DIFFERS in nik.findings and not session.form.is_for_self:
        return session.clarify(Step.NIK, typed=nik.number, found=[WHOSE])
    return await keep_nik(session, nik)


async def keep_nik(session: CompletionSession, nik: Nik) -> None:
    context = session.context
    await completion.record_nik(context.session, session.form, nik, context.account_id, context.now)
    await session.finish_if_complete()
    context.send(_("NIK noted: {nik}.").format(nik=hidden_for(context.work.mode, nik.number)))


def nik_problem(problem: NikProblem) -> str:
    """Return one sentence or two: what was read, what is needed."""
    lines = {
        NikFault.LENGTH: [
            _("{count} digits could be read.").format(count=problem.digits),
            _("A NIK has {length} digits.").format(length=LENGTH),
        ],
        NikFault.NOT_DIGITS: [_("A NIK has only digits. There is something else too.")],
        NikFault.SPREADSHEET: [_("That is a number from a spreadsheet. Its last digits are lost.")],
        NikFault.DUMMY: [_("Those digits are not a NIK.")],
        NikFault.DATE: [
            _("The birth date inside these digits does not exist."),
            _("Is it so on the card? Choose Later and show the card."),
        ],
        NikFault.SERIAL_0000: [_("The last four digits of a NIK are never 0000.")],
    }[problem.fault]
    return "\n".join([*lines, _("Please write it once more.")])


async def take_no_nik(session: CompletionSession, key: str) -> None:
    context = session.context
    await record_missing_nik(context.session, session.form, NoNik(key), context.account_id, context.now)
    await session.finish_if_complete()
    if key == NoNik.IN_PHOTO:
        context.send(_("All right. Send the photo of the card, the NIK is read from it."))
    else:
        context.send(_("Noted. Dukcapil gives a NIK. A child's NIK is on the family card."))


def ask_kind(session: CompletionSession) -> list[str]:
    if session.form.is_for_self:
        text = _("Which kind of disability do you have?")
    else:
        text = _("Which kind of disability does {name} have?").format(name=session.form.first_name)
    return [text, _("You may choose several. For example, type: 1, 2."), _("You need not answer.")]


async def take_kinds(session: CompletionSession, keys: list[str]) -> None:
    kinds = [Disability(key) for key in keys]
    await completion.record_disabilities(session.context.session, session.form, kinds, session.context.now)


def kind_options(session: CompletionSession) -> list[Choice]:
    return [Choice(session.at(Step.KIND, kind), words, (DISABILITIES[kind],)) for kind, words in KIND_CHOICES]


QUESTIONS = (
    Question(Step.NIK, ask_nik, "nik", options=nik_options, take=take_nik, read=read_nik_answer),
    Question(
        Step.NO_NIK,
        N_("That is no problem. Why is there no NIK?"),
        "why_no_nik",
        belongs=lambda session: session.form.nik is ItemState.NONE,
        options=NO_NIK_CHOICES,
        take=take_no_nik,
    ),
    ManyQuestion(
        Step.KIND,
        ask_kind,
        "kinds_said",
        belongs=lambda session: session.form.wants_kinds(session.programme),
        options=kind_options,
        nothing=(N_("I do not want to answer"),),
        take_all=take_kinds,
    ),
)
