"""Find the matters that typed words may mean, in spite of typing errors, chat spellings and other word order.

    words ──plain, spellings──▶ tokens ──stem, rapidfuzz──▶ known terms ──weighed──▶ likeness to each phrasing
                                                                  └──▶ the best matters, or none

Each term weighs more the fewer matters use it; a filler weighs little, and an unknown word counts against every
phrasing. The likeness is the shared weight over the geometric mean of both weights, as in a cosine.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log, sqrt
from typing import NamedTuple

from rapidfuzz import fuzz, process

from models.matters.matter_file import Matter, MatterFile
from models.matters.stem import stem
from models.plain_words import plain

MOST = 3
"""Matters that are offered: more of them would be no answer."""
LEAST_LIKENESS = 62.0
"""Below this (0 to 100) nothing is offered. Measured: tests/test_matters.py."""
MARGIN = 14.0
"""Matters so far behind the best one are not offered beside it."""
SURE = 97.0
"""From this likeness on, only the best matter is offered."""
FILLER_WEIGHT, UNKNOWN_WEIGHT = 0.35, 3.2
TYPING_ERROR = 80.0
"""The likeness (0 to 100) from which an unknown word counts as a known one, typed wrongly."""
SHORTEST_TYPED_WRONGLY = 4
JOINED = 90.0
"""The same for whole phrasings without their spaces: "maudaftar"."""
LONGEST = 200
"""Characters that are looked at: a longer message is for an officer."""
MOST_TOKENS = 16


class Hit(NamedTuple):
    """A matter, and how alike (0 to 100) the words are to one of its phrasings."""

    matter: Matter
    likeness: float


@dataclass(frozen=True, slots=True)
class _Phrasing:
    matter: int
    weight: float


class Matcher:
    """Compares words with all phrasings of a file. Building one takes longer than asking it: keep it."""

    def __init__(self, file: MatterFile) -> None:
        self.matters, self._spellings = file.matters, {plain(word): plain(to) for word, to in file.spellings.items()}
        self._fillers = {stem(word) for filler in file.fillers for word in self._tokens(filler)}
        written = [
            (index, frozenset(map(stem, tokens)), "".join(tokens), tokens)
            for index, matter in enumerate(file.matters)
            for phrasing in (*matter.phrasings, matter.label.id, matter.label.en)
            if (tokens := self._tokens(phrasing))
        ]
        self._weights = self._weigh([(index, terms) for index, terms, *_ in written])
        self._words = {token: stem(token) for *_, tokens in written for token in tokens}
        self._word_list = [word for word in self._words if len(word) >= SHORTEST_TYPED_WRONGLY]
        self._phrasings = [_Phrasing(index, sum(map(self._weight, terms))) for index, terms, *_ in written]
        self._joined = [joined for *_, joined, _tokens in written]
        self._by_term: dict[str, list[int]] = defaultdict(list)
        for place, (_index, terms, *_) in enumerate(written):
            for term in terms:
                self._by_term[term].append(place)

    def find(self, text: str) -> list[Hit]:
        """Return the matters that the words may mean, the likeliest first, at most three; none where it is a guess."""
        ranked = self.rank(text)
        if not ranked or ranked[0].likeness < LEAST_LIKENESS:
            return []
        best = ranked[0].likeness
        least = max(LEAST_LIKENESS, best - (0 if best >= SURE else MARGIN))
        return [hit for hit in ranked if hit.likeness >= least][:MOST]

    def rank(self, text: str) -> list[Hit]:
        """Return every matter that shares a word with the text, the likeliest first; of equals in the file's order."""
        if len(text) > LONGEST or len(tokens := self._tokens(text)) > MOST_TOKENS:
            return []
        best: dict[int, float] = {}
        for place, likeness in (*self._by_words(tokens), *self._by_letters("".join(tokens))):
            index = self._phrasings[place].matter
            best[index] = max(best.get(index, 0.0), likeness)
        return sorted((Hit(self.matters[index], one) for index, one in sorted(best.items())), key=lambda hit: -hit.likeness)

    def _by_words(self, tokens: list[str]) -> Iterator[tuple[int, float]]:
        """Yield phrasings that share a term with the tokens, and the likeness of each."""
        terms = self._terms(tokens)
        total = sum(weight for weight, _likeness in terms.values())
        shared: dict[int, float] = defaultdict(float)
        for term, (weight, likeness) in terms.items():
            for place in self._by_term.get(term, ()):
                shared[place] += weight * likeness
        for place, weight in shared.items():
            yield place, min(100.0, 100 * weight / sqrt(total * self._phrasings[place].weight))

    def _by_letters(self, joined: str) -> Iterator[tuple[int, float]]:
        """Yield phrasings that are written almost the same, once the spaces are left out."""
        if len(joined) >= SHORTEST_TYPED_WRONGLY:
            for _words, likeness, place in process.extract(
                joined, self._joined, scorer=fuzz.ratio, score_cutoff=JOINED, limit=2 * MOST
            ):
                yield place, likeness

    def _terms(self, tokens: list[str]) -> dict[str, tuple[float, float]]:
        """Return the terms of the tokens: the weight of each, and how alike (0 to 1) it is to what was typed."""
        found: dict[str, tuple[float, float]] = {}
        for token in tokens:
            term, likeness = self._known(token)
            if term not in found or found[term][1] < likeness:
                found[term] = (self._weight(term), likeness)
        return found

    def _known(self, token: str) -> tuple[str, float]:
        """Return the term of a word, or of the word that it is a typing error of, and how alike it is (0 to 1)."""
        if token in self._words:
            return self._words[token], 1.0
        if (term := stem(token)) in self._by_term:
            return term, 1.0
        if len(token) < SHORTEST_TYPED_WRONGLY or token.isdecimal():
            return token, 1.0
        near = process.extractOne(token, self._word_list, scorer=fuzz.ratio, score_cutoff=TYPING_ERROR)
        return (self._words[near[0]], near[1] / 100) if near else (term, 1.0)

    def _weight(self, term: str) -> float:
        if term in self._fillers:
            return FILLER_WEIGHT
        return self._weights.get(term, UNKNOWN_WEIGHT)

    def _weigh(self, written: list[tuple[int, frozenset[str]]]) -> dict[str, float]:
        """Return the weight of each term: more, the fewer matters use it."""
        using: dict[str, set[int]] = defaultdict(set)
        for index, terms in written:
            for term in terms:
                using[term].add(index)
        return {term: log(1 + len(self.matters) / len(matters)) for term, matters in using.items()}

    def _tokens(self, text: str) -> list[str]:
        words = plain(text).split()
        return [part for word in words for part in self._spellings.get(word, word).split()]


@lru_cache(maxsize=8)
def matcher_of(file: MatterFile) -> Matcher:
    """Return the matcher of a file: asking again costs nothing."""
    return Matcher(file)
