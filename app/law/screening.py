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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from app.law.citation import threshold_article_zh
from app.law.screening_conditions import CHECKS, Verdict
from app.law.screening_facts import Measure, ScreeningInput, figure_of, plain_row
from app.law.thresholds import Component, Rule, RuleSet
from app.law.words import CRIMES, MEASURES

NEAR_PERCENT = 70  # a prompt without legal effect; a setting


class Standing(StrEnum):
    """How the case stands to the numbers. None of the three closes the way to a transfer (R-32)."""

    BELOW = "below"
    SUSPICION = "suspicion"
    OVER = "over"


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
    """No legal effect. kind "near": at or over the set share of the amount; "open": amount reached, a finding is missing;
    "unpriced": amount not reached, but lines are without a price yet, so that nobody can say that it is not."""

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
        return plain_row(self)


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
    run, similar, unticked = _Run(), _Run(), _Run()
    chosen = _versions(given, sets, run)
    asked_about = () if given.crimes else given.suggested
    seen = {crime: given.seen_by(crime) for crime in given.crimes or asked_about}
    for rule_set in chosen:
        for rule in rule_set.rules:
            if rule.crime in seen:
                run.evaluated += 1
                of_another_act = rule.crime in IDENTICAL_ONLY and given.facts.get("identical_mark") is False
                kept_in = unticked if asked_about else similar if of_another_act else run
                _evaluate(seen[rule.crime], rule, rule_set, near_percent, kept_in)
    _similar(given, similar, run)
    _unticked(given, unticked, run)
    _no_lines(given, run)
    # The tier is reached by another rule already: nothing has fallen between, and no price is waited for.
    tiers = {(h.version, h.crime, h.tier) for h in run.hits}
    run.prompts = _waiting(run.prompts, tiers)
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
    elif (
        given.suspicion
        or any(p.kind in {"open", "unpriced"} for p in run.prompts)
        or any(f.kind in _RAISING for f in run.flags)
    ):
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


def _identity(given: ScreeningInput, rule: Rule) -> tuple[Verdict, ...]:
    """Of 213 and 214 every rule asks for the identical mark: not found yet, it is open; found similar, it is another act."""
    if rule.crime not in IDENTICAL_ONLY or "identical_mark" in given.facts:
        return ()
    return (Verdict(None, "是否与注册商标相同、用于同一种商品或者服务尚未认定"),)


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


def _unticked(given: ScreeningInput, unticked: _Run, run: _Run) -> None:
    """Nobody ticked a crime, and the cause has none; yet an amount of its kind of right is there: a person must answer."""
    reached = [hit.crime for hit in unticked.hits] + [p.crime for p in unticked.prompts if p.kind == "open"]
    for crime in dict.fromkeys(reached):
        if given.similar_reasons:
            run.flag(
                "no_crime",
                "",
                f"数额已达“{CRIMES[crime]}”标准，但案由没有对应的罪名，也没有勾选罪名；不构成该罪的理由：{given.similar_reasons}；请法制审核确认",
            )
        else:
            run.flag(
                "no_crime_open",
                "",
                f"数额已达“{CRIMES[crime]}”标准，但案由没有对应的罪名，也没有勾选罪名；涉嫌犯罪的请勾选罪名，不涉嫌的请写明理由，由法制审核确认",
            )


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


_RAISING = frozenset(
    {"similar_mark_open", "no_crime_open", "open_assessment", "inside_one_item", "same_figure", "between_rules"}
)


def _check(given: ScreeningInput, sets: tuple[RuleSet, ...]) -> None:
    if not sets:
        raise ValueError("there is no rule set to screen against")
    if unknown := {*given.crimes, *given.suggested} - set(CRIMES):
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
    verdicts = [CHECKS[c["type"]](given, c, rule, rules) for c in rule.conditions]
    identity = _identity(given, rule)
    failed = [c for c, v in zip(rule.conditions, verdicts, strict=True) if v.holds is False]
    value, lines, reached = _value(given, rule, rules, run, bool(failed))
    if failed:
        if reached and {c["type"] for c in failed} <= {"measure_below", "mixed_goods_and_services", "unsold_only"}:
            _between(given, rule, rules, failed, run)
        return
    missing = tuple(v.why for v in (*verdicts, *identity) if v.holds is None)
    if reached and not missing:
        run.hits.append(_hit(rule, rules, value, lines, tuple(v.why for v in verdicts)))
        if any(c["type"] == "prior_punishment_within" for c in rule.conditions):
            run.flag("repeat_start", rule.id, "二年期限自处罚决定之日起算是一种理解，条文未写明起点；请法制审核确认")
        if rule.note.startswith("reading:") or rule.note.startswith("same reading"):
            run.flag("reading", rule.id, "该标准的较低数额系对条文的一种理解，请法制审核确认")
        return
    if value is None or rule.amount is None:
        if reached:
            run.flag("open_assessment", rule.id, f"已写明其他严重情节，但{'、'.join(missing)}；请查明")
        return
    near = rule.operator == ">=" and value * 100 >= rule.amount * near_percent
    unpriced = () if reached else _unpriced(given, rule)
    if unpriced:
        missing = (
            *missing,
            f"{len(unpriced)}行单价未查明（{'、'.join(unpriced[:5])}{'…' if len(unpriced) > 5 else ''}）",
        )
    if reached or near or unpriced:
        kind = "open" if reached else "unpriced" if unpriced else "near"
        run.prompts.append(
            Prompt(
                kind,
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


def _unpriced(given: ScreeningInput, rule: Rule) -> tuple[str, ...]:
    """The lines without a price among those that the figure of this rule rests on."""
    if rule.operator == "at_least_n_of":
        figures = [figure_of(given, part.measure, rule.crime) for part in rule.components]
    else:
        obj = next((c["value"] for c in rule.conditions if c["type"] == "object"), None)
        figures = [figure_of(given, rule.measure, rule.crime, obj)]
    return tuple(dict.fromkeys(line for figure in figures if figure is not None for line in figure.open))


def _waiting(prompts: list[Prompt], tiers: set[tuple[str, str, str]]) -> list[Prompt]:
    """Of the prompts "unpriced" one for each measure of a crime: where least is missing beside the prices, the lowest amount."""
    least: dict[tuple[str, str, str], Prompt] = {}
    for one in prompts:
        key = (one.version, one.crime, one.measure)
        if one.kind != "unpriced" or (one.version, one.crime, one.tier) in tiers:
            continue
        if key not in least or (len(one.missing), one.amount) < (len(least[key].missing), least[key].amount):
            least[key] = one
    return [one for one in prompts if one.kind != "unpriced" or one in least.values()]


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
    figure = figure_of(given, rule.measure, rule.crime, obj)
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
        figure = figure_of(given, part.measure, rule.crime)
        holds = all(CHECKS[c["type"]](given, c, rule, rules).holds is True for c in part.conditions)
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
