"""A file of sealed frames, read and written in a stream; cut short, swapped or changed it no longer opens.

    SAPABAK2 │ salt │ identity │ length, frame 0 │ length, frame 1 │ … │ length, last frame

Each frame is compressed and then encrypted (AES-256-GCM) with a key that SAPA_SECRET_KEY and the salt make (HKDF, RFC
5869) together with the identity of the database, which is not secret. Its number, and whether it is the last, are part
of what is authenticated.
"""

import os
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MAGIC = b"SAPABAK2"
SALT, IDENTITY = 32, 32
START = len(MAGIC) + SALT + IDENTITY
LENGTH = struct.Struct(">I")
PLACE = struct.Struct(">Q?")
MAX_FRAME = 64 * 1024 * 1024
"""Bytes of a frame; ours are far smaller, so a greater length is no frame of ours."""


class InvalidBackup(Exception):
    """The file is no backup, is damaged, or was made with another SAPA_SECRET_KEY."""


def _key(secret: str, start: bytes) -> AESGCM:
    """Return the key of the file with this start: another identity makes another key."""
    salt, identity = start[len(MAGIC) : -IDENTITY], start[-IDENTITY:]
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=b"sapa-daya backup " + identity)
    return AESGCM(derive.derive(secret.encode()))


def _nonce(number: int) -> bytes:
    """Return the nonce of a frame: each file has its own key, so a frame number is never reused with one."""
    return number.to_bytes(12, "big")


class FrameWriter:
    """Writes frames one after another; the last is said to be the last."""

    def __init__(self, file: BinaryIO, secret: str, identity: str) -> None:
        start = MAGIC + os.urandom(SALT) + identity.encode().ljust(IDENTITY)
        self._file, self._key, self._number = file, _key(secret, start), 0
        file.write(start)

    def write(self, frame: bytes, *, is_last: bool = False) -> None:
        place = PLACE.pack(self._number, is_last)
        sealed = self._key.encrypt(_nonce(self._number), zlib.compress(frame, 1), place)
        self._file.write(LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


def identity_in(path: Path) -> str | None:
    """Return the identity of the database in a backup, which is not encrypted; None without a valid header."""
    with path.open("rb") as file:
        start = file.read(START)
    if not start.startswith(MAGIC) or len(start) < START:
        return None
    return start[-IDENTITY:].decode(errors="replace").strip()


def frames(file: BinaryIO, secret: str) -> Iterator[bytes]:
    """Yield the frames of a file in order. Raises InvalidBackup where one does not open, or the last is missing."""
    start = file.read(START)
    if not start.startswith(MAGIC) or len(start) < START:
        raise InvalidBackup("This file is no backup of Sapa Daya.")
    key, number, is_last = _key(secret, start), 0, False
    while not is_last:
        length = file.read(LENGTH.size)
        size = LENGTH.unpack(length)[0] if len(length) == LENGTH.size else 0
        sealed = file.read(size) if 0 < size <= MAX_FRAME else b""
        if not sealed or len(sealed) < size:
            raise InvalidBackup("The backup is cut short or damaged.")
        frame, is_last = _decrypt(key, number, sealed)
        yield frame
        number += 1
    if file.read(1):
        raise InvalidBackup("Something was added behind the end of the backup.")


def _decrypt(key: AESGCM, number: int, sealed: bytes) -> tuple[bytes, bool]:
    for is_last in (False, True):
        try:
            return zlib.decompress(key.decrypt(_nonce(number), sealed, PLACE.pack(number, is_last))), is_last
        except InvalidTag:
            continue
    if number == 0:
        raise InvalidBackup("The backup was made with another SAPA_SECRET_KEY, or is damaged.")
    raise InvalidBackup("The backup is damaged.")
