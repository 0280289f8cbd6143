"""A change of who acts for somebody is told to that person: on their own accounts, else on paper from the office."""

from collections.abc import Sequence

from sqlmodel import col, select

from handlers import printed_letters
from handlers.caregivers.caregiver_text import tell_person
from handlers.conversation.context import Context
from locales import N_, speaking
from locales import gettext as _
from models.applications.application import Application
from models.people.link import own_accounts
from models.people.person import Person

Sentence = tuple[str, dict[str, str]]

ANY_DOUBT: Sentence = (N_("Not right? Type /keluarga to end it."), {})
MOVED: Sentence = (N_("Your registration is now on another phone."), {})
NOT_YOU: Sentence = (N_("Was that not you? Type /bantuan at once."), {})
NOW_HELPS = N_("{who} now helps you here.")
NO_LONGER_HELPS = N_("{who} no longer helps you here.")
CODES_END: tuple[Sentence, ...] = (
    # the first for both sides, the second for the person
    (N_("The earlier kode cek is no longer valid."), {}),
    (N_("You can ask for a new one at the office."), {}),
)
HELP_ENDS = N_("The help of {who} ends on {day}.")


async def tell_of_change(
    context: Context, person: Person, *changes: Sentence, doubt: Sequence[Sentence] = (ANY_DOUBT,)
) -> None:
    """Tell every own account but the one that writes; where the person has none, the office prints it for them."""
    if await tell_person(context, person, *changes, *doubt):
        return
    if not await own_accounts(context.session, person.id or 0, context.now):
        await write_of_change(context, person, changes)


async def write_of_change(context: Context, person: Person, changes: Sequence[Sentence]) -> None:
    """The newest file names the office that prints it."""
    newest = select(Application).where(Application.person_id == person.id).order_by(col(Application.id).desc())
    application = (await context.session.exec(newest.limit(1))).first()
    if application is None:
        return
    with speaking(await printed_letters.language_for(context, person.id or 0)):
        lines = [_(words).format(**values) for words, values in changes]
        occasion = f"who_helps:{application.number}:{context.now.isoformat()}"
        doubt = [_("Not right? Tell staff at the office.")]
        await printed_letters.write(context, application, occasion, _("Who acts for you on Telegram"), [*lines, *doubt])


def with_sentences(lines: list[str], more: Sequence[Sentence]) -> str:
    """Join the lines and some sentences of the catalogs, in the language of this chat."""
    return "\n".join([*lines, *(_(text) for text, _about in more)])
