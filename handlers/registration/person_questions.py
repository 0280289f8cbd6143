"""Who is registered: for whom, the name, the date of birth."""

from collections.abc import Sequence
from datetime import date

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import numbered_choice
from handlers.conversation.match import explain_unrecognised, heard_name, match_choice, words_of
from handlers.registration.registration_form import (
    Question,
    Step,
    ask_next,
    at,
    form_of,
    keep,
    offer,
    today_of,
    wait_at,
)
from handlers.status import ask_staff
from handlers.terms import born_words, you, your
from locales import N_
from locales import gettext as _
from models.applications.registration import Clarification, Registration
from models.mydata.profiling_objection import has_objection
from models.people.birth_date import BirthDate, BirthDateFault, BirthDateProblem, read_birth_date
from models.people.birth_estimate import OLDEST
from models.people.born import Born
from models.people.link import Relation
from models.people.said_name import reads_like_a_sentence
from models.programmes.rules import ADULT_AT

FOR_WHOM = (
    (Relation.SELF, N_("Myself")),
    (Relation.CHILD, N_("My child")),
    (Relation.FAMILY, N_("A family member")),
    (Relation.COMPANION, N_("I am a companion")),
    (Relation.ORGANISATION, N_("I am from an organisation")),
)
UNREADABLE = N_("I could not read that date.")
BIRTH_PROBLEMS = {
    BirthDateFault.YEAR_MISSING: N_("I understood the day and month. Please write the year too."),
    BirthDateFault.DAY_MISSING: N_("I understood the year. Please write day and month too."),
    BirthDateFault.AGE_GIVEN: N_("That is an age. Please write the date of birth."),
    BirthDateFault.FUTURE: N_("That date is still to come. Please look at the year again."),
    BirthDateFault.TOO_LONG_AGO: N_("That is too long ago. Please look at the year again."),
}
CALLED, THIS_NAME, OTHER_NAME = "called", "yes", "again"
OTHER_DATE, HELP = "other", "help"
SPANS = {"0-17": (0, 17), "18-30": (18, 30), "31-45": (31, 45), "46-60": (46, 60), "61-": (61, OLDEST)}
"""Ages from and to, for whoever knows neither day nor year."""
SPAN_WORDS = (
    N_("Under 18 years"),
    N_("18 to 30 years"),
    N_("31 to 45 years"),
    N_("46 to 60 years"),
    N_("Over 60 years"),
)


def ask_for_whom(context: Context) -> Step:
    return wait_at(context, Step.FOR_WHOM, _("Who shall be registered?"), for_whom_choices())


