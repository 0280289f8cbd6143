"""Every transcript, played word by word against the whole bot; and what it leaves behind, searched byte by byte."""

from pathlib import Path

import pytest

from models.backup.create import create_backup
from tests.chat import SECRET, Play, play_file, story_of
from tests.needles import lying_open, needles, standing_in
from tests.transcript import FOLDER

NOBODY = ("tamu", "resmi", "mulai", "bahasa", "akses", "tombol", "bantuan", "daftar_izin")
"""Prefixes of the stories in which no name may appear."""


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
