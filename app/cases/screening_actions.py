"""Feeding the engine of criminal lines from the case, and keeping every run. Never commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.cases.amounts import Amounts, amounts_of
from app.cases.models import Case, next_in_case
from app.cases.screening import CaseFindings, CrimeScreening, latest
from app.core import clock, history
from app.core.permissions import Viewer
from app.core.text import N_
from app.extensions import db
from app.law import queries
from app.law.screening import screen
from app.law.screening_facts import Finding, Measure, PriorPunishment, ScreeningInput, Share, Suspicion
from app.law.thresholds import RuleSet, load_file
from app.law.words import CRIMES, MEASURES

MARK_CRIMES = ("counterfeit_registered_mark", "sell_counterfeit_mark_goods")
# What is looked at when the officers have ticked nothing yet, by the kind of the right.
BY_RIGHT: dict[str, tuple[str, ...]] = {
    "trademark": MARK_CRIMES,
    "gi": MARK_CRIMES,
    "special_sign": (),
    "patent": ("counterfeit_patent",),
    "copyright": ("copyright_infringement", "sell_infringing_copies"),
    "secret": ("trade_secret",),
    "trade_secret": ("trade_secret",),
    "plant_variety": (),
}
# What a cause says by itself of the mark: 商标法 57(1) is the identical mark on the same goods, 57(2) never is. 57(3) and
# all others leave it open. 57(2) stands beside 刑法 213 and 214, which are looked at although it has no crime of its own.
IDENTITY_OF = {"tm_identical": True, "tm_similar": False}
# Which lines a crime is measured by (法释〔2025〕5号 3, 5, 6): the value of goods says nothing about labels, and the value of
# labels nothing about goods. Copies are often entered as plain goods; then those are read.
LINES_OF: dict[str, tuple[str, ...]] = {
    "counterfeit_registered_mark": ("goods",),
    "sell_counterfeit_mark_goods": ("goods",),
    "illegal_mark_labels": ("label",),
    "copyright_infringement": ("copy", "goods"),
    "sell_infringing_copies": ("copy", "goods"),
}


def objects_of(found: CaseFindings, amounts: Amounts) -> frozenset[str] | None:
    """Goods or services: as declared, else goods where a line of goods shows them, else nobody has found it yet (0008).

    No tag of a clue speaks of it, and saying "goods" of a case of services would close the rules on services in silence.
    """
    if found.objects:
        return frozenset(found.objects)
    return frozenset({"goods"}) if "goods" in amounts.parts else None


def begin(case: Case, cause: Any = None) -> CaseFindings:
    """The findings of a new case: the crimes that its cause suggests, nothing else found yet.

    A cause without a crime suggests none; without any cause its right does. What the cause says of the mark is kept with it.
    """
    identical = IDENTITY_OF.get(getattr(cause, "key", ""))
    suggested = list(_by_right(case) if cause is None else cause.crimes or (MARK_CRIMES if identical is False else ()))
    crimes = [crime for crime in suggested if crime in CRIMES]
    row = CaseFindings(
        case_id=case.id,
        crimes=crimes,
        objects=[],
        roles=[],
        modes=[],
        priors=[],
        counts={},
        # Said aloud, both ways: a similar mark, or similar goods, is no act of 刑法 213 or 214.
        flags={} if identical is None else {"identical_mark": identical},
        assessments={},
    )
    db.session.add(row)
    db.session.flush()
    return row


def _by_right(case: Case) -> tuple[str, ...]:
    return BY_RIGHT.get(case.right_kind, MARK_CRIMES)


def findings_of(case: Case) -> CaseFindings:
    """The findings of a case, made empty if it has none (a case loaded in bulk)."""
    return db.session.get(CaseFindings, case.id) or begin(case)


def peek(case: Case) -> CaseFindings | None:
    """The findings of a case if it has any; reads only."""
    return db.session.get(CaseFindings, case.id)


def declare(case: Case, viewer: Viewer, data: dict[str, Any]) -> None:
    """Store what the officers declare; the screen runs again in the same transaction."""
    row = findings_of(case)
    for name, value in data.items():
        setattr(row, name, value)
    row.changed_at = clock.now()
    history.record(
        case,
        "declare_findings",
        viewer,
        name=N_("申报涉罪要件"),
        law="国务院令310号 3",
        facts={"crimes": list(row.crimes)},
    )
    rerun(case, viewer, "申报涉罪要件")


def rerun(case: Case, viewer: Viewer, cause: str, amounts: Amounts | None = None) -> CrimeScreening | None:
    """Run the engine and keep the run, unless nothing that it reads has changed since the last one.

    cause: what made it run, in words. Returns the new run, or None.
    """
    found = findings_of(case)
    given = inputs(case, found, amounts or amounts_of(case))
    plain = given.as_json()
    last = latest(case)
    if last is not None and _same(last.inputs, plain):
        return None
    result = screen(given, rule_sets())
    run = CrimeScreening(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, CrimeScreening.n, case.id), at=clock.now(),
        by_id=viewer.user_id or None, cause=cause[:120], inputs=plain, result=result.as_json(), versions=list(result.versions),
        standing=str(result.standing), grounds=list(result.grounds),
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    if str(result.standing) != case.standing:
        history.record(case, "screened", viewer, name=N_("涉罪筛查结果变化"), law="国务院令310号 3",
                       facts={"from": case.standing, "to": str(result.standing), "run": run.n})  # fmt: skip
    case.standing = str(result.standing)
    return run


def _same(before: dict[str, Any], now: dict[str, Any]) -> bool:
    return {**before, "screened_on": None} == {**now, "screened_on": None}


def rule_sets() -> tuple[RuleSet, ...]:
    """All loaded versions of the rules; the one that ships with the product before any was loaded."""
    return queries.rule_sets() or (load_file(),)


def inputs(case: Case, found: CaseFindings, amounts: Amounts) -> ScreeningInput:
    """What the engine may know of the case. A figure without a line is not zero but unknown."""
    suspicion = None
    if found.suspicion_facts.strip() and found.police_measures.strip():
        suspicion = Suspicion(found.suspicion_facts.strip(), found.police_measures.strip())
    crimes = tuple(c for c in CRIMES if c in found.crimes)
    suggested = () if crimes else _by_right(case)
    return ScreeningInput(
        crimes=crimes,
        suggested=suggested,
        measures=measures(found, amounts),
        shares={c: share(c, found, amounts) for c in (*crimes, *suggested) if c in LINES_OF},
        screened_on=clock.today(),
        act_from=case.act_from, act_to=case.act_to,
        objects=objects_of(found, amounts),
        roles=frozenset(found.roles) if found.roles else None,
        modes=frozenset(found.modes) if found.modes else None,
        mark_sources=found.mark_sources if found.mark_sources is not None else amounts.sources,
        patents=found.patents,
        knowledge=_finding(found.knowledge, found.knowledge_reasons, found.knowledge_ground),
        profit_purpose=_finding(found.purpose, found.purpose_reasons),
        prior_punishments=_priors(found),
        facts={name: bool(value) for name, value in found.flags.items() if value is not None},
        assessments={crime: str(text) for crime, text in found.assessments.items() if str(text).strip()},
        suspicion=suspicion,
        similar_reasons=found.similar_reasons.strip(),
    )  # fmt: skip


def share(crime: str, found: CaseFindings, amounts: Amounts) -> Share:
    """The figures and the sources of the lines that this crime is measured by, and of no others."""
    part = amounts.only(*LINES_OF[crime])
    return Share(measures(found, part), found.mark_sources if found.mark_sources is not None else part.sources)


def measures(found: CaseFindings, amounts: Amounts) -> dict[str, Measure]:
    """Figures from the lines, then those that the officers counted elsewhere (clicks, members, losses)."""
    made: dict[str, Measure] = {}

    def money(fen: int, lines: tuple[str, ...], waiting: tuple[str, ...], how: str) -> Measure:
        return Measure(fen, lines, f"{how}；{len(waiting)}行单价未查明，未计入" if waiting else how, waiting)

    if amounts.sold_lines:
        made["sales_amount"] = money(amounts.sold_fen, amounts.sold_lines, amounts.sold_open, "已销售各行数量×单价")
    if amounts.unsold_lines:
        made["goods_value_unsold"] = money(
            amounts.unsold_fen, amounts.unsold_lines, amounts.unsold_open, "未销售各行数量×单价"
        )
    if amounts.lines:
        made["illegal_business_amount"] = money(
            amounts.business_fen, amounts.lines, amounts.price_open, "已销售＋未销售"
        )
    if amounts.gain_fen is not None:
        key = "illegal_gains.goods" if "services" in found.objects else "illegal_gains"
        made[key] = Measure(amounts.gain_fen, amounts.sold_lines, "已销售收入－进货价款（法释〔2025〕5号 28(4)）")
    pieces = {
        "label_count_sold": (amounts.labels_sold, amounts.label_sold_lines),
        "label_count_unsold": (amounts.labels_unsold, amounts.label_unsold_lines),
        "copy_count_sold": (amounts.copies_sold, amounts.copy_sold_lines),
        "copy_count_unsold": (amounts.copies_unsold, amounts.copy_unsold_lines),
    }
    for sort in ("label_count", "copy_count"):
        if any(pieces[f"{sort}_{half}"][1] for half in ("sold", "unsold")):
            for half in ("sold", "unsold"):
                value, lines = pieces[f"{sort}_{half}"]
                made[f"{sort}_{half}"] = Measure(value, lines, "各行数量之和")
    for name, value in found.counts.items():
        if name in MEASURES and value is not None:
            made[name] = Measure(int(value), (), "办案人员申报")
    return made


def _finding(value: bool | None, reasons: str, ground: str = "") -> Finding | None:
    return None if value is None else Finding(value, reasons, ground)


def _priors(found: CaseFindings) -> tuple[PriorPunishment, ...] | None:
    if not found.priors_checked and not found.priors:
        return None
    return tuple(
        PriorPunishment(p["kind"], p["article"], dt.date.fromisoformat(p["decided_on"]), p.get("decision_no", ""))
        for p in found.priors
    )
