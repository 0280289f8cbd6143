"""Mistakes in the files an office edits: every one of them names its file, its line, and what is allowed."""

import shutil
from pathlib import Path

import pytest

from models.programmes.catalogue import load_catalogue, region_codes
from models.yaml_file import Example, FileProblems, Problem, Steps, places_of, read_yaml
from models.yaml_marks import unmarked
from tests.own_catalogue import OFFICE

KALTIM = ("6401", "6402", "6403", "6407", "6408", "6409", "6411", "6471", "6472", "6474")
REGIONS = frozenset({"64", "13", "1371", *KALTIM})


MATTERS = """spellings: |
  dmn: di mana
fillers: saya mau
matters:
  - key: register
    label: { id: Daftar program, en: Register }
    command: daftar
    phrasings: |
      mau daftar
      daftrkan saya
  - key: uep
    label: { id: Bantuan usaha, en: Business aid }
    programmes: [uep]
    phrasings: |
      modal usaha
  - key: requirements
    label: { id: Syarat, en: Requirements }
    answer: { id: Syarat ada di penjelasan program., en: They stand in the description. }
    then: [program]
    phrasings: |
      syaratnya apa
"""


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Make a folder with the offices of the tests, and two of their programmes."""
    (tmp_path / "programmes").mkdir()
    shutil.copy(OFFICE, tmp_path)
    (tmp_path / "matters.yaml").write_text(MATTERS, encoding="utf-8")
    for name in ("uep-kaltim", "rujuk-air"):
        shutil.copy(OFFICE.parent / "programmes" / f"{name}.yaml", tmp_path / "programmes")
    return tmp_path


def edit(file: Path, old: str, new: str) -> int:
    """Replace the first `old` and give the line on which it stood, counted from 1."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def problems_of(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(FileProblems) as caught:
        load_catalogue(folder, regions=REGIONS)
    return caught.value.problems


