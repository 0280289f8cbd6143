"""The record of processing names every table that holds something about a person."""

from pathlib import Path

from models.encrypted import Encrypted
from models.tables import METADATA

RECORD = Path(__file__).resolve().parents[2] / "docs" / "privacy" / "catatan-pemrosesan.md"


ABOUT = {"person", "account"}


def test_the_record_of_processing_names_every_table_that_is_about_somebody() -> None:
    """Columns that are encrypted, and those that point at a person or an account."""
    text = RECORD.read_text(encoding="utf-8")
    kept = {
        table.name
        for table in METADATA.sorted_tables
        if any(isinstance(one.type, Encrypted) for one in table.columns)
        or ABOUT & {key.column.table.name for key in table.foreign_keys}
    }
    assert not {name for name in kept if f"`{name}`" not in text}
