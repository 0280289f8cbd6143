"""/cek: how far a file is, for whoever holds its number and kode cek, on any phone.

/cek ─▶ NUMBER ─▶ CODE ─▶ stage and day only: no name, no programme            /batal leaves from anywhere

Both may be written in one message. Wrong numbers, wrong codes and numbers that do not exist are answered alike.
"""

import re
from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource
from handlers.conversation.buttons import CallbackData
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Command, Conversation
from handlers.status.lockout_text import turned_away
from handlers.status.status_text import next_message
from handlers.terms import STAGES
from locales import N_
from locales import gettext as _
from models.applications.application import OVER, Application
from models.applications.receipt import KODE_CEK_LENGTH, PAYLOAD, Receipt, read, read_kode_cek
from models.applications.receipt_lookup import LookupOutcome, LookupResult, look_up

TALK = "check"
"""How the payload of a link begins that names a number (t.me/<bot>?start=cek-KT-2026-0412-N)."""
NUMBER_OF = "check_number"
RULE = AccessRule(None, Resource.RECEIPT)
BOTH = re.compile(
    r"^(?P<number>.*\d[\s-]*[a-z])[\s,;.:/]+(?:kode(?: cek)?[\s:]*)?(?P<code>[\w -]{8,11})$", re.IGNORECASE
)
"""A number, which ends in its check letter, and a code behind it."""


class Step(StrEnum):
    NUMBER = "NUMBER"
    CODE = "CODE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        begin=begin,
        resume=resume,
        take={Step.NUMBER: take_number, Step.CODE: take_code},
        commands=[Command("cek", N_("See a file by its number"), begin)],
        deep_links={PAYLOAD: begin_with},
    )


async def begin(update: Update, context: Context) -> Step:
    return ask_number(context)


def begin_with(context: Context, payload: str) -> Step:
    """A QR code on paper names the number; it opens nothing without the kode cek."""
    number = read(payload.removeprefix(PAYLOAD))
    if not isinstance(number, Receipt):
        return ask_number(context)
    context.work.remember(NUMBER_OF, str(number))
    return ask_code(context)


def resume(context: Context) -> Step:
    """Ask the open question again."""
    return ask_number(context) if ConversationStateView(TALK)[TALK] == Step.NUMBER else ask_code(context)


def ask_number(context: Context) -> Step:
    lines = [_("Here you see how far a registration is."), _("What is its number? For example: KT-2026-0412-G.")]
    put(context, CallbackData(TALK, Step.NUMBER, ""), "\n".join(lines), ways=())
    return Step.NUMBER


async def take_number(update: Update, context: Context) -> Step | int:
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_number(context)
    both = BOTH.match(words)
    number = read(both["number"] if both else words)
    if not isinstance(number, Receipt):
        context.send(_("That number is not right yet. Please look at it again."))
        return ask_number(context)
    context.work.remember(NUMBER_OF, str(number))
    return await take_code_of(update, context, both["code"]) if both else ask_code(context)


def ask_code(context: Context) -> Step:
    lines = [_("What is the kode cek?"), _("It stands under the number. It has eight letters and digits.")]
    put(context, CallbackData(TALK, Step.CODE, ""), "\n".join(lines))
    return Step.CODE


async def take_code(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_number(context)
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_code(context)
    return await take_code_of(update, context, words)


async def take_code_of(update: Update, context: Context, words: str) -> Step | int:
    """A code opens the file to whoever reads it: it does not stay in the chat."""
    context.delete(update.message.message_id if update.message else None)
    code = read_kode_cek(words)
    if not isinstance(code, str):
        context.send(_("A kode cek has {count} letters and digits.").format(count=KODE_CEK_LENGTH))
        return ask_code(context)
    number = str(context.work.state.get(NUMBER_OF))
    context.work.remember(NUMBER_OF, None)
    found = await look_up(context.session, context.account.id or 0, number, code, context.now)
    show_menu(context, "\n".join([*await answer_lines(context, found), _("We delete your code from this chat.")]))
    return ConversationHandler.END


async def answer_lines(context: Context, found: LookupResult) -> list[str]:
    if found.outcome is LookupOutcome.TOO_MANY:
        return await turned_away(context)
    if found.application is None:
        return [_("Number and code do not fit together."), _("Look at both again, then type /cek.")]
    return stage_lines(context, found.application)


def stage_lines(context: Context, application: Application) -> list[str]:
    """Where it stands and the day of the next message; whose it is and which programme is nobody's business here."""
    where = _(STAGES[application.stage].where)
    is_over = application.stage in OVER
    return [where, _("No more news is due for it.") if is_over else next_message(context, application)]
