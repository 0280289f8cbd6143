"""Measures whether response times tell if a number or code exists: guesses that hit and that miss, alternately.

python -m benchmarks.guessing              1,000 people, 400 guesses of each kind, on both databases
python -m benchmarks.guessing --quick      100 of each

Every guess comes from an account of its own, so that no limit is met; the limits are what an attacker meets first
(models/failed_attempts.py: 5 a day for an account). Timed is the transaction, from the item in the inbox to the
commit of the answer: a person at a phone measures the same behind a network and a rate limit that hide far more.

"longer" is how often a guess that hits takes longer than one that misses (Mann-Whitney, over all pairs): 0.5 tells
nothing, 1.0 everything. The control compares misses with misses: what it shows is the noise of the machine. Goal: hits
stay within 0.05 of the control's own distance, plus 0.05.
"""

import argparse
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

import uvloop
from sqlmodel import func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from benchmarks.bots import workplace
from benchmarks.fill_registry import number_of, settle
from benchmarks.in_process import InProcessBot, in_process_bot
from benchmarks.people import Person, words
from benchmarks.postgres import Postgres, postgres
from models import failed_attempts
from models.offices.authority import Role
from models.offices.office import Office
from models.offices.staff import Staff, appoint
from models.people import permission
from models.people.account import Account

PEOPLE, WARM_UP, FREE = 1_000, 40, 2_000
STRANGERS = 700_000_000
FIRST_UPDATE = 2_000_000_000
NOTICEABLE = 0.05
CODE = "ABCD2345"
KINDS = ("hit", "miss", "control")
Guess = Callable[["Town", str, int], Awaitable[list[str]]]


class Town:
    """A filled registry with the bot on it, and strangers who guess."""

    def __init__(self, instance: InProcessBot) -> None:
        self.instance, self._updates, self._strangers = instance, FIRST_UPDATE, STRANGERS

    async def turn(self, stranger: Person, said: str) -> float:
        """Measure the seconds of one transaction of the bot."""
        self._updates += 1
        await self.instance.bot.receiver.store([{"update_id": self._updates} | words(stranger, said)])
        began = perf_counter()
        taken = await self.instance.bot.processor.process_batch()
        took = perf_counter() - began
        assert taken == 1, taken
        while await self.instance.bot.sender.once():
            pass
        return took

    async def guess(self, steps: Sequence[str]) -> float:
        """Let a new account send these updates; returns the seconds of the last transaction."""
        self._strangers += 1
        stranger = Person(self._strangers)
        for step in steps[:-1]:
            await self.turn(stranger, step)
        return await self.turn(stranger, steps[-1])


async def check(_town: Town, kind: str, turn: int) -> list[str]:
    """Guess a receipt number, with a wrong kode cek."""
    return ["/cek", f"{number(kind, turn)} {CODE}"]


async def ask_by_number(_town: Town, kind: str, turn: int) -> list[str]:
    """Guess a receipt number when asking to help its applicant."""
    return ["/keluarga", "2", "Budi Contoh", number(kind, turn), "1", "1"]


async def an_officer(session: AsyncSession) -> Staff:
    """Return an officer with a post at the counter; the first call creates one."""
    if (post := (await session.exec(select(Staff))).first()) is not None:
        return post
    account = (await session.exec(select(Account))).first()
    office = (await session.exec(select(Office.key))).first()
    assert account is not None and office is not None
    how = {"office": office, "role": Role.OPERATOR, "region": "64"}
    return await appoint(session, account, "Wati", **how, now=account.created_at)


async def code(town: Town, kind: str, turn: int) -> list[str]:
    """Guess a consent code, with a wrong birth date."""
    # A code is made for a miss too, and not used: so both kinds follow the same write.
    async with town.instance.bot.store.transaction() as session:
        now = town.instance.bot.now()
        made = await permission.code_for_new_phone(session, 2 + turn % (PEOPLE - 2), await an_officer(session), now=now)
    tried = made if kind == "hit" else made[::-1]
    return [f"/start k-{tried}", "17-8-1945"]


def number(kind: str, turn: int) -> str:
    """Return a number that exists, or one that does not."""
    return number_of(2 + turn % (PEOPLE - 2) if kind == "hit" else PEOPLE + 1 + turn % FREE + FREE * KINDS.index(kind))


GUESSES: dict[str, Guess] = {"/cek": check, "asking by number": ask_by_number, "code and birth date": code}


class Told(NamedTuple):
    """The statistics of one kind of guess."""

    hit: float
    miss: float
    longer: float
    control: float

    @property
    def is_hidden(self) -> bool:
        return abs(self.longer - 0.5) <= abs(self.control - 0.5) + NOTICEABLE


def longer(ones: Sequence[float], others: Sequence[float]) -> float:
    """Return the share of all pairs in which the one is larger than the other; a tie counts half."""
    others = sorted(others)
    wins = sum(bisect_left(others, one) + bisect_right(others, one) for one in ones) / 2
    return wins / (len(ones) * len(others))


async def compare(town: Town, guess: Guess, turns: int) -> Told:
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for turn in range(WARM_UP + turns):
        for shift in range(len(KINDS)):
            kind = KINDS[(turn + shift) % len(KINDS)]  # none of them always comes first
            times[kind].append(await town.guess(await guess(town, kind, turn)))
    hit, miss, control = (times[kind][WARM_UP:] for kind in KINDS)
    return Told(1000 * median(hit), 1000 * median(miss), longer(hit, miss), longer(control, miss))


async def measure(folder: Path, database: Postgres | None, turns: int) -> bool:
    """Print a line for each kind of guess; returns whether all of them reveal nothing."""
    url = database.fresh() if database else f"sqlite:///{folder / 'sapa.db'}"
    well = True
    async with in_process_bot(url, folder) as instance:
        await instance.walk(1, 1)
        settle(url, instance.bot.store.keyring, PEOPLE)
        town = Town(instance)
        for name, guess in GUESSES.items():
            told = await compare(town, guess, turns)
            print(line("PostgreSQL" if database else "SQLite", name, told), flush=True)
            well = well and told.is_hidden
        await check_counted(instance, len(GUESSES) * len(KINDS) * (WARM_UP + turns))
    return well


async def check_counted(instance: InProcessBot, guesses: int) -> None:
    """Check that each was answered as a failed attempt: none was misread or refused."""
    async with instance.bot.store.read_only() as session:
        assert (await session.exec(select(func.count()).select_from(failed_attempts.FailedAttempt))).one() == guesses


def line(store: str, name: str, told: Told) -> str:
    figures = f"{told.hit:.2f} | {told.miss:.2f} | {told.longer:.3f} | {told.control:.3f}"
    return f"| {store} | {name} | {figures} | {'met' if told.is_hidden else '**missed**'} |"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true")
    options.add_argument("--store", default="sqlite,postgresql")
    options.add_argument("--turns", type=int)
    chosen = options.parse_args()
    print("| store | guess | hit ms | miss ms | longer | control | |", "|---|---|---:|---:|---:|---:|---|", sep="\n")
    well = True
    for store in chosen.store.split(","):
        with ExitStack() as stack:
            folder = stack.enter_context(workplace())
            database = stack.enter_context(postgres()) if store == "postgresql" else None
            turns = chosen.turns or (100 if chosen.quick else 400)
            well = uvloop.run(measure(folder, database, turns)) and well
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
