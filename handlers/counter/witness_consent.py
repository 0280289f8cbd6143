"""About a helper, at the counter: an officer witnesses the person's consent, or sees the proof of a guardian.

begin ─▶ WHO ─▶ SCOPE ─▶ SURE ─▶ written down, and both sides are told
          └──a proof──────▲                                        /batal leaves from anywhere
WHO only where several people help; SCOPE only for a yes.
"""

from enum import StrEnum

from handlers.caregivers.helper_changes import NOW_HELPS, PROOF_SEEN, SAID_YES, tell_of_change
from handlers.conversation.access import AccessRule, Resource, own_post
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.questions import AGAIN, Choose, Confirm, GoTo, Next, Question
from handlers.conversation.registry import Conversation
from handlers.counter.card_check import CARD_LABELS
from handlers.counter.case import MATTERS, NOT_HERE, Case, CounterState, at_counter
from handlers.notify import notify
from handlers.wording.caregiver_text import SCOPE_CHOICES, VERSION, first_name, is_named, name_of, question
from handlers.wording.printed_letters import language_for
from locales import N_, speaking
from locales import gettext as _
from models.offices.authority import Act
from models.people import guardianship
from models.people.account import Account
from models.people.agreement import agree_in_front_of_staff
from models.people.consent import Answer, ConsentContext
from models.people.link import Link, Scope

TALK = "witness"
RULE = AccessRule(Act.WITNESS_CONSENT, Resource.FILE)
SURE_LABELS = {
    Act.WITNESS_CONSENT: (N_("The applicant said yes"), N_("The applicant said no")),
    Act.CHECK_GUARDIAN: CARD_LABELS,
}


class Step(StrEnum):
    WHO = "WHO"
    SCOPE = "SCOPE"
    SURE = "SURE"


def conversation() -> Conversation:
    steps: dict[StrEnum, Question[Case]] = {
        Step.WHO: Choose(N_("Which helper?"), options=who_options, take=take_who, back=MATTERS, skips_single=True),
        Step.SCOPE: Choose(N_("What may the helper do?"), options=SCOPE_CHOICES, take=take_scope, back=MATTERS),
        Step.SURE: Confirm(
            ask_sure, labels=lambda context, case: SURE_LABELS[case.act], yes=take_yes, no=take_no, back=MATTERS
        ),
    }
    return at_counter(TALK, RULE, steps)


async def begin(context: Context, case: Case) -> Next:
    if case.helpers:
        return GoTo(TALK)
    context.send(_("Nobody has asked to help this applicant yet."))
    return AGAIN


async def who_options(context: Context, case: Case) -> list[tuple[str, str]]:
    return [(str(link.id), await name_of(context, one, link.relation)) for link, one in case.helpers]


async def take_who(context: Context, case: Case, key: str) -> Next:
    """Take the helper; an officer cannot be witness to their own help."""
    link, account = next(one for one in case.helpers if str(one[0].id) == key)
    if account.id == context.account.id:
        context.send(_("That helper is you. Another officer must do this."))
        return MATTERS
    if not await is_named(context, account):
        context.send(_("Nobody knows the name of that helper yet."), _("They type /keluarga and ask for it."))
        return MATTERS
    context.state(CounterState).link = link.id
    return Step.SCOPE if case.act is Act.WITNESS_CONSENT else Step.SURE


def take_scope(context: Context, case: Case, key: str) -> Step:
    context.state(CounterState).scope = Scope(key)
    return Step.SURE


async def ask_sure(context: Context, case: Case) -> list[str]:
    """Say what is about to be recorded."""
    who = await name_of(context, case.helper[1], case.helper[0].relation) if case.helper else "?"
    if case.act is Act.CHECK_GUARDIAN:
        return [
            _("Did you see the proof, such as the family card?"),
            _("Child: {name}").format(name=case.person.name),
            _("Guardian: {name}").format(name=who),
        ]
    with speaking(await language_for(context, case.person.id or 0)):
        asked = question(who, case.scope)
    return [_("Read this aloud or show it to {first_name}.").format(**case.facts), "", asked]


async def take_yes(context: Context, case: Case) -> int:
    if case.helper is None:
        return end_with(context, _(NOT_HERE))
    if case.act is Act.WITNESS_CONSENT:
        return await heard(context, case, *case.helper, answer=Answer.GIVEN)
    return await prove(context, case, *case.helper)


async def take_no(context: Context, case: Case) -> int:
    if case.helper is None:
        return end_with(context, _(NOT_HERE))
    if case.act is Act.WITNESS_CONSENT:
        return await heard(context, case, *case.helper, answer=Answer.REFUSED)
    return leave_unchanged(context)


async def heard(context: Context, case: Case, link: Link, account: Account, *, answer: Answer) -> int:
    """Record the answer that was given before this officer."""
    post = await own_post(context)
    who = await name_of(context, account, link.relation)
    with speaking(spoken := await language_for(context, case.person.id or 0)):
        asked = question(who, case.scope)
    said = ConsentContext(
        answer=answer,
        shown=asked,
        language=spoken,
        mode=context.account.mode,
        version=VERSION,
        assisted_by=str(post.name),
    )
    await agree_in_front_of_staff(context.session, link, case.scope, said=said, by=context.account, now=context.now)
    if answer is Answer.GIVEN:
        await notify(context, account, SAID_YES, first_name=first_name(case.person))
        await tell_of_change(context, case.person, (NOW_HELPS, {"who": who}))
    return end_with(context, _("The answer is written down."))


async def prove(context: Context, case: Case, link: Link, account: Account) -> int:
    """Record that the proof of a guardian was seen."""
    await guardianship.record_proof(context.session, link, by=context.account_id, now=context.now)
    await notify(context, account, PROOF_SEEN, first_name=first_name(case.person))
    return end_with(context, _("The proof is written down."))
