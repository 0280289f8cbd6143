"""/daftar: register, from "for whom" to the receipt.

/daftar ─▶ CONSENT ─▶ RESUME ─▶ FOR_WHOM ─▶ NAME ─▶ BIRTH ─▶ REGENCY ─▶ DISTRICT ─▶ VILLAGE
                                   └▶ ORGANISATION ─▲                                 │
NEEDS ◀──────────────────────────────────────── PHONE_OWNER ◀────────────── PHONE ◀──┘
  │
  └─▶ PROGRAMME ◀──▶ ANYWAY (does not fit, all the same)
          └─▶ QUESTION … ─▶ REVIEW ──sent──▶ RECEIPT ──▶ handlers/completion, or later
                              │  ▲
                              ▼  │ a number: that answer again
                          any of them

Kembali goes back one question, /batal leaves from anywhere; the answers wait for thirty days
"""

from handlers.conversation.access import OWN
from handlers.conversation.menu import Section
from handlers.conversation.registry import Command, Conversation, WaitingDraft
from handlers.onboarding.consent_question import ConsentQuestionState
from handlers.registration import (
    contact,
    needs,
    person_questions,
    place,
    programme_choice,
    programme_questions,
    review,
    start_registration,
    submit,
)
from handlers.registration.registration_form import TALK, Question, own_session
from locales import N_
from models.scheduled import ScheduledKind

QUESTIONS: tuple[Question, ...] = (
    *person_questions.QUESTIONS,
    *place.QUESTIONS,
    *contact.QUESTIONS,
    *needs.QUESTIONS,
    *programme_choice.QUESTIONS,
    *programme_questions.QUESTIONS,
    *review.QUESTIONS,
)
"""The questions in order; at the counter too. Some also correct stored data."""


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        state=ConsentQuestionState,
        begin=start_registration.begin,
        resume=start_registration.resume,
        session=own_session,
        questions=(*start_registration.QUESTIONS, *QUESTIONS, *submit.QUESTIONS),
        commands=[Command("daftar", N_("Register for a programme"), start_registration.begin)],
        sections={Section.REGISTER: start_registration.begin},
        closed=start_registration.closed,
        events={
            ScheduledKind.DRAFT_ENDS_SOON: start_registration.draft_timer,
            ScheduledKind.DRAFT_ENDS: start_registration.draft_timer,
        },
        draft=WaitingDraft(N_("You have a registration that is not sent yet."), N_("To go on, type /daftar.")),
    )
