"""Implements the methods about chats and their members."""

from typing import Any

from bot.sandbox.calls import Call
from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad_request, forbidden
from bot.sandbox.store import Json
from bot.sandbox.world import World


def get_chat(world: World, call: Call) -> Json:
    """Describe a chat. A private chat whose person never wrote is unknown to the bot."""
    chat = _known_chat(world, call)
    fixed: Json = {"accent_color_id": chat.id % 7, "max_reaction_count": 11}
    fixed["accepted_gift_types"] = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"),
        False,
    )
    pinned = chat.entry(chat.pinned[-1]) if chat.pinned else None
    shown = {"pinned_message": pinned.message} if pinned else {}
    return world.chat_json(chat) | fixed | shown


def get_chat_member(world: World, call: Call) -> Json:
    """Return the role of a person, or of the bot itself, in a chat."""
    chat = _known_chat(world, call)
    user_id = call.integer("user_id")
    if user_id == world.bot_id:
        return {"user": world.bot_user(), "status": chat.bot_status}
    if user_id not in world.people:
        raise bad_request("member not found")
    inside = user_id in chat.members or user_id == chat.id
    return {"user": world.people[user_id].user(), "status": "member" if inside else "left"}


def get_chat_member_count(world: World, call: Call) -> int:
    """Count the members of a chat, the bot among them."""
    chat = _known_chat(world, call)
    return 2 if chat.type == "private" else len(chat.members) + 1


def leave_chat(world: World, call: Call) -> bool:
    """Leave a group or channel."""
    chat = _known_chat(world, call)
    if chat.type == "private":
        raise bad_request("chat can't be left")
    chat.bot_status = "left"
    world.keep_chat(chat)
    return True


def _known_chat(world: World, call: Call) -> Chat:
    chat = world.known_chat(call.text("chat_id"))
    if chat.type != "private" and chat.bot_status in {"left", "kicked"}:
        raise forbidden(f"bot is not a member of the {chat.type} chat")
    return chat


METHODS: dict[str, Any] = {
    "getchat": get_chat,
    "getchatmember": get_chat_member,
    "getchatmembercount": get_chat_member_count,
    "leavechat": leave_chat,
}
