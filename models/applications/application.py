"""An application (pengajuan): where a file stands, which moves are allowed, and what was promised.

    SUBMITTED ─▶ DOC_CHECK ─▶ DATA_VERIF ─▶ ASSESSMENT ─▶ ELIGIBLE ─▶ NOMINATED ─▶ APPROVED ─▶ CLOSED
                  │    ▲                                      │            │
                  ▼    │                                      └▶ WAITLISTED ┘
                NEEDS_FIX

The words and moves are those of DOMAIN.md 6.3; a refusal can always be objected to.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field

from models.columns import enum_column
from models.encrypted import PINNED, EncryptedRow, encrypted


class Stage(StrEnum):
    SUBMITTED = "submitted"
    DOC_CHECK = "doc_check"
    NEEDS_FIX = "needs_fix"
    DATA_VERIF = "data_verif"
    ASSESSMENT = "assessment"
    ELIGIBLE = "eligible"
    NOMINATED = "nominated"
    WAITLISTED = "waitlisted"
    APPROVED = "approved"
    REJECTED = "rejected"
    OBJECTION = "objection"
    REJECTED_FINAL = "rejected_final"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CLOSED = "closed"


MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.SUBMITTED: frozenset({Stage.DOC_CHECK, Stage.WITHDRAWN}),
    Stage.DOC_CHECK: frozenset({Stage.NEEDS_FIX, Stage.DATA_VERIF, Stage.REJECTED, Stage.WITHDRAWN}),
    Stage.NEEDS_FIX: frozenset({Stage.DOC_CHECK, Stage.EXPIRED, Stage.WITHDRAWN}),
    Stage.DATA_VERIF: frozenset({Stage.ASSESSMENT, Stage.NEEDS_FIX, Stage.REJECTED, Stage.WITHDRAWN}),
    Stage.ASSESSMENT: frozenset({Stage.ELIGIBLE, Stage.REJECTED, Stage.REFERRED, Stage.WITHDRAWN}),
    Stage.ELIGIBLE: frozenset({Stage.NOMINATED, Stage.WAITLISTED, Stage.WITHDRAWN}),
    Stage.NOMINATED: frozenset({Stage.APPROVED, Stage.WAITLISTED, Stage.REJECTED, Stage.WITHDRAWN}),
    Stage.WAITLISTED: frozenset({Stage.NOMINATED, Stage.APPROVED, Stage.WITHDRAWN, Stage.EXPIRED}),
    Stage.APPROVED: frozenset({Stage.CLOSED, Stage.WITHDRAWN}),
    Stage.REJECTED: frozenset({Stage.OBJECTION, Stage.REFERRED, Stage.CLOSED}),
    Stage.OBJECTION: frozenset({Stage.DATA_VERIF, Stage.ASSESSMENT, Stage.REJECTED_FINAL}),
    Stage.REJECTED_FINAL: frozenset({Stage.REFERRED, Stage.CLOSED}),
    Stage.REFERRED: frozenset({Stage.CLOSED}),
    Stage.WITHDRAWN: frozenset({Stage.CLOSED}),
    Stage.EXPIRED: frozenset({Stage.CLOSED}),
    Stage.CLOSED: frozenset(),
}
UNCHECKED = frozenset({Stage.SUBMITTED, Stage.DOC_CHECK, Stage.WITHDRAWN, Stage.EXPIRED})
"""Stages of which no officer has compared the data."""
TOOK_PART = frozenset({Stage.APPROVED, Stage.CLOSED})
OVER = frozenset({Stage.WITHDRAWN, Stage.EXPIRED, Stage.CLOSED, Stage.REJECTED_FINAL})


class NotAllowed(Exception):
    """This move is not in the table of moves."""

    def __init__(self, was: Stage, wanted: Stage) -> None:
        super().__init__(f"A file that is {was} cannot become {wanted}.")
        self.was, self.wanted = was, wanted


class Application(EncryptedRow, table=True):
    """One person's file in one programme, under the edition of the programme it was made with.

    `code_shown_to`: the account in whose chat the kode cek was shown; None: staff handed it over. It is no foreign key,
    because a kode cek is looked up in the same time whether there is a file or not.
    """

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(unique=True)
    kode_cek_hash: bytes = Field(sa_type=LargeBinary)
    code_shown_to: int | None = None
    account_id: int | None = Field(default=None, foreign_key="account.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True, sa_column_kwargs=PINNED)
    programme_version_id: int = Field(foreign_key="programme_version.id")
    programme: str = Field(index=True)
    office: str = Field(foreign_key="office.key", index=True)
    stage: Stage = enum_column(Stage, Stage.SUBMITTED, index=True)
    answers: Any = encrypted("application.answers")
    submitted_at: datetime
    completed_at: datetime | None = None
    promised_at: datetime
    promises_broken: int = 0
    moved_at: datetime

    def move(self, to: Stage, now: datetime) -> None:
        """Take an allowed move; raises NotAllowed. Who and why are written to the audit log by the caller."""
        if to not in MOVES[self.stage]:
            raise NotAllowed(self.stage, to)
        self.stage, self.moved_at = to, now

    def complete(self, now: datetime) -> bool:
        """Mark the file as complete, which dates its place in the waiting list; False if it was before."""
        if self.completed_at is not None:
            return False
        self.completed_at = now
        return True

    def withdraw(self, now: datetime) -> None:
        self.move(Stage.WITHDRAWN, now)

    def break_promise(self, next_promise: datetime) -> None:
        """Count a promised date that passed without news, and promise the next message."""
        self.promises_broken += 1
        self.promised_at = next_promise
