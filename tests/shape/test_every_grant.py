"""Every token and every open question is in the table of grants: a new table, hash or button cannot be forgotten."""

import handlers
from models.grants.grant_check import CHECKS
from models.grants.grants import KINDS, LOOKUP_HASHES, NO_GRANTS, Grant, GrantKind, VoidReason
from models.tables import METADATA

STORED_ELSEWHERE = {
    ("answer", "SAY"): GrantKind.OWN_ACCOUNT_QUESTION,
    ("leave", "SAY"): GrantKind.LEAVING_HOME_QUESTION,
    ("age", "AGE"): GrantKind.ADULT_QUESTION,
    ("invite", "WITHDRAW"): GrantKind.INVITATION,
}
"""Buttons that name a grant. They live as long as the message they stand under."""
OPEN_A_TALK = {
    *(("menu", step) for step in ("register", "programmes", "status", "help", "settings", "menu")),
    *(("matter", step) for step in ("go", "command", "programme", "send")),  # send: words that this chat keeps
    *(("desk", step) for step in ("counter", "register_for", "letters", "wishes", "invite", "staff", "trying")),
    ("go", "ON"), ("status", "DO"), ("data", "ASK"), ("leave", "DO"), ("desk", "LEAVE"),
    *(("family", step) for step in ("END", "PERSON", "ANSWER")),
    *((talk, "BEGIN") for talk in ("ask", "answer", "connect")),
}  # fmt: skip
"""Buttons that only lead into a conversation, which looks up again what they name."""


def test_every_table_is_a_grant_or_says_why_not() -> None:
    granting = {grant.table for grant in KINDS.values()}
    assert granting | set(NO_GRANTS) == set(METADATA.tables)
    assert not granting & set(NO_GRANTS)
    assert set(KINDS) == set(GrantKind)


def test_every_hash_is_a_token_of_a_grant_or_only_finds_rows() -> None:
    hashes = {f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns
              if column.name.endswith(("_hash", "token", "_code", "secret"))}  # fmt: skip
    tokens = {f"{grant.table}.{grant.token}" for grant in KINDS.values() if grant.token}
    assert hashes == tokens | LOOKUP_HASHES
    assert not tokens & LOOKUP_HASHES


def test_every_table_whose_rows_wait_for_an_answer_is_a_grant() -> None:
    """A row that is answered, settled or accepted one day is open until then."""
    waiting = {
        table.name
        for table in METADATA.sorted_tables
        if {"answered_at", "answer_by", "voided_at"} & set(table.columns.keys())
    }
    assert waiting <= {grant.table for grant in KINDS.values()}


def test_what_the_table_names_exists() -> None:
    for grant in KINDS.values():
        columns = METADATA.tables[grant.table].c
        named = {name for found in grant.voids.values() for name in found or ()}
        assert named <= set(columns.keys())
        assert not grant.is_voidable or {"voided_at", "void_reason"} <= set(columns.keys())
        assert grant.is_voidable or not named, "nothing can be written when it happens"


def ends_by_itself(grant: Grant, reason: VoidReason) -> bool:
    """Is it seen in the row itself, or asked of other rows when it is used?"""
    return reason in CHECKS or reason in {
        VoidReason.USED,
        VoidReason.EXPIRED,
        VoidReason.TRIED_OUT,
        VoidReason.TAKEN_BACK,
    }


def test_every_reason_of_a_voidable_grant_is_seen_when_it_happens_or_when_it_is_used() -> None:
    for kind, grant in KINDS.items():
        if grant.is_voidable:
            lost = [one for one, at in grant.voids.items() if at is None and not ends_by_itself(grant, one)]
            assert not lost, kind


def test_every_button_under_an_old_message_is_known() -> None:
    offered = {(talk, str(step)) for talk, step in handlers.registry().routes}
    assert offered == set(STORED_ELSEWHERE) | OPEN_A_TALK
