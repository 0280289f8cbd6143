"""Ask who is registered: for whom, the name, the date of birth."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from telegram import Update

from handlers import help_requests
from handlers.conversation.match import heard_name, words_of
from handlers.conversation.meanings import offer_clear_matter
from handlers.conversation.questions import AGAIN
from handlers.registration.programme_choice import show_open_file
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.wording.person_words import birth_problem
from handlers.wording.terms import TITLES, born_words
from locales import N_
from locales import gettext as _
from models.applications.completion import kinds_named_before
from models.applications.registration import Registration
from models.mydata.profiling_objection import has_objection
from models.people.account import Address
from models.people.birth_date import BirthDate, BirthDateFault, BirthDateProblem, read_birth_date
from models.people.birth_estimate import OLDEST
from models.people.born import ADULT_AT, Born
from models.people.link import Relation
from models.people.said_name import reads_like_a_sentence

FOR_WHOM_CHOICES = (
    (Relation.SELF, N_("Myself")),
    (Relation.CHILD, N_("My child")),
    (Relation.FAMILY, N_("A family member")),
    (Relation.COMPANION, N_("A person I accompany")),
    (Relation.ORGANISATION, N_("A member of our organisation")),
)
CALLED, THIS_NAME, OTHER_NAME = "called", "yes", "again"
NAME_CHOICES = ((THIS_NAME, N_("Yes, that is the name")), (OTHER_NAME, N_("No, write it again")))
OTHER_DATE, HELP = "other", "help"
SPANS = {
    "0-17": (0, 17, N_("Under 18 years")),
    "18-30": (18, 30, N_("18 to 30 years")),
    "31-45": (31, 45, N_("31 to 45 years")),
    "46-60": (46, 60, N_("46 to 60 years")),
    "61-": (61, OLDEST, N_("Over 60 years")),
}
"""Ages from and to, and their words, where neither day nor year is known."""


def ask_called(session: RegistrationSession) -> str:
    return _("How shall we call you?")


def called_options(session: RegistrationSession) -> list[tuple[str, str]]:
    """Offer the forms of address with the name, so that it is seen what they mean."""
    name = session.form.first_name
    titles = [(str(key), f"{title} {name}") for key, title in TITLES.items()]
    return [*titles, (Address.NAME, _("Just {name}").format(name=name))]


def take_called(session: RegistrationSession, key: str) -> None:
    account = session.context.account
    account.address = Address(key)
    if account.address is Address.NAME:
        account.called = session.form.first_name


def may_be_called(session: RegistrationSession) -> bool:
    """Is the form of address asked: of a person who registers themself and has not chosen one yet?"""
    is_own = session.form.is_for_self and not session.is_correction and not session.assisted
    return is_own and session.context.account.address is None and not session.asks_less


async def take_for_whom(session: RegistrationSession, key: str) -> None:
    form, context = session.form, session.context
    account_id = context.account_id
    form.for_whom, form.disability_kinds = Relation(key), []
    if form.is_for_self:
        form.phone_owner = None
        form.disability_kinds = await kinds_named_before(context.session, account_id, context.now)
    form.unsorted = await has_objection(context.session, account_id, form.for_whom, context.now)


def read_organisation(session: RegistrationSession, update: Update) -> Any:
    name = heard_name(words_of(update) or "", update, session.context, of_person=False)
    return organisation_is(session, name) if name else AGAIN


def organisation_is(session: RegistrationSession, name: str) -> None:
    session.form.organisation = name


def ask_name(session: RegistrationSession) -> list[str]:
    form = session.form
    if pending := session.pending(Step.NAME):
        return [_("Is this the full name?"), pending.typed]
    if form.is_for_self:
        text = _("What is your full name?")
    elif form.for_whom is Relation.CHILD:
        text = _("What is the full name of your child?")
    else:
        text = _("What is the full name of the person?")
    return [text, _("Write it as on the KTP or family card.")]


def take_name(session: RegistrationSession, key: str) -> Any:
    """Take the name by which the account is called, the doubtful one after all, or another one."""
    pending = session.pending(Step.NAME)
    if key == OTHER_NAME:
        return session.ask_afresh()
    return name_is(session, pending.typed if pending else str(session.context.account.called))


def read_name(session: RegistrationSession, update: Update) -> Any:
    """Read a name in words; one that reads like a sentence is asked back, once."""
    name, pending = heard_name(words_of(update) or "", update, session.context), session.pending(Step.NAME)
    if name is None:
        return AGAIN
    if reads_like_a_sentence(name) and not (pending and pending.typed == name):
        return session.clarify(Step.NAME, typed=name)
    return name_is(session, name)


def name_is(session: RegistrationSession, name: str) -> None:
    session.form.name = capitalised(name)


def capitalised(name: str) -> str:
    """Capitalise a name without capitals, so that "Kapan Andi lahir?" follows "andi saputra"."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split()) if name.islower() else name


def ask_birth(session: RegistrationSession) -> list[str]:
    if session.pending(Step.BIRTH):
        return doubt_words(session.form)
    text = (
        _("When were you born?")
        if session.form.is_for_self
        else _("When was {name} born?").format(name=session.form.first_name)
    )
    return [text, _("For example: 17 August 1995."), _("Not known? Write only the year.")]


