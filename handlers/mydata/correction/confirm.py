"""Old and new side by side, what will follow, and the yes: it counts at once, or staff check it first."""

from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.caregivers import caregiver_notices
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.mydata import new_request
from handlers.mydata.correction.correction_state import HELD, TALK, Matter, Step, held, matter_in_hand
from handlers.mydata.correction.edit import ask_anew, form_of
from handlers.mydata.correction.select import nothing_here
from handlers.mydata.part_words import value_lines
from locales import N_
from locales import gettext as _
from models.mydata import correction, data_request
from models.mydata.correction import DataPart
from models.mydata.data_request import RequestSpec, Right

YES, NO = "yes", "no"


def weigh(context: Context, matter: Matter) -> Step | int:
    """Nothing to do where it is what is stored already."""
    if meant(context, matter) == correction.stored_value(matter.part, matter.standing.person, matter.files):
        context.work.remember(HELD, None)
        show_menu(context, _("That is what is stored already. Nothing has changed."))
        return ConversationHandler.END
    return ask_sure(context, matter)


def meant(context: Context, matter: Matter) -> Any:
    return correction.value_in_form(matter.part, form_of(context))


def ask_sure(context: Context, matter: Matter) -> Step:
    was, becomes = correction.stored_value(matter.part, matter.standing.person, matter.files), meant(context, matter)
    programme = context.reference.catalogue.get(matter.files[-1].programme) if matter.part is DataPart.ANSWERS else None
    lines = [
        _("Stored now:"),
        *value_lines(context, matter.part, was, becomes, programme),
        _("It shall be:"),
        *value_lines(context, matter.part, becomes, was, programme),
        *(
            [_("It counts at once.")]
            if counts_at_once(context, matter)
            else [_("Staff check it first."), _("Until then the old data count.")]
        ),
        _("Is it right?"),
    ]
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(lines), sure_choices(), delete_after=A_DAY)
    return Step.SURE


def counts_at_once(context: Context, matter: Matter) -> bool:
    person = matter.standing.person
    today = context.reference.day_in(person.regency, context.now)
    return correction.counts_at_once(matter.part, person, matter.files, meant(context, matter), today)


async def take_sure(update: Update, context: Context) -> Any:
    matter = await matter_in_hand(context)
    if matter is None or not held(context).get("form"):
        return nothing_here(context)
    choice = match_choice(update, sure_choices())
    if choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return ask_sure(context, matter)
    if choice is None or choice.key == NO:
        return ask_anew(context, matter)
    await (correct(context, matter) if counts_at_once(context, matter) else wish(context, matter))
    context.work.remember(HELD, None)
    return ConversationHandler.END


async def correct(context: Context, matter: Matter) -> None:
    """It counts at once; old and new are kept with the person."""
    person, becomes = matter.standing.person, meant(context, matter)
    wish = {"was": correction.stored_value(matter.part, person, matter.files), "becomes": becomes}
    wanted = RequestSpec(context.account, person, Right.CORRECT, matter.about, wish)
    answering = await new_request.answering(context, person, matter.about)
    if not await correction.apply_correction(
        context.session, matter.part, person, becomes, files=matter.files, now=context.now
    ):
        show_menu(context, _("That can no longer be done."))
        return
    await data_request.record_done(context.session, wanted, answering, now=context.now)
    await caregiver_notices.used(context, matter.standing.link, person, caregiver_notices.CORRECTED)
    show_menu(context, _("It is corrected. Thank you."))


async def wish(context: Context, matter: Matter) -> None:
    """An officer has built on it: staff compare, and decide within the hours of the law."""
    person = matter.standing.person
    was, becomes = correction.stored_value(matter.part, person, matter.files), meant(context, matter)
    await caregiver_notices.used(context, matter.standing.link, person, caregiver_notices.WANTS_CORRECTED)
    await new_request.ask_staff(
        context, person, Right.CORRECT, about=matter.about, wish={"was": was, "becomes": becomes}
    )


def sure_choices() -> list[Choice]:
    return choices(TALK, Step.SURE, (YES, N_("Yes, that is right")), (NO, N_("No, ask again")))
