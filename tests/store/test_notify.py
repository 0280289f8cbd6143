"""Telling people something unasked, on both databases: who hears it, how it is said to each, and what is printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

import handlers
from handlers.conversation.context import Context, ReferenceData, UnitOfWork, unit_of_work
from handlers.notify import Notice, notify
from locales import N_
from models.applications.submission import Submitted
from models.database import Database
from models.messaging.outbox import Priority
from models.messaging.printed_letter import PrintedLetter
from models.mydata.data_request import RequestSpec, ResponsibleOffice, Right, ask
from models.notices import Category, Duty, Print, QuietHours
from models.offices import staff
from models.offices.authority import Act, Role, Where
from models.people.account import Account, Address, ReadingMode
from models.people.agreement import agree
from models.people.link import Link, Relation, Scope
from models.scheduled import LATEST, ScheduledKind
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW

NEWS = Notice(
    key="news",
    category=Category.PROMISED,
    chat=(N_("There is news of registration {number}."),),
    title=N_("News of a registration"),
    prints=Print.NOBODY_HEARS,
)
HELPED = SELF.model_copy(update={"for_whom": Relation.FAMILY})


@dataclass
class Town:
    """A file, its helper, perhaps the person's own account, and an officer at work."""

    context: Context
    work: UnitOfWork
    session: AsyncSession
    filed: Submitted
    helper: Account
    link: Link

    def heard(self) -> dict[int, str]:
        return {call["chat_id"]: call["body"]["text"] for call in self.work.calls}

    async def letters(self) -> list[PrintedLetter]:
        await self.session.flush()
        return list(await self.session.exec(select(PrintedLetter).order_by(PrintedLetter.id)))  # type: ignore[arg-type]


@contextmanager
def at_work(session: AsyncSession, desk: ReferenceData, account: Account | None) -> Iterator[UnitOfWork]:
    chat_id = account.telegram_id if account else 0
    work = UnitOfWork(desk, handlers.registry(), session, NOW, chat_id, {}, account, {})
    with unit_of_work(work):
        yield work


async def a_helped_file(session: AsyncSession, desk: ReferenceData, scope: Scope) -> tuple[Submitted, Account, Link]:
    helper = await an_account(session, 7)
    done = await filed(session, desk, HELPED, helper)
    link = (await session.exec(select(Link))).one()
    if scope is not Scope.TYPED_ONLY:
        await agree(session, link, done.person, scope, by=None, now=NOW)
    return done, helper, link


async def an_own_account(session: AsyncSession, done: Submitted, **how: Any) -> Account:
    own = await an_account(session, 8)
    for name, value in how.items():
        setattr(own, name, value)
    about = {"relation": Relation.SELF, "scope": Scope.ACT, "made_at": NOW}
    session.add(Link(account_id=own.id or 0, person_id=done.person.id or 0, **about))
    await session.flush()
    return own


def town(work: UnitOfWork, found: tuple[Submitted, Account, Link]) -> Town:
    return Town(Context(None), work, work.session, *found)  # type: ignore[arg-type]


@pytest.mark.parametrize("prints", Print)
@pytest.mark.parametrize("own", ["none", "reachable", "blocked"])
@pytest.mark.parametrize(("scope", "is_reminded"), [(Scope.STATUS, False), (Scope.REMIND, True), (Scope.ACT, True)])
async def test_who_hears_of_a_file_and_when_it_is_printed(
    store: Database, desk: ReferenceData, prints: Print, own: str, scope: Scope, *, is_reminded: bool
) -> None:
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, scope)
        if own != "none":
            await an_own_account(session, found[0], unreachable="blocked" if own == "blocked" else None)
        with at_work(session, desk, await an_account(session, 9)) as work:
            here = town(work, found)
            await notify(here.context, here.filed.application, replace(NEWS, prints=prints))
            wanted = {8: own == "reachable", 7: is_reminded}
            assert set(here.heard()) == {chat for chat, hears in wanted.items() if hears}
            is_printed = {
                Print.NEVER: False,
                Print.NOBODY_HEARS: not here.heard(),
                Print.NOT_THE_PERSON: own != "reachable",
            }
            letters = await here.letters()
            assert bool(letters) is is_printed[prints]
            assert all(letter.words["number"] == here.filed.application.number for letter in letters)


