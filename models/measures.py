"""Measures: how much one account may ask of others in a day, so that no single hand fills the desks of an office.

The rows that exist already are counted; nothing is written beside them, and so nothing is forgotten by a restart.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

DAY = timedelta(days=1)


class Asked(StrEnum):
    """What is measured."""

    HELP = "help"
    """Words, voice notes and files for staff."""
    FILES = "files"
    """Registrations."""
    PERMISSIONS = "permissions"
    """Questions to others whether one may help them."""
    PERMISSIONS_OF_ONE = "permissions of one"
    """The same, as whoever is asked feels it."""
    INVITATIONS = "invitations"
    """Invitations into an office."""
    PAPERS = "papers"
    """Files to fetch, up to 20 MB each."""


class Measure(NamedTuple):
    """At most `most` rows of `table` in a day whose column `whose` names one; `at` says when each was made."""

    most: int
    table: str
    whose: str
    at: str


MEASURES = {
    # An album of ten pictures is ten requests; somebody in need writes in many short messages.
    Asked.HELP: Measure(30, "help_request", "account_id", "asked_at"),
    # A companion who registers a hamlet in a day. A whole village is registered by staff, who are not measured here.
    Asked.FILES: Measure(25, "application", "account_id", "submitted_at"),
    Asked.PERMISSIONS: Measure(15, "permission", "account_id", "made_at"),
    # Three of a family, and one who asks twice. Whoever is asked more often hears the rest tomorrow.
    Asked.PERMISSIONS_OF_ONE: Measure(4, "permission", "person_id", "made_at"),
    # The whole office of a province, on the day it begins.
    Asked.INVITATIONS: Measure(40, "invitation", "made_by", "made_at"),
    # Some six papers for each file, sent twice, for a few people.
    Asked.PAPERS: Measure(60, "parcel", "lane", "made_at"),
}


async def is_full(session: AsyncSession, what: Asked, whose: int, now: datetime) -> bool:
    """Has this one reached the measure of a day? One statement, whatever the answer."""
    measure = MEASURES[what]
    columns = SQLModel.metadata.tables[measure.table].c
    since = columns[measure.at] > now - DAY
    some = select(columns[measure.whose]).where(columns[measure.whose] == whose, since).limit(measure.most).subquery()
    count = await (await session.connection()).execute(select(func.count()).select_from(some))
    return bool(count.scalar_one() >= measure.most)
