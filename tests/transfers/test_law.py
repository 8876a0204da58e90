"""The transfer against the text of the law: what the review of an administrative lawyer found, article by article."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.cases import goods_actions
from app.cases.evidence import Evidence
from app.cases.goods import GoodsLine
from app.cases.models import next_in_case
from app.cases.workflow import CASE
from app.core import clock, deadlines
from app.core.errors import Forbidden, Refused
from app.core.steps import take
from app.documents.models import Paper
from app.extensions import db
from app.law.queries import cite
from app.people.models import Person, Post
from app.transfers import queries
from app.transfers.models import Transfer
from app.transfers.show import limitation
from app.transfers.workflow import TRANSFER
from app.ui import fuse_of
from tests.transfers.world import GIVEN, HANDED, REPORT, a_case, a_transfer, brought_to, do, scanned, when, who


def test_order310_5_1_a_number_that_no_text_gives_says_so_on_the_page(app: Flask, sign_in) -> None:
    transfer = a_transfer()
    row = deadlines.running(transfer, "team_designation")
    assert row is not None
    assert "无天数" in fuse_of(row)["doubt"]
    db.session.commit()
    page = sign_in("王科长").get(f"/transfers/{transfer.id}").get_data(as_text=True)
    visible = page.split("fuse-doubt", 1)[1].split("</p>", 1)[0]
    assert "无天数" in visible


def test_the_copy_to_the_procuratorate_names_opinions_without_inventing_articles(app: Flask) -> None:
    printed = str(cite("copy_procuratorate", clock.today()))
    assert "关于在行政执法中及时移送涉嫌犯罪案件的意见》" in printed
    assert "条" not in printed.replace("《", "").split("意见》")[-1]
    assert "第一条" not in printed
    assert "第四条" not in printed


def test_order310_5_2_only_team_or_registrar_carries_the_transfer_out(app: Flask) -> None:
    transfer = brought_to("approved")
    with pytest.raises(Forbidden) as refused:
        do(transfer, "hand_over", outsider().name, handed_to="刘警官", medium="both", no_appraisal_reason="无")
    assert "专案组" in refused.value.sentence
    assert "hand_over" not in {step.id for step in TRANSFER.open_to(transfer, who(outsider().name))}
    do(transfer, "hand_over", "张执法", handed_to="刘警官", medium="both", no_appraisal_reason="无")
    with pytest.raises(Forbidden):
        do(transfer, "record_sign_receipt", outsider().name, doc_no="无", receipt_by="刘警官")


def outsider() -> Person:
    """A third officer of the bureau, on neither case nor team."""
    found = db.session.scalar(select(Person).where(Person.name == "局外人"))
    if found is None:
        organ_id = who("张执法").organ_id
        found = Person(
            account="outsider",
            name="局外人",
            password_hash="x",
            certificate_no="X1",
            certificate_until=dt.date(2030, 1, 1),
        )
        found.posts = [Post(organ_id=organ_id, kind="officer", since=dt.date(2020, 1, 1))]
        db.session.add(found)
        db.session.flush()
    return found


def test_proc_49_who_ever_handled_the_case_gives_no_opinion_and_no_decision(app: Flask) -> None:
    transfer = brought_to("awaiting_endorsement")
    officer = who("李执法")
    do(transfer, "send_back", "王科长", reason="补充。")
    do(transfer, "change_team", "王科长", members=[who("张执法").user_id, outsider().id], reason="人员变动。")
    assert officer.user_id not in transfer.member_ids
    transfer.status = "awaiting_decision"
    acting = replace(officer, post="head", acting=True)
    for step in ("approve", "reject", "return_for_correction"):
        shut = TRANSFER.why_not(TRANSFER.step(step), transfer, acting)
        assert shut is not None
        assert shut.kind == "separation", step
    reviewing = replace(officer, post="reviewer")
    shut = TRANSFER.why_not(TRANSFER.step("give_legal_opinion"), transfer, reviewing)
    assert shut is not None
    assert shut.kind == "separation"


def test_order310_9_2_supervision_is_still_open_after_the_reconsideration(app: Flask) -> None:
    transfer = brought_to("not_filed")
    do(transfer, "request_reconsideration", "孙内勤", reason="数额已达标准。")
    with pytest.raises(Refused):
        do(transfer, "request_reconsideration", "孙内勤", reason="再次。")
    do(transfer, "suggest_supervision", "孙内勤", reason="复议维持不予立案。")
    assert transfer.supervision_at is not None
    with pytest.raises(Refused):
        do(transfer, "suggest_supervision", "孙内勤", reason="再次。")


def running(transfer: Transfer, term: str) -> str:
    row = deadlines.running(transfer, term)
    return f"{clock.local(row.due_at):%Y-%m-%d}" if row is not None else ""


def test_order310_9_2_police_answer_a_reconsideration_in_three_days_and_the_suggestion_follows_in_three(
    app: Flask,
) -> None:
    """A.10 (8): notice on the 1st, request by the 4th, upheld decision received on the 8th, suggestion by the 11th."""
    transfer = brought_to("under_police_review", at=when("2026-11-30 09:00"))
    do(transfer, "not_file", "公安刘警官", when("2026-12-01 10:00"), not_filed_reasons="事实不清。")
    with pytest.raises(Refused):  # nobody has asked yet
        do(transfer, "uphold_not_filing", "公安刘警官", when("2026-12-01 11:00"), reason="维持。")
    do(transfer, "request_reconsideration", "孙内勤", when("2026-12-04 09:00"), reason="达到立案标准。")
    assert running(transfer, "reconsideration_decision") == "2026-12-07"
    do(transfer, "record_uphold_not_filing", "孙内勤", when("2026-12-09 09:00"), reason="维持。", doc_no="浉公复字〔2026〕1号", scan=scanned(),
       reconsidered_at=when("2026-12-08 15:00"))  # fmt: skip
    assert transfer.status == "not_filed"
    assert running(transfer, "reconsideration_decision") == ""
    assert running(transfer, "supervision_suggestion_3d") == "2026-12-11"
    assert transfer.events[-1].kind == "uphold_not_filing"
    assert transfer.events[-1].received_at == when("2026-12-08 15:00")
    do(transfer, "suggest_supervision", "孙内勤", when("2026-12-11 09:00"), reason="仍有异议。")
    assert running(transfer, "supervision_suggestion_3d") == ""


def test_order310_7_a_forwarded_package_is_signed_for_within_24_hours_of_the_forwarding(app: Flask) -> None:
    transfer = brought_to("receipt_signed", at=when("2026-11-02 09:00"))
    do(
        transfer,
        "forward",
        "公安刘警官",
        when("2026-11-03 08:00"),
        forwarded_to_id=who("市公安局唐警官").organ_id,
        reason="行为地在市区。",
    )
    row = deadlines.running(transfer, "police_receipt")
    assert row is not None
    assert row.due_at == when("2026-11-04 08:00")


def test_a3_a_paper_that_comes_in_late_cannot_lie_before_the_fact_it_follows(app: Flask) -> None:
    transfer = brought_to("under_police_review", at=when("2026-11-02 09:00"))
    with pytest.raises(Refused) as refused:
        do(transfer, "record_file", "孙内勤", when("2026-11-05 09:00"), police_case_no="浉公立字〔2026〕9号", doc_no="无", scan=scanned(),
           filed_received_at=when("2026-11-01 09:00"))  # fmt: skip
    assert (refused.value.status, "不能早于" in refused.value.sentence) == (422, True)
    do(transfer, "record_file", "孙内勤", when("2026-11-05 09:00"), police_case_no="浉公立字〔2026〕9号", doc_no="无", scan=scanned(),
       filed_received_at=when("2026-11-03 09:00"))  # fmt: skip
    assert running(transfer, "goods_handover_3d") == "2026-11-06"


def test_proc_18_a_returned_case_may_have_fifteen_working_days_more_by_the_head_and_once(app: Flask) -> None:
    transfer = brought_to("not_filed", at=when("2026-11-02 09:00"))
    do(transfer, "return_to_administrative", "孙内勤", when("2026-11-03 09:00"), reason="不予立案。")
    with pytest.raises(Forbidden):
        do(transfer, "extend_verify", "王科长", when("2026-11-10 09:00"), reason="需要鉴定。")
    do(transfer, "extend_verify", "周副局", when("2026-11-10 09:00"), reason="需要鉴定。")
    assert running(transfer, "returned_case_verify") == "2026-12-15"
    with pytest.raises(Refused):
        do(transfer, "extend_verify", "周副局", when("2026-11-11 09:00"), reason="再次。")


def test_order310_6_2_the_approval_form_prints_the_screening_as_it_stood_when_the_report_was_handed_in(
    app: Flask,
) -> None:
    transfer = brought_to("report_drafting")
    transfer.crimes = ["counterfeit_registered_mark"]
    goods = db.session.scalars(select(GoodsLine).where(GoodsLine.case_id == transfer.case_id)).one()
    goods_actions.change_line(goods, transfer.case, who("张执法"), {"quantity_milli": 900_000})
    do(transfer, "submit_report", "李执法", team_opinion="建议移送。")
    goods_actions.change_line(goods, transfer.case, who("张执法"), {"quantity_milli": 950_000})
    do(transfer, "endorse", "王科长", reason="同意。")
    form = db.session.scalars(
        select(Paper).where(Paper.subject_id == transfer.id, Paper.kind == "transfer_approval")
    ).one()
    assert "180,000.00元" in {hit["value"] for hit in form.facts["hits"]}
    assert all(hit["article"].startswith(("法释〔2025〕5号第", "《刑法》第")) for hit in form.facts["hits"]), (
        "of which instrument"
    )


def test_proc_46_what_had_stopped_the_case_before_the_transfer_still_stops_it_after_the_return(app: Flask) -> None:
    transfer = brought_to("approved", at=when("2026-11-02 09:00"))
    case = transfer.case
    with clock.standing_at(when("2026-11-02 10:00")):
        take(
            CASE,
            case,
            "ask",
            who("张执法"),
            {"asked": "suspend", "asked_ground": "whereabouts", "asked_reason": "当事人下落不明。"},
        )
        take(CASE, case, "suspend", who("周副局"), {})
    do(
        transfer,
        "hand_over",
        "孙内勤",
        when("2026-11-02 11:00"),
        handed_to="刘警官",
        medium="both",
        no_appraisal_reason="权利人已鉴别。",
    )
    assert case.held_for_transfer
    do(transfer, "return_package", "公安刘警官", when("2026-11-03 09:00"), reason="不属管辖。")
    do(transfer, "return_to_administrative", "孙内勤", when("2026-11-04 09:00"), reason="不属公安机关管辖。")
    assert (case.status, case.held_ground) == ("suspended", "whereabouts")
    row = deadlines.running(case, "case_decision")
    assert row is not None
    assert row.state == "paused"


def test_compulsion_law_25_the_seizure_runs_while_the_police_examine_and_ends_with_the_handing_over(app: Flask) -> None:
    transfer = brought_to("filed", at=when("2026-11-02 09:00"))
    assert running(transfer.case, "seizure") == "2026-12-01"  # the list was made on 1 November
    do(transfer, "hand_over_goods", "孙内勤", when("2026-11-04 10:00"), **GIVEN)
    assert running(transfer.case, "seizure") == ""


def test_order310_3_new_facts_after_a_return_begin_a_clean_round(app: Flask) -> None:
    transfer = brought_to("not_filed")
    do(transfer, "suggest_supervision", "孙内勤", reason="应当立案。")
    transfer.status = "returned_not_police_matter"
    do(transfer, "sign_copy", "检察院孙检")
    do(transfer, "reopen", "张执法", reason="发现新的销售记录。")
    for name in (
        "decided_at",
        "handed_at",
        "not_filed_received_at",
        "reconsideration_at",
        "supervision_at",
        "report_received_at",
    ):
        assert getattr(transfer, name) is None, name


@pytest.mark.parametrize(
    ("ended", "tone"), [(dt.date(2024, 11, 20), "info"), (dt.date(2024, 11, 19), "stop"), (None, "warn")]
)
def test_apl_36_a_returned_case_shows_its_limitation(app: Flask, sign_in, ended: dt.date | None, tone: str) -> None:
    case = a_case(at=when("2026-11-20 10:00"))
    case.act_to = ended
    transfer = brought_to("returned_to_administrative", a_transfer(case))
    db.session.commit()
    found = limitation(transfer)
    assert found is not None
    assert found["tone"] == tone
    page = sign_in("孙内勤").get(f"/transfers/{transfer.id}").get_data(as_text=True)
    assert found["text"] in page


def test_order310_5_2_no_reason_is_put_into_the_principals_mouth(app: Flask) -> None:
    transfer = brought_to("approved")
    paper = db.session.scalars(
        select(Paper)
        .where(Paper.subject_id == transfer.id, Paper.kind == "transfer_approval")
        .order_by(Paper.id.desc())
    ).first()
    assert paper is not None
    assert paper.facts["decision"] == "批准移送"
    assert paper.facts["decision_reasons"] == ""


def test_order310_6_a_penalty_already_imposed_goes_with_letter_and_copy(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    transfer.penalties_imposed = "警告（浉市监处罚〔2026〕1号）"
    do(transfer, "approve", "陈局长", reason="")
    do(transfer, "hand_over", "孙内勤", handed_to="刘警官", medium="both", no_appraisal_reason="无")
    made = {p.kind: p.facts for p in queries.papers(transfer)}
    assert "行政处罚决定书" in made["transfer_letter"]["annexes"]
    assert "行政处罚决定书副本" in made["copy_to_procuratorate"]["annexes"]
    line = next(one for one in made["materials_list"]["lines"] if one["title"] == "行政处罚决定书")
    assert line["remarks"] == "警告（浉市监处罚〔2026〕1号）", (
        "what the letter names travels, and only what D4 names travels"
    )


@pytest.mark.parametrize("typed", ["无", "没有。", "／", " - "])
def test_order310_6_11_no_paper_names_a_penalty_decision_that_does_not_exist(app: Flask, sign_in, typed: str) -> None:
    transfer = brought_to("report_drafting")
    db.session.commit()
    url = f"/transfers/{transfer.id}/steps/draft_report"
    given = {**REPORT, "penalties_imposed": typed}
    assert sign_in("张执法").post_form(url, given).status_code == 303
    assert db.session.get_one(Transfer, transfer.id).penalties_imposed == ""
    transfer.reading = None  # what the page kept on the row of this test
    transfer.penalties_imposed = typed  # as rows from before hold it
    for step, name in (("submit_report", "张执法"), ("endorse", "王科长"), ("approve", "陈局长")):
        do(transfer, step, name, reason="同意。")
    do(transfer, "hand_over", "孙内勤", **HANDED)
    made = {p.kind: p.facts for p in queries.papers(transfer)}
    assert made["transfer_approval"]["penalties"] == "无"
    assert not [
        kind
        for kind in ("transfer_letter", "materials_list", "copy_to_procuratorate")
        if "处罚决定书" in str(made[kind])
    ]


def test_proc_23_24_order310_6_nothing_goes_to_the_police_under_an_unknown_kind(app: Flask, sign_in) -> None:
    """D4 would name what came with the clue "种类待补充": it is completed before the report, and before anything leaves."""
    case = a_case()

    def came_with_the_clue() -> Evidence:
        item = Evidence(
            case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, Evidence.n, case.id), kind="", title="举报材料",
            created_by_id=who("张执法").user_id,
        )  # fmt: skip
        db.session.add(item)
        db.session.commit()
        return item

    transfer = brought_to("report_drafting", a_transfer(case))
    item = came_with_the_clue()
    with pytest.raises(Refused, match="移送材料清单无法如实列明"):
        do(transfer, "submit_report", "张执法", team_opinion="")
    db.session.rollback()
    url = f"/transfers/{transfer.id}"
    for page in (url, f"{url}/steps/submit_report"):
        text = sign_in("张执法").get(page).get_data(as_text=True)
        assert "移送材料清单无法如实列明" in text
        assert f'<a href="/cases/{case.id}/evidence">打开证据目录补全</a>' in text
    item.kind = "documentary"
    transfer.reading = None  # the pages above kept theirs on the row of this test
    do(transfer, "submit_report", "张执法", team_opinion="")
    do(transfer, "endorse", "王科长", reason="同意移送。")
    do(transfer, "approve", "陈局长", reason="")
    late = came_with_the_clue()
    with pytest.raises(Refused, match="移送材料清单无法如实列明"):
        do(transfer, "hand_over", "孙内勤", **HANDED)
    db.session.rollback()
    case.status = "terminated"
    assert not transfer.evidence_open, "nobody could complete it any more, and the twenty-four hours run"
    db.session.rollback()
    late.withdrawn_at = clock.now()
    do(transfer, "hand_over", "孙内勤", **HANDED)
    assert transfer.status == "handed_over"
    assert "待补充" not in str(queries.listed(transfer))
