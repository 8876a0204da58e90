"""How the hold on goods ends: the five ways of 程序规定 35, seizure of what was registered, lists entered by mistake."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from app.cases import amounts, goods_actions, papers
from app.cases.goods import GoodsList
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core import clock, deadlines, history
from app.core.errors import Refused
from app.core.steps import take
from app.extensions import db
from app.notices.models import Notice
from tests.cases import world

START = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)  # a Monday, 9:00 in Xinyang
DAY = dt.timedelta(days=1)
SECOND, FOURTH = dt.date(2026, 11, 2), dt.date(2026, 11, 4)
SEIZED = {"occasion": "measure", "measure_kind": "seize", "goes_with_no": "浉市监强制〔2026〕5号", "made_on": FOURTH}


def a_list(case: Case, viewer: Any, occasion: str = "registration", **more: Any) -> GoodsList:
    """A list with goods for 30,000 yuan."""
    made = goods_actions.make_list(case, viewer("张执法"), {
        "occasion": occasion, "measure_kind": "seize" if occasion == "measure" else "", "goes_with_no": "浉市监登〔2026〕1号", "place": "店内",
        "made_on": SECOND, **more,
    })  # fmt: skip
    goods_actions.add_lines(made, case, viewer("张执法"), [
        {"nature": "goods", "name": "茶叶", "unit": "盒", "quantity_milli": 100_000, "price_fen": 30_000, "price_kind": "sold_actual", "sold": False},
    ])  # fmt: skip
    return made


def states(case: Case, term: str) -> list[str]:
    return sorted(row.state for row in deadlines.of(case) if row.term == term)


def test_proc_35_3_judicial_2025_5_28_what_was_registered_and_then_seized_counts_once(app, viewer):
    with clock.standing_at(START + 3 * DAY):
        case = world.investigated(viewer)
        kept = a_list(case, viewer)
        before = case.standing
        seized = goods_actions.make_list(case, viewer("张执法"), SEIZED, kept)
        assert amounts.amounts_of(case).business_fen == case.business_fen == 3_000_000
        assert case.standing == before
        assert [(line.item_no, line.quantity) for line in seized.lines] == [("2-1", "100")]
        assert (kept.ended_way, kept.ended_on, kept.released_on) == ("seized", FOURTH, None)
        assert kept.ended_by == "实施行政强制措施决定书浉市监强制〔2026〕5号"
        assert (states(case, "evidence_registration"), states(case, "seizure")) == (["met"], ["running"])
        assert (case.registered_from, case.seized_from) == (None, FOURTH)
        with pytest.raises(Refused, match="没有正在"):
            goods_actions.make_list(case, viewer("张执法"), SEIZED, kept)


@pytest.mark.parametrize("way", ["preserved", "tested", "confiscated"])
def test_proc_35_each_way_ends_the_clock_by_its_day_and_the_goods_stay_here(app, viewer, way):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        kept = a_list(case, viewer)
    with clock.standing_at(START + 20 * DAY):
        goods_actions.end_hold(kept, case, viewer("张执法"), way, FOURTH, "检测委托书〔2026〕2号")
    assert (states(case, "evidence_registration"), kept.released_on, kept.here) == (["met"], None, True)
    db.session.commit()
    noted = next(one for one in history.of(case) if one.act == "end_hold")
    assert "程序规定 35(" in noted.law
    assert "解除" not in noted.name
    assert case.holds_unsettled is (way != "confiscated")


def test_proc_35_a_case_is_not_closed_over_goods_that_are_at_the_laboratory(app, viewer):
    case = world.investigated(viewer)
    kept = a_list(case, viewer, made_on=clock.today())
    goods_actions.end_hold(kept, case, viewer("张执法"), "tested", clock.today(), "检测委托书〔2026〕2号")
    asked = {
        "asked": "terminate",
        "asked_ground": "dissolved",
        "asked_reason": "已注销。",
        "transfer_answer": "不移送，未达标准。",
    }
    take(CASE, case, "ask", viewer("张执法"), asked)
    take(CASE, case, "terminate", viewer("周副局"), {})
    take(CASE, case, "ask", viewer("张执法"), asked | {"asked": "close", "asked_ground": "terminated"})
    with pytest.raises(Refused, match="程序规定 35"):
        take(CASE, case, "close", viewer("陈局长"), {})
    goods_actions.end_hold(kept, case, viewer("张执法"), "released", clock.today(), "解除通知书〔2026〕1号")
    assert (kept.ended_way, kept.released_by) == ("tested", "解除通知书〔2026〕1号")
    take(CASE, case, "close", viewer("陈局长"), {})
    assert case.status == "closed"


def test_ael_25_a_list_entered_by_mistake_counts_for_nothing_and_the_unit_head_hears_of_it(app, viewer):
    with clock.standing_at(START + 3 * DAY):
        case = world.investigated(viewer)
        wrong = a_list(case, viewer, "measure")
        goods_actions.end_hold(wrong, case, viewer("张执法"), "mistake", SECOND, "同一批物品登记了两次")
        assert (amounts.amounts_of(case).business_fen, states(case, "seizure")) == (0, ["void"])
        a_list(case, viewer, "measure", made_on=FOURTH)
        assert (case.business_fen, states(case, "seizure")) == (3_000_000, ["running", "void"])
        with pytest.raises(Refused, match="没有正在"):
            goods_actions.release(wrong, case, viewer("张执法"), SECOND, "解除决定书")
    told = db.session.scalars(select(Notice).where(Notice.person_id == viewer("王科长").user_id)).all()
    assert any("误登" in one.title and "同一批物品登记了两次" in one.body for one in told)


def test_proc_33_37_ael_24_a_measure_and_a_registration_need_their_decision(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        for occasion in ("measure", "registration"):
            with pytest.raises(Refused, match="文号"):
                a_list(case, viewer, occasion, goes_with_no=" ")
        with pytest.raises(Refused, match="查封还是扣押"):
            a_list(case, viewer, "measure", measure_kind="")
        assert a_list(case, viewer, "measure", measure_kind="", goes_with="查封决定书").measure_kind == "seal"
        one = a_list(case, viewer, "measure", measure_kind="seal")
        assert (one.goes_with, one.measure_kind) == ("实施行政强制措施决定书", "seal")
        with pytest.raises(Refused, match="文号"):
            goods_actions.change_list(one, case, viewer("张执法"), {"goes_with_no": ""})
        goods_actions.change_list(one, case, viewer("张执法"), {"measure_kind": "seize"})
        assert one.measure_kind == "seize"


def test_proc_35_the_page_asks_how_and_leads_to_the_seizure(app, viewer, sign_in):
    case = world.investigated(viewer)
    kept = a_list(case, viewer, made_on=clock.today())
    db.session.commit()
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods"
    page = client.get(f"{url}/{kept.id}/release").get_data(as_text=True)
    for words in ("送交检测", "证据保全措施", "没收", "解除并退还", "误登", f"{url}/new?continues={kept.id}"):
        assert words in page, words
    today = clock.today().isoformat()
    assert client.post_form(f"{url}/{kept.id}/release", {"on": today, "paper": "委托书"}).status_code == 422
    sent = {"way": "tested", "on": today, "paper": "检测委托书〔2026〕2号"}
    assert client.post_form(f"{url}/{kept.id}/release", sent).status_code == 303
    assert "检测委托书〔2026〕2号" in client.get(f"{url}/{kept.id}").get_data(as_text=True)
    new = f"{url}/new?continues={kept.id}"
    assert "金额只计一次" in client.get(new).get_data(as_text=True)
    officers = [row.person_id for row in case.active_officers]
    given = {"occasion": "measure", "place": "店内", "made_on": today, "officer_ids": officers, "goes_with_no": "5号"}
    refused = client.post_form(new, given)
    assert (refused.status_code, "查封还是扣押" in refused.get_data(as_text=True)) == (422, True)
    assert client.post_form(new, given | {"measure_kind": "seal"}).status_code == 303
    db.session.expire_all()
    assert (kept.ended_way, db.session.get(GoodsList, kept.id + 1).measure_kind) == ("seized", "seal")


def test_ael_25_apl_42_a_day_is_not_corrected_to_before_the_clue_or_to_one_without_its_makers(app, viewer):
    case = world.investigated(viewer)
    one = a_list(case, viewer, made_on=clock.today(), officer_ids=[row.person_id for row in case.active_officers])
    with pytest.raises(Refused, match="当日不是本案"):
        goods_actions.correct_day(one, case, viewer("张执法"), dt.date(2016, 1, 4), "以决定书的日期为准")
    found = a_list(
        case, viewer, "found", made_on=clock.today(), officer_ids=[r.person_id for r in case.active_officers]
    )
    with pytest.raises(Refused, match="当日不是本案"):
        goods_actions.change_list(found, case, viewer("张执法"), {"made_on": dt.date(2016, 1, 4)})
    assert (one.clock_from, found.made_on) == (None, clock.today())


def test_proc_35_48_form_35_tells_how_each_hold_ended(app, viewer):
    with clock.standing_at(START + 9 * DAY):
        case = world.investigated(viewer)
        first, kept = a_list(case, viewer), a_list(case, viewer)
        goods_actions.make_list(case, viewer("张执法"), SEIZED, first)
        goods_actions.end_hold(kept, case, viewer("张执法"), "tested", FOURTH, "检测委托书〔2026〕2号")
        goods_actions.release(kept, case, viewer("张执法"), dt.date(2026, 11, 6), "解除通知书〔2026〕1号")
        told = papers.measures_text(case)
    assert "2026年11月4日改为查封、扣押" in told[0]
    assert "2026年11月4日送交检测、检验、检疫、鉴定（检测委托书〔2026〕2号）" in told[1]
    assert "2026年11月6日解除（解除通知书〔2026〕1号）" in told[1]
    assert "扣押" in told[2]
    assert "期限至2026年12月4日" in told[2]
