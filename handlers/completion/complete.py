"""/lengkapi: completing a file after its receipt, now or later.

/lengkapi ─▶ WHICH ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is fetched, looked at, comes back (returned.py)
                       └─▶ NO_NIK ─▶──▲          │  ▲                 └─ hard to read ─▶ ADVICE
                                                 ▼  │ the next one
                                              complete, or what is still missing

Every question takes "Nanti saja"; the file is complete as soon as everything required is there
"""

from handlers.completion.completion_form import FLOW, TALK, Step
from handlers.completion.completion_questions import QUESTIONS
from handlers.completion.file_received import returned_file
from handlers.completion.start_completion import closed, resume, stale, start, take_which
from handlers.conversation.access import LINKED
from handlers.conversation.registry import Command, Conversation, Draft
from locales import N_
from models.messaging.file_download import DownloadPurpose


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        resume=resume,
        take={Step.WHICH: take_which},
        flow=FLOW,
        questions=QUESTIONS,
        commands=[Command("lengkapi", N_("Complete a file"), start)],
        closed=closed,
        stale=stale,
        events={DownloadPurpose.PAPER: returned_file},
        draft=Draft(N_("A file of yours is not complete yet."), N_("To go on, type /lengkapi.")),
    )
