"""The commands of an office, typed as an officer types them: staff, audit, breach, keys, retention."""

import asyncio
import io
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.commands import keys
from bot.commands.errors import Exit
from bot.leader_election import FileLock
from bot.sandbox import Sandbox
from tests.commands.terminal import GOOD, NAME, ROOT, Said, Terminal, settings_of

WORDS = ("--what", "Sebuah salinan hilang.", "--done", "Kunci diganti.")


@pytest.fixture
def office(terminal: Terminal) -> Terminal:
    terminal.set(**GOOD, SAPA_TELEGRAM_API="http://127.0.0.1:9")
    terminal.found()
    return terminal


def token_in(words: str) -> str:
    found = re.search(r"/start s-([\w-]{32})$", words.strip())
    assert found, words
    return found[1]


def test_the_first_manager_comes_by_a_code_that_differs_each_time(office: Terminal) -> None:
    first, second = (office.type("staff", "invite", "--office", "dinsos-kaltim") for _ in range(2))
    assert (first.code, first.err) == (0, "")
    assert token_in(first.out) != token_in(second.out)
    assert "t.me" not in first.out and "Telegram could not be asked" in first.out
    with sqlite3.connect("var/sapa.db") as database:
        posts = list(database.execute("SELECT office, role, region FROM invitation"))
    assert posts == [("dinsos-kaltim", "manager", "64")] * 2


def invite(terminal: Terminal, sandbox: Sandbox) -> Said:
    terminal.set(**settings_of(sandbox, terminal.folder))
    terminal.found()
    return terminal.type("staff", "invite", "--office", "dinsos-kaltim")


async def test_the_link_is_printed_where_telegram_says_that_the_bot_is_ours(
    terminal: Terminal, sandbox: Sandbox
) -> None:
    said = await asyncio.to_thread(invite, terminal, sandbox)
    assert (said.code, said.err) == (0, "")
    assert f"https://t.me/{NAME}?start=s-" in said.out


async def test_no_code_is_made_for_a_bot_that_is_somebody_elses(terminal: Terminal, sandbox: Sandbox) -> None:
    sandbox.world.profile.username = "another_bot"
    said = await asyncio.to_thread(invite, terminal, sandbox)
    assert said.code != 0 and said.out == ""
    assert f"The token is @another_bot's, but office.yaml tells people to trust @{NAME}" in said.err


@pytest.mark.parametrize("status", ["200", "302", "502"])
async def test_a_page_instead_of_the_bot_api_gives_a_code_without_a_link(
    terminal: Terminal, sandbox: Sandbox, status: str
) -> None:
    sandbox.faults.add("getMe", "page", status=int(status))
    said = await asyncio.to_thread(invite, terminal, sandbox)
    assert (said.code, said.err) == (0, "")
    assert "t.me" not in said.out and "/start s-" in said.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--office", "mars"], 'office.yaml has no office "mars"; it has dinsos-kaltim,'),
        (["--office", "dinsos-kaltim", "--region", "99"], "There is no region 99:"),
        (["--office", "dinsos-kaltim", "--region", "1371"], "1371 does not lie in 64, the region of dinsos-kaltim."),
    ],
)
def test_a_post_that_cannot_be_is_refused_in_one_sentence(office: Terminal, words: list[str], sentence: str) -> None:
    said = office.type("staff", "invite", *words)
    assert said.code == Exit.SETTINGS
    assert said.err.startswith(sentence)
    assert said.err.count("\n") == 1


def test_the_audit_log_fits_until_somebody_changes_it(office: Terminal) -> None:
    office.type("staff", "invite", "--office", "dinsos-kaltim")
    said = office.type("audit", "verify")
    assert (said.code, said.out) == (0, "ok     0 rows fit their 0 seals; 1 newer rows have none yet.\n")
    with sqlite3.connect("var/sapa.db") as database:
        row = "INSERT INTO audit_seal (first, last, count, digest, made_at) VALUES (1, 1, 1, x'00', '2026-01-01')"
        database.execute(row)
    said = office.type("audit", "verify")
    assert said.code == 1
    assert "The log does not fit seal 1 (rows 1 to 1):" in said.out


def test_a_breach_is_declared_told_and_summed_up(office: Terminal) -> None:
    said = office.type("breach", "declare", *WORDS, "--known", "2026-11-24T08:00:00")
    assert said.code == 0
    assert "People and authority must be told by: 2026-11-27 08:00 WITA" in said.out
    told = (
        "0 notices wait in the outbox; the running bot sends them.\n0 letters wait to be printed: staff type /cetak.\n"
    )
    assert office.type("breach", "tell", "1", "--yes").out.endswith(told)
    assert "What happened: Sebuah salinan hilang." in office.type("breach", "facts", "1").out
    assert office.type("breach", "tell", "7", "--yes").err == "There is no breach 7: begin with sapa breach declare.\n"


