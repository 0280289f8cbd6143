"""Every transcript, played word by word against the whole bot; and what it leaves behind, searched byte by byte."""

from pathlib import Path

import pytest

from locales import LANGUAGES, in_every_language
from models.backup.create import create_backup
from tests.chat import SECRET, Play, play_file, story_of
from tests.needles import lying_open, needles, standing_in
from tests.transcript import FOLDER

NOBODY = ("tamu", "resmi", "mulai", "bahasa", "akses", "tombol", "bantuan", "daftar_izin")
"""How the stories begin in which no person may be named."""


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.chat")), ids=lambda path: path.stem)
async def test_the_chat_goes_as_written(path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async def search(play: Play) -> None:
        """No database, write-ahead log, paper, backup, file name or line of the log tells anything about a person."""
        secrets = await needles(play, story_of(path))
        await create_backup(play.store, tmp_path / "papers", tmp_path / "kept", SECRET, play.now)
        assert not lying_open(tmp_path, secrets)
        out, err = capfd.readouterr()
        assert not standing_in((out + err).encode(), secrets)
        assert secrets or path.stem.startswith(NOBODY)

    await play_file(path, tmp_path, search)


def test_no_recorded_chat_holds_an_apology_for_a_fault_of_ours() -> None:
    """An update that was set aside would be recorded as if it were right."""
    apologies = in_every_language("Sorry, something went wrong on our side.")
    assert len(set(apologies)) == len(LANGUAGES), "the sentence of handlers/fallback.py"
    assert not [path.name for path in FOLDER.glob("*.chat") if any(one in path.read_text() for one in apologies)]
