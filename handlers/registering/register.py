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

from handlers.conversation.access import OWN
from handlers.conversation.menu import Section
from handlers.conversation.registry import Command, Conversation, Draft
from handlers.registering import begin, filed, needs, person, place, programme, questions, reach, review
from handlers.registering.form import TALK, Question, own_session
from locales import N_
from models.due import DueKind

QUESTIONS: tuple[Question, ...] = (
    *person.QUESTIONS,
    *place.QUESTIONS,
    *reach.QUESTIONS,
    *needs.QUESTIONS,
    *programme.QUESTIONS,
    *questions.QUESTIONS,
    *review.QUESTIONS,
)
"""What is asked, in order; at the counter too. Some of them also correct what is stored."""


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        begin=begin.begin,
        resume=begin.resume,
        session=own_session,
        questions=(*begin.QUESTIONS, *QUESTIONS, *filed.QUESTIONS),
        commands=[Command("daftar", N_("Register for a programme"), begin.begin)],
        sections={Section.REGISTER: begin.begin},
        closed=begin.closed,
        events={DueKind.DRAFT_ENDS_SOON: begin.draft_timer, DueKind.DRAFT_ENDS: begin.draft_timer},
        draft=Draft(N_("You have a registration that is not sent yet."), N_("To go on, type /daftar.")),
    )
