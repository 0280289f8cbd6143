"""/percobaan: who tries numbers and codes that do not fit; a manager may close an account for a week.

/percobaan ─▶ shown, with a choice where there is somebody ─▶ WHICH ─▶ SURE ──yes──▶ closed, or open again

Accounts are told by their number. Numbers of files are told only to their own office and region.
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update
from telegram.ext import CommandHandler, ConversationHandler

from handlers.asking.answers import misheard, picked
from handlers.asking.forms import BACK, put, way_of
from handlers.buttons import Choice, Press, choices
from handlers.context import Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.menu import show_menu
from handlers.permission import On, Rule, permitted
from locales import N_
from locales import gettext as _
from locales.times import day_words
from models import tries
from models.offices.authority import Act
from models.offices.staff import Staff
from models.offices.watching import Patterns, Trier, patterns

TALK = "trying"
RULE = Rule(Act.SEE_TRIES, On.OFFICE)
WHOSE = "trying_account"
CLOSE, OPEN, NO = "close", "open", "no"


class Step(StrEnum):
    WHICH = "WHICH"
    SURE = "SURE"


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=RULE,
        entry_points=[CommandHandler("percobaan", begin)],
        states={Step.WHICH: answers(TALK, Step.WHICH, take_which), Step.SURE: answers(TALK, Step.SURE, take_sure)},
    )


async def begin(update: Update, context: Talk) -> Step | int:
    post = await permitted(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    found = await patterns(context.session, post, context.now)
    lines = [_("Wrong tries since yesterday: {count}.").format(count=found.wrong)]
    lines.append(_("Turned away: {count}.").format(count=found.turned_away))
    context.say("\n".join([*lines, *(trier_line(context, post, one) for one in found.triers)]))
    if found.tried:
        context.say("\n".join(tried_lines(found)))
    return ask_which(context, found)


async def resume(context: Talk) -> Step | int:
    """Ask the open question again."""
    post = await permitted(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    found = await patterns(context.session, post, context.now)
    one = chosen_before(context, found) if PlaceInTalk(TALK)[TALK] == Step.SURE else None
    return ask_sure(context, one) if one else ask_which(context, found)


def trier_line(context: Talk, post: Staff, one: Trier) -> str:
    words = _("Account {number}: {count} wrong, {more} turned away.")
    line = words.format(number=one.account_id, count=one.wrong, more=one.turned_away)
    if one.closed_until is None:
        return line
    day = day_words(context.desk.day_in(post.region, one.closed_until))
    return line + "\n" + _("It is closed until {day}.").format(day=day)


def tried_lines(found: Patterns) -> list[str]:
    """Several accounts know a number: a new kode cek makes what they know worth nothing."""
    lines = [_("Several accounts tried these numbers of your office:")]
    lines += [_("{number}: {count} accounts").format(number=number, count=count) for number, count in found.tried]
    return [
        *lines,
        _("Ask the person who else knows the number."),
        _("A new kode cek is given at the counter: /loket."),
    ]


def ask_which(context: Talk, found: Patterns) -> Step | int:
    if not which_choices(context, found.triers):
        show_menu(context, _("No account tried too often. Nothing is to be done."))
        return ConversationHandler.END
    lines = [_("A closed account can try no numbers and codes."), _("Close one for a week, or open it again?")]
    put(context, Press(TALK, Step.WHICH, ""), "\n".join(lines), which_choices(context, found.triers))
    return Step.WHICH


async def take_which(update: Update, context: Talk) -> Step | int:
    post = await permitted(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    if way_of(update) == BACK:
        show_menu(context, _("All right. Nothing has changed."))
        return ConversationHandler.END
    found = await patterns(context.session, post, context.now)
    choice = picked(update, which_choices(context, found.triers))
    if choice is None:
        misheard(update, context)
        return ask_which(context, found)
    context.work.remember(WHOSE, int(choice.key))
    return ask_sure(context, next(one for one in found.triers if one.account_id == int(choice.key)))


def ask_sure(context: Talk, one: Trier) -> Step:
    lines = [_("Close account {number} for a week?").format(number=one.account_id), _("All else stays open to it.")]
    if one.closed_until is not None:
        lines = [_("Open account {number} again?").format(number=one.account_id)]
    put(context, Press(TALK, Step.SURE, ""), "\n".join(lines), sure_choices(one))
    return Step.SURE


async def take_sure(update: Update, context: Talk) -> Step | int:
    post = await permitted(context, Act.SEE_TRIES)
    if post is None:
        return ConversationHandler.END
    one = chosen_before(context, await patterns(context.session, post, context.now))
    choice = picked(update, sure_choices(one)) if one else None
    if one is not None and choice is None and way_of(update) != BACK:
        misheard(update, context)
        return ask_sure(context, one)
    context.work.remember(WHOSE, None)
    if one is None or choice is None or choice.key == NO:
        show_menu(context, _("All right. Nothing has changed."))
        return ConversationHandler.END
    await change(context, one)
    return ConversationHandler.END


async def change(context: Talk, one: Trier) -> None:
    by = context.account.id or 0
    if one.closed_until is None:
        await tries.close(context.session, one.account_id, by=by, now=context.now)
        show_menu(context, _("Account {number} is closed for a week.").format(number=one.account_id))
        return
    await tries.open_again(context.session, one.account_id, by=by, now=context.now)
    show_menu(context, _("Account {number} is open again.").format(number=one.account_id))


def chosen_before(context: Talk, found: Patterns) -> Trier | None:
    chosen = int(context.work.state.get(WHOSE) or 0)
    return next((one for one in found.triers if one.account_id == chosen != context.account.id), None)


def which_choices(context: Talk, triers: Sequence[Trier]) -> list[Choice]:
    """Every account but one's own: nobody opens themself again."""

    def label(one: Trier) -> str:
        words = _("Close account {number}") if one.closed_until is None else _("Open account {number}")
        return words.format(number=one.account_id)

    others = [one for one in triers if one.account_id != context.account.id]
    return [Choice(Press(TALK, Step.WHICH, str(one.account_id)), label(one)) for one in others]


def sure_choices(one: Trier) -> list[Choice]:
    """What is said yes to: a colleague may have closed or opened it meanwhile."""
    yes = (CLOSE if one.closed_until is None else OPEN, N_("Yes, do it"))
    return choices(TALK, Step.SURE, yes, (NO, N_("No, leave it")))
