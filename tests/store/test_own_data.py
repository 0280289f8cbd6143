"""Rights over own data, on both databases: requests and their clock, what a correction becomes, how far a copy goes."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.applications.application import Application, Stage
from models.applications.overview import overviews_for
from models.audit import Audit
from models.database import Database
from models.messaging.outbox import Call, CallState
from models.mydata.copy import copy_for
from models.mydata.correction import (
    DataPart,
    apply_correction,
    counts_at_once,
    files_of,
    form_for,
    may_correct,
    stored_value,
    value_in_form,
)
from models.mydata.data_request import (
    DataRequest,
    RequestSpec,
    RequestState,
    ResponsibleOffice,
    Right,
    ask,
    open_requests,
    requests_of,
    settle,
)
from models.mydata.profiling_objection import allow_again, has_objection, object_to
from models.offices.authority import Role
from models.offices.staff import Staff
from models.people.account import Account
from models.people.consent import Answer, Consent, Purpose
from models.people.erasure import erase
from models.people.link import Link, Relation, Scope, revoke
from models.people.person import Person
from models.people.person_search import find
from models.people.person_search import read_query as wanted
from models.scheduled import ScheduledEvent, ScheduledKind, ScheduledState
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW, new_url, open_store

OFFICE = ResponsibleOffice("dinsos-kaltim", 72, "Asia/Makassar")
TODAY = NOW.date()
LATER = NOW + timedelta(hours=5)


async def sari(session: AsyncSession, desk: ReferenceData) -> tuple[Account, Person]:
    account = await an_account(session)
    return account, (await filed(session, desk, SELF, account)).person


async def asked(
    session: AsyncSession, account: Account, person: Person, becomes: str, *, about: str = "name", now: datetime = NOW
) -> DataRequest:
    wish = {"was": person.name, "becomes": becomes}
    return await ask(session, RequestSpec(account, person, Right.CORRECT, about, wish), OFFICE, now=now)


async def test_asking_again_changes_the_words_and_neither_the_clock_nor_what_it_was(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        first = await asked(session, account, person, "Sari D.")
        person.name = "Somebody else"
        again = await asked(session, account, person, "Sari Dewi L.", now=LATER)
        assert again.id == first.id
        assert again.promised_at == NOW + timedelta(hours=72)
        assert again.wish == {"was": SELF.name, "becomes": "Sari Dewi L."}
        assert len(await requests_of(session, person.id or 0)) == 1


async def test_an_answer_stops_the_clock_and_another_may_be_asked(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        request = await asked(session, account, person, "Sari D.")
        await settle(session, request, RequestState.REFUSED, "kartunya lain", by=account.id, now=LATER)
        timers = await session.exec(
            select(ScheduledEvent).where(
                ScheduledEvent.subject == request.id, ScheduledEvent.kind == ScheduledKind.OWN_DATA_LATE
            )
        )
        assert timers.one().state is ScheduledState.CALLED_OFF
        assert (await asked(session, account, person, "Sari E.", now=LATER)).id != request.id


async def test_the_log_of_who_did_what_holds_no_word_of_a_wish(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        request = await asked(session, account, person, "Sari Baru")
        await settle(session, request, RequestState.REFUSED, "kartunya lain", by=account.id, now=LATER)
        rows = [row.model_dump() for row in await session.exec(select(Audit).where(Audit.entity == "data_request"))]
    assert [row["act"] for row in rows] == ["ask_right", "settle_right"]
    assert not any(word in repr(rows) for word in ("Baru", "Dewi", "kartunya"))


async def test_erasing_empties_wishes_and_owes_no_answer_any_more(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        await asked(session, account, person, "Sari Baru")
        await erase(session, person.id or 0, by=None, now=LATER)
        (request,) = await requests_of(session, person.id or 0)
        assert (request.state, request.wish, request.answer) == (RequestState.DONE, None, None)


@pytest.mark.parametrize(
    ("office", "region", "is_seen"),
    [("dinsos-kaltim", "64", True), ("dinsos-kaltim", "647203", True), ("dinsos-kaltim", "6471", False),
     ("dinsos-bpp", "64", False)],
)  # fmt: skip
async def test_only_the_office_and_region_see_a_request(
    store: Database, desk: ReferenceData, office: str, region: str, is_seen: bool
) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        await asked(session, account, person, "Sari Baru")
        post = Staff(account_id=account.id, name="x", office=office, role=Role.VERIFIER, region=region, since=NOW)
        assert bool(await open_requests(session, post)) is is_seen


async def test_the_least_time_left_stands_first(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        late = await asked(session, account, person, "x", now=LATER)
        early = await asked(session, account, person, "x", about="birth", now=NOW)
        post = Staff(account_id=1, name="x", office="dinsos-kaltim", role=Role.VERIFIER, region="64", since=NOW)
        assert [one.id for one, _person in await open_requests(session, post)] == [early.id, late.id]


@pytest.mark.parametrize(
    ("part", "stage", "card_seen", "becomes", "at_once"),
    [
        (DataPart.NAME, Stage.SUBMITTED, False, "x", True),
        (DataPart.NAME, Stage.DOC_CHECK, False, "x", True),
        (DataPart.NAME, Stage.SUBMITTED, True, "x", False),
        (DataPart.NAME, Stage.DATA_VERIF, False, "x", False),
        (DataPart.NAME, Stage.REJECTED, False, "x", False),
        (DataPart.NAME, Stage.CLOSED, False, "x", False),
        (DataPart.BIRTH, Stage.SUBMITTED, False, "1994-08-17", True),
        (DataPart.BIRTH, Stage.SUBMITTED, True, "1994-08-17", False),
        (DataPart.BIRTH, Stage.SUBMITTED, False, "2015-08-17", False),
        (DataPart.PLACE, Stage.SUBMITTED, True, {}, True),
        (DataPart.PLACE, Stage.APPROVED, False, {}, False),
        (DataPart.ANSWERS, Stage.SUBMITTED, True, {}, True),
        (DataPart.ANSWERS, Stage.ASSESSMENT, False, {}, False),
        (DataPart.PHONE, Stage.APPROVED, True, {}, True),
        (DataPart.NEEDS, Stage.APPROVED, True, {}, True),
    ],
)
def test_a_correction_counts_at_once_until_somebody_built_on_it(
    part: DataPart, stage: Stage, card_seen: bool, becomes: Any, at_once: bool
) -> None:
    person = Person(name="x", birth_date="1995-08-17", regency="6472", created_at=NOW, changed_at=NOW)
    person.card_seen_at = NOW if card_seen else None
    file = Application(stage=stage)
    assert counts_at_once(part, person, [file], becomes, TODAY) is at_once


async def test_a_part_that_is_asked_again_is_stored_and_nothing_else_changes(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        _account, person = await sari(session, desk)
        files = await files_of(session, person.id or 0)
        before = {part: stored_value(part, person, files) for part in DataPart}
        for part in DataPart:
            form = form_for(part, person, Relation.SELF, files)
            form.name, form.born = form.name or "Sari Baru", form.born or date(1990, 1, 2)
            form.regency, form.phone = form.regency or "6471", form.phone or "+6281200000000"
            form.needs_text = "pelan" if part is DataPart.NEEDS else form.needs_text
            becomes = value_in_form(part, form)
            assert (becomes == before[part]) is (part is DataPart.ANSWERS)
            await apply_correction(session, part, person, becomes, files=files, now=LATER)
            assert stored_value(part, person, files) == becomes
        post = Staff(account_id=1, name="x", office="dinsos-kaltim", role=Role.VERIFIER, region="64", since=NOW)
        search = wanted("baru")
        assert search is not None
        assert (await find(session, search, post, LATER)).files


@pytest.mark.parametrize(
    ("scope", "typed_by_them", "may"),
    [
        (Scope.ACT, False, True),
        (Scope.TYPED_ONLY, True, True),
        (Scope.TYPED_ONLY, False, False),
        (Scope.STATUS, True, False),
        (Scope.REMIND, True, False),
    ],
)
async def test_who_helps_corrects_as_far_as_the_link_goes(
    store: Database, desk: ReferenceData, scope: Scope, typed_by_them: bool, may: bool
) -> None:
    async with store.transaction() as session:
        account = await an_account(session)
        person = (await filed(session, desk, SELF.model_copy(update={"for_whom": Relation.FAMILY}), account)).person
        link = (await session.exec(select(Link))).one()
        link.scope = scope
        files = await files_of(session, person.id or 0)
        files[0].account_id = account.id if typed_by_them else None
        await session.flush()
        (standing,) = await overviews_for(session, account, NOW)
        assert may_correct(standing, files) is may


async def test_the_copy_of_oneself_holds_everything(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        person.nik = "6472055708959001"
        await asked(session, account, person, "Sari Baru")
        kept = {"purpose": Purpose.REGISTER, "answer": Answer.GIVEN, "version": "1", "language": "id", "mode": "plain"}
        session.add(Consent(account_id=account.id, shown="Apakah Anda setuju?", at=NOW, **kept))
        says(session, account, "Halo Sari")
        text = orjson.dumps(await copy_for(session, account, NOW)).decode()
    for one in ("Sari Dewi", "1995-08-17", "Sidodadi", "+6281234567890", "6472055708959001", "gorengan", "Sari Baru",
                "Apakah Anda setuju?", "Halo Sari"):  # fmt: skip
        assert one in text


@pytest.mark.parametrize("scope", [Scope.STATUS, Scope.REMIND])
async def test_the_copy_of_who_may_only_look_holds_no_data(store: Database, desk: ReferenceData, scope: Scope) -> None:
    async with store.transaction() as session:
        own, person = await sari(session, desk)
        await asked(session, own, person, "Sari Baru")
        helper = await an_account(session, 8)
        how = {"relation": Relation.FAMILY, "scope": scope, "made_at": NOW, "agreed_at": NOW}
        session.add(Link(account_id=helper.id, person_id=person.id, **how))
        await session.flush()
        text = orjson.dumps(await copy_for(session, helper, NOW)).decode()
    assert "KT-" in text
    for one in ("1995-08-17", "Sidodadi", "+6281234567890", "dulu warung", "Sari Baru"):
        assert one not in text


async def test_when_a_link_has_ended_the_copy_says_nothing_of_that_person(store: Database, desk: ReferenceData) -> None:
    """Neither what is stored, nor what the bot once said in this chat."""
    async with store.transaction() as session:
        account = await an_account(session)
        form = SELF.model_copy(update={"for_whom": Relation.FAMILY})
        await filed(session, desk, form, account)
        says(session, account, "Pendaftaran Sari Dewi sudah kami terima.")
        link = (await session.exec(select(Link))).one()
        assert "Sari" in orjson.dumps(await copy_for(session, account, NOW)).decode()
        await revoke(session, link, by=0, now=NOW)
        assert "Sari" not in orjson.dumps(await copy_for(session, account, NOW)).decode()


def says(session: AsyncSession, account: Account, text: str) -> None:
    """A message that went out."""
    told = {"chat_id": account.telegram_id, "method": "sendMessage", "body": {"text": text}, "made_at": NOW}
    session.add(Call(**told, state=CallState.SENT, settled_at=NOW))


async def test_an_objection_to_sorting_is_respected_until_it_is_taken_back(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        account, person = await sari(session, desk)
        number = account.id or 0
        await object_to(session, person, by=number, now=NOW)
        look = await ask(session, RequestSpec(account, person, Right.LOOK), OFFICE, now=NOW)
        await session.flush()
        assert await has_objection(session, number, Relation.SELF, NOW)
        assert not await has_objection(session, number, Relation.CHILD, NOW)
        await allow_again(session, person, by=number, now=LATER)
        assert not await has_objection(session, number, Relation.SELF, NOW)
        assert look.state is RequestState.TAKEN_BACK


async def test_a_person_who_was_erased_meanwhile_is_not_described_again(tmp_path: Path, desk: ReferenceData) -> None:
    """On PostgreSQL others go on between the question and the answer."""
    async with open_store(new_url("postgresql", tmp_path)) as store:
        async with store.transaction() as session:
            number = (await sari(session, desk))[1].id or 0
        async with store.transaction() as late:
            person = await late.get_one(Person, number)
            async with store.transaction() as session:
                await erase(session, number, by=None, now=LATER)
            assert not await apply_correction(late, DataPart.NAME, person, "Sari Baru", files=[], now=LATER)
        async with store.read_only() as session:
            assert (await session.get_one(Person, number)).is_erased
