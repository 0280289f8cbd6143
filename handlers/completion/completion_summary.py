"""Say how completing a file ended: it is complete, or what it still lacks; and what happens next."""

from telegram.ext import ConversationHandler

from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.conversation.follow_ups import offer
from handlers.conversation.menu import STAFF_MENU, show_menu
from handlers.notify import Notice, notify
from handlers.wording.example_text import PROMISED, marked
from locales import N_, language
from locales import gettext as _
from locales.times import day_words
from models.applications.application import Application
from models.applications.completion import Completion, Missing
from models.applications.draft import ASSISTED
from models.applications.registration import FORM as REGISTER
from models.notices import Category, Print
from models.programmes.programme_file import Programme


def say_end(context: Context, form: Completion, programme: Programme | None, *, assisted: bool) -> int:
    """Say whether the file is complete; the form is over, for its answers are stored with the file."""
    if missing := form.missing(programme):
        lines = lacking(form, missing, assisted)
    else:
        news = _("We print the next news.") if assisted else _("We will send you news here.")
        lines = [*complete(context, form, programme), news]
    if assisted:
        offer(context, "\n".join(lines), [next_person()])
    else:
        show_menu(context, "\n".join(lines))
    return ConversationHandler.END


def next_person() -> Choice:
    """At the counter, offer to register the next person."""
    return Choice(CallbackData(STAFF_MENU, REGISTER + ASSISTED, ""), N_("Register the next person"))


def lacking(form: Completion, missing: Missing, assisted: bool) -> list[str]:
    return [
        _("File {number} is not complete yet.").format(number=form.number),
        *(_("Still missing: {paper}.").format(paper=one) for one in missing_words(missing)),
        _("To go on, type /loket.") if assisted else _("Type /lengkapi to go on. Your status reminds you."),
    ]


def missing_words(missing: Missing) -> list[str]:
    """Return what is missing, one line each; of alternatives "KTP atau Kartu Keluarga"."""
    papers = [_(" or ").join(one.name.in_(language()) for one in several) for several in missing.papers]
    return [*([_("the NIK")] if missing.nik else []), *papers]


def dated(form: Completion) -> list[str]:
    return [_("File {number} is complete.").format(number=form.number), _("That dates your turn.")]


async def bring_news(context: Context, form: Completion, programme: Programme | None) -> None:
    """Tell the person, in chat or on paper, that staff completed the file."""
    application = await context.session.get_one(Application, form.application)
    await notify(context, application, COMPLETE, form=form, programme=programme)


def complete(context: Context, form: Completion, programme: Programme | None) -> list[str]:
    """Return the lines of a complete file: what happens next, and by when."""
    if programme is None or form.promised_at is None:
        return dated(form)
    office = context.reference.catalogue.office[programme.next_step.office]
    day = context.reference.day_in(office.region, form.promised_at)
    return [
        *dated(form),
        _("Next: {step}").format(step=programme.next_step.wording.in_(language(), short=True)),
        marked(_("At the latest on {day}.").format(day=day_words(day)), context.reference, programme.key, *PROMISED),
    ]


COMPLETE = Notice("complete", Category.PROMISED, complete, title=N_("The file is complete"), prints=Print.NOBODY_HEARS)
