"""/keluarga: whom this account helps, who helps here, with which scope and until when; ask for more, or end it.

/keluarga ─▶ shown, with an offer ──ask──▶ ask_consent.py        ──code, answer──▶ give_consent.py
                                 ├─end──▶ over at once, and both are told
                                 └─help a registered person──▶ request_access.py
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from telegram import Update

from handlers.caregivers import ask_consent, give_consent, request_access
from handlers.caregivers.helper_changes import (
    CODES_END,
    HELP_ENDED,
    HELP_ENDED_WITH_CODE,
    NO_LONGER_HELPS,
    in_words,
    tell_of_change,
)
from handlers.conversation.access import LINKED
from handlers.conversation.buttons import CallbackData, Choice, row_in
from handlers.conversation.context import Context
from handlers.conversation.engine import no_longer
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import show_menu
from handlers.conversation.registry import Command, Conversation
from handlers.notify import notify
from handlers.wording.caregiver_text import first_name, name_of, scope_words, told_from_others
from locales import N_
from locales import gettext as _
from locales.times import date_words
from models.applications.receipt_lookup import code_depends_on
from models.people import permission
from models.people.account import Account
from models.people.calling_name import LONGEST, calling_name, told_apart
from models.people.link import Link, Relation, Scope, helpers_of, links_of_account, revocable, revoke
from models.people.permission import Permission
from models.people.person import Person

TALK = "family"
END, PERSON, ANSWER = "END", "PERSON", "ANSWER"
WAYS = (
    Choice(CallbackData(give_consent.TALK, give_consent.BEGIN, ""), N_("I have a kode keluarga")),
    Choice(CallbackData(request_access.TALK, request_access.BEGIN, ""), N_("Help somebody registered")),
)
FEW = 3
"""Links whose acts are shown at once; of more, one is chosen first."""


ANY_QUESTIONS = (N_("Any questions? Type /tanya."), dict[str, str]())


class Tie(NamedTuple):
    """One link as this account sees it: with a person it helps, or with a helper of its own person."""

    link: Link
    name: str
    is_helper: bool
    person: Person
    organisation: str | None = None


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=LINKED,
        commands=[Command("keluarga", N_("Family and helpers"), show)],
        routes={END: end, PERSON: show_one, ANSWER: answer},
    )


async def show(update: Update, context: Context) -> None:
    found, asked = await ties(context), await questions(context)
    waiting = [_("- {name}: wants to {scope}").format(name=who, scope=scope_words(one.scope)) for one, who in asked]
    helped = [line for one in found if not one.is_helper for line in tie_lines(context, one)]
    helpers = [line for one in found if one.is_helper for line in tie_lines(context, one)]
    lines = [
        *section(_("They wait for your answer:"), waiting),
        *section(_("You help:"), helped),
        *section(_("You are helped by:"), helpers),
    ]
    if not found and not asked:
        lines = [_("Here you see whom you help, and who helps you."), _("There is nobody yet.")]
    elif len(found) > FEW:
        lines.append(_("Choose a name to change something."))
    label = _("Answer {name}")
    answers = [button(ANSWER, one, label.format(name=who[:LONGEST])) for one, who in asked]
    offer(context, "\n".join(lines).rstrip(), [*answers, *tie_choices(context, found), *WAYS])


async def questions(context: Context) -> list[tuple[Permission, str]]:
    """Return the helpers who wait for an answer of this person, each with the name that they wrote."""
    found = []
    for asked in await permission.open_permissions(context.session, context.account, context.now):
        asker = await context.session.get_one(Account, asked.account_id)
        found.append((asked, await name_of(context, asker, asked.relation)))
    return found


def section(head: str, lines: Sequence[str]) -> list[str]:
    return [head, *lines, ""] if lines else []


async def answer(key: str, update: Update, context: Context) -> None:
    """Ask the question of a waiting helper; only the person's own account may see it."""
    asked = await permission.permission_for(context.session, row_in(key) or 0, context.account, context.now)
    if asked is None:
        no_longer(context)
    else:
        offer(context, "\n".join(await give_consent.text_of(context, asked)), give_consent.own_choices(asked))


