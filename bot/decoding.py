"""Decodes a file that a person sent in a process of its own, and validates what that process returns.

    bytes ──stdin──▶ decode_process.py ──stdout──▶ a look, and a file that only we write (clean_file.py)
                       └─ too long: killed, tried again    └─ crashed: damaged    └─ anything else: refused

A decoder that crashes, hangs, fills memory or is taken over by a file costs this one file and nothing else: the bot
keeps running, and never waits for it in its event loop.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

import orjson
import structlog

import models
from models.applications.document_checks import Advice, FileCheck, RebuiltFile

log = structlog.get_logger()

MOST_SECONDS = 30.0
"""Seconds by the clock; the process limits its own CPU time to half of that."""

IDLE_SECONDS = 3.0
"""Seconds that a machine may take for it while nothing else wants a core; a photo of a phone takes 0.6."""

POLITE = 10
"""Else how much it gives way to the bot (nice)."""

MOST_BYTES = 48 * 1024 * 1024
"""Bytes that are read of what was made: what Telegram lets a bot send is 50 MB."""

CRASHES = {
    -number for number in (signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGTRAP, signal.SIGFPE)
}
OUT_OF_TIME = -signal.SIGXCPU
COMMAND = (sys.executable, "-s", "-P", "-m", "models.applications.decode_process")
ENVIRONMENT = {"PYTHONPATH": str(Path(models.__file__).parents[1])}
"""All that the process is told: neither settings nor key."""


class NotDecoded(Exception):
    """The process could not do its work, which says nothing of the file: to be retried."""


class Decoder:
    """Decodes one file at a time: a flood of files takes one core at most, and memory once."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def rebuilt(self, content: bytes) -> RebuiltFile:
        """Return what was seen in a file, and the clean file made of it. Raises NotDecoded if the process failed."""
        async with self._turn:
            made = await _judged(content, "first")
            return await _judged(content, "tree") if made.check.may_have_pages else made


async def _judged(content: bytes, work: str) -> RebuiltFile:
    """Run the process once, and interpret its exit."""
    try:
        status, answer = await _answer_in_time(content, work)
    except TimeoutError:  # its CPU seconds are limited to half of that: it was given too few of them
        raise NotDecoded(f"The decoding process was not done after {MOST_SECONDS:g} s.") from None
    if status == OUT_OF_TIME:
        return _refused(Advice.TOO_MUCH_WORK)
    if status in CRASHES:
        return _refused(Advice.DAMAGED)
    if status != 0:
        raise NotDecoded(f"The decoding process ended with {status}.")
    return await asyncio.to_thread(_checked, answer)


async def _answer_in_time(content: bytes, work: str) -> tuple[int, bytes]:
    """Run at idle priority first; if that gives too little CPU time, run once more at normal priority."""
    try:
        return await _answer(content, work, _only_idle, min(IDLE_SECONDS, MOST_SECONDS))
    except TimeoutError:
        return await _answer(content, work, _politely, MOST_SECONDS)


async def _answer(content: bytes, work: str, give_way: Callable[[int], None], seconds: float) -> tuple[int, bytes]:
    """Return the exit status of the process and its output. Raises TimeoutError. No process outlives this.

    `Popen` starts it within a millisecond; uvloop's own call copies the tables of the bot's memory first, which holds
    up replies for ten.
    """
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: ASYNC220
        [*COMMAND, work], stdin=pipe, stdout=pipe, stderr=nothing, env=ENVIRONMENT, bufsize=0
    )
    assert process.stdin is not None and process.stdout is not None
    with suppress(OSError):  # it has ended already
        give_way(process.pid)
    fed = asyncio.ensure_future(asyncio.to_thread(_feed, process.stdin, content))
    read = asyncio.ensure_future(asyncio.to_thread(_read, process.stdout))
    try:
        async with asyncio.timeout(seconds):
            await asyncio.wait({fed, read})
            if len(read.result()) > MOST_BYTES:
                return 0, read.result()
            return await asyncio.to_thread(process.wait), read.result()
    finally:
        process.kill()
        process.wait()
        await asyncio.wait({fed, read})  # both pipes are at their end now, and are closed


def _only_idle(pid: int) -> None:
    """Set the idle scheduling class (Linux), so that replies never wait for the process's time slice."""
    if hasattr(os, "SCHED_IDLE"):
        os.sched_setscheduler(pid, os.SCHED_IDLE, os.sched_param(0))
    else:
        _politely(pid)


def _politely(pid: int) -> None:
    os.setpriority(os.PRIO_PROCESS, pid, POLITE)


def _feed(stdin: IO[bytes], content: bytes) -> None:
    with suppress(BrokenPipeError), stdin:  # it ended before it read everything; its status says why
        rest = memoryview(content)
        while rest:
            rest = rest[stdin.write(rest) :]


def _read(stdout: IO[bytes]) -> bytes:
    """Read up to a little more than MOST_BYTES; longer output is no file of ours, and `_checked` refuses it."""
    answer = bytearray()
    with stdout:
        while len(answer) <= MOST_BYTES and (piece := stdout.read(1 << 18)):
            answer += piece
    return bytes(answer)


def is_ours(content: bytes) -> str | None:
    """Return the media type of a file that we made; None for any other bytes."""
    from models.applications.clean_file import media_type_of  # the picture library is loaded with the first file

    return media_type_of(content)


def _checked(answer: bytes) -> RebuiltFile:
    """Validate the untrusted output: its words must be known ones, and its bytes such as only we write."""
    head, _, content = answer.partition(b"\n")
    try:
        words = orjson.loads(head)
        look = FileCheck(words["media_type"], tuple(map(Advice, words["advice"])))
    except (ValueError, KeyError, TypeError):
        return _refused(Advice.DAMAGED)
    if not look.is_usable:
        return RebuiltFile(look)
    media_type = is_ours(content) if len(answer) <= MOST_BYTES else None
    if media_type is None:
        log.error("The decoding process returned a file that is not one of ours; it is refused.")
        return _refused(Advice.DAMAGED)
    return RebuiltFile(look, content, media_type)


def _refused(advice: Advice) -> RebuiltFile:
    return RebuiltFile(FileCheck(None, (advice,)))
