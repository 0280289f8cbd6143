"""Show the review card: every answer with its number; a number or a tap changes that answer and returns here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from handlers.conversation import buttons
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import Prompt
from handlers.registration import programme_questions, submit, submit_assisted
from handlers.registration.needs import need_words
from handlers.registration.person_questions import FOR_WHOM_CHOICES
from handlers.registration.programme_choice import name_of
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.wording.own_data_text import answer_words
from handlers.wording.reasons import reasons_words
from handlers.wording.terms import OWNERS, born_words
from locales import N_, language
from locales import gettext as _
from models.applications.registration import Registration
from models.people.phone import Phone
from models.programmes.eligibility import assess
from models.programmes.question_kinds import ProgrammeQuestion as Asked

SEND = "send"
PREFIX = "q."


@dataclass(frozen=True)
class Line:
    """One answer on the card: the step that changes it, its label, the answer, and the label of its button."""

    key: str
    title: str
    answer: str
    button: str


def ask_review(session: RegistrationSession) -> Prompt:
    context, note = session.context, fitting_note(session)
    ways = [_("If all is right, choose: Send the registration."), _("Type a number to change that answer.")]
    text = "\n".join([_("Please check the answers."), *note, *ways])
    short = "\n".join([_("Is everything right?"), *note, *ways])
    told = counted(context, [*(f"{line.title}: {line.answer}" for line in card(session)), _(SEND_WORDS)])
    return Prompt(text, short, "\n\n" + "\n".join(told))


def counted(context: Context, shown: Sequence[str]) -> list[str]:
    """Number the lines, as this reading mode spells numbers."""
    return buttons.counted(shown, context.work.mode)


async def take_review(session: RegistrationSession, key: str) -> Any:
    if key == SEND:
        return await (submit_assisted if session.assisted else submit).send(session)
    if key.startswith(PREFIX):
        programme_questions.reopen(session.form, key.removeprefix(PREFIX))
        key = Step.QUESTION
    return session.ask(key)


def answers_so_far(session: RegistrationSession) -> str:
    """List the answers so far, for "Lanjutkan"."""
    return "\n".join(f"{line.title}: {line.answer}" for line in card(session))


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
        line = Line(Step.ORGANISATION, _("Organisation"), form.organisation, N_("Change organisation"))
        lines.append(line)
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
    return [Line(step, title, place_words(context, code), button) for step, code, title, button in shown if code]


def place_words(context: Context, code: str) -> str:
    place = context.reference.places.place(code)
    return place.label if place else code


def about_reach(form: Registration) -> list[Line]:
    lines = []
    if form.phone_is_settled:
        number = Phone(form.phone).national if form.phone else _("none")
        lines.append(Line(Step.PHONE, _("Phone"), number, N_("Change phone")))
    if form.phone and form.phone_owner and not form.is_for_self:
        lines.append(Line(Step.PHONE_OWNER, _("Whose number"), _(OWNERS[form.phone_owner]), N_("Change whose number")))
    if form.needs_said:
        lines.append(Line(Step.NEEDS, _("What helps"), need_words(form), N_("Change what helps")))
    return lines


def about(form: Registration, asked: Asked) -> Line:
    """Make the line of a programme's question; its button has the number, as a question is too long for it."""
    title = re.split(r"[?.]", asked.ask.in_(language(), short=True))[0]
    answer = answer_words(form, asked)
    return Line(PREFIX + asked.key, title, answer, N_("Change answer {number}"))


SEND_WORDS = N_("Send the registration")
SENDING = (N_("Send"), N_("Yes"), N_("Right"), N_("Everything is right"), N_("It is right already"))


def review_options(session: RegistrationSession) -> list[Choice]:
    offered = [
        Choice(session.at(Step.REVIEW, line.key), _(line.button).format(number=number), (line.title,))
        for number, line in enumerate(card(session), 1)
    ]
    return [*offered, Choice(session.at(Step.REVIEW, SEND), SEND_WORDS, SENDING)]


QUESTIONS = (Question(Step.REVIEW, ask_review, options=review_options, take=take_review),)
