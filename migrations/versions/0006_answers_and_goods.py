"""What came in late has its own time; goods of a transfer may be left in our keeping and may come back.

Revision: 0006. Follows: 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIMES = ("forwarded_at", "supplied_at", "materials_handed_at", "goods_back_at")
TEXTS = {"goods_keeping": 10, "goods_keeper": 60, "goods_kept_place": 200, "goods_back_by": 60, "goods_back_to": 60}


def upgrade() -> None:
    # One by one, not in a batch: a table that is built anew would lose the guards that hang on it.
    for name in TIMES:
        op.add_column("transfer", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    for name, length in TEXTS.items():
        op.add_column("transfer", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.add_column("transfer", sa.Column("notice_owed", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("police_event", sa.Column("reply_due", sa.Date(), nullable=True))
    with op.batch_alter_table("goods_list") as batch:
        batch.add_column(sa.Column("handed_with_id", BIG, nullable=True))
        batch.add_column(sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_goods_list_handed_with_id"), "transfer", ["handed_with_id"], ["id"])
    # What went to the police before this column was there, so that it can be recorded when it comes back.
    op.execute(
        "UPDATE goods_list SET handed_with_id = (SELECT max(t.id) FROM transfer t WHERE t.case_id = goods_list.case_id"
        " AND t.goods_handed_at IS NOT NULL) WHERE released_by LIKE '移送公安机关：%'"
        " OR (occasion IN ('registration', 'extract') AND released_on IS NULL AND EXISTS (SELECT 1 FROM transfer t"
        " WHERE t.case_id = goods_list.case_id AND t.goods_handed_at >= goods_list.created_at))"
    )
    op.execute(
        "UPDATE goods_list SET handed_at = (SELECT t.goods_handed_at FROM transfer t WHERE t.id = goods_list.handed_with_id)"
        " WHERE handed_with_id IS NOT NULL"
    )
    op.execute(
        "UPDATE transfer SET notice_owed = (1 = 1) WHERE EXISTS (SELECT 1 FROM goods_list g WHERE g.occasion = 'measure'"
        " AND g.handed_with_id = transfer.id)"
    )
    op.execute("UPDATE transfer SET materials_handed_at = goods_handed_at WHERE status = 'goods_handed_over'")


def downgrade() -> None:
    with op.batch_alter_table("goods_list") as batch:
        batch.drop_constraint(op.f("fk_goods_list_handed_with_id"), type_="foreignkey")
        batch.drop_column("handed_at")
        batch.drop_column("handed_with_id")
    op.drop_column("police_event", "reply_due")
    for name in ("notice_owed", *TEXTS, *TIMES):
        op.drop_column("transfer", name)
