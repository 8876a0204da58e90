"""Reads of history, for those who supervise: who did what, when, by which article, and whether the chain holds."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from sqlalchemy import select

from app.core import clock, history, subjects
from app.core.errors import NotFound
from app.core.history import HistoryEntry
from app.core.permissions import Viewer, may, scope, viewer
from app.core.text import N_, _
from app.desk import attempts
from app.extensions import db
from app.people.models import POSTS, Person, Post, post_name
from app.people.queries import organs

PAGE = 50
EXPORT_MOST = 10_000
CHECK_MOST = 5_000
TYPES = {"person": N_("人员与岗位"), "request": N_("越权被拒"), "history": N_("历史导出"), "errand": N_("后台任务")}
COLUMNS = (
    "序号",
    "发生时间",
    "录入时间",
    "对象",
    "对象编号",
    "办理",
    "办理人",
    "岗位",
    "由",
    "到",
    "依据",
    "理由",
    "前一条校验值",
    "校验值",
)


@dataclass(frozen=True)
class Filter:
    """What of history is wanted. person: part of a name. since/until: days in Shanghai."""

    type: str = ""
    subject_id: int | None = None
    act: str = ""
    person: str = ""
    organ_id: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def active(self) -> int:
        return sum(
            bool(v) for v in (self.type, self.subject_id, self.act, self.person, self.organ_id, self.since, self.until)
        )


@dataclass(frozen=True)
class Proof:
    """The answer of a check. first: the first row that was looked at. faults: sentences, empty when all is whole."""

    first: int
    last: int
    digest: str
    faults: list[str] = field(default_factory=list)


def page(viewer: Viewer, wanted: Filter, before: int | None = None) -> tuple[list[HistoryEntry], int | None]:
    """Rows within the viewer's scope, newest first, and the cursor of the older ones."""
    found = _where(viewer, wanted)
    if before is not None:
        found = found.where(HistoryEntry.seq < before)
    rows = list(db.session.scalars(found.order_by(HistoryEntry.seq.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].seq if len(rows) > PAGE else None


def _where(viewer: Viewer, wanted: Filter) -> Any:
    found = select(HistoryEntry).where(scope(viewer, "history.read", HistoryEntry))
    if wanted.type:
        found = found.where(HistoryEntry.subject_type == wanted.type)
    if wanted.subject_id is not None:
        found = found.where(HistoryEntry.subject_id == wanted.subject_id)
    if wanted.act:
        found = found.where(HistoryEntry.name == wanted.act)
    if wanted.person:
        found = found.where(HistoryEntry.person_name.contains(wanted.person, autoescape=True))
    if wanted.organ_id is not None:
        found = found.where(HistoryEntry.organ_id == wanted.organ_id)
    if wanted.since is not None:
        found = found.where(HistoryEntry.at >= clock.day_start(wanted.since))
    if wanted.until is not None:
        found = found.where(HistoryEntry.at <= clock.day_end(wanted.until))
    return found


def of_subject(viewer: Viewer, subject_type: str, subject_id: int) -> tuple[str, str, list[HistoryEntry]]:
    """Title, page and history of one subject that the viewer may read, newest first."""
    subject = subjects.find(viewer, subject_type, subject_id)
    return (
        subjects.kinds()[subject_type].title(subject),
        subjects.url(subject_type, subject_id),
        history.of(subject)[::-1],
    )


def export(viewer: Viewer, wanted: Filter) -> tuple[str, int]:
    """The wanted rows as CSV that a spreadsheet opens and never runs; at most EXPORT_MOST. The export is history too."""
    rows = list(db.session.scalars(_where(viewer, wanted).order_by(HistoryEntry.seq.desc()).limit(EXPORT_MOST)))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(safe(_cells(row)))
    history.record(
        ("history", 0),
        "history.export",
        viewer,
        name=N_("导出历史"),
        law="内部规则: 导出留痕",
        facts={"rows": len(rows)},
    )
    return "\ufeff" + out.getvalue(), len(rows)


def _cells(row: HistoryEntry) -> list[Any]:
    at, typed = (f"{clock.local(t):%Y-%m-%d %H:%M:%S}" for t in (row.at, row.recorded_at))
    return [row.seq, at, typed, type_name(row.subject_type), row.subject_id, row.name, row.person_name, POSTS.get(row.post, row.post),
            state_name(row.subject_type, row.from_status), state_name(row.subject_type, row.to_status), row.law, row.reason,
            row.previous, row.digest]  # fmt: skip


def safe(cells: Iterable[Any]) -> list[str]:
    """Cells that begin like a formula get an apostrophe: a name typed as =HYPERLINK(…) must not run in a spreadsheet."""
    return ["'" + text if text[:1] in set("=+-@\t\r\n") else text for text in (str(cell) for cell in cells)]


def prove() -> Proof:
    """Check the newest CHECK_MOST rows of the chain and its head. `flask check` walks the whole of it."""
    last, digest = history.latest(db.session())
    first = max(1, last - CHECK_MOST + 1)
    return Proof(first, last, digest, list(history.broken(db.session(), first)))


def type_name(subject_type: str) -> str:
    """The word for a kind of subject."""
    kind = subjects.kinds().get(subject_type)
    return _(kind.label) if kind is not None else _(TYPES.get(subject_type, subject_type))


def state_name(subject_type: str, status: str | None) -> str:
    """The name of a state of a kind of subject."""
    workflow = current_app.extensions["tiequan.workflows"].get(subject_type)
    state = workflow.states.get(status) if workflow is not None and status else None
    return _(state.name) if state is not None else (status or "")


def timeline(rows: Iterable[HistoryEntry], *, links: bool = False) -> list[dict[str, Any]]:
    """Rows as components/timeline.html prints them."""
    rows = list(rows)
    tried = {row.seq: found for row in rows if row.act == "denied" and (found := attempts.read(row.reason)) is not None}
    about = {
        row.seq: tried[row.seq].subject if row.seq in tried else (row.subject_type, row.subject_id) for row in rows
    }
    titles = _titles({pair for pair in about.values() if pair is not None}) if links else {}
    return [
        {
            "at": row.at, "what": _named(row, titles.get(about[row.seq])), "who": row.person_name, "post": post_name(row.post),
            "before": state_name(row.subject_type, row.from_status) if row.from_status != row.to_status else "",
            "after": state_name(row.subject_type, row.to_status) if row.from_status != row.to_status else "",
            "reason": tried[row.seq].words if row.seq in tried else row.reason,
            "law": row.law, "digest": row.digest, "tone": "stop" if row.act == "denied" else "plain",
            "url": _page(about[row.seq]) if about[row.seq] in titles else "",
        }
        for row in rows
    ]  # fmt: skip


def _titles(wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int] | None, str]:
    """The titles of those of these records that the viewer may read. An account is named by its person."""
    who = viewer()
    found: dict[tuple[str, int] | None, str] = {}
    for type_ in {type_ for type_, _id in wanted} & set(subjects.kinds()):
        kind = subjects.kinds()[type_]
        seen = select(kind.model).where(
            kind.model.id.in_({id_ for of, id_ in wanted if of == type_}), scope(who, kind.permission, kind.model)
        )
        found |= {(type_, one.id): kind.title(one) for one in db.session.scalars(seen).unique()}
    people = {id_ for of, id_ in wanted if of == "person"}
    if people and may(who, "people.read"):
        near = Person.posts.any(Post.organ_id.in_(organ.id for organ in organs(who)))
        named = db.session.execute(select(Person.id, Person.name, Person.account).where(Person.id.in_(people), near))
        found |= {
            ("person", row.id): _("%(name)s（账号 %(account)s）", name=row.name, account=row.account) for row in named
        }
    return found


def _page(pair: tuple[str, int] | None) -> str:
    if pair is None:
        return ""
    return url_for("staff.show", person_id=pair[1]) if pair[0] == "person" else subjects.url(*pair)


def _named(row: HistoryEntry, title: str | None) -> str:
    return _("%(act)s：%(title)s", act=_(row.name), title=title) if title else _(row.name)


def known(subject_type: str) -> str:
    """`subject_type` if it has a page of its own; NotFound otherwise."""
    if subject_type not in subjects.kinds():
        raise NotFound()
    return subject_type
