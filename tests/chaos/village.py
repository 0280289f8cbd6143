"""A village of people who register through the sandbox, each answering what the bot asks, again and again.

    person ──/daftar──▶ answers each question ──▶ receipt ──▶ /daftar …   until the village is told to finish

A person answers what they see: the same message twice is answered once, as somebody at a phone would.
"""

import asyncio
import time
from dataclasses import dataclass, field
from itertools import takewhile

from bot.sandbox import Entry, Person, Sandbox
from tests.journey import Finished, Reply, Tap, answer_to

SILENCE, LONG_SILENCE = 180.0, 300.0
"""Seconds that nobody need wait for an answer: seven failures of one message in a row take 160 with what is between
them, which one in a hundred thousand meets where every fifth call fails; longer only where hangs of 30 s add up."""


@dataclass
class Villager:
    """One person and what they have seen so far."""

    person: Person
    receipts: list[str] = field(default_factory=list)
    journeys: int = 0
    seen: int = 0
    acts: int = 0
    waits: list[float] = field(default_factory=list)
    asked_at: float = 0
    patience: float = SILENCE
    reading: float = 0
    """Seconds that they take to read a message before they answer."""

    async def live(self, enough: asyncio.Event) -> None:
        """Make journeys until it is enough; the one under way is always finished."""
        while not enough.is_set() or not self.journeys:
            await self._journey()
            self.journeys += 1

    async def _journey(self) -> None:
        self._do(Reply("/daftar" if self.journeys else "/start"))
        while True:
            message = await self._next()
            keys = message.phone.get("keyboard")
            name = f"Warga {letters(self.person.id)} {letters(self.journeys)}"
            act = answer_to(message.text, message.buttons, name=name, keys=keys)
            if isinstance(act, Finished):
                if act.number in self.receipts:
                    continue  # it came again with its whole batch: they know it already
                self.receipts.append(act.number)
                return
            if act is not None:
                await asyncio.sleep(self.reading)
                self._do(act, message)

    def _do(self, act: Reply | Tap, message: Entry | None = None) -> None:
        self.acts += 1
        self.asked_at = time.monotonic()
        if isinstance(act, Tap) and message is not None:
            self.person.press(message.id, act.data)
        elif isinstance(act, Reply):
            self.person.send(act.text)

    async def _next(self) -> Entry:
        """The next message that is not just the last one again."""
        async with asyncio.timeout(self.patience):
            while True:
                newest = takewhile(lambda entry: entry.id > self.seen, self.person.chat.newest)
                for entry in reversed([entry for entry in newest if entry.from_bot]):
                    repeats = self._text_of(self.seen) == entry.text
                    self.seen = entry.id
                    if not repeats:
                        self.waits.append(time.monotonic() - self.asked_at)
                        return entry
                await asyncio.sleep(0.02)

    def _text_of(self, message_id: int) -> str | None:
        entry = self.person.chat.entry(message_id)
        return entry.text if entry else None


def letters(number: int) -> str:
    """A number as letters, because a name has none of the other kind."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


async def populate(sandbox: Sandbox, count: int, *, long: bool = False, reading: float = 0) -> list[Villager]:
    people = [sandbox.add_person(first_name=f"Warga{number}") for number in range(count)]
    return [Villager(person, patience=LONG_SILENCE if long else SILENCE, reading=reading) for person in people]
