"""Implements getMe, getUpdates and the methods of the webhook."""

import re
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.calls import Call
from bot.sandbox.errors import bad_request, conflict
from bot.sandbox.store import Json
from bot.sandbox.updates import MOST_IN_ONE_ANSWER
from bot.sandbox.webhook import Hook
from bot.sandbox.world import World

LONGEST_POLL = 50
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


def get_me(world: World, call: Call) -> Json:
    """Return the bot's user."""
    yes = {"can_join_groups": True}
    no = (
        "can_read_all_group_messages",
        "supports_inline_queries",
        "can_connect_to_business",
        "has_main_web_app",
    )
    return world.bot_user() | yes | dict.fromkeys(no, False)


async def get_updates(world: World, call: Call) -> list[Json]:
    """Serve long polling; see ``UpdateQueue.take``."""
    if world.webhook.hook.url:
        raise conflict(WEBHOOK_ACTIVE)
    _remember_kinds(world, call)
    limit = min(max(call.integer("limit", MOST_IN_ONE_ANSWER), 1), MOST_IN_ONE_ANSWER)
    seconds = min(max(call.integer("timeout"), 0), LONGEST_POLL)
    return await world.updates.take(call.integer("offset"), limit, seconds)


def _remember_kinds(world: World, call: Call) -> None:
    kinds = call.json("allowed_updates")
    if isinstance(kinds, list):
        world.updates.allow([str(kind) for kind in kinds])


def set_webhook(world: World, call: Call) -> bool:
    """Push updates to an address from now on; an empty address ends it."""
    url = call.text("url")
    if not url:
        return delete_webhook(world, call)
    _check_address(url)
    secret = call.text("secret_token")
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    _remember_kinds(world, call)
    if call.flag("drop_pending_updates"):
        world.updates.forget_all()
    world.updates.end_poll(conflict("terminated by setWebhook request"))
    world.webhook.set(Hook(url, secret, call.integer("max_connections", 40)))
    return True


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.hostname == "localhost":
        return
    try:
        loopback = ip_address(parts.hostname).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise bad_request("bad webhook: the sandbox calls loopback addresses only")


def delete_webhook(world: World, call: Call) -> bool:
    """Go back to polling."""
    if call.flag("drop_pending_updates"):
        world.updates.forget_all()
    world.webhook.set(Hook())
    return True


def get_webhook_info(world: World, call: Call) -> Json:
    """Return the address, the length of the queue and the last failure."""
    hook = world.webhook.hook
    info: Json = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates),
    }
    if hook.url:
        info |= {"max_connections": hook.connections, "ip_address": "127.0.0.1", **world.webhook.last_error}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info


METHODS: dict[str, Any] = {
    "getme": get_me,
    "getupdates": get_updates,
    "setwebhook": set_webhook,
    "deletewebhook": delete_webhook,
    "getwebhookinfo": get_webhook_info,
}
