"""A case ready for transfer, and a way to bring a transfer to any state. Everything goes through the real steps."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import Any

import pikepdf
from sqlalchemy import and_, or_, select, update
from werkzeug.datastructures import FileStorage

from app.cases import actions as case_actions
from app.cases import goods_actions
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core import clock
from app.core.clock import SHANGHAI
from app.core.permissions import Viewer
from app.core.steps import take
from app.documents import actions as documents
from app.documents import correcting
from app.documents.models import Paper
from app.documents.storage import store
from app.extensions import db
from app.law.models import Cause
from app.people.models import Organ, Person
from app.people.queries import viewer_of
from app.registry.models import Party
from app.transfers import actions, queries
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER

REPORT = {
    "crimes": ["sell_counterfeit_mark_goods"], "report_source": "2026年11月16日检查发现。", "report_facts": "销售假冒“信阳毛尖”茶叶。\n金额218,430.00元。",
    "report_evidence": "现场笔录、询问笔录、权利人鉴别意见。", "right_holder_opinion": "系假冒。", "report_proposal": "建议移送公安机关。",
    "suspicion_facts": "买家聊天记录显示有批发网络。", "police_measures_needed": "调取资金流水。",
}  # fmt: skip


HANDED = {"handed_to": "刘警官", "medium": "both", "no_appraisal_reason": "权利人已鉴别。", "handed_by_names": ["孙内勤", "张执法"]}  # fmt: skip
TOLD = {"manner": "direct", "receiver": "某某", "servers": ["孙内勤", "李执法"]}
# What a step asks for besides, unless the test says something else.
ASKED: Mapping[str, Mapping[str, Any]] = {
    "hand_over": {"handed_by_names": HANDED["handed_by_names"]},
    "tell_party": TOLD,
}


def scanned() -> FileStorage:
    """The scan of a paper of the police, as a form brings it."""
    return FileStorage(io.BytesIO(b"%PDF-1.4 scan"), "通知书.pdf")


def who(name: str) -> Viewer:
    """The viewer that a person of the city is in the first post."""
    person = db.session.scalars(select(Person).where(Person.name == name)).one()
    return viewer_of(person, person.posts[0])


def when(text: str) -> dt.datetime:
    """Wall time in Shanghai: "2026-11-23 09:30"."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def a_case(goods: bool = True, at: dt.datetime | None = None, area: str = "浉河区", officers: tuple[str, str] = ("张执法", "李执法"),
           party: str = "信阳浉河某茶业有限公司") -> Case:  # fmt: skip
    """A case under investigation by two officers, with goods for 160,000 yuan in stock unless told otherwise."""
    at = at or clock.now() - dt.timedelta(days=3)
    officer = who(officers[0])
    head = {"浉河区": "王科长", "罗山县": "罗山何科长"}[area]
    firm = Party(
        kind="firm",
        name=party,
        address="河南省信阳市浉河区",
        phone="0376-6201234",
        legal_representative="某某",
        created_by_id=officer.user_id,
    )
    db.session.add(firm)
    db.session.flush()
    cause = db.session.scalars(select(Cause).where(Cause.right_kind == "trademark").order_by(Cause.id)).first()
    organ = db.session.scalars(select(Organ).where(Organ.kind == "bureau", Organ.area == area)).one()
    with clock.standing_at(at):
        case = case_actions.open_case(
            officer, [], organ_id=organ.id, party=firm, right=None, cause=cause, facts="销售假冒“信阳毛尖”茶叶。", at=at,
            officer_ids=[who(name).user_id for name in officers],
        )  # fmt: skip
        take(
            CASE,
            case,
            "appoint",
            who(head),
            {"officer_ids": [who(name).user_id for name in officers], "no_recusal": True},
            at,
        )
        if goods:
            made = goods_actions.make_list(case, officer, {
                "occasion": "measure", "goes_with": "实施行政强制措施决定书（扣押）", "goes_with_no": "浉市监强制〔2026〕5号", "made_on": clock.today(),
            })  # fmt: skip
            goods_actions.add_lines(made, case, officer, [
                {"nature": "goods", "name": "信阳毛尖礼盒", "mark": "信阳毛尖", "unit": "盒", "quantity_milli": 800_000, "price_fen": 20_000,
                 "price_kind": "marked", "price_reason": "尚未销售", "sold": False},
            ])  # fmt: skip
    db.session.flush()
    return case


def a_transfer(
    case: Case | None = None,
    at: dt.datetime | None = None,
    ground: str = "threshold",
    officer: str = "张执法",
    **more: Any,
) -> Transfer:
    """A transfer that an officer has just begun."""
    given = {"ground": ground, "crimes": REPORT["crimes"], "suspicion_facts": REPORT["suspicion_facts"],
             "police_measures_needed": REPORT["police_measures_needed"], **more}  # fmt: skip
    with clock.standing_at(at) if at is not None else nullcontext():
        return actions.suspect(case or a_case(at=at and at - dt.timedelta(days=1)), who(officer), given, at)


