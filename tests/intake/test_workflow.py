"""The procedure of a clue: 市场监督管理行政处罚程序规定 18, 19, 20."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from app.core import clock, history
from app.core.errors import Forbidden, Refused, Stale
from app.documents.models import Paper
from app.extensions import db
from app.intake.words import CONDITIONS, NOT_FILED_GROUNDS, limitation_ends
from app.intake.workflow import CLUE
from app.people.models import Person
from tests.intake.conftest import ALL


def test_the_table_has_no_faults():
    assert CLUE.faults() == []


def test_a_registered_clue_has_number_history_form_1_and_a_running_deadline(log):
    clue = log()
    assert clue.number.startswith("浉市监线〔")
    assert clue.number.endswith("〕1号")
    assert clue.status == "received"
    assert [h.act for h in history.of(clue)] == ["begin"]
    assert [d.term for d in clue.deadlines] == ["clue_verify"]
    papers = db.session.scalars(select(Paper).where(Paper.subject_type == "clue", Paper.subject_id == clue.id)).all()
    assert [p.kind for p in papers] == ["clue_registration"]
    assert log().number.endswith("〕2号")


def test_proc_19_filing_takes_officer_unit_head_and_head(verifying, act, filing):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    assert clue.status == "filing_proposed"
    act(clue, "endorse_filing", "王科长", endorsement="同意立案。")
    taken = act(clue, "approve_filing", "周副局", decision_note="批准。")
    assert clue.status == "filed"
    assert taken.subject.proposed_officer_ids == filing["proposed_officer_ids"]
    assert [d.state for d in clue.deadlines] == ["met"]
    assert clue.decided_by.name == "周副局"


def test_proc_19_the_principal_head_may_file_too(verifying, act, filing):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    act(clue, "endorse_filing", "王科长")
    act(clue, "approve_filing", "陈局长")
    assert clue.status == "filed"


@pytest.mark.parametrize("missing", list(CONDITIONS))
def test_proc_19_each_of_the_four_conditions_must_be_ticked(verifying, act, filing, missing):
    clue = verifying()
    with pytest.raises(Refused, match="四项条件") as refused:
        act(clue, "propose_filing", "张执法", **{**filing, "conditions": [c for c in ALL if c != missing]})
    assert refused.value.status == 422
    assert clue.status == "verifying"


def test_proc_19_a_party_must_be_known(log, act, officers, filing):
    clue = log()
    act(clue, "assign", "王科长", officer_ids=officers)
    with pytest.raises(Refused, match="尚未确定当事人"):
        act(clue, "propose_filing", "张执法", **filing)


@pytest.mark.parametrize("n", [0, 1])
def test_apl_42_fewer_than_two_officers_are_refused(verifying, act, filing, officers, n):
    clue = verifying()
    with pytest.raises(Refused, match="执法人员不得少于两人") as refused:
        act(clue, "propose_filing", "张执法", **{**filing, "proposed_officer_ids": officers[:n]})
    assert refused.value.status == 422


def test_apl_42_one_officer_named_twice_is_one(verifying, act, filing, officers):
    clue = verifying()
    with pytest.raises(Refused, match="执法人员不得少于两人"):
        act(clue, "propose_filing", "张执法", **{**filing, "proposed_officer_ids": [officers[0], officers[0]]})


def test_proc_19_the_unit_head_cannot_endorse_with_one_officer(verifying, act, filing, officers):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    with pytest.raises(Refused, match="执法人员不得少于两人"):
        act(clue, "endorse_filing", "王科长", proposed_officer_ids=officers[:1])


def test_r05_a_certificate_that_ends_before_the_decision_stops_the_filing(verifying, act, filing, officers):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    act(clue, "endorse_filing", "王科长")
    db.session.get(Person, officers[1]).certificate_until = clock.today() - dt.timedelta(days=1)
    db.session.commit()
    with pytest.raises(Refused, match="执法证失效"):
        act(clue, "approve_filing", "周副局")
    assert CLUE.shut_to(clue, _viewer("周副局"))  # the page says why
    act(clue, "send_back_to_unit", "周副局", reason="李执法的执法证已到期，另行指定")
    assert clue.status == "verifying"


def test_r05_a_foreign_officer_cannot_be_named(verifying, act, filing, officers, person):
    clue = verifying()
    with pytest.raises(Refused, match="不是本机关办案人员"):
        act(
            clue, "propose_filing", "张执法", **{**filing, "proposed_officer_ids": [officers[0], person("外县老周").id]}
        )


def test_apl_36_an_act_out_of_time_cannot_be_filed(verifying, act, filing):
    clue = verifying()
    ended = clock.today() - dt.timedelta(days=366 * 3)
    with pytest.raises(Refused, match="处罚时效"):
        act(clue, "propose_filing", "张执法", **{**filing, "act_ended_on": ended})
    five = {**filing, "act_ended_on": ended, "limitation_years": 5}
    with pytest.raises(Refused, match="五年时效"):
        act(clue, "propose_filing", "张执法", **five, limitation_reason=" ")
    act(clue, "propose_filing", "张执法", **five, limitation_reason="茶叶中检出禁用农药，已有人中毒。")
    assert (clue.status, clue.limitation_reason) == ("filing_proposed", "茶叶中检出禁用农药，已有人中毒。")


def test_apl_36_an_act_that_goes_on_has_no_limit_yet_but_an_undated_one_must_be_dated(verifying, act, filing):
    clue = verifying()
    with pytest.raises(Refused, match="违法行为终了日期"):
        act(clue, "propose_filing", "张执法", **{**filing, "act_ended_on": None})
    act(clue, "propose_filing", "张执法", **{**filing, "act_ended_on": None, "act_continues": True})
    assert clue.limitation_until is None


def test_apl_36_counts_whole_years():
    assert limitation_ends(dt.date(2024, 11, 23), 2) == dt.date(2026, 11, 23)
    assert limitation_ends(dt.date(2024, 2, 29), 2) == dt.date(2026, 2, 28)


def test_proc_20_not_filing_needs_its_ground_and_goes_the_same_way(verifying, act):
    clue = verifying()
    given = {"verified_facts": "商品已下架并退货。", "reason": "首次发现，当场改正。"}
    with pytest.raises(Refused, match="不予立案的理由"):
        act(clue, "propose_not_filing", "张执法", **given)
    act(clue, "propose_not_filing", "张执法", not_filed_ground="minor", **given)
    act(clue, "endorse_not_filing", "王科长")
    act(clue, "approve_not_filing", "周副局")
    assert clue.status == "not_filed"
    paper = db.session.scalars(select(Paper).where(Paper.subject_type == "clue", Paper.kind == "filing_approval")).one()
    assert paper.facts["title"] == "不予立案审批表"
    assert NOT_FILED_GROUNDS["minor"][0] in paper.facts["ground"]
    assert paper.facts["ground_law"] == "《市场监督管理行政处罚程序规定》第二十条第（一）项"


def test_k10_the_head_reopens_with_a_reason_and_the_clock_starts_anew(verifying, act):
    clue = verifying()
    act(clue, "propose_not_filing", "张执法", verified_facts="x", reason="y", not_filed_ground="not_proved")
    act(clue, "endorse_not_filing", "王科长")
    act(clue, "approve_not_filing", "周副局")
    with pytest.raises(Refused, match="理由"):
        act(clue, "reopen", "周副局", verify_from=clock.now(), reason=" ")
    act(clue, "reopen", "周副局", verify_from=clock.now(), reason="举报人提交了新的购买凭证")
    assert clue.status == "verifying"
    assert [d.state for d in clue.deadlines] == ["met", "running"]


def test_separation_who_proposes_does_not_endorse_or_decide(verifying, act, filing, viewer):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    clue.proposed_by_id = viewer("王科长").user_id
    db.session.commit()
    with pytest.raises(Forbidden, match="自己的建议"):
        act(clue, "endorse_filing", "王科长")
    clue.proposed_by_id = viewer("张执法").user_id
    db.session.commit()
    act(clue, "endorse_filing", "王科长")
    clue.endorsed_by_id = viewer("周副局").user_id
    db.session.commit()
    assert "approve_filing" not in {s.id for s in CLUE.open_to(clue, viewer("周副局"))}
    with pytest.raises(Forbidden, match="同一人"):
        act(clue, "approve_filing", "周副局")


def test_only_the_officers_in_charge_propose(log, act, person, filing, party):
    clue = log(party_id=party.id)
    act(clue, "assign", "王科长", officer_ids=[person("李执法").id, person("张执法").id])
    act(clue, "reassign", "王科长", officer_ids=_two_others(person))
    with pytest.raises(Forbidden, match="不由您承办"):
        act(clue, "propose_filing", "张执法", **filing)
    assert len(clue.officers) == 4
    assert len(clue.officer_ids) == 2


def _two_others(person):
    """Two more officers of 浉河区, made for the test."""
    from app.people.models import Organ, Post

    organ = db.session.scalars(select(Organ).where(Organ.area == "浉河区", Organ.kind == "bureau")).one()
    found = []
    for n in (1, 2):
        one = Person(
            account=f"other{n}",
            name=f"另执法{n}",
            password_hash="x",
            certificate_no=f"豫S90000{n}",
            certificate_until=dt.date(2030, 1, 1),
        )
        one.posts.append(Post(organ=organ, kind="officer", since=dt.date(2020, 1, 1)))
        db.session.add(one)
        found.append(one)
    db.session.commit()
    return [one.id for one in found]


@pytest.mark.parametrize(
    ("step", "who"),
    [("assign", "张执法"), ("propose_filing", "王科长"), ("endorse_filing", "周副局"), ("approve_filing", "王科长"), ("approve_filing", "张执法"),
     ("approve_filing", "罗山吴副局"), ("transfer_out", "王科长"), ("approve_extension", "王科长"), ("merge", "张执法")],
)  # fmt: skip
def test_a_post_without_the_power_is_refused_and_sees_no_button(verifying, act, viewer, step, who):
    clue = verifying()
    assert step not in {s.id for s in CLUE.open_to(clue, viewer(who))}
    with pytest.raises(Forbidden):
        act(clue, step, who)


def test_proc_18_an_own_check_without_a_violation_is_a_counted_record(log, act):
    clue = log()
    with pytest.raises(Refused, match="检查了什么"):
        act(clue, "nothing_found", "张执法", check_result="")
    act(clue, "nothing_found", "张执法", check_result="检查3家茶庄，未见侵权商品。")
    assert clue.status == "no_violation"
    assert [d.state for d in clue.deadlines] == ["met"]


def test_a_report_cannot_be_closed_as_nothing_found(log, act):
    clue = log(source_kind="report")
    with pytest.raises(Refused, match="须由负责人作出立案"):
        act(clue, "nothing_found", "张执法", check_result="没有")


def test_k7_a_clue_without_power_goes_to_who_has_it(verifying, act):
    clue = verifying()
    with pytest.raises(Refused, match="哪个有管辖权的部门"):
        act(clue, "transfer_out", "周副局", reason="属著作权", transferred_to="")
    act(clue, "transfer_out", "周副局", reason="属著作权管辖", transferred_to="信阳市文化市场综合行政执法支队")
    assert clue.status == "transferred_out"
    assert [d.state for d in clue.deadlines] == ["met"]


def test_k9_merging_keeps_the_link_and_voids_the_clock(verifying, log, act):
    first, second = verifying(), log(source_kind="report")
    with pytest.raises(Refused, match="线索编号"):
        act(second, "merge", "王科长", merged_into_id=second.id, reason="同一事实")
    act(second, "merge", "王科长", merged_into_id=first.id, reason="同一对象、同一事实")
    assert second.status == "merged"
    assert second.merged_into is first
    assert [d.state for d in second.deadlines] == ["void"]
    assert [d.state for d in first.deadlines] == ["running"]
    assert "merged_here" in {h.act for h in history.of(first)}


def test_rpt_35_a_merged_report_with_new_facts_restarts_the_clock_of_the_other(verifying, log, act):
    first = verifying(found_at=clock.now() - dt.timedelta(days=10))
    second = log(source_kind="report", found_at=clock.now() - dt.timedelta(days=1))
    before = first.deadline.due_at
    act(second, "merge", "王科长", merged_into_id=first.id, reason="同一举报人补充", restarts=True)
    assert [d.state for d in first.deadlines] == ["void", "running"]
    assert first.deadline.due_at > before
    assert first.verify_from == second.found_at


def test_a_filed_clue_cannot_be_acted_on_again(verifying, act, filing):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    with pytest.raises(Stale):
        act(clue, "propose_filing", "张执法", **filing)
    seen = clue.version
    act(clue, "endorse_filing", "王科长", version=str(seen))
    with pytest.raises(Stale):
        act(clue, "send_back", "王科长", version=str(seen), reason="重复")


def _viewer(name: str):
    from app.people.queries import viewer_of

    found = db.session.scalars(select(Person).where(Person.name == name)).one()
    return viewer_of(found, found.posts[0])
