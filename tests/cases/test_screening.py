"""The screen runs on every change, every run stays, and no run closes the way to the police."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from app.cases import actions, goods_actions, goods_lines, missing, queries, screening_actions
from app.cases.screening import CrimeScreening, latest
from app.cases.workflow import CASE
from app.core import clock
from app.core.errors import Refused
from app.core.steps import take
from app.extensions import db
from app.law import queries as law
from tests.cases import world

SELL = {
    "crimes": ["sell_counterfeit_mark_goods"],
    "knowledge": True,
    "knowledge_ground": "abnormal_price",
    "priors_checked": True,
    "priors": [],
}


@pytest.fixture
def case(app, viewer):
    found = world.investigated(viewer, act_from=dt.date(2026, 1, 5), act_to=dt.date(2026, 10, 1))
    screening_actions.declare(found, viewer("张执法"), dict(SELL))
    return found


def runs(case) -> int:
    return (
        db.session.scalar(select(func.count()).select_from(CrimeScreening).where(CrimeScreening.case_id == case.id))
        or 0
    )


def test_adr_0008_goods_or_services_is_open_until_a_list_or_an_officer_says_it(app, viewer):
    """法释〔2025〕5号: services have rules of their own; a case of services is not called one of goods."""
    case, who = world.investigated(viewer), viewer("张执法")
    services = {
        "crimes": ["counterfeit_registered_mark"],
        "flags": {"identical_mark": True},
        "counts": {"illegal_gains.services": 10_000_000},
    }
    screening_actions.declare(case, who, services)
    assert (screening_actions.peek(case).objects, latest(case).inputs["objects"]) == ([], None)
    assert case.standing == "suspicion", "the sum is reached, what it is has not been found"
    assert any("涉案对象" in text for p in latest(case).prompts for text in p["missing"])
    screening_actions.declare(case, who, {"objects": ["services"]})
    assert (latest(case).inputs["objects"], case.standing) == (["services"], "over")
    screening_actions.declare(case, who, {"objects": []})
    world.with_lines(case, who, {"quantity": "1", "price": "10"})
    assert latest(case).inputs["objects"] == ["goods"], "a line of goods shows it"


def test_every_change_of_a_measure_runs_again_and_all_runs_are_kept(case, viewer):
    who = viewer("张执法")
    assert runs(case) == 1
    one = world.with_lines(case, who, {"quantity": "100", "price": "10"})
    assert runs(case) == 2
    values, _faults = goods_lines.clean({"name": "茶叶", "quantity": "200", "price": "10"})
    goods_actions.change_line(one.lines[0], case, who, values)
    assert runs(case) == 3
    goods_actions.remove_line(one.lines[0], case, who, "误登")
    assert runs(case) == 4
    actions.edit_facts(case, who, {"facts": "x", "act_place": "", "act_from": None, "act_to": dt.date(2026, 11, 1)})
    assert runs(case) == 5
    screening_actions.declare(case, who, {"knowledge": False})
    assert runs(case) == 6
    assert [run.n for run in queries.runs_of(case)] == [6, 5, 4, 3, 2, 1]
    assert [run.inputs["measures"].get("goods_value_unsold", {}).get("value") for run in queries.runs_of(case)][::-1] == [
        None, 100_000, 200_000, None, None, None]  # fmt: skip


def test_what_the_engine_does_not_read_makes_no_run(case, viewer):
    before = runs(case)
    actions.edit_facts(
        case,
        viewer("张执法"),
        {"facts": "只改了文字", "act_place": "", "act_from": case.act_from, "act_to": case.act_to},
    )
    assert runs(case) == before


@pytest.mark.parametrize(("price", "hit"), [("149999", False), ("150000", True)])
def test_a10_1_stock_of_fake_tea_at_the_line(case, viewer, price, hit):
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": price})
    assert [h["rule_id"] for h in latest(case).hits] == (["214.serious.unsold.goods_value"] if hit else [])


def test_a10_1_an_earlier_punishment_lowers_the_line(case, viewer):
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "90000"})
    assert latest(case).hits == []
    decided = dt.date(2025, 3, 1)
    prior = {
        "kind": "administrative",
        "article": "214",
        "decided_on": decided.isoformat(),
        "decision_no": "浉市监处罚〔2025〕9号",
    }
    screening_actions.declare(case, viewer("张执法"), {"priors": [prior]})
    assert len(latest(case).hits) == 1


def test_a10_2_sold_and_stock_together(case, viewer):
    world.with_lines(
        case,
        viewer("张执法"),
        {"quantity": "1", "price": "49000", "sold": "已售"},
        {"quantity": "1", "price": "101000"},
    )
    found = latest(case)
    assert found.standing == "over"
    assert {h["measure"] for h in found.hits} == {"sales_amount_plus_goods_value"}
    assert set(found.hits[0]["lines"]) == {"清单1第1行", "清单1第2行"}


def test_a10_3_labels_of_two_sources(case, viewer):
    screening_actions.declare(case, viewer("张执法"), {"crimes": ["illegal_mark_labels"]})
    world.with_lines(case, viewer("张执法"), {"quantity": "2500", "price": "0.01", "nature": "标识", "mark_source": "甲厂"},
                     {"quantity": "2500", "price": "0.01", "nature": "标识", "mark_source": "甲厂"})  # fmt: skip
    assert latest(case).hits == []
    one = queries.lists_of(case)[0]
    values, _faults = goods_lines.clean(
        {"name": "茶叶", "quantity": "2500", "price": "0.01", "nature": "标识", "mark_source": "乙厂"}
    )
    goods_actions.change_line(one.lines[1], case, viewer("张执法"), values)
    assert {h["measure"] for h in latest(case).hits} == {"label_count"}


def test_a10_5_310_3_2_reasonable_suspicion_needs_no_amount(case, viewer):
    assert latest(case).standing == "below"
    screening_actions.declare(
        case, viewer("张执法"), {"suspicion_facts": "买家聊天显示有批发网络", "police_measures": "调取资金流水"}
    )
    found = latest(case)
    assert (found.standing, found.grounds, found.hits) == ("suspicion", ["reasonable_suspicion"], [])


def test_r32_no_hit_never_closes_the_way_to_the_police(case, viewer, sign_in):
    db.session.commit()
    assert latest(case).standing == "below"
    client = sign_in("张执法")
    for url in (f"/cases/{case.id}", f"/cases/{case.id}/screening"):
        assert f"/transfers/new/{case.id}" in client.get(url).get_data(as_text=True)
    assert client.get(f"/transfers/new/{case.id}").status_code == 200


def test_an_unknown_finding_is_asked_for_and_not_taken_for_no(case, viewer):
    screening_actions.declare(case, viewer("张执法"), {"knowledge": None})
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "60000", "sold": "已售"})
    found = latest(case)
    assert found.standing == "suspicion"
    assert found.hits == []
    texts = [
        gap.text
        for gap in missing.gaps(case, actions.amounts_of(case), {"evidence": 1, "site": 1, "interview": 1}, found)
    ]
    assert any("明知" in text for text in texts)


def similar(viewer):
    """A case of a similar mark (商标法 57(2)) with goods far over the line of 刑法 214."""
    found = world.filed(
        viewer, officers=(viewer("张执法"), viewer("李执法")), cause=law.cause("tm_similar"), commit=False
    )
    take(CASE, found, "appoint", viewer("王科长"),
         {"officer_ids": [viewer("张执法").user_id, viewer("李执法").user_id], "no_recusal": True})  # fmt: skip
    screening_actions.declare(found, viewer("张执法"), {"knowledge": True, "priors_checked": True, "priors": []})
    world.with_lines(found, viewer("张执法"), {"quantity": "1", "price": "1870000", "sold": "已售"})
    return found


def test_r33_tml_57_2_a_similar_mark_over_the_line_is_no_hit_and_asks_for_a_reasoned_answer(app, viewer):
    """The case of 闵行 2017: 1.87 million under 57(2), fined, not transferred."""
    case = similar(viewer)
    found = latest(case)
    assert (found.standing, found.hits) == ("suspicion", [])
    assert {f["kind"] for f in found.questions} >= {"similar_mark_open"}
    screening_actions.declare(case, viewer("张执法"), {"similar_reasons": "字形不同，视觉上有明显差别。"})
    found = latest(case)
    assert found.standing == "below"
    assert any("字形不同" in f["text"] for f in found.questions)


def test_r33_crim_213_214_the_identical_mark_on_the_same_goods_is_a_hit(app, viewer):
    case = similar(viewer)
    screening_actions.declare(case, viewer("张执法"), {"flags": {"identical_mark": True}})
    found = latest(case)
    assert found.standing == "over"
    assert not {f["kind"] for f in found.questions} & {"similar_mark", "similar_mark_open"}


def of_cause(viewer, key, kind="trademark", **declared):
    """A case of that cause with sales of 500 000 yuan."""
    found = world.investigated(viewer, cause=law.cause(key), right=world.right(kind=kind))
    screening_actions.declare(
        found, viewer("张执法"), {"knowledge": True, "priors_checked": True, "priors": [], **declared}
    )
    world.with_lines(found, viewer("张执法"), {"quantity": "1", "price": "500000", "sold": "已售"})
    return found


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("patent_marking", "patent"),
        ("tm_passing", "trademark"),
        ("confusion", "trademark"),
        ("gi_product", "gi"),
        ("tm_well_known_ad", "trademark"),
    ],
)
def test_r33_a_cause_without_a_crime_suggests_none_and_is_a_question(app, viewer, key, kind):
    case = of_cause(viewer, key, kind)
    found = latest(case)
    assert screening_actions.peek(case).crimes == []
    assert (found.standing, found.hits) == ("suspicion", [])
    assert {q["kind"] for q in found.questions} >= {"no_crime_open"}
    screening_actions.declare(case, viewer("张执法"), {"similar_reasons": "该行为没有对应的罪名。"})
    found = latest(case)
    assert found.standing == "below"
    assert any("该行为没有对应的罪名" in q["text"] for q in found.questions)


def test_crim_214_a_ticked_crime_is_over_only_when_the_mark_was_found_identical(app, viewer):
    """商标法 57(3) is the sale of what infringes, also of a similar mark: the cause does not say which."""
    case = of_cause(viewer, "tm_sell")
    found = latest(case)
    assert (found.standing, found.hits) == ("suspicion", [])
    counts = {"evidence": 1, "site": 1, "interview": 1}
    assert any("相同" in gap.text for gap in missing.gaps(case, actions.amounts_of(case), counts, found))
    screening_actions.declare(case, viewer("张执法"), {"flags": {"identical_mark": True}})
    assert latest(case).standing == "over"
    screening_actions.declare(case, viewer("张执法"), {"flags": {"identical_mark": False}})
    assert {q["kind"] for q in latest(case).questions} >= {"similar_mark_open"}


def test_tml_57_1_the_cause_itself_says_that_the_mark_is_identical(app, viewer):
    assert latest(of_cause(viewer, "tm_identical")).standing == "over"


def test_r33_a_crime_that_is_unticked_is_not_forgotten(app, viewer):
    case = of_cause(viewer, "tm_identical")
    screening_actions.declare(case, viewer("张执法"), {"crimes": []})
    found = latest(case)
    assert found.standing == "suspicion"
    assert {q["kind"] for q in found.questions} >= {"no_crime_open"}


def test_r32_order310_3_2_a_report_under_suspicion_says_whether_it_is_transferred_and_why(app, viewer):
    case = of_cause(viewer, "tm_identical")
    screening_actions.declare(case, viewer("张执法"), {"crimes": []})
    world.proven(case, viewer("张执法"))
    assert case.standing == "suspicion"
    given = {"nature": "侵犯注册商标专用权。", "proposal": "罚款。"}
    with pytest.raises(Refused, match="有嫌疑"):
        take(CASE, case, "report", viewer("张执法"), given)
    take(CASE, case, "report", viewer("张执法"), {**given, "transfer_check": "不移送，理由：证据不足。"})


def test_r33_order310_11_a_report_over_the_line_says_whether_it_is_transferred_and_why(case, viewer):
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "60000", "sold": "已售"})
    world.proven(case, viewer("张执法"))
    given = {"nature": "侵犯注册商标专用权。", "proposal": "罚款。"}
    with pytest.raises(Refused, match="国务院令310号 3"):
        take(CASE, case, "report", viewer("张执法"), given)
    take(CASE, case, "report", viewer("张执法"), {**given, "transfer_check": "达到追诉标准，同时移送公安机关。"})


def test_rules_and_events_that_disagree_are_flagged_not_refused(case, viewer):
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "60000", "sold": "已售"})
    assert any("尚未移送" in text for text in missing.flags(case, latest(case), transferred=False))
    assert missing.flags(case, latest(case), transferred=True) == []
    case.remarks = [{"text": "来源载明未移送"}]
    assert "来源载明未移送" in missing.flags(case, latest(case), transferred=True)


@pytest.mark.parametrize(
    ("found_on", "years", "late"),
    [
        (dt.date(2026, 10, 1), 2, False),  # found in time, filed later
        (dt.date(2026, 10, 2), 2, True),
        (dt.date(2029, 10, 1), 5, False),  # five years, chosen with reasons on form 7
        (dt.date(2029, 10, 2), 5, True),
    ],
)
def test_apl_36_the_limit_runs_to_the_finding_and_over_the_years_that_were_chosen(app, found_on, years, late):
    clue = SimpleNamespace(found_on=found_on, limitation_years=years)
    filed_on = found_on + dt.timedelta(days=20)
    case = SimpleNamespace(
        remarks=[], act_to=dt.date(2024, 10, 1), filed_on=filed_on, links=[SimpleNamespace(clue=clue)]
    )
    assert any("处罚时效" in text for text in missing.flags(case, None, transferred=False)) == late


def test_a_run_names_the_version_of_the_rules_and_who_changed_what(case, viewer):
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "1"})
    found = latest(case)
    assert found.versions == ["法释〔2025〕5号"]
    assert found.by.name == "张执法"
    assert "清单1" in found.cause
    assert found.inputs["screened_on"] == clock.today().isoformat()


def test_gain_is_unknown_until_every_purchase_price_is_there(case, viewer):
    who = viewer("张执法")
    one = world.with_lines(case, who, {"quantity": "10", "price": "100", "sold": "已售"})
    assert "illegal_gains" not in latest(case).inputs["measures"]
    values, _faults = goods_lines.clean(
        {"name": "茶叶", "quantity": "10", "price": "100", "sold": "已售", "purchase": "40"}
    )
    goods_actions.change_line(one.lines[0], case, who, values)
    assert latest(case).inputs["measures"]["illegal_gains"]["value"] == 60_000


def test_the_sheet_shows_rule_figure_line_and_article(case, viewer, sign_in):
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "150000"})
    page = sign_in("张执法").get(f"/cases/{case.id}/screening").get_data(as_text=True)
    for shown in ("150,000.00", "清单1第1行", "goods_value", "立案标准", "国务院令310号 3(1)", "国务院令310号 3(2)"):
        assert shown in page


def test_findings_through_the_page_and_a_stale_page(case, viewer, sign_in):
    db.session.commit()
    client, url = sign_in("张执法"), f"/cases/{case.id}/findings"
    seen = client.hidden(url)
    data = {**seen, "crimes": ["sell_counterfeit_mark_goods"], "objects": ["goods"], "knowledge": "no", "click_count": "12",
            "priors-0-kind": "criminal", "priors-0-article": "214", "priors-0-decided_on": "2025-12-01"}  # fmt: skip
    assert client.post(url, data=data).status_code == 303
    db.session.expire_all()
    found = screening_actions.peek(case)
    assert (found.knowledge, found.counts, found.priors[0]["decided_on"]) == (False, {"click_count": 12}, "2025-12-01")
    late = client.post(url, data={**data, "knowledge": "yes"})
    assert late.status_code == 409
    assert "他人已先办理" in late.get_data(as_text=True)
    assert "他人已更改，现为“否”" in late.get_data(as_text=True)
    half = client.post_form(url, {**{k: v for k, v in data.items() if k not in seen}, "suspicion_facts": "只有一半"})
    assert half.status_code == 422
    assert "只有一半" in half.get_data(as_text=True)


def label_crimes(case, viewer, *crimes):
    screening_actions.declare(case, viewer("张执法"), {"crimes": list(crimes), "roles": []})


def test_crim_215_value_of_goods_is_no_value_of_labels(case, viewer):
    label_crimes(case, viewer, "sell_counterfeit_mark_goods", "illegal_mark_labels")
    world.with_lines(case, viewer("张执法"), {"name": "礼盒", "quantity": "100", "price": "1200"},
                     {"name": "标签", "nature": "标识", "quantity": "100", "price": "0.50"})  # fmt: skip
    assert [h["rule_id"] for h in latest(case).hits] == []
    assert not [p for p in latest(case).prompts if p["crime"] == "illegal_mark_labels"]


def test_crim_214_value_of_labels_does_not_fill_up_the_goods(case, viewer):
    label_crimes(case, viewer, "counterfeit_registered_mark", "sell_counterfeit_mark_goods", "illegal_mark_labels")
    world.with_lines(case, viewer("张执法"), {"name": "礼盒", "quantity": "1", "price": "49000", "sold": "已售"},
                     {"name": "标签", "nature": "标识", "quantity": "1", "price": "150000"})  # fmt: skip
    hits = {h["rule_id"]: h for h in latest(case).hits}
    assert set(hits) == {"215.serious.base.business_amount", "215.especially_serious.base.business_amount"}
    assert hits["215.serious.base.business_amount"]["lines"] == ["清单1第2行"]


def test_crim_215_a_ticked_crime_without_its_lines_is_asked_about(case, viewer):
    label_crimes(case, viewer, "illegal_mark_labels")
    world.with_lines(case, viewer("张执法"), {"name": "标签误登为商品", "quantity": "1", "price": "90000"})
    found = latest(case)
    assert found.hits == []
    assert [q["kind"] for q in found.questions] == ["no_lines"]
    assert "类别" in found.questions[0]["text"]


def test_crim_218_copies_entered_as_goods_still_count(case, viewer):
    declared = {"crimes": ["sell_infringing_copies"], "knowledge": True, "purpose": True}
    screening_actions.declare(case, viewer("张执法"), declared)
    world.with_lines(case, viewer("张执法"), {"name": "盗版书", "quantity": "1", "price": "100000", "sold": "已售"})
    assert "218.serious.sales_amount" in {h["rule_id"] for h in latest(case).hits}


def test_interp_7_a_line_without_its_source_leaves_the_number_of_sources_open(case, viewer):
    label_crimes(case, viewer, "counterfeit_registered_mark")
    world.with_lines(case, viewer("张执法"), {"name": "甲", "mark_source": "甲厂", "quantity": "1", "price": "20000"},
                     {"name": "乙", "quantity": "1", "price": "15000"})  # fmt: skip
    run = latest(case)
    assert run.inputs["mark_sources"] is None
    assert "213.serious.goods.two_marks.business_amount" in {p["rule_id"] for p in run.prompts if p["kind"] == "open"}


def test_interp_7_a_source_of_labels_is_no_second_source_of_the_goods(case, viewer):
    label_crimes(case, viewer, "counterfeit_registered_mark", "illegal_mark_labels")
    world.with_lines(case, viewer("张执法"), {"name": "礼盒", "mark_source": "甲厂", "quantity": "1", "price": "30000"},
                     {"name": "标签", "nature": "标识", "mark_source": "乙厂", "quantity": "10", "price": "1"})  # fmt: skip
    assert latest(case).hits == []
