"""Say why a date of birth could not be read."""

from locales import N_
from locales import gettext as _
from models.people.birth_date import BirthDateFault, BirthDateProblem

UNREADABLE = N_("I could not read that date.")
BIRTH_PROBLEMS = {
    BirthDateFault.YEAR_MISSING: N_("I understood the day and month. Please write the year too."),
    BirthDateFault.DAY_MISSING: N_("I understood the year. Please write day and month too."),
    BirthDateFault.AGE_GIVEN: N_("That is an age. Please write the date of birth."),
    BirthDateFault.FUTURE: N_("That date is still to come. Please look at the year again."),
    BirthDateFault.TOO_LONG_AGO: N_("That is too long ago. Please look at the year again."),
}


def birth_problem(problem: BirthDateProblem) -> str:
    if problem.fault is BirthDateFault.IMPOSSIBLE:
        return impossible_day(problem)
    known = BIRTH_PROBLEMS.get(problem.fault)
    return _(known) if known else _(UNREADABLE) + " " + _("The year or the age is enough too.")


def impossible_day(problem: BirthDateProblem) -> str:
    if problem.month is None or not 1 <= problem.month <= 12 or problem.last_day is None:
        return _("There are only 12 months. Please look at the month again.")
    return _("That day does not exist. That month has {count} days.").format(count=problem.last_day)
