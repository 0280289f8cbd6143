"""Reaching further than a link, a post or the moment lets one: what was shown, who asked, who wrote it, whose it is."""

from typing import Any

import orjson
import pytest
from sqlmodel import SQLModel, col, select

from models.applications.application import Application, Stage
from models.applications.departure import Departure, Respondent, Response
from models.audit import Audit
from models.failed_attempts import AttemptLock, FailedAttempt, lock_account
from models.help_request import HelpRequest
from models.messaging.outbox import Call
from models.mydata.copy import copy_for
from models.mydata.data_request import DataRequest, RequestState, Right
from models.offices.authority import Role
from models.people.account import Account
from models.people.consent import Answer, Consent, Purpose
from models.people.erasure import erase
from models.people.link import Link, Relation, Scope
from models.people.person import Person
from tests.attacks.town import does, is_well
from tests.chat import Play
from tests.directing import direct
from tests.test_authority import account_of, serves

SITI = "Siti Aminah"


async def siti(play: Play) -> Person:
    """Rina's mother, as she stands in the database."""
    async with play.store.read_only() as session:
        people = [one for one in await session.exec(select(Person)) if one.name == SITI]
    return people[0]


async def links(play: Play, who: str, scope: Scope, relation: Relation = Relation.FAMILY) -> Link:
    """Tie an account to Siti, as a yes of hers would; a link that is there already reaches so far from now on."""
    account, person = await account_of(play, who), await siti(play)
    about: dict[str, Any] = {"account_id": account.id, "person_id": person.id}
    async with play.store.transaction() as session:
        question = select(Link).where(Link.account_id == account.id, Link.person_id == person.id)
        link = (await session.exec(question)).first() or Link(**about, relation=relation, scope=scope, made_at=play.now)
        link.scope, link.agreed_at = scope, play.now
        session.add(link)
    return link


async def changes(play: Play, row: SQLModel, **what: Any) -> None:
    """Something happens elsewhere between two steps."""
    async with play.store.transaction() as session:
        found = await session.get_one(type(row), row.id)  # type: ignore[attr-defined]
        for name, value in what.items():
            setattr(found, name, value)
        session.add(found)


async def only(play: Play, table: type[SQLModel]) -> list[Any]:
    async with play.store.read_only() as session:
        return list(await session.exec(select(table).order_by(col(table.id))))  # type: ignore[attr-defined]


async def copied(play: Play, who: str) -> str:
    account = await account_of(play, who)
    async with play.store.transaction() as session:
        found = await session.get_one(Account, account.id)
        return orjson.dumps(await copy_for(session, found, play.now)).decode()


async def checked(play: Play) -> None:
    """An officer has compared Siti's data: from now on corrections are wishes."""
    person = await siti(play)
    async with play.store.transaction() as session:
        for one in await session.exec(select(Application).where(Application.person_id == person.id)):
            one.stage = Stage.DATA_VERIF
            session.add(one)


async def wishes(play: Play, who: str, name: str) -> None:
    """Ask for another name of Siti."""
    for words in ("/data", "Betulkan data saya", SITI, "Nama", name, "Ya, benar"):
        await does(play, who, words)


async def opens(play: Play, who: str = "Danu") -> str:
    await does(play, who, "/hakdata")
    return await does(play, who, "1")


async def test_an_officer_takes_over_only_the_words_that_they_have_seen(town: Play) -> None:
    await checked(town)
    await wishes(town, "Rina", "Siti Aminah Sari")
    assert "Siti Aminah Sari" in await opens(town)
    await wishes(town, "Rina", "Maling Budiman")
    said = await does(town, "Danu", "Betulkan sesuai permintaan")
    assert (await siti(town)).name == SITI
    assert "Maling Budiman" in said
    await does(town, "Danu", "Betulkan sesuai permintaan")
    assert [one.name for one in await only(town, Person) if one.name == "Maling Budiman"]


async def test_nothing_is_taken_over_for_somebody_whose_help_has_ended(town: Play) -> None:
    await checked(town)
    await wishes(town, "Rina", "Maling Budiman")
    await opens(town)
    await direct(town, "semua izin dicabut")
    said = await does(town, "Danu", "Betulkan sesuai permintaan")
    assert (await siti(town)).name == SITI
    assert "tidak berhak lagi" in said
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
    assert "Hapus data pemohon sekarang" in await does(town, "Danu", "Hapus sesuai permintaan")
    await direct(town, "semua izin dicabut")
    await does(town, "Danu", "Ya, hapus")
    assert (await siti(town)).name == SITI


