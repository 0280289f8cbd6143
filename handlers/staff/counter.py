"""/loket: somebody stands at the counter with a number and a card.

/loket ─▶ NUMBER ─▶ WHAT ──a yes is heard──▶ WHO ─▶ SCOPE ─▶ SURE
                     ├─proof of a guardian──▶ WHO ─▶ SURE
                     ├─a new phone──▶ SURE ─▶ a code for that phone
                     └─no capacity to decide──▶ REASON
WHO only where several people help.                                      /batal leaves from anywhere
"""

from enum import StrEnum
from typing import Any

from telegram import Update
from telegram.ext import CommandHandler, ConversationHandler

from handlers.asking.answers import misheard, picked, words_of
from handlers.asking.forms import BACK, put, too_long, way_of
from handlers.buttons import Choice, Press, choices
from handlers.context import Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.family.asking import YES
from handlers.family.asking import scope_choices as scopes
from handlers.family.words import first_name, is_named, name_of
from handlers.menu import show_menu
from handlers.permission import On, Rule, holds
from handlers.staff.matters import ABOUT_A_HELPER, MATTERS, Case, done, sure_choices, sure_lines
from locales import gettext as _
from models.applications.receipt import Receipt, read
from models.applications.standing import file_with
from models.offices.authority import ROLES, Act, Where
from models.offices.staff import on_duty
from models.people import guardianship
from models.people.account import Account
from models.people.guardianship import LEAST_WORDS, NoReason
from models.people.link import Link, Scope, links_of

TALK = "counter"
AT_COUNTER = "at_counter"
RULE = Rule(Act.WITNESS_CONSENT, On.FILE)
LONGEST_REASON = 1000


class Step(StrEnum):
    NUMBER = "NUMBER"
    WHAT = "WHAT"
    WHO = "WHO"
    SCOPE = "SCOPE"
    SURE = "SURE"
    REASON = "REASON"


def conversation() -> DurableConversation:
    takes = {
        Step.NUMBER: take_number,
        Step.WHAT: take_what,
        Step.WHO: take_who,
        Step.SCOPE: take_scope,
        Step.SURE: take_sure,
        Step.REASON: take_reason,
    }
    return DurableConversation(
        TALK,
        rule=RULE,
        entry_points=[CommandHandler("loket", begin)],
        states={step: answers(TALK, step, take) for step, take in takes.items()},
    )


async def begin(update: Update, context: Talk) -> Step:
    return ask_number(context)


async def resume(context: Talk) -> Step | int:
    """Ask the open question again."""
    step = PlaceInTalk(TALK)[TALK]
    case = await case_in_hand(context)
    if step == Step.NUMBER or case is None:
        return ask_number(context)
    asks = {Step.WHAT: ask_what, Step.WHO: ask_who, Step.SURE: ask_sure}
    if step in asks:
        return await asks[Step(step)](context, case)
    return ask_scope(context) if step == Step.SCOPE else ask_reason(context, case)


def noted(context: Talk) -> dict[str, Any]:
    """What was said so far: the number, the matter, the helper, how far."""
    return dict(context.work.state.get(AT_COUNTER) or {})


def note(context: Talk, **more: Any) -> None:
    context.work.remember(AT_COUNTER, noted(context) | more)


def matter_of(context: Talk) -> Act:
    return Act(noted(context).get("what") or Act.WITNESS_CONSENT)


async def case_in_hand(context: Talk) -> Case | None:
    """The file with the number that was said, if it is of this office and region, as it stands now."""
    found = await file_with(context.session, str(noted(context).get("number")))
    if found is None:
        return None
    application, person = found
    where = Where(application.office, person.district or person.regency)
    if not await holds(context, matter_of(context), where):
        return None
    linked = await links_of(context.session, person.id or 0, context.now)
    helpers = [one for one in linked if not one[0].is_self]
    helper = next((one for one in helpers if one[0].id == noted(context).get("link")), None)
    scope = Scope(noted(context).get("scope") or Scope.STATUS)
    return Case(application, person, helpers, matter_of(context), helper, scope)


def not_here(context: Talk) -> int:
    """The same words for a number of nobody, of another office, of another region."""
    context.work.remember(AT_COUNTER, None)
    show_menu(context, _("No file of your office and region has that number."))
    return ConversationHandler.END


def ask_number(context: Talk) -> Step:
    lines = [_("What is the registration number?"), _("Look at the card of the person first.")]
    put(context, Press(TALK, Step.NUMBER, ""), "\n".join(lines), ways=())
    return Step.NUMBER


async def take_number(update: Update, context: Talk) -> Step | int:
    words = words_of(update)
    if words is None:
        misheard(update, context)
        return ask_number(context)
    number = read(words)
    if not isinstance(number, Receipt):
        context.say(_("That number is not right yet. Please look at it again."))
        return ask_number(context)
    context.work.remember(AT_COUNTER, {"number": str(number)})
    case = await case_in_hand(context)
    return await ask_what(context, case) if case else not_here(context)


async def ask_what(context: Talk, case: Case) -> Step:
    lines = [_("Name: {name}").format(name=case.person.name), _("What is it about?")]
    put(context, Press(TALK, Step.WHAT, ""), "\n".join(lines), await matter_choices(context, case))
    return Step.WHAT


