"""Holds all that Telegram would know: the bot, the people, their chats, files and the clock."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.chats import Chat, Entry
from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.events import Events
from bot.sandbox.files import Files
from bot.sandbox.profile import Profile
from bot.sandbox.store import Json, Store, fitting
from bot.sandbox.updates import UpdateQueue
from bot.sandbox.webhook import Webhook

if TYPE_CHECKING:
    from bot.sandbox.people import Person

Clock = Callable[[], datetime]
CALLBACK_LANE = 3 << 33
"""Telegram's webhook orders presses apart from the messages of the same person (PLATFORM.md, 2)."""


class World:
    """One bot and all the people who may write to it."""

    def __init__(self, token: str, now: Clock, store: Store) -> None:
        self.token = token
        self.now = now
        self.store = store
        self.events = Events()
        self.files = Files(store)
        self.profile = Profile(store)
        self.updates = UpdateQueue(store, now)
        self.webhook = Webhook(store, self.updates, now)
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Json] = {}
        """Callback queries that were not answered yet, by id."""
        self.answer_within = 15.0
        """Seconds after a press in which an answer to it is taken."""
        self._load()

    @property
    def bot_id(self) -> int:
        """The number before the colon of the token."""
        return int(self.token.partition(":")[0])

    def bot_user(self) -> Json:
        """The bot as the sender of a message."""
        return {"id": self.bot_id, "is_bot": True, **self.profile.names()}

    def stamp(self) -> int:
        """Now, in seconds since 1970."""
        return int(self.now().timestamp())

    # -- chats --------------------------------------------------------------------------------------------

    def chat_json(self, chat: Chat) -> Json:
        """The ``chat`` of a message."""
        if chat.type == "private":
            return {"id": chat.id, "type": "private", **self.people[chat.id].names()}
        named = {"username": chat.username} if chat.username else {}
        return {"id": chat.id, "type": chat.type, "title": chat.title, **named}

    def find_chat(self, chat_id: Any) -> Chat:
        """A chat by its number or @username; 400 where there is none."""
        wanted = str(chat_id).strip()
        if not wanted:
            raise bad_request("chat_id is empty")
        if wanted.startswith("@"):
            found = next((c for c in self.chats.values() if c.username == wanted[1:]), None)
        else:
            found = self.chats.get(int(wanted)) if wanted.removeprefix("-").isdecimal() else None
        if found is None:
            raise bad_request("chat not found")
        return found

    def known_chat(self, chat_id: Any) -> Chat:
        """A chat the bot has been told of: a person who never wrote is not found."""
        chat = self.find_chat(chat_id)
        if not chat.started:
            raise bad_request("chat not found")
        return chat

    def writable_chat(self, chat_id: Any) -> Chat:
        """A chat the bot may write to; 403 where a person or a group will not have it."""
        chat = self.find_chat(chat_id)
        if chat.type == "private":
            self.people[chat.id].check_reachable()
        elif chat.moved_to:
            reason = "group chat was upgraded to a supergroup chat"
            raise bad_request(reason, migrate_to_chat_id=chat.moved_to)
        elif chat.bot_status in {"left", "kicked"}:
            how = "was kicked from" if chat.bot_status == "kicked" else "is not a member of"
            raise forbidden(f"bot {how} the {chat.type} chat")
        elif chat.type == "channel" and chat.bot_status != "administrator":
            raise bad_request("need administrator rights in the channel chat")
        return chat

    def keep_chat(self, chat: Chat) -> None:
        """Store a chat and tell the page."""
        self.chats[chat.id] = chat
        self.store.put("chat", str(chat.id), chat.row())
        self.events.publish("chat", chat=chat.row())

    def keep_person(self, person: "Person") -> None:
        """Store a person and tell the page."""
        self.people[person.id] = person
        self.store.put("person", str(person.id), person.row())
        self.events.publish("person", person=person.row())

    # -- messages -----------------------------------------------------------------------------------------

    def post(self, chat: Chat, content: Json, *, sender: Json | None) -> Entry:
        """Put a new message into a chat, with a number and a date. No sender means the channel itself."""
        shown = self.chat_json(chat)
        by = {"from": sender} if sender is not None else {"sender_chat": shown}
        head: Json = {"message_id": chat.next_message_id, "date": self.stamp(), "chat": shown, **by}
        entry = Entry(chat.id, head | content, bool(sender and sender["is_bot"]))
        chat.next_message_id += 1
        chat.entries[entry.id] = entry
        self.keep_entry(entry)
        self.keep_chat(chat)
        return entry

    def keep_entry(self, entry: Entry) -> None:
        """Store a message and publish it to the subscribers of the chat."""
        self.store.put("entry", f"{entry.chat_id}:{entry.id}", entry.row())
        self.events.publish("entry", entry=entry.row())

    def delete(self, chat: Chat, entry: Entry, *, by: str) -> None:
        """Take a message out of the chat, and the reply keyboard that it brought."""
        entry.phone["deleted"] = by
        self.keep_entry(entry)
        if chat.keyboard and chat.keyboard["message_id"] == entry.id:
            chat.keyboard = None
        chat.pinned = [pinned for pinned in chat.pinned if pinned != entry.id]
        self.keep_chat(chat)

    # -- presses ------------------------------------------------------------------------------------------

    def keep_press(self, query: Json, chat_id: int, message_id: int) -> None:
        """Remember a press until it is answered."""
        place = {"chat_id": chat_id, "message_id": message_id, "data": query["data"]}
        press = {"id": query["id"], "person_id": query["from"]["id"], "at": self.now().timestamp(), **place}
        self.presses[press["id"]] = press
        self.store.put("press", press["id"], press)
        self.events.publish("press", press=press)

    def take_press(self, press_id: str) -> Json | None:
        """The press that an answer belongs to; None where it is unknown, answered or too old."""
        press = self.presses.pop(press_id, None)
        if press is None:
            return None
        self.store.remove("press", press_id)
        return press if self.now().timestamp() - press["at"] <= self.answer_within else None

    # -- after a restart ----------------------------------------------------------------------------------

    def _load(self) -> None:
        for row in self.store.each("chat"):
            self.chats[row["id"]] = Chat(**fitting(Chat, row))
        for row in self.store.each("entry"):
            entry = Entry(**fitting(Entry, row))
            self.chats[entry.chat_id].entries[entry.id] = entry
        for row in self.store.each("press"):
            self.presses[row["id"]] = row
