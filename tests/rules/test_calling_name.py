"""A person is called by the first word of the name that is no title, particle or initial; else by the full name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.calling_name import LONGEST, calling_name, told_apart


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("I Wayan Suarta", "Wayan"), ("Ni Made Rai", "Made"), ("Ida Bagus Oka", "Oka"), ("Ida Ayu Laksmi", "Laksmi"),
        ("Anak Agung Gde Putra", "Gde"), ("I Gusti Made Rai", "Made"), ("Muh. Idris", "Idris"), ("Moch Saleh", "Saleh"),
        ("Abd.Kadir", "Kadir"), ("M. Nasir", "Nasir"), ("St. Hawa", "Hawa"), ("A. R. Saleh", "Saleh"),
        ("H. Abdul Kadir", "Abdul"), ("Hj. Rosmini", "Rosmini"), ("Dr. Ir. R. Bambang S., M.T.", "Bambang"),
        ("dr. Lina, Sp.A.", "Lina"), ("Drs. H. Umar", "Umar"), ("Rudi, S.Sos., M.Si", "Rudi"), ("Prof.Dr.Tuti", "Tuti"),
        ("Raden Mas Bagus", "Bagus"), ("R.Ay. Sri Murni", "Sri"), ("Bapak Slamet", "Slamet"), ("Nur'aini", "Nur'aini"),
        ("ROSMINI", "Rosmini"), ("Karsiyem (Mbok Yem)", "Karsiyem"),
        # words of those titles are names of their own
        ("Agung Nugroho", "Agung"), ("Bagus Santoso", "Bagus"), ("Ida Nurlaela", "Ida"), ("Anak Wungu", "Anak"),
        ("Said Umar", "Said"), ("Gusti Randa", "Gusti"),
        # nothing else is left
        ("Haji", "Haji"), ("A. M.", "A. M."), ("I", "I"), ("Moh.", "Moh."), ("Ida Bagus", "Ida"), ("李", "李"),
    ],
)  # fmt: skip
def test_titles_particles_and_initials_are_passed_over(name: str, called: str) -> None:
    assert calling_name(name) == called


@pytest.mark.parametrize(
    ("names", "called"),
    [
        (["Siti Rahma", "Siti Rohani", "Joko"], ["Siti Rahma", "Siti Rohani", "Joko"]),
        (["Muhammad Nur Ali", "Muhammad Dwi Ali"], ["Muhammad Nur Ali", "Muhammad Dwi Ali"]),
        (["I Made Budi Arta", "Ni Made Sri Arta", "Made"], ["Made Budi Arta", "Made Sri Arta", "Made"]),
        (["Ahmad Budi Sahid", "AHMAD Joko Sandi"], ["Ahmad Sahid", "Ahmad Sandi"]),
        (["Rina", "Rini"], ["Rina", "Rini"]),
    ],
)
def test_people_named_side_by_side_are_told_apart(names: list[str], called: list[str]) -> None:
    assert told_apart(names) == called


WORDS = st.sampled_from(
    ["Siti", "Nur", "Ahmad", "Budi", "I", "Ni", "Moh.", "H.", "A.", "Aminah", "S.Pd.", "Ida", "Bagus"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@given(st.lists(NAMES, min_size=1, max_size=6, unique_by=str.casefold))
def test_different_names_are_never_called_alike(names: list[str]) -> None:
    called = [one.casefold() for one in told_apart(names)]
    assert len(set(called)) == len(called)


@given(st.text(min_size=1, max_size=120))
def test_everybody_is_called_something_short_of_their_own_name(name: str) -> None:
    called = calling_name(name)
    assert 0 < len(called) <= LONGEST
    assert called.casefold() in name.casefold() or called.isascii() is False
