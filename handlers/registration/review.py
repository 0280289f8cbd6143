"""Show the review card: every answer with its number; a number or a tap changes that answer and returns here."""

import re
from typing import Any, NamedTuple

from handlers.conversation.context import Context
from handlers.conversation.form import Prompt
from handlers.conversation.questions import Option
from handlers.registration import programme_questions, submit
from handlers.registration.person_questions import FOR_WHOM_CHOICES
from handlers.registration.programme_choice import name_of
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.wording.part_words import answer_words
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


class Line(NamedTuple):
    """One answer on the card: the step that changes it, its label, the answer, and the label of its button."""

    key: str
    title: str
    answer: str
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
    form, programme = session.form, session.programme
    lines = [*about_person(form), *about_place(session.context, form), *about_reach(form)]
    if programme:
        lines.append(Line(Step.PROGRAMME, _("Programme"), name_of(programme), N_("Change programme")))
    return [*lines, *(about(form, one) for one in session.to_ask if one.key in {*form.answers, *form.skipped})]


def about_person(form: Registration) -> list[Line]:
    lines = []
    if form.for_whom:
        words = _(dict(FOR_WHOM_CHOICES)[form.for_whom])
        lines.append(Line(Step.FOR_WHOM, _("For whom"), words, N_("Change for whom")))
    if form.is_of_organisation and form.organisation:
        lines.append(Line(Step.ORGANISATION, _("Organisation"), form.organisation, N_("Change organisation")))
    if form.name:
        lines.append(Line(Step.NAME, _("Name"), form.name, N_("Change name")))
    if form.born:
        lines.append(Line(Step.BIRTH, _("Date of birth"), born_words(form.born), N_("Change date of birth")))
    return lines


def about_place(context: Context, form: Registration) -> list[Line]:
    shown = [
        (Step.REGENCY, form.regency, _("Kabupaten or kota"), N_("Change kabupaten or kota")),
        (Step.DISTRICT, form.district, _("Kecamatan"), N_("Change kecamatan")),
        (Step.VILLAGE, form.village or form.village_text, _("Desa or kelurahan"), N_("Change desa or kelurahan")),
    ]
    places = context.reference.places
    return [
        Line(step, title, place.label if (place := places.place(code)) else code, button)
        for step, code, title, button in shown
        if code
    ]


def about_reach(form: Registration) -> list[Line]:
    lines = []
    if form.phone_is_settled:
        number = Phone(form.phone).national if form.phone else _("none")
        lines.append(Line(Step.PHONE, _("Phone"), number, N_("Change phone")))
    if form.phone and form.phone_owner and not form.is_for_self:
        lines.append(Line(Step.PHONE_OWNER, _("Whose number"), _(OWNERS[form.phone_owner]), N_("Change whose number")))
    if form.needs_said:
        needs = [*(_(NEEDS[need]) for need in form.needs), *([form.needs_text] if form.needs_text else [])]
        lines.append(Line(Step.NEEDS, _("What helps"), list_words(needs) or _(NOTHING_WORDS), N_("Change what helps")))
    return lines


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
