"""Who is registered: for whom, the name, the date of birth."""

from datetime import date

from telegram import Update

from handlers.asking.answers import heard_name, misheard, picked, words_of
from handlers.asking.forms import numbered_choice
from handlers.buttons import Choice
from handlers.context import Talk
from handlers.registering.form import Question, Step, ask_next, at, form_of, keep, offer, today_of, wait_at
from handlers.words import you, your
from locales import N_
from locales import gettext as _
from locales.times import date_words
from models.applications.registration import Aside, Registration
from models.mydata.sorting import is_unwanted
from models.people.birth_date import BirthDate, BirthDateFault, BirthDateProblem, age_on, read_birth_date
from models.people.link import Relation
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
CALLED = "called"
OTHER_DATE = "other"


def ask_for_whom(context: Talk) -> Step:
    return wait_at(context, Step.FOR_WHOM, _("Who shall be registered?"), for_whom_choices())


async def take_for_whom(update: Update, context: Talk) -> Step | int:
    choice = picked(update, for_whom_choices())
    if choice is None:
        misheard(update, context)
        return ask_for_whom(context)
    form = form_of(context)
    form.for_whom = Relation(choice.key)
    if form.is_for_self:
        form.phone_owner = None
    form.unsorted = await is_unwanted(context.session, context.account.id or 0, form.for_whom, context.now)
    keep(context, form)
    return ask_next(context)


def ask_organisation(context: Talk) -> Step:
    """Whoever is asked for permission reads its name."""
    lines = [_("What is the organisation called?"), _("The person you register can read this name.")]
    return wait_at(context, Step.ORGANISATION, "\n".join(lines), organisation_choices(context))


async def take_organisation(update: Update, context: Talk) -> Step | int:
    choice = numbered_choice(update, organisation_choices(context))
    name = heard_name(choice.label if choice else words_of(update) or "", update, context)
    if name is None:
        return ask_organisation(context)
    form = form_of(context)
    form.organisation = name
    keep(context, form)
    return ask_next(context)


def ask_name(context: Talk) -> Step:
    form = form_of(context)
    if form.is_for_self:
        text = _("What is {your} full name?").format(your=your(context))
    elif form.for_whom is Relation.CHILD:
        text = _("What is the full name of {your} child?").format(your=your(context))
    else:
        text = _("What is the full name of the person?")
    return wait_at(context, Step.NAME, text + "\n" + _("Write it as on the KTP or family card."), name_choices(context))


async def take_name(update: Update, context: Talk) -> Step | int:
    choice = numbered_choice(update, name_choices(context))
    name = heard_name(choice.label if choice else words_of(update) or "", update, context)
    if name is None:
        return ask_name(context)
    form = form_of(context)
    form.name = capitalised(name)
    keep(context, form)
    return ask_next(context)


def capitalised(name: str) -> str:
    """Who types "andi saputra" is not asked "Kapan andi lahir?"; a name with any capital stays as it is."""
    return " ".join(word[:1].upper() + word[1:] for word in name.split()) if name.islower() else name


def ask_birth(context: Talk) -> Step:
    form = form_of(context)
    if form.aside and form.aside.step == Step.BIRTH:
        return wait_at(context, Step.BIRTH, _("Which date of birth is right?"), date_choices(form))
    text = (
        _("When were {you} born?").format(you=you(context))
        if form.is_for_self
        else _("When was {name} born?").format(name=form.first_name)
    )
    return wait_at(context, Step.BIRTH, text + "\n" + _("For example: 17 August 1995 or 17-8-1995."))


async def take_birth(update: Update, context: Talk) -> Step | int:
    form = form_of(context)
    chosen = numbered_choice(update, date_choices(form))
    if chosen and chosen.key == OTHER_DATE:
        form.aside = None
        keep(context, form)
        return ask_birth(context)
    if chosen:
        return born_on(context, form, date.fromisoformat(chosen.key))
    reading = read_birth_date(words_of(update) or "", today=today_of(context, form))
    if isinstance(reading, BirthDate) and reading.other is None:
        return born_on(context, form, reading.born)
    if found := dates_of(reading):
        form.aside = Aside(step=Step.BIRTH, found=[day.isoformat() for day in found])
        keep(context, form)
        return ask_birth(context)
    assert isinstance(reading, BirthDateProblem)
    context.say(birth_problem(reading))
    return ask_birth(context)


def born_on(context: Talk, form: Registration, born: date) -> Step | int:
    form.born, form.aside = born, None
    keep(context, form)
    if age_on(born, today_of(context, form)) < ADULT_AT and form.is_for_self:
        context.say(_("You are not 18 yet. You can go on.") + "\n" + _("Later a parent or guardian must agree too."))
    return ask_next(context)


def dates_of(reading: BirthDate | BirthDateProblem) -> tuple[date, ...]:
    """The days to choose from, where there is a doubt that only the person can settle."""
    if isinstance(reading, BirthDate):
        return (reading.born, reading.other) if reading.other else ()
    return reading.candidates


def birth_problem(problem: BirthDateProblem) -> str:
    if problem.fault is BirthDateFault.IMPOSSIBLE:
        return impossible_day(problem)
    return _(BIRTH_PROBLEMS.get(problem.fault, UNREADABLE))


def impossible_day(problem: BirthDateProblem) -> str:
    if problem.month is None or not 1 <= problem.month <= 12 or problem.last_day is None:
        return _("There are only 12 months. Please look at the month again.")
    return _("That day does not exist. That month has {count} days.").format(count=problem.last_day)


def for_whom_choices() -> list[Choice]:
    return offer(Step.FOR_WHOM, *((relation.value, words) for relation, words in FOR_WHOM))


def name_choices(context: Talk) -> list[Choice]:
    """The name by which an account is called may be the name to register."""
    called = context.account.called
    if not called or not form_of(context).is_for_self:
        return []
    return [Choice(at(Step.NAME, CALLED), str(called))]


def organisation_choices(context: Talk) -> list[Choice]:
    """The organisation of earlier registrations."""
    known = context.account.organisation
    return [Choice(at(Step.ORGANISATION, CALLED), str(known))] if known else []


def date_choices(form: Registration) -> list[Choice]:
    if form.aside is None or form.aside.step != Step.BIRTH:
        return []
    days = ((day, date_words(date.fromisoformat(day))) for day in form.aside.found)
    return offer(Step.BIRTH, *days, (OTHER_DATE, N_("Another date")))


QUESTIONS = (
    Question(
        Step.FOR_WHOM,
        lambda form, desk: form.for_whom is not None,
        ask_for_whom,
        take_for_whom,
        belongs=lambda form, desk: form.heard is None,
    ),
    Question(
        Step.ORGANISATION,
        lambda form, desk: form.organisation is not None,
        ask_organisation,
        take_organisation,
        belongs=lambda form, desk: form.is_of_organisation,
    ),
    Question(Step.NAME, lambda form, desk: form.name is not None, ask_name, take_name),
    Question(Step.BIRTH, lambda form, desk: form.born is not None, ask_birth, take_birth),
)
