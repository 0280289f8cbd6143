"""Links and permissions on both databases: what each link sees and does, the person's yes, youth, revocation."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models import failed_attempts
from models.applications.completion import may_complete, open_applications
from models.applications.overview import overviews_for
from models.audit import Audit
from models.database import Database
from models.offices import staff
from models.offices.authority import Role
from models.people import agreement, guardianship, permission
from models.people.account import Account
from models.people.consent import Answer, Consent, ConsentContext
from models.people.disability import Disability
from models.people.guardianship import Lacking, NoReason, NotByASocialWorker
from models.people.link import LASTS, Link, Relation, Scope, revocable, revoke
from models.people.permission import CodeRefused, Permission
from models.people.person import Person
from models.scheduled import ScheduledEvent, ScheduledKind
from tests.store.test_submission import CHILD, SELF, an_account, filed
from tests.stores import NOW

MOTHER = SELF.model_copy(update={"for_whom": Relation.FAMILY, "name": "Siti Aminah", "born": date(1960, 2, 29)})
AT_THE_COUNTER = {"office": "dinsos-kaltim", "role": Role.OPERATOR, "region": "64"}
WORDS = ConsentContext(Answer.GIVEN, "Boleh?", "id", "simple", assisted_by="dibacakan keluarga")
LATER = NOW + timedelta(hours=1)


def heard_by(officer: Account) -> dict[str, Any]:
    return {"said": WORDS, "by": officer}


async def mother_of(session: AsyncSession, desk: ReferenceData, account: Account) -> tuple[Person, Link]:
    """A person this account has registered, and its link."""
    person = (await filed(session, desk, MOTHER, account)).person
    return person, (await session.exec(select(Link).where(Link.account_id == account.id))).one()


@dataclass(frozen=True)
class Sees:
    own: bool
    others: bool
    acts_on_own: bool
    acts_on_others: bool
    data: bool


STATES: dict[str, tuple[dict[str, Any], Sees]] = {
    "typed_only": ({"scope": Scope.TYPED_ONLY}, Sees(True, False, True, False, False)),
    "status": ({"scope": Scope.STATUS}, Sees(True, True, False, False, False)),
    "remind": ({"scope": Scope.REMIND}, Sees(True, True, False, False, False)),
    "act": ({"scope": Scope.ACT}, Sees(True, True, True, True, True)),
    "revoked": ({"scope": Scope.ACT, "revoked_at": NOW}, Sees(False, False, False, False, False)),
    "expired": ({"scope": Scope.ACT, "expires_at": NOW}, Sees(False, False, False, False, False)),
    "nobody": ({}, Sees(False, False, False, False, False)),
}


@pytest.mark.parametrize("state", STATES)
async def test_a_link_sees_and_does_what_its_state_allows(store: Database, desk: ReferenceData, state: str) -> None:
    how, wanted = STATES[state]
    async with store.transaction() as session:
        caregiver, own, stranger = [await an_account(session, number) for number in (7, 8, 9)]
        typed = await filed(session, desk, MOTHER, caregiver)
        mine = await filed(session, desk, SELF, own)
        mine.application.person_id = typed.person.id or 0
        for link in await session.exec(select(Link)):
            if link.account_id == own.id:
                link.person_id = typed.person.id or 0
            else:
                for name, value in how.items():
                    setattr(link, name, value)
        await session.flush()
        who = stranger if state == "nobody" else caregiver
        found = await overviews_for(session, who, LATER)
        lines = {line.application.id: line for one in found for line in one.lines}
        files = {file.id for file, _ in await open_applications(session, who.id or 0, LATER)}
        typed_id, mine_id = typed.application.id or 0, mine.application.id or 0
        assert (typed_id in lines, mine_id in lines) == (wanted.own, wanted.others)
        assert (typed_id in files, mine_id in files) == (wanted.acts_on_own, wanted.acts_on_others)
        for number, may in ((typed_id, wanted.acts_on_own), (mine_id, wanted.acts_on_others)):
            assert await may_complete(session, who.id or 0, number, LATER) is may
            assert number not in lines or lines[number].can_be_withdrawn is may
        assert any(one.shows_data for one in found) is wanted.data


async def test_the_persons_yes_by_code_makes_an_own_account_and_a_link_for_a_year(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        caregiver, own = await an_account(session, 7), await an_account(session, 8)
        person, link = await mother_of(session, desk, caregiver)
        code = await permission.ask_by_code(session, link, Scope.ACT, now=NOW)
        row = (await session.exec(select(Permission))).one()
        assert code.encode() not in (row.code_hash or b"")
        asked = await permission.find_by_code(session, own, code, person.born, LATER)
        assert isinstance(asked, Permission)
        await agreement.answer_permission(session, asked, own, person, said=WORDS, now=LATER)
        assert (link.scope, link.agreed_at, link.expires_at) == (Scope.ACT, LATER, LATER + LASTS)
        mine = (await session.exec(select(Link).where(Link.account_id == own.id))).one()
        assert mine.is_self and mine.holds(LATER)
        assert await permission.find_by_code(session, own, code, person.born, LATER) is CodeRefused.NO, "it serves once"
        kept = (await session.exec(select(Consent))).one()
        assert (kept.shown, kept.mode, kept.person_id) == ("Boleh?", "simple", person.id)


@pytest.mark.parametrize("fault", ["code", "date", "late", "asker", "tried too often"])
async def test_no_code_opens_for_the_wrong_one(store: Database, desk: ReferenceData, fault: str) -> None:
    async with store.transaction() as session:
        caregiver, own = await an_account(session, 7), await an_account(session, 8)
        person, link = await mother_of(session, desk, caregiver)
        code = await permission.ask_by_code(session, link, Scope.ACT, now=NOW)
        for _ in range(permission.WRONG_ANSWERS if fault == "tried too often" else 0):
            await permission.find_by_code(session, own, code, date(1961, 1, 1), LATER)
        said = "ABCDEFGH" if fault == "code" else code
        born = date(1960, 2, 28) if fault == "date" else person.born
        when = NOW + permission.CODE_LASTS if fault == "late" else LATER
        who = caregiver if fault == "asker" else own
        found = await permission.find_by_code(session, who, said, born, when)
        assert found is (CodeRefused.TOO_MANY if fault == "tried too often" else CodeRefused.NO)


async def test_guesses_of_an_account_end_for_the_day_and_shut_no_code_that_it_was_given(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        caregiver, own = await an_account(session, 7), await an_account(session, 8)
        person, link = await mother_of(session, desk, caregiver)
        code = await permission.ask_by_code(session, link, Scope.ACT, now=NOW)
        for number in range(failed_attempts.OF_AN_ACCOUNT):
            said = await permission.find_by_code(session, own, f"ABCDEFG{number}", date(1960, 1, 1), LATER)
            assert said is CodeRefused.NO
        assert await permission.find_by_code(session, own, "ABCDEFGX", person.born, LATER) is CodeRefused.TOO_MANY
        assert isinstance(await permission.find_by_code(session, own, code, person.born, LATER), Permission)


async def test_a_no_gives_nothing(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        caregiver, own = await an_account(session, 7), await an_account(session, 8)
        person, link = await mother_of(session, desk, caregiver)
        code = await permission.ask_by_code(session, link, Scope.ACT, now=NOW)
        asked = await permission.find_by_code(session, own, code, person.born, LATER)
        assert isinstance(asked, Permission)
        await agreement.answer_permission(
            session, asked, own, person, said=replace(WORDS, answer=Answer.REFUSED), now=LATER
        )
        assert (link.scope, link.agreed_at) == (Scope.TYPED_ONLY, None)
        assert not (await session.exec(select(Link).where(Link.account_id == own.id))).all()


async def test_the_same_phone_needs_a_reader_and_staff_are_not_the_asker(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        caregiver, officer = await an_account(session, 7), await an_account(session, 8)
        person, link = await mother_of(session, desk, caregiver)
        alone = ConsentContext(Answer.GIVEN, "Boleh?", "id", "simple")
        with pytest.raises(ValueError, match="assisted"):
            await agreement.agree_on_same_phone(session, link, person, Scope.ACT, said=alone, now=NOW)
        await agreement.agree_on_same_phone(session, link, person, Scope.STATUS, said=WORDS, now=NOW)
        assert (link.scope, link.agreed_at) == (Scope.STATUS, NOW)
        with pytest.raises(ValueError, match="cannot be the officer"):
            await agreement.agree_in_front_of_staff(session, link, Scope.ACT, said=WORDS, by=caregiver, now=NOW)
        await agreement.agree_in_front_of_staff(session, link, Scope.ACT, said=WORDS, by=officer, now=LATER)
        assert (link.scope, link.agreed_at) == (Scope.ACT, LATER)
        heard = [one.assisted_by for one in await session.exec(select(Consent))]
        assert heard == ["dibacakan keluarga"] * 2


async def test_either_side_ends_a_link_and_nobody_else(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        caregiver, own, stranger = [await an_account(session, number) for number in (7, 8, 9)]
        person, link = await mother_of(session, desk, caregiver)
        post = await staff.appoint(session, stranger, "Wati", **AT_THE_COUNTER, now=NOW)
        code = await permission.code_for_new_phone(session, person.id or 0, post, now=NOW)
        asked = await permission.find_by_code(session, own, code, person.born, NOW)
        assert isinstance(asked, Permission)
        await agreement.answer_permission(session, asked, own, person, said=WORDS, now=NOW)
        number = link.id or 0
        assert await revocable(session, stranger.id or 0, number, NOW) is None
        for side in (caregiver, own):
            assert await revocable(session, side.id or 0, number, NOW) is link
        await revoke(session, link, by=own.id or 0, now=NOW)
        assert await revocable(session, caregiver.id or 0, number, NOW) is None
        assert not await overviews_for(session, caregiver, NOW)
        assert "revoke" in {line.act for line in await session.exec(select(Audit))}


async def test_a_youth_lacks_proof_and_the_own_yes_until_both_are_there(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        caregiver, officer = await an_account(session, 7), await an_account(session, 8)
        person = (await filed(session, desk, CHILD, caregiver)).person
        link = (await session.exec(select(Link))).one()
        (standing,) = await overviews_for(session, caregiver, NOW)
        assert standing.lacking == [Lacking.PROOF, Lacking.OWN_YES]
        with pytest.raises(ValueError, match="own proof"):
            await guardianship.record_proof(session, link, by=caregiver.id or 0, now=NOW)
        await guardianship.record_proof(session, link, by=officer.id or 0, now=NOW)
        await agreement.agree_on_same_phone(session, link, person, Scope.ACT, said=WORDS, now=NOW)
        (standing,) = await overviews_for(session, caregiver, NOW)
        assert standing.lacking == []


async def test_at_18_the_guardians_power_is_over_by_itself(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        caregiver = await an_account(session, 7)
        youth = CHILD.model_copy(update={"born": date(2009, 3, 5)})
        await filed(session, desk, youth, caregiver)
        midnight = datetime(2027, 3, 4, 16, 0, tzinfo=NOW.tzinfo)
        assert await overviews_for(session, caregiver, midnight - timedelta(seconds=1))
        assert not await overviews_for(session, caregiver, midnight), (
            "midnight in Samarinda is 16.00 UTC the day before"
        )
        asked = (
            await session.exec(select(ScheduledEvent).where(ScheduledEvent.kind == ScheduledKind.TURNS_ADULT))
        ).one()
        assert asked.due_at == midnight


async def test_a_youth_who_registers_alone_lacks_a_guardian(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        own = await an_account(session, 7)
        await filed(session, desk, CHILD.model_copy(update={"for_whom": Relation.SELF}), own)
        (standing,) = await overviews_for(session, own, NOW)
        assert standing.lacking == [Lacking.GUARDIAN]


@pytest.mark.parametrize("kinds", [[], [Disability.INTELLECTUAL], list(Disability)])
async def test_a_capacity_note_needs_a_social_worker_and_a_reason_whatever_the_disability(
    store: Database, desk: ReferenceData, kinds: list[Disability]
) -> None:
    async with store.transaction() as session:
        caregiver, officer = await an_account(session, 7), await an_account(session, 8)
        person, _ = await mother_of(session, desk, caregiver)
        person.disabilities = {"kinds": [kind.value for kind in kinds]}
        reason, by = "Sedang dirawat dan tidak sadar sejak kemarin pagi.", officer.id or 0
        with pytest.raises(NotByASocialWorker):
            await guardianship.note_capacity(session, person, reason, by=by, is_social_worker=False, now=NOW)
        with pytest.raises(NoReason):
            await guardianship.note_capacity(session, person, "intellectual", by=by, is_social_worker=True, now=NOW)
        await guardianship.note_capacity(session, person, reason, by=by, is_social_worker=True, now=NOW)
        line = (await session.exec(select(Audit).where(Audit.act == "capacity_note"))).one()
        assert line.note == {"reason": reason}
