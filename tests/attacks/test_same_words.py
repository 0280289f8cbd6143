"""The same words and the same questions to the database, whether or not what was typed is on file; on both databases.

Two accounts in the same place do the same. One types what is on file, the other what is not; a reader of the chats,
counts the messages or the statements, cannot tell which.
"""

import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event

from models.applications.receipt import make
from models.offices import invitation as invitations
from models.offices.authority import Role
from models.people import permission
from models.people.link import Link, Relation, Scope
from models.people.person import Person
from tests.attacks.town import at_home, does, is_well
from tests.chat import BEGINNING, Play
from tests.directing import direct
from tests.stores import KINDS, furnished, open_store
from tests.test_authority import account_of, serves

ON_FILE_NIK, FREE_NIK = "6472056902609001", "6472056902609002"
ON_FILE_PHONE, FREE_PHONE = "081200000000", "081299990000"
NO_NUMBER = str(make("KT", 2026, 9876))
WRONG_CODE = "ABCD-2345"
ONE, OTHER = "Budi Satu", "Budi Dua"


@pytest_asyncio.fixture(params=KINDS)
async def town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Play]:
    with furnished(request.param, tmp_path) as url:
        async with open_store(url) as store:
            play = Play(store, tmp_path, now=BEGINNING)
            await play.begin()
            await at_home(play)
            for who in (ONE, OTHER):
                await direct(play, f"{who} sudah mulai: Bapak, Biasa")
            yield play
            await play.end()


@dataclass
class Seen:
    """What a stranger can see or measure of an answer."""

    words: str
    statements: list[str]


async def seen(town: Play, who: str, *steps: str) -> Seen:
    """All of it after the last step; what comes before it is the way there."""
    for step in steps[:-1]:
        await does(town, who, step)
    said: list[str] = []

    def listen(_c: Any, _x: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()))

    event.listen(town.store.engine.sync_engine, "before_cursor_execute", listen)
    words = await does(town, who, steps[-1])
    event.remove(town.store.engine.sync_engine, "before_cursor_execute", listen)
    assert is_well(town)
    return Seen(words, said)


def told_apart(*typed: str) -> Callable[[str], str]:
    """Words without what the person typed themself, and without numbers that are new each time."""
    own = sorted({word for words in typed for word in (words, *words.split())}, key=len, reverse=True)

    def plain(words: str) -> str:
        for one in own:
            words = words.replace(one, "…")
        return re.sub(r"[A-Z0-9]{2,4}-[A-Z0-9]{4}(-[A-Z0-9]+)*|\d+|(?:[2-9A-Z] ){7}[2-9A-Z]|[*•]+", "#", words)

    return plain


def without_numbers(words: str) -> str:
    return told_apart()(words)


def assert_same(one: Seen, other: Seen, plain: Callable[[str], str] = without_numbers) -> None:
    assert one.words
    assert plain(one.words) == plain(other.words)
    assert one.statements == other.statements


def number_of(town: Play) -> str:
    return town.bound.values["nomor Siti"]


async def test_a_number_with_a_wrong_code(town: Play) -> None:
    known = await seen(town, ONE, "/cek", number_of(town), WRONG_CODE)
    assert_same(known, await seen(town, OTHER, "/cek", NO_NUMBER, WRONG_CODE))


async def test_a_number_alone(town: Play) -> None:
    assert_same(await seen(town, ONE, "/cek", number_of(town)), await seen(town, OTHER, "/cek", NO_NUMBER))


async def test_a_right_code_of_another_number(town: Play) -> None:
    code = town.bound.values["kode_cek Siti"]
    known = await seen(town, ONE, f"/cek {number_of(town)}", town.bound.values["nomor Rina"], code)
    assert_same(known, await seen(town, OTHER, f"/cek {number_of(town)}", NO_NUMBER, code))


async def own_phone(town: Play) -> None:
    siti = await account_of(town, "Siti")
    async with town.store.transaction() as session:
        own = {"relation": Relation.SELF, "scope": Scope.ACT, "made_at": town.now, "agreed_at": town.now}
        session.add(Link(account_id=siti.id or 0, person_id=1, **own))


@pytest.mark.parametrize("has_phone", [True, False])
async def test_asking_to_help_by_a_number(town: Play, has_phone: bool) -> None:
    if has_phone:
        await own_phone(town)
    way = ("(tekan connect:BEGIN:)", "Budi Contoh")
    known = await seen(town, ONE, *way, number_of(town), "1", "1")
    assert_same(known, await seen(town, OTHER, *way, NO_NUMBER, "1", "1"))
    await direct(town, "5 seconds later")
    assert not [heard for heard in town.telegram.heard if heard.head.endswith((ONE, OTHER))]


