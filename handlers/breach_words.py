"""What the people of a breach are told, in their language: what happened, what is done, what they can do."""

from handlers.context import Desk
from handlers.meeting.official import office_lines
from locales import gettext as _
from locales import speaking
from locales.times import day_words
from models.breach import Breach
from models.people.account import Account


def notice(breach: Breach, desk: Desk, account: Account) -> str:
    """The whole message. The office's own two sentences stand in it as they were written."""
    offices = desk.catalogue.office
    office = offices[breach.office] if breach.office else offices.offices[0]
    with speaking(account.language):
        lines = [
            _("Something happened to data that we keep about you."),
            _("It became known on {day}.").format(day=day_words(desk.day_in(office.region, breach.known_at))),
            _("What happened:") + " " + breach.what,
            _("What we do:") + " " + breach.done,
            _("What you can do: give nobody your PIN or an OTP code."),
            _("Your registration is not lost."),
            _("Any questions? Type /bantuan. To see your data, type /data."),
            *office_lines(office),
        ]
    return "\n".join(lines)
