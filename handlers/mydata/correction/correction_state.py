"""What is being corrected: whose data, which part, the answer so far; looked up anew at every step."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from handlers.conversation.context import Context
from handlers.mydata.part_words import PARTS
from locales import gettext as _
from locales import language
from models.applications.application import OVER, Application
from models.applications.overview import PersonOverview, overviews_for
from models.applications.registration import Registration
from models.mydata import correction
from models.mydata.correction import DataPart
from models.programmes.programme_file import Programme
from models.programmes.questions import Question

TALK = "correct"
HELD = "correcting"
"""What the chat remembers: whose data, which part, the form so far."""


class Step(StrEnum):
    PERSON = "PERSON"
    WHAT = "WHAT"
    ANSWER = "ANSWER"
    SURE = "SURE"


class Matter(NamedTuple):
    """Whose data, which part, and the files that it is about: all of the person, or the one with the answers."""

    standing: PersonOverview
    part: DataPart
    files: Sequence[Application]

    @property
    def about(self) -> str:
        return correction.subject_of(self.part, self.files[-1] if self.part is DataPart.ANSWERS else None)


def held(context: Context) -> dict[str, Any]:
    return dict(context.work.state.get(HELD) or {})


def hold(context: Context, **more: Any) -> None:
    context.work.remember(HELD, held(context) | more)


async def correctable(context: Context) -> list[PersonOverview]:
    """The people of this account of whom there is something that it may correct."""
    found = await overviews_for(context.session, context.account, context.now)
    return [one for one in found if await parts_of(context, one)]


async def parts_of(context: Context, standing: PersonOverview) -> list[tuple[str, str]]:
    """The parts that may be corrected, as the key of a choice with its words."""
    files = await correction.files_of(context.session, standing.person.id or 0)
    own = [(str(part), words) for part, words in PARTS.items() if part is not DataPart.ANSWERS]
    return [
        *(own if correction.may_correct(standing, files) else []),
        *(
            (
                correction.subject_of(DataPart.ANSWERS, file),
                _("Answers: {programme}").format(programme=short_name(programme)),
            )
            for file in files_with_answers(standing)
            if (programme := context.reference.catalogue.get(file.programme)) and programme.questions
        ),
    ]


def files_with_answers(standing: PersonOverview) -> list[Application]:
    return [line.application for line in standing.lines if line.may_act and line.application.stage not in OVER]


def short_name(programme: Programme) -> str:
    return programme.short_name.in_(language())


async def person_in_hand(context: Context) -> PersonOverview | None:
    found = await correctable(context)
    return next((one for one in found if one.person.id == held(context).get("person")), None)


async def matter_in_hand(context: Context) -> Matter | None:
    """The part that was chosen, as far as this account may still correct it."""
    standing, what = await person_in_hand(context), str(held(context).get("about"))
    if standing is None or what not in {key for key, _words in await parts_of(context, standing)}:
        return None
    part, number = correction.part_of(what)
    files = await correction.files_of(context.session, standing.person.id or 0)
    return Matter(standing, part, [one for one in files if number in {None, one.id}])


def form_for(matter: Matter) -> Registration:
    return correction.form_for(matter.part, matter.standing.person, matter.standing.link.relation, matter.files)


def asked_in(context: Context, matter: Matter) -> Sequence[Question]:
    programme = context.reference.catalogue.get(matter.files[-1].programme)
    return form_for(matter).to_ask(programme) if programme else ()
