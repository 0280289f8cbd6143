"""Completing an application: what is still asked, what was given, and when it is complete, which dates its place.

NIK or "belum punya" · kind of disability, where it matters · papers, one by one or put off
    └──▶ everything required is there ──▶ application.complete(now)
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict
from sqlalchemy import and_, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import OVER, Application
from models.applications.document import Document
from models.applications.draft import Draft
from models.applications.registration import Clarification
from models.applications.submission import keyring
from models.audit import record
from models.encrypted import intact
from models.messaging.file_download import FileDownload
from models.people.born import BornField
from models.people.calling_name import calling_name
from models.people.disability import Disability
from models.people.link import Link, Relation, Scope
from models.people.nik import Nik
from models.people.person import NoNik, Person
from models.programmes.programme_file import Programme, all_rules
from models.programmes.programme_parts import RequiredDocument as Paper
from models.programmes.programme_parts import missing_papers, papers_to_complete
from models.programmes.rules import HasDisability, KindIn

FORM = "complete"
VERSION = 1


class ItemState(StrEnum):
    """What was said of a NIK or a paper."""

    GIVEN = "given"
    NONE = "none"
    LATER = "later"
    READING = "reading"
    DOUBTED = "doubted"


class Completion(BaseModel):
    """How far the completing of one file has come. The answers themselves are kept with the person and the file."""

    model_config = ConfigDict(extra="ignore")

    application: int = 0
    person: int = 0
    number: str = ""
    programme: str = ""
    name: str = ""
    promised_at: datetime | None = None
    born: BornField = None
    is_for_self: bool = True
    nik: ItemState | None = None
    why_no_nik: NoNik | None = None
    pending: Clarification | None = None
    kinds_said: bool = False
    chosen: list[str] = []
    papers: dict[str, ItemState] = {}
    instead: str | None = None
    album: str | None = None
    doubted_papers: dict[str, int] = {}
    advice: dict[str, list[str]] = {}

    @property
    def first_name(self) -> str:
        return calling_name(self.name)

    def wants_kinds(self, programme: Programme | None) -> bool:
        return programme is not None and concerns_disability(programme)

    @property
    def is_reading(self) -> bool:
        return ItemState.READING in self.papers.values()

    def next_paper(self, programme: Programme | None, *, all_of_group: bool = False) -> Paper | None:
        """Return the paper to ask for now. In an album the other papers of a group are taken too."""
        papers = documents_to_ask(programme)
        if self.instead and (wanted := next((one for one in papers if one.key == self.instead), None)):
            return wanted
        settled = set(self.papers) if all_of_group else {*self.papers, *self._spared(papers)}
        return next((one for one in papers if one.key not in settled), None)

    def _spared(self, papers: Sequence[Paper]) -> set[str]:
        """Return the documents of a group of which one was already given or put off."""
        groups = {one.group for one in papers if one.group and one.key in self.papers}
        return {one.key for one in papers if one.group in groups}

    def others_of_group(self, programme: Programme | None, paper: Paper) -> list[Paper]:
        """Return the documents that may be sent instead of this one."""
        papers = documents_to_ask(programme)
        return [one for one in papers if paper.group and one.group == paper.group and one.key != paper.key]

    def missing(self, programme: Programme | None) -> "Missing":
        """What a complete file still lacks."""
        given = {key for key, said in self.papers.items() if said is ItemState.GIVEN}
        no_nik = self.nik is ItemState.NONE and self.why_no_nik is not None
        papers = missing_papers(programme.documents, given) if programme else []
        return Missing(nik=not (self.nik is ItemState.GIVEN or no_nik), papers=papers)


class Missing(BaseModel):
    """`papers`: each a list of papers of which one is enough."""

    nik: bool
    papers: list[list[Paper]]

    def __bool__(self) -> bool:
        return self.nik or bool(self.papers)


def concerns_disability(programme: Programme) -> bool:
    """Is the kind of disability needed for this programme? Only then it is asked."""
    rules = (rule for _, rule in all_rules(programme.requirements, ("requirements",)))
    return programme.reveals_disability or any(isinstance(rule, HasDisability | KindIn) for rule in rules)


def documents_to_ask(programme: Programme | None) -> Sequence[Paper]:
    return papers_to_complete(programme.documents) if programme else []


def read(draft: Draft) -> Completion:
    return Completion.model_validate(draft.answers or {})


def write(draft: Draft, form: Completion) -> None:
    draft.answers, draft.version = form.model_dump(mode="json", exclude_defaults=True), VERSION
    draft.subject = form.application or None


MAY_ACT = or_(
    col(Link.scope) == Scope.ACT,
    and_(col(Link.scope) == Scope.TYPED_ONLY, col(Application.account_id) == col(Link.account_id)),
)
"""The same as `Link.may_act_on`, for the database."""


async def may_complete(session: AsyncSession, account_id: int, application_id: int, now: datetime) -> bool:
    """May this account still give something for this file? A link may have ended while a question was open."""
    question = (
        select(Link)
        .join(Application, col(Application.person_id) == Link.person_id)
        .where(Link.account_id == account_id, Application.id == application_id, MAY_ACT)
    )
    return any(link.holds(now) for link in await session.exec(question))


async def open_applications(session: AsyncSession, account_id: int, now: datetime) -> list[tuple[Application, Person]]:
    """Return the files that this account may complete and that are not complete, newest first.

    Those it typed itself, and all of a person for whom it may act.
    """
    question = (
        select(Application, Person, Link)
        .where(
            Link.account_id == account_id,
            col(Link.person_id) == Person.id,
            col(Application.person_id) == Person.id,
            MAY_ACT,
            col(Application.completed_at).is_(None),
            col(Application.stage).not_in(OVER),
        )
        .order_by(col(Application.id).desc())
    )
    rows = await session.exec(question)
    return [(application, person) for application, person, link in rows if link.holds(now)]


async def begin(session: AsyncSession, account_id: int, application: Application, person: Person) -> Completion:
    """Return the form for a file, with what it already has."""
    given = await session.exec(select(Document.kind).where(Document.application_id == application.id))
    question = select(Link.relation).where(Link.account_id == account_id, Link.person_id == person.id)
    relation = (await session.exec(question)).first()
    return Completion(
        application=application.id or 0,
        person=person.id or 0,
        number=application.number,
        programme=application.programme,
        name=person.name,
        promised_at=application.promised_at,
        born=person.born,
        is_for_self=relation is Relation.SELF,
        nik=ItemState.GIVEN if person.nik else ItemState.NONE if person.no_nik else None,
        why_no_nik=person.no_nik,
        kinds_said=person.disabilities is not None,
        papers=dict.fromkeys(given, ItemState.GIVEN),
    )


async def record_nik(session: AsyncSession, form: Completion, nik: Nik, by: int, now: datetime) -> None:
    """Store a NIK. Findings are for staff; the applicant is not told whether it was on file before."""
    person = await _person(session, form)
    person.nik, person.nik_hash = nik.number, keyring(session).blind_index("nik", nik.number)
    person.nik_findings, person.no_nik, person.changed_at = sorted(nik.findings), None, now
    form.nik, form.why_no_nik = ItemState.GIVEN, None
    await record(session, at=now, by=by, act="nik_given", entity="person", entity_id=person.id)


async def record_missing_nik(session: AsyncSession, form: Completion, why: NoNik, by: int, now: datetime) -> None:
    person = await _person(session, form)
    person.no_nik, person.nik, person.nik_hash, person.nik_findings, person.changed_at = why, None, None, None, now
    form.nik, form.why_no_nik = ItemState.NONE, why
    await record(session, at=now, by=by, act="nik_missing", entity="person", entity_id=person.id)


async def record_disabilities(
    session: AsyncSession, form: Completion, kinds: Iterable[Disability], now: datetime
) -> None:
    """Keep the kinds of disability; none of them means that no answer was wanted."""
    person = await _person(session, form)
    person.disabilities, person.changed_at = {"kinds": [kind.value for kind in kinds]}, now
    form.kinds_said, form.chosen = True, []


async def kinds_named_before(session: AsyncSession, account_id: int, now: datetime) -> list[Disability]:
    """The kinds of disability that the holder of this account has named for themselves, in any file."""
    question = select(Link, Person).join(Person).where(Link.account_id == account_id, Link.relation == Relation.SELF)
    own = [person for link, person in await session.exec(question) if link.holds(now)]
    return sorted({kind for person in own for kind in person.disability_kinds or ()})


async def attach_document(
    session: AsyncSession, download: FileDownload, advice: Sequence[str], by: int, now: datetime
) -> Document | None:
    """Put a fetched paper into its file; None where the file is gone."""
    application = await session.get(Application, download.subject)
    if application is None or download.stored_as is None:
        return None
    document = Document(
        application_id=application.id or 0,
        person_id=application.person_id,
        kind=intact(download.source)["document"],
        download_id=download.id,
        stored_as=download.stored_as,
        media_type=download.media_type or "",
        size=download.size or 0,
        advice=list(advice),
        given_at=now,
    )
    session.add(document)
    note = {"document": document.kind}
    await record(
        session, at=now, by=by, act="document_given", entity="application", entity_id=application.id, note=note
    )
    return document


async def finish(session: AsyncSession, form: Completion, by: int, now: datetime) -> bool:
    """Mark the file as complete, which dates its place in the waiting list; False if it was before."""
    application = await session.get(Application, form.application)
    is_first = application is not None and application.complete(now)
    if is_first:
        await record(session, at=now, by=by, act="complete", entity="application", entity_id=form.application)
    return is_first


async def _person(session: AsyncSession, form: Completion) -> Person:
    person = await session.get(Person, form.person)
    if person is None:
        raise LookupError(f"the person of file {form.application} is gone")
    return person
