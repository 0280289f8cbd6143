"""docs/architecture.md says of each module what the module says of itself."""

from tests.commands.modules import PAGE, modules, with_table


def test_the_table_of_modules_is_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_table(page), "run: python -m tests.commands.modules"


def test_every_module_of_every_floor_is_in_the_table() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for floor in ("bot", "handlers", "models", "locales"):
        assert [path for path, sentence in modules(floor) if f"| `{path}` | {sentence} |" not in page] == []
