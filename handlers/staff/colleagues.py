"""/rekan: who works in the office; a manager may end somebody's post.

/rekan ─▶ shown, with a choice for a manager ─▶ WHO ─▶ SURE ──yes──▶ the post has ended, and both are told
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
from handlers.staff.roles_text import ROLE_WORDS, last_manager_lines, region_words, show_commands
from locales import N_, speaking
from locales import gettext as _
from models.offices import staff as posts
from models.offices.authority import ROLES, Act, Where
from models.offices.staff import LastManager, Staff
from models.people.account import Account

TALK = "staff"
RULE = AccessRule(Act.SEE_STAFF, Resource.OFFICE)
WHO_OF = "dismissed"
YES, NO = "yes", "no"


class Step(StrEnum):
    WHO = "WHO"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        begin=begin,
        resume=resume,
        take={Step.WHO: take_who, Step.SURE: take_sure},
        commands=[Command("rekan", N_("See the staff of the office"), begin)],
        staff_menu=N_("See the staff"),
    )


async def begin(update: Update, context: Context) -> Step | int:
    post = await authorize(context, Act.SEE_STAFF)
    if post is None:
        return ConversationHandler.END
    others = await posts.colleagues(context.session, post.office)
    context.send("\n".join([_("They work in this office:"), *(one_line(context, one) for one, _account in others)]))
    return ask_who(context, post, others) if post.role in ROLES[Act.DISMISS_STAFF] else ConversationHandler.END


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    post = await authorize(context, Act.DISMISS_STAFF)
    if post is None:
        return ConversationHandler.END
    if ConversationStateView(TALK)[TALK] == Step.SURE and (
        found := await posts.lock_post(context.session, chosen_before(context))
    ):
        return ask_sure(context, found)
    return ask_who(context, post, await posts.colleagues(context.session, post.office))


def one_line(context: Context, one: Staff) -> str:
    return f"{one.name}: {_(ROLE_WORDS[one.role])}, {region_words(context, one.region)}"


def ask_who(context: Context, post: Staff, others: Sequence[tuple[Staff, Account]]) -> Step | int:
    """Whose post shall end? One's own is left by /petugas."""
    offered = who_choices(post, others)
    if not offered:
        show_menu(context, _("Nobody else works here yet. To invite somebody, type /undang."))
        return ConversationHandler.END
    put(context, CallbackData(TALK, Step.WHO, ""), _("Whose post shall end? Or type Back."), offered)
    return Step.WHO


async def take_who(update: Update, context: Context) -> Step | int:
    post = await authorize(context, Act.DISMISS_STAFF)
    if post is None:
        return ConversationHandler.END
    if navigation_of(update) == BACK:
        show_menu(context, _("This is the menu."))
        return ConversationHandler.END
    others = await posts.colleagues(context.session, post.office)
    choice = match_choice(update, who_choices(post, others))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_who(context, post, others)
    context.work.remember(WHO_OF, int(choice.key))
    return ask_sure(context, next(one for one, _account in others if one.id == int(choice.key)))


def ask_sure(context: Context, one: Staff) -> Step:
    lines = [_("Shall this post end?"), one_line(context, one), _("It takes effect at once.")]
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(lines), sure_choices())
    return Step.SURE


async def take_sure(update: Update, context: Context) -> Step | int:
    found = await posts.lock_post(context.session, chosen_before(context))
    if found is None:
        show_menu(context, _("That post has ended already."))
        return ConversationHandler.END
    if await authorize(context, Act.DISMISS_STAFF, Where(found.office, found.region)) is None:
        return ConversationHandler.END
    choice = match_choice(update, sure_choices())
    if choice is None and navigation_of(update) != BACK:
        explain_unrecognised(update, context)
        return ask_sure(context, found)
    context.work.remember(WHO_OF, None)
    if choice is None or choice.key == NO:
        show_menu(context, _("All right. Nothing has changed."))
        return ConversationHandler.END
    await end_post(context, found)
    return ConversationHandler.END


async def end_post(context: Context, post: Staff) -> None:
    """Both are told; the one who left loses the commands of the post too."""
    try:
        await posts.dismiss(context.session, post, by=context.account.id, now=context.now)
    except LastManager:
        show_menu(context, "\n".join(last_manager_lines()))
        return
    account = await context.session.get_one(Account, post.account_id)
    show_commands(context, account, None)
    with speaking(account.language):
        context.work.send(_("Your post as staff has ended.") + "\n" + _("Any questions? Type /bantuan."), to=account)
    show_menu(context, _("The post of {name} has ended.").format(name=post.name))


def chosen_before(context: Context) -> int:
    return int(context.work.state.get(WHO_OF) or 0)


def who_choices(post: Staff, others: Sequence[tuple[Staff, Account]]) -> list[Choice]:
    return [
        Choice(CallbackData(TALK, Step.WHO, str(one.id)), str(one.name)[:40]) for one, _a in others if one.id != post.id
    ]


def sure_choices() -> list[Choice]:
    return choices(TALK, Step.SURE, (YES, N_("Yes, end it")), (NO, N_("No, keep it")))
