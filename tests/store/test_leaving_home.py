"""Leaving home on both databases: who is asked where, what is kept of an answer, what an erasure leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Departure, Heard, Voice, Word, ask_all, hear, standing_of
from models.audit import Audit
from models.due import Due, DueKind, DueState
from models.people.account import Account
from models.people.erasure import erase
from models.people.link import Link, Relation, Scope, revoke
from models.people.person import Person
from models.store import Store
from tests.store.test_filing import SELF, an_account, filed
from tests.stores import NOW

DAUGHTER = SELF.model_copy(
    update={"for_whom": Relation.CHILD, "name": "Dewi Lestari", "born": date(2004, 2, 1), "programme": "keterampilan"}
)


async def a_file(session: AsyncSession, desk: ReferenceData) -> tuple[Account, Application, Person, Link]:
    """A mother has registered her grown-up daughter."""
    mother = await an_account(session, 7)
    done = await filed(session, desk, DAUGHTER, mother)
    link = (await session.exec(select(Link))).one()
    return mother, done.application, done.person, link


async def asked(
    session: AsyncSession, desk: ReferenceData, application: Application, person: Person
) -> list[Departure]:
    away = desk.catalogue["keterampilan"].leaves_home
    assert away is not None
    await ask_all(session, application, person, away, by=None, now=NOW)
    return await departure.said_of(session, application.id or 0)


def a_link(account: Account, person: Person, relation: Relation, scope: Scope = Scope.STATUS) -> Link:
    about: dict[str, Any] = {"scope": scope, "made_at": NOW, "agreed_at": NOW}
    return Link(account_id=account.id or 0, person_id=person.id or 0, relation=relation, **about)


async def test_the_person_is_asked_on_the_own_account_and_the_family_on_theirs(
    store: Store, desk: ReferenceData
) -> None:
    async with store.writing() as session:
        mother, application, person, link = await a_file(session, desk)
        own, companion, father = [await an_account(session, number) for number in (8, 9, 10)]
        fathers = a_link(father, person, Relation.FAMILY)
        session.add_all([a_link(own, person, Relation.SELF, Scope.ACT), fathers])
        session.add(a_link(companion, person, Relation.COMPANION))
        await session.flush()
        rows = await asked(session, desk, application, person)
        assert {(one.voice, one.link_id) for one in rows} == {
            (Voice.OWN, None), (Voice.FAMILY, link.id), (Voice.FAMILY, fathers.id),
        }  # fmt: skip
        due = list(await session.exec(select(Due).where(Due.kind == DueKind.DEPARTURE_ASKED)))
        assert {one.lane for one in due} == {mother.telegram_id, own.telegram_id, father.telegram_id}
        assert {one.answer_by for one in rows} == {NOW + timedelta(days=14)}


async def test_without_an_own_account_the_own_word_is_asked_where_the_helper_is(
    store: Store, desk: ReferenceData
) -> None:
    async with store.writing() as session:
        mother, application, person, _ = await a_file(session, desk)
        await asked(session, desk, application, person)
        await asked(session, desk, application, person)  # a second time changes nothing
        due = list(await session.exec(select(Due).where(Due.kind == DueKind.DEPARTURE_ASKED)))
        assert [one.lane for one in due] == [mother.telegram_id] * 2


async def test_an_answer_is_kept_with_who_read_it_and_nobody_is_reminded_any_more(
    store: Store, desk: ReferenceData
) -> None:
    async with store.writing() as session:
        mother, application, person, _ = await a_file(session, desk)
        own, _family = await asked(session, desk, application, person)
        said = Heard(Voice.OWN, None, Word.GIVEN, "Saya yang membacakan (Rina)")
        row = await hear(session, application, said, by=mother.id or 0, now=NOW)
        assert (row.id, row.state, row.assisted_by) == (own.id, Word.GIVEN, "Saya yang membacakan (Rina)")
        waiting = select(Due.subject).where(
            col(Due.kind).in_(departure.WAITING), Due.state == DueState.WAITING, Due.subject == own.id
        )
        assert not list(await session.exec(waiting))
        lines = list(await session.exec(select(Audit).where(Audit.act == "departure", Audit.became == Word.GIVEN)))
        assert [(one.was, one.note["assisted"]) for one in lines] == [(Word.ASKED, True)]
        assert "Rina" not in str([one.note for one in lines])


async def test_a_revoked_link_takes_its_word_with_it(store: Store, desk: ReferenceData) -> None:
    async with store.writing() as session:
        mother, application, person, link = await a_file(session, desk)
        await hear(session, application, Heard(Voice.FAMILY, link, Word.REFUSED), by=mother.id or 0, now=NOW)
        assert (await standing_of(session, application, person, NOW)).family is Word.REFUSED
        await revoke(session, link, by=mother.id or 0, now=NOW)
        assert (await standing_of(session, application, person, NOW)).family is Word.NOT_ASKED


async def test_an_erasure_leaves_the_word_and_no_reason(store: Store, desk: ReferenceData) -> None:
    async with store.writing() as session:
        mother, application, person, link = await a_file(session, desk)
        await asked(session, desk, application, person)
        said = Heard(Voice.FAMILY, link, Word.REFUSED, "Orang lain (Rina)")
        row = await hear(session, application, said, by=mother.id or 0, now=NOW)
        row.words = "Terlalu jauh."
        await erase(session, person.id or 0, by=None, now=NOW)
    async with store.reading() as session:
        rows = list(await session.exec(select(Departure)))
        assert [(one.words, one.assisted_by) for one in rows] == [(None, None)] * 2
        still = select(Due).where(col(Due.kind).in_(departure.WAITING), Due.state == DueState.WAITING)
        assert not list(await session.exec(still))


@pytest.mark.parametrize(("said", "leaves"), [("bisa", True), ("pulang", False), (None, True)])
def test_whoever_goes_home_every_day_does_not_leave_home(desk: ReferenceData, said: str | None, leaves: bool) -> None:
    programme = desk.catalogue["keterampilan"]
    assert (programme.takes_away({"asrama": said} if said else {}) is not None) is leaves
    assert desk.catalogue["uep"].takes_away({}) is None