async def take_for_whom(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, for_whom_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_for_whom(context)
    form = form_of(context)
    form.for_whom = Relation(choice.key)
    if form.is_for_self:
        form.phone_owner = None
    form.unsorted = await has_objection(context.session, context.account.id or 0, form.for_whom, context.now)
    keep(context, form)
    return ask_next(context)


def ask_organisation(context: Context) -> Step:
    """Whoever is asked for permission reads its name."""
    lines = [_("What is the organisation called?"), _("The person you register can read this name.")]
    return wait_at(context, Step.ORGANISATION, "\n".join(lines), organisation_choices(context))


async def take_organisation(update: Update, context: Context) -> Step | int:
    choice = numbered_choice(update, organisation_choices(context))
    name = heard_name(choice.label if choice else words_of(update) or "", update, context, of_person=False)
    if name is None:
        return ask_organisation(context)
    form = form_of(context)
    form.organisation = name
    keep(context, form)
    return ask_next(context)


def ask_name(context: Context) -> Step:
    form = form_of(context)
    if form.aside and form.aside.step == Step.NAME:
        text = _("Is this the full name?") + "\n" + form.aside.typed
        return wait_at(context, Step.NAME, text, name_choices(context))
    if form.is_for_self:
        text = _("What is {your} full name?").format(your=your(context))
    elif form.for_whom is Relation.CHILD:
        text = _("What is the full name of {your} child?").format(your=your(context))
    else:
        text = _("What is the full name of the person?")
    return wait_at(context, Step.NAME, text + "\n" + _("Write it as on the KTP or family card."), name_choices(context))


async def take_name(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    choice = numbered_choice(update, name_choices(context))
    if choice and choice.key == OTHER_NAME:
        form.aside = None
        keep(context, form)
        return ask_name(context)
    doubted = form.aside.typed if form.aside and form.aside.step == Step.NAME else None
    said = choice.label if choice and choice.key == CALLED else doubted if choice else words_of(update)
    name = heard_name(said or "", update, context)
    if name is None:
        return ask_name(context)
    if choice is None and reads_like_a_sentence(name) and name != doubted:
        form.aside = Clarification(step=Step.NAME, typed=name)
        keep(context, form)
        return ask_name(context)
    form.name, form.aside = capitalised(name), None
    keep(context, form)
    return ask_next(context)


def capitalised(name: str) -> str:
    """Who types "andi saputra" is not asked "Kapan andi lahir?"; a name with any capital stays as it is."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split()) if name.islower() else name


def ask_birth(context: Context) -> Step:
    form = form_of(context)
    if form.aside and form.aside.step == Step.BIRTH:
        return wait_at(context, Step.BIRTH, doubt_words(form), birth_choices(context, form))
    text = (
        _("When were {you} born?").format(you=you(context))
        if form.is_for_self
        else _("When was {name} born?").format(name=form.first_name)
    )
    return wait_at(context, Step.BIRTH, text + "\n" + _("For example: 17 August 1995 or 17-8-1995."))


async def take_birth(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    if chosen := numbered_choice(update, birth_choices(context, form)):
        return await choose_birth(context, form, chosen.key)
    reading = read_birth_date(words_of(update) or "", today=today_of(context, form))
    if isinstance(reading, BirthDate) and reading.other is None:
        return born_on(context, form, Born.of(reading.born))
    found = births_of(reading)
    if is_said_twice(form, found):
        return born_on(context, form, found[0])
    if isinstance(reading, BirthDateProblem) and not found and reading.fault is not BirthDateFault.NOT_KNOWN:
        context.send(birth_problem(reading))
    if found or (isinstance(reading, BirthDateProblem) and reading.fault is BirthDateFault.NOT_KNOWN):
        form.aside = Clarification(step=Step.BIRTH, found=[str(born) for born in found])
        keep(context, form)
    return ask_birth(context)


async def choose_birth(context: Context, form: Registration, key: str) -> Step | int:
    """A day, an estimate, a span of ages, another date, or help."""
    if key == HELP:
        await ask_staff.confused(context)
        return Step.BIRTH
    if key == OTHER_DATE:
        form.aside = None
        keep(context, form)
        return ask_birth(context)
    if key in SPANS:
        return born_on(context, form, Born.at_age(*SPANS[key], today_of(context, form)))
    return born_on(context, form, Born.of(key))


def born_on(context: Context, form: Registration, born: Born) -> Step | int:
    form.born, form.aside = born, None
    keep(context, form)
    _youngest, oldest = born.ages_on(today_of(context, form))
    if oldest < ADULT_AT and form.is_for_self:
        context.send(_("You are not 18 yet. You can go on.") + "\n" + _("Later a parent or guardian must agree too."))
    return ask_next(context)


def births_of(reading: BirthDate | BirthDateProblem) -> tuple[Born, ...]:
    """What to choose from, where there is a doubt that only the person can settle."""
    if isinstance(reading, BirthDate):
        return (Born.of(reading.born), Born.of(reading.other)) if reading.other else ()
    return tuple(map(Born.of, reading.candidates)) or reading.about


def is_said_twice(form: Registration, found: Sequence[Born]) -> bool:
    """The same estimate once more is a yes: nobody is asked without end."""
    return len(found) == 1 and form.aside is not None and form.aside.found == [str(found[0])]


def doubt_words(form: Registration) -> str:
    """Which of several days, whether the day is really not known, or how to say it roughly."""
    found = [Born.of(text) for text in form.aside.found] if form.aside else []
    if not found:
        lines = [_("That is no problem. The year or the age is enough."), _("For example: 1960, or: 60 years old.")]
        return "\n".join([*lines, _("Or choose roughly how old.")])
    if any(born.is_estimated for born in found):
        lines = [_("Do you know the whole date? Then write it."), _("If not, choose what is known.")]
        return "\n".join([*lines, _("Staff can correct it later.")])
    return _("Which date of birth is right?")


def birth_problem(problem: BirthDateProblem) -> str:
    if problem.fault is BirthDateFault.IMPOSSIBLE:
        return impossible_day(problem)
    known = BIRTH_PROBLEMS.get(problem.fault)
    return _(known) if known else _(UNREADABLE) + " " + _("The year or the age is enough too.")


def impossible_day(problem: BirthDateProblem) -> str:
    if problem.month is None or not 1 <= problem.month <= 12 or problem.last_day is None:
        return _("There are only 12 months. Please look at the month again.")
    return _("That day does not exist. That month has {count} days.").format(count=problem.last_day)


def for_whom_choices() -> list[Choice]:
    return offer(Step.FOR_WHOM, *((relation.value, words) for relation, words in FOR_WHOM))


def name_choices(context: Context) -> list[Choice]:
    """The name by which an account is called may be the one to register; a doubtful one is asked back."""
    aside = form_of(context).aside
    if aside and aside.step == Step.NAME:
        return offer(Step.NAME, (THIS_NAME, N_("Yes, that is the name")), (OTHER_NAME, N_("No, write it again")))
    called = context.account.called
    if not called or not form_of(context).is_for_self:
        return []
    return [Choice(at(Step.NAME, CALLED), str(called))]


def organisation_choices(context: Context) -> list[Choice]:
    """The organisation of earlier registrations."""
    known = context.account.organisation
    return [Choice(at(Step.ORGANISATION, CALLED), str(known))] if known else []


def birth_choices(context: Context, form: Registration) -> list[Choice]:
    if form.aside is None or form.aside.step != Step.BIRTH:
        return []
    if not form.aside.found:
        spans = zip(SPANS, SPAN_WORDS, strict=True)
        return offer(Step.BIRTH, *spans, (HELP, N_("Help from staff")))
    days = ((text, estimate_words(Born.of(text), today_of(context, form))) for text in form.aside.found)
    return offer(Step.BIRTH, *days, (OTHER_DATE, N_("Another date")))


def estimate_words(born: Born, today: date) -> str:
    """An estimate as it will be shown, and the age that was said where it was one."""
    if not born.is_estimated or born.is_of_calendar:
        return born_words(born)
    youngest, oldest = born.ages_on(today)
    ages = f"{youngest}" if youngest == oldest else f"{youngest}–{oldest}"
    return _("Age {ages}: born {estimate}").format(ages=ages, estimate=born_words(born))


QUESTIONS = (
    Question(
        Step.FOR_WHOM,
        lambda form, reference: form.for_whom is not None,
        ask_for_whom,
        take_for_whom,
        belongs=lambda form, reference: form.heard is None,
    ),
    Question(
        Step.ORGANISATION,
        lambda form, reference: form.organisation is not None,
        ask_organisation,
        take_organisation,
        belongs=lambda form, reference: form.is_of_organisation,
    ),
    Question(Step.NAME, lambda form, reference: form.name is not None, ask_name, take_name),
    Question(Step.BIRTH, lambda form, reference: form.born is not None, ask_birth, take_birth),
)
