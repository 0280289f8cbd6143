"""/petugas: show the officer's post and its services; leave the post.

/petugas ─▶ shown, with an offer ──counter──▶ /loket
                                 ├─register──▶ /daftarkan
                                 ├─print──▶ /cetak
                                 ├─requests──▶ /permohonan
                                 ├─invite──▶ /undang
                                 ├─staff──▶ /rekan
                                 ├─tries──▶ /percobaan
                                 └─leave──▶ sure? ──yes──▶ the post has ended
"""

from telegram import Update

from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import STAFF_MENU, show_menu
from handlers.conversation.registry import Command, Conversation
from handlers.staff.post_commands import show_commands
from handlers.wording.roles_text import last_manager_lines, post_lines
from locales import N_
from locales import gettext as _
from models.offices import staff as posts
from models.offices.authority import Act
from models.offices.staff import LastManager

TALK = STAFF_MENU
RULE = AccessRule(Act.LEAVE_OFFICE, Resource.OFFICE)
LEAVE, SURE = "LEAVE", "SURE"
YES, NO = "yes", "no"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        commands=[Command("petugas", N_("Your post"), show)],
        routes={LEAVE: ask_leaving, SURE: leave_office},
    )


async def show(update: Update, context: Context) -> None:
    post = await authorize(context, Act.LEAVE_OFFICE)
    if post is not None:
        ways = [*context.registry.staff_choices(post.role), Choice(CallbackData(TALK, LEAVE, ""), N_("Leave my post"))]
        lines = [_("You are staff: {name}.").format(name=post.name)]
        offer(context, "\n".join([*lines, *post_lines(context, post.office, post.role, post.region)]), ways)


async def ask_leaving(_key: str, update: Update, context: Context) -> None:
    lines = [_("Do you want to leave your post?"), _("You then no longer see the work of the office.")]
    offer(context, "\n".join(lines), sure_choices())


async def leave_office(key: str, update: Update, context: Context) -> None:
    post = await authorize(context, Act.LEAVE_OFFICE)
    if post is None:
        return
    if key != YES:
        show_menu(context, _("All right. Nothing has changed."))
        return
    try:
        await posts.leave(context.session, context.account, now=context.now)
    except LastManager:
        show_menu(context, "\n".join(last_manager_lines()))
        return
    show_commands(context, context.account, None)
    show_menu(context, _("Your post as staff has ended."))


def sure_choices() -> list[Choice]:
    return [
        Choice(CallbackData(TALK, SURE, YES), N_("Yes, leave it")),
        Choice(CallbackData(TALK, SURE, NO), N_("No, I stay")),
    ]
