"""The identity of a database: a random text, made once with its tables; backups carry it, and a restore keeps it."""

from sqlmodel import Field, SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession


class Identity(SQLModel, table=True):
    """The only row says which database this is, whatever its file or its server is called."""

    id: str = Field(primary_key=True)


async def identity_of(session: AsyncSession) -> str:
    """32 hexadecimal digits."""
    return (await session.exec(select(Identity.id))).one()
