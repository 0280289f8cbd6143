"""Normalises overlapping spans of formatted text: merged, cut around code, trimmed at the ends."""

from dataclasses import dataclass, field, replace

from bot.sandbox.store import Json

MERGING = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
"""These are joined where they touch and cut where code stands in them."""
CODE = frozenset({"code", "pre"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})


@dataclass(frozen=True)
class Span:
    """From ``start`` up to ``end``, in UTF-16 units."""

    kind: str
    start: int
    end: int
    extra: Json = field(default_factory=dict)

    def json(self) -> Json:
        """As a MessageEntity."""
        return {"type": self.kind, "offset": self.start, "length": self.end - self.start, **self.extra}


def tidy(spans: list[Span]) -> list[Span]:
    """The spans as Telegram shows them, sorted, the longer first where two begin together."""
    spans = [span for span in spans if span.end > span.start]
    code = _code_blocks(spans)
    kept = list(code)
    for kind in sorted({span.kind for span in spans} & MERGING):
        pieces = _without(_joined([span for span in spans if span.kind == kind]), code)
        kept += pieces
    kept += [span for span in spans if span.kind == "text_link" and not _covered(span, code)]
    kept += _outermost([span for span in spans if span.kind in QUOTES])
    return sorted(kept, key=lambda span: (span.start, -span.end, span.kind))


def _code_blocks(spans: list[Span]) -> list[Span]:
    """Code in a pre is the pre with its language; code in code is the outer one."""
    code = [span for span in spans if span.kind in CODE]
    return [_with_language(span, code) for span in _outermost(code)]


def _with_language(outer: Span, code: list[Span]) -> Span:
    same = [s for s in code if (s.start, s.end) == (outer.start, outer.end)]
    language = next((s.extra["language"] for s in same if "language" in s.extra), None)
    if outer.kind == "code" and len(same) == 1:
        return replace(outer, extra={})
    kind = "pre" if any(span.kind == "pre" for span in same) else "code"
    return replace(outer, kind=kind, extra={"language": language} if language and kind == "pre" else {})


def _outermost(spans: list[Span]) -> list[Span]:
    kept: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _covered(span: Span, others: list[Span]) -> bool:
    return any(other.start < span.end and span.start < other.end for other in others)


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = replace(joined[-1], end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def _without(spans: list[Span], holes: list[Span]) -> list[Span]:
    for hole in holes:
        spans = [piece for span in spans for piece in _cut(span, hole)]
    return spans


def _cut(span: Span, hole: Span) -> list[Span]:
    before = replace(span, end=min(span.end, hole.start))
    after = replace(span, start=max(span.start, hole.end))
    return [piece for piece in (before, after) if piece.end > piece.start]


def trim(text: str, spans: list[Span]) -> tuple[str, list[Span]]:
    """Without white space at both ends; spans move along and lose what was cut off."""
    body = text.strip()
    lead = _units(text[: len(text) - len(text.lstrip())])
    most = _units(body)
    moved = [replace(span, start=max(span.start - lead, 0), end=min(span.end - lead, most)) for span in spans]
    return body, [span for span in moved if span.end > span.start]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
