"""a breach can be withdrawn; a database has an identity of its own, which its backups carry"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("breach") as batch_op:
        batch_op.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    identity = op.create_table("identity", sa.Column("id", sa.String(), primary_key=True))
    op.bulk_insert(identity, [{"id": secrets.token_hex(16)}])


def downgrade() -> None:
    op.drop_table("identity")
    with op.batch_alter_table("breach") as batch_op:
        batch_op.drop_column("withdrawn_at")
