"""The form in hand: the answers of this account's draft, and which question comes next.

The same questions can be asked for something else than a new registration: whoever does so says which form is in hand
and which way leads through it (`filled_in`), and the questions ask, keep and go on there.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from handlers.conversation import form as forms
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context, is_for_somebody
from handlers.conversation.drafts import DraftStore
from handlers.conversation.form import BACK, KEEP, FormFlow, put
from models.applications.draft import ASSISTED
from models.applications.registration import FORM, Registration, read, write
from models.programmes.programme_file import Programme

TALK = "register"
AT_COUNTER = TALK + ASSISTED


class Step(StrEnum):
    CONSENT = "CONSENT"
    RESUME = "RESUME"
    FOR_WHOM = "FOR_WHOM"
    ORGANISATION = "ORGANISATION"
    NAME = "NAME"
    BIRTH = "BIRTH"
    REGENCY = "REGENCY"
    DISTRICT = "DISTRICT"
    VILLAGE = "VILLAGE"
    PHONE = "PHONE"
    PHONE_OWNER = "PHONE_OWNER"
    NEEDS = "NEEDS"
    ANYWAY = "ANYWAY"
    PROGRAMME = "PROGRAMME"
    QUESTION = "QUESTION"
    REVIEW = "REVIEW"
    RECEIPT = "RECEIPT"


Question = forms.Question[Step, Registration]


DRAFTS = DraftStore(FORM, Registration, read, write)
draft_of = DRAFTS.draft_of


@dataclass(frozen=True)
class Filling:
    """For what the questions are asked: the talk behind their buttons, its form, and its way through the questions."""

    talk: str
    form_of: Callable[[Context], Registration]
    keep: Callable[[Context, Registration], None]
    walk: Callable[[], FormFlow[Step, Registration]]


_elsewhere: ContextVar[Filling | None] = ContextVar("filling", default=None)


@contextmanager
def filled_in(filling: Filling) -> Iterator[None]:
    """Within this block the questions are asked for something else than a new registration."""
    token = _elsewhere.set(filling)
    try:
        yield
    finally:
        _elsewhere.reset(token)


def filling() -> Filling:
    return _elsewhere.get() or (FOR_OTHERS if is_for_somebody() else REGISTERING)


def form_of(context: Context) -> Registration:
    return filling().form_of(context)


def keep(context: Context, form: Registration) -> None:
    filling().keep(context, form)


def at(step: str, key: str) -> CallbackData:
    """The data behind a button of these questions."""
    return CallbackData(filling().talk, step, key)


def programme_of(context: Context, form: Registration) -> Programme | None:
    return context.reference.catalogue.offered(form.programme) if form.programme else None


def today_of(context: Context, form: Registration) -> date:
    """The date on the person's own clock; before the place is known, the latest of the country."""
    places = context.reference.places
    return places.day_in(form.regency, context.now) if form.regency else places.latest_day(context.now)


def discard_pending(context: Context, step: str) -> bool:
    """Drop what stood between a question and its answer."""
    form = form_of(context)
    doubted = form.considering is not None or (form.aside is not None and form.aside.step == step)
    if doubted or form.chosen:
        form.aside, form.considering, form.chosen = None, None, []
        keep(context, form)
    return doubted


def zero_is_free(context: Context, step: str) -> bool:
    """May "0" mean going back? Not where a number is asked."""
    form = form_of(context)
    programme = programme_of(context, form)
    asked = form.next_question(programme) if programme and step == Step.QUESTION else None
    return asked is None or asked.kind != "number"


def keep_answer(context: Context) -> None:
    form = form_of(context)
    form.aside, form.considering, form.asking, form.chosen = None, None, None, []
    keep(context, form)


FLOW: FormFlow[Step, Registration] = FormFlow(TALK, form_of, discard_pending, keep_answer, zero_is_free=zero_is_free)
REGISTERING = Filling(TALK, DRAFTS.form_of, DRAFTS.keep, lambda: FLOW)
FOR_OTHERS = replace(REGISTERING, talk=AT_COUNTER)
"""The same, by an officer for somebody at the counter."""


def ask_next(context: Context) -> Step | int:
    """Ask the first question without an answer, whatever the questions are asked for."""
    return filling().walk().ask_next(context)


def ask(context: Context, step: str) -> Step | int:
    """Ask one question, whether or not it has an answer; a doubt that was settled meanwhile leads on."""
    return ask_next(context) if step == Step.ANYWAY else filling().walk().ask(context, step)


def wait_at(
    context: Context, step: Step, text: str, offered: list[Choice] | None = None, *, short: str | None = None
) -> Step:
    """Say a question of this form with the ways back that fit it, and wait there."""
    put(
        context,
        at(step, ""),
        text,
        offered or [],
        short=short,
        ways=ways_out(context, step),
        zero=zero_is_free(context, step),
    )
    return step


def ways_out(context: Context, step: Step) -> list[str]:
    """Back, except at the first question; and leaving an answer as it is, where there is one."""
    if step is Step.QUESTION:
        form = form_of(context)
        answered = form.asking is not None and form.asking in {*form.answers, *form.skipped}
    else:
        answered = filling().walk().question_at(step).is_answered(form_of(context), context.reference)
    can_keep = answered and step not in {Step.REVIEW, Step.ANYWAY}
    return [KEEP] * can_keep + [BACK] * (step is not first_of(form_of(context)))


def first_of(form: Registration) -> Step:
    """The first question; at the counter it is clear for whom."""
    return Step.NAME if form.heard else Step.FOR_WHOM


def offer(step: Step, *options: tuple[str, str]) -> list[Choice]:
    return choices(filling().talk, step, *options)
