"""A name is taken out of the sentence around it; what still reads like a sentence is asked back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.said_name import name_in, reads_like_a_sentence

NAMES = ["Joko Widodo", "I Wayan Sudira", "Anak Agung Rai", "Nur'aini", "Hj. Rosmini", "Selamat Riyadi", "Imam", "Mei"]
SENTENCES = [
    "{}", "nama saya {}", "Nama lengkap saya adalah {}", "namanya {}", "NAMA: {}", "saya {}", "saya bernama {}",
    "anak saya namanya {}", "nama istri saya {}", "halo, nama saya {}", "Selamat pagi. Perkenalkan, saya {}",
    "panggil saja {}", "dengan Bapak {}", "ini Bu {}", "{} ya bu", "{}, terima kasih", "{}, umur 40 tahun",
    "{} lahir di Samarinda", "my name is {}", "her full name is {}", "I'm {}", "This is {}, thanks",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_name_is_taken_out_of_its_sentence(sentence: str, name: str) -> None:
    assert name_in(sentence.format(name)) == name
    assert not reads_like_a_sentence(name)


@pytest.mark.parametrize(
    "typed",
    [
        "saya mau mendaftar",
        "kenapa harus tanya nama?",
        "belum tahu",
        "Joko 081200000000",
        "gimana caranya",
        "what is it",
    ],
)
def test_what_reads_like_a_sentence_is_asked_back(typed: str) -> None:
    assert reads_like_a_sentence(name_in(typed))


@given(st.text(min_size=1, max_size=100))
def test_something_is_always_left_and_nothing_is_added(typed: str) -> None:
    assert name_in(typed) in typed
    assert name_in(typed)
