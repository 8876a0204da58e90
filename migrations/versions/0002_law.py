"""Seizures that end, similar marks, upheld refusals, a suspension that outlives a transfer.

Revision: 0002. Follows: 0001.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED = (
    ("case", sa.Column("held_before", sa.String(length=40), nullable=False, server_default="")),
    ("case_findings", sa.Column("similar_reasons", sa.Text(), nullable=False, server_default="")),
    ("goods_list", sa.Column("released_on", sa.Date(), nullable=True)),
    ("goods_list", sa.Column("released_by", sa.String(length=120), nullable=False, server_default="")),
    ("transfer", sa.Column("reconsidered_at", sa.DateTime(timezone=True), nullable=True)),
    ("evidence", sa.Column("taken_until", sa.DateTime(timezone=True), nullable=True)),
)


def upgrade() -> None:
    for table, column in ADDED:
        op.add_column(table, column)


def downgrade() -> None:
    for table, column in reversed(ADDED):
        op.drop_column(table, column.name)
