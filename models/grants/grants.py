"""The table of grants: each kind of token and of open question with its giver, its holder and what voids it.

    given ──▶ open ──used once, too late, voided──▶ over

A grant is voided when the reason happens (models/grants/voiding.py finds it by the columns that stand here), and is
checked again when it is used (models/grants/grant_check.py), in the same transaction: a right ends with its giver.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Giver(StrEnum):
    """By what right something was given or asked."""

    OFFICE = "office"
    POST = "post"
    LINK = "link"
    ACCOUNT = "account"


class VoidReason(StrEnum):
    """Why a grant is not honoured any more."""

    USED = "used"
    EXPIRED = "expired"
    TRIED_OUT = "tried_out"
    TAKEN_BACK = "taken_back"
    NEWER = "newer"
    POST_ENDED = "post_ended"
    LINK_ENDED = "link_ended"
    LINK_CHANGED = "link_changed"
    OWN_ACCOUNT = "own_account"
    CAME_OF_AGE = "came_of_age"
    ERASED = "erased"
    GIVER_ERASED = "giver_erased"
    FILE_OVER = "file_over"
    RESTORED = "restored"


class GrantKind(StrEnum):
    """Every kind of token and open question."""

    OWN_YES_CODE = "own_yes_code"
    OWN_ACCOUNT_QUESTION = "own_account_question"
    NUMBER_QUESTION = "number_question"
    NEW_PHONE_CODE = "new_phone_code"
    INVITATION = "invitation"
    KODE_CEK = "kode_cek"
    LEAVING_HOME_QUESTION = "leaving_home_question"
    DATA_REQUEST = "data_request"
    ADULT_QUESTION = "adult_question"


Columns = tuple[str, ...]
CHECKED_AT_USE: Columns | None = None
"""Nothing is written when it happens, as when time passes; it is seen when the grant is used."""


@dataclass(frozen=True)
class Grant:
    """One kind. `voids`: the columns by which open ones are found when the reason happens; empty: all of them."""

    table: str
    giver: Giver
    holder: str
    voids: Mapping[VoidReason, Columns | None]
    token: str | None = None
    """The column of its keyed hash, if it is a token."""
    is_one: Callable[[Any], list[Any]] = field(default=lambda columns: [])
    """Which rows of the table are of this kind."""
    is_voidable: bool = True
    """Has the table `voided_at` and `void_reason`? Else the reader of the row checks what it depends on."""


BOTH: Columns = ("account_id", "person_id")
IN_TIME: Mapping[VoidReason, Columns | None] = {
    VoidReason.USED: CHECKED_AT_USE,
    VoidReason.EXPIRED: CHECKED_AT_USE,
    VoidReason.RESTORED: (),
}
OF_A_HELPER: Mapping[VoidReason, Columns | None] = {
    **IN_TIME,
    VoidReason.NEWER: BOTH,
    VoidReason.LINK_ENDED: BOTH,
    VoidReason.LINK_CHANGED: BOTH,
    VoidReason.OWN_ACCOUNT: ("person_id",),
    VoidReason.CAME_OF_AGE: CHECKED_AT_USE,
    VoidReason.ERASED: ("person_id",),
}

KINDS: dict[GrantKind, Grant] = {
    GrantKind.OWN_YES_CODE: Grant(
        "permission",
        Giver.LINK,
        "the person, on a phone that is not known yet: a code, a link and a picture",
        {**OF_A_HELPER, VoidReason.TRIED_OUT: CHECKED_AT_USE},
        token="code_hash",
        is_one=lambda row: [row.link_id.is_not(None), row.code_hash.is_not(None)],
    ),
    GrantKind.OWN_ACCOUNT_QUESTION: Grant(
        "permission",
        Giver.LINK,
        "the person's own account",
        OF_A_HELPER,
        is_one=lambda row: [row.link_id.is_not(None), row.code_hash.is_(None)],
    ),
    GrantKind.NUMBER_QUESTION: Grant(
        "permission",
        Giver.ACCOUNT,
        "the own account of the person whose file has the number, if there is one",
        {**OF_A_HELPER, VoidReason.GIVER_ERASED: ("account_id",)},
        is_one=lambda row: [row.link_id.is_(None), row.account_id.is_not(None)],
    ),
    GrantKind.NEW_PHONE_CODE: Grant(
        "permission",
        Giver.POST,
        "the person who showed their card, on their next phone",
        {
            **IN_TIME,
            VoidReason.TRIED_OUT: CHECKED_AT_USE,
            VoidReason.NEWER: ("person_id",),
            VoidReason.POST_ENDED: ("post_id",),
            VoidReason.OWN_ACCOUNT: ("person_id",),
            VoidReason.ERASED: ("person_id",),
        },
        token="code_hash",
        is_one=lambda row: [row.post_id.is_not(None)],
    ),
    GrantKind.INVITATION: Grant(
        "invitation",
        Giver.POST,
        "whoever opens it first, except who made it; one that the command made hangs on no post",
        {**IN_TIME, VoidReason.TAKEN_BACK: CHECKED_AT_USE, VoidReason.POST_ENDED: ("post_id",)},
        token="token_hash",
    ),
    GrantKind.KODE_CEK: Grant(
        "application",
        Giver.OFFICE,
        "whoever holds the receipt",
        {
            VoidReason.NEWER: CHECKED_AT_USE,
            VoidReason.LINK_ENDED: CHECKED_AT_USE,
            VoidReason.CAME_OF_AGE: CHECKED_AT_USE,
            VoidReason.ERASED: CHECKED_AT_USE,
        },
        token="kode_cek_hash",
        is_voidable=False,
    ),
    GrantKind.LEAVING_HOME_QUESTION: Grant(
        "departure",
        Giver.OFFICE,
        "the person, or one of the family by their link",
        {
            VoidReason.LINK_ENDED: CHECKED_AT_USE,
            VoidReason.CAME_OF_AGE: CHECKED_AT_USE,
            VoidReason.ERASED: CHECKED_AT_USE,
            VoidReason.FILE_OVER: CHECKED_AT_USE,
        },
        is_voidable=False,
    ),
    GrantKind.DATA_REQUEST: Grant(
        "data_request",
        Giver.LINK,
        "an officer of the office and region",
        {
            VoidReason.USED: CHECKED_AT_USE,
            VoidReason.LINK_ENDED: CHECKED_AT_USE,
            VoidReason.LINK_CHANGED: CHECKED_AT_USE,
            VoidReason.CAME_OF_AGE: CHECKED_AT_USE,
            VoidReason.ERASED: CHECKED_AT_USE,
        },
        is_voidable=False,
    ),
    GrantKind.ADULT_QUESTION: Grant(
        "link",
        Giver.OFFICE,
        "the young person's own account, from the 18th birthday on",
        {
            VoidReason.LINK_ENDED: CHECKED_AT_USE,
            VoidReason.OWN_ACCOUNT: CHECKED_AT_USE,
            VoidReason.ERASED: CHECKED_AT_USE,
        },
        is_voidable=False,
    ),
}

NO_GRANTS: dict[str, str] = {
    "account": "who speaks with the bot; a link says what for",
    "audit": "what was done",
    "audit_seal": "digests of what was done",
    "breach": "facts of a breach",
    "breach_notice": "who was told of a breach",
    "conversation_state": "where a talk stands: every step looks up anew what it names",
    "attempt_lock": "a limit, not a right",
    "consent": "what was said, word for word",
    "running_number": "running numbers",
    "data_key": "keys of the database",
    "document": "papers of a file",
    "draft": "answers that were not sent",
    "scheduled_event": "when something is to be done; whoever does it looks at the row that it names",
    "programme_version": "programmes as their files read",
    "erasure": "who was erased",
    "heartbeat": "which process serves",
    "help_request": "words for staff: they open nothing",
    "identity": "which database this is",
    "inbox": "updates as they came",
    "printed_letter": "words on paper; a kode cek in them goes when a newer one is given",
    "name_word": "how names are found",
    "office": "offices",
    "outbox": "messages; a button in them names a row that is looked up when it is tapped",
    "file_download": "files to fetch; what comes back is only filed by who may still complete the file",
    "person": "who is served",
    "shred": "files to destroy",
    "staff": "posts: what they may do is asked at each act",
    "refused_attempts": "counts",
    "failed_attempt": "counts",
}
"""Every other table, and why nothing in it is a grant."""

LOOKUP_HASHES = frozenset(
    {
        "name_word.word_hash",
        "person.alike_hash",
        "person.nik_hash",
        "person.phone_hash",
        "failed_attempt.number_hash",
    }
)
"""Keyed hashes by which rows are found, and that open nothing."""
