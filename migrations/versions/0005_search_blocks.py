"""PostgreSQL: the newest entries of the search index can be asked for first (a token for every 1024 of them).

Revision: 0005. Follows: 0004.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE search_entry SET tokens = tokens || array_to_tsvector(ARRAY['_b_' || (id / 1024)])")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("UPDATE search_entry SET tokens = ts_delete(tokens, '_b_' || (id / 1024))")
