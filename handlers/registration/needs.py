"""Ask what helps the person to take part: several of a list, own words, or nothing; before any diagnosis."""

from typing import Any

from telegram import Update

from handlers.conversation.form import too_long
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.match import words_of
from handlers.registration.registration_form import ManyQuestion, RegistrationSession, Step
from handlers.wording.terms import NEEDS, NOTHING_WORDS, you
from locales import N_
from locales import gettext as _
from locales.times import list_words
from models.applications.registration import Need, Registration
from models.people.name import clean

NEED_CHOICES = tuple(NEEDS.items())
NO_WORDS = (NOTHING_WORDS, N_("Nothing"), N_("None"), N_("No"))
LONGEST = 300


def ask_needs(session: RegistrationSession) -> str:
    form = session.form
    lines = [
        _("What helps {you} to take part?").format(you=you(session.context) if form.is_for_self else form.first_name),
        _("You may choose several. For example, type: 1, 3."),
        _("You may also write it in your own words."),
    ]
    return "\n".join(lines)


def take_needs(session: RegistrationSession, keys: list[str]) -> None:
    needs_are(session, keys, session.form.needs_text if keys else None)


def read_needs(session: RegistrationSession, update: Update) -> Any:
    """Add own words to the options tapped."""
    typed = clean(words_of(update) or "")
    if not any(map(str.isalpha, typed)):
        return UNRECOGNISED
    if len(typed) > LONGEST:
        return session.refuse(too_long(typed, LONGEST))
    return needs_are(session, session.form.chosen, typed)


def needs_are(session: RegistrationSession, keys: list[str], words: str | None) -> None:
    form = session.form
    form.needs, form.needs_text, form.needs_said = list(map(Need, keys)), words, True


def need_words(form: Registration) -> str:
    words = [*(_(NEEDS[need]) for need in form.needs), *([form.needs_text] if form.needs_text else [])]
    return list_words(words) or _(NOTHING_WORDS)


QUESTIONS = (
    ManyQuestion(
        Step.NEEDS,
        ask_needs,
        "needs_said",
        options=NEED_CHOICES,
        nothing=NO_WORDS,
        take_all=take_needs,
        read=read_needs,
    ),
)
