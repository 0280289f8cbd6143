"""A village is found in one line, however people write where they live; a guess is never taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.place_line import find_in_line
from models.places import Match, gazetteer

PLACES = gazetteer()
SERVED = ("6401", "6402", "6403", "6407", "6408", "6409", "6411", "6471", "6472", "6474", "1371")
VILLAGES = [village for code in SERVED for village in PLACES.villages(code)]


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("sidodadi samarinda ulu", "Kelurahan Sidodadi"),
        ("Samarinda Ulu, Sidodadi", "Kelurahan Sidodadi"),
        ("Kec. Samarinda Ulu, Kel. Sidodadi", "Kelurahan Sidodadi"),
        ("sidodadi", "Kelurahan Sidodadi"),
        ("saya tinggal di air putih", "Kelurahan Air Putih"),
        ("desa samurangau rt 5 kec batu sopang kab paser", "Desa Samurangau"),
        ("Loa Bakung, Sungai Kunjang, Kota Samarinda, Kalimantan Timur", "Kelurahan Loa Bakung"),
        ("maluhu kukar", "Kelurahan Maluhu"),
        ("samarinda ulu", "Kecamatan Samarinda Ulu"),
        ("kukar", "Kabupaten Kutai Kartanegara"),
        ("depok sleman", "Kecamatan Depok"),
        ("Sleman", "Kabupaten Sleman"),
    ],
)
def test_the_place_of_a_line_is_found(line: str, label: str) -> None:
    found = find_in_line(PLACES, line, SERVED)
    assert found.place is not None
    assert found.place.label == label


@pytest.mark.parametrize("line", ["sidodady samarinda ulu", "sidodadi samrinda ulu", "sidodady"])
def test_a_typing_error_only_suggests(line: str) -> None:
    found = find_in_line(PLACES, line, SERVED)
    assert (found.how, found.place) == (Match.MAYBE, None)
    assert found.candidates[0].label == "Kelurahan Sidodadi"


@pytest.mark.parametrize("line", ["", "entah", "tidak tahu", "9001", "xx yy"])
def test_a_line_that_names_no_place_finds_none(line: str) -> None:
    assert find_in_line(PLACES, line, SERVED).how is Match.NOTHING


@given(st.sampled_from(VILLAGES), st.booleans(), st.booleans())
def test_every_village_is_found_with_its_kecamatan(village, with_regency: bool, is_turned: bool) -> None:  # type: ignore[no-untyped-def]
    _own, district, regency, _province = PLACES.address(village.code)
    around = f"{district.name} {regency.name}" if with_regency else district.name
    line = f"{around}, {village.name}" if is_turned else f"{village.name}, {around}"
    found = find_in_line(PLACES, line, SERVED)
    assert village in {found.place, *found.candidates}
