"""Several people who stand alike: many things are tried in one batch, each by another one, at the same step."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from bot.sandbox import Entry
from models.messaging import conversation_state
from models.people.account import Account
from models.people.consent import Consent
from models.people.link import Link
from tests.chat import Play
from tests.gestures import Hand
from tests.phones import Phone


async def crowd_like(play: Play, who: str, size: int) -> list[str]:
    """Make more people with the account, the consents, the links and the chat of one."""
    model = play.telegram.phone(who)
    names = [f"{who} ke-{number + 1:02}" for number in range(size)]
    async with play.store.transaction() as session:
        account = (await session.exec(select(Account).where(Account.telegram_id == model.chat_id))).one()
        theirs = [
            *(await session.exec(select(Consent).where(Consent.account_id == account.id).order_by(col(Consent.id)))),
            *(await session.exec(select(Link).where(Link.account_id == account.id).order_by(col(Link.id)))),
        ]
        for name in names:
            phone = play.telegram.phone(name)
            phone.chat.entries = {number: entry_like(entry, phone) for number, entry in model.chat.entries.items()}
            phone.chat.next_message_id = model.chat.next_message_id
            copied = alike(account, telegram_id=phone.chat_id)
            session.add(copied)
            await session.flush()
            session.add_all([alike(row, account_id=copied.id) for row in theirs])
    return names


def entry_like(entry: Entry, phone: Phone) -> Entry:
    message = deepcopy(entry.message)
    return Entry(phone.chat_id, message | {"chat": message["chat"] | {"id": phone.chat_id}}, entry.from_bot)


Row = TypeVar("Row", bound=SQLModel)


def alike(row: Row, **other: Any) -> Row:
    return type(row)(**row.model_dump(exclude={"id", "row_version"}) | other)


async def all_do(
    play: Play, names: Sequence[str], at: tuple[str, str], whats: Sequence[str], **state: Any
) -> dict[str, list[str]]:
    """Do each of these things by another person at a step, in one batch; return by thing what that one is told."""
    phones = [play.telegram.phone(name) for name in names[: len(whats)]]
    assert len(phones) == len(whats), "the crowd is too small"
    talk, step = at
    async with play.store.transaction() as session:
        states = {phone.chat_id: {"talks": {talk: step}, **deepcopy(state)} for phone in phones}
        await conversation_state.save(session, states, play.now)
    for phone, what in zip(phones, whats, strict=True):
        Hand(play.telegram, phone).does(what)
    play.telegram.heard, play.telegram.speaker = [], None
    await play.serve()
    told: dict[str, list[str]] = {what: [] for what in whats}
    for heard in play.telegram.heard:
        for phone, what in zip(phones, whats, strict=True):
            if heard.head.startswith(f"Bot to {phone.name}"):
                told[what] += heard.lines
    return told
