"""What the engine assumes of the pinned library: where it keeps a conversation's step, and when it moves.

A new release of python-telegram-bot that keeps it elsewhere breaks here first.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from telegram import Chat, Message, Update, User
from telegram.ext import Application, CommandHandler, ContextTypes, ConversationHandler, ExtBot, MessageHandler, filters

import handlers
from handlers.conversation.access import OPEN
from handlers.conversation.context import Context, ReferenceData, UnitOfWork, unit_of_work
from handlers.conversation.persistent import NEW_WORDS, PersistentConversation

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
LANE = 5


async def to_first(update: Update, context: Context) -> str:
    return "FIRST"


async def to_second(update: Update, context: Context) -> str:
    return "SECOND"


async def fail(update: Update, context: Context) -> str:
    raise RuntimeError("made up")


async def end(update: Update, context: Context) -> int:
    return ConversationHandler.END


async def raise_again(update: object, context: Context) -> None:
    context.work.failure = context.error


def outer() -> PersistentConversation:
    child = PersistentConversation(
        "child",
        entry_points=[CommandHandler("child", to_first)],
        states={"FIRST": [MessageHandler(NEW_WORDS, to_second)], "SECOND": [MessageHandler(NEW_WORDS, end)]},
        rule=OPEN,
    )
    return PersistentConversation(
        "outer",
        entry_points=[CommandHandler("begin", to_first)],
        states={
            "FIRST": [child, MessageHandler(filters.Regex("fail"), fail), MessageHandler(NEW_WORDS, to_second)],
            "SECOND": [MessageHandler(NEW_WORDS, end)],
        },
        rule=OPEN,
    )


class Named(ExtBot[None]):
    """A bot that knows its name without asking the network."""

    @property
    def username(self) -> str:
        return "SapaDayaContohBot"


NAMED = Named("1:made-up")


@pytest.fixture
def application() -> Application[Any, Context, Any, Any, Any, Any]:
    builder = Application.builder().bot(NAMED).updater(None).job_queue(None)
    made = builder.context_types(ContextTypes(context=Context)).build()
    made.add_handler(outer())
    made.add_error_handler(raise_again)
    # The library refuses to work uninitialised, and initialising would ask the network who the bot is.
    made._initialized = True
    return made


@pytest.fixture
def work(desk: ReferenceData) -> Iterator[UnitOfWork]:
    in_hand = UnitOfWork(desk, handlers.registry(), None, NOW, LANE, {}, None, {})  # type: ignore[arg-type]
    with unit_of_work(in_hand):
        yield in_hand


def written(text: str) -> Update:
    user, chat = User(LANE, "Sari", is_bot=False), Chat(LANE, Chat.PRIVATE)
    entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
    raw = {"message_id": 1, "date": 0, "chat": chat.to_dict(), "from": user.to_dict(), "text": text}
    return Update(1, message=Message.de_json({**raw, "entities": entities}, NAMED))


async def test_a_step_is_written_where_it_is_read(application: Any, work: UnitOfWork) -> None:
    await application.process_update(written("/begin"))
    assert work.state["talks"] == {"outer": "FIRST"}
    await application.process_update(written("hello"))
    assert work.state["talks"] == {"outer": "SECOND"}
    await application.process_update(written("hello"))
    assert work.state["talks"] == {}
    assert work.state_changed


async def test_the_library_reads_the_step_that_stands_in_the_work(application: Any, work: UnitOfWork) -> None:
    work.state["talks"] = {"outer": "SECOND"}
    await application.process_update(written("hello"))
    assert work.state["talks"] == {}


async def test_a_nested_conversation_keeps_its_step_in_the_same_way(application: Any, work: UnitOfWork) -> None:
    work.state["talks"] = {"outer": "FIRST"}
    await application.process_update(written("/child"))
    assert work.state["talks"] == {"outer": "FIRST", "child": "FIRST"}
    await application.process_update(written("hello"))
    assert work.state["talks"] == {"outer": "FIRST", "child": "SECOND"}


async def test_a_callback_that_raises_leaves_the_old_step(application: Any, work: UnitOfWork) -> None:
    work.state["talks"] = {"outer": "FIRST"}
    await application.process_update(written("fail"))
    assert isinstance(work.failure, RuntimeError)
    assert work.state["talks"] == {"outer": "FIRST"}


async def test_of_two_open_conversations_the_one_that_moved_last_gets_the_text(
    application: Any, work: UnitOfWork
) -> None:
    work.state["talks"] = {"outer": "FIRST", "other": "STEP"}
    await application.process_update(written("hello"))
    assert work.state["talks"] == {"outer": "FIRST", "other": "STEP"}


async def test_a_word_of_the_menu_is_no_answer(application: Any, work: UnitOfWork) -> None:
    work.state["talks"] = {"outer": "FIRST"}
    await application.process_update(written("Lihat status"))
    assert work.state["talks"] == {"outer": "FIRST"}
    await application.process_update(written('"Lihat status"'))
    assert work.state["talks"] == {"outer": "SECOND"}
