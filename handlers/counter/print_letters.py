"""/cetak: the letters that wait at the office for people without Telegram: printed, and marked when handed over.

/cetak ─▶ WHAT ─▶ WHERE ─▶ VILLAGE ─▶ printed, one person on a page
            └──handed over──▶ HANDED ─▶ marked, and asked again          /batal leaves from anywhere
WHAT only where some were printed before; WHERE and VILLAGE only where there are several.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.form import BACK, Prompt, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.multi_select import read_several
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Command, Conversation
from handlers.wording import printed_letters
from locales import N_, ngettext
from locales import gettext as _
from models.offices import mailroom
from models.offices.authority import Act
from models.offices.mailroom import Mail, Pile
from models.offices.staff import Staff

TALK = "letters"
RULE = AccessRule(Act.PRINT_LETTERS, Resource.OFFICE)
NEW, AGAIN, HANDED, ALL = "new", "again", "handed", "all"


class Step(StrEnum):
    WHAT = "WHAT"
    WHERE = "WHERE"
    VILLAGE = "VILLAGE"
    HANDED = "HANDED"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        begin=begin,
        resume=resume,
        take={Step.WHAT: take_what, Step.WHERE: take_where, Step.VILLAGE: take_village, Step.HANDED: take_handed},
        commands=[Command("cetak", N_("Print the letters that wait"), begin)],
        staff_menu=N_("Print letters"),
    )


async def begin(update: Update, context: Context) -> Step | int:
    return await ask_what(context)


async def resume(context: Context) -> Step | int:
    """Ask the open question again; what lies there may have changed."""
    step = ConversationStateView(TALK)[TALK]
    if step == Step.HANDED:
        return await ask_handed(context)
    return await (ask_where(context) if step in (Step.WHERE, Step.VILLAGE) else ask_what(context))


def noted(context: Context) -> dict[str, Any]:
    return dict(context.work.state.get(TALK) or {})


def put_away(context: Context, words: str) -> int:
    context.work.remember(TALK, None)
    show_menu(context, words)
    return ConversationHandler.END


async def ask_what(context: Context) -> Step | int:
    """New letters, or those that were printed before; with only new ones there is nothing to ask."""
    post = await authorize(context, Act.PRINT_LETTERS)
    if post is None:
        return ConversationHandler.END
    new = await mailroom.piles(context.session, post, printed=False)
    before = await mailroom.piles(context.session, post, printed=True)
    if not new and not before:
        return put_away(context, _("No letters wait in your office and region."))
    context.work.remember(TALK, {"what": NEW})
    if not before:
        return await ask_where(context)
    lines = [counted(new, before), _("What do you want to do?")]
    put(context, CallbackData(TALK, Step.WHAT, ""), "\n".join(lines), what_choices(new), ways=())
    return Step.WHAT


def counted(new: Sequence[Pile], before: Sequence[Pile]) -> str:
    lines = [_("People with new letters: {count}.").format(count=people_in(new))] if new else []
    return "\n".join(
        [*lines, _("People with printed letters, not handed over: {count}.").format(count=people_in(before))]
    )


def people_in(piles: Sequence[Pile]) -> int:
    return sum(pile.people for pile in piles)


async def take_what(update: Update, context: Context) -> Step | int:
    post = await authorize(context, Act.PRINT_LETTERS)
    if post is None:
        return ConversationHandler.END
    new = await mailroom.piles(context.session, post, printed=False)
    choice = match_choice(update, what_choices(new))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_what(context)
    context.work.remember(TALK, {"what": choice.key})
    return await (ask_handed(context) if choice.key == HANDED else ask_where(context))


async def piles_now(context: Context) -> tuple[Staff | None, list[Pile]]:
    """The post, and the piles of what was chosen."""
    post = await authorize(context, Act.PRINT_LETTERS)
    printed = noted(context).get("what") == AGAIN
    return post, await mailroom.piles(context.session, post, printed=printed) if post else []


async def ask_where(context: Context) -> Step | int:
    """Of which kecamatan; a single one needs no question."""
    post, piles = await piles_now(context)
    if post is None:
        return ConversationHandler.END
    offered = where_choices(context, piles)
    if len(offered) <= 2:
        return await ask_village(context, piles[0].district if piles else None)
    put(
        context,
        CallbackData(TALK, Step.WHERE, ""),
        _("Of which kecamatan?"),
        offered,
        ways=await ways_back(context, post),
    )
    return Step.WHERE


async def take_where(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return await ask_what(context)
    post, piles = await piles_now(context)
    choice = match_choice(update, where_choices(context, piles))
    if post is None:
        return ConversationHandler.END
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_where(context)
    return await (print_them(context, post) if choice.key == ALL else ask_village(context, choice.key))


async def ask_village(context: Context, district: str | None) -> Step | int:
    """Of which desa; a single one needs no question."""
    post, piles = await piles_now(context)
    if post is None:
        return ConversationHandler.END
    context.work.remember(TALK, noted(context) | {"district": district})
    offered = village_choices(context, piles, district)
    if len(offered) <= 2:
        return await print_them(context, post, district)
    several = len(where_choices(context, piles)) > 2
    ways = (BACK,) if several else await ways_back(context, post)
    put(context, CallbackData(TALK, Step.VILLAGE, ""), _("Of which desa or kelurahan?"), offered, ways=ways)
    return Step.VILLAGE


async def take_village(update: Update, context: Context) -> Step | int:
    post, piles = await piles_now(context)
    if navigation_of(update) == BACK:
        return await (ask_where(context) if len(where_choices(context, piles)) > 2 else ask_what(context))
    district = noted(context).get("district")
    choice = match_choice(update, village_choices(context, piles, district))
    if post is None:
        return ConversationHandler.END
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_village(context, district)
    return await print_them(context, post, district, None if choice.key == ALL else choice.key)


async def ways_back(context: Context, post: Staff) -> Sequence[str]:
    """Back to what shall be done, where that was asked."""
    return (BACK,) if await mailroom.piles(context.session, post, printed=True) else ()


async def print_them(context: Context, post: Staff, district: str | None = None, village: str | None = None) -> int:
    """One file, at most so many people; the others stay for the next time."""
    printed = noted(context).get("what") == AGAIN
    mails = await mailroom.mail(context.session, post, printed=printed, district=district, village=village)
    if not mails:
        return put_away(context, _("No letters wait in your office and region."))
    printed_letters.send_letters(context, mails, count_words(len(mails)))
    await mailroom.print_out(context.session, mails, by=post.account_id, now=context.now)
    more = [_("There are more. Type /cetak again.")] if len(mails) == mailroom.AT_ONCE and not printed else []
    return put_away(context, "\n".join([*more, _("Were they handed over? Type /cetak and note it down.")]))


def count_words(count: int) -> str:
    return ngettext("Letters for {count} person.", "Letters for {count} people.", count).format(count=count)


async def mails_printed(context: Context) -> tuple[Staff | None, list[Mail]]:
    post = await authorize(context, Act.PRINT_LETTERS)
    return post, await mailroom.mail(context.session, post, printed=True) if post else []


async def ask_handed(context: Context) -> Step | int:
    """Who has got theirs: tapped one after another, or several typed at once."""
    post, mails = await mails_printed(context)
    if post is None:
        return ConversationHandler.END
    if not mails:
        return put_away(context, _("Every printed letter was handed over."))
    lines = [_("Who has the letters in their hands?"), _("You may type several, for example: 1, 3.")]
    put(
        context,
        CallbackData(TALK, Step.HANDED, ""),
        Prompt("\n".join(lines), delete_after=A_DAY),
        handed_choices(context, mails),
    )
    return Step.HANDED


async def take_handed(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return await ask_what(context)
    post, mails = await mails_printed(context)
    if post is None:
        return ConversationHandler.END
    offered = handed_choices(context, mails)
    choice = match_choice(update, offered)
    several = None if choice else read_several(update, offered[:-1], ())
    keys = [choice.key] if choice else list(several.keys) if several else []
    given = mails if ALL in keys else [one for one in mails if str(one.person.id) in keys]
    if not given:
        explain_unrecognised(update, context)
        return await ask_handed(context)
    await mailroom.hand_over(context.session, given, by=post.account_id, now=context.now)
    context.send(_("That is written down.") + " " + count_words(len(given)))
    return await ask_handed(context)


def what_choices(new: Sequence[Pile]) -> list[Choice]:
    first = [(NEW, N_("Print new letters"))] if new else []
    return choices(TALK, Step.WHAT, *first, (AGAIN, N_("Print once more")), (HANDED, N_("Handed over")))


def where_choices(context: Context, piles: Sequence[Pile]) -> list[Choice]:
    """The kecamatan in which somebody waits, and all of them."""
    counts: dict[str, int] = {}
    for pile in piles:
        if pile.district:
            counts[pile.district] = counts.get(pile.district, 0) + pile.people
    return [*(place_choice(context, Step.WHERE, *one) for one in counts.items()), *all_choices(Step.WHERE)]


def village_choices(context: Context, piles: Sequence[Pile], district: str | None) -> list[Choice]:
    found = [(pile.village, pile.people) for pile in piles if pile.district == district and pile.village]
    return [*(place_choice(context, Step.VILLAGE, *one) for one in found), *all_choices(Step.VILLAGE)]


def place_choice(context: Context, step: Step, code: str, people: int) -> Choice:
    place = context.reference.places.place(code)
    name = place.name if place else code
    return Choice(CallbackData(TALK, step, code), f"{name[:24]} ({people})", (name,))


def all_choices(step: Step) -> list[Choice]:
    return choices(TALK, step, (ALL, N_("All of them")))


def handed_choices(context: Context, mails: Sequence[Mail]) -> list[Choice]:
    """Name and desa; people of one name are told apart."""
    named = [
        Choice(CallbackData(TALK, Step.HANDED, str(one.person.id)), label_of(context, one), (str(one.person.name),))
        for one in mails
    ]
    return [*named, *all_choices(Step.HANDED)]


def label_of(context: Context, mail: Mail) -> str:
    place = context.reference.places.place(mail.person.village or mail.person.district or mail.person.regency)
    where = mail.person.village_text or (place.name if place else "")
    return f"{str(mail.person.name)[:30]}, {where[:20]}"
