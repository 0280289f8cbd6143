"""The last word of completing: the file is complete, or what it still lacks; and what happens next."""

from telegram.ext import ConversationHandler

from handlers import printed_letters
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context, is_for_somebody, name_now
from handlers.conversation.drafts import discard_draft
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import STAFF_MENU, show_menu
from locales import N_, language
from locales import gettext as _
from locales.times import day_words
from models.applications.application import Application
from models.applications.completion import FORM, Completion, Missing
from models.applications.draft import ASSISTED
from models.applications.registration import FORM as REGISTER
from models.programmes.programme_file import Programme


def say_end(context: Context, form: Completion, programme: Programme | None) -> int:
    """Say it, and put the form away: what was given is with the file."""
    missing = form.missing(programme)
    lines = lacking(form, missing) if missing else complete(context, form, programme)
    discard_draft(context, name_now(FORM))
    if is_for_somebody():
        offer(context, "\n".join(lines), [next_person()])
    else:
        show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def next_person() -> Choice:
    """At the counter the next one may come."""
    return Choice(CallbackData(STAFF_MENU, REGISTER + ASSISTED, ""), N_("Register the next person"))


def lacking(form: Completion, missing: Missing) -> list[str]:
    return [
        _("File {number} is not complete yet.").format(number=form.number),
        *(_("Still missing: {paper}.").format(paper=one) for one in missing_words(missing)),
        _("To go on, type /loket.") if is_for_somebody() else _("Type /lengkapi to go on. Your status reminds you."),
    ]


def missing_words(missing: Missing) -> list[str]:
    """What is missing, one line each; of alternatives "KTP atau Kartu Keluarga"."""
    papers = [_(" or ").join(one.name.in_(language()) for one in several) for several in missing.papers]
    return [*([_("the NIK")] if missing.nik else []), *papers]


def dated(form: Completion) -> list[str]:
    return [_("File {number} is complete.").format(number=form.number), _("That dates your turn.")]


def complete(context: Context, form: Completion, programme: Programme | None) -> list[str]:
    lines = [*dated(form), *next_lines(context, form, programme)]
    return [*lines, _("We print the next news.") if is_for_somebody() else _("We will send you news here.")]


async def bring_news(context: Context, form: Completion, programme: Programme | None) -> None:
    """Staff gave the last that was missing: the person hears it, or reads it."""
    application = await context.session.get_one(Application, form.application)

    def lines() -> list[str]:
        return [*dated(form), *next_lines(context, form, programme)]

    await printed_letters.bring(context, application, f"complete:{form.number}", N_("The file is complete"), lines)


def next_lines(context: Context, form: Completion, programme: Programme | None) -> list[str]:
    lines: list[str] = []
    if programme is not None and form.promised_at is not None:
        office = context.reference.catalogue.office[programme.next_step.office]
        day = context.reference.day_in(office.region, form.promised_at)
        lines = [
            _("Next: {step}").format(step=programme.next_step.wording.in_(language(), short=True)),
            _("At the latest on {day}.").format(day=day_words(day)),
        ]
    return lines
