"""A programme's own questions as data: what is asked, what may be answered, and what an answer tells."""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from models.programmes.codes import Key
from models.programmes.profile import Answer, Fact
from models.programmes.rules import chosen
from models.programmes.wording import Label, Wording
from models.yaml_file import Entry, Fault, Steps

YES_NO = ("yes", "no")


class AnswerFault(StrEnum):
    """Why an answer does not fit its question."""

    NOT_AN_ANSWER = "not_an_answer"
    NOT_A_CHOICE = "not_a_choice"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    TOO_SMALL = "too_small"
    TOO_BIG = "too_big"


class Named(Entry):
    """Anything that is offered by its key and its label."""

    key: Key
    name: Label


class AnswerOption(Named):
    """One answer to choose. `means` is what it tells about the question's fact; "not sure" has none."""

    means: bool | None = None


class AskIf(Entry):
    """Ask only when an earlier question was answered with one of these keys (`yes` and `no` are keys too)."""

    question: Key
    answers: Annotated[tuple[str, ...], Field(min_length=1)]

    def holds(self, answers: Mapping[str, Answer]) -> bool:
        answer = answers.get(self.question)
        return answer is not None and not set(self.answers).isdisjoint(chosen(answer))


class ProgrammeQuestion(Entry):
    """What all kinds share. `stage`: when it is asked; what no rule reads can wait for the assessment."""

    key: Key
    kind: str
    ask: Wording
    explain: Wording | None = None
    required: bool = True
    stage: Literal["application", "assessment"] = "application"
    ask_if: AskIf | None = None

    @property
    def offered(self) -> tuple[AnswerOption, ...]:
        """What can be chosen; empty for words, numbers and yes or no."""
        return ()

    def keys(self) -> tuple[str, ...]:
        """Return the keys that a condition or a rule may name; none for words and numbers."""
        return tuple(choice.key for choice in self.offered)

    def fault(self, answer: Answer) -> AnswerFault | None:
        """Return why an answer does not fit, None when it does."""
        raise NotImplementedError

    def told(self, answer: Answer) -> bool | None:
        """Return the yes or no that an answer tells about the question's fact; None when it tells nothing."""
        return None


class _Telling(ProgrammeQuestion):
    """A question that may settle a fact about the person, or whether a kind of aid was ever received."""

    tells: Fact | None = None
    tells_received: Key | None = None

    def faults(self) -> Iterator[Fault]:
        if self.tells and self.tells_received:
            yield Fault(("tells",), 'a question has either "tells" or "tells_received", not both')


class YesNoQuestion(_Telling):
    """Yes or no. `if_yes` is said right after a yes, with the address of the office that acts next."""

    kind: Literal["yes_no"] = "yes_no"
    if_yes: Wording | None = None

    def keys(self) -> tuple[str, ...]:
        return YES_NO

    def fault(self, answer: Answer) -> AnswerFault | None:
        return None if isinstance(answer, bool) else AnswerFault.NOT_AN_ANSWER

    def told(self, answer: Answer) -> bool | None:
        return answer if isinstance(answer, bool) else None


class ChoiceQuestion(_Telling):
    kind: Literal["choice"] = "choice"
    choices: Annotated[tuple[AnswerOption, ...], Field(min_length=2)]

    @property
    def offered(self) -> tuple[AnswerOption, ...]:
        return self.choices

    def fault(self, answer: Answer) -> AnswerFault | None:
        return None if answer in self.keys() else AnswerFault.NOT_A_CHOICE

    def told(self, answer: Answer) -> bool | None:
        return next((choice.means for choice in self.choices if choice.key == answer), None)

    def faults(self) -> Iterator[Fault]:
        yield from super().faults()
        yield from alike(self.choices, "choices")
        if (self.tells or self.tells_received) and all(choice.means is None for choice in self.choices):
            yield Fault(
                ("choices",),
                'a question that tells something needs choices with "means: true" or "means: false"',
            )


class SeveralQuestion(ProgrammeQuestion):
    """Between `least` and `most` of the choices; these may be the programme's own skills or packages."""

    kind: Literal["several"] = "several"
    choices: tuple[AnswerOption, ...] = ()
    choices_from: Literal["skills", "packages"] | None = None
    least: Annotated[int, Field(ge=0, le=20)] = 1
    most: Annotated[int, Field(ge=1, le=20)] = 1

    @property
    def offered(self) -> tuple[AnswerOption, ...]:
        return self.choices

    def fault(self, answer: Answer) -> AnswerFault | None:
        if not isinstance(answer, tuple) or len(set(answer)) != len(answer):
            return AnswerFault.NOT_AN_ANSWER
        if not set(answer) <= set(self.keys()):
            return AnswerFault.NOT_A_CHOICE
        if len(answer) < self.least:
            return AnswerFault.TOO_FEW
        return AnswerFault.TOO_MANY if len(answer) > self.most else None

    def faults(self) -> Iterator[Fault]:
        if not self.choices:
            missing = f'"{self.choices_from}"' if self.choices_from else '"choices" or "choices_from"'
            yield Fault(("kind",), f'"several" needs {missing} to choose from')
        if self.least > self.most:
            yield Fault(("least",), f'"least" must not be above "most", which is {self.most}')
        if self.choices and self.most > len(self.choices):
            yield Fault(("most",), f'"most" must not be above the number of choices, which is {len(self.choices)}')
        yield from alike(self.choices, "choices")


class TextQuestion(ProgrammeQuestion):
    kind: Literal["text"] = "text"
    longest: Annotated[int, Field(ge=1, le=1000)] = 300

    def fault(self, answer: Answer) -> AnswerFault | None:
        if not isinstance(answer, str) or not answer.strip():
            return AnswerFault.NOT_AN_ANSWER
        return AnswerFault.TOO_LONG if len(answer) > self.longest else None


class NumberQuestion(ProgrammeQuestion):
    kind: Literal["number"] = "number"
    at_least: int = 0
    at_most: int = 1_000_000_000

    def fault(self, answer: Answer) -> AnswerFault | None:
        if isinstance(answer, bool) or not isinstance(answer, int):
            return AnswerFault.NOT_AN_ANSWER
        if answer < self.at_least:
            return AnswerFault.TOO_SMALL
        return AnswerFault.TOO_BIG if answer > self.at_most else None

    def faults(self) -> Iterator[Fault]:
        if self.at_least > self.at_most:
            yield Fault(("at_most",), f'"at_most" must not be below "at_least", which is {self.at_least}')


AnyQuestion = Annotated[
    YesNoQuestion | ChoiceQuestion | SeveralQuestion | TextQuestion | NumberQuestion,
    Field(discriminator="kind"),
]


def alike(named: Sequence[Named], setting: str) -> Iterator[Fault]:
    """Faults for two entries of one list with the same key or the same words on their buttons."""
    seen: set[tuple[str, str]] = set()
    for index, one in enumerate(named):
        marks = {"key": one.key, "name.id": one.name.id.casefold(), "name.en": one.name.en.casefold()}
        for where, mark in marks.items():
            if (where, mark) in seen:
                at: Steps = (setting, index, *where.split("."))
                yield Fault(at, f'"{where}" must differ from the others in "{setting}": "{mark}" is there twice')
            seen.add((where, mark))
