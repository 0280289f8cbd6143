"""Send a copy of one's data, from /data: a PDF to read and a JSON file; both are deleted after a day.

asked ─▶ gathered as far as each link goes ─▶ sheet (PDF) and file (JSON), made when they are sent
"""

from collections.abc import Sequence
from typing import Any

import orjson

from handlers.conversation.context import A_DAY, Context
from handlers.wording.office_text import office_of
from handlers.wording.own_data_text import answer_words, consent_lines, kept_lines, request_lines
from handlers.wording.pdf_sheets import Sheet, SheetSection
from handlers.wording.person_words import described
from handlers.wording.staff_text import seen_lines
from handlers.wording.terms import STAGES
from locales import N_, language
from locales import gettext as _
from locales.times import date_words
from models.applications.application import Application
from models.applications.document import documents_of
from models.applications.overview import PersonOverview, overviews_for
from models.applications.registration import Registration
from models.messaging.attachment import Attachment, AttachmentKind
from models.mydata.access_history import accesses_to, consents_of
from models.mydata.copy import copy_for
from models.mydata.data_request import requests_for
from models.programmes.programme_file import Programme

SHEET, FILE = N_("my-data"), "data.json"
JSON = "application/json"


async def copy(context: Context) -> None:
    """Send both files, with what the account may see now. They can be saved."""
    found = await overviews_for(context.session, context.account, context.now)
    everything = await copy_for(context.session, context.account, context.now)
    context.send(
        _("Here are your data. One file to read, one for a computer."),
        _("Keep the files well. Show them to nobody you do not trust."),
        _("We delete both messages after one day."),
        menu=True,
    )
    sheet = await sheet_of(context, found)
    context.send_file(sheet.attachment(_(SHEET)), _("To read or print."), delete_after=A_DAY)
    context.send_file(as_file(everything), _("For another office or a computer."), delete_after=A_DAY)


def as_file(everything: dict[str, Any]) -> Attachment:
    text = orjson.dumps(everything, option=orjson.OPT_INDENT_2).decode()
    return Attachment(AttachmentKind.TEXT, FILE, text, JSON)


async def sheet_of(context: Context, found: Sequence[PersonOverview]) -> Sheet:
    sections = [section for standing in found for section in await of_person(context, standing)]
    office = office_of(context)
    today = context.reference.day_in(office.region, context.now)
    foot = f"{office.short_name.in_(language())}, {date_words(today)}"
    return Sheet(_("Your data"), [*sections, await of_account(context)], foot)


async def of_person(context: Context, standing: PersonOverview) -> list[SheetSection]:
    """Gather one person: data, files, requests, accesses; only the files where the link's scope ends there."""
    person, number = standing.person, standing.person.id or 0
    applications = [line.application for line in standing.lines]
    files = [await of_file(context, one, shows_answers=standing.shows_data) for one in applications]
    if not standing.shows_data:
        return [SheetSection(str(person.name), [_("You may only see how far the files are.")]), *files]
    asked = await requests_for(context.session, standing.link)
    return [
        SheetSection(str(person.name), described(context, person, in_full=True)),
        *files,
        SheetSection(_("How long it is kept"), kept_lines(context, applications)),
        SheetSection(_("Who has seen it"), seen_lines(context, await accesses_to(context.session, number))),
        *([SheetSection(_("What was asked about it"), request_lines(context, asked))] if asked else []),
    ]


async def of_file(context: Context, application: Application, *, shows_answers: bool) -> SheetSection:
    programme = context.reference.catalogue.get(application.programme)
    region = context.reference.catalogue.office[application.office].region
    name = programme.short_name.in_(language()) if programme else application.programme
    lines = [
        _("Number: {number}").format(number=application.number),
        _(STAGES[application.stage].where),
        _("Registered on {day}.").format(day=date_words(context.reference.day_in(region, application.submitted_at))),
    ]
    if application.completed_at is not None:
        day = date_words(context.reference.day_in(region, application.completed_at))
        lines.append(_("Complete since {day}.").format(day=day))
    if shows_answers:
        lines += [*answer_lines(application, programme), *await paper_lines(context, application, programme)]
    return SheetSection(name, lines)


def answer_lines(application: Application, programme: Programme | None) -> list[str]:
    """Return the programme's own questions with the answers, in words."""
    if programme is None:
        return []
    form = Registration(answers=(application.answers or {}).get("questions", {}))
    asked = [one for one in programme.questions if one.key in form.answers]
    return [f"{one.ask.in_(language(), short=True)} {answer_words(form, one)}" for one in asked]


async def paper_lines(context: Context, application: Application, programme: Programme | None) -> list[str]:
    names = {one.key: one.name.in_(language()) for one in programme.documents} if programme else {}
    papers = [names.get(paper.kind, paper.kind) for paper in await documents_of(context.session, application.id or 0)]
    return [_("Papers we have: {papers}").format(papers=", ".join(papers))] if papers else [_("We have no papers.")]


async def of_account(context: Context) -> SheetSection:
    given = await consents_of(context.session, context.account_id)
    lines = [line for one in given for line in consent_lines(context, one, in_full=True)]
    return SheetSection(_("Consents of this account"), lines or [_("No consent was asked yet.")])
