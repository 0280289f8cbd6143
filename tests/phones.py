"""Several people's phones on the sandbox's own Telegram, in process, and the Bot API calls that the bot makes to it.

What Telegram accepts is decided by bot/sandbox alone; here it is written down as a transcript tells it. People's
hands are in tests/gestures.py.
"""

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pypdf import PdfReader

from bot.sandbox import Chat, Entry, Person, Sandbox
from bot.sandbox.api import run
from bot.sandbox.calls import Call, Upload
from bot.sandbox.errors import ApiError
from bot.telegram_client import ApiResponse, FileUpload, NotSent
from tests.transcript import Heard

TOKEN, USERNAME = "1:made-up", "SapaDayaContohBot"
FIRST_PERSON = 5_000_001
VERBS = {"editmessagetext": " edits", "editmessagecaption": " edits", "deletemessage": " deletes"}
"""What a transcript calls a call that changes a message; one that sends has no verb."""

Json = dict[str, Any]


@dataclass
class Phone:
    """One chat under the name that a transcript gives it."""

    name: str
    chat: Chat
    last_press: tuple[int, str] | None = None

    @property
    def chat_id(self) -> int:
        return self.chat.id

    @property
    def kind(self) -> str:
        return self.chat.type

    @property
    def blocked(self) -> bool:
        return self.chat.bot_status == "kicked"

    @property
    def last_id(self) -> int:
        return self.chat.next_message_id - 1

    @property
    def messages(self) -> dict[int, Json]:
        """What stands in the chat, by number, each with the keyboard that came with it."""
        return {entry.id: entry.message | {"reply_markup": markup_of(entry)} for entry in self.chat.messages}

    def buttons(self) -> Iterator[tuple[Entry, Json]]:
        """(message, button) of the chat, the newest message first."""
        return ((entry, button) for entry in self.chat.newest for button in entry.buttons)


class Telegram:
    """The wire of the bot, with the sandbox's world behind it. `heard` collects what people saw of the bot."""

    def __init__(self, now: Any, language: str = "id") -> None:
        self.sandbox = Sandbox(TOKEN, now)
        self.world = self.sandbox.world
        self.world.profile.username = USERNAME
        self.language = language
        self.phones: dict[str, Phone] = {}
        self.heard: list[Heard] = []
        self.handed: list[FileUpload] = []
        """Files that the bot has sent, the newest last."""
        self.reads_papers = True
        self.speaker: str | None = None

    def phone(self, name: str, kind: str = "private") -> Phone:
        if name not in self.phones:
            self.phones[name] = Phone(name, self._new_chat(name, kind))
        return self.phones[name]

    def meet(self, names: Sequence[str], first_number: int) -> None:
        """These people are there already, in this order; updates and messages are numbered from `first_number` on."""
        for name in names:
            self.phone(name).chat.next_message_id = first_number
        self.sandbox.inject_raw_update({"update_id": first_number})
        self.come()

    def person(self, name: str) -> Person:
        return self.world.people[self.phone(name).chat_id]

    def _new_chat(self, name: str, kind: str) -> Chat:
        """Make a chat whose named person has pressed Start; in a group the bot may read everything."""
        if kind == "channel":
            return self.sandbox.add_channel(name)
        if kind != "private":
            return self.sandbox.add_group(name, bot_status="administrator")
        number = FIRST_PERSON + len(self.world.people)
        self.sandbox.add_person(name, number, language_code=self.language, phone=f"62812{number}")
        chat = self.world.chats[number]
        chat.started = True
        return chat

    def come(self) -> list[Json]:
        """The updates that the bot was not brought yet."""
        updates = [pending.update for pending in self.world.updates.alive()]
        self.world.updates.forget_all()
        return updates

    # The wire -----------------------------------------------------------------------------------------------------

    async def exchange(self, _verb: str, url: str, _body: Any, **_: Any) -> tuple[int, bytes]:
        """What the library itself asks: who the bot is."""
        answer = await self.call(url.rpartition("/")[2], {})
        return answer.status, json.dumps(answer.content).encode()

    async def call(
        self, method: str, body: Json, *, wait: float | None = None, file: FileUpload | None = None
    ) -> ApiResponse:
        uploads = {file.part: Upload(file.name, file.media_type, file.content)} if file else {}
        self.handed += [file] if file else []
        try:
            result = await run(self.world, call := Call(method.lower(), body, uploads))
        except ApiError as refusal:
            if method.startswith("send") and refusal.code == 400:
                self._write_down(body, f" fails with {refusal.code}", [refusal.description])
            return ApiResponse(refusal.code, refusal.body())
        self._hear(call, result, file)
        return ApiResponse(200, {"ok": True, "result": result})

    async def download(self, path: str) -> bytes:
        file = self.world.files.at(path)
        if file is None:
            raise NotSent("404")
        return self.world.files.content(file)

    async def close(self) -> None:
        """Nothing is open."""

    # What people see of it ----------------------------------------------------------------------------------------

    def _hear(self, call: Call, result: Any, file: FileUpload | None) -> None:
        chat = self.world.chats.get(call.integer("chat_id"))
        if chat is None:
            return
        if call.method == "deletemessage":
            lines = [one_line(chat.entries[call.integer("message_id")].message)]
        elif call.method in VERBS or (call.method.startswith("send") and isinstance(result, dict)):
            lines = [*shown_file(file, self.reads_papers), *shown(chat.entries[result["message_id"]])]
        else:
            return
        self._write_down(call.fields, VERBS.get(call.method, ""), lines)

    def _write_down(self, body: Any, verb: str, lines: list[str]) -> None:
        for phone in self.phones.values():
            if phone.chat_id == body["chat_id"]:
                whom = "" if phone.name == self.speaker else f" to {phone.name}"
                self.heard.append(Heard(f"Bot{verb}{whom}", lines))


def markup_of(entry: Entry) -> Json:
    """The keyboard that came with a message, in it or under the writing line."""
    return entry.message.get("reply_markup") or entry.phone.get("keyboard") or {}


def shown_file(file: FileUpload | None, reads_papers: bool) -> list[str]:
    """Return what a person sees of a file: its kind and name, and of a PDF the words on its pages."""
    if file is None:
        return []
    lines = [f"({file.part} {file.name})"]
    if not reads_papers or not file.content.startswith(b"%PDF"):
        return lines
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(file.content)).pages]
    return lines + [f"| {line.rstrip()}" for page in pages for line in page.split("\n") if line.strip()]


def one_line(message: Json) -> str:
    kinds = ("photo", "document", "voice", "contact")
    text = (
        message.get("text")
        or message.get("caption")
        or next((f"({kind})" for kind in kinds if kind in message), "(message)")
    )
    return str(text).split("\n")[0]


def shown(entry: Entry) -> list[str]:
    """A message as lines: text; `[Label]` where a line ends with the words of a button; the keyboard below."""
    lines = [line.rstrip() for line in entry.text.split("\n")]
    markup = markup_of(entry)
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
    if entry.message.get("has_protected_content"):
        lines.append("(protected)")
    return lines


def words(button: Json) -> str:
    if "url" in button:
        return f"{button['text']} -> {button['url']}"
    return f"{button['text']} (contact)" if button.get("request_contact") else str(button["text"])


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())
