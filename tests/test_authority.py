"""Who may do what, made from the table of handlers itself: every entry of staff against all who may not.

A handler without a rule cannot be put into the table (its type asks for one); an entry whose rule names an act is tried
here by every role that may not do it, by a stranger, by an officer whose post has ended, and on other offices' things.
"""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from sqlmodel import SQLModel, select
from telegram.ext import CommandHandler, MessageHandler

import handlers
from handlers.conversation.access import REFUSALS
from handlers.conversation.form import StaleButtonHandler
from handlers.conversation.persistent import PersistentConversation
from locales import gettext as _
from locales import speaking
from models.applications.application import Application as Filed
from models.applications.departure import Departure
from models.audit import Audit
from models.messaging import conversation_state
from models.mydata.data_request import DataRequest, RequestSpec, ResponsibleOffice, Right, ask
from models.offices import invitation as invitations
from models.offices import staff as posts
from models.offices.authority import ROLES, Act, Refusal, Role
from models.offices.invitation import Invitation
from models.offices.staff import Staff
from models.people.account import Account
from models.people.account import load as load_accounts
from models.people.consent import Consent
from models.people.link import Link
from models.people.person import Person
from tests.chat import Play, playing
from tests.directing import direct
from tests.transcript import read

KEPT: tuple[type[SQLModel], ...] = (Staff, Invitation, Person, Filed, Link, Consent, Departure, DataRequest)
"""The tables that a refused act must not change."""
STRANGER, FORMER = "stranger", "former"
OFFICE, REGION = "dinsos-kaltim", "64"
ANSWERING = ResponsibleOffice(OFFICE, 72, "Asia/Makassar")


class Try(NamedTuple):
    """A way to get at an act: what is done, and at which step of which conversation."""

    act: Act
    does: str
    talk: str = ""
    step: str = ""


def tries() -> Iterator[Try]:
    """Every command, every step and every offer that is under an act of staff."""
    for rule, handler in handlers.entries(handlers.registry()):
        if rule.act is not None:
            yield from tries_at(rule.act, handler)
    for (talk, step), way in handlers.registry().routes.items():
        if way.access.act is not None:
            yield Try(way.access.act, f"(tekan {talk}:{step}:yes)")


def tries_at(act: Act, handler: Any) -> Iterator[Try]:
    if isinstance(handler, CommandHandler):
        yield from (Try(act, f"/{command}") for command in sorted(handler.commands))
        return
    assert isinstance(handler, PersistentConversation), "an entry of staff is a command or a conversation"
    for one in handler.entry_points:
        if isinstance(one, StaleButtonHandler):
            yield Try(act, f"(tekan {handler.name}:CLOSED:yes)")
            continue
        assert isinstance(one, CommandHandler)
        yield from tries_at(act, one)
    for step, hearers in handler.states.items():
        assert any(isinstance(one, MessageHandler) for one in hearers)
        yield Try(act, f"(tekan {handler.name}:{step}:yes)", str(handler.name), str(step))
        yield Try(act, "1", str(handler.name), str(step))


def refused(who: str, talk: str) -> list[Try]:
    """The attempts at a conversation; without one: commands, and buttons under earlier answers."""
    return [way for way in tries() if way.talk == talk and who not in ROLES[way.act]]


REFUSED = [
    pytest.param(who, talk, id=f"{who}: {talk or 'entries'}")
    for talk in dict.fromkeys(way.talk for way in tries())
    for who in (STRANGER, FORMER, *Role)
    if refused(who, talk)
]
OF_OTHERS = [
    pytest.param("dinsos-bpp", "6471", Refusal.OFFICE, id="another office"),
    pytest.param(OFFICE, "6472", Refusal.REGION, id="another region"),
]


@pytest_asyncio.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """A story in which Rina has a message with buttons before her, which a press can be forged of."""
    async with playing(read(""), tmp_path) as one:
        await one.act("Rina", "/start")
        yield one


async def account_of(play: Play, who: str) -> Account:
    chat_id = play.telegram.phone(who).chat_id
    async with play.store.transaction() as session:
        known = await load_accounts(session, [chat_id])
        if chat_id not in known:
            session.add(Account(telegram_id=chat_id, created_at=play.now))
            await session.flush()
            known = await load_accounts(session, [chat_id])
    return known[chat_id]


async def serves(play: Play, who: str, role: Role, office: str = OFFICE, region: str = REGION) -> Staff:
    """Put a person on duty."""
    account = await account_of(play, who)
    async with play.store.transaction() as session:
        return await posts.appoint(session, account, who, office=office, role=role, region=region, now=play.now)


