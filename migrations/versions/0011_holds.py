"""How the hold on goods ended, which measure goes on with it, and whether a measure seals or seizes.

Revision: 0011. Follows: 0010.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = ("occasion", "released_on", "handed_with_id", "handed_at", "ended_way", "ended_by", "ended_on")
TEXTS = {"measure_kind": 10, "ended_way": 20, "ended_by": 200}


def upgrade() -> None:
    with op.batch_alter_table("goods_list") as batch:
        for name, length in TEXTS.items():
            batch.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch.add_column(sa.Column("ended_on", sa.Date(), nullable=True))
        batch.add_column(sa.Column("continues_id", BIG, nullable=True))
        batch.create_foreign_key(op.f("fk_goods_list_continues_id"), "goods_list", ["continues_id"], ["id"])
    # As the notice to the party read it from the name of the decision until now.
    op.execute(
        "UPDATE goods_list SET measure_kind = CASE WHEN goes_with LIKE '%查封%' AND goes_with NOT LIKE '%扣押%'"
        " THEN 'seal' ELSE 'seize' END WHERE occasion = 'measure'"
    )
    # Registered goods that went to the police within their time were dealt with by that (行政处罚法 56).
    goods = sa.table("goods_list", *(sa.column(name) for name in COLUMNS))
    sqlite = op.get_bind().dialect.name == "sqlite"
    shanghai = sa.func.timezone("Asia/Shanghai", goods.c.handed_at)
    handed_on = sa.func.date(goods.c.handed_at, "+8 hours") if sqlite else sa.cast(shanghai, sa.Date)
    went = (
        goods.c.occasion == "registration",
        goods.c.released_on.is_(None),
        goods.c.handed_with_id.is_not(None),
        goods.c.handed_at.is_not(None),
    )
    handed = {"ended_way": "handed", "ended_by": "移送公安机关", "ended_on": handed_on}
    op.execute(goods.update().values(handed).where(*went))


def downgrade() -> None:
    # The older schema knows one end only. What a later list or a correction replaced must not be held there once more.
    op.execute(
        "UPDATE goods_list SET released_on = ended_on, released_by = substr(ended_by, 1, 120)"
        " WHERE ended_way IN ('preserved', 'tested', 'confiscated', 'seized', 'mistake') AND released_on IS NULL"
    )
    with op.batch_alter_table("goods_list") as batch:
        batch.drop_constraint(op.f("fk_goods_list_continues_id"), type_="foreignkey")
        for name in ("continues_id", "ended_on", *TEXTS):
            batch.drop_column(name)
