"""Ask the question of a step and take its answer: the guards that all conversations share.

    ask ──▶ subject loaded, under the access rule ─┬─ gone ──▶ said once, ended
                                                   └─ there ─▶ question, choices as text and as buttons, pages, Back
    take ─▶ subject loaded again ─▶ Back, a page, or an answer ─┬─ not understood ─▶ explained, asked again
                                                                └─ taken ─▶ next step, AGAIN or END

The subject is what a step is about (a file at the counter, a person of this account). It is loaded before every step,
because it may be gone or forbidden since the question was asked.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from telegram import Update

from handlers.conversation.access import is_allowed
from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.content import is_voice
from handlers.conversation.context import Context
from handlers.conversation.form import BACK, Prompt, navigation_of, put
from handlers.conversation.form_questions import FormQuestion
from handlers.conversation.form_session import FormSession
from handlers.conversation.meanings import explain_unrecognised
from handlers.conversation.menu import show_menu
from handlers.conversation.pages import page_of, turn_page
from handlers.conversation.persistent import set_step
from handlers.conversation.questions import (
    AGAIN,
    END,
    Choose,
    GoTo,
    Next,
    Question,
    next_of,
    sentences,
    settled,
    value_of,
)
from locales import addressee, speaking
from locales import gettext as _

if TYPE_CHECKING:
    from handlers.conversation.registry import Conversation


async def ask_step(context: Context, talk: "Conversation", step: StrEnum) -> Next | None:
    """Ask the question of a step; where its subject is gone, say so and end."""
    if step not in talk.steps:
        return await in_form(context, talk, lambda session: session.ask(step))
    question, place = talk.steps[step], CallbackData(talk.name, step, "")
    subject = await subject_of(context, talk, question)
    if subject is None:
        return await say_gone(context, talk, question)
    offered = await question.choices(context, subject, place)
    if isinstance(question, Choose) and question.skips_single and len(offered) == 1:
        return await follow(context, talk, step, await next_of(question.take, context, subject, offered[0].key))
    text, short, *_rest = await question.prompt(context, subject)
    page, ways = page_of(context, place, offered), (BACK,) if await has_back(context, question, subject) else ()
    put(context, place, Prompt(text, short, page.listed, question.delete_after), page.choices, ways=ways)
    return step


async def take_answer(talk: "Conversation", step: StrEnum, update: Update, context: Context) -> Next | None:
    """Handle the update at a step: back, another page, an answer, or something not understood."""
    question, place = talk.steps[step], CallbackData(talk.name, step, "")
    context.work.answer_id = update.message.message_id if update.message else None
    subject = await subject_of(context, talk, question)
    if subject is None:
        return await say_gone(context, talk, question)
    if navigation_of(update) == BACK and await has_back(context, question, subject):
        return await follow(context, talk, step, await next_of(question.back, context, subject))
    offered: Sequence[Choice] = await question.choices(context, subject, place)
    if turn_page(update, context, place, len(offered)):
        return await ask_step(context, talk, step)
    then = await question.answer(update, context, subject, offered)
    if then is None:
        await explain(talk, question, update, context, offered)
    return await follow(context, talk, step, AGAIN if then is None else then)


async def take_at(talk: "Conversation", asked: FormQuestion[Any], update: Update, context: Context) -> Next | None:
    """Handle the update at a question of the form."""
    context.work.answer_id = update.message.message_id if update.message else None
    return await in_form(context, talk, lambda session: session.take(asked, update))


async def in_form(context: Context, talk: "Conversation", act: Callable[[FormSession[Any]], Any]) -> Next | None:
    """Ask or take in the form that is the subject; a step that is none of its questions is asked by the engine."""
    session = await subject_of(context, talk)
    if session is None:
        return await say_gone(context, talk)
    then: Next | None = await settled(act(session))
    return await ask_step(context, talk, then) if isinstance(then, StrEnum) and then in talk.steps else then


async def has_back(context: Context, question: Question[Any], subject: Any) -> bool:
    return question.back is not None and bool(await value_of(question.back_if, context, subject))


async def subject_of(context: Context, talk: "Conversation", question: Question[Any] | None = None) -> Any:
    """Load the subject of the question; None where it is gone, or this post may not do it any more."""
    if question is not None and question.subject is not None:
        return await settled(question.subject(context))
    subject = await settled(talk.subject(context))
    if subject is None or talk.requires is None or await is_allowed(context, *talk.requires(subject)):
        return subject
    return None


async def say_gone(context: Context, talk: "Conversation", question: Question[Any] | None = None) -> Next | None:
    """Say that the subject is gone; ask another step instead, where the question names one."""
    gone = (question and question.gone) or talk.gone
    if isinstance(gone, str | tuple) and not isinstance(gone, StrEnum):
        return end_with(context, sentences(gone))
    then = await next_of(gone, context)
    return await ask_step(context, talk, then) if isinstance(then, StrEnum) else END


def end_with(context: Context, *lines: str) -> int:
    """End the conversation with these words, and the menu under them."""
    show_menu(context, *lines)
    return END


def no_longer(context: Context) -> int:
    """Say that the subject of a conversation is gone, or no longer this account's."""
    return end_with(context, _("That button is no longer valid. Type /status."))


def leave_unchanged(context: Context, _subject: object = None) -> int:
    """Say that nothing was done: back, or a no, ended the conversation."""
    return end_with(context, _("All right. Nothing has changed."))


def back_to_menu(context: Context, _subject: object = None) -> int:
    """End a conversation that only showed something."""
    return end_with(context, _("This is the menu."))


async def explain(
    talk: "Conversation", question: Question[Any], update: Update, context: Context, offered: Sequence[Choice]
) -> None:
    """Offer what was meant, or say what was not understood; a voice note to anything but staff's is kept for staff."""
    if talk.access.act is None and is_voice(update):
        await context.registry.voice_note(update, context)
    else:
        explain_unrecognised(update, context, question.takes, offered)


async def follow(context: Context, talk: "Conversation", step: StrEnum, then: Next) -> Next | None:
    """Do what an answer leads to: ask a step, ask the same again, go to another conversation, or end."""
    if isinstance(then, GoTo):
        set_step(talk.name, END)
        other = context.registry[then.talk]
        set_step(then.talk, await ask_step(context, other, then.step or other.first))
        return None  # the steps of both are set already
    asked = step if then == AGAIN else then
    with speaking(context.work.language, addressee()):  # the answer may have changed the language
        return await ask_step(context, talk, asked) if isinstance(asked, StrEnum) else END
