"""The receipt number a file is known by, with a check letter, and the kode cek that stands beside it.

    KT - 2026 - 0412 - N          ABCD-EFGH
    │     │      │     │          kode cek: random, stored as a keyed hash, proves that one holds the receipt
    │     │      │     └ check letter
    │     │      └ running number of office and year, at least four digits
    │     └ year
    └ office, two or three letters

It names a file and opens nothing, so it may be said on the phone. No part of it uses the letters I, L or O: what looks
like one of them is always a digit, and is read as that digit.

The check is a weighted sum modulo 23, the number of letters left, in the manner of the pure systems of ISO 7064: from
the right each sign counts five times as much as the one before it, and the whole sum, check letter included, is 0. As
23 is prime and 5 generates every other remainder, one wrong sign, two signs swapped (neighbours or not) and a double
typed for another double are always caught; of other slips 22 in 23. ISO 7064 MOD 37,36 lets some swaps pass, MOD 37-2
needs a `*`, and Damm would do the same with a table of 529 cells.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from models.keyring import Keyring
from models.people.nik import ascii_digits

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
MODULUS = len(LETTERS)
WEIGHT = 5
MOST = 999_999_999
YEARS = range(2000, 2100)
LOOKALIKES = str.maketrans("OIL", "011")
SHAPE = re.compile(r"([A-Z]{2,3})(\d{4})(\d{4,9})([A-Z])")
UNCHECKED = re.compile(r"[A-Z]{2,3}\d{8,13}")
LABEL = re.compile(r"^(?:(?:NOMOR|NOMER|NO|RESI|REGISTRASI|PENDAFTARAN|TANDA|TERIMA|SAYA)\b[\s.:#]*)+")
# No word here can open a code: each has an O, which no code has.
KODE_CEK_LABEL = re.compile(r"^(?:NOMOR\b[\s.:#]*)?KODE(?:\s*CEK)?\b[\s.:#]*")

KODE_CEK_SIGNS = f"23456789{LETTERS}"
PAYLOAD = "cek-"
"""Begins the deep link that asks for the kode cek of a receipt number."""
KODE_CEK_LENGTH = 8


class ReceiptFault(StrEnum):
    EMPTY = "empty"
    NOT_UNDERSTOOD = "not_understood"
    CHECK_MISSING = "check_missing"
    CHECK_WRONG = "check_wrong"


@dataclass(frozen=True, slots=True)
class ReceiptProblem:
    fault: ReceiptFault


@dataclass(frozen=True, slots=True)
class Receipt:
    """Made by `make` or `read`. `office`: two or three of LETTERS; `number`: from 1, by office and year."""

    office: str
    year: int
    number: int

    @property
    def check(self) -> str:
        total = 0
        for sign in f"{self.office}{self.year}{self.number:04}":
            total = (total + _value(sign)) * WEIGHT % MODULUS
        return LETTERS[-total % MODULUS]

    @property
    def spoken(self) -> str:
        """ "K T, 2026, 04 12, N": letters one by one, digits in pairs from the right."""
        digits = f"{self.number:04}"
        first = len(digits) % 2 or 2
        pairs = [digits[:first], *(digits[at : at + 2] for at in range(first, len(digits), 2))]
        return f"{' '.join(self.office)}, {self.year}, {' '.join(pairs)}, {self.check}"

    def __str__(self) -> str:
        return f"{self.office}-{self.year}-{self.number:04}-{self.check}"


class KodeCekFault(StrEnum):
    LENGTH = "length"
    STRANGE_SIGN = "strange_sign"


@dataclass(frozen=True, slots=True)
class KodeCekProblem:
    """`length`: signs that were read. `strange`: those that no kode cek has, once each (0, O, 1, I, L …)."""

    fault: KodeCekFault
    length: int
    strange: tuple[str, ...] = ()


def make(office: str, year: int, number: int) -> Receipt:
    """Raises ValueError for an office that is not two or three of LETTERS, a wrong year or number."""
    if not (2 <= len(office) <= 3 and set(office) <= set(LETTERS)):
        raise ValueError(f"an office is two or three of {LETTERS}, not {office!r}")
    if year not in YEARS or not 1 <= number <= MOST:
        raise ValueError(f"no receipt has the year {year} and the number {number}")
    return Receipt(office, year, number)


def read(text: str) -> Receipt | ReceiptProblem:
    """Case, spaces, dashes and "nomor " do not matter; O is read as 0, I and L as 1."""
    typed = _bare(text, LABEL).translate(LOOKALIKES)
    if not typed:
        return ReceiptProblem(ReceiptFault.EMPTY)
    if UNCHECKED.fullmatch(typed):
        return ReceiptProblem(ReceiptFault.CHECK_MISSING)
    parts = SHAPE.fullmatch(typed)
    if not parts:
        return ReceiptProblem(ReceiptFault.NOT_UNDERSTOOD)
    office, year, number, check = parts.groups()
    # Left out, a leading zero would shift the weights of all that stands before it.
    if int(year) not in YEARS or int(number) == 0 or (len(number) > 4 and number.startswith("0")):
        return ReceiptProblem(ReceiptFault.NOT_UNDERSTOOD)
    receipt = Receipt(office, int(year), int(number))
    return receipt if receipt.check == check else ReceiptProblem(ReceiptFault.CHECK_WRONG)


def hash_of_kode_cek(keys: Keyring, number: str, kode_cek: str) -> bytes:
    """Return the keyed hash of a kode cek; bound to its number, so that it opens no other file."""
    return keys.blind_index(f"kode_cek:{number}", kode_cek)


def new_kode_cek(random_bytes: Callable[[int], bytes]) -> str:
    """Eight signs, ungrouped, each equally likely: about 40 bits. `random_bytes`: `secrets.token_bytes`."""
    fair = 256 - 256 % len(KODE_CEK_SIGNS)
    signs = ""
    while len(signs) < KODE_CEK_LENGTH:
        # Bytes above the last full round would favour the first signs.
        signs += "".join(KODE_CEK_SIGNS[b % len(KODE_CEK_SIGNS)] for b in random_bytes(16) if b < fair)
    return signs[:KODE_CEK_LENGTH]


def grouped(kode_cek: str) -> str:
    """ABCD-EFGH, as it is shown."""
    return f"{kode_cek[:4]}-{kode_cek[4:]}"


def read_kode_cek(text: str) -> str | KodeCekProblem:
    """Return the ungrouped code as `new_kode_cek` made it; case, spaces, dashes and "kode cek " do not matter."""
    typed = _bare(text, KODE_CEK_LABEL)
    strange = tuple(dict.fromkeys(sign for sign in typed if sign not in KODE_CEK_SIGNS))
    if strange:
        return KodeCekProblem(KodeCekFault.STRANGE_SIGN, len(typed), strange)
    return typed if len(typed) == KODE_CEK_LENGTH else KodeCekProblem(KodeCekFault.LENGTH, len(typed))


def _value(sign: str) -> int:
    return int(sign) if sign.isdecimal() else LETTERS.index(sign)


def _bare(text: str, label: re.Pattern[str]) -> str:
    signs = label.sub("", ascii_digits(unicodedata.normalize("NFKC", text)).strip().upper())
    separating = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}
    return "".join(sign for sign in signs if sign not in "._/,:#" and unicodedata.category(sign) not in separating)
