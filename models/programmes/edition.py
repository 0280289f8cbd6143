"""An edition: a programme as its file read on a day. An application keeps the edition it was made under."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Edition(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("programme", "digest", name="ux_edition_programme_digest"),)

    id: int | None = Field(default=None, primary_key=True)
    programme: str = Field(index=True)
    digest: str
    content: str
    seen_at: datetime
