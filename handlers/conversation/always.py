"""Handle what works at any time: /menu, /batal, the button "Continue", and what Telegram reports about our messages."""

from handlers.conversation import chat_guards, menu, resume
from handlers.conversation.access import OPEN, OWN
from handlers.conversation.menu import MENU_NAME, Section
from handlers.conversation.registry import Command, Conversation
from locales import N_
from models.messaging.inbox import InboxKind


def show_menu() -> Conversation:
    return Conversation(
        name=MENU_NAME,
        access=OPEN,
        commands=[Command("menu", N_("See the menu"), menu.menu)],
        sections={Section.MENU: menu.menu},
    )


def leave() -> Conversation:
    return Conversation(
        name="cancel",
        access=OWN,
        commands=[Command("batal", N_("Leave what is open"), menu.leave)],
        sections={Section.LEAVE: menu.leave},
    )


def go_on() -> Conversation:
    return Conversation(name=resume.TALK, access=OWN, routes={resume.STEP: resume.go_on})


def delivery() -> Conversation:
    return Conversation(
        name="delivery",
        access=OWN,
        events={
            InboxKind.UNDELIVERED: chat_guards.undelivered,
            InboxKind.STILL_THERE: chat_guards.still_there,
            InboxKind.UNSENT: chat_guards.unsent,
        },
    )
