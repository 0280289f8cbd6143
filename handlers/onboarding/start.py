"""/start: say who we are, and offer what one can do; nothing is asked before it is needed.

/start ────────▶ the greeting, with the ways into everything
/start p-uep ──▶ the greeting, then the programme of the poster (handlers/programmes/browse.py)
/start o-… ────▶ the greeting, about that office
"""

from dataclasses import replace

from telegram import Update

from handlers.conversation.access import OWN
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import Section, leads_to
from handlers.conversation.registry import Command, Conversation
from handlers.conversation.resume import continue_choice, draft_waits, waiting_drafts
from handlers.programmes import browse
from handlers.wording.office_text import OF_OFFICE, OF_PROGRAMME, programme_of, trial_lines
from handlers.wording.terms import address_of
from locales import N_
from locales import gettext as _

WAYS = (Section.REGISTER, Section.PROGRAMMES, Section.STATUS, Section.HELP)
"""What is offered under the greeting, the likely one first; after it the display and the language."""
DISPLAY = N_("Display / Bahasa Indonesia")


def conversation() -> Conversation:
    return Conversation(name="start", access=OWN, commands=[Command("start", N_("Begin"), begin)])


async def begin(update: Update, context: Context) -> None:
    payload = next(iter(context.args or []), "")
    if await context.registry.follow_deep_link(payload, context):
        return
    is_poster = note_poster(context, payload)
    if is_poster and (programme := programme_of(context)) is not None:
        context.send(*greeting(context))
        await context.registry[browse.TALK].start(context, browse.open_programme, context, programme.key)
    else:
        offer(context, "\n".join([*greeting(context), *waiting(context), _("What do you want to do?")]), ways(context))


def note_poster(context: Context, payload: str) -> bool:
    """Store the poster by which an account came, of a programme or an office; False where it is no known one."""
    catalogue, named = context.reference.catalogue, payload[len(OF_PROGRAMME) :]
    if payload.startswith(OF_PROGRAMME) and named in catalogue:
        context.account.came_by = named
    elif payload.startswith(OF_OFFICE) and named in {one.key for one in catalogue.office.offices}:
        context.account.came_by = payload
    else:
        return False
    return True


def greeting(context: Context) -> list[str]:
    """Return who we are and what we never do; a known account is only greeted."""
    account = context.account
    if account.greeted_at is not None:
        again = (
            _("Welcome back, {address}.").format(address=address_of(account)) if account.address else _("Hello again.")
        )
        return [again, *trial_lines(context)]
    account.greeted_at = context.now
    return [
        *(trial_lines(context) or [_("Hello. This is the official bot of Dinas Sosial.")]),
        _("All services are free."),
        _("We never ask for a PIN, an OTP code, or money."),
        _("Deaf, or using a screen reader? Choose: {label}.").format(label=_(DISPLAY)),
    ]


def waiting(context: Context) -> list[str]:
    """Mention what was begun and not sent."""
    return [draft_waits(context)] if waiting_drafts(context) else []


def ways(context: Context) -> list[Choice]:
    """Return the buttons; what was begun before comes first."""
    return [*(continue_choice(name) for name in waiting_drafts(context)[:1]), *map(leads_to, WAYS), display()]


def display() -> Choice:
    """Make the button of the settings, in words that name what most people look for there."""
    return replace(leads_to(Section.SETTINGS), label=DISPLAY)