async def take_what(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return ask_number(context)
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    choice = picked(update, await matter_choices(context, case))
    if choice is None:
        misheard(update, context)
        return await ask_what(context, case)
    note(context, what=choice.key)
    case = case._replace(act=matter_of(context))
    if case.act is Act.NOTE_CAPACITY:
        return ask_reason(context, case)
    if case.act in ABOUT_A_HELPER:
        return await ask_who(context, case)
    return await ask_sure(context, case)


async def ask_who(context: Talk, case: Case) -> Step | int:
    """Which helper; a single one needs no question."""
    if not case.helpers:
        context.say(_("Nobody has asked to help this person yet."))
        return await ask_what(context, case)
    if len(case.helpers) == 1:
        return await with_helper(context, case, case.helpers[0])
    put(context, Press(TALK, Step.WHO, ""), _("Which helper?"), await helper_choices(context, case))
    return Step.WHO


async def take_who(update: Update, context: Talk) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if way_of(update) == BACK:
        return await ask_what(context, case)
    choice = picked(update, await helper_choices(context, case))
    if choice is None:
        misheard(update, context)
        return await ask_who(context, case)
    return await with_helper(context, case, next(one for one in case.helpers if str(one[0].id) == choice.key))


async def with_helper(context: Talk, case: Case, helper: tuple[Link, Account]) -> Step | int:
    """Nobody bears witness in their own matter."""
    if helper[1].id == context.account.id:
        context.say(_("That helper is you. Another officer must do this."))
        return await ask_what(context, case)
    if not await is_named(context, helper[1]):
        context.say(_("Nobody knows the name of that helper yet.") + "\n" + _("They type /keluarga and ask for it."))
        return await ask_what(context, case)
    note(context, link=helper[0].id)
    is_a_yes = case.act is Act.WITNESS_CONSENT
    return ask_scope(context) if is_a_yes else await ask_sure(context, case._replace(helper=helper))


def ask_scope(context: Talk) -> Step:
    put(context, Press(TALK, Step.SCOPE, ""), _("How far may the helper go?"), scope_choices())
    return Step.SCOPE


async def take_scope(update: Update, context: Talk) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if way_of(update) == BACK:
        return await ask_what(context, case)
    choice = picked(update, scope_choices())
    if choice is None:
        misheard(update, context)
        return ask_scope(context)
    note(context, scope=choice.key)
    return await ask_sure(context, case._replace(scope=Scope(choice.key)))


async def ask_sure(context: Talk, case: Case) -> Step:
    lines = await sure_lines(context, case)
    put(context, Press(TALK, Step.SURE, ""), "\n".join(lines), sure_choices(TALK, Step.SURE, case.act))
    return Step.SURE


async def take_sure(update: Update, context: Talk) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if way_of(update) == BACK:
        return await ask_what(context, case)
    choice = picked(update, sure_choices(TALK, Step.SURE, case.act))
    if choice is None:
        misheard(update, context)
        return await ask_sure(context, case)
    await done(context, case, said_yes=choice.key == YES)
    context.work.remember(AT_COUNTER, None)
    return ConversationHandler.END


def ask_reason(context: Talk, case: Case) -> Step:
    lines = [
        _("Why can {first_name} not decide alone for now?").format(first_name=first_name(case.person)),
        _("Write what you have seen. A kind of disability is no reason."),
    ]
    put(context, Press(TALK, Step.REASON, ""), "\n".join(lines))
    return Step.REASON


async def take_reason(update: Update, context: Talk) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if way_of(update) == BACK:
        return await ask_what(context, case)
    words = words_of(update)
    if words is None or len(words) > LONGEST_REASON:
        misheard(update, context) if words is None else context.say(too_long(words, LONGEST_REASON))
        return ask_reason(context, case)
    by = context.account.id or 0
    try:
        await guardianship.note_capacity(
            context.session, case.person, words, by=by, is_social_worker=True, now=context.now
        )
    except NoReason:
        context.say(_("Please write at least {count} words about this person.").format(count=LEAST_WORDS))
        return ask_reason(context, case)
    context.work.remember(AT_COUNTER, None)
    show_menu(context, _("Your note is written down."))
    return ConversationHandler.END


async def matter_choices(context: Talk, case: Case) -> list[Choice]:
    """What this officer may do, and what makes sense for this person."""
    post = await on_duty(context.session, context.account.id or 0)
    is_minor = guardianship.is_minor(case.person, context.now)
    fitting = [(act, words) for act, words in MATTERS if post and post.role in ROLES[act]]
    return choices(TALK, Step.WHAT, *(one for one in fitting if is_minor or one[0] is not Act.CHECK_GUARDIAN))


async def helper_choices(context: Talk, case: Case) -> list[Choice]:
    return [Choice(Press(TALK, Step.WHO, str(link.id)), await name_of(context, one)) for link, one in case.helpers]


def scope_choices() -> list[Choice]:
    return [Choice(one.press._replace(talk=TALK, step=Step.SCOPE), one.label) for one in scopes()]
