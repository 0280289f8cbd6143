"""/undang: a manager invites a new officer into the office.

/undang ─▶ ROLE ─▶ REGION ─▶ a link, good for one person and 24 hours ──take back──▶ void
                                                                    /batal leaves from anywhere
"""

from dataclasses import dataclass
from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource, authorize, own_post
from handlers.conversation.buttons import CallbackData, Choice, row_in
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with
from handlers.conversation.follow_ups import offer
from handlers.conversation.match import words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.questions import AGAIN, END, Choose, Next
from handlers.conversation.registry import Command, Conversation
from handlers.wording.staff_text import ROLE_WORDS, post_lines
from locales import N_
from locales import gettext as _
from models import daily_limits
from models.daily_limits import LimitedAction
from models.offices import invitation as invitations
from models.offices.authority import Act, Role, Where
from models.offices.invitation import PAYLOAD, invite
from models.offices.staff import Staff

TALK = "invite"
RULE = AccessRule(Act.INVITE_STAFF, Resource.OFFICE)
WITHDRAW = "WITHDRAW"
PROVINCE_DIGITS = 2


class Step(StrEnum):
    ROLE = "ROLE"
    REGION = "REGION"


@dataclass
class InviteState:
    """The role of the new officer."""

    role: Role = Role.OPERATOR


def conversation() -> Conversation:
    roles = [(role.value, words) for role, words in ROLE_WORDS.items()]
    return Conversation(
        name=TALK,
        access=RULE,
        state=InviteState,
        subject=own_post,
        steps={
            Step.ROLE: Choose(N_("What will the new staff member do?"), options=roles, take=take_role),
            Step.REGION: Choose(
                (N_("For which region?"), N_("Not in the list? Type its name.")),
                options=region_options,
                take=take_region,
                other=named_region,
                back=Step.ROLE,
            ),
        },
        commands=[Command("undang", N_("Invite staff"))],
        staff_menu=N_("Invite staff"),
        routes={WITHDRAW: take_back},
    )


def take_role(context: Context, post: Staff, key: str) -> Step:
    context.state(InviteState).role = Role(key)
    return Step.REGION


def region_options(context: Context, post: Staff) -> list[tuple[str, str]]:
    """Return the manager's own region, and the regions one level below it."""
    places = context.reference.places
    own = places.place(post.region)
    below = places.regencies(post.region) if len(post.region) == PROVINCE_DIGITS else places.districts(post.region)
    return [(place.code, place.label) for place in dict.fromkeys((own, *below)) if place is not None]


async def named_region(context: Context, post: Staff, update: Update) -> Next | None:
    """Find a kabupaten, kota or kecamatan within the manager's own region by its name."""
    typed, places = words_of(update), context.reference.places
    if typed is None:
        return None
    found = places.find(typed, [*places.regencies(post.region), *places.districts(post.region)])
    if found is None or found.place is None:
        context.send(_("There is no region of that name within yours."))
        return AGAIN
    return await take_region(context, post, found.place.code)


async def take_region(context: Context, post: Staff, region: str) -> Next:
    if await authorize(context, Act.INVITE_STAFF, Where(post.office, region)) is None:
        return AGAIN
    if await daily_limits.limit_reached(context.session, LimitedAction.INVITATIONS, context.account_id, context.now):
        return end_with(context, _("You have made many invitations today."), _("Make the next one tomorrow."))
    role = context.state(InviteState).role
    invitation, token = await invite(
        context.session, office=post.office, role=role, region=region, by=post, now=context.now
    )
    context.send(
        _("The invitation is ready. Send this link to one person."),
        *post_lines(context, post.office, role, region),
        _("It is valid for 24 hours, and can be used once."),
    )
    context.send(context.reference.link(PAYLOAD + token))
    words = _("Whoever opens it first gets the post. Send it to nobody else.")
    offer(context, words, [Choice(CallbackData(TALK, WITHDRAW, str(invitation.id)), N_("Take the invitation back"))])
    return END


async def take_back(key: str, update: Update, context: Context) -> None:
    """Revoke an invitation, if it is still open and of the manager's own office."""
    found = await invitations.lock_invitation(context.session, row_in(key) or 0, context.now)
    if found is None:
        show_menu(context, _("That invitation is not open any more."))
    elif await authorize(context, Act.INVITE_STAFF, Where(found.office, found.region)) is not None:
        await invitations.revoke_invitation(context.session, found, by=context.account, now=context.now)
        show_menu(context, _("The invitation is taken back."))
