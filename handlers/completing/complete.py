"""/lengkapi: completing a file after its receipt, now or later.

/lengkapi ─▶ WHICH ─▶ NIK ──────────▶ KIND ─▶ DOCUMENT ◀──▶ a file is fetched, looked at, comes back (returned.py)
                       └─▶ NO_NIK ─▶──▲          │  ▲                 └─ hard to read ─▶ ADVICE
                                                 ▼  │ the next one
                                              complete, or what is still missing

Every question takes "Nanti saja"; the file is complete as soon as everything required is there
"""

from handlers.completing import kinds, nik, papers
from handlers.completing.begin import WHICH, resume, start
from handlers.completing.form import TALK, Question, own_session
from handlers.completing.returned import returned_file
from handlers.conversation.access import LINKED
from handlers.conversation.registry import Command, Conversation, Draft
from locales import N_
from models.post.parcel import Purpose

QUESTIONS: tuple[Question, ...] = (*nik.QUESTIONS, *kinds.QUESTIONS, *papers.QUESTIONS)
"""What is asked, in order; at the counter too."""


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        resume=resume,
        session=own_session,
        questions=(WHICH, *QUESTIONS),
        commands=[Command("lengkapi", N_("Complete a file"), start)],
        closed=start,
        events={Purpose.PAPER: returned_file},
        draft=Draft(N_("A file of yours is not complete yet."), N_("To go on, type /lengkapi.")),
    )