def _team(_t: Transfer) -> Mapping[str, Any]:
    return {"members": [who("张执法").user_id, who("李执法").user_id]}


GIVEN = {"goods_giver": "孙内勤", "goods_receiver": "刘警官", "goods_witnesses": "甲、乙"}
# state -> (state before, step, who, what the form gives)
ROAD: dict[str, tuple[str, str, str, Callable[[Transfer], Mapping[str, Any]]]] = {
    "team_designated": ("suspected", "designate_team", "王科长", _team),
    "report_drafting": ("team_designated", "draft_report", "张执法", lambda _t: REPORT),
    "awaiting_endorsement": ("report_drafting", "submit_report", "李执法", lambda _t: {"team_opinion": "建议移送。"}),
    "awaiting_decision": ("awaiting_endorsement", "endorse", "王科长", lambda _t: {"reason": "同意移送。"}),
    "correcting": ("awaiting_decision", "return_for_correction", "陈局长", lambda _t: {"reason": "补充计算过程。"}),
    "approved": ("awaiting_decision", "approve", "陈局长", lambda _t: {"reason": ""}),
    "not_approved": ("awaiting_decision", "reject", "陈局长", lambda _t: {"reason": "证据不足。"}),
    "handed_over": ("approved", "hand_over", "孙内勤", lambda _t: HANDED),
    "receipt_signed": ("handed_over", "sign_receipt", "公安刘警官", lambda _t: {"receipt_by": "公安刘警官"}),
    "supplement_requested": ("receipt_signed", "request_supplement", "公安刘警官", lambda _t: {"supplement_list": "1．鉴定意见"}),
    "forwarded_by_police": ("receipt_signed", "forward", "公安刘警官", lambda _t: {"forwarded_to_id": who("市公安局唐警官").organ_id, "reason": "行为地在市区。"}),
    "returned_not_police_matter": ("receipt_signed", "return_package", "公安刘警官", lambda _t: {"reason": "不属管辖。"}),
    "under_police_review": ("receipt_signed", "accept", "公安刘警官", lambda _t: {}),
    "filed": ("under_police_review", "file", "公安刘警官", lambda _t: {"police_case_no": "浉公（食）立字〔2026〕8号"}),
    "not_filed": ("under_police_review", "not_file", "公安刘警官", lambda _t: {"not_filed_reasons": "事实不清。", "doc_no": "浉公不立字〔2026〕1号"}),
    "goods_handed_over": ("filed", "hand_over_goods", "孙内勤", lambda _t: GIVEN),
    "returned_to_administrative": ("not_filed", "return_to_administrative", "孙内勤", lambda _t: {"reason": "公安机关不予立案。"}),
}  # fmt: skip


# Steps that wait for the printer; `do` comes to them when the worker has done its work.
AFTER_PRINTING = {"hand_over", "supply_material", "sign_copy", "record_copy", "tell_party"}


def printed(transfer: Transfer) -> None:
    """Stand in for the worker: the waiting papers of the transfer and of its case are printed, on one blank page."""
    blob, page = io.BytesIO(), pikepdf.new()
    page.add_blank_page()
    page.save(blob, deterministic_id=True)
    blob.seek(0)
    kept = store().put(blob)
    of = or_(
        and_(Paper.subject_type == "transfer", Paper.subject_id == transfer.id),
        and_(Paper.subject_type == "case", Paper.subject_id == transfer.case_id),
    )
    db.session.execute(
        update(Paper)
        .where(of, Paper.state == "waiting")
        .values(state="ready", sha256=kept.key, size=kept.size, pages=1)
    )


def do(transfer: Transfer, step: str, name: str, at: dt.datetime | None = None, **data: Any) -> Transfer:
    """Take one step as a person of the city. at: the clock stands there, whatever the machine's says."""
    if step in AFTER_PRINTING:
        printed(transfer)
    with clock.standing_at(at) if at is not None else nullcontext():
        take(TRANSFER, transfer, step, who(name), {**ASKED.get(step, {}), **data}, at)
        db.session.flush()
    return transfer


def brought_to(state: str, transfer: Transfer | None = None, at: dt.datetime | None = None) -> Transfer:
    """A transfer in that state, brought there step by step."""
    steps = []
    while state != "suspected":
        before, step, name, data = ROAD[state]
        steps.append((step, name, data))
        state = before
    transfer = transfer or a_transfer(at=at)
    for step, name, data in reversed(steps):
        do(transfer, step, name, at, **data(transfer))
    return transfer


def in_force(transfer: Transfer, kind: str) -> Paper:
    return next(one for one in queries.papers(transfer) if one.kind == kind)


def corrected(transfer: Transfer, kind: str) -> Paper:
    """The paper, drawn up again from the records."""
    paper, officer = in_force(transfer, kind), who("孙内勤")
    again = documents.correct(
        paper, correcting.drawn_again(paper, transfer, officer), "案卷有变动，予以更正", officer, transfer
    )
    db.session.flush()
    return again
