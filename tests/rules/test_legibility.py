"""Advice on reading is what a person would give, held to the made-up papers of tests/data/papers."""

import csv
import re
from functools import cache
from pathlib import Path
from random import Random

import pytest
from PIL import Image, ImageChops

from models.applications import document_rebuild
from models.applications.document_checks import Advice
from models.applications.legibility import Legibility, measure
from tests.made_up_files import encoded
from tests.rebuilding import look_at

PAPERS = Path(__file__).parents[1] / "data" / "papers"


@cache
def labels() -> list[dict[str, str]]:
    with (PAPERS / "labels.csv").open() as file:
        return list(csv.DictReader(file))


@cache
def measured(name: str) -> Legibility:
    return measure(Image.open(PAPERS / name).convert("L"))


@pytest.mark.parametrize("label", labels(), ids=lambda label: label["file"])
def test_a_made_up_paper_gets_the_advice_a_person_would_give(label: dict[str, str]) -> None:
    look = look_at((PAPERS / label["file"]).read_bytes())
    assert " ".join(look.advice) == label["expected"]


@pytest.mark.parametrize("times", [1.32, 2.6])
@pytest.mark.parametrize(
    "name", ["card-sharp", "card-softer", "sheet-scanned", "sheet-blurred", "card-glare", "card-dark"]
)
def test_a_larger_photo_of_a_paper_gets_the_same_advice(name: str, times: float) -> None:
    small = Image.open(PAPERS / f"{name}.jpg")
    large = small.resize((int(small.width * times), int(small.height * times)), Image.Resampling.BICUBIC)
    expected = next(label["expected"] for label in labels() if label["file"] == f"{name}.jpg")
    assert " ".join(look_at(encoded(large, "image/jpeg", quality=80)).advice) == expected


def test_noise_does_not_pass_for_sharpness() -> None:
    blurred = Image.open(PAPERS / "card-blurred.jpg").convert("RGB")
    noise = Image.frombytes("L", blurred.size, Random(1).randbytes(blurred.width * blurred.height))
    noise = noise.point([128 + (level - 128) * 20 // 128 for level in range(256)]).convert("RGB")
    blurred = ImageChops.add(blurred, noise, offset=-128)
    assert look_at(encoded(blurred, "image/jpeg", quality=80)).advice == (Advice.BLURRED,)


def test_the_thresholds_stand_clear_of_every_made_up_paper() -> None:
    """Half-way between the worst good paper and the best bad one, near enough."""
    expected = {label["file"]: label["expected"].split() for label in labels()}
    lit = {name: measured(name) for name, advice in expected.items() if not {"dark", "blank"}.intersection(advice)}

    def gap(what: str, names: list[str], bad: str) -> tuple[list[float], list[float]]:
        good = [getattr(measured(name), what) for name in names if bad not in expected[name]]
        return good, [getattr(measured(name), what) for name in names if bad in expected[name]]

    good, bad = gap("paper", list(expected), "dark")
    assert max(bad) + 15 < document_rebuild.MIN_BRIGHTNESS < min(good) - 15
    good, bad = gap("sharpness", list(lit), "blurred")
    assert max(bad) + 0.02 < document_rebuild.MIN_SHARPNESS < min(good) - 0.08
    good, bad = gap("glare", list(lit), "glare")
    assert max(good) + 0.01 < document_rebuild.MAX_GLARE < min(bad) - 0.01
    good, bad = gap("writing", [name for name in expected if "dark" not in expected[name]], "blank")
    assert max(bad) * 2 <= document_rebuild.MIN_WRITING < min(good) / 2


@pytest.mark.parametrize(("width", "height"), [(1, 1), (1, 3000), (3000, 1), (33, 33), (20, 5000)])
def test_a_picture_of_any_shape_can_be_looked_at(width: int, height: int) -> None:
    assert Advice.SMALL in look_at(encoded(Image.new("L", (width, height), 200), "image/png")).advice


def test_the_folder_of_papers_is_small_and_every_paper_in_it_is_labelled() -> None:
    assert sum(file.stat().st_size for file in PAPERS.iterdir() if file.is_file()) < 1_500_000
    assert sorted(label["file"] for label in labels()) == sorted(file.name for file in PAPERS.glob("*.jpg"))
    assert len(labels()) >= 24


def test_nobody_in_the_papers_exists() -> None:
    numbers = re.findall(r"\d{16}", (PAPERS / "make.py").read_text())
    assert numbers
    assert {number[-4:] for number in numbers} == {"9001"}
