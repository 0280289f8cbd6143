"""Verifies a backup by restoring it into a throw-away SQLite database and decrypting every value and document.

backup ─▶ restore, as `sapa restore` does it ─▶ all rows in, foreign keys hold ─▶ every value opens ─▶ every paper too
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from models.applications.encrypted_files import EncryptedFiles
from models.backup.encrypted_backup import InvalidBackup
from models.backup.restore import PAPERS, restore_backup
from models.database import Database
from models.encrypted import Encrypted, intact
from models.rotation import referenced_files
from models.tables import METADATA

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Verification:
    """What was seen: rows that came in, encrypted values and papers that were opened, and when it was made."""

    rows: int
    values: int
    papers: int
    made_at: datetime


async def verify_backup(path: Path, secret: str, folder: Path, now: datetime) -> Verification:
    """Restore a backup into an empty folder. Raises InvalidBackup with the reason, OSError, WrongKey."""
    store = Database.at(f"sqlite:///{folder / 'proof.db'}")
    try:
        done = await restore_backup(store, folder, path, secret=secret, erased=[], now=now)
        await _check_integrity(store)
        values = await decrypt_values(store)
        papers = await _decrypt_papers(store, EncryptedFiles(folder / PAPERS))
    except IntegrityError:
        raise InvalidBackup("Rows of the backup do not fit each other: a constraint of the tables is broken.") from None
    finally:
        await store.close()
    return Verification(done.rows, values, papers, done.made_at)


async def _check_integrity(store: Database) -> None:
    """Check that foreign keys hold and the database file is intact; raises InvalidBackup."""
    async with store.read_only() as session:
        connection = await session.connection()
        broken = (await connection.execute(text("PRAGMA foreign_key_check"))).first()
        state = (await connection.execute(text("PRAGMA integrity_check"))).scalar_one()
    if broken or state != "ok":
        raise InvalidBackup(
            f"Rows of the backup do not fit each other: see the table {broken[0] if broken else state}."
        )


async def decrypt_values(store: Database) -> int:
    """Return how many encrypted values open. Raises InvalidBackup for the first that does not."""
    count = 0
    for table in METADATA.sorted_tables:
        for column in [one for one in table.columns if isinstance(one.type, Encrypted)]:
            async with store.read_only() as session:
                found = await session.stream_scalars(
                    select(column).where(column.is_not(None)), execution_options={"yield_per": AT_ONCE}
                )
                try:
                    async for value in found:
                        intact(value)
                        count += 1
                except Exception as error:
                    raise InvalidBackup(f"A value of {table.name}.{column.name} cannot be opened.") from error
    return count


async def _decrypt_papers(store: Database, papers: EncryptedFiles) -> int:
    """Return how many papers open. Raises InvalidBackup for one that is missing or does not open."""
    async with store.read_only() as session:
        names = await referenced_files(session)
    for name in names:
        try:
            await asyncio.to_thread(papers.read, store.keyring, name)
        except FileNotFoundError:
            raise InvalidBackup(f"The paper {name} is named by a row, and not in the backup.") from None
        except Exception as error:
            raise InvalidBackup(f"The paper {name} cannot be opened.") from error
    return len(names)
