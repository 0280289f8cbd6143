"""Make the questions about form of address, name, language and reading mode, for every conversation that asks them.

Each function makes one question. The answer is stored in the account; `then` is what follows it.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from handlers.conversation.context import Context
from handlers.conversation.questions import Choose, NameText, Next, Option, next_of
from handlers.wording.terms import ADDRESSES, MODES
from locales import LANGUAGES, N_, NAMES, speaking
from models.people.account import Account, Address, ReadingMode

Then = StrEnum | Callable[[Context, Account], Any]
ASK_ADDRESS = N_("How shall we address you?")
ALSO = {"id": N_("Indonesian"), "en": N_("The English language")}
"""Other names of a language."""


def address(then: Then, *, called: StrEnum, back: StrEnum) -> Choose[Account]:
    """Ask for the form of address. `called`: the step that asks for the name, where it was chosen."""

    async def take(context: Context, account: Account, key: str) -> Next:
        account.address = Address(key)
        return called if account.address is Address.NAME else await next_of(then, context, account)

    return Choose(ASK_ADDRESS, options=[*ADDRESSES.items()], take=take, back=back)


def called(then: Then, *, back: StrEnum) -> NameText[Account]:
    async def take(context: Context, account: Account, name: str) -> Next:
        account.called = name
        return await next_of(then, context, account)

    return NameText(N_("What name shall we use for you?"), take=take, back=back)


def spoken(then: Then, *, back: StrEnum) -> Choose[Account]:
    """Ask for the language; the next message is in the new one."""

    async def take(context: Context, account: Account, key: str) -> Next:
        account.language = key
        with speaking(key):
            return await next_of(then, context, account)

    languages = [Option(code, NAMES[code], also=(ALSO[code],)) for code in LANGUAGES]
    return Choose(N_("Which language do you want to use?"), options=languages, take=take, back=back)


def mode(ask: tuple[str, ...] | Callable[[Context, Account], Any], then: Then, *, back: StrEnum) -> Choose[Account]:
    async def take(context: Context, account: Account, key: str) -> Next:
        account.mode = ReadingMode(key)
        return await next_of(then, context, account)

    return Choose(ask, options=[*MODES.items()], take=take, back=back)
