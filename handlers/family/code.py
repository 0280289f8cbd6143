"""A code for the person's own yes, as a link to pass on and as a picture to scan beside them."""

from datetime import timedelta

from handlers.context import Talk
from locales import gettext as _
from models.people import permission
from models.post.enclosure import Enclosure, Kind


def link_of(context: Talk, code: str) -> str:
    """The link that opens the bot with this code."""
    return f"https://t.me/{context.desk.username}?start={permission.PAYLOAD}{code}"


def hand_picture(context: Talk, code: str, *, lasts: timedelta | None = None) -> None:
    """The picture says what the link says; it is for somebody who stands beside this phone, and is not passed on."""
    lines = [_("This picture holds the code too."), _("The other phone can scan it with its camera.")]
    picture = Enclosure(Kind.CODE, "kode.png", link_of(context, code), "image/png")
    context.hand(picture, "\n".join(lines), protect=True, lasts=lasts)