async def becomes(play: Play, who: str, what: str) -> None:
    """A stranger, an officer whose post has ended, or a role."""
    if what == STRANGER:
        await account_of(play, who)
        return
    await serves(play, who, Role.MANAGER if what == FORMER else Role(what))
    if what == FORMER:
        account = await account_of(play, who)
        async with play.store.transaction() as session:
            await posts.leave(session, account, now=play.now)


async def stands_at(play: Play, who: str, talk: str, step: str, **more: Any) -> None:
    """Put a person into the middle of a conversation."""
    chat_id = play.telegram.phone(who).chat_id
    async with play.store.transaction() as session:
        await conversation_state.save(session, {chat_id: {"talks": {talk: step}, **more}}, play.now)


async def contents(play: Play) -> dict[str, list[str]]:
    async with play.store.read_only() as session:
        return {
            table.__name__: sorted(repr(row.model_dump()) for row in await session.exec(select(table)))
            for table in KEPT
        }


async def refusals_written(play: Play) -> list[tuple[str, str | None]]:
    async with play.store.read_only() as session:
        return [(row.entity, row.after) for row in await session.exec(select(Audit).where(Audit.act == "refused"))]


async def says(play: Play, who: str, what: str) -> list[str]:
    """What a person does, and every text that the bot sends then."""
    play.telegram.heard = []
    await play.act(who, what)
    return ["\n".join(heard.lines) for heard in play.telegram.heard]


@pytest.mark.parametrize(("who", "talk"), REFUSED)
async def test_no_entry_of_staff_opens_for_whoever_may_not(play: Play, who: str, talk: str) -> None:
    manager = await serves(play, "Danu", Role.MANAGER)
    await becomes(play, "Rina", who)
    why = Refusal.NOT_STAFF if who in (STRANGER, FORMER) else Refusal.ROLE
    before, written = await contents(play), list[tuple[str, str | None]]()
    for way in refused(who, talk):
        await stands_at(play, "Rina", way.talk or "nothing", way.step or "OPEN", states={"staff": {"post": manager.id}})
        said = await says(play, "Rina", way.does)
        written.append((way.act, why))
        assert await contents(play) == before, way
        assert await refusals_written(play) == written, way
        with speaking("id"):
            assert (_(REFUSALS[Refusal.ROLE]) in said) is (why is Refusal.ROLE), way
        assert said and not any("Danu" in words or "Dinsos" in words for words in said), way


@pytest.mark.parametrize("role", Role)
async def test_every_role_can_use_what_it_may(play: Play, role: Role) -> None:
    """So that the refusals above are no accident of a broken entry."""
    await serves(play, "Rina", role)
    for way in tries():
        if role in ROLES[way.act] and way.does.startswith("/"):
            await says(play, "Rina", way.does)
    assert not await refusals_written(play)


@pytest.mark.parametrize(("office", "region", "why"), OF_OTHERS)
async def test_a_post_of_another_office_or_region_is_not_ended(
    play: Play, office: str, region: str, why: Refusal
) -> None:
    await serves(play, "Rina", Role.MANAGER, office, region)
    theirs = await serves(play, "Danu", Role.OPERATOR)
    await stands_at(play, "Rina", "staff", "SURE", states={"staff": {"post": theirs.id}})
    before = await contents(play)
    said = await says(play, "Rina", "(tekan staff:SURE:yes)")
    assert await contents(play) == before
    assert await refusals_written(play) == [(Act.DISMISS_STAFF, why)]
    assert not any("Danu" in words for words in said)


@pytest.mark.parametrize(("office", "region", "why"), OF_OTHERS)
async def test_an_invitation_of_another_office_or_region_is_not_taken_back(
    play: Play, office: str, region: str, why: Refusal
) -> None:
    await serves(play, "Rina", Role.MANAGER, office, region)
    async with play.store.transaction() as session:
        theirs, _token = await invitations.invite(
            session, office=OFFICE, role=Role.OPERATOR, region=REGION, by=None, now=play.now
        )
    before = await contents(play)
    await says(play, "Rina", f"(tekan invite:WITHDRAW:{theirs.id})")
    assert await contents(play) == before
    assert await refusals_written(play) == [(Act.INVITE_STAFF, why)]


