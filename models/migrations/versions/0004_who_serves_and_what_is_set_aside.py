"""a row for each process that serves, and the fault of what was set aside"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

DEAD, WITH_FAULT = sa.text("state = 'dead'"), sa.text("fault IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leads", sa.Boolean(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("process"),
    )
    for table in ("inbox", "outbox"):
        op.add_column(table, sa.Column("fault", sa.String(), nullable=True))
    op.create_index("ix_inbox_dead", "inbox", ["seq"], sqlite_where=DEAD, postgresql_where=DEAD)
    op.create_index("ix_outbox_aside", "outbox", ["id"], sqlite_where=WITH_FAULT, postgresql_where=WITH_FAULT)


def downgrade() -> None:
    op.drop_index("ix_outbox_aside", "outbox")
    op.drop_index("ix_inbox_dead", "inbox")
    for table in ("outbox", "inbox"):
        op.drop_column(table, "fault")
    op.drop_table("heartbeat")
