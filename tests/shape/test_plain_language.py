"""Every sentence of both catalogs, with its longest real values, and every message of every chat is plain language."""

import ast
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from locales import LANGUAGES
from tests.shape.plain_language import complaints, homonyms, values
from tests.shape.talks import sources, tree_of
from tests.shape.test_catalogs import forms, ids, messages
from tests.transcript import FOLDER, Heard, read

BRACKETS = str.maketrans("", "", "[]")
FRAMES = ("(keyboard:", "(protected)", "(keyboard gone)", "(document)")


@cache
def by_first_name() -> frozenset[str]:
    """The sentences whose {name} is filled with the first name only: `_("… {name} …").format(name=….first_name)`."""
    calls = [node for path in sources("handlers") for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    return frozenset(
        call.func.value.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "format" and isinstance(call.func.value, ast.Call)
        if call.func.value.args and isinstance(call.func.value.args[0], ast.Constant)
        if any(keyword.arg == "name" and "first_name" in ast.dump(keyword.value) for keyword in call.keywords)
    )


def rendered(sentence: str, source: str, language: str) -> str:
    """The sentence with its longest values. An unknown placeholder must get its value in plain_language.py."""
    names = {name for _, name, _, _ in Formatter().parse(sentence) if name}
    unknown = names - values(language).keys()
    assert not unknown, f"tests/shape/plain_language.py has no longest value for {', '.join(sorted(unknown))}"
    name = values(language)["first_name" if source in by_first_name() else "name"]
    return sentence.format(**{**values(language), "name": name})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_plain_with_its_longest_values(language: str) -> None:
    problems = [
        f"{form!r} {problem}"
        for message in messages(language)
        for form in forms(message)
        for problem in complaints(rendered(form, ids(message)[0], language), language)
    ]
    assert not problems, "\n".join(problems)


ALIASES = {"Help", "I am confused", "I do not understand"}
"""Words that people may type; the bot never says them."""
STAFF_ONLY = ("handlers/counter/", "handlers/staff/", "handlers/mydata/", "handlers/registration/")


def test_no_word_of_the_office_has_two_meanings() -> None:
    spoken = [message for message in messages("id") if ids(message)[0] not in ALIASES]
    problems = [f"{form!r}: {one}" for message in spoken for form in forms(message) for one in homonyms(form)]
    assert not problems, "\n".join(problems)


def test_only_the_desk_speaks_of_applicants() -> None:
    """People are "Anda" or have a name; on a screen of staff they are "pemohon"."""
    found = [message for message in messages("id") if any("pemohon" in form.casefold() for form in forms(message))]
    loose = [ids(one)[0] for one in found if not all(place.startswith(STAFF_ONLY) for place, _line in one.locations)]
    assert not loose


def text_of(heard: Heard) -> str:
    """Its words, and those of a sheet that came with it: each line of that stands behind a bar."""
    lines = (line.removeprefix("| ") for line in heard.lines if not line.startswith(FRAMES))
    return "\n".join(lines).translate(BRACKETS)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.chat")), ids=lambda path: path.stem)
def test_every_message_of_a_chat_is_plain(path: Path) -> None:
    """English is checked by its own, slightly wider measure; what is plain Indonesian passes it too."""
    for beat in read(path.read_text(encoding="utf-8")).beats:
        for heard in beat.answers:
            if not heard.head.startswith("Bot deletes"):
                assert not list(complaints(text_of(heard), "en")), heard.written()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas dua belas.", "13 words"),
        ("Satu. Dua. Tiga. Empat.", "4 sentences"),
        ("Untuk penyandang cacat.", "cacat"),
        ("Selamat! 🎉", "emoji"),
        ("Kirim SEKARANG juga.", "SEKARANG"),
        ("Nama | Umur", "table"),
        ("a" * 4097, "4097"),
    ],
)
def test_the_checker_finds(text: str, problem: str) -> None:
    assert any(problem in found for found in complaints(text, "id"))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Anda perlu bantuan tentang apa?", "aid"),
        ("Pembantu yang mana?", "pendamping"),
        ("Pendaftaran Anda sudah kami terima.", "sudah masuk"),
        ("Tidak, keluarga keberatan", "objection"),
        ("Sebabnya: semua tempat sedang penuh.", "kuota"),
        ("Apa kodenya?", "kind"),
        ("Beri izin mendaftar", "persetujuan"),
        ("Berkas {number} belum lengkap.", "papers"),
        ("Siapa nama lengkap Kak?", "Kakak"),
        ("Saya belum mengerti pesan itu. Di sini saya perlu jawaban.", "never saya"),
    ],
)
def test_the_checker_finds_a_word_of_two_meanings(text: str, advice: str) -> None:
    assert any(advice in found for found in homonyms(text))
