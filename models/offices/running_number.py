"""Running numbers: the next one of a series in a year, given out exactly once."""

from functools import cache
from typing import Any

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import insert_for, separate_transaction
from models.offices.office import RunningNumber


async def next_number(session: AsyncSession, series: str, year: int) -> int:
    """Return the next number of a series, from 1.

    On PostgreSQL it is drawn in a separate transaction: in the update's own, no other process could draw one until it
    ends. So an update that fails may leave a gap.
    """
    async with separate_transaction(session) as connection:
        drawn = await connection.execute(upsert_statement(connection.dialect.name), {"series": series, "year": year})
        return int(drawn.scalar_one())


@cache
def upsert_statement(dialect: str) -> Any:
    first = insert_for(dialect)(RunningNumber).values(last=1)
    counted = first.on_conflict_do_update(index_elements=["series", "year"], set_={"last": RunningNumber.last + 1})
    return counted.returning(col(RunningNumber.last))
