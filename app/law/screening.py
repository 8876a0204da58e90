"""Screening a case against the lines of criminal law (法释〔2025〕5号 and what follows it).

Pure: no database, no web. The engine only raises flags. It never says "no transfer needed": below every number a case
must still go to the police on reasonable suspicion (国务院令第310号 3(2)). Money is integer fen, everything else a count.

Three answers are possible for every condition: it holds, it does not, or nobody has found it yet. A rule whose amount
is reached but whose finding (knowledge, purpose, earlier punishment ...) is still open is reported as such, so that a
screen can say what is missing instead of staying silent.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any

from app.law.citation import threshold_article_zh
from app.law.thresholds import CONDITIONS, Component, Rule, RuleSet, load_file
from app.law.words import (
    CRIME_ARTICLES,
    CRIMES,
    KNOWLEDGE_GROUNDS,
    MEASURES,
    MONEY_MEASURES,
    STANDINGS,
    TIERS,
    UNITS,
)

# One door: who screens needs to know this module only.
__all__ = [
    "CRIMES", "CRIME_ARTICLES", "KNOWLEDGE_GROUNDS", "MEASURES", "MONEY_MEASURES", "NEAR_PERCENT", "STANDINGS", "TIERS", "UNITS",
    "Component", "Finding", "Flag", "Hit", "Measure", "PriorPunishment", "Prompt", "Rule", "RuleSet", "Screening",
    "ScreeningInput", "Share", "Standing", "Suspicion", "load_file", "screen", "years_after",
]  # fmt: skip

NEAR_PERCENT = 70  # a prompt without legal effect; a setting


class Standing(StrEnum):
    """How the case stands to the numbers. None of the three closes the way to a transfer (R-32)."""

    BELOW = "below"
    SUSPICION = "suspicion"
    OVER = "over"


# ---- what goes in -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of the case: money in fen, else a count. `lines` name the goods lines or evidence it rests on."""

    value: int
    lines: tuple[str, ...] = ()
    how: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of the case that one crime is measured by: goods for art. 213 and 214, labels for art. 215, copies for 217, 218."""

    measures: Mapping[str, Measure]
    mark_sources: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the officer declares about knowledge or purpose. `ground` is a key of KNOWLEDGE_GROUNDS where that applies."""

    found: bool
    reasons: str = ""
    ground: str = ""


@dataclass(frozen=True, slots=True)
class PriorPunishment:
    """An earlier punishment. `article` is the Criminal Law article whose act it was for, "214" also for an administrative one."""

    kind: str  # criminal | administrative
    article: str
    decided_on: dt.date
    decision_no: str = ""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """The second ground (Order 310 art. 3(2)): both texts are the officer's own."""

    facts: str
    police_measures_needed: str


