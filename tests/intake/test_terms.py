"""clue_verify: 15 working days, once 15 more by the head, without the time of tests and identification (程序规定 18)."""

from __future__ import annotations

import datetime as dt

import pytest

from app.core import clock, history, terms
from app.core.errors import Forbidden, Refused
from app.intake.terms import CLUE_VERIFY, TERMS
from app.law.calendar import current
from tests.intake.conftest import noon


@pytest.fixture
def calendar(app):
    return current()


def _words(due):
    return [line.text for line in due.trace]


def test_proc_18_fifteen_working_days_over_the_national_holiday(calendar):
    """Found on 2026-09-22 (Tue). The holiday 1-7 October and its make-up days come from the State Council's notice."""
    due = terms.compute(CLUE_VERIFY, noon(2026, 9, 22), calendar)
    days, day = 0, dt.date(2026, 9, 22)
    while days < 15:
        day += dt.timedelta(days=1)
        days += calendar.is_workday(day)
    assert due.raw_end == day
    assert not calendar.is_workday(dt.date(2026, 10, 1))
    assert any("国庆" in text for text in _words(due))
    assert _words(due)[0].startswith("2026年9月22日为始日，不计入")
    assert CLUE_VERIFY.law in _words(due)[-1]


def test_proc_18_days_at_the_laboratory_do_not_count(calendar):
    plain = terms.compute(CLUE_VERIFY, noon(2026, 11, 2), calendar)
    assert plain.raw_end == dt.date(2026, 11, 23)
    pause = terms.Pause("鉴定", dt.date(2026, 11, 5), dt.date(2026, 11, 11), "鉴定委托书〔2026〕3号")
    longer = terms.compute(CLUE_VERIFY, noon(2026, 11, 2), calendar, [pause])
    assert longer.raw_end == dt.date(2026, 11, 30)  # five working days later: 5, 6, 9, 10, 11 November
    assert any("鉴定（鉴定委托书〔2026〕3号），7日扣除" in text for text in _words(longer))


def test_proc_18_overlapping_grounds_are_taken_off_once(calendar):
    both = [
        terms.Pause("鉴定", dt.date(2026, 11, 5), dt.date(2026, 11, 11), "甲"),
        terms.Pause("权利人辨认或者鉴别", dt.date(2026, 11, 9), dt.date(2026, 11, 11), "乙"),
    ]
    assert terms.compute(CLUE_VERIFY, noon(2026, 11, 2), calendar, both).raw_end == dt.date(2026, 11, 30)


def test_proc_18_the_extension_adds_fifteen_working_days(calendar):
    due = terms.compute(CLUE_VERIFY, noon(2026, 11, 2), calendar, extensions=[CLUE_VERIFY.extension])
    assert due.raw_end == dt.date(2026, 12, 14)
    assert any("延长15个工作日" in text for text in _words(due))


def test_the_terms_exclude_what_the_article_lists_and_nothing_else():
    for term in TERMS:
        assert set(term.excludes) == {"检测", "检验", "检疫", "鉴定", "权利人辨认或者鉴别"}
        assert (term.amount, term.unit, term.extension.times, term.extension.amount) == (15, "workday", 1, 15)


def test_rpt_27_a_clue_of_a_mediation_runs_under_its_own_article(log):
    clue = log(source_kind="complaint_mediation")
    assert [d.term for d in clue.deadlines] == ["clue_verify_mediation"]
    assert "投诉举报处理办法 27" in clue.deadline.declared.law


