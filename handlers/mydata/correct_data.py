"""Correct stored data, from /data: one part is asked again, by the questions of the registration.

begin ─▶ PERSON ─▶ WHAT ─┬─▶ NAME · BIRTH · PLACE ─▶ REGENCY ─▶ DISTRICT ─▶ VILLAGE ─┬─▶ SURE ──yes──▶ it counts at once
                         ├─▶ PHONE ─▶ PHONE_OWNER · NEEDS ───────────────────────────┤           └──▶ or staff check it
                         └─▶ ANSWER ─▶ QUESTION ─────────────────────────────────────┘ └──no──▶ asked again
Kembali goes back one question, /batal leaves from anywhere
"""

from dataclasses import replace

from handlers import new_request
from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.engine import end_with, leave_unchanged, no_longer
from handlers.conversation.questions import END, Choose, Confirm, Next, Option
from handlers.conversation.registry import Conversation
from handlers.mydata.correction_session import (
    NOTHING_HERE,
    STEPS,
    TALK,
    CorrectionSession,
    CorrectionState,
    Step,
    answered_session,
    chosen_person,
    correctable,
    open_session,
    parts_of,
)
from handlers.registration.register import QUESTIONS
from handlers.registration.review import PREFIX, Line, about
from handlers.wording.own_data_text import value_lines
from locales import N_
from locales import gettext as _
from models.applications.overview import PersonOverview
from models.mydata import correction, data_request
from models.mydata.correction import DataPart
from models.mydata.data_request import RequestSpec, Right

SURE_LABELS = (N_("Yes, that is right"), N_("No, fill it in again"))


def conversation() -> Conversation:
    wanted = {step for steps in STEPS.values() for step in steps}
    person = new_request.choose_person(
        N_("Whose data shall be corrected?"), among=correctable, take=take_person, gone=NOTHING_HERE
    )
    what = Choose(
        N_("What is wrong, or has changed?"),
        options=what_options,
        take=take_what,
        back=leave_unchanged,
        subject=chosen_person,
    )
    answer = Choose(
        N_("Which answer do you want to correct?"), options=answer_options, take=take_answer, back=Step.WHAT
    )
    sure = Confirm(
        ask_sure,
        labels=SURE_LABELS,
        yes=take_yes,
        no=ask_part,
        back=ask_part,
        subject=answered_session,
        delete_after=A_DAY,
    )
    return Conversation(
        name=TALK,
        access=LINKED,
        state=CorrectionState,
        subject=open_session,
        gone=NOTHING_HERE,
        steps={Step.PERSON: person, Step.WHAT: what, Step.ANSWER: answer, Step.SURE: sure},
        questions=[replace(one, back=None) for one in QUESTIONS if one.step in wanted],
    )


def take_person(context: Context, people: list[PersonOverview], key: str) -> Step:
    context.set_state(CorrectionState(person=int(key)))
    return Step.WHAT


async def what_options(context: Context, person: PersonOverview) -> list[tuple[str, str]]:
    return [(key, words[:40]) for key, words in await parts_of(context, person)]


async def take_what(context: Context, person: PersonOverview, key: str) -> Next:
    state = context.state(CorrectionState)
    state.about, state.form = key, {}
    session = await open_session(context)
    if session is None or session.part is DataPart.ANSWERS:
        return Step.ANSWER
    return ask_part(context, session)


def answer_lines(session: CorrectionSession) -> list[Line]:
    """Return the programme's own questions with their answers, as on the card of a registration."""
    form = session.stored_form()
    programme = session.context.reference.catalogue.get(form.programme or "")
    return [about(form, asked) for asked in form.to_ask(programme)] if programme else []


def answer_options(context: Context, session: CorrectionSession) -> list[Option]:
    offered = [line.option() for line in answer_lines(session)]
    return [option._replace(key=option.key.removeprefix(PREFIX)) for option in offered]


def take_answer(context: Context, session: CorrectionSession, key: str) -> Next:
    context.state(CorrectionState).question = key
    return ask_part(context, session)


def ask_part(context: Context, session: CorrectionSession) -> Next:
    """Say what is stored, and ask the part as in a registration."""
    session.form = session.stored_form()
    if session.part is DataPart.ANSWERS:
        session.form.asking = context.state(CorrectionState).question
        session.form.skipped = [one.key for one in session.to_ask if one.key not in session.form.answers]
    else:
        words = value_lines(context, session.part, session.stored, None, None)
        context.send(_("Stored now:"), *words, protect=True, delete_after=A_DAY)
    session.save()
    return STEPS[session.part][0]


def ask_sure(context: Context, session: CorrectionSession) -> list[str]:
    """Show old and new side by side."""
    part, was, becomes = session.part, session.stored, session.meant
    programme = session.programme if part is DataPart.ANSWERS else None
    checked = [_("Staff check it first."), _("Until then the old data count.")]
    return [
        _("Stored now:"),
        *value_lines(context, part, was, becomes, programme),
        _("It shall be:"),
        *value_lines(context, part, becomes, was, programme),
        *([_("It counts at once.")] if session.counts_at_once else checked),
        _("Is it right?"),
    ]


async def take_yes(context: Context, session: CorrectionSession) -> int:
    if session.counts_at_once:
        return await correct(context, session)
    await ask_staff(context, session)
    return END


async def correct(context: Context, session: CorrectionSession) -> int:
    """Correct the data at once; old and new are stored with the person."""
    part, person, becomes = session.part, session.person, session.meant
    wanted = RequestSpec(context.account, person, Right.CORRECT, session.about, session.wish)
    answering = await new_request.answering(context, person, session.about)
    if not await correction.apply_correction(
        context.session, part, person, becomes, files=session.files, now=context.now
    ):
        return no_longer(context)
    await data_request.record_done(context.session, wanted, answering, now=context.now)
    await caregiver_notices.used(context, session.standing.link, person, caregiver_notices.CORRECTED)
    return end_with(context, _("It is corrected. Thank you."))


async def ask_staff(context: Context, session: CorrectionSession) -> None:
    """File a request: an officer has relied on the data, so staff compare and decide within the hours of the law."""
    person = session.person
    await caregiver_notices.used(context, session.standing.link, person, caregiver_notices.WANTS_CORRECTED)
    await new_request.ask_staff(context, person, Right.CORRECT, about=session.about, wish=session.wish)
