"""Every error ends in one plain sentence, and in an exit code that tells what kind of trouble it is."""

import asyncio
import errno
import re
import socket
import sqlite3
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError, OperationalError
from typer import Abort

from bot.app import open_bot
from bot.commands.errors import Exit, exit_code, sentences
from bot.leader_election import AlreadyRunning, FileLock
from bot.sandbox import Sandbox
from bot.settings import BadSettings, read_settings
from models.backup.encrypted_backup import InvalidBackup
from models.backup.restore import NotEmpty
from models.keyring import WrongKey
from tests.commands.terminal import GOOD, ROOT, Said, Terminal, copy_of_the_office, settings_of
from tests.stores import open_store


def assert_refused(said: Said, sentence: str, code: Exit = Exit.SETTINGS) -> None:
    assert (said.code, said.err.count("Traceback")) == (code, 0)
    assert sentence in said.err
    assert said.err.endswith(".\n") and said.err.count("\n") == 1


def refused_by_postgresql(said: str) -> DBAPIError:
    return OperationalError(None, None, psycopg.OperationalError(said))


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port that is bound, so that no other process gets it, yet gives no answer."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def test_no_settings_at_all(terminal: Terminal) -> None:
    assert_refused(terminal.type("run"), "SAPA_BOT_TOKEN is not set: see .env.example for what it is.")


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_postgresql_that_is_not_there(terminal: Terminal, closed_port: int, command: str) -> None:
    terminal.set(**GOOD, SAPA_DATABASE_URL=f"postgresql://sari:swordfish@127.0.0.1:{closed_port}/sapa")
    (terminal.folder / "var").mkdir()
    said = terminal.type(command)
    assert_refused(said, "The database cannot be used (connection failed", Exit.UNAVAILABLE)
    assert "swordfish" not in said.err


def test_a_folder_that_cannot_be_made(terminal: Terminal) -> None:
    (terminal.folder / "file").touch()
    terminal.set(**GOOD, SAPA_DATA_DIR=terminal.folder / "file" / "var")
    assert_refused(terminal.type("run"), "This machine refuses: Not a directory")


@pytest.mark.parametrize("command", ["run", "migrate"])
def test_a_database_in_a_folder_that_cannot_be_made(terminal: Terminal, command: str) -> None:
    (terminal.folder / "file").touch()
    (terminal.folder / "var").mkdir()
    terminal.set(**GOOD, SAPA_DATABASE_URL=f"sqlite:///{terminal.folder}/file/sapa.db")
    assert_refused(terminal.type(command), f"This machine refuses: File exists ({terminal.folder}/file)")


def test_a_database_that_is_another_kind_of_file(terminal: Terminal) -> None:
    (terminal.folder / "sapa.db").write_text("a letter to the office\n" * 100)
    terminal.set(**GOOD, SAPA_DATA_DIR=terminal.folder)
    assert_refused(terminal.type("run"), "The database cannot be used (file is not a database)")


def lay_tables(folder: Path) -> Path:
    async def work() -> None:
        async with open_store(f"sqlite:///{folder}/sapa.db"):
            pass

    asyncio.run(work())
    return folder / "sapa.db"


def test_a_key_that_the_database_was_not_made_with(terminal: Terminal) -> None:
    lay_tables(terminal.folder)
    terminal.set(**GOOD, SAPA_DATA_DIR=terminal.folder)
    assert_refused(terminal.type("run"), "SAPA_SECRET_KEY is not the key this database was made with")


def test_tables_of_a_newer_release(terminal: Terminal) -> None:
    database = sqlite3.connect(lay_tables(terminal.folder))
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()
    terminal.set(**GOOD, SAPA_DATA_DIR=terminal.folder)
    assert_refused(terminal.type("run"), "The tables are of a newer release than this program")


def test_a_second_process_on_the_same_sqlite_file(terminal: Terminal) -> None:
    terminal.set(**GOOD, SAPA_DATA_DIR=terminal.folder)
    with FileLock(terminal.folder / "sapa.lock"):
        assert_refused(terminal.type("run"), "Another process serves this data", Exit.TRY_AGAIN)


async def reason_for_not_serving(monkeypatch: pytest.MonkeyPatch, given: Mapping[str, str]) -> list[str]:
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception) as end:
        await open_bot(read_settings())
    return sentences(end.value)


async def test_a_token_that_telegram_does_not_know(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**settings_of(sandbox, tmp_path), "SAPA_BOT_TOKEN": "9001:false"}
    said = await reason_for_not_serving(monkeypatch, given)
    assert said == ["Telegram does not know SAPA_BOT_TOKEN: ask @BotFather for the token."]


async def test_a_listener_on_a_port_that_is_taken(
    tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**settings_of(sandbox, tmp_path), "SAPA_LISTEN": sandbox.root.removeprefix("http://")}
    (said,) = await reason_for_not_serving(monkeypatch, given)
    assert "Address already in use" in said


def misspell(office: Path) -> str:
    lines = office.read_text().splitlines()
    at = lines.index("    level: province")
    lines[at] = "    level: planet"
    office.write_text("\n".join(lines))
    return f'office.yaml:{at + 1}: "level" must be one of'


def tear(office: Path) -> str:
    office.write_text("offices: [\n")
    return "office.yaml:2: this cannot be read as YAML"


