"""Writes of goods lists and lines. Every one of them counts the amounts anew and screens again. Never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.cases.actions import settle
from app.cases.goods import HELD, OCCASIONS, GoodsLine, GoodsList
from app.cases.models import Case, next_in_case
from app.core import clock, deadlines, history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_
from app.extensions import db

MOST = 2000
COLUMNS = (
    "nature", "name", "mark", "mark_source", "spec", "batch", "unit", "quantity_milli", "price_fen", "price_kind", "price_reason", "sold",
    "purchase_fen", "place", "seal_no", "storage", "features", "remarks", "photo_id",
)  # fmt: skip


def make_list(case: Case, viewer: Viewer, data: Mapping[str, Any]) -> GoodsList:
    """Begin a list of goods, empty."""
    made = GoodsList(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, GoodsList.n, case.id), occasion=data.get("occasion") or "found",
        goes_with=data.get("goes_with") or "", goes_with_no=data.get("goes_with_no") or "", place=data.get("place") or "",
        storage=data.get("storage") or "", made_on=data["made_on"], refusal=data.get("refusal") or "", created_by_id=viewer.user_id,
    )  # fmt: skip
    db.session.add(made)
    db.session.flush()
    history.record(case, "make_goods_list", viewer, name=N_("登记物品清单"), law="市场监督管理行政处罚程序规定 33、37",
                   facts={"list": made.n, "occasion": OCCASIONS.get(made.occasion, made.occasion)})  # fmt: skip
    hold(case, viewer)
    return made


def hold(case: Case, viewer: Viewer) -> None:
    """Let the thirty days of 行政强制法 25 run for the earliest seizure whose goods are still held, and end when none is.

    One clock for a case: it is the earliest measure that becomes unlawful first. What was extended or left out belongs
    to that measure; the next one begins with its own day.
    """
    db.session.flush()
    first, row, now = case.seized_from, deadlines.running(case, "seizure"), clock.now()
    if first is None:
        deadlines.end(case, "seizure", now)
    elif row is None or clock.local(row.start_at).date() != first:
        deadlines.begin(case, "seizure", viewer, now, N_("作出查封、扣押决定"))


def release(goods: GoodsList, case: Case, viewer: Viewer, on: dt.date, paper: str) -> None:
    """The goods of a seizure are held no more: given back (form 23), handed over, confiscated. Refused (422) for what is none."""
    if goods.occasion != "measure" or goods.released_on is not None:
        raise Refused(N_("这份清单没有正在查封、扣押的物品。"), 422)
    if not paper.strip():
        raise Refused(N_("请填写解除决定书、移交清单等文书的名称和文号。"), 422)
    if not goods.made_on <= on <= clock.today():
        raise Refused(N_("解除日期不得早于查封、扣押日期，也不得晚于今天，请核对。"), 422)
    _released(goods, case, viewer, on, paper.strip())
    hold(case, viewer)


def _released(goods: GoodsList, case: Case, viewer: Viewer, on: dt.date, paper: str) -> None:
    goods.released_on, goods.released_by = on, paper
    history.record(case, "release_measure", viewer, name=N_("登记解除查封、扣押"), law="行政强制法 21、27、28", reason=paper,
                   facts={"list": goods.n, "on": on.isoformat()})  # fmt: skip


def handed_to_police(case: Case, viewer: Viewer, at: dt.datetime, paper: str, transfer_id: int) -> None:
    """Everything held went to the police (行政强制法 21; 国务院令310号 12): what was seized is held no more.

    Goods that were registered or taken as evidence go too, so that nothing is handed over twice. All lists are marked
    before the clock is looked at: it ends with its extension, and no clock begins for a list that goes along.
    """
    held = select(GoodsList).where(
        GoodsList.case_id == case.id, GoodsList.occasion.in_(HELD), GoodsList.released_on.is_(None), GoodsList.handed_with_id.is_(None)
    )  # fmt: skip
    on = clock.local(at).date()
    for goods in db.session.scalars(held.order_by(GoodsList.n)).all():
        goods.handed_with_id, goods.handed_at = transfer_id, at
        if goods.occasion == "measure":
            _released(goods, case, viewer, max(on, goods.made_on), paper)
    hold(case, viewer)


def _away(case: Case, transfer_id: int) -> list[GoodsList]:
    """The lists of the case that are with the police by this transfer; those of another one stay where they are."""
    found = select(GoodsList).where(GoodsList.case_id == case.id, GoodsList.handed_with_id == transfer_id)
    return list(db.session.scalars(found.order_by(GoodsList.n)))


def disposed_by_police(case: Case, viewer: Viewer, on: dt.date, paper: str, transfer_id: int) -> None:
    """The police deal with the goods themselves: they come back no more, and no clock of ours runs for them."""
    for goods in _away(case, transfer_id):
        goods.released_on, goods.released_by = goods.released_on or on, paper
        goods.handed_with_id = goods.handed_at = None
        history.record(case, "goods_disposed", viewer, name=N_("登记公安机关处理涉案物品"), law="国务院令第310号 12", reason=paper,
                       facts={"list": goods.n, "on": on.isoformat()})  # fmt: skip


def back_from_police(case: Case, viewer: Viewer, on: dt.date, transfer_id: int) -> None:
    """What had gone to the police is held by us again: its clock runs on from the day of the seizure (行政强制法 25, 28).

    No text leaves out the days at the police, nor gives new ones; an extension that was approved still counts.
    """
    for goods in _away(case, transfer_id):
        goods.released_on, goods.released_by = None, ""
        goods.handed_with_id = goods.handed_at = None
        history.record(case, "goods_back", viewer, name=N_("登记公安机关退回涉案物品"), law="行政强制法 25、28",
                       facts={"list": goods.n, "on": on.isoformat()})  # fmt: skip
    db.session.flush()
    first = case.seized_from
    ended = [row for row in deadlines.of(case) if row.term == "seizure" and row.state in {"met", "met_late"}]
    before = next((row for row in ended if clock.local(row.start_at).date() == first), None)
    if before is not None:
        deadlines.end(case, "seizure", clock.now(), void=True)  # of what was seized in the meantime, and later
        deadlines.revive(before)
    hold(case, viewer)


def change_list(goods: GoodsList, case: Case, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Change the head of a list."""
    for name in ("occasion", "goes_with", "goes_with_no", "place", "storage", "made_on", "refusal"):
        setattr(goods, name, data.get(name) if name == "made_on" else data.get(name) or "")
    history.record(case, "change_goods_list", viewer, name=N_("修改物品清单"), facts={"list": goods.n})
    hold(case, viewer)


