"""`sapa backup` and `sapa restore` as an office types them, and killed in the middle as a power cut does it."""

import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.commands.errors import Exit
from bot.leader_election import FileLock
from bot.settings import PROJECT_ROOT
from models.backup.create import SUFFIX, check
from models.backup.office_files import FOLDER
from models.backup.restore import MARK
from tests.commands.terminal import GOOD, KEY, Terminal, copy_of_the_office

ROWS, KILLS = 60_000, 3
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


def killed_in_the_middle(*words: str, data: str, within: float, dice: random.Random) -> bool:
    """Kill it at some moment; False where it was through by then."""
    process = begun(*words, data=data)
    time.sleep(dice.uniform(within / 2, within))  # before that it only imports
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def until_the_next_second() -> None:
    """The name of a backup tells the second."""
    time.sleep(1 - time.time() % 1)


def seconds(*words: str, data: str) -> float:
    start = time.monotonic()
    assert begun(*words, data=data).wait() == 0
    return time.monotonic() - start


def test_a_kill_leaves_a_whole_backup_or_none_and_a_restore_begins_again(office: Terminal) -> None:
    dice = random.Random(9001)
    with sqlite3.connect("var/sapa.db") as database:
        values = "('2026-11-23 02:00:00', 'bot', 'made_up', 'nothing', x'00')"
        row = f"INSERT INTO audit (at, by, act, entity, row_version) VALUES {values}"
        database.executemany(row, [()] * ROWS)
        database.execute(
            "INSERT INTO account (telegram_id, language, mode, created_at, row_version)"
            " VALUES (7, 'id', 'plain', '2026-11-23', x'00')"
        )
    takes = seconds("backup", "kept", data="var")
    kills = 0
    for _ in range(KILLS):
        until_the_next_second()
        kills += killed_in_the_middle("backup", "kept", data="var", within=takes, dice=dice)
        assert all(check(file, KEY).rows["account"] == 1 for file in backups())
    assert kills
    until_the_next_second()
    seconds("backup", "kept", data="var")
    assert not list(Path("kept").glob("*.part"))
    newest = backups()[-1]
    assert check(newest, KEY).rows["audit"] == rows("var/sapa.db", "audit") - 1, "that it was made stands there since"
    Path("whole").mkdir()
    Path("new").mkdir()
    takes = seconds("restore", str(newest), "--yes", data="whole")
    kills = sum(
        killed_in_the_middle("restore", str(newest), "--yes", data="new", within=takes / 2, dice=dice)
        for _ in range(KILLS)
        if (Path("new") / MARK).exists() or not Path("new/sapa.db").exists() or not rows_or_none("new/sapa.db")
    )
    assert kills
    if (Path("new") / MARK).exists() or not rows_or_none("new/sapa.db"):
        seconds("restore", str(newest), "--yes", data="new")
    assert rows("new/sapa.db", "account") == 1
    assert rows("new/sapa.db", "audit") == rows("whole/sapa.db", "audit") > ROWS


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
