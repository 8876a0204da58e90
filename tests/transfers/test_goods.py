"""Which goods stand on the lists of a transfer, and which change hands."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import goods_actions
from app.cases.goods import GoodsList
from app.cases.models import Case
from app.core import clock
from app.core.errors import Refused
from app.documents import correcting
from app.documents.models import Paper
from app.extensions import db
from tests.transfers.world import HANDED, a_case, a_transfer, brought_to, corrected, do, in_force, who


def a_list(case: Case, occasion: str, name: str, number: str = "") -> GoodsList:
    """One more list of goods with one line."""
    made = goods_actions.make_list(case, who("张执法"), {
        "occasion": occasion, "measure_kind": "seize", "goes_with": "实施行政强制措施决定书（扣押）" if number else "", "goes_with_no": number or "浉市监登〔2026〕9号", "made_on": clock.today(),
    })  # fmt: skip
    goods_actions.add_lines(made, case, who("张执法"), [
        {"nature": "goods", "name": name, "mark": "信阳毛尖", "unit": "盒", "quantity_milli": 1_000, "price_fen": 100, "price_kind": "marked",
         "price_reason": "尚未销售", "sold": False},
    ])  # fmt: skip
    return made


def names(paper: Paper) -> list[str]:
    return [line["name"] for line in paper.facts["lines"]]


def test_order310_6_3_compulsion_law_28_goods_given_back_stand_on_no_list(app: Flask) -> None:
    case = a_case()
    back = a_list(case, "measure", "误扣的茶具", "浉市监强制〔2026〕6号")
    goods_actions.release(back, case, who("张执法"), clock.today(), "解除行政强制措施决定书（浉市监解强〔2026〕1号）")
    transfer = brought_to("goods_handed_over", a_transfer(case))
    first = db.session.scalars(select(Paper).where(Paper.kind == "transfer_goods_list", Paper.step == "approve")).one()
    assert names(first) == ["信阳毛尖礼盒"]
    assert names(in_force(transfer, "transfer_goods_list")) == ["信阳毛尖礼盒"]
    notices = db.session.scalars(select(Paper).where(Paper.kind == "goods_moved_notice")).all()
    assert [one.facts["measure_no"] for one in notices] == ["浉市监强制〔2026〕5号"]


def test_proc_35_registered_goods_given_back_stand_on_no_list(app: Flask) -> None:
    case = a_case()
    back = a_list(case, "registration", "登记保存的茶具")
    goods_actions.release(
        back, case, who("张执法"), clock.today(), "解除先行登记保存证据通知书（浉市监解登〔2026〕1号）"
    )
    transfer = brought_to("goods_handed_over", a_transfer(case))
    assert names(in_force(transfer, "transfer_goods_list")) == ["信阳毛尖礼盒"]
    assert back.handed_with_id is None
    held = a_list(case, "registration", "后来登记的茶叶")
    held.handed_with_id = transfer.id
    with pytest.raises(Refused, match="移交公安机关"):
        goods_actions.release(held, case, who("张执法"), clock.today(), "解除通知书")


def test_order310_6_3_a_price_that_is_not_known_is_said_on_the_list_and_in_the_report(app: Flask) -> None:
    case = a_case()
    made = a_list(case, "measure", "未标价的茶叶")
    goods_actions.change_line(made.lines[0], case, who("张执法"), {"price_fen": None})
    transfer = brought_to("approved", a_transfer(case))
    listed = in_force(transfer, "transfer_goods_list").facts
    assert [(line["price_fen"], line["value_fen"]) for line in listed["lines"]][-1] == (None, None)
    sheet = in_force(transfer, "crime_report").facts["amounts"]
    assert any("1行单价未查明" in row["basis"] for row in sheet)


def test_order310_12_only_what_the_house_holds_changes_hands(app: Flask) -> None:
    case = a_case()
    a_list(case, "found", "货架上看到的茶叶")
    a_list(case, "registration", "登记保存的茶叶")
    transfer = brought_to("filed", a_transfer(case))
    assert names(in_force(transfer, "transfer_goods_list")) == ["信阳毛尖礼盒", "货架上看到的茶叶", "登记保存的茶叶"]
    do(transfer, "hand_over_goods", "孙内勤", goods_giver="孙内勤", goods_receiver="刘警官", goods_witnesses="甲、乙")
    handed = in_force(transfer, "transfer_goods_list")
    assert names(handed) == ["信阳毛尖礼盒", "登记保存的茶叶"]
    again = correcting.drawn_again(handed, transfer, who("孙内勤"))
    assert [line.name for line in again.lines] == names(handed), "a correction finds what was handed over"


def test_order310_6_3_goods_given_back_after_the_approval_are_taken_off_the_list_before_it_travels(app: Flask) -> None:
    case = a_case()
    transfer = brought_to("approved", a_transfer(case))
    held = db.session.scalars(select(GoodsList).where(GoodsList.case_id == case.id)).one()
    goods_actions.release(held, case, who("张执法"), clock.today(), "解除行政强制措施决定书（浉市监解强〔2026〕1号）")
    with pytest.raises(Refused) as refused:
        do(transfer, "hand_over", "孙内勤", **HANDED)
    assert "涉案物品移送清单" in refused.value.sentence
    corrected(transfer, "transfer_goods_list")
    do(transfer, "hand_over", "孙内勤", **HANDED)
    assert names(in_force(transfer, "transfer_goods_list")) == []