@pytest.mark.parametrize(("office", "region", "why"), OF_OTHERS)
async def test_a_request_about_own_data_of_another_office_or_region_is_not_answered(
    play: Play, office: str, region: str, why: Refusal
) -> None:
    await direct(play, "Siti sudah mulai: Ibu, Biasa")
    await direct(play, "Siti sudah mendaftarkan Siti Aminah, self, lahir 1960-02-29: uep")
    siti = await account_of(play, "Siti")
    async with play.store.transaction() as session:
        person = (await session.exec(select(Person))).one()
        wish = {"was": "Siti Aminah", "becomes": "Siti Mutiara"}
        await ask(session, RequestSpec(siti, person, Right.CORRECT, "name", wish), ANSWERING, now=play.now)
    await serves(play, "Rina", Role.VERIFIER, office, "6471" if region == "6471" else "6401")
    before = await contents(play)
    said = await says(play, "Rina", "/hakdata")
    for step, keys in {"WHICH": ("1",), "DECIDE": ("accept", "refuse"), "SURE": ("yes",), "WORDS": ("x",)}.items():
        for does in (*(f"(tekan wishes:{step}:{key})" for key in keys), "1", "Tidak ada alasan lain"):
            await stands_at(play, "Rina", "wishes", step, states={"wishes": {"request": 1}})
            said += await says(play, "Rina", does)
    assert await contents(play) == before
    assert {why} == {became for entity, became in await refusals_written(play) if entity == Act.ANSWER_OWN_DATA}
    assert not any("Siti" in words or "Sidodadi" in words or "DAT-" in words for words in said)


async def test_nobody_answers_a_request_about_their_own_data(play: Play) -> None:
    await direct(play, "Rina sudah mulai: Ibu, Biasa")
    await direct(play, "Rina sudah mendaftarkan Rina Aminah, self, lahir 1960-02-29: uep")
    rina = await account_of(play, "Rina")
    async with play.store.transaction() as session:
        person = (await session.exec(select(Person))).one()
        await ask(session, RequestSpec(rina, person, Right.ERASE), ANSWERING, now=play.now)
    await serves(play, "Rina", Role.MANAGER)
    before = await contents(play)
    for step in ("WHICH", "DECIDE", "WORDS", "SURE"):
        for does in ("1", "(tekan wishes:SURE:yes)", "(tekan wishes:DECIDE:accept)", "Tidak ada alasan lain"):
            await stands_at(play, "Rina", "wishes", step, states={"wishes": {"request": 1}})
            await says(play, "Rina", does)
    assert await contents(play) == before


async def test_nobody_invites_beyond_their_region(play: Play) -> None:
    await serves(play, "Rina", Role.MANAGER, OFFICE, "6472")
    await stands_at(play, "Rina", "invite", "REGION", states={"invite": {"role": "operator"}})
    for elsewhere in ("64", "6471", "1371", "x"):
        await says(play, "Rina", f"(tekan invite:REGION:{elsewhere})")
        await says(play, "Rina", elsewhere)
    assert not (await contents(play))["Invitation"]


async def test_a_post_that_ends_between_two_steps_ends_the_conversation(play: Play) -> None:
    await serves(play, "Rina", Role.MANAGER)
    await serves(play, "Danu", Role.MANAGER)  # an office is never left without one
    await says(play, "Rina", "/undang")
    await says(play, "Rina", "operator")
    account = await account_of(play, "Rina")
    async with play.store.transaction() as session:
        await posts.leave(session, account, now=play.now)
    await says(play, "Rina", "1")
    assert not (await contents(play))["Invitation"]
    assert await refusals_written(play) == [(Act.INVITE_STAFF, Refusal.NOT_STAFF)]


@pytest.mark.parametrize("hours", [23, 25])
async def test_an_invitation_is_good_for_24_hours(play: Play, hours: int) -> None:
    await serves(play, "Danu", Role.MANAGER)
    async with play.store.transaction() as session:
        how = {"office": OFFICE, "region": REGION}
        _, token = await invitations.invite(session, role=Role.OPERATOR, by=None, now=play.now, **how)
    await direct(play, f"{hours} hours later")
    await says(play, "Rina", f"/start s-{token}")
    await says(play, "Rina", "1")
    await says(play, "Rina", "Rina")
    assert len((await contents(play))["Staff"]) == (2 if hours < 24 else 1)


async def test_the_token_of_an_invitation_is_kept_nowhere(play: Play) -> None:
    async with play.store.transaction() as session:
        _, token = await invitations.invite(
            session, role=Role.OPERATOR, by=None, now=play.now, office=OFFICE, region=REGION
        )
    await play.store.close()
    everything = b"".join(file.read_bytes() for file in play.folder.rglob("*") if file.is_file())
    assert token.encode() not in everything


def test_every_act_of_staff_has_its_roles() -> None:
    assert set(ROLES) == set(Act)
    assert all(ROLES.values())
