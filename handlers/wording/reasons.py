"""Put reasons in words: why a programme fits or does not fit."""

from collections.abc import Callable, Iterable, Mapping

from handlers.conversation.context import ReferenceData
from handlers.wording.example_text import marked
from locales import N_, language
from locales import gettext as _
from locales.times import date_words, list_words
from models.programmes.eligibility import Assessment
from models.programmes.programme_file import Programme
from models.programmes.requirement_result import Reason, RequirementResult, Verdict

SENTENCES: Mapping[Reason, str] = {
    Reason.FITS: N_("This requirement is met."),
    Reason.STAFF_EXCEPTION: N_("Staff have allowed it once more."),
    Reason.IS_ADULT: N_("The age is 18 or more."),
    Reason.NOT_KNOWN_YET: N_("This is not known yet."),
    Reason.DESIL_NOT_LOOKED_UP: N_("The DTSEN data are not checked yet."),
    Reason.DESIL_TO_CHECK_AGAIN: N_("The DTSEN data must be checked again."),
    Reason.DESIL_TOO_HIGH: N_(
        "By the DTSEN data, this family is outside of the programme. The desa or kelurahan office can update them."
    ),
    Reason.NO_DISABILITY: N_("This programme is for persons with disabilities."),
    Reason.OTHER_DISABILITY_KIND: N_("This programme is for other kinds of disability."),
    Reason.STILL_AT_SCHOOL: N_("This programme is for those who no longer go to school."),
    Reason.NOT_A_POOR_FAMILY: N_("This programme is for poor families."),
    Reason.NO_BUSINESS_YET: N_("This programme is for those who have or had a business."),
    Reason.MARRIED: N_("This programme is for those who are not married yet."),
    Reason.NOT_AN_INFORMAL_WORKER: N_("This programme is for informal workers."),
    Reason.NO_GUARDIAN_CONSENT: N_("A parent or guardian does not agree."),
    Reason.SAID_NO: N_("The person does not want to take part."),
    Reason.OTHER_ANSWER: N_("An answer does not match this programme."),
    Reason.NONE_OF_THESE: N_("One condition is enough. None is met yet."),
    Reason.PROGRAMME_CLOSED: N_("This programme is not open now."),
}
"""Reasons whose sentence needs no facts; the others are made by SPOKEN."""


def reason_words(finding: RequirementResult, reference: ReferenceData) -> str:
    """Return the plain reason behind a finding, as one or two sentences."""
    spoken = SPOKEN.get(finding.reason)
    return spoken(finding, reference) if spoken else _(SENTENCES[finding.reason])


def reasons_words(assessment: Assessment, reference: ReferenceData) -> list[str]:
    """Return why a programme does not fit, and why it is closed, each reason once."""
    key, findings = assessment.programme.key, enumerate(assessment.findings)
    unmet = [(at, finding) for at, finding in findings if finding.verdict is Verdict.NOT_MET]
    lines = [marked(reason_words(finding, reference), reference, key, "requirements", at) for at, finding in unmet]
    if not assessment.is_open:
        lines.append(closed_words(assessment.programme, reference))
    return list(dict.fromkeys(lines))


def closed_words(programme: Programme, reference: ReferenceData) -> str:
    """Say why registration is closed, and by which day there is news."""
    closed = programme.closed
    if closed is None:
        return _(SENTENCES[Reason.PROGRAMME_CLOSED])
    news = _("We send news at the latest on {day}.").format(day=date_words(closed.news_by))
    news = marked(news, reference, programme.key, "closed", "news_by")
    return f"{closed.wording.in_(language())} {news}"


def lives_elsewhere(finding: RequirementResult, reference: ReferenceData) -> str:
    regions = finding.facts["regions"]
    return for_people_of(regions if isinstance(regions, tuple) else (), reference)


def for_people_of(regions: Iterable[str], reference: ReferenceData) -> str:
    """Say in which regions one has to live, given by their codes."""
    names = [place.label for code in regions if (place := reference.places.place(code))]
    return _("This programme is for people who live in {places}.").format(places=list_words(names))


def too_young(finding: RequirementResult, reference: ReferenceData) -> str:
    limit = _("This programme is from {years} years.").format(years=finding.facts["at_least"])
    return age_on_day(finding) + "\n" + limit


def too_old(finding: RequirementResult, reference: ReferenceData) -> str:
    limit = _("This programme is up to {years} years.").format(years=finding.facts["at_most"])
    return age_on_day(finding) + "\n" + limit


def age_on_day(finding: RequirementResult) -> str:
    is_about = finding.facts.get("estimated")
    words = _("Age on {day}: about {years} years.") if is_about else _("Age on {day}: {years} years.")
    return words.format(day=date_words(finding.facts["on"]), years=finding.facts["age"])  # type: ignore[arg-type]


def already_received(finding: RequirementResult, reference: ReferenceData) -> str:
    return _("The aid {aid} was received before. It is given once.").format(
        aid=aid_words(str(finding.facts["aid"]), reference)
    )


def never_received(finding: RequirementResult, reference: ReferenceData) -> str:
    aids = finding.facts["aids"]
    return received_before(aids if isinstance(aids, tuple) else (), reference)


def received_before(aids: Iterable[str], reference: ReferenceData) -> str:
    """Say which aid one must have received before, given by its keys."""
    names = [aid_words(aid, reference) for aid in aids]
    return _("This programme is for those who received: {aids}.").format(aids=list_words(names))


def aid_words(aid: str, reference: ReferenceData) -> str:
    """Return the name of a kind of aid: that of the first programme that gives it."""
    named = (programme.short_name.in_(language()) for programme in reference.catalogue if programme.aid == aid)
    return next(named, aid)


SPOKEN: Mapping[Reason, Callable[[RequirementResult, ReferenceData], str]] = {
    Reason.LIVES_ELSEWHERE: lives_elsewhere,
    Reason.TOO_YOUNG: too_young,
    Reason.TOO_OLD: too_old,
    Reason.ALREADY_RECEIVED: already_received,
    Reason.NEVER_RECEIVED_BEFORE: never_received,
}
