"""The programme's own questions, from its data; the one to ask now follows from the answers given so far."""

from collections.abc import Sequence

from telegram import Update

from handlers.conversation.buttons import CallbackData, Choice, plain
from handlers.conversation.context import Context, ReferenceData
from handlers.conversation.form import too_long
from handlers.conversation.match import UNCLEAR, explain_unrecognised, match_choice, words_of
from handlers.conversation.multi_select import read_several, several_choices, so_far_words
from handlers.registration.registration_form import Question, Step, ask_next, at, form_of, keep, programme_of, wait_at
from locales import N_, language
from locales import gettext as _
from locales.times import list_words
from models.applications.registration import Registration
from models.people.account import ReadingMode
from models.people.name import clean
from models.people.nik import ascii_digits
from models.programmes.profile import Answer
from models.programmes.questions import AnswerFault, ChoiceQuestion, NumberQuestion, SeveralQuestion, YesNoQuestion
from models.programmes.questions import Question as Asked

SKIP = "skip"
LONGEST = 300
SKIP_WORDS = N_("Skip this question")
YES_NO = ((True, "yes", N_("Yes")), (False, "no", N_("No")))


def ask_question(context: Context) -> Step | int:
    form = form_of(context)
    programme = programme_of(context, form)
    asked = form.next_question(programme) if programme else None
    if asked is None:
        return ask_next(context)
    return wait_at(context, Step.QUESTION, question_text(context, form, asked), offered_for(form, asked))


def question_text(context: Context, form: Registration, asked: Asked) -> str:
    is_short = context.work.mode is ReadingMode.SIMPLE
    if isinstance(asked, SeveralQuestion) and form.chosen:
        return so_far_words(options_of(asked), form.chosen)
    lines = [asked.ask.in_(language(), short=is_short)]
    if asked.explain:
        lines.append(asked.explain.in_(language(), short=is_short))
    if isinstance(asked, SeveralQuestion) and asked.most > 1:
        lines.append(_("You may choose several. For example, type: 1, 2."))
    return "\n".join(lines)


