"""The spellings of a name have one key, and different names have different ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.name import search_words
from models.people.spelling import MOST_WORDS, keys_of, readings_of, spelling_key, whole_key

SAME = [
    "Mohammad Muhammad Muhamad Mohamad Moh. Muh. Mhd Moch. Mochamad Mohammed Muchamad", "Soeharti Suharti",
    "Djatmiko Jatmiko", "Tjandra Candra Chandra", "Joesoef Yusuf Jusuf Yusup Yoesoef", "Syamsul Sjamsul Shamsul Samsul",
    "Oesman Usman Utsman", "Poernomo Purnomo", "Soebijanto Subiyanto Subianto", "Fatimah Patimah Fatima Fathimah",
    "Chotimah Khotimah Hotimah", "Achmad Akhmad Ahmad", "Rizky Riski Rizki", "Novi Nopi Nofi", "Yenny Yeni Jenny",
    "Abdurrahim Abdurahim", "Zulkifli Sulkifli", "Wahyuni Wahjuni Wahyuny", "Hussein Husain", "Dwi Dwie", "Elly Eli",
    "Nurhalizah Nurhaliza Noerhaliza", "Syarifah Sarifah Sharifa", "Taufiq Taufik Tawfik", "Philipus Filipus",
]  # fmt: skip
APART = ["Sari", "Sri", "Siti", "Budi", "Badu", "Rina", "Rini", "Rani", "Dewi", "Dwi", "Andi", "Anto", "Aminah", "Imin"]
SPLIT = [
    ("Nur Aini", "Nuraini"),
    ("Sri Wahyuni", "Sriwahyuni"),
    ("Abdul Rahman", "Abdurrahman"),
    ("Noer Ainy", "Nuraini"),
]


@pytest.mark.parametrize("spellings", SAME, ids=lambda line: line.split()[0])
def test_spellings_of_one_name_have_one_key(spellings: str) -> None:
    assert len({spelling_key(search_words(word)[0]) for word in spellings.split()}) == 1


def test_other_names_have_other_keys() -> None:
    assert len({spelling_key(name.lower()) for name in APART}) == len(APART)


@pytest.mark.parametrize(("split", "joined"), SPLIT)
def test_joined_and_split_words_find_each_other(split: str, joined: str) -> None:
    for typed, stored in ((split, joined), (joined, split)):
        keys = set(keys_of(f"Haji {stored} Lubis"))
        assert any(reading <= keys for reading in readings_of(search_words(typed)))
    assert whole_key(split) == whole_key(joined)


@pytest.mark.parametrize(("one", "other"), [("M. Nasir", "Muh. Nasir"), ("H. Nasir Umar, S.Pd.", "Nasier Oemar")])
def test_titles_and_initials_do_not_hide_a_name(one: str, other: str) -> None:
    assert any(reading <= set(keys_of(other)) for reading in readings_of(search_words(one)))


@given(
    st.lists(st.sampled_from(["siti", "nur", "hayati", "muh", "abdul", "rahman", "djoko", "a"]), min_size=1, max_size=7)
)
def test_a_name_finds_itself(words: list[str]) -> None:
    name = " ".join(words)
    assert any(reading <= set(keys_of(name)) for reading in readings_of(search_words(name)))
    assert len(readings_of(search_words(name))) <= 2 ** (MOST_WORDS - 1)


@given(st.text(max_size=80))
def test_any_name_has_keys_or_no_words(name: str) -> None:
    assert all(keys_of(name))
    assert bool(keys_of(name)) is bool(search_words(name))
