"""What the steps of a transfer cause, and how one begins. Nothing here commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import current_app
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.cases.goods import BY_POLICE
from app.cases.goods_actions import back_from_police, disposed_by_police, handed_to_police
from app.core import clock, deadlines, history, search
from app.core.deadlines import Deadline, Extended
from app.core.errors import Forbidden, NotFound, Refused
from app.core.permissions import SYSTEM, Viewer
from app.core.steps import Taken, begin, take
from app.core.text import N_, _
from app.documents.actions import keep, record_service
from app.documents.models import Paper, Service
from app.extensions import db
from app.law.words import CRIMES
from app.notices import actions as notices
from app.notices import recipients
from app.notices.actions import Message
from app.people.models import Organ, Person
from app.transfers import queries
from app.transfers.models import PoliceEvent, Transfer, TransferMember
from app.transfers.workflow import ANSWERS, BACK, GOODS, GROUNDS, MOVES, TRANSFER

# Answers that a partner organ gives, in its own view or on paper.
ANSWERED = {step.id for step in ANSWERS if "system" not in step.posts} | {"sign_copy", "record_copy"}

# The papers of goods: D5 and form 6.
OF_GOODS = ("transfer_goods_list", "goods_moved_notice")

# Which paper a signature is the service of.
SERVES = {"sign_receipt": "transfer_letter", "sign_copy": "copy_to_procuratorate", "copy": "copy_to_procuratorate"}


def crimes_of(ids: list[str]) -> list[str]:
    """The ids, each once. Refused for an unknown one."""
    if any(one not in CRIMES for one in ids):
        raise Refused(N_("请从列出的罪名中选择。"), 422)
    return list(dict.fromkeys(ids))


def suspect(case: Any, viewer: Viewer, data: Mapping[str, Any], at: dt.datetime | None = None) -> Transfer:
    """Begin a transfer of `case`: an officer has confirmed a ground (国务院令310号 3).

    data: ground, crimes (ids), suspicion_facts, police_measures_needed, screening_id. The second ground needs its two
    texts and never an amount; a screening without a hit holds nothing up. Refused (422) when a text is missing, (409)
    when the case is on its way already; Forbidden for who does not handle the case.
    """
    if viewer.post != "officer" or viewer.organ_id != case.organ_id or not case.handled_by(viewer.user_id):
        raise Forbidden(N_("只有本案办案人员可以提出移送。请联系本案办案人员。"))
    if data.get("ground") not in GROUNDS:
        raise Refused(N_("请选择移送情形。"), 422)
    if data["ground"] == "reasonable_suspicion" and not all(
        str(data.get(k) or "").strip() for k in ("suspicion_facts", "police_measures_needed")
    ):
        raise Refused(N_("以合理嫌疑移送的，请写明嫌疑事实和需要公安机关采取的措施（规定第三条第二款）。"), 422)
    if (
        db.session.scalar(select(Transfer.id).where(Transfer.case_id == case.id, Transfer.status != "closed"))
        is not None
    ):
        raise Refused(N_("本案已有正在办理的移送，请在原移送中继续办理。"))
    organ = db.session.get_one(Organ, case.organ_id)
    if organ.police_id is None or organ.procuratorate_id is None:
        raise Refused(N_("本机关尚未登记同级公安机关和人民检察院，请系统管理员先补充机关资料。"))
    transfer = Transfer(
        case=case, case_id=case.id, organ_id=case.organ_id, organ=organ, ground=data["ground"], crimes=crimes_of(list(data.get("crimes") or ())),
        screening_id=data.get("screening_id"), suspicion_facts=str(data.get("suspicion_facts") or ""),
        police_measures_needed=str(data.get("police_measures_needed") or ""), police_id=organ.police_id,
        procuratorate_id=organ.procuratorate_id, legal_required=bool(current_app.config["LEGAL_OPINION"]), team=[], events=[],
    )  # fmt: skip
    try:
        begin(
            TRANSFER,
            transfer,
            viewer,
            name=N_("提出涉嫌犯罪移送"),
            law="国务院令第310号 3",
            at=at,
            opens=TRANSFER.opens,
            tells=("unit_head",),
        )
    except IntegrityError:  # two officers at once: the index lets one in
        raise Refused(N_("本案已有正在办理的移送，请在原移送中继续办理。")) from None
    return transfer


# --- consequences of steps (app/wiring.py WHEN) ---------------------------------------------------------------------


def set_team(taken: Taken) -> None:
    """The named people are the team from now on; who is not named any more leaves it."""
    transfer, wanted = taken.subject, dict.fromkeys(int(i) for i in taken.data["members"])
    if taken.step.id == "designate_team":
        _begin_report(transfer)
    for member in transfer.active_team:
        if member.person_id not in wanted:
            member.until = taken.at
    db.session.flush()
    for person_id in wanted:
        if person_id not in transfer.member_ids:
            person = db.session.get_one(Person, person_id)
            transfer.team.append(
                TransferMember(
                    person_id=person.id, person=person, certificate_no=person.certificate_no or "", since=taken.at
                )
            )


def _begin_report(transfer: Transfer) -> None:
    """What the case already says stands in the report from the start; the team writes on from there.

    The holds on goods are no part of it: D1 and D2 read them from the lists when they are made.
    """
    from app.transfers.facts import day

    case = transfer.case
    sources = [f"{day(link.clue.found_at)}登记的线索（{link.clue.number}）" for link in case.links]
    begun = f"{'、'.join(sources)}，" if sources else ""
    transfer.report_source = transfer.report_source or f"{begun}{day(case.filed_at)}立案调查，案号{case.number}。"
    transfer.report_facts = transfer.report_facts or case.facts


def note_report(taken: Taken) -> None:
    """The report has been handed in. It rests on the screening as it stands now; D1 and D2 print that run and no later one."""
    transfer = taken.subject
    run = queries.latest_screening(transfer.case)
    transfer.reported_at, transfer.screening_id = taken.at, run.id if run is not None else None
    # An opinion belongs to the report it was given on; history keeps its words. What the head himself sent back goes
    # straight to him again: his three days run, and the unit's opinion stands there with its date.
    transfer.legal_opinion, transfer.legal_opinion_by, transfer.legal_opinion_at = "", "", None
    if taken.step.id == "submit_report":
        transfer.unit_opinion, transfer.unit_opinion_by, transfer.unit_opinion_at = "", "", None


def note_opinion(taken: Taken) -> None:
    """Who gave the opinion, when; and when the head first had the report: the three days run from then, once."""
    transfer = taken.subject
    words = str(taken.data["reason"]).strip()
    if taken.step.id == "give_legal_opinion":
        transfer.legal_opinion, transfer.legal_opinion_by, transfer.legal_opinion_at = (
            words,
            taken.viewer.name,
            taken.at,
        )
        return
    transfer.unit_opinion, transfer.unit_opinion_by, transfer.unit_opinion_at = words, taken.viewer.name, taken.at
    transfer.report_received_at = transfer.report_received_at or taken.at


def decide(taken: Taken) -> None:
    """Write down who decided, as what, when, and the reasons (国务院令第310号 5(2))."""
    transfer, viewer = taken.subject, taken.viewer
    transfer.decision = "approved" if taken.step.id == "approve" else "not_approved"
    transfer.decided_by_id, transfer.decided_at = viewer.user_id, taken.at
    transfer.decided_as = (
        N_("正职负责人") if viewer.post == "principal" and not viewer.acting else N_("主持工作的负责人")
    )
    transfer.decision_reasons = str(taken.data.get("reason") or "").strip()


def before_telling(taken: Taken) -> None:
    """Listener of "step.taken": while all whom the step names are told of it, the transfer is read once for all of them."""
    if taken.workflow is TRANSFER:
        db.session.flush()
        queries.read_once(taken.subject)


def after_telling(taken: Taken) -> None:
    """Listener of "step.taken": what comes now reads anew."""
    if taken.workflow is TRANSFER:
        taken.subject.reading = None


def note_papers(taken: Taken) -> None:
    """Listener of "step.taken", after the papers were frozen: the letter's number, and which papers they replace.

    A report that was handed in again, or an approval form that now carries the decision, takes the place of the one
    before: the package must hold one of each. What was signed or served at a handing over of goods is no draft of the
    next one and stays beside it; only a new letter, which begins a new package, takes the place of both kinds. The old
    ones stay in the register.
    """
    transfer = taken.subject
    if taken.workflow is not TRANSFER or not taken.step.papers:
        return
    db.session.flush()
    new = list(db.session.scalars(select(Paper).where(
        Paper.subject_type == "transfer", Paper.subject_id == transfer.id, Paper.step == taken.step.id, Paper.issued_at == taken.at,
        Paper.kind.in_(taken.step.papers),
    )))  # fmt: skip
    for paper in new:
        letter = paper.kind == "transfer_letter"
        earlier = update(Paper).where(
            Paper.subject_type == "transfer", Paper.subject_id == transfer.id, Paper.superseded_by_id.is_(None),
            Paper.kind.in_((paper.kind, *OF_GOODS) if letter else (paper.kind,)), Paper.id.not_in([one.id for one in new]),
        )  # fmt: skip
        if paper.kind in OF_GOODS:
            earlier = earlier.where(Paper.step.not_in(MOVES))
        db.session.execute(earlier.values(superseded_by_id=paper.id))
        if letter:
            transfer.letter_number = paper.number


def index(taken: Taken) -> None:
    """Make the transfer findable by its case, party, crimes and official numbers."""
    transfer = taken.subject
    words = (
        transfer.case.number,
        transfer.case.party.name,
        transfer.crime_names,
        transfer.letter_number,
        transfer.police_case_no,
    )
    search.index(
        db.session(), "transfer", transfer.id, transfer.organ_id, " ".join(filter(None, words)), transfer.title
    )


def begin_again(taken: Taken) -> None:
    """New facts after a refusal or a return: the earlier round stays in history and papers, the row is clean (A.3, 6n and 11).

    Goods that are still with the police stay there: the row keeps who got them, until they come back (`note_goods_back`).
    """
    transfer = taken.subject
    transfer.goods_with_case, transfer.supplied = False, ""
    transfer.decision = transfer.decided_as = transfer.decision_reasons = ""
    transfer.unit_opinion = transfer.unit_opinion_by = transfer.legal_opinion = transfer.legal_opinion_by = (
        transfer.team_opinion
    ) = ""
    transfer.decided_by_id = transfer.letter_number = None
    transfer.handed_by_names = []
    transfer.handed_to = transfer.receipt_by = transfer.copy_received_by = transfer.police_case_no = ""
    transfer.police_id = transfer.organ.police_id
    for name in ("decided_at", "reported_at", "report_received_at", "reconsideration_at", "reconsidered_at", "supervision_at", "filed_received_at", "not_filed_received_at", "handed_at", "receipt_at", "copy_received_at", "police_extension", "handed_by_id",
                 "forwarded_at", "supplied_at", "returned_at", "materials_handed_at", "supplement_received_at", "unit_opinion_at", "legal_opinion_at", "first_police_id"):  # fmt: skip
        setattr(transfer, name, None)


def note_handover(taken: Taken) -> None:
    """The package left the house. The limit is measured against the delivery itself, not against the typing."""
    transfer = taken.subject
    transfer.handed_by_id, transfer.handed_at = taken.viewer.user_id, transfer.handed_at or taken.at
    _measure(transfer, "handover_24h", taken.at, transfer.handed_at)


def note_answer(taken: Taken) -> None:
    """File an answer of the police or the procuratorate with its paper, and write down its consequences."""
    transfer, data = taken.subject, taken.data
    kind = taken.step.id.removeprefix("record_")
    received = _facts_of_answer(transfer, kind, taken)
    body = transfer.procuratorate if kind in {"sign_copy", "copy"} else transfer.police
    name = taken.step.name.removeprefix("登记：")
    _file(transfer, taken, kind, name, body.name, received, _summary(transfer, kind, data))
    if kind in SERVES:
        _serve_by_receipt(transfer, kind, received, taken)
    if kind == "extend_review":
        _extend(transfer, taken, received)
    if kind == "forward":
        transfer.first_police_id, transfer.police_id, transfer.receipt_at = (
            transfer.police_id,
            int(data["forwarded_to_id"]),
            None,
        )
        transfer.police = db.session.get_one(Organ, transfer.police_id)
        transfer.police_extension = transfer.supervision_at = None  # they belonged to the days of the body before


def _file(
    transfer: Transfer, taken: Taken, kind: str, name: str, body: str, received: dt.datetime, summary: str
) -> None:
    """One row for an answer, with its scan: given in the partner's own view, or entered by us from its paper."""
    data, own_view = taken.data, taken.viewer.post in queries.LIAISONS
    transfer.events.append(
        PoliceEvent(
            n=1 + (db.session.scalar(select(func.max(PoliceEvent.n)).where(PoliceEvent.transfer_id == transfer.id)) or 0), kind=kind,
            name=name, doc_no=str(data.get("doc_no") or ""), issuing_body=body,
            issued_on=data.get("issued_on"), received_at=received, received_by=str(data.get("received_by") or "") or taken.viewer.name,
            channel="view" if own_view else "paper", scan_id=_scan(transfer, data, taken.viewer), summary=summary,
            reply_due=data.get("reply_due"), recorded_by_id=taken.viewer.user_id, recorded_at=clock.recorded_now(),
        )
    )  # fmt: skip


