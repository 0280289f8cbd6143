"""What the README, the guide and the files of an installation say is so: lines, links, settings, commands."""

import re
from pathlib import Path

import pytest

from bot.__main__ import sapa
from bot.settings import ENV_FILE, variables
from tests.commands.terminal import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
INSTALLATION = [ROOT / "Dockerfile", ROOT / ".ci" / "run", *sorted((ROOT / "deploy").iterdir())]
LARGEST_PICTURE = 300_000


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_readme_has_one_line_to_try_it_and_one_to_test_it() -> None:
    lines = [line for line in text_of(ROOT / "README.md").splitlines() if line.startswith("python3 -m venv")]
    try_it, test_it = (line.rpartition(" && ")[2] for line in lines)
    assert try_it == ".venv/bin/sapa try"
    assert test_it.split()[0] == ".venv/bin/pytest"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text_of(page)):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_place_in_a_page_that_is_linked_to_is_there(page: Path) -> None:
    places = {
        re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.+)$", text_of(page), re.M)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text_of(page))) <= places


@pytest.mark.parametrize("page", [*PAGES, *INSTALLATION], ids=named)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    ours = {*variables(), ENV_FILE}
    assert set(re.findall(r"\bSAPA_[A-Z_]+\b", text_of(page))) <= ours


@pytest.mark.parametrize("page", [*PAGES, *INSTALLATION], ids=named)
def test_no_page_names_a_command_that_does_not_exist(page: Path) -> None:
    ours = {command.name or command.callback.__name__ for command in sapa.registered_commands if command.callback}
    ours |= {str(group.name) for group in sapa.registered_groups}
    assert set(re.findall(r"(?:`|bin/)sapa ([a-z][a-z-]*)", text_of(page))) <= ours


def test_every_decision_is_in_the_list_with_its_number() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    for number, record in enumerate(records, start=1):
        title = text_of(record).splitlines()[0].removeprefix("# ")
        assert title.startswith(f"{number:04} ")
        assert f"| [{number:04}]({record.name}) | {title[5:]} |" in text_of(folder / "README.md")
        assert re.search(r"^\d{4}-\d\d-\d\d, accepted", text_of(record), re.M), record.name


def test_the_picture_of_the_chat_is_small_enough_for_a_slow_line() -> None:
    assert 10_000 < (ROOT / "docs" / "chat.png").stat().st_size < LARGEST_PICTURE


def test_the_image_takes_in_what_the_bot_needs_and_no_secret() -> None:
    ignored = text_of(ROOT / ".dockerignore").splitlines()
    copied = re.findall(r"^COPY (.+) \S+$", text_of(ROOT / "Dockerfile"), re.M)
    wanted = {name for line in copied for name in line.split()}
    assert "*" in ignored
    assert {f"!{name}" for name in wanted} == {line for line in ignored if line.startswith("!")}
    assert {"bot", "handlers", "models", "locales", "data"} <= wanted
    assert "**/.env" in ignored