def test_k3_sending_out_stops_the_clock_and_the_result_starts_it_again(verifying, act):
    with clock.standing_at(noon(2026, 11, 9)):
        clue = verifying(found_at=noon(2026, 11, 2))
        with pytest.raises(Refused, match="须有依据"):
            act(
                clue,
                "send_for_test",
                "张执法",
                pause_ground="鉴定",
                pause_document=" ",
                pause_from=dt.date(2026, 11, 5),
            )
        with pytest.raises(Refused, match="开始日期"):
            act(
                clue,
                "send_for_test",
                "张执法",
                pause_ground="鉴定",
                pause_document="甲",
                pause_from=dt.date(2026, 11, 1),
            )
        act(
            clue,
            "send_for_test",
            "张执法",
            pause_ground="鉴定",
            pause_document="鉴定委托书",
            pause_from=dt.date(2026, 11, 5),
        )
    assert clue.deadline.state == "paused"
    with pytest.raises(Refused, match="已在扣除中"):
        act(clue, "send_for_test", "张执法", pause_ground="检测", pause_document="乙", pause_from=clock.today())
    with clock.standing_at(noon(2026, 11, 12)):
        with pytest.raises(Refused, match="返回日期"):
            act(clue, "result_back", "张执法", result_document="鉴定意见", resumed_on=dt.date(2026, 11, 4))
        act(clue, "result_back", "张执法", result_document="鉴定意见书", resumed_on=dt.date(2026, 11, 11))
    row = clue.deadline
    assert (row.state, row.raw_end) == ("running", dt.date(2026, 11, 30))
    assert [(e.start, e.end) for e in row.exclusions] == [(dt.date(2026, 11, 5), dt.date(2026, 11, 11))]
    assert "鉴定意见书" in row.exclusions[0].document
    assert any("7日扣除" in line["text"] for line in row.trace)


def test_a_ground_that_the_article_does_not_know_is_refused(verifying, act):
    clue = verifying()
    with pytest.raises(Refused, match="不得扣除"):
        act(clue, "send_for_test", "张执法", pause_ground="等领导", pause_document="甲", pause_from=clock.today())
    assert clue.deadline.exclusions == []


def test_k4_the_head_extends_once_and_only_on_a_request(verifying, act):
    clue = verifying()
    before = clue.deadline.due_at
    with pytest.raises(Refused, match="尚未申请"):
        act(clue, "approve_extension", "周副局")
    with pytest.raises(Refused, match="特殊情况"):
        act(clue, "ask_extension", "张执法", extension_reason="")
    act(clue, "ask_extension", "张执法", extension_reason="需外省协查")
    with pytest.raises(Refused, match="已经提出"):
        act(clue, "ask_extension", "李执法", extension_reason="再申请")
    with pytest.raises(Forbidden):
        act(clue, "approve_extension", "王科长")
    act(clue, "approve_extension", "周副局")
    assert clue.deadline.due_at > before
    assert clue.deadline.extensions[0].approved_by == "周副局"
    with pytest.raises(Refused, match="只能延长一次"):
        act(clue, "ask_extension", "张执法", extension_reason="还要延长")


def test_k4_a_refused_extension_changes_no_date(verifying, act):
    clue = verifying()
    before = clue.deadline.due_at
    act(clue, "ask_extension", "张执法", extension_reason="需外省协查")
    act(clue, "refuse_extension", "周副局", reason="不属特殊情况")
    assert (clue.extension_state, clue.deadline.due_at) == ("refused", before)


def test_proc_18_an_extension_can_be_asked_for_while_the_laboratory_works(verifying, act):
    with clock.standing_at(noon(2026, 11, 3)):
        clue = verifying(found_at=noon(2026, 11, 2))
        act(
            clue,
            "send_for_test",
            "张执法",
            pause_ground="鉴定",
            pause_document="鉴定委托书",
            pause_from=dt.date(2026, 11, 3),
        )
    with clock.standing_at(noon(2027, 1, 20)):
        act(clue, "ask_extension", "张执法", extension_reason="鉴定后仍须外省协查")
        act(clue, "approve_extension", "周副局")
    assert len(clue.deadline.extensions) == 1


def test_k4_no_extension_after_the_end(verifying, act):
    clue = verifying(found_at=noon(2026, 9, 1))
    act_at = noon(2026, 12, 1)
    with clock.standing_at(act_at), pytest.raises(Refused, match="已经届满"):
        act(clue, "ask_extension", "张执法", extension_reason="来不及")


