"""/bahasa, /akses and Pengaturan: form of address, language and way of reading, changed at any time.

Pengaturan ─▶ WHICH ─┬─▶ ADDRESS ─▶ CALLED (just my name)
/bahasa ─────────────┼─▶ LANGUAGE
/akses ──────────────┴─▶ MODE                 each ends with what is set now

Kembali goes back to WHICH, /batal leaves from anywhere
"""

from enum import StrEnum

from handlers.conversation.access import OWN
from handlers.conversation.context import Context
from handlers.conversation.form import Prompt
from handlers.conversation.menu import Section, show_menu
from handlers.conversation.questions import Choose, Next, Option
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import back_to_open
from handlers.onboarding import preferences
from handlers.wording.terms import MODES, address_of
from locales import N_, NAMES
from locales import gettext as _
from models.people.account import Account

TALK = "set"
NOTHING = "nothing"


class Step(StrEnum):
    WHICH = "WHICH"
    ADDRESS = "ADDRESS"
    CALLED = "CALLED"
    LANGUAGE = "LANGUAGE"
    MODE = "MODE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=OWN,
        steps={
            Step.WHICH: Choose(ask_which, options=WHICH_OPTIONS, take=take_which),
            Step.ADDRESS: preferences.address(done, called=Step.CALLED, back=Step.WHICH),
            Step.CALLED: preferences.called(done, back=Step.ADDRESS),
            Step.LANGUAGE: preferences.spoken(done, back=Step.WHICH),
            Step.MODE: preferences.mode(ask_mode, done, back=Step.WHICH),
        },
        commands=[
            Command("bahasa", N_("Change the language"), Step.LANGUAGE),
            Command("akses", N_("Change the way of reading"), Step.MODE),
            Command("pengaturan", ""),
        ],
        sections={Section.SETTINGS: Step.WHICH},
    )


def ask_which(context: Context, account: Account) -> list[str]:
    return [*as_set(account), _("What do you want to change?")]


def as_set(account: Account) -> list[str]:
    """Return the settings of this account, a line each."""
    return [
        _("Form of address: {address}").format(address=address_of(account)),
        _("Language: {language}").format(language=NAMES[account.language]),
        _("Way of reading: {mode}").format(mode=_(MODES[account.mode])),
    ]


async def take_which(context: Context, account: Account, key: str) -> Next:
    return Step(key) if key != NOTHING else await done(context, account)


def ask_mode(context: Context, account: Account) -> Prompt:
    lines = [
        _("Choose the way of reading that is most comfortable."),
        _("Short and easy: few words, short sentences."),
        _("Screen reader: numbers are spelled, choices are counted."),
        _("Deaf: everything in writing, nobody telephones."),
    ]
    return Prompt("\n".join(lines), _("How do you like to read?"))


async def done(context: Context, account: Account) -> int:
    """Say what is set now; continue the conversation that was open before."""
    show_menu(context, _("This is how we speak with you now."), *as_set(account))
    return await back_to_open(context, TALK)


WHICH_OPTIONS = (
    Option(Step.ADDRESS, N_("Change form of address")),
    Option(Step.LANGUAGE, N_("Change language")),
    Option(Step.MODE, N_("Change way of reading")),
    Option(NOTHING, N_("Change nothing"), also=(N_("Back"),)),
)
