"""The figures and rules of the programmes in data/ are those that the offices announced (sources: the files' comments).

An office that ships its own programmes replaces this file; the other checks of this folder hold for any office.
"""

from datetime import date

from models.programmes.catalogue import Catalogue


def test_all_nine_groups_of_programmes_are_there_in_their_order(catalogue: Catalogue) -> None:
    assert [programme.key for programme in catalogue] == [
        "keterampilan",
        "uep",
        "uep-padang",
        "bimtek",
        "alumni-padang",
        "pemuda-paser",
        "survei-desa",
        "prasejahtera",
        "bpjs",
        "penempatan",
        "magang",
        "panti",
        "rujuk-blt",
        "rujuk-sembako",
        "rujuk-rumah",
        "rujuk-sanitasi",
        "rujuk-air",
    ]


def test_the_places_are_those_the_offices_announced(catalogue: Catalogue) -> None:
    announced = {"keterampilan": 36, "uep": 1680, "bimtek": 65, "panti": 200}

    assert {programme.key: programme.places(2026) for programme in catalogue if programme.places(2026)} == announced
    assert catalogue["pemuda-paser"].quotas[0].floors == {"6401": 4}


def test_uep_gives_150_places_to_each_of_ten_kabupaten_and_kota(catalogue: Catalogue) -> None:
    first, revised = catalogue["uep"].quotas

    assert (first.funding, first.places, set(first.shares.values()), len(first.shares)) == (
        "apbd_murni",
        1500,
        {150},
        10,
    )
    assert (revised.funding, revised.places) == ("apbd_perubahan", 180)


def test_four_programmes_are_closed_each_with_its_reason_and_a_date_of_news(catalogue: Catalogue) -> None:
    closed = {programme.key: programme.closed for programme in catalogue if not programme.open}

    assert {key: why.reason for key, why in closed.items() if why} == {
        "bimtek": "between_rounds",
        "prasejahtera": "starts_later",
        "magang": "starts_later",
        "rujuk-rumah": "no_budget_this_year",
    }
    assert all(why and why.news_by > date(2026, 11, 23) for why in closed.values())


def test_the_fried_snack_package_says_who_brings_what(catalogue: Catalogue) -> None:
    package = next(package for package in catalogue["uep"].packages if package.key == "gorengan")

    goods = [item.name.en for item in package.from_office]
    assert goods == ["wheat flour", "cooking oil", "stove", "gas", "wok", "spatula"]
    assert [item.in_("id") for item in package.from_person] == ["pisang atau sayur"]


def test_the_insurance_of_balikpapan_changed_hands(catalogue: Catalogue) -> None:
    bpjs = catalogue["bpjs"]

    assert (bpjs.owner, bpjs.past_owners[0].office) == ("dinsos-bpp", "disnaker-bpp")
    assert (bpjs.monthly_rupiah, bpjs.relisted_in_months) == (16_800, (10, 11, 12))


def test_the_panti_is_decided_by_a_social_worker(catalogue: Catalogue) -> None:
    assert catalogue["panti"].decided_by == "social_worker"
    assert catalogue["panti"].next_step.officer == "social_worker"


def test_employers_hear_of_somebody_only_with_consent(catalogue: Catalogue) -> None:
    asked = {programme.key for programme in catalogue if "employer_sharing" in programme.consents}

    assert asked == {"penempatan", "magang"}


def test_every_office_that_decides_has_its_own_receipt_letters(catalogue: Catalogue) -> None:
    office = catalogue.office

    letters = {one.key: one.receipt_prefix for one in office.offices if one.receipt_prefix}
    assert letters == {"dinsos-kaltim": "KT", "dinsos-bpp": "BP", "dinsos-paser": "PS", "dinsos-padang": "PD"}
    assert office.prefix_of("odah-bersama") == "KT"
    assert {office.prefix_of(programme.owner) for programme in catalogue} == {"KT", "BP", "PS", "PD"}