async def test_a_wish_is_told_as_that_of_whoever_worded_it_last(town: Play) -> None:
    """Siti asks; Rina, who may act for her, rewords it: staff must not read that Siti asks it herself."""
    await links(town, "Siti", Scope.ACT, Relation.SELF)
    await links(town, "Rina", Scope.ACT)
    await checked(town)
    for words in ("/data", "Betulkan data saya", "Nama", "Siti Aminah Sari", "Ya, benar"):
        await does(town, "Siti", words)
    assert "pemohon sendiri" in await opens(town)
    await wishes(town, "Rina", "Maling Budiman")
    assert "pemohon sendiri" not in await opens(town)


async def departures(play: Play) -> list[Departure]:
    """Siti and Rina were asked about leaving home; each wrote to staff why."""
    person = await siti(play)
    (link,) = [one for one in await only(play, Link) if one.person_id == person.id and not one.is_self]
    (file,) = [one for one in await only(play, Application) if one.person_id == person.id]
    said = {"application_id": file.id, "state": Response.REFUSED}
    rows = [
        Departure(**said, voice=Respondent.OWN, words="Saya takut dipukul."),
        Departure(**said, voice=Respondent.FAMILY, link_id=link.id, words="Ibu tidak boleh pergi."),
    ]
    async with play.store.transaction() as session:
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
    async with town.store.transaction() as session:
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


@pytest.mark.parametrize("scope", [Scope.STATUS, Scope.REMIND])
async def test_who_may_only_look_erases_nobody(town: Play, scope: Scope) -> None:
    await links(town, "Rina", scope)
    said = [await does(town, "Rina", words) for words in ("/data", "Hapus data saya")]
    assert SITI not in said[-1]
    await does(town, "Rina", "Ya, hapus")
    assert (await siti(town)).name == SITI


async def test_who_only_typed_erases_nobody_for_whom_somebody_else_may_act(town: Play) -> None:
    await links(town, "Maling", Scope.TYPED_ONLY)
    await links(town, "Rina", Scope.ACT)
    await does(town, "Maling", "/data")
    assert "tidak ada data yang boleh" in (await does(town, "Maling", "Hapus data saya")).lower()


async def test_what_became_a_participant_between_two_taps_is_not_erased(town: Play) -> None:
    person = await siti(town)
    (file,) = [one for one in await only(town, Application) if one.person_id == person.id]
    for words in ("/data", "Hapus data saya", SITI):
        await does(town, "Rina", words)
    await changes(town, file, stage=Stage.APPROVED)
    said = await does(town, "Rina", "Ya, hapus")
    assert (await siti(town)).name == SITI
    assert "harus kami simpan" in said


async def test_what_others_asked_stands_neither_on_the_sheet_nor_in_the_chat(town: Play) -> None:
    """Siti's earlier helper asked; Rina, who may only see how far it is, reads neither wish nor answer."""
    person, maling = await siti(town), await account_of(town, "Maling")
    about: dict[str, Any] = {"office": "dinsos-kaltim", "region": "6472", "asked_at": town.now, "promised_at": town.now}
    async with town.store.transaction() as session:
        session.add(
            DataRequest(reference="DAT-X", account_id=maling.id, person_id=person.id, kind=Right.ERASE, **about)
        )
    await links(town, "Rina", Scope.STATUS)
    assert "DAT-X" not in await does(town, "Rina", "/data")
    await does(town, "Rina", "Minta salinan data")
    assert "DAT-X" not in repr([one.body for one in await only(town, Call)])
    await links(town, "Rina", Scope.ACT)
    assert "DAT-X" in await does(town, "Rina", "/data")


async def test_an_officers_copy_does_not_repeat_what_people_told_at_the_counter(town: Play) -> None:
    await does(town, "Danu", "/loket")
    assert SITI in await does(town, "Danu", SITI)
    assert SITI not in await copied(town, "Danu")


