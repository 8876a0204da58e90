"""Every rule of the file, on both sides of its line, with everything else it asks for given."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import given as forall
from hypothesis import settings
from hypothesis import strategies as st

from app.law.screening import IDENTICAL_ONLY, Standing, screen
from app.law.screening_facts import Finding, Measure, PriorPunishment, ScreeningInput, Suspicion
from app.law.thresholds import Component, Rule, RuleSet, load_file
from app.law.words import MONEY_MEASURES

RULES = load_file()
TODAY = dt.date(2026, 11, 22)
ACT = dt.date(2026, 10, 1)
IDENTICAL = {"identical_mark": True}


def fitting(
    rule: Rule, measures: dict[str, Measure], conditions: tuple[Any, ...] | None = None, **more: Any
) -> ScreeningInput:
    """An input that meets every condition of `rule` and nothing that it does not ask for."""
    values: dict[str, Any] = {"crimes": (rule.crime,), "screened_on": TODAY, "act_from": ACT, "act_to": ACT}
    measures = dict(measures)
    facts: dict[str, bool] = {"identical_mark": True} if rule.crime in IDENTICAL_ONLY else {}
    for cond in rule.conditions if conditions is None else conditions:
        match cond["type"]:
            case "object":
                values["objects"] = frozenset({cond["value"]})
            case "distinct_mark_sources_min":
                values["mark_sources"] = cond["value"]
            case "distinct_patents_min":
                values["patents"] = cond["value"]
            case "prior_punishment_within":
                values["prior_punishments"] = (
                    PriorPunishment(
                        "administrative", cond["for_acts_under_articles"][-1], dt.date(2025, 3, 1), "甲罚1号"
                    ),
                )
            case "knowledge":
                values["knowledge"] = Finding(True, "进价明显偏低", "abnormal_price")
            case "purpose":
                values["profit_purpose"] = Finding(True, "对外收费")
            case "unsold_only":
                pass
            case "measure_below":
                measures[cond["measure"]] = Measure(cond["value"] - 1)
            case "mixed_goods_and_services":
                values["objects"] = frozenset({"goods", "services"})
                measures["illegal_gains.goods"] = Measure(0)
            case "role":
                values["roles"] = frozenset({cond["value"]})
            case "mode":
                values["modes"] = frozenset({cond["value"]})
            case "membership_mode" | "causation" as name:
                facts[name] = True
            case other:
                pytest.fail(f"a condition nobody tests: {other}")
    facts |= more.pop("facts", {})
    return ScreeningInput(measures=measures, facts=facts, **values, **more)


def ids(given: ScreeningInput, rules: RuleSet = RULES) -> set[str]:
    return {hit.rule_id for hit in screen(given, rules).hits}


AMOUNT_RULES = [r for r in RULES.rules if r.operator == ">="]


def test_the_file_holds_what_the_tests_walk() -> None:
    assert len(RULES.rules) == 134
    assert len(AMOUNT_RULES) == 126
    assert sum(r.operator == "==" for r in RULES.rules) == 3
    assert sum(r.operator == "manual" for r in RULES.rules) == 4
    assert sum(r.operator == "at_least_n_of" for r in RULES.rules) == 1


@pytest.mark.parametrize("rule", AMOUNT_RULES, ids=lambda r: r.id)
def test_one_fen_below_is_no_hit_and_the_amount_is(rule: Rule) -> None:
    assert rule.amount is not None
    assert rule.id not in ids(fitting(rule, {rule.measure: Measure(rule.amount - 1)}))
    result = screen(fitting(rule, {rule.measure: Measure(rule.amount, ("3",))}), RULES)
    hit = next(h for h in result.hits if h.rule_id == rule.id)
    assert (hit.value, hit.amount, hit.lines) == (rule.amount, rule.amount, ("3",))
    assert hit.article_zh.startswith("第")
    assert (hit.tier, hit.outcome, result.standing) == (rule.tier, "transfer_threshold_met", Standing.OVER)


@pytest.mark.parametrize(
    "rule", [r for r in RULES.rules if r.conditions and r.operator != "at_least_n_of"], ids=lambda r: r.id
)
def test_each_condition_is_needed(rule: Rule) -> None:
    """Take one condition away and the rule must fall silent, whatever the amount."""
    far = {rule.measure: Measure((rule.amount or 1) * 100)}
    facts = {rule.measure: True} if rule.operator == "==" else {}
    for gone in rule.conditions:
        if gone["type"] == "unsold_only":
            sold = {
                "goods_value_unsold": "sales_amount",
                "label_count_unsold": "label_count_sold",
                "copy_count_unsold": "copy_count_sold",
            }
            changed = fitting(rule, far | {sold[rule.measure]: Measure(1)}, facts=facts)
        elif gone["type"] == "measure_below":
            whole = fitting(rule, far, facts=facts)
            changed = dataclasses.replace(whole, measures={**whole.measures, gone["measure"]: Measure(gone["value"])})
        else:
            changed = fitting(rule, far, tuple(c for c in rule.conditions if c is not gone), facts=facts)
            if gone["type"] in {"object", "mixed_goods_and_services"}:
                changed = dataclasses.replace(changed, objects=frozenset())
        assert rule.id not in ids(changed), gone["type"]


@pytest.mark.parametrize("rule", [r for r in RULES.rules if r.crime in IDENTICAL_ONLY], ids=lambda r: r.id)
def test_crim_213_214_nothing_is_a_hit_before_the_mark_was_found_identical(rule: Rule) -> None:
    """Not looked into yet is not yes: the rule is open and raises, it is neither a hit nor silence."""
    far = {rule.measure: Measure(rule.amount)} if rule.amount else {}
    given = fitting(rule, far, assessments={} if rule.amount else {rule.crime: "集中销售"})
    result = screen(dataclasses.replace(given, facts={}), RULES)
    assert (result.hits, result.standing) == ((), Standing.SUSPICION)
    said = [text for p in result.prompts if p.rule_id == rule.id for text in p.missing]
    said += [f.text for f in result.flags if f.rule_id == rule.id]
    assert any("相同" in text for text in said)


def test_r33_a_crime_that_only_the_right_suggests_is_a_question_and_never_a_hit() -> None:
    given = ScreeningInput(
        crimes=(), suggested=("counterfeit_patent",), measures={"illegal_business_amount": Measure(500_000_00)}, screened_on=TODAY, act_to=ACT,
    )  # fmt: skip
    result = screen(given, RULES)
    assert (result.hits, result.prompts, result.standing) == ((), (), Standing.SUSPICION)
    assert [f.kind for f in result.flags] == ["no_crime_open"]
    answered = screen(dataclasses.replace(given, similar_reasons="仅标注不规范。"), RULES)
    assert (answered.standing, [f.kind for f in answered.flags]) == (Standing.BELOW, ["no_crime"])
    little = dataclasses.replace(given, measures={"illegal_business_amount": Measure(100_00)})
    assert (screen(little, RULES).standing, screen(little, RULES).flags) == (Standing.BELOW, ())


@pytest.mark.parametrize("rule", [r for r in RULES.rules if r.operator == "=="], ids=lambda r: r.id)
def test_yes_no_rules(rule: Rule) -> None:
    assert rule.id in ids(fitting(rule, {}, facts={rule.measure: True}))
    assert rule.id not in ids(fitting(rule, {}, facts={rule.measure: False}))
    assert rule.id not in ids(fitting(rule, {}))


@pytest.mark.parametrize("rule", [r for r in RULES.rules if r.operator == "manual"], ids=lambda r: r.id)
def test_free_assessment_needs_reasons(rule: Rule) -> None:
    assert rule.id in ids(fitting(rule, {}, assessments={rule.crime: "利用疫情期间集中销售"}))
    assert rule.id not in ids(fitting(rule, {}, assessments={rule.crime: "  "}))


HALF = next(r for r in RULES.rules if r.operator == "at_least_n_of")


def test_half_of_two_on_both_sides_of_every_component() -> None:
    for one in HALF.components:
        for two in HALF.components:
            if one.item == two.item or one.measure == two.measure:
                continue
            conditions = HALF.conditions + one.conditions + two.conditions
            assert HALF.id in ids(fitting(HALF, _at(one, two), conditions))
            assert HALF.id not in ids(fitting(HALF, _at(one, two, short=one), conditions)), (one.item, two.item)


def _at(*parts: Component, short: Component | None = None) -> dict[str, Measure]:
    return {p.measure: Measure(p.amount - (p is short)) for p in parts}


def test_one_figure_is_not_two_items() -> None:
    """25 000 yuan of business meets the half of item (i) and, with an earlier punishment, of item (ii): one figure all the same."""
    repeat = next(c for p in HALF.components for c in p.conditions)
    result = screen(fitting(HALF, {"illegal_business_amount": Measure(25_000_00)}, (*HALF.conditions, repeat)), RULES)
    assert HALF.id not in {h.rule_id for h in result.hits}
    assert "same_figure" in {f.kind for f in result.flags}


@pytest.mark.parametrize("kind", ["operator", "condition", "measure", "unit"])
def test_a_rule_that_cannot_be_evaluated_stops_the_loading(kind: str) -> None:
    raw: dict[str, Any] = {
        "id": "x",
        "crime_id": "trade_secret",
        "crime_zh": "",
        "criminal_law_article": "219",
        "interpretation_article": "17(1)(i)",
        "tier": "serious",
        "measure": "right_holder_loss",
        "operator": ">=",
        "amount": 1,
        "unit": "CNY_yuan",
        "conditions": [],
        "legal_phrase_zh": "",
        "note": None,
        "consequence": {"screening_outcome": "transfer_threshold_met", "sentence_range": ""},
    }
    data = {"version": "v", "instrument": {"effective_from": "2025-04-26", "effective_to": None}, "rules": [raw]}
    assert len(RuleSet.from_json(data).rules) == 1
    raw |= {
        "operator": {"operator": "<"},
        "condition": {"conditions": [{"type": "moon"}]},
        "measure": {"measure": "weight"},
        "unit": {"unit": "kg"},
    }[kind]
    with pytest.raises(ValueError):
        RuleSet.from_json(data)


def newer(amount_factor: int, start: dt.date) -> tuple[RuleSet, RuleSet]:
    old = dataclasses.replace(RULES, valid_to=start - dt.timedelta(days=1))
    rules = tuple(
        dataclasses.replace(r, amount=r.amount * amount_factor if r.amount and r.operator == ">=" else r.amount)
        for r in RULES.rules
    )
    return old, RuleSet("新解释", start, None, rules)


def test_both_versions_are_shown_when_the_act_is_older() -> None:
    sets = newer(2, dt.date(2026, 11, 1))
    given = ScreeningInput(
        crimes=("counterfeit_registered_mark",),
        facts=IDENTICAL,
        measures={"illegal_business_amount": Measure(60_000_00)},
        screened_on=TODAY,
        act_from=ACT,
        act_to=ACT,
    )
    result = screen(given, sets)
    assert result.versions == ("法释〔2025〕5号", "新解释")
    assert {h.version for h in result.hits} == {"法释〔2025〕5号"}
    assert "versions_differ" in {f.kind for f in result.flags}
    assert screen(dataclasses.replace(given, act_to=dt.date(2026, 11, 1)), sets).versions == ("新解释",)


def test_an_act_before_any_loaded_version_is_said() -> None:
    given = ScreeningInput(crimes=("counterfeit_patent",), measures={}, screened_on=TODAY, act_to=dt.date(2025, 4, 25))
    assert "no_version_for_act" in {f.kind for f in screen(given, RULES).flags}
    assert "no_version_for_act" not in {
        f.kind for f in screen(dataclasses.replace(given, act_to=dt.date(2025, 4, 26)), RULES).flags
    }
    assert "act_date_missing" in {f.kind for f in screen(dataclasses.replace(given, act_to=None), RULES).flags}


@pytest.mark.parametrize(
    ("decided", "act", "hit"),
    [
        (dt.date(2024, 10, 1), dt.date(2026, 10, 1), True),
        (dt.date(2024, 9, 30), dt.date(2026, 10, 1), False),
        (dt.date(2026, 9, 30), dt.date(2026, 10, 1), True),
        (dt.date(2026, 10, 1), dt.date(2026, 10, 1), False),
        (dt.date(2024, 2, 29), dt.date(2026, 2, 28), True),
        (dt.date(2024, 2, 29), dt.date(2026, 3, 1), False),
    ],
)
def test_two_years_include_their_last_day(decided: dt.date, act: dt.date, hit: bool) -> None:
    given = ScreeningInput(
        crimes=("counterfeit_patent",),
        measures={"illegal_gains": Measure(50_000_00)},
        screened_on=TODAY,
        act_from=act,
        act_to=act,
        prior_punishments=(PriorPunishment("administrative", "216", decided),),
    )
    assert ("216.serious.repeat.illegal_gains" in ids(given)) is hit


def test_a_punishment_for_another_kind_of_act_does_not_count() -> None:
    given = ScreeningInput(
        crimes=("counterfeit_patent",),
        measures={"illegal_gains": Measure(50_000_00)},
        screened_on=TODAY,
        act_from=ACT,
        act_to=ACT,
        prior_punishments=(PriorPunishment("criminal", "214", dt.date(2026, 1, 1)),),
    )
    assert not ids(given)


def test_seventy_percent_prompts_and_has_no_effect() -> None:
    def near(value: int, percent: int = 70) -> tuple[set[str], Standing]:
        given = ScreeningInput(
            crimes=("counterfeit_patent",),
            measures={"patentee_direct_economic_loss": Measure(value)},
            screened_on=TODAY,
            act_to=ACT,
        )
        result = screen(given, RULES, near_percent=percent)
        return {p.rule_id for p in result.prompts if p.kind == "near"}, result.standing

    assert near(210_000_00) == ({"216.serious.direct_loss"}, Standing.BELOW)
    assert near(210_000_00 - 1) == (set(), Standing.BELOW)
    assert near(210_000_00, percent=80)[0] == set()


def test_an_open_finding_is_said_and_raises() -> None:
    given = ScreeningInput(
        crimes=("sell_counterfeit_mark_goods",),
        facts=IDENTICAL,
        measures={"sales_amount": Measure(50_000_00)},
        screened_on=TODAY,
        act_to=ACT,
        prior_punishments=(),
    )
    result = screen(given, RULES)
    prompt = next(p for p in result.prompts if p.rule_id == "214.serious.sales_amount")
    assert (prompt.kind, prompt.missing) == ("open", ("是否明知尚未认定",))
    assert (result.hits, result.standing) == ((), Standing.SUSPICION)
    denied = screen(dataclasses.replace(given, knowledge=Finding(False, "能说明提供者")), RULES)
    assert (denied.hits, denied.prompts, denied.standing) == ((), (), Standing.BELOW)


def test_a_large_sold_part_and_a_large_stock_go_to_legal_review() -> None:
    """Evaluation note of the file: sales over their own standard plus a stock for the upper tier fall between the rules."""
    given = ScreeningInput(
        crimes=("sell_counterfeit_mark_goods",),
        facts=IDENTICAL,
        measures={"sales_amount": Measure(60_000_00), "goods_value_unsold": Measure(1_500_000_00)},
        screened_on=TODAY,
        act_to=ACT,
        knowledge=Finding(True),
        prior_punishments=(),
    )
    result = screen(given, RULES)
    assert {h.rule_id for h in result.hits} == {"214.serious.sales_amount"}
    flagged = {f.rule_id for f in result.flags if f.kind == "between_rules"}
    assert flagged == {
        "214.especially_serious.unsold.goods_value",
        "214.especially_serious.mixed.sales_plus_goods_value",
    }


def test_goods_and_services_together() -> None:
    def mixed(goods: int, services: int) -> set[str]:
        measures = {"illegal_gains.goods": Measure(goods), "illegal_gains.services": Measure(services)}
        return ids(
            ScreeningInput(
                crimes=("counterfeit_registered_mark",),
                facts=IDENTICAL,
                measures=measures,
                screened_on=TODAY,
                act_to=ACT,
                objects=frozenset({"goods", "services"}),
                mark_sources=1,
                prior_punishments=(),
            )
        )

    assert mixed(29_999_99, 20_000_01) == {"213.serious.mixed.illegal_gains_sum"}
    assert mixed(29_999_99, 20_000_00) == set()
    assert mixed(30_000_00, 20_000_00) == {"213.serious.goods.illegal_gains"}


def test_a_seller_of_others_labels_has_the_threefold_line_for_stock() -> None:
    measures = {"label_count_sold": Measure(9_999), "label_count_unsold": Measure(20_000)}
    given = ScreeningInput(
        crimes=("illegal_mark_labels",),
        measures=measures,
        screened_on=TODAY,
        act_to=ACT,
        roles=frozenset({"seller_of_others_labels"}),
        mark_sources=1,
        prior_punishments=(),
    )
    assert ids(given) == set()
    assert ids(dataclasses.replace(given, measures=measures | {"label_count_unsold": Measure(20_001)})) == {
        "215.serious.mixed.base.label_count"
    }
    assert "215.serious.base.label_count" in ids(dataclasses.replace(given, roles=frozenset()))


@settings(max_examples=60, deadline=None)
@forall(
    st.lists(st.sampled_from(sorted({r.crime for r in RULES.rules})), unique=True, min_size=1, max_size=4),
    st.dictionaries(st.sampled_from(sorted(MONEY_MEASURES)), st.integers(0, 10**10), max_size=5),
    st.booleans(),
)
def test_every_rule_is_evaluated_and_more_money_never_clears(
    crimes: list[str], figures: dict[str, int], doubled: bool
) -> None:
    given = ScreeningInput(
        crimes=tuple(crimes), measures={k: Measure(v) for k, v in figures.items()}, screened_on=TODAY, act_to=ACT
    )
    result = screen(given, RULES)
    assert result.evaluated == sum(r.crime in crimes for r in RULES.rules)
    for hit in result.hits:
        assert (hit.value or 0) >= (hit.amount or 1)
    assert (result.standing is Standing.OVER) == bool(result.hits)


def test_bad_input_is_refused() -> None:
    for wrong in (
        {"crimes": ("theft",), "measures": {}},
        {"crimes": (), "measures": {"weight": Measure(1)}},
        {"crimes": (), "measures": {"sales_amount": Measure(-1)}},
    ):
        with pytest.raises(ValueError):
            screen(ScreeningInput(screened_on=TODAY, **wrong), RULES)  # type: ignore[arg-type]
    with pytest.raises(ValueError):
        screen(ScreeningInput(crimes=(), measures={}, screened_on=TODAY), ())


def test_the_record_of_a_run_is_plain_json() -> None:
    import json

    given = fitting(
        HALF,
        {"click_count": Measure(60_000), "copy_count": Measure(260)},
        suspicion=Suspicion("群聊显示批发", "调取支付流水"),
    )
    result = screen(given, RULES)
    assert json.loads(json.dumps(result.as_json())) == result.as_json()
    assert json.loads(json.dumps(given.as_json()))["suspicion"]["facts"] == "群聊显示批发"