async def take_birth(session: RegistrationSession, key: str) -> Any:
    """Take a day, an estimate, a span of ages, another date, or help."""
    if key == HELP:
        await help_requests.confused(session.context)
        return Step.BIRTH
    if key == OTHER_DATE:
        return session.ask_afresh()
    if key in SPANS:
        youngest, oldest, _words = SPANS[key]
        return await born_on(session, Born.at_age(youngest, oldest, session.today))
    return await born_on(session, Born.of(key))


async def read_birth(session: RegistrationSession, update: Update) -> Any:
    """Read a date in words: clear, in doubt, not known, or with a fault that is explained."""
    reading = read_birth_date(words_of(update) or "", today=session.today)
    if isinstance(reading, BirthDate) and reading.other is None:
        return await born_on(session, Born.of(reading.born))
    found = births_of(reading)
    if is_said_twice(session.form, found):
        return await born_on(session, found[0])
    is_unknown = isinstance(reading, BirthDateProblem) and reading.fault is BirthDateFault.NOT_KNOWN
    if found or is_unknown or isinstance(reading, BirthDate):
        return session.clarify(Step.BIRTH, found=[str(born) for born in found])
    if offer_clear_matter(update, session.context):
        return AGAIN
    return session.refuse(birth_problem(reading))


async def born_on(session: RegistrationSession, born: Born) -> None:
    session.form.born = born
    if session.form.is_preset and session.form.programme:
        session.form.is_repeated = await show_open_file(session, session.form.programme)
    _youngest, oldest = born.ages_on(session.today)
    if oldest < ADULT_AT and session.form.is_for_self:
        session.context.send(_("You are not 18 yet. You can go on."), _("Later a parent or guardian must agree too."))


def births_of(reading: BirthDate | BirthDateProblem) -> tuple[Born, ...]:
    """Return the dates to choose from, where only the person can decide."""
    if isinstance(reading, BirthDate):
        return (Born.of(reading.born), Born.of(reading.other)) if reading.other else ()
    return tuple(map(Born.of, reading.candidates)) or reading.about


def is_said_twice(form: Registration, found: Sequence[Born]) -> bool:
    """Is it the same estimate once more? That counts as a yes, so that the question ends."""
    return len(found) == 1 and form.pending is not None and form.pending.found == [str(found[0])]


def doubt_words(form: Registration) -> list[str]:
    """Ask which of several days, whether the day is really not known, or for an estimate."""
    found = [Born.of(text) for text in form.pending.found] if form.pending else []
    if not found:
        return [
            _("That is no problem. The year or the age is enough."),
            _("For example: 1960, or: 60 years old."),
            _("Or choose roughly how old."),
        ]
    if any(born.is_estimated for born in found):
        return [
            _("Do you know the whole date? Then write it."),
            _("If not, choose what is known."),
            _("Staff can correct it later."),
        ]
    return [_("Which date of birth is right?")]


def name_options(session: RegistrationSession) -> Sequence[tuple[str, str]]:
    """Offer the name by which the account is called, or ask back a doubtful one."""
    if session.pending(Step.NAME):
        return NAME_CHOICES
    called = session.context.account.called
    return [(CALLED, str(called))] if called and session.form.is_for_self else []


def organisation_options(session: RegistrationSession) -> Sequence[tuple[str, str]]:
    """Offer the organisation of earlier registrations."""
    known = session.context.account.organisation
    return [(CALLED, str(known))] if known else []


def birth_options(session: RegistrationSession) -> Sequence[tuple[str, str]]:
    pending = session.pending(Step.BIRTH)
    if pending is None:
        return []
    if not pending.found:
        return [*((key, words) for key, (_from, _to, words) in SPANS.items()), (HELP, N_("Ask staff"))]
    days = ((text, estimate_words(Born.of(text), session.today)) for text in pending.found)
    return [*days, (OTHER_DATE, N_("Another date"))]


def estimate_words(born: Born, today: date) -> str:
    """Return an estimate as it will be shown, and the age where one was given."""
    if not born.is_estimated or born.is_of_calendar:
        return born_words(born)
    youngest, oldest = born.ages_on(today)
    ages = f"{youngest}" if youngest == oldest else f"{youngest}–{oldest}"
    return _("Age {ages}: born {estimate}").format(ages=ages, estimate=born_words(born))


QUESTIONS = (
    Question(
        Step.FOR_WHOM,
        N_("Who shall be registered?"),
        "for_whom",
        belongs=lambda session: not session.assisted,
        options=FOR_WHOM_CHOICES,
        take=take_for_whom,
    ),
    Question(
        Step.ORGANISATION,
        (N_("What is the organisation called?"), N_("The person you register can read this name.")),
        "organisation",
        belongs=lambda session: session.form.is_of_organisation,
        options=organisation_options,
        take=lambda session, key: organisation_is(session, str(session.context.account.organisation)),
        read=read_organisation,
    ),
    Question(Step.NAME, ask_name, "name", options=name_options, take=take_name, read=read_name),
    Question(
        Step.CALLED,
        ask_called,
        answered=lambda session: session.context.account.address is not None,
        belongs=may_be_called,
        options=called_options,
        take=take_called,
    ),
    Question(Step.BIRTH, ask_birth, "born", options=birth_options, take=take_birth, read=read_birth),
)
