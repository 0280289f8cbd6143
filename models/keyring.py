"""The keys: what identifies or describes a person is stored encrypted and found by keyed hash.

    SAPA_SECRET_KEY ──HKDF──▶ wrapping key ──unwraps──▶ data keys (table data_key) ──▶ columns

A ciphertext carries the id of its data key, so a new key can be added without a stop (models/rotation.py): every
process learns it before its first hour comes, `used_from`. The keyring travels with the engine's dialect: a column
finds it where SQLAlchemy hands it the dialect, and two bots in one process never share keys.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from models.columns import enum_column

HEAD = struct.Struct(">BI")
FORMAT = 1
NONCE = 12


class WrongKey(Exception):
    """SAPA_SECRET_KEY is not the key that this database was made with."""


class KeyUse(StrEnum):
    SEAL = "seal"
    FIND = "find"


class DataKey(SQLModel, table=True):
    """A key that encrypts columns (seal) or makes keyed hashes (find), itself wrapped by the secret key."""

    __tablename__ = "data_key"

    id: int | None = Field(default=None, primary_key=True)
    use: KeyUse = enum_column(KeyUse)
    wrapped: bytes = Field(sa_type=LargeBinary)
    created_at: datetime
    used_from: datetime


def wrapping_key(secret: str) -> AESGCM:
    """Return the key that wraps data keys, derived from any text of at least 32 characters (RFC 5869)."""
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"sapa-daya wrapping key")
    return AESGCM(derive.derive(secret.encode()))


def wrap(secret: str, key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + wrapping_key(secret).encrypt(nonce, key, b"data_key")


def unwrap(secret: str, wrapped: bytes) -> bytes:
    """Return the data key; raises WrongKey where the secret is another one."""
    try:
        return wrapping_key(secret).decrypt(wrapped[:NONCE], wrapped[NONCE:], b"data_key")
    except InvalidTag:
        raise WrongKey from None


class Keyring:
    """The unwrapped data keys of one database: seals and opens columns, makes keyed hashes."""

    def __init__(self, seals: dict[int, bytes], find: bytes, current: int | None = None) -> None:
        """Take the keys; `current` is the one that seals, None means the newest."""
        self._seals = {number: AESGCM(key) for number, key in seals.items()}
        self._current = current or max(seals)
        self._head = HEAD.pack(FORMAT, self._current)
        self._find = find
        self.look: Callable[[], Keyring] | None = None
        """Reads the keys of the database again, at once."""
        self._looked_for: set[int] = set()

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Encrypt for one column: moved to another column it no longer opens."""
        nonce = os.urandom(NONCE)
        return self._head + nonce + self._seals[self._current].encrypt(nonce, plain, place)

    def seals_with(self, sealed: bytes) -> bool:
        """Was this sealed with the key that seals now?"""
        return key_of(sealed) == self._current

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Decrypt what was sealed for this place. Raises InvalidTag, KeyError, ValueError or struct.error where it was
        not."""
        form, number = HEAD.unpack_from(sealed)
        if form != FORMAT:
            raise ValueError("This is no sealed value.")
        start = HEAD.size + NONCE
        return self._key(number).decrypt(sealed[HEAD.size : start], sealed[start:], place)

    def _key(self, number: int) -> AESGCM:
        """Return the key of this number; one that is not known yet is looked for once. Raises KeyError."""
        if number not in self._seals and number not in self._looked_for and self.look is not None:
            self._looked_for.add(number)
            self._seals = self.look()._seals | self._seals
        return self._seals[number]

    def open_too(self, known: "Keyring") -> None:
        """Open what another keyring could open."""
        self._seals = known._seals | self._seals

    @property
    def current(self) -> int:
        """The number of the key that seals."""
        return self._current

    def blind_index(self, kind: str, text: str) -> bytes:
        """Return the keyed hash under which a NIK, a phone or a word of a name is found (HMAC-SHA256, 32 bytes)."""
        return hmac.new(self._find, f"{kind}\0{text}".encode(), hashlib.sha256).digest()


def key_of(sealed: bytes) -> int:
    """Return the number of the data key that a ciphertext was made with."""
    return int(HEAD.unpack_from(sealed)[1])


def keyring_from(keys: Sequence[DataKey], secret: str, now: datetime, known: Keyring | None = None) -> Keyring:
    """Return the keys of a database, unwrapped; sealing is done with the newest whose hour has come. Raises WrongKey.

    `known`: a keyring whose keys go on to open what they sealed.
    """
    opened = {(key.use, key.id): unwrap(secret, key.wrapped) for key in keys}
    seals = {number: key for (use, number), key in opened.items() if use is KeyUse.SEAL and number}
    find = next(key for (use, _), key in opened.items() if use is KeyUse.FIND)
    ready = [key.id for key in keys if key.use is KeyUse.SEAL and key.id and key.used_from <= now]
    keyring = Keyring(seals, find, max(ready, default=None))
    if known is not None:
        keyring.open_too(known)
    return keyring


def keyring_of(dialect: Any) -> Keyring:
    keyring = getattr(dialect, "keyring", None)
    if keyring is None:
        raise RuntimeError("The store is locked: give it a keyring before it reads or writes people.")
    assert isinstance(keyring, Keyring)
    return keyring