@dataclass(frozen=True, slots=True)
class ScreeningInput:
    """All that the engine may know. None means "nobody has found this yet" and is not the same as no or zero.

    crimes: the crimes the officer ticked; measures: keys of MEASURES, of the whole case; shares: crime -> the figures
    that this crime alone is measured by (a crime without a share reads those of the whole case); objects: "goods", "services";
    roles: "seller_of_others_labels", "helper" ...; modes: "复制发行", "通过信息网络向公众传播", "circumvention_device_or_service";
    mark_sources / patents: distinct sources (Interp. art. 7: several marks of one holder on the same goods are one);
    facts: booleans by name (identical_mark: False says that the mark is only similar, or the goods are (商标法 57(2)), which is
    no act of 刑法 213 or 214; similar_reasons: why; right_holder_bankrupt_or_closed, act_for_foreign_entity, causation, membership_mode);
    assessments: crime -> reasons, for the open-ended limbs.
    """

    crimes: tuple[str, ...]
    measures: Mapping[str, Measure]
    screened_on: dt.date
    act_from: dt.date | None = None
    act_to: dt.date | None = None
    objects: frozenset[str] | None = frozenset({"goods"})
    roles: frozenset[str] | None = None
    modes: frozenset[str] | None = None
    mark_sources: int | None = None
    patents: int | None = None
    knowledge: Finding | None = None
    profit_purpose: Finding | None = None
    prior_punishments: tuple[PriorPunishment, ...] | None = None
    facts: Mapping[str, bool] = field(default_factory=dict)
    assessments: Mapping[str, str] = field(default_factory=dict)
    suspicion: Suspicion | None = None
    similar_reasons: str = ""
    shares: Mapping[str, Share] = field(default_factory=dict)

    def seen_by(self, crime: str) -> ScreeningInput:
        """The same case as a rule of this crime sees it."""
        own = self.shares.get(crime)
        return self if own is None else replace(self, measures=own.measures, mark_sources=own.mark_sources, shares={})

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be stored with the run."""
        return _plain_row(self)


# ---- what comes out -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that is met. `value` and `amount` in fen or counts; None for a free assessment."""

    rule_id: str
    version: str
    crime: str
    crime_zh: str
    criminal_law_article: str
    article: str
    article_zh: str
    tier: str
    measure: str
    value: int | None
    amount: int | None
    unit: str
    lines: tuple[str, ...]
    why: tuple[str, ...]
    phrase: str
    sentence_range: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """No legal effect. kind "near": at or over the set share of the amount; "open": amount reached, a finding is missing."""

    kind: str
    rule_id: str
    version: str
    crime: str
    tier: str
    measure: str
    value: int
    amount: int
    unit: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A question for legal review; `rule_id` is empty when it concerns the whole run."""

    kind: str
    rule_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The result of one run."""

    standing: Standing
    grounds: tuple[str, ...]  # of "threshold", "reasonable_suspicion"; either is a duty of its own
    hits: tuple[Hit, ...]
    prompts: tuple[Prompt, ...]
    flags: tuple[Flag, ...]
    versions: tuple[str, ...]
    evaluated: int

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be stored as the record of the run."""
        return _plain_row(self)


def _plain_row(row: Any) -> dict[str, Any]:
    return {f.name: _plain(getattr(row, f.name)) for f in fields(row)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_row(value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(_plain(v) for v in value)
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


# ---- figures ------------------------------------------------------------------------------------------------------


def _sum(*parts: Measure) -> Measure:
    return Measure(
        sum(p.value for p in parts),
        tuple(dict.fromkeys(line for p in parts for line in p.lines)),
        "+".join(p.how for p in parts if p.how),
    )


def _figure(given: ScreeningInput, measure: str, crime: str, obj: str | None = None) -> Measure | None:
    """The figure that a rule of `crime` reads, or None when it is not known.

    Sums are made only when both parts are there and positive: "sold and unsold together" is a rule for mixed stock,
    a stock of which nothing was sold has its own.
    """
    m = given.measures
    if measure == "illegal_gains" and obj:
        if (split := m.get(f"illegal_gains.{obj}")) is not None:
            return split
        # An undivided sum belongs to the object only if there is no other object in the case.
        return m.get(measure) if given.objects == frozenset({obj}) else None
    if measure == "label_count" and given.roles and "seller_of_others_labels" in given.roles:
        # A seller of labels that others made: unsold stock has its own, threefold line (art. 6(1)(iv)).
        return m.get("label_count_sold", m.get("label_count"))
    if measure == "copy_count" and crime == "sell_infringing_copies":
        return m.get("copy_count_sold", m.get("copy_count"))
    if measure in m:
        return m[measure]
    if measure == "illegal_gains" and {"illegal_gains.goods", "illegal_gains.services"} & set(m):
        return _sum(*(m[k] for k in ("illegal_gains.goods", "illegal_gains.services") if k in m))
    parts = _SUMS.get(measure)
    if parts and all(p in m for p in parts):
        found = [m[p] for p in parts]
        if measure in {"label_count", "copy_count"} or all(p.value > 0 for p in found):
            return _sum(*found)
    return None


_SUMS: dict[str, tuple[str, ...]] = {
    "sales_amount_plus_goods_value": ("sales_amount", "goods_value_unsold"),
    "illegal_gains_goods_plus_services": ("illegal_gains.goods", "illegal_gains.services"),
    "label_count": ("label_count_sold", "label_count_unsold"),
    "label_count_sold_plus_unsold": ("label_count_sold", "label_count_unsold"),
    "copy_count": ("copy_count_sold", "copy_count_unsold"),
    "copy_count_sold_plus_unsold": ("copy_count_sold", "copy_count_unsold"),
}
_SOLD_OF: dict[str, str] = {
    "goods_value_unsold": "sales_amount",
    "label_count_unsold": "label_count_sold",
    "copy_count_unsold": "copy_count_sold",
}


# ---- conditions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Verdict:
    holds: bool | None
    why: str


def _among(value: str, known: frozenset[str] | None, yes: str, unknown: str) -> _Verdict:
    if known is None:
        return _Verdict(None, unknown)
    return _Verdict(value in known, yes)


def _object(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    word = "商品" if cond["value"] == "goods" else "服务"
    return _among(cond["value"], given.objects, f"在同一种{word}上使用", "涉案对象（商品或者服务）尚未认定")


def _mark_sources(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    if given.mark_sources is None:
        return _Verdict(None, "涉及几种不同来源的注册商标尚未认定")
    return _Verdict(given.mark_sources >= cond["value"], f"不同来源的注册商标{given.mark_sources}种")


def _patents(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    if given.patents is None:
        return _Verdict(None, "涉及几项他人专利尚未认定")
    return _Verdict(given.patents >= cond["value"], f"他人专利{given.patents}项")


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


def _prior(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    if given.prior_punishments is None:
        return _Verdict(None, f"{cond['years']}年内是否受过刑事或者行政处罚尚未查询")
    fitting = [
        p
        for p in given.prior_punishments
        if p.kind in cond["punishment_kinds"] and p.article in cond["for_acts_under_articles"]
    ]
    act_to = given.act_to
    if fitting and act_to is None:
        return _Verdict(None, "行为日期尚未认定，无法判断是否在二年内")
    for prior in fitting:
        if act_to is not None and _within(given.act_from or act_to, act_to, prior, cond["years"]):
            first = max(given.act_from or act_to, prior.decided_on)
            kind = "刑事处罚" if prior.kind == "criminal" else "行政处罚"
            days = (first - prior.decided_on).days
            return _Verdict(
                True, f"{prior.decided_on}受过{kind}（{prior.decision_no or '文号未录入'}），{days}日后又实施"
            )
    return _Verdict(False, "二年内未受过相应处罚")


def _knowledge(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    if given.knowledge is None:
        return _Verdict(None, "是否明知尚未认定")
    ground = KNOWLEDGE_GROUNDS.get(given.knowledge.ground, "")
    return _Verdict(
        given.knowledge.found,
        "明知" + (f"：{ground or given.knowledge.reasons}" if ground or given.knowledge.reasons else ""),
    )


def _purpose(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    if given.profit_purpose is None:
        return _Verdict(None, "是否以营利为目的尚未认定")
    return _Verdict(
        given.profit_purpose.found,
        "以营利为目的" + (f"：{given.profit_purpose.reasons}" if given.profit_purpose.reasons else ""),
    )


def _unsold_only(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    # Nothing found sold counts as nothing sold: the rule is there for the raid that comes before the first sale.
    sold = given.measures.get(_SOLD_OF[rule.measure])
    return _Verdict(sold is None or sold.value == 0, "全部尚未销售")


def _measure_below(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    part = _figure(given, cond["measure"], rule.crime)
    name = MEASURES[cond["measure"]]
    if part is None:
        return _Verdict(None, f"{name}未单独查明")
    return _Verdict(part.value < cond["value"], f"{name}本身未达标准")


def _mixed(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    if given.objects is None:
        return _Verdict(None, "涉案对象（商品或者服务）尚未认定")
    if not {"goods", "services"} <= given.objects:
        return _Verdict(False, "兼有商品与服务")
    goods = given.measures.get("illegal_gains.goods")
    if goods is None:
        return _Verdict(None, "商品部分的违法所得未单独查明")
    standard = _goods_standard(rule, rules)
    return _Verdict(goods.value < standard, "兼有商品与服务，商品违法所得本身未达标准")


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


def _role(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    return _among(cond["value"], given.roles, "销售他人非法制造的标识", "是否销售他人非法制造的标识尚未认定")


_MODES = {"circumvention_device_or_service": "提供规避技术措施的装置、部件或者服务"}


def _mode(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
    return _among(cond["value"], given.modes, _MODES.get(cond["value"], cond["value"]), "侵权行为方式尚未认定")


def _fact(name: str, yes: str) -> Callable[[ScreeningInput, Mapping[str, Any], Rule, RuleSet], _Verdict]:
    def check(given: ScreeningInput, cond: Mapping[str, Any], rule: Rule, rules: RuleSet) -> _Verdict:
        return _Verdict(given.facts.get(name), yes if name in given.facts else f"{yes}：尚未认定")

    return check


_CONDITIONS: dict[str, Callable[[ScreeningInput, Mapping[str, Any], Rule, RuleSet], _Verdict]] = {
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


if set(_CONDITIONS) != CONDITIONS:
    raise RuntimeError("the engine and the reader of the rules know different conditions")


# ---- the engine ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Run:
    hits: list[Hit] = field(default_factory=list)
    prompts: list[Prompt] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    evaluated: int = 0

    def flag(self, kind: str, rule_id: str, text: str) -> None:
        one = Flag(kind, rule_id, text)
        if one not in self.flags:
            self.flags.append(one)


def screen(given: ScreeningInput, rules: RuleSet | Sequence[RuleSet], near_percent: int = NEAR_PERCENT) -> Screening:
    """Evaluate every rule of every crime that was ticked, in the version of the act and, where it differs, today's.

    given: figures and findings, money in fen; rules: one or several versions; near_percent: share of an amount that
    gives a prompt. ValueError for an unknown crime or measure, a negative figure, or no rule set at all.
    """
    sets = (rules,) if isinstance(rules, RuleSet) else tuple(rules)
    _check(given, sets)
    run, similar = _Run(), _Run()
    chosen = _versions(given, sets, run)
    seen = {crime: given.seen_by(crime) for crime in given.crimes}
    for rule_set in chosen:
        for rule in rule_set.rules:
            if rule.crime in seen:
                run.evaluated += 1
                of_another_act = rule.crime in IDENTICAL_ONLY and given.facts.get("identical_mark") is False
                _evaluate(seen[rule.crime], rule, rule_set, near_percent, similar if of_another_act else run)
    _similar(given, similar, run)
    _no_lines(given, run)
    # The tier is reached by another rule already: nothing has fallen between.
    tiers = {(h.version, h.crime, h.tier) for h in run.hits}
    run.flags = [
        f for f in run.flags if f.kind != "between_rules" or not any(t in tiers for t in _tiers_of(f.rule_id, chosen))
    ]
    if len(chosen) > 1:
        run.flag(
            "versions_differ",
            "",
            f"行为日与筛查日适用不同版本（{'、'.join(s.version for s in chosen)}），两版结果均列出；从旧兼从轻由公安、法院判断",
        )
    grounds = (("threshold",) if run.hits else ()) + (("reasonable_suspicion",) if given.suspicion else ())
    if run.hits:
        standing = Standing.OVER
    elif given.suspicion or any(p.kind == "open" for p in run.prompts) or any(f.kind in _RAISING for f in run.flags):
        standing = Standing.SUSPICION
    else:
        standing = Standing.BELOW
    return Screening(
        standing,
        grounds,
        tuple(run.hits),
        tuple(run.prompts),
        tuple(run.flags),
        tuple(s.version for s in chosen),
        run.evaluated,
    )


# 刑法 213, 214 speak of the identical mark on the same goods or services; a similar mark is an administrative matter.
IDENTICAL_ONLY = frozenset({"counterfeit_registered_mark", "sell_counterfeit_mark_goods"})


def _similar(given: ScreeningInput, similar: _Run, run: _Run) -> None:
    """The amount of 213 or 214 is there while the mark is found to be similar only: a person must answer, with reasons."""
    for crime in dict.fromkeys(hit.crime for hit in similar.hits):
        words = (
            f"数额已达“{CRIMES[crime]}”标准，但认定为近似商标或者类似商品（商标法57(2)），不是同一种商品上的相同商标"
        )
        if given.similar_reasons:
            run.flag("similar_mark", "", f"{words}；理由：{given.similar_reasons}；请法制审核确认")
        else:
            run.flag("similar_mark_open", "", f"{words}；请写明不构成相同商标的理由，由法制审核确认")


def _no_lines(given: ScreeningInput, run: _Run) -> None:
    """A ticked crime of which no line was entered while others were: perhaps the lines are of the wrong kind. Never silent."""
    lines = "illegal_business_amount"
    for crime in given.crimes:
        if crime in given.shares and lines in given.measures and lines not in given.shares[crime].measures:
            run.flag(
                "no_lines",
                "",
                f"已勾选“{CRIMES[crime]}”，但没有登记属于该罪名的物品行（商品、标识、复制品分别计算），请核对各行的类别",
            )


def _tiers_of(rule_id: str, chosen: Iterable[RuleSet]) -> set[tuple[str, str, str]]:
    return {(s.version, r.crime, r.tier) for s in chosen for r in s.rules if r.id == rule_id}


_RAISING = frozenset({"similar_mark_open", "inside_one_item", "same_figure", "between_rules"})


def _check(given: ScreeningInput, sets: tuple[RuleSet, ...]) -> None:
    if not sets:
        raise ValueError("there is no rule set to screen against")
    if unknown := set(given.crimes) - set(CRIMES):
        raise ValueError(f"unknown crime: {sorted(unknown)}")
    if unknown := set(given.measures) - set(MEASURES):
        raise ValueError(f"unknown measure: {sorted(unknown)}")
    for share in given.shares.values():
        if unknown := set(share.measures) - set(MEASURES):
            raise ValueError(f"unknown measure: {sorted(unknown)}")
    figures = [given.measures, *(share.measures for share in given.shares.values())]
    if any(m.value < 0 for measures in figures for m in measures.values()):
        raise ValueError("a figure is negative")


def _versions(given: ScreeningInput, sets: tuple[RuleSet, ...], run: _Run) -> tuple[RuleSet, ...]:
    def on(day: dt.date) -> RuleSet | None:
        return next((s for s in sets if s.in_force(day)), None)

    current = on(given.screened_on) or max(sets, key=lambda s: s.valid_from)
    if given.act_to is None:
        run.flag("act_date_missing", "", "行为日期未录入，按现行标准筛查；请补录行为起止日期")
        return (current,)
    then = on(given.act_to)
    if then is None:
        run.flag(
            "no_version_for_act",
            "",
            f"行为终了日{given.act_to}适用的旧标准未收录，仅按现行标准筛查，请法制审核核对行为时的标准",
        )
        return (current,)
    return (then,) if then == current else (then, current)


def _evaluate(given: ScreeningInput, rule: Rule, rules: RuleSet, near_percent: int, run: _Run) -> None:
    verdicts = [_CONDITIONS[c["type"]](given, c, rule, rules) for c in rule.conditions]
    failed = [c for c, v in zip(rule.conditions, verdicts, strict=True) if v.holds is False]
    value, lines, reached = _value(given, rule, rules, run, bool(failed))
    if failed:
        if reached and {c["type"] for c in failed} <= {"measure_below", "mixed_goods_and_services", "unsold_only"}:
            _between(given, rule, rules, failed, run)
        return
    missing = tuple(v.why for v in verdicts if v.holds is None)
    if reached and not missing:
        run.hits.append(_hit(rule, rules, value, lines, tuple(v.why for v in verdicts)))
        if any(c["type"] == "prior_punishment_within" for c in rule.conditions):
            run.flag("repeat_start", rule.id, "二年期限自处罚决定之日起算是一种理解，条文未写明起点；请法制审核确认")
        if rule.note.startswith("reading:") or rule.note.startswith("same reading"):
            run.flag("reading", rule.id, "该标准的较低数额系对条文的一种理解，请法制审核确认")
    elif value is not None and rule.amount is not None and rule.operator == ">=":
        if reached:
            run.prompts.append(
                Prompt(
                    "open",
                    rule.id,
                    rules.version,
                    rule.crime,
                    rule.tier,
                    rule.measure,
                    value,
                    rule.amount,
                    rule.unit,
                    missing,
                )
            )
        elif value * 100 >= rule.amount * near_percent:
            run.prompts.append(
                Prompt(
                    "near",
                    rule.id,
                    rules.version,
                    rule.crime,
                    rule.tier,
                    rule.measure,
                    value,
                    rule.amount,
                    rule.unit,
                    missing,
                )
            )
    elif reached and value is not None and rule.amount is not None:
        run.prompts.append(
            Prompt(
                "open",
                rule.id,
                rules.version,
                rule.crime,
                rule.tier,
                rule.measure,
                value,
                rule.amount,
                rule.unit,
                missing,
            )
        )


def _value(
    given: ScreeningInput, rule: Rule, rules: RuleSet, run: _Run, failed: bool
) -> tuple[int | None, tuple[str, ...], bool]:
    """The figure a rule looks at, the lines it rests on, and whether the amount is reached."""
    if rule.operator == "manual":
        return None, (), bool(given.assessments.get(rule.crime, "").strip())
    if rule.operator == "==":
        fact = given.facts.get(rule.measure)
        return (None if fact is None else int(fact)), (), fact is True
    if rule.operator == "at_least_n_of":
        return _composite(given, rule, rules, run, failed)
    obj = next((c["value"] for c in rule.conditions if c["type"] == "object"), None)
    figure = _figure(given, rule.measure, rule.crime, obj)
    if figure is None or rule.amount is None:
        return None, (), False
    return figure.value, figure.lines, figure.value >= rule.amount


def _composite(
    given: ScreeningInput, rule: Rule, rules: RuleSet, run: _Run, failed: bool
) -> tuple[int, tuple[str, ...], bool]:
    """Half of two or more *distinct* items (art. 13(1)(v)), each resting on a figure of its own."""
    wanted = rule.amount or 0
    met: list[tuple[Component, Measure]] = []
    for part in rule.components:
        figure = _figure(given, part.measure, rule.crime)
        holds = all(_CONDITIONS[c["type"]](given, c, rule, rules).holds is True for c in part.conditions)
        if figure is not None and figure.value >= part.amount and holds:
            met.append((part, figure))
    items = {part.item for part, _figure_ in met}
    distinct = any(
        len({p.item for p, _ in some}) == wanted and len({p.measure for p, _ in some}) == wanted
        for some in itertools.combinations(met, wanted)
    )
    lines = tuple(dict.fromkeys(line for _part, figure in met for line in figure.lines))
    if not distinct and not failed:
        if len(items) >= wanted:
            run.flag("same_figure", rule.id, "两项半数标准系由同一数额满足，是否算作两项条文未写明，请法制审核确认")
        elif len({p.measure for p, _ in met}) >= wanted:
            run.flag("inside_one_item", rule.id, "两个数量均在同一项之内，是否算作两项条文未写明，请法制审核确认")
    return len(items), lines, distinct


def _between(given: ScreeningInput, rule: Rule, rules: RuleSet, failed: Sequence[Mapping[str, Any]], run: _Run) -> None:
    """The amount is there, but the part that was sold is over its own standard: a large sold part plus a large stock can
    fall between the rules. The sum is reported all the same and goes to legal review."""
    if any(c["type"] == "mixed_goods_and_services" for c in failed) and not {"goods", "services"} <= (
        given.objects or frozenset()
    ):
        return
    run.flag(
        "between_rules",
        rule.id,
        f"{MEASURES[rule.measure]}已达“{rule.phrase}”数额，但已销售（商品）部分本身已达其标准或者并非全部未售，字面上不适用该项；请法制审核确认适用档次",
    )


def _hit(rule: Rule, rules: RuleSet, value: int | None, lines: tuple[str, ...], why: tuple[str, ...]) -> Hit:
    return Hit(
        rule_id=rule.id,
        version=rules.version,
        crime=rule.crime,
        crime_zh=rule.crime_zh,
        criminal_law_article=rule.criminal_law_article,
        article=rule.article,
        article_zh=threshold_article_zh(rule.article),
        tier=rule.tier,
        measure=rule.measure,
        value=value,
        amount=rule.amount,
        unit=rule.unit,
        lines=lines,
        why=why,
        phrase=rule.phrase,
        sentence_range=rule.sentence_range,
        outcome=rule.outcome,
    )
