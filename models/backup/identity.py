"""The identity of a database: a random text, made once with its tables; backups carry it, and a restore keeps it."""

from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Identity(SQLModel, table=True):
    """Its only row identifies this database, independent of file or server names."""

    id: str = Field(primary_key=True)


async def identity_of(session: AsyncSession) -> str:
    """32 hexadecimal digits."""
    return (await session.exec(select(Identity.id))).one()
