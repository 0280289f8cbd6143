"""Accept an invitation into an office, opened by its link: /start s-<token>.

/start s-… ─▶ OFFER ──yes──▶ NAME ─▶ on duty, with the commands of the role
                └──no──▶ the invitation is void                                    /batal leaves it as it is

A link that is used, expired, revoked or invented is answered with the same words.
"""

from dataclasses import dataclass
from enum import StrEnum

from handlers.conversation.access import INVITED
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import Confirm, NameText
from handlers.conversation.registry import Conversation
from handlers.staff.post_commands import show_commands
from handlers.wording.staff_text import last_manager_lines, post_lines
from locales import N_
from locales import gettext as _
from models.offices.invitation import PAYLOAD, Invitation, accept, decline, lock_by_token
from models.offices.staff import LastManager, active_post

TALK = "join"
NOT_VALID = (N_("This invitation is not valid."), N_("Ask the admin of the office for a new one."))
NAME_LINES = (N_("What is your name as staff?"), N_("People see it under your decisions."))
OFFER_LABELS = (N_("Yes, I accept"), N_("No, I do not accept"))


class Step(StrEnum):
    OFFER = "OFFER"
    NAME = "NAME"


@dataclass
class JoinState:
    """The token of the link that was opened."""

    token: str = ""


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=INVITED,
        state=JoinState,
        subject=invitation_now,
        gone=NOT_VALID,
        steps={
            Step.OFFER: Confirm(ask_offer, labels=OFFER_LABELS, yes=Step.NAME, no=refuse),
            Step.NAME: NameText(NAME_LINES, take=join, back=Step.OFFER),
        },
        deep_links={PAYLOAD: begin},
    )


def begin(context: Context, payload: str) -> Step:
    """Begin with the token of an invitation's link."""
    context.state(JoinState).token = payload.removeprefix(PAYLOAD)
    return Step.OFFER


async def invitation_now(context: Context) -> Invitation | None:
    return await lock_by_token(context.session, context.state(JoinState).token, context.account, context.now)


async def ask_offer(context: Context, invitation: Invitation) -> list[str]:
    has_post = await active_post(context.session, context.account_id) is not None
    return [
        _("You are invited to work here as staff."),
        *post_lines(context, invitation.office, invitation.role, invitation.region),
        _("The invitation is for one person only."),
        *([_("Your present post then ends.")] if has_post else []),
        _("Do you accept?"),
    ]


async def refuse(context: Context, invitation: Invitation) -> int:
    await decline(context.session, invitation, by=context.account, now=context.now)
    return end_with(context, _("All right. The invitation is no longer valid."))


async def join(context: Context, invitation: Invitation, name: str) -> int:
    """Take up the post; where the current post cannot be left yet, the invitation stays as it is."""
    try:
        post = await accept(context.session, invitation, name, by=context.account, now=context.now)
    except LastManager:
        return end_with(context, *last_manager_lines(), _("Then open this invitation again."))
    show_commands(context, context.account, post.role)
    return end_with(
        context,
        _("Welcome, {name}.").format(name=name),
        *post_lines(context, post.office, post.role, post.region),
        _("To see your tasks, type /petugas."),
    )
