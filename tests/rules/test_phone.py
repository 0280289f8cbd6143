"""A phone number is read as people write it and kept as E.164; it is never shown whole in a log."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.phone import Phone, PhoneFault, PhoneKind, PhoneProblem, read_phone, read_shared

SARI = "+6281234567890"


def phone(text: str) -> Phone:
    found = read_phone(text)
    assert isinstance(found, Phone), found
    return found


def problem(text: str) -> PhoneProblem:
    found = read_phone(text)
    assert isinstance(found, PhoneProblem), found
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "0812-3456-7890", "0812 3456 7890", "0812.3456.7890", "081234567890", "+62 812 3456 7890",
        "+62812-3456-7890", "6281234567890", "62 812 3456 7890", "81234567890", "0062 812 3456 7890",
        "+62 (0)812-3456-7890", "+62081234567890", "(0812) 3456 7890", "WA: 0812-3456-7890", "wa081234567890",
        "no hp 0812 3456 7890", "hp 1: 0812-3456-7890 (Rina)", "0812 3456 7890, RT 05", "0812–3456–7890",
        "0812/3456/7890", "０８１２３４５６７８９０", "٠٨١٢٣٤٥٦٧٨٩٠", "\u202a0812 3456 7890\u202c",
        "081234567890 atau +6281234567890",
    ],
)  # fmt: skip
def test_one_mobile_number_written_in_many_ways(typed: str) -> None:
    assert phone(typed) == Phone(SARI)
    assert phone(typed).kind is PhoneKind.MOBILE


@pytest.mark.parametrize(
    ("typed", "e164"),
    [
        ("0541 123456", "+62541123456"), ("(0541) 123-456", "+62541123456"), ("0541/123456", "+62541123456"),
        ("+62 541 123456", "+62541123456"), ("021-12345678", "+622112345678"), ("0751 1234567", "+627511234567"),
    ],
)  # fmt: skip
def test_a_landline_with_its_area_code(typed: str, e164: str) -> None:
    assert phone(typed) == Phone(e164)
    assert phone(typed).kind is PhoneKind.LANDLINE


@pytest.mark.parametrize(("typed", "e164"), [("+60 12-345 6789", "+60123456789"), ("0065 6123 4567", "+6561234567")])
def test_another_country_with_its_code(typed: str, e164: str) -> None:
    assert phone(typed) == Phone(e164)
    assert phone(typed).kind is PhoneKind.FOREIGN


@pytest.mark.parametrize("digits", [10, 11, 12, 13])
def test_mobile_numbers_have_10_to_13_digits(digits: int) -> None:
    assert phone("0812345678901"[:digits]).e164 == "+62812345678901"[: digits + 2]


@pytest.mark.parametrize(
    ("typed", "fault", "digits"),
    [
        ("", PhoneFault.EMPTY, 0), ("tidak punya", PhoneFault.NOT_DIGITS, 0),
        ("O81234567890", PhoneFault.NOT_DIGITS, 11),
        ("08l234567890", PhoneFault.NOT_DIGITS, 11), ("sari81@contoh.id", PhoneFault.NOT_DIGITS, 2),
        ("081234567", PhoneFault.TOO_SHORT, 9), ("110", PhoneFault.TOO_SHORT, 3), ("12", PhoneFault.TOO_SHORT, 2),
        ("08123456789012", PhoneFault.TOO_LONG, 14), ("0541 123456789", PhoneFault.TOO_LONG, 13),
        ("+60 1234", PhoneFault.TOO_SHORT, 6), ("+60 12345678901234", PhoneFault.TOO_LONG, 16),
        ("123456", PhoneFault.AREA_CODE_MISSING, 6), ("7123456", PhoneFault.AREA_CODE_MISSING, 7),
        ("712345678901", PhoneFault.UNKNOWN_PREFIX, 12), ("0112345678", PhoneFault.UNKNOWN_PREFIX, 10),
        ("+0812345678", PhoneFault.UNKNOWN_PREFIX, 10), ("0800 1234 567", PhoneFault.SERVICE_NUMBER, 11),
        ("6472055708959001", PhoneFault.LOOKS_LIKE_NIK, 16), ("6271055708959001", PhoneFault.LOOKS_LIKE_NIK, 16),
    ],
)  # fmt: skip
def test_why_it_is_no_number_to_reach_somebody(typed: str, fault: PhoneFault, digits: int) -> None:
    assert (problem(typed).fault, problem(typed).digits) == (fault, digits)


@pytest.mark.parametrize("typed", ["0812-3456-7890 / 0813-1111-2222", "081234567890 atau 081311112222"])
def test_two_numbers_are_asked_about(typed: str) -> None:
    found = problem(typed)
    assert found.fault is PhoneFault.SEVERAL
    assert found.candidates == (Phone(SARI), Phone("+6281311112222"))


@pytest.mark.parametrize(
    ("typed", "masked", "spoken"),
    [
        ("081234567890", "0812•••••890", "0812 3456 7890"),
        ("0811234567", "0811•••567", "0811 2345 67"),
        ("0541123456", "0541•••456", "0541 123 456"),
        ("02112345678", "0211••••678", "021 1234 5678"),
        ("+60123456789", "+60••••••789", "+601 2345 6789"),
    ],
)
def test_it_is_masked_and_grouped_for_speech(typed: str, masked: str, spoken: str) -> None:
    assert (phone(typed).masked, phone(typed).spoken) == (masked, spoken)


@given(st.from_regex(r"8[1-9][0-9]{7,10}", fullmatch=True), st.sampled_from(["0", "+62", "62", "+62 ", "0062"]))
def test_every_way_to_open_a_mobile_number_is_the_same_number(number: str, opening: str) -> None:
    assert phone(opening + number).e164 == f"+62{number}"


FROM_ABROAD = {
    "Japan": "819012345678", "Korea": "821023456789", "Vietnam": "84912345678", "Hong Kong": "85251234567",
    "Macau": "85366123456", "Cambodia": "85591234567", "Laos": "8562023123456", "Bangladesh": "8801812345678",
    "Taiwan": "886912345678", "Malaysia": "60123456789", "Singapore": "6591234567", "Saudi Arabia": "966512345678",
}  # fmt: skip
HERE_TOO = {"Japan", "Korea", "Vietnam", "Hong Kong", "Macau", "Cambodia", "Taiwan"}
"""Where the digits are a mobile number of Indonesia as well, written without its 0."""


@pytest.mark.parametrize("country", FROM_ABROAD)
def test_a_shared_contact_is_international_with_or_without_its_plus(country: str) -> None:
    digits = FROM_ABROAD[country]
    for written in (digits, "+" + digits, "00" + digits, f"+{digits[:3]} {digits[3:]}"):
        assert read_shared(written) == Phone("+" + digits)


@given(st.from_regex(r"8[1-9][0-9]{7,10}", fullmatch=True), st.sampled_from(["0", "62", "+62", "0062"]))
def test_a_shared_contact_from_here_is_from_here(number: str, opening: str) -> None:
    assert read_shared(opening + number) == Phone(f"+62{number}")


@pytest.mark.parametrize("country", FROM_ABROAD)
def test_typed_without_its_plus_it_is_asked_about(country: str) -> None:
    digits = FROM_ABROAD[country]
    there, here = Phone(f"+{digits}"), [Phone(f"+62{digits}")] if country in HERE_TOO else []
    assert problem(digits).fault is PhoneFault.HERE_OR_ABROAD
    assert problem(digits).candidates == (*here, there)
    assert phone("+" + digits) == phone("00" + digits) == there


@pytest.mark.parametrize("typed", ["+812 3456 7890", "+85212345678", "00852 1234 5678", "+8571234567"])
def test_a_plus_before_a_number_from_here_is_asked_about(typed: str) -> None:
    assert [one.kind for one in problem(typed).candidates] == [PhoneKind.MOBILE, PhoneKind.FOREIGN]


@given(st.from_regex(r"8[0-9]{6,13}", fullmatch=True))
def test_what_is_typed_without_a_plus_is_never_taken_for_a_number_from_abroad(typed: str) -> None:
    found = read_phone(typed)
    assert not isinstance(found, Phone) or found.kind is PhoneKind.MOBILE


@given(st.text(max_size=60))
def test_any_contact_is_read_without_an_error(typed: str) -> None:
    assert isinstance(read_shared(typed), Phone | PhoneProblem)


@given(st.from_regex(r"08[1-9][0-9]{7,10}", fullmatch=True))
def test_neither_repr_nor_str_shows_the_number(typed: str) -> None:
    shown = f"{phone(typed)} {phone(typed)!r} {PhoneProblem(PhoneFault.SEVERAL, 0, (phone(typed),))!r}"
    assert typed not in shown
    assert phone(typed).e164 not in shown


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(typed: str) -> None:
    assert isinstance(read_phone(typed), Phone | PhoneProblem)
