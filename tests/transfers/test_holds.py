"""What D1, D2, D5 and form 6 say of the goods that are held (国务院令第310号 6, 12; 行政强制法 21; 程序规定 35)."""

from __future__ import annotations

import datetime as dt

from flask import Flask
from sqlalchemy import select

from app.cases import goods_actions
from app.core import clock, deadlines
from app.documents.models import Paper
from app.extensions import db
from app.transfers import facts
from app.transfers.models import Transfer
from tests.transfers.test_goods import a_list, names
from tests.transfers.test_goods_back import BACK
from tests.transfers.test_package import recorded
from tests.transfers.world import GIVEN, a_case, a_transfer, brought_to, do, in_force, when, who

HAND = {"handed_to": "刘警官", "medium": "both", "no_appraisal_reason": "无", "goods_with_case": True}
TERM = "evidence_registration"


def registered(transfer: Transfer) -> list[str]:
    return [row.state for row in deadlines.of(transfer.case) if row.term == TERM]


def test_order310_6_3_goods_at_the_laboratory_stand_on_d5_and_what_was_seized_later_once(app: Flask) -> None:
    case = a_case()
    tested, seized = a_list(case, "registration", "送检的茶叶"), a_list(case, "registration", "登记后扣押的茶叶")
    goods_actions.end_hold(tested, case, who("张执法"), "tested", clock.today(), "检测委托书〔2026〕2号")
    goods_actions.make_list(case, who("张执法"), {
        "occasion": "measure", "measure_kind": "seal", "goes_with_no": "浉市监强制〔2026〕7号", "made_on": clock.today(),
    }, seized)  # fmt: skip
    wrong = a_list(case, "measure", "误登的茶叶", "浉市监强制〔2026〕8号")
    goods_actions.end_hold(wrong, case, who("张执法"), "mistake", clock.today(), "重复登记")
    transfer = brought_to("approved", a_transfer(case))
    assert names(in_force(transfer, "transfer_goods_list")) == ["信阳毛尖礼盒", "送检的茶叶", "登记后扣押的茶叶"]
    report = in_force(transfer, "crime_report").facts
    told = "".join(report["measures"])
    assert "送交检测、检验、检疫、鉴定（检测委托书〔2026〕2号）" in told
    assert "改为查封、扣押" in told
    assert "浉市监强制〔2026〕8号" not in told
    assert f"期限至{facts.day(clock.today() + dt.timedelta(days=27))}" in told, "until when the first seizure runs"
    approval = in_force(transfer, "transfer_approval").facts["goods_summary"]
    assert "扣押（实施行政强制措施决定书（扣押）浉市监强制〔2026〕5号" in approval


def test_ael_21_24_form_6_names_sealing_and_seizure_and_every_decision_of_its_day(app: Flask) -> None:
    case = a_case()
    for day, kind in ((1, "seal"), (2, "seize")):
        goods_actions.add_lines(
            goods_actions.make_list(case, who("张执法"), {
                "occasion": "measure", "measure_kind": kind, "goes_with": "实施行政强制措施决定书", "goes_with_no": "浉市监强制〔2026〕6号",
                "made_on": clock.today() - dt.timedelta(days=day),
            }), case, who("张执法"), [{"nature": "goods", "name": "茶叶", "unit": "盒", "quantity_milli": 1_000, "price_fen": 100}],
        )  # fmt: skip
    transfer = brought_to("goods_handed_over", a_transfer(case))
    found = db.session.scalars(select(Paper).where(Paper.kind == "goods_moved_notice")).all()
    assert sorted((one.facts["measure_no"], one.facts["measure_name"]) for one in found) == [
        ("浉市监强制〔2026〕5号", "扣押"), ("浉市监强制〔2026〕6号", "扣押"), ("浉市监强制〔2026〕6号", "查封"),
    ]  # fmt: skip
    # 清单1 went with the letter, 清单2 is that of the handing over, and form 6 cites it.
    lists = db.session.scalars(select(Paper).where(Paper.kind == "transfer_goods_list").order_by(Paper.id)).all()
    letter = transfer.letter_number
    assert [one.facts["list_no"] for one in lists] == [f"{letter}清单1", f"{letter}清单2"]
    assert {one.facts["list_no"] for one in found} == {f"{letter}清单2"}


def test_apl_56_a_registration_that_ended_by_the_handing_over_stays_met_when_the_goods_come_back(app: Flask) -> None:
    case = a_case(at=when("2026-11-01 09:00"))
    with clock.standing_at(when("2026-11-01 10:00")):
        kept = a_list(case, "registration", "登记保存的茶叶")
    transfer = brought_to("approved", a_transfer(case, when("2026-11-02 09:00")), at=when("2026-11-02 09:00"))
    do(transfer, "hand_over", "孙内勤", when("2026-11-02 10:00"), **HAND)
    do(transfer, "move_goods_with_case", "孙内勤", when("2026-11-02 11:00"), **GIVEN)
    assert registered(transfer) == ["met"]
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-30 09:00"), reason="不属职责范围。")
    do(transfer, "goods_back", "孙内勤", when("2026-12-01 09:00"), **BACK)
    with clock.standing_at(when("2026-12-02 09:00")):
        deadlines.warn()
        assert registered(transfer) == ["met"]
        assert (kept.ended_way, kept.here, case.registered_from) == ("handed", True, None)
        assert case.holds_unsettled, "what came back must be given back or seized before the case is closed"
        goods_actions.release(
            kept, case, who("张执法"), clock.today(), "解除先行登记保存证据通知书（浉市监解登〔2026〕1号）"
        )
    assert not kept.unsettled
    told = "".join(facts.measures(transfer))
    assert "2026年11月2日移送公安机关，后由公安机关退回，2026年12月2日解除（解除先行登记保存证据通知书" in told


def test_order310_6_2_d2_tells_the_course_and_the_people_of_the_interviews(app: Flask) -> None:
    case = a_case()
    recorded(case)
    report = in_force(brought_to("approved", a_transfer(case)), "crime_report").facts
    course = " ".join(one["text"] for one in report["course"])
    for words in ("经批准立案", "在店内进行现场检查", "询问王某，制作询问笔录（第1次）", "提出移送"):
        assert words in course, words
    assert [one["name"] for one in report["persons"]] == ["王某"]


def test_judicial_2025_5_28_the_amount_sheet_names_kind_and_reason_of_each_price(app: Flask) -> None:
    case = a_case()
    sold = goods_actions.make_list(case, who("张执法"), {"occasion": "account", "made_on": clock.today()})
    goods_actions.add_lines(sold, case, who("张执法"), [
        {"nature": "goods", "name": "茶叶", "unit": "盒", "quantity_milli": 1_000, "price_fen": 10_000, "price_kind": "market_middle",
         "price_reason": "账册毁损，实际售价无法查清", "sold": True},
    ])  # fmt: skip
    sheet = {row.name: row.basis for row in facts.amount_facts(a_transfer(case))}
    assert "按实际销售价格" not in "".join(sheet.values())
    assert "被侵权产品市场中间价格计100.00元" in sheet["非法经营额"]
    assert "账册毁损，实际售价无法查清" in sheet["非法经营额"]
