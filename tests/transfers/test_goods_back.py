"""Goods between us and the police: there, back, left in our keeping. Names of tests carry the article."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.cases import goods_actions
from app.cases.goods import GoodsList
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core import clock, deadlines
from app.core.errors import Refused
from app.core.steps import take
from app.extensions import db
from app.transfers import queries
from app.transfers.models import Transfer
from tests.transfers.world import GIVEN, a_case, a_transfer, brought_to, do, when, who

BACK = {"goods_back_by": "刘警官", "goods_back_to": "孙内勤"}


BOTH = {"goods_giver": "孙内勤", "goods_receiver": "刘警官"}


def now_typed() -> str:
    return clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")


def moved_with_case() -> Transfer:
    """Seized on 1 November, handed over on the 2nd, the goods with the case."""
    return moved(brought_to("approved", at=when("2026-11-02 09:00")))


def delivered(transfer: Transfer) -> Transfer:
    """The package, with the word that the goods come with it."""
    return do(transfer, "hand_over", "孙内勤", when("2026-11-02 10:00"), handed_to="刘警官", medium="both", no_appraisal_reason="权利人已鉴别。",
              goods_with_case=True)  # fmt: skip


def moved(transfer: Transfer) -> Transfer:
    """The package and the goods."""
    return do(delivered(transfer), "move_goods_with_case", "孙内勤", when("2026-11-02 11:00"), **GIVEN)


def asked(transfer: Transfer, *, granted: bool) -> Transfer:
    """Thirty days more for the seizure, asked for after the approval of the transfer."""
    with clock.standing_at(when("2026-11-02 09:30")):
        take(CASE, transfer.case, "ask", who("张执法"), {"asked": "extend_measure", "asked_reason": "案情复杂。"})
        if granted:
            take(CASE, transfer.case, "extend_measure", who("周副局"), {})
    return transfer


def seizure(transfer: Transfer) -> str:
    row = deadlines.running(transfer.case, "seizure")
    return f"{clock.local(row.due_at):%Y-%m-%d}" if row is not None else ""


def lists(transfer: Transfer) -> list[GoodsList]:
    return list(db.session.scalars(select(GoodsList).where(GoodsList.case_id == transfer.case_id)))


def test_compulsion_law_21_the_party_is_told_also_after_the_police_returned_the_case(app: Flask) -> None:
    transfer = moved_with_case()
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    with pytest.raises(Refused) as refused:  # a new round does not bury the duty
        do(transfer, "reopen", "张执法", when("2026-11-03 10:00"), reason="新事实。")
    assert "行政强制法" in refused.value.sentence
    do(transfer, "return_to_administrative", "孙内勤", when("2026-11-03 10:00"), reason="不属公安机关职责范围。")
    do(transfer, "sign_copy", "检察院孙检")
    do(transfer, "tell_party", "孙内勤", when("2026-11-03 11:00"))
    with pytest.raises(Refused) as refused:
        do(transfer, "close", "周副局", reason="继续行政处理。")
    assert "登记物品退回" in refused.value.sentence
    do(transfer, "goods_back", "孙内勤", when("2026-11-04 09:00"), **BACK)
    do(transfer, "close", "周副局", reason="继续行政处理。")
    assert transfer.status == "closed"


def test_compulsion_law_25_28_what_the_police_give_back_is_held_again_with_its_clock(app: Flask) -> None:
    transfer = moved_with_case()
    assert (seizure(transfer), [one.handed_with_id for one in lists(transfer)]) == ("", [transfer.id])
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    with pytest.raises(Refused) as refused:
        do(transfer, "goods_back", "孙内勤", when("2026-11-05 09:00"), goods_back_at=when("2026-11-01 09:00"), **BACK)
    assert "不能早于" in refused.value.sentence
    do(transfer, "goods_back", "孙内勤", when("2026-11-05 09:00"), **BACK)
    assert seizure(transfer) == "2026-12-01", "the days at the police are not left out"
    assert [(one.released_on, one.released_by, one.handed_with_id) for one in lists(transfer)] == [(None, "", None)]
    assert (transfer.goods_handed_at, transfer.party_told_at, transfer.goods_giver) == (None, None, "")
    with pytest.raises(Refused):
        do(transfer, "goods_back", "孙内勤", when("2026-11-05 10:00"), **BACK)


def test_compulsion_law_25_an_extension_approved_before_the_handing_over_counts_when_the_goods_are_back(
    app: Flask,
) -> None:
    transfer = asked(brought_to("approved", at=when("2026-11-02 09:00")), granted=True)
    case = transfer.case
    assert seizure(transfer) == "2026-12-31"
    moved(transfer)
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "goods_back", "孙内勤", when("2026-11-03 09:00"), **BACK)
    assert seizure(transfer) == "2026-12-31"
    assert not case.measure_extendable


def test_compulsion_law_25_the_earliest_seizure_counts_when_others_came_in_the_meantime(app: Flask) -> None:
    transfer = moved_with_case()
    with clock.standing_at(when("2026-11-03 09:00")):
        seized = {
            "occasion": "measure",
            "goes_with": "实施行政强制措施决定书（扣押）",
            "goes_with_no": "浉市监强制〔2026〕6号",
            "made_on": clock.today(),
        }
        goods_actions.make_list(transfer.case, who("张执法"), seized)
    assert seizure(transfer) == "2026-12-03"
    do(transfer, "tell_party", "孙内勤", when("2026-11-03 10:00"))
    do(transfer, "goods_back", "孙内勤", when("2026-11-03 11:00"), **BACK)
    assert seizure(transfer) == "2026-12-01"
    rows = [row for row in deadlines.of(transfer.case) if row.term == "seizure"]
    assert sorted(row.state for row in rows) == ["running", "void"]


def test_order310_12_goods_that_came_back_go_again_in_the_next_round(app: Flask) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    do(transfer, "goods_back", "孙内勤", when("2026-11-03 10:00"), **BACK)
    do(transfer, "sign_copy", "检察院孙检", when("2026-11-04 08:00"))
    do(transfer, "reopen", "张执法", when("2026-11-04 09:00"), reason="查到新的仓库。")
    assert not transfer.goods_with_case
    brought_again(transfer)
    assert deadlines.running(transfer, "goods_handover_3d") is not None
    do(transfer, "hand_over_goods", "孙内勤", when("2026-11-06 09:00"), **GIVEN)
    assert transfer.goods_handed_at == transfer.materials_handed_at == when("2026-11-06 09:00")
    assert {p.kind for p in queries.papers(transfer) if p.issued_at == when("2026-11-06 09:00")} >= {
        "materials_list", "transfer_goods_list", "goods_moved_notice",
    }  # fmt: skip
    assert deadlines.running(transfer, "notice_goods_moved") is not None


def test_order310_12_goods_still_with_the_police_hold_no_new_round_up_and_may_come_back_in_it(app: Flask) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    do(transfer, "sign_copy", "检察院孙检", when("2026-11-04 08:00"))
    do(transfer, "reopen", "张执法", when("2026-11-04 09:00"), reason="查到新的仓库。")
    assert transfer.goods_handed_at is not None
    do(transfer, "goods_back", "孙内勤", when("2026-11-04 10:00"), **BACK)
    assert seizure(transfer) == "2026-12-01"
    brought_again(transfer)
    do(transfer, "hand_over_goods", "孙内勤", when("2026-11-06 09:00"), **GIVEN)
    assert (seizure(transfer), transfer.goods_back_at) == ("", None)


def brought_again(transfer: Transfer) -> None:
    """From the new suspicion to the filing."""
    from tests.transfers.world import ROAD

    path, state = [], "filed"
    while state != "suspected":
        path.append(state)
        state = ROAD[state][0]
    for station in reversed(path):
        _before, step, name, data = ROAD[station]
        do(transfer, step, name, when("2026-11-05 09:00"), **data(transfer))


@pytest.mark.parametrize("named", ["", "甲", "甲、甲", "甲、刘警官", "孙内勤、刘警官"])
def test_a6_d5_goods_are_handed_over_before_two_witnesses_who_are_neither_side(app: Flask, named: str) -> None:
    transfer = brought_to("filed")
    with pytest.raises(Refused) as refused:
        do(transfer, "hand_over_goods", "孙内勤", **{**GIVEN, "goods_witnesses": named})
    assert (refused.value.status, "两名以上见证人" in refused.value.sentence) == (422, True)
    do(transfer, "hand_over_goods", "孙内勤", **{**GIVEN, "goods_witnesses": "甲，乙"})
    made = next(p for p in queries.papers(transfer) if p.kind == "transfer_goods_list")
    assert made.facts["witnesses"] == ["甲", "乙"]


def test_a8_the_police_may_leave_the_goods_in_our_keeping_and_the_list_says_so(app: Flask) -> None:
    transfer = brought_to("filed")
    with pytest.raises(Refused) as refused:
        do(transfer, "hand_over_goods", "孙内勤", **GIVEN, goods_keeping="kept", goods_keeper="库管员")
    assert "保管地点" in refused.value.sentence
    do(
        transfer,
        "hand_over_goods",
        "孙内勤",
        **GIVEN,
        goods_keeping="kept",
        goods_keeper="库管员",
        goods_kept_place="局物品仓库",
    )
    made = next(p for p in queries.papers(transfer) if p.kind == "transfer_goods_list")
    assert "公安机关委托移送机关保管，保管人库管员，保管地点局物品仓库" in made.facts["lines"][0]["remarks"]
    assert seizure(transfer) == ""


def test_the_page_of_a_returned_transfer_asks_for_the_goods(app: Flask, sign_in) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    db.session.commit()
    client = sign_in("孙内勤")
    page = client.get(f"/transfers/{transfer.id}").get_data(as_text=True)
    assert "涉案物品还在公安机关" in page
    assert (
        client.post_form(
            f"/transfers/{transfer.id}/steps/goods_back", {**BACK, "goods_back_at": now_typed()}
        ).status_code
        == 303
    )
    page = client.get(f"/transfers/{transfer.id}").get_data(as_text=True)
    assert "涉案物品还在公安机关" not in page
    assert "刘警官交孙内勤" in page


def test_goods_that_stay_without_goods_ask_for_no_witness(app: Flask, sign_in) -> None:
    transfer = brought_to("filed", a_transfer(a_case(goods=False)))
    db.session.commit()
    client = sign_in("孙内勤")
    url = f"/transfers/{transfer.id}/steps/hand_over_goods"
    page = client.get(url).get_data(as_text=True)
    assert 'name="goods_witnesses"' not in page
    assert client.post_form(url, {**BOTH, "materials_handed_at": now_typed()}).status_code == 303


def test_ael_25_an_extension_outlives_a_day_corrected_while_the_police_have_the_goods(app: Flask) -> None:
    transfer = asked(brought_to("approved", at=when("2026-11-02 09:00")), granted=True)
    assert seizure(transfer) == "2026-12-31"
    moved(transfer)
    with clock.standing_at(when("2026-11-02 11:30")):
        goods_actions.correct_day(
            lists(transfer)[0], transfer.case, who("王科长"), dt.date(2026, 11, 2), "以决定书为准"
        )
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "goods_back", "孙内勤", when("2026-11-03 09:00"), **BACK)
    assert seizure(transfer) == "2027-01-01", "sixty days from the day of the decision"


def test_what_the_officer_had_asked_of_the_head_is_over_with_the_handing_over(app: Flask) -> None:
    case = delivered(asked(brought_to("approved", at=when("2026-11-02 09:00")), granted=False)).case
    assert (case.asked, case.asked_reason, case.asked_by_id, case.asked_at) == (None, "", None, None)


def test_ael_25_27_goods_that_came_back_after_the_end_of_the_case_can_be_given_back(app: Flask, sign_in) -> None:
    transfer = moved_with_case()
    do(transfer, "tell_party", "孙内勤", when("2026-11-02 12:00"))
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属职责范围。")
    do(transfer, "goods_back", "孙内勤", when("2026-11-05 09:00"), **BACK)
    held = lists(transfer)[0]
    # However the case came to its end: what is held must be given back.
    db.session.execute(update(Case).where(Case.id == transfer.case_id).values(status="closed"))
    db.session.commit()
    client, url = sign_in("张执法"), f"/cases/{transfer.case_id}/goods/{held.id}/release"
    day = clock.today().isoformat()
    answer = client.post_form(url, {"way": "released", "on": day, "paper": "解除行政强制措施决定书〔2026〕1号"})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    db.session.expire_all()
    assert (held.released_on, seizure(transfer)) == (clock.today(), "")
    assert client.get(url).status_code == 409, "nothing is held any more"
