"""Offers: choices under a message that nothing waits for, such as "Lanjutkan" or "Batalkan pendaftaran".

offered ─┬─ tapped, however much later ─▶ followed
         └─ typed as the very next thing ─▶ followed; anything else goes to the talk that is open
"""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from telegram import Message, Update
from telegram.ext import filters

from handlers.buttons import Choice, Press, plain
from handlers.context import Talk, work_in_hand
from handlers.menu import Section, is_quoted
from handlers.permission import LINKED, OWN, Rule, no_entry, turn_away

OFFERED, FRESH, OLD = "offered", "fresh", "old"
Follow = Callable[[str, Update, Talk], Awaitable[Any]]


def offer(context: Talk, text: str, choices: Sequence[Choice], **how: Any) -> None:
    """Say something with choices; the talk that is open stays open."""
    context.say(text, choices=choices, **how)
    listed = [[choice.press.pack(), choice.label] for choice in choices]
    context.work.remember(OFFERED, [FRESH, listed])


def grow_old(context: Talk) -> None:
    """At the beginning of a turn: what was offered before it can be taken up in this one, and no later."""
    if offered := context.work.state.get(OFFERED):
        context.work.remember(OFFERED, [OLD, offered[1]])


def forget(context: Talk) -> None:
    """At the end of a turn: an old offer can still be tapped, but its numbers mean nothing any more."""
    if (offered := context.work.state.get(OFFERED)) and offered[0] == OLD:
        context.work.remember(OFFERED, None)


def offered_now() -> list[Choice]:
    """What the last message of the bot offered."""
    _, listed = work_in_hand().state.get(OFFERED) or (OLD, [])
    return [Choice(press, label) for data, label in listed if (press := Press.read(data)) is not None]


def meant(text: str) -> Choice | None:
    """The offered choice that somebody's words name, by its number or all its words."""
    if is_quoted(text.strip()):
        return None
    said, offered = plain(text), offered_now()
    if said.isdecimal() and 1 <= int(said) <= len(offered):
        return offered[int(said) - 1]
    return next((choice for choice in offered if choice.is_meant_by(said)), None)


class Accepted(filters.MessageFilter):
    """Hears words that take up what was offered just before."""

    def filter(self, message: Message) -> bool:
        return message.forward_origin is None and meant(message.text or "") is not None


async def typed(update: Update, context: Talk) -> None:
    """An offer was taken up in words."""
    choice = meant((update.message and update.message.text) or "")
    if choice is not None:
        await follow(choice.press, update, context)


async def tapped(update: Update, context: Talk) -> None:
    """An offer was tapped, now or long ago. A press without data comes here too, and is answered like any stray."""
    press = Press.read((update.callback_query and update.callback_query.data) or "")
    if press is not None:
        await follow(press, update, context)
        return
    from handlers.reception import strays  # strays know the talks, and every talk makes offers

    await strays.stray(update, context)


def is_offer(data: object) -> bool:
    """Is this the data of a choice that leads somewhere by itself?"""
    press = Press.read(data) if isinstance(data, str) else None
    return press is not None and (press.talk, press.step) in ways()


async def follow(press: Press, update: Update, context: Talk) -> None:
    """Go where a choice leads. What it names is looked up there: the data of a button proves nothing."""
    way = ways()[press.talk, press.step]
    if (why := await no_entry(way.rule, context)) is None:
        await way.follow(press.key, update, context)
    else:
        await turn_away(why, update, context)


class Way(NamedTuple):
    """Where an offer leads, and who may go there."""

    rule: Rule
    follow: Follow


@cache
def ways() -> dict[tuple[str, str], Way]:
    """Where offers lead. Looked up when needed, because the talks themselves make offers."""
    from handlers import menu, registering
    from handlers.counter import finding, printing
    from handlers.departing import asking as departing
    from handlers.family import answering, circle, telling
    from handlers.following import helping, status
    from handlers.mydata import answering as data_answering
    from handlers.mydata import summary
    from handlers.reception import resuming
    from handlers.registering import assisted
    from handlers.staff import colleagues, desk, inviting, trying

    return {
        (menu.TALK, Section.REGISTER): Way(OWN, begun(registering.TALK, registering.begin)),
        (menu.TALK, Section.STATUS): Way(LINKED, begun(status.TALK, status.begin)),
        (menu.TALK, Section.HELP): Way(OWN, begun(helping.TALK, helping.begin)),
        (resuming.TALK, resuming.STEP): Way(OWN, resuming.go_on),
        (status.TALK, status.DO): Way(LINKED, status.do),
        (summary.TALK, summary.ASK): Way(LINKED, summary.go_to),
        (departing.TALK, departing.DO): Way(LINKED, departing.do),
        (departing.TALK, departing.SAY): Way(LINKED, departing.say),
        (circle.TALK, circle.DO): Way(LINKED, circle.do),
        (answering.TALK, answering.SAY): Way(answering.RULE, answering.say),
        (telling.TALK, telling.AGE): Way(LINKED, telling.of_age),
        (desk.TALK, finding.TALK): Way(finding.RULE, begun(finding.TALK, finding.begin)),
        (desk.TALK, assisted.TALK): Way(assisted.RULE, begun(assisted.TALK, assisted.begin)),
        (desk.TALK, printing.TALK): Way(printing.RULE, begun(printing.TALK, printing.begin)),
        (desk.TALK, data_answering.TALK): Way(data_answering.RULE, begun(data_answering.TALK, data_answering.begin)),
        (desk.TALK, inviting.TALK): Way(inviting.RULE, begun(inviting.TALK, inviting.begin)),
        (inviting.TALK, inviting.WITHDRAW): Way(inviting.RULE, inviting.take_back),
        (desk.TALK, colleagues.TALK): Way(colleagues.RULE, begun(colleagues.TALK, colleagues.begin)),
        (desk.TALK, trying.TALK): Way(trying.RULE, begun(trying.TALK, trying.begin)),
        (desk.TALK, desk.LEAVE): Way(desk.RULE, desk.ask_leaving),
        (desk.TALK, desk.SURE): Way(desk.RULE, desk.leave_office),
    }


def begun(talk: str, begin: Callable[[Update, Talk], Awaitable[Any]]) -> Follow:
    """A way that begins a talk from outside of it."""
    from handlers.reception.resuming import settle

    async def way(_key: str, update: Update, context: Talk) -> None:
        settle(talk, await begin(update, context))

    return way
