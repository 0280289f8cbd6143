"""The typed context of every handler: the unit of work, the account, the time, and the messages to send.

context.work      the transaction, the account, the drafts, the state of this chat
context.now       the time of this update (UTC); nothing here calls the clock
context.send(…)   puts a message, a line each, into the outbox: saved first, sent after the commit
context.send_file a file with a few words, made when it is sent
context.state(…)  what the conversation remembers, typed
context.delete(…) deletes a message that carried a NIK or a document, through the outbox as well
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

from sqlmodel.ext.asyncio.session import AsyncSession
from telegram.ext import CallbackContext, ExtBot

from handlers.conversation.buttons import Choice, inline_keyboard, menu_keyboard, named, numbered
from handlers.conversation.state import read_state, stored_form
from locales import LANGUAGES, language
from models.applications.draft import Draft
from models.matters.matching import matcher_of
from models.messaging.attachment import Attachment
from models.messaging.outbox import Priority
from models.office_file import OfficeEntry
from models.people.account import Account, ReadingMode
from models.place_line import find_in_line
from models.places import Gazetteer
from models.programmes.catalogue import Catalogue

if TYPE_CHECKING:
    from handlers.conversation.registry import Registry

S = TypeVar("S")
OPEN_TALKS = "talks"
"""The key of the open conversations in the state of a chat: {name: step}, the one that moved last at the end."""
STATES, PAGE = "states", "page"
"""The keys of the typed state of each, and of the page of the list that is open: [[name, step], page]."""
A_DAY = timedelta(hours=24)
"""When messages are deleted that hold data shown to staff, a copy of data or a kode cek (PRODUCT.md)."""


class Delivery(TypedDict, total=False):
    """How a message is delivered. `delete_after`: when it is deleted, within 48 hours, as Telegram allows."""

    priority: Priority
    protect: bool
    reference: str | None
    not_before: datetime | None
    delete_after: timedelta | None


@dataclass
class ReferenceData:
    """Read-only reference data: offices, programmes, regions."""

    catalogue: Catalogue
    places: Gazetteer
    username: str = ""
    """The bot's username, for links; from office.yaml until Telegram has told it (getMe)."""

    def __post_init__(self) -> None:
        self.username = self.username or self.catalogue.office.bot.username

    def build_indexes(self) -> None:
        """Build the indexes of places and of everyday words before they are first asked, which takes some 0.2 s."""
        find_in_line(self.places, "", self.catalogue.office.served.regencies)
        matcher_of(self.catalogue.matters)

    def day_in(self, region: str, moment: datetime) -> date:
        """Return the local date of a region (its code) at a moment. Raises KeyError for an unknown province."""
        return self.places.day_in(region, moment)

    def office(self, key: str | None = None) -> OfficeEntry:
        """Return an office by its key; without a key the first one."""
        offices = self.catalogue.office
        return offices[key] if key else offices.offices[0]

    def day_at(self, office: str | None, moment: datetime) -> date:
        """Return the local date at an office at a moment."""
        return self.day_in(self.office(office).region, moment)

    def zone_at(self, office: str | None = None) -> str:
        return self.places.zone(self.office(office).region).name

    def programme_name(self, key: str) -> str:
        """Return the short name of a programme; its key where it was removed."""
        programme = self.catalogue.get(key)
        return programme.short_name.in_(language()) if programme else key

    def link(self, payload: str = "") -> str:
        """Return the link that opens the bot, with the payload of a deep link."""
        return f"https://t.me/{self.username}" + (f"?start={payload}" if payload else "")


