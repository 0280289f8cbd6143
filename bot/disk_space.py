"""Watches the disk that holds the documents: warns while there is time, and stops downloads before it is full."""

import shutil
from collections.abc import Callable
from pathlib import Path

import structlog

log = structlog.get_logger()

MEGABYTE = 1024 * 1024
RESERVE = 500 * MEGABYTE
"""Bytes that downloads leave free: the database, the log and a backup need them more."""

WARN_BELOW = 2048 * MEGABYTE
"""Bytes below which the log says so: at 30 MB of documents a day, two months of time."""


def free_bytes(folder: Path) -> int:
    """Return the bytes that are free where this folder is, or will be."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    return shutil.disk_usage(there).free


class DiskSpace:
    """May a file be downloaded? Each change for the worse or the better is one line of the log."""

    def __init__(self, folder: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self._folder, self._free, self._said = folder, free, ""

    def is_enough(self) -> bool:
        free = self._free(self._folder)
        level = "full" if free < RESERVE else "low" if free < WARN_BELOW else ""
        if level != self._said:
            self._said = level
            self._say(level, free // MEGABYTE)
        return level != "full"

    def _say(self, level: str, free: int) -> None:
        if level == "full":
            log.error("The disk is nearly full; downloads wait: free some space.", free_mb=free)
        elif level == "low":
            log.warning("The disk is filling up: free some space before downloads have to wait.", free_mb=free)
        else:
            log.info("The disk has enough free space again.", free_mb=free)
