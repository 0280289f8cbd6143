"""The copy of own data is complete: every column that could speak of people stands in it, or is named with a reason."""

from models.encrypted import VERSION
from models.mydata.copy import COPIED, LEFT_OUT
from models.tables import METADATA

COLUMNS = {f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.columns}
TABLES = {table.name for table in METADATA.sorted_tables}
IN_COPY = {f"{table.__tablename__}.{column}" for table, columns in COPIED.items() for column in columns}


def test_every_column_is_copied_or_left_out_with_a_reason() -> None:
    silent = {one for one in COLUMNS - IN_COPY if not LEFT_OUT.keys() & {one, *one.split(".")}}
    assert not silent, "say in models/mydata/copy.py whether these are copied, or why they are left out"


def test_nothing_is_named_that_does_not_exist() -> None:
    assert COLUMNS >= IN_COPY
    assert set(LEFT_OUT) <= COLUMNS | TABLES | {VERSION}


def test_nothing_that_is_copied_is_said_to_be_left_out() -> None:
    assert not IN_COPY & set(LEFT_OUT)
    assert all(reason for reason in LEFT_OUT.values())
