"""The link between an account and a person: oneself, or somebody cared for, with scope, consent and an end."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.columns import word


class Relation(StrEnum):
    """For whom somebody writes."""

    SELF = "self"
    CHILD = "child"
    FAMILY = "family"
    COMPANION = "companion"


class Scope(StrEnum):
    """How far a caregiver may go. Until the person's own yes they see only what they typed themselves."""

    TYPED_ONLY = "typed_only"
    STATUS = "status"
    ACT = "act"


class Link(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("account_id", "person_id", name="ux_link_account_person"),)

    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    relation: Relation = word(Relation)
    scope: Scope = word(Scope)
    made_at: datetime
    agreed_at: datetime | None = None
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def holds(self, now: datetime) -> bool:
        return is_in_force(self, now)


def is_in_force(link: Any, now: datetime) -> bool:
    """Is a link, or a row with its `revoked_at` and `expires_at`, in force?"""
    return link.revoked_at is None and (link.expires_at is None or now < link.expires_at)
