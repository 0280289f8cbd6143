"""Stores files that people and the bot sent: the bytes in the store, the ids as Telegram gives them."""

import hashlib
import io
import mimetypes
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from PIL import Image, UnidentifiedImageError

from bot.sandbox.errors import bad_request
from bot.sandbox.store import Json, Store, fitting

PHOTO_SIDES = (90, 320, 800, 1280)
"""The longest side, in pixels, of each size in which Telegram keeps a photo."""
FOLDERS = {"photo": "photos", "voice": "voice", "document": "documents", "sticker": "stickers", "video": "videos"}


@dataclass(frozen=True)
class StoredFile:
    """One file. ``kind`` is photo, document, voice or sticker; ``path`` is what getFile tells."""

    file_id: str
    file_unique_id: str
    kind: str
    name: str
    mime: str
    size: int
    path: str
    width: int = 0
    height: int = 0
    picture: str = ""
    """The same for all sizes of one photo."""

    def json(self) -> Json:
        """The fields that every file has in a message."""
        return {"file_id": self.file_id, "file_unique_id": self.file_unique_id, "file_size": self.size}


class Files:
    """All files, by id and by path."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        for row in store.each("file"):
            self._remember(StoredFile(**fitting(StoredFile, row)))

    def add(self, kind: str, name: str, mime: str, content: bytes, **more: Any) -> StoredFile:
        """Keep the bytes and give them an id; the same bytes twice are two files. A test may say another `size`."""
        number = len(self._by_id) + 1
        unique = hashlib.sha256(content + str(number).encode()).hexdigest()[:16]
        ending = PurePath(name).suffix or mimetypes.guess_extension(mime) or ""
        path = f"{FOLDERS[kind]}/file_{number}{ending}"
        about: Json = {"name": name, "mime": mime, "size": len(content), "path": path, **more}
        file = StoredFile(f"BQAC{kind[0]}{unique}", unique, kind, **about)
        self._store.put_file(unique, content)
        self._store.put("file", file.file_id, vars(file))
        return self._remember(file)

    def add_photo(self, content: bytes) -> list[StoredFile]:
        """Keep a picture in Telegram's sizes, the smallest first; 400 where it is no picture."""
        try:
            with Image.open(io.BytesIO(content)) as picture:
                flat = picture.convert("RGB")
        except (UnidentifiedImageError, OSError):
            raise bad_request("IMAGE_PROCESS_FAILED") from None
        longest = max(flat.size)
        sides = [side for side in PHOTO_SIDES if side < longest] + [min(longest, PHOTO_SIDES[-1])]
        name = f"picture_{len(self._by_id)}"
        return [self._add_size(flat, side, name) for side in sorted(set(sides))]

    def _add_size(self, whole: Image.Image, side: int, picture: str) -> StoredFile:
        smaller = whole.copy()
        smaller.thumbnail((side, side))
        out = io.BytesIO()
        smaller.save(out, "JPEG", quality=87)
        width, height = smaller.size
        more = {"width": width, "height": height, "picture": picture}
        return self.add("photo", "photo.jpg", "image/jpeg", out.getvalue(), **more)

    def sizes(self, file: StoredFile) -> list[StoredFile]:
        """All sizes of the photo to which a file belongs, the smallest first."""
        return [each for each in self._by_id.values() if file.picture and each.picture == file.picture]

    def find(self, file_id: str) -> StoredFile | None:
        """A file by its id."""
        return self._by_id.get(file_id)

    def at(self, path: str) -> StoredFile | None:
        """A file by the path that getFile told."""
        return self._by_path.get(path)

    def content(self, file: StoredFile) -> bytes:
        """The bytes."""
        return self._store.file(file.file_unique_id)

    def _remember(self, file: StoredFile) -> StoredFile:
        self._by_id[file.file_id] = self._by_path[file.path] = file
        return file


def photo_json(sizes: list[StoredFile]) -> list[Json]:
    """The ``photo`` of a message."""
    return [size.json() | {"width": size.width, "height": size.height} for size in sizes]


def document_json(file: StoredFile) -> Json:
    """The ``document`` of a message."""
    return {"file_name": file.name, "mime_type": file.mime, **file.json()}


def voice_json(file: StoredFile, seconds: int) -> Json:
    """The ``voice`` of a message."""
    return {"duration": seconds, "mime_type": file.mime, **file.json()}
