"""Name possible duplicates, for staff; never for the person."""

from handlers.conversation.context import Context
from handlers.wording.terms import number_for
from locales import N_
from locales import gettext as _
from locales.times import list_words
from models.offices.staff import Staff
from models.people.duplicates import MatchReason, find_duplicates
from models.people.person import Person

LIKENESSES = {
    MatchReason.NAME_AND_BIRTH: N_("name and birth date"),
    MatchReason.PHONE: N_("phone number"),
    MatchReason.NIK: N_("NIK"),
}


async def alike_lines(context: Context, person: Person, post: Staff | None) -> list[str]:
    """Return a line for each file that may be of the same person."""
    found = await find_duplicates(context.session, person, post) if post else []
    return [
        _("Perhaps the same person: {number}.").format(number=number_for(context.work.mode, one.application.number))
        + " "
        + _("Alike: {what}.").format(what=list_words([_(LIKENESSES[why]) for why in one.why]))
        for one in found
    ]
