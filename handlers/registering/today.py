"""What day it is where somebody lives."""

from datetime import date
from zoneinfo import ZoneInfo

from handlers.context import Talk
from models.applications.registration import Registration


def today_of(context: Talk, form: Registration) -> date:
    """The date on the person's own clock; before the place is known, that of the first office."""
    region = form.regency or context.desk.catalogue.office.offices[0].region
    return context.now.astimezone(ZoneInfo(context.desk.places.zone(region).name)).date()
