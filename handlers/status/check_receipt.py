"""/cek: show the stage of a file to the holder of its number and kode cek, on any phone.

/cek ─▶ NUMBER ─▶ CODE ─▶ stage and day only: no name, no programme            /batal leaves from anywhere

Both may be written in one message. Wrong numbers, wrong codes and numbers that do not exist are answered alike.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import AGAIN, Next, Text
from handlers.conversation.registry import Command, Conversation
from handlers.wording.office_text import turned_away
from handlers.wording.status_text import next_message
from handlers.wording.terms import STAGES
from locales import N_
from locales import gettext as _
from models.applications.application import OVER
from models.applications.receipt import KODE_CEK_LENGTH, PAYLOAD, Receipt, read, read_kode_cek
from models.applications.receipt_lookup import LookupOutcome, LookupResult, look_up
from models.people.account import Account

RULE = AccessRule(None, Resource.RECEIPT)
BOTH = re.compile(
    r"^(?P<number>.*\d[\s-]*[a-z])[\s,;.:/]+(?:kode(?: cek)?[\s:]*)?(?P<code>[\w -]{8,11})$", re.IGNORECASE
)
"""Matches a number, which ends in its check letter, and a code after it."""


class Step(StrEnum):
    NUMBER = "NUMBER"
    CODE = "CODE"


@dataclass
class CheckState:
    """The number whose kode cek is asked for."""

    number: str = ""


def conversation() -> Conversation:
    return Conversation(
        name="check",
        access=RULE,
        state=CheckState,
        steps={
            Step.NUMBER: Text(
                (
                    N_("Here you can check the status of a registration."),
                    N_("What is its number? For example: KT-2026-0412-G."),
                ),
                take=take_number,
            ),
            Step.CODE: Text(
                (
                    N_("What is the kode cek status?"),
                    N_("It stands under the number. It has eight letters and digits."),
                ),
                take=take_code,
                back=Step.NUMBER,
            ),
        },
        commands=[Command("cek", N_("Check by number"))],
        deep_links={PAYLOAD: begin_with},
    )


def begin_with(context: Context, payload: str) -> Step:
    """Begin with the number in a printed QR code (t.me/<bot>?start=cek-KT-2026-0412-N); it opens nothing by itself."""
    number = read(payload.removeprefix(PAYLOAD))
    if not isinstance(number, Receipt):
        return Step.NUMBER
    context.state(CheckState).number = str(number)
    return Step.CODE


async def take_number(context: Context, account: Account, words: str) -> Next:
    both = BOTH.match(words)
    number = read(both["number"] if both else words)
    if not isinstance(number, Receipt):
        context.send(_("That number is not right yet. Please look at it again."))
        return AGAIN
    context.state(CheckState).number = str(number)
    return await take_code(context, account, both["code"]) if both else Step.CODE


async def take_code(context: Context, account: Account, words: str) -> Next:
    """Take the code, and delete it from the chat: it opens the file to every reader."""
    context.delete_answer()
    code = read_kode_cek(words)
    if not isinstance(code, str):
        context.send(_("A kode cek status has {count} letters and digits.").format(count=KODE_CEK_LENGTH))
        return Step.CODE
    found = await look_up(context.session, account.id or 0, context.state(CheckState).number, code, context.now)
    return end_with(
        context, *await answer_lines(context, found), _("We delete the message with that code from this chat.")
    )


async def answer_lines(context: Context, found: LookupResult) -> list[str]:
    """Return the stage and the day of the next message; name and programme are not disclosed."""
    if found.outcome is LookupOutcome.TOO_MANY:
        return await turned_away(context)
    if found.application is None:
        return [_("Number and kode cek status do not fit together."), _("Look at both again, then type /cek.")]
    is_over = found.application.stage in OVER
    news = _("No more news is due for it.") if is_over else next_message(context, found.application)
    return [_(STAGES[found.application.stage].where), news]