async def ties(context: Context) -> list[Tie]:
    """Return the links of this account that have not ended."""
    served = await links_of_account(context.session, context.account_id)
    helped = [Tie(link, str(person.name), False, person) for link, person in served if can_be_shown(link, context.now)]
    mine, helpers = {person.id: person for _link, person in served}, []
    for link, account in await helpers_of(context.session, context.account_id, served, context.now):
        organisation = account.organisation if link.relation is Relation.ORGANISATION else None
        who = await name_of(context, account, link.relation)
        helpers.append(Tie(link, who, True, mine[link.person_id], organisation))
    return [*helped, *helpers]


def can_be_shown(link: Link, now: datetime) -> bool:
    return not link.is_self and (link.holds(now) or link.has_run_out(now))


def tie_lines(context: Context, tie: Tie) -> list[str]:
    """Return the lines of a link: who, which scope, until when, and when they last looked."""
    link = tie.link
    if link.is_self:
        return [_("- {name}: another phone of your own").format(name=tie.name)]
    lines = [_("- {name}: may {scope}").format(name=tie.name, scope=scope_words(link.scope))]
    if link.has_run_out(context.now):
        return [_("- {name}: it has ended").format(name=tie.name)]
    if link.expires_at is not None:
        lines.append(_("Until {day}.").format(day=day_in(context, tie.person, link.expires_at)))
    if link.agreed_at is None:
        lines.append(_("Their own yes is still missing."))
    if tie.is_helper and link.seen_at is not None:
        lines.append(_("Last looked on {day}.").format(day=day_in(context, tie.person, link.seen_at)))
    return lines


def day_in(context: Context, person: Person, moment: datetime) -> str:
    return date_words(context.reference.day_in(person.regency, moment))


def tie_choices(context: Context, found: Sequence[Tie]) -> list[Choice]:
    """Return the acts of a few links, or the names of many."""
    if len(found) > FEW:
        return [button(PERSON, one.link, one.name[:40]) for one in found]
    names = told_apart([one.organisation or one.name for one in found])
    pairs = zip(found, names, strict=True)
    return [choice for one, name in pairs for choice in act_choices(context, one, one.organisation or name)]


def act_choices(context: Context, tie: Tie, name: str) -> list[Choice]:
    """Return the acts on one link; `name` is the one on the buttons."""
    link, name = tie.link, name[:LONGEST]
    ask = ask_consent.button_for(link, _("Ask to help {first_name}").format(first_name=name))
    stop = _("Stop {first_name} helping") if tie.is_helper else _("Stop helping {first_name}")
    end = button(END, link, stop.format(first_name=name))
    may_ask = not tie.is_helper and (link.scope is not Scope.ACT or link.has_run_out(context.now))
    return [ask] * may_ask + [end] * link.holds(context.now)


def button(act: str, row: Link | Permission, label: str) -> Choice:
    return Choice(CallbackData(TALK, act, str(row.id)), label)


async def show_one(key: str, update: Update, context: Context) -> None:
    """Show one of many links, with its acts."""
    tie = next((one for one in await ties(context) if str(one.link.id) == key), None)
    if tie is None:
        no_longer(context)
        return
    acts = act_choices(context, tie, calling_name(tie.name))
    offer(context, "\n".join(tie_lines(context, tie)), [*acts, *WAYS])


async def end(key: str, update: Update, context: Context) -> None:
    """End a link at once, for either side, and tell both."""
    link = await revocable(context.session, context.account_id, row_in(key) or 0, context.now)
    if link is None or (link.is_self and link.account_id == context.account.id):
        no_longer(context)
        return
    await revoke(context.session, link, by=context.account_id, now=context.now)
    codes = CODES_END if await code_depends_on(context.session, link) else ()
    person = await context.session.get_one(Person, link.person_id)
    if link.account_id == context.account.id:
        who = await name_of(context, context.account, link.relation)
        await tell_of_change(context, person, (NO_LONGER_HELPS, {"who": who}), *codes, doubt=(ANY_QUESTIONS,))
        over = _("You no longer help {first_name}. You may ask again.").format(
            first_name=await told_from_others(context, person)
        )
        show_menu(context, over, *in_words(codes[:1]))
        return
    account = await context.session.get_one(Account, link.account_id)
    await notify(context, account, HELP_ENDED_WITH_CODE if codes else HELP_ENDED, first_name=first_name(person))
    who = await name_of(context, account, link.relation)
    show_menu(context, _("It has ended. {who} no longer sees your registration.").format(who=who), *in_words(codes))
