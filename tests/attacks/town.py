"""Who lives in the town that is attacked, what they own, and how a test looks at it before and after."""

from typing import Any

from sqlmodel import SQLModel, select

import handlers
from handlers.conversation.persistent import PersistentConversation
from models.applications.application import Application
from models.applications.document import Document
from models.help_request import HelpRequest
from models.offices.authority import Role
from models.offices.invitation import Invitation
from models.offices.staff import Staff
from models.people.consent import Consent
from models.people.link import Link
from models.people.permission import Permission
from models.people.person import NameWord, Person
from tests.chat import Play
from tests.directing import direct
from tests.test_authority import account_of, serves

OWNED: tuple[type[SQLModel], ...] = (
    Application, Consent, Document, HelpRequest, Invitation, Link, NameWord, Permission, Person, Staff,
)  # fmt: skip
"""What people and the office have: nothing of it may change by what was not theirs to do."""
NAMES = ("Siti", "Aminah", "Sidodadi", "Danu", "1960")
"""What reveals that a person is known here."""
MALING = "Maling"


async def at_home(play: Play) -> None:
    """Rina has registered her mother Siti and herself; both have a number."""
    await direct(play, "Rina sudah mulai: Kak, Biasa")
    await direct(play, "Rina sudah mendaftarkan Siti Aminah, family, lahir 1960-02-29: uep")
    await direct(play, "Rina sudah mendaftarkan Rina Sari, self, lahir 1990-01-31: uep")
    await direct(play, f"{MALING} sudah mulai: Bapak, Biasa")
    await account_of(play, "Siti")


async def office_open(play: Play) -> None:
    await serves(play, "Danu", Role.MANAGER)


async def belongings(play: Play) -> dict[str, list[str]]:
    """Every row of what people and the office have."""
    async with play.store.read_only() as session:
        return {
            table.__name__: sorted(repr(row.model_dump()) for row in await session.exec(select(table)))
            for table in OWNED
        }


def steps() -> list[tuple[str, str]]:
    """Every step of every talk, and every offer, as the table of handlers has them."""
    talks = [
        one.handler for one in handlers.entries(handlers.registry()) if isinstance(one.handler, PersistentConversation)
    ]
    return [*((str(talk.name), str(step)) for talk in talks for step in talk.states), *handlers.registry().routes]


def is_well(play: Play) -> bool:
    """No letter was set aside: nothing that came in broke a handler."""
    return play.bot.processor.dead_lettered == 0


def said_by(play: Play) -> str:
    return "\n".join(line for heard in play.telegram.heard for line in heard.lines)


async def does(play: Play, who: str, what: str) -> str:
    """Do something as a person, and return every word that the bot says then."""
    play.telegram.heard = []
    await play.act(who, what)
    return said_by(play)


async def brings(play: Play, *updates: dict[str, Any]) -> str:
    """What has come, and updates as Telegram might bring them besides; every word that the bot says then."""
    play.telegram.heard = []
    for update in updates:
        play.telegram.sandbox.inject_raw_update(update)
    await play.serve()
    return said_by(play)
