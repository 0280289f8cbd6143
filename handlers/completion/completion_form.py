"""The session that completes a file: what is still asked, where it is stored, and whether it may go on."""

from enum import StrEnum
from typing import Any

from telegram import Update

from handlers.completion import completion_summary
from handlers.conversation import form_questions
from handlers.conversation.access import is_allowed, where_of
from handlers.conversation.context import Context
from handlers.conversation.drafts import DraftStore
from handlers.conversation.form_session import FormSession
from handlers.conversation.menu import show_menu
from handlers.leaving_home import leaving_notices as departing
from locales import gettext as _
from models.applications.application import OVER, Application
from models.applications.completion import FORM, Completion, finish, may_complete, read, write
from models.applications.draft import ASSISTED
from models.offices.authority import Act
from models.people.person import Person
from models.programmes.programme_file import Programme
from models.programmes.programme_parts import RequiredDocument as Paper

TALK = FORM
AT_COUNTER = TALK + ASSISTED


class Step(StrEnum):
    WHICH = "WHICH"
    NIK = "NIK"
    NO_NIK = "NO_NIK"
    KIND = "KIND"
    DOCUMENT = "DOCUMENT"
    ADVICE = "ADVICE"


DRAFTS = DraftStore(Completion, read, write)


class CompletionSession(FormSession[Completion]):
    """Complete one file. A link, or a post for its region, may end while a question is open."""

    @property
    def programme(self) -> Programme | None:
        return self.context.reference.catalogue.get(self.form.programme)

    @property
    def next_paper(self) -> Paper | None:
        return self.form.next_paper(self.programme)

    async def may_go_on(self, application_id: int) -> bool:
        """Tell whether more may be given for a file: by a link in force, or at the counter by a post for its region."""
        context = self.context
        if not self.assisted:
            return await may_complete(context.session, context.account.id or 0, application_id, context.now)
        application = await context.session.get(Application, application_id)
        if application is None or application.stage in OVER:
            return False
        person = await context.session.get_one(Person, application.person_id)
        return await is_allowed(context, Act.COMPLETE_FILE, where_of(application, person))

    async def end_if_gone(self, update: Update) -> bool:
        application = self.form.application
        if not (application or self.assisted) or await self.may_go_on(application):
            return False
        self.discard()
        was_asked = update.message if application else None
        self.context.delete(was_asked.message_id if was_asked else None)  # it may carry a NIK or a document
        nothing_to_complete(self.context)
        return True

    async def finish_if_complete(self) -> None:
        """Complete the file as soon as everything required is there, which dates its place in the waiting list."""
        context, form = self.context, self.form
        is_first = False
        if not form.missing(self.programme):
            is_first = await finish(context.session, form, context.account.id or 0, context.now)
        if is_first and self.next_paper is not None:
            context.send("\n".join(completion_summary.dated(form)))
        if is_first and self.assisted:
            await completion_summary.bring_news(context, form, self.programme)
        if is_first:
            await departing.ask_all(context, form.application)

    def discard_pending(self, step: str) -> bool:
        form = self.form
        was_pending = step == Step.NIK and form.doubt is not None
        form.doubt, form.doubted_nik, form.chosen = None, None, []
        return was_pending

    def keep_answer(self) -> None:
        form = self.form
        form.doubt, form.doubted_nik, form.chosen, form.instead = None, None, [], None

    def can_keep(self, question: form_questions.FormQuestion[Any]) -> bool:
        return question.step in {Step.NIK, Step.KIND} and super().can_keep(question)

    def can_go_back(self, question: form_questions.FormQuestion[Any]) -> bool:
        return super().can_go_back(question) or self.form.doubt is not None

    def end(self) -> int:
        self.discard()
        return completion_summary.say_end(self.context, self.form, self.programme, assisted=self.assisted)


Question = form_questions.FormQuestion[CompletionSession]
ManyQuestion = form_questions.ManyQuestion[CompletionSession]


def own_session(context: Context) -> CompletionSession:
    """Open the session of one of the account's own files."""
    return CompletionSession(context, TALK, DRAFTS)


def counter_session(context: Context) -> CompletionSession:
    """Open the session of an officer who completes a file for a person at the counter."""
    return CompletionSession(context, AT_COUNTER, DRAFTS, assisted=True)


def nothing_to_complete(context: Context, *more: str) -> None:
    show_menu(context, "\n".join([_("There is no file to complete now."), *more]))
