"""What stands in data/matters.yaml: everyday words and spellings, and where each matter leads.

A matter leads to a command, to programmes, to a group of programmes, or to a stored answer with commands below it.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, NamedTuple, get_args

from pydantic import Field

from models.plain_words import plain
from models.programmes.codes import Key
from models.programmes.wording import Label, Wording
from models.yaml_file import Entry, Fault, Steps

CommandName = Literal[
    "start", "program", "daftar", "status", "cek", "lengkapi", "bantuan", "keluarga", "data", "bahasa", "akses",
    "pengaturan", "resmi", "kantor", "menu", "batal",
]  # fmt: skip
"""The commands of the bot that a matter may lead to."""
Group = Literal["skills", "business", "protection", "referrals"]
"""The groups of /program."""
Phrasing = Annotated[str, Field(min_length=1, max_length=80, description="words of at most 80 characters")]
Word = Annotated[str, Field(pattern=r"^\w+$", description="one word")]
TARGETS = ("command", "programmes", "skill", "group", "answer")
COMMANDS = get_args(CommandName)


class Target(NamedTuple):
    """Where a matter leads: what kind of thing it is, and its key; for an answer the key of the matter."""

    kind: str
    key: str


class Matter(Entry):
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
    phrasings: Annotated[tuple[Phrasing, ...], Field(min_length=1)]

    def faults(self) -> Iterator[Fault]:
        given = [setting for setting in TARGETS if getattr(self, setting) is not None]
        if len(given) != 1:
            yield Fault((given[1] if given else "key",), f"a matter must have exactly one of {', '.join(TARGETS)}")
        if self.answer is None and self.then:
            yield Fault(("then",), '"then" stands only below an "answer"')
        if self.answer is None and self.small_talk:
            yield Fault(("small_talk",), '"small_talk: true" needs an "answer"')
        for index, phrasing in enumerate(self.phrasings):
            if not plain(phrasing):
                yield Fault(("phrasings", index), f'"{phrasing}" must hold a word')


class MatterFile(Entry):
    """The whole file.

    `spellings`: words of chats, and the words that each means. `fillers`: words that say little about what is meant.
    `elsewhere`: what people write about other things, so that it is not taken for one of the matters.
    """

    spellings: dict[Word, Phrasing] = {}
    fillers: tuple[Word, ...] = ()
    elsewhere: tuple[Phrasing, ...] = ()
    matters: tuple[Matter, ...] = ()

    def __getitem__(self, key: str) -> Matter:
        """Return the matter of a key. Raises KeyError."""
        return {matter.key: matter for matter in self.matters}[key]

    def get(self, key: str) -> Matter | None:
        return next((matter for matter in self.matters if matter.key == key), None)

    def faults(self) -> Iterator[Fault]:
        seen: dict[tuple[str, str], str] = {}
        for at, kind, words in self._unique():
            mark, said = (kind, plain(words)), self.matters[int(at[1])].key
            if mark in seen:
                yield Fault(at, f'"{words}" is the {kind} of "{seen[mark]}" too')
            seen.setdefault(mark, said)

    def _unique(self) -> Iterator[tuple[Steps, str, str]]:
        """Yield what no two matters may share, with its place: key, label and phrasing."""
        for index, matter in enumerate(self.matters):
            yield ("matters", index, "key"), "key", matter.key
            yield ("matters", index, "label", "id"), "Indonesian label", matter.label.id
            yield ("matters", index, "label", "en"), "English label", matter.label.en
            for place, phrasing in enumerate(matter.phrasings):
                yield ("matters", index, "phrasings", place), "phrasing", phrasing
