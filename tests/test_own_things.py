"""What belongs to another person stays theirs: every entry for people's own things × all who lost their access.

The entries come from the table of handlers: all that are checked on a link or on a permission, with every key that
could name a thing. A caregiver whose link was cut or has run out still has the old buttons; a stranger makes them up.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import event
from sqlmodel import SQLModel, col, select
from telegram.ext import CommandHandler

import handlers
from handlers.conversation.access import Resource
from handlers.conversation.persistent import PersistentConversation
from handlers.counter import search
from handlers.counter.services import SERVICES, CounterService
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Departure
from models.applications.document import Document
from models.audit import Audit
from models.mydata.data_request import DataRequest
from models.offices.authority import ROLES, Role
from models.people.consent import Consent
from models.people.link import Link, Relation, Scope, revoke
from models.people.permission import Permission, ask_own_account
from models.people.person import NameWord, Person
from tests.chat import Play, playing
from tests.crowd import all_do, crowd_like
from tests.directing import direct
from tests.test_authority import account_of, says, serves, stands_at
from tests.transcript import read

THEIRS: tuple[type[SQLModel], ...] = (
    Application, Document, Person, NameWord, Link, Permission, Consent, DataRequest, Departure,
)  # fmt: skip
"""The tables that a press on another person's button must not change."""
KEYS = (
    "1", "2", "3", "yes", "no", "yes 1", "no 1", "withdraw 1", "complete 1", "print 1", "act",
    "here", "phone", "office", "me", "now", "given 1", "given 2", "refused 2", "given", "family", "person",
    "home", "skip", "name", "answers.1", "6472", "on 1", "off 1", "register", "correct", "copy",
)  # fmt: skip
"""Every kind of key that a button of these conversations can hold, naming another person's thing."""
STATE: dict[str, Any] = {
    "withdraw": 1,
    "states": {
        "erase": {"person": 1},
        "sorting": {"person": 1},
        "correct": {"person": 1, "about": "name", "form": {"for_whom": "family", "name": "Budi Hartono"}},
        "ask": {"link": 1, "scope": "act", "reader": "x"},
        "leave": {"file": 1, "who": "family", "reader": "x", "row": 2},
    },
}
"""What the chat of a former caregiver may still remember."""
STRANGER, CUT, RUN_OUT = "stranger", "cut", "run out"
GUARDED = frozenset({Resource.LINKED, Resource.PERMISSION})
TELLING = ("Siti", "Aminah", "Sidodadi", "KT-2026", "1960")
"""What names the person, in any place."""


def presses() -> Iterator[tuple[str, str]]:
    """Every conversation and step whose buttons are about people's own things."""
    for rule, handler in handlers.entries(handlers.registry()):
        if rule.on in GUARDED and isinstance(handler, PersistentConversation):
            yield from ((str(handler.name), str(step)) for step in handler.states)
    yield from (place for place, way in handlers.registry().routes.items() if way.access.on in GUARDED)


def commands() -> Iterator[str]:
    for rule, handler in handlers.entries(handlers.registry()):
        entries = handler.entry_points if isinstance(handler, PersistentConversation) else [handler]
        for one in entries if rule.on in GUARDED else []:
            if isinstance(one, CommandHandler):
                yield from (f"/{command}" for command in sorted(one.commands))


@pytest_asyncio.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    """Rina once helped Siti, whose own phone is in her hand; a question of Danu's waits there."""
    async with playing(read(""), tmp_path) as one:
        await direct(one, "Rina sudah mulai: Kak, Biasa")
        await direct(one, "Rina sudah mendaftarkan Siti Aminah, family, lahir 1960-02-29: keterampilan")
        siti, danu = await account_of(one, "Siti"), await account_of(one, "Danu")
        async with one.store.transaction() as session:
            own = {"scope": Scope.ACT, "made_at": one.now, "agreed_at": one.now, "person_id": 1}
            session.add(Link(account_id=siti.id or 0, relation=Relation.SELF, **own))
            theirs = Link(account_id=danu.id or 0, relation=Relation.FAMILY, **own)
            session.add(theirs)
            await session.flush()
            await ask_own_account(session, theirs, Scope.STATUS, siti, now=one.now)
            file, person = (await session.exec(select(Application, Person).join(Person))).one()
            away = one.reference.catalogue["keterampilan"].leaves_home
            assert away is not None
            await departure.ask_everyone(session, file, person, away, by=None, now=one.now)
        await direct(one, "5 detik kemudian")
        yield one


async def becomes(play: Play, what: str) -> str:
    """The account that tries: one that never had a link, or Rina's when her link has ended."""
    if what == STRANGER:
        await account_of(play, "Budi")
        await says(play, "Budi", "/start")
        return "Budi"
    async with play.store.transaction() as session:
        link = (await session.exec(select(Link).where(Link.id == 1))).one()
        if what == CUT:
            await revoke(session, link, by=0, now=play.now)
        else:
            link.expires_at = play.now - timedelta(seconds=1)
            session.add(link)
    await says(play, "Rina", "/start")
    return "Rina"


