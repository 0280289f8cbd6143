"""`sapa backup` and `sapa restore` as an office types them, and killed in the middle as a power cut does it."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.commands.errors import Exit
from bot.leader_election import FileLock
from bot.settings import PROJECT_ROOT
from models.backup.create import SUFFIX, check
from models.backup.office_files import FOLDER
from models.backup.restore import MARK
from tests.commands.terminal import GOOD, KEY, Terminal, copy_of_the_office

ROWS = 20_000
SHARES = (0, 0.3, 0.7)
"""Of the time from the first write to the end: when it is killed. At once is in the middle on any machine."""
SAPA = (sys.executable, "-m", "bot")


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.set(**GOOD)
    terminal.found()
    terminal.type("staff", "invite", "--office", "dinsos-kaltim")
    return terminal


def backups(folder: str = "kept") -> list[Path]:
    return sorted(Path(folder).glob(f"*{SUFFIX}"))


def rows(database: str, table: str) -> int:
    with sqlite3.connect(database) as connection:
        return int(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_a_backup_comes_back_into_a_new_folder(office: Terminal) -> None:
    said = office.type("backup", "kept")
    assert (said.code, said.err) == (0, "")
    (file,) = backups()
    assert said.out.startswith(f"{file}: ")
    assert said.out.endswith("read again and whole.\n")
    looked = office.type("restore", str(file))
    assert "The backup is whole:" in looked.out
    assert "add --yes" in looked.out
    refused = office.type("restore", str(file), "--yes")
    assert refused.err.startswith("This database is in use"), "an invitation is something too"
    Path("new").mkdir()
    office.set(SAPA_DATA_DIR="new")
    said = office.type("restore", str(file), "--yes")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("Brought back: ")
    assert rows("new/sapa.db", "invitation") == rows("var/sapa.db", "invitation") == 1


def test_a_backup_is_proved_and_the_copy_is_thrown_away(
    office: Terminal, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    office.type("backup", "kept")
    (file,) = backups()
    (tmp_path / "tmp" / "sapa-verify-left").mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    office.set(SAPA_DATA_DIR="elsewhere")
    said = office.type("backup", "--verify", str(file))
    assert (said.code, said.err) == (0, "")
    assert re.search(
        r"All [\d,]+ rows came in and fit each other\.\nAll [\d,]+ encrypted values and 0 papers", said.out
    )
    assert not list((tmp_path / "tmp").iterdir()), "what a kill left before is gone too"
    assert not Path("elsewhere").exists()
    file.write_bytes(file.read_bytes()[:-9])
    said = office.type("backup", "--verify", str(file))
    assert said.code != 0
    assert said.err == "The backup is cut short or damaged.\n"
    for words in ((), ("kept", "--verify", str(file))):
        assert office.type("backup", *words).err.startswith("Invalid value: give either a folder")


def test_only_one_command_changes_or_copies_keys_at_a_time(office: Terminal) -> None:
    with FileLock(Path("var/sapa.command.lock")):
        for words in (("backup", "kept"), ("keys", "rotate"), ("keys", "rewrap", "--new", "n" * 40)):
            assert office.type(*words).err.startswith("Another backup, restore or change of keys is under way")
    assert not Path("kept").exists()


def test_a_restore_that_cannot_be_is_refused_in_one_sentence(office: Terminal) -> None:
    office.type("backup", "kept")
    (file,) = backups()
    with sqlite3.connect("var/sapa.db") as database:
        database.execute(
            "INSERT INTO account (telegram_id, language, mode, created_at, row_version)"
            " VALUES (7, 'id', 'plain', '2026-11-23', x'00')"
        )
    said = office.type("restore", str(file), "--yes")
    assert (said.code, said.err.count("\n")) == (Exit.DATA, 1)
    assert said.err.startswith("This database is in use: it is that of the backup.")
    office.set(SAPA_SECRET_KEY="another key, as long as a key has to be")
    said = office.type("restore", str(file), "--yes")
    assert said.err == "The backup was made with another SAPA_SECRET_KEY, or is damaged.\n"
    Path("no.sapabackup").write_text("nothing")
    assert office.type("restore", "no.sapabackup").err == "This file is no backup of Sapa Daya.\n"


def test_no_bot_starts_on_half_a_restore(office: Terminal) -> None:
    (Path("var") / MARK).touch()
    said = office.type("run")
    assert said.code == Exit.SETTINGS
    assert said.err.startswith("A restore was cut short: do it again")


def begun(*words: str, data: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, **GOOD, "SAPA_DATA_DIR": data, "PYTHONPATH": str(PROJECT_ROOT)}
    return subprocess.Popen([*SAPA, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def changed(folder: str, pattern: str) -> Callable[[], bool]:
    """Return a look that is true once a file of this pattern has come, or was written anew."""

    def there() -> set[tuple[str, int]]:
        with suppress(FileNotFoundError):
            return {(file.name, file.stat().st_mtime_ns) for file in Path(folder).glob(pattern) if file.stat().st_size}
        return set()

    before = there()
    return lambda: bool(there() - before)


def seconds_at_work(*words: str, data: str, begins: Callable[[], bool]) -> float:
    """Let it come to its end; return the seconds since it began to write."""
    process = begun(*words, data=data)
    while process.poll() is None and not begins():
        time.sleep(0.001)
    start = time.monotonic()
    assert process.wait() == 0
    return time.monotonic() - start


def killed_at_work(*words: str, data: str, begins: Callable[[], bool], after: float) -> bool:
    """Kill it so many seconds after it began to write; False where it had ended by then."""
    process = begun(*words, data=data)
    while process.poll() is None and not begins():
        time.sleep(0.001)
    time.sleep(after)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def until_the_next_second() -> None:
    """The name of a backup tells the second."""
    time.sleep(1 - time.time() % 1)


def test_a_kill_leaves_a_whole_backup_or_none_and_a_restore_begins_again(office: Terminal) -> None:
    with sqlite3.connect("var/sapa.db") as database:
        values = "('2026-11-23 02:00:00', 'bot', 'made_up', 'nothing', x'00')"
        row = f"INSERT INTO audit (at, by, act, entity, row_version) VALUES {values}"
        database.executemany(row, [()] * ROWS)
        database.execute(
            "INSERT INTO account (telegram_id, language, mode, created_at, row_version)"
            " VALUES (7, 'id', 'plain', '2026-11-23', x'00')"
        )
    takes = seconds_at_work("backup", "kept", data="var", begins=changed("kept", "*.part"))
    kills = 0
    for share in SHARES:
        until_the_next_second()
        begins = changed("kept", "*.part")
        kills += killed_at_work("backup", "kept", data="var", begins=begins, after=share * takes)
        assert all(check(file, KEY).rows["account"] == 1 for file in backups())
    assert kills
    until_the_next_second()
    seconds_at_work("backup", "kept", data="var", begins=changed("kept", "*.part"))
    assert not list(Path("kept").glob("*.part"))
    newest = backups()[-1]
    assert check(newest, KEY).rows["audit"] == rows("var/sapa.db", "audit") - 1, "that it was made stands there since"
    Path("whole").mkdir()
    Path("new").mkdir()
    takes = seconds_at_work("restore", str(newest), "--yes", data="whole", begins=changed("whole", MARK))
    kills = 0
    for share in SHARES:
        if is_restored("new"):
            break
        begins = changed("new", MARK)
        kills += killed_at_work("restore", str(newest), "--yes", data="new", begins=begins, after=share * takes)
    assert kills
    if not is_restored("new"):
        seconds_at_work("restore", str(newest), "--yes", data="new", begins=changed("new", MARK))
    assert rows("new/sapa.db", "account") == 1
    assert rows("new/sapa.db", "audit") == rows("whole/sapa.db", "audit") > ROWS


def is_restored(folder: str) -> bool:
    return not (Path(folder) / MARK).exists() and bool(rows_or_none(f"{folder}/sapa.db"))


def rows_or_none(database: str) -> int:
    try:
        return rows(database, "account")
    except sqlite3.OperationalError:
        return 0


def test_the_files_that_an_office_edits_come_back_beside_the_data_and_over_nothing(office: Terminal) -> None:
    mine = copy_of_the_office(office.folder)
    office.set(SAPA_OFFICE_FILE=mine)
    mine.write_text(f"# changed by the office\n{mine.read_text()}")
    office.type("backup", "kept")
    mine.write_text(f"# changed once more\n{mine.read_text()}")
    Path("new").mkdir()
    office.set(SAPA_DATA_DIR="new")
    said = office.type("restore", str(backups()[-1]), "--yes")
    place = Path("new") / FOLDER
    assert f"The office's own files of that day lie in {place}" in said.out
    assert (place / "office.yaml").read_text().startswith("# changed by the office\noffices:")
    kept = {file.name: file.read_text() for file in (mine.parent / "programmes").iterdir()}
    assert {file.name: file.read_text() for file in (place / "programmes").iterdir()} == kept
    assert mine.read_text().startswith("# changed once more\n")
