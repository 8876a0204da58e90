"""What a case still lacks, as its page says it. Pure over rows that the caller has read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.cases.amounts import Amounts
from app.cases.models import Case
from app.core import clock
from app.core.deadlines import Deadline
from app.core.text import _, date_zh
from app.intake.words import limitation_ends
from app.law.spoken import spoken
from app.law.words import CRIMES


@dataclass(frozen=True)
class Gap:
    """A sentence, and the endpoint where it is mended."""

    text: str
    endpoint: str


def gaps(case: Case, amounts: Amounts, found: dict[str, int], run: Any) -> list[Gap]:
    """What is missing now. found: how many there are of "evidence", "site", "interview", and "open" evidence."""
    if case.status == "filed":
        return [Gap(_("尚未指定办案人员（不少于两人）"), "cases.show")]
    if case.status not in {"investigating", "suspended"}:
        return []
    rows: list[Gap] = []
    if len(case.active_officers) < 2:
        rows.append(Gap(_("办案人员不足两人"), "cases.show"))
    for row in case.active_officers:
        if not row.person.certified(clock.today()):
            rows.append(Gap(_("%(name)s的执法证已失效，须调整办案人员", name=row.name), "cases.show"))
    if case.act_to is None:
        rows.append(Gap(_("行为终了日期未填，影响处罚时效和适用的法律版本"), "cases.facts"))
    if not found["site"]:
        rows.append(Gap(_("没有现场笔录"), "cases.new_site_record"))
    if not found["interview"]:
        rows.append(Gap(_("没有询问笔录"), "cases.new_interview"))
    if not found["evidence"]:
        rows.append(Gap(_("没有登记证据"), "cases.new_evidence"))
    if found.get("open"):
        text = _("%(n)s件由线索引入的材料待补充证据种类、取得时间和取证人员", n=found["open"])
        rows.append(Gap(text, "cases.evidence"))
    if not amounts.count:
        rows.append(Gap(_("没有登记涉案物品，金额未核算"), "cases.goods"))
    if amounts.price_open:
        rows.append(
            Gap(
                _(
                    "%(n)s 行物品单价未查明，金额只计已查明部分：%(lines)s",
                    n=len(amounts.price_open),
                    lines="、".join(amounts.price_open[:5]) + ("…" if len(amounts.price_open) > 5 else ""),
                ),
                "cases.goods",
            )
        )
    if amounts.gain_open:
        rows.append(Gap(_("%(n)s 行已售物品未填进货价，违法所得未能计算", n=len(amounts.gain_open)), "cases.goods"))
    if run is not None:
        rows += [
            Gap(spoken(text), "cases.findings")
            for text in dict.fromkeys(m for p in run.prompts if p["kind"] == "open" for m in p["missing"])
        ]
    return rows


def flags(case: Case, run: Any, transferred: bool, on_its_way: bool = False) -> list[str]:
    """Where the rules and what happened disagree. A flag, never an error. on_its_way: a transfer was begun."""
    rows = [str(one["text"] if isinstance(one, dict) else one) for one in case.remarks]
    clues = [link.clue for link in case.links]
    found_on = min(
        (clue.found_on for clue in clues), default=case.filed_on
    )  # time runs to the finding, not to the filing
    years = max((clue.limitation_years or 2 for clue in clues), default=2)
    if case.act_to is not None and found_on > limitation_ends(case.act_to, years):
        rows.append(
            _(
                "发现时距行为终了已超过%(years)s年，请核对处罚时效（行政处罚法 36：二年；涉及公民生命健康安全、金融安全且有危害后果的为五年）。",
                years=years,
            )
        )
    if run is None:
        return rows
    if (
        run.standing == "over"
        and not transferred
        and not on_its_way
        and case.status in {"investigating", "terminated", "closed"}
    ):
        rows.append(
            _("筛查结果已达刑事立案追诉标准，案件尚未移送公安机关（国务院令310号 3、11：不得以行政处罚代替移送）。")
        )
    if run.standing == "below" and (transferred or case.status == "sent"):
        rows.append(
            _(
                "筛查结果未达数额标准，而案件已经移送；合理嫌疑也是移送理由，请核对移送依据是否写明（国务院令310号 3(2)）。"
            )
        )
    return rows


def lifted(dates: Sequence[Deadline]) -> str:
    """What the page says once registered goods were held past their seven working days: the registration ended by itself
    (行政处罚法 56; 程序规定 35). "" while they run."""
    row = next((d for d in dates if d.term == "evidence_registration" and d.open and clock.now() > d.due_at), None)
    if row is None:
        return ""
    return _(
        "先行登记保存已于%(day)s满七个工作日，期限内没有登记处理决定，依法自行解除。应当立即退还物品，并在物品清单登记解除先行登记保存证据通知书（文书20）；期限内已经取证保全、送检、改为查封扣押或者作出其他处理决定的，登记其方式、文书和日期。",
        day=date_zh(clock.local(row.due_at).date()),
    )


def hits_by_crime(run: Any) -> Sequence[tuple[str, list[dict[str, Any]]]]:
    """The hits of a run, crime by crime in the order of the law."""
    return [(words, rows) for code, words in CRIMES.items() if (rows := [h for h in run.hits if h["crime"] == code])]
