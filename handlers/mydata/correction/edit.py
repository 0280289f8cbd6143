"""One part of the data asked anew, by the very questions of registering; what is stored is said first."""

from typing import Any

from handlers.conversation.context import A_DAY, Context
from handlers.conversation.form import FormFlow
from handlers.mydata.correction.correction_state import (
    TALK,
    Matter,
    asked_in,
    form_for,
    held,
    hold,
)
from handlers.mydata.part_words import value_lines
from handlers.registration import registration_form as registering
from handlers.registration.registration_form import Filling, Question, Step, filled_in
from handlers.registration.registration_questions import QUESTIONS
from locales import gettext as _
from models.applications.registration import Registration
from models.mydata import correction
from models.mydata.correction import DataPart

DONE, TO_PARTS = -2, -3
"""What the walk says instead of a step: everything is answered; back from the first question."""
STEPS: dict[DataPart, tuple[Step, ...]] = {
    DataPart.NAME: (Step.NAME,),
    DataPart.BIRTH: (Step.BIRTH,),
    DataPart.PLACE: (Step.REGENCY, Step.DISTRICT, Step.VILLAGE),
    DataPart.PHONE: (Step.PHONE, Step.PHONE_OWNER),
    DataPart.NEEDS: (Step.NEEDS,),
    DataPart.ANSWERS: (Step.QUESTION,),
}


def ask_anew(context: Context, matter: Matter) -> Any:
    """What is stored is said first, then it is asked as in a registration."""
    form = form_for(matter)
    if matter.part is DataPart.ANSWERS:
        form.asking = str(held(context).get("question"))
        form.skipped = [one.key for one in asked_in(context, matter) if one.key not in form.answers]
    keep(context, form)
    if matter.part is not DataPart.ANSWERS:
        show(context, matter)
    with filled_in(CORRECTING):
        return FLOW.ask(context, STEPS[matter.part][0])


def ask_again(context: Context, step: str) -> Any:
    """The open question once more."""
    with filled_in(CORRECTING):
        return FLOW.ask(context, step)


def show(context: Context, matter: Matter) -> None:
    """What is stored now, for a day."""
    was = correction.stored_value(matter.part, matter.standing.person, matter.files)
    words = value_lines(context, matter.part, was, None, None)
    context.send("\n".join([_("Stored now:"), *words]), protect=True, delete_after=A_DAY)


def form_of(context: Context) -> Registration:
    return Registration.model_validate(held(context).get("form") or {})


def keep(context: Context, form: Registration) -> None:
    hold(context, form=form.model_dump(mode="json", exclude_defaults=True))


class Corrections(FormFlow[Step, Registration]):
    """The way through the questions of one part."""

    def steps(self, context: Context) -> tuple[Step, ...]:
        return STEPS[correction.part_of(str(held(context).get("about")))[0]]

    def ask_next(self, context: Context) -> Step | int:
        form, reference = self.form_of(context), context.reference
        asked = (self.question_at(step) for step in self.steps(context))
        waiting = (one for one in asked if one.belongs(form, reference) and not one.is_answered(form, reference))
        first = next(waiting, None)
        return first.ask(context) if first else DONE

    def ask_before(self, context: Context, step: str) -> Step | int:
        if self.discard_pending(context, step):
            return self.ask(context, step)
        steps = self.steps(context)
        at = steps.index(Step(step))
        return self.ask(context, steps[at - 1]) if at else TO_PARTS


def questions() -> tuple[Question, ...]:
    """Those of registering that are about the person and the answers, in their order."""
    wanted = {step for steps in STEPS.values() for step in steps}
    return tuple(one for one in QUESTIONS if one.step in wanted)


FLOW = Corrections(
    TALK, form_of, registering.discard_pending, registering.keep_answer, zero_is_free=registering.zero_is_free
)
CORRECTING = Filling(TALK, form_of, keep, lambda: FLOW)
