"""While the office's files hold an example, the bot is a visible trial; with none left it says nothing of it."""

import shutil
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from handlers.conversation.context import ReferenceData
from models.places import gazetteer
from models.programmes.catalogue import Catalogue, load_catalogue, region_codes
from tests.chat import playing
from tests.own_catalogue import OFFICE, SHIPPED, own_catalogue
from tests.transcript import read

EXAMPLES = (
    ("office.yaml", "    hours:\n", "    hours: !contoh\n"),
    ("office.yaml", "  participant: 730", "  participant: !contoh 730"),
    ("programmes/uep-kaltim.yaml", "  working_days: 10", "  working_days: !contoh 10"),
    ("programmes/uep-kaltim.yaml", "summary:\n", "summary: !contoh\n"),
    ("programmes/magang-kaltim.yaml", "  news_by: 2027-01-29", "  news_by: !contoh 2027-01-29"),
    ("programmes/magang-kaltim.yaml", "    at_least: 18", "    at_least: !contoh 18"),
)
STORY = """
Sari: /start
Sari: /resmi
Sari: Daftar program
(Sari sudah mendaftarkan Dewi Lestari, child, lahir 2008-02-01: uep)
Sari: /status
Sari: /start
Sari: /program
Sari: Magang di perusahaan
"""
TRIAL = "Bot percobaan, belum resmi."


def with_examples(folder: Path) -> Catalogue:
    """Copy the tests' catalogue with these marks in it."""
    shutil.copytree(OFFICE.parent, folder)
    for name, old, new in EXAMPLES:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return load_catalogue(folder, regions=region_codes(SHIPPED))


async def said(catalogue: Catalogue, folder: Path) -> list[str]:
    """Play the story; returns what the bot said after each beat."""
    story = read(STORY)
    async with playing(story, folder, ReferenceData(catalogue, gazetteer())) as play:
        return ["\n".join(one.written() for one in await play.perform(beat)) for beat in story.beats]


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return with_examples(tmp_path / "office")


async def test_a_bot_with_examples_says_at_every_place_that_it_is_a_trial(catalogue: Catalogue, tmp_path: Path) -> None:
    heard = await said(catalogue, tmp_path)
    hello, official, consent, _, status, again, _, programme = heard
    assert TRIAL in hello and TRIAL in official and TRIAL in again
    assert "Ini bot resmi" not in hello
    assert "2 tahun (contoh)" in consent
    assert "WITA (contoh)." in official
    assert "18 tahun (contoh)." in programme and "29 Januari 2027 (contoh)." in programme
    assert "(contoh)." in next(line for line in status.splitlines() if "paling lambat" in line)


async def test_a_bot_without_examples_says_nothing_of_it(tmp_path: Path) -> None:
    assert own_catalogue().examples == ()
    heard = "\n".join(await said(own_catalogue(), tmp_path))
    assert "Ini bot resmi" in heard
    assert TRIAL not in heard
    assert heard.count("(contoh)") == heard.count("dinsos.example (contoh)")  # the e-mail of the tests' office


async def test_the_start_logs_one_warning_with_file_and_lines(catalogue: Catalogue, tmp_path: Path) -> None:
    with capture_logs() as lines:
        async with playing(read(""), tmp_path, ReferenceData(catalogue, gazetteer())):
            pass
    warnings = [line["event"] for line in lines if line["log_level"] == "warning" and "trial" in line["event"]]
    office = tmp_path / "office"
    (one,) = warnings
    assert "left: 6, at" in one
    assert f"{office / 'office.yaml'}:16," in one
    assert f"{office / 'programmes' / 'uep-kaltim.yaml'}:" in one


async def test_the_start_logs_nothing_of_it_without_examples(tmp_path: Path) -> None:
    with capture_logs() as lines:
        async with playing(read(""), tmp_path):
            pass
    assert not [line for line in lines if "trial" in line["event"]]


def test_a_text_and_a_button_say_that_they_are_examples(catalogue: Catalogue) -> None:
    assert catalogue["uep"].summary.in_("id").endswith("usaha kecil (contoh).")
    assert catalogue["uep"].summary.in_("en", short=True).endswith("(example).")
    assert catalogue["uep"].next_step.working_days == 10
