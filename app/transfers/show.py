"""A transfer as its pages print it: rows turned into words, links and lines. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import url_for

from app.cases.screening import CrimeScreening
from app.core import clock
from app.core.deadlines import Deadline
from app.core.history import HistoryEntry
from app.core.permissions import Viewer
from app.core.text import N_, _, date_zh
from app.core.workflow import Step
from app.extensions import db
from app.intake.words import limitation_ends
from app.law.queries import article
from app.law.spoken import hit_article, spoken
from app.law.words import CRIME_ARTICLES, CRIMES, MEASURES
from app.people.models import post_name
from app.transfers import queries
from app.transfers.facts import amount_text
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER

# The road as it is shown: a few stations, each standing for some states.
STATIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("发现嫌疑"), ("suspected",)),
    (N_("专案组"), ("team_designated",)),
    (N_("书面报告"), ("report_drafting", "awaiting_endorsement", "correcting")),
    (N_("正职负责人决定"), ("awaiting_decision", "not_approved")),
    (N_("移送公安机关"), ("approved",)),
    (N_("公安机关签收"), ("handed_over", "forwarded_by_police")),
    (N_("公安机关审查"), ("receipt_signed", "supplement_requested", "under_police_review", "no_decision_overdue")),
    (N_("立案结果"), ("filed", "not_filed", "returned_not_police_matter")),
    (N_("物品移交、办结"), ("goods_handed_over", "returned_to_administrative", "closed")),
)
DANGER = {"reject", "return_package", "not_file", "record_not_file", "record_return_package"}
# Shut without a word: they open by themselves when there is something to do.
QUIET = {
    "tell_party",
    "goods_back",
    "list_goods",
    "hand_over_more_goods",
    "move_goods_with_case",
    "record_copy",
    "sign_copy",
}
BACK = ("not_filed", "returned_not_police_matter", "returned_to_administrative")
POLICE_TERMS = (
    "police_receipt",
    "police_material_notice",
    "police_filing_basic",
    "material_supplement",
    "goods_handover_3d",
)


def limitation(transfer: Transfer) -> dict[str, str] | None:
    """Whether the act may still be punished when the case comes back (行政处罚法 36). None before it does.

    The two years (five where the clue says so) end with the day on which the act was found, not with the return.
    """
    if transfer.status not in BACK:
        return None
    case, clues = transfer.case, [link.clue for link in transfer.case.links]
    if case.act_to is None:
        return {"tone": "warn", "text": _("案件尚未登记违法行为终了日期，请补录后核对处罚时效。")}
    years = max((clue.limitation_years for clue in clues), default=2)
    last, found = limitation_ends(case.act_to, years), min((clue.found_on for clue in clues), default=case.filed_on)
    told = _("违法行为终了于%(end)s，%(years)s年处罚时效至%(last)s；本机关于%(found)s发现。", end=date_zh(case.act_to), years=years,
             last=date_zh(last), found=date_zh(found))  # fmt: skip
    if found <= last:
        return {"tone": "info", "text": told + _("未超过处罚时效。")}
    return {
        "tone": "stop",
        "text": told + _("已超过处罚时效，不得再给予行政处罚；行为处于连续或者继续状态的，从终了之日起计算。"),
    }


def track(transfer: Transfer) -> list[dict[str, str]]:
    """The stations with the present one marked; times where they are known."""
    times = {
        0: transfer.created_at, 2: transfer.reported_at, 3: transfer.decided_at, 4: transfer.handed_at, 5: transfer.receipt_at,
        7: transfer.filed_received_at or transfer.not_filed_received_at, 8: transfer.materials_handed_at,
    }  # fmt: skip
    here = next(n for n, (_label, states) in enumerate(STATIONS) if transfer.status in states)
    closed = transfer.status == "closed"
    return [
        {
            "label": _(label), "state": "done" if n < here or closed else ("now" if n == here else "next"),
            "at": f"{at.month}-{at.day} {at:%H:%M}" if n <= here and (when := times.get(n)) and (at := clock.local(when)) else "",
        }
        for n, (label, _states) in enumerate(STATIONS)
    ]  # fmt: skip


def _step(step: Step, transfer: Transfer, queue: str) -> dict[str, Any]:
    more: dict[str, Any] = {"queue": queue} if queue else {}
    return {
        "id": step.id, "label": _(step.name), "law": step.law, "danger": step.id in DANGER, "primary": step.primary and all(step.calls(transfer)),
        "url": url_for("transfers.step", transfer_id=transfer.id, step_id=step.id, **more),
    }  # fmt: skip


def open_steps(transfer: Transfer, who: Viewer, queue: str) -> list[dict[str, Any]]:
    """The buttons. Recording a police answer from paper comes after what is our own work."""
    found = [_step(step, transfer, queue) for step in TRANSFER.open_to(transfer, who)]
    if not transfer.report_gaps():  # a whole report is handed in, not written on
        for row in found:
            row["primary"] = row["id"] == "submit_report" or (row["primary"] and row["id"] != "draft_report")
    return sorted(found, key=lambda row: (not row["primary"], row["id"].startswith("record_")))


def shut_steps(transfer: Transfer, who: Viewer) -> list[dict[str, str]]:
    """The steps of this post that something holds shut, each with the reason."""
    return [
        {"label": _(step.name), "reason": _(sentence), "law": step.law}
        for step, sentence in TRANSFER.shut_to(transfer, who)
        if step.id not in QUIET
    ]


def decisions(transfer: Transfer, who: Viewer, queue: str, ids: Sequence[str]) -> list[dict[str, Any]]:
    """The open steps that are decided beside the papers, in the order of the screen."""
    found = {step.id: _step(step, transfer, queue) for step in TRANSFER.open_to(transfer, who)}
    return [found[i] for i in ids if i in found]


def hits(run: CrimeScreening | None) -> list[dict[str, Any]]:
    """The met lines of a run: crime, measure, value, line, article, and the lines of goods it rests on."""
    return [
        {
            "rule": hit["rule_id"], "crime": _(str(hit["crime_zh"])), "article": hit_article(hit), "measure": _(MEASURES.get(hit["measure"], hit["measure"])),
            "value": amount_text(hit["value"], hit["unit"]), "line": amount_text(hit["amount"], hit["unit"]) if hit["amount"] is not None else "",
            "lines": [spoken(line) for line in hit["lines"]], "why": [spoken(why) for why in hit["why"]], "phrase": spoken(hit["phrase"]),
        }
        for hit in (run.hits if run is not None else [])
    ]  # fmt: skip


def suggested(case: Any, run: CrimeScreening | None) -> dict[str, Any]:
    """What the form begins with: the ground and crimes that the newest screening gives, the texts already declared."""
    from app.cases.screening import CaseFindings

    found = db.session.get(CaseFindings, case.id)
    met = list(dict.fromkeys(str(hit["crime"]) for hit in (run.hits if run is not None else [])))
    return {
        "ground": "threshold" if met else ("reasonable_suspicion" if run is not None and "reasonable_suspicion" in run.grounds else None),
        "crimes": met or (list(found.crimes) if found is not None else []),
        "suspicion_facts": found.suspicion_facts if found is not None else "",
        "police_measures_needed": found.police_measures if found is not None else "",
    }  # fmt: skip


def crimes(transfer: Transfer) -> list[dict[str, str]]:
    """Crimes with their article in the version of today."""
    on = clock.local(transfer.decided_at).date() if transfer.decided_at else clock.today()
    return [
        {"name": _(CRIMES[one]), "article": article("criminal_law", CRIME_ARTICLES[one], on).printed}
        for one in transfer.crimes
    ]


def outward(rows: list[Deadline]) -> list[Deadline]:
    """The limits that bind or concern a partner organ."""
    return [row for row in rows if row.term in POLICE_TERMS]


def history(entries: Iterable[HistoryEntry], who: Viewer) -> list[dict[str, Any]]:
    """History as the timeline prints it, newest first."""

    def state(code: str | None) -> str:
        return _(TRANSFER.states[code].name) if code is not None and code in TRANSFER.states else ""

    return [
        {
            "at": e.at, "what": _(e.name), "who": e.person_name, "post": post_name(e.post), "before": state(e.from_status),
            "after": state(e.to_status) if e.to_status != e.from_status else "", "reason": queries.reason_of(who, e), "law": e.law, "digest": e.digest,
            "tone": "late" if e.act.startswith("denied") else "",
        }
        for e in reversed(list(entries))
    ]  # fmt: skip


def walker(who: Viewer, transfer: Transfer, queue: str) -> dict[str, Any] | None:
    """One of 27: the place in the queue one came from."""
    if queue not in {"mine", "open", "all"}:
        return None
    names = {"mine": _("待我办理"), "open": _("办理中"), "all": _("全部移送")}
    return queries.walk(who, queries.Filters(queue), transfer).walker(
        lambda transfer_id: url_for("transfers.show", transfer_id=transfer_id, queue=queue),
        url_for("transfers.index", show=queue), names[queue],
    )  # fmt: skip
