"""Implements the methods that send messages and chat actions, and that answer callback queries."""

from typing import Any

from bot.sandbox.api.text_fields import read_caption, read_text
from bot.sandbox.calls import Call
from bot.sandbox.chats import Chat, Entry
from bot.sandbox.errors import bad_request
from bot.sandbox.markup import read_markup
from bot.sandbox.store import Json
from bot.sandbox.world import World

ACTIONS = (
    "typing upload_photo record_video upload_video record_voice upload_voice record_audio upload_audio"
    " upload_document choose_sticker find_location record_video_note upload_video_note cancel"
)
HEAD = frozenset({"message_id", "date", "chat", "from", "sender_chat", "edit_date", "reply_markup"})
"""What belongs to one message and is not copied with its content."""


def deliver(world: World, call: Call, chat: Chat, content: Json) -> Json:
    """Post a message of the bot with the keyboard, reply and protection that the call asks for."""
    markup = read_markup(call)
    content = content | _reply(call, chat) | _options(call)
    if "inline_keyboard" in markup:
        content |= {"reply_markup": markup}
    sender = None if chat.type == "channel" else world.bot_user()
    entry = world.post(chat, content, sender=sender)
    if markup and "inline_keyboard" not in markup:
        _show_keyboard(world, chat, entry, markup)
    return entry.message


def _options(call: Call) -> Json:
    options: Json = {"has_protected_content": True} if call.flag("protect_content") else {}
    if preview := call.json("link_preview_options"):
        options["link_preview_options"] = preview
    return options


def _reply(call: Call, chat: Chat) -> Json:
    wanted = call.json("reply_parameters") or {}
    message_id = int(wanted.get("message_id") or call.integer("reply_to_message_id"))
    if not message_id:
        return {}
    quoted = chat.entry(message_id)
    if quoted is None:
        if wanted.get("allow_sending_without_reply") or call.flag("allow_sending_without_reply"):
            return {}
        raise bad_request("message to be replied not found")
    inside = {name: value for name, value in quoted.message.items() if name != "reply_to_message"}
    return {"reply_to_message": inside}


def _show_keyboard(world: World, chat: Chat, entry: Entry, markup: Json) -> None:
    entry.phone["keyboard"] = markup
    chat.keyboard = None if markup.get("remove_keyboard") else markup | {"message_id": entry.id}
    world.keep_entry(entry)
    world.keep_chat(chat)


def send_message(world: World, call: Call) -> Json:
    """Send a text."""
    chat = world.writable_chat(call.text("chat_id"))
    return deliver(world, call, chat, read_text(call))


def copy_message(world: World, call: Call) -> Json:
    """Copy a message without naming its origin; a caption may be replaced."""
    chat = world.writable_chat(call.text("chat_id"))
    original = world.find_chat(call.text("from_chat_id")).entry(call.integer("message_id"))
    if original is None:
        raise bad_request("message to copy not found")
    content = {name: value for name, value in original.message.items() if name not in HEAD}
    for name in ("reply_to_message", "forward_origin", "has_protected_content", "media_group_id"):
        content.pop(name, None)
    return {"message_id": deliver(world, call, chat, content | read_caption(call))["message_id"]}


def send_chat_action(world: World, call: Call) -> bool:
    """Show "typing …" for some seconds."""
    chat = world.writable_chat(call.text("chat_id"))
    if call.text("action").lower() not in ACTIONS.split():
        raise bad_request("wrong parameter action in request")
    world.events.publish("action", chat_id=chat.id, action=call.text("action").lower())
    return True


def answer_callback_query(world: World, call: Call) -> bool:
    """Answer a callback query, perhaps with a text: the phone stops showing that it waits."""
    press = world.take_press(call.text("callback_query_id"))
    if press is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if len(call.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    shown = {"text": call.text("text"), "show_alert": call.flag("show_alert"), "url": call.text("url")}
    world.events.publish("answer", press=press, **shown)
    return True


METHODS: dict[str, Any] = {
    "sendmessage": send_message,
    "copymessage": copy_message,
    "sendchataction": send_chat_action,
    "answercallbackquery": answer_callback_query,
}
