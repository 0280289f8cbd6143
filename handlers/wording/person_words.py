"""Put a person in words: what is stored about them, a line each, identifiers masked or in full; and as a choice."""

from collections.abc import Sequence
from typing import Any

from handlers.conversation.buttons import Choice, choices
from handlers.conversation.context import Context
from handlers.wording.terms import (
    DISABILITIES,
    NEEDS,
    NO_NIK,
    NOTHING_WORDS,
    born_words,
    hidden_for,
    number_for,
)
from locales import N_
from locales import gettext as _
from locales.times import list_words
from models.applications.overview import PersonOverview
from models.applications.registration import Registration
from models.people.birth_date import BirthDateFault, BirthDateProblem
from models.people.link import Relation
from models.people.person import Person

LONGEST_LABEL = 40
UNREADABLE = N_("That date could not be read.")
BIRTH_PROBLEMS = {
    BirthDateFault.YEAR_MISSING: N_("Day and month are there. Please write the year too."),
    BirthDateFault.DAY_MISSING: N_("The year is there. Please write day and month too."),
    BirthDateFault.AGE_GIVEN: N_("That is an age. Please write the date of birth."),
    BirthDateFault.FUTURE: N_("That date is still to come. Please look at the year again."),
    BirthDateFault.TOO_LONG_AGO: N_("That is too long ago. Please look at the year again."),
}


def described(context: Context, person: Person, *, in_full: bool = False) -> list[str]:
    """Return name, birth date, address, phone, NIK, what helps, kind of disability."""

    def number(text: str) -> str:
        return number_for(context.work.mode, text) if in_full else hidden_for(context.work.mode, text)

    no_nik = _(NO_NIK[person.no_nik]) if person.no_nik else None
    told = [
        (N_("Name: {it}"), person.name),
        (N_("Birth date: {it}"), born_words(person.born)),
        (N_("Address: {it}"), address_words(context, person)),
        (N_("Phone: {it}"), number(person.phone) if person.phone else None),
        (N_("NIK: {it}"), number(person.nik) if person.nik else no_nik),
        (N_("To be prepared: {it}"), needs_words(person.needs)),
        (N_("Kind of disability: {it}"), disability_words(person)),
    ]
    return [_(label).format(it=it or _("not filled in")) for label, it in told]


def address_words(context: Context, person: Person | Registration) -> str:
    """Return village, district and regency, as far as they are known."""
    places = context.reference.places
    names = [places.place(code) for code in (person.village, person.district, person.regency) if code]
    typed = [person.village_text] if person.village_text else []
    return ", ".join([*typed, *(place.label for place in names if place)])


def needs_words(needs: dict[str, Any] | None) -> str | None:
    """Return what helps; None where it was not asked yet."""
    if needs is None:
        return None
    words = [_(NEEDS[kind]) for kind in NEEDS if kind in needs.get("kinds", [])]
    return list_words([*words, *([needs["words"]] if needs.get("words") else [])]) or _(NOTHING_WORDS)


def disability_words(person: Person) -> str | None:
    """Return the kinds of disability; None where it was not asked; the answer is voluntary."""
    if person.disabilities is None:
        return None
    kinds = person.disabilities.get("kinds", [])
    return list_words([_(words) for kind, words in DISABILITIES.items() if kind in kinds]) or _("not answered")


def people_options(context: Context, found: Sequence[PersonOverview]) -> list[tuple[str, str]]:
    """Return their names; the account's own person by the form of address."""
    own = _("Myself")
    return [
        (str(one.person.id), own if one.link.relation is Relation.SELF else str(one.person.name)[:LONGEST_LABEL])
        for one in found
    ]


def people_choices(context: Context, found: Sequence[PersonOverview], talk: str, step: str) -> list[Choice]:
    return choices(talk, step, *people_options(context, found))


def birth_problem(problem: BirthDateProblem) -> str:
    if problem.fault is BirthDateFault.IMPOSSIBLE:
        return impossible_day(problem)
    known = BIRTH_PROBLEMS.get(problem.fault)
    return _(known) if known else _(UNREADABLE) + " " + _("The year or the age is enough too.")


def impossible_day(problem: BirthDateProblem) -> str:
    if problem.month is None or not 1 <= problem.month <= 12 or problem.last_day is None:
        return _("There are only 12 months. Please look at the month again.")
    return _("That day does not exist. That month has {count} days.").format(count=problem.last_day)
