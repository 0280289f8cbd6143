"""Watch the 72 hours of a request: staff are reminded before the end; after it the person and staff are told."""

from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.registry import Conversation
from handlers.notify import Notice, notify
from locales import N_
from models.audit import record
from models.mydata.data_request import DataRequest
from models.notices import Category, Duty, QuietHours
from models.offices.authority import Act, Where
from models.people.link import link_between
from models.scheduled import ScheduledKind


def for_staff(name: str, sentence: str, timer: ScheduledKind) -> Notice:
    lines = (sentence, N_("To see it, type /hakdata."))
    return Notice(name, Category.DUTY, lines, quiet=QuietHours.STAFF_HOURS, timer=timer)


SOON = for_staff("data_request_soon", N_("One day is left to answer request {number}."), ScheduledKind.OWN_DATA_SOON)
OVERDUE = for_staff(
    "data_request_overdue", N_("Request {number} is late. Please answer today."), ScheduledKind.OWN_DATA_LATE
)
LATE = Notice(
    "data_request_late",
    Category.ASKED,
    (
        N_("We promised you an answer about your data."),
        N_("Number: {number}"),
        N_("There is no answer yet. We are sorry."),
        N_("The delay is written down for the office."),
        N_("To write to staff, type /tanya."),
    ),
    timer=ScheduledKind.OWN_DATA_LATE,
)


def conversation() -> Conversation:
    return Conversation(
        name="data_clock", access=LINKED, events={ScheduledKind.OWN_DATA_SOON: soon, ScheduledKind.OWN_DATA_LATE: late}
    )


async def soon(update: InternalEvent, context: Context) -> None:
    """Remind all staff who may answer that a day is left."""
    request = await open_one(update, context)
    if request is not None and not request.is_late(context.now):
        await notify(context, who_may_answer(request), SOON, number=request.reference)


async def late(update: InternalEvent, context: Context) -> None:
    """Audit that the deadline has passed, and tell staff and the person."""
    request = await open_one(update, context)
    if request is None or not request.is_late(context.now):
        return
    await record(
        context.session, at=context.now, by=None, act="promise_broken", entity="data_request", entity_id=request.id
    )
    await notify(context, who_may_answer(request), OVERDUE, number=request.reference)
    link = await link_between(context.session, request.account_id, request.person_id)
    if link is not None and link.holds(context.now) and context.account.id == request.account_id:
        await notify(context, link, LATE, number=request.reference)


async def open_one(update: InternalEvent, context: Context) -> DataRequest | None:
    request = await context.session.get(DataRequest, update.body["subject"])
    return request if request is not None and request.is_open else None


def who_may_answer(request: DataRequest) -> Duty:
    return Duty(Act.ANSWER_OWN_DATA, Where(request.office, request.region))
