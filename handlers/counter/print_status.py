"""At the counter: print the stage of a file, with every letter that its person has not got yet."""

from handlers.conversation.access import authorize, where_of
from handlers.conversation.context import Context
from handlers.conversation.questions import AGAIN, END
from handlers.counter.case import Case
from handlers.status.printed_status import status_sheet
from handlers.wording import printed_letters
from locales import gettext as _
from locales import speaking
from models.messaging.printed_letter import letters_from_office
from models.offices import mailroom
from models.offices.authority import Act
from models.offices.mailroom import PersonMail


async def print_one(context: Context, case: Case) -> int:
    """Print without a question; another service for the same person may follow."""
    person, application = case.person, case.application
    if await authorize(context, Act.PRINT_LETTERS, where_of(application, person)) is None:
        return END
    written = await letters_from_office(context.session, person.id or 0, application.office)
    waiting = [one for one in written if one.handed_at is None]
    with speaking(await printed_letters.language_for(context, person.id or 0)):
        today = await status_sheet(context, application, person)
    printed_letters.send_letters(context, [(person, [*waiting, today])], _("Print it, and give it to the person."))
    mail = PersonMail(person, waiting)
    await mailroom.mark_printed(context.session, [mail], by=context.account.id or 0, now=context.now)
    return AGAIN
