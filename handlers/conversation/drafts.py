"""Load and keep the typed form of a conversation in a draft of the account, and discard it.

draft (any version) ──read──▶ form ──an answer is put into it──▶ keep ──▶ draft          [sent] ──▶ discard_draft
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar, cast

from handlers.conversation.context import Context, name_now
from locales import gettext as _
from models.applications.draft import Draft

Form = TypeVar("Form")


@dataclass(frozen=True)
class DraftStore(Generic[Form]):
    """One kind of form: the name of its drafts, the form of somebody who has answered nothing, and its two ways.

    What an officer fills in for somebody at the counter has a name of its own (handlers/conversation/context.py).
    """

    name: str
    empty: Callable[[], Form]
    read: Callable[[Draft], Form]
    write: Callable[[Draft, Form], None]

    def draft_of(self, context: Context) -> Draft | None:
        return context.work.drafts.get(name_now(self.name))

    def form_of(self, context: Context) -> Form:
        """The answers so far, the same form all through the turn; an empty one where nothing was answered yet."""
        forms, name = context.work.forms, name_now(self.name)
        if name not in forms:
            draft = self.draft_of(context)
            forms[name] = self.read(draft) if draft else self.empty()
        return cast(Form, forms[name])

    def keep(self, context: Context, form: Form) -> None:
        """Write the answers into the draft; the turn stores it."""
        draft = self.draft_of(context) or self._begun(context)
        self.write(draft, form)
        draft.changed_at = context.now
        context.work.forms[name_now(self.name)] = form

    def _begun(self, context: Context) -> Draft:
        account, name = context.account.id or 0, name_now(self.name)
        draft = Draft(account_id=account, form=name, version=0, answers={}, changed_at=context.now)
        context.session.add(draft)
        context.work.drafts[name] = draft
        return draft


def draft_lifetime(context: Context) -> timedelta:
    """How long a draft waits, by the office's days."""
    return timedelta(days=context.reference.catalogue.office.retention.draft)


def kept_words(context: Context) -> str:
    return _("Your answers are kept for {count} days.").format(count=draft_lifetime(context).days)


def discard_draft(context: Context, name: str) -> None:
    """A form is over: what was given is where it belongs by now, or its time ran out. Twice does no harm."""
    draft = context.work.drafts.pop(name, None)
    context.work.forms.pop(name, None)
    if draft is not None:
        context.session.sync_session.delete(draft)
