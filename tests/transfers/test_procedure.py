"""The procedure of the transfer: states, deadlines, and who may do what. Names of tests carry the article."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, deadlines
from app.core.errors import Forbidden, Refused, Stale
from app.core.steps import take
from app.extensions import db
from app.transfers import actions, queries
from app.transfers.models import PoliceEvent, Transfer
from app.transfers.terms import TERMS
from app.transfers.workflow import TRANSFER
from tests.transfers.world import GIVEN, ROAD, a_case, a_transfer, brought_to, do, printed, scanned, when, who


def due(transfer, term: str) -> str:
    row = deadlines.running(transfer, term)
    assert row is not None, f"{term} is not running"
    return f"{clock.local(row.due_at):%Y-%m-%d %H:%M}"


def states(transfer) -> dict[str, str]:
    return {row.term: row.state for row in deadlines.of(transfer)}


def test_table_has_no_faults() -> None:
    assert TRANSFER.faults() == []


def test_every_deadline_of_the_table_is_declared_and_used() -> None:
    named = {t for s in TRANSFER.steps for t in (*s.opens, *s.closes, *s.voids)} | set(TRANSFER.opens)
    assert named == {term.id for term in TERMS}


def test_numbers_without_a_text_are_marked() -> None:
    for term in TERMS:
        assert term.status in {"verified", "unverified"}
        if term.status == "unverified":
            assert "系本系统设定" in term.miss, term.id


@pytest.mark.parametrize("state", [*ROAD, "suspected"])
def test_every_state_is_reached_and_is_left_by_somebody(app: Flask, state: str) -> None:
    transfer = brought_to(state)
    assert transfer.status == state
    assert any(state in step.sources for step in TRANSFER.steps)


# --- the days and hours -----------------------------------------------------------------------------------------------


def test_a10_6_order310_5_2_report_on_friday_16_is_decided_by_monday_24_and_handed_over_24_clock_hours_later(
    app: Flask,
) -> None:
    friday = when("2026-11-20 16:00")
    transfer = brought_to("awaiting_decision", at=friday)
    assert due(transfer, "principal_decision") == "2026-11-23 23:59"  # natural days, the first not counted
    do(transfer, "approve", "陈局长", when("2026-11-23 09:30"), reason="")
    assert due(transfer, "handover_24h") == "2026-11-24 09:30"
    assert states(transfer)["principal_decision"] == "met"


def test_order310_5_2_return_for_correction_does_not_stop_the_three_days(app: Flask) -> None:
    transfer = brought_to("awaiting_decision", at=when("2026-11-20 16:00"))
    do(transfer, "return_for_correction", "陈局长", when("2026-11-21 09:00"), reason="补充计算过程。")
    do(transfer, "resubmit", "张执法", when("2026-11-23 10:00"), team_opinion="已补充。")
    assert due(transfer, "principal_decision") == "2026-11-23 23:59"


def test_order310_5_2_unit_head_sends_back_and_the_head_has_three_days_from_when_he_has_it(app: Flask) -> None:
    transfer = brought_to("awaiting_endorsement", at=when("2026-11-16 09:00"))
    do(transfer, "send_back", "王科长", when("2026-11-16 10:00"), reason="补充证据。")
    do(transfer, "submit_report", "张执法", when("2026-11-19 09:00"), team_opinion="")
    do(transfer, "endorse", "王科长", when("2026-11-20 16:00"), reason="同意。")
    assert due(transfer, "principal_decision") == "2026-11-23 23:59"


def test_order310_5_2_a_late_decision_is_late(app: Flask) -> None:
    transfer = brought_to("awaiting_decision", at=when("2026-11-16 09:00"))
    do(transfer, "approve", "陈局长", when("2026-11-20 09:30"), reason="", late_reason="出差。")
    assert states(transfer)["principal_decision"] == "met_late"


def test_order310_5_2_handover_is_measured_by_the_delivery_not_by_the_typing(app: Flask) -> None:
    transfer = brought_to("approved", at=when("2026-11-20 09:00"))
    do(transfer, "hand_over", "孙内勤", when("2026-11-22 09:00"), handed_at=when("2026-11-21 08:00"), handed_to="刘警官", medium="paper",
       no_appraisal_reason="权利人已鉴别。")  # fmt: skip
    assert states(transfer)["handover_24h"] == "met"
    assert due(transfer, "police_receipt") == "2026-11-22 08:00"


def test_order310_8_police_have_three_days_from_acceptance_and_may_record_10_30_60(app: Flask) -> None:
    transfer = brought_to("under_police_review", at=when("2026-11-02 09:00"))
    assert due(transfer, "police_filing_basic") == "2026-11-05 23:59"
    at = when("2026-11-04 09:00")
    for days, end in ((10, "2026-11-12 23:59"), (30, "2026-12-02 23:59"), (60, "2027-01-01 23:59")):
        do(transfer, "extend_review", "公安刘警官", at, police_extension=days, reason="案情复杂，经批准。")
        assert due(transfer, "police_filing_basic") == end
    with pytest.raises(Refused):
        do(transfer, "extend_review", "公安刘警官", at, police_extension=30, reason="再延长。")


def test_police_rules_180_2_missing_material_is_asked_for_within_24_hours_and_supplied_in_three_days(
    app: Flask,
) -> None:
    transfer = brought_to("receipt_signed", at=when("2026-11-02 09:00"))
    assert due(transfer, "police_material_notice") == "2026-11-03 09:00"
    do(transfer, "request_supplement", "公安刘警官", when("2026-11-02 15:00"), supplement_list="1．鉴定意见")
    assert due(transfer, "material_supplement") == "2026-11-05 23:59"
    assert due(transfer, "police_filing_basic") == "2026-11-05 23:59"  # no text stops the police's own days
    do(transfer, "supply_material", "孙内勤", when("2026-11-04 09:00"), supplied="鉴定意见已补。")
    assert transfer.status == "receipt_signed"
    assert states(transfer)["material_supplement"] == "met"
    do(transfer, "request_supplement", "公安刘警官", when("2026-11-04 10:00"), supplement_list="2．账册")
    assert due(transfer, "material_supplement") == "2026-11-07 23:59"


def test_police_rules_180_2_missing_material_is_no_ground_to_refuse(app: Flask) -> None:
    # Whoever has received the package can ask, examine, forward or answer; no step refuses it for missing material.
    from_receipt = {s.id for s in TRANSFER.steps if "receipt_signed" in s.sources and s.post == "police_liaison"}
    assert from_receipt == {"request_supplement", "forward", "return_package", "accept"}
    assert "不属公安机关职责范围" in TRANSFER.step("return_package").name


def test_order310_8_no_decision_in_time_is_noted_by_itself_and_can_be_taken_to_the_procuratorate(app: Flask) -> None:
    with clock.standing_at(when("2026-11-02 09:00")):
        transfer = brought_to("under_police_review", at=when("2026-11-02 09:00"))
        db.session.commit()
    for hours in range(0, 24 * 5, 12):
        with clock.standing_at(when("2026-11-02 10:00") + dt.timedelta(hours=hours)):
            deadlines.warn()
            db.session.commit()
    assert transfer.status == "no_decision_overdue"
    do(transfer, "suggest_supervision", "孙内勤", reason="逾期未作决定。")
    assert transfer.supervision_at is not None
    do(transfer, "file", "公安刘警官", police_case_no="浉公立字〔2026〕9号")
    assert transfer.status == "filed"


def test_a10_8_order310_9_reconsideration_within_three_days_of_receiving_the_notice(app: Flask) -> None:
    transfer = brought_to("under_police_review", at=when("2026-11-30 09:00"))
    do(transfer, "record_not_file", "孙内勤", when("2026-12-02 11:00"), not_filed_reasons="事实不清。", doc_no="浉公不立字〔2026〕1号", scan=scanned(),
       not_filed_received_at=when("2026-12-01 10:00"))  # fmt: skip
    assert due(transfer, "reconsideration_request_3d") == "2026-12-04 23:59"
    do(transfer, "request_reconsideration", "孙内勤", when("2026-12-04 09:00"), reason="达到立案标准。")
    assert states(transfer)["reconsideration_request_3d"] == "met"
    with pytest.raises(Refused):
        do(transfer, "request_reconsideration", "孙内勤", reason="再次提请。")
    do(
        transfer, "suggest_supervision", "孙内勤", reason="复议维持，建议立案监督。"
    )  # 9(2): a duty after an upheld refusal
    do(transfer, "file_on_review", "公安刘警官", police_case_no="浉公立字〔2026〕9号")
    assert transfer.status == "filed"


def test_order310_12_goods_go_within_three_days_of_the_filing_with_both_signatures(app: Flask) -> None:
    transfer = brought_to("filed", at=when("2026-11-02 09:00"))
    assert due(transfer, "goods_handover_3d") == "2026-11-05 23:59"
    with pytest.raises(Refused) as refused:
        do(transfer, "hand_over_goods", "孙内勤", goods_giver="孙内勤", goods_receiver="")
    assert refused.value.status == 422
    do(
        transfer,
        "hand_over_goods",
        "孙内勤",
        when("2026-11-04 10:00"),
        goods_giver="孙内勤",
        goods_receiver="刘警官",
        goods_witnesses="甲、乙",
    )
    assert states(transfer)["goods_handover_3d"] == "met"


def test_order310_12_other_material_goes_within_three_days_also_where_there_are_no_goods(app: Flask) -> None:
    """The text names "涉案物品以及与案件有关的其他材料" and the formalities: they are owed without goods too."""
    transfer = brought_to(
        "filed", a_transfer(a_case(goods=False), at=when("2026-11-02 09:00")), when("2026-11-02 09:00")
    )
    assert due(transfer, "goods_handover_3d") == "2026-11-05 23:59"
    do(transfer, "sign_copy", "检察院孙检")
    with pytest.raises(Stale):
        do(transfer, "close", "周副局", reason="公安机关已立案。")
    at = when("2026-11-04 10:00")
    do(transfer, "hand_over_goods", "孙内勤", at, goods_giver="孙内勤", goods_receiver="刘警官")
    assert states(transfer)["goods_handover_3d"] == "met"
    assert deadlines.running(transfer, "notice_goods_moved") is None
    made = {p.kind: p for p in queries.papers(transfer) if p.step == "hand_over_goods"}
    assert set(made) == {"materials_list"}
    assert made["materials_list"].facts["handed_by"] == "孙内勤"
    assert made["materials_list"].facts["received_by"] == "刘警官"
    assert made["materials_list"].facts["handed_at"] == "2026年11月4日10时00分"
    do(transfer, "close", "周副局", reason="公安机关已立案。")
    assert transfer.status == "closed"


def test_compulsion_law_21_the_party_is_told_before_the_transfer_is_closed(app: Flask) -> None:
    transfer = brought_to("goods_handed_over")
    do(transfer, "sign_copy", "检察院孙检")
    with pytest.raises(Refused) as refused:
        do(transfer, "close", "周副局", reason="办结。")
    assert "行政强制法" in refused.value.sentence
    do(transfer, "tell_party", "孙内勤", party_told_at=clock.now())
    do(transfer, "close", "周副局", reason="办结。")


def test_compulsion_law_21_goods_may_go_with_the_case_when_that_was_chosen(app: Flask) -> None:
    transfer = brought_to("handed_over")
    with pytest.raises(Refused) as refused:
        do(transfer, "move_goods_with_case", "孙内勤", **GIVEN)
    assert "规定第十二条" in refused.value.sentence
    transfer = brought_to("approved", a_transfer(a_case(party="随案商行")))
    do(
        transfer,
        "hand_over",
        "孙内勤",
        handed_to="刘警官",
        medium="both",
        no_appraisal_reason="无",
        goods_with_case=True,
    )
    do(transfer, "move_goods_with_case", "孙内勤", **GIVEN)
    assert deadlines.running(transfer, "notice_goods_moved") is not None
    do(transfer, "tell_party", "孙内勤", party_told_at=clock.now())
    for step, data in (
        ("sign_receipt", {"receipt_by": "刘警官"}),
        ("accept", {}),
        ("file", {"police_case_no": "浉公立字〔2026〕9号"}),
    ):
        do(transfer, step, "公安刘警官", **data)
    # 国务院令第310号 12: the goods went, the other material and the formalities are still owed.
    moved = transfer.goods_handed_at
    assert deadlines.running(transfer, "goods_handover_3d") is not None
    do(transfer, "hand_over_goods", "孙内勤", goods_giver="李执法", goods_receiver="张警官")
    assert (transfer.goods_handed_at, transfer.goods_giver) == (moved, "孙内勤")
    assert deadlines.running(transfer, "notice_goods_moved") is None
    assert {p.kind for p in queries.papers(transfer) if p.step == "hand_over_goods"} == {"materials_list"}
    do(transfer, "sign_copy", "检察院孙检")
    do(transfer, "close", "周副局", reason="公安机关已立案。")


def test_order310_10_not_filed_goes_back_to_the_administrative_case_and_its_fifteen_working_days(app: Flask) -> None:
    transfer = brought_to("not_filed", at=when("2026-11-02 09:00"))
    assert transfer.case.status == "suspended"
    do(transfer, "return_to_administrative", "孙内勤", when("2026-11-03 09:00"), reason="不予立案。")
    assert due(transfer, "returned_case_verify") == "2026-11-24 23:59"
    assert states(transfer)["reconsideration_request_3d"] == "void"
    assert transfer.case.status == "investigating"


# --- who ---------------------------------------------------------------------------------------------------------------


NOT_THE_PRINCIPAL = (
    "周副局",
    "王科长",
    "赵审核",
    "张执法",
    "孙内勤",
    "市局高局长",
    "罗山许局长",
    "审计郑",
    "冯管理",
    "公安刘警官",
)


def test_order310_5_2_nobody_but_the_principal_of_the_owning_organ_decides(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    for name in NOT_THE_PRINCIPAL:
        for step in ("approve", "reject", "return_for_correction"):
            with pytest.raises(Forbidden):
                do(transfer, step, name, reason="理由")
            assert step not in {s.id for s in TRANSFER.open_to(transfer, who(name))}
    assert transfer.status == "awaiting_decision"


def test_order310_5_2_a_deputy_with_a_recorded_acting_assignment_decides(app: Flask, person) -> None:
    transfer = brought_to("awaiting_decision")
    deputy = person("周副局")
    deputy.posts[0].acting = True
    db.session.flush()
    do(transfer, "approve", "周副局", reason="主持工作，批准。")
    assert (transfer.decided_by.name, transfer.decided_as) == ("周副局", "主持工作的负责人")


def test_order310_5_1_team_needs_two_certified_officers_of_the_organ_and_not_who_decides(app: Flask, person) -> None:
    transfer = a_transfer()
    zhang, li = person("张执法"), person("李执法")
    cases = [[zhang.id], [zhang.id, zhang.id], [zhang.id, person("外县老周").id], [zhang.id, person("陈局长").id]]
    for members in cases:
        with pytest.raises(Refused) as refused:
            do(transfer, "designate_team", "王科长", members=members)
        assert refused.value.status == 422
    li.certificate_until = clock.today() - dt.timedelta(days=1)
    db.session.flush()
    with pytest.raises(Refused):
        do(transfer, "designate_team", "王科长", members=[zhang.id, li.id])


def test_order310_5_a_member_of_the_team_does_not_decide_even_with_an_acting_assignment(app: Flask, person) -> None:
    transfer = brought_to("awaiting_decision")
    member = person("李执法")
    member.posts[0].acting = True
    db.session.flush()
    with pytest.raises(Forbidden) as refused:
        do(transfer, "approve", "李执法", reason="")
    assert "专案组" in refused.value.sentence


def test_order310_5_1_only_the_team_writes_the_report(app: Flask) -> None:
    transfer = brought_to("team_designated")
    with pytest.raises(Refused):
        do(transfer, "draft_report", "孙内勤", report_source="越权")


def test_order310_5_2_refusal_needs_its_reasons_on_record(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    with pytest.raises(Refused) as refused:
        do(transfer, "reject", "陈局长", reason="  ")
    assert refused.value.status == 422
    do(transfer, "reject", "陈局长", reason="数额没有查清。")
    assert (transfer.decision, transfer.decision_reasons) == ("not_approved", "数额没有查清。")
    db.session.commit()
    entry = queries.history(who("陈局长"), transfer)[-1]
    assert (entry.act, entry.reason, entry.law) == ("reject", "数额没有查清。", "国务院令第310号 5(2)")


def test_order310_3_new_facts_open_a_refused_transfer_again(app: Flask) -> None:
    transfer = brought_to("not_approved")
    do(transfer, "reopen", "张执法", reason="查到新的仓库。")
    assert (transfer.status, transfer.decision, transfer.report_received_at) == ("suspected", "", None)
    assert deadlines.running(transfer, "team_designation") is not None


def test_house_switch_legal_opinion_is_asked_before_endorsing_and_never_by_a_member(app: Flask) -> None:
    app.config["LEGAL_OPINION"] = True
    transfer = brought_to("awaiting_endorsement")
    with pytest.raises(Refused) as refused:
        do(transfer, "endorse", "王科长", reason="同意。")
    assert "法制审核" in refused.value.sentence
    do(transfer, "give_legal_opinion", "赵审核", reason="依据正确。")
    do(transfer, "endorse", "王科长", reason="同意。")
    assert (transfer.legal_opinion, transfer.legal_opinion_by) == ("依据正确。", "赵审核")


# --- the ground --------------------------------------------------------------------------------------------------------


def test_a10_5_order310_3_2_reasonable_suspicion_needs_no_amount_and_a_screen_without_hit_holds_nothing_up(
    app: Flask,
) -> None:
    case = a_case(goods=False)
    transfer = brought_to("approved", a_transfer(case, ground="reasonable_suspicion"))
    assert (case.business_fen, transfer.status) == (0, "approved")
    letter = next(p for p in queries.papers(transfer) if p.kind == "transfer_letter")
    assert "《行政执法机关移送涉嫌犯罪案件的规定》第三条第二款" in letter.facts["basis"]


def test_order310_3_1_the_threshold_ground_is_open_whatever_the_screen_says(app: Flask) -> None:
    case = a_case(goods=False)
    assert queries.latest_screening(case) is None or not queries.latest_screening(case).hits
    assert a_transfer(case).status == "suspected"


@pytest.mark.parametrize("missing", ["suspicion_facts", "police_measures_needed"])
def test_order310_3_2_reasonable_suspicion_needs_both_texts(app: Flask, missing: str) -> None:
    case = a_case(goods=False)
    with pytest.raises(Refused) as refused:
        a_transfer(case, ground="reasonable_suspicion", **{missing: " "})
    assert refused.value.status == 422


@pytest.mark.parametrize(("day", "printed"), [("2026-12-31", "第六十一条"), ("2027-01-02", "第七十五条第二款")])
def test_a10_10_the_letter_prints_trademark_law_61_until_2026_and_75_from_2027(
    app: Flask, day: str, printed: str
) -> None:
    at = when(f"{day} 09:00")
    transfer = brought_to("approved", a_transfer(a_case(at=at - dt.timedelta(days=2)), at), at)
    letter = next(p for p in queries.papers(transfer) if p.kind == "transfer_letter")
    assert f"《中华人民共和国商标法》{printed}" in letter.facts["basis"]
    assert "《行政执法机关移送涉嫌犯罪案件的规定》第三条第一款" in letter.facts["basis"]
    assert letter.facts["basis"][0] == "《中华人民共和国行政处罚法》第二十七条第一款"


def test_only_an_officer_of_the_case_begins_a_transfer_and_only_one_runs(app: Flask) -> None:
    case = a_case()
    for name in ("王科长", "外县老周", "陈局长", "冯管理"):
        with pytest.raises(Forbidden):
            a_transfer(case, officer=name)
    a_transfer(case)
    with pytest.raises(Refused) as refused:
        a_transfer(case)
    assert refused.value.status == 409


# --- handing over ------------------------------------------------------------------------------------------------------


def test_order310_6_nothing_leaves_without_its_mandatory_annexes(app: Flask) -> None:
    transfer = brought_to("approved")
    given = {"handed_to": "刘警官", "medium": "both", "no_appraisal_reason": "权利人已鉴别。"}
    for kind in ("transfer_letter", "crime_report", "materials_list", "transfer_goods_list"):
        paper = next(p for p in queries.papers(transfer) if p.kind == kind)
        paper.state = "failed"
        db.session.flush()
        with pytest.raises(Refused):
            do(transfer, "hand_over", "孙内勤", **given)
        paper.state = "waiting"
        db.session.flush()
    do(transfer, "hand_over", "孙内勤", **given)


def test_order310_6_4_without_an_appraisal_the_reason_is_recorded(app: Flask) -> None:
    transfer = brought_to("approved")
    with pytest.raises(Refused) as refused:
        do(transfer, "hand_over", "孙内勤", handed_to="刘警官", medium="both")
    assert refused.value.status == 422
    do(transfer, "hand_over", "孙内勤", handed_to="刘警官", medium="both", no_appraisal_reason="权利人已鉴别。")
    assert transfer.no_appraisal_reason == "权利人已鉴别。"


def test_order310_5_2_cannot_be_handed_over_before_it_was_approved(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    with pytest.raises(Stale):
        do(transfer, "hand_over", "孙内勤", handed_to="刘警官")
    do(transfer, "approve", "陈局长", when("2026-11-23 09:30"), reason="")
    with pytest.raises(Refused):
        do(
            transfer,
            "hand_over",
            "孙内勤",
            handed_at=when("2026-11-23 08:00"),
            handed_to="刘警官",
            no_appraisal_reason="无",
        )


def test_order310_7_the_police_forward_and_the_new_body_signs(app: Flask) -> None:
    transfer = brought_to("forwarded_by_police")
    assert transfer.police.name == "信阳市公安局"
    with pytest.raises(Forbidden):
        do(transfer, "sign_receipt", "公安刘警官", receipt_by="公安刘警官")
    do(transfer, "sign_receipt", "市公安局唐警官", receipt_by="市公安局唐警官")
    assert deadlines.running(transfer, "police_filing_basic") is not None


def test_a5_every_answer_keeps_its_paper_and_who_entered_it(app: Flask) -> None:
    transfer = brought_to("handed_over")
    do(
        transfer,
        "record_sign_receipt",
        "孙内勤",
        receipt_by="刘警官",
        receipt_at=clock.now(),
        doc_no="回执1",
        issued_on=clock.today(),
    )
    do(transfer, "accept", "公安刘警官")
    rows = list(
        db.session.scalars(select(PoliceEvent).where(PoliceEvent.transfer_id == transfer.id).order_by(PoliceEvent.n))
    )
    assert [(r.n, r.kind, r.channel, r.doc_no, r.recorded_by.name) for r in rows] == [
        (1, "sign_receipt", "paper", "回执1", "孙内勤"), (2, "accept", "view", "", "公安刘警官"),
    ]  # fmt: skip
    with pytest.raises(Refused):
        do(transfer, "record_file", "孙内勤", police_case_no="浉公立字〔2026〕9号")


def test_the_case_waits_while_the_police_look_and_is_sent_when_they_file(app: Flask) -> None:
    transfer = brought_to("handed_over")
    assert transfer.case.status == "suspended"
    do(transfer, "sign_receipt", "公安刘警官", receipt_by="刘警官")
    do(transfer, "accept", "公安刘警官")
    do(transfer, "file", "公安刘警官", police_case_no="浉公立字〔2026〕9号")
    assert transfer.case.status == "sent"


def test_a_stale_page_changes_nothing(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    seen = transfer.version
    do(transfer, "give_legal_opinion", "赵审核", reason="依据正确。")
    with pytest.raises(Stale):
        take(TRANSFER, transfer, "approve", who("陈局长"), {"version": str(seen), "reason": ""})


TURNS = {
    "officer": ("team_designated", "report_drafting", "correcting", "approved", "supplement_requested", "filed", "not_filed"),
    "registrar": ("approved", "supplement_requested", "filed", "not_filed", "returned_not_police_matter", "goods_handed_over"),
    "unit_head": ("suspected", "awaiting_endorsement"),
    "head": ("not_approved", "goods_handed_over", "returned_to_administrative"),
    "reviewer": ("awaiting_endorsement", "awaiting_decision"),
    "principal": ("awaiting_decision",),
    "police_liaison": ("handed_over", "receipt_signed", "under_police_review"),
}  # fmt: skip


@pytest.mark.parametrize("name", ["王科长", "陈局长", "孙内勤", "公安刘警官", "张执法", "赵审核", "周副局"])
def test_the_list_of_what_waits_holds_what_the_table_opens(app: Flask, name: str) -> None:
    app.config["LEGAL_OPINION"] = True
    viewer = who(name)
    for state in TURNS[viewer.post]:
        transfer = brought_to_with_opinion(state)
        if viewer.post == "reviewer" and state == "awaiting_decision":  # again, on the corrected report
            do(transfer, "return_for_correction", "陈局长", reason="补充。")
            do(transfer, "resubmit", "张执法")
        if (
            viewer.post == "unit_head" and state == "awaiting_endorsement"
        ):  # until it is given the reviewer is waited for
            do(transfer, "give_legal_opinion", "赵审核", reason="依据正确。")
        if viewer.post == "head" and transfer.handed_at:
            do(transfer, "sign_copy", "检察院孙检")
            if state == "goods_handed_over":
                do(transfer, "tell_party", "孙内勤")
        printed(transfer)
        if state == "approved":
            assert not transfer.missing_annexes
        waiting = db.session.scalars(select(Transfer).where(queries.waiting_for(viewer))).all()
        assert transfer in waiting, state
        assert TRANSFER.open_to(transfer, viewer), state
        db.session.rollback()


def brought_to_with_opinion(state: str) -> Transfer:
    transfer = a_transfer()
    path = []
    end = state
    while end != "suspected":
        path.append(end)
        end = ROAD[end][0]
    for station in reversed(path):
        if station == "awaiting_decision":
            do(transfer, "give_legal_opinion", "赵审核", reason="依据正确。")
        _before, step, name, data = ROAD[station]
        do(transfer, step, name, **data(transfer))
    return transfer


def test_crimes_are_picked_from_the_list(app: Flask) -> None:
    with pytest.raises(Refused):
        actions.crimes_of(["murder"])
