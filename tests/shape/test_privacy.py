"""The record of processing names every table that holds something about a person."""

from pathlib import Path

from models.secrets import Sealed
from models.tables import METADATA

RECORD = Path(__file__).resolve().parents[2] / "docs" / "privacy" / "catatan-pemrosesan.md"


def test_the_record_of_processing_names_every_table_with_something_encrypted() -> None:
    text = RECORD.read_text(encoding="utf-8")
    kept = {table.name for table in METADATA.sorted_tables if any(isinstance(c.type, Sealed) for c in table.columns)}
    assert not {name for name in kept if f"`{name}`" not in text}
