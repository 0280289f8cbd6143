"""A paper in somebody's file: which one, where its encrypted copy lies, and what the first look said of it."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.secrets import sealed


class Document(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    application_id: int = Field(foreign_key="application.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    kind: str
    parcel_id: int | None = Field(default=None, foreign_key="parcel.id", unique=True)
    stored_as: str
    media_type: str
    size: int
    advice: Any = sealed("document.advice", default=None)
    given_at: datetime
