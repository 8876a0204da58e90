"""Many at once: one of them wins, and everything that belongs to the act exists once (promises R05, S01)."""

from __future__ import annotations

import threading
from collections import Counter

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.core import outbox
from app.core.db import writing
from app.core.errors import Refused
from app.core.history import HistoryEntry, broken
from app.core.numbering import IssuedNumber
from app.documents.models import Paper
from app.extensions import db
from app.transfers.models import Transfer
from tests.transfers.world import a_case, a_transfer, brought_to, who

AT_ONCE = 12


def test_r05_twelve_simultaneous_approvals_make_one_of_everything(app: Flask, sign_in) -> None:
    transfer_id = _waiting()
    url = f"/transfers/{transfer_id}/steps/approve"
    clients = [sign_in("陈局长") for _ in range(AT_ONCE)]
    forms = [client.hidden(url) for client in clients]
    db.session.remove()
    answers: Counter[int] = Counter()
    start = threading.Barrier(AT_ONCE)

    def press(client, form) -> None:
        start.wait()
        # not client.post: in a thread there is no outer app context for the fixture's client to clear
        answers[FlaskClient.open(client, url, method="POST", data={**form, "reason": "同意"}).status_code] += 1

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, forms, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {303: 1, 409: AT_ONCE - 1}
    _one_of_everything(transfer_id)


def test_twelve_officers_begin_one_transfer(app: Flask) -> None:
    case_id = a_case().id
    db.session.commit()
    viewer = who("张执法")
    db.session.remove()
    made: list[str] = []
    start = threading.Barrier(AT_ONCE)

    def begin() -> None:
        from app.cases.models import Case

        with app.app_context(), writing():
            start.wait()
            try:
                case = db.session.get_one(Case, case_id)
                assert case.handled_by(viewer.user_id)
                a_transfer(case)
                db.session.commit()
                made.append("made")
            except Refused:
                db.session.rollback()
                made.append("refused")
            finally:
                db.session.remove()

    threads = [threading.Thread(target=begin) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(made) == {"made": 1, "refused": AT_ONCE - 1}
    assert db.session.scalar(select(func.count()).select_from(Transfer)) == 1


def _waiting() -> int:
    transfer = brought_to("awaiting_decision")
    db.session.commit()
    return transfer.id


def _one_of_everything(transfer_id: int) -> None:
    db.session.rollback()
    rows = db.session.scalars(
        select(HistoryEntry).where(HistoryEntry.subject_type == "transfer", HistoryEntry.act == "approve")
    ).all()
    assert len(rows) == 1
    numbers = db.session.scalars(select(IssuedNumber.text).where(IssuedNumber.text.contains("涉罪移"))).all()
    assert numbers == [db.session.get_one(Transfer, transfer_id).letter_number]
    kinds = Counter(
        db.session.scalars(select(Paper.kind).where(Paper.subject_id == transfer_id, Paper.step == "approve"))
    )
    assert kinds == {
        "transfer_approval": 1,
        "transfer_letter": 1,
        "materials_list": 1,
        "transfer_goods_list": 1,
        "proof_of_service": 1,
    }
    papers = set(db.session.scalars(select(Paper.id).where(Paper.subject_id == transfer_id)))
    errands = Counter(
        e.args["paper_id"]
        for e in db.session.scalars(select(outbox.Errand).where(outbox.Errand.kind == "documents.render"))
    )
    assert all(errands[paper_id] == 1 for paper_id in papers)
    assert list(broken(db.session())) == []