class Untouched:
    """What the tables of others hold; read again only after a statement that writes to one of them."""

    def __init__(self, play: Play) -> None:
        self._play, self._written = play, True
        self._names = {str(table.__tablename__) for table in THEIRS}
        event.listen(play.store.engine.sync_engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        writes = statement.startswith(("INSERT", "UPDATE", "DELETE"))
        self._written |= writes and not self._names.isdisjoint(statement.replace('"', "").split())

    async def begin(self) -> "Untouched":
        self._before = await self._contents()
        return self

    async def holds(self) -> bool:
        if not self._written:
            return True
        return await self._contents() == self._before

    async def _contents(self) -> dict[str, list[str]]:
        self._written = False
        async with self._play.store.read_only() as session:
            return {
                table.__name__: sorted(repr(row.model_dump()) for row in await session.exec(select(table)))
                for table in THEIRS
            }


@pytest.mark.parametrize("what", [STRANGER, CUT, RUN_OUT])
async def test_no_press_reaches_what_is_somebody_elses(play: Play, what: str) -> None:
    crowd = await crowd_like(play, await becomes(play, what), len(KEYS))
    others = await Untouched(play).begin()
    may_be_asked = {("family", "PERSON")} if what == RUN_OUT else set()
    for talk, step in presses():
        if talk == "ask" and what == RUN_OUT:
            continue  # asking again is what a link that ran out is for
        told = await all_do(play, crowd, (talk, step), [f"(tekan {talk}:{step}:{key})" for key in KEYS], **STATE)
        assert await others.holds(), f"{talk}:{step}"
        for press, said in told.items() if (talk, step) not in may_be_asked else ():
            assert said, press
            words = "\n".join(said)
            assert not any(one in words for one in TELLING), f"{press} says {words}"


@pytest.mark.parametrize("what", [STRANGER, CUT, RUN_OUT])
@pytest.mark.parametrize("typed", ["1", "ya", "Siti Aminah", "6472056902609001"])
async def test_no_word_at_a_step_reaches_it_either(play: Play, what: str, typed: str) -> None:
    who = await becomes(play, what)
    others = await Untouched(play).begin()
    for talk, step in presses():
        if talk in {"ask", "answer"} and what == RUN_OUT:
            continue
        await stands_at(play, who, talk, step, **STATE)
        said = await says(play, who, typed)
        assert await others.holds(), f"{talk}:{step}"
        assert not any(one in "\n".join(said) for one in TELLING), f"{talk}:{step} says {said}"


@pytest.mark.parametrize("what", [STRANGER, CUT])
async def test_no_command_shows_it(play: Play, what: str) -> None:
    who = await becomes(play, what)
    for command in dict.fromkeys(commands()):
        said = await says(play, who, command)
        assert said
        assert not any(one in "\n".join(said) for one in TELLING), f"{command} says {said}"


async def test_the_entries_are_those_that_exist() -> None:
    """The tests above run over no empty list."""
    found = set(presses())
    assert {"status", "erase", "correct", "family", "ask", "answer", "complete", "leave"} <= {
        talk for talk, _step in found
    }
    assert len(found) > 20
    assert {"/status", "/data", "/keluarga", "/lengkapi"} <= set(commands())


ELSEWHERE = [
    pytest.param("dinsos-bpp", "64", id="office"),
    pytest.param("dinsos-kaltim", "6471", id="region"),
]


def counter_steps(*talks: str) -> Iterator[tuple[str, str]]:
    """Every step of these conversations, in which staff work on a person's file."""
    for rule, handler in handlers.entries(handlers.registry()):
        if rule.on is Resource.FILE and isinstance(handler, PersistentConversation) and handler.name in talks:
            yield from ((str(handler.name), str(step)) for step in handler.states)


@pytest.mark.parametrize(("office", "region"), ELSEWHERE)
@pytest.mark.parametrize("matter", SERVICES, ids=lambda matter: matter.act)
async def test_the_counter_knows_no_file_of_another_office_or_region(
    play: Play, office: str, region: str, matter: CounterService
) -> None:
    role = next(role for role in Role if role in ROLES[matter.act] and role is not Role.LEADER)
    await serves(play, "Bima", role, office, region)
    await says(play, "Bima", "/start")
    async with play.store.read_only() as session:
        number = (await session.exec(select(Application.number))).one()
    others = await Untouched(play).begin()
    held = {
        "number": number,
        "found": [number],
        "what": matter.act,
        "link": 1,
        "scope": "act",
        "why": "check",
        "who": "home",
    }
    typed = (number, "Siti Aminah", "081200000000", "Sakit keras dan tidak sadar hari ini")
    for talk, step in counter_steps(search.TALK, matter.talk):
        for does in (
            *(
                f"(tekan {talk}:{step}:{key})"
                for key in (matter.act, number, "check", "1", "yes", "act", "given", "home")
            ),
            *typed,
        ):
            await stands_at(play, "Bima", talk, step, states={search.TALK: held})
            said = await says(play, "Bima", does)
            assert await others.holds()
            assert not any(one in "\n".join(said) for one in ("Siti", "Rina", "Sidodadi")), (talk, step, does, said)
    async with play.store.read_only() as session:
        refused = set(await session.exec(select(Audit.after).where(Audit.act == "refused")))
        assert refused <= {"office" if office == "dinsos-bpp" else "region", "role"}
        assert refused - {"role"}
        assert not list(await session.exec(select(Audit).where(col(Audit.act).in_(["capacity_note", "reveal"]))))