def test_rpt_35_new_facts_of_the_informer_start_the_clock_anew(verifying, act):
    clue = verifying(source_kind="report", found_at=noon(2026, 11, 2))
    with clock.standing_at(noon(2026, 11, 16)):
        with pytest.raises(Refused, match="不得早于原起算时间"):
            act(clue, "supplement", "张执法", verify_from=noon(2026, 10, 1), supplement="又见一处")
        act(clue, "supplement", "张执法", verify_from=noon(2026, 11, 16), supplement="另有仓库一处存放同类商品")
    assert [d.state for d in clue.deadlines] == ["void", "running"]
    assert clue.deadline.start_at == noon(2026, 11, 16)
    assert clue.found_at == noon(2026, 11, 2)
    assert "另有仓库一处" in clue.facts


def test_rpt_35_the_bureaus_own_find_cannot_restart_its_own_clock(verifying, act):
    clue = verifying(source_kind="inspection", found_at=noon(2026, 11, 2))
    with clock.standing_at(noon(2026, 11, 16)), pytest.raises(Refused, match="不因补充材料重新起算"):
        act(clue, "supplement", "张执法", verify_from=noon(2026, 11, 16), supplement="另有仓库一处")
    assert clue.deadline.start_at == noon(2026, 11, 2)


def test_rpt_35_a_supplement_does_not_wipe_out_a_missed_deadline(verifying, act):
    clue = verifying(source_kind="report", found_at=noon(2026, 9, 1))
    with clock.standing_at(noon(2026, 11, 16)):
        with pytest.raises(Refused, match="承办人员不能自行登记"):
            act(clue, "supplement", "张执法", verify_from=noon(2026, 11, 16), supplement="又见一处")
        act(clue, "supplement", "钱接待", verify_from=noon(2026, 11, 16), supplement="举报人来电：另有仓库一处")
    assert [d.state for d in clue.deadlines] == ["lapsed", "running"]
    assert clue.deadline.start_at == noon(2026, 11, 16)


def test_rpt_35_a_supplement_that_came_in_time_and_is_entered_late_leaves_nothing_missed(verifying, act):
    clue = verifying(source_kind="report", found_at=noon(2026, 11, 2))  # fifteen working days: 23 November
    with clock.standing_at(noon(2026, 11, 26)):
        act(clue, "supplement", "钱接待", verify_from=noon(2026, 11, 20), supplement="举报人来电：另有仓库一处")
    old, new = clue.deadlines
    assert (old.state, old.ended_at, new.state) == ("void", noon(2026, 11, 20), "running")
    assert new.start_at == noon(2026, 11, 20)


def test_rpt_35_a_merged_report_that_came_in_time_leaves_nothing_missed(verifying, log, act):
    first = verifying(source_kind="report", found_at=noon(2026, 11, 2))
    second = log(source_kind="report", found_at=noon(2026, 11, 20))
    with clock.standing_at(noon(2026, 11, 26)):
        act(second, "merge", "王科长", merged_into_id=first.id, reason="同一举报人补充", restarts=True)
    assert [d.state for d in first.deadlines] == ["void", "running"]


def test_rpt_35_a_merged_report_does_not_wipe_out_a_missed_deadline(verifying, log, act):
    first = verifying(found_at=noon(2026, 9, 1))
    second = log(source_kind="report", found_at=clock.now() - dt.timedelta(days=1))
    act(second, "merge", "王科长", merged_into_id=first.id, reason="同一举报人补充", restarts=True)
    assert [d.state for d in first.deadlines] == ["lapsed", "running"]


def test_proc_18_a_test_is_not_entered_after_the_end_without_the_unit_head(verifying, act):
    clue = verifying(found_at=noon(2026, 9, 1))
    given = {"pause_ground": "检测", "pause_document": "委托书", "pause_from": dt.date(2026, 9, 2)}
    with clock.standing_at(noon(2026, 11, 16)):
        with pytest.raises(Refused, match="请办案机构负责人核对委托书"):
            act(clue, "send_for_test", "张执法", **given)
        act(clue, "send_for_test", "王科长", **given)
        assert clue.clock_state == "paused"
    fresh = verifying()
    with pytest.raises(Forbidden, match="不由您承办"):
        act(fresh, "send_for_test", "王科长", **{**given, "pause_from": clock.today()})


