"""Ask the programme's own questions, from its data; the next one follows from the answers so far."""

from typing import Any

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.form import too_long
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.match import UNCLEAR, match_choice, pressed, words_of
from handlers.conversation.multi_select import read_several, several_choices, so_far_words
from handlers.conversation.questions import AGAIN
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.wording.office_text import office_lines
from locales import N_, language
from locales import gettext as _
from models.applications.registration import Registration
from models.people.account import ReadingMode
from models.people.name import clean
from models.people.nik import ascii_digits
from models.plain_words import plain
from models.programmes.profile import Answer
from models.programmes.question_kinds import AnswerFault, ChoiceQuestion, NumberQuestion, SeveralQuestion, YesNoQuestion
from models.programmes.question_kinds import ProgrammeQuestion as Asked
from models.programmes.wording import Wording

SKIP = ("skip", N_("Skip this question"))
LONGEST = 300
YES_NO = (("yes", N_("Yes")), ("no", N_("No")))


def ask_question(session: RegistrationSession) -> str | list[str] | None:
    asked = session.asked
    if asked is None:
        return None
    if isinstance(asked, SeveralQuestion) and session.form.chosen:
        return so_far_words(options_of(session, asked), session.form.chosen)
    is_short = session.context.work.mode is ReadingMode.SIMPLE
    lines = [asked.ask.in_(language(), short=is_short)]
    if asked.explain:
        lines.append(asked.explain.in_(language(), short=is_short))
    if isinstance(asked, SeveralQuestion) and asked.most > 1:
        lines.append(_("You may choose several. For example, type: 1, 2."))
    return lines


def read_question(session: RegistrationSession, update: Update) -> Any:
    asked = session.asked
    if asked is None:
        return None
    if not asked.required and is_skipped(session, update, asked):
        return session.form.answer(asked.key, None)
    if isinstance(asked, SeveralQuestion) and asked.most > 1:
        return read_several_of(session, update, asked)
    return take_single(session, asked, read_answer(session, update, asked), is_words=words_of(update) is not None)


def take_single(session: RegistrationSession, asked: Asked, said: Answer | None, *, is_words: bool) -> Any:
    """Take one answer; None: it could not be read."""
    if said is None:
        if not (is_words and isinstance(asked, NumberQuestion)):
            return UNRECOGNISED
        return session.refuse(_("Please write a number, for example: 3."))
    if fault := asked.fault(said):
        return session.refuse(fault_words(fault, asked, said))
    if said is True and isinstance(asked, YesNoQuestion) and asked.if_yes:
        say_if_yes(session, asked.if_yes)
    return session.form.answer(asked.key, said)


def say_if_yes(session: RegistrationSession, words: Wording) -> None:
    """Say at once what cannot wait for the receipt, and where the office is that acts next."""
    if (programme := session.programme) is not None:
        offices, is_short = session.context.reference.catalogue.office, session.context.work.mode is ReadingMode.SIMPLE
        lines = office_lines(offices[programme.next_step.office])
        session.context.send("\n".join([words.in_(language(), short=is_short), *lines]))


def read_several_of(session: RegistrationSession, update: Update, asked: SeveralQuestion) -> Any:
    form = session.form
    several = read_several(update, options_of(session, asked), form.chosen)
    if several is None:
        return UNRECOGNISED
    keys = tuple(key.partition(".")[2] for key in several.keys)
    fault = asked.fault(keys)
    if fault is AnswerFault.TOO_MANY or (fault and several.is_done):
        if fault is AnswerFault.TOO_MANY and several.is_done:
            form.chosen = []
        return session.refuse(fault_words(fault, asked, keys))
    if several.is_done:
        return form.answer(asked.key, keys)
    form.chosen = list(several.keys)
    return AGAIN


def read_answer(session: RegistrationSession, update: Update, asked: Asked) -> Answer | None:
    """Read the answer as the type that the question takes; None when it cannot be read."""
    if isinstance(asked, ChoiceQuestion | YesNoQuestion | SeveralQuestion):
        choice = match_choice(update, options_of(session, asked))
        key = choice.key.partition(".")[2] if choice else None
        if key and not isinstance(asked, ChoiceQuestion):
            return key == "yes" if isinstance(asked, YesNoQuestion) else (key,)
        return key
    words = clean(words_of(update) or "")
    if isinstance(asked, NumberQuestion):
        digits = ascii_digits(words).strip(" .").replace(".", "").removeprefix("Rp").strip()
        return int(digits) if digits.isdecimal() and len(digits) < 16 else None
    return words or None


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


def is_skipped(session: RegistrationSession, update: Update, asked: Asked) -> bool:
    skip, press = choice_for(session, asked, *SKIP), pressed(update)
    if press is not None:
        return press == skip.press
    typed = plain(words_of(update) or "")
    is_number = typed == str(len(question_options(session))) and not isinstance(asked, NumberQuestion)
    return is_number or skip.is_meant_by(typed) or typed in {"-", "skip", "lewati"}


def question_options(session: RegistrationSession) -> list[Choice]:
    if (asked := session.asked) is None:
        return []
    options, chosen = options_of(session, asked), session.form.chosen
    if isinstance(asked, SeveralQuestion) and asked.most > 1:
        options = several_choices(options, chosen)[: None if chosen else -1]
    return options if asked.required else [*options, choice_for(session, asked, *SKIP)]


def options_of(session: RegistrationSession, asked: Asked) -> list[Choice]:
    """Return the choices of a question. Their keys name the question, so that a late tap answers no other one."""
    if isinstance(asked, YesNoQuestion):
        return [choice_for(session, asked, key, words) for key, words in YES_NO]
    named = ((choice.key, choice.name) for choice in asked.offered)
    return [choice_for(session, asked, key, name.in_(language()), name.id, name.en) for key, name in named]


def choice_for(session: RegistrationSession, asked: Asked, key: str, label: str, *also: str) -> Choice:
    return Choice(session.at(Step.QUESTION, f"{asked.key}.{key}"), label, also)


def reopen(form: Registration, key: str) -> None:
    """Reopen one question of the programme."""
    form.asking, form.chosen = key, []


def reopen_last(session: RegistrationSession) -> None:
    if asked := session.to_ask:
        reopen(session.form, asked[-1].key)


def one_back(session: RegistrationSession) -> int | None:
    """Reopen the question before, among the programme's own; None when this is its first."""
    now, keys = session.asked, [asked.key for asked in session.to_ask]
    at = keys.index(now.key) if now else 0
    session.form.asking, session.form.chosen = None, []
    if at:
        reopen(session.form, keys[at - 1])
    return AGAIN if at else None


QUESTIONS = (
    Question(
        Step.QUESTION,
        ask_question,
        answered=lambda session: session.asked is None,
        options=question_options,
        read=read_question,
        back=one_back,
        reopen=reopen_last,
    ),
)
