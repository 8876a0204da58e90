"""What a step must not take away: the right to ask again, the examiner, the copy to the procuratorate; and what stays shut."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, deadlines
from app.core.errors import Forbidden, Refused
from app.documents.models import Paper
from app.extensions import db
from app.notices import recipients
from app.people.models import Person, Post
from app.transfers import actions
from app.transfers.models import Transfer
from tests.transfers.world import HANDED, REPORT, a_case, a_transfer, brought_to, do, printed, scanned, who

TEAM = ("张执法", "李执法")


def opened(transfer: Transfer) -> set[str]:
    return {row.term for row in deadlines.of(transfer) if row.open}


def again(transfer: Transfer, decision: str) -> None:
    """A second round, to the decision of the principal."""
    do(transfer, "designate_team", "王科长", members=[who(name).user_id for name in TEAM])
    do(transfer, "draft_report", "张执法", **REPORT)
    do(transfer, "submit_report", "李执法", team_opinion="建议移送。")
    do(transfer, "endorse", "王科长", reason="同意。")
    do(transfer, decision, "陈局长", reason="决定如上。")


# --- asking again -------------------------------------------------------------------------------------------------------


def test_order310_9_1_a_refusal_after_the_delay_was_complained_of_can_be_reconsidered(app: Flask) -> None:
    transfer = brought_to("under_police_review")
    actions._overdue(transfer)
    do(transfer, "suggest_supervision", "孙内勤", reason="逾期未作决定。")
    do(transfer, "not_file", "公安刘警官", not_filed_reasons="事实不清。")
    assert "reconsideration_request_3d" in opened(transfer)
    do(transfer, "request_reconsideration", "孙内勤", reason="数额已达标准。")
    assert "reconsideration_request_3d" not in opened(transfer)


def test_order310_9_2_after_the_refusal_was_upheld_supervision_is_suggested_even_if_it_was_before(app: Flask) -> None:
    transfer = brought_to("not_filed")
    do(transfer, "request_reconsideration", "孙内勤", reason="数额已达标准。")
    do(transfer, "suggest_supervision", "孙内勤", reason="逾期未答复复议。")
    with pytest.raises(Refused):
        do(transfer, "suggest_supervision", "孙内勤", reason="再次建议。")
    do(transfer, "uphold_not_filing", "公安刘警官", reason="维持。")
    assert "supervision_suggestion_3d" in opened(transfer)
    do(transfer, "suggest_supervision", "孙内勤", reason="仍有异议。")
    assert "supervision_suggestion_3d" not in opened(transfer)


def test_procuratorate_rules_562_an_extension_that_had_run_out_when_it_was_typed_in_leaves_the_case_undecided(
    app: Flask,
) -> None:
    transfer = brought_to("under_police_review", at=clock.now() - dt.timedelta(days=20))
    deadlines.warn()
    assert transfer.status == "no_decision_overdue"
    late = {
        "police_extension": 10,
        "reason": "案情复杂。",
        "doc_no": "1号",
        "received_at": clock.now() - dt.timedelta(days=18),
    }
    do(transfer, "record_extend_review", "孙内勤", **late)
    assert transfer.status == "no_decision_overdue"
    do(transfer, "suggest_supervision", "孙内勤", reason="逾期未作决定。")
    other = brought_to(
        "under_police_review", a_transfer(a_case(party="另一商行")), at=clock.now() - dt.timedelta(days=5)
    )
    deadlines.warn()
    do(other, "extend_review", "公安刘警官", police_extension=30, reason="案情复杂。")
    assert other.status == "under_police_review"


# --- who examines -------------------------------------------------------------------------------------------------------


def test_e2_a_team_that_leaves_nobody_to_examine_its_report_is_not_named(app: Flask) -> None:
    deputy = db.session.scalars(select(Person).where(Person.name == "周副局")).one()
    deputy.posts[0].until = clock.today() - dt.timedelta(days=1)
    transfer = a_transfer()
    with pytest.raises(Refused) as refused:
        do(transfer, "designate_team", "王科长", members=[who(name).user_id for name in (*TEAM, "王科长")])
    assert "审查移送报告" in refused.value.sentence
    do(transfer, "designate_team", "王科长", members=[who(name).user_id for name in TEAM])
    with pytest.raises(Refused):
        do(
            transfer,
            "change_team",
            "王科长",
            members=[who("张执法").user_id, who("王科长").user_id],
            reason="人手不足。",
        )


def test_e2_who_stands_in_for_the_principal_does_not_endorse_what_he_decides(app: Flask) -> None:
    deputy = who("周副局")
    acting = db.session.get_one(Post, deputy.post_id)
    transfer = a_transfer()
    do(transfer, "designate_team", "王科长", members=[who(name).user_id for name in (*TEAM, "王科长")])
    do(transfer, "draft_report", "张执法", **REPORT)
    do(transfer, "submit_report", "李执法", team_opinion="建议移送。")
    acting.acting = True
    for post in db.session.scalars(select(Post).where(Post.kind == "principal", Post.organ_id == acting.organ_id)):
        post.until = clock.today() - dt.timedelta(days=1)
    db.session.flush()
    with pytest.raises(Forbidden):
        do(transfer, "endorse", "周副局", reason="同意。")
    assert recipients.of(transfer, ("endorser",)) == [], "who would be refused is not called"


# --- the copy -----------------------------------------------------------------------------------------------------------


def test_gaojianhui_2006_2_a_new_round_does_not_bury_the_copy_to_the_procuratorate(app: Flask) -> None:
    transfer = brought_to("returned_not_police_matter", a_transfer(a_case(goods=False)))
    with pytest.raises(Refused) as refused:
        do(transfer, "reopen", "张执法", reason="新事实。")
    assert "抄送" in refused.value.sentence
    do(transfer, "record_copy", "孙内勤", copy_received_by="孙检")
    do(transfer, "reopen", "张执法", reason="新事实。")
    assert "copy_procuratorate" not in opened(transfer)


# --- what partner organs fetch by number ----------------------------------------------------------------------------------


def test_s08_the_police_fetch_no_scan_and_no_report_that_their_page_does_not_show(app: Flask, sign_in) -> None:
    transfer = brought_to("not_approved")
    do(
        transfer,
        "record_demand",
        "孙内勤",
        demand_from="浉河区人民检察院",
        demands="移送。",
        doc_no="1号",
        scan=scanned(),
        received_at=clock.now(),
    )
    again(transfer, "approve")
    do(transfer, "hand_over", "孙内勤", **HANDED)
    do(transfer, "record_sign_receipt", "孙内勤", doc_no="回执1号", receipt_by="刘警官", scan=scanned())
    printed(transfer)
    db.session.commit()
    demand, receipt = (event.scan_id for event in transfer.events)
    reports = list(db.session.scalars(
        select(Paper).where(Paper.subject_type == "transfer", Paper.subject_id == transfer.id, Paper.kind == "crime_report").order_by(Paper.id)
    ))  # fmt: skip
    assert [one.superseded_by_id is None for one in reports] == [False, True]
    former, present = (one.id for one in reports)
    for name in ("公安刘警官", "检察院孙检"):
        client = sign_in(name)
        assert client.get(f"/documents/files/{demand}").status_code == 404, name
        assert client.get(f"/documents/papers/{former}/read").status_code == 404, name
        assert client.get(f"/documents/papers/{former}/pdf").status_code == 404, name
    police = sign_in("公安刘警官")
    assert police.get(f"/documents/files/{receipt}").status_code == 200
    assert police.get(f"/documents/papers/{present}/read").status_code == 200
    inside = sign_in("孙内勤")
    assert [inside.get(f"/documents/files/{one}").status_code for one in (demand, receipt)] == [200, 200]
    assert inside.get(f"/documents/papers/{former}/read").status_code == 200
