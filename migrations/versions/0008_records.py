"""Records say who was there and who answered; evidence from a clue waits for its officers.

Revision: 0008. Follows: 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = {
    "site_record": {"party_refused": 300, "video_no": 120},
    "interview": {"id_kind": 20, "id_absent": 120},
}


def upgrade() -> None:
    for table, columns in TEXTS.items():
        for name, length in columns.items():
            op.add_column(table, sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        op.create_index(f"ix_{table}_time", table, ["organ_id", "started_at"])
    op.add_column("interview", sa.Column("id_number", sa.Text(), nullable=True))
    with op.batch_alter_table("evidence") as batch:
        batch.alter_column("taken_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        batch.alter_column("officer_a_id", existing_type=BIG, nullable=True)
        batch.alter_column("officer_b_id", existing_type=BIG, nullable=True)


def downgrade() -> None:
    # What was still to be completed goes back to what the older version wrote by itself.
    op.execute(
        "UPDATE evidence SET kind = CASE WHEN kind = '' THEN 'documentary' ELSE kind END,"
        " taken_at = coalesce(taken_at, created_at), officer_a_id = coalesce(officer_a_id, created_by_id),"
        " officer_b_id = coalesce(officer_b_id, created_by_id)"
    )
    with op.batch_alter_table("evidence") as batch:
        batch.alter_column("officer_b_id", existing_type=BIG, nullable=False)
        batch.alter_column("officer_a_id", existing_type=BIG, nullable=False)
        batch.alter_column("taken_at", existing_type=sa.DateTime(timezone=True), nullable=False)
    op.drop_column("interview", "id_number")
    for table, columns in TEXTS.items():
        op.drop_index(f"ix_{table}_time", table)
        for name in columns:
            op.drop_column(table, name)
