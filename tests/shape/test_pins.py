"""Every package is pinned, also those that others bring along; no committed file says where packages come from."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.commands.pins import CONSTRAINTS, MACHINES, REQUIREMENTS, build_requirements, normal
from tests.shape.talks import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ADDRESS = re.compile(
    r"pypi\.org|pythonhosted\.org|https?://\S+/simple\b|file://\S+/(simple|wheels)\b"
    r"|^\s*(--index-url|--extra-index-url|--find-links|-i |-f )|\s--(extra-)?index-url[ =]\S|\s--find-links[ =]\S",
    re.M,
)


def pinned(lines: list[str]) -> dict[str, str]:
    """Name and release of lines such as name==release."""
    pairs = (line.partition(";")[0].partition("==") for line in lines)
    return {normal(name): release.strip() for name, _, release in pairs}


def lines_of(file: Path) -> list[str]:
    """The lines of a file of requirements, those that go on joined, without remarks."""
    joined = file.read_text().replace("\\\n", " ").splitlines()
    return [line for line in joined if line and not line.startswith("#")]


def brought_along(name: str, extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """What an installed package needs here, by its own metadata."""
    for line in distribution(name).requires or []:
        need = Requirement(line)
        if need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in extras | {""}):
            yield normal(need.name), frozenset(need.extras)


def installed(*extras: str) -> dict[str, str]:
    """Everything that the program needs here, with what that needs in turn, and the releases that are installed."""
    todo, seen = [("sapa-daya", frozenset(extras))], set[tuple[str, frozenset[str]]]()
    while todo:
        if (one := todo.pop()) not in seen:
            seen.add(one)
            todo += brought_along(*one)
    return {name: distribution(name).version for name, _ in seen if name != "sapa-daya"}


def test_the_constraints_are_exactly_what_is_installed() -> None:
    assert pinned(lines_of(CONSTRAINTS)) == installed("test") | pinned(build_requirements())


def test_the_image_gets_exactly_what_the_bot_needs() -> None:
    names = [line.split()[0] for line in lines_of(REQUIREMENTS)]
    assert pinned(names) == installed() | pinned(build_requirements())


def test_every_package_of_the_image_has_digests_and_nothing_but_digests() -> None:
    for line in lines_of(REQUIREMENTS):
        pin, *digests = line.split()
        assert "==" in pin
        assert 1 <= len(digests) <= len(MACHINES), pin
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", digest) for digest in digests), pin


def test_every_requirement_of_ours_names_one_release() -> None:
    extras = [line for some in PROJECT["optional-dependencies"].values() for line in some]
    for line in [*PROJECT["dependencies"], *extras, *build_requirements()]:
        assert re.fullmatch(r"[\w.\[\]-]+==[\w.]+", line), line


@pytest.mark.parametrize("page", ["README.md", "docs/guide/running.md"])
def test_following_a_page_installs_what_is_pinned(page: str) -> None:
    lines = re.findall(r"pip install [^&\n]*-e [^&\n]*", (ROOT / page).read_text())
    assert len(lines) == 2
    assert all(line.strip().endswith("-c constraints.txt") for line in lines)


def test_the_image_takes_no_package_whose_digest_is_not_written_down() -> None:
    lines = re.findall(r"pip install .*", (ROOT / "Dockerfile").read_text())
    assert len(lines) == 2
    assert "--require-hashes" in lines[0] and "requirements.txt" in lines[0]
    assert "--no-deps" in lines[1] and "--no-build-isolation" in lines[1]


def committed() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_committed_file_says_where_packages_come_from() -> None:
    for file in committed():
        if file.suffix not in {".png", ".pdf", ".jpg", ".mo", ".ttf", ".otf", ".gz"} and file != Path(__file__):
            found = ADDRESS.search(file.read_text(encoding="utf-8", errors="ignore"))
            assert not found, (file, found)
