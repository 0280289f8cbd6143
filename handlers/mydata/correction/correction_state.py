"""The session of a correction: whose data, which part, the answers so far; loaded again for every update."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.context import A_DAY, Context
from handlers.conversation.form import step_of
from handlers.conversation.form_questions import FormQuestion
from handlers.conversation.menu import show_menu
from handlers.registration.registration_form import RegistrationSession
from handlers.registration.registration_form import Step as Asked
from handlers.wording.own_data_text import PARTS, value_lines
from locales import gettext as _
from locales import language
from models.applications.application import OVER, Application
from models.applications.overview import PersonOverview, overviews_for
from models.applications.registration import Registration
from models.mydata import correction
from models.mydata.correction import DataPart
from models.programmes.programme_file import Programme

TALK = "correct"
STEPS: dict[DataPart, tuple[Asked, ...]] = {
    DataPart.NAME: (Asked.NAME,),
    DataPart.BIRTH: (Asked.BIRTH,),
    DataPart.PLACE: (Asked.REGENCY, Asked.DISTRICT, Asked.VILLAGE),
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


class Matter(NamedTuple):
    """Whose data, which part, and the files that it is about: all of the person, or the one with the answers."""

    standing: PersonOverview
    part: DataPart
    files: Sequence[Application]

    @property
    def about(self) -> str:
        return correction.subject_of(self.part, self.files[-1] if self.part is DataPart.ANSWERS else None)

    @property
    def stored(self) -> Any:
        return correction.stored_value(self.part, self.standing.person, self.files)

    def form(self) -> Registration:
        """Return the form of this person, with this part still to be asked."""
        return correction.form_for(self.part, self.standing.person, self.standing.link.relation, self.files)


class HeldAnswers:
    """Read and write the answers of a correction in the state of the chat."""

    def load(self, context: Context, name: str) -> Registration:
        return Registration.model_validate(context.state(CorrectionState).form)

    def save(self, context: Context, name: str, form: Registration) -> None:
        context.state(CorrectionState).form = form.model_dump(mode="json", exclude_defaults=True)


@dataclass
class CorrectionSession(RegistrationSession):
    """Correct one part of the data of a stored person by the questions of a registration."""

    people: Sequence[PersonOverview] = ()
    standing: PersonOverview | None = None
    parts: Sequence[tuple[str, str]] = ()
    matter: Matter | None = None

    @property
    def current(self) -> Matter:
        """Return what is corrected; only for steps that do not lack it."""
        assert self.matter is not None
        return self.matter

    async def look_up(self) -> None:
        """Load the people of this account, and what was chosen as far as it may still be corrected."""
        context, chosen = self.context, self.context.state(CorrectionState)
        self.people = await correctable(context)
        self.standing = next((one for one in self.people if one.person.id == chosen.person), None)
        self.parts = await parts_of(context, self.standing) if self.standing else ()
        self.matter = None
        if self.standing and chosen.about in dict(self.parts):
            part, number = correction.part_of(chosen.about)
            files = await correction.files_of(context.session, self.standing.person.id or 0)
            self.matter = Matter(self.standing, part, [one for one in files if number in {None, one.id}])

    def lacks(self, step: str | None) -> bool:
        """Tell whether what a step is about is gone, or no longer this account's to correct."""
        if step in {Step.PERSON, Step.WHAT}:
            return not (self.people if step == Step.PERSON else self.standing)
        if step == Step.SURE and not self.context.state(CorrectionState).form:
            return True
        return self.matter is None or step not in {*Step, *STEPS[self.matter.part]}

    async def end_if_gone(self, update: Update) -> bool:
        is_gone = self.lacks(step_of(TALK))
        if is_gone:
            nothing_here(self.context)
        return is_gone

    @property
    def questions(self) -> Sequence[FormQuestion[Any]]:
        """Return those that are about the part, beside those that choose and confirm it."""
        steps = STEPS[self.matter.part] if self.matter else ()
        return [one for one in super().questions if one.standalone or one.step in steps]

    @property
    def programme(self) -> Programme | None:
        """Return that of the file whose answers are corrected, also when it is no longer offered."""
        return self.context.reference.catalogue.get(self.form.programme) if self.form.programme else None

    def can_go_back(self, question: FormQuestion[Any]) -> bool:
        return True

    async def before_first(self, question: FormQuestion[Any]) -> Any:
        return self.ask(Step.WHAT)

    def ask_part(self) -> Any:
        """Say what is stored, and ask the part as in a registration."""
        part, stored = self.current.part, self.current.stored
        self.form = self.current.form()
        if part is DataPart.ANSWERS:
            self.form.asking = self.context.state(CorrectionState).question
            self.form.skipped = [one.key for one in self.to_ask if one.key not in self.form.answers]
        else:
            words = value_lines(self.context, part, stored, None, None)
            self.context.send("\n".join([_("Stored now:"), *words]), protect=True, delete_after=A_DAY)
        self.save()
        return self.ask(STEPS[part][0])

    @property
    def meant(self) -> Any:
        """Return the answer, as the type of the stored value."""
        return correction.value_in_form(self.current.part, self.form)

    def end(self) -> Any:
        """Ask for the yes; end where the answer is stored already."""
        if self.meant != self.current.stored:
            return self.ask(Step.SURE)
        return end_with(self.context, _("That is what is stored already. Nothing has changed."))


async def open_session(context: Context) -> CorrectionSession:
    session = CorrectionSession(context, TALK, HeldAnswers())
    await session.look_up()
    return session


def end_with(context: Context, *lines: str) -> int:
    """End the correction with these words."""
    show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def nothing_here(context: Context) -> int:
    return end_with(context, _("There is nothing here that you may correct."), _("To ask staff, type /bantuan."))


async def correctable(context: Context) -> list[PersonOverview]:
    """Return the people of this account whose data it may correct."""
    found = await overviews_for(context.session, context.account, context.now)
    return [one for one in found if await parts_of(context, one)]


async def parts_of(context: Context, standing: PersonOverview) -> list[tuple[str, str]]:
    """Return the parts that may be corrected, as keys and labels of choices."""
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
