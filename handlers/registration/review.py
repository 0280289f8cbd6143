"""Show the review card: every answer with its number; a number or a tap changes that answer and returns here."""

import re
from typing import Any, NamedTuple

from handlers.conversation.form import Prompt
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
from models.programmes.eligibility import assess
from models.programmes.question_kinds import ProgrammeQuestion as Asked

SEND = "send"
PREFIX = "q."
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

    def option(self, number: int) -> Option:
        """Return the choice that changes this answer; of a long question it only says the number."""
        return Option(self.key, _(self.button).format(number=number), self.shown, (self.title,))


def ask_review(session: RegistrationSession) -> Prompt:
    note = fitting_note(session)
    ways = [_("If all is right, choose: Send the registration."), _("Type a number to change that answer.")]
    text = "\n".join([_("Please check the answers."), *note, *ways])
    return Prompt(text, short="\n".join([_("Is everything right?"), *note, *ways]))


async def take_review(session: RegistrationSession, key: str) -> Any:
    if key == SEND:
        return await submit.send(session)
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
    return [*(line for line in own_lines(session) if line.answer), *asked]


def own_lines(session: RegistrationSession) -> list[Line]:
    """Return a line for each question that every registration asks; without an answer where there is none."""
    form, programme = session.form, session.programme
    organisation = form.organisation if form.is_of_organisation else None
    owner = form.phone_owner if form.phone and not form.is_for_self else None
    village = form.village or form.village_text
    return [
        Line(Step.FOR_WHOM, _("For whom"), form.for_whom and _(FOR_WHOM[form.for_whom]), N_("Change for whom")),
        Line(Step.ORGANISATION, _("Organisation"), organisation, N_("Change organisation")),
        Line(Step.NAME, _("Name"), form.name, N_("Change name")),
        Line(Step.BIRTH, _("Date of birth"), born_words(form.born) if form.born else None, N_("Change date of birth")),
        Line(Step.REGENCY, _("Kabupaten or kota"), place_words(session, form.regency), N_("Change kabupaten or kota")),
        Line(Step.DISTRICT, _("Kecamatan"), place_words(session, form.district), N_("Change kecamatan")),
        Line(Step.VILLAGE, _("Desa or kelurahan"), place_words(session, village), N_("Change desa or kelurahan")),
        Line(Step.PHONE, _("Phone"), phone_words(form), N_("Change phone")),
        Line(Step.PHONE_OWNER, _("Whose number"), owner and _(OWNERS[owner]), N_("Change whose number")),
        Line(Step.NEEDS, _("What helps"), need_words(form), N_("Change what helps")),
        Line(Step.PROGRAMME, _("Programme"), name_of(programme) if programme else None, N_("Change programme")),
    ]


def place_words(session: RegistrationSession, code: str | None) -> str | None:
    place = session.context.reference.places.place(code) if code else None
    return place.label if place else code


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
    return Line(PREFIX + asked.key, title, answer_words(form, asked), N_("Change answer {number}"))


SEND_WORDS = N_("Send the registration")
SENDING = (N_("Send"), N_("Yes"), N_("Right"), N_("Everything is right"), N_("It is right already"))


def review_options(session: RegistrationSession) -> list[Option]:
    changes = [line.option(number) for number, line in enumerate(card(session), 1)]
    return [*changes, Option(SEND, SEND_WORDS, also=SENDING)]


QUESTIONS = (Question(Step.REVIEW, ask_review, options=review_options, take=take_review),)
