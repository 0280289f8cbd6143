"""Send choices that no conversation waits for, such as "Lanjutkan", and follow them when tapped or typed.

offered ─┬─ tapped, however much later ─▶ followed
         └─ typed in the very next message ─▶ followed; other words go to the open conversation

Beside an open question the numbers are those of its choices; where none is open, the first words of a choice will do.
"""

from collections.abc import Sequence
from typing import Any

from telegram import Message, Update
from telegram.ext import filters

from handlers.conversation.access import refusal_for, refuse
from handlers.conversation.buttons import CallbackData, Choice, named_exactly
from handlers.conversation.context import OPEN_TALKS, Context, current_unit_of_work
from handlers.conversation.menu import is_quoted, is_word_of_menu
from models.plain_words import plain

OFFERED, FRESH, OLD = "offered", "fresh", "old"


def offer(context: Context, text: str, choices: Sequence[Choice], *, numbered_choices: bool = True, **how: Any) -> None:
    """Send a message with choices; the open conversation stays open, and has the numbers if it is asked again."""
    context.send(text, choices=choices, numbered_choices=numbered_choices, **how)
    listed = [[choice.press.pack(), choice.label, list(choice.also)] for choice in choices]
    context.work.remember(OFFERED, [FRESH, listed, numbered_choices])


def grow_old(context: Context) -> None:
    """At the beginning of an update: what was offered before can be typed in this one, and no later."""
    if offered := context.work.state.get(OFFERED):
        context.work.remember(OFFERED, [OLD, *offered[1:]])


def forget(context: Context) -> None:
    """At the end of an update: an old offer can still be tapped, but its numbers mean nothing any more."""
    if (offered := context.work.state.get(OFFERED)) and offered[0] == OLD:
        context.work.remember(OFFERED, None)


def offered_now() -> list[Choice]:
    """Return what the last message of the bot offered."""
    _, listed, *_numbered = current_unit_of_work().state.get(OFFERED) or (OLD, [])
    read = ((CallbackData.read(data), label, also) for data, label, also in listed)
    return [Choice(press, label, tuple(also)) for press, label, also in read if press is not None]


def meant(text: str) -> Choice | None:
    """Return the offered choice that the typed words name: its number, all its words, or its first words."""
    said, offered, state = plain(text), offered_now(), current_unit_of_work().state
    if not offered or is_quoted(text.strip()) or (said.isdecimal() and not state[OFFERED][2]):
        return None
    is_free = not state.get(OPEN_TALKS) and not is_word_of_menu(text)
    begun = [choice for choice in offered if is_free and choice.begins_with(said)]
    return named_exactly(text, offered) or (begun[0] if len(begun) == 1 else None)


class Accepted(filters.MessageFilter):
    """Matches words that name a choice offered just before."""

    def filter(self, message: Message) -> bool:
        return message.forward_origin is None and meant(message.text or "") is not None


async def typed(update: Update, context: Context) -> None:
    """Follow a choice that was typed."""
    choice = meant((update.message and update.message.text) or "")
    if choice is not None:
        await follow(choice.press, update, context)


async def tapped(update: Update, context: Context) -> None:
    """Follow a choice that was tapped, now or long ago; a press without data is answered as unmatched."""
    press = CallbackData.read((update.callback_query and update.callback_query.data) or "")
    if press is not None:
        await follow(press, update, context)
        return
    await context.registry.unmatched(update, context)


def is_offer(data: object) -> bool:
    """Is this the data of a follow-up button?"""
    press = CallbackData.read(data) if isinstance(data, str) else None
    return press is not None and (press.talk, press.step) in current_unit_of_work().registry.routes


async def follow(press: CallbackData, update: Update, context: Context) -> None:
    """Follow the route of a choice. The route checks access to the row again: button data is attacker-controlled."""
    route = context.registry.routes[press.talk, press.step]
    if (why := await refusal_for(route.access, context)) is None:
        await route.follow(press.key, update, context)
    else:
        await refuse(why, update, context)
