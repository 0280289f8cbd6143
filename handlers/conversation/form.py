"""Ask a question with its choices and navigation, and match the answer to one of them.

    put ──▶ the text, the choices, [Do not change] [Back] ──tapped, or typed──▶ navigation_of, match_choice

Also remember the button served last, so that double taps are ignored, and answer buttons of ended conversations.
"""

from collections.abc import Callable, Coroutine, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from telegram import Update
from telegram.ext import CallbackQueryHandler

from handlers.conversation.buttons import CallbackData, Choice, inline_keyboard, numbered
from handlers.conversation.context import OPEN_TALKS, Context, current_unit_of_work
from handlers.conversation.match import pressed, words_of
from locales import N_, in_every_language
from locales import gettext as _
from models.people.account import ReadingMode
from models.plain_words import plain

BACK, KEEP = "back", "keep"
NAVIGATION_WORDS = {KEEP: N_("Keep it as it is"), BACK: N_("Back")}
LAST_PRESS = "press"


class Prompt(NamedTuple):
    """The text of a question. `short`: in few words; `listed`: its choices, where the text lists them.

    `delete_after`: it cannot be forwarded, and is deleted after so long.
    """

    text: str
    short: str | None = None
    listed: str | None = None
    delete_after: timedelta | None = None


Ask = Prompt | Sequence[str]
"""A prompt, its text alone, or the lines of it."""


def prompt_of(ask: Ask) -> Prompt:
    return ask if isinstance(ask, Prompt) else Prompt(ask if isinstance(ask, str) else "\n".join(ask))


def below(lead: Sequence[str], ask: Ask) -> Prompt:
    """Put a question below other lines, in the same message."""
    prompt = prompt_of(ask)
    short = None if prompt.short is None else "\n".join([*lead, prompt.short])
    return prompt._replace(text="\n".join([*lead, prompt.text]), short=short)


def put(
    context: Context,
    at: CallbackData,
    prompt: Ask,
    choices: Sequence[Choice] = (),
    *,
    ways: Sequence[str] = (BACK,),
    zero: bool = True,
) -> None:
    """Ask a question: its choices as text and as buttons, then its navigation (BACK, KEEP).

    `zero`: whether "0" goes back, for it may be an answer.
    """
    text, short, listed, delete_after = prompt_of(prompt)
    wanted = short if short is not None and context.work.mode is ReadingMode.SIMPLE else text
    shown = wanted + (numbered(choices, context.work.mode) if listed is None else listed)
    extras = [Choice(at._replace(key=way), NAVIGATION_WORDS[way]) for way in ways]
    body: dict[str, Any] = {
        "chat_id": context.work.chat_id,
        "text": shown + way_lines(context, ways, zero, apart=not choices),
        "link_preview_options": {"is_disabled": True},
    }
    if choices or extras:
        body["reply_markup"] = inline_keyboard([*choices, *extras])
    context.work.call("sendMessage", body, protect=delete_after is not None, delete_after=delete_after)


def way_lines(context: Context, ways: Sequence[str], zero: bool, *, apart: bool) -> str:
    """List the navigation as lines of text: "0. Kembali"."""
    back = "0. {label}" if context.work.mode is not ReadingMode.SCREEN_READER else _("Choice 0: {label}")
    lines = [
        back.format(label=_(NAVIGATION_WORDS[way])) if way == BACK and zero else _(NAVIGATION_WORDS[way])
        for way in ways
    ]
    return "".join(["\n" if apart and lines else "", *("\n" + line for line in lines)])


def navigation_of(update: Update, zero: bool = True) -> str | None:
    """Return the navigation that was tapped or typed."""
    press = pressed(update)
    if press is not None:
        return press.key if press.key in NAVIGATION_WORDS else None
    if zero and plain(words_of(update) or "") == "0":
        return BACK
    return next((way for way, words in NAVIGATION_WORDS.items() if says(update, words)), None)


def says(update: Update, sentence: str) -> bool:
    """Do the typed words say this, in any language, case and punctuation?"""
    words = words_of(update)
    return words is not None and plain(words) in {plain(form) for form in in_every_language(sentence)}


def note_press(update: Update, context: Context) -> None:
    """Remember the button served last, so that a double tap is ignored."""
    mark = mark_of(update)
    if mark != context.work.state.get(LAST_PRESS):
        context.work.remember(LAST_PRESS, mark)


def is_double_tap(update: Update, context: Context) -> bool:
    mark = mark_of(update)
    return mark is not None and context.work.state.get(LAST_PRESS) == mark


def mark_of(update: Update) -> str | None:
    query = update.callback_query
    if query is None or query.data is None:
        return None
    return f"{query.message.message_id if query.message else 0} {query.data}"


def step_of(talk: str) -> str | None:
    """Return the step at which a conversation of this chat waits; None when it is over."""
    step: str | None = current_unit_of_work().state.get(OPEN_TALKS, {}).get(talk)
    return step


class StaleButtonHandler(CallbackQueryHandler[Context, Any]):
    """Matches buttons of a conversation while it is not open."""

    def __init__(self, talk: str, callback: Callable[[Update, Context], Coroutine[Any, Any, Any]]) -> None:
        super().__init__(callback, pattern=f"^{talk}:")
        self._talk = talk

    def check_update(self, update: object) -> Any:
        return super().check_update(update) if step_of(self._talk) is None else None


def too_long(typed: str, most: int) -> str:
    return _("That text has {count} characters. At most {most} fit.").format(count=len(typed), most=most)
