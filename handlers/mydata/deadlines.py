"""The 72 hours: staff are reminded before they run out; when they have, the person hears it, and staff too."""

from handlers.caregivers.caregiver_text import tell
from handlers.conversation.access import LINKED
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.registry import Conversation
from handlers.terms import number_for
from locales import N_
from locales import gettext as _
from models.audit import record
from models.messaging.outbox import Priority
from models.mydata.data_request import DataRequest
from models.offices.authority import Act, Where, refusal
from models.offices.staff import colleagues
from models.people.link import link_between
from models.scheduled import ScheduledKind

TYPE = (N_("To see it, type /permohonan."), dict[str, str]())


def conversation() -> Conversation:
    return Conversation(
        name="data_clock", access=LINKED, events={ScheduledKind.OWN_DATA_SOON: soon, ScheduledKind.OWN_DATA_LATE: late}
    )


async def soon(update: InternalEvent, context: Context) -> None:
    """A day is left: everybody who may answer hears of it."""
    request = await open_one(update, context)
    if request is not None and not request.is_late(context.now):
        number = {"number": request.reference}
        await tell_staff(context, request, N_("One day is left to answer request {number}."), number)


async def late(update: InternalEvent, context: Context) -> None:
    """The hours have passed: it is owned up to, written down, and staff hear it."""
    request = await open_one(update, context)
    if request is None or not request.is_late(context.now):
        return
    await record(
        context.session, at=context.now, by=None, act="promise_broken", entity="data_request", entity_id=request.id
    )
    number = {"number": request.reference}
    await tell_staff(context, request, N_("Request {number} is late. Please answer today."), number)
    link = await link_between(context.session, request.account_id, request.person_id)
    if link is not None and link.holds(context.now) and context.account.id == request.account_id:
        context.send("\n".join(late_lines(context, request)), priority=Priority.NOTICE)


def late_lines(context: Context, request: DataRequest) -> list[str]:
    return [
        _("We promised you an answer about your data."),
        _("Number: {number}").format(number=number_for(context.work.mode, request.reference)),
        _("There is no answer yet. We are sorry."),
        _("The delay is written down for the office."),
        _("To write to staff, type /bantuan."),
    ]


async def open_one(update: InternalEvent, context: Context) -> DataRequest | None:
    request = await context.session.get(DataRequest, update.body["subject"])
    return request if request is not None and request.is_open else None


async def tell_staff(context: Context, request: DataRequest, words: str, values: dict[str, str]) -> None:
    """Whoever may answer it: never what it is about."""
    where = Where(request.office, request.region)
    for post, account in await colleagues(context.session, request.office):
        if refusal(post, Act.ANSWER_OWN_DATA, where) is None:
            tell(context, account, (words, values), TYPE)