async def test_each_is_spoken_to_in_their_language_address_and_reading_mode(
    store: Database, desk: ReferenceData
) -> None:
    notice = replace(
        NEWS,
        chat=(N_("The help of {who} ends on {day}."), N_("Number: {number}")),
        short=(N_("News of a registration"),),
    )
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.REMIND)
        found[1].language, found[1].mode = "en", ReadingMode.SCREEN_READER
        await an_own_account(session, found[0], mode=ReadingMode.SIMPLE, address=Address.IBU)
        with at_work(session, desk, None) as work:
            here = town(work, found)
            await notify(here.context, here.filed.application, notice, who="Rina", day=NOW.date())
            assert here.heard()[8] == "Kabar pendaftaran"
            assert here.heard()[7].startswith("The help of Rina ends on 23 November 2026.\nNumber: ")
            assert here.filed.application.number not in here.heard()[7], "it is spelled"


async def test_the_form_of_address_stands_for_you(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.STATUS)
        await an_own_account(session, found[0], address=Address.IBU)
        with at_work(session, desk, None) as work:
            here = town(work, found)
            await notify(here.context, here.filed.person, replace(NEWS, chat=("you",)))
            assert here.heard() == {8: "Ibu"}


async def test_who_acts_is_not_told_of_the_own_act_and_no_letter_replaces_it(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.ACT)
        with at_work(session, desk, found[1]) as work:
            here = town(work, found)
            assert await notify(here.context, here.filed.application, NEWS) == []
            assert (here.heard(), await here.letters()) == ({}, [])
            assert await notify(here.context, here.link, NEWS, number="X") == [here.helper]


async def test_a_notice_carries_its_weight_its_hold_and_its_reference(store: Database, desk: ReferenceData) -> None:
    held = replace(NEWS, priority=Priority.NOTICE, hold=timedelta(minutes=10))
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.ACT)
        with at_work(session, desk, None) as work:
            here = town(work, found)
            await notify(here.context, here.filed.application, held)
            [call] = work.calls
            assert (call["priority"], call["not_before"]) == (Priority.NOTICE, NOW + timedelta(minutes=10))
            assert call["reference"] == here.filed.application.number


async def test_what_is_over_is_neither_told_nor_printed(store: Database, desk: ReferenceData) -> None:
    over = replace(NEWS, is_over=lambda file, now: file.submitted_at <= now, prints=Print.NOT_THE_PERSON)
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.ACT)
        with at_work(session, desk, None) as work:
            here = town(work, found)
            assert await notify(here.context, here.filed.application, over) == []
            assert (here.heard(), await here.letters()) == ({}, [])


async def test_of_one_occasion_there_is_one_letter(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.STATUS)
        with at_work(session, desk, None) as work:
            here = town(work, found)
            for occasion in ("1", "1", "2"):
                await notify(here.context, here.filed.application, NEWS, occasion=occasion)
            number = here.filed.application.number
            assert [one.occasion for one in await here.letters()] == [f"news:{number}:1", f"news:{number}:2"]


async def test_a_decision_on_own_data_reaches_who_asked_and_is_printed_for_the_person(
    store: Database, desk: ReferenceData
) -> None:
    decided = replace(NEWS, prints=Print.NOT_THE_PERSON, printed=(N_("Number: {number}"),))
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.ACT)
        wanted = RequestSpec(found[1], found[0].person, Right.CORRECT, "name", {"was": "a", "becomes": "b"})
        office = found[0].application.office
        request = await ask(session, wanted, ResponsibleOffice(office, 72, "Asia/Makassar"), now=NOW)
        with at_work(session, desk, None) as work:
            here = town(work, found)
            await notify(here.context, request, decided)
            assert set(here.heard()) == {7}
            [letter] = await here.letters()
            assert (letter.person_id, letter.office) == (here.filed.person.id, office)
            assert letter.words["lines"] == [f"Nomor: {request.reference}"]
            assert letter.words["number"] is None, "its code leads to no file of that number"


async def test_a_duty_is_told_to_those_who_may_do_it_there(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        found = await a_helped_file(session, desk, Scope.ACT)
        for number, role in ((21, Role.VERIFIER), (22, Role.COMPANION), (23, Role.MANAGER)):
            account, region = await an_account(session, number), "6401" if number == 23 else "64"
            await staff.appoint(session, account, "Danu", office="dinsos-kaltim", role=role, region=region, now=NOW)
        with at_work(session, desk, None) as work:
            here = town(work, found)
            duty = Duty(Act.ANSWER_OWN_DATA, Where("dinsos-kaltim", "6472"))
            await notify(here.context, duty, replace(NEWS, quiet=QuietHours.STAFF_HOURS), number="DAT-1")
            assert set(here.heard()) == {21}


def test_how_late_a_notice_makes_sense_is_said_by_what_brings_it() -> None:
    assert NEWS.latest is None
    assert replace(NEWS, timer=ScheduledKind.LINK_ENDS).latest == LATEST[ScheduledKind.LINK_ENDS]