@dataclass
class UnitOfWork:
    """The work of one chat in a batch: what was loaded for it, and what is to be written."""

    reference: ReferenceData
    registry: "Registry"
    session: AsyncSession
    now: datetime
    chat_id: int
    state: dict[str, Any]
    account: Account | None
    drafts: dict[str, Draft]
    calls: list[dict[str, Any]] = field(default_factory=list)
    states: dict[type, Any] = field(default_factory=dict)
    answer_id: int | None = None
    """The message that answers the open question."""
    failure: BaseException | None = None
    state_changed: bool = False

    @property
    def language(self) -> str:
        return self.account.language if self.account else LANGUAGES[0]

    @property
    def mode(self) -> ReadingMode:
        return self.account.mode if self.account else ReadingMode.PLAIN

    def remember(self, key: str, value: Any) -> None:
        """Store a value in the state of this chat; None removes it."""
        if value is None:
            self.state.pop(key, None)
        else:
            self.state[key] = value
        self.state_changed = True

    def state_of(self, kind: type[S]) -> S:
        """Return the typed state of the conversation that declares this class: one object for the whole update."""
        if kind not in self.states:
            stored = self.state.get(STATES) or {}
            self.states[kind] = read_state(kind, stored.get(self.registry.states.home(kind)))
        state: S = self.states[kind]
        return state

    def store_states(self) -> None:
        """At the end of an update: store the states, and the open page, of the conversations that are open."""
        talks, before = self.state.get(OPEN_TALKS) or {}, self.state.get(STATES) or {}
        now = {self.registry.states.home(kind): stored_form(state) for kind, state in self.states.items()}
        if (kept := self.registry.states.living(before | now, talks)) != before:
            self.remember(STATES, kept or None)
        page = self.state.get(PAGE)
        if page is not None and talks.get(page[0][0]) != page[0][1]:
            self.remember(PAGE, None)

    def send(
        self,
        text: str,
        *,
        short: str | None = None,
        choices: Sequence[Choice] = (),
        numbered_choices: bool = True,
        menu: bool = False,
        to: Account | None = None,
        **delivery: Unpack[Delivery],
    ) -> None:
        """Queue a message. `short` is what the mode "Singkat dan mudah" reads instead of `text`.

        `numbered_choices`: false beside an open question, whose choices have the numbers.
        `to`: another account, in its language; only handlers/notify.py tells one.
        """
        mode = to.mode if to else self.mode
        wanted = short if short is not None and mode is ReadingMode.SIMPLE else text
        body: dict[str, Any] = {
            "chat_id": to.telegram_id if to else self.chat_id,
            "text": wanted + (numbered(choices, mode) if numbered_choices else named(choices)),
            "link_preview_options": {"is_disabled": True},
        }
        if choices:
            body["reply_markup"] = inline_keyboard(choices)
        elif menu:
            body["reply_markup"] = menu_keyboard()
        self.call("sendMessage", body, **delivery)

    def send_file(self, attachment: Attachment, words: str, **delivery: Unpack[Delivery]) -> None:
        """Queue a file with a few words under it; it is made when it is sent."""
        body: dict[str, Any] = {"chat_id": self.chat_id, "caption": words, "attachment": attachment.row()}
        self.call(attachment.method, body, **delivery)

    def call(self, method: str, body: dict[str, Any], **delivery: Unpack[Delivery]) -> None:
        """Queue any durable call to Telegram."""
        if delivery.get("protect"):
            body["protect_content"] = True
        delete_after = delivery.get("delete_after")
        self.calls.append(
            {
                "chat_id": body.get("chat_id", self.chat_id),
                "priority": int(delivery.get("priority", Priority.REPLY)),
                "method": method,
                "body": body,
                "reference": delivery.get("reference"),
                "made_at": self.now,
                "not_before": delivery.get("not_before"),
                "delete_after": int(delete_after.total_seconds()) if delete_after is not None else None,
            }
        )


_work: ContextVar[UnitOfWork] = ContextVar("work")


@contextmanager
def unit_of_work(work: UnitOfWork) -> Iterator[UnitOfWork]:
    """Make this the current unit of work for the block."""
    token = _work.set(work)
    try:
        yield work
    finally:
        _work.reset(token)


def current_unit_of_work() -> UnitOfWork:
    return _work.get()


class Context(CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The second argument of every handler (custom context)."""

    @property
    def work(self) -> UnitOfWork:
        return _work.get()

    @property
    def now(self) -> datetime:
        return self.work.now

    @property
    def session(self) -> AsyncSession:
        return self.work.session

    @property
    def registry(self) -> "Registry":
        return self.work.registry

    @property
    def reference(self) -> ReferenceData:
        return self.work.reference

    @property
    def account(self) -> Account:
        """Return the account of the chat; handlers behind the private-chat filter always have one."""
        account = self.work.account
        assert account is not None
        return account

    @property
    def account_id(self) -> int:
        return self.account.id or 0

    def send(self, *lines: str, **how: Any) -> None:
        """Queue a message to this chat: the lines of its text."""
        self.work.send("\n".join(lines), **how)

    def send_file(self, attachment: Attachment, *lines: str, **how: Any) -> None:
        self.work.send_file(attachment, "\n".join(lines), **how)

    def state(self, kind: type[S]) -> S:
        """Return the state of the conversation that declares this class; changes are stored with the update."""
        return self.work.state_of(kind)

    def set_state(self, state: object) -> None:
        """Replace the state of a conversation."""
        self.work.states[type(state)] = state

    def delete(self, message_id: int | None) -> None:
        """Delete a message of this chat, if there is one."""
        if message_id is not None:
            self.work.call("deleteMessage", {"chat_id": self.work.chat_id, "message_id": message_id})

    def delete_answer(self) -> None:
        """Delete the answer to the open question: it holds what must not stay in the chat."""
        self.delete(self.work.answer_id)
