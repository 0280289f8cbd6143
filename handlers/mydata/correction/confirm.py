"""Show old and new side by side and take the yes: it counts at once, or staff check it first."""

from typing import Any

from telegram.ext import ConversationHandler

from handlers import new_request
from handlers.caregivers import caregiver_notices
from handlers.conversation.context import A_DAY
from handlers.conversation.form import Prompt
from handlers.conversation.form_questions import FormQuestion
from handlers.conversation.menu import show_menu
from handlers.mydata.correction.correction_state import CorrectionSession, Step
from handlers.wording.own_data_text import value_lines
from locales import N_
from locales import gettext as _
from models.mydata import correction, data_request
from models.mydata.correction import DataPart
from models.mydata.data_request import RequestSpec, Right

YES, NO = "yes", "no"
SURE_CHOICES = ((YES, N_("Yes, that is right")), (NO, N_("No, ask again")))


def ask_sure(session: CorrectionSession) -> Prompt:
    context, matter = session.context, session.current
    was, becomes = matter.stored, session.meant
    programme = context.reference.catalogue.get(matter.files[-1].programme) if matter.part is DataPart.ANSWERS else None
    lines = [
        _("Stored now:"),
        *value_lines(context, matter.part, was, becomes, programme),
        _("It shall be:"),
        *value_lines(context, matter.part, becomes, was, programme),
        *(
            [_("It counts at once.")]
            if counts_at_once(session)
            else [_("Staff check it first."), _("Until then the old data count.")]
        ),
        _("Is it right?"),
    ]
    return Prompt("\n".join(lines), delete_after=A_DAY)


def counts_at_once(session: CorrectionSession) -> bool:
    matter, context = session.current, session.context
    person = matter.standing.person
    today = context.reference.day_in(person.regency, context.now)
    return correction.counts_at_once(matter.part, person, matter.files, session.meant, today)


async def take_sure(session: CorrectionSession, key: str) -> Any:
    if key == NO:
        return session.ask_part()
    await (correct if counts_at_once(session) else wish)(session)
    return ConversationHandler.END


async def correct(session: CorrectionSession) -> None:
    """Correct the data at once; old and new are stored with the person."""
    context, matter, becomes = session.context, session.current, session.meant
    person = matter.standing.person
    wanted = RequestSpec(
        context.account, person, Right.CORRECT, matter.about, {"was": matter.stored, "becomes": becomes}
    )
    answering = await new_request.answering(context, person, matter.about)
    if not await correction.apply_correction(
        context.session, matter.part, person, becomes, files=matter.files, now=context.now
    ):
        show_menu(context, _("That can no longer be done."))
        return
    await data_request.record_done(context.session, wanted, answering, now=context.now)
    await caregiver_notices.used(context, matter.standing.link, person, caregiver_notices.CORRECTED)
    show_menu(context, _("It is corrected. Thank you."))


async def wish(session: CorrectionSession) -> None:
    """File a request: an officer has relied on the data, so staff compare and decide within the hours of the law."""
    context, matter = session.context, session.current
    wish = {"was": matter.stored, "becomes": session.meant}
    await caregiver_notices.used(
        context, matter.standing.link, matter.standing.person, caregiver_notices.WANTS_CORRECTED
    )
    await new_request.ask_staff(context, matter.standing.person, Right.CORRECT, about=matter.about, wish=wish)


QUESTIONS = (
    FormQuestion(
        Step.SURE,
        ask_sure,
        options=SURE_CHOICES,
        take=take_sure,
        back=lambda session: session.ask_part(),
        standalone=True,
    ),
)
