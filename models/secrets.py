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
from enum import Enum, StrEnum
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary, type_coerce
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from models.columns import word

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
    use: KeyUse = word(KeyUse)
    wrapped: bytes = Field(sa_type=LargeBinary)
    created_at: datetime
    used_from: datetime


def wrapping_key(secret: str) -> AESGCM:
    """The key that wraps data keys, derived from any text of at least 32 characters (RFC 5869)."""
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"sapa-daya wrapping key")
    return AESGCM(derive.derive(secret.encode()))


def wrap(secret: str, key: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + wrapping_key(secret).encrypt(nonce, key, b"data_key")


def unwrap(secret: str, wrapped: bytes) -> bytes:
    """The data key; raises WrongKey where the secret is another one."""
    try:
        return wrapping_key(secret).decrypt(wrapped[:NONCE], wrapped[NONCE:], b"data_key")
    except InvalidTag:
        raise WrongKey from None


class Keyring:
    """The unwrapped data keys of one database: seals and opens columns, makes keyed hashes."""

    def __init__(self, seals: dict[int, bytes], find: bytes, current: int | None = None) -> None:
        """`current`: the key that seals; None: the newest."""
        self._seals = {number: AESGCM(key) for number, key in seals.items()}
        self._current = current or max(seals)
        self._head = HEAD.pack(FORMAT, self._current)
        self._find = find
        self.look: Callable[[], Keyring] | None = None
        """Reads the keys of the database anew, at once."""
        self._looked_for: set[int] = set()

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Encrypt for one column: moved to another column it no longer opens."""
        nonce = os.urandom(NONCE)
        return self._head + nonce + self._seals[self._current].encrypt(nonce, plain, place)

    def seals_with(self, sealed: bytes) -> bool:
        """Was this sealed with the key that seals now?"""
        return key_of(sealed) == self._current

    def open(self, sealed: bytes, place: bytes) -> bytes:
        _, number = HEAD.unpack_from(sealed)
        start = HEAD.size + NONCE
        return self._key(number).decrypt(sealed[HEAD.size : start], sealed[start:], place)

    def _key(self, number: int) -> AESGCM:
        """The key of this number; one that nobody told of yet is looked for once. Raises KeyError."""
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

    def find_by(self, kind: str, text: str) -> bytes:
        """The keyed hash under which a NIK, a phone or a word of a name is found (HMAC-SHA256, 32 bytes)."""
        return hmac.new(self._find, f"{kind}\0{text}".encode(), hashlib.sha256).digest()


def key_of(sealed: bytes) -> int:
    """The number of the data key that a ciphertext was made with."""
    return int(HEAD.unpack_from(sealed)[1])


def keyring_from(keys: Sequence[DataKey], secret: str, now: datetime, known: Keyring | None = None) -> Keyring:
    """The keys of a database, unwrapped; sealing is done with the newest whose hour has come. Raises WrongKey.

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


class Sealed(TypeDecorator[Any]):
    """An encrypted column of any JSON value; `place` ("person.name") is bound to the ciphertext."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place
        self._bound = place.encode()

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else keyring_of(dialect).seal(orjson.dumps(value), self._bound)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(keyring_of(dialect).open(value, self._bound))


class Unreadable(Enum):
    """What stands for a value that no key of ours opens, where rows are read each for itself."""

    VALUE = "unreadable"


UNREADABLE = Unreadable.VALUE


class SealedForItself(Sealed):
    """The same column, read so that one unreadable row does not keep back those that were asked for with it."""

    cache_ok = True

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        try:
            return super().process_result_value(value, dialect)
        except RuntimeError:
            raise  # no keyring at all: then it is not this row
        except Exception:
            return UNREADABLE


def each_for_itself(column: Any) -> Any:
    """A column for a question after many rows: where it is encrypted, what cannot be opened is UNREADABLE."""
    if not isinstance(column.type, Sealed):
        return column
    return type_coerce(column, SealedForItself(column.type.place)).label(column.name)


def sealed(place: str, *, default: Any = ...) -> Any:
    """A field whose column is encrypted; use `default=None` where it may be empty."""
    return Field(default=default, sa_type=Sealed(place), nullable=default is None)
