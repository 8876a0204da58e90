"""Letters of the informer, sealed and apart from the files of a clue.

Revision: 0004. Follows: 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "informer_letter",
        sa.Column("id", BIG, nullable=False),
        sa.Column("informer_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", BIG, nullable=False),
        sa.Column("sealed", sa.String(length=64), nullable=False),
        sa.Column("added_by_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_informer_letter_added_by_id_person")),
        sa.ForeignKeyConstraint(["informer_id"], ["informer.id"], name=op.f("fk_informer_letter_informer_id_informer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_informer_letter")),
    )
    op.create_index(op.f("ix_informer_letter_informer_id"), "informer_letter", ["informer_id"])


def downgrade() -> None:
    op.drop_table("informer_letter")
