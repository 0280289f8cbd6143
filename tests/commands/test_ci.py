"""`.ci/run` runs the README's test line and accepts nothing but "so many passed"."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands.terminal import ROOT

START = "python3 -c pass && .venv/bin/pytest"


def ends(folder: Path, *readme: str) -> subprocess.CompletedProcess[str]:
    """`.ci/run` in a folder whose pytest only prints; chromium is there."""
    return subprocess.run(
        [laid_out(folder, *readme) / ".ci" / "run"],
        env={**os.environ, "PATH": f"{folder}/.venv/bin:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )


def laid_out(folder: Path, *readme: str) -> Path:
    (folder / ".ci").mkdir()
    (folder / ".ci" / "run").write_bytes((ROOT / ".ci" / "run").read_bytes())
    (folder / ".ci" / "run").chmod(0o755)
    (folder / "README.md").write_text("\n".join(["# House", *readme, ""]))
    return folder


def put_pytest(folder: Path, said: str, code: int = 0) -> None:
    tools = folder / ".venv" / "bin"
    tools.mkdir(parents=True)
    (tools / "pytest").write_text(f"#!/bin/sh\nprintf '%b\\n' '{said}'\nexit {code}\n")
    (tools / "chromium").write_text("#!/bin/sh\n")
    for tool in tools.iterdir():
        tool.chmod(0o755)


@pytest.mark.parametrize("closing", ["812 passed in 201.30s (0:03:21)", "=== 812 passed in 1.00s ==="])
def test_all_passed_is_accepted_and_the_closing_line_shown(tmp_path: Path, closing: str) -> None:
    put_pytest(tmp_path, f"....\\n{closing}")
    run = ends(tmp_path, START)
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.endswith(f"pytest: {closing}\n")
    assert run.stdout.startswith(f"+ {START}\n")


@pytest.mark.parametrize(
    "closing",
    [
        "811 passed, 1 skipped in 201.30s",
        "811 passed, 1 xfailed in 201.30s",
        "811 passed, 1 xpassed in 201.30s",
        "811 passed, 1 deselected in 201.30s",
        "812 passed, 1 warning in 201.30s",
        "812 passed, 2 rerun in 201.30s",
        "no tests ran in 0.01s",
        "and nothing more",
    ],
)
def test_anything_else_fails_though_pytest_was_content(tmp_path: Path, closing: str) -> None:
    put_pytest(tmp_path, closing)
    run = ends(tmp_path, START)
    assert run.returncode == 1
    assert "Every test must run and pass" in run.stderr


def test_a_failure_keeps_the_exit_code_of_pytest(tmp_path: Path) -> None:
    put_pytest(tmp_path, "1 failed, 811 passed in 201.30s", code=3)
    run = ends(tmp_path, START)
    assert run.returncode == 3
    assert "pytest: 1 failed, 811 passed in 201.30s\n" in run.stdout


@pytest.mark.parametrize("lines", [(), (START, START)])
def test_a_readme_without_exactly_one_test_line_fails(tmp_path: Path, lines: tuple[str, ...]) -> None:
    run = ends(tmp_path, *lines)
    assert (run.returncode, run.stderr) == (1, "README.md must hold exactly one test line.\n")
