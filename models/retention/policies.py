"""The kinds of data that go after some days, in the order in which they are removed; why others stay is in 0020.

Each line: whose days in the office's file, what goes, from when its days count, and how it goes.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models import audit_seal
from models.applications.draft import Draft
from models.audit_seal import AuditSeal
from models.breach import Breach, BreachNotice
from models.failed_attempts import AttemptLock, FailedAttempt, RefusedAttempts
from models.help_request import HelpRequest, HelpState
from models.messaging.conversation_state import ConversationState
from models.messaging.file_download import DownloadState, FileDownload
from models.messaging.inbox import InboxItem
from models.messaging.outbox import Call
from models.messaging.printed_letter import PrintedLetter
from models.mydata.data_request import DataRequest, RequestState
from models.offices.invitation import Invitation
from models.offices.staff import Staff
from models.people.account import Account
from models.people.erasure import shred
from models.people.permission import Permission
from models.retention import accounts, people
from models.retention.orphans import unreferenced
from models.retention.policy import Policy
from models.scheduled import ScheduledEvent, ScheduledKind, ScheduledState

PEOPLE_AT_ONCE = 1
"""Erasing one person touches a dozen tables: with five, updates waited for a third of a second."""


STRETCHES_AT_ONCE = 5


def delete_rows(key: Any) -> Any:
    """Removal that only deletes the rows."""

    async def gone(session: AsyncSession, keys: Sequence[Any], now: datetime) -> None:
        await (await session.connection()).execute(delete(key.table).where(key.in_(keys)))

    return gone


async def _clear_conversation(session: AsyncSession, chat_ids: Sequence[int], now: datetime) -> None:
    """Empty the state; the row stays, since it says when the account was last active."""
    await (await session.connection()).execute(
        update(ConversationState).where(col(ConversationState.chat_id).in_(chat_ids)).values(state=None)
    )


async def _clear_letters(session: AsyncSession, keys: Sequence[int], now: datetime) -> None:
    """Empty the words; the row stays, so that no letter is written twice."""
    await (await session.connection()).execute(
        update(PrintedLetter).where(col(PrintedLetter.id).in_(keys)).values(words=None)
    )


async def _delete_help_requests(session: AsyncSession, keys: Sequence[int], now: datetime) -> None:
    sent = list(await session.exec(select(HelpRequest.download_id).where(col(HelpRequest.id).in_(keys))))
    await delete_rows(col(HelpRequest.id))(session, keys, now)
    await _delete_downloads(session, [one for one in sent if one], now)


async def _delete_downloads(session: AsyncSession, keys: Sequence[int], now: datetime) -> None:
    """Delete the rows at once, the files soon after, as in an erasure."""
    stored = list(await session.exec(select(FileDownload.stored_as).where(col(FileDownload.id).in_(keys))))
    await shred(session, [name for name in stored if name])
    await delete_rows(col(FileDownload.id))(session, keys, now)


async def _delete_breaches(session: AsyncSession, keys: Sequence[int], now: datetime) -> None:
    await (await session.connection()).execute(delete(BreachNotice).where(col(BreachNotice.breach_id).in_(keys)))
    await delete_rows(col(Breach.id))(session, keys, now)


def _has_no_timer() -> Any:
    """Return the condition that a draft has no timer: one with a timer is ended by it, which tells the person."""
    is_waiting = (
        ScheduledEvent.kind == ScheduledKind.DRAFT_ENDS,
        ScheduledEvent.state == ScheduledState.WAITING,
        ScheduledEvent.subject == Draft.account_id,
    )
    return ~select(ScheduledEvent.id).where(*is_waiting).correlate(Draft).exists()


def _has_no_draft() -> Any:
    """Return the condition that no open form waits for these files."""
    return ~select(Draft.id).where(Draft.subject == FileDownload.subject).correlate(FileDownload).exists()


def _is_oldest_stretch() -> Sequence[Any]:
    """Return the condition that no older seal is newer, as when the clock was set back: the log is cut from its
    beginning."""
    older = aliased(AuditSeal)
    kept = select(older.id).where(
        col(older.id) < col(AuditSeal.id), col(older.made_at) > col(AuditSeal.made_at), col(older.cut_at).is_(None)
    )
    return (~kept.correlate(AuditSeal).exists(),)


POLICIES: tuple[Policy, ...] = (
    Policy(
        "draft",
        "forms that were not sent",
        key=col(Draft.id),
        since=col(Draft.changed_at),
        ended=lambda days: (_has_no_timer(),),
        remove=delete_rows(col(Draft.id)),
    ),
    Policy(
        "conversation",
        "talks that were left open",
        key=col(ConversationState.chat_id),
        since=col(ConversationState.changed_at),
        ended=lambda days: (col(ConversationState.state).is_not(None),),
        remove=_clear_conversation,
    ),
    Policy(
        "refused",
        "people whose last file was refused, withdrawn or ran out",
        key=col(people.FILE.person_id),
        since=col(people.FILE.moved_at),
        ended=people.refused,
        remove=people.erase_people,
        called=col(people.FILE.number),
        at_once=PEOPLE_AT_ONCE,
    ),
    Policy(
        "participant",
        "people who took part to the end",
        key=col(people.FILE.person_id),
        since=col(people.FILE.moved_at),
        ended=people.participants,
        remove=people.erase_people,
        called=col(people.FILE.number),
        at_once=PEOPLE_AT_ONCE,
    ),
    Policy(
        "question",
        "answered questions to staff",
        key=col(HelpRequest.id),
        since=col(HelpRequest.promised_at),
        ended=lambda days: (HelpRequest.state == HelpState.ANSWERED, *unreferenced(HelpRequest)),
        remove=_delete_help_requests,
        called=col(HelpRequest.reference),
        held=(HelpRequest.state == HelpState.OPEN,),
    ),
    Policy(
        "question",
        "answered requests about own data",
        key=col(DataRequest.id),
        since=func.coalesce(col(DataRequest.answered_at), col(DataRequest.promised_at)),
        ended=lambda days: (DataRequest.state != RequestState.OPEN, *unreferenced(DataRequest)),
        remove=delete_rows(col(DataRequest.id)),
        called=col(DataRequest.reference),
        held=(DataRequest.state == RequestState.OPEN,),
    ),
    Policy(
        "unused_paper",
        "papers that came into no file",
        key=col(FileDownload.id),
        since=col(FileDownload.settled_at),
        ended=lambda days: (
            FileDownload.state != DownloadState.WANTED,
            _has_no_draft(),
            *unreferenced(FileDownload),
        ),
        remove=_delete_downloads,
    ),
    Policy(
        "received",
        "letters of the inbox",
        key=col(InboxItem.seq),
        since=col(InboxItem.done_at),
        remove=delete_rows(col(InboxItem.seq)),
    ),
    Policy(
        "received",
        "timers that came",
        key=col(ScheduledEvent.id),
        since=col(ScheduledEvent.settled_at),
        remove=delete_rows(col(ScheduledEvent.id)),
    ),
    Policy(
        "sent",
        "messages of the outbox",
        key=col(Call.id),
        since=col(Call.settled_at),
        remove=delete_rows(col(Call.id)),
    ),
    Policy(
        "sent",
        "words of letters that were handed over",
        key=col(PrintedLetter.id),
        since=col(PrintedLetter.handed_at),
        ended=lambda days: (col(PrintedLetter.words).is_not(None),),
        remove=_clear_letters,
    ),
    Policy(
        "code",
        "permissions asked for, answered or over",
        key=col(Permission.id),
        since=func.coalesce(col(Permission.answered_at), col(Permission.ends_at)),
        ended=lambda days: unreferenced(Permission),
        remove=delete_rows(col(Permission.id)),
    ),
    Policy(
        "code",
        "invitations, used or over",
        key=col(Invitation.id),
        since=func.coalesce(col(Invitation.settled_at), col(Invitation.ends_at)),
        ended=lambda days: unreferenced(Invitation),
        remove=delete_rows(col(Invitation.id)),
    ),
    Policy(
        "failed_attempt",
        "wrong tries",
        key=col(FailedAttempt.id),
        since=col(FailedAttempt.at),
        remove=delete_rows(col(FailedAttempt.id)),
    ),
    Policy(
        "failed_attempt",
        "days on which an account was turned away",
        key=col(RefusedAttempts.id),
        since=col(RefusedAttempts.at),
        remove=delete_rows(col(RefusedAttempts.id)),
    ),
    Policy(
        "failed_attempt",
        "accounts that were closed for tries, and are open again",
        key=col(AttemptLock.account_id),
        since=col(AttemptLock.until),
        remove=delete_rows(col(AttemptLock.account_id)),
    ),
    Policy(
        "staff",
        "posts that ended",
        key=col(Staff.id),
        since=col(Staff.left_at),
        ended=lambda days: unreferenced(Staff),
        remove=delete_rows(col(Staff.id)),
        called=col(Staff.id),
    ),
    Policy(
        "breach",
        "breaches of data, and who was told",
        key=col(Breach.id),
        since=col(Breach.known_at),
        remove=_delete_breaches,
        called=col(Breach.id),
    ),
    Policy(
        "visitor",
        "accounts that never registered anybody",
        key=col(Account.id),
        since=accounts.LAST_ACTIVE,
        ended=accounts.visitors,
        remove=accounts.remove,
        called=col(Account.id),
    ),
    Policy(
        "consent",
        "accounts whose people were all erased, with what they agreed to",
        key=col(Account.id),
        since=accounts.LAST_SERVED,
        ended=accounts.former,
        remove=accounts.remove,
        called=col(Account.id),
    ),
    Policy(
        "audit",
        "sealed stretches of the log of who did what",
        key=col(AuditSeal.id),
        since=col(AuditSeal.made_at),
        ended=lambda days: (col(AuditSeal.cut_at).is_(None), *_is_oldest_stretch()),
        remove=audit_seal.cut,
        called=col(AuditSeal.id),
        at_once=STRETCHES_AT_ONCE,
    ),
)
"""Every kind of row that is removed by its age. Backups are files: `sapa backup` removes them from the folder it writes
to."""


def tables() -> set[str]:
    """Return the tables out of which something goes by its days."""
    return {kind.key.table.name for kind in POLICIES}
