"""Notify both sides of a link when it changes: on their accounts, the person otherwise on paper."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.notify import Facts, Notice, notify, sentence
from locales import N_
from locales import gettext as _
from models.notices import Category, Print
from models.people.person import Person

Sentence = tuple[str, Facts]

ANY_DOUBT: Sentence = (N_("Not right? Type /keluarga, then stop it."), {})
MOVED: Sentence = (N_("Your registration is now on another phone."), {})
NOT_YOU: Sentence = (N_("Was that not you? Type /tanya at once."), {})
NOW_HELPS = N_("{who} now helps you in this bot.")
NO_LONGER_HELPS = N_("{who} no longer helps you in this bot.")
CODES_END: tuple[Sentence, ...] = (
    # the first for both sides, the second for the person
    (N_("The earlier kode cek status is no longer valid."), {}),
    (N_("You can ask for a new one at the office."), {}),
)
HELP_ENDS = N_("The help of {who} ends on {day}.")
ENDED = (N_("{first_name} has ended your help in this bot."), N_("You no longer see the registration."))
SEE_CIRCLE = N_("See it with /keluarga.")

SAID_YES = Notice("said_yes", Category.ASKED, (N_("{first_name} has said yes."), SEE_CIRCLE))
SAID_NO = Notice("said_no", Category.ASKED, (N_("{first_name} has said no."), SEE_CIRCLE))
PROOF_SEEN = Notice("proof_seen", Category.ASKED, (N_("Staff have seen the papers of the guardian for {first_name}."),))
HELP_ENDED = Notice("help_ended", Category.SECURITY, ENDED)
HELP_ENDED_WITH_CODE = Notice("help_ended_with_code", Category.SECURITY, (*ENDED, CODES_END[0][0]))


def in_words(changes: Sequence[Sentence]) -> list[str]:
    return [sentence(*one) for one in changes]


def change_lines(context: Context, changes: Sequence[Sentence], doubt: Sequence[Sentence]) -> list[str]:
    return in_words([*changes, *doubt])


def printed_change_lines(context: Context, changes: Sequence[Sentence], doubt: Sequence[Sentence]) -> list[str]:
    return [*in_words(changes), _("Not right? Tell staff at the office.")]


WHO_HELPS = Notice(
    "who_helps",
    Category.SECURITY,
    change_lines,
    title=N_("Who acts for you on Telegram"),
    printed=printed_change_lines,
    prints=Print.NOBODY_HEARS,
)


async def tell_of_change(
    context: Context, person: Person, *changes: Sentence, doubt: Sequence[Sentence] = (ANY_DOUBT,)
) -> None:
    """Tell the person's own accounts but the one that writes; where there are none, the office prints a letter."""
    await notify(context, person, WHO_HELPS, occasion=context.now.isoformat(), changes=changes, doubt=doubt)
