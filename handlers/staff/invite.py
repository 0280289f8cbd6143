"""/undang: a manager invites somebody into the office.

/undang ─▶ ROLE ─▶ REGION ─▶ a link, good for one person and 24 hours ──take back──▶ void
                                                                    /batal leaves from anywhere
"""

from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.buttons import CallbackData, Choice, choices, row_in
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Command, Conversation
from handlers.staff.roles_text import ROLE_WORDS, post_lines
from locales import N_
from locales import gettext as _
from models import daily_limits
from models.daily_limits import LimitedAction
from models.offices import invitation as invitations
from models.offices.authority import Act, Role, Where
from models.offices.invitation import PAYLOAD, invite
from models.offices.staff import Staff
from models.places import Place

TALK = "invite"
RULE = AccessRule(Act.INVITE_STAFF, Resource.OFFICE)
ROLE_OF = "invite_role"
WITHDRAW = "WITHDRAW"
PROVINCE_DIGITS = 2


class Step(StrEnum):
    ROLE = "ROLE"
    REGION = "REGION"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        begin=begin,
        resume=resume,
        take={Step.ROLE: take_role, Step.REGION: take_region},
        commands=[Command("undang", N_("Invite staff"), begin)],
        staff_menu=N_("Invite staff"),
        routes={WITHDRAW: take_back},
    )


async def begin(update: Update, context: Context) -> Step | int:
    return ask_role(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    if ConversationStateView(TALK)[TALK] == Step.ROLE:
        return ask_role(context)
    post = await authorize(context, Act.INVITE_STAFF)
    return ask_region(context, post) if post else ConversationHandler.END


def ask_role(context: Context) -> Step:
    lines = [_("What will the new staff member do?")]
    put(context, CallbackData(TALK, Step.ROLE, ""), "\n".join(lines), role_choices(), ways=())
    return Step.ROLE


async def take_role(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, role_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_role(context)
    context.work.remember(ROLE_OF, choice.key)
    post = await authorize(context, Act.INVITE_STAFF)
    return ask_region(context, post) if post else ConversationHandler.END


def ask_region(context: Context, post: Staff) -> Step:
    lines = [_("For which region?"), _("Not in the list? Type its name.")]
    put(context, CallbackData(TALK, Step.REGION, ""), "\n".join(lines), region_choices(context, post))
    return Step.REGION


async def take_region(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_role(context)
    post = await authorize(context, Act.INVITE_STAFF)
    if post is None:
        return ConversationHandler.END
    choice = match_choice(update, region_choices(context, post))
    region = choice.key if choice else named(context, post, words_of(update) or "")
    if region is None:
        say_unknown(update, context)
        return ask_region(context, post)
    if await authorize(context, Act.INVITE_STAFF, Where(post.office, region)) is None:
        return ask_region(context, post)
    return await made(context, post, region)


def say_unknown(update: Update, context: Context) -> None:
    if words_of(update) is None:
        explain_unrecognised(update, context)
    else:
        context.send(_("I know no region of that name within yours."))


async def made(context: Context, post: Staff, region: str) -> int:
    if await daily_limits.limit_reached(
        context.session, LimitedAction.INVITATIONS, context.account.id or 0, context.now
    ):
        show_menu(context, _("You have made many invitations today.") + "\n" + _("Make the next one tomorrow."))
        return ConversationHandler.END
    role = Role(context.work.state.get(ROLE_OF) or Role.OPERATOR)
    invitation, token = await invite(
        context.session, office=post.office, role=role, region=region, by=post, now=context.now
    )
    context.work.remember(ROLE_OF, None)
    lines = [
        _("The invitation is ready. Send this link to one person."),
        *post_lines(context, post.office, role, region),
        _("It is valid for 24 hours, and only once."),
    ]
    context.send("\n".join(lines))
    context.send(link_of(context, token))
    words = _("Whoever opens it first gets the post. Send it to nobody else.")
    offer(context, words, [Choice(CallbackData(TALK, WITHDRAW, str(invitation.id)), N_("Take the invitation back"))])
    return ConversationHandler.END


async def take_back(key: str, update: Update, context: Context) -> None:
    """The invitation was a mistake: it must still be open, and of one's own office."""
    found = await invitations.lock_invitation(context.session, row_in(key) or 0, context.now)
    if found is None:
        show_menu(context, _("That invitation is not open any more."))
    elif await authorize(context, Act.INVITE_STAFF, Where(found.office, found.region)) is not None:
        await invitations.revoke_invitation(context.session, found, by=context.account, now=context.now)
        show_menu(context, _("The invitation is taken back."))


def link_of(context: Context, token: str) -> str:
    return f"https://t.me/{context.reference.username}?start={PAYLOAD}{token}"


def named(context: Context, post: Staff, typed: str) -> str | None:
    """A region within one's own by its name; None where no single one is meant."""
    found = context.reference.places.find(typed, within(context, post.region)) if typed else None
    return found.place.code if found and found.place else None


def within(context: Context, region: str) -> list[Place]:
    """The kabupaten, kota and kecamatan of a region."""
    places = context.reference.places
    return [*places.regencies(region), *places.districts(region)]


def role_choices() -> list[Choice]:
    return choices(TALK, Step.ROLE, *((role.value, words) for role, words in ROLE_WORDS.items()))


def region_choices(context: Context, post: Staff) -> list[Choice]:
    """One's own region, and the regions one step below it."""
    places = context.reference.places
    own = places.place(post.region)
    below = places.regencies(post.region) if len(post.region) == PROVINCE_DIGITS else places.districts(post.region)
    offered = [place for place in (own, *below) if place is not None]
    return [Choice(CallbackData(TALK, Step.REGION, place.code), place.label) for place in dict.fromkeys(offered)]
