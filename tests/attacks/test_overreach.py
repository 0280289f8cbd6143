"""Reaching further than a link, a post or the moment lets one: what was shown, who asked, who wrote it, whose it is."""

from typing import Any

import orjson
from sqlmodel import SQLModel, col, select

from models.applications.application import Application, Stage
from models.applications.departure import Departure, Voice, Word
from models.help import HelpRequest
from models.mydata.copy import copy_for
from models.mydata.request import DataRequest, RequestState, Right
from models.people.account import Account
from models.people.erasure import erase
from models.people.link import Link, Relation, Scope
from models.people.person import Person
from tests.attacks.town import does, is_well
from tests.chat import Play
from tests.directing import direct
from tests.test_authority import account_of

SITI = "Siti Aminah"


async def siti(play: Play) -> Person:
    """Rina's mother, as she stands in the database."""
    async with play.store.reading() as session:
        people = [one for one in await session.exec(select(Person)) if one.name == SITI]
    return people[0]


async def links(play: Play, who: str, scope: Scope, relation: Relation = Relation.FAMILY) -> Link:
    """Tie an account to Siti, as a yes of hers would; a link that is there already reaches so far from now on."""
    account, person = await account_of(play, who), await siti(play)
    about: dict[str, Any] = {"account_id": account.id, "person_id": person.id}
    async with play.store.writing() as session:
        question = select(Link).where(Link.account_id == account.id, Link.person_id == person.id)
        link = (await session.exec(question)).first() or Link(**about, relation=relation, scope=scope, made_at=play.now)
        link.scope, link.agreed_at = scope, play.now
        session.add(link)
    return link


async def changes(play: Play, row: SQLModel, **what: Any) -> None:
    """Something happens elsewhere between two steps."""
    async with play.store.writing() as session:
        found = await session.get_one(type(row), row.id)  # type: ignore[attr-defined]
        for name, value in what.items():
            setattr(found, name, value)
        session.add(found)


async def only(play: Play, table: type[SQLModel]) -> list[Any]:
    async with play.store.reading() as session:
        return list(await session.exec(select(table).order_by(col(table.id))))  # type: ignore[attr-defined]


async def copied(play: Play, who: str) -> str:
    account = await account_of(play, who)
    async with play.store.writing() as session:
        found = await session.get_one(Account, account.id)
        return orjson.dumps(await copy_for(session, found, play.now)).decode()


async def checked(play: Play) -> None:
    """An officer has compared Siti's data: from now on corrections are wishes."""
    person = await siti(play)
    async with play.store.writing() as session:
        for one in await session.exec(select(Application).where(Application.person_id == person.id)):
            one.stage = Stage.DATA_VERIF
            session.add(one)


async def wishes(play: Play, who: str, name: str) -> None:
    """Ask for another name of Siti."""
    for words in ("/data", "Betulkan data saya", SITI, "Nama", name, "Ya, benar"):
        await does(play, who, words)


async def opens(play: Play, who: str = "Danu") -> str:
    await does(play, who, "/permohonan")
    return await does(play, who, "1")


async def test_an_officer_takes_over_only_the_words_that_they_have_seen(town: Play) -> None:
    await checked(town)
    await wishes(town, "Rina", "Siti Aminah Sari")
    assert "Siti Aminah Sari" in await opens(town)
    await wishes(town, "Rina", "Maling Budiman")
    said = await does(town, "Danu", "Betulkan seperti diminta")
    assert (await siti(town)).name == SITI
    assert "Maling Budiman" in said
    await does(town, "Danu", "Betulkan seperti diminta")
    assert [one.name for one in await only(town, Person) if one.name == "Maling Budiman"]


async def test_nothing_is_taken_over_for_somebody_whose_help_has_ended(town: Play) -> None:
    await checked(town)
    await wishes(town, "Rina", "Maling Budiman")
    await opens(town)
    await direct(town, "semua izin dicabut")
    said = await does(town, "Danu", "Betulkan seperti diminta")
    assert (await siti(town)).name == SITI
    assert "tidak lagi" in said
    await does(town, "Danu", "Tidak bisa, tulis sebabnya")
    await does(town, "Danu", "Izin sudah dicabut.")
    assert [one.state for one in await only(town, DataRequest)] == [RequestState.REFUSED]


