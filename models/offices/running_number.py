"""Running numbers: the next one of a series in a year, given out once, whoever asks at the same time."""

from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from models import store
from models.offices.office import Counter


async def next_number(session: AsyncSession, series: str, year: int) -> int:
    """The next number of a series, from 1, in one statement; a turn that is rolled back gives it back."""
    await store.one_at_a_time(session, "numbers")  # of two series taken crosswise, two turns would wait in a circle
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else pg_insert
    first = insert(Counter).values(series=series, year=year, last=1)
    counted = first.on_conflict_do_update(index_elements=["series", "year"], set_={"last": Counter.last + 1})
    return int((await (await session.connection()).execute(counted.returning(col(Counter.last)))).scalar_one())
