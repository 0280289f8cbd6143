"""Put the status of a file in words: its stage, why, what happens next and who acts, the day of the next message."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.wording.caregiver_text import lacking_lines
from handlers.wording.example_text import PROMISED, marked
from handlers.wording.leaving_text import leaving_lines
from handlers.wording.terms import STAGES, number_for
from locales import gettext as _
from locales import language
from locales.times import day_words, either_words
from models.applications.application import Application, Stage
from models.applications.overview import ApplicationLine, PersonOverview
from models.people.account import ReadingMode
from models.people.link import Relation
from models.people.person import Person
from models.programmes.programme_file import Programme


async def line_text(context: Context, standing: PersonOverview, line: ApplicationLine) -> str:
    """Return the four parts for one application: stage, reason, next step with its actor, and day."""
    words = STAGES[line.application.stage]
    programme = context.reference.catalogue.get(line.application.programme)
    is_persons_turn = line.wants_papers(programme)
    parts = [*heading(context, standing, line), "", _(words.where)]
    parts += [_("Why: the papers are not complete yet.")] if is_persons_turn else [_(words.why)]
    parts += what_next(context, standing.person, line, programme, is_persons_turn=is_persons_turn)
    parts += [] if line.is_over else lacking_lines(standing.person, standing.lacking)
    parts += [_("No more news is due for it.")] if line.is_over else promised(context, line, is_persons_turn)
    parts += await leaving_lines(context, line.application, standing.person, is_self=standing.link.is_self)
    return "\n".join(parts)


def heading(context: Context, standing: PersonOverview, line: ApplicationLine) -> list[str]:
    """Return the person (never one's own name in one's own chat), programme and number, a line each."""
    for_whom = [] if standing.link.relation is Relation.SELF else [_("Name: {name}").format(name=standing.person.name)]
    return [*for_whom, *file_lines(context, line.application)]


def file_lines(context: Context, application: Application) -> list[str]:
    return [
        _("Programme: {programme}").format(programme=context.reference.programme_name(application.programme)),
        _("Number: {number}").format(number=number_for(context.work.mode, application.number)),
    ]


def what_next(
    context: Context, person: Person, line: ApplicationLine, programme: Programme | None, *, is_persons_turn: bool
) -> list[str]:
    """Return what happens next and who acts."""
    if line.is_over:
        return [_(STAGES[line.application.stage].next)]
    if is_persons_turn:
        return own_step(what_is_missing(person, line, programme), may_act=line.may_act)
    office = context.reference.office(line.application.office).short_name.in_(language())
    return [stage_next(context, line, programme), _("Who acts: {office}").format(office=office)]


def own_step(lacks: Sequence[str], *, may_act: bool = True) -> list[str]:
    """Return the applicant's own next step: the same in receipt, status and reminder."""
    missing = [_("Still missing: {papers}").format(papers="; ".join(lacks))] if lacks else []
    who = _("Next: complete the papers.") if may_act else _("Next: the papers must be completed.")
    return [*missing, who, _("Then staff check them.")]


def what_is_missing(person: Person, line: ApplicationLine, programme: Programme | None) -> list[str]:
    """Return the NIK, and the papers that the applicant can still send; of alternatives "KTP atau Kartu Keluarga"."""
    groups = line.missing(programme) if programme else []
    papers = [either_words([paper.name.in_(language()) for paper in group]) for group in groups]
    return [*([] if person.nik or person.no_nik else [_("the NIK")]), *papers]


def stage_next(context: Context, line: ApplicationLine, programme: Programme | None) -> str:
    """Return the next step: at first in the programme's own words, and for Deaf people never by telephone."""
    words = STAGES[line.application.stage]
    if line.application.stage is Stage.SUBMITTED and programme is not None:
        step = programme.next_step.wording
        return _("Next:") + " " + step.in_(language(), short=context.work.mode is ReadingMode.SIMPLE)
    if context.work.mode is ReadingMode.DEAF and words.next_in_writing is not None:
        return _(words.next_in_writing)
    return _(words.next)


def promised(context: Context, line: ApplicationLine, is_persons_turn: bool) -> list[str]:
    """Return the day of the next message; a missed day is admitted, unless staff wait for the applicant."""
    if is_persons_turn:
        return [] if line.is_late(context.now) else [next_message(context, line.application)]
    if line.is_late(context.now):
        day = day_of(context, line.application)
        return [
            _("We promised you news by {day}.").format(day=day),
            _("The news we promised is not there yet. We are sorry."),
        ]
    broken = [_("News is late. We are sorry.")] if line.application.promises_broken else []
    return [*broken, next_message(context, line.application)]


def next_message(context: Context, application: Application) -> str:
    words = _("We send news at the latest on {day}.").format(day=day_of(context, application))
    return marked(words, context.reference, application.programme, *PROMISED)


def day_of(context: Context, application: Application) -> str:
    return day_words(context.reference.day_at(application.office, application.promised_at))
