"""A copy of everything that one account may see of its people, complete and as it is stored; for a machine to read.

    account ─┬─ itself, its consents, its questions, its unsent answers, what the bot said to it
             └─ each of its people: as far as the link in force goes ─▶ data · files · papers · helpers · who looked

`COPIED` and `LEFT_OUT` name every column of every table that speaks of people; a test holds them against the tables.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import Application
from models.applications.departure import REQUEST, Departure, Respondent
from models.applications.document import Document, documents_of
from models.applications.draft import Draft
from models.applications.overview import PersonOverview, overviews_for
from models.audit import Audit, record
from models.encrypted import VERSION
from models.help_request import HelpRequest
from models.messaging.outbox import OVER, Call
from models.messaging.printed_letter import PrintedLetter, letters_to_person
from models.mydata.access_history import accesses_to
from models.mydata.data_request import DataRequest, requests_for
from models.offices.staff import Staff
from models.people.account import Account
from models.people.consent import Consent
from models.people.link import Link, links_of, links_of_account
from models.people.person import Person

COPIED: Mapping[type[SQLModel], tuple[str, ...]] = {
    Account: ("telegram_id", "language", "mode", "address", "called", "organisation", "came_by", "created_at"),
    Person: (
        "name", "birth_date", "regency", "district", "village", "village_text", "phone", "needs", "nik", "no_nik",
        "nik_findings", "disabilities", "card_seen_at", "unsorted_since", "created_at", "changed_at",
    ),
    Application: (
        "number", "programme", "office", "stage", "answers", "submitted_at", "completed_at", "promised_at",
        "promises_broken", "moved_at",
    ),
    Document: ("kind", "media_type", "size", "advice", "given_at"),
    Departure: ("voice", "state", "asked_at", "answer_by", "answered_at", "words", "assisted_by"),
    Link: ("relation", "scope", "made_at", "agreed_at", "expires_at", "revoked_at", "seen_at", "guardian_proven_at"),
    Consent: ("purpose", "answer", "version", "shown", "language", "mode", "assisted_by", "at"),
    DataRequest: (
        "reference", "kind", "about", "wish", "office", "state", "asked_at", "promised_at", "answered_at", "answer",
    ),
    HelpRequest: ("reference", "kind", "words", "no_calls", "state", "asked_at", "promised_at"),
    Draft: ("form", "answers", "changed_at"),
    PrintedLetter: ("office", "words", "made_at", "printed_at", "handed_at"),
    Audit: ("at", "act", "before", "after"),
    Call: ("method", "made_at", "settled_at", "state"),
}  # fmt: skip
"""What stands in the copy, by the names of its columns."""

NUMBER, HASH = "only a number inside the database", "only serves to find somebody, and cannot be read back"
LEFT_OUT: Mapping[str, str] = {
    VERSION: "to which state of its row an encrypted value is bound; every such table has it",
    "account.id": NUMBER,
    "account.greeted_at": "when the bot last greeted; of use to nobody else",
    "account.unreachable": "why Telegram did not take a message",
    "person.id": NUMBER,
    "person.phone_hash": HASH,
    "person.nik_hash": HASH,
    "person.alike_hash": HASH,
    "application.id": NUMBER,
    "application.kode_cek_hash": HASH,
    "application.code_shown_to": NUMBER,
    "application.account_id": NUMBER,
    "application.person_id": NUMBER,
    "application.programme_version_id": NUMBER,
    "document.id": NUMBER,
    "document.application_id": NUMBER,
    "document.person_id": NUMBER,
    "document.download_id": NUMBER,
    "document.stored_as": "the name of the encrypted file",
    "departure.id": NUMBER,
    "departure.application_id": NUMBER,
    "departure.link_id": NUMBER,
    "departure.heard_by": "the office answers for its staff",
    "departure.request_id": NUMBER,
    "link.id": NUMBER,
    "link.account_id": NUMBER,
    "link.person_id": NUMBER,
    "consent.id": NUMBER,
    "consent.account_id": NUMBER,
    "consent.person_id": NUMBER,
    "data_request.id": NUMBER,
    "data_request.account_id": NUMBER,
    "data_request.person_id": NUMBER,
    "data_request.region": "a part of the address",
    "data_request.answered_by": "the office answers for its staff",
    "help_request.id": NUMBER,
    "help_request.account_id": NUMBER,
    "help_request.chat_id": "the number of the account in Telegram",
    "help_request.download_id": NUMBER,
    "printed_letter.id": NUMBER,
    "printed_letter.person_id": NUMBER,
    "printed_letter.occasion": "why it was written, by numbers inside the database",
    "draft.id": NUMBER,
    "draft.account_id": NUMBER,
    "draft.version": "the shape of the form",
    "draft.subject": NUMBER,
    "audit.id": NUMBER,
    "audit.by": "an account; who looked is told as post and office",
    "audit.entity": "the file itself",
    "audit.entity_id": NUMBER,
    "audit.note": "the reasons of staff are told with who looked; other notes speak of those who help",
    "outbox": "the words and moments are in the copy; the rest is how Telegram was called",
    "audit.note_mark": "a digest of a note that was emptied",
    "audit_seal": "digests of the log",
    "breach": "what an office declared; the people it reached are told one by one",
    "breach_notice": "which message of a breach was sent; it is among the messages",
    "conversation_state": "where a talk stands, of a few minutes",
    "inbox": "what was written is emptied as soon as it was answered",
    "file_download": "how a file was fetched; the papers are listed",
    "scheduled_event": "when the bot looks again; its dates stand at the files",
    "erasure": "a number and a day, after everything else is gone",
    "name_word": HASH,
    "permission": "a question that waits for an answer; what came of it stands among links and consents",
    "staff": "about members of staff, who see their post with /petugas",
    "invitation": "about members of staff",
    "failed_attempt": "keyed hashes of what was tried, for some days",
    "refused_attempts": "how often an account was turned away, for some days",
    "attempt_lock": "until when an account can try nothing, which it is told when it tries",
    "office": "about no person",
    "running_number": "about no person",
    "heartbeat": "about no person",
    "programme_version": "about no person",
    "data_key": "about no person",
    "identity": "about no person",
    "shred": "names of encrypted files that are about to be destroyed",
}
"""What does not stand in it, and why: a column, a whole table, or a column that many tables have."""


async def copy_for(session: AsyncSession, account: Account, now: datetime) -> dict[str, Any]:
    """Everything, in plain values; that it was asked for is written down."""
    found = await overviews_for(session, account, now)
    people = {standing.person.id for standing in found}
    files = {line.application.id for standing in found for line in standing.lines}
    consents = [one for one in await _of_account(session, Consent, account) if one.person_id in {None, *people}]
    drafts = [one for one in await _of_account(session, Draft, account) if one.subject in {None, *files}]
    drafts = [one for one in drafts if not one.is_assisted]  # it speaks of an applicant at the counter
    questions = await _of_account(session, HelpRequest, account)
    await record(session, at=now, by=account.id, act="copy", entity="account", entity_id=account.id)
    return {
        "made_at": now,
        "account": row_of(account),
        "consents": rows_of(consents),
        "questions_to_staff": rows_of([one for one in questions if one.kind != REQUEST]),  # that stands at its file
        "unsent_answers": rows_of(drafts),
        "people": [await _person(session, standing, now) for standing in found],
        "messages": await messages_of(session, account, now),
    }


def row_of(row: SQLModel) -> dict[str, Any]:
    return {name: getattr(row, name) for name in COPIED[type(row)]}


def rows_of(rows: Sequence[SQLModel]) -> list[dict[str, Any]]:
    return [row_of(row) for row in rows]


async def _of_account(session: AsyncSession, table: Any, account: Account) -> list[Any]:
    return list(await session.exec(select(table).where(table.account_id == account.id).order_by(table.id)))


async def _person(session: AsyncSession, standing: PersonOverview, now: datetime) -> dict[str, Any]:
    """Return one person as far as the link goes: to a caregiver who may only look the files of /status, no data."""
    person, link = standing.person, standing.link
    told: dict[str, Any] = {
        "link": row_of(link),
        "files": [await _file(session, line.application, standing) for line in standing.lines],
    }
    if not standing.shows_data:
        return {"person": {"name": person.name}, **told}
    number = person.id or 0
    seen = [one._asdict() for one in await accesses_to(session, number)]
    asked = await requests_for(session, link)
    written = [row_of(one) | {"words": one.for_others()} for one in await letters_to_person(session, number)]
    told |= {"seen_by_staff": seen, "requests": rows_of(asked), "letters": written}
    return {"person": row_of(person), **told, **(await _helpers(session, standing, now) if link.is_self else {})}


async def _file(session: AsyncSession, application: Application, standing: PersonOverview) -> dict[str, Any]:
    row, shows_data = row_of(application), standing.shows_data
    steps = select(Audit).where(Audit.entity == "application", Audit.entity_id == application.id)
    papers = await documents_of(session, application.id or 0)
    leaving = select(Departure).where(Departure.application_id == application.id).order_by(col(Departure.id))
    return {
        **(row if shows_data else {name: value for name, value in row.items() if name != "answers"}),
        "steps": [row_of(step) for step in await session.exec(steps.order_by(col(Audit.id)))],
        "leaving_home": [_leaving_answer(one, standing.link) for one in await session.exec(leaving)]
        if shows_data
        else [],
        "papers": rows_of(papers) if shows_data else [{"kind": paper.kind} for paper in papers],
    }


def _leaving_answer(said: Departure, link: Link) -> dict[str, Any]:
    """Return an answer about leaving home; the words written to staff only for their author."""
    is_their_own = link.is_self if said.voice is Respondent.OWN else said.link_id == link.id
    return row_of(said) | ({} if is_their_own else {"words": None, "assisted_by": None})


async def _helpers(session: AsyncSession, standing: PersonOverview, now: datetime) -> dict[str, Any]:
    """Return, for the own account only, the caregivers and the answers given for the person on other phones."""
    number = standing.person.id or 0
    linked = await links_of(session, number, now)
    answered = select(Consent).where(Consent.person_id == number, Consent.account_id != standing.link.account_id)
    helping = select(Link.account_id).where(Link.person_id == number)
    before_staff = {"assisted_by": None}  # the office answers for its staff
    helpers = set(await session.exec(helping))
    return {
        "helped_by": [{"called": one.called, **row_of(link)} for link, one in linked if not link.is_self],
        "consents_on_other_phones": [
            row_of(one) | ({} if one.account_id in helpers else before_staff)
            for one in await session.exec(answered.order_by(col(Consent.id)))
        ],
    }


async def messages_of(session: AsyncSession, account: Account, now: datetime) -> list[dict[str, Any]]:
    """Return the bot's messages in this chat, as long as they are kept; none where a link of this account has ended.

    Messages speak of every person whom the account served then, also of those it no longer serves; those of an officer
    speak of applicants at the counter.
    """
    posts = select(Staff.id).where(Staff.account_id == account.id).limit(1)
    if (await session.exec(posts)).first() is not None:
        return []
    if not all(link.holds(now) for link, _person in await links_of_account(session, account.id or 0)):
        return []
    question = select(Call).where(OVER, col(Call.chat_id) == account.telegram_id, col(Call.body).is_not(None))
    calls = await session.exec(question.order_by(col(Call.id)))
    return [{**row_of(call), "words": words} for call in calls if (words := _text_of(call.body))]


def _text_of(body: dict[str, Any]) -> str | None:
    return body.get("text") or body.get("caption")
