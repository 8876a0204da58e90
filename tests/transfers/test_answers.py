"""Papers of the police that come in late or decide the matter: their own date, their scan, their article."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, deadlines
from app.core.errors import Refused
from app.extensions import db
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER
from tests.transfers.world import brought_to, do, scanned, when, who

MONDAY = when("2026-11-02 09:00")


def due(transfer: Transfer, term: str) -> str:
    row = deadlines.running(transfer, term)
    return f"{clock.local(row.due_at):%Y-%m-%d %H:%M}" if row is not None else ""


def states(transfer: Transfer) -> dict[str, str]:
    return {row.term: row.state for row in deadlines.of(transfer)}


# --- the own date of a late paper (A.3, A.5) ----------------------------------------------------------------------------


def test_police_rules_180_2_an_acceptance_that_is_recorded_late_was_given_in_time(app: Flask) -> None:
    transfer = brought_to("receipt_signed", at=MONDAY)
    do(
        transfer,
        "record_accept",
        "孙内勤",
        when("2026-11-05 09:00"),
        doc_no="无",
        received_at=when("2026-11-02 17:00"),
        received_by="李执法",
    )
    assert states(transfer)["police_material_notice"] == "met"
    row = transfer.events[-1]
    assert (row.received_at, row.received_by, row.recorded_by.name) == (when("2026-11-02 17:00"), "李执法", "孙内勤")


def test_order310_7_the_next_body_signs_within_24_hours_of_the_forwarding_not_of_the_typing(app: Flask) -> None:
    transfer = brought_to("receipt_signed", at=MONDAY)
    do(transfer, "record_forward", "孙内勤", when("2026-11-04 09:00"), doc_no="无", reason="行为地在市区。",
       forwarded_to_id=who("市公安局唐警官").organ_id, forwarded_at=when("2026-11-03 08:00"))  # fmt: skip
    assert due(transfer, "police_receipt") == "2026-11-04 08:00"
    assert states(transfer)["police_material_notice"] == "met"
    with pytest.raises(Refused) as refused:
        do(
            transfer,
            "sign_receipt",
            "市公安局唐警官",
            when("2026-11-04 10:00"),
            receipt_by="唐警官",
            receipt_at=when("2026-11-03 07:00"),
        )
    assert "转送时间" in refused.value.sentence
    do(
        transfer,
        "sign_receipt",
        "市公安局唐警官",
        when("2026-11-04 10:00"),
        receipt_by="唐警官",
        receipt_at=when("2026-11-04 07:00"),
    )
    assert transfer.forwarded_at is None


def test_police_rules_180_2_material_that_was_supplied_in_time_is_not_late_by_the_typing(app: Flask) -> None:
    transfer = brought_to("supplement_requested", at=MONDAY)
    assert due(transfer, "material_supplement") == "2026-11-05 23:59"
    with pytest.raises(Refused):
        do(
            transfer,
            "supply_material",
            "孙内勤",
            when("2026-11-06 09:00"),
            supplied="已补。",
            supplied_at=when("2026-11-01 09:00"),
        )
    do(
        transfer,
        "supply_material",
        "孙内勤",
        when("2026-11-06 09:00"),
        supplied="已补。",
        supplied_at=when("2026-11-05 17:00"),
    )
    assert states(transfer)["material_supplement"] == "met"


@pytest.mark.parametrize(("state", "step", "given"), [
    ("not_filed", "request_reconsideration", {"reconsideration_at": "2026-11-01 09:00", "reason": "达到标准。"}),
    ("not_filed", "suggest_supervision", {"supervision_at": "2026-11-01 09:00", "reason": "应当立案。"}),
    ("handed_over", "sign_copy", {"copy_received_at": "2026-11-01 09:00", "copy_received_by": "孙检"}),
    ("handed_over", "record_copy", {"copy_received_at": "2026-11-01 09:00", "copy_received_by": "孙检"}),
    ("receipt_signed", "record_accept", {"received_at": "2026-11-01 09:00"}),
    ("receipt_signed", "record_return_package", {"received_at": "2026-11-01 09:00", "reason": "不属职责范围。"}),
    ("handed_over", "record_forward", {"forwarded_at": "2026-11-01 09:00", "reason": "行为地。", "forwarded_to_id": "1"}),
    ("under_police_review", "record_extend_review", {"received_at": "2026-11-01 09:00", "police_extension": 10, "reason": "复杂。"}),
])  # fmt: skip
def test_a3_no_fact_lies_before_the_one_it_follows(app: Flask, state: str, step: str, given: dict[str, Any]) -> None:
    transfer = brought_to(state, at=MONDAY)
    data = {name: when(value) if name.endswith("_at") else value for name, value in given.items()}
    person = "检察院孙检" if step == "sign_copy" else "孙内勤"
    with pytest.raises(Refused) as refused:
        do(transfer, step, person, when("2026-11-03 09:00"), **data, doc_no="无", scan=scanned())
    assert (refused.value.status, "不能早于" in refused.value.sentence) == (422, True)
    assert transfer.status == state


def test_a5_the_form_of_a_late_answer_asks_when_and_to_whom_it_came_and_not_the_police(app: Flask, sign_in) -> None:
    transfer = brought_to("receipt_signed")
    db.session.commit()
    url = f"/transfers/{transfer.id}/steps/"
    page = sign_in("孙内勤").get(url + "record_accept").get_data(as_text=True)
    assert 'name="received_at"' in page
    assert 'name="received_by"' in page
    assert clock.local(clock.now()).strftime('value="%Y-%m-%dT') in page, "one click: now"
    own = sign_in("公安刘警官").get(url + "accept").get_data(as_text=True)
    assert 'name="received_at"' not in own
    assert 'name="received_by"' not in own


# --- the scan -----------------------------------------------------------------------------------------------------------


def test_a5_an_answer_that_decides_is_recorded_with_the_scan_of_its_paper(app: Flask, sign_in) -> None:
    transfer = brought_to("under_police_review")
    with pytest.raises(Refused) as refused:
        do(transfer, "record_file", "张执法", police_case_no="无", doc_no="无")
    assert (refused.value.status, "扫描件" in refused.value.sentence) == (422, True)
    db.session.commit()
    transfer_id, client = transfer.id, sign_in("孙内勤")
    url, given = (
        f"/transfers/{transfer_id}/steps/record_file",
        {"police_case_no": "浉公立字〔2026〕9号", "doc_no": "无"},
    )
    assert "请附上文书的扫描件" in client.post_form(url, given).get_data(as_text=True)
    given["scan"] = (io.BytesIO(b"%PDF-1.4 scan"), "立案通知书.pdf")
    assert client.post_form(url, given, content_type="multipart/form-data").status_code == 303
    db.session.rollback()
    event = db.session.get_one(Transfer, transfer_id).events[-1]
    assert (event.kind, event.scan.name) == ("file", "立案通知书.pdf")


def test_a5_only_the_twins_we_take_from_paper_want_a_scan() -> None:
    wanting = {step.id for step in TRANSFER.steps if any(guard.id == "scan_given" for guard in step.needs)}
    assert wanting == {
        "record_file", "record_not_file", "record_file_on_review", "record_uphold_not_filing", "record_return_package", "record_demand",
    }  # fmt: skip


# --- the articles -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "law"), [
    ("return_package", "公安机关办理刑事案件程序规定 180(3)"), ("forward", "国务院令第310号 7；公安机关办理刑事案件程序规定 175"),
    ("file_on_review", "国务院令第310号 9(2)、9(3)；公安机关办理刑事案件程序规定 181、182(2)"),
])  # fmt: skip
def test_police_rules_180_3_is_the_return_and_175_the_forwarding(step: str, law: str) -> None:
    assert TRANSFER.step(step).law == law


# --- state 15 -----------------------------------------------------------------------------------------------------------


def test_procuratorate_rules_562_days_that_ran_out_during_a_supplement_are_over_when_it_is_supplied(app: Flask) -> None:
    with clock.standing_at(MONDAY):
        transfer = brought_to("supplement_requested", at=MONDAY)
        db.session.commit()
    for hours in range(0, 24 * 5, 12):
        with clock.standing_at(MONDAY + dt.timedelta(hours=hours)):
            deadlines.warn()
            db.session.commit()
    assert transfer.status == "supplement_requested"
    assert states(transfer)["police_filing_basic"] == "missed"
    do(transfer, "supply_material", "孙内勤", when("2026-11-07 09:00"), supplied="已补。", late_reason="鉴定迟延。")
    assert transfer.status == "no_decision_overdue"
    do(transfer, "suggest_supervision", "孙内勤", when("2026-11-07 10:00"), reason="逾期未作决定。")
    do(transfer, "file", "公安刘警官", when("2026-11-08 10:00"), police_case_no="浉公立字〔2026〕9号")
    assert transfer.status == "filed"
    assert states(transfer)["police_filing_basic"] == "met_late"


def test_procuratorate_rules_562_material_supplied_in_time_leaves_the_police_their_days(app: Flask) -> None:
    transfer = brought_to("supplement_requested", at=MONDAY)
    do(transfer, "supply_material", "孙内勤", when("2026-11-04 09:00"), supplied="已补。")
    assert transfer.status == "receipt_signed"
    # Time itself notes the end later on; nothing of the receipt is left open by it.
    with clock.standing_at(when("2026-11-06 09:00")):
        db.session.commit()
        deadlines.warn()
        db.session.commit()
    assert transfer.status == "no_decision_overdue"
    assert deadlines.running(transfer, "police_material_notice") is None
    assert db.session.scalar(select(Transfer.status)) == "no_decision_overdue"
