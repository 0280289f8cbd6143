"""Correcting what is stored, from /data: one part is asked anew, by the very questions of registering.

begin ─▶ PERSON ─▶ WHAT ─┬─▶ NAME · BIRTH · REGENCY ─▶ DISTRICT ─▶ VILLAGE ─┬─▶ SURE ──yes──▶ it counts at once
                         ├─▶ PHONE ─▶ PHONE_OWNER · NEEDS ──────────────────┤           └──▶ or staff check it first
                         └─▶ ANSWER ─▶ QUESTION ────────────────────────────┘ └──no──▶ asked again
Kembali goes back one question, /batal leaves from anywhere
"""

from typing import Any

from handlers.context import Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.mydata.correcting.anew import WALK, ask_again
from handlers.mydata.correcting.matter import TALK, Step, matter_in_hand, person_in_hand
from handlers.mydata.correcting.sure import ask_sure, take_sure
from handlers.mydata.correcting.whose import (
    ask_answer,
    ask_what,
    begin,
    begin_again,
    take_answer,
    take_person,
    take_what,
)
from handlers.permission import LINKED

__all__ = ["TALK", "begin", "conversation", "resume"]


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=LINKED,
        entry_points=[],
        states={
            Step.PERSON: answers(TALK, Step.PERSON, take_person),
            Step.WHAT: answers(TALK, Step.WHAT, take_what),
            Step.ANSWER: answers(TALK, Step.ANSWER, take_answer),
            **WALK.states(),
            Step.SURE: answers(TALK, Step.SURE, take_sure),
        },
    )


async def resume(context: Talk) -> Any:
    """Ask the open question again."""
    step, matter = PlaceInTalk(TALK)[TALK], await matter_in_hand(context)
    if matter is None:
        standing = await person_in_hand(context)
        return await ask_what(context, standing) if standing and step != Step.PERSON else await begin_again(context)
    if step == Step.SURE:
        return ask_sure(context, matter)
    if step == Step.ANSWER:
        return ask_answer(context, matter)
    return ask_again(context, step)
