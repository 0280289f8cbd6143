"""Branches that each add a sentence merge without hand repair: git keeps both, `python -m locales` orders them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from tests.commands.guide import commit, git
from tests.shape.talks import ROOT

FIRST, LAST = "A sentence that was there.", "Zebras were there too."


class Repository:
    """A repository with the tool, its catalogs, and code that says a few sentences."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "locales").mkdir()
        for name in ("__init__.py", "__main__.py"):
            shutil.copy(ROOT / "locales" / name, folder / "locales")
        shutil.copy(ROOT / ".gitattributes", folder)
        for name in ("bot", "handlers", "locales/id/LC_MESSAGES", "locales/en/LC_MESSAGES"):
            (folder / name).mkdir(parents=True)
        git(folder, "init", "-q", "-b", "main")
        self.says("old", {FIRST: "Kalimat yang sudah ada.", LAST: "Zebra juga ada."})

    def says(self, module: str, sentences: dict[str, str]) -> None:
        """Commit a module that says these sentences, with their translations."""
        lines = [f"_({sentence!r})" for sentence in sentences]
        (self.folder / "handlers" / f"{module}.py").write_text("\n".join(lines), encoding="utf-8")
        self.bring_up_to_date()
        text = self.po("id").read_text(encoding="utf-8")
        for sentence, words in sentences.items():
            old, found, after = text.partition(f'msgid "{sentence}"\n')
            text = old + found + f'msgstr "{words}"\n' + after.partition("\n")[2]
        self.po("id").write_text(text, encoding="utf-8")
        commit(self.folder, module)

    def bring_up_to_date(self) -> str:
        """Run `python -m locales`; returns what it complains about."""
        done = subprocess.run(
            [sys.executable, "-m", "locales"], cwd=self.folder, env={"PYTHONPATH": str(self.folder)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stderr

    def merges(self, ours: tuple[str, dict[str, str]], theirs: tuple[str, dict[str, str]]) -> None:
        """Let two branches say something each, and merge them. Raises CalledProcessError where git gives up."""
        git(self.folder, "switch", "-q", "-c", "theirs")
        self.says(*theirs)
        git(self.folder, "switch", "-q", "main")
        self.says(*ours)
        git(self.folder, "-c", "user.name=test", "-c", "user.email=t@example.invalid", "merge", "-q", "theirs")

    def po(self, language: str) -> Path:
        return self.folder / "locales" / language / "LC_MESSAGES" / "sapa.po"

    def catalog(self, language: str) -> dict[str, str]:
        with self.po(language).open("rb") as file:
            return {
                str(one.id): str(one.string) for one in read_po(file, locale=language, abort_invalid=True) if one.id
            }


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({"I wait.": "Saya menunggu."}, {"I walk.": "Saya berjalan."}),
        ({"I wait.": "Saya."}, {"I walk.": "Saya."}),
        ({"I wait.": "", "You too.": "Juga."}, {"I walk.": "", "I work.": "Saya bekerja."}),
        ({"I {wait}.": "Saya {wait}."}, {"I {walk}.": "Saya {walk}.", "I say {it}.": "Kata saya {it}."}),
        ({"We both.": "Kami berdua."}, {"We both.": "Kami berdua.", "I walk.": "Saya berjalan."}),
    ],
    ids=["other words", "the same translation", "no translation yet", "placeholders", "the same sentence"],
)
def test_both_sides_of_a_merge_are_in_valid_catalogs(
    tmp_path: Path, ours: dict[str, str], theirs: dict[str, str]
) -> None:
    repository = Repository(tmp_path)
    repository.merges(("ours", ours), ("theirs", theirs))
    assert repository.bring_up_to_date() == ""
    old = {FIRST: "Kalimat yang sudah ada.", LAST: "Zebra juga ada."}
    assert repository.catalog("id") == old | ours | theirs
    assert repository.catalog("en") == {sentence: sentence for sentence in old | ours | theirs}


def test_a_sentence_that_both_sides_translated_is_named_for_a_person_to_choose(tmp_path: Path) -> None:
    repository = Repository(tmp_path)
    repository.merges(("old", {FIRST: "Satu.", LAST: "Zebra."}), ("old", {FIRST: "Dua.", LAST: "Zebra."}))
    assert "this sentence has two translations: keep one of them." in repository.bring_up_to_date()
