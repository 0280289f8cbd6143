"""A name is kept as it was typed, without invisible marks, and is found again by its plain words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.name import Name, NameFault, NameProblem, clean, read_name, search_words


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Sari", "Sari"),
        ("  Sari   Dewi \n", "Sari Dewi"),
        ("Sari\nDewi\tRina", "Sari Dewi Rina"),
        ("Sa\u200bri\u200d \ufeffDewi\u00ad", "Sari Dewi"),
        ("\u202eSari\u202c \u2066Dewi\u2069", "Sari Dewi"),
        ("Sari\u00a0Dewi\u3164", "Sari Dewi"),
        ("Rene\u0301", "René"),
        ("Nur'aini", "Nur'aini"),
        ('Andi "Bang" <b>_*[ & 😀', 'Andi "Bang" <b>_*[ & 😀'),
        ("Andi 2", "Andi 2"),
        ("ꦱꦫꦶ", "ꦱꦫꦶ"),
        ("Sari\x00\ud800", "Sari"),
    ],
)
def test_a_name_is_kept_as_typed_without_what_nobody_sees(typed: str, kept: str) -> None:
    assert read_name(typed) == Name(kept)


@pytest.mark.parametrize(
    ("typed", "fault", "length"),
    [
        ("", NameFault.EMPTY, 0), (" \n\u200b\u3164", NameFault.EMPTY, 0), ("123", NameFault.NO_LETTERS, 3),
        ("...", NameFault.NO_LETTERS, 3), ("😀👍", NameFault.NO_LETTERS, 2), ("12-8", NameFault.NO_LETTERS, 4),
        ("a" * 101, NameFault.TOO_LONG, 101), ("a" * 500, NameFault.TOO_LONG, 500),
        ("6472055708959001", NameFault.LOOKS_LIKE_NIK, 16),
        ("Sari 6472 0557 0895 9001", NameFault.LOOKS_LIKE_NIK, 24),
        ("Sari 6472.05.570895.9001", NameFault.LOOKS_LIKE_NIK, 24),
    ],
)  # fmt: skip
def test_what_cannot_be_a_name_and_how_long_it_was(typed: str, fault: NameFault, length: int) -> None:
    assert read_name(typed) == NameProblem(fault, length)


def test_a_hundred_characters_are_a_name() -> None:
    assert read_name("a" * 100) == Name("a" * 100)


def test_fifteen_digits_are_not_a_nik() -> None:
    assert read_name("Sari 647205570895900") == Name("Sari 647205570895900")


@pytest.mark.parametrize(("typed", "short"), [("M", True), ("M.", True), ("Ny", False), ("M A", False)])
def test_a_name_of_one_letter_is_allowed_and_flagged(typed: str, short: bool) -> None:
    found = read_name(typed)
    assert isinstance(found, Name)
    assert found.very_short is short


def test_a_name_stays_out_of_a_log() -> None:
    assert "Sari" not in repr(Name("Sari"))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Sari Dewi", ("sari", "dewi")), ("SARI  dewi", ("sari", "dewi")), ("Éva-Sári", ("eva", "sari")),
        ("Nur'aini", ("nuraini",)), ("Nur’aini", ("nuraini",)), ("H. Andi, S.Pd", ("andi",)),
        ("Hj. Dewi Sari S.Pd.", ("dewi", "sari")), ("Drs. H. Andi", ("andi",)), ("Andi, SE", ("andi",)),
        ("Prof. Dr. Ir. H. Andi, M.Si., Ph.D", ("andi",)), ("Andi S.E.", ("andi",)), ("Bapak Andi", ("andi",)),
        ("Andi SE", ("andi", "se")), ("Abdul H", ("abdul", "h")), ("Ma Dewi", ("ma", "dewi")),
        ("Andi M. Andi", ("andi", "m")), ("Haji", ("haji",)), ("Andi 2", ("andi", "2")), ("Dewi 😀 <b>", ("dewi", "b")),
        ("A.Md. Andi", ("andi",)), ("Andi Amd", ("andi",)),
    ],
)  # fmt: skip
def test_a_name_is_found_by_its_plain_words(name: str, words: tuple[str, ...]) -> None:
    assert search_words(name) == words


@given(st.text())
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    once = clean(typed)
    assert clean(once) == once


@given(st.text())
def test_a_name_has_one_line_and_nothing_unseen(typed: str) -> None:
    name = clean(typed)
    assert name == unicodedata.normalize("NFC", name)
    assert not {unicodedata.category(mark) for mark in name} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "  " not in name
    assert name == name.strip()


@given(st.text())
def test_search_words_are_plain_and_small(typed: str) -> None:
    words = search_words(typed)
    assert all(word and word == word.casefold() and word.isalnum() for word in words)
    assert len(set(words)) == len(words)


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=4), min_size=1, max_size=4).map(" ".join))
def test_case_and_unseen_marks_do_not_change_the_search_words(name: str) -> None:
    assert search_words(name.upper()) == search_words(name.replace(" ", " \u200b ")) == search_words(name)
