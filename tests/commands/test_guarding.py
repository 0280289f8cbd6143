"""Without an installation every command says so and makes nothing; none leaves files the bot's user cannot write."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot import installation
from bot.__main__ import sapa
from tests.commands.terminal import GOOD, KEY, Terminal
from tests.stores import new_url, tables_in

ALL = {
    "audit verify": (),
    "backup": ("kept",),
    "breach declare": ("--what", "Ada", "--done", "Ada", "--known", "2026-11-24T08:00:00"),
    "breach facts": ("1",),
    "breach tell": ("1", "--yes"),
    "breach withdraw": ("1", "--yes"),
    "dead-letters": (),
    "dead-letters drop": ("--all",),
    "dead-letters retry": ("--all",),
    "keys rewrap": ("--new", "another secret, as long as one has to be"),
    "keys rotate": (),
    "retention": (),
    "staff invite": ("--office", "dinsos-kaltim"),
}
"""Every command that needs a database, with what it must be given."""
MAKE_ONE = {"run", "try", "migrate", "restore"}
NEED_NONE = {"doctor"}


def commands() -> set[str]:
    """All that can be typed, from the program itself."""
    plain = {one.name or (one.callback.__name__ if one.callback else "") for one in sapa.registered_commands}
    groups = {
        f"{group.name} {one.name or (one.callback.__name__ if one.callback else '')}"
        for group in sapa.registered_groups
        if group.typer_instance
        for one in group.typer_instance.registered_commands
    }
    return plain | groups


def test_every_command_is_known_here() -> None:
    missing = commands() - set(ALL) - MAKE_ONE - NEED_NONE
    assert not missing, f"does it make a database? {missing}"


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.set(**GOOD)
    return terminal


@pytest.mark.parametrize("command", sorted(ALL))
def test_on_nothing_it_says_so_and_makes_nothing(office: Terminal, command: str) -> None:
    said = office.type(*command.split(), *ALL[command])
    assert said.code not in {0, 1}
    assert said.err.count("\n") == 1
    assert "There is no database at var/sapa.db" in said.err
    assert list(office.folder.iterdir()) == []


@pytest.mark.parametrize("command", sorted(ALL))
def test_in_a_postgresql_without_tables_it_makes_none(office: Terminal, command: str) -> None:
    url = new_url("postgresql", office.folder)
    office.set(SAPA_DATABASE_URL=url)
    said = office.type(*command.split(), *ALL[command])
    assert said.code not in {0, 1}
    assert ("The database has no tables" in said.err) or "There is no folder var, where papers lie" in said.err
    assert tables_in(url) == set()
    assert list(office.folder.iterdir()) == []


def test_a_backup_in_a_wrong_folder_leaves_the_real_one_alone(
    office: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.found()
    assert office.type("backup", "../kept").code == 0
    kept = office.folder.parent / "kept"
    before = sorted(kept.iterdir())
    (office.folder / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert office.type("backup", str(kept)).code != 0
    assert sorted(kept.iterdir()) == before


def test_a_database_without_keys_gets_none_by_a_look(office: Terminal) -> None:
    office.found()
    with sqlite3.connect("var/sapa.db") as database:
        database.execute("DELETE FROM data_key")
    said = office.type("audit", "verify")
    assert "The database has no keys yet" in said.err
    with sqlite3.connect("var/sapa.db") as database:
        assert database.execute("SELECT count(*) FROM data_key").fetchone() == (0,)


@pytest.mark.parametrize("command", [*sorted(ALL), "migrate", "run"])
def test_root_does_not_work_on_the_data_of_the_bot_s_user(
    office: Terminal, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.found()
    before = {path: path.stat().st_mtime_ns for path in Path("var").iterdir()}
    monkeypatch.setattr(installation.os, "geteuid", lambda: installation.ROOT)
    monkeypatch.setattr(installation, "owner_of", lambda settings: 10001)
    said = office.type(*command.split(), *ALL.get(command, ()))
    assert said.code not in {0, 1}
    assert "belongs to the user 10001: run this as that user" in said.err
    assert {path: path.stat().st_mtime_ns for path in Path("var").iterdir()} == before


@pytest.mark.parametrize("words", [("migrate",), ("restore", "a.sapabackup", "--yes")])
def test_root_makes_no_folder_of_data_for_somebody_it_does_not_know(
    office: Terminal, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation.os, "geteuid", lambda: installation.ROOT)
    Path("a.sapabackup").touch()
    said = office.type(*words)
    assert "install -d -m 700 -o USER var" in said.err
    assert not Path("var").exists()


def test_files_of_another_user_are_seen_as_such(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    office.found()
    mine = os.geteuid()
    monkeypatch.setattr(installation.os, "geteuid", lambda: mine + 1)
    assert "var/sapa.db belongs to the user " in office.type("audit", "verify").err


@pytest.mark.parametrize("command", sorted(set(ALL) - {"staff invite"}))
def test_nothing_but_a_chat_needs_the_token(terminal: Terminal, command: str) -> None:
    terminal.set(SAPA_SECRET_KEY=KEY)
    assert "There is no database" in terminal.type(*command.split(), *ALL[command]).err


def test_whatever_a_command_makes_is_for_its_user_alone(tmp_path: Path) -> None:
    """As a service with a wide umask starts it."""
    (tmp_path / "var").mkdir()
    given = {name: value for name, value in os.environ.items() if not name.startswith("SAPA_")}
    starting = [sys.executable, "-m", "bot", "migrate"]
    where = {"SAPA_SECRET_KEY": KEY, "SAPA_BOT_TOKEN": GOOD["SAPA_BOT_TOKEN"], "SAPA_DATA_DIR": str(tmp_path / "var")}
    subprocess.run(starting, env=given | where, umask=0, check=True, capture_output=True)
    made = list((tmp_path / "var").rglob("*"))
    assert made
    assert [path.name for path in made if path.stat().st_mode & 0o077] == []


def test_what_is_wider_is_narrowed_where_it_is_ours(terminal: Terminal) -> None:
    Path("var/papers").mkdir(parents=True)
    terminal.set(**GOOD)
    assert terminal.type("migrate").code == 0
    ours = [Path("var/papers/one"), Path("var/erasures.txt"), Path("var/sapa.db"), Path("var/papers")]
    others = Path("var/notes.txt")
    for path in (*ours, others):
        path.touch()
        path.chmod(0o755)
    assert terminal.type("migrate").code == 0
    assert [path.stat().st_mode & 0o777 for path in ours] == [0o700] * 4
    assert others.stat().st_mode & 0o777 == 0o755
