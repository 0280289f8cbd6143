"""/lengkapi: completing a file after its receipt, now or later.

/lengkapi ─▶ WHICH ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is fetched, looked at, comes back (returned.py)
                       └─▶ NO_NIK ─▶──▲          │  ▲                 └─ hard to read ─▶ ADVICE
                                                 ▼  │ the next one
                                              complete, or what is still missing

Every question takes "Nanti saja"; the file is complete as soon as everything required is there
"""

from typing import Any

from telegram.ext import CallbackQueryHandler, CommandHandler

from handlers.asking.forms import ClosedTalk
from handlers.completing.begin import closed, open_file, open_latest, resume, stale, start, take_which
from handlers.completing.form import TALK, WALK, Step
from handlers.completing.returned import returned_file
from handlers.conversation import DurableConversation, answers
from handlers.permission import LINKED

__all__ = ["TALK", "Step", "conversation", "open_file", "open_latest", "resume", "returned_file"]


def conversation() -> DurableConversation:
    """The table. Each question listens to its buttons and to anything sent instead (handlers/asking/forms.py)."""
    states: dict[object, list[Any]] = {
        Step.WHICH: answers(TALK, Step.WHICH, take_which),
        **WALK.states(),
    }
    return DurableConversation(
        TALK,
        rule=LINKED,
        entry_points=[CommandHandler("lengkapi", start), ClosedTalk(TALK, closed)],
        states=states,
        fallbacks=[CallbackQueryHandler(stale, pattern=f"^{TALK}:")],
    )