KEY = 'a short key of a-z, 0-9 and "-", starting with a letter, at most 16 characters'
LONG_LABEL = "Usaha gorengan pisang dan sayur"
PLANTED = [
    ("desil: 5", "desil: lima", 0, '"desil" must be a number from 1 to 10, not "lima"'),
    ("desil: 5", "desil: 50", 0, '"desil" must be a number from 1 to 10, not 50'),
    ("    desil: 5\n", "", -1, '"desil" is missing: it must be a number from 1 to 10'),
    ("pillar: 2", "pillar: 4", 0, '"pillar" must be one of 1, 2, 3, not 4'),
    ("order: 20", "ordr: 20\norder: 20", 0, '"ordr" is not known here; did you mean "order"?'),
    ("version: 1", "version:", 0, '"version" must be a number, not empty'),
    ("open: true", "open: yes", 0, '"open" must be true or false, not "yes"'),
    ("open: true", "open: false", 0, '"open: false" needs "closed" with its reason'),
    ('area: ["64"]', "area: [64]", 0, 'item 1 of "area" must be a region code in quotes, like "64" or "6401", not 64'),
    ("area: [", 'area: ["99", ', 0, '"99" is not a known region code'),
    ("area: [", "area: []\ntags: [", 0, '"area" must be a list of at least 1, not a list of 0'),
    ("owner: dinsos-kaltim", "owner: dinsos-x", 0, '"dinsos-x" is not a known office of office.yaml; there are '),
    ("office: dinsos-kaltim", "office: dinsos-x", 0, '"dinsos-x" is not a known office of office.yaml'),
    ("key: uep", "key: usaha_ekonomi", 0, f'"key" must be {KEY}, not "usaha_ekonomi"'),
    ("key: uep", "key: rujuk-air", 0, '"key" must be unique; "rujuk-air" is in rujuk-air.yaml too'),
    ("id: Bantuan usaha UEP", "id: Rujukan air bersih", 0, '"short_name.id" must be unique'),
    ("kind: toolkit", "kind: tolkit", 0, '"kind" must be one of training, toolkit, insurance'),
    ("kind: has_or_had_business", "kind: owns_shop", 0, '"kind" must be one of age, answer_in, any_of'),
    ("kind: several", "kind: many", 0, '"kind" must be one of choice, number, several, text, yes_no, not "many"'),
    ("- kind: lives_in", "- lives_in", 0, 'item 1 of "requirements" must be a group of settings whose "kind" is'),
    ("    aid: uep\n\nq", "    aid: uap\n\nq", 0, '"uap" is not a known "aid" of a programme; there are uep'),
    ('"6401": 150', '"6401": -1', 0, '"shares.6401" must be a number of at least 0, not -1'),
    ('"6401": 150', '"640": 150', 0, '"shares.640" must be the code of a kabupaten or kota in quotes'),
    ('"6401": 150', '"6401": 150\n      "1371": 0', 1, '"1371" is outside the programme\'s "area"'),
    ("places: 1500", "places: 1501", 0, '"places" is 1501, but "shares" and "pool" add up to 1500'),
    ("- year: 2026\n    funding: apbd_p", "- year: 2026\n    funding: apbd_murni #", 0, "2026 with apbd_murni already"),
    ("id: Usaha gorengan,", f"id: {LONG_LABEL},", 0, '"name.id" has 31 characters, a button holds 30'),
    ("id: Usaha gorengan,", "id: Kembali,", 0, '"name.id" must not be "Kembali": in the chat that already means'),
    ("en: Fried snacks ", "en: 12 ", 0, '"name.en" must be English text, not 12'),
    (", en: Fried snacks }", " }", 0, '"name.en" is missing: it must be English text'),
    ("en: Fried snacks ", "en: Yes, fried snacks ", 0, "a text with a comma between { and } needs quotes around it"),
    ("key: minuman", "key: sembako", 0, '"key" must differ from the others in "packages": "sembako" is there twice'),
    ("id: Jual minuman", "id: Warung sembako", 0, '"name.id" must differ from the others in "packages"'),
    ("memulai lagi atau menguatkan usaha kecil", "dan " * 9, 0, '"summary.id" has a sentence of 13 words, 12 are'),
    ("membantu keluarga memulai", "membantu orang cacat", 0, 'not say "cacat"; say "penyandang disabilitas"'),
    ("Program ini membantu", "Program ini \U0001f600", 0, '"summary.id" must not hold emoji'),
    ("Kenapa usaha itu", "Kenapa {usaha}", 0, '"ask.id" has the unknown placeholder {usaha}; allowed are'),
    ("Kenapa usaha itu", "Kenapa {usaha", 0, '"ask.id" has a brace { or } without its partner'),
    ("Kenapa usaha itu", "Kenapa {sapaan}", 1, '"en" must have the same placeholders as "id": {sapaan}'),
    ("answers: [pernah]", "answers: [prnah]", 0, '"prnah" is no answer to "usaha"; its answers are ada, pernah'),
    ("question: usaha,", "question: paket,", 0, '"paket" is not an earlier question; earlier ones are usaha'),
    ("most: 2", "most: 9", 0, '"most" must not be above the number of choices, which is 3'),
    ("least: 1", "least: 3", 0, '"least" must not be above "most", which is 2'),
    ("key: berhenti", "key: usaha", 0, '"usaha" is the key of an earlier question'),
    ("longest: 200", "longest: 200.5", 0, '"longest" must be a number from 1 to 1000, not 200.5'),
    ("group: identitas", "group: lain", 0, 'group "lain" needs a second document'),
    ("    group: identitas\n", "", -1, '"needed: one_of" and "group" belong together'),
    ("[1, 3, 6, 12]", "[1, 3, 60, 12]", 0, 'item 3 of "afterwards.visits_after_months" must be a number from 1'),
    ("graduation: true", "leads_to: [magang]", 0, '"magang" is not a known programme; there are rujuk-air, uep'),
    ("pillar: 2", "pillar: 2\npillar: 3", 1, "this cannot be read as YAML: found duplicate key"),
    ("  id: Usaha Ek", "\tid: Usaha Ek", 0, "this cannot be read as YAML: found character"),
]


@pytest.mark.parametrize(("old", "new", "lines_below", "message"), PLANTED, ids=[row[3][:50] for row in PLANTED])
def test_a_planted_mistake_names_file_and_line(
    office: Path, old: str, new: str, lines_below: int, message: str
) -> None:
    file = office / "programmes" / "uep-kaltim.yaml"
    line = edit(file, old, new) + lines_below
    found = [problem for problem in problems_of(office) if message in problem.message]

    assert [(problem.file, problem.line) for problem in found][:1] == [(file, line)]


