"""Transcripts as text: read into beats, written back, and compared line by line with what the bot really said."""

import re
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "transcripts"
HEADER = ("language", "now")
SAID_BY_BOT = re.compile(r"^(Bot(?: [^:]+)?):(?: (.*))?$")
SAID_BY_SOMEBODY = re.compile(r"^(~ )?([^:()#~\[]+): ?(.*)$")
PLACE = re.compile(r"\{([a-zA-Z_ ]+)\}")
KINDS = {
    "kode_cek": r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}",
    "kode_cek_dieja": r"(?:[2-9A-HJKMNP-Z] ){7}[2-9A-HJKMNP-Z]",
    "undangan": r"s-[\w-]{32}",
    "izin": r"k-[2-9A-HJKMNP-Z]{8}",
}
"""Placeholders whose values differ at every run: what they look like, so that a recording writes the placeholder."""


class BadTranscript(Exception):
    """A line that is not understood, with its number."""


@dataclass
class Heard:
    """One thing the bot did: "Bot", "Bot to Rina", "Bot deletes", "Bot edits" …, with its lines."""

    head: str
    lines: list[str]

    def written(self) -> str:
        first, *rest = self.lines or [""]
        indent = " " * 5
        return "\n".join([f"{self.head}: {first}".rstrip(), *((indent + line).rstrip() for line in rest)])


@dataclass
class Beat:
    """Something that happens (`who` says `what`; without `who` time passes), and what the bot is expected to answer."""

    number: int
    who: str | None
    lines: list[str]
    quiet: bool = False
    remarks: list[str] = field(default_factory=list)
    answers: list[Heard] = field(default_factory=list)

    @property
    def what(self) -> str:
        return "\n".join(self.lines)

    def written(self) -> str:
        if self.who is None:
            return f"({self.what})"
        first, *rest = self.lines
        head = f"{'~ ' if self.quiet else ''}{self.who}: "
        return "\n".join([head + first, *((" " * len(head) + line).rstrip() for line in rest)])


@dataclass
class Transcript:
    """A whole chat as a file tells it."""

    header: dict[str, str]
    remarks: list[str]
    beats: list[Beat]
    ending: list[str] = field(default_factory=list)

    def written(self) -> str:
        parts = ["\n".join([*self.remarks, *(f"{key}: {value}" for key, value in self.header.items())])]
        quiet: list[str] = []
        for beat in self.beats:
            lines = [*beat.remarks, beat.written(), *(heard.written() for heard in beat.answers)]
            if beat.quiet:
                if beat.remarks and quiet:
                    parts.append("\n".join(quiet))
                    quiet = []
                quiet.append("\n".join(lines))
                continue
            if quiet:
                parts.append("\n".join(quiet))
                quiet = []
            parts.append("\n".join(lines))
        parts += ["\n".join(quiet)] if quiet else []
        parts += ["\n".join(self.ending)] if self.ending else []
        return "\n\n".join(part for part in parts if part) + "\n"


def read(text: str) -> Transcript:
    """The beats of a transcript. Raises BadTranscript with the number of the line."""
    reader = Reader()
    for number, line in enumerate(text.splitlines(), 1):
        try:
            reader.take(number, line.rstrip())
        except BadTranscript as problem:
            raise BadTranscript(f"line {number}: {problem}: {line}") from None
    return reader.end()


class Reader:
    """Takes a transcript line by line."""

    def __init__(self) -> None:
        self.story = Transcript({}, [], [])
        self.remarks: list[str] = []
        self.open: list[str] | None = None
        self.gap = 0

    def take(self, number: int, line: str) -> None:
        if not line:
            self.gap += 1
            return
        gap, self.gap = self.gap, 0
        if line[0].isspace():
            self.go_on(line.strip(), gap)
        elif line.startswith("#"):
            self.remark(line)
        elif not self.header(line):
            self.beat_or_answer(number, line)

    def go_on(self, line: str, gap: int) -> None:
        if self.open is None:
            raise BadTranscript("nothing before this line goes on")
        self.open += [""] * gap + [line]

    def remark(self, line: str) -> None:
        """The first remark stands above the header, any other above its beat."""
        is_title = not (self.story.beats or self.story.header or self.remarks)
        (self.story.remarks if is_title else self.remarks).append(line)
        self.open = None

    def header(self, line: str) -> bool:
        key, colon, value = line.partition(":")
        if self.story.beats or not colon or key not in HEADER:
            return False
        self.story.header[key] = value.strip()
        return True

    def beat_or_answer(self, number: int, line: str) -> None:
        if match := SAID_BY_BOT.match(line):
            if not self.story.beats:
                raise BadTranscript("the bot speaks before anything happened")
            self.open = [match[2] or ""]
            self.story.beats[-1].answers.append(Heard(match[1], self.open))
        elif line.startswith("(") and line.endswith(")"):
            self.begin(Beat(number, None, [line[1:-1]]))
        elif match := SAID_BY_SOMEBODY.match(line):
            self.begin(Beat(number, match[2].strip(), [match[3]], quiet=bool(match[1])))
        else:
            raise BadTranscript("not understood")

    def begin(self, beat: Beat) -> None:
        beat.remarks, self.remarks = self.remarks, []
        self.open = beat.lines if beat.who is not None else None
        self.story.beats.append(beat)

    def end(self) -> Transcript:
        self.story.ending = self.remarks
        return self.story


class Bound:
    """The values of placeholders: bound where they are first seen, the same ever after."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """A person's words with the values that the bot told before."""
        return PLACE.sub(lambda match: self.values.get(match[1], match[0]), text)

    def fits(self, expected: Heard, heard: Heard) -> bool:
        if expected.head != heard.head or len(expected.lines) != len(heard.lines):
            return False
        return all(self._line_fits(wanted, got) for wanted, got in zip(expected.lines, heard.lines, strict=True))

    def _line_fits(self, wanted: str, got: str) -> bool:
        match = re.fullmatch(self._pattern(wanted), got)
        if match is None:
            return False
        for name, value in match.groupdict().items():
            self.values[name.replace("__", " ")] = value
        return True

    def _pattern(self, wanted: str) -> str:
        parts = PLACE.split(wanted)
        seen: set[str] = set()
        out = [re.escape(parts[0])]
        for name, literal in zip(parts[1::2], parts[2::2], strict=True):
            group = name.replace(" ", "__")
            if name in self.values:
                out.append(re.escape(self.values[name]))
            elif name in seen:
                out.append(f"(?P={group})")
            else:
                out.append(f"(?P<{group}>{KINDS.get(name, '.+?')})")
            seen.add(name)
            out.append(re.escape(literal))
        return "".join(out)


def with_placeholders(heard: Heard) -> Heard:
    """Return what the bot said as a recording writes it: values that differ at every run become their placeholder."""
    lines = heard.lines
    for name, pattern in KINDS.items():
        lines = [re.sub(rf"(?<![\w-]){pattern}(?![\w-])", f"{{{name}}}", line) for line in lines]
    return Heard(heard.head, lines)
