"""Several people who stand alike: many things are tried in one round, each by somebody else, at the same step."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any, TypeVar

from sqlmodel import SQLModel, col, select

from models.messaging import conversation_state
from models.people.account import Account
from models.people.consent import Consent
from models.people.link import Link
from tests.chat import Play
from tests.gestures import Hand


async def crowd_like(play: Play, who: str, size: int) -> list[str]:
    """More people with the account, the consents, the links and the chat of somebody."""
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
            phone.last_id, phone.messages = model.last_id, deepcopy(model.messages)
            for message in phone.messages.values():
                message["chat"] = message["chat"] | {"id": phone.chat_id}
            copied = alike(account, telegram_id=phone.chat_id)
            session.add(copied)
            await session.flush()
            session.add_all([alike(row, account_id=copied.id) for row in theirs])
    return names


Row = TypeVar("Row", bound=SQLModel)


def alike(row: Row, **other: Any) -> Row:
    return type(row)(**row.model_dump(exclude={"id", "row_version"}) | other)


async def all_do(
    play: Play, names: Sequence[str], at: tuple[str, str], whats: Sequence[str], **state: Any
) -> dict[str, list[str]]:
    """Each of these things by somebody else who stands at a step, in one round; by thing, what that one is told."""
    phones = [play.telegram.phone(name) for name in names[: len(whats)]]
    assert len(phones) == len(whats), "the crowd is too small"
    talk, step = at
    async with play.store.transaction() as session:
        states = {phone.chat_id: {"talks": {talk: step}, **deepcopy(state)} for phone in phones}
        await conversation_state.save(session, states, play.now)
    updates = []
    for phone, what in zip(phones, whats, strict=True):
        user = {"id": phone.chat_id, "is_bot": False, "first_name": phone.name, "language_code": "id"}
        updates += Hand(play.telegram, phone, user, play.now).does(what)
    for update in updates:
        play.update_id += 1
        update["update_id"] = play.update_id
    play.telegram.heard, play.telegram.speaker = [], None
    await play.bot.receiver.store(updates)
    await play.settle()
    told: dict[str, list[str]] = {what: [] for what in whats}
    for heard in play.telegram.heard:
        for phone, what in zip(phones, whats, strict=True):
            if heard.head.startswith(f"Bot to {phone.name}"):
                told[what] += heard.lines
    return told
