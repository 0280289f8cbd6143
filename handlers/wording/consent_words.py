"""Put consents in words: purpose, answer, version, day, language, read out by whom."""

from handlers.conversation.context import Context
from locales import N_, NAMES
from locales import gettext as _
from locales.times import date_words
from models.people.consent import Answer, Consent, Purpose

PURPOSES = {
    Purpose.REGISTER: N_("Registering and checking the conditions"),
    Purpose.ANNOUNCE: N_("News of new programmes"),
    Purpose.EMPLOYERS: N_("Passing your name on to employers"),
    Purpose.ON_BEHALF: N_("Somebody may help you"),
    Purpose.OF_AGE: N_("Going on after the 18th birthday"),
}
ANSWERS = {
    Answer.GIVEN: N_("Consent given: {day}"),
    Answer.REFUSED: N_("Consent refused: {day}"),
    Answer.WITHDRAWN: N_("Consent withdrawn: {day}"),
}


def consent_lines(context: Context, consent: Consent, *, in_full: bool = False) -> list[str]:
    """Return a yes or a no with its proof; `in_full` with the text that was shown."""
    lines = [
        _(PURPOSES[consent.purpose]),
        day_line(context, consent),
        _("Text number {version}, in {language}.").format(
            version=consent.version, language=NAMES.get(consent.language, consent.language)
        ),
    ]
    if consent.assisted_by:
        lines.append(_("It was read out by {who}.").format(who=consent.assisted_by))
    return [*lines, _("This text was shown:"), *consent.shown.split("\n")] if in_full else lines


def day_line(context: Context, consent: Consent) -> str:
    region = context.reference.catalogue.office.offices[0].region
    return _(ANSWERS[consent.answer]).format(day=date_words(context.reference.day_in(region, consent.at)))
