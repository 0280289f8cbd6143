"""Seeing a person's data in full, from /loket: why is asked first, and the person can read it in /data.

begin ─▶ WHY ──a reason──▶ shown ─▶ PAPER ─▶ sent, and asked again    └──enough──▶ done
            └──another──▶ WORDS ─▲                     /batal leaves from anywhere
What was shown cannot be forwarded, and leaves the chat after a day.
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update

from handlers.conversation.access import AccessRule, Resource, authorize, where_of
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.form import BACK, navigation_of, put, too_long
from handlers.conversation.match import explain_unrecognised, match_choice, words_of
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.conversation.registry import Conversation
from handlers.counter.case import Case, CounterState, case_in_hand, not_here, put_away
from handlers.wording.person_words import described
from handlers.wording.seen_words import REASONS
from locales import N_, language
from locales import gettext as _
from models.applications.document import Document, papers_in
from models.messaging.attachment import Attachment, AttachmentKind
from models.mydata.access_history import Looked, look_closely
from models.offices.authority import Act

TALK = "reveal"
RULE = AccessRule(Act.REVEAL_PERSON, Resource.FILE)
OTHER, ENOUGH = "other", "enough"
LEAST_WORDS, LONGEST = 2, 200


class Step(StrEnum):
    WHY = "WHY"
    WORDS = "WORDS"
    PAPER = "PAPER"


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=CounterState,
        resume=resume,
        take={Step.WHY: take_why, Step.WORDS: take_words, Step.PAPER: take_paper},
    )


async def resume(context: Context) -> Step | int:
    """Ask the open question again."""
    step = ConversationStateView(TALK)[TALK]
    if step == Step.PAPER:
        case = await case_in_hand(context)
        return await ask_paper(context, case) if case else not_here(context)
    return ask_why(context) if step == Step.WHY else ask_words(context)


async def begin(context: Context, case: Case) -> Step | int:
    return ask_why(context)


def ask_why(context: Context) -> Step:
    lines = [_("Why do you need to see it?"), _("The person can read this reason.")]
    put(context, CallbackData(TALK, Step.WHY, ""), "\n".join(lines), why_choices(), ways=())
    return Step.WHY


async def take_why(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, why_choices())
    if choice is None:
        explain_unrecognised(update, context)
        return ask_why(context)
    return ask_words(context) if choice.key == OTHER else await show(context, choice.key)


def ask_words(context: Context) -> Step:
    put(context, CallbackData(TALK, Step.WORDS, ""), _("Please write the reason in a few words."))
    return Step.WORDS


async def take_words(update: Update, context: Context) -> Step | int:
    if navigation_of(update) == BACK:
        return ask_why(context)
    words = words_of(update)
    if words is None:
        explain_unrecognised(update, context)
    elif len(words) > LONGEST:
        context.send(too_long(words, LONGEST))
    elif len(words.split()) < LEAST_WORDS:
        context.send(_("Please write at least {count} words.").format(count=LEAST_WORDS))
    else:
        return await show(context, words)
    return ask_words(context)


async def show(context: Context, reason: str) -> Step | int:
    """Written down first, then shown."""
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    context.state(CounterState).why = reason
    if not await write_down(context, case, "data"):
        return put_away(context)
    lines = [*described(context, case.person, in_full=True), "", _("We delete this message after one day.")]
    context.send("\n".join(lines), protect=True, delete_after=A_DAY)
    return await ask_paper(context, case)


async def write_down(context: Context, case: Case, what: str) -> bool:
    """Who looks at what, and why; False where this post no longer may."""
    where = where_of(case.application, case.person)
    post = await authorize(context, Act.REVEAL_PERSON, where)
    if post is None:
        return False
    looked = Looked(context.now, post.role, post.office, context.state(CounterState).why, what)
    await look_closely(context.session, case.person.id or 0, looked, by=post.account_id)
    return True


async def ask_paper(context: Context, case: Case) -> Step | int:
    papers = await papers_in(context.session, case.application.id or 0)
    if not papers:
        show_menu(context, _("There are no papers in this file yet."))
        return put_away(context)
    put(
        context,
        CallbackData(TALK, Step.PAPER, ""),
        _("Which paper do you want to see?"),
        paper_choices(context, case, papers),
        ways=(),
    )
    return Step.PAPER


async def take_paper(update: Update, context: Context) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    papers = await papers_in(context.session, case.application.id or 0)
    choice = match_choice(update, paper_choices(context, case, papers))
    if choice is None:
        explain_unrecognised(update, context)
        return await ask_paper(context, case)
    if choice.key == ENOUGH:
        show_menu(context, _("All right."))
        return put_away(context)
    paper = next(one for one in papers if str(one.id) == choice.key)
    if not await write_down(context, case, paper.kind):
        return put_away(context)
    lines = [f"{case.application.number}: {choice.shown}", _("We delete this message after one day.")]
    context.send_file(attachment(paper), "\n".join(lines), protect=True, delete_after=A_DAY)
    return await ask_paper(context, case)


def attachment(paper: Document) -> Attachment:
    """Called after its kind, never after a person."""
    ending = "pdf" if paper.media_type == "application/pdf" else "jpg"
    return Attachment(AttachmentKind.PAPER, f"{paper.kind}.{ending}", paper.stored_as, paper.media_type)


def why_choices() -> list[Choice]:
    return choices(TALK, Step.WHY, *REASONS.items(), (OTHER, N_("For another reason")))


def paper_choices(context: Context, case: Case, papers: Sequence[Document]) -> list[Choice]:
    programme = context.reference.catalogue.get(case.application.programme)
    names = {one.key: one.name.in_(language()) for one in programme.documents} if programme else {}
    offered = [Choice(CallbackData(TALK, Step.PAPER, str(one.id)), names.get(one.kind, one.kind)) for one in papers]
    return [*offered, *choices(TALK, Step.PAPER, (ENOUGH, N_("That is enough")))]
