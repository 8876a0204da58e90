"""Between the report and the decision: whose opinion on which report, who examines it, and how long it may lie."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from app.core import clock, deadlines
from app.core.errors import Forbidden, Refused
from app.extensions import db
from app.notices import recipients
from app.transfers import queries
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER
from tests.transfers.world import REPORT, a_transfer, brought_to, do, scanned, when, who

FRIDAY = when("2026-11-20 10:00")


def due(transfer: Transfer, term: str) -> str:
    row = deadlines.running(transfer, term)
    return f"{clock.local(row.due_at):%Y-%m-%d %H:%M}" if row is not None else ""


# --- opinions belong to the report they were given on -------------------------------------------------------------------


def test_order310_5_1_an_opinion_on_a_report_that_was_sent_back_is_none_on_the_next(app: Flask) -> None:
    app.config["LEGAL_OPINION"] = True
    transfer = brought_to("awaiting_endorsement")
    do(transfer, "give_legal_opinion", "赵审核", reason="依据正确。")
    do(transfer, "send_back", "王科长", reason="罪名不对。")
    do(transfer, "draft_report", "张执法", **{**REPORT, "crimes": ["counterfeit_registered_mark"]})
    do(transfer, "submit_report", "张执法")
    assert (transfer.legal_opinion, transfer.legal_opinion_by, transfer.legal_opinion_at) == ("", "", None)
    with pytest.raises(Refused) as refused:
        do(transfer, "endorse", "王科长", reason="同意。")
    assert "法制审核" in refused.value.sentence
    db.session.commit()
    assert "依据正确。" in {entry.reason for entry in queries.history(who("陈局长"), transfer)}


def test_order310_5_2_what_the_head_sent_back_comes_straight_to_him_and_asks_the_reviewer_anew(app: Flask) -> None:
    app.config["LEGAL_OPINION"] = True
    transfer = brought_to("awaiting_endorsement", at=FRIDAY)
    do(transfer, "give_legal_opinion", "赵审核", FRIDAY, reason="依据正确。")
    do(transfer, "endorse", "王科长", FRIDAY, reason="同意移送。")
    do(transfer, "return_for_correction", "陈局长", FRIDAY, reason="补充计算过程。")
    do(transfer, "resubmit", "张执法", when("2026-11-21 10:00"), team_opinion="已补充。")
    assert (transfer.status, transfer.legal_opinion, transfer.unit_opinion) == ("awaiting_decision", "", "同意移送。")
    assert transfer.unit_opinion_at < transfer.reported_at
    assert due(transfer, "principal_decision") == "2026-11-23 23:59", "the three days run on"
    assert transfer in db.session.scalars(db.select(Transfer).where(queries.waiting_for(who("赵审核")))).all()
    do(transfer, "give_legal_opinion", "赵审核", when("2026-11-21 11:00"), reason="更正后依据正确。")
    do(transfer, "approve", "陈局长", when("2026-11-21 12:00"), reason="")


# --- the report does not lie ----------------------------------------------------------------------------------------------


def test_house_alarm_a_report_lies_no_longer_than_a_working_day_before_it_goes_to_the_head(app: Flask) -> None:
    """Order 310 gives no number here; without one the three days might never begin (A.2: never able to extend them)."""
    transfer = brought_to("awaiting_endorsement", at=FRIDAY)
    assert due(transfer, "endorsement") == "2026-11-23 23:59"
    row = deadlines.running(transfer, "endorsement")
    assert row is not None
    assert row.declared.status == "unverified"
    assert {one.name for one in recipients.of(transfer, row.declared.tells)} == {"王科长", "赵审核", "陈局长"}
    do(transfer, "send_back", "王科长", FRIDAY, reason="补充。")
    assert due(transfer, "endorsement") == ""
    do(transfer, "submit_report", "张执法", when("2026-11-23 10:00"))
    assert due(transfer, "endorsement") == "2026-11-24 23:59"
    do(transfer, "endorse", "王科长", when("2026-11-23 11:00"), reason="同意。")
    assert due(transfer, "endorsement") == ""


# --- who ------------------------------------------------------------------------------------------------------------------


def test_e2_a_unit_head_of_the_team_does_not_examine_the_teams_report_and_the_head_stands_in(app: Flask) -> None:
    transfer = a_transfer()
    do(transfer, "designate_team", "王科长", members=[who("张执法").user_id, who("王科长").user_id])
    do(transfer, "draft_report", "王科长", **REPORT)
    do(transfer, "submit_report", "王科长")
    for step in ("endorse", "send_back"):
        with pytest.raises(Forbidden):
            do(transfer, step, "王科长", reason="同意。")
    assert [one.name for one in recipients.of(transfer, ("endorser",))] == ["周副局"]
    do(transfer, "endorse", "周副局", reason="同意，报主要负责人。")
    assert transfer.unit_opinion_by == "周副局"


def test_e2_the_head_does_not_examine_where_a_unit_head_can(app: Flask) -> None:
    transfer = brought_to("awaiting_endorsement")
    for step in ("endorse", "send_back"):
        shut = TRANSFER.why_not(TRANSFER.step(step), transfer, who("周副局"))
        assert shut is not None
        assert (shut.kind, "办案机构负责人审查" in shut.sentence) == ("separation", True)
    assert [one.name for one in recipients.of(transfer, ("endorser",))] == ["王科长"]


def test_order310_5_1_the_principal_may_name_the_team_too(app: Flask) -> None:
    transfer = a_transfer()
    members = [who("张执法").user_id, who("李执法").user_id]
    do(transfer, "designate_team", "陈局长", members=members)
    assert transfer.status == "team_designated"


@pytest.mark.parametrize("name", ["王科长", "孙内勤", "张执法"])
def test_a3_26_only_a_head_closes(app: Flask, name: str) -> None:
    transfer = brought_to("not_approved")
    with pytest.raises(Forbidden):
        do(transfer, "close", name, reason="办结。")
    do(transfer, "close", "陈局长", reason="办结。")


# --- an opinion that demands the transfer -----------------------------------------------------------------------------------


def test_procuratorate_rules_557_3_an_opinion_that_demands_the_transfer_begins_a_new_round(app: Flask, sign_in) -> None:
    transfer = brought_to("not_approved", at=FRIDAY)
    given = {
        "demand_from": "信阳市浉河区人民检察院",
        "demands": "建议移送公安机关。",
        "doc_no": "浉检意〔2026〕3号",
        "reply_due": clock.today(),
    }
    with pytest.raises(Refused) as refused:
        do(transfer, "record_demand", "孙内勤", **given)
    assert "扫描件" in refused.value.sentence
    with pytest.raises(Refused):
        do(transfer, "record_demand", "孙内勤", **given, scan=scanned(), received_at=when("2026-11-19 10:00"))
    with pytest.raises(Forbidden):
        do(transfer, "record_demand", "张执法", **given, scan=scanned())
    do(transfer, "record_demand", "孙内勤", **given, scan=scanned())
    assert (transfer.status, transfer.decision, transfer.decided_at) == ("suspected", "", None)
    assert due(transfer, "team_designation") != ""
    row = transfer.events[-1]
    assert (row.kind, row.issuing_body, row.summary, row.reply_due) == (
        "demand", "信阳市浉河区人民检察院", "建议移送公安机关。", clock.today(),
    )  # fmt: skip
    police = replace(who("公安刘警官"), organ_id=transfer.police_id)
    assert queries.events(police, transfer) == []
    db.session.commit()
    page = sign_in("陈局长").get(f"/transfers/{transfer.id}").get_data(as_text=True)
    assert "浉检意〔2026〕3号" in page
    assert "前回复" in page
