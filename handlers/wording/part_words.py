"""Put the parts of the data in words: their names, stored values and new values."""

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.conversation.context import Context
from handlers.wording.person_words import address_words, needs_words
from handlers.wording.terms import OWNERS, born_words, number_for
from locales import N_, language
from locales import gettext as _
from locales.times import list_words
from models.applications.registration import PhoneOwner, Registration
from models.mydata.correction import DataPart
from models.people.born import Born
from models.programmes.programme_file import Programme
from models.programmes.question_kinds import ProgrammeQuestion as Asked

PARTS = {
    DataPart.NAME: N_("Name"),
    DataPart.BIRTH: N_("Date of birth"),
    DataPart.PLACE: N_("Address"),
    DataPart.PHONE: N_("Phone"),
    DataPart.NEEDS: N_("What helps"),
    DataPart.ANSWERS: N_("Answers"),
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
