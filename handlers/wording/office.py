"""Where an office is and when it is open, as lines."""

from locales import gettext as _
from locales import language
from models.office_file import Office


def office_lines(office: Office) -> list[str]:
    """Name, address, hours, access and contact of an office, a line each."""
    spoken = language()
    lines = [
        _("The office: {name}").format(name=office.name.in_(spoken)),
        _("Address: {address}").format(address=office.address.in_(spoken)),
        _("Hours:") + " " + office.hours.in_(spoken),
    ]
    if office.access is not None:
        lines.append(office.access.in_(spoken))
    return [*lines, office.contact.in_(spoken)]
