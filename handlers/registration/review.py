"""Show the review card: every answer with its number; a number or a tap changes that answer and returns here."""

import re
from textwrap import shorten
from typing import Any, NamedTuple

from telegram import Update

from handlers.conversation.form import Prompt
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.match import match_choice, words_of
from handlers.conversation.questions import Option
from handlers.registration import programme_questions, submit
from handlers.registration.person_questions import FOR_WHOM_CHOICES
from handlers.registration.programme_choice import name_of
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.wording.own_data_text import answer_words
from handlers.wording.reasons import reasons_words
from handlers.wording.terms import NEEDS, NOTHING_WORDS, OWNERS, born_words
from locales import N_, language
from locales import gettext as _
from locales.times import list_words
from models.applications.registration import Registration
from models.people.phone import Phone
from models.places import REGENCY
from models.programmes.eligibility import assess
from models.programmes.question_kinds import ProgrammeQuestion as Asked

SEND, WRONG = "send", "wrong"
PREFIX = "q."
MOST_ON_BUTTON = 24
"""Characters of a question on its button."""
FOR_WHOM = dict(FOR_WHOM_CHOICES)


class Line(NamedTuple):
    """One answer on the card: the step that changes it, its label, the answer, and the label of its button."""

    key: str
    title: str
    answer: str | None
    button: str

    @property
    def shown(self) -> str:
        return f"{self.title}: {self.answer}"

    def option(self) -> Option:
        """Return the choice that changes this answer."""
        return Option(self.key, self.button, self.shown, (self.title,))


def ask_review(session: RegistrationSession) -> Prompt:
    told = [*fitting_note(session), *(line.shown for line in card(session))]
    text = "\n".join([_("Please check. If all is right, send it."), *told])
    return Prompt(text, short="\n".join([_("Is everything right?"), *told]))


async def take_review(session: RegistrationSession, key: str) -> Any:
    return session.ask(Step.CHANGE) if key == WRONG else await submit.send(session)


def read_review(session: RegistrationSession, update: Update) -> Any:
    """Change an answer that is named at once: "nama", "ubah program"."""
    options = [option.at(session.at(Step.CHANGE)) for option in change_options(session)]
    choice = match_choice(update, options) if not (words_of(update) or "").isdecimal() else None
    return take_change(session, choice.key) if choice else UNRECOGNISED


def take_change(session: RegistrationSession, key: str) -> Any:
    if key.startswith(PREFIX):
        programme_questions.reopen(session.form, key.removeprefix(PREFIX))
        key = Step.QUESTION
    return session.ask(key)


def answers_so_far(session: RegistrationSession) -> str:
    """List the answers so far, for "Lanjutkan"."""
    return "\n".join(line.shown for line in card(session))


def fitting_note(session: RegistrationSession) -> list[str]:
    """Say how the answers fit the rules, where the person has not read and accepted it yet."""
    programme, form = session.programme, session.form
    if programme is None or form.accepted or form.unsorted:
        return []
    one = assess(programme, form.profile(programme), session.today)
    if one.fits:
        return []
    return [
        *reasons_words(one, session.context.reference),
        _("You may send it all the same."),
        _("An officer decides, never the bot."),
    ]


def card(session: RegistrationSession) -> list[Line]:
    """Return the answered questions in the order of the form."""
    form = session.form
    asked = [about(form, one) for one in session.to_ask if one.key in {*form.answers, *form.skipped}]
    own = [line for line in own_lines(session) if line.answer]
    needs = [line for line in own if line.key == Step.NEEDS]
    return [*(line for line in own if line not in needs), *asked, *needs]


def own_lines(session: RegistrationSession) -> list[Line]:
    """Return a line for each question that every registration asks; without an answer where there is none."""
    form, programme = session.form, session.programme
    organisation = form.organisation if form.is_of_organisation else None
    owner = form.phone_owner if form.phone and not form.is_for_self else None
    return [
        Line(Step.FOR_WHOM, _("For whom"), form.for_whom and _(FOR_WHOM[form.for_whom]), N_("Change for whom")),
        Line(Step.ORGANISATION, _("Organisation"), organisation, N_("Change organisation")),
        Line(Step.NAME, _("Name"), form.name, N_("Change name")),
        Line(Step.BIRTH, _("Date of birth"), born_words(form.born) if form.born else None, N_("Change date of birth")),
        Line(Step.PLACE, _("Address"), address_words(session), N_("Change address")),
        Line(Step.PHONE, _("Phone"), phone_words(form), N_("Change phone")),
        Line(Step.PHONE_OWNER, _("Whose number"), owner and _(OWNERS[owner]), N_("Change whose number")),
        Line(Step.NEEDS, _("To be prepared"), need_words(form), N_("Change: To be prepared")),
        Line(Step.PROGRAMME, _("Programme"), name_of(programme) if programme else None, N_("Change programme")),
    ]


def address_words(session: RegistrationSession) -> str | None:
    """Return the place from the village up to the kabupaten or kota: "Sidodadi, Samarinda Ulu, Samarinda"."""
    form, places = session.form, session.context.reference.places
    around = places.address(form.village or form.district or form.regency or "?")[: None if form.village else 2]
    names = [form.village_text, *(place.name for place in around if len(place.code) >= REGENCY)]
    return ", ".join(filter(None, names)) or None


def phone_words(form: Registration) -> str | None:
    if not form.phone_is_settled:
        return None
    return Phone(form.phone).national if form.phone else _("none")


def need_words(form: Registration) -> str | None:
    words = [*(_(NEEDS[need]) for need in form.needs), *filter(None, [form.needs_text])]
    return (list_words(words) or _(NOTHING_WORDS)) if form.needs_said else None


def about(form: Registration, asked: Asked) -> Line:
    """Make the line of a programme's question."""
    title = re.split(r"[?.]", asked.ask.in_(language(), short=True))[0]
    button = _("Change: {label}").format(label=shorten(title, MOST_ON_BUTTON, placeholder="…"))
    return Line(PREFIX + asked.key, title, answer_words(form, asked), button)


SEND_WORDS = N_("Send the registration")
SENDING = (N_("Send"), N_("Yes"), N_("Right"), N_("Everything is right"), N_("It is right already"))


REVIEW_OPTIONS = (
    Option(SEND, SEND_WORDS, also=SENDING),
    Option(WRONG, N_("Something is wrong"), also=(N_("No"), N_("Wrong"))),
)


def change_options(session: RegistrationSession) -> list[Option]:
    return [line.option() for line in card(session)]


QUESTIONS = (
    Question(
        Step.CHANGE,
        N_("Which answer do you want to change?"),
        answered=lambda session: True,
        options=change_options,
        take=take_change,
        is_clarification=True,
    ),
    Question(Step.REVIEW, ask_review, options=REVIEW_OPTIONS, take=take_review, read=read_review),
)
