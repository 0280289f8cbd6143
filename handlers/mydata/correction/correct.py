"""Correct stored data, from /data: one part is asked again, by the questions of the registration.

begin ─▶ PERSON ─▶ WHAT ─┬─▶ NAME · BIRTH · REGENCY ─▶ DISTRICT ─▶ VILLAGE ─┬─▶ SURE ──yes──▶ it counts at once
                         ├─▶ PHONE ─▶ PHONE_OWNER · NEEDS ──────────────────┤           └──▶ or staff check it first
                         └─▶ ANSWER ─▶ QUESTION ────────────────────────────┘ └──no──▶ asked again
Kembali goes back one question, /batal leaves from anywhere
"""

from dataclasses import replace
from typing import Any

from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.form import step_of
from handlers.conversation.registry import Conversation
from handlers.mydata.correction import confirm, select
from handlers.mydata.correction.correction_state import STEPS, TALK, CorrectionState, open_session
from handlers.registration.register import QUESTIONS


def conversation() -> Conversation:
    wanted = {step for steps in STEPS.values() for step in steps}
    of_registering = [replace(one, back=None) for one in QUESTIONS if one.step in wanted]
    return Conversation(
        name=TALK,
        access=LINKED,
        state=CorrectionState,
        begin=select.begin,
        resume=resume,
        session=open_session,
        questions=(*select.QUESTIONS, *of_registering, *confirm.QUESTIONS),
    )


async def resume(context: Context) -> Any:
    """Ask the open question again."""
    session, step = await open_session(context), step_of(TALK) or ""
    return select.begin_again(session) if session.lacks(step) else session.ask(step)
