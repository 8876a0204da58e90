"""What is known of a case when it is screened, and the figure of it that a rule reads. Money is integer fen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of the case: money in fen, else a count. `lines` name the goods lines or evidence it rests on.

    open: the lines whose price is not known yet, so that the figure is the least it can be.
    """

    value: int
    lines: tuple[str, ...] = ()
    how: str = ""
    open: tuple[str, ...] = ()


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
    suggested: crimes that the kind of the right suggests while nobody has ticked one: looked at, never a hit, only a question;
    facts: booleans by name (identical_mark: 刑法 213 and 214 need it, missing leaves their rules open; False says that the mark is only similar, or the goods are (商标法 57(2)), which is
    no act of 刑法 213 or 214; similar_reasons: why that, or why none of the suggested crimes; right_holder_bankrupt_or_closed, act_for_foreign_entity, causation, membership_mode);
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
    suggested: tuple[str, ...] = ()

    def seen_by(self, crime: str) -> ScreeningInput:
        """The same case as a rule of this crime sees it."""
        own = self.shares.get(crime)
        return self if own is None else replace(self, measures=own.measures, mark_sources=own.mark_sources, shares={})

    def as_json(self) -> dict[str, Any]:
        """Plain values, to be stored with the run."""
        return plain_row(self)


def plain_row(row: Any) -> dict[str, Any]:
    """A dataclass as plain values that JSON can hold."""
    return {f.name: _plain(getattr(row, f.name)) for f in fields(row)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return plain_row(value)
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(_plain(v) for v in value)
    if isinstance(value, (tuple, list)):
        return [_plain(v) for v in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value


def _sum(*parts: Measure) -> Measure:
    return Measure(
        sum(p.value for p in parts),
        tuple(dict.fromkeys(line for p in parts for line in p.lines)),
        "+".join(p.how for p in parts if p.how),
        tuple(dict.fromkeys(line for p in parts for line in p.open)),
    )


def figure_of(given: ScreeningInput, measure: str, crime: str, obj: str | None = None) -> Measure | None:
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
        if measure in {"label_count", "copy_count"} or all(p.value > 0 or p.open for p in found):
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
