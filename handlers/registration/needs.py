"""What helps somebody to take part: several of a list, own words, or nothing. It is asked before any diagnosis."""

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import says, too_long
from handlers.conversation.match import UNCLEAR, pressed, words_of
from handlers.conversation.multi_select import chosen_words, read_several, several_choices, so_far_words
from handlers.registration.registration_form import Question, Step, ask_next, form_of, keep, offer, wait_at
from handlers.terms import you
from locales import N_
from locales import gettext as _
from locales.times import list_words
from models.applications.registration import Need, Registration
from models.people.name import clean

NEEDS = {
    Need.SIGN_LANGUAGE: N_("Sign language interpreter"),
    Need.RAMP: N_("Way for a wheelchair"),
    Need.COMPANION: N_("A companion"),
    Need.WRITTEN: N_("Written material"),
    Need.LARGE_PRINT: N_("Large letters"),
    Need.SCREEN_READER: N_("Text for a screen reader"),
    Need.QUIET_ROOM: N_("A quiet room"),
    Need.SLOWLY: N_("Explained slowly"),
    Need.TRANSPORT: N_("Help with the way there"),
}
NOTHING = "none"
NOTHING_WORDS = N_("Nothing is needed")
LONGEST = 300


def ask_needs(context: Context) -> Step:
    form = form_of(context)
    if form.chosen:
        return wait_at(context, Step.NEEDS, so_far_words(need_choices(), form.chosen), shown_choices(form))
    lines = [
        _("What helps {you} to take part?").format(you=you(context) if form.is_for_self else form.first_name),
        _("You may choose several. For example, type: 1, 3."),
        _("You may also write it in your own words."),
    ]
    return wait_at(context, Step.NEEDS, "\n".join(lines), shown_choices(form))


async def take_needs(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    offered = shown_choices(form)
    typed = clean(words_of(update) or "")
    if is_nothing(update, offered):
        return needed(context, form, [], None)
    several = read_several(update, need_choices(), form.chosen)
    if several is None and pressed(update) is not None:
        return ask_needs(context)
    if several is None:
        return own_words(context, form, typed)
    if several.is_done and several.keys:
        return needed(context, form, [Need(key) for key in several.keys], form.needs_text)
    form.chosen = list(several.keys)
    keep(context, form)
    return ask_needs(context)


def own_words(context: Context, form: Registration, typed: str) -> Step | int:
    if not any(map(str.isalpha, typed)):
        context.send(_(UNCLEAR))
        return ask_needs(context)
    if len(typed) > LONGEST:
        context.send(too_long(typed, LONGEST))
        return ask_needs(context)
    return needed(context, form, [Need(key) for key in form.chosen], typed)


def needed(context: Context, form: Registration, needs: list[Need], words: str | None) -> Step | int:
    form.needs, form.needs_text, form.needs_said, form.chosen = needs, words, True, []
    keep(context, form)
    return ask_next(context)


def is_nothing(update: Update, offered: list[Choice]) -> bool:
    press = pressed(update)
    if press is not None:
        return press.key == NOTHING
    last = offered[-1]
    typed = (words_of(update) or "").strip(" .")
    return last.key == NOTHING and (typed == str(len(offered)) or any(says(update, words) for words in NO_WORDS))


NO_WORDS = (NOTHING_WORDS, N_("Nothing"), N_("None"), N_("No"))


def need_choices() -> list[Choice]:
    return offer(Step.NEEDS, *((need.value, words) for need, words in NEEDS.items()))


def shown_choices(form: Registration) -> list[Choice]:
    """The list with its last line: nothing, or, once something was tapped, that is all."""
    offered = several_choices(need_choices(), form.chosen)
    return offered if form.chosen else [*offered[:-1], *offer(Step.NEEDS, (NOTHING, NOTHING_WORDS))]


def need_words(form: Registration) -> str:
    words = chosen_words(need_choices(), form.needs) + ([form.needs_text] if form.needs_text else [])
    return list_words(words) or _(NOTHING_WORDS)


QUESTIONS = (Question(Step.NEEDS, lambda form, reference: form.needs_said, ask_needs, take_needs),)