def note_demand(taken: Taken) -> None:
    """An opinion that demands the transfer is filed with its paper; a new round begins (A.3; 检察规则 557(3))."""
    data = taken.data
    received = data.get("received_at") or taken.at
    name = N_("要求移送的意见")
    _file(
        taken.subject, taken, "demand", name, str(data["demand_from"]).strip(), received, str(data["demands"]).strip()
    )


def _facts_of_answer(transfer: Transfer, kind: str, taken: Taken) -> dt.datetime:
    """Fill in the instant of the fact where the form left it to "now"; answers that instant."""
    column = {
        "sign_receipt": "receipt_at", "forward": "forwarded_at", "request_supplement": "supplement_received_at", "file": "filed_received_at",
        "file_on_review": "filed_received_at", "uphold_not_filing": "reconsidered_at", "not_file": "not_filed_received_at", "sign_copy": "copy_received_at", "copy": "copy_received_at",
    }.get(kind)  # fmt: skip
    if kind == "sign_copy":
        transfer.copy_received_by = transfer.copy_received_by or taken.viewer.name
    if kind in {"not_file", "uphold_not_filing"}:
        transfer.supervision_at = None  # what was suggested before concerned the delay, or the decision before this one
    if kind == "sign_receipt":
        transfer.forwarded_at = None  # a second forwarding has its own time
    if kind == "request_supplement":
        transfer.supplied_at = None
    at: dt.datetime = (getattr(transfer, column) if column else taken.data.get("received_at")) or taken.at
    if column is not None:
        setattr(transfer, column, at)
    for closed in taken.step.closes:
        _measure(transfer, closed, taken.at, at)
    return at


