"""Answers that are hard to read, played against the whole bot: a clear sentence, and nothing lost."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from models.applications.application import Application
from models.people.person import Person
from tests.chat import Play, playing
from tests.transcript import Beat, Heard, read

NIKS = Path(__file__).parent / "data" / "nik_test_vectors.csv"
VECTORS = list(csv.DictReader(NIKS.read_text(encoding="utf-8").splitlines()))
ASKED_FOR_NIK = "Tulis NIK Ibu."
NAMES = [
    "<b>Sari</b>",
    "_Sari_ *Dewi* [x](y) `z`",
    'Sa\'ari "Dewi" O’Hara',
    "Sari 🌸 Dewi",
    "Sari\u200b\u200dDewi",
    "\u202eiraS\u202c",
    "ساري ديوي",
    "S",
    "Sari\nDewi",
    "{name} %s {0}",
]


@pytest.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(read("Sari: x\n"), tmp_path) as begun:
        await do(begun, None, "Sari sudah mulai: Ibu, Biasa")
        yield begun


async def do(play: Play, who: str | None, what: str) -> list[Heard]:
    return await play.perform(Beat(0, who, [what]))


def words(heard: list[Heard]) -> str:
    return "\n".join("\n".join(one.lines) for one in heard)


async def person(play: Play) -> Person:
    async with play.store.read_only() as session:
        return (await session.exec(select(Person))).one()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["note"] or vector["input"])
async def test_every_nik_gets_a_clear_answer(vector: dict[str, str], play: Play) -> None:
    born = vector["declared_dob"] or "1995-08-17"
    await do(play, None, f"Sari sudah mendaftarkan Sari Dewi, self, lahir {born}: uep")
    assert ASKED_FOR_NIK in words(await do(play, "Sari", "/lengkapi"))
    heard = await do(play, "Sari", vector["input"])
    assert heard[0].head == "Bot deletes"
    if vector["hard"]:
        assert (await person(play)).nik is None
        assert len(heard) > 1
        heard = await do(play, "Sari", "6472055708959001")
    assert "NIK dicatat: " in words(heard)
    assert not any(finding in words(heard) for finding in ("beda", "salah", "wrong"))
    kept = await person(play)
    assert len(kept.nik) == 16
    assert set(filter(None, vector["soft"].split(";"))) - {"sex_differs"} <= set(kept.nik_findings)


@pytest.mark.parametrize("name", NAMES)
async def test_every_name_is_kept_as_it_was_written(name: str, play: Play) -> None:
    await do(play, "Sari", "/daftar")
    await do(play, "Sari", "1")
    heard = words(await do(play, "Sari", name))
    if "Apakah ini nama lengkapnya?" in heard:  # what reads like something else is asked back, and may stand
        heard = words(await do(play, "Sari", "1"))
    assert "Kapan Ibu lahir?" in heard
    shown = words(await do(play, "Sari", "/daftar"))
    visible = "".join(mark for mark in name.replace("\n", " ") if mark not in "\u200b\u200d\u202e\u202c")
    assert f"Nama: {visible}" in shown


@pytest.mark.parametrize("name", ["Sari " * 100, "12345", "....", "\u200b\u200b", "6472055708959001"])
async def test_what_is_no_name_is_said_kindly_and_asked_again(name: str, play: Play) -> None:
    await do(play, "Sari", "/daftar")
    await do(play, "Sari", "1")
    heard = [one for one in await do(play, "Sari", name) if one.head == "Bot"]
    assert len(heard) == 2
    assert "Siapa nama lengkap Ibu?" in heard[1].lines[0]
    assert "Kapan Ibu lahir?" in words(await do(play, "Sari", "Sari Dewi"))


async def test_a_step_costs_one_write_of_the_draft_and_no_question(play: Play) -> None:
    said: list[str] = []
    await do(play, "Sari", "/daftar")
    await do(play, "Sari", "1")
    event.listen(
        play.store.engine.sync_engine, "before_cursor_execute", lambda *call: said.append(" ".join(call[2].split()))
    )
    await do(play, "Sari", "Sari Dewi")
    touched = [statement for statement in said if "draft" in statement]
    assert [statement.split()[0] for statement in touched] == ["SELECT", "UPDATE"]
    tables = ("person", "application", "consent", "due ", "link")
    assert not [statement for statement in said if any(f"FROM {table}" in statement for table in tables)]


FORM = [
    "/daftar",
    "1",
    "Sari Dewi",
    "17-8-95",
    "pilih dari daftar",
    "kukar",
    "6",
    "melayu",
    "blt, sembako, air, sanitasi",
    "rujukan air bersih",
    "1",
    "3",
    "tidak perlu apa-apa",
]


async def test_a_registration_sent_again_and_again_is_one_file(play: Play) -> None:
    for answer in FORM:
        await do(play, "Sari", answer)
    await do(play, "Sari", "[Kirim pendaftaran] (twice)")
    await do(play, None, "1 minute later")
    for tap in ('[Kirim pendaftaran] on "Mohon periksa"', "kirim", "(tekan register:REVIEW:send)", "/daftar"):
        await do(play, "Sari", tap)
    await do(play, None, "restart")
    await do(play, "Sari", '[Kirim pendaftaran] on "Mohon periksa"')
    async with play.store.read_only() as session:
        assert (await session.exec(select(func.count()).select_from(Application))).one() == 1


async def test_the_name_of_the_last_registration_is_offered_again(play: Play) -> None:
    for answer in [*FORM, "kirim", "/daftar"]:
        await do(play, "Sari", answer)
    assert "1. [Sari Dewi]" in words(await do(play, "Sari", "saya sendiri"))


@pytest.mark.parametrize("before", range(len(FORM)))
async def test_a_step_can_be_left_and_taken_up_again_after_a_restart(before: int, play: Play) -> None:
    for answer in FORM[: before + 1]:
        asked = words(await do(play, "Sari", answer))
    await do(play, None, "restart")
    await do(play, "Sari", "/batal")
    taken_up = words(await do(play, "Sari", "/daftar"))
    if before:
        assert "Ada pendaftaran yang belum selesai." in taken_up
        taken_up = words(await do(play, "Sari", "lanjutkan"))
    assert asked.endswith(taken_up)
