"""/program: look at every programme before anything is asked; the link of a poster opens its programme.

/program ─▶ GROUP ─▶ LIST ─▶ DETAILS ─┬─▶ registering for it
/start p-uep ──────────────────▲      └─▶ where its office is          Kembali goes back one question

Nothing is stored, and nothing is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import NamedTuple

from telegram import Update

from handlers.conversation.access import OPEN
from handlers.conversation.buttons import CallbackData
from handlers.conversation.context import Context
from handlers.conversation.form import Prompt
from handlers.conversation.match import match_choice
from handlers.conversation.menu import Section, show_menu
from handlers.conversation.questions import END, Choose, Next, Option
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import back_to_open, leave_talk
from handlers.wording.office_text import office_lines
from handlers.wording.programme_text import programme_text, short_text
from locales import N_, language
from locales import gettext as _
from models.applications.registration import FORM
from models.people.account import Account
from models.programmes.programme_file import Kind, Programme

TALK = "programme"
REGISTER, OFFICE = "register", "office"
REFERRALS = "referrals"


class Group(NamedTuple):
    """What people look for, and the kinds of programmes in it."""

    label: str
    kinds: frozenset[Kind]


GROUPS: Mapping[str, Group] = {
    "skills": Group(N_("Training and work"), frozenset({"training", "event", "placement"})),
    "business": Group(N_("Help for a business"), frozenset({"toolkit", "survey"})),
    "protection": Group(N_("Insurance and care homes"), frozenset({"insurance", "panti"})),
    REFERRALS: Group(N_("BLT, food, water, sanitation"), frozenset({"referral"})),
}
ASK_GROUP = (N_("Which programmes do you want to see?"), N_("You may also write the name of a programme."))


leave = partial(leave_talk, TALK)


class Step(StrEnum):
    GROUP = "GROUP"
    LIST = "LIST"
    DETAILS = "DETAILS"


@dataclass
class BrowseState:
    """The group and the programme that are looked at."""

    group: str = ""
    programme: str = ""


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OPEN,
        state=BrowseState,
        steps={
            Step.GROUP: Choose(
                ASK_GROUP, options=group_options, take=take_group, other=named, back=partial(leave_talk, TALK)
            ),
            Step.LIST: Choose(
                ask_which,
                options=listed,
                take=take_programme,
                other=named,
                subject=looked_through,
                gone=Step.GROUP,
                back=Step.GROUP,
            ),
            Step.DETAILS: Choose(
                describe, options=details_options, take=take_details, subject=looked_at, gone=Step.GROUP, back=back
            ),
        },
        commands=[Command("program", N_("See all programmes"))],
        sections={Section.PROGRAMMES: Step.GROUP},
    )


def open_group(context: Context, key: str) -> Step:
    """Begin with the list of one group."""
    return take_group(context, context.account, key)


def open_programme(context: Context, key: str) -> Step:
    """Begin with one programme: that of a poster, or one named elsewhere."""
    context.state(BrowseState).programme = key
    return Step.DETAILS


def group_options(context: Context, account: Account) -> list[tuple[str, str]]:
    """Return the groups that hold a programme."""
    found = {group_of(programme) for programme in context.reference.catalogue}
    return [(key, group.label) for key, group in GROUPS.items() if key in found]


def group_of(programme: Programme) -> str:
    return next(key for key, group in GROUPS.items() if programme.kind in group.kinds)


def take_group(context: Context, account: Account, key: str) -> Step:
    context.state(BrowseState).group = key
    return Step.LIST


async def looked_through(context: Context) -> str | None:
    """Return the group that is looked at, as long as it holds a programme."""
    group = context.state(BrowseState).group
    return next((group for programme in context.reference.catalogue if group_of(programme) == group), None)


def ask_which(context: Context, group: str) -> list[str]:
    return [_(GROUPS[group].label), _("Which programme do you want to read about?")]


def listed(context: Context, group: str) -> list[Option]:
    """Return the programmes of the group; the list also says which ones are closed."""
    return [option_of(programme) for programme in context.reference.catalogue if group_of(programme) == group]


def option_of(programme: Programme) -> Option:
    name = programme.short_name.in_(language())
    line = name if programme.open else _("{programme} (not open now)").format(programme=name)
    return Option(programme.key, name, line, (programme.short_name.id, programme.short_name.en))


def named(context: Context, subject: object, update: Update) -> Step | None:
    """Open the programme of a typed name, of whichever group; None where no name, or more than one, is meant."""
    place = CallbackData(TALK, Step.LIST, "")
    choice = match_choice(update, [option_of(programme).at(place) for programme in context.reference.catalogue])
    return open_programme(context, choice.key) if choice else None


def take_programme(context: Context, group: str, key: str) -> Step:
    return open_programme(context, key)


async def looked_at(context: Context) -> Programme | None:
    return context.reference.catalogue.offered(context.state(BrowseState).programme)


def describe(context: Context, programme: Programme) -> Prompt:
    return Prompt(programme_text(programme, context.reference), short_text(programme, context.reference))


def details_options(context: Context, programme: Programme) -> list[Option]:
    register = N_("Register for it") if programme.open else N_("Register anyway")
    return [Option(REGISTER, register), Option(OFFICE, N_("Where the office is"))]


async def take_details(context: Context, programme: Programme, key: str) -> Next:
    if key == OFFICE:
        show_menu(context, *office_lines(context.reference.office(programme.next_step.office)))
        return await back_to_open(context, TALK)
    await context.registry.begin_about(FORM, context, programme.key)
    return END


def back(context: Context, programme: Programme) -> Step:
    """Go back to the list of its group, also from a poster, where no list was open."""
    context.state(BrowseState).group = group_of(programme)
    return Step.LIST
