"""Seeing a person's data in full, from /loket: why is asked first, and the person can read it in /data.

begin ─▶ WHY ──a reason──▶ shown ─▶ PAPER ─▶ sent, and asked again    └──enough──▶ done
            └──another──▶ WORDS ─▲                     /batal leaves from anywhere
What was shown cannot be forwarded, and leaves the chat after a day.
"""

from collections.abc import Sequence
from enum import StrEnum

from telegram import Update

from handlers.asking.answers import misheard, picked, words_of
from handlers.asking.forms import BACK, put, too_long, way_of
from handlers.buttons import Choice, Press, choices
from handlers.context import A_DAY, Talk
from handlers.conversation import DurableConversation, PlaceInTalk, answers
from handlers.counter.case import Case, case_in_hand, not_here, note, noted, put_away, where_of
from handlers.menu import show_menu
from handlers.permission import On, Rule, permitted
from handlers.person_words import described
from locales import N_, language
from locales import gettext as _
from models.applications.document import Document, papers_in
from models.mydata.seen import Looked, look_closely
from models.offices.authority import Act
from models.post.enclosure import Enclosure, Kind

TALK = "reveal"
RULE = Rule(Act.REVEAL_PERSON, On.FILE)
OTHER, ENOUGH = "other", "enough"
LEAST_WORDS, LONGEST = 2, 200
REASONS = {
    "check": N_("To check the papers"),
    "answer": N_("To answer a question"),
    "hand_over": N_("To hand something over"),
}


class Step(StrEnum):
    WHY = "WHY"
    WORDS = "WORDS"
    PAPER = "PAPER"


def conversation() -> DurableConversation:
    return DurableConversation(
        TALK,
        rule=RULE,
        entry_points=[],
        states={
            Step.WHY: answers(TALK, Step.WHY, take_why),
            Step.WORDS: answers(TALK, Step.WORDS, take_words),
            Step.PAPER: answers(TALK, Step.PAPER, take_paper),
        },
    )


async def resume(context: Talk) -> Step | int:
    """Ask the open question again."""
    step = PlaceInTalk(TALK)[TALK]
    if step == Step.PAPER:
        case = await case_in_hand(context)
        return await ask_paper(context, case) if case else not_here(context)
    return ask_why(context) if step == Step.WHY else ask_words(context)


async def begin(context: Talk, case: Case) -> Step | int:
    return ask_why(context)


def ask_why(context: Talk) -> Step:
    lines = [_("Why do you need to see it?"), _("The person can read this reason.")]
    put(context, Press(TALK, Step.WHY, ""), "\n".join(lines), why_choices(), ways=())
    return Step.WHY


async def take_why(update: Update, context: Talk) -> Step | int:
    choice = picked(update, why_choices())
    if choice is None:
        misheard(update, context)
        return ask_why(context)
    return ask_words(context) if choice.key == OTHER else await show(context, choice.key)


def ask_words(context: Talk) -> Step:
    put(context, Press(TALK, Step.WORDS, ""), _("Please write the reason in a few words."))
    return Step.WORDS


async def take_words(update: Update, context: Talk) -> Step | int:
    if way_of(update) == BACK:
        return ask_why(context)
    words = words_of(update)
    if words is None:
        misheard(update, context)
    elif len(words) > LONGEST:
        context.say(too_long(words, LONGEST))
    elif len(words.split()) < LEAST_WORDS:
        context.say(_("Please write at least {count} words.").format(count=LEAST_WORDS))
    else:
        return await show(context, words)
    return ask_words(context)


async def show(context: Talk, reason: str) -> Step | int:
    """Written down first, then shown."""
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    note(context, why=reason)
    if not await write_down(context, case, "data"):
        return put_away(context)
    lines = [*described(context, case.person, in_full=True), "", _("We delete this message after one day.")]
    context.say("\n".join(lines), protect=True, lasts=A_DAY)
    return await ask_paper(context, case)


async def write_down(context: Talk, case: Case, what: str) -> bool:
    """Who looks at what, and why; False where this post no longer may."""
    where = where_of(case.application, case.person)
    post = await permitted(context, Act.REVEAL_PERSON, where)
    if post is None:
        return False
    looked = Looked(context.now, post.role, post.office, str(noted(context).get("why")), what)
    await look_closely(context.session, case.person.id or 0, looked, by=post.account_id)
    return True


async def ask_paper(context: Talk, case: Case) -> Step | int:
    papers = await papers_in(context.session, case.application.id or 0)
    if not papers:
        show_menu(context, _("There are no papers in this file yet."))
        return put_away(context)
    put(
        context,
        Press(TALK, Step.PAPER, ""),
        _("Which paper do you want to see?"),
        paper_choices(context, case, papers),
        ways=(),
    )
    return Step.PAPER


async def take_paper(update: Update, context: Talk) -> Step | int:
    case = await case_in_hand(context)
    if case is None:
        return not_here(context)
    papers = await papers_in(context.session, case.application.id or 0)
    choice = picked(update, paper_choices(context, case, papers))
    if choice is None:
        misheard(update, context)
        return await ask_paper(context, case)
    if choice.key == ENOUGH:
        show_menu(context, _("All right."))
        return put_away(context)
    paper = next(one for one in papers if str(one.id) == choice.key)
    if not await write_down(context, case, paper.kind):
        return put_away(context)
    lines = [f"{case.application.number}: {choice.shown}", _("We delete this message after one day.")]
    context.hand(enclosed(paper), "\n".join(lines), protect=True, lasts=A_DAY)
    return await ask_paper(context, case)


def enclosed(paper: Document) -> Enclosure:
    """Called after its kind, never after a person."""
    ending = "pdf" if paper.media_type == "application/pdf" else "jpg"
    return Enclosure(Kind.PAPER, f"{paper.kind}.{ending}", paper.stored_as, paper.media_type)


def why_choices() -> list[Choice]:
    return choices(TALK, Step.WHY, *REASONS.items(), (OTHER, N_("For another reason")))


def paper_choices(context: Talk, case: Case, papers: Sequence[Document]) -> list[Choice]:
    programme = context.desk.catalogue.get(case.application.programme)
    names = {one.key: one.name.in_(language()) for one in programme.documents} if programme else {}
    offered = [Choice(Press(TALK, Step.PAPER, str(one.id)), names.get(one.kind, one.kind)) for one in papers]
    return [*offered, *choices(TALK, Step.PAPER, (ENOUGH, N_("That is enough")))]