def add_lines(goods: GoodsList, case: Case, viewer: Viewer, rows: Sequence[Mapping[str, Any]]) -> list[GoodsLine]:
    """Add cleaned lines (`goods_lines.clean`) at the end of a list."""
    if len(goods.lines) + len(rows) > MOST:
        raise Refused(N_("一份清单最多2000行，请另建清单。"), 422)
    last = max((line.n for line in goods.lines), default=0)
    made = []
    for n, values in enumerate(rows, last + 1):
        line = GoodsLine(case_id=case.id, n=n, **{name: values[name] for name in COLUMNS if name in values})
        goods.lines.append(line)
        made.append(line)
    db.session.flush()
    history.record(
        case,
        "add_goods",
        viewer,
        name=N_("登记涉案物品"),
        facts={"list": goods.n, "lines": len(made), "first": last + 1},
    )
    settle(case, viewer, f"登记涉案物品：清单{goods.n}增加{len(made)}行")
    return made


def change_line(line: GoodsLine, case: Case, viewer: Viewer, values: Mapping[str, Any]) -> None:
    """Change a line; history keeps what stood there before."""
    before = {name: getattr(line, name) for name in COLUMNS if name in values and getattr(line, name) != values[name]}
    if not before:
        return
    for name in before:
        setattr(line, name, values[name])
    db.session.flush()
    history.record(
        case, "change_goods", viewer, name=N_("修改涉案物品"),
        facts={"list": line.list.n, "line": line.n, "before": before, "after": {name: values[name] for name in before}},
    )  # fmt: skip
    settle(case, viewer, f"修改涉案物品：清单{line.list.n}第{line.n}行")


def remove_line(line: GoodsLine, case: Case, viewer: Viewer, reason: str) -> None:
    """Take a line out that was entered by mistake; history keeps what it said."""
    if len(reason.strip()) < 2:
        raise Refused(N_("请写明删除这一行的原因。"), 422)
    goods, n = line.list, line.n
    was = {name: getattr(line, name) for name in COLUMNS}
    goods.lines.remove(line)
    db.session.flush()
    history.record(
        case,
        "remove_goods",
        viewer,
        name=N_("删除误登物品"),
        reason=reason.strip(),
        facts={"list": goods.n, "line": n, "was": was},
    )
    settle(case, viewer, f"删除误登物品：清单{goods.n}第{n}行")
