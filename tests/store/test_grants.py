"""Each token and open question × each thing that may happen between giving and using it; on both databases.

Made from the table of models/grants/grants.py: what a reason there ends is refused, everything else leaves it honoured.
It is tried three times: as it is, without what is voided at the moment, and without what is asked at the use; so that
each of the two alone is known to hold.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from handlers.leaving_home.visible_application import file_of, speaker_of
from handlers.mydata.decisions import may_still_ask
from models.applications import departure
from models.applications import receipt_lookup as kode_cek
from models.applications.departure import Departure, Respondent
from models.applications.overview import withdraw
from models.applications.submission import Submitted
from models.database import Database
from models.grants import grant_check
from models.grants.grants import KINDS, GrantKind, VoidReason
from models.grants.voiding import void
from models.mydata import data_request
from models.mydata.data_request import RequestSpec, RequestState, ResponsibleOffice, Right
from models.offices import invitation as invitations
from models.offices import staff
from models.offices.authority import Role
from models.people import agreement, erasure, guardianship, link, permission
from models.people.account import Account
from models.people.consent import Answer, ConsentContext
from models.people.erasure import erase
from models.people.link import Link, Relation, Scope, link_between, revoke
from models.people.permission import Permission
from models.people.person import Person
from models.programmes.programme_parts import LeavingHome
from tests.store.test_submission import CHILD, SELF, an_account, filed
from tests.stores import NOW

OFFICE, PROVINCE, CITY = "dinsos-kaltim", "64", "6472"
WORDS = ConsentContext(Answer.GIVEN, "Boleh?", "id", "simple", assisted_by="dibacakan keluarga")
ALMOST_18 = date(2008, 11, 24)
"""A person born then is 18 on the day after NOW."""
MOTHER = SELF.model_copy(update={"for_whom": Relation.FAMILY, "name": "Siti Aminah", "born": date(1960, 2, 29)})
YOUTH = CHILD.model_copy(update={"born": ALMOST_18})
AWAY = {"programme": "keterampilan", "answers": {}}


@dataclass
class Town:
    """All participants, and the moment."""

    session: AsyncSession
    desk: ReferenceData
    now: datetime
    kind: GrantKind
    helper: Account
    file: Submitted
    link: Link
    own: Account
    fresh: Account
    asker: Account
    officer: Account
    manager: Account
    second: Account
    token: Any = None

    @property
    def person(self) -> Person:
        return self.file.person

    @property
    def giver(self) -> Account:
        """Return the officer who gave the grant."""
        return self.manager if self.kind is GrantKind.INVITATION else self.officer


NEEDS_OWN = {GrantKind.OWN_ACCOUNT_QUESTION, GrantKind.NUMBER_QUESTION, GrantKind.ADULT_QUESTION}


async def town_of(session: AsyncSession, desk: ReferenceData, kind: GrantKind, *, is_young: bool) -> Town:
    accounts = [await an_account(session, number) for number in range(7, 14)]
    helper, own, fresh, asker, officer, manager, second = accounts
    form = YOUTH if is_young or kind is GrantKind.ADULT_QUESTION else MOTHER
    form = form.model_copy(update=AWAY if kind is GrantKind.LEAVING_HOME_QUESTION else {})
    file = await filed(session, desk, form, helper)
    for account in (helper, asker):
        account.called = "Rina"
        await filed(session, desk, SELF, account)
    link = await link_between(session, helper.id or 0, file.person.id or 0)
    assert link is not None
    for account, role in ((officer, Role.OPERATOR), (manager, Role.MANAGER), (second, Role.MANAGER)):
        await staff.appoint(session, account, "Wati", office=OFFICE, role=role, region=PROVINCE, now=NOW)
    town = Town(session, desk, NOW, kind, helper, file, link, own, fresh, asker, officer, manager, second)
    if kind in NEEDS_OWN:
        await becomes_own(town, own)
    if kind is GrantKind.NUMBER_QUESTION:  # what ends with a link needs one
        session.add(Link(account_id=asker.id or 0, person_id=file.person.id or 0, relation=Relation.FAMILY,
                         scope=Scope.TYPED_ONLY, made_at=NOW))  # fmt: skip
    town.now += timedelta(minutes=1)
    return town


async def becomes_own(town: Town, account: Account) -> None:
    """The person gets an own account, by a code of another officer."""
    post = await staff.active_post(town.session, town.second.id or 0)
    assert post is not None
    code = await permission.code_for_new_phone(town.session, town.person.id or 0, post, now=town.now)
    asked = await permission.find_by_code(town.session, account, code, town.person.born, town.now)
    assert isinstance(asked, Permission)
    await agreement.answer_permission(town.session, asked, account, town.person, said=WORDS, now=town.now)


# Giving, and using: whether it is honoured.


async def give_code(town: Town) -> str:
    return await permission.ask_by_code(town.session, town.link, Scope.ACT, now=town.now)


async def use_code(town: Town) -> bool:
    found = await permission.find_by_code(town.session, town.fresh, town.token, town.person.born, town.now)
    return isinstance(found, Permission)


async def newest(town: Town) -> int:
    await town.session.flush()
    rows = await town.session.exec(select(Permission.id))
    return max(number or 0 for number in rows)


async def ask_own(town: Town) -> int:
    await permission.ask_own_account(town.session, town.link, Scope.ACT, town.own, now=town.now)
    return await newest(town)


async def ask_by_number(town: Town) -> int:
    number = town.file.application.number
    how = {"relation": Relation.FAMILY, "scope": Scope.ACT, "now": town.now}
    assert await permission.ask_by_number(town.session, town.asker, number, **how)
    return await newest(town)


async def use_question(town: Town) -> bool:
    return await permission.permission_for(town.session, town.token, town.own, town.now) is not None


async def give_phone(town: Town) -> str:
    post = await staff.active_post(town.session, town.officer.id or 0)
    assert post is not None
    return await permission.code_for_new_phone(town.session, town.person.id or 0, post, now=town.now)


async def give_invitation(town: Town) -> str:
    post = await staff.active_post(town.session, town.manager.id or 0)
    how = {"office": OFFICE, "role": Role.OPERATOR, "region": CITY, "by": post, "now": town.now}
    return (await invitations.invite(town.session, **how))[1]


async def use_invitation(town: Town) -> bool:
    return await invitations.lock_by_token(town.session, town.token, town.fresh, town.now) is not None


async def give_kode_cek(town: Town) -> str:
    """As a registration does, which shows it in the chat of the account that typed."""
    by = town.officer.id or 0
    code = await kode_cek.give_new_code(town.session, town.file.application, by=by, now=town.now)
    town.file.application.code_shown_to = town.helper.id
    return code


async def use_kode_cek(town: Town) -> bool:
    found = await kode_cek.look_up(town.session, town.fresh.id or 0, town.file.application.number, town.token, town.now)
    return found.application is not None


async def ask_family(town: Town) -> Departure:
    away = town.desk.catalogue["keterampilan"].takes_away({})
    assert isinstance(away, LeavingHome)
    asked = departure.AskedParty(Respondent.FAMILY, town.link, town.helper)
    await departure.ask(town.session, town.file.application, asked, away, by=None, now=town.now)
    return await departure.get_or_create(town.session, town.file.application.id or 0, Respondent.FAMILY, town.link)


def context_of(town: Town, account: Account) -> Any:
    return SimpleNamespace(session=town.session, account=account, now=town.now, reference=town.desk)


async def answer_family(town: Town) -> bool:
    file = await file_of(context_of(town, town.helper), town.token.application_id)
    return file is not None and speaker_of(town.token, file) is not None


async def ask_office(town: Town) -> data_request.DataRequest:
    await agreement.agree(town.session, town.link, town.person, Scope.ACT, by=None, now=town.now)
    wanted = RequestSpec(town.helper, town.person, Right.ERASE, "", None)
    return await data_request.ask(town.session, wanted, ResponsibleOffice(OFFICE, 72, "Asia/Makassar"), now=town.now)


async def answer_request(town: Town) -> bool:
    return town.token.is_open and await may_still_ask(context_of(town, town.helper), town.token, town.person)


async def turn_18(town: Town) -> Link:
    own = await link_between(town.session, town.own.id or 0, town.person.id or 0)
    assert own is not None
    town.now += timedelta(days=2)
    return own


async def answer_adult(town: Town) -> bool:
    return guardianship.came_of_age_here(town.token, town.person, town.now)


@dataclass(frozen=True)
class Way:
    give: Callable[[Town], Awaitable[Any]]
    use: Callable[[Town], Awaitable[bool]]


WAYS: dict[GrantKind, Way] = {
    GrantKind.OWN_YES_CODE: Way(give_code, use_code),
    GrantKind.OWN_ACCOUNT_QUESTION: Way(ask_own, use_question),
    GrantKind.NUMBER_QUESTION: Way(ask_by_number, use_question),
    GrantKind.NEW_PHONE_CODE: Way(give_phone, use_code),
    GrantKind.INVITATION: Way(give_invitation, use_invitation),
    GrantKind.KODE_CEK: Way(give_kode_cek, use_kode_cek),
    GrantKind.LEAVING_HOME_QUESTION: Way(ask_family, answer_family),
    GrantKind.DATA_REQUEST: Way(ask_office, answer_request),
    GrantKind.ADULT_QUESTION: Way(turn_18, answer_adult),
}


# What happens between giving and using.


async def used(town: Town) -> None:
    assert await WAYS[town.kind].use(town), "it is honoured at first"
    if town.kind is GrantKind.INVITATION:
        found = await invitations.lock_by_token(town.session, town.token, town.fresh, town.now)
        assert found is not None
        await invitations.accept(town.session, found, "Sari", by=town.fresh, now=town.now)
    elif KINDS[town.kind].table == "permission":
        asked = await town.session.get_one(Permission, await newest(town))
        await agreement.answer_permission(
            town.session, asked, town.fresh, town.person, said=replace(WORDS, answer=Answer.REFUSED), now=town.now
        )
    elif town.kind is GrantKind.DATA_REQUEST:
        await data_request.settle(town.session, town.token, RequestState.REFUSED, "x", by=None, now=town.now)


async def expired(town: Town) -> None:
    town.now += timedelta(days=15)


async def given_anew(town: Town) -> None:
    before = town.token
    await WAYS[town.kind].give(town)
    town.token = before


async def giver_dismissed(town: Town) -> None:
    post = await staff.active_post(town.session, town.giver.id or 0)
    assert post is not None
    await staff.dismiss(town.session, post, by=town.second.id, now=town.now)


def giver_moves(**to: Any) -> Callable[[Town], Awaitable[None]]:
    async def moves(town: Town) -> None:
        post = await staff.active_post(town.session, town.giver.id or 0)
        assert post is not None
        new = {"office": post.office, "role": post.role, "region": post.region} | to
        await staff.appoint(town.session, town.giver, "Wati", **new, now=town.now)

    return moves


def helping(town: Town) -> Account:
    return town.asker if town.kind is GrantKind.NUMBER_QUESTION else town.helper


async def link_to_end(town: Town) -> Link:
    account = town.own if town.kind is GrantKind.ADULT_QUESTION else helping(town)
    link = await link_between(town.session, account.id or 0, town.person.id or 0)
    assert link is not None
    return link


def link_ended(by: str) -> Callable[[Town], Awaitable[None]]:
    async def ends(town: Town) -> None:
        link = await link_to_end(town)
        account = link.account_id if by == "helper" else town.own.id or 0
        await revoke(town.session, link, by=account, now=town.now)

    return ends


async def link_ran_out(town: Town) -> None:
    link = await link_to_end(town)
    link.expires_at = town.now + timedelta(seconds=1)
    town.session.add(link)
    town.now += timedelta(seconds=2)


async def link_narrowed(town: Town) -> None:
    link = await link_between(town.session, helping(town).id or 0, town.person.id or 0)
    assert link is not None
    how = {"said": WORDS, "by": town.officer, "now": town.now}
    await agreement.agree_in_front_of_staff(town.session, link, Scope.STATUS, **how)


async def person_erased(town: Town) -> None:
    await erase(town.session, town.person.id or 0, by=None, now=town.now)


async def giver_erased(town: Town) -> None:
    """The giver erases their own data; one who asked by a number then has no links any more."""
    theirs = list(await town.session.exec(select(Link).where(Link.account_id == helping(town).id)))
    if town.kind is GrantKind.NUMBER_QUESTION:
        await town.session.delete(next(one for one in theirs if not one.is_self))
    own = next(one for one in theirs if one.is_self)
    await erase(town.session, own.person_id, by=None, now=town.now)


async def tried_out(town: Town) -> None:
    for number in range(permission.WRONG_ANSWERS):
        stranger = await an_account(town.session, 100 + number)
        await permission.find_by_code(town.session, stranger, town.token, date(1950, 1, 1), town.now)
    town.now += timedelta(hours=25)  # the day of the wrong tries is over


async def taken_back(town: Town) -> None:
    found = await invitations.lock_by_token(town.session, town.token, town.fresh, town.now)
    assert found is not None
    await invitations.revoke_invitation(town.session, found, by=town.manager, now=town.now)


async def own_account(town: Town) -> None:
    await becomes_own(town, await an_account(town.session, 99))


async def eighteen(town: Town) -> None:
    town.now += timedelta(days=1, hours=12)


async def file_over(town: Town) -> None:
    await withdraw(town.session, town.helper, town.file.application, town.now)


async def restored(town: Town) -> None:
    await void(town.session, VoidReason.RESTORED, town.now)


EVENTS: dict[str, tuple[VoidReason, Callable[[Town], Awaitable[None]]]] = {
    "used once": (VoidReason.USED, used),
    "too late": (VoidReason.EXPIRED, expired),
    "given anew": (VoidReason.NEWER, given_anew),
    "giver dismissed": (VoidReason.POST_ENDED, giver_dismissed),
    "giver in another office": (VoidReason.POST_ENDED, giver_moves(office="dinsos-bpp", region="6471")),
    "giver with less to do": (VoidReason.POST_ENDED, giver_moves(role=Role.LEADER)),
    "giver in a smaller region": (VoidReason.POST_ENDED, giver_moves(region="6401")),
    "link ended by the helper": (VoidReason.LINK_ENDED, link_ended("helper")),
    "link ended by the person": (VoidReason.LINK_ENDED, link_ended("person")),
    "link ran out": (VoidReason.LINK_ENDED, link_ran_out),
    "link narrowed": (VoidReason.LINK_CHANGED, link_narrowed),
    "an own account": (VoidReason.OWN_ACCOUNT, own_account),
    "18 reached": (VoidReason.CAME_OF_AGE, eighteen),
    "person erased": (VoidReason.ERASED, person_erased),
    "giver erased": (VoidReason.GIVER_ERASED, giver_erased),
    "tried too often": (VoidReason.TRIED_OUT, tried_out),
    "taken back": (VoidReason.TAKEN_BACK, taken_back),
    "file over": (VoidReason.FILE_OVER, file_over),
    "brought back from a backup": (VoidReason.RESTORED, restored),
}
CANNOT_HAPPEN = {
    (GrantKind.INVITATION, "18 reached"),  # its 24 hours are over before
    (GrantKind.ADULT_QUESTION, "18 reached"), (GrantKind.ADULT_QUESTION, "given anew"),
}  # fmt: skip
ONLY_WHERE_IT_ENDS = {"tried too often", "taken back"}
LAYERS = ("both", "when it happens", "when it is used")


def ends(kind: GrantKind, event: str) -> bool:
    return EVENTS[event][0] in KINDS[kind].voids


def is_tried(kind: GrantKind, event: str) -> bool:
    return (kind, event) not in CANNOT_HAPPEN and (ends(kind, event) or event not in ONLY_WHERE_IT_ENDS)


def has(layer: str, kind: GrantKind, event: str) -> bool:
    """Does this layer alone end it?"""
    at = KINDS[kind].voids.get(EVENTS[event][0])
    if layer == "when it happens":
        return at is not None and event != "link ran out"
    if layer == "when it is used":
        return KINDS[kind].is_voidable and EVENTS[event][0] in grant_check.CHECKS and ends(kind, event)
    return True


TRIED = [pytest.param(kind, layer, id=f"{kind}, {layer}") for kind in KINDS for layer in LAYERS
         if any(has(layer, kind, event) for event in EVENTS)]  # fmt: skip


async def nothing(*_: Any, **__: Any) -> None:
    """Instead of `void`: nothing is written when it happens."""


def without(layer: str, patch: pytest.MonkeyPatch) -> None:
    """Take the other layer away."""
    if layer == "when it happens":
        patch.setattr(grant_check, "CHECKS", {})
    elif layer == "when it is used":
        for module in (agreement, erasure, link, permission, staff):
            patch.setattr(module, "void", nothing)


@pytest.mark.parametrize(("kind", "layer"), TRIED)
async def test_no_grant_outlives_its_giver_or_its_reason(
    store: Database, desk: ReferenceData, kind: GrantKind, layer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    without(layer, monkeypatch)
    for event, (_reason, happens) in EVENTS.items():
        if is_tried(kind, event) and has(layer, kind, event):
            async with store.session() as session:
                town = await town_of(session, desk, kind, is_young=event == "18 reached")
                town.token = await WAYS[kind].give(town)
                town.now += timedelta(minutes=1)
                await happens(town)
                await session.flush()
                town.now += timedelta(seconds=1)
                assert await WAYS[kind].use(town) is not ends(kind, event), event
                await session.rollback()


async def test_nobody_uses_what_they_gave_themself(store: Database, desk: ReferenceData) -> None:
    """Not on the same account, and not on another account of the same person."""
    for kind, giver in (
        (GrantKind.OWN_YES_CODE, "helper"),
        (GrantKind.NEW_PHONE_CODE, "officer"),
        (GrantKind.INVITATION, "manager"),
    ):
        async with store.session() as session:
            town = await town_of(session, desk, kind, is_young=False)
            town.token = await WAYS[kind].give(town)
            account, fresh = getattr(town, giver), town.fresh
            town.fresh = account
            assert not await WAYS[kind].use(town)
            town.fresh = fresh
            assert await WAYS[kind].use(town)
            if kind is not GrantKind.OWN_YES_CODE:
                await filed(session, desk, SELF, account)
            own = next(one for one in await session.exec(select(Link)) if one.is_self and one.account_id == account.id)
            more = {"relation": Relation.SELF, "scope": Scope.ACT, "made_at": NOW, "agreed_at": NOW}
            session.add(Link(account_id=fresh.id or 0, person_id=own.person_id, **more))
            await session.flush()
            assert not await WAYS[kind].use(town), "it is the same person"
            await session.rollback()


async def test_a_helper_is_not_the_person(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        town = await town_of(session, desk, GrantKind.NEW_PHONE_CODE, is_young=False)
        town.token = await give_phone(town)
        town.fresh = town.helper
        assert not await use_code(town)
        await revoke(session, town.link, by=town.helper.id or 0, now=town.now)
        assert await use_code(town), "who has ended it may be given the phone"


def test_every_kind_and_every_reason_is_tried() -> None:
    assert set(WAYS) == set(KINDS) == set(GrantKind)
    assert {reason for reason, _happens in EVENTS.values()} == set(VoidReason)
