"""Send notices that people did not ask for just now: the one function for every subject.

notify(context, about, notice, facts…)
    ├─ `notice`: one constant for each kind, beside the texts of its feature
    ├─ its audience (models/notices.py): the person's own accounts, helpers with that scope, who asked
    ├─ each in their language, form of address and reading mode ──▶ a message in the outbox
    └─ the person is not on Telegram ──▶ a printed letter with the reference number
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.wording import printed_letters
from handlers.wording.terms import number_for, pronoun_of
from locales import gettext as _
from locales import speaking
from locales.times import date_words
from models.messaging.outbox import Priority
from models.notices import About, Category, Print, QuietHours, Reader, audience_of
from models.people.account import Account
from models.scheduled import LATEST, ScheduledKind

Text = Sequence[str] | Callable[..., Sequence[str]]
"""Sentences of the catalogs, filled with the facts; or a function that makes the lines, in the current language."""
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of notice. `key` names its letters too: of one kind, reference and occasion there is one letter.

    `chat`: without it, it is only printed. `printed`: the words on paper, where they differ. `hold`: how long it can
    be undone. `timer`: the scheduled event that sends it. `is_over`: is it no longer wanted? Checked when sent.
    """

    key: str
    category: Category
    chat: Text = ()
    short: Text | None = None
    title: str = ""
    printed: Text | None = None
    prints: Print = Print.NEVER
    priority: Priority | None = None
    hold: timedelta = timedelta(0)
    quiet: QuietHours = QuietHours.AFTER
    timer: ScheduledKind | None = None
    is_over: Callable[[Any, datetime], bool] = field(default=lambda _about, _now: False)

    @property
    def effective_priority(self) -> Priority:
        """Return its priority: scheduled notices go out after replies; news of an act beside the reply to it."""
        return self.priority if self.priority is not None else Priority.NOTICE if self.timer else Priority.REPLY

    @property
    def latest(self) -> timedelta | None:
        """Return how late it still makes sense; None: always."""
        return LATEST[self.timer] if self.timer else None


class Told(NamedTuple):
    """The content of one message."""

    facts: Facts
    choices: Sequence[Choice]
    number: str | None


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
    """Send a notice to its audience, and return the accounts that get it. `choices`: for one account only.

    `number`: the reference number, where its subject has none of its own.
    """
    if notice.is_over(about, context.now):
        return []
    audience = await audience_of(context.session, about, context.now)
    told = audience.without(context.work.account) if notice.chat else []
    for account in told:
        tell(context, account, notice, Told(facts, choices, audience.number or number))
    if (reader := audience.reads(notice.prints)) is not None:
        await write(context, reader, notice, occasion, {"number": audience.number or reader.number, **facts})
    return told


def tell(context: Context, account: Account, notice: Notice, told: Told) -> None:
    """Queue the message. Choices are remembered for the chat of this update, where they can be typed too."""
    with speaking(account.language, lambda: pronoun_of(account)):
        number = number_for(account.mode, told.number) if told.number else None
        text = lines_of(context, notice.chat, {**told.facts, "number": number})
        how: dict[str, Any] = {"to": account, "priority": notice.effective_priority, "reference": told.number}
        how["short"] = "\n".join(lines_of(context, notice.short, told.facts)) if notice.short is not None else None
        how["not_before"] = context.now + notice.hold if notice.hold else None
        if told.choices:
            offer(context, "\n".join(text), told.choices, **how)
        else:
            context.send("\n".join(text), **how)


async def write(context: Context, reader: Reader, notice: Notice, occasion: str, facts: Facts) -> None:
    """Store the letter, in the language of its reader; one for each occasion."""
    with speaking(await printed_letters.language_for(context, reader.person_id)):
        lines = lines_of(context, notice.printed if notice.printed is not None else notice.chat, facts)
        key = f"{notice.key}:{facts['number']}" + (f":{occasion}" if occasion else "")
        await printed_letters.write(context, reader, key, _(notice.title), lines)


def lines_of(context: Context, text: Text, facts: Facts) -> list[str]:
    """Return the lines in the current language."""
    if callable(text):
        return list(text(context, **{name: fact for name, fact in facts.items() if name != "number"}))
    return [sentence(one, facts) for one in text]


def made_lines(_context: Context, lines: Sequence[str]) -> Sequence[str]:
    """Return the lines that the caller of a notice has made."""
    return lines


def sentence(text: str, facts: Facts) -> str:
    """Return a sentence of the catalogs with its facts; dates in the language of the reader."""
    values = {name: date_words(fact) if isinstance(fact, date) else fact for name, fact in facts.items()}
    return _(text).format(**values)
