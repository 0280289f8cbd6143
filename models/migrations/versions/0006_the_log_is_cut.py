"""the log is cut from its beginning, and its notes can be emptied"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note_mark", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("audit_seal", schema=None) as batch_op:
        batch_op.add_column(sa.Column("form", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cut_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cut_mark", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("audit_seal", schema=None) as batch_op:
        batch_op.drop_column("cut_mark")
        batch_op.drop_column("cut_at")
        batch_op.drop_column("form")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_column("note_mark")
