"""/petugas: one's post, and what it lets one do; leaving it.

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

from handlers.buttons import Choice, Press
from handlers.context import Talk
from handlers.counter import finding, printing
from handlers.menu import show_menu
from handlers.mydata import answering
from handlers.permission import On, Rule, permitted
from handlers.reception.offers import offer
from handlers.registering import assisted
from handlers.staff import colleagues, inviting, trying
from handlers.staff.posts import last_manager_lines, post_lines, show_commands
from locales import N_
from locales import gettext as _
from models.offices import staff as posts
from models.offices.authority import ROLES, Act
from models.offices.staff import LastManager

TALK = "desk"
RULE = Rule(Act.LEAVE_OFFICE, On.OFFICE)
LEAVE, SURE = "LEAVE", "SURE"
YES, NO = "yes", "no"
OFFERED = (
    (Act.WITNESS_CONSENT, finding.TALK, N_("Somebody is at the counter")),
    (Act.REGISTER_SOMEBODY, assisted.TALK, N_("Register somebody")),
    (Act.PRINT_LETTERS, printing.TALK, N_("Print letters")),
    (Act.ANSWER_OWN_DATA, answering.TALK, N_("Requests about own data")),
    (Act.INVITE_STAFF, inviting.TALK, N_("Invite staff")),
    (Act.SEE_STAFF, colleagues.TALK, N_("See the staff")),
    (Act.SEE_TRIES, trying.TALK, N_("See wrong tries")),
    (Act.LEAVE_OFFICE, LEAVE, N_("Leave my post")),
)


async def show(update: Update, context: Talk) -> None:
    post = await permitted(context, Act.LEAVE_OFFICE)
    if post is not None:
        ways = [Choice(Press(TALK, step, ""), words) for act, step, words in OFFERED if post.role in ROLES[act]]
        lines = [_("You are staff: {name}.").format(name=post.name)]
        offer(context, "\n".join([*lines, *post_lines(context, post.office, post.role, post.region)]), ways)


async def ask_leaving(_key: str, update: Update, context: Talk) -> None:
    lines = [_("Do you want to leave your post?"), _("You then no longer see the work of the office.")]
    offer(context, "\n".join(lines), sure_choices())


async def leave_office(key: str, update: Update, context: Talk) -> None:
    post = await permitted(context, Act.LEAVE_OFFICE)
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
        Choice(Press(TALK, SURE, YES), N_("Yes, leave it")),
        Choice(Press(TALK, SURE, NO), N_("No, I stay")),
    ]