OFFICE_MISTAKES = [
    ("level: unit", "level: village", '"level" must be one of province, city, regency, unit, partner, not "village"'),
    ("key: odah-bersama", "key: dinsos-kaltim", '"dinsos-kaltim" is the key of an earlier office'),
    ("receipt_prefix: BP", "receipt_prefix: KT", '"KT" is the receipt_prefix of an earlier office'),
    ("receipt_prefix: BP", "receipt_prefix: bp", "must be two or three capital letters in front of a number"),
    ("parent: dinsos-kaltim", "parent: nobody", '"parent" must be an earlier office; there is none called "nobody"'),
    ('region: "6472"', 'region: "6499"', '"6499" is not a known region code'),
    ("username: SapaDayaContohBot", "username: SapaDaya", 'the username of a bot without "@"'),
    ("draft: 30", "draft: -1", '"retention.draft" must be a number of at least 1, not -1'),
    ("draft: 30", "draft: 6", '"draft" must be at least 7 days: three days before its end people are reminded'),
    ("visitor: 365", "visitor: 60", '"visitor" must not be shorter than "conversation"'),
    ("also: []", "also: [17-08-2027]", 'item 1 of "holidays.also" must be a date like 2027-01-31, not "17-08-2027"'),
]


@pytest.mark.parametrize(("old", "new", "message"), OFFICE_MISTAKES, ids=[row[2][:50] for row in OFFICE_MISTAKES])
def test_a_mistake_among_the_offices_names_its_line_too(office: Path, old: str, new: str, message: str) -> None:
    line = edit(office / "office.yaml", old, new)
    first = next(problem for problem in problems_of(office) if message in problem.message)

    assert (first.file, first.line) == (office / "office.yaml", line)


MATTER_MISTAKES = [
    ("command: daftar", "command: dafter", 0, '"command" must be one of start, program, daftar, status'),
    ("    command: daftar\n", "", -2, "a matter must have exactly one of command, programmes, skill, group, answer"),
    ("command: daftar\n", "command: daftar\n    group: skills\n", 1, "a matter must have exactly one of command"),
    ("command: daftar\n", "command: daftar\n    then: [menu]\n", 1, '"then" needs an "answer"'),
    ("command: daftar\n", "command: daftar\n    small_talk: true\n", 1, '"small_talk" needs an "answer"'),
    ("command: daftar", "group: skill", 0, '"group" must be one of skills, business, protection, referrals'),
    ("command: daftar", "skill: melukis", 0, '"melukis" is not a known skill of a programme'),
    ("programmes: [uep]", "programmes: [uap]", 0, '"uap" is not a known programme; there are rujuk-air, uep'),
    ("programmes: [uep]", "programmes: []", 0, '"programmes" must be a list of at least 1'),
    ("key: uep", "key: register", 0, '"register" is the key of "register" too'),
    ("id: Bantuan usaha", "id: Daftar program", 0, '"Daftar program" is the Indonesian label of "register" too'),
    ("modal usaha", "Mau daftar!", -1, '"Mau daftar!" is the phrasing of "register" too'),
    ("modal usaha", "?!", -1, '"?!" must be words of at most 80 characters'),
    ("dmn: di mana", "dmn di mana", -1, '"dmn di mana" must be one word with a colon and its meaning behind it'),
    ("id: Syarat,", "id: Syarat yang harus dipenuhi semua,", 0, '"label.id" has 32 characters, a button holds 30'),
    ("id: Syarat ada di", "id: Orang cacat ada di", 0, 'not say "cacat"; say "penyandang disabilitas"'),
    ("    phrasings: |\n      modal usaha\n", "", -3, '"phrasings" is missing: it must be a block of lines'),
    ("phrasings: |", "phrase: |", 0, '"phrase" is not known here; did you mean "phrasings"?'),
]


@pytest.mark.parametrize(
    ("old", "new", "below", "message"), MATTER_MISTAKES, ids=[row[3][:50] for row in MATTER_MISTAKES]
)
def test_a_mistake_among_the_matters_names_its_line_too(
    office: Path, old: str, new: str, below: int, message: str
) -> None:
    line = edit(office / "matters.yaml", old, new) + below
    first = next(problem for problem in problems_of(office) if message in problem.message)

    assert (first.file, first.line) == (office / "matters.yaml", line)


def test_all_mistakes_of_all_files_are_told_at_once(office: Path) -> None:
    uep, water = office / "programmes" / "uep-kaltim.yaml", office / "programmes" / "rujuk-air.yaml"
    expected = [
        (office / "office.yaml", edit(office / "office.yaml", "draft: 30", "draft: soon")),
        (water, edit(water, "pillar: 3", "pillar: three")),
        (uep, edit(uep, "version: 1", "version: first")),
        (uep, edit(uep, "desil: 5", "desil: lima")),
    ]

    assert [(problem.file, problem.line) for problem in problems_of(office)] == sorted(expected)


def test_a_reference_to_a_file_with_another_mistake_is_no_second_mistake(office: Path) -> None:
    edit(office / "programmes" / "uep-kaltim.yaml", "graduation: true", "leads_to: [rujuk-air]")
    edit(office / "programmes" / "rujuk-air.yaml", "pillar: 3", "pillar: three")

    assert [problem.file.name for problem in problems_of(office)] == ["rujuk-air.yaml"]


