"""Goods: a price that is not known yet, who made a list, and from which day the clock of a seizure counts.

Revision: 0007. Follows: 0006.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("goods_line") as batch:
        batch.alter_column("price_fen", existing_type=BIG, nullable=True)
    op.add_column("goods_list", sa.Column("clock_from", sa.Date(), nullable=True))
    op.add_column("goods_list", sa.Column("makers", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    op.add_column("goods_list", sa.Column("approval_no", sa.String(length=80), nullable=False, server_default=""))
    op.add_column("goods_list", sa.Column("approved_on", sa.Date(), nullable=True))


def downgrade() -> None:
    for name in ("approved_on", "approval_no", "makers", "clock_from"):
        op.drop_column("goods_list", name)
    op.execute("UPDATE goods_line SET price_fen = 0 WHERE price_fen IS NULL")
    with op.batch_alter_table("goods_line") as batch:
        batch.alter_column("price_fen", existing_type=BIG, nullable=False)
