"""/kantor: find an office by its name or by the place where one lives; nothing is stored.

/kantor ─▶ WHICH ──▶ address, hours, access and a written contact
"""

from enum import StrEnum
from functools import partial

from telegram import Update

from handlers.conversation.access import OPEN
from handlers.conversation.context import Context
from handlers.conversation.match import words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import AGAIN, Choose, Option
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import back_to_open, leave_talk
from handlers.wording.office_text import office_lines
from locales import N_, language
from locales import gettext as _
from models.office_file import OfficeEntry
from models.people.account import Account
from models.place_line import find_in_line

TALK = "offices"
ASK = (N_("Which office are you looking for?"), N_("Or write your kabupaten or kota."))
leave = partial(leave_talk, TALK)


class Step(StrEnum):
    WHICH = "WHICH"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OPEN,
        steps={
            Step.WHICH: Choose(ASK, options=offices, take=take_office, other=take_place, back=partial(leave_talk, TALK))
        },
        commands=[Command("kantor", N_("Find an office"))],
    )


def offices(context: Context, account: Account) -> list[Option]:
    """Return the offices that people may visit: partners answer referrals, in no building of their own here."""
    return [Option(one.key, one.short_name.in_(language())) for one in visited(context)]


def visited(context: Context) -> list[OfficeEntry]:
    return [one for one in context.reference.catalogue.office.offices if one.level != "partner"]


async def take_office(context: Context, account: Account, key: str) -> int:
    show_menu(context, *office_lines(context.reference.office(key)))
    return await back_to_open(context, TALK)


async def take_place(context: Context, account: Account, update: Update) -> int | None:
    """Show the office of a typed place: the one of the kabupaten or kota, else the one of the province."""
    typed = words_of(update)
    if typed is None or not any(map(str.isalpha, typed)):
        return None
    reference = context.reference
    place = find_in_line(reference.places, typed, reference.catalogue.office.served.regencies).place
    office = office_for(visited(context), place.code) if place else None
    if office is None:
        context.send(_("We do not know an office for that place."))
        return AGAIN
    return await take_office(context, account, office.key)


def office_for(among: list[OfficeEntry], code: str) -> OfficeEntry | None:
    """Return the office with the smallest region around a place; a unit comes after the office it belongs to."""
    around = [one for one in among if code.startswith(one.region) and one.level != "unit"]
    return max(around, key=lambda one: len(one.region), default=None)
