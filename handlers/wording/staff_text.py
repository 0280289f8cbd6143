"""Put the work of staff in words: posts, who looked at a person's data in full, possible duplicates."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.wording.terms import number_for
from locales import N_, language
from locales import gettext as _
from locales.times import date_words, list_words
from models.mydata.access_history import DataAccess
from models.offices.authority import Role
from models.offices.staff import Staff
from models.people.duplicates import MatchReason, find_duplicates
from models.people.person import Person

ROLE_WORDS = {
    Role.OPERATOR: N_("Operator"),
    Role.VERIFIER: N_("Verifier"),
    Role.COMPANION: N_("Field companion"),
    Role.MANAGER: N_("Admin"),
    Role.LEADER: N_("Head"),
}
REASONS = {
    "check": N_("To check the papers"),
    "answer": N_("To answer a question"),
    "hand_over": N_("To hand goods over (BAST)"),
}
WISH = "wish"
WHY = REASONS | {WISH: N_("To answer a request about the data")}
"""The reasons offered at the counter, and the one of /hakdata."""
LIKENESSES = {
    MatchReason.NAME_AND_BIRTH: N_("name and birth date"),
    MatchReason.PHONE: N_("phone number"),
    MatchReason.NIK: N_("NIK"),
}


def post_lines(context: Context, office: str, role: Role, region: str) -> list[str]:
    """Return office, role and region, a line each."""
    return [
        _("Office: {office}").format(office=context.reference.office(office).short_name.in_(language())),
        _("Role: {role}").format(role=_(ROLE_WORDS[role])),
        _("Region: {region}").format(region=region_words(context, region)),
    ]


def last_manager_lines() -> list[str]:
    """Say why a manager cannot give up a post yet, and what to do first."""
    return [_("Without you this region has no admin."), _("First invite another admin: /undang.")]


def region_words(context: Context, region: str) -> str:
    place = context.reference.places.place(region)
    return place.label if place else region


def seen_lines(context: Context, seen: Sequence[DataAccess]) -> list[str]:
    """Return who looked, when and why."""
    if not seen:
        return [_("No staff member has seen it in full.")]
    told = [looked_words(context, one) for one in seen]
    return [_("Staff have seen it in full:"), *dict.fromkeys(told)]


def looked_words(context: Context, one: DataAccess) -> str:
    """Return the day and the post, and the reason in the officer's words below."""
    office = context.reference.office(one.office)
    head = _("- {day}: {role}, {office}").format(
        day=date_words(context.reference.day_in(office.region, one.at)),
        role=_(ROLE_WORDS[Role(one.role)]),
        office=office.short_name.in_(language()),
    )
    return head + "\n" + (_(WHY[one.reason]) if one.reason in WHY else one.reason)


async def alike_lines(context: Context, person: Person, post: Staff | None) -> list[str]:
    """Return a line for each file that may be of the same person."""
    found = await find_duplicates(context.session, person, post) if post else []
    return [
        _("Perhaps the same person: {number}.").format(number=number_for(context.work.mode, one.application.number))
        + " "
        + _("Alike: {what}.").format(what=list_words([_(LIKENESSES[why]) for why in one.why]))
        for one in found
    ]