async def test_who_read_a_yes_aloud_in_the_office_is_not_named_to_the_person(town: Play) -> None:
    await links(town, "Siti", Scope.ACT, Relation.SELF)
    person = await siti(town)
    said: dict[str, Any] = {"purpose": Purpose.REGISTER, "answer": Answer.GIVEN, "version": "1", "language": "id"}
    told = [(await account_of(town, "Danu"), "Danu Petugas"), (await account_of(town, "Rina"), "Anak (Rina)")]
    async with town.store.transaction() as session:
        for account, reader in told:
            how = said | {"mode": "plain", "shown": "?", "at": town.now, "assisted_by": reader}
            session.add(Consent(account_id=account.id, person_id=person.id, **how))
    copy = await copied(town, "Siti")
    assert "Anak (Rina)" in copy
    assert "Danu" not in copy


async def at_counter(play: Play, who: str, matter: str) -> str:
    (number,) = [one.number for one in await only(play, Application) if one.person_id == (await siti(play)).id]
    for words in ("/batal", "/loket", number):
        await does(play, who, words)
    return await does(play, who, matter)


@pytest.mark.parametrize(
    ("role", "matter"),
    [(Role.MANAGER, "HP hilang"), (Role.MANAGER, "Beri kode cek status"), (Role.COMPANION, "Catatan kecakapan")],
)
async def test_no_officer_bears_witness_for_their_own_family(town: Play, role: Role, matter: str) -> None:
    await serves(town, "Wati", role)
    assert "Petugas lain" not in await at_counter(town, "Wati", matter)
    await links(town, "Wati", Scope.STATUS)
    assert "Petugas lain" in await at_counter(town, "Wati", matter)


async def test_a_link_that_is_made_between_two_taps_ends_the_matter(town: Play) -> None:
    await at_counter(town, "Danu", "Beri kode cek status baru")
    await links(town, "Danu", Scope.STATUS)
    await does(town, "Danu", "Ya, saya sudah lihat")
    assert "new_code" not in [one.act for one in await only(town, Audit)]


async def test_a_helper_who_takes_back_an_objection_is_told_of(town: Play) -> None:
    await links(town, "Siti", Scope.ACT, Relation.SELF)
    await links(town, "Rina", Scope.ACT)
    for words in ("/data", "Cara bot mengurutkan program", "1"):
        await does(town, "Siti", words)
    assert (await siti(town)).unsorted_since is not None
    for words in ("/data", "Cara bot mengurutkan program", SITI):
        await does(town, "Rina", words)
    said = await does(town, "Rina", "1")
    assert (await siti(town)).unsorted_since is None
    assert "Siti kami beri tahu" in said or "Kami beri tahu Siti" in said


async def test_who_only_typed_changes_no_data_of_a_person_who_speaks_for_themself(town: Play) -> None:
    await links(town, "Siti", Scope.ACT, Relation.SELF)
    person = await siti(town)
    await changes(town, person, village_text="Rumah Aman", phone="+6281211110000")
    await direct(town, "Rina sudah mendaftarkan Siti Aminah, family, lahir 1960-02-29: uep")
    after = await siti(town)
    assert (after.village_text, after.phone) == ("Rumah Aman", "+6281211110000")


async def test_a_yes_to_close_an_account_never_opens_it(town: Play) -> None:
    """A colleague closed it between the question and the yes."""
    maling, danu = await account_of(town, "Maling"), await account_of(town, "Danu")
    async with town.store.transaction() as session:
        for _ in range(5):
            session.add(FailedAttempt(account_id=maling.id or 0, number_hash=b"?", at=town.now))
    await does(town, "Danu", "/keamanan")
    await does(town, "Danu", "1")
    async with town.store.transaction() as session:
        until = await lock_account(session, maling.id or 0, by=danu.id or 0, now=town.now)
    await does(town, "Danu", "(tekan trying:SURE:close)")
    assert [one.until for one in await only_closed(town)] == [until]


async def test_nobody_opens_themself_again(town: Play) -> None:
    danu = await account_of(town, "Danu")
    async with town.store.transaction() as session:
        await lock_account(session, danu.id or 0, by=1, now=town.now)
    assert "Buka akun" not in await does(town, "Danu", "/keamanan")


async def only_closed(play: Play) -> list[AttemptLock]:
    async with play.store.read_only() as session:
        return list(await session.exec(select(AttemptLock)))