def lose(office: Path) -> str:
    office.unlink()
    return "office.yaml:1: this file is missing"


@pytest.mark.parametrize("spoil", [misspell, tear, lose])
def test_a_bad_office_file_is_named_with_its_line(terminal: Terminal, spoil: Callable[[Path], str]) -> None:
    office = copy_of_the_office(terminal.folder)
    place = spoil(office)
    terminal.set(**GOOD | {"SAPA_OFFICE_FILE": office})
    said = terminal.type("run")
    assert (said.code, said.err.count("Traceback")) == (Exit.SETTINGS, 0)
    assert f"{office.parent}/{place}" in said.err


SAID = "Ibu Rina, 6402019001"


def fail_with(problem: Exception) -> Callable[[object], None]:
    def broken(_settings: object) -> None:
        raise problem

    return broken


def test_a_mistake_of_our_own_tells_its_places_and_nothing_that_somebody_said(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.open_bot", fail_with(KeyError(SAID)))
    terminal.set(**GOOD)
    said = terminal.type("run")
    assert_refused(said, "This is a mistake of the program, please report it: KeyError at tests/", Exit.OUR_MISTAKE)
    assert "bot/__main__.py:" in said.err
    assert SAID not in said.err


TROUBLE = {
    Exit.SETTINGS: [
        BadSettings("Wrong."),
        WrongKey(),
        PermissionError(errno.EACCES, "Permission denied"),
        refused_by_postgresql('FATAL:  password authentication failed for user "sapa"'),
        refused_by_postgresql('FATAL:  database "sapa" does not exist'),
        ExceptionGroup("", [refused_by_postgresql("connection refused"), BadSettings("Wrong.")]),
    ],
    Exit.UNAVAILABLE: [refused_by_postgresql("connection refused"), refused_by_postgresql("server closed")],
    Exit.MACHINE: [OSError(errno.ENOSPC, "No space left on device"), OSError(errno.EADDRINUSE, "Address in use")],
    Exit.TRY_AGAIN: [AlreadyRunning("Another process.")],
    Exit.DATA: [InvalidBackup("No backup."), NotEmpty("In use.")],
    Exit.OUR_MISTAKE: [ZeroDivisionError(), ExceptionGroup("", [BadSettings("Wrong."), ZeroDivisionError()])],
    Exit.STOPPED: [Abort()],
}


@pytest.mark.parametrize(("code", "problem"), [(code, one) for code, some in TROUBLE.items() for one in some], ids=repr)
def test_the_exit_code_tells_what_kind_of_trouble_it_is(code: Exit, problem: Exception) -> None:
    assert exit_code(problem) == code
    assert all(said.endswith(".") for said in sentences(problem))


def test_the_service_is_not_begun_again_where_only_a_person_can_help() -> None:
    unit = (ROOT / "deploy" / "sapa.service").read_text()
    (codes,) = re.findall(r"^RestartPreventExitStatus=(.+)$", unit, re.M)
    assert [int(code) for code in codes.split()] == [Exit.USAGE, Exit.SETTINGS]
    assert "\nRestart=on-failure\n" in unit


def test_the_guide_lists_every_exit_code() -> None:
    guide = (ROOT / "docs" / "guide" / "running.md").read_text()
    listed = {int(code) for code in re.findall(r"^\| (\d+) \| ", guide, re.M)}
    assert listed == {0, *Exit}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["run", "--quik"], "No such option: --quik. Read sapa run --help."),
        (["bakcup"], "No such command 'bakcup'. Did you mean 'backup'. Read sapa --help."),
        (["backup"], "Invalid value: give either a folder, or --verify and a backup. Read sapa backup --help."),
        (["restore", "nix"], "Invalid value for 'file': file 'nix' does not exist. Read sapa restore --help."),
        (["staff", "invite"], "Missing option '--office'. Read sapa staff invite --help."),
        (["try", "--port", "70000"], "Read sapa try --help."),
    ],
    ids=lambda given: given[0] if isinstance(given, list) else "",
)
def test_a_command_typed_wrong_ends_in_a_sentence(terminal: Terminal, words: list[str], sentence: str) -> None:
    assert_refused(terminal.type(*words), sentence, Exit.USAGE)


def test_no_command_at_all_shows_the_commands(terminal: Terminal) -> None:
    said = terminal.type()
    assert (said.code, said.err.startswith("Usage: ")) == (Exit.USAGE, True)
    assert "  doctor " in said.err


def test_the_release_is_said(terminal: Terminal) -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    said = terminal.type("--version")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"sapa-daya {wanted}, Python 3.")


def test_migrating_twice_does_no_harm(terminal: Terminal) -> None:
    terminal.set(**GOOD)
    (terminal.folder / "var").mkdir()
    first, second = terminal.type("migrate"), terminal.type("migrate")
    assert first == second == Said(0, first.out, "")
    assert "The tables are up to date (revision" in first.out


@pytest.mark.parametrize("command", [(), ("try",), ("run",), ("migrate",), ("doctor",)])
def test_every_command_explains_itself(terminal: Terminal, command: tuple[str, ...]) -> None:
    said = terminal.type(*command, "--help")
    assert said.code == 0
    assert "Usage: " in said.out
