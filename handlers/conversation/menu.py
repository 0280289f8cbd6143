"""Match the words of the menu, which work at any time, and leave a conversation.

A word of the menu takes precedence over free text at any question. In quotes ("Status") it is an ordinary answer.
"""

from enum import StrEnum
from functools import cache

from telegram import Message, Update
from telegram.ext import filters

from handlers.conversation.buttons import MENU, CallbackData, Choice
from handlers.conversation.context import OPEN_TALKS, Context
from handlers.conversation.drafts import kept_words
from locales import N_, in_every_language
from locales import gettext as _
from models.plain_words import plain

MENU_NAME, STAFF_MENU = "menu", "desk"
"""The names in the data of buttons for the menu, and for the menu of staff."""
OPENING, CLOSING = '"“„«', '"”“»'


class Section(StrEnum):
    """The parts of the menu."""

    REGISTER = "register"
    PROGRAMMES = "programmes"
    STATUS = "status"
    HELP = "help"
    SETTINGS = "settings"
    MENU = "menu"
    LEAVE = "leave"
    CONFUSED = "confused"
    DATA = "data"


WORDS: dict[Section, tuple[str, ...]] = {
    Section.REGISTER: (MENU[0], N_("Sign up")),
    Section.PROGRAMMES: (MENU[1], N_("Programmes")),
    Section.STATUS: (MENU[2], N_("Status")),
    Section.HELP: (MENU[3], N_("Help")),
    Section.SETTINGS: (MENU[4], N_("Setting")),
    Section.MENU: (N_("Menu"), N_("Main menu")),
    Section.LEAVE: (N_("Cancel"), N_("Stop")),
    Section.CONFUSED: (N_("I am confused"), N_("Confused"), N_("I do not understand")),
    Section.DATA: (N_("My data"),),
}
"""The first word of each is its button text."""


@cache
def _sections() -> dict[str, Section]:
    return {
        plain(form): section
        for section, sentences in WORDS.items()
        for sentence in sentences
        for form in in_every_language(sentence)
    }


def is_quoted(text: str) -> bool:
    return len(text) > 2 and text[0] in OPENING and text[-1] in CLOSING


def section_of(message: Message) -> Section | None:
    """Return the part of the menu that the words of a message mean."""
    text = (message.text or "").strip()
    if not text or message.forward_origin is not None or is_quoted(text):
        return None
    return _sections().get(plain(text))


def is_word_of_menu(text: str) -> bool:
    return plain(text) in _sections()


ON_BUTTONS = frozenset(
    {Section.REGISTER, Section.PROGRAMMES, Section.STATUS, Section.HELP, Section.SETTINGS, Section.MENU}
)
"""The sections that also have buttons under messages."""


class Said(filters.MessageFilter):
    """Matches the words of these sections, in every language."""

    def __init__(self, *sections: Section) -> None:
        super().__init__(name=f"Said({', '.join(sections)})")
        self._sections = frozenset(sections)

    def filter(self, message: Message) -> bool:
        return section_of(message) in self._sections


def leads_to(section: Section) -> Choice:
    """Make a button that works like a word of the menu."""
    return Choice(CallbackData(MENU_NAME, section, ""), WORDS[section][0])


def show_menu(context: Context, *lines: str, short: str | None = None) -> None:
    """Send a message with the menu under it."""
    context.send(
        *lines,
        "",
        _("Tap a button below. Or write: Register, See programmes, See status, Ask staff, or Settings."),
        short=short,
        menu=True,
    )


async def menu(update: Update, context: Context) -> None:
    show_menu(
        context,
        _("This is the menu."),
        _("Register: find a programme and register."),
        _("See programmes: what there is, and for whom."),
        _("See status: where a registration stands."),
        _("Ask staff: write to the office."),
        _("Settings: form of address, language, how messages look."),
        _("My data: type /data."),
        short=_("This is the menu."),
    )


async def leave(update: Update, context: Context) -> None:
    """/batal: leave all open conversations; answers stay in their draft."""
    open_talk = next(reversed(context.work.state.get(OPEN_TALKS) or {}), None)
    context.work.remember(OPEN_TALKS, None)
    if kept := [name for name, draft in context.work.drafts.items() if draft.answers]:
        left = open_talk if open_talk in kept else kept[0]
        draft = context.registry[left].draft
        go_on = _(draft.go_on) if draft else ""
        short = _("Your answers are kept.") + "\n" + go_on
        show_menu(context, _("All right, we stop here."), kept_words(context), go_on, short=short)
    elif open_talk:
        show_menu(context, _("All right, we stop here."))
    else:
        show_menu(context, _("Nothing was open. All is well."))
