"""Correcting what is stored, from /data: one part is asked anew, by the very questions of registering.

begin ─▶ PERSON ─▶ WHAT ─┬─▶ NAME · BIRTH · REGENCY ─▶ DISTRICT ─▶ VILLAGE ─┬─▶ SURE ──yes──▶ it counts at once
                         ├─▶ PHONE ─▶ PHONE_OWNER · NEEDS ──────────────────┤           └──▶ or staff check it first
                         └─▶ ANSWER ─▶ QUESTION ────────────────────────────┘ └──no──▶ asked again
Kembali goes back one question, /batal leaves from anywhere
"""

from typing import Any

from telegram import Update

from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.mydata.correction.confirm import ask_sure, take_sure, weigh
from handlers.mydata.correction.correction_state import TALK, Step, matter_in_hand, person_in_hand
from handlers.mydata.correction.edit import CORRECTING, DONE, FLOW, TO_PARTS, Corrections, ask_again, questions
from handlers.mydata.correction.select import (
    ask_answer,
    ask_what,
    begin,
    begin_again,
    nothing_here,
    take_answer,
    take_person,
    take_what,
)
from handlers.registration.registration_form import Question, filled_in


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        begin=begin,
        resume=resume,
        take={Step.PERSON: take_person, Step.WHAT: take_what, Step.ANSWER: take_answer, Step.SURE: take_sure},
        flow=PermittedCorrections(
            TALK, FLOW.form_of, FLOW.discard_pending, FLOW.keep_answer, zero_is_free=FLOW.zero_is_free
        ),
        questions=questions(),
    )


async def resume(context: Context) -> Any:
    """Ask the open question again."""
    step, matter = ConversationStateView(TALK)[TALK], await matter_in_hand(context)
    if matter is None:
        standing = await person_in_hand(context)
        return await ask_what(context, standing) if standing and step != Step.PERSON else await begin_again(context)
    if step == Step.SURE:
        return ask_sure(context, matter)
    if step == Step.ANSWER:
        return ask_answer(context, matter)
    return ask_again(context, step)


class PermittedCorrections(Corrections):
    """Takes an answer within the questions of one part; who may no longer correct it is told so at the next word."""

    async def take_at(self, question: Question, update: Update, context: Context) -> Any:
        if await matter_in_hand(context) is None:
            return nothing_here(context)
        with filled_in(CORRECTING):
            step = await super().take_at(question, update, context)
        matter, standing = await matter_in_hand(context), await person_in_hand(context)
        if step == DONE and matter:
            return weigh(context, matter)
        return await ask_what(context, standing) if step == TO_PARTS and standing else step
