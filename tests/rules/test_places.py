"""Places are found however people write their names, and a guess is always a question."""

from collections import Counter
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.places import (
    REGIONS,
    CodeStatus,
    Formerly,
    Gazetteer,
    Match,
    Place,
    PlaceKind,
    SearchResults,
    Zone,
    gazetteer,
)

PLACES = gazetteer()
KALTIM = PLACES.regencies("64")
COUNTRY = PLACES.regencies()


def label(code: str) -> str:
    place = PLACES.place(code)
    assert place is not None
    return place.label


def labels(found: SearchResults) -> list[str]:
    return [place.label for place in found.candidates]


def test_the_country_is_complete() -> None:
    kinds = Counter(place.kind for place in COUNTRY)
    districts = [place for regency in COUNTRY for place in PLACES.districts(regency.code)]
    villages = Counter(place.kind for regency in COUNTRY for place in PLACES.villages(regency.code))
    assert len(PLACES.provinces()) == 38
    assert kinds == {PlaceKind.KABUPATEN: 416, PlaceKind.KOTA: 98}
    assert len(districts) == len(set(districts)) == 7285
    assert villages == {PlaceKind.DESA: 841, PlaceKind.KELURAHAN: 197 + 104}


def test_kaltim_and_padang_have_their_regions() -> None:
    assert len(KALTIM) == 10
    assert sum(len(PLACES.districts(regency.code)) for regency in KALTIM) == 105
    assert len(PLACES.districts("1371")) == 11
    assert len(PLACES.villages("1371")) == 104


def test_every_place_lies_in_a_known_one() -> None:
    for regency in COUNTRY:
        places = [regency, *PLACES.districts(regency.code), *PLACES.villages(regency.code)]
        assert {len(PLACES.address(place.code)) for place in places} <= {2, 3, 4}
        assert all(PLACES.address(place.code)[0] == place for place in places)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("64", "Provinsi Kalimantan Timur"), ("31", "Daerah Khusus Ibukota Jakarta"), ("6401", "Kabupaten Paser"),
        ("6472", "Kota Samarinda"), ("640101", "Kecamatan Batu Sopang"), ("6401012009", "Desa Samurangau"),
        ("1371011001", "Kelurahan Belakang Pondok"),
    ],
)  # fmt: skip
def test_a_label_is_type_and_name(code: str, text: str) -> None:
    assert label(code) == text


def test_an_address_goes_from_small_to_large() -> None:
    assert [place.label for place in PLACES.address("6401012009")] == [
        "Desa Samurangau", "Kecamatan Batu Sopang", "Kabupaten Paser", "Provinsi Kalimantan Timur",
    ]  # fmt: skip


def test_lists_come_in_the_order_of_their_codes() -> None:
    codes = [place.code for place in PLACES.districts("6402")]
    assert codes == sorted(codes)
    assert len(codes) == 20


@pytest.mark.parametrize("code", ["", "6", "99", "9999", "64x1", "6472059999"])
def test_an_unknown_code_is_no_place(code: str) -> None:
    assert PLACES.place(code) is None


def test_where_no_villages_are_known_the_list_is_empty() -> None:
    assert PLACES.villages("317401") == ()
    assert len(PLACES.villages("640101")) > 0


def test_every_province_and_regency_is_found_by_its_label() -> None:
    for among in (PLACES.provinces(), COUNTRY):
        for place in among:
            assert PLACES.find(place.label, among) == SearchResults(Match.EXACT, place)


def test_every_district_and_village_is_found_by_its_label_where_it_lies() -> None:
    for regency in COUNTRY:
        for level in (PLACES.districts(regency.code), PLACES.villages(regency.code)):
            names = Counter(place.label for place in level)
            for place in level:
                found = PLACES.find(place.label, level)
                if names[place.label] == 1:
                    assert found == SearchResults(Match.EXACT, place)
                else:
                    assert found.how is Match.MAYBE
                    assert place in found.candidates


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("paser", "6401"), ("PASER", "6401"), ("Kab. Paser", "6401"), ("kab paser", "6401"),
        ("  kabupaten   paser ", "6401"), ("Kota Samarinda", "6472"), ("kotamadya samarinda", "6472"),
        ("Balik Papan", "6471"), ("balikpapan!", "6471"), ("kutai-barat", "6407"), ("Kutai kartanegara", "6402"),
        ("Kab.Kutai Timur", "6408"), ("Samarindá", "6472"), ("kota paser", "6401"),
    ],
)  # fmt: skip
def test_case_punctuation_prefixes_and_spaces_do_not_matter(typed: str, code: str) -> None:
    assert PLACES.find(typed, KALTIM) == SearchResults(Match.EXACT, PLACES.place(code))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Kukar", "6402"), ("kab. kukar", "6402"), ("PPU", "6409"), ("Tenggarong", "6402"),
        ("Tanah Grogot", "6401"), ("Kutim", "6408"), ("Mahulu", "6411"), ("smd", "6472"), ("Sangatta", "6408"),
    ],
)  # fmt: skip
def test_everyday_names_are_known(typed: str, code: str) -> None:
    assert PLACES.find(typed, COUNTRY) == SearchResults(Match.ALIAS, PLACES.place(code))


