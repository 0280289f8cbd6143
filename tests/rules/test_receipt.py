"""A receipt number can be said, and no slip of one sign or one swap reaches another file."""

import itertools
import string
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.applications.receipt import (
    KODE_CEK_SIGNS,
    LETTERS,
    KodeCekFault,
    KodeCekProblem,
    Receipt,
    ReceiptFault,
    ReceiptProblem,
    grouped,
    make,
    new_kode_cek,
    read,
    read_kode_cek,
)

SIGNS = string.ascii_uppercase + string.digits
NUMBERS = [1, 2, 9, 10, 412, 999, 1000, 1234, 5051, 9999, 10_412, 99_999, 123_456, 999_999_999]
OFFICES = ["KT", "PSR", "BPN", "AA", "ZZZ", "ABA"]
RECEIPTS = [make(office, year, number) for office in OFFICES for year in (2026, 2030, 2099) for number in NUMBERS]
receipts = st.builds(
    make,
    st.text(LETTERS, min_size=2, max_size=3),
    st.integers(2000, 2099),
    st.integers(1, 999_999_999),
)


def written(receipt: Receipt) -> list[str]:
    return [str(receipt), str(receipt).replace("-", "")]


@pytest.mark.parametrize("receipt", RECEIPTS, ids=str)
def test_no_single_wrong_sign_is_taken_for_another_number(receipt: Receipt) -> None:
    for text, sign in itertools.product(written(receipt), SIGNS):
        for at, was in enumerate(text):
            if was not in ("-", sign):
                found = read(text[:at] + sign + text[at + 1 :])
                assert isinstance(found, ReceiptProblem) or found == receipt


@pytest.mark.parametrize("receipt", RECEIPTS, ids=str)
def test_no_swap_of_any_two_signs_is_taken_for_another_number(receipt: Receipt) -> None:
    for text in written(receipt):
        signs_at = [at for at, sign in enumerate(text) if sign != "-"]
        for one, two in [*itertools.combinations(signs_at, 2), *itertools.pairwise(range(len(text)))]:
            signs = list(text)
            signs[one], signs[two] = signs[two], signs[one]
            found = read("".join(signs))
            assert isinstance(found, ReceiptProblem) or found == receipt


def test_every_pair_of_letters_and_digits_that_swap_is_seen() -> None:
    for one, two in itertools.permutations(LETTERS, 2):
        assert make(one + two, 2026, 412).check != make(two + one, 2026, 412).check
    for ten, unit in itertools.permutations(range(10), 2):
        assert make("KT", 2026, 1000 + 10 * ten + unit).check != make("KT", 2026, 1000 + 10 * unit + ten).check


def test_a_year_of_receipts_uses_every_check_letter() -> None:
    checks = Counter(make("KT", 2026, number).check for number in range(1, 10_000))
    assert set(checks) == set(LETTERS)
    assert max(checks.values()) < 1.05 * min(checks.values())


@given(receipts)
def test_what_is_made_is_read_back(receipt: Receipt) -> None:
    assert {read(text) for text in written(receipt)} == {receipt}


def test_the_form_can_be_seen_and_said() -> None:
    receipt = make("KT", 2026, 412)
    assert str(receipt) == "KT-2026-0412-G"
    assert receipt.spoken == "K T, 2026, 04 12, G"
    assert make("BPN", 2026, 12_345).spoken == "B P N, 2026, 1 23 45, Z"


@pytest.mark.parametrize(
    "typed",
    [
        "KT-2026-0412-G", "kt-2026-0412-g", "KT20260412G", "kt 2026 0412 g", "K T, 2026, 04 12, G",
        "nomor KT-2026-0412-G", "Nomor: kt 2026 0412 g", "no. KT-2026-0412-G", "No. pendaftaran KT-2026-0412-G",
        "nomor saya KT-2026-0412-G", "KT–2026–0412–G", "KT/2026/0412/G", "KT.2026.0412.G", "KT_2026_0412_G",
        " KT-2026-0412-G\n", "KT-2O26-O412-G", "KT-2026-04l2-G", "KT-2026-04I2-g", "ＫＴ-２０２６-０４１２-Ｇ",
        "\u200eKT-2026-0412-G", "#KT-2026-0412-G",
    ],
)  # fmt: skip
def test_case_spaces_dashes_and_lookalikes_do_not_matter(typed: str) -> None:
    assert read(typed) == make("KT", 2026, 412)


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", ReceiptFault.EMPTY), ("nomor ", ReceiptFault.EMPTY), ("halo", ReceiptFault.NOT_UNDERSTOOD),
        ("KT-2026-0412", ReceiptFault.CHECK_MISSING), ("KT-2026-10412", ReceiptFault.CHECK_MISSING),
        ("KT-2026-0412-A", ReceiptFault.CHECK_WRONG), ("KR-2026-0412-G", ReceiptFault.CHECK_WRONG),
        ("KT-2026-0421-G", ReceiptFault.CHECK_WRONG), ("TK-2026-0412-G", ReceiptFault.CHECK_WRONG),
        ("KT-2026-412-G", ReceiptFault.NOT_UNDERSTOOD), ("KT-2026-00412-G", ReceiptFault.NOT_UNDERSTOOD),
        ("KT-2026-0000-G", ReceiptFault.NOT_UNDERSTOOD), ("KT-1926-0412-G", ReceiptFault.NOT_UNDERSTOOD),
        ("K-2026-0412-G", ReceiptFault.NOT_UNDERSTOOD), ("KTKT-2026-0412-G", ReceiptFault.NOT_UNDERSTOOD),
        ("6472055708959001", ReceiptFault.NOT_UNDERSTOOD), ("ABCD-EFGH", ReceiptFault.NOT_UNDERSTOOD),
    ],
)  # fmt: skip
def test_why_it_is_no_receipt_number(typed: str, fault: ReceiptFault) -> None:
    assert read(typed) == ReceiptProblem(fault)


