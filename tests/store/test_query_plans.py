"""The questions of the pipeline are answered from the indexes of open rows, however much history there is."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import event, text
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.database import Database
from models.messaging import inbox, outbox
from models.messaging.inbox import InboxKind, InboxState
from models.messaging.outbox import CallState
from models.mydata.copy import messages_of
from models.people.erasure import erase
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW

HISTORY = 3_000


async def fill(store: Database) -> None:
    """Many rows that are over, a few that are open; and statistics where the database gathers them by itself."""
    calls = [
        {"chat_id": n % 97, "priority": 0, "method": "sendMessage", "body": {}, "made_at": NOW, "tries": 1}
        | {"lost_answers": 0, "state": CallState.SENT if n % 300 else CallState.QUEUED}
        for n in range(HISTORY)
    ]
    letters = [
        {"update_id": n, "chat_id": n % 97, "kind": InboxKind.TELEGRAM, "body": {}, "came_at": NOW, "tries": 0}
        | {"state": InboxState.DONE if n % 300 else InboxState.NEW}
        for n in range(HISTORY)
    ]
    async with store.engine.begin() as connection:
        await connection.execute(outbox.OUTBOX.insert(), calls)
        await connection.execute(inbox.INBOX.insert(), letters)
    if store.is_sqlite:
        return
    async with store.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE"))


async def plans(store: Database, work: Callable[[AsyncSession], Awaitable[object]]) -> str:
    """How the database would go about each question that this work asks, as it is really asked."""
    asked: list[tuple[str, Any]] = []

    @event.listens_for(store.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE")):
            asked.append((statement, given))

    async with store.transaction() as session:
        await work(session)
    event.remove(store.engine.sync_engine, "before_cursor_execute", note)
    explain = "EXPLAIN QUERY PLAN " if store.is_sqlite else "EXPLAIN "
    async with store.engine.connect() as connection:
        rows = [row for question, given in asked for row in await connection.exec_driver_sql(explain + question, given)]
    return "\n".join(str(row[-1]) for row in rows)


async def test_a_claim_never_scans_what_was_sent(store: Database) -> None:
    await fill(store)
    seen = await plans(store, lambda session: outbox.claim(session, NOW, 10))
    assert "ix_outbox_open" in seen
    assert "ix_outbox_chat" in seen
    assert "SCAN outbox" not in seen
    assert "Seq Scan on outbox" not in seen


async def test_what_was_cut_off_is_found_without_scanning_history(store: Database) -> None:
    await fill(store)
    assert "ix_outbox_" in await plans(store, outbox.interrupted_calls)


async def test_the_oldest_items_of_chats_never_scan_what_is_done(store: Database) -> None:
    await fill(store)
    seen = await plans(store, lambda session: inbox.claim_heads(session, 48))
    assert "ix_inbox_waiting" in seen
    assert "SCAN inbox\n" not in seen
    assert "Seq Scan on inbox" not in seen


async def test_one_question_about_several_rows_looks_at_those_rows_only(store: Database) -> None:
    await fill(store)
    seen = await plans(store, lambda session: inbox.mark_done(session, [3, 4, 5], NOW))
    assert "inbox" in seen
    assert "SCAN inbox" not in seen
    assert "Seq Scan on inbox" not in seen


async def test_erasing_or_copying_one_person_never_scans_what_others_were_told(
    store: Database, desk: ReferenceData
) -> None:
    await fill(store)
    async with store.transaction() as session:
        account = await an_account(session)
        person = (await filed(session, desk, SELF, account)).person
    for work in (
        lambda session: messages_of(session, account, NOW),
        lambda session: erase(session, person.id or 0, by=None, now=NOW),
    ):
        seen = await plans(store, work)
        assert "ix_outbox_over" in seen
        assert "SCAN outbox\n" not in seen
        assert "Seq Scan on outbox" not in seen
        assert "SCAN download\n" not in seen
