"""The page about adding a conversation keeps its promise: its code and its chat are run as they stand there."""

import gettext as std
import re
import subprocess
import sys
import types
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import handlers
import locales
from handlers import staff
from tests.chat import Play, play_file

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "guide" / "adding-a-conversation.md"
FILE = "handlers/staff/leave_note.py"


def blocks(kind: str) -> list[str]:
    """The blocks of code of one kind, in the order of the page."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)


def with_sentences(source: str) -> std.GNUTranslations:
    """The catalog of the office, with the sentences of the page beside its own."""
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO((head + source).encode()), locale="id"))
    compiled.seek(0)
    known = std.GNUTranslations(compiled)
    known.add_fallback(locales.catalog("id"))
    return known


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file, the line and the texts of the page, as if they were there."""
    (sentences,) = blocks("po")
    code, line = blocks("python")
    catalogs = {"id": with_sentences(sentences), "en": locales.catalog("en")}
    monkeypatch.setattr(locales, "catalog", catalogs.__getitem__)
    module = types.ModuleType("handlers.staff.leave_note")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(code, FILE, "exec"), module.__dict__)
    monkeypatch.setattr(staff, "leave_note", module, raising=False)
    given: dict[str, Any] = {"CONVERSATIONS": handlers.CONVERSATIONS}
    exec(line, given)
    monkeypatch.setattr(handlers, "CONVERSATIONS", given["CONVERSATIONS"])


@pytest.mark.usefixtures("added")
async def test_the_chat_of_the_page_goes_as_written(tmp_path: Path) -> None:
    (chat,) = blocks("chat")
    path = tmp_path / "titip.chat"
    path.write_text(chat, encoding="utf-8")

    async def look(_play: Play) -> None: ...

    await play_file(path, tmp_path, look)


@pytest.mark.parametrize("how", [["check"], ["format", "--check"]], ids=["lint", "format"])
def test_the_code_of_the_page_is_as_any_other_of_the_project(how: list[str]) -> None:
    command = [sys.executable, "-m", "ruff", *how, "--quiet", "--stdin-filename", FILE, "-"]
    done = subprocess.run(command, input=blocks("python")[0], text=True, capture_output=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout


def test_the_page_shows_the_whole_conversation_in_one_file_and_one_line() -> None:
    code, line = blocks("python")
    assert len(code.splitlines()) < 120
    assert len([one for one in line.splitlines() if one]) == 2
