"""How Alembic reaches the store: on the connection it is given, with every table of the office known."""

from typing import Any

from alembic import context
from sqlalchemy import Enum
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models.encrypted import Encrypted
from models.tables import METADATA

PLAIN = (
    (Encrypted, "sa.LargeBinary()"),
    (Enum, "sa.String(length=32)"),
    (AutoString, "sa.String()"),
    (UTCDateTime, "sa.DateTime(timezone=True)"),
)


def as_plain_type(kind: str, entity: Any, _context: object) -> Any:
    """Migrations name only SQLAlchemy's own types, so that an old one still runs when our classes have moved."""
    if kind == "type":
        for ours, plain in PLAIN:
            if isinstance(entity, ours):
                return plain
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    render_item=as_plain_type,
)
with context.begin_transaction():
    context.run_migrations()
