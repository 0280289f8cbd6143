"""Write the notice to the people of a breach, in their language: what happened, what is done, what they can do."""

from datetime import datetime
from typing import Any

from handlers.conversation.context import ReferenceData
from handlers.wording.office_text import office_lines
from handlers.wording.printed_letters import written
from locales import LANGUAGES, speaking
from locales import gettext as _
from locales.times import day_words
from models.breach import Breach
from models.office_file import OfficeEntry


def notice(breach: Breach, reference: ReferenceData, language: str) -> str:
    """Return the whole message, with the office's own two sentences as they were written."""
    office = reference.office(breach.office)
    with speaking(language):
        asking = _("Any questions? Type /tanya. To see your data, type /data.")
        return "\n".join([*facts(breach, reference, office), asking, *office_lines(office)])


def facts(breach: Breach, reference: ReferenceData, office: OfficeEntry) -> list[str]:
    """Return what happened, what is done, what can be done."""
    return [
        _("There is a security problem with your data at our office."),
        _("It became known on {day}.").format(day=day_words(reference.day_in(office.region, breach.known_at))),
        _("What happened:") + " " + breach.what,
        _("What we do:") + " " + breach.done,
        _("What you can do: give nobody your PIN or an OTP code."),
        _("Your registration is not lost."),
    ]


def on_paper(breach: Breach, reference: ReferenceData, now: datetime) -> dict[str, Any]:
    """Return the same for a letter, which always names the office."""
    office = reference.office(breach.office)
    with speaking(LANGUAGES[0]):
        lines = [*facts(breach, reference, office), _("Any questions? Ask the office.")]
        return written(_("Notice about data security"), lines, reference.day_in(office.region, now))