def test_r35_the_unit_head_corrects_the_date_found_and_the_clock_begins_from_it(verifying, act):
    with clock.standing_at(noon(2026, 11, 9)):
        clue = verifying(found_at=noon(2023, 11, 2))  # typed for 2026: overdue at once
        act(clue, "reassign", "王科长", officer_ids=clue.officer_ids)
    with clock.standing_at(noon(2026, 11, 10)):
        for wrong, sentence in (
            (noon(2026, 11, 10), "不得晚于登记时间"),
            (noon(2023, 11, 2), "须与现有时间不同"),
            (None, "真实的发现"),
        ):
            with pytest.raises(Refused, match=sentence) as refused:
                act(clue, "correct_found", "王科长", found_at=wrong, reason="年份录错")
            assert refused.value.status == 422
        with pytest.raises(Refused, match="理由"):
            act(clue, "correct_found", "王科长", found_at=noon(2026, 11, 2), reason="")
        with pytest.raises(Forbidden):
            act(clue, "correct_found", "张执法", found_at=noon(2026, 11, 2), reason="年份录错")
        act(clue, "correct_found", "王科长", found_at=noon(2026, 11, 2), reason="年份录错")
    assert [d.state for d in clue.deadlines] == ["void", "running"]
    assert (clue.found_at, clue.verify_from, clue.deadline.start_at) == (noon(2026, 11, 2),) * 3
    assert clue.deadline.raw_end == dt.date(2026, 11, 23)
    assert (clue.found_set_by.name, clue.deadline.start_set_by) == ("王科长", "王科长")
    entry = next(h for h in history.of(clue) if h.act == "found_at")
    assert [value[:10] for value in entry.facts["found_at"]] == ["2023-11-02", "2026-11-02"]
    assert next(h for h in history.of(clue) if h.act == "correct_found").reason == "年份录错"


def test_r35_a_corrected_start_keeps_exclusions_and_extension(verifying, act):
    with clock.standing_at(noon(2026, 11, 9)):
        clue = verifying(found_at=noon(2026, 11, 3))
        act(clue, "ask_extension", "张执法", extension_reason="需外省协查")
        act(clue, "approve_extension", "周副局")
        act(
            clue,
            "send_for_test",
            "张执法",
            pause_ground="检测",
            pause_document="委托书",
            pause_from=dt.date(2026, 11, 5),
        )
        before = clue.deadline
        with pytest.raises(Refused, match="送检日期早于"):
            act(clue, "correct_found", "王科长", found_at=noon(2026, 11, 6), reason="录错")
        act(clue, "correct_found", "王科长", found_at=noon(2026, 11, 2), reason="录错")
        after = clue.deadline
    assert (before.state, after.state, clue.clock_state) == ("void", "paused", "paused")
    assert [(e.start, e.end, e.document) for e in after.exclusions] == [(dt.date(2026, 11, 5), None, "委托书")]
    assert [e.approved_by for e in after.extensions] == ["周副局"]
    with clock.standing_at(noon(2026, 11, 12)):
        act(clue, "result_back", "张执法", result_document="检测报告", resumed_on=dt.date(2026, 11, 11))
    assert after.state == "running"


def test_r35_after_a_supplement_the_clock_stays_where_it_began_anew(verifying, act):
    with clock.standing_at(noon(2026, 11, 9)):
        clue = verifying(source_kind="report", found_at=noon(2026, 11, 2))
        act(clue, "supplement", "张执法", verify_from=noon(2026, 11, 6), supplement="又见一处")
        act(clue, "correct_found", "王科长", found_at=noon(2026, 11, 3), reason="录错")
    assert (clue.found_at, clue.verify_from, clue.deadline.start_at) == (
        noon(2026, 11, 3),
        noon(2026, 11, 6),
        noon(2026, 11, 6),
    )
