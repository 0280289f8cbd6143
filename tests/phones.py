"""A Telegram in memory: the phones of several people, and the Bot API calls that the bot makes to them.

It answers with Telegram's own limits and words where the bot depends on them: 4,096 characters, 64 bytes of
button data, a blocked bot, a file that is too big.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from bot.telegram_client import ApiResponse, FileUpload
from tests.transcript import Heard

BOT = {"id": 1, "is_bot": True, "first_name": "Sapa Daya", "username": "SapaDayaContohBot"}
FIRST_PERSON, FIRST_GROUP = 5_000_001, -1_000_000_000_001
LARGEST_FILE = 20 * 1024 * 1024
DELETABLE = 48 * 3600
"""Seconds (Bot API, deleteMessage)."""
MEDIA_TYPES = {".jpg": "image/jpeg", ".png": "image/png", ".pdf": "application/pdf", ".exe": "application/x-msdownload"}


@dataclass
class Phone:
    """One chat as its person sees it."""

    name: str
    chat_id: int
    kind: str = "private"
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    keyboard: list[list[dict[str, Any]]] = field(default_factory=list)
    last_id: int = 0
    blocked: bool = False
    last_press: tuple[int, str] | None = None

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def buttons(self) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
        """(message, button) of the chat, the newest message first."""
        for message in sorted(self.messages.values(), key=lambda one: -int(one["message_id"])):
            for row in (message.get("reply_markup") or {}).get("inline_keyboard", []):
                for button in row:
                    yield message, button


class Telegram:
    """Stands in for the wire. `heard` collects what the bot did since it was last emptied."""

    def __init__(self, now: Any) -> None:
        self._now = now
        self.phones: dict[str, Phone] = {}
        self.files: dict[str, tuple[str, int]] = {}
        self.heard: list[Heard] = []
        self.handed: list[FileUpload] = []
        """Files that the bot has sent, the newest last."""
        self.speaker: str | None = None

    def phone(self, name: str, kind: str = "private") -> Phone:
        if name not in self.phones:
            same = [phone for phone in self.phones.values() if (phone.kind == "private") == (kind == "private")]
            chat_id = FIRST_PERSON + len(same) if kind == "private" else FIRST_GROUP - len(same)
            self.phones[name] = Phone(name, chat_id, kind)
        return self.phones[name]

    async def exchange(self, _verb: str, url: str, _body: Any, **_: Any) -> tuple[int, bytes]:
        """What the library itself asks: who the bot is."""
        result = BOT if url.endswith("getMe") else True
        return 200, json.dumps({"ok": True, "result": result}).encode()

    async def call(
        self, method: str, body: dict[str, Any], *, wait: float | None = None, file: FileUpload | None = None
    ) -> ApiResponse:
        if file is not None:
            self.handed.append(file)
            return self._take(body, [*shown_file(file), *shown({**body, "text": body.get("caption", "")})])
        serve = getattr(self, f"_{method}", None)
        return self._ok(True) if serve is None else serve(body)

    async def download(self, path: str) -> bytes:
        name, _ = self.files[path]
        return content_of(name)

    async def close(self) -> None:
        """Nothing is open."""

    def _ok(self, result: Any) -> ApiResponse:
        return ApiResponse(200, {"ok": True, "result": result})

    def _refuse(self, status: int, words: str) -> ApiResponse:
        return ApiResponse(status, {"ok": False, "error_code": status, "description": words})

    def _say(self, phone: Phone, what: str, lines: list[str]) -> None:
        whom = "" if phone.name == self.speaker else f" to {phone.name}"
        self.heard.append(Heard(f"Bot{what}{whom}", lines))

    def _chat(self, body: dict[str, Any]) -> Phone | None:
        return next((phone for phone in self.phones.values() if phone.chat_id == body["chat_id"]), None)

    def _fault(self, phone: Phone | None, body: dict[str, Any]) -> tuple[int, str] | None:
        if phone is None:
            return 400, "Bad Request: chat not found"
        if phone.blocked:
            return 403, "Forbidden: bot was blocked by the user"
        text = body.get("text")
        if text is not None and not text.strip():
            return 400, "Bad Request: message text is empty"
        if text is not None and len(text) > 4096:
            return 400, "Bad Request: message is too long"
        for row in (body.get("reply_markup") or {}).get("inline_keyboard", []):
            for button in row:
                if len(button.get("callback_data", "").encode()) > 64:
                    return 400, "Bad Request: BUTTON_DATA_INVALID"
        return None

    def _sendMessage(self, body: dict[str, Any]) -> ApiResponse:
        return self._take(body, shown(body))

    def _take(self, body: dict[str, Any], lines: list[str]) -> ApiResponse:
        phone = self._chat(body)
        fault = self._fault(phone, body)
        if fault and phone and not phone.blocked:
            self._say(phone, f" fails with {fault[0]}", [fault[1]])
        if fault or phone is None:
            return self._refuse(*(fault or (400, "Bad Request: chat not found")))
        message = {**body, "message_id": phone.next_id(), "from": BOT, "chat": chat_of(phone)}
        message["date"] = seconds(self._now())
        phone.messages[message["message_id"]] = message
        if "keyboard" in (body.get("reply_markup") or {}):
            phone.keyboard = body["reply_markup"]["keyboard"]
        elif "remove_keyboard" in (body.get("reply_markup") or {}):
            phone.keyboard = []
        self._say(phone, "", lines)
        return self._ok({"message_id": message["message_id"]})

    def _editMessageText(self, body: dict[str, Any]) -> ApiResponse:
        phone = self._chat(body)
        if phone is None or body["message_id"] not in phone.messages:
            return self._refuse(400, "Bad Request: message to edit not found")
        phone.messages[body["message_id"]].update(body)
        self._say(phone, " edits", shown(body))
        return self._ok({"message_id": body["message_id"]})

    def _editMessageReplyMarkup(self, body: dict[str, Any]) -> ApiResponse:
        phone = self._chat(body)
        if phone is None or body["message_id"] not in phone.messages:
            return self._refuse(400, "Bad Request: message to edit not found")
        phone.messages[body["message_id"]]["reply_markup"] = body.get("reply_markup", {})
        return self._ok({"message_id": body["message_id"]})

    def _deleteMessage(self, body: dict[str, Any]) -> ApiResponse:
        phone = self._chat(body)
        if phone is None or body["message_id"] not in phone.messages:
            return self._refuse(400, "Bad Request: message to delete not found")
        if seconds(self._now()) - phone.messages[body["message_id"]]["date"] > DELETABLE:
            return self._refuse(400, "Bad Request: message can't be deleted for everyone")
        gone = phone.messages.pop(body["message_id"])
        self._say(phone, " deletes", [one_line(gone)])
        return self._ok(True)

    def _deleteMessages(self, body: dict[str, Any]) -> ApiResponse:
        for number in body["message_ids"]:
            self._deleteMessage({**body, "message_id": number})
        return self._ok(True)

    def _getFile(self, body: dict[str, Any]) -> ApiResponse:
        _, size = self.files[body["file_id"]]
        if size > LARGEST_FILE:
            return self._refuse(400, "Bad Request: file is too big")
        return self._ok({"file_id": body["file_id"], "file_path": body["file_id"], "file_size": size})


def chat_of(phone: Phone) -> dict[str, Any]:
    title = {"first_name": phone.name} if phone.kind == "private" else {"title": phone.name}
    return {"id": phone.chat_id, "type": phone.kind, **title}


def shown_file(file: FileUpload) -> list[str]:
    """What somebody sees of a file: its kind and name, and of a PDF the words on its pages."""
    lines = [f"({file.part} {file.name})"]
    if not file.content.startswith(b"%PDF"):
        return lines
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages]
    return lines + [f"| {line.rstrip()}" for page in pages for line in page.split("\n") if line.strip()]


def one_line(message: dict[str, Any]) -> str:
    kinds = ("photo", "document", "voice", "contact")
    text = (
        message.get("text")
        or message.get("caption")
        or next((f"({kind})" for kind in kinds if kind in message), "(message)")
    )
    return str(text).split("\n")[0]


def shown(body: dict[str, Any]) -> list[str]:
    """A message as lines: text; `[Label]` where a line ends with the words of a button; the keyboard below."""
    lines = [line.rstrip() for line in str(body.get("text", "")).split("\n")]
    markup = body.get("reply_markup") or {}
    rows = markup.get("inline_keyboard", [])
    labels = [row[0]["text"] for row in rows if len(row) == 1 and "url" not in row[0]]
    tail = lines[-len(labels) :] if labels else []
    if labels and len(labels) == len(rows) and all(map(str.endswith, tail, labels)):
        bracketed = [line.removesuffix(label) + f"[{label}]" for line, label in zip(tail, labels, strict=True)]
        lines[-len(labels) :] = bracketed
    else:
        lines += [" ".join(f"[{words(button)}]" for button in row) for row in rows]
    if "keyboard" in markup:
        keys = " / ".join(" | ".join(words(button) for button in row) for row in markup["keyboard"])
        lines.append(f"(keyboard: {keys})")
    if "remove_keyboard" in markup:
        lines.append("(keyboard gone)")
    if body.get("protect_content"):
        lines.append("(protected)")
    return lines


def words(button: dict[str, Any]) -> str:
    if "url" in button:
        return f"{button['text']} -> {button['url']}"
    return f"{button['text']} (contact)" if button.get("request_contact") else str(button["text"])


@cache
def path_of(name: str) -> Path:
    """A file that somebody sends: it lies anywhere under tests/."""
    found = sorted(Path(__file__).parent.rglob(name))
    if not found:
        raise FileNotFoundError(f"No file called {name} lies under tests/.")
    return found[0]


@cache
def content_of(name: str) -> bytes:
    return b"OggS\0\2made up" if name == "voice.ogg" else path_of(name).read_bytes()


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