def _summary(transfer: Transfer, kind: str, data: Mapping[str, Any]) -> str:
    words = {
        "sign_receipt": transfer.receipt_by, "request_supplement": transfer.supplement_list, "file": transfer.police_case_no,
        "file_on_review": transfer.police_case_no, "not_file": transfer.not_filed_reasons, "sign_copy": transfer.copy_received_by,
        "copy": transfer.copy_received_by,
    }  # fmt: skip
    return str(words.get(kind) or data.get("reason") or "")


def _serve_by_receipt(transfer: Transfer, kind: str, at: dt.datetime, taken: Taken) -> None:
    """The signature on the receipt is the service of the letter or its copy, by those whom the handing over named.

    Where nobody was named (what was handed over before they were asked for) the service stays open, to be entered.
    """
    servers = taken.data.get("copied_by") or transfer.handed_by_names
    if not servers:
        return
    receiver = transfer.receipt_by if kind == "sign_receipt" else transfer.copy_received_by
    manner = "electronic" if transfer.medium == "electronic" else "direct"
    told = {"manner": manner, "served_at": at, "receiver": receiver or taken.viewer.name, "servers": servers}
    _serve(transfer, SERVES[kind], told, taken.viewer)


def _serve(transfer: Transfer, kind: str, told: Mapping[str, Any], viewer: Viewer) -> None:
    """Enter the open services of this kind of paper, as told (R-40)."""
    found = (
        select(Service).join(Paper, Paper.id == Service.paper_id)
        .where(Service.subject_type == "transfer", Service.subject_id == transfer.id, Service.state == "open", Paper.kind == kind)
        .where(Paper.superseded_by_id.is_(None))
    )  # fmt: skip
    upload: Any = told.get("receipt")
    signed = keep(upload.stream, upload.filename, transfer, viewer) if getattr(upload, "filename", "") else None
    for service in db.session.scalars(found).all():
        record_service(service, told, viewer, signed)


