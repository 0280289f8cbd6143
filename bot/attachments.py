"""Builds the file that goes out with a message when it is sent; the outbox row holds only its description.

    row: sheet · text · document · code ──▶ typeset · as it is · decrypted · drawn ──▶ the file of one call

So nothing slow is done in a transaction, and no second copy of a person's data is stored. A stored document goes out
only as a rebuilt file: one that was stored before files were rebuilt is rebuilt now.
"""

import asyncio
from pathlib import Path
from typing import Any

from bot.decoding import Decoder, is_ours
from bot.telegram_client import CannotBeMade, FileUpload, error_summary
from models.applications.encrypted_files import EncryptedFiles
from models.database import Database
from models.messaging.attachment import Attachment, AttachmentKind, read

ATTACHMENT_KEY = "attachment"
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg"}


class AttachmentGone(Exception):
    """The attachment of the message no longer exists."""


class AttachmentBuilder:
    """Builds the parameters of a call and its file from the body of an outbox row."""

    def __init__(self, store: Database, papers: EncryptedFiles, decoder: Decoder) -> None:
        self._store, self._papers, self._decoder = store, papers, decoder

    async def build(self, body: dict[str, Any]) -> tuple[dict[str, Any], FileUpload | None]:
        """Build the parameters and the file. Raises AttachmentGone if a document was erased, else CannotBeMade."""
        if ATTACHMENT_KEY not in body:
            return body, None
        rest = {name: value for name, value in body.items() if name != ATTACHMENT_KEY}
        try:
            return rest, await self._file(read(body[ATTACHMENT_KEY]))
        except (AttachmentGone, CannotBeMade, asyncio.CancelledError):
            raise
        except BaseException as error:  # a panic of the typesetter's Rust is no Exception
            raise CannotBeMade(error_summary(error)) from None

    async def _file(self, attachment: Attachment) -> FileUpload:
        content = await asyncio.to_thread(self._content_of, attachment)
        if attachment.kind is AttachmentKind.PAPER:
            return await self._document(attachment.name, content)
        part = "photo" if attachment.method == "sendPhoto" else "document"
        return FileUpload(part, attachment.name, content, attachment.media_type)

    async def _document(self, name: str, content: bytes) -> FileUpload:
        """Read a stored document, named by its present type. Raises CannotBeMade where it cannot be rebuilt."""
        media_type = await asyncio.to_thread(is_ours, content)
        if media_type is None:
            made = await self._decoder.rebuilt(content)
            content, media_type = made.content, made.media_type
        if media_type is None:
            raise CannotBeMade("The stored paper is no file that we made, and none can be made of it.")
        return FileUpload("document", f"{Path(name).stem}.{ENDINGS[media_type]}", content, media_type)

    def _content_of(self, attachment: Attachment) -> bytes:
        match attachment.kind:
            case AttachmentKind.SHEET:
                return sheet_pdf(attachment.content)
            case AttachmentKind.CODE:
                return code_png(attachment.content)
            case AttachmentKind.PAPER:
                return self._stored_document(attachment.content)
        return str(attachment.content).encode()

    def _stored_document(self, name: str) -> bytes:
        try:
            return self._papers.read(self._store.keyring, name)
        except FileNotFoundError:
            raise AttachmentGone("What was to go with the message was erased before.") from None


# The typesetter is imported when the first sheet goes out: a start without it is quicker and lighter.


def sheet_pdf(content: dict[str, Any]) -> bytes:
    from bot.pdf_renderer import render_pdf

    return render_pdf(content)


def code_png(content: str) -> bytes:
    from bot.pdf_renderer import qr_code_png

    return qr_code_png(content)
