"""The file in hand: what is still asked to complete it, and where the next question comes from."""

from enum import StrEnum

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.completion import completion_summary
from handlers.conversation import form as forms
from handlers.conversation.access import is_allowed
from handlers.conversation.buttons import CallbackData, Choice, choices
from handlers.conversation.context import Context, is_for_somebody, name_now
from handlers.conversation.drafts import DraftStore, discard_draft
from handlers.conversation.form import BACK, KEEP, FormFlow, put
from handlers.conversation.menu import show_menu
from handlers.counter.case import where_of
from handlers.leaving_home import ask_everyone as departing
from locales import gettext as _
from models.applications.application import OVER, Application
from models.applications.completion import FORM, Completion, finish, may_complete, read, write
from models.applications.draft import ASSISTED
from models.offices.authority import Act
from models.people.person import Person
from models.programmes.programme_file import Programme

TALK = FORM
AT_COUNTER = TALK + ASSISTED


class Step(StrEnum):
    WHICH = "WHICH"
    NIK = "NIK"
    NO_NIK = "NO_NIK"
    KIND = "KIND"
    DOCUMENT = "DOCUMENT"
    ADVICE = "ADVICE"


Question = forms.Question[Step, Completion]


DRAFTS = DraftStore(FORM, Completion, read, write)
draft_of, form_of, keep = DRAFTS.draft_of, DRAFTS.form_of, DRAFTS.keep


async def given(context: Context, form: Completion) -> None:
    """Something was given: as soon as everything required is there, the file is complete and its turn is dated."""
    programme = programme_of(context, form)
    is_first = False
    if not form.missing(programme):
        is_first = await finish(context.session, form, context.account.id or 0, context.now)
    if is_first and form.next_paper(programme) is not None:
        context.send("\n".join(completion_summary.dated(form)))
    if is_first and is_for_somebody():
        await completion_summary.bring_news(context, form, programme)
    if is_first:
        await departing.ask_all(context, form.application)
    keep(context, form)


def programme_of(context: Context, form: Completion) -> Programme | None:
    return context.reference.catalogue.get(form.programme)


def discard_pending(context: Context, step: str) -> bool:
    form = form_of(context)
    doubted = step == Step.NIK and form.doubt is not None
    form.doubt, form.doubted_nik, form.chosen = None, None, []
    keep(context, form)
    return doubted


def keep_answer(context: Context) -> None:
    form = form_of(context)
    form.doubt, form.doubted_nik, form.chosen, form.instead = None, None, [], None
    keep(context, form)


def at_end(context: Context) -> int:
    form = form_of(context)
    return completion_summary.say_end(context, form, programme_of(context, form))


async def may_go_on(context: Context, application_id: int) -> bool:
    """May something still be given for this file: by a link in force, or at the counter by a post that reaches it?"""
    if not is_for_somebody():
        return await may_complete(context.session, context.account.id or 0, application_id, context.now)
    application = await context.session.get(Application, application_id)
    if application is None or application.stage in OVER:
        return False
    person = await context.session.get_one(Person, application.person_id)
    return await is_allowed(context, Act.COMPLETE_FILE, where_of(application, person))


class OwnFiles(FormFlow[Step, Completion]):
    """The way through a file that is still in this account's hands: a link may end while a question is open."""

    async def take_at(self, question: Question, update: Update, context: Context) -> Step | int:
        application = form_of(context).application
        if (application or is_for_somebody()) and not await may_go_on(context, application):
            discard_draft(context, name_now(FORM))
            was_asked = update.message if application else None
            context.delete(was_asked.message_id if was_asked else None)  # it may carry a NIK or a paper
            show_menu(context, _("There is no file to complete now."))
            return ConversationHandler.END
        return await super().take_at(question, update, context)


FLOW = OwnFiles(TALK, form_of, discard_pending, keep_answer, at_end=at_end)
ask_next = FLOW.ask_next


def wait_at(context: Context, step: Step, text: str, offered: list[Choice], *, short: str | None = None) -> Step:
    """Say a question of this form with the ways out that fit it, and wait there."""
    question = FLOW.question_at(step)
    is_first = step is Step.NIK
    can_keep = step in {Step.NIK, Step.KIND} and question.is_answered(form_of(context), context.reference)
    ways = [KEEP] * can_keep + [BACK] * (not is_first or form_of(context).doubt is not None)
    put(context, at(step), text, offered, short=short, ways=ways)
    return step


def offer(step: Step, *options: tuple[str, str]) -> list[Choice]:
    return choices(name_now(TALK), step, *options)


def at(step: Step, key: str = "") -> CallbackData:
    return CallbackData(name_now(TALK), step, key)
