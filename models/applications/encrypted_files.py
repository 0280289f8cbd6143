"""Store of document files: encrypted, under random names, in a folder beside the database.

A file is bound to its name (AES-GCM associated data), and the name to its row, where it is a sealed column: another
file under this name, or another name in this row, does not open.
"""

import os
import secrets
import struct
from pathlib import Path

from cryptography.exceptions import InvalidTag

from models.keyring import HEAD, Keyring, key_of


class FileMismatch(ValueError):
    """A file does not fit its name: it was exchanged or damaged, or its key is gone."""


def associated_data(name: str) -> bytes:
    """Return the associated data that binds a file to its name."""
    return b"papers " + name.encode()


def decrypt(keyring: Keyring, name: str, sealed: bytes) -> bytes:
    try:
        return keyring.open(sealed, associated_data(name))
    except (InvalidTag, KeyError, ValueError, struct.error):
        raise FileMismatch(f"The file {name} does not fit its name.") from None


class EncryptedFiles:
    """A folder of encrypted files. A file is whole or absent: it is written aside, synced, then renamed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, keyring: Keyring, content: bytes) -> str:
        """Store a file and return its name."""
        name = secrets.token_urlsafe(24)
        self._write(name, keyring.seal(content, associated_data(name)))
        return name

    def _write(self, name: str, sealed: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{name}"
        with aside.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(self._folder / name)

    def names(self) -> list[str]:
        """Return every file that is whole."""
        files = self._folder.iterdir() if self._folder.is_dir() else ()
        return sorted(file.name for file in files if file.is_file() and not file.name.startswith("."))

    def reseal(self, keyring: Keyring, name: str) -> bool:
        """Re-encrypt a file that carries an older key; one that was deleted meanwhile stays deleted."""
        try:
            sealed = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return False
        if keyring.seals_with(sealed):
            return False
        self._write(name, keyring.seal(decrypt(keyring, name, sealed), associated_data(name)))
        return True

    def key_of(self, name: str) -> int | None:
        """Return the number of the key that a file carries; None where it is missing or too short."""
        try:
            with (self._folder / name).open("rb") as file:
                return key_of(file.read(HEAD.size))
        except (FileNotFoundError, struct.error):
            return None

    def read(self, keyring: Keyring, name: str) -> bytes:
        return decrypt(keyring, name, (self._folder / name).read_bytes())

    def discard(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