def test_the_zone_of_what_is_typed_is_kept_and_said_back(office: Terminal) -> None:
    said = office.type("breach", "declare", *WORDS, "--known", "2026-11-24T08:00:00+07:00")
    assert "Known since: 2026-11-24 09:00 WITA\n" in said.out
    assert "Known since: 2026-11-24 09:00 WITA\n" in office.type("breach", "facts", "1").out
    said = office.type("breach", "declare", *WORDS, "--known", "2099-01-01T00:00")
    assert said.err.startswith("--known: 2099-01-01 00:00 WITA lies in the future; it is ")


def test_nobody_is_told_without_a_yes_and_what_was_withdrawn_stays_so(office: Terminal) -> None:
    office.type("breach", "declare", *WORDS, "--known", "2026-11-24T08:00")
    said = office.type("breach", "tell", "1")
    assert said.code not in {0, 1}
    assert "Sebuah salinan hilang." in said.out
    assert "There is a security problem with your data" in said.out, "in both languages"
    assert "0 accounts get this as a message, 0 people as a letter" in said.out
    assert said.err == "This cannot be undone, and nobody can be asked here: add --yes to do it.\n"
    assert office.type("breach", "withdraw", "1").err == said.err
    assert office.type("breach", "withdraw", "1", "--yes").out == "Breach 1 is withdrawn; nobody was told.\n"
    for command in ("tell", "withdraw"):
        assert office.type("breach", command, "1", "--yes").err.startswith("Breach 1 was withdrawn:")
    assert "Withdrawn: " in office.type("breach", "facts", "1").out
    with sqlite3.connect("var/sapa.db") as database:
        acts = list(database.execute("SELECT by, act FROM audit ORDER BY id"))
        (last,) = database.execute("SELECT max(last) FROM audit_seal").fetchone()
    assert acts == [("command", "breach"), ("command", "breach_withdraw")]
    assert last == 2, "sealed as soon as it was done"


