"""/daftar: interest first, from "for whom" to the receipt.

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
from handlers.conversation.registry import Command, Conversation, Draft
from handlers.registration.registration_form import FLOW, TALK, Step
from handlers.registration.registration_questions import QUESTIONS
from handlers.registration.start_registration import (
    begin,
    closed,
    draft_timer,
    resume,
    stale,
    take_consent,
    take_resume,
)
from handlers.registration.submit import take_receipt
from locales import N_
from models.scheduled import ScheduledKind


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        begin=begin,
        resume=resume,
        take={Step.CONSENT: take_consent, Step.RESUME: take_resume, Step.RECEIPT: take_receipt},
        flow=FLOW,
        questions=QUESTIONS,
        commands=[Command("daftar", N_("Register for a programme"), begin)],
        sections={Section.REGISTER: begin},
        closed=closed,
        stale=stale,
        events={ScheduledKind.DRAFT_ENDS_SOON: draft_timer, ScheduledKind.DRAFT_ENDS: draft_timer},
        draft=Draft(N_("You have a registration that is not sent yet."), N_("To go on, type /daftar.")),
    )
