"""A page of a transfer reads its papers, goods and materials once; a step reads them anew."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from app.core import clock
from app.extensions import db
from app.transfers import queries
from tests.cases.world import typed
from tests.transfers.test_package import evidence, recorded
from tests.transfers.world import HANDED, a_case, a_transfer, brought_to, printed


def statements(client: Any, url: str) -> list[str]:
    """What a page asks the database."""
    client.get(url)  # the session's own row is written once in a while
    seen: list[str] = []

    def hook(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", hook)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", hook)
    return seen


@pytest.mark.parametrize(
    ("state", "name", "path", "most"),
    [
        ("approved", "孙内勤", "", 28),
        ("approved", "孙内勤", "/steps/hand_over", 28),
        ("awaiting_decision", "陈局长", "/steps/approve", 17),
        ("supplement_requested", "孙内勤", "", 28),
        ("filed", "孙内勤", "", 28),
        ("handed_over", "公安刘警官", "", 28),
    ],
)
def test_a_page_of_a_transfer_asks_few_questions(
    app: Flask, sign_in: Any, state: str, name: str, path: str, most: int
) -> None:
    case = a_case()
    recorded(case)
    evidence(case, "账册", b"%PDF-1.4")
    transfer = brought_to(state, a_transfer(case))
    printed(transfer)
    db.session.commit()
    seen = statements(sign_in(name), f"/transfers/{transfer.id}{path}")
    assert len(seen) < most, "\n".join(seen)


def test_a_step_asks_no_more_for_each_of_those_it_tells(app: Flask, sign_in: Any) -> None:
    transfer = brought_to("awaiting_decision", a_transfer(a_case()))
    printed(transfer)
    db.session.commit()
    client, url = sign_in("陈局长"), f"/transfers/{transfer.id}/steps/approve"
    form = client.hidden(url) | {"decision_reason": "同意移送。"}
    seen: list[str] = []

    def hook(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", hook)
    try:
        assert client.post(url, data=form).status_code == 303
    finally:
        event.remove(db.engine, "before_cursor_execute", hook)
    assert len(seen) < 100, "\n".join(seen)
    papers = [one for one in seen if one.startswith("SELECT paper.") and "superseded_by_id IS NULL" in one]
    assert len(papers) < 12, "\n".join(papers)


def test_what_changes_after_a_page_was_read_is_seen_by_the_step(app: Flask, sign_in: Any) -> None:
    case = a_case()
    transfer = brought_to("approved", a_transfer(case))
    printed(transfer)
    db.session.commit()
    assert transfer.reading is None
    read = queries.read_once(transfer)
    assert read.lists_current
    evidence(case, "账册", b"%PDF-1.4")
    assert read.lists_current, "a page is of one moment"
    db.session.commit()
    client = sign_in("孙内勤")
    answer = client.post_form(f"/transfers/{transfer.id}/steps/hand_over", HANDED | {"handed_at": typed(clock.now())})
    assert answer.status_code == 409
    assert "与移送清单不一致" in answer.get_data(as_text=True)
