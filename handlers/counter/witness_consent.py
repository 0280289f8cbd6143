"""About a helper, at the counter: the person's yes is heard by an officer, or the proof of a guardian is seen.

begin ─▶ WHO ─▶ SCOPE ─▶ SURE ─▶ written down, and both sides are told
          └──a proof──────▲                                        /batal leaves from anywhere
WHO only where several people help; SCOPE only for a yes.
"""

from enum import StrEnum

from telegram import Update

from handlers.caregivers.ask_consent import NO, YES
from handlers.caregivers.ask_consent import scope_choices as scopes
from handlers.caregivers.helper_changes import NOW_HELPS, PROOF_SEEN, SAID_YES, tell_of_change
from handlers.conversation.access import AccessRule, Resource, authorize
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, navigation_of, put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.counter.case import Case, CounterState, back_to_matters, case_in_hand, not_here, put_away
from handlers.notify import notify
from handlers.wording.caregiver_text import VERSION, first_name, is_named, name_of, question
from handlers.wording.printed_letters import language_for
from locales import N_, speaking
from locales import gettext as _
from models.offices.authority import Act
from models.people import guardianship
from models.people.account import Account
from models.people.agreement import agree_in_front_of_staff
from models.people.consent import Answer, Said
from models.people.link import Link, Scope

TALK = "witness"
RULE = AccessRule(Act.WITNESS_CONSENT, Resource.FILE)


class Step(StrEnum):
    WHO = "WHO"
    SCOPE = "SCOPE"
    SURE = "SURE"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=CounterState,
        resume=resume,
        take={Step.WHO: take_who, Step.SCOPE: take_scope, Step.SURE: take_sure},
    )


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    case, step = await case_in_hand(context), ConversationStateView(TALK)[TALK]
    if case is None:
        return not_here(context)
    if step == Step.SCOPE:
        return ask_scope(context)
    return await (ask_who if step == Step.WHO else ask_sure)(context, case)


async def begin(context: Context, case: Case) -> Step | int:
    return await ask_who(context, case)


async def ask_who(context: Context, case: Case) -> Step | int:
    """Which helper; a single one needs no question."""
    if not case.helpers:
        context.send(_("Nobody has asked to help this person yet."))
        return await back_to_matters(context, case)
    if len(case.helpers) == 1:
        return await with_helper(context, case, case.helpers[0])
    put(context, CallbackData(TALK, Step.WHO, ""), _("Which helper?"), await helper_choices(context, case))
    return Step.WHO


async def take_who(update: Update, context: Context) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if navigation_of(update) == BACK:
        return await back_to_matters(context, case)
    choice = match_choice(update, await helper_choices(context, case))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_who(context, case)
    return await with_helper(context, case, next(one for one in case.helpers if str(one[0].id) == choice.key))


async def with_helper(context: Context, case: Case, helper: tuple[Link, Account]) -> Step | int:
    """Nobody bears witness in their own matter."""
    if helper[1].id == context.account.id:
        context.send(_("That helper is you. Another officer must do this."))
        return await back_to_matters(context, case)
    if not await is_named(context, helper[1]):
        context.send(_("Nobody knows the name of that helper yet.") + "\n" + _("They type /keluarga and ask for it."))
        return await back_to_matters(context, case)
    context.state(CounterState).link = helper[0].id
    is_a_yes = case.act is Act.WITNESS_CONSENT
    return ask_scope(context) if is_a_yes else await ask_sure(context, case._replace(helper=helper))


def ask_scope(context: Context) -> Step:
    put(context, CallbackData(TALK, Step.SCOPE, ""), _("How far may the helper go?"), scope_choices())
    return Step.SCOPE


async def take_scope(update: Update, context: Context) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    if navigation_of(update) == BACK:
        return await back_to_matters(context, case)
    choice = match_choice(update, scope_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_scope(context)
    context.state(CounterState).scope = Scope(choice.key)
    return await ask_sure(context, case._replace(scope=Scope(choice.key)))


async def ask_sure(context: Context, case: Case) -> Step:
    lines = await sure_lines(context, case)
    put(context, CallbackData(TALK, Step.SURE, ""), "\n".join(lines), sure_choices(case))
    return Step.SURE


async def take_sure(update: Update, context: Context) -> Step | int:
    case = await case_in_hand(context)
    if case is None or case.helper is None:
        return not_here(context)
    if navigation_of(update) == BACK:
        return await back_to_matters(context, case)
    choice = match_choice(update, sure_choices(case))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_sure(context, case)
    if case.act is Act.WITNESS_CONSENT:
        await heard(context, case, *case.helper, answer=Answer.GIVEN if choice.key == YES else Answer.REFUSED)
    elif choice.key == YES:
        await prove(context, case, *case.helper)
    else:
        show_menu(context, _("All right. Nothing has changed."))
    return put_away(context)


async def sure_lines(context: Context, case: Case) -> list[str]:
    """What is about to be written down."""
    who = await name_of(context, case.helper[1], case.helper[0].relation) if case.helper else "?"
    if case.act is Act.CHECK_GUARDIAN:
        return [
            _("Did you see the proof, such as the family card?"),
            _("Child: {name}").format(name=case.person.name),
            _("Guardian: {name}").format(name=who),
        ]
    with speaking(await language_for(context, case.person.id or 0)):
        asked = question(who, case.scope)
    return [_("Read this aloud to {first_name}.").format(first_name=first_name(case.person)), "", asked]


async def heard(context: Context, case: Case, link: Link, account: Account, *, answer: Answer) -> None:
    """The answer that was given before this officer."""
    post = await authorize(context, Act.WITNESS_CONSENT)
    who = await name_of(context, account, link.relation)
    with speaking(spoken := await language_for(context, case.person.id or 0)):
        asked = question(who, case.scope)
    said = Said(
        answer=answer,
        shown=asked,
        language=spoken,
        mode=context.account.mode,
        version=VERSION,
        assisted_by=str(post.name) if post else None,
    )
    await agree_in_front_of_staff(context.session, link, case.scope, said=said, by=context.account, now=context.now)
    if answer is Answer.GIVEN:
        await notify(context, account, SAID_YES, first_name=first_name(case.person))
        await tell_of_change(context, case.person, (NOW_HELPS, {"who": who}))
    show_menu(context, _("The answer is written down."))


async def prove(context: Context, case: Case, link: Link, account: Account) -> None:
    """The proof of a guardian was seen."""
    await guardianship.prove(context.session, link, by=context.account.id or 0, now=context.now)
    await notify(context, account, PROOF_SEEN, first_name=first_name(case.person))
    show_menu(context, _("The proof is written down."))


async def helper_choices(context: Context, case: Case) -> list[Choice]:
    return [
        Choice(CallbackData(TALK, Step.WHO, str(link.id)), await name_of(context, one, link.relation))
        for link, one in case.helpers
    ]


def scope_choices() -> list[Choice]:
    return [Choice(one.press._replace(talk=TALK, step=Step.SCOPE), one.label) for one in scopes()]


def sure_choices(case: Case) -> list[Choice]:
    if case.act is Act.WITNESS_CONSENT:
        return choices(TALK, Step.SURE, (YES, N_("The person said yes")), (NO, N_("The person said no")))
    return choices(TALK, Step.SURE, (YES, N_("Yes, I saw it")), (NO, N_("No, not yet")))
