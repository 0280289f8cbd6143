"""Put rights over own data in words: the parts of the data, consents, requests, how long each file is kept.

Parts are named as they are stored now and as they would become; a consent with its proof; a request with its state.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.conversation.context import Context
from handlers.wording.example_text import KEPT, marked
from handlers.wording.person_words import address_words, needs_words
from handlers.wording.terms import OWNERS, born_words, number_for
from locales import N_, NAMES, language, ngettext
from locales import gettext as _
from locales.times import date_words, day_words, list_words, span_words
from models.applications.application import Application
from models.applications.registration import PhoneOwner, Registration
from models.mydata.correction import DataPart, part_of
from models.mydata.data_request import DataRequest, RequestState, Right
from models.mydata.retention_facts import KeepReason, KeptFile, kept_files
from models.people.born import Born
from models.people.consent import Answer, Consent, Purpose
from models.programmes.programme_file import Programme
from models.programmes.question_kinds import ProgrammeQuestion as Asked

PARTS = {
    DataPart.NAME: N_("Name"),
    DataPart.BIRTH: N_("Date of birth"),
    DataPart.PLACE: N_("Address"),
    DataPart.PHONE: N_("Phone"),
    DataPart.NEEDS: N_("To be prepared"),
    DataPart.ANSWERS: N_("Answers"),
}
PURPOSES = {
    Purpose.REGISTER: N_("Registering and checking the conditions"),
    Purpose.ANNOUNCE: N_("News of new programmes"),
    Purpose.EMPLOYERS: N_("Passing your name on to companies"),
    Purpose.ON_BEHALF: N_("A helper may help you"),
    Purpose.OF_AGE: N_("Going on after the 18th birthday"),
}
ANSWERS = {
    Answer.GIVEN: N_("Consent given: {day}"),
    Answer.REFUSED: N_("Consent refused: {day}"),
    Answer.WITHDRAWN: N_("Consent withdrawn: {day}"),
}
RIGHTS = {
    Right.CORRECT: N_("Correct the data"),
    Right.ERASE: N_("Erase the data"),
    Right.LOOK: N_("Ask staff to look at it"),
}
STATES = {
    RequestState.OPEN: N_("Staff answer by {day}."),
    RequestState.DONE: N_("It was done on {day}."),
    RequestState.REFUSED: N_("It was refused on {day}."),
    RequestState.TAKEN_BACK: N_("It was taken back on {day}."),
}
BECAUSE = {
    KeepReason.RUNS: N_("Why: this registration has not ended."),
    KeepReason.TAKES_PART: N_("Why: the office must prove who took part."),
    KeepReason.ENDED: N_("Why: you may still object."),
}


def value_lines(context: Context, part: DataPart, value: Any, other: Any, programme: Programme | None) -> list[str]:
    """Return the value of a part, as lines; of many answers only those that differ from `other`."""
    if part is DataPart.ANSWERS:
        return list(answers_that_differ(value or {}, other or {}, programme)) or [_("not filled in")]
    return [value_words(context, part, value) or _("not filled in")]


def value_words(context: Context, part: DataPart, value: Any) -> str | None:
    match part:
        case DataPart.BIRTH:
            return born_words(Born.of(value))
        case DataPart.PLACE:
            return address_words(context, Registration(**value))
        case DataPart.NEEDS:
            return needs_words(value)
        case DataPart.PHONE:
            return phone_words(context, value)
    return str(value)


def phone_words(context: Context, value: dict[str, Any]) -> str | None:
    if not value["phone"]:
        return None
    number = number_for(context.work.mode, value["phone"])
    return f"{number}, {_(OWNERS[PhoneOwner(value['owner'])])}" if value.get("owner") else number


def answers_that_differ(said: dict[str, Any], other: dict[str, Any], programme: Programme | None) -> Iterator[str]:
    """Return question and answer, for every answer that differs."""
    form = Registration(answers=said)
    for asked in programme.questions if programme else ():
        if said.get(asked.key) != other.get(asked.key):
            yield f"{asked.ask.in_(language(), short=True)} {answer_words(form, asked)}"


def answer_words(form: Registration, asked: Asked) -> str:
    """Return an answer as it is shown on the card."""
    said = form.told().get(asked.key)
    if said is None:
        return _("left out")
    if isinstance(said, bool):
        return _("Yes") if said else _("No")
    names = {choice.key: choice.name.in_(language()) for choice in asked.offered}
    keys: Sequence[str] = said if isinstance(said, tuple) else (str(said),)
    return list_words([names.get(key, key) for key in keys])


def consent_lines(context: Context, consent: Consent, *, in_full: bool = False) -> list[str]:
    """Return a yes or a no with its proof; `in_full` with the text that was shown."""
    lines = [
        _(PURPOSES[consent.purpose]),
        answer_line(context, consent),
        _("Text number {version}, in {language}.").format(
            version=consent.version, language=NAMES.get(consent.language, consent.language)
        ),
    ]
    if consent.assisted_by:
        lines.append(_("It was passed on by {who}.").format(who=consent.assisted_by))
    return [*lines, _("This text was shown:"), *consent.shown.split("\n")] if in_full else lines


def answer_line(context: Context, consent: Consent) -> str:
    return _(ANSWERS[consent.answer]).format(day=date_words(context.reference.day_at(None, consent.at)))


def request_lines(context: Context, requests: Sequence[DataRequest]) -> list[str]:
    return [line for one in requests for line in one_request(context, one)]


def one_request(context: Context, request: DataRequest) -> list[str]:
    """Return what was asked, its number, and its state."""
    head = f"{right_words(request)}: {number_for(context.work.mode, request.reference)}"
    answer = [_("Staff wrote: {words}").format(words=request.answer)] if request.answer else []
    return [head, state_line(context, request), *answer]


def time_left(context: Context, request: DataRequest) -> str:
    """Return the hours left to answer, or those since it was due."""
    left = int((request.promised_at - context.now).total_seconds()) // 3600
    if left >= 0:
        return ngettext("{count} hour left", "{count} hours left", left).format(count=left)
    return ngettext("late by {count} hour", "late by {count} hours", -left).format(count=-left)


def right_words(request: DataRequest) -> str:
    """Return what is asked; of a correction also which part."""
    if request.kind is not Right.CORRECT:
        return _(RIGHTS[request.kind])
    return f"{_(RIGHTS[request.kind])}, {_(PARTS[part_of(request.about)[0]])}"


def state_line(context: Context, request: DataRequest) -> str:
    in_words, moment = date_words, request.answered_at or request.asked_at
    if request.is_open:
        in_words, moment = day_words, request.promised_at
    return _(STATES[request.state]).format(day=in_words(context.reference.day_at(request.office, moment)))


def kept_lines(context: Context, applications: Sequence[Application]) -> list[str]:
    """Return a paragraph for each file; without files the rule for that case."""
    if not applications:
        return [_("There is no registration.")]
    kept = kept_files(applications, context.reference.catalogue.office.retention)
    return [line for one in kept for line in kept_file_lines(context, one)]


def kept_file_lines(context: Context, kept: KeptFile) -> list[str]:
    application = kept.application
    name = context.reference.programme_name(application.programme)
    head = _("{programme}, number {number}:").format(programme=name, number=application.number)
    end = _("Kept while the registration is open.")
    if kept.until:
        day = context.reference.day_at(application.office, kept.until)
        end = marked(_("Kept until {day}.").format(day=date_words(day)), context.reference, *KEPT)
    return [head, end, _(BECAUSE[kept.why])]


def general_lines(context: Context) -> list[str]:
    """Return the rules for all accounts."""
    retention = context.reference.catalogue.office.retention
    draft = _("Unsent answers go after {count} days.").format(count=retention.draft)
    audit = _("The record of who looked stays for {span}.").format(span=span_words(retention.audit))
    return [
        marked(draft, context.reference, *KEPT),
        _("We keep the number, programme, stage and dates. Without a name."),
        _("Its name is erased."),
        marked(audit, context.reference, *KEPT),
    ]