def test_an_everyday_name_counts_only_among_the_places_asked_for() -> None:
    assert PLACES.find("Kukar", PLACES.regencies("13")).how is Match.NOTHING
    assert PLACES.find("Tenggarong", PLACES.districts("6402")).how is Match.EXACT


def test_a_name_that_is_kabupaten_and_kota_is_asked_about() -> None:
    both = [name for name, times in Counter(place.name for place in COUNTRY).items() if times == 2]
    assert len(both) == 26
    for name in both:
        found = PLACES.find(name, COUNTRY)
        assert found.how is Match.MAYBE
        assert {place.label for place in found.candidates} == {f"Kabupaten {name}", f"Kota {name}"}


@pytest.mark.parametrize(("typed", "meant"), [("kota sorong", "Kota Sorong"), ("kab.sorong", "Kabupaten Sorong")])
def test_the_written_type_decides_between_kabupaten_and_kota(typed: str, meant: str) -> None:
    found = PLACES.find(typed, COUNTRY)
    assert found.place is not None
    assert found.place.label == meant


@pytest.mark.parametrize(
    ("typed", "within", "best"),
    [
        ("samarnda", "64", "Kota Samarinda"), ("Balikpapn", "64", "Kota Balikpapan"),
        ("pnajam", "64", "Kabupaten Penajam Paser Utara"),
        ("Samarinda, Kaltim", "64", "Kota Samarinda"), ("bontnag", "64", "Kota Bontang"),
        ("samarinda ilr", "6472", "Kecamatan Samarinda Ilir"), ("Smd Ulu", "6472", "Kecamatan Samarinda Ulu"),
        ("tanah gerogot", "6401", "Kecamatan Tanah Grogot"), ("grogot", "6401", "Kecamatan Tanah Grogot"),
        ("desa jembayn", "640211", None),
    ],
)  # fmt: skip
def test_a_typing_error_gives_the_likeliest_first_and_never_a_place(typed: str, within: str, best: str | None) -> None:
    below = {2: PLACES.regencies(within), 4: PLACES.districts(within), 6: PLACES.villages(within)}
    found = PLACES.find(typed, below[len(within)])
    assert found.place is None
    assert len(found.candidates) <= 5
    if best:
        assert found.how is Match.MAYBE
        assert labels(found)[0] == best


def test_only_what_is_nearly_as_likely_is_offered_and_never_more_than_five() -> None:
    assert labels(PLACES.find("samarnda", COUNTRY)) == ["Kota Samarinda"]
    assert len(PLACES.find("selatan", COUNTRY).candidates) == 5


def test_two_or_three_letters_inside_a_name_are_not_that_name() -> None:
    assert PLACES.find("ara", KALTIM) == SearchResults(Match.NOTHING)
    assert labels(PLACES.find("ber", KALTIM)) == ["Kabupaten Berau"]


def test_a_village_is_found_within_its_regency() -> None:
    villages = PLACES.villages("6402")
    assert PLACES.find("ds. loa kulu kota", villages).how is Match.EXACT
    assert labels(PLACES.find("jembayn", villages))[0] == "Desa Jembayan"


@pytest.mark.parametrize("typed", ["kec. Sei Kunjang", "sungai kunjang", "Sungaikunjang"])
def test_common_short_forms_are_spelled_out(typed: str) -> None:
    assert PLACES.find(typed, PLACES.districts("6472")).place == PLACES.place("647206")


def test_a_name_that_begins_with_a_type_is_still_a_name() -> None:
    found = PLACES.find("kota bangun", PLACES.districts("6402"))
    assert found.place is not None
    assert found.place.label == "Kecamatan Kota Bangun"


