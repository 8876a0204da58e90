"""The amounts of a case, computed from its lines of goods and from nothing else. Integer fen, exact.

Five bases exist in the law and are never one "amount" (R-26): what was sold, what is in stock, both together
(非法经营额), the gain in the criminal sense (income less purchase price, 法释〔2025〕5号 28(4)), and pieces.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import contains_eager

from app.cases.goods import PRICE_KINDS, GoodsLine, GoodsList
from app.extensions import db


@dataclass(frozen=True)
class Amounts:
    """All figures of a case. `_lines` name the lines that a figure rests on ("清单1第3行").

    Every sum is that of the known prices; sold_open and unsold_open name the lines whose price is not known yet (`price_open`).
    gain_fen is None while a sold line has no price or no purchase price; gain_open names those without the latter. sources_open: a line names no
    source of its mark, so that the number of sources is not known. parts: the same figures of one nature alone (goods,
    label, copy): the value of labels is no value of goods, and the other way round.
    """

    sold_fen: int = 0
    unsold_fen: int = 0
    gain_fen: int | None = None
    labels_sold: int = 0
    labels_unsold: int = 0
    copies_sold: int = 0
    copies_unsold: int = 0
    sold_lines: tuple[str, ...] = ()
    unsold_lines: tuple[str, ...] = ()
    label_sold_lines: tuple[str, ...] = ()
    label_unsold_lines: tuple[str, ...] = ()
    copy_sold_lines: tuple[str, ...] = ()
    copy_unsold_lines: tuple[str, ...] = ()
    gain_open: tuple[str, ...] = ()
    sold_open: tuple[str, ...] = ()
    unsold_open: tuple[str, ...] = ()
    mark_sources: tuple[str, ...] = ()
    sources_open: bool = False
    by_kind: tuple[tuple[str, int, int], ...] = ()  # (price kind, sold fen, unsold fen)
    count: int = 0
    parts: Mapping[str, Amounts] = field(default_factory=dict)

    @property
    def sources(self) -> int | None:
        """How many sources the marks have; None while it is not known. Two known ones are two, whatever is still open."""
        found = len(self.mark_sources)
        return None if not found or (found < 2 and self.sources_open) else found

    def only(self, *natures: str) -> Amounts:
        """The figures of the first of these natures that has a line; all zero when none has."""
        return next((self.parts[nature] for nature in natures if nature in self.parts), Amounts())

    @property
    def business_fen(self) -> int:
        """非法经营额: what was sold and what is in stock."""
        return self.sold_fen + self.unsold_fen

    @property
    def price_open(self) -> tuple[str, ...]:
        """The lines whose price is not known yet: while there are any, no sum says that a line of law is not reached."""
        return (*self.sold_open, *self.unsold_open)

    @property
    def lines(self) -> tuple[str, ...]:
        return (*self.sold_lines, *self.unsold_lines)


def compute(lines: Iterable[Any], label: Any = lambda line: f"第{line.n}行") -> Amounts:
    """Add the lines up. Pure: a line needs the columns of `GoodsLine`. Tools count for nothing."""
    kept = [line for line in lines if line.nature != "tool"]
    natures = dict.fromkeys(line.nature for line in kept)
    return replace(
        _add(kept, label), parts={nature: _add([x for x in kept if x.nature == nature], label) for nature in natures}
    )


def _add(kept: list[Any], label: Any) -> Amounts:
    sold, unsold = [x for x in kept if x.sold], [x for x in kept if not x.sold]
    open_lines = tuple(label(x) for x in sold if x.cost_fen is None)
    unpriced = [x for x in kept if x.price_open]
    known = bool(sold) and not open_lines and not any(x.sold for x in unpriced)
    gain = sum(x.value_fen - x.cost_fen for x in sold) if known else None

    def pieces(group: list[Any], nature: str) -> int:
        return sum(x.quantity_milli for x in group if x.nature == nature) // 1000

    def names(group: list[Any], nature: str | None = None) -> tuple[str, ...]:
        return tuple(label(x) for x in group if nature is None or x.nature == nature)

    return Amounts(
        sold_fen=sum(x.value_fen for x in sold),
        unsold_fen=sum(x.value_fen for x in unsold),
        gain_fen=None if gain is None else max(gain, 0),
        labels_sold=pieces(sold, "label"), labels_unsold=pieces(unsold, "label"),
        copies_sold=pieces(sold, "copy"), copies_unsold=pieces(unsold, "copy"),
        sold_lines=names(sold), unsold_lines=names(unsold),
        label_sold_lines=names(sold, "label"), label_unsold_lines=names(unsold, "label"),
        copy_sold_lines=names(sold, "copy"), copy_unsold_lines=names(unsold, "copy"),
        gain_open=open_lines,
        sold_open=names([x for x in unpriced if x.sold]), unsold_open=names([x for x in unpriced if not x.sold]),
        mark_sources=tuple(sorted({x.mark_source for x in kept if x.mark_source})),
        sources_open=any(not x.mark_source for x in kept if x.nature != "copy"),
        by_kind=tuple(
            (kind, sum(x.value_fen for x in sold if x.price_kind == kind), sum(x.value_fen for x in unsold if x.price_kind == kind))
            for kind in PRICE_KINDS if any(x.price_kind == kind and not x.price_open for x in kept)
        ),
        count=len(kept),
    )  # fmt: skip


@functools.cache
def _lines() -> Select[GoodsLine]:
    return (
        select(GoodsLine)
        .join(GoodsLine.list)
        .options(contains_eager(GoodsLine.list))
        .where(GoodsLine.case_id == bindparam("case_id"), GoodsList.counts())
        .order_by(GoodsList.n, GoodsLine.n)
    )


def lines_of(case: Any) -> list[GoodsLine]:
    """All lines of a case in the order of its lists; goods that stand on a later list count there, and once."""
    return list(db.session.scalars(_lines(), {"case_id": case.id}))


def amounts_of(case: Any) -> Amounts:
    """The amounts of a case as its lines stand now."""
    return of_lines(lines_of(case))


def of_lines(lines: Iterable[GoodsLine]) -> Amounts:
    """The amounts of lines that were read already."""
    return compute(lines, lambda line: f"清单{line.list.n}第{line.n}行")
