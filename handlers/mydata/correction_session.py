"""The session of a correction: whose data, which part, the answers so far; loaded again for every update."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from enum import StrEnum
from typing import Any

from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.form_questions import FormQuestion
from handlers.conversation.questions import Next
from handlers.registration.registration_form import RegistrationSession
from handlers.registration.registration_form import Step as Asked
from handlers.wording.own_data_text import PARTS
from locales import N_, language
from locales import gettext as _
from models.applications.application import OVER, Application
from models.applications.overview import PersonOverview, overviews_for
from models.applications.registration import Registration
from models.mydata import correction
from models.mydata.correction import DataPart
from models.people.person import Person
from models.programmes.programme_file import Programme

TALK = "correct"
NOTHING_HERE = (N_("There is nothing here that you may correct."), N_("To ask staff, type /tanya."))
STEPS: dict[DataPart, tuple[Asked, ...]] = {
    DataPart.NAME: (Asked.NAME,),
    DataPart.BIRTH: (Asked.BIRTH,),
    DataPart.PLACE: (Asked.PLACE, Asked.REGENCY, Asked.DISTRICT, Asked.VILLAGE),
    DataPart.PHONE: (Asked.PHONE, Asked.PHONE_OWNER),
    DataPart.NEEDS: (Asked.NEEDS,),
    DataPart.ANSWERS: (Asked.QUESTION,),
}
"""The questions of a registration that ask for each part."""


class Step(StrEnum):
    PERSON = "PERSON"
    WHAT = "WHAT"
    ANSWER = "ANSWER"
    SURE = "SURE"


@dataclass
class CorrectionState:
    """Whose data, which part of them, which answer of a programme, and the form so far."""

    person: int = 0
    about: str = ""
    question: str = ""
    form: dict[str, Any] = field(default_factory=dict)


@dataclass
class CorrectionSession(RegistrationSession):
    """Correct one part of the data of a stored person by the questions of a registration; answers stay in the state.

    `files`: those that the part is about: all of the person, or the one with the answers.
    """

    talk = TALK
    _: KW_ONLY
    standing: PersonOverview
    part: DataPart
    files: Sequence[Application]

    def load(self) -> Registration:
        return Registration.model_validate(self.context.state(CorrectionState).form)

    def save(self) -> None:
        self.context.state(CorrectionState).form = self.form.model_dump(mode="json", exclude_defaults=True)

    @property
    def person(self) -> Person:
        return self.standing.person

    @property
    def about(self) -> str:
        return correction.subject_of(self.part, self.files[-1] if self.part is DataPart.ANSWERS else None)

    @property
    def stored(self) -> Any:
        return correction.stored_value(self.part, self.person, self.files)

    def stored_form(self) -> Registration:
        """Return the form of this person, with this part still to be asked."""
        return correction.form_for(self.part, self.person, self.standing.link.relation, self.files)

    @property
    def questions(self) -> Sequence[FormQuestion[Any]]:
        """Return those that are about the part."""
        return [one for one in super().questions if one.step in STEPS[self.part]]

    @property
    def programme(self) -> Programme | None:
        """Return that of the file whose answers are corrected, also when it is no longer offered."""
        return self.context.reference.catalogue.get(self.form.programme) if self.form.programme else None

    def can_go_back(self, question: FormQuestion[Any]) -> bool:
        return True

    async def before_first(self, question: FormQuestion[Any]) -> Next:
        return Step.WHAT

    @property
    def meant(self) -> Any:
        """Return the answer, as the type of the stored value."""
        return correction.value_in_form(self.part, self.form)

    @property
    def wish(self) -> dict[str, Any]:
        return {"was": self.stored, "becomes": self.meant}

    @property
    def counts_at_once(self) -> bool:
        today = self.context.reference.day_in(self.person.regency, self.context.now)
        return correction.counts_at_once(self.part, self.person, self.files, self.meant, today)

    def end(self) -> Next:
        """Ask for the yes; end where the answer is stored already."""
        if self.meant != self.stored:
            return Step.SURE
        return end_with(self.context, _("That is what is stored already. Nothing has changed."))


async def correctable(context: Context) -> list[PersonOverview] | None:
    """Return the people of this account whose data it may correct."""
    found = await overviews_for(context.session, context.account, context.now)
    return [one for one in found if await parts_of(context, one)] or None


async def chosen_person(context: Context) -> PersonOverview | None:
    chosen = context.state(CorrectionState).person
    return next((one for one in await correctable(context) or [] if one.person.id == chosen), None)


async def open_session(context: Context) -> CorrectionSession | None:
    """Load what was chosen, as far as this account may still correct it."""
    standing, about = await chosen_person(context), context.state(CorrectionState).about
    if standing is None or about not in dict(await parts_of(context, standing)):
        return None
    part, number = correction.part_of(about)
    files = await correction.files_of(context.session, standing.person.id or 0)
    about_part = [one for one in files if number in {None, one.id}]
    return CorrectionSession(context, standing=standing, part=part, files=about_part)


async def answered_session(context: Context) -> CorrectionSession | None:
    return await open_session(context) if context.state(CorrectionState).form else None


async def parts_of(context: Context, standing: PersonOverview) -> list[tuple[str, str]]:
    """Return the parts that may be corrected, as keys and labels of choices."""
    files = await correction.files_of(context.session, standing.person.id or 0)
    own = [(str(part), words) for part, words in PARTS.items() if part is not DataPart.ANSWERS]
    return [
        *(own if correction.may_correct(standing, files) else []),
        *(
            (correction.subject_of(DataPart.ANSWERS, file), _("Answers: {programme}").format(programme=name))
            for file, name in files_with_answers(context, standing)
        ),
    ]


def files_with_answers(context: Context, standing: PersonOverview) -> list[tuple[Application, str]]:
    """Return the files in progress whose programme asks questions of its own, each with its name."""
    files = [line.application for line in standing.lines if line.may_act and line.application.stage not in OVER]
    found = [(file, context.reference.catalogue.get(file.programme)) for file in files]
    return [(file, one.short_name.in_(language())) for file, one in found if one and one.questions]
