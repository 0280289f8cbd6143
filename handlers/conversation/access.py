"""Check access: every handler names its act and the object it is checked on.

    entry(OWN, CommandHandler("data", …))         any account, about itself
    PersistentConversation(…, rule=INVITING)         staff whose role may invite, for their own office

A rule with an act of staff is checked before the handler runs, and by `authorize` on the object itself, in the same
transaction. An account without a post is answered as if there were no such command: nothing tells that there is one.
"""

from enum import StrEnum
from typing import Any, NamedTuple

from telegram import Update
from telegram.ext import BaseHandler

from handlers.conversation.context import Context
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.audit import record
from models.offices.authority import NOWHERE, Act, Refusal, Where, refusal
from models.offices.staff import Staff, active_post
from models.people.link import links_of_account
from models.people.person import Person


class Resource(StrEnum):
    """The object that access is checked on."""

    NOBODY = "nobody"
    """No person's data: nothing is read or changed."""
    ACCOUNT = "account"
    """The account that writes: its settings, drafts and messages."""
    LINKED = "linked"
    """People of this account and their files, through a link in force, as far as its scope goes."""
    RECEIPT = "receipt"
    """One file, for the holder of its number and kode cek."""
    INVITATION = "invitation"
    """An invitation, for the holder of its token, once."""
    PERMISSION = "permission"
    """A request to a person: for the holder of its code who knows the birth date, or the person's own account."""
    OFFICE = "office"
    """The office of the post."""
    FILE = "file"
    """One file of the office, within the region of the post."""


class AccessRule(NamedTuple):
    """`act`: what only staff may do; None: any account may, with its own data."""

    act: Act | None
    on: Resource


OPEN = AccessRule(None, Resource.NOBODY)
OWN = AccessRule(None, Resource.ACCOUNT)
LINKED = AccessRule(None, Resource.LINKED)
INVITED = AccessRule(None, Resource.INVITATION)


class GuardedHandler(NamedTuple):
    """A handler with its access rule."""

    rule: AccessRule
    handler: BaseHandler[Any, Any, Any]


def entry(rule: AccessRule, handler: Any) -> GuardedHandler:
    """Return a handler with its rule; an act of staff is checked before its callback runs."""
    if rule.act is not None:
        handler.callback = guarded(rule, handler.callback)
    return GuardedHandler(rule, handler)


def guarded(rule: AccessRule, callback: Any) -> Any:
    """Return a callback that only runs for a role that may do the act."""

    async def admitted(update: Update, context: Context) -> Any:
        if (why := await refusal_for(rule, context)) is None:
            return await callback(update, context)
        return await refuse(why, update, context)

    return admitted


async def refusal_for(rule: AccessRule, context: Context) -> Refusal | None:
    """Return why this account may not use the entry at all; None where it may."""
    return (await _asked(context, rule.act, NOWHERE))[1] if rule.act is not None else None


async def refuse(why: Refusal, update: Update, context: Context) -> None:
    """Tell staff the reason; other accounts are answered as after an unknown command."""
    if why is not Refusal.NOT_STAFF:
        context.send(_(REFUSALS[why]))
        return
    await context.registry.unmatched(update, context)


async def is_allowed(context: Context, act: Act, where: Where) -> bool:
    """May the act be done to this object now? A refusal is audited and not said: the caller has its own words."""
    return (await _asked(context, act, where))[1] is None


async def own_post(context: Context) -> Staff:
    """Return the post of the writer, behind an entry that only staff may use."""
    post = await active_post(context.session, context.account_id)
    assert post is not None
    return post


async def linked_people(context: Context) -> set[int | None]:
    """Return the people this account is or was linked with: officers decide nothing for themselves or their family."""
    return {person.id for _link, person in await links_of_account(context.session, context.account_id)}


async def authorize(context: Context, act: Act, where: Where = NOWHERE) -> Staff | None:
    """Return the post by which the act may be done to this object now; None: refused, which was said and audited."""
    post, why = await _asked(context, act, where)
    if why is not None:
        context.send(_(REFUSALS[why]))
        return None
    return post


async def _asked(context: Context, act: Act, where: Where) -> tuple[Staff | None, Refusal | None]:
    post = await active_post(context.session, context.account_id)
    why = refusal(post, act, where)
    if why is not None:
        await record(
            context.session, at=context.now, by=context.account.id, act="refused", entity=act, entity_id=None, after=why
        )
    return post, why


def where_of(application: Application, person: Person) -> Where:
    """Return the office of the file, and the region that the person lives in."""
    return Where(application.office, person.district or person.regency)


REFUSALS = {
    Refusal.NOT_STAFF: N_("That button is no longer valid. Type /status."),
    Refusal.ROLE: N_("This menu is not open to your role. Ask the admin of your office."),
    Refusal.OFFICE: N_("That belongs to another office."),
    Refusal.REGION: N_("That lies outside of your region."),
}
