"""Every transcript, played word by word against the whole bot."""

from pathlib import Path

import pytest

from tests.chat import play_file
from tests.transcript import FOLDER


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.chat")), ids=lambda path: path.stem)
async def test_the_chat_goes_as_written(path: Path, tmp_path: Path) -> None:
    await play_file(path, tmp_path)
