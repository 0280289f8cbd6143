"""a keyed hash of name and year of birth, by which probable duplicates are noticed"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("alike_hash", sa.LargeBinary(), nullable=True))
    op.create_index("ix_person_alike_hash", "person", ["alike_hash"])


def downgrade() -> None:
    op.drop_index("ix_person_alike_hash", "person")
    op.drop_column("person", "alike_hash")
