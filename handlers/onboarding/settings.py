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
from handlers.conversation.questions import Choose, NameText, Next, Option
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import back_to_open
from handlers.wording.terms import ADDRESSES, MODES, address_of
from locales import N_, NAMES, addressee, speaking
from locales import gettext as _
from models.people.account import Account, Address, ReadingMode

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
            Step.ADDRESS: Choose(
                N_("How shall we address you?"), options=[*ADDRESSES.items()], take=take_address, back=Step.WHICH
            ),
            Step.CALLED: NameText(N_("What name shall we use for you?"), take=take_called, back=Step.ADDRESS),
            Step.LANGUAGE: Choose(
                N_("Which language do you want to use?"), options=LANGUAGE_OPTIONS, take=take_language, back=Step.WHICH
            ),
            Step.MODE: Choose(ask_mode, options=[*MODES.items()], take=take_mode, back=Step.WHICH),
        },
        commands=[
            Command("bahasa", N_("Change the language"), Step.LANGUAGE),
            Command("akses", N_("Change how messages look"), Step.MODE),
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
        _("Look of messages: {mode}").format(mode=_(MODES[account.mode])),
    ]


async def take_which(context: Context, account: Account, key: str) -> Next:
    return Step(key) if key != NOTHING else await done(context, account)


async def take_address(context: Context, account: Account, key: str) -> Next:
    account.address = Address(key)
    return Step.CALLED if account.address is Address.NAME else await done(context, account)


async def take_called(context: Context, account: Account, name: str) -> int:
    account.called = name
    return await done(context, account)


async def take_language(context: Context, account: Account, key: str) -> int:
    """Take the language; what is set now is said in the new one."""
    account.language = key
    with speaking(key, addressee()):
        return await done(context, account)


def ask_mode(context: Context, account: Account) -> Prompt:
    lines = [
        _("Choose the look of messages that suits you best."),
        _("Short and easy: few words, short sentences."),
        _("Screen reader: numbers are spelled, choices are counted."),
        _("Deaf: everything in writing."),
    ]
    return Prompt("\n".join(lines), _("How shall messages look?"))


async def take_mode(context: Context, account: Account, key: str) -> int:
    account.mode = ReadingMode(key)
    return await done(context, account)


async def done(context: Context, account: Account) -> int:
    """Say what is set now; continue the conversation that was open before."""
    show_menu(context, _("Your settings now:"), *as_set(account))
    return await back_to_open(context, TALK)


LANGUAGE_OPTIONS = (
    Option("id", NAMES["id"], also=(N_("Indonesian"),)),
    Option("en", NAMES["en"], also=(N_("The English language"),)),
)
WHICH_OPTIONS = (
    Option(Step.ADDRESS, N_("Change form of address")),
    Option(Step.LANGUAGE, N_("Change language")),
    Option(Step.MODE, N_("Change the look")),
    Option(NOTHING, N_("Change nothing"), also=(N_("Back"),)),
)
