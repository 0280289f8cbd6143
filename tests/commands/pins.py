"""Pins every package, also those that others bring along: `python -m tests.commands.pins`, with pip and nothing else.

    pyproject.toml ─▶ pip resolves all  ─┬─▶ constraints.txt           every package, those of the tests too
                                         └─▶ deploy/requirements.txt   those of the image, each with its digests

Neither file holds an address: where packages come from is the choice of the installer. Some two minutes.
"""

import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tests.commands.terminal import ROOT

CONSTRAINTS, REQUIREMENTS = ROOT / "constraints.txt", ROOT / "deploy" / "requirements.txt"
MACHINES = ("x86_64", "aarch64")
PYTHON, GLIBC = "3.11", 36
"""Of the image that the Dockerfile builds on: Debian 12 has glibc 2.36."""
HEAD = "# Written by `python -m tests.commands.pins`; not by hand."


def main() -> None:
    everything = resolved(".[test]", *build_requirements())
    write(CONSTRAINTS, (f"{name}=={version}" for name, version, _ in everything))
    image = resolved(".", *build_requirements(), "-c", str(CONSTRAINTS))
    pins = [f"{name}=={version}" for name, version, _ in image]
    write(REQUIREMENTS, with_digests(pins))


def build_requirements() -> list[str]:
    """What builds the package; pip installs it apart, so each has to be pinned in pyproject.toml."""
    return list(tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"])


def resolved(*words: str) -> list[tuple[str, str, list[str]]]:
    """Name, release and digests of all that pip would install into an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = (sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--report")
        subprocess.run([*pip, str(report), *words], cwd=ROOT, check=True)
        found = json.loads(report.read_text())["install"]
    return sorted(described(one) for one in found if one["metadata"]["name"] != "sapa-daya")


def described(one: dict[str, Any]) -> tuple[str, str, list[str]]:
    told, archive = one["metadata"], one["download_info"].get("archive_info", {})
    return normal(told["name"]), told["version"], [archive.get("hashes", {}).get("sha256", "")]


def normal(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def with_digests(pins: list[str]) -> Iterator[str]:
    """Each package with the digests of its files for every machine."""
    digests: dict[str, set[str]] = {pin: set() for pin in pins}
    for machine in MACHINES:
        for name, version, found in resolved(*for_machine(machine), *pins):
            digests[f"{name}=={version}"] |= set(found)
    for pin, found in digests.items():
        yield " \\\n    ".join([pin, *(f"--hash=sha256:{digest}" for digest in sorted(found))])


def for_machine(machine: str) -> list[str]:
    """Options with which pip takes the files that fit another machine than this one."""
    tags = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    tags += [f"manylinux{year}_{machine}" for year in ("2014", "2010", "1")]
    platforms = [word for tag in tags for word in ("--platform", tag)]
    only = ["--no-deps", "--only-binary", ":all:", "--target", "nowhere", "--implementation", "cp"]
    return [*only, "--python-version", PYTHON, *platforms]


def write(file: Path, lines: Iterable[str]) -> None:
    file.write_text("\n".join([HEAD, *lines, ""]))


if __name__ == "__main__":
    main()
