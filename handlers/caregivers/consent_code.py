"""Send a consent code: as a link to pass on, and as a QR code to scan beside the person."""

from datetime import timedelta

from handlers.conversation.context import Context
from handlers.wording.caregiver_text import first_name
from locales import gettext as _
from models.applications.receipt import grouped
from models.messaging.attachment import Attachment, AttachmentKind
from models.people import permission
from models.people.link import Link, Scope
from models.people.person import Person


async def say_code(context: Context, link: Link, person: Person, scope: Scope) -> None:
    """Send a code and a link: they open only together with the birth date."""
    code = await permission.ask_by_code(context.session, link, scope, now=context.now)
    name = first_name(person)
    lines = [
        _("Send this link to {first_name}.").format(first_name=name),
        _("It asks for the birth date, then for a yes or no."),
        _("Or {first_name} types /keluarga and this code: {code}").format(first_name=name, code=grouped(code)),
        _("It is valid for three days, and only once."),
    ]
    context.send("\n".join(lines), menu=True, protect=True)
    context.send(link_of(context, code))  # in its own message, easy to forward
    hand_picture(context, code)


def link_of(context: Context, code: str) -> str:
    """Return the link that opens the bot with this code."""
    return f"https://t.me/{context.reference.username}?start={permission.PAYLOAD}{code}"


def hand_picture(context: Context, code: str, *, delete_after: timedelta | None = None) -> None:
    """Send the link as a QR code, for a person beside this phone; it cannot be forwarded."""
    lines = [_("This picture holds the code too."), _("The other phone can scan it with its camera.")]
    picture = Attachment(AttachmentKind.CODE, "kode.png", link_of(context, code), "image/png")
    context.send_file(picture, "\n".join(lines), protect=True, delete_after=delete_after)
