"""The procedure of a case: who may do what, when, and what it does to the ninety days."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.cases import actions, evidence_actions, queries, screening_actions
from app.cases.models import Case
from app.cases.words import CLOSE_GROUNDS, CLOSES_FROM
from app.cases.workflow import CASE
from app.core import clock, deadlines, history
from app.core.errors import Forbidden, Refused, Stale
from app.core.permissions import SYSTEM
from app.core.steps import take
from app.extensions import db
from app.notices.models import Notice
from app.people.models import Person
from tests.cases import world

DAY = dt.timedelta(days=1)
START = dt.datetime(2026, 9, 1, 2, 0, tzinfo=dt.UTC)


def due(case: Case) -> dt.date:
    row = deadlines.running(case, "case_decision")
    assert row is not None
    return clock.local(row.due_at).date()


def ask(case: Case, viewer, matter: str, ground: str = "", at: dt.datetime | None = None) -> None:
    take(
        CASE,
        case,
        "ask",
        viewer("张执法"),
        {"asked": matter, "asked_ground": ground, "asked_reason": "事实和理由。"},
        at,
    )


def test_the_table_has_no_faults():
    assert CASE.faults() == []


def test_proc19_a_filed_case_has_its_number_name_and_ninety_days(app, viewer):
    case = world.filed(viewer, at=START)
    assert case.number == "浉市监立〔2026〕1号"
    assert case.name.startswith(f"{world.PARTY}涉嫌")
    assert case.name.endswith("案")
    assert case.status == "filed"
    assert due(case) == dt.date(2026, 9, 1) + 90 * DAY  # 程序规定 64, 80: natural days, the start day is not counted
    assert (
        world.filed(viewer, at=START, party=world.party("另一家"), right=world.right("另一标")).number
        == "浉市监立〔2026〕2号"
    )


def test_proc19_r05_no_case_leaves_filed_with_fewer_than_two_certified_officers(app, viewer, person):
    case = world.filed(viewer)
    zhang, li, head = viewer("张执法"), viewer("李执法"), viewer("王科长")
    for ids in ([], [zhang.user_id], [zhang.user_id, zhang.user_id]):
        with pytest.raises(Refused, match="不得少于两人"):
            take(CASE, case, "appoint", head, {"officer_ids": ids, "no_recusal": True})
    person("李执法").certificate_until = clock.today() - DAY
    db.session.flush()
    with pytest.raises(Refused, match="执法证"):
        take(CASE, case, "appoint", head, {"officer_ids": [zhang.user_id, li.user_id], "no_recusal": True})
    person("李执法").certificate_until = clock.today()  # the last day is valid
    db.session.flush()
    take(CASE, case, "appoint", head, {"officer_ids": [zhang.user_id, li.user_id], "no_recusal": True})
    assert case.status == "investigating"
    assert [row.certificate_no for row in case.active_officers] == [
        person("张执法").certificate_no,
        person("李执法").certificate_no,
    ]


def test_r05_an_officer_of_another_organ_cannot_be_appointed(app, viewer):
    case = world.filed(viewer)
    with pytest.raises(Refused, match="不是本机关"):
        take(
            CASE,
            case,
            "appoint",
            viewer("王科长"),
            {"officer_ids": [viewer("张执法").user_id, viewer("外县老周").user_id], "no_recusal": True},
        )


def test_proc4_recusal_is_confirmed_at_every_appointment(app, viewer):
    case = world.filed(viewer)
    with pytest.raises(Refused, match="回避"):
        take(
            CASE,
            case,
            "appoint",
            viewer("王科长"),
            {"officer_ids": [viewer("张执法").user_id, viewer("李执法").user_id]},
        )


def test_proc19_only_the_unit_head_of_the_same_organ_appoints(app, viewer):
    case = world.filed(viewer)
    data = {"officer_ids": [viewer("张执法").user_id, viewer("李执法").user_id], "no_recusal": True}
    for name in ("张执法", "周副局", "陈局长", "罗山何科长", "市局林科长", "冯管理", "审计郑"):
        with pytest.raises(Forbidden):
            take(CASE, case, "appoint", viewer(name), data)


def test_s10_after_a_change_two_remain_and_the_former_stays_in_the_record(app, viewer):
    case = world.investigated(viewer)
    zhang, wang = viewer("张执法"), viewer("王科长")
    with pytest.raises(Refused, match="不得少于两人"):
        take(
            CASE, case, "change_officers", wang, {"officer_ids": [zhang.user_id], "no_recusal": True, "reason": "调岗"}
        )
    take(
        CASE,
        case,
        "change_officers",
        wang,
        {"officer_ids": [zhang.user_id, wang.user_id], "no_recusal": True, "reason": "李执法调岗"},
    )
    db.session.commit()
    assert [row.name for row in case.active_officers] == ["张执法", "王科长"]
    assert [(row.name, row.until is not None) for row in case.officers] == [
        ("张执法", False),
        ("李执法", True),
        ("王科长", False),
    ]


def test_proc46_a_suspension_needs_a_ground_of_the_law_and_the_head(app, viewer):
    case = world.investigated(viewer)
    with pytest.raises(Refused, match="法定情形"):
        ask(case, viewer, "suspend", "busy")
    with pytest.raises(Refused, match="尚未提请"):
        take(CASE, case, "suspend", viewer("周副局"), {})
    ask(case, viewer, "suspend", "whereabouts")
    with pytest.raises(Forbidden):
        take(CASE, case, "suspend", viewer("王科长"), {})
    take(CASE, case, "suspend", viewer("周副局"), {})
    assert case.status == "suspended"
    assert case.asked is None
    assert case.held_ground == "whereabouts"


def test_proc46_64_suspended_days_do_not_count(app, viewer):
    case = world.investigated(viewer, at=START)
    before = due(case)
    with clock.standing_at(START + 10 * DAY):
        ask(case, viewer, "suspend", "force_majeure")
        take(CASE, case, "suspend", viewer("周副局"), {})
        assert deadlines.running(case, "case_decision").state == "paused"
    with clock.standing_at(START + 30 * DAY):
        ask(case, viewer, "resume")
        take(CASE, case, "resume", viewer("周副局"), {})
    assert case.status == "investigating"
    assert due(case) == before + 20 * DAY
    row = deadlines.running(case, "case_decision")
    assert any(line["kind"] == "pause" and line["days"] == 20 for line in row.trace)


def suspend(case, viewer, ground="whereabouts"):
    ask(case, viewer, "suspend", ground)
    take(CASE, case, "suspend", viewer("周副局"), {})


def resume(case, viewer):
    ask(case, viewer, "resume")
    take(CASE, case, "resume", viewer("周副局"), {})


def excluded(case):
    found = deadlines.running(case, "case_decision").exclusions
    rows = [(e.ground, (e.start - START.date()).days, e.end and (e.end - START.date()).days) for e in found]
    return sorted(rows, key=lambda row: row[1])


def test_proc46_64_the_suspension_counts_by_itself_while_a_test_is_out(app, viewer):
    """A test is out when the case is suspended and comes back in between: the days of both are left out, once."""
    case = world.investigated(viewer, at=START)
    before, zhang, today = due(case), viewer("张执法"), START.date()
    with clock.standing_at(START + 5 * DAY):
        actions.exclude(case, zhang, "检测", "委托书1号", today + 5 * DAY, None)
    with clock.standing_at(START + 10 * DAY):
        suspend(case, viewer)
    with clock.standing_at(START + 16 * DAY):
        (out,) = actions.tests_out(case)
        actions.end_exclusion(case, zhang, out.id, today + 15 * DAY, "检测报告1号")
        assert deadlines.running(case, "case_decision").state == "paused", "the suspension goes on"
    with clock.standing_at(START + 45 * DAY):
        resume(case, viewer)
    assert due(case) == before + 40 * DAY
    assert excluded(case) == [("检测", 5, 15), ("中止", 10, 44)]
    assert deadlines.running(case, "case_decision").state == "running"


def test_proc46_64_a_resumption_ends_the_suspension_and_no_test(app, viewer):
    case = world.investigated(viewer, at=START)
    zhang, today = viewer("张执法"), START.date()
    with clock.standing_at(START + 10 * DAY):
        suspend(case, viewer)
        actions.exclude(case, zhang, "检测", "委托书1号", today + 5 * DAY, None)
    with clock.standing_at(START + 45 * DAY):
        resume(case, viewer)
        assert excluded(case) == [("检测", 5, None), ("中止", 10, 44)]
        (out,) = actions.tests_out(case)
        with pytest.raises(Refused, match="哪一项"):
            actions.end_exclusion(case, zhang, None, today + 30 * DAY, "检测报告1号")
        with pytest.raises(Refused, match="早于"):
            actions.end_exclusion(case, zhang, out.id, today + 4 * DAY, "检测报告1号")
        actions.end_exclusion(case, zhang, out.id, today + 30 * DAY, "检测报告1号")
    assert excluded(case) == [("检测", 5, 30), ("中止", 10, 44)]


def test_tml_62_a_dispute_about_the_mark_is_a_ground_of_suspension(app, viewer):
    case = world.investigated(viewer, at=START)
    with clock.standing_at(START + 10 * DAY):
        suspend(case, viewer, "mark_ownership")
    (row,) = deadlines.running(case, "case_decision").exclusions
    assert "商标法 62(3)、商标法实施条例 81" in row.document


def test_proc47_termination_ends_the_ninety_days_and_opens_the_closing(app, viewer):
    case = world.investigated(viewer)
    ask(case, viewer, "terminate", "death")
    take(CASE, case, "terminate", viewer("周副局"), {})
    assert case.status == "terminated"
    assert deadlines.running(case, "case_decision") is None
    assert deadlines.running(case, "close").declared.amount == 15
    with pytest.raises(Refused, match="不能提请"):
        ask(case, viewer, "suspend", "other")


def test_proc77_a_terminated_case_is_closed_by_the_head(app, viewer):
    case = world.investigated(viewer)
    ask(case, viewer, "terminate", "dissolved")
    take(CASE, case, "terminate", viewer("周副局"), {})
    ask(case, viewer, "close", "terminated")
    take(CASE, case, "close", viewer("陈局长"), {})
    assert case.status == "closed"
    assert deadlines.running(case, "close") is None


def over(case, viewer):
    """Sales over the line, of the identical mark and with knowledge."""
    screening_actions.declare(
        case, viewer("张执法"), {"crimes": ["sell_counterfeit_mark_goods"], "knowledge": True, "priors_checked": True}
    )
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "500000", "sold": "已售"})


@pytest.mark.parametrize("standing", ["over", "suspicion"])
def test_order310_3_11_no_case_over_the_line_is_terminated_without_an_answer(app, viewer, standing):
    case = world.investigated(viewer)
    over(case, viewer)
    if standing == "suspicion":
        screening_actions.declare(case, viewer("张执法"), {"knowledge": None})
    assert case.standing == standing
    with pytest.raises(Refused, match="是否移送及其理由"):
        ask(case, viewer, "terminate", "cannot_continue")
    told = {"asked": "terminate", "asked_ground": "cannot_continue", "asked_reason": "无法继续。"}
    take(CASE, case, "ask", viewer("张执法"), {**told, "transfer_answer": "已另案移送公安机关。"})
    take(CASE, case, "terminate", viewer("周副局"), {})
    assert (case.status, case.transfer_answer) == ("terminated", "已另案移送公安机关。")


def told_principal():
    found = (
        select(Notice)
        .join(Person, Person.id == Notice.person_id)
        .where(Person.name == "陈局长", Notice.key.contains("not_transferred"))
    )
    return list(db.session.scalars(found.order_by(Notice.id)))


@pytest.mark.parametrize("standing", ["over", "suspicion", "below"])
def test_order310_5_2_the_principal_hears_of_a_case_over_the_line_that_ends_without_a_transfer(app, viewer, standing):
    case = world.investigated(viewer)
    if standing != "below":
        over(case, viewer)
    if standing == "suspicion":
        screening_actions.declare(case, viewer("张执法"), {"knowledge": None})
    assert standing == "below" or case.standing == standing
    told = {
        "asked": "terminate",
        "asked_ground": "cannot_continue",
        "asked_reason": "无法继续。",
        "transfer_answer": "不移送：货主已死亡。",
    }
    take(CASE, case, "ask", viewer("张执法"), told)
    take(CASE, case, "terminate", viewer("周副局"), {})
    expected = standing != "below"
    assert len(told_principal()) == expected
    if expected:
        (notice,) = told_principal()
        assert (notice.subject_type, notice.subject_id) == ("case", case.id)
        for words in ("周副局", "批准终止调查", "没有移送公安机关", "不移送：货主已死亡。", "国务院令310号"):
            assert words in notice.body
    ask(case, viewer, "close", "terminated")
    take(CASE, case, "close", viewer("周副局"), {})
    assert len(told_principal()) == 2 * expected


def test_order310_5_2_who_ended_it_himself_is_not_told(app, viewer):
    case = world.investigated(viewer)
    over(case, viewer)
    told = {"asked": "terminate", "asked_ground": "cannot_continue", "asked_reason": "x", "transfer_answer": "不移送。"}
    take(CASE, case, "ask", viewer("张执法"), told)
    take(CASE, case, "terminate", viewer("陈局长"), {})
    assert told_principal() == []


def test_order310_3_a_standing_that_rose_after_the_request_stops_the_head(app, viewer):
    case = world.investigated(viewer)
    ask(case, viewer, "terminate", "cannot_continue")
    over(case, viewer)
    with pytest.raises(Refused, match="退回提请"):
        take(CASE, case, "terminate", viewer("周副局"), {})


def test_proc77_a_ground_of_closing_is_what_happened(app, viewer):
    case = world.investigated(viewer)
    ask(case, viewer, "terminate", "dissolved")
    take(CASE, case, "terminate", viewer("周副局"), {})
    with pytest.raises(Refused, match="结案情形与案件状态不符"):
        ask(case, viewer, "close", "sent_to_justice")
    case.asked, case.asked_ground, case.asked_by_id = "close", "sent_to_justice", viewer("张执法").user_id
    with pytest.raises(Refused, match="不能批准"):
        take(CASE, case, "close", viewer("陈局长"), {})
    assert set(CLOSES_FROM) == set(CLOSE_GROUNDS), "every ground has its state"
    assert set(CLOSES_FROM.values()) == set(CASE.step("close").sources)


def test_proc77_the_form_offers_only_the_ground_that_fits(app, viewer, sign_in):
    case = world.investigated(viewer)
    ask(case, viewer, "terminate", "dissolved")
    take(CASE, case, "terminate", viewer("周副局"), {})
    db.session.commit()
    page = sign_in("张执法").get(f"/cases/{case.id}/steps/ask").get_data(as_text=True)
    assert 'value="terminated"' in page
    assert 'value="sent_to_justice"' not in page


def test_proc64_the_head_adds_thirty_days_once(app, viewer):
    case = world.investigated(viewer, at=START)
    before = due(case)
    with clock.standing_at(START + 60 * DAY):
        ask(case, viewer, "extend")
        take(CASE, case, "extend", viewer("周副局"), {})
        assert due(case) == before + 30 * DAY
        with pytest.raises(Refused):
            ask(case, viewer, "extend")
    assert "extend" not in case.askable


def test_proc64_no_extension_after_the_end(app, viewer):
    case = world.investigated(viewer, at=START)
    with clock.standing_at(START + 80 * DAY):
        ask(case, viewer, "extend")
    with clock.standing_at(START + 91 * DAY), pytest.raises(Refused, match="集体讨论"):
        take(CASE, case, "extend", viewer("周副局"), {})


@pytest.mark.parametrize("ground", ["检测", "鉴定", "权利人辨认或者鉴别", "公告", "责令退还多收价款"])
def test_proc30_64_time_of_tests_and_of_the_right_holder_does_not_count(app, viewer, ground):
    case = world.investigated(viewer, at=START)
    before = due(case)
    with clock.standing_at(START + 40 * DAY):
        first = dt.date(2026, 9, 11)
        actions.exclude(case, viewer("张执法"), ground, "协助辨认通知书 浉市监协〔2026〕3号", first, first + 9 * DAY)
    assert due(case) == before + 10 * DAY


def test_r36_overlapping_exclusions_are_taken_off_once(app, viewer):
    case = world.investigated(viewer, at=START)
    before = due(case)
    with clock.standing_at(START + 40 * DAY):
        for first, last in ((dt.date(2026, 9, 11), dt.date(2026, 9, 20)), (dt.date(2026, 9, 16), dt.date(2026, 9, 25))):
            actions.exclude(case, viewer("张执法"), "鉴定", "鉴定委托书", first, last)
    assert due(case) == before + 15 * DAY


def test_proc64_an_excluded_period_needs_its_ground_and_its_paper(app, viewer):
    case, zhang, today = world.investigated(viewer), viewer("张执法"), clock.today()
    with pytest.raises(Refused, match="依法不得扣除"):
        actions.exclude(case, zhang, "领导出差", "批条", today, today)
    with pytest.raises(Refused, match="须有依据"):
        actions.exclude(case, zhang, "鉴定", " ", today, today)
    with pytest.raises(Refused, match="立案之后"):
        actions.exclude(case, zhang, "鉴定", "委托书", today - 400 * DAY, today)


def test_who_asks_does_not_decide(app, viewer, person):
    """A head who is also an officer of the case may not grant his own request."""
    case = world.investigated(viewer)
    ask(case, viewer, "suspend", "other")
    case.asked_by_id = viewer("周副局").user_id
    db.session.flush()
    with pytest.raises(Forbidden):
        take(CASE, case, "suspend", viewer("周副局"), {})
    assert "suspend" not in {step.id for step in CASE.open_to(case, viewer("周副局"))}
    assert "suspend" in {step.id for step in CASE.open_to(case, viewer("陈局长"))}


def test_one_request_at_a_time_and_it_can_be_sent_back(app, viewer):
    case = world.investigated(viewer)
    ask(case, viewer, "suspend", "other")
    with pytest.raises(Refused, match="等待负责人决定"):
        ask(case, viewer, "terminate", "death")
    take(CASE, case, "decline", viewer("周副局"), {"reason": "理由不足。"})
    assert case.asked is None
    assert case.status == "investigating"
    ask(case, viewer, "terminate", "death")


def test_only_officers_of_the_case_ask(app, viewer):
    case = world.investigated(viewer)
    take(CASE, case, "change_officers", viewer("王科长"),
         {"officer_ids": [viewer("张执法").user_id, viewer("王科长").user_id], "no_recusal": True, "reason": "调岗"})  # fmt: skip
    with pytest.raises(Forbidden):
        take(CASE, case, "ask", viewer("李执法"), {"asked": "suspend", "asked_ground": "other", "asked_reason": "x"})


def test_history_tells_every_step_and_replays_to_the_status(app, viewer):
    case = world.investigated(viewer)
    ask(case, viewer, "terminate", "death")
    take(CASE, case, "terminate", viewer("周副局"), {})
    db.session.commit()
    acts = [e.act for e in history.of(case)]
    assert acts[0] == "begin"
    assert acts[-1] == "terminate"
    assert "officers" in acts
    assert history.replayed(db.session, "case")[case.id][0] == "terminated"
    assert list(history.broken(db.session)) == []


def test_a10_the_transfer_holds_the_case_and_its_days(app, viewer):
    """House reading of 程序规定 46(1)(1): while the police examine it, the case waits."""
    case = world.investigated(viewer, at=START)
    before = due(case)
    taken = type("T", (), {"subject": type("S", (), {"case": case})(), "at": START + 10 * DAY})()
    actions.suspend_for_transfer(taken)
    assert case.status == "suspended"
    assert case.held_for_transfer
    with pytest.raises(Refused):
        ask(case, viewer, "resume")
    back = type("T", (), {"subject": taken.subject, "at": START + 40 * DAY})()
    actions.resume_after_transfer(back)
    assert case.status == "investigating"
    assert due(case) == before + 30 * DAY


def test_proc77_1_4_what_the_police_filed_is_closed_as_sent(app, viewer):
    case = world.investigated(viewer)
    taken = type("T", (), {"subject": type("S", (), {"case": case})(), "at": clock.now()})()
    actions.suspend_for_transfer(taken)
    actions.sent_to_justice(taken)
    assert case.status == "sent"
    assert deadlines.running(case, "case_decision") is None
    ask(case, viewer, "close", "sent_to_justice")
    take(CASE, case, "close", viewer("周副局"), {})
    assert case.status == "closed"


def test_xfer13_what_comes_back_from_justice_has_new_ninety_days(app, viewer):
    case = world.investigated(viewer)
    filed = type("S", (), {"case": case, "filed_received_at": clock.now()})()
    taken = type("T", (), {"subject": filed, "at": clock.now()})()
    actions.sent_to_justice(taken)
    actions.resume_after_transfer(taken)
    assert case.status == "investigating"
    assert deadlines.running(case, "case_decision") is not None


def test_system_steps_are_nobodys_button(app, viewer):
    case = world.investigated(viewer)
    with pytest.raises(Forbidden):
        take(CASE, case, "hold_for_transfer", viewer("陈局长"), {})
    take(CASE, case, "hold_for_transfer", SYSTEM, {})
    assert case.status == "suspended"


def test_a_stale_page_loses(app, viewer):
    case = world.investigated(viewer)
    seen = case.version
    ask(case, viewer, "suspend", "other")
    with pytest.raises(Stale):
        take(CASE, case, "decline", viewer("周副局"), {"reason": "不同意", "version": str(seen)})


def test_proc48_the_report_makes_form_35_from_the_case(app, viewer):
    from sqlalchemy import select

    from app.documents.models import Paper

    case = world.investigated(viewer)
    world.with_lines(case, viewer("张执法"), {"quantity": "10", "price": "99.99", "sold": "已售"})
    world.proven(case, viewer("张执法"))
    with pytest.raises(Refused, match="处理建议"):
        take(CASE, case, "report", viewer("张执法"), {"nature": "销售侵权商品"})
    take(CASE, case, "report", viewer("张执法"), {"nature": "销售侵权商品", "proposal": "建议处罚。"})
    db.session.commit()
    paper = db.session.scalars(select(Paper).where(Paper.kind == "investigation_report")).one()
    assert paper.facts["case_no"] == case.number
    assert {row["name"]: row["fen"] for row in paper.facts["amounts"]}["非法经营额"] == 99990
    assert queries.reports_of(case)[0].proposal == "建议处罚。"


WRITTEN = {"nature": "销售侵权商品", "proposal": "建议处罚。"}


def test_apl_40_proc_48_a_report_that_rests_on_nothing_is_refused(app, viewer, sign_in):
    case = world.investigated(viewer)
    with pytest.raises(Refused, match="没有证据，也没有现场笔录"):
        take(CASE, case, "report", viewer("张执法"), WRITTEN)
    db.session.rollback()
    assert "案卷中没有证据" in sign_in("张执法").get(f"/cases/{case.id}").get_data(as_text=True)
    item = world.proven(case, viewer("张执法"))
    evidence_actions.withdraw(item, case, viewer("张执法"), "与本案无关")
    with pytest.raises(Refused, match="没有证据，也没有现场笔录"):
        take(CASE, case, "report", viewer("张执法"), WRITTEN)
    world.proven(case, viewer("张执法"))
    take(CASE, case, "report", viewer("张执法"), WRITTEN)


def test_r05_proc_19_a_report_of_an_officer_without_a_valid_certificate_is_refused(app, viewer, person):
    case = world.investigated(viewer)
    world.proven(case, viewer("张执法"))
    person("李执法").certificate_until = clock.today() - dt.timedelta(days=1)
    db.session.flush()
    with pytest.raises(Refused, match="执法证已失效"):
        take(CASE, case, "report", viewer("张执法"), WRITTEN)


def test_proc19_proposed_officers_are_shown_with_the_certificates_they_hold(app, viewer, sign_in):
    case = world.filed(viewer)
    db.session.commit()
    page = sign_in("王科长").get(f"/cases/{case.id}").get_data(as_text=True)
    for row in case.proposed_officers:
        assert str(row.person.certificate_no) in page


def test_proc48_form_35_tells_the_course_in_order_of_dates_from_the_clue_on(app, viewer, monkeypatch):
    from app.cases import papers

    case = world.investigated(viewer, at=START)
    clue = SimpleNamespace(found_at=START - 9 * DAY, proposed_at=START - DAY, source="群众举报", number="1号")
    told = SimpleNamespace(filed_at=case.filed_at, number=case.number, links=[SimpleNamespace(clue=clue)])
    seen = [SimpleNamespace(started_at=START - 2 * DAY, place="店内")]
    asked = [SimpleNamespace(started_at=START + DAY, person_name="店主", times=1)]
    monkeypatch.setattr(queries, "site_records_of", lambda _case: seen)
    monkeypatch.setattr(queries, "interviews_of", lambda _case: asked)
    course = papers.course(told)
    assert [one.at for one in course] == [
        "2026年8月23日",
        "2026年8月30日",
        "2026年8月31日",
        "2026年9月1日",
        "2026年9月2日",
    ]
    for one, word in zip(course, ("发现线索", "现场检查", "核查完毕", "批准立案", "询问店主"), strict=True):
        assert word in one.text
