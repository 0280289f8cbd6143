"""The tools that watch over the code have nothing to say: lint, format, types and the arrows between the floors."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shape.talks import ROOT

TOOLS = {
    "lint": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy"],
    "arrows": ["lint-imports"],
}


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tool_is_content(tool: str) -> None:
    program, *arguments = TOOLS[tool]
    command = [str(Path(sys.executable).parent / program), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
