"""Implements the methods that edit, delete and pin messages, and that react to them."""

from typing import Any

from bot.sandbox.api.text_fields import read_caption, read_text
from bot.sandbox.calls import Call
from bot.sandbox.chats import Chat, Entry
from bot.sandbox.errors import bad_request
from bot.sandbox.markup import read_markup
from bot.sandbox.store import Json
from bot.sandbox.world import World

DELETABLE_SECONDS = 48 * 3600
MOST_AT_ONCE = 100
REACTIONS = (
    "👍 👎 ❤ 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡 🥱 🥴 😍 🐳 ❤\u200d🔥 🌚 🌭 💯"
    " 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈 😴 😭 🤓 👻 👨\u200d💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅"
    " 🎄 ☃ 💅 🤪 🗿 🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷\u200d♂ 🤷 🤷\u200d♀ 😡"
)
"""All that a bot may put on a message (Bot API, ReactionTypeEmoji)."""
SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def _own_message(world: World, call: Call) -> tuple[Chat, Entry]:
    chat = world.writable_chat(call.text("chat_id"))
    entry = _named_message(chat, call, "edit")
    if not entry.from_bot and chat.type != "channel":
        raise bad_request("message can't be edited")
    return chat, entry


def _named_message(chat: Chat, call: Call, purpose: str) -> Entry:
    if not call.integer("message_id"):
        raise bad_request("message identifier is not specified")
    entry = chat.entry(call.integer("message_id"))
    if entry is None:
        raise bad_request(f"message to {purpose} not found")
    return entry


def edit_message_text(world: World, call: Call) -> Json:
    """Replace a text; without ``reply_markup`` its buttons are removed."""
    _, entry = _own_message(world, call)
    if "text" not in entry.message:
        raise bad_request("there is no text in the message to edit")
    return _replace(world, call, entry, ("text", "entities"), read_text(call))


def edit_message_caption(world: World, call: Call) -> Json:
    """Replace a caption."""
    _, entry = _own_message(world, call)
    if "text" in entry.message:
        raise bad_request("there is no caption in the message to edit")
    return _replace(world, call, entry, ("caption", "caption_entities"), read_caption(call))


def edit_message_reply_markup(world: World, call: Call) -> Json:
    """Replace or remove the buttons."""
    _, entry = _own_message(world, call)
    return _replace(world, call, entry, (), {})


def _replace(world: World, call: Call, entry: Entry, old: tuple[str, ...], new: Json) -> Json:
    markup = read_markup(call)
    if markup and "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    kept = {name: value for name, value in entry.message.items() if name not in {*old, "reply_markup"}}
    edited = kept | new | ({"reply_markup": markup} if markup else {})
    if edited == entry.message:
        raise bad_request(SAME)
    entry.message = edited | {"edit_date": world.stamp()}
    if old:
        entry.phone["edited"] = True
    world.keep_entry(entry)
    return entry.message


def delete_message(world: World, call: Call) -> bool:
    """Take a message out of the chat: the bot's own or, in a private chat, the person's; within 48 hours."""
    chat = world.find_chat(call.text("chat_id"))
    entry = _named_message(chat, call, "delete")
    if not _deletable(world, chat, entry):
        raise bad_request("message can't be deleted")
    world.delete(chat, entry, by="bot")
    return True


def delete_messages(world: World, call: Call) -> bool:
    """Delete several messages; those that are already deleted are skipped."""
    chat = world.find_chat(call.text("chat_id"))
    ids = call.json("message_ids")
    if not isinstance(ids, list) or not ids:
        raise bad_request("message identifiers are not specified")
    if len(ids) > MOST_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    entries = [entry for entry in map(chat.entry, map(int, ids)) if entry is not None]
    if not all(_deletable(world, chat, entry) for entry in entries):
        raise bad_request("message can't be deleted")
    for entry in entries:
        world.delete(chat, entry, by="bot")
    return True


def _deletable(world: World, chat: Chat, entry: Entry) -> bool:
    if world.stamp() - entry.message["date"] > DELETABLE_SECONDS and chat.bot_status != "administrator":
        return False
    return entry.from_bot or chat.type == "private" or chat.bot_status == "administrator"


def pin_chat_message(world: World, call: Call) -> bool:
    """Pin a message."""
    chat = world.writable_chat(call.text("chat_id"))
    entry = _named_message(chat, call, "pin")
    chat.pinned = [*[pinned for pinned in chat.pinned if pinned != entry.id], entry.id]
    world.keep_chat(chat)
    return True


def unpin_chat_message(world: World, call: Call) -> bool:
    """Unpin one message, else the newest pinned one."""
    chat = world.writable_chat(call.text("chat_id"))
    if not chat.pinned:
        raise bad_request("message to unpin not found")
    wanted = call.integer("message_id", chat.pinned[-1])
    chat.pinned = [pinned for pinned in chat.pinned if pinned != wanted]
    world.keep_chat(chat)
    return True


def unpin_all_chat_messages(world: World, call: Call) -> bool:
    """Unpin all messages of a chat."""
    chat = world.writable_chat(call.text("chat_id"))
    chat.pinned = []
    world.keep_chat(chat)
    return True


def set_message_reaction(world: World, call: Call) -> bool:
    """Put one emoji on a message, or take it away."""
    chat = world.writable_chat(call.text("chat_id"))
    entry = _named_message(chat, call, "react")
    wanted = call.json("reaction") or []
    emoji = [str(each.get("emoji", "")).removesuffix("\ufe0f") for each in wanted]
    if len(emoji) > 1 or not set(emoji) <= set(REACTIONS.split()):
        raise bad_request("REACTION_INVALID" if len(emoji) == 1 else "REACTIONS_TOO_MANY")
    entry.phone["reaction"] = emoji[0] if emoji else ""
    world.keep_entry(entry)
    return True


METHODS: dict[str, Any] = {
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "deletemessages": delete_messages,
    "pinchatmessage": pin_chat_message,
    "unpinchatmessage": unpin_chat_message,
    "unpinallchatmessages": unpin_all_chat_messages,
    "setmessagereaction": set_message_reaction,
}
