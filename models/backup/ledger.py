"""The ledger of erasures: people who must stay erased when an older backup is restored.

It is kept beside the database and beside the backups, one line for each erased person, and tells nothing about them: a
number and the moment the row was made. Both must fit, for after a loss the numbers are given out again.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.in_array import in_array
from models.people.erasure import Erasure
from models.people.person import Person

NAME = "erasures.txt"
ENTRY = re.compile(r"(?P<person>\d+) (?P<made>\d{4}-\d\d-\d\dT[\d:.]+\+00:00)")


@dataclass(frozen=True, slots=True, order=True)
class LedgerEntry:
    """One erased person: the number of the row, and when it was made (UTC)."""

    person_id: int
    made_at: str

    def __str__(self) -> str:
        return f"{self.person_id} {self.made_at}"


def _moment(at: datetime) -> str:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def read(path: Path) -> set[LedgerEntry]:
    """Return the lines of a ledger; none where there is no file. A line that a kill cut short is none."""
    if not path.exists():
        return set()
    found = (ENTRY.fullmatch(line) for line in path.read_text(encoding="utf-8").split("\n"))
    return {LedgerEntry(int(line["person"]), line["made"]) for line in found if line}


def add(path: Path, lines: Iterable[LedgerEntry]) -> int:
    """Add what is not there yet, so that it survives a power cut; returns how many."""
    new = sorted(set(lines) - read(path))
    if new:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            is_cut = file.seek(0, os.SEEK_END) > 0 and _last_byte(path) != b"\n"
            file.write(b"\n" * is_cut + "".join(f"{line}\n" for line in new).encode())
            file.flush()
            os.fsync(file.fileno())
    return len(new)


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)


async def erasures_since(session: AsyncSession, after: int = 0) -> tuple[list[LedgerEntry], int]:
    """Return the erasures in the database behind the `after`th, and the number of the newest."""
    question = (
        select(Erasure.id, Erasure.person_id, Person.created_at)
        .join(Person, col(Person.id) == Erasure.person_id)
        .where(col(Erasure.id) > after)
        .order_by(col(Erasure.id))
    )
    rows = list(await session.exec(question))
    lines = [LedgerEntry(person_id, _moment(made_at)) for _id, person_id, made_at in rows]
    return lines, (rows[-1][0] or after) if rows else after


async def restored_people(session: AsyncSession, lines: Iterable[LedgerEntry]) -> list[int]:
    """Return the people of a ledger that an older backup restored."""
    wanted = set(lines)
    gone = set(await session.exec(select(Erasure.person_id)))
    numbers = sorted({line.person_id for line in wanted} - gone)
    question = select(Person.id, Person.created_at).where(in_array(col(Person.id), "numbers"))
    found = await session.exec(question, params={"numbers": numbers})
    return sorted(number for number, made_at in found if number and LedgerEntry(number, _moment(made_at)) in wanted)
