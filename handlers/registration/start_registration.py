"""Beginning, resuming, leaving: the draft waits for the office's days, and says so."""

from telegram import Update
from telegram.ext import ConversationHandler

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context, for_somebody, is_for_somebody, name_now
from handlers.conversation.drafts import discard_draft, draft_lifetime
from handlers.conversation.form import not_an_answer, step_of
from handlers.conversation.internal_event import InternalEvent
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.conversation.menu import show_menu
from handlers.conversation.persistent import ConversationStateView
from handlers.onboarding import consent_question
from handlers.registration import submit
from handlers.registration.registration_form import TALK, Step, ask, ask_next, draft_of, form_of, keep, offer
from handlers.registration.review import answers_so_far
from locales import N_
from locales import gettext as _
from models import scheduled
from models.applications.draft import ASSISTED, WARN_BEFORE, Draft
from models.applications.registration import FORM, Registration
from models.people.consent import Answer
from models.scheduled import EventSpec, ScheduledKind

GO_ON, AFRESH = "on", "new"


async def begin(update: Update, context: Context) -> Step | int:
    """/daftar: consent first, then the open draft or a new one."""
    return await start_or_ask(context)


async def start_or_ask(context: Context) -> Step | int:
    if not await consent_question.is_given(context):
        return ask_consent(context)
    return await go_on(context)


def ask_consent(context: Context) -> Step:
    context.ask(consent_question.text(context), consent_question.offered(TALK, Step.CONSENT))
    return Step.CONSENT


async def take_consent(update: Update, context: Context) -> Step | int:
    """The same consent as after /start, asked again where it is missing; registration goes on from it."""
    choice = match_choice(update, consent_question.offered(TALK, Step.CONSENT))
    if choice is None:
        await not_an_answer(update, context)
        return ask_consent(context)
    answer = await consent_question.take(context, choice)
    if answer is None:
        return Step.CONSENT
    return await go_on(context) if answer is Answer.GIVEN else ConversationHandler.END


async def go_on(context: Context) -> Step | int:
    """Where registration begins once there is consent; also called when that consent was just given."""
    if form_of(context).is_begun:
        return ask_resume(context)
    return await begin_afresh(context)


async def begin_afresh(context: Context, form: Registration | None = None) -> Step | int:
    keep(context, form or Registration())
    await set_timers(context)
    return ask_next(context)


def ask_resume(context: Context) -> Step:
    so_far = answers_so_far(context, form_of(context))
    context.ask("\n".join([_("You have begun a registration."), so_far]), resume_choices())
    return Step.RESUME


async def take_resume(update: Update, context: Context) -> Step | int:
    choice = match_choice(update, resume_choices())
    if choice is None:
        await not_an_answer(update, context)
        return ask_resume(context)
    return ask_next(context) if choice.key == GO_ON else await begin_afresh(context)


async def resume(context: Context) -> Step | int:
    """Take the registration up where it was left."""
    step = step_of(TALK)
    if step == Step.RECEIPT:
        return submit.ask_receipt(context)
    if not form_of(context).is_begun or not await consent_question.is_given(context):
        return await start_or_ask(context)
    return ask_next(context) if step in {None, Step.RESUME} else ask(context, step or "")


async def stale(update: Update, context: Context) -> Step | int | None:
    """A button of an earlier question while the talk goes on: say so, and ask again what is asked now."""
    explain_unrecognised(update, context)
    return await resume(context)


async def closed(update: Update, context: Context) -> Step | int:
    """A button of a registration that is over, or that was left open."""
    if form_of(context).is_begun and await consent_question.is_given(context):
        return ask_resume(context)
    show_menu(context, _("That registration is finished.") + "\n" + _("Type /daftar to begin a new one."))
    return ConversationHandler.END


async def set_timers(context: Context) -> None:
    """Written once a draft; when they run out the draft's last change decides (see draft_timer)."""
    subject, chat_id, name = context.account.id or 0, context.work.chat_id, name_now(FORM)
    draft = draft_of(context)
    changed = draft.changed_at if draft else context.now
    await scheduled.schedule(
        context.session,
        EventSpec(
            ScheduledKind.DRAFT_ENDS_SOON, chat_id, subject, changed + draft_lifetime(context) - WARN_BEFORE, name
        ),
        EventSpec(ScheduledKind.DRAFT_ENDS, chat_id, subject, changed + draft_lifetime(context), name),
    )


async def draft_timer(update: InternalEvent, context: Context) -> None:
    """Time ran out for the drafts of this account, or is about to; a changed one has its whole time again."""
    if update.body["kind"] == ScheduledKind.DRAFT_ENDS:
        await end_drafts(context)
        return
    for at_counter in (False, True):
        with for_somebody(at_counter):
            await warn(context)


async def warn(context: Context) -> None:
    draft = draft_of(context)
    if draft is None or not form_of(context).is_begun:
        return
    if context.now - draft.changed_at < draft_lifetime(context) - WARN_BEFORE:
        await set_timers(context)
    else:
        context.send(ends_soon())


async def end_drafts(context: Context) -> None:
    for name, draft in list(context.work.drafts.items()):
        with for_somebody(name.endswith(ASSISTED)):
            await end_draft(context, name, draft)


async def end_draft(context: Context, name: str, draft: Draft) -> None:
    if context.now - draft.changed_at < draft_lifetime(context):
        await set_timers(context)
        return
    was_begun = name == name_now(FORM) and form_of(context).is_begun
    discard_draft(context, name)
    if step_of(name):
        del ConversationStateView(name)[name]
    if was_begun:
        show_menu(context, has_ended(context))


def ends_soon() -> str:
    if is_for_somebody():
        lines = [_("A registration of somebody else is not sent yet.")]
    else:
        lines = [_("Your registration is not sent yet.")]
    lines.append(_("Your answers are deleted in {count} days.").format(count=WARN_BEFORE.days))
    return "\n".join([*lines, _("Type /daftarkan to go on.") if is_for_somebody() else _("Type /daftar to go on.")])


def has_ended(context: Context) -> str:
    if is_for_somebody():
        lines = [_("A registration of somebody else was not sent in time."), _("So we have deleted its answers.")]
        return "\n".join([*lines, _("To register somebody, type /daftarkan.")])
    lines = [_("Your registration was not sent for {count} days.").format(count=draft_lifetime(context).days)]
    lines += [_("So we have deleted your answers.")]
    return "\n".join([*lines, _("Type /daftar to begin a new one.")])


def resume_choices() -> list[Choice]:
    return offer(Step.RESUME, (GO_ON, N_("Go on")), (AFRESH, N_("Begin again")))
