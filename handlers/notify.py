"""Tell people something that they did not ask for just now: the one way, whatever it is about.

notify(context, about, notice, facts…)
    ├─ `notice`: one row for each kind, which stands beside the texts of its feature
    ├─ who hears it: the person's own accounts, helpers with that scope, who asked; never the account that acts now
    ├─ each in their language, form of address and reading mode ──▶ a message in the outbox
    └─ the person is not on Telegram ──▶ a printed letter with the reference number
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.wording import printed_letters
from handlers.wording.terms import address_of, number_for
from locales import gettext as _
from locales import speaking
from locales.times import date_words
from models.applications.application import Application
from models.applications.overview import newest_file, notification_recipients
from models.messaging.outbox import Priority
from models.mydata import data_request as requests
from models.mydata.data_request import DataRequest
from models.offices.authority import Act, Where
from models.offices.staff import permitted_colleagues
from models.people.account import Account
from models.people.link import Link, own_accounts
from models.people.person import Person
from models.scheduled import LATEST, ScheduledKind

Text = Sequence[str] | Callable[..., Sequence[str]]
"""Sentences of the catalogs, filled with the facts; or a function that makes the lines, in the language spoken."""
Facts = Mapping[str, Any]


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
    """When a notice becomes a letter."""

    NEVER = "never"
    NOBODY_HEARS = "nobody_hears"
    NOT_THE_PERSON = "not_the_person"
    """Also where a helper hears it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A kind of notice. `key` names its letters too: of one kind, reference and occasion there is one letter.

    `chat`: without it, it is only printed. `printed`: where paper says it in other words. `weight`: news of an act goes
    out beside the reply to it; what the clock brings to one chat goes out after replies. `hold`: how long an officer
    may undo what is told. `timer`: the occasion that brings it. `is_over`: is it no longer wanted? Asked when told.
    """

    key: str
    category: Category
    chat: Text = ()
    short: Text | None = None
    title: str = ""
    printed: Text | None = None
    prints: Print = Print.NEVER
    priority: Priority = Priority.REPLY
    hold: timedelta = timedelta(0)
    quiet: QuietHours = QuietHours.AFTER
    timer: ScheduledKind | None = None
    is_over: Callable[[Any, datetime], bool] = field(default=lambda _about, _now: False)

    @property
    def latest(self) -> timedelta | None:
        """How late it still makes sense; None: always."""
        return LATEST[self.timer] if self.timer else None


class Duty(NamedTuple):
    """Officers who may do this now: they are told that there is something to do, and never what it is about."""

    act: Act
    where: Where


class Reader(NamedTuple):
    """Whom a letter is for, and the office that prints it."""

    person_id: int
    office: str
    number: str | None


class Audience(NamedTuple):
    """Who hears of something, whether the person is among them, and the reference number of what it is about."""

    accounts: Sequence[Account]
    is_heard_by_person: bool = True
    reader: Reader | None = None
    number: str | None = None


class Told(NamedTuple):
    """What one message says."""

    facts: Facts
    choices: Sequence[Choice]
    number: str | None


About = Account | Link | Person | Application | DataRequest | Duty


async def notify(
    context: Context,
    about: About,
    notice: Notice,
    *,
    choices: Sequence[Choice] = (),
    occasion: str = "",
    number: str | None = None,
    **facts: Any,
) -> list[Account]:
    """Tell everybody whom it concerns, and return the accounts that are told. `choices`: for one account only.

    `number`: the reference number, where what it is about has none of its own.
    """
    if notice.is_over(about, context.now):
        return []
    audience = await audience_of(context, about)
    told = [one for one in audience.accounts if notice.chat and not is_acting(context, about, one)]
    for account in told:
        tell(context, account, notice, Told(facts, choices, audience.number or number))
    if must_be_printed(notice, audience):
        await write(context, audience, notice, occasion, facts)
    return told


async def audience_of(context: Context, about: About) -> Audience:
    """Only accounts that can be reached."""
    session, now = context.session, context.now
    match about:
        case Account():
            return Audience([about])
        case Link():
            return Audience([await session.get_one(Account, about.account_id)])
        case Duty():
            return Audience(await permitted_colleagues(session, about.act, about.where))
        case Person():
            own, file = await reachable_own(context, about.id or 0), await newest_file(session, about.id or 0)
            return Audience(own, bool(own), Reader(file.person_id, file.office, file.number) if file else None)
        case Application():
            own, hearing = (
                await reachable_own(context, about.person_id),
                await notification_recipients(session, about, now),
            )
            return Audience(hearing, bool(own), Reader(about.person_id, about.office, about.number), about.number)
        case DataRequest():
            own, hearing = await reachable_own(context, about.person_id), await requests.hearers(session, about, now)
            return Audience(hearing, bool(own), Reader(about.person_id, about.office, None), about.reference)


async def reachable_own(context: Context, person_id: int) -> list[Account]:
    own = await own_accounts(context.session, person_id, context.now)
    return [account for account in own if account.unreachable is None]


def is_acting(context: Context, about: About, account: Account) -> bool:
    """Is this the account whose act is told? What is for an account or a duty reaches it in any case."""
    here = context.work.account
    return not isinstance(about, Account | Link | Duty) and here is not None and here.id == account.id


def must_be_printed(notice: Notice, audience: Audience) -> bool:
    if audience.reader is None or notice.prints is Print.NEVER:
        return False
    return not (audience.accounts if notice.prints is Print.NOBODY_HEARS else audience.is_heard_by_person)


def tell(context: Context, account: Account, notice: Notice, told: Told) -> None:
    """Queue the message. Choices are remembered for the chat of this turn, where they can be typed too."""
    with speaking(account.language):
        number = number_for(account.mode, told.number) if told.number else None
        text = lines_of(context, notice.chat, told.facts, number=number, you=address_of(account))
        how: dict[str, Any] = {"to": account, "priority": notice.priority, "reference": told.number}
        how["short"] = "\n".join(lines_of(context, notice.short, told.facts)) if notice.short is not None else None
        how["not_before"] = context.now + notice.hold if notice.hold else None
        if told.choices:
            offer(context, "\n".join(text), told.choices, **how)
        else:
            context.send("\n".join(text), **how)


async def write(context: Context, audience: Audience, notice: Notice, occasion: str, facts: Facts) -> None:
    """Keep the letter, in the language of its reader; of the same occasion there is one."""
    reader = audience.reader
    assert reader is not None
    number = audience.number or reader.number
    with speaking(await printed_letters.language_for(context, reader.person_id)):
        lines = lines_of(context, notice.printed if notice.printed is not None else notice.chat, facts, number=number)
        key = f"{notice.key}:{number}" + (f":{occasion}" if occasion else "")
        await printed_letters.write(context, reader, key, _(notice.title), lines)


def lines_of(context: Context, text: Text, facts: Facts, **known: Any) -> list[str]:
    """The lines in the language spoken now."""
    if callable(text):
        return list(text(context, **facts))
    return [sentence(one, {**facts, **known}) for one in text]


def made_lines(_context: Context, lines: Sequence[str]) -> Sequence[str]:
    """The text of a notice whose lines are made in the chat where it is told."""
    return lines


def sentence(text: str, facts: Facts) -> str:
    """A sentence of the catalogs with its facts; a date is said in the language of whom it is told to."""
    values = {name: date_words(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
    return _(text).format(**values)