async def test_nobody_is_erased_at_the_wish_of_somebody_whose_help_has_ended(town: Play) -> None:
    person, rina = await siti(town), await account_of(town, "Rina")
    (file,) = [one for one in await only(town, Application) if one.person_id == person.id]
    await changes(town, file, stage=Stage.APPROVED)
    for words in ("/data", "Hapus data saya", SITI):
        await does(town, "Rina", words)
    assert [(one.kind, one.account_id) for one in await only(town, DataRequest)] == [(Right.ERASE, rina.id)]
    await opens(town)
    assert "Hapus data orang ini sekarang" in await does(town, "Danu", "Menghapus data")
    await direct(town, "semua izin dicabut")
    await does(town, "Danu", "Ya, hapus")
    assert (await siti(town)).name == SITI


async def test_a_wish_is_told_as_that_of_whoever_worded_it_last(town: Play) -> None:
    """Siti asks; Rina, who may act for her, words it anew: staff must not read that Siti asks it herself."""
    await links(town, "Siti", Scope.ACT, Relation.SELF)
    await links(town, "Rina", Scope.ACT)
    await checked(town)
    for words in ("/data", "Betulkan data saya", "Nama", "Siti Aminah Sari", "Ya, benar"):
        await does(town, "Siti", words)
    assert "orangnya sendiri" in await opens(town)
    await wishes(town, "Rina", "Maling Budiman")
    assert "orangnya sendiri" not in await opens(town)


async def departures(play: Play) -> list[Departure]:
    """Siti and Rina were asked about leaving home; each wrote to staff why."""
    person = await siti(play)
    (link,) = [one for one in await only(play, Link) if one.person_id == person.id and not one.is_self]
    (file,) = [one for one in await only(play, Application) if one.person_id == person.id]
    said = {"application_id": file.id, "state": Word.REFUSED}
    rows = [
        Departure(**said, voice=Voice.OWN, words="Saya takut dipukul."),
        Departure(**said, voice=Voice.FAMILY, link_id=link.id, words="Ibu tidak boleh pergi."),
    ]
    async with play.store.writing() as session:
        session.add_all(rows)
    return rows


async def test_what_was_written_to_staff_about_leaving_home_is_in_nobody_elses_copy(town: Play) -> None:
    await links(town, "Siti", Scope.ACT, Relation.SELF)
    await links(town, "Rina", Scope.ACT)
    await departures(town)
    hers, rinas = await copied(town, "Siti"), await copied(town, "Rina")
    assert "dipukul" in hers
    assert "tidak boleh" not in hers
    assert "tidak boleh" in rinas
    assert "dipukul" not in rinas


async def test_erasing_somebody_takes_what_staff_were_to_talk_about(town: Play) -> None:
    """Rina's account serves herself too, so what it wrote to staff stays; not what it says of her mother."""
    rina, person = await account_of(town, "Rina"), await siti(town)
    own, _family = await departures(town)
    about: dict[str, Any] = {"chat_id": rina.telegram_id, "asked_at": town.now, "promised_at": town.now}
    async with town.store.writing() as session:
        request = HelpRequest(reference="TNY-1", account_id=rina.id or 0, words="own refused dipukul", **about)
        session.add(request)
        await session.flush()
        row = await session.get_one(Departure, own.id)
        row.request_id = request.id
        session.add(row)
        await session.flush()
        await erase(session, person.id or 0, by=None, now=town.now)
    assert [one.words for one in await only(town, HelpRequest)] == [None]


async def test_a_number_beyond_every_row_breaks_no_answer_about_leaving_home(town: Play) -> None:
    await does(town, "Rina", "/status")
    await does(town, "Rina", f"(tekan leave:SAY:given {10**30})")
    await does(town, "Rina", f"(tekan leave:DO:{10**30})")
    assert is_well(town)