def explain(taken: Taken) -> None:
    """Why something came after its limit: an entry of history of its own, beside the reasons of the step (国务院令310号 5(2))."""
    why = str(taken.data.get("late_reason") or "").strip()
    if why:
        history.record(
            taken.subject, f"late.{taken.step.id}", taken.viewer, name=N_("说明逾期原因"), law=taken.step.law, reason=why,
            at=taken.at,
        )  # fmt: skip


def _scan(transfer: Transfer, data: Mapping[str, Any], viewer: Viewer) -> int | None:
    upload = data.get("scan")
    if upload is None or not getattr(upload, "filename", ""):
        return None
    return keep(upload.stream, upload.filename, transfer, viewer).id


def _measure(transfer: Transfer, term: str, ended: dt.datetime, really: dt.datetime) -> None:
    """A limit that this step closed is met or missed by the instant of the fact, which may lie before the typing."""
    found = select(Deadline).where(
        Deadline.subject_type == "transfer", Deadline.subject_id == transfer.id, Deadline.term == term, Deadline.ended_at == ended,
        Deadline.state.in_(("met", "met_late")),
    )  # fmt: skip
    for row in db.session.scalars(found):
        row.ended_at, row.state = really, "met" if really <= row.due_at else "met_late"


def _extend(transfer: Transfer, taken: Taken, received: dt.datetime) -> None:
    """The police extended their own review: 10, 30 or 60 days in all from acceptance, as recorded from their paper.

    An extension that is typed in after its own end leaves the case where it was: undecided in time (A.3, state 15).
    """
    row = deadlines.running(transfer, "police_filing_basic")
    if row is not None:
        days = int(transfer.police_extension or 0) - row.declared.amount - sum(e.amount for e in row.extensions)
        row.extensions.append(
            Extended(amount=days, unit="day", law=taken.step.law.split("；")[0], reason=str(taken.data.get("reason") or ""),
                     approved_by=transfer.police.name, approved_at=received)
        )  # fmt: skip
        deadlines.recompute(row)
        if row.due_at <= clock.now():
            _overdue(transfer)