async def take_question(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    programme = programme_of(context, form)
    asked = form.next_question(programme) if programme else None
    if programme is None or asked is None:
        return ask_next(context)
    if not asked.required and is_skipped(update, form, asked):
        return answered(context, form, asked, None)
    if isinstance(asked, SeveralQuestion):
        return take_several(update, context, form, asked)
    said = read_answer(update, asked)
    if said is None:
        misheard_answer(update, context, asked)
        return ask_question(context)
    if fault := asked.fault(said):
        context.send(fault_words(fault, asked, said))
        return ask_question(context)
    return answered(context, form, asked, said)


def take_several(update: Update, context: Context, form: Registration, asked: SeveralQuestion) -> Step | int:
    several = read_several(update, options_of(asked), form.chosen)
    if several is None:
        explain_unrecognised(update, context)
        return ask_question(context)
    keys = tuple(key.partition(".")[2] for key in several.keys)
    fault = asked.fault(keys)
    if fault is AnswerFault.TOO_MANY or (fault and several.is_done):
        context.send(fault_words(fault, asked, keys))
        if fault is AnswerFault.TOO_MANY and several.is_done:
            form.chosen = []
            keep(context, form)
        return ask_question(context)
    if several.is_done or asked.most == len(keys) == 1:
        return answered(context, form, asked, keys)
    form.chosen = list(several.keys)
    keep(context, form)
    return ask_question(context)


def answered(context: Context, form: Registration, asked: Asked, said: Answer | None) -> Step | int:
    form.answer(asked.key, said)
    keep(context, form)
    return ask_next(context)


def read_answer(update: Update, asked: Asked) -> Answer | None:
    """What was said, in the shape that the question takes; None when it cannot be understood."""
    if isinstance(asked, ChoiceQuestion):
        choice = match_choice(update, options_of(asked))
        return key_in(choice) if choice else None
    if isinstance(asked, YesNoQuestion):
        choice = match_choice(update, options_of(asked))
        return key_in(choice) == "yes" if choice else None
    words = clean(words_of(update) or "")
    if isinstance(asked, NumberQuestion):
        digits = ascii_digits(words).strip(" .").replace(".", "").removeprefix("Rp").strip()
        return int(digits) if digits.isdecimal() and len(digits) < 16 else None
    return words or None


def misheard_answer(update: Update, context: Context, asked: Asked) -> None:
    if isinstance(asked, NumberQuestion) and words_of(update):
        context.send(_("Please write a number, for example: 3."))
    else:
        explain_unrecognised(update, context)


def fault_words(fault: AnswerFault, asked: Asked, said: Answer) -> str:
    if isinstance(asked, SeveralQuestion):
        if fault is AnswerFault.TOO_FEW:
            return _("Please choose at least {count}.").format(count=asked.least)
        return _("Please choose at most {count}.").format(count=asked.most)
    if isinstance(asked, NumberQuestion):
        return _("Please write a number from {least} to {most}.").format(least=asked.at_least, most=asked.at_most)
    if fault is AnswerFault.TOO_LONG:
        return too_long(str(said), getattr(asked, "longest", LONGEST))
    return _(UNCLEAR)


def is_skipped(update: Update, form: Registration, asked: Asked) -> bool:
    offered = offered_for(form, asked)
    press = update.callback_query.data if update.callback_query else None
    if press is not None:
        return press == skip_choice(asked).press.pack()
    typed = plain(words_of(update) or "")
    is_number = typed == str(len(offered)) and not isinstance(asked, NumberQuestion)
    return is_number or skip_choice(asked).is_meant_by(typed) or typed in {"-", "skip", "lewati"}


def offered_for(form: Registration, asked: Asked) -> list[Choice]:
    options = options_of(asked)
    if isinstance(asked, SeveralQuestion) and asked.most > 1:
        options = several_choices(options, form.chosen)[: None if form.chosen else -1]
    return [*options, *([] if asked.required else [skip_choice(asked)])]


def options_of(asked: Asked) -> list[Choice]:
    """The choices of a question. Their keys name the question too, so that a late tap answers no other one."""
    if isinstance(asked, YesNoQuestion):
        return [Choice(press_for(asked, key), words) for _said, key, words in YES_NO]
    named = ((choice.key, choice.name) for choice in asked.offered)
    return [Choice(press_for(asked, key), name.in_(language()), (name.id, name.en)) for key, name in named]


def press_for(asked: Asked, key: str) -> CallbackData:
    return at(Step.QUESTION, f"{asked.key}.{key}")


def key_in(choice: Choice) -> str:
    return choice.key.partition(".")[2]


def skip_choice(asked: Asked) -> Choice:
    return Choice(press_for(asked, SKIP), SKIP_WORDS)


def answer_words(form: Registration, asked: Asked) -> str:
    """An answer as it is shown on the card."""
    said = form.told().get(asked.key)
    if said is None:
        return _("left out")
    if isinstance(said, bool):
        return _("Yes") if said else _("No")
    names = {choice.key: choice.name.in_(language()) for choice in asked.offered}
    keys: Sequence[str] = said if isinstance(said, tuple) else (str(said),)
    return list_words([names.get(key, key) for key in keys])


def ask_last(context: Context) -> Step | int:
    """Going back to the questions: the last one is asked again."""
    form = form_of(context)
    programme = programme_of(context, form)
    asked = form.to_ask(programme) if programme else ()
    return ask_one(context, form, asked[-1].key) if asked else ask_next(context)


def one_back(context: Context) -> Step | int | None:
    """The question before, among the programme's own; None when this is its first."""
    form = form_of(context)
    programme = programme_of(context, form)
    now = form.next_question(programme) if programme else None
    keys = [asked.key for asked in form.to_ask(programme)] if programme else []
    at = keys.index(now.key) if now else 0
    form.asking, form.chosen = None, []
    keep(context, form)
    return ask_one(context, form, keys[at - 1]) if at else None


def ask_one(context: Context, form: Registration, key: str) -> Step | int:
    form.asking, form.chosen = key, []
    keep(context, form)
    return ask_question(context)


def has_all_answers(form: Registration, reference: ReferenceData) -> bool:
    programme = reference.catalogue.offered(form.programme or "")
    return programme is None or form.next_question(programme) is None


QUESTIONS = (
    Question(
        Step.QUESTION,
        has_all_answers,
        ask_question,
        take_question,
        back=one_back,
        ask_last=ask_last,
    ),
)
