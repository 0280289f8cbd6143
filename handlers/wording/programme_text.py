"""Describe a programme to people who only look: what one gets, for whom, which papers, where, how long, until when."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from handlers.conversation.context import ReferenceData
from handlers.wording.example_text import marked
from handlers.wording.reasons import SENTENCES, aid_words, closed_words, for_people_of, received_before
from handlers.wording.terms import DISABILITIES
from locales import gettext as _
from locales import language
from locales.times import date_words, day_of_year_words, either_words, list_words
from models.programmes import rules
from models.programmes.programme_file import Programme
from models.programmes.programme_parts import PaperStage, RequiredDocument
from models.programmes.requirement_result import Requirement

FULL_DATE = len("2027-02-01")
LEAP_YEAR = 2028
Condition = Callable[[Any, Programme, ReferenceData], str]


def programme_text(programme: Programme, reference: ReferenceData) -> str:
    """Return the whole description, in parts that are set apart by an empty line."""
    spoken = language()
    parts = [
        [programme.name.in_(spoken), state_words(programme, reference)],
        [programme.summary.in_(spoken), programme.benefit.in_(spoken)],
        list(offers(programme)),
        [_("For whom:"), *conditions(programme, reference)],
        list(papers(programme)),
        [*stay_words(programme, reference), *office_words(programme, reference)],
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def short_text(programme: Programme, reference: ReferenceData) -> str:
    """Return what "Singkat dan mudah" reads."""
    spoken = language()
    words = (wording.in_(spoken, short=True) for wording in (programme.summary, programme.benefit))
    return "\n".join([programme.short_name.in_(spoken), state_words(programme, reference), *words])


def state_words(programme: Programme, reference: ReferenceData) -> str:
    """Say whether registration is open; where it is not, why, and by which day there is news."""
    return closed_words(programme, reference) if programme.closed else _("Registration is open.")


def offers(programme: Programme) -> Iterator[str]:
    """Name the skills and the packages that one may choose from."""
    spoken = language()
    if programme.skills:
        yield _("Skills: {skills}.").format(skills=list_words([one.name.in_(spoken) for one in programme.skills]))
    if programme.packages:
        names = [one.name.in_(spoken) for one in programme.packages]
        yield _("Packages: {packages}.").format(packages=list_words(names))


def papers(programme: Programme) -> Iterator[str]:
    """Name the papers: those to send after registering with their reason, then those of later."""
    now = [one for one in programme.documents if one.stage is PaperStage.AFTER_RECEIPT]
    later = [one for one in programme.documents if one.stage is not PaperStage.AFTER_RECEIPT]
    if not programme.documents:
        yield _("No papers are needed to register.")
    if now:
        yield _("Papers, after registering:")
        yield from (f"- {line}" for line in paper_lines(now))
    if later:
        yield _("Papers, later:")
        yield from (f"- {line}" for line in paper_lines(later))


def paper_lines(documents: Sequence[RequiredDocument]) -> Iterator[str]:
    """Yield a line for each paper; those of which one is enough share a line."""
    spoken, groups = language(), dict[str, list[RequiredDocument]]()
    for one in documents:
        groups.setdefault(one.group or one.key, []).append(one)
    for alike in groups.values():
        name = either_words([one.name.in_(spoken) for one in alike])
        if alike[0].needed == "optional":
            name = _("{paper}, if there is one").format(paper=name)
        yield f"{name}. {alike[0].why.in_(spoken)}"


def stay_words(programme: Programme, reference: ReferenceData) -> Iterator[str]:
    """Say where people live during the programme, and for how long."""
    away = programme.leaves_home
    if away is None:
        return
    yield _("During the programme people stay at: {place}.").format(place=away.where.in_(language()))
    if away.days:
        words = _("It takes about {count} days.").format(count=away.days)
        yield marked(words, reference, programme.key, "leaves_home", "days")


def office_words(programme: Programme, reference: ReferenceData) -> Iterator[str]:
    office = reference.catalogue.office[programme.next_step.office]
    yield _("Who looks after it: {office}.").format(office=office.short_name.in_(language()))


def conditions(programme: Programme, reference: ReferenceData) -> list[str]:
    """Return a line for each requirement that people can read as a condition."""
    told = ((at, condition(one, programme, reference)) for at, one in enumerate(programme.requirements))
    lines = ((at, line) for at, several in told for line in several.splitlines())
    return [f"- {marked(line, reference, programme.key, 'requirements', at)}" for at, line in lines]


def condition(requirement: Requirement, programme: Programme, reference: ReferenceData) -> str:
    """Put one requirement in words."""
    return CONDITIONS[type(requirement)](requirement, programme, reference)


def lives_in(rule: rules.LivesIn, programme: Programme, reference: ReferenceData) -> str:
    return for_people_of(rule.regions or programme.area, reference)


def age(rule: rules.Age, programme: Programme, reference: ReferenceData) -> str:
    on = "" if rule.on == "application" else " " + age_day(rule)
    if rule.at_least is None:
        return _("Age: up to {years} years.").format(years=rule.at_most) + on
    if rule.at_most is None:
        return _("Age: from {years} years.").format(years=rule.at_least) + on
    return _("Age: {least} to {most} years.").format(least=rule.at_least, most=rule.at_most) + on


def age_day(rule: rules.Age) -> str:
    """Say on which day the age counts: a date, or a day of every year ("07-01")."""
    day = date.fromisoformat(rule.on if len(rule.on) == FULL_DATE else f"{LEAP_YEAR}-{rule.on}")
    words = date_words(day) if len(rule.on) == FULL_DATE else day_of_year_words(day)
    return _("It counts on {day}.").format(day=words)


def desil(rule: rules.DesilAtMost, programme: Programme, reference: ReferenceData) -> str:
    return _("Families of desil 1 to {desil} in the DTSEN data. Staff look it up.").format(desil=rule.desil)


def once(rule: rules.NeverReceived, programme: Programme, reference: ReferenceData) -> str:
    return _("It is given once. Who received {aid} before cannot get it again.").format(
        aid=aid_words(rule.aid, reference)
    )


def alumni(rule: rules.ReceivedBefore, programme: Programme, reference: ReferenceData) -> str:
    return received_before(rule.aids, reference)


def guardian(rule: rules.GuardianConsentIfMinor, programme: Programme, reference: ReferenceData) -> str:
    return _("Not yet 18? A parent or guardian has to agree, too.")


def answer(rule: rules.AnswerIn, programme: Programme, reference: ReferenceData) -> str:
    """Name the answers that fit: they read as a condition ("Pendamping atau Organisasi")."""
    question = programme.question(rule.question)
    names = {one.key: one.name.in_(language()) for one in getattr(question, "choices", ())}
    fitting = [names[key] for key in rule.answers if key in names]
    return _("For: {answers}.").format(answers=either_words(fitting)) if fitting else ""


def one_of(rule: rules.AnyOf, programme: Programme, reference: ReferenceData) -> str:
    """Put the ways of which one is enough on a line each."""
    ways = [line for part in rule.of if (line := condition(part, programme, reference))]
    return "\n".join([*ways[:1], *(_("Or:") + " " + way for way in ways[1:])])


def sentence_of(rule: Any, programme: Programme, reference: ReferenceData) -> str:
    return _(SENTENCES[rule.otherwise])


def unspoken(rule: Requirement, programme: Programme, reference: ReferenceData) -> str:
    """Say nothing: the state of the registration stands at the top."""
    return ""


def disability_kinds(rule: rules.KindIn, programme: Programme, reference: ReferenceData) -> str:
    return _("For these kinds of disability: {kinds}.").format(
        kinds=list_words([_(DISABILITIES[one]) for one in rule.kinds])
    )


CONDITIONS: Mapping[type, Condition] = {
    rules.LivesIn: lives_in,
    rules.Age: age,
    rules.DesilAtMost: desil,
    rules.HasDisability: sentence_of,
    rules.OutOfSchool: sentence_of,
    rules.PoorFamily: sentence_of,
    rules.HasOrHadBusiness: sentence_of,
    rules.Unmarried: sentence_of,
    rules.InformalWorker: sentence_of,
    rules.KindIn: disability_kinds,
    rules.NeverReceived: once,
    rules.ReceivedBefore: alumni,
    rules.GuardianConsentIfMinor: guardian,
    rules.AnswerIn: answer,
    rules.ProgrammeOpen: unspoken,
    rules.AnyOf: one_of,
}
