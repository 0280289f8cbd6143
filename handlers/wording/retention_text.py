"""Say how long data is kept: each file with its reason and its end; and what is kept beside the files."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.wording.example_text import OFFICE, marked
from locales import N_, language
from locales import gettext as _
from locales.times import date_words, span_words
from models.applications.application import Application
from models.mydata.retention_facts import KeepReason, KeptFile, kept_files

BECAUSE = {
    KeepReason.RUNS: N_("Why: the registration is still open."),
    KeepReason.TAKES_PART: N_("Why: the office must prove who took part."),
    KeepReason.ENDED: N_("Why: you may still ask or object."),
}


def kept_lines(context: Context, applications: Sequence[Application]) -> list[str]:
    """Return a paragraph for each file; without files the rule for that case."""
    if not applications:
        return [_("There is no registration.")]
    kept = kept_files(applications, context.reference.catalogue.office.retention)
    return [line for one in kept for line in file_lines(context, one)]


def file_lines(context: Context, kept: KeptFile) -> list[str]:
    application = kept.application
    programme = context.reference.catalogue.get(application.programme)
    name = programme.short_name.in_(language()) if programme else application.programme
    region = context.reference.catalogue.office[application.office].region
    end = (
        kept_words(context, _("Kept until {day}.").format(day=date_words(context.reference.day_in(region, kept.until))))
        if kept.until
        else _("Kept as long as it is open.")
    )
    return [
        _("{programme}, number {number}:").format(programme=name, number=application.number),
        end,
        _(BECAUSE[kept.why]),
    ]


def general_lines(context: Context) -> list[str]:
    """Return the rules for all accounts."""
    retention = context.reference.catalogue.office.retention
    return [
        kept_words(context, _("Unsent answers go after {count} days.").format(count=retention.draft)),
        _("What remains at last: number, programme, stage, dates."),
        _("It has no name any more."),
        kept_words(context, _("The record of who looked stays for {span}.").format(span=span_words(retention.audit))),
    ]


def kept_words(context: Context, sentence: str) -> str:
    return marked(sentence, context.reference, OFFICE, "retention")
