"""A stranger's file is decoded in a process of its own, and what comes back is not believed."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot import decoding
from bot.decoding import Decoder, NotDecoded
from models.applications.document_checks import Advice
from tests import attack_files
from tests.attack_files import written
from tests.made_up_files import encoded, pdf
from tests.rules.test_clean_file import CONTENT, LENIENT

PHOTO = encoded(attack_files.paper(), "image/jpeg")


def acting(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """The decoding process does this instead."""
    monkeypatch.setattr(decoding, "COMMAND", (sys.executable, "-c", script))


async def test_pictures_pages_and_what_is_neither_come_back_as_what_they_are() -> None:
    decoder = Decoder()
    made = [await decoder.rebuilt(content) for content in (PHOTO, pdf(), b"MZ", pdf(user_password="rahasia"))]
    assert [one.media_type for one in made] == ["image/jpeg", "application/pdf", None, None]
    assert [one.look.advice for one in made[2:]] == [(Advice.WRONG_TYPE,), (Advice.LOCKED,)]


async def test_a_pdf_that_only_other_readers_open_is_tried_a_second_way() -> None:
    made = await Decoder().rebuilt(written(LENIENT["a page with its type misspelt"]))
    assert (made.media_type, made.look.advice) == ("application/pdf", ())
    assert CONTENT not in made.content


@pytest.mark.parametrize("script", ["import os; os.abort()", "import ctypes; ctypes.string_at(0)"])
async def test_a_decoder_that_crashes_costs_the_one_file(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    acting(monkeypatch, script)
    assert (await Decoder().rebuilt(PHOTO)).look.advice == (Advice.DAMAGED,)


async def test_a_decoder_that_hangs_is_killed_and_says_nothing_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    left = tmp_path / "pid"
    acting(monkeypatch, f"import os, time; open({str(left)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    monkeypatch.setattr(decoding, "MOST_SECONDS", 1.0)
    with pytest.raises(NotDecoded, match="1 s"):
        await Decoder().rebuilt(PHOTO)
    with pytest.raises(ProcessLookupError):
        os.kill(int(left.read_text()), 0)


async def test_a_machine_that_never_rests_still_decodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "IDLE_SECONDS", 0.001)
    assert (await Decoder().rebuilt(PHOTO)).media_type == "image/jpeg"


async def test_a_bot_that_stops_leaves_no_decoder_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    left = tmp_path / "pid"
    acting(monkeypatch, f"import os, time; open({str(left)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    task = asyncio.create_task(Decoder().rebuilt(PHOTO))
    while not left.exists() or not left.read_text():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(ProcessLookupError):
        os.kill(int(left.read_text()), 0)


@pytest.mark.parametrize(
    "answer",
    [
        PHOTO,
        b'{"media_type":"image/jpeg","advice":[]}\n' + PHOTO,
        b'{"media_type":"image/jpeg","advice":[]}\n' + attack_files.pdf(b"needle" * 3),
        b'{"media_type":"image/jpeg","advice":[]}\nMZ\x90\0',
        b'{"media_type":"image/jpeg","advice":["made_up"]}\n',
        b"[]\n",
        b"",
    ],
)
async def test_a_decoder_that_was_taken_over_can_return_nothing_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, answer: bytes
) -> None:
    """PHOTO is an honest JPEG, but not one that we wrote."""
    (tmp_path / "answer").write_bytes(answer)
    acting(monkeypatch, f"import sys; sys.stdout.buffer.write(open({str(tmp_path / 'answer')!r}, 'rb').read())")
    with capture_logs():
        made = await Decoder().rebuilt(PHOTO)
    assert (made.content, made.look.advice) == (b"", (Advice.DAMAGED,))


async def test_a_decoder_that_floods_its_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    acting(monkeypatch, "import sys\nwhile True: sys.stdout.buffer.write(b'0' * 100_000)")
    monkeypatch.setattr(decoding, "MOST_BYTES", 1_000_000)
    monkeypatch.setattr(decoding, "MOST_SECONDS", 2.0)
    assert not (await Decoder().rebuilt(PHOTO)).look.is_usable


@pytest.mark.parametrize("script", ["raise SystemExit(1)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"])
async def test_a_machine_that_cannot_decode_now_says_nothing_of_the_file(
    monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """It is put off, not called damaged."""
    acting(monkeypatch, script)
    with pytest.raises(NotDecoded):
        await Decoder().rebuilt(PHOTO)


CONFINED = """
import resource, socket, subprocess, sys
from models.applications.decode_process import confine
confine()
def tried(what):
    try:
        what()
    except (OSError, MemoryError) as refused:
        return type(refused).__name__
    return "done"
print(tried(lambda: open("/etc/passwd")), tried(socket.socket), tried(lambda: bytearray(2 << 30)))
print(tried(lambda: subprocess.run(["/bin/true"])))
"""


def test_a_confined_process_opens_no_file_no_socket_and_no_process() -> None:
    command = [sys.executable, "-c", CONFINED]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=decoding.ENVIRONMENT)
    assert ran.stdout.split() == ["OSError", "OSError", "MemoryError", "OSError"]


async def test_the_process_is_told_no_setting_and_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAPA_SECRET_KEY", "x" * 32)
    seen = "import os, sys; sys.exit(any(name.startswith('SAPA') for name in os.environ) or 0)"
    acting(monkeypatch, seen)
    with capture_logs():
        assert (await Decoder().rebuilt(PHOTO)).look.advice == (Advice.DAMAGED,)  # it ended well, and said nothing


async def test_one_file_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    under_way, most = 0, 0

    async def answer(*_how: object) -> tuple[int, bytes]:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        return 0, b'{"media_type":null,"advice":["wrong_type"]}\n'

    monkeypatch.setattr(decoding, "_answer", answer)
    decoder = Decoder()
    await asyncio.gather(*(decoder.rebuilt(PHOTO) for _ in range(8)))
    assert most == 1
