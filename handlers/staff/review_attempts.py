"""/keamanan: show accounts that try wrong numbers and codes; a manager may lock an account for a week.

/keamanan ─▶ shown, with a choice where there is one ─▶ WHICH ─▶ SURE ──yes──▶ closed, or open again
many guess, or very much is sent (models/offices/abuse_report.py) ─▶ the managers are told

Accounts are named by their number. File numbers are shown only to their own office and region.
"""

from dataclasses import dataclass
from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource, is_allowed, own_post
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.questions import Choose
from handlers.conversation.registry import Command, Conversation
from handlers.notify import Notice, notify
from locales import N_
from locales import gettext as _
from locales.times import day_words
from models import failed_attempts
from models.daily_limits import MEGABYTE, SMALL_SHARE
from models.notices import Category, QuietHours
from models.offices.abuse_report import AbuseReport, Alarm, GuessingAccount, find_patterns
from models.offices.authority import NOWHERE, Act
from models.offices.staff import Staff
from models.scheduled import ScheduledKind

TALK = "trying"
RULE = AccessRule(Act.SEE_TRIES, Resource.OFFICE)
CLOSE, OPEN, NO = "close", "open", "no"
ALARMS = {
    Alarm.AT_NUMBERS: (
        N_("Several accounts guess the same registration number of your office."),
        N_("To see it, type /keamanan."),
    ),
    Alarm.IN_ALL: (
        N_("In the last hour very many codes were wrong."),
        N_("To see it, type /keamanan."),
    ),
    Alarm.UPLOADS: (
        N_("Very many files came in since yesterday."),
        N_("Each account can now send only {most} MB a day."),
        N_("Please tell whoever looks after the server."),
    ),
}
NOTICES = {
    alarm: Notice(
        key=f"alarm_{alarm.name.lower()}",
        category=Category.DUTY,
        chat=sentences,
        quiet=QuietHours.STAFF_HOURS,
        timer=ScheduledKind.ALARM,
    )
    for alarm, sentences in ALARMS.items()
}


class Step(StrEnum):
    WHICH = "WHICH"
    SURE = "SURE"


@dataclass
class TriesState:
    """The account to be locked or unlocked."""

    account: int = 0


def conversation() -> Conversation:
    which = Choose(
        (
            N_("A blocked account can try no numbers and no kode cek status."),
            N_("Block one for a week, or open it again?"),
        ),
        options=which_options,
        take=take_which,
        back=leave_unchanged,
        subject=others,
        gone=N_("No account tried too often. Nothing is to be done."),
    )
    return Conversation(
        name=TALK,
        access=RULE,
        state=TriesState,
        begin=begin,
        subject=chosen,
        gone=leave_unchanged,
        steps={
            Step.WHICH: which,
            Step.SURE: Choose(ask_sure, options=sure_options, take=take_sure, back=leave_unchanged),
        },
        commands=[Command("keamanan", N_("Wrong codes and blocked accounts"))],
        staff_menu=N_("Wrong codes and blocked accounts"),
        events={ScheduledKind.ALARM: alarmed},
    )


async def begin(update: Update, context: Context) -> Step:
    post = await own_post(context)
    found = await find_patterns(context.session, post, context.now)
    context.send(
        _("Wrong codes since yesterday: {count}.").format(count=found.wrong),
        _("Blocked: {count}.").format(count=found.turned_away),
        *(trier_line(context, post, one) for one in found.triers),
    )
    if found.tried:
        context.send(*tried_lines(found))
    return Step.WHICH


async def others(context: Context) -> list[GuessingAccount] | None:
    """Return every account but the manager's own, which they may not unlock themself."""
    found = await find_patterns(context.session, await own_post(context), context.now)
    return [one for one in found.triers if one.account_id != context.account.id] or None


async def chosen(context: Context) -> GuessingAccount | None:
    account = context.state(TriesState).account
    return next((one for one in await others(context) or [] if one.account_id == account), None)


def trier_line(context: Context, post: Staff, one: GuessingAccount) -> str:
    words = _("Account {number}: {count} wrong, {more} blocked.")
    line = words.format(number=one.account_id, count=one.wrong, more=one.turned_away)
    if one.closed_until is None:
        return line
    day = day_words(context.reference.day_in(post.region, one.closed_until))
    return line + "\n" + _("It is blocked until {day}.").format(day=day)


def tried_lines(found: AbuseReport) -> list[str]:
    """Return the numbers that several accounts tried: only a new kode cek protects these files."""
    return [
        _("Several accounts tried these numbers of your office:"),
        *(_("{number}: {count} accounts").format(number=number, count=count) for number, count in found.tried),
        _("Ask the applicant who else knows the number."),
        _("A new kode cek status is given at the counter: /loket."),
    ]


def which_options(context: Context, triers: list[GuessingAccount]) -> list[tuple[str, str]]:
    close, open_again = _("Block account {number}"), _("Open account {number}")
    return [
        (str(one.account_id), (open_again if one.closed_until else close).format(number=one.account_id))
        for one in triers
    ]


def take_which(context: Context, triers: list[GuessingAccount], key: str) -> Step:
    context.state(TriesState).account = int(key)
    return Step.SURE


def ask_sure(context: Context, one: GuessingAccount) -> list[str]:
    if one.closed_until is not None:
        return [_("Open account {number} again?").format(number=one.account_id)]
    return [_("Block account {number} for a week?").format(number=one.account_id), _("All else stays open to it.")]


def sure_options(context: Context, one: GuessingAccount) -> list[tuple[str, str]]:
    """Return the choices by the account's state now: a colleague may have locked or unlocked it meanwhile."""
    return [(CLOSE if one.closed_until is None else OPEN, N_("Yes, do it")), (NO, N_("No, leave it"))]


async def take_sure(context: Context, one: GuessingAccount, key: str) -> int:
    by = context.account_id
    if key == NO:
        return leave_unchanged(context)
    if key == CLOSE:
        await failed_attempts.lock_account(context.session, one.account_id, by=by, now=context.now)
        return end_with(context, _("Account {number} is blocked for a week.").format(number=one.account_id))
    await failed_attempts.unlock_account(context.session, one.account_id, by=by, now=context.now)
    return end_with(context, _("Account {number} is open again.").format(number=one.account_id))


async def alarmed(update: InternalEvent, context: Context) -> None:
    """Tell a manager what was noticed, if they still hold the post."""
    if not await is_allowed(context, Act.SEE_TRIES, NOWHERE):
        return
    await notify(context, context.account, NOTICES[Alarm(update.body["subject"])], most=SMALL_SHARE // MEGABYTE)
