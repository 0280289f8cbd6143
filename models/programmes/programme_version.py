"""An edition: a programme as its file read on a day. An application keeps the edition it was made under.

data/ ──read at the start──▶ Catalogue ──enter──▶ a row for each office, an edition for each programme that changed
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlalchemy import UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import insert_for
from models.offices.office import LEVELS, Office
from models.programmes.catalogue import Catalogue
from models.programmes.programme_file import Programme


class ProgrammeVersion(SQLModel, table=True):
    __tablename__ = "programme_version"
    __table_args__ = (UniqueConstraint("programme", "digest", name="ux_programme_version_programme_digest"),)

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(index=True)
    digest: str
    content: str
    seen_at: datetime


async def enter(session: AsyncSession, catalogue: Catalogue, now: datetime) -> None:
    """Write down the programmes as they read now, and the offices behind them; what is known stays as it is."""
    offices = [
        {
            "key": office.key,
            "name": office.name.id,
            "level": LEVELS[office.level],
            "region": office.region,
            "receipt_prefix": office.receipt_prefix,
        }
        for office in catalogue.office.offices
    ]
    editions = [
        {"programme": one.key, "digest": one.digest, "content": one.canonical, "seen_at": now} for one in catalogue
    ]
    await _enter(session, Office, offices, ["key"])
    await _enter(session, ProgrammeVersion, editions, ["programme", "digest"])


async def _enter(session: AsyncSession, table: type[SQLModel], rows: Sequence[dict[str, Any]], key: list[str]) -> None:
    connection = await session.connection()
    new = insert_for(connection.dialect.name)(table).on_conflict_do_nothing(index_elements=key)
    await connection.execute(new, rows)


async def remember_former(session: AsyncSession, catalogue: Catalogue) -> None:
    """Give the catalogue the programmes whose files are gone, by their newest edition that this release can read."""
    question = select(ProgrammeVersion.programme, ProgrammeVersion.content).order_by(col(ProgrammeVersion.id).desc())
    for key, content in await session.exec(
        question.where(col(ProgrammeVersion.programme).not_in([one.key for one in catalogue]))
    ):
        if key not in catalogue.former and (programme := _as_it_was(content)):
            catalogue.former[key] = programme


def _as_it_was(content: str) -> Programme | None:
    try:
        return Programme.of_canonical(content)
    except ValidationError:
        return None


NUMBER = select(ProgrammeVersion.id).where(
    col(ProgrammeVersion.programme) == bindparam("programme"), col(ProgrammeVersion.digest) == bindparam("digest")
)


async def number_of(session: AsyncSession, programme: Programme) -> int:
    """Return the number of the edition that a programme reads as now; it was entered at the start."""
    asked = {"programme": programme.key, "digest": programme.digest}
    return int((await (await session.connection()).execute(NUMBER, asked)).scalar_one())
