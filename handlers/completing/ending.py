"""The last word of completing: the file is complete, or what it still lacks; and what happens next."""

from telegram.ext import ConversationHandler

from handlers.asking.drafts import put_away
from handlers.context import Talk, name_now
from handlers.menu import show_menu
from locales import gettext as _
from locales import language
from locales.times import day_words
from models.applications.completion import FORM, Completion, Missing
from models.programmes.programme_file import Programme


def say_end(context: Talk, form: Completion, programme: Programme | None) -> int:
    """Say it, and put the form away: what was given is with the file."""
    missing = form.missing(programme)
    lines = lacking(form, missing) if missing else complete(context, form, programme)
    put_away(context, name_now(FORM))
    show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def lacking(form: Completion, missing: Missing) -> list[str]:
    return [
        _("File {number} is not complete yet.").format(number=form.number),
        *(_("Still missing: {paper}.").format(paper=one) for one in missing_words(missing)),
        _("Type /lengkapi to go on. Your status reminds you."),
    ]


def missing_words(missing: Missing) -> list[str]:
    """What is missing, one line each; of alternatives "KTP atau Kartu Keluarga"."""
    papers = [_(" or ").join(one.name.in_(language()) for one in several) for several in missing.papers]
    return [*([_("the NIK")] if missing.nik else []), *papers]


def dated(form: Completion) -> list[str]:
    return [_("File {number} is complete.").format(number=form.number), _("That dates your turn.")]


def complete(context: Talk, form: Completion, programme: Programme | None) -> list[str]:
    lines = dated(form)
    if programme is not None and form.promised_at is not None:
        office = context.desk.catalogue.office[programme.next_step.office]
        day = context.desk.day_in(office.region, form.promised_at)
        lines += [
            _("Next: {step}").format(step=programme.next_step.wording.in_(language(), short=True)),
            _("At the latest on {day}.").format(day=day_words(day)),
        ]
    return [*lines, _("We will send you news here.")]
