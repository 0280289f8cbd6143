"""The session that completes a file: what is still asked, where it is stored, whether it may go on, and how it ends."""

from enum import StrEnum
from typing import Any

from handlers.conversation import form_questions
from handlers.conversation.access import is_allowed, where_of
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context
from handlers.conversation.drafts import DraftStore
from handlers.conversation.engine import end_with
from handlers.conversation.follow_ups import offer
from handlers.conversation.form_session import FormSession
from handlers.conversation.menu import STAFF_MENU
from handlers.conversation.questions import END
from handlers.leaving_home import leaving_notices
from handlers.notify import Notice, notify
from handlers.wording.example_text import PROMISED, marked
from locales import N_, language
from locales import gettext as _
from locales.times import day_words
from models.applications.application import OVER, Application
from models.applications.completion import FORM, Completion, Missing, finish, may_complete, read, write
from models.applications.draft import ASSISTED
from models.applications.registration import FORM as REGISTER
from models.notices import Category, Print
from models.offices.authority import Act
from models.people.person import Person
from models.programmes.programme_file import Programme
from models.programmes.programme_parts import RequiredDocument as Paper

NOTHING = N_("There is nothing to complete now.")


class Step(StrEnum):
    WHICH = "WHICH"
    NIK = "NIK"
    NO_NIK = "NO_NIK"
    KIND = "KIND"
    DOCUMENT = "DOCUMENT"
    ADVICE = "ADVICE"


class CompletionSession(FormSession[Completion]):
    """Complete one file. A link, or a post for its region, may end while a question is open."""

    talk = FORM
    drafts = DraftStore(Completion, read, write)

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
            return await may_complete(context.session, context.account_id, application_id, context.now)
        application = await context.session.get(Application, application_id)
        if application is None or application.stage in OVER:
            return False
        person = await context.session.get_one(Person, application.person_id)
        return await is_allowed(context, Act.COMPLETE_FILE, where_of(application, person))

    async def finish_if_complete(self) -> None:
        """Complete the file as soon as everything required is there, which dates its place in the waiting list."""
        context, form = self.context, self.form
        if form.missing(self.programme) or not await finish(context.session, form, context.account_id, context.now):
            return
        if self.next_paper is not None:
            context.send(*dated(form))
        if self.assisted:
            application = await context.session.get_one(Application, form.application)
            await notify(context, application, COMPLETE, form=form, programme=self.programme)
        await leaving_notices.ask_all(context, form.application)

    def keep_answer(self) -> None:
        super().keep_answer()
        self.form.instead = None

    def can_keep(self, question: form_questions.FormQuestion[Any]) -> bool:
        return question.step in {Step.NIK, Step.KIND} and super().can_keep(question)

    def can_go_back(self, question: form_questions.FormQuestion[Any]) -> bool:
        return super().can_go_back(question) or self.form.pending is not None

    def end(self) -> int:
        """Say whether the file is complete; the form is over, for its answers are stored with the file."""
        self.discard()
        if missing := self.form.missing(self.programme):
            lines = lacking(self.form, missing, self.assisted)
        else:
            news = _("We print the next news.") if self.assisted else _("We send the news here.")
            lines = [*complete(self.context, self.form, self.programme), news]
        if not self.assisted:
            return end_with(self.context, *lines)
        next_person = CallbackData(STAFF_MENU, REGISTER + ASSISTED, "")
        offer(self.context, "\n".join(lines), [Choice(next_person, N_("Register the next person"))])
        return END


Question = form_questions.FormQuestion[CompletionSession]
ManyQuestion = form_questions.ManyQuestion[CompletionSession]


def nothing_to_complete(context: Context) -> int:
    """Say that the file is complete, or no longer theirs."""
    return end_with(context, _(NOTHING))


async def open_session(context: Context, *, assisted: bool = False) -> CompletionSession | None:
    """Open the file of the draft; None, and the draft is discarded, where it may no longer be completed."""
    session = CompletionSession(context, assisted)
    if await session.may_go_on(session.form.application):
        return session
    if session.form.application:
        context.delete_answer()  # it may carry a NIK or a document
    session.discard()
    return None


def lacking(form: Completion, missing: Missing, assisted: bool) -> list[str]:
    return [
        _("Registration {number} is not complete, so it has no turn yet.").format(number=form.number),
        *(_("Still missing: {paper}.").format(paper=one) for one in missing_words(missing)),
        _("To go on, type /loket.") if assisted else _("Type /lengkapi to go on. Your status lists it too."),
    ]


def missing_words(missing: Missing) -> list[str]:
    """Return what is missing, one line each; of alternatives "KTP atau Kartu Keluarga"."""
    papers = [_(" or ").join(one.name.in_(language()) for one in several) for several in missing.papers]
    return [*([_("the NIK")] if missing.nik else []), *papers]


def dated(form: Completion) -> list[str]:
    return [
        _("The papers of registration {number} are complete.").format(number=form.number),
        _("The turn counts from today."),
    ]


def complete(context: Context, form: Completion, programme: Programme | None) -> list[str]:
    """Return the lines of a complete file: what happens next, and by when."""
    if programme is None or form.promised_at is None:
        return dated(form)
    office = context.reference.catalogue.office[programme.next_step.office]
    day = context.reference.day_in(office.region, form.promised_at)
    return [
        *dated(form),
        _("Next: {step}").format(step=programme.next_step.wording.in_(language(), short=True)),
        marked(
            _("We send news at the latest on {day}.").format(day=day_words(day)),
            context.reference,
            programme.key,
            *PROMISED,
        ),
    ]


COMPLETE = Notice(
    "complete", Category.PROMISED, complete, title=N_("The papers are complete"), prints=Print.NOBODY_HEARS
)
