"""/lengkapi: complete a file after its receipt, now or later.

/lengkapi ─▶ WHICH ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is downloaded and checked (file_received.py)
                       └─▶ NO_NIK ─▶──▲          │  ▲                 └─ hard to read ─▶ ADVICE
                                                 ▼  │ the next one
                                              complete, or what is still missing

Every question takes "Nanti saja"; the file is complete as soon as everything required is there
"""

from handlers.completion import ask_nik, disability_kinds, documents
from handlers.completion.completion_form import TALK, Question, own_session
from handlers.completion.file_received import returned_file
from handlers.completion.start_completion import WHICH, begin_about, resume, start
from handlers.conversation.access import LINKED
from handlers.conversation.registry import Command, Conversation, WaitingDraft
from locales import N_
from models.messaging.file_download import DownloadPurpose

QUESTIONS: tuple[Question, ...] = (*ask_nik.QUESTIONS, *disability_kinds.QUESTIONS, *documents.QUESTIONS)
"""The questions in order; at the counter too."""


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        begin_about=begin_about,
        resume=resume,
        session=own_session,
        questions=(WHICH, *QUESTIONS),
        commands=[Command("lengkapi", N_("Complete a file"), start)],
        closed=start,
        events={DownloadPurpose.PAPER: returned_file},
        draft=WaitingDraft(N_("A file of yours is not complete yet."), N_("To go on, type /lengkapi.")),
    )
