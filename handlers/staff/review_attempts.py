"""/percobaan: who tries numbers and codes that do not fit; a manager may close an account for a week.

/percobaan ─▶ shown, with a choice where there is somebody ─▶ WHICH ─▶ SURE ──yes──▶ closed, or open again

Accounts are told by their number. Numbers of files are told only to their own office and region.
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Command, Conversation
from locales import N_
from locales import gettext as _
from locales.times import day_words
from models import failed_attempts
from models.offices.abuse_report import AbuseReport, GuessingAccount, find_patterns
from models.offices.authority import Act
from models.offices.staff import Staff

TALK = "trying"
RULE = AccessRule(Act.SEE_TRIES, Resource.OFFICE)
WHOSE = "trying_account"
CLOSE, OPEN, NO = "close", "open", "no"


class Step(StrEnum):
    WHICH = "WHICH"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        begin=begin,
        resume=resume,
        take={Step.WHICH: take_which, Step.SURE: take_sure},
        commands=[Command("percobaan", N_("See who tries what does not fit"), begin)],
        staff_menu=N_("See wrong tries"),
    )


async def begin(update: Update, context: Context) -> Step | int:
    post = await authorize(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    found = await find_patterns(context.session, post, context.now)
    lines = [_("Wrong tries since yesterday: {count}.").format(count=found.wrong)]
    lines.append(_("Turned away: {count}.").format(count=found.turned_away))
    context.send("\n".join([*lines, *(trier_line(context, post, one) for one in found.triers)]))
    if found.tried:
        context.send("\n".join(tried_lines(found)))
    return ask_which(context, found)


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    post = await authorize(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    found = await find_patterns(context.session, post, context.now)
    one = chosen_before(context, found) if ConversationStateView(TALK)[TALK] == Step.SURE else None
    return ask_sure(context, one) if one else ask_which(context, found)


def trier_line(context: Context, post: Staff, one: GuessingAccount) -> str:
    words = _("Account {number}: {count} wrong, {more} turned away.")
    line = words.format(number=one.account_id, count=one.wrong, more=one.turned_away)
    if one.closed_until is None:
        return line
    day = day_words(context.reference.day_in(post.region, one.closed_until))
    return line + "\n" + _("It is closed until {day}.").format(day=day)


def tried_lines(found: AbuseReport) -> list[str]:
    """Several accounts know a number: a new kode cek makes what they know worth nothing."""
    lines = [_("Several accounts tried these numbers of your office:")]
    lines += [_("{number}: {count} accounts").format(number=number, count=count) for number, count in found.tried]
    return [
        *lines,
        _("Ask the person who else knows the number."),
        _("A new kode cek is given at the counter: /loket."),
    ]


def ask_which(context: Context, found: AbuseReport) -> Step | int:
    if not which_choices(context, found.triers):
        show_menu(context, _("No account tried too often. Nothing is to be done."))
        return ConversationHandler.END
    lines = [_("A closed account can try no numbers and codes."), _("Close one for a week, or open it again?")]
    put(context, CallbackData(TALK, Step.WHICH, ""), "\n".join(lines), which_choices(context, found.triers))
    return Step.WHICH


async def take_which(update: Update, context: Context) -> Step | int:
    post = await authorize(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    if navigation_of(update) == BACK:
        show_menu(context, _("All right. Nothing has changed."))
        return ConversationHandler.END
    found = await find_patterns(context.session, post, context.now)
    choice = match_choice(update, which_choices(context, found.triers))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_which(context, found)
    context.work.remember(WHOSE, int(choice.key))
    return ask_sure(context, next(one for one in found.triers if one.account_id == int(choice.key)))


def ask_sure(context: Context, one: GuessingAccount) -> Step:
    lines = [_("Close account {number} for a week?").format(number=one.account_id), _("All else stays open to it.")]
    if one.closed_until is not None:
        lines = [_("Open account {number} again?").format(number=one.account_id)]
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(lines), sure_choices(one))
    return Step.SURE


async def take_sure(update: Update, context: Context) -> Step | int:
    post = await authorize(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    one = chosen_before(context, await find_patterns(context.session, post, context.now))
    choice = match_choice(update, sure_choices(one)) if one else None
    if one is not None and choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return ask_sure(context, one)
    context.work.remember(WHOSE, None)
    if one is None or choice is None or choice.key == NO:
        show_menu(context, _("All right. Nothing has changed."))
        return ConversationHandler.END
    await change(context, one)
    return ConversationHandler.END


async def change(context: Context, one: GuessingAccount) -> None:
    by = context.account.id or 0
    if one.closed_until is None:
        await failed_attempts.lock_account(context.session, one.account_id, by=by, now=context.now)
        show_menu(context, _("Account {number} is closed for a week.").format(number=one.account_id))
        return
    await failed_attempts.unlock_account(context.session, one.account_id, by=by, now=context.now)
    show_menu(context, _("Account {number} is open again.").format(number=one.account_id))


def chosen_before(context: Context, found: AbuseReport) -> GuessingAccount | None:
    chosen = int(context.work.state.get(WHOSE) or 0)
    return next((one for one in found.triers if one.account_id == chosen != context.account.id), None)


def which_choices(context: Context, triers: Sequence[GuessingAccount]) -> list[Choice]:
    """Every account but one's own: nobody opens themself again."""

    def label(one: GuessingAccount) -> str:
        words = _("Close account {number}") if one.closed_until is None else _("Open account {number}")
        return words.format(number=one.account_id)

    others = [one for one in triers if one.account_id != context.account.id]
    return [Choice(CallbackData(TALK, Step.WHICH, str(one.account_id)), label(one)) for one in others]


def sure_choices(one: GuessingAccount) -> list[Choice]:
    """What is said yes to: a colleague may have closed or opened it meanwhile."""
    yes = (CLOSE if one.closed_until is None else OPEN, N_("Yes, do it"))
    return choices(TALK, Step.SURE, yes, (NO, N_("No, leave it")))
