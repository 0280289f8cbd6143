"""on what a code, a question or an invitation hangs, and what has voided it"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("permission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("post_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("void_reason", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key("fk_permission_link_id_link", "link", ["link_id"], ["id"])
        batch_op.create_foreign_key("fk_permission_post_id_staff", "staff", ["post_id"], ["id"])
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("void_reason", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key("fk_invitation_post_id_staff", "staff", ["post_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_constraint("fk_invitation_post_id_staff", type_="foreignkey")
        batch_op.drop_column("void_reason")
        batch_op.drop_column("voided_at")
        batch_op.drop_column("post_id")
    with op.batch_alter_table("permission", schema=None) as batch_op:
        batch_op.drop_constraint("fk_permission_post_id_staff", type_="foreignkey")
        batch_op.drop_constraint("fk_permission_link_id_link", type_="foreignkey")
        batch_op.drop_column("void_reason")
        batch_op.drop_column("voided_at")
        batch_op.drop_column("post_id")
        batch_op.drop_column("link_id")
