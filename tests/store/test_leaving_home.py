"""Leaving home on both databases: who is asked where, what is kept of an answer, what an erasure leaves."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import (
    Departure,
    RecordedResponse,
    Respondent,
    Response,
    ask_everyone,
    load_leaving_status,
    record_response,
)
from models.audit import Audit
from models.database import Database
from models.people.account import Account
from models.people.erasure import erase
from models.people.link import Link, Relation, Scope, revoke
from models.people.person import Person
from models.scheduled import ScheduledEvent, ScheduledKind, ScheduledState
from tests.store.test_submission import SELF, an_account, filed
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
    await ask_everyone(session, application, person, away, by=None, now=NOW)
    return await departure.responses_of(session, application.id or 0)


def a_link(account: Account, person: Person, relation: Relation, scope: Scope = Scope.STATUS) -> Link:
    about: dict[str, Any] = {"scope": scope, "made_at": NOW, "agreed_at": NOW}
    return Link(account_id=account.id or 0, person_id=person.id or 0, relation=relation, **about)


async def test_the_person_is_asked_on_the_own_account_and_the_family_on_theirs(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        mother, application, person, link = await a_file(session, desk)
        own, companion, father = [await an_account(session, number) for number in (8, 9, 10)]
        fathers = a_link(father, person, Relation.FAMILY)
        session.add_all([a_link(own, person, Relation.SELF, Scope.ACT), fathers])
        session.add(a_link(companion, person, Relation.COMPANION))
        await session.flush()
        rows = await asked(session, desk, application, person)
        assert {(one.voice, one.link_id) for one in rows} == {
            (Respondent.OWN, None), (Respondent.FAMILY, link.id), (Respondent.FAMILY, fathers.id),
        }  # fmt: skip
        due = list(
            await session.exec(select(ScheduledEvent).where(ScheduledEvent.kind == ScheduledKind.DEPARTURE_ASKED))
        )
        assert {one.chat_id for one in due} == {mother.telegram_id, own.telegram_id, father.telegram_id}
        assert {one.answer_by for one in rows} == {NOW + timedelta(days=14)}


async def test_without_an_own_account_the_own_word_is_asked_where_the_helper_is(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        mother, application, person, _ = await a_file(session, desk)
        await asked(session, desk, application, person)
        await asked(session, desk, application, person)  # a second time changes nothing
        due = list(
            await session.exec(select(ScheduledEvent).where(ScheduledEvent.kind == ScheduledKind.DEPARTURE_ASKED))
        )
        assert [one.chat_id for one in due] == [mother.telegram_id] * 2


async def test_an_answer_is_kept_with_who_read_it_and_nobody_is_reminded_any_more(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        mother, application, person, _ = await a_file(session, desk)
        own, _family = await asked(session, desk, application, person)
        said = RecordedResponse(Respondent.OWN, None, Response.GIVEN, "Saya yang membacakan (Rina)")
        row = await record_response(session, application, said, by=mother.id or 0, now=NOW)
        assert (row.id, row.state, row.assisted_by) == (own.id, Response.GIVEN, "Saya yang membacakan (Rina)")
        waiting = select(ScheduledEvent.subject).where(
            col(ScheduledEvent.kind).in_(departure.WAITING),
            ScheduledEvent.state == ScheduledState.WAITING,
            ScheduledEvent.subject == own.id,
        )
        assert not list(await session.exec(waiting))
        lines = list(await session.exec(select(Audit).where(Audit.act == "departure", Audit.after == Response.GIVEN)))
        assert [(one.before, one.note["assisted"]) for one in lines] == [(Response.ASKED, True)]
        assert "Rina" not in str([one.note for one in lines])


async def test_a_revoked_link_takes_its_word_with_it(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        mother, application, person, link = await a_file(session, desk)
        await record_response(
            session,
            application,
            RecordedResponse(Respondent.FAMILY, link, Response.REFUSED),
            by=mother.id or 0,
            now=NOW,
        )
        assert (await load_leaving_status(session, application, person, NOW)).family is Response.REFUSED
        await revoke(session, link, by=mother.id or 0, now=NOW)
        assert (await load_leaving_status(session, application, person, NOW)).family is Response.NOT_ASKED


async def test_an_erasure_leaves_the_word_and_no_reason(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        mother, application, person, link = await a_file(session, desk)
        await asked(session, desk, application, person)
        said = RecordedResponse(Respondent.FAMILY, link, Response.REFUSED, "Orang lain (Rina)")
        row = await record_response(session, application, said, by=mother.id or 0, now=NOW)
        row.words = "Terlalu jauh."
        await erase(session, person.id or 0, by=None, now=NOW)
    async with store.read_only() as session:
        rows = list(await session.exec(select(Departure)))
        assert [(one.words, one.assisted_by) for one in rows] == [(None, None)] * 2
        still = select(ScheduledEvent).where(
            col(ScheduledEvent.kind).in_(departure.WAITING), ScheduledEvent.state == ScheduledState.WAITING
        )
        assert not list(await session.exec(still))


@pytest.mark.parametrize(("said", "leaves"), [("bisa", True), ("pulang", False), (None, True)])
def test_whoever_goes_home_every_day_does_not_leave_home(desk: ReferenceData, said: str | None, leaves: bool) -> None:
    programme = desk.catalogue["keterampilan"]
    assert (programme.takes_away({"asrama": said} if said else {}) is not None) is leaves
    assert desk.catalogue["uep"].takes_away({}) is None
