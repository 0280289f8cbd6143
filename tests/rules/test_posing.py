"""A name that leads elsewhere or speaks for an office is asked for again; names of people are taken as they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.people.name import Name, NameFault, NameProblem, read_name
from models.people.posing import is_posing

OFFICES = {"Dinas Sosial Provinsi Kalimantan Timur", "Dinsos Kaltim", "Panti Odah Bersama", "SapaDayaContoh"}


@pytest.mark.parametrize(
    "name",
    [
        "Budi t.me/penipu", "Budi https://contoh.example", "www.contoh.example", "Bantuan-cair.com", "klik hadiah.xyz",
        "Budi @penipu_bot", "@SapaDayaContohBot", "Ketik /bantuan", "/start Budi", "BUDI.COM", "ｗｗｗ.contoh.example",
        "Dinsos Kaltim", "dinsos  kaltim", "DINAS SOSIAL", "Dinas Sosial Kota Bontang", "D i n s o s", "D1nsos Kaltim",
        "Petugas Dinsos", "Petugas Rina", "Admin", "Panti Odah Bersama", "Sapa Daya Contoh", "DinsosKaltim resmi",
        "Dіnsоs Kaltim", "D\u00edns\u00f3s", "Din\u200bsos", "Kemensos RI", "Dinas-Sosial",
    ],
)  # fmt: skip
def test_what_poses_is_asked_for_again(name: str) -> None:
    reading = read_name(name, OFFICES)
    assert isinstance(reading, NameProblem)
    assert reading.fault is NameFault.POSES


@pytest.mark.parametrize(
    "name",
    [
        "Siti Aminah", "Nurdin Sosrodiharjo", "Andin S.Sos", "Drs. H. Andi, M.Si., Ph.D", "I.G.A. Ketut", "Moh. Ali",
        "Siti d/h Liem", "Resmi Handayani", "Dina Sosiawati", "Amd.Kep Dewi", "Dewi, S.Pd.I", "Yayasan Bina Difabel",
        "LKS Harapan Bersama", "Karang Taruna Sidodadi", "Panti Asuhan Kasih", "Andi 2", "O'Brien", "Bunda Daya",
        "St. Nurhaliza", "Abd.Rahman", 'Andi "Bang" <b>_*[ & 😀', "Sari (Ibu)", "Kaltim Jaya",
    ],
)  # fmt: skip
def test_names_of_people_and_organisations_are_taken(name: str) -> None:
    assert read_name(name, OFFICES) == Name(name)


@given(
    st.sampled_from(sorted(OFFICES)), st.sampled_from(["", "Pak ", "CS ", "Tim "]), st.sampled_from(["", " 2", " ✅"])
)
def test_the_name_of_an_office_is_found_wherever_it_stands(office: str, before: str, behind: str) -> None:
    assert is_posing(before + office + behind, OFFICES)
    assert is_posing(before + office.upper() + behind, OFFICES)


@given(st.text())
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    assert is_posing(text, OFFICES) in (True, False)
