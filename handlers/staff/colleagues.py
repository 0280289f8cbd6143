"""/rekan: show who works in the office; a manager may end another officer's post.

/rekan ─▶ shown, with a choice for a manager ─▶ WHO ─▶ SURE ──yes──▶ the post has ended, and both are told
"""

from dataclasses import dataclass
from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource, own_post
from handlers.conversation.context import Context
from handlers.conversation.engine import back_to_menu, end_with, leave_unchanged
from handlers.conversation.questions import END, Choose, Confirm
from handlers.conversation.registry import Command, Conversation
from handlers.notify import Notice, notify
from handlers.staff.post_commands import show_commands
from handlers.wording.staff_text import ROLE_WORDS, last_manager_lines, region_words
from locales import N_
from locales import gettext as _
from models.notices import Category, QuietHours
from models.offices import staff as posts
from models.offices.authority import ROLES, Act, Where
from models.offices.staff import LastManager, Staff
from models.people.account import Account

TALK = "staff"
RULE = AccessRule(Act.SEE_STAFF, Resource.OFFICE)
SURE_LABELS = (N_("Yes, deactivate"), N_("No, keep it"))
POST_ENDED = Notice(
    "post_ended",
    Category.SECURITY,
    (N_("Your post as staff has ended."), N_("Any questions? Type /tanya.")),
    quiet=QuietHours.STAFF_HOURS,
)


class Step(StrEnum):
    WHO = "WHO"
    SURE = "SURE"


@dataclass
class DismissState:
    """The officer whose post is to end."""

    post: int = 0


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=DismissState,
        begin=begin,
        subject=chosen,
        requires=lambda post: (Act.DISMISS_STAFF, Where(post.office, post.region)),
        gone=N_("That officer is no longer active."),
        steps={
            Step.WHO: Choose(
                N_("Which officer shall be deactivated? Or write Back."),
                options=who_options,
                take=take_who,
                back=back_to_menu,
                subject=others,
                gone=N_("Nobody else works here yet. To invite somebody, type /undang."),
            ),
            Step.SURE: Confirm(ask_sure, labels=SURE_LABELS, yes=end_post, no=leave_unchanged, back=leave_unchanged),
        },
        commands=[Command("rekan", N_("See the staff of the office"))],
        staff_menu=N_("See the staff"),
    )


async def begin(update: Update, context: Context) -> Step | int:
    post = await own_post(context)
    everybody = [one for one, _account in await posts.colleagues(context.session, post.office)]
    context.send(_("They work in this office:"), *(one_line(context, one) for one in everybody))
    return Step.WHO if post.role in ROLES[Act.DISMISS_STAFF] else END


async def others(context: Context) -> list[Staff] | None:
    """Return the officers whose post may be ended; one's own is left by /petugas."""
    post = await own_post(context)
    found = await posts.colleagues(context.session, post.office)
    may_end = post.role in ROLES[Act.DISMISS_STAFF]
    return [one for one, _account in found if one.id != post.id and may_end] or None


async def chosen(context: Context) -> Staff | None:
    return await posts.lock_post(context.session, context.state(DismissState).post)


def one_line(context: Context, one: Staff) -> str:
    return f"{one.name}: {_(ROLE_WORDS[one.role])}, {region_words(context, one.region)}"


def who_options(context: Context, found: list[Staff]) -> list[tuple[str, str]]:
    return [(str(one.id), str(one.name)[:40]) for one in found]


def take_who(context: Context, found: list[Staff], key: str) -> Step:
    context.state(DismissState).post = int(key)
    return Step.SURE


def ask_sure(context: Context, one: Staff) -> list[str]:
    return [_("Deactivate this officer?"), one_line(context, one), _("It takes effect at once.")]


async def end_post(context: Context, post: Staff) -> int:
    """End the post, remove its commands from the chat, and tell both."""
    try:
        await posts.dismiss(context.session, post, by=context.account.id, now=context.now)
    except LastManager:
        return end_with(context, *last_manager_lines())
    account = await context.session.get_one(Account, post.account_id)
    show_commands(context, account, None)
    await notify(context, account, POST_ENDED)
    return end_with(context, _("{name} is no longer active as staff.").format(name=post.name))