@pytest.mark.parametrize(("content", "message"), [("", "settings like"), ("- a\n", "settings like")])
def test_a_file_without_settings_is_a_mistake(office: Path, content: str, message: str) -> None:
    (office / "programmes" / "new.yaml").write_text(content, encoding="utf-8")

    assert message in problems_of(office)[0].message


def test_a_file_that_is_no_text_and_a_missing_office_file_are_mistakes(office: Path) -> None:
    (office / "programmes" / "new.yaml").write_bytes(b"key: \xff\xfe")
    (office / "office.yaml").unlink()

    assert [problem.message for problem in problems_of(office)] == [
        "this file is missing",
        "the file must be saved as UTF-8 text",
    ]


def test_a_problem_reads_as_file_line_and_sentence() -> None:
    problem = Problem(Path("data/office.yaml"), 12, '"level" must be one of city, province, not "village"')

    assert str(problem) == 'data/office.yaml:12: "level" must be one of city, province, not "village"'


def test_region_codes_come_from_the_regions_folder_when_there_is_one(tmp_path: Path) -> None:
    assert region_codes(tmp_path) is None
    (tmp_path / "regions").mkdir()
    for name in ("provinces", "regencies", "districts"):
        (tmp_path / "regions" / f"{name}.csv").write_text("code,name\n64,Kalimantan Timur\n", encoding="utf-8")
    assert region_codes(tmp_path) == frozenset({"64"})


# Examples.


@pytest.mark.parametrize(
    ("old", "new", "places"),
    [
        ("desil: 5", "desil: !contoh 5", {("uep", ("requirements", 1, "desil"))}),
        ("quotas:\n", "quotas: !contoh\n", {("uep", ("quotas",))}),
        ("  - key: gorengan", "  - !contoh\n    key: gorengan", {("uep", ("packages", 0))}),
        ("desil: 5", "desil: 5  # contoh", set()),
    ],
)
def test_an_example_is_listed_with_its_line(office: Path, old: str, new: str, places: set[tuple[str, Steps]]) -> None:
    file = office / "programmes" / "uep-kaltim.yaml"
    line = edit(file, old, new)
    found = load_catalogue(office, regions=REGIONS).examples
    assert {(one.about, one.at) for one in found} == places
    assert {(one.file, one.line) for one in found} <= {(file, line)}


def test_a_mistake_below_a_mark_is_found_on_its_line(office: Path) -> None:
    file = office / "programmes" / "uep-kaltim.yaml"
    edit(file, "quotas:\n", "quotas: !contoh\n")
    line = edit(file, "places: 1500", "places: !contoh lima")
    (problem,) = problems_of(office)
    assert (problem.line, problem.message) == (line, '"places" must be a number, not "lima"')


def test_a_mark_of_another_name_is_a_mistake(office: Path) -> None:
    line = edit(office / "office.yaml", "    hours:\n", "    hours: !example\n")
    (problem,) = problems_of(office)
    assert (problem.line, problem.message) == (line, 'the mark "!example" is not known; there is only !contoh')


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("a: !contoh { id: Satu., en: One. }", {"a": {"id": "Satu (contoh).", "en": "One (example)."}}),
        ("a: !contoh { id: Satu, en: One }", {"a": {"id": "Satu (contoh)", "en": "One (example)"}}),
        ("a: { id: !contoh Satu, en: One }", {"a": {"id": "Satu (contoh)", "en": "One"}}),
        ("a: !contoh { short: { id: Dua? } }", {"a": {"short": {"id": "Dua (contoh)?"}}}),
        ("a: !contoh { key: x, of: [{ id: Satu }] }", {"a": {"key": "x", "of": [{"id": "Satu (contoh)"}]}}),
        ("a: !contoh 10", {"a": 10}),
        ("a: !contoh '10'", {"a": "10"}),
        ("a: !contoh 2027-01-29", {"a": "2027-01-29"}),
        ("a: !contoh [1, 3]", {"a": [1, 3]}),
        ("a: !contoh true", {"a": True}),
        ("a: !contoh", {"a": None}),
    ],
)
def test_a_text_below_the_mark_says_that_it_is_an_example(text: str, becomes: object) -> None:
    assert unmarked(read_yaml(text)) == becomes


def test_places_are_named_once_for_each_file() -> None:
    places = [Example(Path("office.yaml"), line, "", ()) for line in (3, 5, 5)]
    assert places_of([*places, Example(Path("uep.yaml"), 7, "uep", ())]) == "office.yaml:3,5; uep.yaml:7"
