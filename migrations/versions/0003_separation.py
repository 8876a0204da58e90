"""Maker is not checker, held by the database itself (promise S13).

Revision: 0003. Follows: 0002.

The same guards as app/core/separation.py writes beside the models; tests/laws/test_migrations.py compares them. They are
written out here, for a migration must not change when the models do.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDS = (
    (
        "clue",
        "clue_separation",
        "NEW.endorsed_by_id = NEW.proposed_by_id OR NEW.decided_by_id = NEW.proposed_by_id OR NEW.decided_by_id = NEW.endorsed_by_id",
        ("INSERT", "UPDATE OF proposed_by_id, endorsed_by_id, decided_by_id"),
    ),
    (
        "transfer",
        "transfer_decider",
        "EXISTS (SELECT 1 FROM transfer_member m WHERE m.transfer_id = NEW.id AND m.person_id = NEW.decided_by_id)"
        " OR EXISTS (SELECT 1 FROM case_officer o WHERE o.case_id = NEW.case_id AND o.person_id = NEW.decided_by_id"
        " AND o.confirmed)",
        ("UPDATE OF decided_by_id",),
    ),
)


def upgrade() -> None:
    for table, name, wrong, acts in GUARDS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN IF {wrong} THEN RAISE EXCEPTION '{name}: maker is checker'; END IF; RETURN NEW; END $$"
            )
            op.execute(
                f'CREATE TRIGGER {name} BEFORE {" OR ".join(acts)} ON "{table}" FOR EACH ROW EXECUTE FUNCTION {name}()'
            )
            continue
        for act in acts:
            op.execute(
                f'CREATE TRIGGER {_one(name, act)} BEFORE {act} ON "{table}" WHEN {wrong} '
                f"BEGIN SELECT RAISE(ABORT, '{name}: maker is checker'); END"
            )


def downgrade() -> None:
    for table, name, _wrong, acts in GUARDS:
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f'DROP TRIGGER {name} ON "{table}"')
            op.execute(f"DROP FUNCTION {name}()")
            continue
        for act in acts:
            op.execute(f"DROP TRIGGER {_one(name, act)}")


def _one(name: str, act: str) -> str:
    """SQLite wants one trigger for each act."""
    return f"{name}_{act.split()[0].lower()}"
