"""Load and save the typed form of a conversation in a draft of the account, and discard it.

draft (any version) ──load──▶ form ──an answer is put into it──▶ save ──▶ draft          [sent] ──▶ discard_draft
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from handlers.conversation.context import Context
from locales import gettext as _
from models.applications.draft import Draft

Form = TypeVar("Form")


@dataclass(frozen=True)
class DraftStore(Generic[Form]):
    """Load and save one kind of form: its empty form, and how a draft of any version is read and written.

    A draft has the name of its conversation: an officer's draft at the counter is kept beside the account's own.
    """

    empty: Callable[[], Form]
    read: Callable[[Draft], Form]
    write: Callable[[Draft, Form], None]

    def load(self, context: Context, name: str) -> Form:
        """Return the answers so far; an empty form where there are none yet."""
        draft = context.work.drafts.get(name)
        return self.read(draft) if draft else self.empty()

    def save(self, context: Context, name: str, form: Form) -> None:
        """Write the answers into the draft; the transaction stores it."""
        draft = context.work.drafts.get(name) or begin_draft(context, name)
        self.write(draft, form)
        draft.changed_at = context.now


def begin_draft(context: Context, name: str) -> Draft:
    draft = Draft(account_id=context.account_id, form=name, version=0, answers={}, changed_at=context.now)
    context.session.add(draft)
    context.work.drafts[name] = draft
    return draft


def draft_lifetime(context: Context) -> timedelta:
    """Return how long a draft is kept, by the office's days."""
    return timedelta(days=context.reference.catalogue.office.retention.draft)


def kept_words(context: Context) -> str:
    return _("Your answers are kept for {count} days.").format(count=draft_lifetime(context).days)


def discard_draft(context: Context, name: str) -> None:
    """Discard a draft: its answers were stored elsewhere, or it expired. Idempotent."""
    draft = context.work.drafts.pop(name, None)
    if draft is not None:
        context.session.sync_session.delete(draft)
