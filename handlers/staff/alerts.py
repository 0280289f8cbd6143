"""Alert managers: many accounts guess, or very much is sent (models/offices/abuse_report.py)."""

from handlers.conversation.access import LINKED, is_allowed
from handlers.conversation.context import Context
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.registry import Conversation
from handlers.notify import Notice, notify
from locales import N_
from models.daily_limits import MEGABYTE, SMALL_SHARE
from models.notices import Category, QuietHours
from models.offices.abuse_report import Alarm
from models.offices.authority import NOWHERE, Act
from models.scheduled import ScheduledKind

ALARMS = {
    Alarm.AT_NUMBERS: (
        N_("Several accounts guess the same number of your office."),
        N_("To see it, type /percobaan."),
    ),
    Alarm.IN_ALL: (
        N_("In the last hour very many codes were guessed wrongly."),
        N_("To see it, type /percobaan."),
    ),
    Alarm.UPLOADS: (
        N_("Very many files came in since yesterday."),
        N_("Each account can now send only {most} MB a day."),
        N_("Please tell whoever looks after the server."),
    ),
}
NOTICES = {
    alarm: Notice(
        key=f"alarm_{alarm.name.lower()}",
        category=Category.DUTY,
        chat=sentences,
        quiet=QuietHours.STAFF_HOURS,
        timer=ScheduledKind.ALARM,
    )
    for alarm, sentences in ALARMS.items()
}


def conversation() -> Conversation:
    return Conversation(name="alarms", access=LINKED, events={ScheduledKind.ALARM: alarmed})


async def alarmed(update: InternalEvent, context: Context) -> None:
    """Tell a manager what was noticed, if they still hold the post."""
    if not await is_allowed(context, Act.SEE_TRIES, NOWHERE):
        return
    await notify(context, context.account, NOTICES[Alarm(update.body["subject"])], most=SMALL_SHARE // MEGABYTE)