def note_supply(taken: Taken) -> None:
    """What was asked for has been supplied: the next request starts a limit of its own.

    Days of the police that ran out while they waited for it are over all the same: no text stops them (A.3, state 15).
    """
    transfer = taken.subject
    transfer.supplied_at = transfer.supplied_at or taken.at
    _measure(transfer, "material_supplement", taken.at, transfer.supplied_at)
    transfer.supplement_received_at = None
    row = deadlines.running(transfer, "police_filing_basic")
    if row is not None and row.state == "missed":
        _overdue(transfer)


def note_time(taken: Taken) -> None:
    """Steps that only set an instant: now, where the form left it open."""
    column = {
        "tell_party": "party_told_at", "request_reconsideration": "reconsideration_at", "suggest_supervision": "supervision_at",
        "return_to_administrative": "returned_at",
    }[taken.step.id]  # fmt: skip
    at = getattr(taken.subject, column) or taken.at
    setattr(taken.subject, column, at)
    for closed in taken.step.closes:
        _measure(taken.subject, closed, taken.at, at)
    if taken.step.id == "tell_party":
        _serve(taken.subject, "goods_moved_notice", {**taken.data, "served_at": at}, taken.viewer)


def note_goods(taken: Taken) -> None:
    """Goods and material went to the police: with the case (行政强制法 21), or after the filing (国务院令310号 12).

    After the filing the formalities are completed in any case; goods move only where there are any that did not go before.
    The row keeps who gave and received them last; every handing over has its own D5.
    """
    transfer, data, untold = taken.subject, taken.data, taken.subject.party_untold
    at = data.get("goods_handed_at") or taken.at
    if taken.step.id == "hand_over_goods":
        at = transfer.materials_handed_at = transfer.materials_handed_at or taken.at
        _measure(transfer, "goods_handover_3d", taken.at, at)
        if not transfer.goods_here:
            if not untold:
                deadlines.end(transfer, "notice_goods_moved", taken.at, void=True)
            return
    for name in GOODS:
        setattr(transfer, name, data.get(name) or "")
    transfer.goods_handed_at = at
    transfer.goods_back_at, transfer.goods_back_by, transfer.goods_back_to = None, "", ""
    paper = f"移送公安机关：{transfer.letter_number or '移送书'}清单"
    handed_to_police(transfer.case, taken.viewer, at, paper, transfer.id)
    _owe_notice(transfer, at, untold, taken.at)


