"""Find the matters that typed words may mean, in spite of typing errors, chat spellings and other word order.

    words ──plain, spellings──▶ tokens ──stem, rapidfuzz──▶ known terms ─┬─ likeness to the nearest phrasing
                                                                        └─ how far each term belongs to the matter
                                                    both, weighed ──▶ the best matters; none where that is a guess

A term weighs more the fewer matters use it; a filler weighs little, and an unknown word counts against every matter.
Beside a word that no matter uses, a phrasing must share more than fillers and words of questions: "harga mangga".
The likeness to a phrasing is the shared weight over the geometric mean of both weights, as in a cosine.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from math import log, sqrt
from typing import NamedTuple

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from models.matters.matter_file import MatterEntry, MatterFile, lines_of
from models.matters.stem import spoken_forms, stem
from models.plain_words import plain

MOST = 3
"""Matters that are offered: more of them would be no answer."""
LEAST_SCORE, LEAST_BESIDE = 42.0, 30.0
"""Below the first score (0 to 100) nothing is offered; below the second one nothing beside the best.

Measured with tests/phrasings: a lower one offers what was not meant, a higher one leaves people alone.
"""
LIKELY, MARGIN = 60.0, 24.0
"""From the first score on, matters so far behind the best one are not offered beside it."""
SURE = 99.0
"""From this score on, the words are those of the file, and only the best matter is offered."""
CLEAR = 88.0
"""From this score on, words are taken for a matter where a name or a place is asked."""
TERMS_COUNT = 0.3
"""How much it counts that the terms belong to the matter; the rest is the likeness to its nearest phrasing."""
FILLER_WEIGHT, UNKNOWN_WEIGHT = 0.35, 3.2
SHORTEST_TYPED_WRONGLY, LETTERS_FOR_TWO = 4, 8
"""Letters of a word that may have one typing error, and of one that may have two; never in the first letter."""
JOINED = 90.0
"""The likeness (0 to 100) of whole phrasings without their spaces that is enough: "maudaftar"."""
LONGEST, MOST_TOKENS = 200, 24
"""Characters and words that are looked at: a longer message is for an officer."""


class Hit(NamedTuple):
    """A matter, and how likely (0 to 100) it is meant; without a matter the words are known to be about others."""

    matter: MatterEntry | None
    score: float


class _Phrasing(NamedTuple):
    """A phrasing of the matter at `about`; the words known to be about other things stand behind the last one."""

    about: int
    tokens: list[str]
    terms: frozenset[str]


class Matcher:
    """Compares words with all phrasings of a file. Building one takes longer than asking it: keep it."""

    def __init__(self, file: MatterFile) -> None:
        self._matters = (*file.matters, None)
        self._spellings = file.spelled
        self._fillers = {stem(word) for word in self._tokens(file.fillers)}
        self._asking = self._fillers | {stem(word) for word in self._tokens(file.asking)}
        self._phrasings = list(self._read(file))
        self._joined = ["".join(one.tokens) for one in self._phrasings]
        self._count_terms()
        self._totals = [sum(map(self._weight, one.terms)) for one in self._phrasings]

    def _read(self, file: MatterFile) -> Iterator[_Phrasing]:
        said = [(*matter.said, matter.label.id, matter.label.en) for matter in file.matters]
        for index, phrasings in enumerate([*said, lines_of(file.elsewhere)]):
            for phrasing in phrasings:
                if tokens := self._tokens(phrasing):
                    yield _Phrasing(index, tokens, frozenset(map(stem, tokens)))

    def _count_terms(self) -> None:
        """Note where each term stands, how far it belongs to each matter, and what it weighs."""
        self._words: dict[str, str] = {}
        self._places: dict[str, list[int]] = defaultdict(list)
        using: dict[str, Counter[int]] = defaultdict(Counter)
        for place, one in enumerate(self._phrasings):
            self._words |= {token: stem(token) for token in one.tokens}
            for term in one.terms:
                self._places[term].append(place)
                using[term][one.about] += 1
        self._shares = {
            term: {index: count / counts.total() for index, count in counts.items()} for term, counts in using.items()
        }
        self._weights = {term: log(1 + len(self._matters) / len(counts)) for term, counts in using.items()}
        self._by_letter: dict[str, list[str]] = defaultdict(list)
        for word in self._words:
            if len(word) >= SHORTEST_TYPED_WRONGLY:
                self._by_letter[word[0]].append(word)

    def find(self, text: str, at_least: float = LEAST_SCORE) -> list[MatterEntry]:
        """Return the matters that the words may mean, the likeliest first, at most three.

        None where the best one scores less than `at_least`: that would be a guess.
        """
        ranked = self.rank(text)
        best = ranked[0] if ranked else Hit(None, 0.0)
        if best.matter is None or best.score < at_least:
            return []
        margin = 0 if best.score >= SURE else MARGIN if best.score >= LIKELY else best.score
        least = max(LEAST_BESIDE, best.score - margin)
        return [hit.matter for hit in ranked if hit.matter is not None and hit.score >= least][:MOST]

    def rank(self, text: str) -> list[Hit]:
        """Return every matter that shares a word with the text, the likeliest first; of equals in the file's order."""
        if len(text) > LONGEST or not 0 < len(tokens := self._tokens(text)) <= MOST_TOKENS:
            return []
        scores = self._by_words(self._terms(tokens))
        for index, likeness in self._by_letters("".join(tokens)):
            scores[index] = max(scores.get(index, 0.0), likeness)
        return sorted(
            (Hit(self._matters[index], scores[index]) for index in sorted(scores)), key=lambda hit: -hit.score
        )

    def _by_words(self, terms: dict[str, tuple[float, float]]) -> dict[int, float]:
        """Return the score of each matter that shares a term; `terms` has the weight and the likeness of each."""
        total = sum(weight for weight, _likeness in terms.values())
        is_strange = any(map(self._is_strange, terms))
        shared, votes = defaultdict[int, float](float), defaultdict[int, float](float)
        named = set[int]()
        for term, (weight, likeness) in terms.items():
            for place in self._places.get(term, ()):
                shared[place] += weight * likeness
            if not (is_strange and term in self._asking):
                named.update(self._places.get(term, ()))
            for index, share in self._shares.get(term, {}).items():
                votes[index] += weight * likeness * share / total
        nearest: dict[int, float] = {}
        for place in named:
            index, likeness = self._phrasings[place].about, shared[place] / sqrt(total * self._totals[place])
            nearest[index] = max(nearest.get(index, 0.0), likeness)
        return {
            index: SURE if likeness > 1 - 1e-9 else 100 * ((1 - TERMS_COUNT) * likeness + TERMS_COUNT * votes[index])
            for index, likeness in nearest.items()
        }

    def _is_strange(self, term: str) -> bool:
        """Whether no matter uses the word: it is unknown and no mere exclamation, or known to be about other things."""
        if term in self._asking:
            return False
        about = self._shares.get(term)
        return len(term) >= SHORTEST_TYPED_WRONGLY if about is None else set(about) == {len(self._matters) - 1}

    def _by_letters(self, joined: str) -> Iterator[tuple[int, float]]:
        """Yield matters with a phrasing that is written almost the same, once the spaces are left out."""
        if len(joined) >= SHORTEST_TYPED_WRONGLY:
            found = process.extract(joined, self._joined, scorer=fuzz.ratio, score_cutoff=JOINED, limit=2 * MOST)
            yield from ((self._phrasings[place].about, likeness) for _words, likeness, place in found)

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
        term = stem(token)
        if term in self._places or len(token) < SHORTEST_TYPED_WRONGLY:
            return term, 1.0
        if (form := self._spoken(token)) is not None:
            return self._words[form], 1.0
        most = 2 if len(token) >= LETTERS_FOR_TWO else 1
        near = process.extractOne(token, self._by_letter.get(token[0], []), scorer=OSA.distance, score_cutoff=most)
        return (self._words[near[0]], 1 - near[1] / len(token)) if near else (term, 1.0)

    def _spoken(self, token: str) -> str | None:
        """Return the known word that a word of everyday speech comes from, also where an e is said for an a."""
        forms = [form for form in spoken_forms(token) if len(form) >= SHORTEST_TYPED_WRONGLY]
        alike = [*forms, *(re.sub("e([^aeiou]+)$", r"a\1", form) for form in forms)]
        return next((form for form in alike if form in self._words), None)

    def _weight(self, term: str) -> float:
        return FILLER_WEIGHT if term in self._fillers else self._weights.get(term, UNKNOWN_WEIGHT)

    def _tokens(self, text: str) -> list[str]:
        said = (part for word in plain(text).split() for part in self._spellings.get(word, word).split())
        return [word for word in said if not word.isdecimal()]


@lru_cache(maxsize=8)
def matcher_of(file: MatterFile) -> Matcher:
    """Return the matcher of a file: asking again costs nothing."""
    return Matcher(file)
