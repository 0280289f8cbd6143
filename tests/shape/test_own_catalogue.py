"""Tests play on tests/catalogue/: they run without an office's files, and may not open those in data/."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT_ROOT
from tests.office_guard import ReadsOfficeFile, is_office_file
from tests.own_catalogue import OFFICE, SHIPPED

PARTS = ("bot", "handlers", "models", "locales", "tests", "benchmarks")
SAMPLE = (
    "tests/test_transcripts.py::test_the_chat_goes_as_written[daftar_tidak_cocok]",
    "tests/rules/test_eligibility.py",
    "tests/store/test_removed_programmes.py",
    "tests/commands/test_stopping.py::test_a_second_signal_ends_it_at_once",
)
"""One of each kind: a chat, rules, a store, and a `sapa run` in a process of its own."""


@pytest.mark.parametrize("file", ["office.yaml", "matters.yaml", "programmes/uep-kaltim.yaml"])
def test_a_test_that_opens_an_office_file_of_data_fails(file: str) -> None:
    with pytest.raises(ReadsOfficeFile):
        (SHIPPED / file).read_text(encoding="utf-8")


def test_the_tests_own_files_and_the_regions_may_be_opened() -> None:
    assert not is_office_file(str(OFFICE))
    assert not is_office_file(str(SHIPPED / "regions" / "districts.csv"))


def test_tests_run_in_a_project_whose_data_holds_only_regions(tmp_path: Path) -> None:
    for part in PARTS:
        shutil.copytree(PROJECT_ROOT / part, tmp_path / part)
    shutil.copytree(SHIPPED / "regions", tmp_path / "data" / "regions")
    shutil.copy(PROJECT_ROOT / "pyproject.toml", tmp_path)
    given = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SAPA_"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *SAMPLE], cwd=tmp_path,
        env={**given, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
