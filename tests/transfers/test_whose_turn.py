"""Whose turn it is, and what a transfer and its case owe each other while the transfer is on its way."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases.workflow import CASE
from app.core import deadlines
from app.core.errors import Refused
from app.core.steps import take
from app.extensions import db
from app.notices.models import Notice
from app.transfers import queries
from app.transfers.models import Transfer
from app.transfers.queries import Filters
from app.transfers.workflow import TRANSFER
from tests.transfers.world import HANDED, a_case, a_transfer, brought_to, do, who

TERMINATE = {"asked": "terminate", "asked_ground": "cannot_continue", "asked_reason": "无法继续调查。", "transfer_answer": "不移送，证据不足。"}  # fmt: skip


def terminated(case):
    take(CASE, case, "ask", who("张执法"), TERMINATE)
    take(CASE, case, "terminate", who("周副局"), {})
    return case


def mine(name: str) -> int:
    db.session.flush()
    return queries.count(who(name), Filters("mine"))


def reconsidering() -> Transfer:
    return do(brought_to("not_filed"), "request_reconsideration", "孙内勤", reason="达到追诉标准。")


def closed() -> Transfer:
    """A transfer that the police filed and that was closed: its case is with the justice organs."""
    transfer = brought_to("goods_handed_over")
    do(transfer, "tell_party", "孙内勤")
    do(transfer, "record_copy", "孙内勤", copy_received_by="孙检", doc_no="无")
    return do(transfer, "close", "周副局", reason="文书齐全。")


def test_order310_3_11_a_transfer_can_be_begun_in_every_state_of_the_case(app: Flask, sign_in) -> None:
    case = terminated(a_case())
    case.standing = "over"
    db.session.commit()
    link = f'href="/transfers/new/{case.id}"'
    assert link in sign_in("张执法").get(f"/cases/{case.id}").get_data(as_text=True)
    assert link not in sign_in("陈局长").get(f"/cases/{case.id}").get_data(as_text=True), "he decides, he begins none"
    case.status = "closed"
    db.session.commit()
    assert link in sign_in("张执法").get(f"/cases/{case.id}").get_data(as_text=True)


def test_order310_5_2_the_principal_and_the_officers_learn_how_a_transfer_is_begun(app: Flask) -> None:
    case = a_case()
    case.standing = "over"
    terminated(case)
    told = {n.person_id: n.body for n in db.session.scalars(select(Notice)) if n.title.startswith("未移送公安机关")}
    assert "请要求办案人员在案件页提出移送" in told[who("陈局长").user_id]
    assert "请在案件页“移送公安机关”提出" in told[who("李执法").user_id]


def test_order310_13_a_case_before_the_court_does_not_come_back_by_a_second_transfer(app: Flask) -> None:
    case = closed().case
    again = brought_to("not_approved", a_transfer(case))
    do(again, "reopen", "张执法", reason="发现新事实。")
    assert case.status == "sent"
    assert deadlines.running(case, "case_decision") is None


def test_order310_9_2_while_the_police_reconsider_it_is_their_turn(app: Flask) -> None:
    transfer = reconsidering()
    assert (mine("公安刘警官"), mine("孙内勤")) == (1, 0)
    assert {s.id for s in TRANSFER.called_for(transfer)} >= {"file_on_review", "uphold_not_filing"}
    for allowed in ("suggest_supervision", "return_to_administrative"):
        assert TRANSFER.why_not(TRANSFER.step(allowed), transfer, who("孙内勤")) is None, "not waited for, but open"
    do(transfer, "uphold_not_filing", "公安刘警官", reason="维持。", doc_no="浉公复字〔2026〕1号")
    assert (mine("公安刘警官"), mine("孙内勤")) == (0, 1)


def test_order310_9_3_the_police_may_file_without_a_reconsideration(app: Flask) -> None:
    transfer = brought_to("not_filed")
    assert mine("公安刘警官") == 0
    do(transfer, "file_on_review", "公安刘警官", police_case_no="浉公立字〔2026〕3号")
    assert transfer.status == "filed"


@pytest.mark.parametrize(("medium", "waits"), [("paper", 1), ("electronic", 0)])
def test_joint_opinion_2006_1_copying_on_paper_waits_for_the_registrar(app: Flask, medium: str, waits: int) -> None:
    transfer = brought_to("approved")
    do(transfer, "hand_over", "孙内勤", **HANDED | {"medium": medium})
    assert mine("孙内勤") == waits
    do(transfer, "record_copy", "孙内勤", copy_received_by="孙检", doc_no="无")
    assert mine("孙内勤") == 0


def test_order310_5_2_a_refused_transfer_waits_for_the_head_and_not_for_new_facts(app: Flask) -> None:
    transfer = brought_to("not_approved")
    assert (mine("周副局"), mine("张执法")) == (1, 0)
    assert TRANSFER.why_not(TRANSFER.step("reopen"), transfer, who("张执法")) is None


def test_proc_175_police_without_jurisdiction_forward_also_after_their_review(app: Flask) -> None:
    transfer = brought_to("under_police_review")
    do(transfer, "extend_review", "公安刘警官", police_extension=30, reason="案情复杂。")
    city = who("市公安局唐警官")
    do(transfer, "forward", "公安刘警官", forwarded_to_id=city.organ_id, reason="经审查，行为地在市区。")
    assert (transfer.status, transfer.police_id) == ("forwarded_by_police", city.organ_id)
    assert deadlines.running(transfer, "police_filing_basic") is None
    do(transfer, "sign_receipt", "市公安局唐警官", receipt_by="唐警官")
    do(transfer, "accept", "市公安局唐警官")
    do(transfer, "extend_review", "市公安局唐警官", police_extension=10, reason="案情复杂。")
    row = deadlines.running(transfer, "police_filing_basic")
    assert row is not None
    assert sum(e.amount for e in row.extensions) == 7, "the body that got it has its own days"


def test_proc_47_77_order310_10_no_case_ends_while_its_transfer_is_on_the_way(app: Flask) -> None:
    case = a_case(goods=False)
    transfer = brought_to("approved", a_transfer(case))
    with pytest.raises(Refused, match="移送还在办理"):
        take(CASE, case, "ask", who("张执法"), TERMINATE)
    take(CASE, case, "ask", who("张执法"), {"asked": "suspend", "asked_ground": "other", "asked_reason": "等候。"})
    case.asked, case.asked_ground, case.transfer_answer = "terminate", "cannot_continue", "不移送。"
    with pytest.raises(Refused, match="移送还在办理"):
        take(CASE, case, "terminate", who("周副局"), {})
    case.asked = None
    do(transfer, "hand_over", "孙内勤", **HANDED)
    do(transfer, "sign_receipt", "公安刘警官", receipt_by="刘警官")
    do(transfer, "return_package", "公安刘警官", reason="不属管辖。")
    do(transfer, "return_to_administrative", "孙内勤", reason="继续行政处理。")
    terminated(case)
    assert case.status == "terminated"


def test_proc_77_1_4_what_the_police_file_after_the_end_is_closed_as_sent(app: Flask) -> None:
    case = terminated(a_case(goods=False))
    transfer = a_transfer(case)
    with pytest.raises(Refused, match="移送还在办理"):
        take(
            CASE, case, "ask", who("张执法"), {"asked": "close", "asked_ground": "terminated", "asked_reason": "终止。"}
        )
    brought_to("filed", transfer)
    assert case.status == "sent"
    take(
        CASE,
        case,
        "ask",
        who("张执法"),
        {"asked": "close", "asked_ground": "sent_to_justice", "asked_reason": "已立案。"},
    )
    take(CASE, case, "close", who("周副局"), {})
    assert case.status == "closed"
