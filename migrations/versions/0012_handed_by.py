"""Who carried a transfer to the police and its copy to the procuratorate stands on it: form 50 names them and nobody else.

Revision: 0012. Follows: 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of what was handed over before nobody was asked: the list is empty, and its service is entered by hand.
    op.add_column("transfer", sa.Column("handed_by_names", sa.JSON(), nullable=False, server_default=sa.text("'[]'")))


def downgrade() -> None:
    op.drop_column("transfer", "handed_by_names")
