"""A request for help: the words somebody left for staff, with a reference they can quote."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from models.columns import word
from models.secrets import sealed


class HelpState(StrEnum):
    OPEN = "open"
    ANSWERED = "answered"


class HelpRequest(SQLModel, table=True):
    __tablename__ = "help_request"

    id: int | None = Field(default=None, primary_key=True)
    reference: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    chat_id: int = Field(sa_type=BigInteger)
    kind: str = "text"
    words: Any = sealed("help_request.words", default=None)
    parcel_id: int | None = Field(default=None, foreign_key="parcel.id")
    no_calls: bool = False
    state: HelpState = word(HelpState, HelpState.OPEN, index=True)
    asked_at: datetime
    promised_at: datetime
