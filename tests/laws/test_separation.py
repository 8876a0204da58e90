"""S13: maker is not checker in the database itself: SQL by hand, round every page and procedure, is refused too."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.core import clock
from app.extensions import db
from app.intake.models import Clue
from tests.transfers.world import brought_to, who


def by_hand(statement: str, **values: object) -> None:
    db.session.execute(text(statement), values)


def refused(statement: str, **values: object) -> bool:
    with pytest.raises(DBAPIError, match="maker is checker"), db.session.begin_nested():
        by_hand(statement, **values)
    return True


@pytest.fixture
def clue(app: Flask) -> Clue:
    zhang = who("张执法")
    made = Clue(
        headline="x", source_kind="inspection", found_at=clock.now(), found_set_by_id=zhang.user_id, verify_from=clock.now(), facts="x",
        organ_id=zhang.organ_id, created_by_id=zhang.user_id, status="received", proposed_by_id=zhang.user_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    return made


@pytest.mark.parametrize("column", ["endorsed_by_id", "decided_by_id"])
def test_s13_who_proposed_neither_endorses_nor_decides(clue: Clue, column: str) -> None:
    own, other = who("张执法").user_id, who("王科长").user_id
    statement = f"update clue set {column} = :person where id = :id"
    assert refused(statement, person=own, id=clue.id)
    by_hand(statement, person=other, id=clue.id)
    assert refused("update clue set proposed_by_id = :person where id = :id", person=other, id=clue.id)


def test_s13_who_endorsed_does_not_decide(clue: Clue) -> None:
    head = who("王科长").user_id
    by_hand("update clue set endorsed_by_id = :person where id = :id", person=head, id=clue.id)
    assert refused("update clue set decided_by_id = :person where id = :id", person=head, id=clue.id)


def test_s13_order_310_5_who_worked_on_the_case_does_not_decide_its_transfer(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    statement = "update transfer set decided_by_id = :person where id = :id"
    for name in ("张执法", "李执法"):
        assert refused(statement, person=who(name).user_id, id=transfer.id)
    by_hand(statement, person=who("陈局长").user_id, id=transfer.id)


def test_s13_one_certificate_is_one_officer_on_a_transfer(app: Flask) -> None:
    """The same person twice on a team is one person: the index says so whatever the form sends."""
    transfer = brought_to("report_drafting")
    with pytest.raises(DBAPIError), db.session.begin_nested():
        by_hand(
            "insert into transfer_member (transfer_id, person_id, certificate_no, since) values (:t, :p, '', :at)",
            t=transfer.id, p=who("张执法").user_id, at=clock.now().isoformat(),
        )  # fmt: skip
