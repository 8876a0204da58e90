"""What waits for a viewer, read off the procedures (`core.turn`): no list of to-dos is kept, so none can be forgotten or stale."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, and_, select

from app.core import clock, deadlines, subjects, turn
from app.core.deadlines import OPEN, OPEN_STATES, Deadline, nearest
from app.core.history import HistoryEntry
from app.core.permissions import Viewer, may, scope
from app.core.subjects import SubjectKind
from app.core.turn import mine
from app.core.workflow import Workflow
from app.extensions import db

CAP = 100  # nothing is counted further than this
SHOWN = 5
LITTLE = 300  # on one desk
SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Row:
    """One subject in a list of the desk: its kind, its page, its state, its next date, and why it is here."""

    type: str
    subject: Any
    title: str
    url: str
    state: Any
    due: Deadline | None = None
    note: str = ""


@dataclass(frozen=True)
class Pile:
    """A card of the home page: how many (counted up to CAP) and the most urgent few. `id` and `type` open the whole list."""

    id: str
    type: str
    count: int
    rows: list[Row] = field(default_factory=list)

    @property
    def shown(self) -> str:
        return f"{CAP}+" if self.count > CAP else str(self.count)


def workflows() -> dict[str, Workflow]:
    """The procedures of the house."""
    found: dict[str, Workflow] = current_app.extensions["tiequan.workflows"]
    return found


def kinds(viewer: Viewer) -> list[SubjectKind]:
    """The kinds of subject with a procedure that the viewer may read at all."""
    return [kind for kind in subjects.kinds().values() if kind.type in workflows() and may(viewer, kind.permission)]


def waits(viewer: Viewer, kind: SubjectKind) -> ColumnElement[bool]:
    """Which subjects of a kind wait for the viewer, as a condition in SQL."""
    return and_(turn.waits(viewer, kind, workflows()[kind.type]), scope(viewer, kind.permission, kind.model))


def concern(viewer: Viewer, kind: SubjectKind) -> ColumnElement[bool]:
    """Which subjects' dates and news are the viewer's: an officer's own, else all of the viewer's own organ."""
    seen, model = scope(viewer, kind.permission, kind.model), kind.model
    if viewer.post == "officer":
        return and_(seen, mine(viewer, kind))
    if viewer.post == "desk":
        return and_(seen, model.organ_id == viewer.organ_id, model.created_by_id == viewer.user_id)
    return and_(seen, model.organ_id == viewer.organ_id) if viewer.organ_kind == "bureau" else seen


# --- piles ------------------------------------------------------------------------------------------------------------


def pile(viewer: Viewer, id: str, kind: SubjectKind) -> Pile:
    """The pile `id` (a key of PILES) of one kind."""
    ids = list(db.session.scalars(PILES[id](viewer, kind).limit(CAP + 1)))
    return Pile(id, kind.type, len(ids), rows_of(kind, _urgent(kind, ids[:CAP]), pile=id))


def todo(viewer: Viewer, kind: SubjectKind) -> Any:
    """What waits for the viewer, oldest first."""
    return select(kind.model.id).where(waits(viewer, kind)).order_by(kind.model.id)


def returned(viewer: Viewer, kind: SubjectKind) -> Any:
    """What was sent back to the viewer and has not gone on since."""
    model, back = kind.model, [step.id for step in workflows()[kind.type].steps if step.returns]
    here = and_(model.last_step.in_(back), mine(viewer, kind), scope(viewer, kind.permission, model))
    return select(model.id).where(here).order_by(model.id)


def new(viewer: Viewer, kind: SubjectKind) -> Any:
    """What was begun since yesterday in the viewer's organ, newest first; read from the end of history."""
    since = clock.day_start(clock.today() - dt.timedelta(days=1))
    lately = (
        select(HistoryEntry.seq, HistoryEntry.subject_type, HistoryEntry.subject_id, HistoryEntry.act, HistoryEntry.recorded_at)
        .where(HistoryEntry.organ_id == viewer.organ_id).order_by(HistoryEntry.seq.desc()).limit(20 * CAP).subquery()
    )  # fmt: skip
    begun = select(lately.c.subject_id).where(
        lately.c.subject_type == kind.type, lately.c.act == "begin", lately.c.recorded_at >= since
    )
    return (
        select(kind.model.id)
        .where(kind.model.id.in_(begun), scope(viewer, kind.permission, kind.model))
        .order_by(kind.model.id.desc())
    )


