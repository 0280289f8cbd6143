"""What each file weighs that people send, so that a day's uploads can be counted.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sent_size", sa.Integer(), nullable=True))
        batch_op.create_index("ix_parcel_made_at", ["made_at", "lane", "sent_size"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("parcel", schema=None) as batch_op:
        batch_op.drop_index("ix_parcel_made_at")
        batch_op.drop_column("sent_size")
