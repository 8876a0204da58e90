"""Who served a paper and how; a campaign has its organ; the answer to the transfer question beside the request to end a case.

Revision: 0009. Follows: 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = {"video_no": 80, "consent": 120}


def upgrade() -> None:
    # One by one where nothing is constrained: a table that is built anew would lose the guards that hang on it.
    op.add_column("clue", sa.Column("limitation_reason", sa.Text(), nullable=False, server_default=""))
    op.add_column("case", sa.Column("transfer_answer", sa.Text(), nullable=False, server_default=""))
    for name, length in TEXTS.items():
        op.add_column("service", sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
    op.add_column("service", sa.Column("servers", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))
    with op.batch_alter_table("campaign") as batch:
        batch.add_column(sa.Column("organ_id", BIG, nullable=True))
        batch.create_foreign_key(op.f("fk_campaign_organ_id"), "organ", ["organ_id"], ["id"])
        batch.drop_constraint(op.f("uq_campaign_name_year"), type_="unique")
        batch.create_unique_constraint(op.f("uq_campaign_organ_id_name_year"), ["organ_id", "name", "year"])
    # What was there before is the city's: it set up what all counties count by.
    op.execute("UPDATE campaign SET organ_id = (SELECT min(id) FROM organ WHERE kind = 'bureau' AND level = 'city')")


def downgrade() -> None:
    # Two organs may have used one name: only the first of them can stay under the older rule; its name is kept.
    op.execute(
        "UPDATE campaign SET name = name || '（' || id || '）' WHERE EXISTS (SELECT 1 FROM campaign AS other"
        " WHERE other.name = campaign.name AND other.year = campaign.year AND other.id < campaign.id)"
    )
    with op.batch_alter_table("campaign") as batch:
        batch.drop_constraint(op.f("uq_campaign_organ_id_name_year"), type_="unique")
        batch.create_unique_constraint(op.f("uq_campaign_name_year"), ["name", "year"])
        batch.drop_constraint(op.f("fk_campaign_organ_id"), type_="foreignkey")
        batch.drop_column("organ_id")
    for name in ("servers", *TEXTS):
        op.drop_column("service", name)
    op.drop_column("case", "transfer_answer")
    op.drop_column("clue", "limitation_reason")