def charge(viewer: Viewer, kind: SubjectKind) -> Any:
    """What the viewer is in charge of and is not at its end, oldest first."""
    done = [
        state
        for state, value in workflows()[kind.type].states.items()
        if state in workflows()[kind.type].ends or value.tone == "done"
    ]
    going = and_(kind.model.status.not_in(done), mine(viewer, kind), scope(viewer, kind.permission, kind.model))
    return select(kind.model.id).where(going).order_by(kind.model.id)


PILES: dict[str, Callable[[Viewer, SubjectKind], Any]] = {
    "todo": todo,
    "returned": returned,
    "charge": charge,
    "new": new,
}


def dates(viewer: Viewer, until: dt.datetime, limit: int) -> list[Deadline]:
    """Open deadlines of the viewer's subjects that end before `until`, the nearest first.

    Kind by kind: an officer's from what is on his desk, if that is little; else along the index of the organ's open
    deadlines, so that what is read grows neither with the desk nor with the organ; a partner organ's from what it has
    been sent.
    """
    found: list[Deadline] = []
    for kind in kinds(viewer):
        model, wanted = kind.model, concern(viewer, kind)
        asked = select(Deadline).where(Deadline.subject_type == kind.type, OPEN, Deadline.due_at <= until)
        one = select(model.id).where(model.id == Deadline.subject_id, wanted)
        if viewer.organ_kind != "bureau":
            # A partner organ is shown its own limits, not those of the agency.
            words = {viewer.organ_kind, viewer.post}
            its = [term.id for term in deadlines.terms().values() if words & set(term.tells)]
            asked = asked.where(Deadline.term.in_(its), one.exists())
        elif (desk := _little(viewer, kind)) is not None:
            asked = asked.where(Deadline.organ_id == viewer.organ_id, Deadline.subject_id.in_(desk))
        else:
            # One by one, as they end: a plain EXISTS would be turned round, and read all of a full desk first.
            found_one = one.limit(1).correlate(Deadline).scalar_subquery().is_not(None)
            asked = asked.where(Deadline.organ_id == viewer.organ_id, found_one)
        found += db.session.scalars(asked.order_by(Deadline.due_at, Deadline.id).limit(limit))
    return sorted(found, key=lambda row: (row.due_at, row.id))[:limit]


def _little(viewer: Viewer, kind: SubjectKind) -> list[int] | None:
    """What is on an officer's desk and not at its end, if it is no more than LITTLE; else None."""
    if viewer.post != "officer":
        return None
    workflow, model = workflows()[kind.type], kind.model
    going = model.status.in_([state for state in workflow.states if state not in workflow.ends])
    ids = list(db.session.scalars(select(model.id).where(concern(viewer, kind), going).limit(LITTLE + 1)))
    return ids if len(ids) <= LITTLE else None


def _urgent(kind: SubjectKind, ids: list[int]) -> list[int]:
    """The SHOWN most urgent of `ids`: by next date, then as they came."""
    if len(ids) <= 1:
        return ids
    # State is looked at here: beside it PostgreSQL would read the index of all open deadlines for these hundred.
    known = select(Deadline.subject_id, Deadline.due_at, Deadline.state).where(
        Deadline.subject_type == kind.type, Deadline.subject_id.in_(ids)
    )
    rows = db.session.execute(known.order_by(Deadline.due_at.desc()))
    first = {row.subject_id: row.due_at for row in rows if row.state in OPEN_STATES}
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(ids, key=lambda i: first.get(i, far))[:SHOWN]


def rows_of(kind: SubjectKind, ids: Sequence[int], notes: dict[int, str] | None = None, pile: str = "") -> list[Row]:
    """The subjects of these ids, in this order, ready to be listed. The ids were found within the viewer's scope.

    pile: the key of PILES they were found by, if any; their pages may then lead from one to the next.
    """
    if not ids:
        return []
    found = {row.id: row for row in db.session.scalars(select(kind.model).where(kind.model.id.in_(ids))).unique()}
    due, workflow = nearest(kind.type, ids), workflows().get(kind.type)
    return [
        Row(kind.type, found[i], kind.title(found[i]), subjects.url(kind.type, i, **kind.walks.get(pile, {})),
            workflow.states.get(found[i].status) if workflow else None, due.get(i), (notes or {}).get(i, ""))
        for i in ids if i in found
    ]  # fmt: skip