async def a_code(town: Play) -> str:
    post = await serves(town, "Wati", Role.OPERATOR)
    async with town.store.transaction() as session:
        return await permission.code_for_new_phone(session, 1, post, now=town.now)


@pytest.mark.parametrize("way", [("/start k-{}",), ("(tekan answer:BEGIN:)", "{}")], ids=["link", "typed"])
async def test_a_code_before_its_birth_date(town: Play, way: tuple[str, ...]) -> None:
    code = await a_code(town)
    known = await seen(town, ONE, *(step.format(code) for step in way))
    assert_same(known, await seen(town, OTHER, *(step.format(WRONG_CODE) for step in way)))


async def test_a_code_with_a_wrong_birth_date(town: Play) -> None:
    known = await seen(town, ONE, f"/start k-{await a_code(town)}", "17-8-1945")
    free = await seen(town, OTHER, f"/start k-{WRONG_CODE}", "17-8-1945")
    assert known.words == free.words
    assert known.statements == free.statements


@pytest.mark.parametrize("kind", ["used", "taken back", "too late"])
async def test_an_invitation_that_is_over_and_one_that_never_was(town: Play, kind: str) -> None:
    async with town.store.transaction() as session:
        how = {"office": "dinsos-kaltim", "role": Role.OPERATOR, "region": "64", "by": None, "now": town.now}
        invitation, token = await invitations.invite(session, **how)
        if kind != "too late":
            invitation.settled_at = town.now
    if kind == "too late":
        await direct(town, "25 hours later")
    known = await seen(town, ONE, f"/start s-{token}")
    assert_same(known, await seen(town, OTHER, f"/start s-{'x' * len(token)}"))


async def nik_on_file(town: Play) -> None:
    from models.keyring import keyring_of

    async with town.store.transaction() as session:
        person = await session.get_one(Person, 1)
        person.nik = ON_FILE_NIK
        person.nik_hash = keyring_of(session.get_bind().dialect).blind_index("nik", ON_FILE_NIK)
        session.add(person)


async def test_a_nik_given_for_ones_own_file(town: Play) -> None:
    await nik_on_file(town)
    for who in (ONE, OTHER):
        await direct(town, f"{who} sudah mendaftarkan Dewi Contoh, self, lahir 1960-02-29: uep")
    known = await seen(town, ONE, "/lengkapi", ON_FILE_NIK)
    assert_same(known, await seen(town, OTHER, "/lengkapi", FREE_NIK))


async def registered(town: Play, who: str, name: str, phone: str) -> Seen:
    """Register a member of the family: with the name, birth date and phone of a person on file, or of none."""
    for step in ("/daftar", "3"):
        await does(town, who, step)
    for step in (name, "29-2-1960", "melayu, tenggarong", phone, "1", "rujukan air bersih", "1", "3", "tidak perlu"):
        await does(town, who, step)
    return await seen(town, who, "kirim")


async def test_registering_somebody_who_is_registered(town: Play) -> None:
    known = await registered(town, ONE, "Siti Aminah", ON_FILE_PHONE)
    free = await registered(town, OTHER, "Wulan Contoh", FREE_PHONE)
    assert "Simpan kode ini." in known.words
    assert_same(known, free, told_apart("Siti Aminah", "Wulan Contoh"))


ELSEWHERE = {
    "number": (number_of, lambda _: NO_NUMBER),
    "nik": (lambda _: ON_FILE_NIK, lambda _: FREE_NIK),
    "phone": (lambda _: ON_FILE_PHONE, lambda _: FREE_PHONE),
    "name": (lambda _: "Siti Aminah", lambda _: "Wulan Contoh"),
}


@pytest.mark.parametrize("by", ELSEWHERE)
@pytest.mark.parametrize("post", [("dinsos-bpp", "6471"), ("dinsos-kaltim", "6471")], ids=["office", "region"])
async def test_staff_of_another_office_or_region_learn_nothing_at_the_counter(
    town: Play, by: str, post: tuple[str, str]
) -> None:
    await nik_on_file(town)
    for who in (ONE, OTHER):
        await serves(town, who, Role.OPERATOR, *post)
    known, free = ELSEWHERE[by]
    one = await seen(town, ONE, "/loket", known(town))
    assert_same(one, await seen(town, OTHER, "/loket", free(town)))
