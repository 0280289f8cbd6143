"""An office: a Dinas of a province or a kabupaten/kota, a UPTD, or a partner. It owns programmes and staff."""

from enum import StrEnum

from sqlmodel import Field, SQLModel

from models.columns import enum_column


class OfficeLevel(StrEnum):
    PROVINCE = "province"
    REGENCY = "regency"
    UPTD = "uptd"
    PARTNER = "partner"


LEVELS = {
    "province": OfficeLevel.PROVINCE,
    "city": OfficeLevel.REGENCY,
    "regency": OfficeLevel.REGENCY,
    "unit": OfficeLevel.UPTD,
    "partner": OfficeLevel.PARTNER,
}
"""The words of the office file."""


class Office(SQLModel, table=True):
    """The row behind an entry of the office file; `key` is the file's word for it."""

    key: str = Field(primary_key=True)
    name: str
    level: OfficeLevel = enum_column(OfficeLevel)
    region: str
    receipt_prefix: str | None = None


class RunningNumber(SQLModel, table=True):
    """The last running number given out by an office in a year, for receipts and references."""

    __tablename__ = "running_number"

    series: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int
