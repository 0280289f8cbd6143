"""Make the questions about form of address, name, language and reading mode, for every conversation that asks them.

Each function makes one question. The answer is stored in the account; `then` is what follows it.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from typing import Any

from handlers.conversation.context import Context
from handlers.conversation.questions import Choose, NameText, Next, Option, value_of
from handlers.wording.terms import ADDRESSES, MODES
from locales import LANGUAGES, N_, NAMES, speaking
from models.people.account import Account, Address, ReadingMode

Then = StrEnum | Callable[[Context, Account], Any]
ASK_ADDRESS = N_("How shall we address you?")
ALSO = {"id": N_("Indonesian"), "en": N_("The English language")}
"""Other names of a language."""


def address(then: Then, *, called: StrEnum, back: StrEnum) -> Choose[Account]:
    """Ask for the form of address. `called`: the step that asks for the name, where it was chosen."""
    return Choose(ASK_ADDRESS, options=[*ADDRESSES.items()], take=partial(take_address, then, called), back=back)


async def take_address(then: Then, called: StrEnum, context: Context, account: Account, key: str) -> Next:
    account.address = Address(key)
    following: Next = called if account.address is Address.NAME else await value_of(then, context, account)
    return following


def called(then: Then, *, back: StrEnum) -> NameText[Account]:
    return NameText(N_("What name shall we use for you?"), take=partial(take_called, then), back=back)


async def take_called(then: Then, context: Context, account: Account, name: str) -> Next:
    account.called = name
    following: Next = await value_of(then, context, account)
    return following


def spoken(then: Then, *, back: StrEnum) -> Choose[Account]:
    """Ask for the language; the next message is in the new one."""
    languages = [Option(code, NAMES[code], also=(ALSO[code],)) for code in LANGUAGES]
    return Choose(
        N_("Which language do you want to use?"), options=languages, take=partial(take_language, then), back=back
    )


async def take_language(then: Then, context: Context, account: Account, key: str) -> Next:
    account.language = key
    with speaking(key):
        following: Next = await value_of(then, context, account)
    return following


def mode(ask: tuple[str, ...] | Callable[[Context, Account], Any], then: Then, *, back: StrEnum) -> Choose[Account]:
    return Choose(ask, options=[*MODES.items()], take=partial(take_mode, then), back=back)


async def take_mode(then: Then, context: Context, account: Account, key: str) -> Next:
    account.mode = ReadingMode(key)
    following: Next = await value_of(then, context, account)
    return following
