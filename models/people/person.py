"""A person the office serves. What identifies or describes them is encrypted; names and NIK are found by hash."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, LargeBinary, func, text
from sqlmodel import Field, SQLModel

from models.columns import enum_column
from models.encrypted import EncryptedRow, encrypted
from models.people.born import Born
from models.people.disability import Disability

CARD_SEEN = text("card_seen_at IS NOT NULL")


class NoNik(StrEnum):
    """Why a person has no NIK to give."""

    NOT_YET = "not_yet"
    LOST = "lost"
    IN_PROCESS = "in_process"
    IN_PHOTO = "in_photo"
    """It is to be read from the photo of the card: the person cannot, or does not want to, type it."""


ERASED_NAME = ""
"""The name of an erased person."""


class Person(EncryptedRow, table=True):
    """A NIK is unique only among people whose card an officer has seen: a typed NIK proves nothing."""

    __table_args__ = (
        Index("ux_person_nik_seen", "nik_hash", unique=True, sqlite_where=CARD_SEEN, postgresql_where=CARD_SEEN),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: Any = encrypted("person.name")
    birth_date: Any = encrypted("person.birth_date")
    regency: str = Field(index=True)
    district: str | None = None
    village: str | None = None
    village_text: Any = encrypted("person.village_text", default=None)
    phone: Any = encrypted("person.phone", default=None)
    phone_hash: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)
    needs: Any = encrypted("person.needs", default=None)
    nik: Any = encrypted("person.nik", default=None)
    nik_hash: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)
    nik_findings: Any = encrypted("person.nik_findings", default=None)
    no_nik: NoNik | None = enum_column(NoNik, None, nullable=True)
    alike_hash: bytes | None = Field(default=None, sa_type=LargeBinary, index=True)
    disabilities: Any = encrypted("person.disabilities", default=None)
    card_seen_at: datetime | None = None
    unsorted_since: datetime | None = None
    """Since when the person wants no sorting by the bot; a person of staff looks instead."""
    created_at: datetime
    changed_at: datetime

    @property
    def is_erased(self) -> bool:
        return bool(self.name == ERASED_NAME)

    @property
    def born(self) -> Born:
        return Born.of(self.birth_date)

    @property
    def disability_kinds(self) -> frozenset[Disability] | None:
        """What the person named; None where nothing was asked yet, or no answer was wanted."""
        return frozenset(map(Disability, (self.disabilities or {}).get("kinds", []))) or None


def lives_in(region: str) -> Any:
    """Return the condition that a person lives in a region (its code): the same rule as
    models.offices.authority.is_within."""
    return func.coalesce(Person.district, Person.regency).startswith(region, autoescape=True)


class NameWord(SQLModel, table=True):
    """One key of a person's name (models/people/spelling.py) as a keyed hash: how staff find people in any spelling."""

    __tablename__ = "name_word"

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    word_hash: bytes = Field(sa_type=LargeBinary, primary_key=True, index=True)
