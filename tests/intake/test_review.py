"""What somebody told is decided by the head, whatever way it goes (程序规定 18–20; 投诉举报处理办法 35; R-43)."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.cases.evidence_actions import clue_files
from app.cases.models import Case, CaseClue
from app.cases.workflow import CASE
from app.core import clock, history
from app.core.errors import Forbidden, Refused
from app.core.permissions import may, scope
from app.core.steps import take
from app.documents.actions import keep
from app.extensions import db
from app.intake import actions
from app.intake.models import Clue
from app.intake.queries import cause_choices, cause_note
from app.intake.words import CONDITIONS, OWN_CHECKS, SOURCES
from app.law import queries as law
from app.notices.models import Notice
from app.people.models import Organ
from app.registry import actions as registry
from tests.intake.test_entry import form
from tests.intake.test_workflow import _two_others

TOLD = {"kind": "named", "name": "赵告发", "phone": "13900001111"}


# --- 程序规定 18–20: nobody but the head closes what was told ------------------------------------------------------------


def test_proc_18_a_report_cannot_be_renamed_into_an_own_check(log, act, officers, viewer, sign_in):
    clue = log("钱接待", TOLD, source_kind="report")
    act(clue, "assign", "王科长", officer_ids=officers)
    with pytest.raises(Refused, match="案件来源不能在") as refused:
        actions.amend(clue, viewer("张执法"), {"source_kind": "inspection"})
    assert refused.value.status == 422
    answer = sign_in("张执法").post_form(f"/clues/{clue.id}/amend", {"source_kind": "inspection", "facts": "我打的字"})
    assert answer.status_code == 422
    assert "我打的字" in answer.get_data(as_text=True)
    assert sources(answer) == sources(sign_in("张执法").get(f"/clues/{clue.id}/amend"))
    own = log()
    with pytest.raises(Refused, match="案件来源不能在"):
        actions.amend(own, viewer("张执法"), {"source_kind": "report"})


def sources(answer):
    """What the page offers as source, and what is chosen there."""
    select = re.search(r'<select[^>]*name="source_kind".*?</select>', answer.get_data(as_text=True), re.S)[0]
    return set(re.findall(r'value="(\w+)"', select)), re.findall(r'<option selected value="(\w+)"', select)


def test_proc_18_the_form_that_amends_offers_only_sources_of_its_group(log, act, officers, sign_in):
    told, own = log("钱接待", TOLD, source_kind="report"), log()
    act(told, "assign", "王科长", officer_ids=officers)
    assert sources(sign_in("张执法").get(f"/clues/{told.id}/amend")) == (set(SOURCES) - OWN_CHECKS, ["report"])
    assert sources(sign_in("张执法").get(f"/clues/{own.id}/amend")) == (set(OWN_CHECKS), ["inspection"])


def test_proc_18_history_keeps_what_stood_in_a_closed_list_and_no_free_text(log, viewer):
    clue = log("钱接待", TOLD, source_kind="report", channel="phone")
    actions.amend(
        clue, viewer("钱接待"), {"source_kind": "right_holder", "channel": "letter", "facts": "赵告发说了别的"}
    )
    db.session.commit()
    entry = next(h for h in history.of(clue) if h.act == "amend")
    assert entry.facts["values"] == {"source_kind": ["report", "right_holder"], "channel": ["phone", "letter"]}
    assert entry.reason == "案件来源：举报 → 权利人投诉；接收方式：电话 → 来信"
    assert "赵告发" not in str(entry.facts) + entry.reason


def test_proc_18_a_check_with_an_informer_is_not_closed_as_nothing_found(log, act, officers, sign_in):
    clue = log("张执法", TOLD)
    act(clue, "assign", "王科长", officer_ids=officers)
    with pytest.raises(Refused, match="须由负责人作出立案"):
        act(clue, "nothing_found", "张执法", check_result="没有")
    answer = sign_in("张执法").post_form(
        "/clues/new", form(nothing_found="y", informer_kind="named", informer_name="赵告发")
    )
    assert answer.status_code == 422
    assert "有举报人的线索须由负责人决定" in answer.get_data(as_text=True)


def test_proc_18_a_check_that_took_in_a_report_is_not_closed_as_nothing_found(verifying, log, act):
    check, report = verifying(), log("钱接待", TOLD, source_kind="report")
    act(report, "merge", "王科长", merged_into_id=check.id, reason="同一对象、同一事实")
    with pytest.raises(Refused, match="须由负责人作出立案"):
        act(check, "nothing_found", "张执法", check_result="没有")


def test_apl_42_only_the_officers_in_charge_say_what_a_check_found(verifying, log, act, person, viewer):
    clue = verifying()
    act(clue, "reassign", "王科长", officer_ids=_two_others(person))
    for who in ("张执法", "王科长"):
        with pytest.raises(Forbidden, match="检查结果由承办人员登记"):
            act(clue, "nothing_found", who, check_result="没有")
    fresh = log()
    with pytest.raises(Forbidden, match="检查结果由承办人员登记"):
        act(fresh, "nothing_found", "李执法", check_result="没有")
    act(fresh, "nothing_found", "张执法", check_result="检查3家茶庄，未见侵权商品。")
    told = db.session.scalars(
        select(Notice.person_id).where(Notice.subject_type == "clue", Notice.subject_id == fresh.id)
    )
    assert viewer("王科长").user_id in set(told)
    other = log()
    act(other, "nothing_found", "王科长", check_result="检查2家，未见异常。")
    assert other.status == "no_violation"


# --- 投诉举报处理办法 35: merging -----------------------------------------------------------------------------------------


def _not_filed(clue, act):
    act(clue, "propose_not_filing", "张执法", verified_facts="x", reason="y", not_filed_ground="not_proved")
    act(clue, "endorse_not_filing", "王科长")
    act(clue, "approve_not_filing", "周副局")


def _filed(clue, act, filing) -> Case:
    act(clue, "propose_filing", "张执法", **filing)
    act(clue, "endorse_filing", "王科长")
    act(clue, "approve_filing", "周副局")
    return db.session.scalars(select(Case).where(Case.links.any(clue_id=clue.id))).one()


def test_rpt_35_nothing_is_merged_into_what_is_already_decided(verifying, log, act):
    decided, report = verifying(), log("钱接待", TOLD, source_kind="report")
    _not_filed(decided, act)
    checked = log()
    act(checked, "nothing_found", "张执法", check_result="没有")
    for target in (decided, checked):
        with pytest.raises(Refused, match="请先核查本件") as refused:
            act(report, "merge", "王科长", merged_into_id=target.id, reason="同一事")
        assert refused.value.status == 422
    assert (report.status, report.deadline.state) == ("received", "running")


def test_rpt_35_only_reports_of_one_party_are_merged(verifying, log, act, viewer):
    first = verifying()
    other = registry.add_party(viewer("张执法"), {"kind": "firm", "name": "别的公司"})
    report = log("钱接待", TOLD, source_kind="report", party_id=other.id)
    with pytest.raises(Refused, match="当事人不是同一人"):
        act(report, "merge", "王科长", merged_into_id=first.id, reason="同一事")
    unknown = log("钱接待", TOLD, source_kind="report", party_id=None)
    act(unknown, "merge", "王科长", merged_into_id=first.id, reason="同一事")
    assert unknown.status == "merged"


def test_r01_what_is_merged_into_a_filed_clue_belongs_to_its_case(verifying, log, act, filing, viewer, tmp_path):
    first, report = verifying(), log("钱接待", TOLD, source_kind="report")
    case = _filed(first, act, filing)
    path = tmp_path / "店面.txt"
    path.write_text("店面照片")
    with path.open("rb") as file:
        keep(file, "店面.txt", report, viewer("钱接待"))
    act(report, "merge", "王科长", merged_into_id=first.id, reason="同一对象、同一事实")
    assert {link.clue_id for link in case.links} == {first.id, report.id}
    assert "店面.txt" in {file.name for _clue, file in clue_files(case)}
    assert "link_clue" in {h.act for h in history.of(case)}


def test_r01_what_was_merged_before_the_filing_belongs_to_the_case_as_well(verifying, log, act, filing):
    first, second, third = verifying(), log(source_kind="report"), log(source_kind="report")
    act(third, "merge", "王科长", merged_into_id=second.id, reason="同一事")
    act(second, "merge", "王科长", merged_into_id=first.id, reason="同一事")
    case = _filed(first, act, filing)
    assert {link.clue_id for link in case.links} == {first.id, second.id, third.id}


def test_rpt_35_a_report_is_not_merged_into_a_closed_case(verifying, log, act, filing):
    first, report = verifying(), log(source_kind="report")
    case = _filed(first, act, filing)
    case.status = "closed"
    db.session.commit()
    assert case.status in CASE.ends
    with pytest.raises(Refused, match="已经结案"):
        act(report, "merge", "王科长", merged_into_id=first.id, reason="同一事")
    assert db.session.scalar(select(CaseClue).where(CaseClue.clue_id == report.id)) is None


# --- who may open the informer's record ----------------------------------------------------------------------------


def test_r43_the_officers_of_the_case_open_the_record_and_who_left_it_does_not(
    log, act, officers, party, filing, viewer, person
):
    clue = log("钱接待", TOLD, source_kind="report", party_id=party.id)
    act(clue, "assign", "王科长", officer_ids=officers)
    case = _filed(clue, act, filing)

    def openers() -> set[str]:
        db.session.expire_all()
        found = {
            who
            for who in ("张执法", "李执法", "另执法1", "另执法2", "钱接待")
            if may(viewer(who), "informer.open", clue)
        }
        for who in ("张执法", "李执法", "另执法1", "另执法2", "钱接待"):
            listed = set(db.session.scalars(select(Clue.id).where(scope(viewer(who), "informer.open", Clue))))
            assert (clue.id in listed) == (who in found), who
        return found

    new = _two_others(person)
    assert openers() == {"张执法", "李执法", "钱接待"}  # until the unit head has named the officers of the case
    take(CASE, case, "appoint", viewer("王科长"), {"officer_ids": [officers[1], new[0]], "no_recusal": True})
    db.session.commit()
    assert openers() == {"李执法", "另执法1", "钱接待"}
    take(
        CASE, case, "change_officers", viewer("王科长"), {"officer_ids": new, "no_recusal": True, "reason": "调整人员"}
    )
    db.session.commit()
    assert openers() == {"另执法1", "另执法2", "钱接待"}


def test_r43_a_merged_report_is_opened_by_who_verifies_the_clue_it_went_into(verifying, log, act, viewer, person):
    first, report = verifying(), log("钱接待", TOLD, source_kind="report")
    act(report, "assign", "王科长", officer_ids=_two_others(person))
    act(report, "merge", "王科长", merged_into_id=first.id, reason="同一事")
    db.session.expire_all()
    for who, opens in (("张执法", True), ("李执法", True), ("另执法1", False), ("钱接待", True), ("王科长", False)):
        listed = set(db.session.scalars(select(Clue.id).where(scope(viewer(who), "informer.open", Clue))))
        assert (may(viewer(who), "informer.open", report), report.id in listed) == (opens, opens), who


@pytest.mark.parametrize("words", ["赵告发来电补充", "赵 告发补充", "139-0000-1111来电", "电话１３９００００１１１１"])
def test_r43_a_supplement_does_not_name_the_informer(log, act, words):
    clue = log("钱接待", TOLD, source_kind="report")
    with pytest.raises(Refused, match="出现了举报人") as refused:
        act(clue, "supplement", "钱接待", verify_from=clock.now(), supplement=f"{words}：另有仓库一处")
    assert refused.value.status == 422
    act(clue, "supplement", "钱接待", verify_from=clock.now(), supplement="举报人来电补充：另有仓库一处")


def test_r43_who_may_not_open_the_record_is_told_nothing_about_a_name(log, act):
    clue = log("钱接待", TOLD, source_kind="report")
    for words in ("赵告发补充", "别人补充"):
        act(clue, "supplement", "李执法", verify_from=clock.now(), supplement=words)


# --- 反不正当竞争法 20; 程序规定 19: telling the informer, and what the bureau may file -----------------------------------


@pytest.mark.parametrize(("kind", "owed"), [("named", True), ("right_holder", True), ("anonymous", False)])
def test_aucl_20_a_named_report_on_a_trade_secret_is_answered(log, act, officers, party, sign_in, kind, owed):
    clue = log("钱接待", {**TOLD, "kind": kind}, source_kind="report", party_id=party.id, object_tags=["trade_secret"])
    act(clue, "assign", "王科长", officer_ids=officers)
    page = sign_in("张执法").get(f"/clues/{clue.id}/steps/propose_not_filing").get_data(as_text=True)
    assert ('<option selected value="aucl20">' in page) == owed
    given = {"verified_facts": "x", "reason": "y", "not_filed_ground": "not_proved"}
    if owed:
        with pytest.raises(Refused, match="反不正当竞争法 20") as refused:
            act(clue, "propose_not_filing", "张执法", tell_informer="none", **given)
        assert refused.value.status == 422
        act(clue, "propose_not_filing", "张执法", tell_informer="aucl20_bare", **given)
    else:
        act(clue, "propose_not_filing", "张执法", tell_informer="none", **given)
    assert clue.status == "not_filed_proposed"


def test_aucl_20_confusion_is_answered_as_well_and_other_acts_are_not(log, act, officers, party):
    clue = log("钱接待", TOLD, source_kind="report", party_id=party.id)
    act(clue, "assign", "王科长", officer_ids=officers)
    given = {"verified_facts": "x", "reason": "y", "not_filed_ground": "not_proved", "tell_informer": "none"}
    with pytest.raises(Refused, match="反不正当竞争法 20"):
        act(clue, "propose_not_filing", "张执法", cause_id=law.cause("confusion").id, **given)
    act(clue, "propose_not_filing", "张执法", cause_id=law.cause("tm_sell").id, **given)
    assert clue.cause.key == "tm_sell"


def test_proc_19_only_causes_of_the_own_agency_are_offered(verifying, sign_in, viewer, filing):
    offered = {cause_id for cause_id, _name in cause_choices(viewer("张执法"))}
    assert offered.isdisjoint(
        {law.cause(key).id for key in ("copyright", "software", "plant_variety", "patent_dispute")}
    )
    assert offered >= {
        law.cause(key).id for key in ("tm_sell", "gi_mark", "gi_product", "patent_passing", "confusion", "trade_secret")
    }
    clue, client = verifying(), sign_in("张执法")
    url = f"/clues/{clue.id}/steps/propose_filing"
    assert "先与市局确认管辖" in client.get(url).get_data(as_text=True)
    given = {
        "verified_facts": "x", "conditions": list(CONDITIONS), "act_continues": "y", "limitation_years": "2",
        "proposed_officer_ids": [str(i) for i in filing["proposed_officer_ids"]],
    }  # fmt: skip
    assert client.post_form(url, {**given, "cause_id": str(law.cause("copyright").id)}).status_code == 422
    assert client.post_form(url, {**given, "cause_id": str(law.cause("trade_secret").id)}).status_code == 303
    city = db.session.scalars(select(Organ).where(Organ.kind == "bureau", Organ.level == "city")).one()
    assert cause_note(city) == ""
