"""/petugas: show the officer's post and its services; leave the post.

/petugas ─▶ shown, with an offer ──counter──▶ /loket
                                 ├─register──▶ /daftarkan
                                 ├─print──▶ /cetak
                                 ├─requests──▶ /hakdata
                                 ├─invite──▶ /undang
                                 ├─staff──▶ /rekan
                                 ├─tries──▶ /keamanan
                                 └─leave──▶ SURE ──yes──▶ the post has ended
"""

from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource, own_post
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import STAFF_MENU
from handlers.conversation.questions import END, Confirm
from handlers.conversation.registry import Command, Conversation
from handlers.staff.post_commands import show_commands
from handlers.wording.staff_text import last_manager_lines, post_lines
from locales import N_
from locales import gettext as _
from models.offices import staff as posts
from models.offices.authority import Act
from models.offices.staff import LastManager, Staff

TALK = STAFF_MENU
RULE = AccessRule(Act.LEAVE_OFFICE, Resource.OFFICE)
LEAVE = "LEAVE"
LEAVE_LINES = (N_("Do you want to leave your post?"), N_("You then no longer see the work of the office."))
SURE_LABELS = (N_("Yes, leave it"), N_("No, I stay"))


class Step(StrEnum):
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        subject=own_post,
        steps={Step.SURE: Confirm(LEAVE_LINES, labels=SURE_LABELS, yes=leave_office, no=leave_unchanged)},
        commands=[Command("petugas", N_("Your post"), show)],
        buttons={LEAVE: lambda context, key: Step.SURE},
    )


async def show(update: Update, context: Context) -> int:
    post = await own_post(context)
    lines = [_("You are staff: {name}.").format(name=post.name)]
    lines += post_lines(context, post.office, post.role, post.region)
    leave = Choice(CallbackData(TALK, LEAVE, ""), N_("Leave my post"))
    offer(context, "\n".join(lines), [*context.registry.staff_choices(post.role), leave])
    return END


async def leave_office(context: Context, post: Staff) -> int:
    try:
        await posts.leave(context.session, context.account, now=context.now)
    except LastManager:
        return end_with(context, *last_manager_lines())
    show_commands(context, context.account, None)
    return end_with(context, _("Your post as staff has ended."))
