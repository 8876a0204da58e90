"""The step that moved a subject to where it stands, or sent it back there, is kept on it; history need not be read for it.

Revision: 0010. Follows: 0009.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

SUBJECTS = ("clue", "case", "transfer")
HISTORY = sa.table(
    "history", *(sa.column(name) for name in ("seq", "subject_type", "subject_id", "act", "from_status", "to_status"))
)


def upgrade() -> None:
    for table in SUBJECTS:
        # One by one: a table that is built anew would lose the guards that hang on it.
        op.add_column(table, sa.Column("last_step", sa.String(length=60), nullable=False, server_default="begin"))
        subject = sa.table(table, sa.column("id"), sa.column("last_step"))
        # Only a step notes the state it led to. Those that left it as it was do not count, but these two.
        moved = sa.or_(
            HISTORY.c.from_status.is_(None), HISTORY.c.from_status != HISTORY.c.to_status, HISTORY.c.act.in_(("ask", "decline"))
        )  # fmt: skip
        steps = (
            HISTORY.c.subject_type == table,
            HISTORY.c.subject_id == subject.c.id,
            HISTORY.c.to_status.is_not(None),
            moved,
        )
        last = sa.select(HISTORY.c.act).where(*steps).order_by(HISTORY.c.seq.desc()).limit(1).scalar_subquery()
        op.execute(subject.update().values(last_step=last).where(sa.exists().where(*steps)))
        op.create_index(op.f(f"ix_{table}_organ_last_step"), table, ["organ_id", "last_step"])


def downgrade() -> None:
    for table in reversed(SUBJECTS):
        op.drop_index(op.f(f"ix_{table}_organ_last_step"), table_name=table)
        op.drop_column(table, "last_step")
