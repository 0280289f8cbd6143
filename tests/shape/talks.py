"""The conversations of the bot as tests look at them: their tables, their pictures, their questions."""

import ast
import functools
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import handlers
from handlers.conversation.persistent import PersistentConversation

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("bot", "handlers", "models", "locales")
PICTURED = re.compile(r"(?<![\w/])[A-Z][A-Z_]{2,}(?!\w)")


def modules() -> Iterator[ModuleType]:
    """Every module of handlers/."""
    for found in pkgutil.walk_packages(handlers.__path__, "handlers."):
        yield importlib.import_module(found.name)


def conversations() -> list[tuple[ModuleType, PersistentConversation]]:
    """Every module with a conversation, with its table."""
    made = [(module, module.conversation()) for module in modules() if hasattr(module, "conversation")]
    found = [(module, one.persistent()) for module, one in made if one.can_resume]
    assert len(found) >= 28
    return found


def pictured(module: ModuleType) -> set[str]:
    """The steps that stand in the picture of a conversation: the words in capitals of its docstring."""
    return set(PICTURED.findall(module.__doc__ or ""))


def family(module: ModuleType) -> list[ModuleType]:
    """A conversation's module; of a form, the modules of its folder, where its questions stand."""
    home = module.__name__.rpartition(".")[0]
    is_form = bool(module.conversation().questions)
    return [one for one in modules() if one.__name__.rpartition(".")[0] == home] if is_form else [module]


def functions(module: ModuleType) -> dict[str, Any]:
    """The functions of a conversation by name; of a form, those that ask its questions too."""
    talk = module.conversation()
    asking = {f"ask_{question.step}".lower(): question.ask for question in talk.questions}
    asking |= {f"ask_{step}".lower(): question.prompt for step, question in talk.steps.items()}
    return asking | {
        name: entity for one in family(module) for name, entity in inspect.getmembers(one, inspect.isfunction)
    }


def callback_of(handler: Any) -> Any:
    """The function behind a handler."""
    callback = handler.callback
    return callback.func if isinstance(callback, functools.partial) else callback


def sources(*floors: str) -> list[Path]:
    """Every Python file of these packages."""
    return sorted(path for floor in floors or FLOORS for path in (ROOT / floor).rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))
