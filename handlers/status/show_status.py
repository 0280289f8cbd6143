"""/status: where everything stands, why, what happens next and who acts, and the day of the next message.

/status ──one person──▶ shown ──withdraw──▶ SURE ──yes──▶ withdrawn
    └──several──▶ PERSON ─▲ └──complete──▶ /lengkapi                          /batal leaves from anywhere
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers import printed_letters
from handlers.caregivers import caregiver_notices
from handlers.completion import start_completion as completing
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.drafts import kept_words
from handlers.conversation.follow_ups import offer
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import Section, leads_to, show_menu
from handlers.conversation.persistent import ConversationStateView, set_step
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import continue_choice, draft_waits, waiting_drafts
from handlers.leaving_home import leaving_status as departing
from handlers.status.person_choices import people_choices
from handlers.status.printed_status import status_sheet
from handlers.status.status_text import line_text, programme_words
from locales import N_, speaking
from locales import gettext as _
from models.applications.overview import ApplicationLine, PersonOverview, find_line, overviews_for, withdraw
from models.applications.registration import FORM as REGISTER
from models.people.link import Relation

TALK = "status"
DO = "DO"
COMPLETE, WITHDRAW, PRINT, YES, NO = "complete", "withdraw", "print", "yes", "no"


class Step(StrEnum):
    PERSON = "PERSON"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        begin=begin,
        resume=resume,
        take={Step.PERSON: take_person, Step.SURE: take_sure},
        commands=[Command("status", N_("See where it stands"), begin)],
        sections={Section.STATUS: begin},
        routes={DO: do},
    )


async def begin(update: Update, context: Context) -> Step | int:
    found = await overviews_for(context.session, context.account, context.now)
    with_lines = [standing for standing in found if standing.lines]
    if not with_lines:
        return say_nobody(context)
    return ask_person(context, with_lines) if len(with_lines) > 1 else await looked_upon(context, with_lines[0])


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    found = [one for one in await overviews_for(context.session, context.account, context.now) if one.lines]
    step = ConversationStateView(TALK)[TALK]
    known = find_line(found, context.work.state.get(WITHDRAW) or 0)
    if step == Step.SURE and known is not None:
        return ask_sure(context, known[1])
    return ask_person(context, found) if step == Step.PERSON else ConversationHandler.END


def say_nobody(context: Context) -> int:
    """Nobody is registered yet; a draft that was not sent is not forgotten."""
    if waiting := waiting_drafts(context):
        lines = [
            draft_waits(context),
            kept_words(context),
        ]
        offer(context, "\n".join(lines), [continue_choice(waiting[0]), leads_to(Section.HELP)])
        return ConversationHandler.END
    lines = [_("Nobody is registered from this account yet."), _("Do you want to register?")]
    offer(context, "\n".join(lines), [leads_to(Section.REGISTER), leads_to(Section.HELP)])
    return ConversationHandler.END


def ask_person(context: Context, found: Sequence[PersonOverview]) -> Step:
    put(
        context,
        CallbackData(TALK, Step.PERSON, ""),
        _("Whose status do you want to see?"),
        people_choices(context, found, TALK, Step.PERSON),
    )
    return Step.PERSON


async def looked_upon(context: Context, standing: PersonOverview) -> int:
    """Shown; whoever is looked after hears of it."""
    await caregiver_notices.looked_at(context, standing.link, standing.person)
    return await show(context, standing)


async def take_person(update: Update, context: Context) -> Step | int:
    found = [one for one in await overviews_for(context.session, context.account, context.now) if one.lines]
    if navigation_of(update) == BACK:
        show_menu(context, _("This is the menu."))
        return ConversationHandler.END
    choice = match_choice(update, people_choices(context, found, TALK, Step.PERSON))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_person(context, found)
    return await looked_upon(context, next(one for one in found if str(one.person.id) == choice.key))


async def show(context: Context, standing: PersonOverview) -> int:
    """Each line in a message of its own; the choices stand under the last one."""
    offered = act_choices(context, [standing])
    texts = [await line_text(context, standing, line) for line in standing.lines]
    if REGISTER in waiting_drafts(context):
        texts.append(_("Another registration is not sent yet."))
        offered.append(continue_choice(REGISTER))
    offered.append(leads_to(Section.HELP))
    for text in texts[:-1]:
        context.send(text)
    offer(context, texts[-1], offered)
    return ConversationHandler.END


async def do(key: str, update: Update, context: Context) -> None:
    """An act on a file was chosen, now or long ago: it must still be one that this account may take."""
    found = await overviews_for(context.session, context.account, context.now)
    choice = next((one for one in act_choices(context, found) if one.press == CallbackData(TALK, DO, key)), None)
    known = find_line(found, int(key.rpartition(" ")[2])) if choice else None
    if known is None:
        show_menu(context, _("That can no longer be done."))
    elif key.startswith(PRINT):
        await print_for(context, *known)
    elif key.startswith(WITHDRAW):
        set_step(TALK, ask_sure(context, known[1]))
    else:
        await completing.open_file(context, known[1].application.id or 0)


async def print_for(context: Context, standing: PersonOverview, line: ApplicationLine) -> None:
    """A companion prints for somebody who has no Telegram; that they looked is told as always."""
    await caregiver_notices.looked_at(context, standing.link, standing.person)
    with speaking(await printed_letters.language_for(context, standing.person.id or 0)):
        sheet = await status_sheet(context, line.application, standing.person)
    printed_letters.send_letters(
        context, [(standing.person, [sheet])], _("Print it, and give it to the person."), shows_data=standing.shows_data
    )


def ask_sure(context: Context, line: ApplicationLine) -> Step:
    name = programme_words(context, line.application)
    lines = [_("Do you want to cancel this registration?"), _("Programme: {programme}").format(programme=name)]
    lines.append(_("It then no longer waits for its turn."))
    context.work.remember(WITHDRAW, line.application.id)
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(lines), sure_choices())
    return Step.SURE


async def take_sure(update: Update, context: Context) -> Step | int:
    found = await overviews_for(context.session, context.account, context.now)
    known = find_line(found, context.work.state.get(WITHDRAW) or 0)
    choice = match_choice(update, sure_choices())
    if known is None or not known[1].can_be_withdrawn:
        show_menu(context, _("That registration cannot be cancelled any more."))
        return ConversationHandler.END
    goes_back = navigation_of(update) == BACK
    if choice is None and not goes_back:
        explain_unrecognised(update, context)
        return ask_sure(context, known[1])
    context.work.remember(WITHDRAW, None)
    if choice is None or choice.key == NO:
        show_menu(context, _("All right. The registration goes on."))
        return ConversationHandler.END
    await withdraw(context.session, context.account, known[1].application, context.now)
    await caregiver_notices.used(context, known[0].link, known[0].person, caregiver_notices.WITHDREW)
    show_menu(context, _("The registration is cancelled.") + "\n" + _("You may register again at any time."))
    return ConversationHandler.END


def act_choices(context: Context, found: Sequence[PersonOverview]) -> list[Choice]:
    """What can be done with these files: complete, withdraw, print. Several files are told apart by the number."""
    lines = [(standing, line) for standing in found for line in standing.lines]
    offered: list[Choice] = []
    for standing, line in lines:
        programme = context.reference.catalogue.get(line.application.programme)
        number, identity = line.application.number, line.application.id
        if line.may_act and line.wants_papers(programme):
            words = _("Complete {number}").format(number=number) if len(lines) > 1 else N_("Complete file")
            offered.append(Choice(CallbackData(TALK, DO, f"{COMPLETE} {identity}"), words))
        if (leave := departing.choice(context, line, several=len(lines) > 1)) is not None:
            offered.append(leave)
        if line.can_be_withdrawn:
            words = _("Cancel {number}").format(number=number) if len(lines) > 1 else N_("Cancel registration")
            offered.append(Choice(CallbackData(TALK, DO, f"{WITHDRAW} {identity}"), words))
        if standing.link.relation is Relation.COMPANION:
            words = _("Print {number}").format(number=number) if len(lines) > 1 else N_("Print it")
            offered.append(Choice(CallbackData(TALK, DO, f"{PRINT} {identity}"), words))
    return offered


def sure_choices() -> list[Choice]:
    return choices(TALK, Step.SURE, (YES, N_("Yes, cancel it")), (NO, N_("No, go on")))
