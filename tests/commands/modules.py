"""The table of modules in docs/architecture.md, made from their docstrings: `python -m tests.commands.modules`.

Whoever adds, renames or re-words a module runs it; a test compares the page with what it would write.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.settings import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "architecture.md"
FLOORS = ("bot", "handlers", "models", "locales")
BEGIN, END = "<!-- modules: begin -->", "<!-- modules: end -->"


def modules(floor: str) -> Iterator[tuple[str, str]]:
    """Path and first sentence of every module of a floor; the migrations themselves are left out."""
    for path in sorted((PROJECT_ROOT / floor).rglob("*.py")):
        if "versions" not in path.parts:
            yield path.relative_to(PROJECT_ROOT).as_posix(), first_line(path)


def first_line(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0].replace("``", "`").replace("|", "\\|")


def table() -> str:
    """All floors, each under its heading."""
    lines: list[str] = []
    for floor in FLOORS:
        lines += ["", f"### {floor}/", "", "| module | what it is for |", "|---|---|"]
        lines += [f"| `{path}` | {sentence} |" for path, sentence in modules(floor)]
    return "\n".join([BEGIN, *lines, "", END])


def with_table(page: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{table()}{after}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
