"""in whose chat a kode cek was shown: with that account's link the code ends"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("code_shown_to", sa.Integer(), nullable=True))
    op.execute("UPDATE application SET code_shown_to = account_id")


def downgrade() -> None:
    op.drop_column("application", "code_shown_to")
