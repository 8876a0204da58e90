"""The criminal lines as data: reading a version of the rules, and refusing one that the engine could not evaluate. Pure."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.law.words import MEASURES, MONEY_MEASURES, UNITS

# The conditions that the screening engine knows (it asserts that it knows each of them).
CONDITIONS = frozenset(
    {
        "object", "distinct_mark_sources_min", "distinct_patents_min", "prior_punishment_within", "knowledge", "purpose",
        "unsold_only", "measure_below", "mixed_goods_and_services", "role", "mode", "membership_mode", "causation",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Component:
    """One half-standard of a composite rule; `item` is the item of the article it belongs to."""

    item: str
    measure: str
    amount: int
    conditions: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the law. `amount` in fen for money, else a count; 1 for a yes/no measure; None for a free assessment."""

    id: str
    crime: str
    crime_zh: str
    criminal_law_article: str
    article: str
    tier: str
    measure: str
    operator: str
    amount: int | None
    unit: str
    conditions: tuple[Mapping[str, Any], ...]
    components: tuple[Component, ...]
    phrase: str
    sentence_range: str
    outcome: str
    note: str


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of the rules with the days on which it was in force; `valid_to` is the last such day, or None."""

    version: str
    valid_from: dt.date
    valid_to: dt.date | None
    rules: tuple[Rule, ...]

    def in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RuleSet:
        """Read a rule set. ValueError for an operator, condition, measure or unit the engine does not know: a rule that
        cannot be evaluated must stop the loading, it must never be skipped."""
        instrument = data["instrument"]
        to = instrument["effective_to"]
        rules = tuple(_read_rule(raw) for raw in data["rules"])
        if len({rule.id for rule in rules}) != len(rules):
            raise ValueError("two rules share an id")
        return cls(
            version=data.get("version") or instrument["doc_no"],
            valid_from=dt.date.fromisoformat(instrument["effective_from"]),
            valid_to=dt.date.fromisoformat(to) if to else None,
            rules=rules,
        )


def load_file(path: Path | None = None) -> RuleSet:
    """The rule set that ships with the product (or the one in `path`)."""
    path = path or Path(__file__).parent / "data" / "criminal-thresholds.json"
    return RuleSet.from_json(json.loads(path.read_text(encoding="utf-8")))


def _amount(raw: Mapping[str, Any]) -> tuple[int | None, str]:
    unit = raw["unit"]
    if unit == "CNY_yuan":
        return int(raw["amount"]) * 100, "fen"
    if unit not in UNITS:
        raise ValueError(f"unknown unit {unit!r}")
    return (None if raw["amount"] is None else int(raw["amount"])), unit


def _conditions(raw: Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    read = tuple(dict(one) for one in raw)
    for one in read:
        if one["type"] not in CONDITIONS:
            raise ValueError(f"unknown condition {one['type']!r}")
        if one["type"] == "measure_below":
            one["value"] = int(one["value"]) * (100 if one["measure"] in MONEY_MEASURES else 1)
    return read


def _read_rule(raw: Mapping[str, Any]) -> Rule:
    if raw["operator"] not in {">=", "==", "at_least_n_of", "manual"}:
        raise ValueError(f"unknown operator {raw['operator']!r}")
    if raw["measure"] not in MEASURES:
        raise ValueError(f"unknown measure {raw['measure']!r}")
    amount, unit = _amount(raw)
    if raw["operator"] != "manual" and amount is None:
        raise ValueError(f"rule {raw['id']} has no amount")
    if unit == "fen" and raw["measure"] not in MONEY_MEASURES:
        raise ValueError(f"rule {raw['id']}: {raw['measure']} is not money")
    components = []
    for part in raw.get("components", ()):
        half, _unit = _amount(part)
        if half is None or part["measure"] not in MEASURES:
            raise ValueError(f"rule {raw['id']} has a component that cannot be evaluated")
        components.append(Component(part["item"], part["measure"], half, _conditions(part.get("conditions", ()))))
    if (raw["operator"] == "at_least_n_of") != bool(components):
        raise ValueError(f"rule {raw['id']}: components belong to at_least_n_of and to nothing else")
    return Rule(
        id=raw["id"],
        crime=raw["crime_id"],
        crime_zh=raw["crime_zh"],
        criminal_law_article=raw["criminal_law_article"],
        article=raw["interpretation_article"],
        tier=raw["tier"],
        measure=raw["measure"],
        operator=raw["operator"],
        amount=amount,
        unit=unit,
        conditions=_conditions(raw["conditions"]),
        components=tuple(components),
        phrase=raw["legal_phrase_zh"],
        sentence_range=raw["consequence"].get("sentence_range_zh") or raw["consequence"]["sentence_range"],
        outcome=raw["consequence"]["screening_outcome"],
        note=raw["note"] or "",
    )
