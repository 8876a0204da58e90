"""What comes after its limit comes with its reason, and what the limit forfeits is refused (国务院令第310号 5, 9; E.4)."""

from __future__ import annotations

import pytest
from flask import Flask

from app.core import history
from app.core.errors import Refused
from app.extensions import db
from app.transfers.models import Transfer
from tests.transfers.world import HANDED, brought_to, do, printed, when


def reasons(transfer: Transfer) -> list[tuple[str, str]]:
    db.session.commit()  # history is written with it
    return [(e.act, e.reason) for e in history.of(transfer) if e.act.startswith("late.")]


def test_order310_5_2_a_handing_over_after_twenty_four_hours_says_why(app: Flask, sign_in) -> None:
    transfer = brought_to("approved", at=when("2026-11-02 09:00"))
    late = when("2026-11-11 09:00")
    with pytest.raises(Refused, match="请说明逾期原因"):
        do(transfer, "hand_over", "孙内勤", late, handed_at=late, **HANDED)
    printed(transfer)
    db.session.commit()
    page = sign_in("孙内勤").get(f"/transfers/{transfer.id}/steps/hand_over").get_data(as_text=True)
    assert 'name="late_reason"' in page
    do(transfer, "hand_over", "孙内勤", late, handed_at=late, late_reason="公安机关要求先核对物品。", **HANDED)
    assert reasons(transfer) == [("late.hand_over", "公安机关要求先核对物品。")]


def test_order310_5_2_what_was_handed_over_in_time_and_typed_later_needs_no_reason(app: Flask) -> None:
    transfer = brought_to("approved", at=when("2026-11-02 09:00"))
    do(transfer, "hand_over", "孙内勤", when("2026-11-11 09:00"), handed_at=when("2026-11-02 15:00"), **HANDED)
    assert reasons(transfer) == []


@pytest.mark.parametrize("step", ["approve", "reject"])
def test_order310_5_2_a_decision_after_three_days_says_why(app: Flask, sign_in, step: str) -> None:
    transfer = brought_to("awaiting_decision", at=when("2026-11-02 09:00"))
    late = when("2026-11-09 09:00")
    with pytest.raises(Refused, match="请说明逾期决定的原因"):
        do(transfer, step, "陈局长", late, reason="证据不足。")
    db.session.commit()
    assert 'name="late_reason"' in sign_in("陈局长").get(f"/transfers/{transfer.id}/steps/{step}").get_data(
        as_text=True
    )
    do(transfer, step, "陈局长", late, reason="证据不足。", late_reason="出差。")
    assert reasons(transfer) == [(f"late.{step}", "出差。")]
    assert transfer.decision_reasons == "证据不足。"


def test_police_rules_180_2_a_late_supplement_says_why(app: Flask) -> None:
    transfer = brought_to("supplement_requested", at=when("2026-11-02 09:00"))
    late = when("2026-11-09 09:00")
    with pytest.raises(Refused, match="请说明逾期原因"):
        do(transfer, "supply_material", "孙内勤", late, supplied="鉴定意见")
    do(transfer, "supply_material", "孙内勤", late, supplied="鉴定意见", late_reason="鉴定机构迟延。")
    assert reasons(transfer) == [("late.supply_material", "鉴定机构迟延。")]


def test_order310_9_2_a_late_suggestion_after_the_upheld_refusal_says_why(app: Flask) -> None:
    transfer = brought_to("not_filed", at=when("2026-11-02 09:00"))
    do(transfer, "request_reconsideration", "孙内勤", when("2026-11-03 09:00"), reason="达到标准。")
    do(transfer, "uphold_not_filing", "公安刘警官", when("2026-11-05 09:00"), reason="维持。")
    late = when("2026-11-12 09:00")
    with pytest.raises(Refused, match="请说明逾期原因"):
        do(transfer, "suggest_supervision", "孙内勤", late, reason="应当立案。")
    do(transfer, "suggest_supervision", "孙内勤", late, reason="应当立案。", late_reason="等候补充鉴定。")
    assert reasons(transfer) == [("late.suggest_supervision", "等候补充鉴定。")]


def test_order310_9_1_after_three_days_there_is_no_reconsideration_but_the_procuratorate(app: Flask) -> None:
    transfer = brought_to("not_filed", at=when("2026-11-02 09:00"))
    late = when("2026-11-11 09:00")
    with pytest.raises(Refused, match="请建议人民检察院依法进行立案监督"):
        do(transfer, "request_reconsideration", "孙内勤", late, reason="达到标准。")
    do(
        transfer,
        "request_reconsideration",
        "孙内勤",
        late,
        reason="达到标准。",
        reconsideration_at=when("2026-11-05 16:00"),
    )
    assert transfer.reconsideration_at == when("2026-11-05 16:00")


def test_order310_5_2_no_page_asks_for_a_reason_before_the_end(app: Flask, sign_in) -> None:
    transfer = brought_to("awaiting_decision")
    db.session.commit()
    page = sign_in("陈局长").get(f"/transfers/{transfer.id}/steps/approve").get_data(as_text=True)
    assert "late_reason" not in page
