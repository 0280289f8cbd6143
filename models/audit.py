"""The audit log: who did what to which thing, when and why. Rows are only ever added."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from models.secrets import sealed


class Audit(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    by: str
    act: str = Field(index=True)
    thing: str
    thing_id: int | None = Field(default=None, index=True)
    was: str | None = None
    became: str | None = None
    note: Any = sealed("audit.note", default=None)
