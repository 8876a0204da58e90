"""Goods that are found while the transfer goes on, and papers of goods over several handings over. Names carry the article."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import goods_actions
from app.cases.goods import GoodsList
from app.cases.workflow import CASE
from app.core import clock, deadlines
from app.core.errors import Refused
from app.core.steps import take
from app.documents import correcting, package
from app.documents.models import Paper, Service
from app.extensions import db
from app.transfers import queries
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER
from tests.transfers.test_goods import a_list, names
from tests.transfers.test_goods_back import BACK, brought_again, lists, moved_with_case, seizure
from tests.transfers.test_package import recorded
from tests.transfers.world import (
    GIVEN,
    HANDED,
    ROAD,
    a_case,
    a_transfer,
    brought_to,
    corrected,
    do,
    in_force,
    printed,
    scanned,
    when,
    who,
)


def filed(transfer: Transfer, at: Any = None) -> Transfer:
    """From the delivery to the filing."""
    for state in ("receipt_signed", "under_police_review", "filed"):
        _before, step, name, data = ROAD[state]
        do(transfer, step, name, at, **data(transfer))
    return transfer


def of_kind(transfer: Transfer, kind: str) -> list[Paper]:
    return [one for one in queries.papers(transfer) if one.kind == kind]


def with_case(transfer: Transfer) -> Transfer:
    do(transfer, "hand_over", "孙内勤", **{**HANDED, "goods_with_case": True})
    return do(transfer, "move_goods_with_case", "孙内勤", **GIVEN)


# --- what is seized after a first handing over -------------------------------------------------------------------------


def test_order310_12_goods_seized_after_a_handing_over_with_the_case_go_after_the_filing(app: Flask) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    with clock.standing_at(when("2026-11-03 09:00")):
        a_list(transfer.case, "measure", "仓库的茶叶", "浉市监强制〔2026〕99号")
    filed(transfer, when("2026-11-03 10:00"))
    with pytest.raises(Refused) as refused:  # they move: two witnesses stand by
        do(
            transfer,
            "hand_over_goods",
            "孙内勤",
            when("2026-11-04 09:00"),
            goods_giver="孙内勤",
            goods_receiver="刘警官",
        )
    assert "见证人" in refused.value.sentence
    do(transfer, "hand_over_goods", "孙内勤", when("2026-11-04 09:00"), **{**GIVEN, "goods_receiver": "张警官"})
    assert seizure(transfer) == ""
    assert {one.handed_with_id for one in lists(transfer)} == {transfer.id}
    assert [(names(one), one.facts["receiver"]) for one in of_kind(transfer, "transfer_goods_list")] == [
        (["信阳毛尖礼盒"], "刘警官"), (["仓库的茶叶"], "张警官"),
    ]  # fmt: skip
    assert [one.facts["measure_no"] for one in of_kind(transfer, "goods_moved_notice")] == [
        "浉市监强制〔2026〕5号", "浉市监强制〔2026〕99号",
    ]  # fmt: skip
    # 行政强制法 21: the party is told of the second seizure too
    assert transfer.party_told_at is None
    row = deadlines.running(transfer, "notice_goods_moved")
    assert row is not None
    assert row.start_at == when("2026-11-04 09:00")
    do(transfer, "sign_copy", "检察院孙检")
    with pytest.raises(Refused):
        do(transfer, "close", "周副局", reason="办结。")
    do(transfer, "tell_party", "孙内勤", when("2026-11-04 10:00"))
    do(transfer, "close", "周副局", reason="办结。")
    notices = select(Service.state).join(Paper, Paper.id == Service.paper_id).where(Paper.kind == "goods_moved_notice")
    assert list(db.session.scalars(notices)) == ["done", "done"]


def test_order310_12_a_second_lot_may_go_with_the_case_once_the_party_was_told_of_the_first(app: Flask) -> None:
    transfer = with_case(brought_to("approved"))
    with pytest.raises(Refused) as refused:
        do(transfer, "move_goods_with_case", "孙内勤", **GIVEN)
    assert "已经移交" in refused.value.sentence
    a_list(transfer.case, "measure", "又查到的茶叶", "浉市监强制〔2026〕6号")
    with pytest.raises(Refused) as refused:
        do(transfer, "move_goods_with_case", "孙内勤", **GIVEN)
    assert "行政强制法第二十一条" in refused.value.sentence
    do(transfer, "tell_party", "孙内勤")
    do(transfer, "move_goods_with_case", "孙内勤", **GIVEN)
    assert [names(one) for one in of_kind(transfer, "transfer_goods_list")] == [["信阳毛尖礼盒"], ["又查到的茶叶"]]
    assert transfer.party_untold


def test_order310_12_goods_of_a_new_round_go_although_the_old_ones_are_still_with_the_police(app: Flask) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    do(transfer, "sign_copy", "检察院孙检", when("2026-11-04 08:00"))
    do(transfer, "reopen", "张执法", when("2026-11-04 09:00"), reason="查到新的仓库。")
    with clock.standing_at(when("2026-11-04 10:00")):
        a_list(transfer.case, "measure", "新仓库的茶叶", "浉市监强制〔2026〕88号")
    brought_again(transfer)
    do(transfer, "hand_over_goods", "孙内勤", when("2026-11-06 09:00"), **GIVEN)
    assert names(of_kind(transfer, "transfer_goods_list")[-1]) == ["新仓库的茶叶"]
    assert [one.facts["measure_no"] for one in of_kind(transfer, "goods_moved_notice")] == ["浉市监强制〔2026〕88号"]
    assert seizure(transfer) == ""


def test_order310_12_what_is_found_after_the_formalities_goes_before_the_transfer_is_closed(app: Flask) -> None:
    transfer = brought_to("goods_handed_over")
    do(transfer, "tell_party", "孙内勤")
    do(transfer, "sign_copy", "检察院孙检")
    a_list(transfer.case, "measure", "最后查到的茶叶", "浉市监强制〔2026〕77号")
    with pytest.raises(Refused) as refused:
        do(transfer, "close", "周副局", reason="办结。")
    assert "补充移交" in refused.value.sentence
    do(transfer, "hand_over_more_goods", "孙内勤", **GIVEN)
    do(transfer, "tell_party", "孙内勤")
    do(transfer, "close", "周副局", reason="办结。")
    assert [names(one) for one in of_kind(transfer, "transfer_goods_list")] == [["信阳毛尖礼盒"], ["最后查到的茶叶"]]


def test_order310_12_goods_that_the_police_gave_back_after_the_filing_do_not_hold_up_the_closing(app: Flask) -> None:
    case = a_case()
    a_list(case, "registration", "登记保存的茶叶")
    transfer = brought_to("goods_handed_over", a_transfer(case))
    do(transfer, "tell_party", "孙内勤")
    do(transfer, "sign_copy", "检察院孙检")
    do(transfer, "goods_back", "孙内勤", **BACK)
    do(transfer, "close", "周副局", reason="物品退回，另行处理。")


# --- goods that are first registered after the approval ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "step", "given"),
    [("approved", "hand_over", HANDED), ("supplement_requested", "supply_material", {"supplied": "补交清单。"})],
)
def test_order310_6_3_goods_first_found_after_the_approval_get_their_list(
    app: Flask, state: str, step: str, given: dict[str, Any]
) -> None:
    transfer = brought_to(state, a_transfer(a_case(goods=False)))
    with pytest.raises(Refused):
        do(transfer, "list_goods", "孙内勤")
    a_list(transfer.case, "measure", "刚扣押的茶叶", "浉市监强制〔2026〕9号")
    corrected(transfer, "materials_list")
    with pytest.raises(Refused) as refused:
        do(transfer, step, "孙内勤", **given)
    assert "物品清单" in refused.value.sentence
    assert "list_goods" in [one.id for one in TRANSFER.open_to(transfer, who("孙内勤"))]
    do(transfer, "list_goods", "孙内勤")
    do(transfer, step, "孙内勤", **given)
    assert names(in_force(transfer, "transfer_goods_list")) == ["刚扣押的茶叶"]


def test_order310_6_3_goods_seized_while_the_police_wait_stand_on_a_list_beside_the_signed_one(app: Flask) -> None:
    transfer = with_case(brought_to("approved"))
    do(transfer, "sign_receipt", "公安刘警官", receipt_by="刘警官")
    do(transfer, "request_supplement", "公安刘警官", supplement_list="1．新的物品")
    a_list(transfer.case, "registration", "登记保存的茶叶")
    with pytest.raises(Refused) as refused:
        do(transfer, "supply_material", "孙内勤", supplied="补交。")
    assert "补制清单" in refused.value.sentence
    do(transfer, "list_goods", "孙内勤")
    do(transfer, "supply_material", "孙内勤", supplied="补交。")
    assert [names(one) for one in of_kind(transfer, "transfer_goods_list")] == [["信阳毛尖礼盒"], ["登记保存的茶叶"]]


# --- the clock of a seizure --------------------------------------------------------------------------------------------


def test_compulsion_law_25_an_extension_counts_after_the_return_of_goods_of_two_measures(app: Flask) -> None:
    transfer = brought_to("approved", at=when("2026-11-02 09:00"))
    with clock.standing_at(when("2026-11-02 09:20")):
        a_list(transfer.case, "measure", "第二批茶叶", "浉市监强制〔2026〕6号")
        take(CASE, transfer.case, "ask", who("张执法"), {"asked": "extend_measure", "asked_reason": "案情复杂。"})
        take(CASE, transfer.case, "extend_measure", who("周副局"), {})
    corrected(transfer, "transfer_goods_list")
    do(transfer, "hand_over", "孙内勤", when("2026-11-02 10:00"), **HANDED, goods_with_case=True)
    do(transfer, "move_goods_with_case", "孙内勤", when("2026-11-02 11:00"), **GIVEN)
    assert seizure(transfer) == ""
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "goods_back", "孙内勤", when("2026-11-03 09:00"), **BACK)
    assert seizure(transfer) == "2026-12-31"
    assert [row.state for row in deadlines.of(transfer.case) if row.term == "seizure"] == ["running"]


def test_compulsion_law_25_goods_of_an_earlier_transfer_do_not_come_back_with_those_of_the_next(app: Flask) -> None:
    first = brought_to("goods_handed_over")
    do(first, "tell_party", "孙内勤")
    do(first, "sign_copy", "检察院孙检")
    do(first, "close", "周副局", reason="公安机关已立案。")
    a_list(first.case, "measure", "后来的茶叶", "浉市监强制〔2026〕77号")
    second = with_case(brought_to("approved", a_transfer(first.case)))
    assert names(in_force(second, "transfer_goods_list")) == ["后来的茶叶"]
    do(second, "tell_party", "孙内勤")
    do(second, "goods_back", "孙内勤", **BACK)
    assert [(one.handed_with_id, one.released_on is None) for one in lists(first)] == [(first.id, False), (None, True)]


def test_order310_12_registered_goods_that_went_by_one_transfer_do_not_go_by_the_next(app: Flask) -> None:
    case = a_case()
    a_list(case, "registration", "登记保存的茶叶")
    first = brought_to("goods_handed_over", a_transfer(case))
    do(first, "tell_party", "孙内勤")
    do(first, "sign_copy", "检察院孙检")
    do(first, "close", "周副局", reason="公安机关已立案。")
    assert not queries.has_goods(a_transfer(case))


# --- the police keep the goods -----------------------------------------------------------------------------------------


def test_compulsion_law_25_goods_that_the_police_deal_with_come_back_to_no_clock(app: Flask) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    do(transfer, "return_to_administrative", "孙内勤", when("2026-11-03 10:00"), reason="不属公安机关职责范围。")
    do(transfer, "sign_copy", "检察院孙检")
    for given in ({}, {"doc_no": "浉公物字〔2026〕1号"}):  # it rests on their paper
        with pytest.raises(Refused) as refused:
            do(transfer, "goods_back", "孙内勤", when("2026-11-04 09:00"), goods_back_how="disposed", **given)
        assert refused.value.status == 422
    do(transfer, "goods_back", "孙内勤", when("2026-11-04 09:00"), goods_back_how="disposed", doc_no="浉公物字〔2026〕1号",
       scan=scanned())  # fmt: skip
    assert (seizure(transfer), transfer.goods_back_at, transfer.goods_handed_at) == ("", None, None)
    (gone,) = lists(transfer)
    assert (gone.released_by, gone.handed_with_id) == ("公安机关依法处理：浉公物字〔2026〕1号", None)
    assert gone.released_on is not None
    assert (transfer.events[-1].kind, transfer.events[-1].channel) == ("goods_disposed", "paper")
    do(transfer, "close", "周副局", reason="继续行政处理。")


def test_goods_that_came_back_name_who_gave_and_who_received_them(app: Flask, sign_in) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    with pytest.raises(Refused) as refused:
        do(transfer, "goods_back", "孙内勤", goods_back_to="孙内勤")
    assert (refused.value.status, "公安机关移交人" in refused.value.sentence) == (422, True)
    db.session.commit()
    page = sign_in("孙内勤").get(f"/transfers/{transfer.id}/steps/goods_back").get_data(as_text=True)
    assert "公安机关依法处理，不再退回" in page
    assert 'type="file"' in page


# --- papers of goods ---------------------------------------------------------------------------------------------------


def test_order310_6_goods_only_seen_do_not_hold_up_the_supply_after_the_return(app: Flask) -> None:
    case = a_case()
    a_list(case, "found", "货架上看到的茶叶")
    transfer = with_case(brought_to("approved", a_transfer(case)))
    do(transfer, "tell_party", "孙内勤")
    do(transfer, "sign_receipt", "公安刘警官", receipt_by="刘警官")
    do(transfer, "request_supplement", "公安刘警官", supplement_list="1．鉴定意见")
    do(transfer, "goods_back", "孙内勤", **BACK)
    do(transfer, "supply_material", "孙内勤", supplied="补交。")


def test_order310_12_a_correction_keeps_who_signed_at_the_handing_over(app: Flask) -> None:
    transfer = brought_to("filed")
    do(
        transfer,
        "hand_over_goods",
        "孙内勤",
        **GIVEN,
        goods_keeping="kept",
        goods_keeper="库管员",
        goods_kept_place="局物品仓库",
    )
    do(transfer, "tell_party", "孙内勤")
    do(transfer, "goods_back", "孙内勤", **BACK)
    for kind in ("materials_list", "transfer_goods_list", "goods_moved_notice"):
        paper = in_force(transfer, kind)
        assert correcting.differences(paper, correcting.drawn_again(paper, transfer, who("孙内勤"))) == [], kind
    line = db.session.scalars(select(GoodsList).where(GoodsList.case_id == transfer.case_id)).one().lines[0]
    goods_actions.change_line(line, transfer.case, who("张执法"), {"seal_no": "封1号"})
    again = corrected(transfer, "transfer_goods_list").facts
    assert (again["giver"], again["receiver"], again["witnesses"]) == ("孙内勤", "刘警官", ["甲", "乙"])
    assert again["lines"][0]["seal_no"] == "封1号"
    assert "保管人库管员" in again["lines"][0]["remarks"]


def test_order310_6_the_package_of_a_new_letter_holds_no_list_or_notice_of_the_former_one(app: Flask) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    do(transfer, "goods_back", "孙内勤", when("2026-11-03 10:00"), **BACK)
    do(transfer, "sign_copy", "检察院孙检", when("2026-11-04 08:00"))
    do(transfer, "reopen", "张执法", when("2026-11-04 09:00"), reason="新事实。")
    (held,) = lists(transfer)
    goods_actions.release(
        held, transfer.case, who("张执法"), clock.today(), "解除行政强制措施决定书（浉市监解强〔2026〕1号）"
    )
    brought_again(transfer)
    printed(transfer)
    titles = " ".join(one.name for one in package.entries(who("公安刘警官"), "transfer", transfer.id))
    assert "涉案物品移送清单" not in titles
    assert "移送告知书" not in titles
    assert not {one.kind for one in queries.readable_papers(who("公安刘警官"), transfer)} & {
        "transfer_goods_list", "goods_moved_notice",
    }  # fmt: skip
    assert (
        db.session.scalars(select(Paper).where(Paper.kind == "goods_moved_notice")).one().superseded_by_id is not None
    )


def test_order310_6_3_a_list_of_the_former_letter_is_none_of_the_present_one(app: Flask) -> None:
    transfer = brought_to("approved")
    assert transfer.missing_annexes == []
    in_force(transfer, "transfer_goods_list").facts = {
        **in_force(transfer, "transfer_goods_list").facts, "transfer_no": "浉市监涉罪移〔2025〕9号",
    }  # fmt: skip
    db.session.flush()
    assert transfer.missing_annexes == ["涉案物品移送清单"]


def test_compulsion_law_21_goods_that_were_not_seized_owe_no_notice(app: Flask) -> None:
    case = a_case(goods=False)
    a_list(case, "extract", "提取的样品")
    transfer = brought_to("goods_handed_over", a_transfer(case))
    assert names(in_force(transfer, "transfer_goods_list")) == ["提取的样品"]
    assert of_kind(transfer, "goods_moved_notice") == []
    assert deadlines.running(transfer, "notice_goods_moved") is None
    assert transfer not in db.session.scalars(select(Transfer).where(queries.waiting_for(who("孙内勤")))).all()
    with pytest.raises(Refused) as refused:
        do(transfer, "tell_party", "孙内勤")
    assert "无需告知" in refused.value.sentence
    do(transfer, "sign_copy", "检察院孙检")
    do(transfer, "close", "周副局", reason="办结。")


@pytest.mark.parametrize(("state", "sentence"), [("waiting", "正在生成"), ("failed", "生成失败")])
def test_order310_12_the_signed_list_names_no_record_that_cannot_be_opened(
    app: Flask, state: str, sentence: str
) -> None:
    transfer = brought_to("filed")
    printed(transfer)
    recorded(transfer.case)
    for paper in queries.records(transfer):
        paper.state = state
    db.session.flush()
    with pytest.raises(Refused) as refused:
        do(transfer, "hand_over_goods", "孙内勤", **GIVEN)
    assert sentence in refused.value.sentence
    for paper in queries.records(transfer):
        paper.state = "waiting"
    printed(transfer)
    do(transfer, "hand_over_goods", "孙内勤", **GIVEN)
    printed(transfer)
    package.entries(who("公安刘警官"), "transfer", transfer.id)
