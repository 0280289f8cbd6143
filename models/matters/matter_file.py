"""What stands in data/matters.yaml: everyday words and spellings, and where each matter leads.

A matter leads to a command, to programmes, to a group of programmes, or to a stored answer with commands below it.
Words stand in blocks, one phrasing a line: an office can add to them without knowing YAML.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal, get_args

from pydantic import Field

from models.plain_words import plain
from models.programmes.codes import Key
from models.programmes.wording import Label, Wording
from models.yaml_file import Entry, Fault, Steps

CommandName = Literal[
    "start", "program", "daftar", "status", "cek", "lengkapi", "tanya", "keluarga", "data", "bahasa", "akses",
    "pengaturan", "resmi", "kantor", "menu", "batal",
]  # fmt: skip
"""The commands of the bot that a matter may lead to."""
Group = Literal["skills", "business", "protection", "referrals"]
"""The groups of /program."""
Block = Annotated[str, Field(min_length=1, description='a block of lines that begins with "|"')]
LONGEST_PHRASING = 80
TARGETS = ("command", "programmes", "skill", "group", "answer")
COMMANDS, GROUPS = get_args(CommandName), get_args(Group)


def lines_of(block: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in block.splitlines() if line.strip())


class MatterEntry(Entry):
    """One thing that people want, with the ways in which they say so.

    `then`: commands offered below an answer. `small_talk`: a greeting or thanks, answered where no question is open.
    """

    key: Key
    label: Label
    command: CommandName | None = None
    programmes: Annotated[tuple[Key, ...], Field(min_length=1, max_length=3)] | None = None
    skill: Key | None = None
    group: Group | None = None
    answer: Wording | None = None
    then: Annotated[tuple[CommandName, ...], Field(max_length=3)] = ()
    small_talk: bool = False
    phrasings: Block

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The ways in which people say it."""
        return lines_of(self.phrasings)

    @property
    def target(self) -> tuple[str, object]:
        """Where it leads: what kind of target it has, and which one; an answer is that of this matter alone."""
        kind = next(setting for setting in TARGETS if getattr(self, setting) is not None)
        return kind, self.key if kind == "answer" else getattr(self, kind)

    def faults(self) -> Iterator[Fault]:
        given = [setting for setting in TARGETS if getattr(self, setting) is not None]
        if len(given) != 1:
            yield Fault((given[1] if given else "key",), f"a matter must have exactly one of {', '.join(TARGETS)}")
        for setting in ("then", "small_talk"):
            if self.answer is None and getattr(self, setting):
                yield Fault((setting,), f'"{setting}" needs an "answer"')
        for phrasing in self.said:
            if not plain(phrasing) or len(phrasing) > LONGEST_PHRASING:
                yield Fault(("phrasings",), f'"{phrasing[:40]}" must be words of at most {LONGEST_PHRASING} characters')


class MatterFile(Entry):
    """The whole file.

    `spellings`: a word of chats a line, a colon, and the words that it means. `fillers`: words that say little about
    what is meant. `asking`: words of questions about anything. `elsewhere`: what people write about other things, so
    that it is not taken for one of the matters.
    """

    spellings: str = ""
    fillers: str = ""
    asking: str = ""
    elsewhere: str = ""
    matters: tuple[MatterEntry, ...] = ()

    def get(self, key: str) -> MatterEntry | None:
        return next((matter for matter in self.matters if matter.key == key), None)

    @cached_property
    def spelled(self) -> dict[str, str]:
        """The words of chats, each with what it means."""
        pairs = (line.partition(":") for line in lines_of(self.spellings))
        return {word.strip().casefold(): plain(meaning) for word, _colon, meaning in pairs}

    def faults(self) -> Iterator[Fault]:
        for word, meaning in self.spelled.items():
            if not meaning or len(word.split()) != 1:
                yield Fault(("spellings",), f'"{word}" must be one word with a colon and its meaning behind it')
        seen: dict[tuple[str, str], str] = {}
        for at, kind, words in self._unique():
            mark, key = (kind, plain(words)), self.matters[int(at[1])].key
            if mark in seen:
                yield Fault(at, f'"{words}" is the {kind} of "{seen[mark]}" too')
            seen.setdefault(mark, key)

    def _unique(self) -> Iterator[tuple[Steps, str, str]]:
        """Yield what no two matters may share, with its place: key, label and phrasing."""
        for index, matter in enumerate(self.matters):
            yield ("matters", index, "key"), "key", matter.key
            yield ("matters", index, "label", "id"), "Indonesian label", matter.label.id
            yield ("matters", index, "label", "en"), "English label", matter.label.en
            yield from ((("matters", index, "phrasings"), "phrasing", phrasing) for phrasing in matter.said)
