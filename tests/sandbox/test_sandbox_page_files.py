"""What can be said of the page without a browser: its words, its colours, its sources."""

import re

import pytest

from bot.sandbox.page_files import FOLDER

SCRIPTS = {path.name: path.read_text() for path in FOLDER.glob("*.js")}
PAGE = (FOLDER / "index.html").read_text()
COLOURS = (FOLDER / "colours.css").read_text()


def words(language: str) -> set[str]:
    block = SCRIPTS["words.js"].partition(f"  {language}: {{")[2].partition("\n  },")[0]
    return set(re.findall(r"^    (\w+):", block, re.MULTILINE))


def test_both_languages_have_the_same_words_and_none_is_left_over() -> None:
    quoted = "".join(SCRIPTS.values()) + PAGE
    used = {word for word in words("id") if re.search(rf'"{word}"', quoted)}
    assert words("id") == words("en") == used


def test_nothing_is_fetched_from_elsewhere() -> None:
    sources = PAGE + "".join(SCRIPTS.values()) + "".join(p.read_text() for p in FOLDER.glob("*.css"))
    addresses = set(re.findall(r"https?://[\w.]+", sources))
    assert addresses == {"http://www.w3.org"}


def test_no_script_reads_text_as_markup() -> None:
    for name, source in SCRIPTS.items():
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(", source), name


def scheme(dark: bool) -> dict[str, str]:
    light_part, _, dark_part = COLOURS.partition("@media")
    found = dict(re.findall(r"--([\w-]+): (#\w{6})", light_part))
    return found | (dict(re.findall(r"--([\w-]+): (#\w{6})", dark_part)) if dark else {})


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


TEXTS = [(ink, ground) for ink in ("text", "soft") for ground in ("surface", "raised", "log", "theirs", "ground")]
TEXTS += [("text", "mine"), ("accent-strong", "mine"), ("on-accent", "accent"), ("surface", "text")]
TEXTS += [("accent", ground) for ground in ("surface", "raised", "theirs")] + [
    ("key-text", "key"),
    ("key-text", "raised"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXTS)
def test_text_has_a_contrast_of_at_least_4_5(ink: str, ground: str, dark: bool) -> None:
    colours = scheme(dark)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), [("field-line", "surface"), ("focus", "surface"), ("focus", "log")])
def test_edges_that_matter_have_a_contrast_of_at_least_3(ink: str, ground: str, dark: bool) -> None:
    colours = scheme(dark)
    assert contrast(colours[ink], colours[ground]) >= 3
