"""What the law asks of lists of goods: the day and the power of a seizure, open prices, form 24 (行政强制法, 程序规定 33–42)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from app.cases import amounts, goods_actions, goods_lines, missing, record_actions
from app.cases.goods import GoodsLine, GoodsList, total_quantity
from app.cases.models import Case
from app.cases.screening import latest
from app.cases.workflow import CASE
from app.core import clock, deadlines, history
from app.core.errors import Refused
from app.core.steps import take
from app.documents.models import Paper
from app.extensions import db
from app.law import queries as law
from app.notices.models import Notice
from app.people.models import Person
from tests.cases import world

NOON = dt.datetime(2026, 11, 30, 4, 0, tzinfo=dt.UTC)
THEN, TODAY = dt.date(2026, 11, 1), dt.date(2026, 11, 30)


def a_list(case: Case, viewer: Any, occasion: str = "measure", on: dt.date = THEN, **more: Any) -> GoodsList:
    return goods_actions.make_list(case, viewer("张执法"), {
        "occasion": occasion, "goes_with": "决定书", "measure_kind": "seize" if occasion == "measure" else "", "goes_with_no": "浉市监强制〔2026〕5号", "place": "店内", "made_on": on, **more,
    })  # fmt: skip


def lines(case: Case, viewer: Any, one: GoodsList, *typed: dict[str, str]) -> list[GoodsLine]:
    rows = []
    for line in typed:
        values, faults = goods_lines.clean({"name": "茶叶", "quantity": "10", **line})
        assert not faults, faults
        rows.append(values)
    return goods_actions.add_lines(one, case, viewer("张执法"), rows)


def there(case: Case) -> list[int]:
    return [row.person_id for row in case.active_officers]


def due(case: Case) -> dt.date | None:
    row = deadlines.running(case, "seizure")
    return clock.local(row.due_at).date() if row is not None else None


def told(name: str, viewer: Any) -> list[Notice]:
    found = select(Notice).where(Notice.person_id == viewer(name).user_id, Notice.key.contains("goods_day"))
    return list(db.session.scalars(found))


# --- the day of a seizure ------------------------------------------------------------------------------------------------


def test_ael_25_an_edit_of_the_head_moves_no_clock(app, viewer):
    with clock.standing_at(NOON):
        case = world.investigated(viewer, at=NOON - dt.timedelta(days=40))
        held = a_list(case, viewer)
        assert due(case) == dt.date(2026, 12, 1)
        for change in ({"made_on": TODAY}, {"occasion": "found"}):
            head = {"occasion": "measure", "made_on": THEN, "place": "店内", **change}
            with pytest.raises(Refused, match="不能"):
                goods_actions.change_list(held, case, viewer("张执法"), head)
        assert (due(case), held.occasion, held.made_on) == (dt.date(2026, 12, 1), "measure", THEN)
        goods_actions.change_list(held, case, viewer("张执法"), {"storage": "局仓库，保管人王某"})
        assert due(case) == dt.date(2026, 12, 1)
    db.session.commit()
    noted = next(h for h in history.of(case) if h.act == "change_goods_list")
    assert noted.facts == {"list": 1, "before": {"storage": ""}, "after": {"storage": "局仓库，保管人王某"}}


def test_ael_25_the_officer_corrects_the_day_and_the_clock_keeps_the_earlier_one(app, viewer):
    with clock.standing_at(NOON):
        case = world.investigated(viewer, at=NOON - dt.timedelta(days=40))
        held = a_list(case, viewer)
        with pytest.raises(Refused, match="理由"):
            goods_actions.correct_day(held, case, viewer("张执法"), dt.date(2026, 11, 5), " ")
        goods_actions.correct_day(held, case, viewer("张执法"), dt.date(2026, 11, 5), "决定书的日期是五日")
        assert (held.made_on, held.held_from, due(case)) == (dt.date(2026, 11, 5), THEN, dt.date(2026, 12, 1))
        assert [n.kind for n in told("王科长", viewer)] == ["news"]
        assert "11月1日" in told("王科长", viewer)[0].body
        goods_actions.correct_day(held, case, viewer("王科长"), dt.date(2026, 11, 5), "核对决定书原件，确为五日")
        assert (held.held_from, due(case)) == (dt.date(2026, 11, 5), dt.date(2026, 12, 5))
        goods_actions.correct_day(held, case, viewer("张执法"), dt.date(2026, 10, 31), "应以现场笔录为准")
        assert due(case) == dt.date(2026, 11, 30)
        with pytest.raises(Refused, match="没有变化"):
            goods_actions.correct_day(held, case, viewer("张执法"), dt.date(2026, 10, 31), "再次更正")
        with pytest.raises(Refused, match="晚于"):
            goods_actions.correct_day(held, case, viewer("张执法"), dt.date(2026, 12, 1), "明天的日期")
    db.session.commit()
    first = next(h for h in history.of(case) if h.act == "correct_goods_day")
    assert first.reason == "决定书的日期是五日"
    assert first.facts["before"]["made_on"] == "2026-11-01"
    assert first.facts["after"] == {"made_on": "2026-11-05", "counted_from": "2026-11-01"}


def test_ael_25_a_corrected_day_keeps_the_extension_of_the_same_seizure(app, viewer):
    with clock.standing_at(NOON - dt.timedelta(days=5)):
        case = world.investigated(viewer, at=NOON - dt.timedelta(days=40))
        held = a_list(case, viewer)
        take(
            CASE,
            case,
            "ask",
            viewer("张执法"),
            {"asked": "extend_measure", "asked_ground": "", "asked_reason": "案情复杂。"},
        )
        take(CASE, case, "extend_measure", viewer("周副局"), {})
        assert due(case) == dt.date(2026, 12, 31)
        goods_actions.correct_day(held, case, viewer("张执法"), dt.date(2026, 10, 31), "应以现场笔录为准")
        assert due(case) == dt.date(2026, 12, 30)
        assert len(deadlines.running(case, "seizure").extensions) == 1


def test_r41_a_printed_form_24_gets_its_next_version_with_the_day(app, viewer):
    with clock.standing_at(NOON):
        case = world.investigated(viewer, at=NOON - dt.timedelta(days=40))
        held = a_list(case, viewer)
        lines(case, viewer, held, {"price": "10"})
        record_actions.print_goods_list(held, case, viewer("张执法"))
        goods_actions.correct_day(held, case, viewer("张执法"), dt.date(2026, 11, 5), "决定书的日期是五日")
    new = db.session.scalars(select(Paper).where(Paper.kind == "goods_list", Paper.superseded_by_id.is_(None))).one()
    assert (new.version, new.facts["made_on"], "决定书的日期是五日" in new.note) == (2, "2026年11月5日", True)


def test_r35_the_page_to_correct_the_day_is_open_to_the_officers_and_their_unit_head(app, viewer, sign_in):
    case = world.investigated(viewer, at=clock.now() - dt.timedelta(days=3))
    held = a_list(case, viewer, on=clock.today() - dt.timedelta(days=2))
    db.session.commit()
    url = f"/cases/{case.id}/goods/{held.id}"
    assert "更正日期" in sign_in("张执法").get(url).get_data(as_text=True)
    assert sign_in("周副局").get(f"{url}/day").status_code == 403
    head = sign_in("王科长")
    assert "更正日期" in head.get(url).get_data(as_text=True)
    given = {"on": (clock.today() - dt.timedelta(days=1)).isoformat(), "reason": ""}
    refused = head.post_form(f"{url}/day", given)
    assert (refused.status_code, given["on"] in refused.get_data(as_text=True)) == (422, True)
    assert head.post_form(f"{url}/day", given | {"reason": "核对决定书原件"}).status_code == 303
    db.session.expire_all()
    assert held.made_on.isoformat() == given["on"]


# --- the power to seize --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "article"),
    [("patent_dispute", "专利法 69"), ("patent_marking", "专利法 69"), ("tm_passing", "行政强制法 17")],
)
def test_ael_17_pat_69_no_seizure_where_no_law_gives_the_power(app, viewer, key, article):
    case = world.investigated(viewer, cause=law.cause(key))
    with pytest.raises(Refused, match=article):
        a_list(case, viewer)
    kept = a_list(case, viewer, "registration")
    found = a_list(case, viewer, "found")
    with pytest.raises(Refused, match=article):
        goods_actions.change_list(found, case, viewer("张执法"), {"occasion": "measure"})
    assert (kept.occasion, found.occasion, due(case)) == ("registration", "found", None)


@pytest.mark.parametrize("key", ["confusion", "trade_secret"])
def test_aucl_16_a_seizure_names_the_approval_of_the_city_principal(app, viewer, key):
    case = world.investigated(viewer, cause=law.cause(key))
    with pytest.raises(Refused, match="反不正当竞争法 16"):
        a_list(case, viewer)
    with pytest.raises(Refused, match="批准的日期"):
        a_list(case, viewer, approval_no="信市监批〔2026〕3号")
    with pytest.raises(Refused, match="行政强制法 19"):
        a_list(case, viewer, approval_no="信市监批〔2026〕3号", approved_on=THEN + dt.timedelta(days=2))
    held = a_list(case, viewer, approval_no="信市监批〔2026〕3号", approved_on=THEN)
    assert (held.approval_no, held.approved_on) == ("信市监批〔2026〕3号", THEN)
    assert a_list(case, viewer, "registration").approval_no == ""


def test_aucl_16_the_refusal_stands_beside_its_field_and_keeps_what_was_typed(app, viewer, sign_in):
    case = world.investigated(viewer, cause=law.cause("confusion"))
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods/new"
    given = {
        "occasion": "measure",
        "measure_kind": "seize",
        "goes_with_no": "浉市监强制〔2026〕5号",
        "place": "店后仓库",
        "made_on": clock.today().isoformat(),
        "officer_ids": there(case),
    }
    page = client.post_form(url, given)
    assert page.status_code == 422
    assert "设区的市级以上机关主要负责人批准" in page.get_data(as_text=True)
    assert "店后仓库" in page.get_data(as_text=True)
    approved = {"approval_no": "信市监批〔2026〕3号", "approved_on": clock.today().isoformat()}
    assert client.post_form(url, given | approved).status_code == 303


# --- registered goods ----------------------------------------------------------------------------------------------------


def test_proc_35_registered_goods_are_given_back_with_form_20(app, viewer, sign_in):
    case = world.investigated(viewer)
    kept = a_list(case, viewer, "registration", clock.today())
    with pytest.raises(Refused, match="文号"):
        goods_actions.release(kept, case, viewer("张执法"), clock.today(), " ")
    db.session.commit()
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods/{kept.id}"
    assert "登记处理情况" in client.get(url).get_data(as_text=True)
    paper = "解除先行登记保存证据通知书（浉市监解登〔2026〕1号）"
    assert (
        client.post_form(
            f"{url}/release", {"way": "released", "on": clock.today().isoformat(), "paper": paper}
        ).status_code
        == 303
    )
    db.session.expire_all()
    assert (kept.released_on, kept.released_by) == (clock.today(), paper)
    noted = next(h for h in history.of(case) if h.act == "release_registration")
    assert "程序规定 35" in noted.law
    with pytest.raises(Refused, match="没有正在"):
        goods_actions.release(kept, case, viewer("张执法"), clock.today(), paper)


# --- prices --------------------------------------------------------------------------------------------------------------


def test_proc_33_37_a_price_may_be_open_and_the_sums_say_so(app, viewer):
    case = world.investigated(viewer)
    one = a_list(case, viewer, "found")
    lines(case, viewer, one, {"price": "10"}, {"price": ""})
    sold = a_list(case, viewer, "account")
    lines(case, viewer, sold, {"price": "", "sold": "已售", "purchase": "1"})
    found = amounts.amounts_of(case)
    assert (found.unsold_fen, found.sold_fen, found.business_fen) == (10000, 0, 10000)
    assert found.price_open == ("清单2第1行", "清单1第2行")
    assert (found.gain_fen, found.gain_open) == (None, ())
    texts = [g.text for g in missing.gaps(case, found, {"evidence": 1, "site": 1, "interview": 1}, latest(case))]
    assert any("清单1第2行" in text and "单价未查明" in text for text in texts)


def test_a_nought_is_no_price_and_a_later_kind_needs_no_reason_while_it_is_open():
    values, faults = goods_lines.clean({"name": "茶", "quantity": "1", "price": "0"})
    assert [f.field for f in faults] == ["price"]
    assert "请留空" in faults[0].text
    values, faults = goods_lines.clean({"name": "茶", "quantity": "1", "price": "", "price_kind": "标价"})
    assert (values["price_fen"], faults) == (None, [])
    rows, faults = goods_lines.pasted("名称\t数量\t单价\n茶\t3\t\n壶\t2\t5")
    assert ([row["price_fen"] for row in rows], faults) == ([None, 500], [])


def test_adr_0008_an_amount_with_open_prices_is_never_below(app, viewer):
    case = world.investigated(viewer)
    one = a_list(case, viewer, "found")
    lines(case, viewer, one, {"price": "10"})
    assert case.standing == "below"
    made = lines(case, viewer, one, {"price": ""})
    assert case.standing == "suspicion"
    prompts = [p for p in latest(case).prompts if p["kind"] == "unpriced"]
    assert prompts
    assert all("清单1第2行" in "".join(p["missing"]) for p in prompts)
    values, _faults = goods_lines.clean({"name": "茶叶", "quantity": "10", "price": "20"})
    goods_actions.change_line(made[0], case, viewer("张执法"), values)
    assert case.standing == "below"


def test_form_24_prints_what_is_open_and_what_a_tool_is_worth(app, viewer):
    case = world.investigated(viewer)
    one = a_list(case, viewer, storage="局仓库，保管人王某")
    lines(case, viewer, one, {"price": "10", "quantity": "3", "unit": "盒"}, {"name": "纸箱", "price": "", "unit": "个"},
          {"name": "封口机", "price": "300", "quantity": "1", "unit": "台", "nature": "工具"})  # fmt: skip
    facts = record_actions.print_goods_list(one, case, viewer("张执法")).facts
    assert [line["item_no"] for line in facts["lines"]] == ["1-1", "1-2", "1-3"]
    assert [(line["price_fen"], line["value_fen"]) for line in facts["lines"]] == [
        (1000, 3000),
        (None, None),
        (30000, 30000),
    ]
    assert (facts["total_fen"], case.business_fen) == (33000, 3000)
    assert facts["total_quantity"] == "侵权商品3盒、10个；工具、设备、原材料1台"
    assert (facts["title"], facts["made_on"], facts["storage"]) == ("财物清单", "2026年11月1日", "局仓库，保管人王某")


def test_a_total_is_given_for_each_unit():
    made = [
        GoodsLine(nature="goods", unit=unit, quantity_milli=n)
        for unit, n in (("盒", 1_280_000), ("千克", 1500), ("盒", 1000))
    ]
    assert total_quantity(made) == "1,281盒、1.5千克"
    assert total_quantity([]) == ""


def test_what_is_counted_comes_in_whole_pieces():
    _values, faults = goods_lines.clean({"name": "茶", "quantity": "0.5", "price": "1"})
    assert [f.field for f in faults] == ["quantity"]
    assert goods_lines.clean({"name": "茶", "quantity": "0.5", "price": "1", "unit": "千克"})[1] == []


@pytest.mark.parametrize(
    ("kind", "cited"), [("trademark", "商标法实施条例 78"), ("copyright", "法释〔2025〕5号 28"), ("special_sign", "")]
)
def test_r31_the_order_of_prices_is_cited_from_the_law_of_the_right(kind, cited):
    typed = {"name": "茶", "quantity": "1", "price": "1", "price_kind": "标价"}
    _values, faults = goods_lines.clean(typed, sheet=goods_lines.Sheet(right_kind=kind))
    assert [f.field for f in faults] == ["price_reason"]
    assert cited in faults[0].text
    assert cited == "商标法实施条例 78" or "商标法" not in faults[0].text


@pytest.mark.parametrize("occasion", ["registration", "measure", "extract"])
def test_ael_24_nothing_sold_stands_on_a_list_of_what_is_held(app, viewer, sign_in, occasion):
    case = world.investigated(viewer)
    one = a_list(case, viewer, occasion)
    values, _faults = goods_lines.clean({"name": "茶", "quantity": "1", "price": "1", "sold": "已售"})
    with pytest.raises(Refused, match="账册"):
        goods_actions.add_lines(one, case, viewer("张执法"), [values])
    kept = lines(case, viewer, one, {"price": "1"})
    with pytest.raises(Refused, match="账册"):
        goods_actions.change_line(kept[0], case, viewer("张执法"), values)
    seen = a_list(case, viewer, "found")
    goods_actions.add_lines(seen, case, viewer("张执法"), [values])
    with pytest.raises(Refused, match="账册"):
        goods_actions.change_list(seen, case, viewer("张执法"), {"occasion": occasion})
    db.session.commit()
    url = f"/cases/{case.id}/goods/{one.id}"
    page = sign_in("张执法").post_form(
        f"{url}/paste", {"rows": "名称\t数量\t单价\t已售\n茶\t1\t1\t未售\n壶\t1\t1\t已售"}, page=url
    )
    assert (page.status_code, "第 3 行" in page.get_data(as_text=True)) == (422, True)


def test_proc_33_a_list_keeps_the_officers_who_made_it(app, viewer):
    case = world.investigated(viewer)
    one = a_list(case, viewer, on=clock.today())
    lines(case, viewer, one, {"price": "1"})
    others = [viewer("李执法").user_id, viewer("王科长").user_id]
    take(CASE, case, "change_officers", viewer("王科长"), {"officer_ids": others, "no_recusal": True, "reason": "调岗"})
    facts = record_actions.print_goods_list(one, case, viewer("李执法")).facts
    assert [officer["name"] for officer in facts["officers"]] == ["张执法", "李执法"]


def three(viewer: Any) -> Case:
    """A case of three officers."""
    case = world.investigated(viewer)
    ids = [viewer(name).user_id for name in ("张执法", "李执法", "王科长")]
    take(
        CASE, case, "change_officers", viewer("王科长"), {"officer_ids": ids, "no_recusal": True, "reason": "增加人手"}
    )
    db.session.commit()
    return case


def test_proc_23_33_a_list_names_those_who_were_there(app, viewer, sign_in):
    case = three(viewer)
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods/new"
    a, b, c = there(case)
    chosen = client.get(url).get_data(as_text=True)
    assert chosen.count("checked") >= 3, "all who are in charge, until somebody says otherwise"
    given = {"occasion": "found", "place": "店后仓库", "made_on": clock.today().isoformat()}
    assert client.post_form(url, {**given, "officer_ids": [a, c]}).status_code == 303
    one = db.session.scalars(select(GoodsList)).one()
    assert [maker["person_id"] for maker in one.makers] == [a, c]
    assert {"name", "certificate", "person_id"} == set(one.makers[0])
    head = f"/cases/{case.id}/goods/{one.id}/head"
    assert client.post_form(head, {**given, "officer_ids": [a, b]}).status_code == 303
    assert [maker["person_id"] for maker in one.makers] == [a, b]
    facts = next(h for h in history.of(case)[::-1] if h.act == "change_goods_list").facts
    assert [maker["person_id"] for maker in facts["before"]["makers"]] == [a, c]


def test_apl42_one_officer_makes_no_list(app, viewer, sign_in):
    case = three(viewer)
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods/new"
    given = {"occasion": "found", "place": "店后仓库", "made_on": clock.today().isoformat()}
    for ids in ([], there(case)[:1]):
        answer = client.post_form(url, {**given, "officer_ids": ids})
        assert answer.status_code == 422
        assert "店后仓库" in answer.get_data(as_text=True)
    with pytest.raises(Refused, match="不得少于两人"):
        a_list(case, viewer, "found", clock.today(), officer_ids=there(case)[:1])


def test_proc_33_who_was_not_in_charge_that_day_makes_no_list(app, viewer, sign_in):
    case = three(viewer)
    db.session.get_one(Person, viewer("李执法").user_id).certificate_until = clock.today() - dt.timedelta(days=1)
    db.session.commit()
    answer = sign_in("张执法").post_form(
        f"/cases/{case.id}/goods/new",
        {"occasion": "found", "place": "店后仓库", "made_on": clock.today().isoformat(), "officer_ids": there(case)},
    )
    assert answer.status_code == 422
    assert "执法证不在有效期内" in answer.get_data(as_text=True)
    with pytest.raises(Refused, match="当日不是本案"):
        a_list(case, viewer, "found", clock.today() - dt.timedelta(days=30), officer_ids=there(case))
