"""Guessing: deep links, receipts with kode cek, invitations, permission codes; from one account, from many, for days.

The limits stand in the database: a restart forgets none, and two processes on PostgreSQL count together.
"""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import func, select

from models import failed_attempts
from models.applications.receipt import KODE_CEK_LENGTH, make
from models.applications.receipt_lookup import LookupOutcome, look_up
from models.failed_attempts import DAY, MANY_AT_A_NUMBER, OF_AN_ACCOUNT, FailedAttempt
from models.offices import invitation as invitations
from models.offices.authority import Role
from models.offices.invitation import Invitation
from models.offices.staff import Staff
from models.people import permission
from models.people.permission import Permission
from tests.attacks.town import MALING, belongings, does, is_well
from tests.chat import Play
from tests.directing import direct
from tests.store.test_submission import an_account
from tests.stores import NOW, SECRET, furnished, open_store
from tests.test_authority import serves

TOO_OFTEN = "sudah terlalu sering"
PREFIXES = ("s-", "k-", "p-", "d-", "", "x-", "S-", "s", "k")
PAYLOADS = ("", "x", "1", "A" * 32, "A" * 512, "' OR 1=1", "../..", "\u202e", "%00", "AAAA-AAAA", "ktp:1")


async def wrong_tries(town: Play) -> int:
    async with town.store.read_only() as session:
        return int((await session.exec(select(func.count()).select_from(FailedAttempt))).one())


async def test_no_guessed_link_opens_anything_and_each_is_answered(town: Play) -> None:
    before = await belongings(town)
    for prefix in PREFIXES:
        for payload in PAYLOADS:
            assert await does(town, MALING, f"/start {prefix}{payload}"), prefix + payload
            assert is_well(town), prefix + payload
    assert await belongings(town) == before


async def test_an_account_that_guesses_kode_cek_is_refused_after_a_few_and_a_restart_forgets_nothing(
    town: Play,
) -> None:
    number, right = town.bound.values["nomor Siti"], town.bound.values["kode_cek Siti"]
    for turn in range(OF_AN_ACCOUNT):
        said = await does(town, MALING, "/cek") + await does(town, MALING, f"{make('KT', 2026, 100 + turn)} ABCD2345")
        assert TOO_OFTEN not in said
        await direct(town, "restart")
    await does(town, MALING, "/cek")
    assert TOO_OFTEN in await does(town, MALING, f"{number} {right}")
    await does(town, "Rina", "/cek")
    assert "sudah masuk" in await does(town, "Rina", f"{number} {right}")
    await direct(town, "25 hours later")
    await does(town, MALING, "/cek")
    assert "sudah masuk" in await does(town, MALING, f"{number} {right}")


async def test_strangers_who_guess_shut_neither_a_number_nor_a_code_to_who_holds_the_right_one(town: Play) -> None:
    number, right = town.bound.values["nomor Siti"], town.bound.values["kode_cek Siti"]
    for turn in range(3 * MANY_AT_A_NUMBER):
        await does(town, f"Pencuri {turn}", "/cek")
        await does(town, f"Pencuri {turn}", f"{number} ABCD2345")
    await does(town, "Orang lain", "/cek")
    assert "sudah masuk" in await does(town, "Orang lain", f"{number} {right}")
    post = await serves(town, "Wati", Role.OPERATOR)
    async with town.store.transaction() as session:
        code = await permission.code_for_new_phone(session, 1, post, now=town.now)
    for turn in range(OF_AN_ACCOUNT):  # an account that mistyped elsewhere still opens a code that staff gave
        await does(town, "HP baru", "/cek")
        await does(town, "HP baru", f"{make('KT', 2026, 100 + turn)} ABCD2345")
    await does(town, "HP baru", f"/start k-{code}")
    assert TOO_OFTEN not in await does(town, "HP baru", "29-2-1960")


async def test_a_code_for_ones_own_phone_dies_after_a_few_birth_dates_whoever_tries(town: Play) -> None:
    """There are some thirty thousand birth dates: five tries find one in six thousand codes."""
    post = await serves(town, "Wati", Role.OPERATOR)
    async with town.store.transaction() as session:
        code = await permission.code_for_new_phone(session, 1, post, now=town.now)
    for turn in range(permission.WRONG_ANSWERS):
        await does(town, f"Pencuri {turn}", f"/start k-{code}")
        await does(town, f"Pencuri {turn}", f"17-8-19{50 + turn}")
    await direct(town, "25 hours later")
    await does(town, "Pencuri baru", f"/start k-{code}")
    said = await does(town, "Pencuri baru", "29-2-1960")
    assert "Siti" not in said
    async with town.store.read_only() as session:
        assert (await session.exec(select(Permission.answered_at))).one() is None


async def test_no_guessed_invitation_gives_a_post(town: Play) -> None:
    async with town.store.transaction() as session:
        how = {"office": "dinsos-kaltim", "role": Role.OPERATOR, "region": "64", "by": None, "now": town.now}
        _invitation, token = await invitations.invite(session, **how)
    guesses = [token[:-1], token + "A", token.lower(), token.upper(), token[::-1], f" {token[1:]}", token[:16] * 2]
    for guess in {one for one in guesses if one != token}:
        for what in (f"/start s-{guess}", "1", "Maling"):
            await does(town, MALING, what)
    async with town.store.read_only() as session:
        assert (await session.exec(select(func.count()).select_from(Staff))).one() == 1
        assert (await session.exec(select(Invitation.settled_at))).one() is None
    assert len(token) * 6 >= 128


def test_a_hundred_thousand_accounts_together_guess_no_code_in_a_lifetime() -> None:
    """Nothing but the length of a code holds them back, since what many do together shuts nothing."""
    days = 31**KODE_CEK_LENGTH / (OF_AN_ACCOUNT * 100_000)
    assert days / 365 > 1_000


@pytest.mark.parametrize("at_once", [1, 8])
async def test_two_processes_count_the_same_tries(tmp_path_factory: pytest.TempPathFactory, at_once: int) -> None:
    """Tries that overlap may each see the count before the other's commit: a handful more, never without end."""
    with furnished("postgresql", tmp_path_factory.mktemp("two")) as url:
        async with open_store(url) as first, open_store(url) as second:
            assert SECRET
            async with first.transaction() as session:
                account = await an_account(session, 7)
            outcomes = []
            for turn in range(0, 24, at_once):
                some = [
                    guess((first, second)[(turn + one) % 2], account.id or 0, str(make("KT", 2026, 100 + turn + one)))
                    for one in range(at_once)
                ]
                outcomes += await asyncio.gather(*some)
            let = outcomes.count(LookupOutcome.NO)
            assert OF_AN_ACCOUNT <= let < OF_AN_ACCOUNT + at_once
            later = await guess(first, account.id or 0, "KT-2026-0099-N", DAY + timedelta(seconds=1))
            assert later == LookupOutcome.NO


async def guess(store: object, account: int, number: str, after: timedelta = timedelta()) -> LookupOutcome:
    async with store.transaction() as session:  # type: ignore[attr-defined]
        return (await look_up(session, account, number, "ABCD2345", NOW + after)).outcome


async def test_a_right_answer_counts_as_no_try(town: Play) -> None:
    number, right = town.bound.values["nomor Siti"], town.bound.values["kode_cek Siti"]
    for _ in range(2 * failed_attempts.OF_AN_ACCOUNT):
        await does(town, MALING, "/cek")
        assert TOO_OFTEN not in await does(town, MALING, f"{number} {right}")
    assert await wrong_tries(town) == 0
