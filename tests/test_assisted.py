"""Registered at the counter: the file is the person's alone, their yes is kept, and news of it waits on paper."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlmodel import SQLModel, col, select

from models.applications.application import Application
from models.applications.document import Document
from models.applications.draft import Draft
from models.applications.overview import notification_recipients
from models.audit import Audit
from models.messaging.printed_letter import PrintedLetter
from models.offices.authority import Act, Refusal, Role
from models.people.account import Account
from models.people.consent import Answer, Consent, Purpose
from models.people.erasure import erase
from models.people.link import Link
from models.people.person import Person
from tests.chat import Play, playing
from tests.directing import direct
from tests.test_authority import refusals_written, says, serves
from tests.transcript import read

ANSWERS = (
    "/daftarkan", "1", "Karsiyem Wagiman", "1 Maret 1950", "Sidodadi, Samarinda Ulu", "Tidak ada nomor",
    "BLT, sembako, air, sanitasi", "Rujukan sembako", "2", "Tidak perlu apa-apa",
)  # fmt: skip
SEND = "Kirim pendaftaran"
OFFICE = "dinsos-kaltim"


@pytest_asyncio.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """Bima is an operator of the province and has asked everything; it only has to be sent."""
    async with playing(read(""), tmp_path) as one:
        await serves(one, "Bima", Role.OPERATOR)
        for words in ANSWERS:
            await says(one, "Bima", words)
        yield one


async def rows(play: Play, table: type[SQLModel]) -> list[Any]:
    async with play.store.read_only() as session:
        return list(await session.exec(select(table).order_by(col(table.id))))  # type: ignore[attr-defined]


async def test_no_account_is_tied_to_somebody_who_was_registered_at_the_counter(play: Play) -> None:
    await says(play, "Bima", SEND)
    (application,) = await rows(play, Application)
    assert (application.account_id, application.office) == (None, OFFICE)
    assert not await rows(play, Link)
    assert not any("Karsiyem" in words for words in await says(play, "Bima", "/status"))
    assert not any("Karsiyem" in words for words in await says(play, "Bima", "/data"))


async def test_the_yes_is_kept_with_its_person_the_words_and_who_read_them(play: Play) -> None:
    assert not await rows(play, Consent)
    await says(play, "Bima", SEND)
    (consent,), (person,) = await rows(play, Consent), await rows(play, Person)
    assert (consent.person_id, consent.purpose, consent.answer) == (person.id, Purpose.REGISTER, Answer.GIVEN)
    assert consent.assisted_by == "Bima"
    assert "Tanyakan kepada petugas." in consent.shown


async def test_the_yes_of_somebody_else_is_not_the_officers_own(play: Play) -> None:
    await says(play, "Bima", SEND)
    said = await says(play, "Bima", "/daftar")
    assert any("kami meminta persetujuan" in words for words in said)


async def test_somebody_who_says_no_leaves_nothing(play: Play) -> None:
    await says(play, "Bima", SEND)
    before = [await rows(play, table) for table in (Person, Consent, Application)]
    await says(play, "Bima", "2")
    await says(play, "Bima", "Pemohon tidak setuju")
    assert [await rows(play, table) for table in (Person, Consent, Application)] == before
    assert not [draft for draft in await rows(play, Draft) if draft.answers]


@pytest.mark.parametrize(
    ("office", "region", "why"),
    [("dinsos-bpp", "64", Refusal.OFFICE), (OFFICE, "6471", Refusal.REGION)],
)
async def test_a_registration_of_another_office_or_region_is_not_filed(
    play: Play, office: str, region: str, why: Refusal
) -> None:
    """The post changed after everything was asked: what counts is the post at the moment of sending."""
    await serves(play, "Bima", Role.OPERATOR, office, region)
    await says(play, "Bima", SEND)
    assert not await rows(play, Application)
    assert not await rows(play, Person)
    assert await refusals_written(play) == [(Act.REGISTER_SOMEBODY, why)]


@pytest.mark.parametrize(("office", "region"), [("dinsos-bpp", "64"), (OFFICE, "6471")])
async def test_a_file_is_completed_only_as_far_as_the_post_reaches(play: Play, office: str, region: str) -> None:
    await says(play, "Bima", SEND)
    await says(play, "Bima", "Lengkapi sekarang")
    await serves(play, "Bima", Role.OPERATOR, office, region)
    said = await says(play, "Bima", "6472034103509001")
    await says(play, "Bima", "(foto card-sharp.jpg)")
    (person,) = await rows(play, Person)
    assert person.nik is None
    assert not await rows(play, Document)
    assert not any("Karsiyem" in words for words in said)


async def test_the_receipt_is_a_letter_that_was_printed(play: Play) -> None:
    await says(play, "Bima", SEND)
    (letter,) = await rows(play, PrintedLetter)
    assert (letter.printed_at, letter.handed_at, letter.office) == (play.now, None, OFFICE)
    assert len(letter.words["kode_cek"]) == 8


async def test_the_kode_cek_is_forgotten_once_the_letter_was_handed_over(play: Play) -> None:
    await says(play, "Bima", SEND)
    await says(play, "Bima", "/cetak")
    await says(play, "Bima", "Sudah diserahkan")
    await says(play, "Bima", "Semuanya")
    (letter,) = await rows(play, PrintedLetter)
    assert letter.handed_at == play.now
    assert "kode_cek" not in letter.words


async def test_printing_and_handing_over_stand_in_the_log_with_who_did_it(play: Play) -> None:
    await says(play, "Bima", SEND)
    await says(play, "Bima", "/cetak")
    await says(play, "Bima", "Sudah diserahkan")
    await says(play, "Bima", "1")
    written = [(row.act, row.by) for row in await rows(play, Audit)]
    assert {("submit", "account:1"), ("print_letters", "account:1"), ("hand_over_letters", "account:1")} <= set(written)


async def test_erasing_somebody_empties_their_letters(play: Play) -> None:
    await says(play, "Bima", SEND)
    async with play.store.transaction() as session:
        await erase(session, 1, by=None, now=play.now)
    (letter,) = await rows(play, PrintedLetter)
    assert letter.words is None
    assert not any("Karsiyem" in words for words in await says(play, "Bima", "/cetak"))


@pytest.mark.parametrize("unreachable", [None, "blocked"])
async def test_news_goes_to_whoever_can_be_reached_and_else_on_paper(play: Play, unreachable: str | None) -> None:
    """Rina registered her mother; when she has blocked the bot, the broken promise is told on paper."""
    await direct(play, "Rina sudah mulai: Kak, Biasa")
    await direct(play, "Rina sudah mendaftarkan Siti Aminah, family, lahir 1960-02-29: uep")
    async with play.store.transaction() as session:
        (rina,) = await session.exec(select(Account).where(col(Account.id) == 2))
        rina.unreachable = unreachable
        session.add(rina)
        application = (await session.exec(select(Application))).one()
        heard = await notification_recipients(session, application, play.now)
        assert bool(heard) is (unreachable is None)
    play.telegram.heard = []
    await direct(play, "20 hari kemudian")
    said = [one for one in play.telegram.heard if "gilirannya belum dihitung" in "\n".join(one.lines)]
    letters = await rows(play, PrintedLetter)
    assert bool(said) is (unreachable is None)
    assert bool(letters) is (unreachable is not None)


async def test_a_draft_of_the_officers_own_lies_beside(play: Play) -> None:
    """A draft for a person at the counter is not the officer's own draft."""
    await says(play, "Bima", "/daftar")
    await says(play, "Bima", "Ya, saya setuju")
    await says(play, "Bima", "Saya sendiri")
    await says(play, "Bima", "Bima Sakti")
    assert {draft.form: draft.answers["name"] for draft in await rows(play, Draft)} == {
        "register_for": "Karsiyem Wagiman",
        "register": "Bima Sakti",
    }
