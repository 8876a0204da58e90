"""The transfer against the text of the law: what the review of an administrative lawyer found, article by article."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, deadlines
from app.core.errors import Forbidden, Refused
from app.documents.models import Paper
from app.extensions import db
from app.law.queries import cite
from app.people.models import Person, Post
from app.transfers.show import limitation
from app.transfers.workflow import TRANSFER
from app.ui import fuse_of
from tests.transfers.world import a_case, a_transfer, brought_to, do, when, who


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


def test_order310_3_new_facts_after_a_return_begin_a_clean_round(app: Flask) -> None:
    transfer = brought_to("not_filed")
    do(transfer, "suggest_supervision", "孙内勤", reason="应当立案。")
    transfer.status = "returned_not_police_matter"
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
    made = {
        p.kind: p.facts
        for p in db.session.scalars(select(Paper).where(Paper.subject_id == transfer.id, Paper.step == "approve"))
    }
    assert "行政处罚决定书" in made["transfer_letter"]["annexes"]
    assert "行政处罚决定书副本" in made["copy_to_procuratorate"]["annexes"]
