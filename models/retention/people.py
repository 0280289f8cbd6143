"""People: erases those whose last file ended long enough ago. The file that is kept the longest decides.

    refused, withdrawn, expired ──`refused` days──▶ erased          finished ──`participant` days──▶ erased

People with an open file are never touched. models/people/erasure.py says what erasing does.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.sqltypes import UTCDateTime

from models.applications.application import Application, Stage
from models.office_file import Retention
from models.people.erasure import Erasure, erase

REFUSED = (Stage.REJECTED, Stage.REJECTED_FINAL, Stage.WITHDRAWN, Stage.EXPIRED)
ENDED = (*REFUSED, Stage.CLOSED)
FILE, ANOTHER = Application, aliased(Application)


def refused(days: Retention) -> Sequence[Any]:
    """Return the conditions of refused or withdrawn files of people of whom no file is kept longer."""
    later = and_(col(ANOTHER.stage).in_(REFUSED), _is_later(ANOTHER, FILE))
    finished = and_(col(ANOTHER.stage) == Stage.CLOSED, _finished_outlasts(ANOTHER, FILE, days))
    return (col(FILE.stage).in_(REFUSED), *_is_kept_longest(or_(later, finished)))


def participants(days: Retention) -> Sequence[Any]:
    """Return the conditions of closed files of people of whom no file is kept longer."""
    later = and_(col(ANOTHER.stage) == Stage.CLOSED, _is_later(ANOTHER, FILE))
    refused = and_(col(ANOTHER.stage).in_(REFUSED), ~_finished_outlasts(FILE, ANOTHER, days))
    return (col(FILE.stage) == Stage.CLOSED, *_is_kept_longest(or_(later, refused)))


def _is_kept_longest(outlasts: Any) -> Sequence[Any]:
    is_open = col(ANOTHER.stage).not_in(ENDED)
    others = select(ANOTHER.id).where(ANOTHER.person_id == FILE.person_id, or_(is_open, outlasts))
    erased = select(Erasure.id).where(col(Erasure.person_id) == FILE.person_id)
    return (~others.correlate(FILE).exists(), ~erased.correlate(FILE).exists())


def _is_later(one: Any, other: Any) -> Any:
    """Is one moved later? At equal moments the higher number decides, so exactly one is the last."""
    at_once = and_(col(one.moved_at) == col(other.moved_at), col(one.id) > col(other.id))
    return or_(col(one.moved_at) > col(other.moved_at), at_once)


def _finished_outlasts(closed: Any, refused: Any, days: Retention) -> Any:
    """Always reckoned from the refused one, so that of two files never both outlast each other."""
    return col(closed.moved_at) >= days_after(refused.moved_at, days.refused - days.participant)


class days_after(FunctionElement[datetime]):
    """`days_after(column, -365)`: a moment so many days of 24 hours later, reckoned by the database."""

    type = UTCDateTime()
    inherit_cache = True

    def __init__(self, column: Any, days: int) -> None:
        super().__init__(column, days)


@compiles(days_after, "sqlite")
def _as_stored(element: days_after, compiler: Any, **how: Any) -> str:
    """Write the moment as SQLAlchemy stores it; SQLite calculates in milliseconds."""
    column, days = (compiler.process(part, **how) for part in element.clauses)
    return f"(strftime('%Y-%m-%d %H:%M:%f', {column}, {days} || ' days') || '000')"


@compiles(days_after, "postgresql")
def _as_interval(element: days_after, compiler: Any, **how: Any) -> str:
    column, days = (compiler.process(part, **how) for part in element.clauses)
    return f"({column} + make_interval(hours => 24 * {days}))"


async def erase_people(session: AsyncSession, people: Sequence[int], now: datetime) -> None:
    for person_id in people:
        await erase(session, person_id, by=None, now=now)
