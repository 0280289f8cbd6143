"""Two unrelated libraries under one small face, so that one list of claims holds for both."""

import io
import json
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

from telebot import asyncio_helper, types
from telebot.async_telebot import AsyncTeleBot
from telebot.asyncio_helper import ApiTelegramException
from telegram import Bot, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.request import HTTPXRequest


class Refusal(Exception):
    """What a library made of an error, in common terms; ``words`` without Telegram's opening."""

    def __init__(self, code: int, words: str, retry_after: int | None = None) -> None:
        super().__init__(f"{code} {words}")
        self.code = code
        self.words = words.rpartition("Request: ")[2].rpartition("Forbidden: ")[2].rpartition("Conflict: ")[2]
        self.retry_after = retry_after


@dataclass(frozen=True)
class Heard:
    """One update: its kind, and the text or the button data in it."""

    id: int
    kind: str
    words: str
    query_id: str = ""


@dataclass(frozen=True)
class Said:
    """One message as the library parsed it."""

    id: int
    text: str
    entities: list[tuple[str, int, int]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    file_ids: list[str] = field(default_factory=list)
    file_name: str = ""
    protected: bool = False
    quotes: int | None = None


class Client(Protocol):
    """What a bot does."""

    async def updates(self, offset: int | None = None, wait: int = 0, limit: int = 100) -> list[Heard]: ...
    async def say(self, chat_id: int, text: str, markup: Any = None, **more: Any) -> Said: ...
    async def edit(self, chat_id: int, message_id: int, text: str, markup: Any = None) -> Said: ...
    async def edit_markup(self, chat_id: int, message_id: int, markup: Any = None) -> Said: ...
    async def delete(self, chat_id: int, message_id: int) -> None: ...
    async def delete_many(self, chat_id: int, ids: list[int]) -> None: ...
    async def answer(self, query_id: str, text: str = "") -> None: ...
    async def photo(self, chat_id: int, photo: bytes | str, caption: str = "") -> Said: ...
    async def document(self, chat_id: int, document: bytes | str, name: str = "", caption: str = "") -> Said: ...
    async def voice(self, chat_id: int, voice: bytes | str) -> Said: ...
    async def fetch(self, file_id: str) -> bytes: ...
    async def set_webhook(self, url: str, secret: str) -> None: ...
    async def delete_webhook(self) -> None: ...
    async def webhook_info(self) -> tuple[str, int]: ...
    async def commands(self) -> list[tuple[str, str]]: ...
    async def set_commands(self, commands: list[tuple[str, str]]) -> None: ...
    async def react(self, chat_id: int, message_id: int, emoji: str) -> None: ...
    async def copy(self, chat_id: int, from_chat_id: int, message_id: int) -> int: ...
    async def name(self) -> str: ...


def _said(message: Any) -> Said:
    """Both libraries call the parts of a message by their names in the Bot API."""
    file = message.document or message.voice
    ids = [size.file_id for size in message.photo or []] + ([file.file_id] if file else [])
    markup = message.reply_markup
    rows = (getattr(markup, "inline_keyboard", None) or getattr(markup, "keyboard", [])) if markup else []
    return Said(
        message.message_id,
        message.text or message.caption or "",
        [(str(e.type), e.offset, e.length) for e in message.entities or message.caption_entities or []],
        [button.text for row in rows for button in row],
        ids,
        getattr(message.document, "file_name", "") or "",
        bool(message.has_protected_content),
        message.reply_to_message.message_id if message.reply_to_message else None,
    )


def _heard(update: Any) -> Heard:
    for kind in ("message", "edited_message", "channel_post", "my_chat_member"):
        if (content := getattr(update, kind)) is not None:
            return Heard(update.update_id, kind, getattr(content, "text", "") or "")
    if (query := update.callback_query) is not None:
        return Heard(update.update_id, "callback_query", query.data, query.id)
    return Heard(update.update_id, "other", "")


class PtbClient:
    """python-telegram-bot."""

    def __init__(self, token: str, root: str) -> None:
        # Loopback speaks no TLS: without its certificates a client is ready at once.
        plain = {"verify": False}
        self.lines = HTTPXRequest(httpx_kwargs=plain), HTTPXRequest(2, httpx_kwargs=plain)
        say, hear = self.lines
        self.bot = Bot(token, f"{root}/bot", f"{root}/file/bot", request=say, get_updates_request=hear)

    async def __aenter__(self) -> Self:
        for line in self.lines:
            await line.initialize()
        return self

    async def __aexit__(self, *_: object) -> None:
        for line in self.lines:
            await line.shutdown()

    async def _ask(self, method: str, *given: Any, **more: Any) -> Any:
        try:
            return await getattr(self.bot, method)(*given, **more)
        except RetryAfter as refusal:
            raise Refusal(429, str(refusal), int(refusal.retry_after.total_seconds())) from refusal
        except TelegramError as refusal:
            codes = {Forbidden: 403, Conflict: 409, InvalidToken: 401, BadRequest: 400}
            raise Refusal(codes.get(type(refusal), 0), refusal.message) from refusal

    def _markup(self, markup: Any) -> Any:
        if not isinstance(markup, dict):
            return markup
        kind = InlineKeyboardMarkup if "inline_keyboard" in markup else ReplyKeyboardMarkup
        return kind.de_json(markup, self.bot)

    async def updates(self, offset: int | None = None, wait: int = 0, limit: int = 100) -> list[Heard]:
        return [_heard(u) for u in await self._ask("get_updates", offset=offset, timeout=wait, limit=limit)]

    async def say(self, chat_id: int, text: str, markup: Any = None, **more: Any) -> Said:
        return _said(await self._ask("send_message", chat_id, text, reply_markup=self._markup(markup), **more))

    async def edit(self, chat_id: int, message_id: int, text: str, markup: Any = None) -> Said:
        place = {"chat_id": chat_id, "message_id": message_id}
        return _said(await self._ask("edit_message_text", text, reply_markup=self._markup(markup), **place))

    async def edit_markup(self, chat_id: int, message_id: int, markup: Any = None) -> Said:
        place = {"chat_id": chat_id, "message_id": message_id, "reply_markup": self._markup(markup)}
        return _said(await self._ask("edit_message_reply_markup", **place))

    async def delete(self, chat_id: int, message_id: int) -> None:
        await self._ask("delete_message", chat_id, message_id)

    async def delete_many(self, chat_id: int, ids: list[int]) -> None:
        await self._ask("delete_messages", chat_id, ids)

    async def answer(self, query_id: str, text: str = "") -> None:
        await self._ask("answer_callback_query", query_id, text)

    async def photo(self, chat_id: int, photo: bytes | str, caption: str = "") -> Said:
        return _said(await self._ask("send_photo", chat_id, photo, caption=caption or None))

    async def document(self, chat_id: int, document: bytes | str, name: str = "", caption: str = "") -> Said:
        more = {"filename": name or None, "caption": caption or None}
        return _said(await self._ask("send_document", chat_id, document, **more))

    async def voice(self, chat_id: int, voice: bytes | str) -> Said:
        return _said(await self._ask("send_voice", chat_id, voice))

    async def fetch(self, file_id: str) -> bytes:
        return bytes(await (await self._ask("get_file", file_id)).download_as_bytearray())

    async def set_webhook(self, url: str, secret: str) -> None:
        await self._ask("set_webhook", url, secret_token=secret)

    async def delete_webhook(self) -> None:
        await self._ask("delete_webhook")

    async def webhook_info(self) -> tuple[str, int]:
        info = await self._ask("get_webhook_info")
        return info.url, info.pending_update_count

    async def commands(self) -> list[tuple[str, str]]:
        return [(c.command, c.description) for c in await self._ask("get_my_commands")]

    async def set_commands(self, commands: list[tuple[str, str]]) -> None:
        await self._ask("set_my_commands", commands)

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        await self._ask("set_message_reaction", chat_id, message_id, emoji)

    async def copy(self, chat_id: int, from_chat_id: int, message_id: int) -> int:
        return int((await self._ask("copy_message", chat_id, from_chat_id, message_id)).message_id)

    async def name(self) -> str:
        return str((await self._ask("get_me")).first_name)


class TelebotClient:
    """pyTelegramBotAPI."""

    def __init__(self, token: str, root: str) -> None:
        asyncio_helper.API_URL = root + "/bot{0}/{1}"
        asyncio_helper.FILE_URL = root + "/file/bot{0}/{1}"
        self.bot = AsyncTeleBot(token, validate_token=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.bot.close_session()

    async def _ask(self, method: str, *given: Any, **more: Any) -> Any:
        try:
            return await getattr(self.bot, method)(*given, **more)
        except ApiTelegramException as refusal:
            retry_after = refusal.result_json.get("parameters", {}).get("retry_after")
            raise Refusal(refusal.error_code, refusal.description, retry_after) from refusal

    async def updates(self, offset: int | None = None, wait: int = 0, limit: int = 100) -> list[Heard]:
        found = await self._ask("get_updates", offset=offset, timeout=wait, limit=limit, request_timeout=30)
        return [_heard(update) for update in found]

    async def say(self, chat_id: int, text: str, markup: Any = None, **more: Any) -> Said:
        if reply_to := more.pop("reply_to_message_id", None):
            more["reply_parameters"] = types.ReplyParameters(reply_to)
        return _said(await self._ask("send_message", chat_id, text, reply_markup=_text(markup), **more))

    async def edit(self, chat_id: int, message_id: int, text: str, markup: Any = None) -> Said:
        return _said(await self._ask("edit_message_text", text, chat_id, message_id, reply_markup=_text(markup)))

    async def edit_markup(self, chat_id: int, message_id: int, markup: Any = None) -> Said:
        place = {"chat_id": chat_id, "message_id": message_id, "reply_markup": _text(markup)}
        return _said(await self._ask("edit_message_reply_markup", **place))

    async def delete(self, chat_id: int, message_id: int) -> None:
        await self._ask("delete_message", chat_id, message_id)

    async def delete_many(self, chat_id: int, ids: list[int]) -> None:
        await self._ask("delete_messages", chat_id, ids)

    async def answer(self, query_id: str, text: str = "") -> None:
        await self._ask("answer_callback_query", query_id, text)

    async def photo(self, chat_id: int, photo: bytes | str, caption: str = "") -> Said:
        return _said(await self._ask("send_photo", chat_id, photo, caption=caption or None))

    async def document(self, chat_id: int, document: bytes | str, name: str = "", caption: str = "") -> Said:
        given = document if isinstance(document, str) else types.InputFile(io.BytesIO(document), file_name=name)
        return _said(await self._ask("send_document", chat_id, given, caption=caption or None))

    async def voice(self, chat_id: int, voice: bytes | str) -> Said:
        return _said(await self._ask("send_voice", chat_id, voice))

    async def fetch(self, file_id: str) -> bytes:
        file = await self._ask("get_file", file_id)
        return bytes(await self._ask("download_file", file.file_path))

    async def set_webhook(self, url: str, secret: str) -> None:
        await self._ask("set_webhook", url, secret_token=secret)

    async def delete_webhook(self) -> None:
        await self._ask("delete_webhook")

    async def webhook_info(self) -> tuple[str, int]:
        info = await self._ask("get_webhook_info")
        return info.url, info.pending_update_count

    async def commands(self) -> list[tuple[str, str]]:
        return [(c.command, c.description) for c in await self._ask("get_my_commands", None, None)]

    async def set_commands(self, commands: list[tuple[str, str]]) -> None:
        await self._ask("set_my_commands", [types.BotCommand(*command) for command in commands])

    async def react(self, chat_id: int, message_id: int, emoji: str) -> None:
        await self._ask("set_message_reaction", chat_id, message_id, [types.ReactionTypeEmoji(emoji)])

    async def copy(self, chat_id: int, from_chat_id: int, message_id: int) -> int:
        return int((await self._ask("copy_message", chat_id, from_chat_id, message_id)).message_id)

    async def name(self) -> str:
        return str((await self._ask("get_me")).first_name)


def _text(markup: Any) -> Any:
    return json.dumps(markup) if isinstance(markup, dict) else markup
