"""Notices: what people are told unasked, who hears it, and when it is printed instead.

    what it is about ──audience_of──▶ accounts that can be reached · is the person among them? · who reads a letter

The texts stand in the features of handlers/, which tell them (handlers/notify.py).
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.applications.overview import newest_file, notification_recipients
from models.mydata import data_request as requests
from models.mydata.data_request import DataRequest
from models.offices.authority import Act, Where
from models.offices.staff import permitted_colleagues
from models.people.account import Account
from models.people.link import Link, own_accounts
from models.people.person import Person


class Category(StrEnum):
    """What a person can switch off, each alone: EVENT and PRIVACY_LOG. The others say why they always come."""

    EVENT = "event"
    PRIVACY_LOG = "privacy_log"
    ASKED = "asked"
    PROMISED = "promised"
    SECURITY = "security"
    LAW = "law"
    DUTY = "duty"


class QuietHours(StrEnum):
    """What a notice does that comes at a quiet time. There are no quiet hours yet: nothing waits for them today."""

    AFTER = "after"
    OFFICE_HOURS = "office_hours"
    STAFF_HOURS = "staff_hours"


class Print(StrEnum):
    """When a notice becomes a letter; with NOT_THE_PERSON also where a helper hears it."""

    NEVER = "never"
    NOBODY_HEARS = "nobody_hears"
    NOT_THE_PERSON = "not_the_person"


class Duty(NamedTuple):
    """Officers who may do this now: they are told that there is something to do, and never what it is about."""

    act: Act
    where: Where


About = Account | Link | Person | Application | DataRequest | Duty
"""What a notice is about; a link stands for its account."""


class Reader(NamedTuple):
    """Whom a letter is for, the office that prints it, and the number that its code leads to."""

    person_id: int
    office: str
    number: str | None


class Audience(NamedTuple):
    """Who hears of something, whether the person is among them, and the reference number of what it is about.

    `is_heard_by_person` is None where it concerns no person, but an account or a duty.
    """

    accounts: Sequence[Account]
    is_heard_by_person: bool | None = None
    reader: Reader | None = None
    number: str | None = None

    def without(self, actor: Account | None) -> list[Account]:
        """Leave out the account that acts; what is for an account or a duty reaches it in any case."""
        if actor is None or self.is_heard_by_person is None:
            return list(self.accounts)
        return [one for one in self.accounts if one.id != actor.id]

    def reads(self, prints: Print) -> Reader | None:
        """Return whom a letter is written to; None where all who must be told are reached in chats."""
        is_heard = bool(self.accounts if prints is Print.NOBODY_HEARS else self.is_heard_by_person)
        return None if is_heard or prints is Print.NEVER else self.reader


async def audience_of(session: AsyncSession, about: About, now: datetime) -> Audience:
    """Who is told. Of people only accounts that can be reached."""
    match about:
        case Account():
            return Audience([about])
        case Link():
            return Audience([await session.get_one(Account, about.account_id)])
        case Duty():
            return Audience(await permitted_colleagues(session, about.act, about.where))
        case Person():
            own, file = await _own(session, about.id or 0, now), await newest_file(session, about.id or 0)
            return Audience(own, bool(own), Reader(file.person_id, file.office, file.number) if file else None)
        case Application():
            own, hearing = await _own(session, about.person_id, now), await notification_recipients(session, about, now)
            return Audience(hearing, bool(own), Reader(about.person_id, about.office, about.number), about.number)
        case DataRequest():
            own, hearing = await _own(session, about.person_id, now), await requests.hearers(session, about, now)
            return Audience(hearing, bool(own), Reader(about.person_id, about.office, None), about.reference)


async def _own(session: AsyncSession, person_id: int, now: datetime) -> list[Account]:
    return [one for one in await own_accounts(session, person_id, now) if one.unreachable is None]
