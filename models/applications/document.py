"""A document in an application: its kind, the name of its encrypted file, and the advice of the first check."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.encrypted import PINNED, EncryptedRow, encrypted


class Document(EncryptedRow, table=True):
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True, sa_column_kwargs=PINNED)
    person_id: int = Field(foreign_key="person.id", index=True, sa_column_kwargs=PINNED)
    kind: str
    download_id: int | None = Field(default=None, foreign_key="file_download.id", unique=True)
    stored_as: str = Field(sa_column_kwargs=PINNED)
    media_type: str
    size: int
    advice: Any = encrypted("document.advice")
    given_at: datetime


async def documents_of(session: AsyncSession, application_id: int) -> list[Document]:
    """Return the papers in a file, in the order in which they came."""
    question = select(Document).where(Document.application_id == application_id).order_by(col(Document.id))
    return list(await session.exec(question))
