"""The home page of each post: a to-do list, not a wall of charts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import current_app, url_for

from app.core import clock, subjects, turn
from app.core.permissions import Viewer, may
from app.core.text import N_, _
from app.desk import waiting
from app.desk.waiting import Pile
from app.ui import fuse_of

TITLES = {"todo": N_("等我办理"), "returned": N_("退回给我"), "charge": N_("我承办的"), "new": N_("昨日以来新增")}
ICONS = {"todo": "clipboard-check", "returned": "reply", "charge": "person-check", "new": "star"}
TONES = {"todo": "calm", "returned": "late", "charge": "calm", "new": "new"}
EMPTY = {
    "todo": N_("没有等您办理的事项。"),
    "returned": N_("没有退回给您的事项。"),
    "charge": N_("没有您承办的事项。"),
    "new": N_("昨日以来没有新增。"),
}


def cards(viewer: Viewer) -> list[dict[str, Any]]:
    """The cards of the viewer's home page, what is most urgent first."""
    kinds = waiting.kinds(viewer)
    found = [_card(waiting.pile(viewer, "todo", kind), kind.label) for kind in kinds if _acts_on(viewer, kind.type)]
    found += [_deadlines(viewer)] if kinds else []
    if viewer.post in {"officer", "registrar"}:
        found += [_card(p, kind.label) for kind in kinds if (p := waiting.pile(viewer, "returned", kind)).count]
    if viewer.post == "officer":
        mine = [_card(p, kind.label) for kind in kinds if (p := waiting.pile(viewer, "charge", kind)).count]
        found += [card for card in mine if not any(_same(card, other) for other in found)]
    elif viewer.organ_kind == "bureau":
        found += [_card(p, kind.label) for kind in kinds if (p := waiting.pile(viewer, "new", kind)).count]
    # Filled cards first; an empty one only says that nothing waits.
    return sorted(found, key=lambda card: not card["count"])


def _same(card: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether both list the very same: said once, by the card that is more urgent. Their addresses differ in the queue."""
    mine, others = ([row["url"].partition("?")[0] for row in one["rows"]] for one in (card, other))
    return bool(card["count"] == other["count"] and mine == others)


def _acts_on(viewer: Viewer, subject_type: str) -> bool:
    """Whether any step of the procedure is the viewer's."""
    return any(turn.holds(viewer, step) for step in waiting.workflows()[subject_type].steps)


def _card(pile: Pile, label: str) -> dict[str, Any]:
    late = pile.id == "todo" and any(row.due is not None and row.due.due_at < clock.now() for row in pile.rows)
    return {
        "id": f"{pile.id}-{pile.type}", "title": _("%(what)s：%(kind)s", what=_(TITLES[pile.id]), kind=_(label)), "count": pile.count, "shown": pile.shown,
        "icon": ICONS[pile.id], "tone": "late" if late else TONES[pile.id], "empty": _(EMPTY[pile.id]),
        "url": url_for("desk.pile", id=pile.id, type=pile.type),
        "rows": [
            {"title": row.title, "detail": _(row.state.name) if row.state else "", "url": row.url, "due": fuse_of(row.due) if row.due else None}
            for row in pile.rows
        ],
    }  # fmt: skip


def _deadlines(viewer: Viewer) -> dict[str, Any]:
    rows = waiting.dates(viewer, clock.now() + waiting.SOON, waiting.CAP + 1)
    late = bool(rows) and rows[0].due_at < clock.now()
    shown = rows[: waiting.SHOWN]
    titles = _titles(shown)
    return {
        "id": "dates", "title": _("期限将到"), "count": len(rows), "shown": f"{waiting.CAP}+" if len(rows) > waiting.CAP else str(len(rows)),
        "icon": "clock", "tone": "late" if late else "soon", "empty": _("七日内没有到期的期限。"), "url": url_for("desk.dates"),
        "rows": [
            {"title": _(row.declared.name), "detail": titles.get((row.subject_type, row.subject_id), ""),
             "url": subjects.url(row.subject_type, row.subject_id), "due": fuse_of(row)}
            for row in shown
        ],
    }  # fmt: skip


def _titles(rows: list[Any]) -> dict[tuple[str, int], str]:
    found = {}
    for type_ in {row.subject_type for row in rows}:
        kind = subjects.kinds()[type_]
        for one in waiting.rows_of(kind, [row.subject_id for row in rows if row.subject_type == type_]):
            found[type_, one.subject.id] = one.title
    return found


def date_rows(viewer: Viewer) -> list[dict[str, Any]]:
    """The list behind the card of deadlines, the nearest first; at most CAP."""
    rows = waiting.dates(viewer, clock.now() + waiting.SOON, waiting.CAP)
    titles = _titles(rows)
    return [
        {"name": _(row.declared.name), "law": row.declared.law, "title": titles.get((row.subject_type, row.subject_id), ""),
         "url": subjects.url(row.subject_type, row.subject_id), "fuse": fuse_of(row), "due_at": row.due_at, "hours": row.declared.unit == "hour"}
        for row in rows
    ]  # fmt: skip


def greeting(viewer: Viewer, now: dt.datetime) -> str:
    """The first line of the page."""
    hour = clock.local(now).hour
    part = _("早上好") if hour < 11 else _("中午好") if hour < 13 else _("下午好") if hour < 18 else _("晚上好")
    return _("%(name)s，%(part)s", name=viewer.name, part=part)


def doors(viewer: Viewer) -> list[dict[str, str]]:
    """What the post does first, as buttons: (only what is registered and granted)."""
    wanted = (
        ("intake.new", "clue.log", _("登记线索"), "plus-lg"), ("desk.jobs", "jobs.manage", _("后台任务"), "gear"),
        ("staff.index", "people.manage", _("人员与岗位"), "people"), ("desk.chain", "history.read", _("办理历史"), "clock-history"),
    )  # fmt: skip
    picked = [w for w in wanted if w[0] in current_app.view_functions and may(viewer, w[1])]
    if viewer.post not in {"admin", "auditor"}:
        picked = [w for w in picked if w[0] == "intake.new"]
    return [{"url": url_for(endpoint), "label": label, "icon": icon} for endpoint, _permission, label, icon in picked]