def _owe_notice(transfer: Transfer, at: dt.datetime, untold: bool, now: dt.datetime) -> None:
    """The party is told of sealed and seized goods (行政强制法 21), of those that go later anew; of others no text speaks.

    The step has opened the limit already. It runs from what went first and was not told of yet.
    """
    if any(line.list.occasion == "measure" for line in queries.moved_goods(transfer)):
        transfer.notice_owed, transfer.party_told_at = True, None
        row = deadlines.running(transfer, "notice_goods_moved")
        if row is not None and not untold:
            row.start_at = at
            deadlines.recompute(row)
    elif not untold:
        deadlines.end(transfer, "notice_goods_moved", now, void=True)


def note_goods_back(taken: Taken) -> None:
    """The police gave the goods back: they are held by us again, with their clock, and may go once more (行政强制法 25).

    Where the police deal with them themselves nothing came back and no clock runs; their paper is filed.
    """
    transfer, case = taken.subject, taken.subject.case
    at = transfer.goods_back_at = transfer.goods_back_at or taken.at
    for name in GOODS:
        setattr(transfer, name, None if name == "goods_handed_at" else "")
    transfer.notice_owed, transfer.party_told_at = False, None
    on = clock.local(at).date()
    if taken.data.get("goods_back_how") != "disposed":
        back_from_police(case, taken.viewer, on, transfer.id)
        return
    transfer.goods_back_at, transfer.goods_back_by, transfer.goods_back_to = None, "", ""
    _file(transfer, taken, "goods_disposed", BACK["disposed"], transfer.police.name, at, "")
    disposed_by_police(case, taken.viewer, on, f"{BY_POLICE}：{taken.data['doc_no']}", transfer.id)


def extend_verify(taken: Taken) -> None:
    """Fifteen working days more for a case that came back, once, before the end (程序规定 18)."""
    deadlines.extend(taken.subject, "returned_case_verify", taken.viewer, str(taken.data["reason"]).strip(), taken.at)


def on_warning(row: Deadline, key: str) -> None:
    """Listener of "deadline.warning": the police let their time pass without a decision (A.3, state 15)."""
    if row.subject_type != "transfer" or row.term != "police_filing_basic" or key != "overdue":
        return
    transfer = db.session.get(Transfer, row.subject_id)
    if transfer is not None and transfer.status in TRANSFER.step("mark_overdue").sources:
        _overdue(transfer)


def _overdue(transfer: Transfer) -> None:
    take(TRANSFER, transfer, "mark_overdue", SYSTEM, {"reason": "公安机关未在法定期限内作出是否立案的决定"})


def remind(transfer: Transfer, viewer: Viewer, words: str) -> None:
    """A superior reminds the organ below: a notice to those who decide and act, and a row of history; nothing is decided.

    Refused (409) where everything is over.
    """
    if transfer.status == "closed":
        raise Refused(N_("这件移送已经办结，无需督促。"))
    message = Message(
        f"transfer:{transfer.id}:remind:{clock.recorded_now().isoformat()}", "task", "transfer", transfer.id,
        _("%(organ)s督促：%(title)s", organ=viewer.organ_name, title=transfer.title), words,
    )  # fmt: skip
    notices.send((one, message) for one in recipients.of(transfer, ("principal", "unit_head", "team")))
    history.record(transfer, "remind", viewer, name=N_("上级督促"), law="国务院令第310号 14", reason=words)


def note_denied(viewer: Viewer, transfer_id: int, step_id: str, sentence: str) -> None:
    """A person without the power tried a step: that is history of the transfer. An edge calls this and commits."""
    transfer = db.session.get(Transfer, transfer_id)
    if transfer is None:
        raise NotFound()
    name = next((s.name for s in TRANSFER.steps if s.id == step_id), step_id[:40])
    history.record(transfer, f"denied.{step_id}"[:60], viewer, name=N_("越权被拒"), reason=f"{name}：{sentence}")
