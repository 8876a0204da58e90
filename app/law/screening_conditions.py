"""The conditions of the rules beside the amounts: each holds, does not, or has not been found by anybody yet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.law.screening_facts import PriorPunishment, ScreeningInput, figure_of
from app.law.thresholds import CONDITIONS, Rule, RuleSet
from app.law.words import KNOWLEDGE_GROUNDS, MEASURES

_SOLD_OF: dict[str, str] = {
    "goods_value_unsold": "sales_amount",
    "label_count_unsold": "label_count_sold",
    "copy_count_unsold": "copy_count_sold",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """holds: None while nobody has found it. why: the reason for a hit, or what is missing."""

    holds: bool | None
    why: str


def _among(value: str, known: frozenset[str] | None, yes: str, unknown: str) -> Verdict:
    if known is None:
        return Verdict(None, unknown)
    return Verdict(value in known, yes)


def _object(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    word = "商品" if cond["value"] == "goods" else "服务"
    return _among(cond["value"], given.objects, f"在同一种{word}上使用", "涉案对象（商品或者服务）尚未认定")


def _mark_sources(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    if given.mark_sources is None:
        return Verdict(None, "涉及几种不同来源的注册商标尚未认定")
    return Verdict(given.mark_sources >= cond["value"], f"不同来源的注册商标{given.mark_sources}种")


def _patents(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    if given.patents is None:
        return Verdict(None, "涉及几项他人专利尚未认定")
    return Verdict(given.patents >= cond["value"], f"他人专利{given.patents}项")


def years_after(day: dt.date, years: int) -> dt.date:
    """The same date `years` later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _within(act_from: dt.date, act_to: dt.date, prior: PriorPunishment, years: int) -> bool:
    """Was (part of) the new act committed after the earlier punishment and within `years` of it?"""
    last_day = years_after(prior.decided_on, years)
    return act_to > prior.decided_on and max(act_from, prior.decided_on + dt.timedelta(days=1)) <= last_day


def _prior(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    if given.prior_punishments is None:
        return Verdict(None, f"{cond['years']}年内是否受过刑事或者行政处罚尚未查询")
    fitting = [
        p
        for p in given.prior_punishments
        if p.kind in cond["punishment_kinds"] and p.article in cond["for_acts_under_articles"]
    ]
    act_to = given.act_to
    if fitting and act_to is None:
        return Verdict(None, "行为日期尚未认定，无法判断是否在二年内")
    for prior in fitting:
        if act_to is not None and _within(given.act_from or act_to, act_to, prior, cond["years"]):
            first = max(given.act_from or act_to, prior.decided_on)
            kind = "刑事处罚" if prior.kind == "criminal" else "行政处罚"
            days = (first - prior.decided_on).days
            return Verdict(
                True, f"{prior.decided_on}受过{kind}（{prior.decision_no or '文号未录入'}），{days}日后又实施"
            )
    return Verdict(False, "二年内未受过相应处罚")


def _knowledge(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    if given.knowledge is None:
        return Verdict(None, "是否明知尚未认定")
    ground = KNOWLEDGE_GROUNDS.get(given.knowledge.ground, "")
    return Verdict(
        given.knowledge.found,
        "明知" + (f"：{ground or given.knowledge.reasons}" if ground or given.knowledge.reasons else ""),
    )


def _purpose(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    if given.profit_purpose is None:
        return Verdict(None, "是否以营利为目的尚未认定")
    return Verdict(
        given.profit_purpose.found,
        "以营利为目的" + (f"：{given.profit_purpose.reasons}" if given.profit_purpose.reasons else ""),
    )


def _unsold_only(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    # Nothing found sold counts as nothing sold: the rule is there for the raid that comes before the first sale.
    sold = given.measures.get(_SOLD_OF[rule.measure])
    if sold is not None and sold.value == 0 and sold.open:
        return Verdict(None, f"已销售的{len(sold.open)}行单价未查明")
    return Verdict(sold is None or sold.value == 0, "全部尚未销售")


def _measure_below(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    part = figure_of(given, cond["measure"], rule.crime)
    name = MEASURES[cond["measure"]]
    if part is None:
        return Verdict(None, f"{name}未单独查明")
    if part.open and part.value < cond["value"]:
        return Verdict(None, f"{name}有{len(part.open)}行单价未查明")
    return Verdict(part.value < cond["value"], f"{name}本身未达标准")


def _mixed(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    if given.objects is None:
        return Verdict(None, "涉案对象（商品或者服务）尚未认定")
    if not {"goods", "services"} <= given.objects:
        return Verdict(False, "兼有商品与服务")
    goods = given.measures.get("illegal_gains.goods")
    if goods is None:
        return Verdict(None, "商品部分的违法所得未单独查明")
    standard = _goods_standard(rule, rules)
    return Verdict(goods.value < standard, "兼有商品与服务，商品违法所得本身未达标准")


def _goods_standard(rule: Rule, rules: RuleSet) -> int:
    """Art. 3(3): the goods' own standard of the same variant (base, two marks, repeat). At the especially serious tier the
    text carries the condition over literally, so it is always the serious one."""
    others = [c for c in rule.conditions if c["type"] != "mixed_goods_and_services"]
    for sibling in rules.rules:
        about_goods = any(c["type"] == "object" and c["value"] == "goods" for c in sibling.conditions)
        same_line = (sibling.crime, sibling.tier, sibling.measure) == (rule.crime, "serious", "illegal_gains")
        same_variant = [c for c in sibling.conditions if c["type"] != "object"] == others
        if about_goods and same_line and same_variant and sibling.amount is not None:
            return sibling.amount
    raise ValueError(f"rule {rule.id} has no goods standard beside it")


def _role(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    return _among(cond["value"], given.roles, "销售他人非法制造的标识", "是否销售他人非法制造的标识尚未认定")


_MODES = {"circumvention_device_or_service": "提供规避技术措施的装置、部件或者服务"}


def _mode(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
    return _among(cond["value"], given.modes, _MODES.get(cond["value"], cond["value"]), "侵权行为方式尚未认定")


def _fact(name: str, yes: str) -> Callable[[ScreeningInput, Mapping[str, Any], Rule, RuleSet], Verdict]:
    def check(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> Verdict:
        return Verdict(given.facts.get(name), yes if name in given.facts else f"{yes}：尚未认定")

    return check


CHECKS: dict[str, Callable[[ScreeningInput, Mapping[str, Any], Rule, RuleSet], Verdict]] = {
    "object": _object,
    "distinct_mark_sources_min": _mark_sources,
    "distinct_patents_min": _patents,
    "prior_punishment_within": _prior,
    "knowledge": _knowledge,
    "purpose": _purpose,
    "unsold_only": _unsold_only,
    "measure_below": _measure_below,
    "mixed_goods_and_services": _mixed,
    "role": _role,
    "mode": _mode,
    "membership_mode": _fact("membership_mode", "以会员制方式传播"),
    "causation": _fact("causation", "直接导致经营重大困难进而破产、倒闭"),
}


if set(CHECKS) != CONDITIONS:
    raise RuntimeError("the engine and the reader of the rules know different conditions")
