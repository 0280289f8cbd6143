"""Put posts in words: the role, the office, the region."""

from handlers.conversation.context import Context
from locales import N_, language
from locales import gettext as _
from models.offices.authority import Role

ROLE_WORDS = {
    Role.OPERATOR: N_("Operator"),
    Role.VERIFIER: N_("Verifier"),
    Role.COMPANION: N_("Field companion"),
    Role.MANAGER: N_("Manager"),
    Role.LEADER: N_("Head"),
}


def post_lines(context: Context, office: str, role: Role, region: str) -> list[str]:
    """Return office, role and region, a line each."""
    return [
        _("Office: {office}").format(office=context.reference.catalogue.office[office].short_name.in_(language())),
        _("Role: {role}").format(role=_(ROLE_WORDS[role])),
        _("Region: {region}").format(region=region_words(context, region)),
    ]


def last_manager_lines() -> list[str]:
    """Say why a manager cannot give up a post yet, and what to do first."""
    return [_("Without you nobody manages this office there."), _("First invite another manager: /undang.")]


def region_words(context: Context, region: str) -> str:
    place = context.reference.places.place(region)
    return place.label if place else region
