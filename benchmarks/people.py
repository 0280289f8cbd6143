"""Simulates people: each plays a journey in a closed loop, answering a question the moment it arrives.

ready in Telegram's queue ──▶ … the bot … ──▶ the expected question arrives (seen) ──▶ Telegram answered (settled)
└──────────── reply latency, the headline ──────────────────────────────────┘
"""

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import chain
from time import perf_counter
from typing import Any, NamedTuple

from orjson import Fragment

from benchmarks.journey import Compiled

FIRST_ID = 900_000_001


class Said(NamedTuple):
    """A message of the bot: its text, the data of its buttons, its keyboard (menu, contact or none), and its JSON."""

    text: str
    buttons: tuple[str, ...]
    keyboard: str
    message: bytes


class Person:
    """One person: where they stand in the journey, what they saw last, and when they last did something."""

    __slots__ = ("done_at", "id", "last", "step")

    def __init__(self, number: int) -> None:
        self.id, self.step, self.done_at = number, 0, 0.0
        self.last: Said | None = None


class Crowd:
    """Runs `people` of them concurrently until `journeys` are complete, and collects the figures."""

    def __init__(
        self, steps: Sequence[Compiled], tell: Callable[[dict[str, Any]], None], first: int = FIRST_ID
    ) -> None:
        self._steps, self._tell = steps, tell
        self._left = 0
        self._next_id = first
        self.people: dict[int, Person] = {}
        self.by_step: list[list[float]] = [[] for _ in steps]
        self.settled: list[float] = []
        self.moments: list[float] = []
        self.asides: Counter[int] = Counter()
        self.finished = 0
        self.extra = 0
        self.over: Callable[[], None] = lambda: None

    def expect(self, journeys: int, over: Callable[[], None]) -> None:
        """Reset the measurements; `over` is called when so many more journeys have ended."""
        self.by_step = [[] for _ in self._steps]
        self.settled, self.moments = [], []
        self.asides.clear()
        self._left, self.over, self.finished = journeys, over, 0
        self._begun = 0

    def begin(self) -> None:
        """Start one more person, if there are journeys left to begin."""
        if self._begun < self._left:
            self._begun += 1
            person = Person(self._next_id)
            self._next_id += 1
            self.people[person.id] = person
            self._do(person)

    def hear(self, chat: int, said: Said) -> float | None:
        """Receive a message of the bot; returns since when they waited, None if it is no next question."""
        person = self.people.get(chat)
        if person is None:
            self.extra += 1
            return None
        if not is_expected(self._steps[person.step], said):
            self.asides[person.step] += 1
            return None
        waited_since, person.last = person.done_at, said
        self.moments.append(perf_counter())
        self.by_step[person.step].append(self.moments[-1] - waited_since)
        person.step += 1
        if person.step < len(self._steps):
            self._do(person)
        else:
            self._end(person)
        return waited_since

    def _end(self, person: Person) -> None:
        del self.people[person.id]
        self.finished += 1
        if self.finished == self._left:
            self.over()
        else:
            self.begin()

    def _do(self, person: Person) -> None:
        step = self._steps[person.step]
        person.done_at = perf_counter()
        self._tell(press(person, step) if step.presses else words(person, step.says))

    @property
    def seen(self) -> list[float]:
        """Return the seconds of every reply."""
        return list(chain.from_iterable(self.by_step))

    @property
    def alone(self) -> list[float]:
        """Return the seconds of the replies that are one message: no other message comes before it at that step."""
        return list(chain.from_iterable(times for step, times in enumerate(self.by_step) if not self.asides[step]))

    def stuck(self) -> dict[str, int]:
        """Describe for a report how many people wait at which step."""
        return dict(Counter(self._named(person.step) for person in self.people.values()))

    def _named(self, number: int) -> str:
        step = self._steps[number]
        return f"{number + 1} {step.presses.pattern if step.presses else step.says}"


def is_expected(step: Compiled, said: Said) -> bool:
    if step.menu or step.contact:
        return said.keyboard == ("contact" if step.contact else "menu")
    if step.button is not None:
        return any(map(step.button.search, said.buttons))
    return step.words is not None and step.words.search(said.text) is not None


def user(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "is_bot": False,
        "first_name": "Sari",
        "last_name": f"Nomor {number}",
        "username": f"sari{number}",
        "language_code": "id",
    }


def chat_of(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "first_name": "Sari",
        "last_name": f"Nomor {number}",
        "username": f"sari{number}",
        "type": "private",
    }


def words(person: Person, text: str) -> dict[str, Any]:
    """Return the update of a typed message."""
    message = {
        "message_id": 2 * person.step + 1,
        "from": user(person.id),
        "chat": chat_of(person.id),
        "date": 1_790_000_000,
        "text": text,
    }
    if text.startswith("/"):
        message["entities"] = [{"offset": 0, "length": len(text.split(maxsplit=1)[0]), "type": "bot_command"}]
    return {"message": message}


def press(person: Person, step: Compiled) -> dict[str, Any]:
    """Return the update of a pressed button; if there is no such button, the first is pressed, which gets stuck."""
    assert step.presses is not None and person.last is not None
    offered = person.last.buttons or ("?",)
    data = next(filter(step.presses.search, offered), offered[0])
    return {
        "callback_query": {
            "id": str(person.id * 100 + person.step),
            "from": user(person.id),
            "message": Fragment(person.last.message),
            "chat_instance": str(person.id),
            "data": data,
        }
    }
