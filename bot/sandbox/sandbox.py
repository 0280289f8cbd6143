"""Assembles the sandbox: a world, its server, and the handles that tests and commands hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict, Unpack

from aiohttp import web

from bot.sandbox.call_log import CallLog
from bot.sandbox.calls import MOST_UPLOAD
from bot.sandbox.chats import Chat, Entry
from bot.sandbox.errors import ApiError
from bot.sandbox.faults import Faults
from bot.sandbox.flood import FloodLimits
from bot.sandbox.loopback_guard import only_from_here
from bot.sandbox.page_files import page_routes
from bot.sandbox.people import Person
from bot.sandbox.people.account import text_content
from bot.sandbox.people.routes import SandboxRoutes
from bot.sandbox.server import BotApi
from bot.sandbox.store import Json, fitting, open_store
from bot.sandbox.updates import USUAL_LIFE
from bot.sandbox.world import Clock, World

FIRST_PERSON_ID = 7_000_001
FIRST_SUPERGROUP_ID = -1_001_000_000_000
BODY_AROUND_A_FILE = 1 << 20


class Details(TypedDict, total=False):
    """What may be said of a new person."""

    last_name: str
    username: str
    language_code: str
    phone: str


def _clock() -> datetime:
    return datetime.now(UTC)


class Sandbox:
    """A Telegram on loopback with one bot on it.

    ``now`` dates messages, lets updates expire and fills flood buckets. With ``state_dir`` everything is kept
    there, and a later sandbox on the same folder shows the same chats.
    """

    def __init__(
        self,
        token: str = "9001:sandbox",
        now: Clock = _clock,
        state_dir: Path | None = None,
        flood_limits: bool = False,
    ) -> None:
        self.world = World(token, now, open_store(state_dir))
        self.faults = Faults()
        self.flood = FloodLimits(now, flood_limits)
        self.calls = CallLog(now)
        self.root = ""
        for row in self.world.store.each("person"):
            self.world.people[row["id"]] = Person(world=self.world, **fitting(Person, row))

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.world.token

    @asynccontextmanager
    async def serve(self, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
        """Listen on loopback; gives the root address, without a slash at the end."""
        runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, host, port).start()
        self.root = f"http://{host}:{runner.addresses[0][1]}"
        await self.world.webhook.start()
        try:
            yield self.root
        finally:
            await self.world.webhook.stop()
            self.world.updates.end_poll(ApiError(502, "Bad Gateway"))
            self.world.events.close()
            await runner.cleanup()

    def close(self) -> None:
        """Release the state folder."""
        self.world.store.close()

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=MOST_UPLOAD + BODY_AROUND_A_FILE, middlewares=[only_from_here])
        app.add_routes(BotApi(self.world, self.faults, self.flood, self.calls).routes())
        app.add_routes(SandboxRoutes(self).routes())
        app.add_routes(page_routes())
        return app

    # -- people -------------------------------------------------------------------------------------------

    def add_person(self, first_name: str = "Sari", person_id: int | None = None, **details: Unpack[Details]) -> Person:
        """Add a person; their chat with the bot is empty until they write first."""
        chosen = person_id or max([FIRST_PERSON_ID - 1, *self.world.people]) + 1
        if chosen in self.world.people:
            raise ValueError(f"person {chosen} is there already")
        person = Person(self.world, chosen, first_name, **details)
        self.world.keep_person(person)
        self.world.keep_chat(Chat(person.id, "private", started=False))
        return person

    @property
    def people(self) -> list[Person]:
        """Return all people, in the order of their arrival."""
        return list(self.world.people.values())

    def person(self, person_id: int) -> Person:
        """Return one person; KeyError where there is none."""
        return self.world.people[person_id]

    # -- groups and channels ------------------------------------------------------------------------------

    def add_group(self, title: str, members: list[int] | None = None, bot_status: str = "member") -> Chat:
        """Add a supergroup in which the bot is, as member or administrator."""
        return self._add_chat("supergroup", title, members or [], bot_status)

    def add_channel(self, title: str, username: str = "", bot_status: str = "administrator") -> Chat:
        """Add a channel in which the bot may post."""
        channel = self._add_chat("channel", title, [], bot_status)
        channel.username = username
        self.world.keep_chat(channel)
        return channel

    def _add_chat(self, kind: str, title: str, members: list[int], bot_status: str) -> Chat:
        number = min([FIRST_SUPERGROUP_ID, *self.world.chats]) - 1
        chat = Chat(number, kind, title, members=members, bot_status=bot_status)
        self.world.keep_chat(chat)
        return chat

    def upgrade(self, group: Chat) -> Chat:
        """Let a group become another chat; writing to the old one is refused with the new id."""
        new = self._add_chat("supergroup", group.title, group.members, group.bot_status)
        group.moved_to = new.id
        self.world.keep_chat(group)
        return new

    def post_in_channel(self, channel: Chat, text: str) -> Entry:
        """Post as the channel's owners; the bot gets an update."""
        entry = self.world.post(channel, text_content(text), sender=None)
        self.world.updates.add("channel_post", dict(entry.message), channel.id)
        return entry

    def inject_raw_update(self, fields: Json, chat_id: int = 0) -> Json:
        """Queue an update of any form, as a future Telegram might send it."""
        return self.world.updates.add_raw(fields, chat_id, USUAL_LIFE)
