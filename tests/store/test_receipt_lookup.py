"""Checking a file by number and code, on both databases: limits, and no difference between what exists and what not."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models import failed_attempts
from models.applications.receipt_lookup import LookupOutcome, code_depends_on, give_new_code, look_up
from models.applications.submission import Submitted
from models.database import Database
from models.failed_attempts import DAY, MANY_AT_A_NUMBER, OF_AN_ACCOUNT, FailedAttempt
from models.messaging.printed_letter import KODE_CEK, LetterDraft, PrintedLetter, store_letter
from models.offices.abuse_report import AbuseReport, GuessingAccount, find_patterns
from models.offices.authority import Role
from models.offices.staff import Staff
from models.people.account import Account
from models.people.link import links_of, revoke
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW

UNKNOWN, WRONG = "KT-2026-0099-N", "ABCD2345"


async def a_file(session: AsyncSession, desk: ReferenceData) -> tuple[Submitted, Account]:
    holder = await an_account(session, 7)
    return await filed(session, desk, SELF, holder), await an_account(session, 8)


async def outcome(
    session: AsyncSession, account: Account, number: str, code: str, after: timedelta = timedelta()
) -> str:
    return (await look_up(session, account.id or 0, number, code, NOW + after)).outcome


async def test_number_and_code_together_show_the_file(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        found = await look_up(session, other.id or 0, known.application.number, known.kode_cek, NOW)
        assert (found.outcome, found.application) == (LookupOutcome.SHOWN, known.application)
        assert await outcome(session, other, known.application.number, WRONG) == LookupOutcome.NO
        assert await outcome(session, other, UNKNOWN, known.kode_cek) == LookupOutcome.NO
        assert len(list(await session.exec(select(FailedAttempt)))) == 2


async def test_a_code_ends_with_the_link_of_whoever_was_shown_it(store: Database, desk: ReferenceData) -> None:
    """A helper whose link ended keeps no key; a code that staff handed over hangs on no account."""
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        number = known.application.number
        ((link, holder),) = await links_of(session, known.person.id or 0, NOW)
        assert await outcome(session, other, number, known.kode_cek) == LookupOutcome.SHOWN
        assert await code_depends_on(session, link)
        await revoke(session, link, by=holder.id or 0, now=NOW)
        for one in (holder, other):
            assert await outcome(session, one, number, known.kode_cek) == LookupOutcome.NO
        new = await give_new_code(session, known.application, by=1, now=NOW)
        assert await outcome(session, other, number, new) == LookupOutcome.SHOWN
        assert not await code_depends_on(session, link)


async def test_a_code_ends_when_the_link_runs_out(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        ((link, _holder),) = await links_of(session, known.person.id or 0, NOW)
        link.expires_at = NOW + timedelta(days=1)
        session.add(link)
        number = known.application.number
        assert await outcome(session, other, number, known.kode_cek) == LookupOutcome.SHOWN
        assert await outcome(session, other, number, known.kode_cek, after=timedelta(days=1)) == LookupOutcome.NO


async def test_an_account_has_a_few_tries_a_day(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        for number in range(OF_AN_ACCOUNT):
            assert await outcome(session, other, f"KT-2026-{number:04}-X", WRONG) == LookupOutcome.NO
        right = known.application.number, known.kode_cek
        assert await outcome(session, other, *right) == LookupOutcome.TOO_MANY
        assert await outcome(session, other, *right, after=DAY + timedelta(seconds=1)) == LookupOutcome.SHOWN


@pytest.mark.parametrize("strangers", [MANY_AT_A_NUMBER, 3 * MANY_AT_A_NUMBER])
async def test_strangers_shut_a_number_to_nobody_but_themselves(
    store: Database, desk: ReferenceData, strangers: int
) -> None:
    """However many wrong tries others made: the first try of an account, the linked account, a code given anew."""
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        number = known.application.number
        for one in range(strangers):
            stranger = await an_account(session, 100 + one)
            said = [await outcome(session, stranger, number, WRONG) for _ in range(OF_AN_ACCOUNT + 1)]
            assert said == [LookupOutcome.NO] * OF_AN_ACCOUNT + [LookupOutcome.TOO_MANY]
        holder = (await links_of(session, known.person.id or 0, NOW))[0][1]
        for right in (holder, other):
            assert await outcome(session, right, number, known.kode_cek) == LookupOutcome.SHOWN
        new = await give_new_code(session, known.application, by=1, now=NOW)
        assert await outcome(session, await an_account(session, 99), number, new) == LookupOutcome.SHOWN


async def test_all_together_shut_nothing(store: Database, desk: ReferenceData, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(failed_attempts, "MANY_IN_ALL", 3)
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        for one in range(10):
            await outcome(session, await an_account(session, 100 + one), f"KT-2026-{one:04}-X", WRONG)
        assert await outcome(session, other, known.application.number, known.kode_cek) == LookupOutcome.SHOWN


async def test_an_account_with_a_link_never_waits_for_a_file_that_it_sees_anyway(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        linked = (await links_of(session, known.person.id or 0, NOW))[0][1]
        for account in (linked, other):
            for one in range(OF_AN_ACCOUNT):
                await outcome(session, account, f"KT-2026-{one:04}-X", WRONG)
        right = known.application.number, known.kode_cek
        assert await outcome(session, linked, *right) == LookupOutcome.SHOWN
        assert await outcome(session, linked, right[0], WRONG) == LookupOutcome.TOO_MANY
        assert await outcome(session, other, *right) == LookupOutcome.TOO_MANY
        for link, _account in await links_of(session, known.person.id or 0, NOW):
            await revoke(session, link, by=linked.id or 0, now=NOW)
        assert await outcome(session, linked, *right) == LookupOutcome.TOO_MANY, "a link that ended spares nobody"


@pytest.mark.parametrize("too_many", [False, True])
async def test_the_same_statements_run_whether_the_number_exists_or_not(
    store: Database, desk: ReferenceData, too_many: bool
) -> None:
    said: list[str] = []

    def listen(_c: object, _x: object, statement: str, *_: object) -> None:
        said.append(statement)

    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        for one in range(OF_AN_ACCOUNT if too_many else 0):
            await outcome(session, other, f"KT-2026-{one:04}-X", WRONG)
        session.expunge_all()
        event.listen(store.engine.sync_engine, "before_cursor_execute", listen)
        heard = []
        for number in (known.application.number, UNKNOWN):
            await outcome(session, other, number, WRONG)
            heard.append(list(said))
            said.clear()
    assert heard[0] == heard[1]
    assert len(heard[0]) == 4


async def seen(session: AsyncSession, office: str = "dinsos-kaltim", region: str = "64", **later: float) -> AbuseReport:
    post = Staff(account_id=1, name="x", office=office, role=Role.MANAGER, region=region, since=NOW)
    return await find_patterns(session, post, NOW + timedelta(**later))


async def test_who_tries_much_is_seen_for_a_day_with_how_often_they_were_refused(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        _, other = await a_file(session, desk)
        for one in range(OF_AN_ACCOUNT + 2):
            await outcome(session, other, f"KT-2026-{one:04}-X", WRONG)
        await outcome(session, await an_account(session, 100), UNKNOWN, WRONG)
        found = await seen(session)
        assert (found.wrong, found.turned_away) == (OF_AN_ACCOUNT + 1, 2)
        assert found.triers == [GuessingAccount(other.id or 0, OF_AN_ACCOUNT, 2, None)], "one try is nobody's business"
        assert await seen(session, hours=24) == AbuseReport(0, 0, [], [])


@pytest.mark.parametrize(("office", "region", "is_seen"), [
    ("dinsos-kaltim", "64", True), ("dinsos-kaltim", "6472", True), ("dinsos-kaltim", "6471", False),
    ("dinsos-bpp", "6471", False),
])  # fmt: skip
async def test_only_the_office_of_a_file_sees_that_several_tried_its_number(
    store: Database, desk: ReferenceData, office: str, region: str, is_seen: bool
) -> None:
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        await outcome(session, other, known.application.number, WRONG)
        assert (await seen(session, office, region)).tried == [], "one account may be its owner"
        await outcome(session, await an_account(session, 100), known.application.number, WRONG)
        assert (await seen(session, office, region)).tried == ([(known.application.number, 2)] if is_seen else [])


async def test_an_account_that_was_closed_tries_nothing_for_a_week_or_until_it_is_opened(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        right = known.application.number, known.kode_cek
        for _ in range(2):
            until = await failed_attempts.lock_account(session, other.id or 0, by=1, now=NOW)
            assert until == NOW + timedelta(days=7)
            assert await outcome(session, other, *right) == LookupOutcome.TOO_MANY
            assert (await seen(session)).triers[-1].closed_until == until
            assert await outcome(session, other, *right, after=timedelta(days=7)) == LookupOutcome.SHOWN
            await failed_attempts.unlock_account(session, other.id or 0, by=1, now=NOW)
            assert await outcome(session, other, *right) == LookupOutcome.SHOWN


async def test_after_a_new_code_the_old_one_opens_nothing(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        known, other = await a_file(session, desk)
        number, old = known.application.number, known.kode_cek
        new = await give_new_code(session, known.application, by=1, now=NOW)
        assert await outcome(session, other, number, old) == LookupOutcome.NO
        assert await outcome(session, other, number, new) == LookupOutcome.SHOWN


async def test_after_a_new_code_no_waiting_letter_holds_the_old_one(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        known, _other = await a_file(session, desk)
        words = {"number": known.application.number, "lines": ["Tanda terima"], KODE_CEK: known.kode_cek}
        for number in (known.application.number, "KT-2026-9999-A"):
            await store_letter(
                session, LetterDraft(known.person.id or 0, "dinsos-kaltim", number, words | {"number": number}, NOW)
            )
        await give_new_code(session, known.application, by=1, now=NOW)
    async with store.read_only() as session:
        letters = {one.occasion: one.words for one in await session.exec(select(PrintedLetter))}
    assert KODE_CEK not in letters[known.application.number]
    assert letters[known.application.number]["lines"] == ["Tanda terima"]
    assert KODE_CEK in letters["KT-2026-9999-A"]
