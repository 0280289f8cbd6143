"""Show a person's data in full, from /loket: the reason is asked first, and the person can read it in /data.

begin ─▶ WHY ──a reason──▶ shown ─▶ PAPER ─▶ sent, and asked again    └──enough──▶ done
            └──another──▶ WORDS ─▲                     /batal leaves from anywhere
What was shown cannot be forwarded, and is deleted after a day.
"""

from enum import StrEnum

from handlers.conversation.access import AccessRule, Resource, own_post
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import AGAIN, Choose, Next, Question, Text
from handlers.conversation.registry import Conversation
from handlers.counter.case import Case, CounterState, at_counter
from handlers.wording.person_words import described
from handlers.wording.staff_text import REASONS
from locales import N_, language
from locales import gettext as _
from models.applications.document import Document, documents_of
from models.messaging.attachment import Attachment, AttachmentKind
from models.mydata.access_history import DataAccess, record_access
from models.offices.authority import Act

TALK = "reveal"
RULE = AccessRule(Act.REVEAL_PERSON, Resource.FILE)
OTHER, ENOUGH = "other", "enough"
LEAST_WORDS, LONGEST = 2, 200
WHY_LINES = (N_("Why do you need to see it?"), N_("The applicant can read this reason."))


class Step(StrEnum):
    WHY = "WHY"
    WORDS = "WORDS"
    PAPER = "PAPER"


def conversation() -> Conversation:
    why = [*REASONS.items(), (OTHER, N_("For another reason"))]
    steps: dict[StrEnum, Question[Case]] = {
        Step.WHY: Choose(WHY_LINES, options=why, take=take_why),
        Step.WORDS: Text(
            N_("Please write the reason in a few words."),
            take=show,
            most=LONGEST,
            least_words=LEAST_WORDS,
            back=Step.WHY,
        ),
        Step.PAPER: Choose(N_("Which paper do you want to see?"), options=paper_options, take=take_paper),
    }
    return at_counter(TALK, RULE, steps)


async def take_why(context: Context, case: Case, key: str) -> Next:
    return Step.WORDS if key == OTHER else await show(context, case, key)


async def show(context: Context, case: Case, reason: str) -> Next:
    """Record the access, then show the data."""
    context.state(CounterState).why = reason
    await write_down(context, case, "data")
    lines = [*described(context, case.person, in_full=True), "", _("We delete this message after one day.")]
    context.send(*lines, protect=True, delete_after=A_DAY)
    if await documents_of(context.session, case.application.id or 0):
        return Step.PAPER
    return end_with(context, _("No papers were sent yet."))


async def write_down(context: Context, case: Case, what: str) -> None:
    """Record who looks at what, and why."""
    post = await own_post(context)
    looked = DataAccess(context.now, post.role, post.office, context.state(CounterState).why, what)
    await record_access(context.session, case.person.id or 0, looked, by=post.account_id)


async def paper_options(context: Context, case: Case) -> list[tuple[str, str]]:
    programme = context.reference.catalogue.get(case.application.programme)
    names = {one.key: one.name.in_(language()) for one in programme.documents} if programme else {}
    papers = await documents_of(context.session, case.application.id or 0)
    return [*((str(one.id), names.get(one.kind, one.kind)) for one in papers), (ENOUGH, N_("That is enough"))]


async def take_paper(context: Context, case: Case, key: str) -> Next:
    if key == ENOUGH:
        return end_with(context, _("All right."))
    papers = await documents_of(context.session, case.application.id or 0)
    paper = next(one for one in papers if str(one.id) == key)
    await write_down(context, case, paper.kind)
    name = dict(await paper_options(context, case))[key]
    lines = [f"{case.application.number}: {_(name)}", _("We delete this message after one day.")]
    context.send_file(attachment(paper), *lines, protect=True, delete_after=A_DAY)
    return AGAIN


def attachment(paper: Document) -> Attachment:
    """Make the attachment; its file name is the kind, never a person's name."""
    ending = "pdf" if paper.media_type == "application/pdf" else "jpg"
    return Attachment(AttachmentKind.PAPER, f"{paper.kind}.{ending}", paper.stored_as, paper.media_type)