@pytest.mark.parametrize(
    ("office", "year", "number"),
    [("K", 2026, 1), ("KTKT", 2026, 1), ("kt", 2026, 1), ("KO", 2026, 1), ("KL", 2026, 1), ("K1", 2026, 1),
     ("KT", 1999, 1), ("KT", 2100, 1), ("KT", 2026, 0), ("KT", 2026, 1_000_000_000)],
)  # fmt: skip
def test_what_could_not_be_read_back_is_not_made(office: str, year: int, number: int) -> None:
    with pytest.raises(ValueError, match=r"an office is|no receipt has"):
        make(office, year, number)


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_error(typed: str) -> None:
    assert isinstance(read(typed), Receipt | ReceiptProblem)
    assert isinstance(read_kode_cek(typed), str | KodeCekProblem)


def bytes_in_turn() -> Callable[[int], bytes]:
    """Every byte once per 256, so that any favour for a sign would show."""
    turn = itertools.cycle(range(256))
    return lambda count: bytes(itertools.islice(turn, count))


def test_a_kode_cek_has_eight_signs_that_nobody_confuses() -> None:
    code = new_kode_cek(bytes_in_turn())
    assert len(code) == 8
    assert not set(KODE_CEK_SIGNS) & set("0O1IL")
    assert set(code) <= set(KODE_CEK_SIGNS)


def test_a_kode_cek_favours_no_sign() -> None:
    source = bytes_in_turn()
    codes = [new_kode_cek(lambda count: bytes(b for _ in range(8) for b in source(1)) * 2) for _ in range(256 * 31)]
    drawn = Counter("".join(codes))
    assert set(drawn) == set(KODE_CEK_SIGNS)
    assert max(drawn.values()) < 1.1 * min(drawn.values())


def test_bytes_above_the_last_full_round_are_drawn_again() -> None:
    source = iter([bytes([255] * 16), bytes([248] * 16), bytes([247, *range(15)])])
    assert new_kode_cek(lambda _: next(source)) == KODE_CEK_SIGNS[-1] + KODE_CEK_SIGNS[:7]


codes = st.text(KODE_CEK_SIGNS, min_size=8, max_size=8)


@given(codes, st.sampled_from(["{}", "kode cek {}", "Kode cek: {}", "kode: {}", "KODECEK {}", " {} "]))
def test_a_kode_cek_is_read_back_however_it_is_written(code: str, way: str) -> None:
    ways = [code, grouped(code), grouped(code).lower(), " ".join(code), grouped(code).replace("-", " – ")]
    assert {read_kode_cek(way.format(text)) for text in ways} == {code}


@pytest.mark.parametrize("code", ["SAYA2345", "CEKCEK22", "NNNNNNNN"])
def test_a_kode_cek_that_happens_to_spell_a_word_is_read(code: str) -> None:
    assert read_kode_cek(grouped(code)) == code


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", KodeCekProblem(KodeCekFault.LENGTH, 0)),
        ("ABCD-EFG", KodeCekProblem(KodeCekFault.LENGTH, 7)),
        ("ABCD-EFGHJ", KodeCekProblem(KodeCekFault.LENGTH, 9)),
        ("ABCD-0FGO", KodeCekProblem(KodeCekFault.STRANGE_SIGN, 8, ("0", "O"))),
        ("ABCD-1FGL", KodeCekProblem(KodeCekFault.STRANGE_SIGN, 8, ("1", "L"))),
    ],
)
def test_why_it_is_no_kode_cek(typed: str, problem: KodeCekProblem) -> None:
    assert read_kode_cek(typed) == problem


def test_a_kode_cek_is_shown_in_two_groups() -> None:
    assert grouped("ABCDEFGH") == "ABCD-EFGH"
