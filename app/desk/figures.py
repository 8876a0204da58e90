"""Figures: counted from the rows themselves, and every number opens its rows. Never by officer: no ranking of people (R-47)."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy import ColumnElement, and_, func, select

from app.core import clock
from app.core.permissions import Viewer, scope
from app.core.subjects import SubjectKind
from app.core.text import _, month_zh
from app.desk import waiting
from app.extensions import db
from app.people.models import Organ

PAGE = 30
# The day that places a subject in a month, by kind; else the day it was begun.
BEGAN: dict[str, Callable[[Any], Any]] = {"case": lambda model: model.filed_at, "clue": lambda model: model.found_at}


@dataclass(frozen=True)
class Asked:
    """What is counted: a year, and if given one organ, state, month (1–12), cause."""

    year: int
    organ_id: int | None = None
    status: str = ""
    month: int | None = None
    cause_id: int | None = None


@dataclass(frozen=True)
class Cell:
    """A label, a number, and the arguments that open the rows behind it."""

    label: str
    count: int
    args: dict[str, Any]


@dataclass(frozen=True)
class Table:
    """Counts of one kind of subject, one way of dividing them."""

    title: str
    cells: list[Cell]

    def bars(self, type: str, year: int) -> list[dict[str, Any]]:
        """The cells as components/charts.html draws them, each a link to its rows."""
        return [
            {
                "label": cell.label,
                "value": cell.count,
                "url": url_for("desk.stats_rows", type=type, year=year, **cell.args),
            }
            for cell in self.cells
        ]


def condition(viewer: Viewer, kind: SubjectKind, asked: Asked) -> ColumnElement[bool]:
    """The rows that `asked` means, within the viewer's scope."""
    model, began = kind.model, _began(kind)
    first, last = _months(asked.year)[(asked.month or 1) - 1][0], _months(asked.year)[(asked.month or 12) - 1][1]
    ways = [scope(viewer, kind.permission, model), began >= first, began < last]
    if asked.organ_id:
        ways.append(model.organ_id == asked.organ_id)
    if asked.status:
        ways.append(model.status == asked.status)
    if asked.cause_id:
        ways.append(model.cause_id == asked.cause_id)
    return and_(*ways)


def tables(
    viewer: Viewer, kind: SubjectKind, asked: Asked, causes: Callable[[list[int]], dict[int, str]]
) -> list[Table]:
    """By state, by organ, by month and (where there is one) by cause. causes: names of causes by id."""
    model, states, where = kind.model, waiting.workflows()[kind.type].states, condition(viewer, kind, asked)
    by_state = _grouped(model.status, where)
    by_organ = _grouped(model.organ_id, where)
    organs = {
        o.id: o.name
        for o in db.session.execute(select(Organ.id, Organ.name).where(Organ.id.in_(viewer.scope_ids | set(by_organ))))
    }
    found = [
        Table(_("按状态"), [Cell(_(state.name), by_state[key], {"status": key}) for key, state in states.items() if by_state.get(key)]),
        Table(_("按机关"), [Cell(organs.get(key, str(key)), n, {"organ_id": key}) for key, n in sorted(by_organ.items())]),
        Table(_("按月份"), _by_month(kind, asked.year, where)),
    ]  # fmt: skip
    if hasattr(model, "cause_id"):
        by_cause = {key: n for key, n in _grouped(model.cause_id, where).items() if key is not None}
        names = causes(sorted(by_cause))
        cells = [
            Cell(names.get(key, str(key)), n, {"cause_id": key})
            for key, n in sorted(by_cause.items(), key=lambda item: -item[1])
        ]
        found.append(Table(_("按案由"), cells))
    return found


def total(viewer: Viewer, kind: SubjectKind, asked: Asked) -> int:
    """How many rows `asked` means."""
    return db.session.scalar(select(func.count()).select_from(kind.model).where(condition(viewer, kind, asked))) or 0


def rows(
    viewer: Viewer, kind: SubjectKind, asked: Asked, before: int | None = None
) -> tuple[list[waiting.Row], int | None]:
    """The rows behind a number, newest first, and the cursor of the older ones."""
    found = select(kind.model.id).where(condition(viewer, kind, asked))
    if before is not None:
        found = found.where(kind.model.id < before)
    ids = list(db.session.scalars(found.order_by(kind.model.id.desc()).limit(PAGE + 1)))
    return waiting.rows_of(kind, ids[:PAGE]), ids[PAGE - 1] if len(ids) > PAGE else None


def _began(kind: SubjectKind) -> Any:
    return BEGAN.get(kind.type, lambda model: model.created_at)(kind.model)


def _grouped(column: Any, where: ColumnElement[bool]) -> dict[Any, int]:
    return {row[0]: row[1] for row in db.session.execute(select(column, func.count()).where(where).group_by(column))}


def _months(year: int) -> list[tuple[dt.datetime, dt.datetime]]:
    """The twelve months of a year in Shanghai as [first instant, first instant of the next)."""
    first = [clock.day_start(dt.date(year + month // 12, month % 12 + 1, 1)) for month in range(13)]
    return list(itertools.pairwise(first))


def _by_month(kind: SubjectKind, year: int, where: ColumnElement[bool]) -> list[Cell]:
    began = _began(kind)
    counts = db.session.execute(
        select(*(func.count().filter(began >= first, began < last) for first, last in _months(year)))
        .select_from(kind.model)
        .where(where)
    ).one()
    return [Cell(month_zh(month), n, {"month": month}) for month, n in enumerate(counts, 1) if n]
