"""The office's own files in a backup: office.yaml and all that is edited beside it; restored beside the data.

They are never put over files that are there: what an office edited since is worth more than what it had that day.
"""

from pathlib import Path

import orjson

from models.backup.create import OFFICE, parts

FOLDER = "office-of-the-backup"
"""In the folder of data; an operator compares it with the files that are used."""


def read_office(folder: Path) -> dict[str, str]:
    """Return the edited files in a folder, by their names in it. Raises OSError."""
    files = sorted(folder.rglob("*.yaml"))
    return {file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8") for file in files}


def restore_office(path: Path, secret: str, data: Path) -> Path | None:
    """Put the office's files of a backup into a folder of their own; None where it held none. Raises OSError."""
    place = data / FOLDER
    held = [orjson.loads(body) for kind, body in parts(path, secret) if kind == OFFICE]
    for name, text in held:
        file = place / name
        if not file.resolve().is_relative_to(place.resolve()):
            continue  # no name that we ever wrote
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return place if held else None
