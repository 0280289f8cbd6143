"""/daftar: interest first, from "for whom" to the receipt.

/daftar ─▶ CONSENT ─▶ RESUME ─▶ FOR_WHOM ─▶ NAME ─▶ BIRTH ─▶ REGENCY ─▶ DISTRICT ─▶ VILLAGE
                                   └▶ ORGANISATION ─▲                                 │
NEEDS ◀──────────────────────────────────────── PHONE_OWNER ◀────────────── PHONE ◀──┘
  │
  └─▶ PROGRAMME ◀──▶ ANYWAY (does not fit, all the same)
          └─▶ QUESTION … ─▶ REVIEW ──sent──▶ RECEIPT ──▶ handlers/completing, or later
                              │  ▲
                              ▼  │ a number: that answer again
                          any of them

Kembali goes back one question, /batal leaves from anywhere; the answers wait for thirty days
"""

from typing import Any

from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.asking.forms import ClosedTalk
from handlers.conversation import DurableConversation, answers
from handlers.permission import OWN
from handlers.registering.begin import begin, closed, draft_timer, go_on, resume, stale, take_consent, take_resume
from handlers.registering.filed import take_receipt
from handlers.registering.form import TALK, WALK, Step

__all__ = ["TALK", "Step", "begin", "conversation", "draft_timer", "go_on", "resume"]


def conversation() -> DurableConversation:
    """The table. Each question listens to its buttons and to anything sent instead (handlers/asking/forms.py)."""
    states: dict[object, list[Any]] = {
        Step.CONSENT: answers(TALK, Step.CONSENT, take_consent),
        Step.RESUME: answers(TALK, Step.RESUME, take_resume),
        **WALK.states(),
        Step.RECEIPT: answers(TALK, Step.RECEIPT, take_receipt),
    }
    return DurableConversation(
        TALK,
        rule=OWN,
        entry_points=[
            CommandHandler("daftar", begin),
            ClosedTalk(TALK, closed),
        ],
        states=states,
        fallbacks=[CallbackQueryHandler(stale, pattern=f"^{TALK}:")],
    )
