"""The books must balance after everything: what people saw against what the database says."""

import asyncio
import contextlib
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.database import Database
from models.messaging.inbox import InboxItem, InboxState
from models.messaging.outbox import Call, CallState
from tests.chaos.village import Villager
from tests.stores import SECRET, open_store


@dataclass(frozen=True)
class Books:
    """What is counted at the end."""

    applications: int
    numbers: Counter[str] = field(repr=False)
    letters: Counter[str]
    calls: Counter[str]
    lost_answers: int
    repeats: int
    overtaken: int

    def faults(self, villagers: list[Villager]) -> list[str]:
        """Everything that does not balance, as sentences; empty when all is well."""
        receipts = Counter(number for villager in villagers for number in villager.receipts)
        acts = sum(villager.acts for villager in villagers)
        said = [
            (self.letters.total() >= acts, f"{self.letters.total()} updates stored of {acts}"),
            (self.overtaken == 0, f"{self.overtaken} messages overtook an earlier one of their chat"),
            (self.letters[InboxState.NEW] == 0, f"{self.letters[InboxState.NEW]} updates were never served"),
            (self.letters[InboxState.DEAD] == 0, f"{self.letters[InboxState.DEAD]} updates were set aside"),
            (not self.calls[CallState.QUEUED] + self.calls[CallState.SENDING], "messages were never sent"),
            (self.calls[CallState.FAILED] == 0, f"{self.calls[CallState.FAILED]} messages failed"),
            (max(receipts.values(), default=0) <= 1, "a receipt was given twice"),
            (receipts == self.numbers, f"{len(receipts)} receipts against {self.applications} applications"),
            (self.repeats <= self.lost_answers, f"{self.repeats} repeats against {self.lost_answers} lost answers"),
        ]
        return [sentence for holds, sentence in said if not holds]


async def balance(store: Database, villagers: list[Villager]) -> Books:
    async with store.read_only() as session:
        numbers = list(await session.exec(select(Application.number)))
        letters = (await session.exec(select(InboxItem.state, func.count()).group_by(InboxItem.state))).all()
        calls = (await session.exec(select(Call.state, func.count()).group_by(Call.state))).all()
        told = (await session.exec(select(func.count()).where(Call.method == "sendMessage"))).one()
        lost = (await session.exec(select(func.sum(col(Call.lost_answers))))).one() or 0
        return Books(
            len(numbers),
            Counter(numbers),
            Counter(dict(letters)),
            Counter(dict(calls)),
            int(lost),
            heard(villagers) - told,
            await overtaken(session),
        )


async def come_to_rest(database: str, secret: str = SECRET) -> None:
    """Until nothing waits in the inbox or the outbox; what never comes to rest is found by the books."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(30), open_store(database, secret) as store:
            while await waiting(store):
                await asyncio.sleep(0.2)


async def waiting(store: Database) -> int:
    async with store.read_only() as session:
        letters = await session.exec(select(func.count()).where(col(InboxItem.state) == InboxState.NEW))
        open_states = [CallState.QUEUED, CallState.SENDING]
        calls = await session.exec(select(func.count()).where(col(Call.state).in_(open_states)))
        return letters.one() + calls.one()


async def overtaken(session: AsyncSession) -> int:
    """Messages that reached a chat before one that was written for it earlier; a chat counts its messages upwards."""
    said = select(Call.chat_id, Call.message_id).where(col(Call.message_id).is_not(None), Call.method == "sendMessage")
    rows = (await session.exec(said.order_by(col(Call.chat_id), col(Call.id)))).all()
    return sum(one[0] == other[0] and one[1] > other[1] for one, other in pairwise(rows))


def heard(villagers: list[Villager]) -> int:
    """How many messages of the bot people have on their phones."""
    return sum(len(villager.person.received) for villager in villagers)
