"""Print every module with the first line of its docstring: `python -m tests.commands.modules`."""

import ast
from pathlib import Path

from bot.settings import PROJECT_ROOT

PARTS = ("bot", "handlers", "models", "locales")


def first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


if __name__ == "__main__":
    for part in PARTS:
        for path in sorted((PROJECT_ROOT / part).rglob("*.py")):
            if "versions" not in path.parts:
                print(f"{path.relative_to(PROJECT_ROOT).as_posix():48} {first_line(path)}")
