"""Ask a person to consent to help: how far, and where they answer.

begin ─▶ NAME ─▶ SCOPE ──own account there──▶ asked there
                   └─▶ WAY ──own phone──▶ a code and a link, for three days
                        ├─office──▶ in front of staff
                        └─here──▶ READER ─▶ ANSWER ──yes or no──▶ kept with who read it out
NAME only where the helper's name is not known yet.                      /batal leaves from anywhere
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from handlers.caregivers.helper_changes import NOW_HELPS, tell_of_change
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, row_in
from handlers.conversation.context import Context
from handlers.conversation.engine import end_with, leave_unchanged
from handlers.conversation.questions import END, YES, Choose, NameText, Next
from handlers.conversation.registry import Conversation
from handlers.wording.caregiver_text import (
    READER_CHOICES,
    SCOPE_CHOICES,
    VERSION,
    YES_CHOICES,
    first_name,
    is_named,
    name_of,
    question,
    scope_words,
)
from locales import N_, language, speaking
from locales import gettext as _
from models.applications.receipt import grouped
from models.messaging.attachment import Attachment, AttachmentKind
from models.people import permission
from models.people.agreement import agree_on_same_phone
from models.people.consent import Answer, ConsentContext
from models.people.link import Link, Scope, own_accounts
from models.people.person import Person

TALK, BEGIN = "ask", "BEGIN"
OWN_PHONE, HERE, OFFICE = "phone", "here", "office"
NAME_LINES = (N_("What is your own name?"), N_("{first_name} reads it, to know who asks."))
WAY_LINES = (N_("{first_name} must say yes personally."), N_("Where will that be?"))
WAY_CHOICES = (
    (OWN_PHONE, N_("On their own phone")),
    (HERE, N_("Here, on this phone")),
    (OFFICE, N_("At the office")),
)


class Step(StrEnum):
    NAME = "NAME"
    SCOPE = "SCOPE"
    WAY = "WAY"
    READER = "READER"
    ANSWER = "ANSWER"


@dataclass
class AskState:
    """The link that consent is asked for, the scope of the help, and who reads the question out."""

    link: int = 0
    scope: Scope = Scope.TYPED_ONLY
    reader: str = ""


class AskedConsent(NamedTuple):
    """The link in question, and the person who must consent."""

    link: Link
    person: Person

    @property
    def facts(self) -> dict[str, str]:
        return {"first_name": first_name(self.person)}

    def named(self, sentence: str) -> str:
        return _(sentence).format(**self.facts)


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        state=AskState,
        subject=asked_for,
        steps={
            Step.NAME: NameText(NAME_LINES, take=take_name),
            Step.SCOPE: Choose(
                N_("What do you want to help {first_name} with?"), options=SCOPE_CHOICES, take=take_scope
            ),
            Step.WAY: Choose(WAY_LINES, options=WAY_CHOICES, take=take_way, back=Step.SCOPE),
            Step.READER: Choose(
                N_("Who passes the question on to {first_name}?"),
                options=READER_CHOICES,
                take=take_reader,
                back=Step.WAY,
            ),
            Step.ANSWER: Choose(ask_answer, options=YES_CHOICES, take=take_answer, back=Step.READER),
        },
        buttons={BEGIN: begin},
    )


def button_for(link: Link, label: str) -> Choice:
    """Make a follow-up button that begins to ask about this link."""
    return Choice(CallbackData(TALK, BEGIN, str(link.id)), label)


async def begin(context: Context, key: str) -> Step:
    """Begin for a link of this account that has not ended."""
    context.state(AskState).link = row_in(key) or 0
    return Step.SCOPE if await is_named(context, context.account) else Step.NAME


async def asked_for(context: Context) -> AskedConsent | None:
    """Return the link in question with its person; None where it has ended, or was never this account's.

    Once the scope is chosen, a person who has got an own account meanwhile is not asked on this phone any more.
    """
    state = context.state(AskState)
    link = await context.session.get(Link, state.link)
    if link is None or link.account_id != context.account.id or link.is_self or link.revoked_at is not None:
        return None
    if state.scope is not Scope.TYPED_ONLY and await own_accounts(context.session, link.person_id, context.now):
        return None
    return AskedConsent(link, await context.session.get_one(Person, link.person_id))


def take_name(context: Context, asked: AskedConsent, name: str) -> Step:
    context.account.called = name
    return Step.SCOPE


async def take_scope(context: Context, asked: AskedConsent, key: str) -> Next:
    if await permission.is_asked_much(context.session, asked.link, context.now):
        again = _("Ask again tomorrow, or come to the office together.")
        return end_with(context, _("This request was sent several times today."), again)
    context.state(AskState).scope = Scope(key)
    own = await own_accounts(context.session, asked.link.person_id, context.now)
    if not own:
        return Step.WAY
    await permission.ask_own_account(context.session, asked.link, Scope(key), own[0], now=context.now)
    return end_with(context, asked.named(N_("We ask {first_name} now.")), _("You hear the answer here."))


async def take_way(context: Context, asked: AskedConsent, key: str) -> Next:
    if key == HERE:
        return Step.READER
    if key == OWN_PHONE:
        await say_code(context, asked, context.state(AskState).scope)
        return END
    return end_with(
        context,
        asked.named(N_("Come to the office together with {first_name}.")),
        _("Bring the registration number and a card."),
        _("Staff ask, and write down the answer."),
    )


def take_reader(context: Context, asked: AskedConsent, key: str) -> Step:
    context.state(AskState).reader = _(dict(READER_CHOICES)[key])
    context.send(asked.named(N_("Now give the phone to {first_name}.")))
    return Step.ANSWER


async def ask_answer(context: Context, asked: AskedConsent) -> str:
    """Ask the person; from here on the text addresses them, not the helper."""
    return asked_here(await name_of(context, context.account, asked.link.relation), context.state(AskState).scope)


def asked_here(who: str, scope: Scope) -> str:
    with speaking(language()):  # without the helper's form of address
        return question(who, scope)


async def take_answer(context: Context, asked: AskedConsent, key: str) -> int:
    (link, person), state = asked, context.state(AskState)
    who, scope = await name_of(context, context.account, link.relation), state.scope
    answer = Answer.GIVEN if key == YES else Answer.REFUSED
    said = replace(
        ConsentContext.on(context.account, answer, asked_here(who, scope), VERSION),
        assisted_by=f"{state.reader} ({who})",
    )
    await agree_on_same_phone(context.session, link, person, scope, said=said, now=context.now)
    if answer is not Answer.GIVEN:
        return leave_unchanged(context)
    await tell_of_change(context, person, (NOW_HELPS, {"who": who}))
    return end_with(
        context,
        asked.named(N_("Thank you. {first_name} has said yes.")),
        _("You may now: {scope}.").format(scope=scope_words(scope)),
        _("To change or end it, type /keluarga."),
    )


async def say_code(context: Context, asked: AskedConsent, scope: Scope) -> None:
    """Send a code and a link: they open only together with the birth date."""
    code = await permission.ask_by_code(context.session, asked.link, scope, now=context.now)
    context.send(
        asked.named(N_("Send this link to {first_name}.")),
        _("It asks for the birth date, then for a yes or no."),
        _("Or {first_name} types /keluarga and this kode keluarga: {code}").format(**asked.facts, code=grouped(code)),
        _("It is valid for three days, and can be used once."),
        menu=True,
        protect=True,
    )
    context.send(context.reference.link(permission.PAYLOAD + code))  # in its own message, easy to forward
    hand_picture(context, code)


def hand_picture(context: Context, code: str, *, delete_after: timedelta | None = None) -> None:
    """Send the link as a QR code, for a person beside this phone; it cannot be forwarded."""
    lines = [_("This picture holds the kode keluarga too."), _("The other phone can scan it with its camera.")]
    link = context.reference.link(permission.PAYLOAD + code)
    picture = Attachment(AttachmentKind.CODE, "kode.png", link, "image/png")
    context.send_file(picture, *lines, protect=True, delete_after=delete_after)
