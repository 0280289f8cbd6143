"""/data: show what is stored about the people of this account, who has seen it, and what may be done with it.

/data ─▶ shown, with an offer ─┬─copy──▶ copy_data.py      ├─how long──▶ the days of each file
                               ├─correct──▶ correct_data.py├─sorting──▶ object_to_profiling.py
                               └─consents──▶ consents.py   └─erase──▶ erase_data.py
"""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from telegram import Update

from handlers.caregivers import caregiver_notices
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.drafts import draft_lifetime
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import Section, show_menu
from handlers.conversation.registry import Command, Conversation
from handlers.mydata import consents, copy_data, correction_session, erase_data, object_to_profiling
from handlers.wording.own_data_text import answer_line, general_lines, kept_lines, request_lines
from handlers.wording.person_words import described
from handlers.wording.staff_text import seen_lines
from locales import N_, NAMES
from locales import gettext as _
from models.applications.overview import PersonOverview, overviews_for
from models.mydata.access_history import accesses_to, consents_of
from models.mydata.data_request import requests_for

TALK, ASK = "data", "ASK"
NOTHING = "nothing"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        commands=[Command("data", N_("See my data"), show)],
        sections={Section.DATA: show},
        routes={ASK: go_to},
    )


async def show(update: Update, context: Context) -> None:
    found = await overviews_for(context.session, context.account, context.now)
    for standing in (one for one in found if one.shows_data):
        await caregiver_notices.looked_at(context, standing.link, standing.person)
        context.send(*await person_lines(context, standing), protect=True)
    context.send(*await account_lines(context, found))
    offer(context, _("What do you want to do?"), request_choices())


async def go_to(key: str, update: Update, context: Context) -> None:
    """Begin what was chosen; each conversation checks itself whose data it may use."""
    offered = OFFERED.get(key)
    if offered is None:
        show_menu(context, _("All right. Type /data to see it again."))
    elif isinstance(offered.does, str):
        await context.registry.begin(offered.does, update, context)
    else:
        await offered.does(context)


async def show_keeping(context: Context) -> None:
    """Show why the data is still stored."""
    found = await overviews_for(context.session, context.account, context.now)
    for standing in found:
        name = [] if standing.link.is_self else [_("Name: {name}").format(name=standing.person.name)]
        files = [line.application for line in standing.lines]
        context.send(*name, *kept_lines(context, files))
    show_menu(context, *general_lines(context))


async def person_lines(context: Context, standing: PersonOverview) -> list[str]:
    """Return what is stored about one person, a line each; identifiers are masked."""
    person, number = standing.person, standing.person.id or 0
    seen = seen_lines(context, await accesses_to(context.session, number))
    asked = [one for one in await requests_for(context.session, standing.link) if one.is_open]
    return [
        _("This is stored:"),
        *described(context, person),
        *([""] if len(seen) > 1 else []),
        *seen,
        *(["", _("You have asked for this:"), *request_lines(context, asked)] if asked else []),
    ]


async def account_lines(context: Context, found: list[PersonOverview]) -> list[str]:
    account = context.account
    lines = [] if found else [_("Nobody is registered from this account yet.")]
    lines += [_("About this account:"), _("Language: {language}").format(language=NAMES[account.language])]
    lines += [_("Organisation: {name}").format(name=account.organisation)] if account.organisation else []
    lines += [answer_line(context, one) for one in await consents_of(context.session, account.id or 0)]
    if context.work.drafts:
        lines.append(_("Unsent answers are kept for {count} days.").format(count=draft_lifetime(context).days))
    return lines


class DataOffer(NamedTuple):
    """What may be done with the data: the words, and the conversation that does it, or what is sent at once."""

    label: str
    does: str | Callable[[Context], Awaitable[None]]


OFFERED = {
    "copy": DataOffer(N_("Get a copy of my data"), copy_data.copy),
    "correct": DataOffer(N_("Correct my data"), correction_session.TALK),
    "consents": DataOffer(N_("My consents"), consents.TALK),
    "sorting": DataOffer(N_("How the bot sorts programmes"), object_to_profiling.TALK),
    "keeping": DataOffer(N_("How long is it kept?"), show_keeping),
    "erase": DataOffer(N_("Erase my data"), erase_data.TALK),
}


def request_choices() -> list[Choice]:
    offered = [(key, one.label) for key, one in OFFERED.items()]
    return choices(TALK, ASK, *offered, (NOTHING, N_("Change nothing")))
