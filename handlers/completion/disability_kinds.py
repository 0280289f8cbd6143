"""The kind of disability: asked late, only where the programme needs it, several or no answer."""

from telegram import Update

from handlers.completion.completion_form import Question, Step, ask_next, at, form_of, keep, offer, wait_at
from handlers.conversation.buttons import Choice, plain
from handlers.conversation.context import Context, ReferenceData
from handlers.conversation.form import says
from handlers.conversation.match import explain_unrecognised, pressed, words_of
from handlers.conversation.multi_select import read_several, several_choices, so_far_words
from handlers.terms import DISABILITIES, you
from locales import N_
from locales import gettext as _
from models.applications.completion import Completion, record_disabilities
from models.people.person import Disability

KINDS = {
    Disability.PHYSICAL: N_("Physical disability"),
    Disability.INTELLECTUAL: N_("Intellectual disability"),
    Disability.MENTAL: N_("Mental disability"),
    Disability.SENSORY_SIGHT: N_("Visual disability"),
    Disability.SENSORY_HEARING: N_("Deaf or hard of hearing"),
    Disability.SENSORY_SPEECH: N_("Speech disability"),
}
DECLINE = "decline"
DECLINE_WORDS = N_("I do not want to answer")


def ask_kind(context: Context) -> Step:
    form = form_of(context)
    if form.chosen:
        return wait_at(context, Step.KIND, so_far_words(kind_choices(), form.chosen), shown_choices(form))
    if form.is_for_self:
        lines = [_("Which kind of disability do {you} have?").format(you=you(context))]
    else:
        lines = [_("Which kind of disability does {name} have?").format(name=form.first_name)]
    lines += [_("You may choose several. For example, type: 1, 2."), _("You need not answer.")]
    return wait_at(context, Step.KIND, "\n".join(lines), shown_choices(form))


async def take_kind(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    if is_declined(update, form):
        return await kinds_are(context, form, [])
    several = read_several(update, kind_choices(), form.chosen)
    if several is None or (several.is_done and not several.keys):
        explain_unrecognised(update, context)
        return ask_kind(context)
    if several.is_done:
        return await kinds_are(context, form, [Disability(key) for key in several.keys])
    form.chosen = list(several.keys)
    keep(context, form)
    return ask_kind(context)


async def kinds_are(context: Context, form: Completion, kinds: list[Disability]) -> Step | int:
    await record_disabilities(context.session, form, kinds, context.now)
    keep(context, form)
    return ask_next(context)


def is_declined(update: Update, form: Completion) -> bool:
    press = pressed(update)
    if press is not None:
        return press.key == DECLINE
    number = str(len(shown_choices(form)))
    return not form.chosen and (says(update, DECLINE_WORDS) or plain(words_of(update) or "") == number)


def kind_choices() -> list[Choice]:
    return [Choice(at(Step.KIND, kind), words, (DISABILITIES[kind],)) for kind, words in KINDS.items()]


def shown_choices(form: Completion) -> list[Choice]:
    offered = several_choices(kind_choices(), form.chosen)
    return offered if form.chosen else [*offered[:-1], *offer(Step.KIND, (DECLINE, DECLINE_WORDS))]


def is_wanted(form: Completion, reference: ReferenceData) -> bool:
    return form.wants_kinds(reference.catalogue.get(form.programme))


QUESTIONS = (Question(Step.KIND, lambda form, reference: form.kinds_said, ask_kind, take_kind, belongs=is_wanted),)
