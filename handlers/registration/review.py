"""The review card: every answer with its number; a number or a tap changes that answer and comes back here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import put
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.registration import programme_questions, submit, submit_assisted
from handlers.registration.contact import OWNERS
from handlers.registration.needs import need_words
from handlers.registration.person_questions import FOR_WHOM
from handlers.registration.programme_choice import name_of
from handlers.registration.reasons import reasons_words
from handlers.registration.registration_form import Question, Step, ask, at, form_of, programme_of, today_of
from handlers.terms import born_words
from locales import N_, language
from locales import gettext as _
from models.applications.registration import Registration
from models.people.account import ReadingMode
from models.people.phone import Phone
from models.programmes.eligibility import assess
from models.programmes.questions import Question as Asked

SEND = "send"
PREFIX = "q."


@dataclass(frozen=True)
class Line:
    """One answer on the card: where it is changed, what it is called, what was answered, what the button says."""

    key: str
    title: str
    answer: str
    button: str


def ask_review(context: Context) -> Step:
    form = form_of(context)
    lines = card(context, form)
    note = fitting_note(context, form)
    ways = [_("If all is right, choose: Send the registration."), _("Type a number to change that answer.")]
    heads, short = [_("Please check the answers."), *note, *ways], [_("Is everything right?"), *note, *ways]
    listed = "\n\n" + "\n".join(card_lines(context, lines))
    put(context, at(Step.REVIEW, ""), "\n".join(heads), review_choices(lines), short="\n".join(short), listed=listed)
    return Step.REVIEW


def card_lines(context: Context, lines: list[Line]) -> list[str]:
    """The card as text; its last number sends."""
    return counted(context, [*(f"{line.title}: {line.answer}" for line in lines), _(SEND_WORDS)])


def counted(context: Context, shown: Sequence[str]) -> list[str]:
    """Lines with their numbers, as this reader hears them."""
    if context.work.mode is not ReadingMode.SCREEN_READER:
        return [f"{number}. {line}" for number, line in enumerate(shown, 1)]
    head = _("There are {count} choices. Type the number.").format(count=len(shown))
    told = (_("Choice {number}: {label}").format(number=number, label=line) for number, line in enumerate(shown, 1))
    return [head, *told]


async def take_review(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    choice = match_choice(update, review_choices(card(context, form)))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_review(context)
    if choice.key == SEND:
        return await (submit_assisted.send(context, form) if form.heard else submit.send(context))
    if choice.key.startswith(PREFIX):
        return programme_questions.ask_one(context, form, choice.key.removeprefix(PREFIX))
    return ask(context, choice.key)


def answers_so_far(context: Context, form: Registration) -> str:
    """The answers given so far, for "Lanjutkan"."""
    return "\n".join(f"{line.title}: {line.answer}" for line in card(context, form))


def fitting_note(context: Context, form: Registration) -> list[str]:
    """What the answers say about the rules, where the person has not heard and accepted it yet."""
    programme = programme_of(context, form)
    if programme is None or form.accepted or form.unsorted:
        return []
    one = assess(programme, form.profile(programme), today_of(context, form))
    if one.fits:
        return []
    return [
        *reasons_words(one, context.reference),
        _("You may send it all the same."),
        _("An officer decides, never the bot."),
    ]


def card(context: Context, form: Registration) -> list[Line]:
    """The answered questions in the order of the form."""
    programme = programme_of(context, form)
    asked = form.to_ask(programme) if programme else ()
    lines = [*about_person(form), *about_place(context, form), *about_reach(form)]
    if programme:
        lines.append(Line(Step.PROGRAMME, _("Programme"), name_of(programme), N_("Change programme")))
    return [*lines, *(about(form, one) for one in asked if one.key in {*form.answers, *form.skipped})]


def about_person(form: Registration) -> list[Line]:
    lines = []
    if form.for_whom:
        words = _(dict(FOR_WHOM)[form.for_whom])
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
    """A programme's own question; its button names the number, because a question is too long for it."""
    title = re.split(r"[?.]", asked.ask.in_(language(), short=True))[0]
    answer = programme_questions.answer_words(form, asked)
    return Line(PREFIX + asked.key, title, answer, N_("Change answer {number}"))


SEND_WORDS = N_("Send the registration")
SENDING = (N_("Send"), N_("Yes"), N_("Right"), N_("Everything is right"), N_("It is right already"))


def review_choices(lines: list[Line]) -> list[Choice]:
    offered = [
        Choice(at(Step.REVIEW, line.key), _(line.button).format(number=number), (line.title,))
        for number, line in enumerate(lines, 1)
    ]
    return [*offered, Choice(at(Step.REVIEW, SEND), SEND_WORDS, SENDING)]


QUESTIONS = (Question(Step.REVIEW, lambda form, reference: False, ask_review, take_review),)
