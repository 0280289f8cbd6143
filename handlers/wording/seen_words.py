"""Say who looked at a person's data in full: the post and the office, not the officer's name."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.wording.roles_text import ROLE_WORDS
from locales import N_, language
from locales import gettext as _
from locales.times import date_words
from models.mydata.access_history import DataAccess
from models.offices.authority import Role

REASONS = {
    "check": N_("To check the papers"),
    "answer": N_("To answer a question"),
    "hand_over": N_("To hand something over"),
}
WISH = "wish"
WHY = REASONS | {WISH: N_("To answer a request about the data")}
"""The reasons offered at the counter, and the one of /permohonan."""


def seen_lines(context: Context, seen: Sequence[DataAccess]) -> list[str]:
    """Return who looked, when and why."""
    if not seen:
        return [_("No staff member has seen it in full.")]
    told = [looked_words(context, one) for one in seen]
    return [_("Staff have seen it in full:"), *dict.fromkeys(told)]


def looked_words(context: Context, one: DataAccess) -> str:
    """Return the day and the post, and the reason in the officer's words below."""
    office = context.reference.catalogue.office[one.office]
    head = _("- {day}: {role}, {office}").format(
        day=date_words(context.reference.day_in(office.region, one.at)),
        role=_(ROLE_WORDS[Role(one.role)]),
        office=office.short_name.in_(language()),
    )
    return head + "\n" + (_(WHY[one.reason]) if one.reason in WHY else one.reason)
