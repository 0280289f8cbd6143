"""The session of a registration: on one's own phone or at the counter; the same questions also correct stored data."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from handlers.conversation import form_questions
from handlers.conversation.drafts import DraftStore
from handlers.conversation.form_session import FormSession
from models.applications.registration import FORM, Registration, read, write
from models.people.account import ReadingMode
from models.programmes.programme_file import Programme
from models.programmes.question_kinds import ProgrammeQuestion as Asked


class Step(StrEnum):
    CONSENT = "CONSENT"
    RESUME = "RESUME"
    FOR_WHOM = "FOR_WHOM"
    ORGANISATION = "ORGANISATION"
    NAME = "NAME"
    CALLED = "CALLED"
    BIRTH = "BIRTH"
    PLACE = "PLACE"
    REGENCY = "REGENCY"
    DISTRICT = "DISTRICT"
    VILLAGE = "VILLAGE"
    PHONE = "PHONE"
    PHONE_OWNER = "PHONE_OWNER"
    HELPED = "HELPED"
    NEEDS = "NEEDS"
    ANYWAY = "ANYWAY"
    PROGRAMME = "PROGRAMME"
    QUESTION = "QUESTION"
    REVIEW = "REVIEW"
    CHANGE = "CHANGE"
    RECEIPT = "RECEIPT"


class RegistrationSession(FormSession[Registration]):
    """Fill in a registration."""

    talk = FORM
    drafts = DraftStore(Registration, read, write)

    @property
    def programme(self) -> Programme | None:
        return self.context.reference.catalogue.offered(self.form.programme) if self.form.programme else None

    @property
    def to_ask(self) -> Sequence[Asked]:
        """Return the programme's own questions that belong to the answers so far."""
        return self.form.to_ask(self.programme, self.asks_less) if self.programme else ()

    @property
    def asked(self) -> Asked | None:
        """Return the one of them to ask now."""
        return self.form.next_question(self.programme, self.asks_less) if self.programme else None

    @property
    def is_correction(self) -> bool:
        """Tell whether stored data are corrected, instead of a person registered."""
        return self.talk != FORM

    @property
    def asks_less(self) -> bool:
        """Tell whether only what must be known is asked: for people who read "Singkat dan mudah"."""
        return self.context.work.mode is ReadingMode.SIMPLE and not self.assisted

    @property
    def today(self) -> date:
        """Return the date on the person's own clock; before the place is known, the latest of the country."""
        places, now = self.context.reference.places, self.context.now
        return places.day_in(self.form.regency, now) if self.form.regency else places.latest_day(now)

    def discard_pending(self, step: str) -> bool:
        was_considering = self.form.considering is not None
        self.form.considering = None
        return super().discard_pending(step) or was_considering

    def keep_answer(self) -> None:
        super().keep_answer()
        self.form.considering, self.form.asking = None, None

    def zero_goes_back(self, step: str) -> bool:
        """Tell whether "0" goes back: not where a number is asked."""
        return step != Step.QUESTION or self.asked is None or self.asked.kind != "number"

    def can_keep(self, question: form_questions.FormQuestion[Any]) -> bool:
        if question.step != Step.QUESTION:
            return super().can_keep(question)
        return self.form.asking is not None and self.form.asking in {*self.form.answers, *self.form.skipped}


Question = form_questions.FormQuestion[RegistrationSession]
ManyQuestion = form_questions.ManyQuestion[RegistrationSession]
