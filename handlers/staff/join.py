"""An invitation into an office, opened by its link: /start s-<token>.

/start s-… ─▶ OFFER ──yes──▶ NAME ─▶ on duty, with the commands of the role
                └──no──▶ the invitation is void                                    /batal leaves it as it is

A link that is used, ended, taken back or made up is answered with the same words.
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import INVITED
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, heard_name, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Conversation
from handlers.staff.roles_text import last_manager_lines, post_lines, show_commands
from locales import N_
from locales import gettext as _
from models.offices import invitation
from models.offices.invitation import PAYLOAD, Invitation, accept, decline, lock_by_token
from models.offices.staff import LastManager, active_post

TALK = "join"
TOKEN_OF = "invitation"
YES, NO = "yes", "no"


class Step(StrEnum):
    OFFER = "OFFER"
    NAME = "NAME"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=INVITED,
        resume=resume,
        take={Step.OFFER: take_offer, Step.NAME: take_name},
        deep_links={invitation.PAYLOAD: begin},
    )


async def begin(context: Context, payload: str) -> Step | int:
    """Somebody opened the link of an invitation."""
    context.work.remember(TOKEN_OF, payload.removeprefix(PAYLOAD))
    return await resume(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again, while the invitation is open."""
    invitation = await invitation_of(context)
    return await ask_offer(context, invitation) if invitation else no_longer(context)


async def invitation_of(context: Context) -> Invitation | None:
    token = str(context.work.state.get(TOKEN_OF) or "")
    return await lock_by_token(context.session, token, context.account, context.now)


def no_longer(context: Context) -> int:
    context.work.remember(TOKEN_OF, None)
    show_menu(context, _("This invitation is not valid.") + "\n" + _("Ask the manager of the office for a new one."))
    return ConversationHandler.END


async def ask_offer(context: Context, invitation: Invitation) -> Step:
    has_post = await active_post(context.session, context.account.id or 0) is not None
    lines = [
        _("You are invited to work here as staff."),
        *post_lines(context, invitation.office, invitation.role, invitation.region),
        _("The invitation is for one person only."),
        *([_("Your present post then ends.")] if has_post else []),
        _("Do you accept?"),
    ]
    put(context, CallbackData(TALK, Step.OFFER, ""), "\n".join(lines), offer_choices(), ways=())
    return Step.OFFER


async def take_offer(update: Update, context: Context) -> Step | int:
    invitation = await invitation_of(context)
    if invitation is None:
        return no_longer(context)
    choice = match_choice(update, offer_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_offer(context, invitation)
    if choice.key == YES:
        return ask_name(context)
    await decline(context.session, invitation, by=context.account, now=context.now)
    context.work.remember(TOKEN_OF, None)
    show_menu(context, _("All right. The invitation is no longer valid."))
    return ConversationHandler.END


def ask_name(context: Context) -> Step:
    lines = [_("What is your name as staff?"), _("People see it under your decisions.")]
    put(context, CallbackData(TALK, Step.NAME, ""), "\n".join(lines))
    return Step.NAME


async def take_name(update: Update, context: Context) -> Step | int:
    invitation = await invitation_of(context)
    if invitation is None:
        return no_longer(context)
    if navigation_of(update) == BACK:
        return await ask_offer(context, invitation)
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
        return ask_name(context)
    name = heard_name(words, update, context)
    return ask_name(context) if name is None else await joined(context, invitation, name)


async def joined(context: Context, invitation: Invitation, name: str) -> int:
    try:
        post = await accept(context.session, invitation, name, by=context.account, now=context.now)
    except LastManager:
        return needed(context)
    context.work.remember(TOKEN_OF, None)
    show_commands(context, context.account, post.role)
    lines = [
        _("Welcome, {name}.").format(name=name),
        *post_lines(context, post.office, post.role, post.region),
        _("To see your tasks, type /petugas."),
    ]
    show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def needed(context: Context) -> int:
    """The invitation stays as it is; the post held now cannot be left yet."""
    context.work.remember(TOKEN_OF, None)
    show_menu(context, "\n".join([*last_manager_lines(), _("Then open this invitation again.")]))
    return ConversationHandler.END


def offer_choices() -> list[Choice]:
    return choices(TALK, Step.OFFER, (YES, N_("Yes, I accept")), (NO, N_("No, I do not accept")))
