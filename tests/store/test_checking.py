"""Checking a file by number and code, on both databases: limits, and no difference between what exists and what not."""

from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.context import Desk
from models import tries
from models.applications.checking import Outcome, check
from models.applications.filing import Filed
from models.people.account import Account
from models.store import Store
from models.tries import DAY, OF_A_NUMBER, OF_AN_ACCOUNT, WrongTry, many
from tests.store.test_filing import SELF, an_account, filed
from tests.stores import NOW

UNKNOWN, WRONG = "KT-2026-0099-N", "ABCD2345"


async def a_file(session: AsyncSession, desk: Desk) -> tuple[Filed, Account]:
    holder = await an_account(session, 7)
    return await filed(session, desk, SELF, holder), await an_account(session, 8)


async def outcome(
    session: AsyncSession, account: Account, number: str, code: str, after: timedelta = timedelta()
) -> str:
    return (await check(session, account.id or 0, number, code, NOW + after)).outcome


async def test_number_and_code_together_show_the_file(store: Store, desk: Desk) -> None:
    async with store.writing() as session:
        known, other = await a_file(session, desk)
        found = await check(session, other.id or 0, known.application.number, known.kode_cek, NOW)
        assert (found.outcome, found.application) == (Outcome.SHOWN, known.application)
        assert await outcome(session, other, known.application.number, WRONG) == Outcome.NO
        assert await outcome(session, other, UNKNOWN, known.kode_cek) == Outcome.NO
        assert len(list(await session.exec(select(WrongTry)))) == 2


async def test_an_account_has_a_few_tries_a_day(store: Store, desk: Desk) -> None:
    async with store.writing() as session:
        known, other = await a_file(session, desk)
        for number in range(OF_AN_ACCOUNT):
            assert await outcome(session, other, f"KT-2026-{number:04}-X", WRONG) == Outcome.NO
        right = known.application.number, known.kode_cek
        assert await outcome(session, other, *right) == Outcome.TOO_MANY
        assert await outcome(session, other, *right, after=DAY + timedelta(seconds=1)) == Outcome.SHOWN


@pytest.mark.parametrize("is_known", [True, False])
async def test_a_number_has_a_few_tries_a_day_whether_it_exists_or_not(
    store: Store, desk: Desk, is_known: bool
) -> None:
    async with store.writing() as session:
        known, _ = await a_file(session, desk)
        number = known.application.number if is_known else UNKNOWN
        said = [await outcome(session, await an_account(session, 100 + one), number, WRONG) for one in range(7)]
        assert said == [Outcome.NO] * OF_A_NUMBER + [Outcome.TOO_MANY] * (7 - OF_A_NUMBER)


async def test_all_together_have_a_number_of_tries_an_hour(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "IN_ALL", 3)
    async with store.writing() as session:
        known, other = await a_file(session, desk)
        for one in range(3):
            await outcome(session, await an_account(session, 100 + one), f"KT-2026-{one:04}-X", WRONG)
        right = known.application.number, known.kode_cek
        assert await outcome(session, other, *right) == Outcome.TOO_MANY
        assert await outcome(session, other, *right, after=timedelta(hours=1, seconds=1)) == Outcome.SHOWN


@pytest.mark.parametrize("too_many", [False, True])
async def test_the_same_statements_run_whether_the_number_exists_or_not(
    store: Store, desk: Desk, too_many: bool
) -> None:
    said: list[str] = []

    def listen(_c: object, _x: object, statement: str, *_: object) -> None:
        said.append(statement)

    async with store.writing() as session:
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
    assert len(heard[0]) == (2 if too_many else 3)


async def test_staff_see_who_tries_much(store: Store, desk: Desk) -> None:
    async with store.writing() as session:
        _, other = await a_file(session, desk)
        for one in range(OF_AN_ACCOUNT):
            await outcome(session, other, f"KT-2026-{one:04}-X", WRONG)
        assert await many(session, NOW) == [(other.id, OF_AN_ACCOUNT)]
        assert await many(session, NOW, least=OF_AN_ACCOUNT + 1) == []
