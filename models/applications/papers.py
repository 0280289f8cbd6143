"""Where papers lie: encrypted files with names nobody can guess, beside the database."""

import os
import secrets
from pathlib import Path

from models.secrets import Keyring

PLACE = b"papers"


class Papers:
    """A folder of encrypted files. A file is whole or absent: it is written aside, synced, then renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, keyring: Keyring, content: bytes) -> str:
        """Store a file and return its name."""
        name = secrets.token_urlsafe(24)
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{name}"
        with aside.open("wb") as file:
            file.write(keyring.seal(content, PLACE))
            file.flush()
            os.fsync(file.fileno())
        aside.rename(self._folder / name)
        return name

    def read(self, keyring: Keyring, name: str) -> bytes:
        return keyring.open((self._folder / name).read_bytes(), PLACE)

    def discard(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
