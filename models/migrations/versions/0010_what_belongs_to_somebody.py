"""what the post holds of somebody is found without walking through all of it"""

from alembic import op
from sqlalchemy import text

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

OVER = text("state NOT IN ('queued', 'sending')")


def upgrade() -> None:
    op.create_index("ix_outbox_over", "outbox", ["chat_id"], sqlite_where=OVER, postgresql_where=OVER)
    op.create_index("ix_parcel_subject", "parcel", ["subject"])
    op.create_index("ix_help_request_parcel_id", "help_request", ["parcel_id"])


def downgrade() -> None:
    op.drop_index("ix_help_request_parcel_id", "help_request")
    op.drop_index("ix_parcel_subject", "parcel")
    op.drop_index("ix_outbox_over", "outbox")
