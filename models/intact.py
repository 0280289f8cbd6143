"""Checks that encrypted values belong to their rows, and files to their names: the newest, or all of them.

Rows are read a page at a time, the newest first, and each page in a transaction of its own: a large database costs
time, never memory, and no writer waits for it.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, Table, and_, null, select

from models.applications.encrypted_files import EncryptedFiles
from models.database import Database
from models.encrypted import Encrypted, NotIntact, encrypted_columns, with_its_row
from models.keyring import Keyring
from models.tables import METADATA

BATCH = 500
NEWEST = 200
"""Rows of each table that a quick look takes, by their key."""
ALL = None


async def not_intact(store: Database, newest: int | None = NEWEST) -> AsyncIterator[NotIntact]:
    """Yield the values that do not fit their rows, table by table; with ALL every row is read."""
    for table in METADATA.sorted_tables:
        if encrypted_columns(table):
            async for problem in not_intact_in(store, table, newest):
                yield problem


async def not_intact_in(store: Database, table: Table, newest: int | None = NEWEST) -> AsyncIterator[NotIntact]:
    """Yield the values of one table that do not fit their rows, the newest rows first."""
    async for rows in _pages(store, _question(table), newest):
        for row in rows:
            for value in row[1:]:
                if isinstance(value, NotIntact):
                    yield value


async def _pages(store: Database, question: Select[Any], newest: int | None) -> AsyncIterator[Sequence[Any]]:
    """Yield the newest rows, or all, a page at a time; the first column of the question is the key of its table."""
    (key, *_), left, last = question.selected_columns, newest, None
    while left is ALL or left > 0:
        some = question.order_by(key.desc()).limit(BATCH if left is ALL else min(BATCH, left))
        async with store.read_only() as session:
            connection = await session.connection()
            rows = (await connection.execute(some if last is None else some.where(key < last))).all()
        if not rows:
            return
        yield rows
        last, left = rows[-1][0], left if left is ALL else left - len(rows)


def _question(table: Table) -> Select[Any]:
    """Select rows whose values come as NotIntact where they do not fit, so that all of them are seen."""
    (key,) = table.primary_key.columns
    columns = [
        with_its_row(table.c[name], Encrypted(kind.place, raises=False)).label(name)
        for name, kind in encrypted_columns(table).items()
    ]
    return select(key, *columns)


class FileFault(StrEnum):
    """What is wrong with a paper that a row names."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    FOREIGN = "not opening"
    """It was exchanged or damaged, or its key is gone."""


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A paper that was looked at: the row that names it, and what is wrong, if anything is."""

    row: str
    fault: FileFault | None


async def check_files(
    store: Database, papers: EncryptedFiles, newest: int | None = NEWEST
) -> AsyncIterator[CheckedFile]:
    """Check every file that the newest rows name, one after the other; with ALL that any row names.

    A download that came into a file shares its paper with its document, under whose number it is looked at.
    """
    for table, question in _naming_papers():
        async for rows in _pages(store, question, newest):
            for key, name, is_in_a_file in rows:
                if name is None or is_in_a_file:
                    continue
                fault = await asyncio.to_thread(_fault, papers, store.keyring, name)
                if fault is None or await _still_names(store, table, key, name):
                    yield CheckedFile(f"{table.name} {key}", fault)


def _naming_papers() -> tuple[tuple[Table, Select[Any]], ...]:
    """Return each table that names papers: its key, the name, and the document that shares it."""
    document, download = METADATA.tables["document"], METADATA.tables["file_download"]
    shared = and_(document.c.download_id == download.c.id, document.c.stored_as == download.c.stored_as)
    of_parcels = select(download.c.id, download.c.stored_as, document.c.id.label("document"))
    return (
        (document, select(document.c.id, document.c.stored_as, null())),
        (download, of_parcels.select_from(download.outerjoin(document, shared))),
    )


def _fault(papers: EncryptedFiles, keyring: Keyring, name: str) -> FileFault | None:
    try:
        papers.read(keyring, name)
    except FileNotFoundError:
        return FileFault.MISSING
    except OSError:
        return FileFault.UNREADABLE
    except ValueError:  # FileMismatch, or a name that no file can have
        return FileFault.FOREIGN
    return None


async def _still_names(store: Database, table: Table, key: int, name: str) -> bool:
    """Does the row name this paper, now that it was looked for? An erasure may have let both go meanwhile."""
    async with store.read_only() as session:
        question = select(table.c.id).where(table.c.id == key, table.c.stored_as == name)
        return (await (await session.connection()).execute(question)).first() is not None
