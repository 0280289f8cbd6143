"""Reads rows of which some may not be intact: a list leaves those out and says so in the log."""

import itertools
from collections.abc import Sequence
from typing import Any

import structlog
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from models.encrypted import NotIntact, not_raising

log = structlog.get_logger()


def damage_of(row: Any) -> NotIntact | None:
    """Return the first value of an entity, or of a row of entities, that does not fit the row in which it stands."""
    values = [value for one in entities(row) for value in vars(one).values()]
    return next((value for value in values if isinstance(value, NotIntact)), None)


def entities(row: Any) -> list[SQLModel]:
    return [one for one in ([row] if isinstance(row, SQLModel) else row) if isinstance(one, SQLModel)]


async def intact_rows(session: AsyncSession, question: Any) -> list[Any]:
    """Return the rows of a list, without those that are not intact: one of them does not keep the others from staff."""
    with not_raising():
        rows: Sequence[Any] = (await session.exec(question)).all()
    problems = [str(problem) for row in rows if (problem := damage_of(row))]
    if not problems:
        return list(rows)
    log.error("Rows were left out of a list.", count=len(problems), problems=problems)
    kept = [row for row in rows if not damage_of(row)]
    for one in itertools.chain.from_iterable(map(entities, rows)):
        if damage_of(one) and one in session:
            session.expunge(one)  # a caller that asks for it by its number gets NotIntact
    return kept
