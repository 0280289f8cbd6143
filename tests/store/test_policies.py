"""Every kind of data goes to the day, on both databases, and nothing that is open or younger goes with it."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models import failed_attempts, scheduled
from models.applications.application import Application, Stage
from models.applications.draft import Draft
from models.audit import record
from models.audit_seal import FINISHED, seal_some, verify
from models.breach import Breach, BreachNotice
from models.database import Database
from models.help_request import HelpRequest, HelpState
from models.messaging import conversation_state, inbox
from models.messaging.conversation_state import ConversationState
from models.messaging.file_download import DownloadPurpose, DownloadState, FileDownload
from models.messaging.inbox import InboxItem
from models.messaging.outbox import Call, CallState
from models.messaging.printed_letter import PrintedLetter
from models.mydata.data_request import DataRequest, RequestState, Right
from models.offices import staff as posts
from models.offices.authority import Role
from models.offices.invitation import Invitation
from models.people.account import Account
from models.people.consent import Answer, Consent
from models.people.consent import Purpose as ConsentPurpose
from models.people.erasure import Shred, erase
from models.people.link import Link, Relation, Scope
from models.people.permission import Permission
from models.programmes import programme_version
from models.retention.orphans import referencing_columns
from models.retention.policies import POLICIES
from models.retention.policy import Policy, preview, remove, remove_some
from models.scheduled import EventSpec, ScheduledEvent, ScheduledKind, ScheduledState
from models.tables import METADATA
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW

Make = Callable[[AsyncSession, ReferenceData, datetime], Awaitable[Any]]


async def a_draft(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    account = await an_account(session)
    session.add(Draft(account_id=account.id or 0, form="register", version=1, answers={}, changed_at=at))


async def a_talk(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await conversation_state.save(session, {7: {"talks": {"helping": "WORDS"}}}, at)


async def a_file(session: AsyncSession, stage: Stage, desk: ReferenceData, at: datetime) -> None:
    done = await filed(session, desk, SELF, await an_account(session))
    done.application.stage, done.application.moved_at = stage, at
    session.add(done.application)


async def a_refused(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await a_file(session, Stage.REJECTED, desk, at)


async def a_finished(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await a_file(session, Stage.CLOSED, desk, at)


async def a_question(session: AsyncSession, desk: ReferenceData, at: datetime) -> HelpRequest:
    account = await an_account(session)
    voice = FileDownload(
        chat_id=7, purpose=DownloadPurpose.FOR_STAFF, source={}, made_at=at, stored_as="voice", settled_at=NOW
    )
    session.add(voice)
    await session.flush()
    how: dict[str, Any] = {"reference": "TNY-2026-0001-X", "chat_id": 7, "words": "Tolong", "download_id": voice.id}
    asked = HelpRequest(account_id=account.id or 0, asked_at=at, promised_at=at, state=HelpState.ANSWERED, **how)
    session.add(asked)
    return asked


async def a_request(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    done = await filed(session, desk, SELF, await an_account(session))
    how: dict[str, Any] = {"reference": "DAT-2026-0001-X", "office": "dinsos-kaltim", "region": "64", "promised_at": at}
    how |= {"kind": Right.CORRECT, "state": RequestState.DONE, "asked_at": at, "answered_at": at}
    session.add(DataRequest(account_id=1, person_id=done.person.id or 0, **how))


async def a_paper(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    how: dict[str, Any] = {"chat_id": 7, "source": {}, "made_at": at, "settled_at": at, "stored_as": "paper"}
    session.add(FileDownload(purpose=DownloadPurpose.PAPER, state=DownloadState.KEPT, subject=1, **how))


async def a_letter(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await inbox.store_items(session, [{"update_id": 1, "chat_id": 7, "kind": "telegram", "body": {}, "came_at": at}])
    await inbox.mark_done(session, [1], at)


async def a_timer(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    session.add(
        ScheduledEvent(
            key="x",
            kind=ScheduledKind.PROMISE,
            chat_id=7,
            subject=1,
            due_at=at,
            settled_at=at,
            state=ScheduledState.MISSED,
        )
    )


async def a_message(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    how: dict[str, Any] = {"method": "sendMessage", "body": {}, "made_at": at, "settled_at": at}
    session.add(Call(chat_id=7, state=CallState.SENT, **how))


async def a_paper_letter(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    done = await filed(session, desk, SELF, await an_account(session))
    how: dict[str, Any] = {"office": "dinsos-kaltim", "occasion": "x", "words": {"a": "b"}, "made_at": at}
    session.add(PrintedLetter(person_id=done.person.id or 0, handed_at=at, **how))


async def a_permission(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    session.add(Permission(relation=Relation.CHILD, scope=Scope.ACT, made_at=at, ends_at=at))


async def an_invitation(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await programme_version.enter(session, desk.catalogue, at)
    how: dict[str, Any] = {"role": Role.OPERATOR, "region": "64", "made_at": at, "ends_at": at}
    session.add(Invitation(token_hash=b"t", office="dinsos-kaltim", **how))


async def a_try(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await failed_attempts.record_attempt(session, (await an_account(session)).id or 0, b"n", at)


async def a_turning_away(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await failed_attempts.count_refusal(session, (await an_account(session)).id or 0, at)


async def a_closing(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    account = await an_account(session)
    await failed_attempts.lock_account(
        session, account.id or 0, by=account.id or 0, now=at - failed_attempts.LOCKED_FOR
    )


async def a_post(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await programme_version.enter(session, desk.catalogue, at)
    account = await an_account(session)
    how: dict[str, Any] = {"office": "dinsos-kaltim", "role": Role.OPERATOR, "region": "64", "now": at}
    await posts.dismiss(session, await posts.appoint(session, account, "Wati", **how), by=None, now=at)


async def a_breach(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    account = await an_account(session)
    session.add(Breach(what="x", done="y", known_at=at))
    await session.flush()
    session.add(BreachNotice(breach_id=1, account_id=account.id or 0, told_at=at))


async def a_visitor(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    account = await an_account(session)
    account.created_at = at
    session.add(account)
    await agreed(session, account, at)
    await failed_attempts.record_attempt(session, account.id or 0, b"n", at)
    await failed_attempts.count_refusal(session, account.id or 0, at)
    await failed_attempts.lock_account(session, account.id or 0, by=1, now=at)
    await conversation_state.save(session, {7: {}}, at)


async def agreed(session: AsyncSession, account: Account, at: datetime) -> None:
    how: dict[str, Any] = {"purpose": ConsentPurpose.REGISTER, "answer": Answer.GIVEN, "version": "1"}
    session.add(Consent(account_id=account.id or 0, shown="x", language="id", mode="plain", at=at, **how))


async def a_former(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    account = await an_account(session)
    done = await filed(session, desk, SELF, account)
    await agreed(session, account, at)
    session.add(Breach(what="x", done="y", known_at=at + timedelta(days=1)))
    await session.flush()
    session.add(BreachNotice(breach_id=1, account_id=account.id or 0, told_at=at))
    await erase(session, done.person.id or 0, by=None, now=at)


async def a_log(session: AsyncSession, desk: ReferenceData, at: datetime) -> None:
    await record(session, at=at - FINISHED, by=None, act="look", entity="person", entity_id=1)
    await seal_some(session, at)


MADE: dict[str, Make] = {
    "forms that were not sent": a_draft,
    "talks that were left open": a_talk,
    "people whose last file was refused, withdrawn or ran out": a_refused,
    "people who took part to the end": a_finished,
    "answered questions to staff": a_question,
    "answered requests about own data": a_request,
    "papers that came into no file": a_paper,
    "letters of the inbox": a_letter,
    "timers that came": a_timer,
    "messages of the outbox": a_message,
    "words of letters that were handed over": a_paper_letter,
    "permissions asked for, answered or over": a_permission,
    "invitations, used or over": an_invitation,
    "wrong tries": a_try,
    "days on which an account was turned away": a_turning_away,
    "accounts that were closed for tries, and are open again": a_closing,
    "posts that ended": a_post,
    "breaches of data, and who was told": a_breach,
    "accounts that never registered anybody": a_visitor,
    "accounts whose people were all erased, with what they agreed to": a_former,
    "sealed stretches of the log of who did what": a_log,
}
OF = {kind.what: kind for kind in POLICIES}


async def put(store: Database, desk: ReferenceData, make: Make, at: datetime = NOW) -> None:
    async with store.transaction() as session:
        await make(session, desk, at)


async def past(store: Database, desk: ReferenceData, kind: Policy, at: datetime) -> int:
    async with store.read_only() as session:
        return (await preview(session, kind, desk.catalogue.office.retention, at)).past


def last_day(desk: ReferenceData, kind: Policy) -> datetime:
    return NOW + timedelta(days=kind.days(desk.catalogue.office.retention))


@pytest.mark.parametrize("what", MADE)
async def test_it_goes_to_the_day_and_once(store: Database, desk: ReferenceData, what: str) -> None:
    kind, days = OF[what], desk.catalogue.office.retention
    await put(store, desk, MADE[what])
    end = last_day(desk, kind)
    just_before = end - timedelta(milliseconds=1)
    async with store.read_only() as session:
        found = await preview(session, kind, days, just_before)
    assert (found.past, found.next) == (0, end)
    assert await remove_some(store, kind, days, just_before) == 0
    assert await past(store, desk, kind, end) == 1
    assert [await remove_some(store, kind, days, end), await remove_some(store, kind, days, end)] == [1, 0]


def test_every_kind_is_tried_and_every_setting_is_used(desk: ReferenceData) -> None:
    assert set(MADE) == set(OF)
    assert {kind.setting for kind in POLICIES} | {"backup"} == set(type(desk.catalogue.office.retention).model_fields)


@pytest.mark.parametrize("what", MADE)
async def test_what_was_taken_up_between_look_and_removal_stays(
    store: Database, desk: ReferenceData, what: str
) -> None:
    """It is asked again in the transaction that removes it: here as if its days had only begun."""
    kind, days = OF[what], desk.catalogue.office.retention
    await put(store, desk, MADE[what])
    async with store.read_only() as session:
        keys = list(await session.exec(kind.past(days, last_day(desk, kind))))
    async with store.transaction() as session:
        assert await remove(session, kind, keys, days, NOW) == 0


async def test_no_setting_removes_anything_else(store: Database, desk: ReferenceData) -> None:
    """One of each kind; only the one that is past goes, and the log says nothing of the others."""
    days = desk.catalogue.office.retention
    await put(store, desk, a_letter)
    await put(store, desk, a_message)
    for kind in POLICIES:
        await remove_some(store, kind, days, last_day(desk, OF["letters of the inbox"]))
    async with store.read_only() as session:
        assert (await session.exec(select(func.count()).select_from(InboxItem))).one() == 0
        assert (await session.exec(select(func.count()).select_from(Call))).one() == 1


async def test_a_question_without_an_answer_is_counted_and_stays(store: Database, desk: ReferenceData) -> None:
    kind, days = OF["answered questions to staff"], desk.catalogue.office.retention
    async with store.transaction() as session:
        (await a_question(session, desk, NOW)).state = HelpState.OPEN
    then = NOW + timedelta(days=10_000)
    async with store.read_only() as session:
        found = await preview(session, kind, days, then)
    assert (found.past, found.held, found.next) == (0, 1, None)
    assert await remove_some(store, kind, days, then) == 0


async def test_a_question_goes_with_its_voice_message(store: Database, desk: ReferenceData) -> None:
    kind = OF["answered questions to staff"]
    await put(store, desk, a_question)
    assert await remove_some(store, kind, desk.catalogue.office.retention, last_day(desk, kind)) == 1
    async with store.read_only() as session:
        assert list(await session.exec(select(Shred.name))) == ["voice"]
        assert (await session.exec(select(FileDownload))).first() is None


@pytest.mark.parametrize("holds", ["a form", "a question", "a timer"])
async def test_what_is_open_holds_what_it_needs(store: Database, desk: ReferenceData, holds: str) -> None:
    """A form that is open holds its paper, a question its voice message, and a timer the draft that it will end."""
    async with store.transaction() as session:
        if holds == "a timer":
            await a_draft(session, desk, NOW)
            await scheduled.schedule(
                session, EventSpec(ScheduledKind.DRAFT_ENDS, 7, 1, NOW + timedelta(days=9_000), "register")
            )
        elif holds == "a question":
            (await a_question(session, desk, NOW)).state = HelpState.OPEN
        else:
            account = await an_account(session)
            await a_paper(session, desk, NOW)
            answers: dict[str, Any] = {"answers": {}, "changed_at": NOW + timedelta(days=9_000)}
            session.add(Draft(account_id=account.id or 0, form="complete", version=1, subject=1, **answers))
    kind = OF["forms that were not sent" if holds == "a timer" else "papers that came into no file"]
    assert await past(store, desk, kind, NOW + timedelta(days=8_000)) == 0


async def test_a_conversation_that_is_purged_leaves_when_it_was(store: Database, desk: ReferenceData) -> None:
    kind = OF["talks that were left open"]
    await put(store, desk, a_talk)
    await remove_some(store, kind, desk.catalogue.office.retention, last_day(desk, kind))
    async with store.read_only() as session:
        left = (await session.exec(select(ConversationState))).one()
        assert (left.state, left.changed_at) == (None, NOW)
        assert await conversation_state.load(session, [7]) == {7: {}}


async def test_an_account_is_held_by_whatever_names_it(store: Database, desk: ReferenceData) -> None:
    """Each table that can name an account does so once, and no account goes."""
    visitors, former = (
        OF["accounts that never registered anybody"],
        OF["accounts whose people were all erased, with what they agreed to"],
    )
    for make in (a_question, a_post, a_refused):
        async with store.transaction() as session:
            await make(session, desk, NOW)
            account = (await session.exec(select(Account).order_by(col(Account.id).desc()).limit(1))).one()
            account.telegram_id += 100 * (account.id or 0)
            session.add(account)
    for kind in (visitors, former):
        assert await past(store, desk, kind, NOW + timedelta(days=10_000)) == 0


async def test_an_account_of_somebody_who_is_there_stays_though_another_was_erased(
    store: Database, desk: ReferenceData
) -> None:
    kind = OF["accounts whose people were all erased, with what they agreed to"]
    async with store.transaction() as session:
        account = await an_account(session)
        first = await filed(session, desk, SELF, account)
        await filed(session, desk, SELF.model_copy(update={"name": "Budi", "for_whom": Relation.FAMILY}), account)
        await erase(session, first.person.id or 0, by=None, now=NOW)
    assert await past(store, desk, kind, NOW + timedelta(days=10_000)) == 0


async def test_with_an_account_goes_all_that_names_it_and_its_files_stay(store: Database, desk: ReferenceData) -> None:
    kind = OF["accounts whose people were all erased, with what they agreed to"]
    await put(store, desk, a_former)
    assert await remove_some(store, kind, desk.catalogue.office.retention, last_day(desk, kind)) == 1
    async with store.read_only() as session:
        for table in (Account, Link, Consent, BreachNotice, ConversationState):
            assert (await session.exec(select(table))).first() is None, table
        file = (await session.exec(select(Application))).one()
        assert file.account_id is None and file.number


async def test_a_log_whose_beginning_is_past_its_days_can_still_prove_the_rest(
    store: Database, desk: ReferenceData
) -> None:
    kind = OF["sealed stretches of the log of who did what"]
    for days in range(4):
        await put(store, desk, a_log, NOW + timedelta(days=days))
    then = last_day(desk, kind) + timedelta(days=1)
    assert await remove_some(store, kind, desk.catalogue.office.retention, then) == 2
    async with store.read_only() as session:
        found = await verify(session)
    assert (found.seals, found.broken) == (2, None)
    assert found.cut is not None and found.cut.last == 2


async def test_no_younger_stretch_is_cut_from_within_an_older_one(store: Database, desk: ReferenceData) -> None:
    """The clock was set back between two seals: the younger number waits for the older."""
    kind = OF["sealed stretches of the log of who did what"]
    for days in (100, 0):
        await put(store, desk, a_log, NOW + timedelta(days=days))
    assert await past(store, desk, kind, last_day(desk, kind)) == 0
    then, days = last_day(desk, kind) + timedelta(days=100), desk.catalogue.office.retention
    assert [await remove_some(store, kind, days, then) for _ in range(3)] == [1, 1, 0]


KEPT = {
    "application": "number, programme, stage and dates: the figures of the office",
    "consent": "the proof of what somebody agreed to goes with the account",
    "data_key": "nobody is in it",
    "departure": "goes with its person",
    "document": "goes with its person",
    "programme_version": "nobody is in it",
    "heartbeat": "nobody is in it; a month",
    "identity": "nobody is in it",
    "erasure": "a number and a moment, needed as long as a backup may come back",
    "link": "goes with its account",
    "name_word": "goes with its person",
    "office": "nobody is in it",
    "person": "emptied, and kept without a name",
    "running_number": "nobody is in it",
    "shred": "a minute",
    "audit": "goes with its seal",
    "breach_notice": "goes with its breach",
}
"""The tables out of which nothing goes by days of its own, each with its reason (docs/decisions/0020)."""


def test_every_table_has_its_days_or_a_reason() -> None:
    of_kinds = {kind.key.table.name for kind in POLICIES} - {"application"}
    assert of_kinds | set(KEPT) == {table.name for table in METADATA.sorted_tables}
    assert not of_kinds & set(KEPT)


def test_every_table_that_names_an_account_is_known_to_the_accounts() -> None:
    """By its foreign key; so a new one holds its accounts without being told to."""
    assert {"draft", "help_request", "link", "staff", "permission"} <= {
        one.table.name for one in referencing_columns("account")
    }
