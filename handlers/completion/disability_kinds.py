"""Ask for the kind of disability: late, only where the programme needs it, several or no answer."""

from handlers.completion.completion_form import CompletionSession, ManyQuestion, Step
from handlers.conversation.buttons import Choice
from handlers.wording.terms import DISABILITIES, you
from locales import N_
from locales import gettext as _
from models.applications import completion
from models.people.disability import Disability

KIND_CHOICES = (
    (Disability.PHYSICAL, N_("Physical disability")),
    (Disability.INTELLECTUAL, N_("Intellectual disability")),
    (Disability.MENTAL, N_("Mental disability")),
    (Disability.SENSORY_SIGHT, N_("Visual disability")),
    (Disability.SENSORY_HEARING, N_("Deaf or hard of hearing")),
    (Disability.SENSORY_SPEECH, N_("Speech disability")),
)


def ask_kind(session: CompletionSession) -> str:
    if session.form.is_for_self:
        text = _("Which kind of disability do {you} have?").format(you=you(session.context))
    else:
        text = _("Which kind of disability does {name} have?").format(name=session.form.first_name)
    return "\n".join([text, _("You may choose several. For example, type: 1, 2."), _("You need not answer.")])


async def take_kinds(session: CompletionSession, keys: list[str]) -> None:
    kinds = [Disability(key) for key in keys]
    await completion.record_disabilities(session.context.session, session.form, kinds, session.context.now)


def kind_options(session: CompletionSession) -> list[Choice]:
    return [Choice(session.at(Step.KIND, kind), words, (DISABILITIES[kind],)) for kind, words in KIND_CHOICES]


QUESTIONS = (
    ManyQuestion(
        Step.KIND,
        ask_kind,
        "kinds_said",
        belongs=lambda session: session.form.wants_kinds(session.programme),
        options=kind_options,
        nothing=(N_("I do not want to answer"),),
        take_all=take_kinds,
    ),
)