def test_a_village_name_that_is_there_twice_is_asked_about() -> None:
    villages = PLACES.villages("6402")
    found = PLACES.find("Bukit Raya", villages)
    assert found == PLACES.find("Bukit Raya", villages[::-1])
    assert found.how is Match.MAYBE
    assert len(found.candidates) == 2
    assert len({PLACES.address(place.code)[1] for place in found.candidates}) == 2


@pytest.mark.parametrize("typed", ["", " ", "?!", "xyzxyz", "123", "😀"])
def test_nonsense_finds_nothing(typed: str) -> None:
    assert PLACES.find(typed, KALTIM) == SearchResults(Match.NOTHING)


@given(st.text(max_size=120))
def test_any_text_is_looked_up_without_an_error_and_always_alike(typed: str) -> None:
    found = PLACES.find(typed, KALTIM)
    assert found == PLACES.find(typed, tuple(reversed(KALTIM)))
    assert (found.place is None) == (found.how in (Match.MAYBE, Match.NOTHING))
    assert len(found.candidates) <= 5


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("6401", Zone("Asia/Makassar", "WITA")), ("6471", Zone("Asia/Makassar", "WITA")),
        ("1371", Zone("Asia/Jakarta", "WIB")), ("6171", Zone("Asia/Pontianak", "WIB")),
        ("9101", Zone("Asia/Jayapura", "WIT")), ("6401012009", Zone("Asia/Makassar", "WITA")),
    ],
)  # fmt: skip
def test_every_place_has_its_clock(code: str, zone: Zone) -> None:
    assert PLACES.zone(code) == zone


def test_every_province_has_a_clock_that_says_what_it_is_called() -> None:
    hours = {"WIB": 7, "WITA": 8, "WIT": 9}
    zones = [PLACES.zone(province.code) for province in PLACES.provinces()]
    assert Counter(zone.abbr for zone in zones) == {"WIB": 18, "WITA": 12, "WIT": 8}
    for zone in zones:
        offset = datetime(2026, 11, 22, tzinfo=ZoneInfo(zone.name)).utcoffset()
        assert offset is not None
        assert offset.total_seconds() == hours[zone.abbr] * 3600


def test_an_unknown_province_has_no_clock() -> None:
    with pytest.raises(KeyError):
        PLACES.zone("99")


@pytest.mark.parametrize(
    ("code", "standing"),
    [
        ("640101", CodeStatus.CURRENT), ("647299", CodeStatus.CURRENT_REGENCY), ("910101", CodeStatus.LEGACY_DISTRICT),
        ("640501", CodeStatus.LEGACY_REGENCY), ("997101", CodeStatus.UNKNOWN), ("", CodeStatus.UNKNOWN),
    ],
)  # fmt: skip
def test_how_well_the_codes_of_a_nik_are_known(code: str, standing: CodeStatus) -> None:
    assert PLACES.standing(code) is standing


def test_a_region_that_was_split_keeps_its_old_codes() -> None:
    assert PLACES.formerly("6473") == Formerly("6473", "Kota Tarakan", "6571", inferred=True)
    merauke = PLACES.formerly("9101")
    assert merauke is not None
    assert (merauke.current_code, merauke.inferred) == ("9301", False)
    assert PLACES.formerly("6401") is None


def test_an_old_code_leads_to_a_place_of_today() -> None:
    for standing in (CodeStatus.LEGACY_REGENCY, CodeStatus.LEGACY_DISTRICT):
        code = "6473" if standing is CodeStatus.LEGACY_REGENCY else "910101"
        formerly = PLACES.formerly(code)
        assert formerly is not None
        assert PLACES.place(formerly.current_code) is not None


def test_a_gazetteer_of_a_folder_is_made_once() -> None:
    assert gazetteer(REGIONS) is gazetteer(REGIONS)


def test_an_office_may_bring_its_own_villages(tmp_path: Path) -> None:
    (tmp_path / "villages_own.csv").write_text("code,district_code,name,type\n3174011001,317401,Tebet,kelurahan\n")
    own = Gazetteer(tmp_path)
    assert own.villages("317401") == (Place("3174011001", "Tebet", PlaceKind.KELURAHAN),)


def test_a_folder_without_regions_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"provinces\.csv"):
        Gazetteer(tmp_path).provinces()