@pytest.mark.parametrize(("answer", "is_done"), [("y", True), ("n", False), ("", False)])
def test_a_person_at_a_terminal_is_asked(
    office: Terminal, answer: str, is_done: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.type("breach", "declare", *WORDS, "--known", "2026-11-24T08:00")
    terminal = io.StringIO(f"{answer}\n")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    said = office.type("breach", "tell", "1")
    assert ("0 notices wait in the outbox" in said.out) is is_done
    assert said.code == (0 if is_done else 1)


def test_a_key_is_rotated_and_another_secret_fits(office: Terminal) -> None:
    office.type("staff", "invite", "--office", "dinsos-kaltim")
    said = office.type("keys", "rotate", "--quick")
    assert (said.code, said.err) == (0, "")
    assert said.out.endswith("Done: everything carries key 3; 1 older key is deleted.\n")
    new = "another secret, as long as one has to be"
    assert "2 keys fit the new SAPA_SECRET_KEY." in office.type("keys", "rewrap", "--new", new).out
    assert office.type("audit", "verify").code == Exit.SETTINGS, "the old one no longer fits"
    office.set(SAPA_SECRET_KEY=new)
    assert office.type("audit", "verify").code == 0
    assert office.type("keys", "rewrap", "--new", "short").err.startswith("The new SAPA_SECRET_KEY must be a text")


def test_a_quick_rotation_is_refused_while_a_bot_runs(office: Terminal) -> None:
    with FileLock(Path("var/sapa.lock")):
        said = office.type("keys", "rotate", "--quick")
    assert said.err == "A bot is running with this data: stop it first, or leave --quick away.\n"
    with sqlite3.connect("var/sapa.db") as database:
        assert database.execute("SELECT count(*) FROM data_key").fetchone() == (2,)


def test_what_cannot_be_read_is_named_and_no_key_goes(office: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "CHECK_SECONDS", 0)
    office.type("breach", "declare", *WORDS, "--known", "2026-11-24T08:00")
    with sqlite3.connect("var/sapa.db") as database:
        database.execute("UPDATE breach SET done = substr(done, 1, 20)")
    for _ in range(2):
        said = office.type("keys", "rotate", "--quick")
        assert said.code != 0
        assert said.err.startswith(
            "No key was deleted: this cannot be read, and may need an older key: breach.done of row 1."
        )
    said = office.type("breach", "facts", "1")
    assert said.err == "breach 1: done does not fit its row\n"
    with sqlite3.connect("var/sapa.db") as database:
        assert database.execute("SELECT count(*) FROM data_key").fetchone() == (3,)


def test_the_log_knows_of_what_commands_did(office: Terminal) -> None:
    office.type("backup", "kept")
    office.type("keys", "rotate", "--quick")
    office.type("keys", "rewrap", "--new", "n" * 40)
    with sqlite3.connect("var/sapa.db") as database:
        acts = [act for act, by in database.execute("SELECT act, by FROM audit ORDER BY id") if by == "command"]
        newest, sealed = database.execute("SELECT (SELECT max(id) FROM audit), max(last) FROM audit_seal").fetchone()
    assert acts == ["backup", "announce_key", "rotate_keys", "rewrap_keys"]
    assert newest == sealed


def test_an_empty_office_has_nothing_past_its_days(office: Terminal) -> None:
    said = office.type("retention")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert all(": 0 would go; no other waits" in line for line in lines[:-2])
    assert lines[0].startswith("draft           30 days  forms that were not sent")
    assert lines[-1] == "Nothing was changed. The bot removes it once a day; --apply does it now."


def test_a_process_of_its_own_says_what_is_past_its_days_and_then_removes_it(office: Terminal) -> None:
    office.type("staff", "invite", "--office", "dinsos-kaltim")
    with sqlite3.connect("var/sapa.db") as database:
        database.execute("UPDATE invitation SET ends_at = '2020-01-01 00:00:00.000000'")
    how: dict[str, Any] = {"env": {**os.environ, **GOOD, "PYTHONPATH": str(ROOT)}, "cwd": office.folder}
    for words, sentence in (
        ((), "1 would go; no other waits"),
        (("--apply", "--yes"), "1 would go; no other waits"),
        ((), "0 would go; no other waits"),
    ):
        command = [sys.executable, "-m", "bot", "retention", *words]
        said = subprocess.run(command, capture_output=True, text=True, check=False, **how)
        assert (said.returncode, said.stderr) == (0, "")
        assert ("code          invitations, used or over: 1 gone" in said.stdout) is bool(words)
        assert f"code            90 days  invitations, used or over: {sentence}\n" in said.stdout
    with sqlite3.connect("var/sapa.db") as database:
        assert database.execute("SELECT count(*) FROM invitation").fetchone() == (0,)
        noted = database.execute("SELECT by, after FROM audit WHERE act = 'retention'").fetchall()
    assert noted == [("command", "code 1")]


def test_tables_of_another_release_are_left_alone(office: Terminal) -> None:
    office.type("retention")
    with sqlite3.connect("var/sapa.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    said = office.type("retention")
    assert (said.code, said.err) == (
        Exit.SETTINGS,
        "The tables are of another release: stop the bot and run `sapa migrate` first.\n",
    )


def test_nothing_is_set_aside_in_a_new_office(office: Terminal) -> None:
    said = office.type("dead-letters")
    assert (said.code, said.out, said.err) == (0, "Nothing is set aside.\n", "")


def test_dead_letters_are_listed_tried_again_and_dropped_by_their_names(office: Terminal) -> None:
    with sqlite3.connect("var/sapa.db") as database:
        columns = "(seq, chat_id, kind, state, tries, came_at, done_at, fault, body, row_version)"
        when = "'2026-11-30 01:00:00', '2026-11-30 01:00:01'"
        for seq in (1, 2, 3):
            row = f"({seq}, 7001, 'telegram', 'dead', 3, {when}, 'KeyError at start.py:7', x'00', 0)"
            database.execute(f"INSERT INTO inbox {columns} VALUES {row}")
    said = office.type("dead-letters")
    assert re.search(r"inbox-1 +2026-11-30 01:00 UTC  chat [0-9a-f]{6}  telegram: KeyError at start.py:7", said.out)
    assert "7001" not in said.out and said.out.endswith("3 are set aside.\n")
    assert office.type("dead-letters", "retry", "inbox-1").out == "1 tried again.\n"
    unknown = office.type("dead-letters", "drop", "inbox-1")
    assert unknown.code != 0 and unknown.err.startswith("Nothing is set aside under inbox-1")
    assert office.type("dead-letters", "drop").err.startswith("Name what is meant")
    assert office.type("dead-letters", "drop", "--all").out == "2 dropped.\n"
    assert office.type("dead-letters").out == "Nothing is set aside.\n"
