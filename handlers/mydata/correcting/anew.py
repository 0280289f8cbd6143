"""One part of the data asked anew, by the very questions of registering; what is stored is said first."""

from typing import Any

from telegram import Update

from handlers.asking.forms import Walk
from handlers.context import A_DAY, Talk
from handlers.mydata.correcting.matter import (
    TALK,
    Matter,
    asked_in,
    form_for,
    held,
    hold,
    matter_in_hand,
    person_in_hand,
)
from handlers.mydata.part_words import value_lines
from handlers.registering import form as registering
from handlers.registering.form import Filling, Question, Step, filled_in
from locales import gettext as _
from models.applications.registration import Registration
from models.mydata import correction
from models.mydata.correction import Part

DONE, TO_PARTS = -2, -3
"""What the walk says instead of a step: everything is answered; back from the first question."""
STEPS: dict[Part, tuple[Step, ...]] = {
    Part.NAME: (Step.NAME,),
    Part.BIRTH: (Step.BIRTH,),
    Part.PLACE: (Step.REGENCY, Step.DISTRICT, Step.VILLAGE),
    Part.PHONE: (Step.PHONE, Step.PHONE_OWNER),
    Part.NEEDS: (Step.NEEDS,),
    Part.ANSWERS: (Step.QUESTION,),
}


def ask_anew(context: Talk, matter: Matter) -> Any:
    """What is stored is said first, then it is asked as in a registration."""
    form = form_for(matter)
    if matter.part is Part.ANSWERS:
        form.asking = str(held(context).get("question"))
        form.skipped = [one.key for one in asked_in(context, matter) if one.key not in form.answers]
    keep(context, form)
    if matter.part is not Part.ANSWERS:
        show(context, matter)
    with filled_in(CORRECTING):
        return WALK.ask(context, STEPS[matter.part][0])


def ask_again(context: Talk, step: str) -> Any:
    """The open question once more."""
    with filled_in(CORRECTING):
        return WALK.ask(context, step)


def show(context: Talk, matter: Matter) -> None:
    """What is stored now, for a day."""
    was = correction.stored(matter.part, matter.standing.person, matter.files)
    words = value_lines(context, matter.part, was, None, None)
    context.say("\n".join([_("Stored now:"), *words]), protect=True, lasts=A_DAY)


def form_of(context: Talk) -> Registration:
    return Registration.model_validate(held(context).get("form") or {})


def keep(context: Talk, form: Registration) -> None:
    hold(context, form=form.model_dump(mode="json", exclude_defaults=True))


class Corrections(Walk[Step, Registration]):
    """The way through the questions of one part; whoever may no longer correct it is told so at the next word."""

    async def take_at(self, question: Question, update: Update, context: Talk) -> Any:
        from handlers.mydata.correcting import sure, whose  # which lead here

        if await matter_in_hand(context) is None:
            return whose.nothing_here(context)
        with filled_in(CORRECTING):
            step = await super().take_at(question, update, context)
        matter, standing = await matter_in_hand(context), await person_in_hand(context)
        if step == DONE and matter:
            return sure.weigh(context, matter)
        return await whose.ask_what(context, standing) if step == TO_PARTS and standing else step

    def steps(self, context: Talk) -> tuple[Step, ...]:
        return STEPS[correction.part_of(str(held(context).get("about")))[0]]

    def ask_next(self, context: Talk) -> Step | int:
        form, desk = self.form_of(context), context.desk
        asked = (self.question_at(step) for step in self.steps(context))
        waiting = (one for one in asked if one.belongs(form, desk) and not one.is_answered(form, desk))
        first = next(waiting, None)
        return first.ask(context) if first else DONE

    def ask_before(self, context: Talk, step: str) -> Step | int:
        if self.drop_doubt(context, step):
            return self.ask(context, step)
        steps = self.steps(context)
        at = steps.index(Step(step))
        return self.ask(context, steps[at - 1]) if at else TO_PARTS


def questions() -> tuple[Question, ...]:
    """Those of registering that are about the person and the answers, in their order."""
    wanted = {step for steps in STEPS.values() for step in steps}
    return tuple(one for one in registering.path() if one.step in wanted)


WALK = Corrections(
    TALK, questions, form_of, registering.drop_doubt, registering.let_be, zero_is_free=registering.zero_is_free
)
CORRECTING = Filling(TALK, form_of, keep, lambda: WALK)
