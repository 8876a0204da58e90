"""Carrying a step out: the only place that assigns a status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core import clock, deadlines, history
from app.core.errors import Forbidden, Refused, Stale
from app.core.events import announce
from app.core.permissions import Viewer
from app.core.workflow import Data, Step, Workflow
from app.extensions import db


@dataclass(frozen=True)
class Taken:
    """What was done: handed to every listener of `<workflow>.<step>` and of "step.taken"."""

    workflow: Workflow
    step: Step
    subject: Any
    viewer: Viewer
    data: Data
    at: dt.datetime
    from_status: str


def begin(workflow: Workflow, subject: Any, viewer: Viewer, *, name: str, law: str, at: dt.datetime | None = None,
          opens: tuple[str, ...] = (), papers: tuple[str, ...] = (), tells: tuple[str, ...] = ()) -> Taken:  # fmt: skip
    """Put a new subject into the start state of its procedure and note it.

    It is the step of id "begin": its papers are frozen and its people told like those of any other.
    """
    at = at or clock.now()
    subject.status, subject.born_under = workflow.start, workflow.version
    subject.organ_id = subject.organ_id or viewer.organ_id
    subject.created_by_id = subject.created_by_id or viewer.user_id
    subject.created_at = subject.changed_at = at
    db.session.add(subject)
    db.session.flush()
    step = Step(
        "begin", name, workflow.start, workflow.start, viewer.post, law, opens=opens, papers=papers, tells=tells
    )
    return _done(Taken(workflow, step, subject, viewer, {}, at, ""))


def take(
    workflow: Workflow,
    subject: Any,
    step_id: str,
    viewer: Viewer,
    data: Mapping[str, Any],
    at: dt.datetime | None = None,
) -> Taken:
    """Take one step.

    data: the form's values; `version` in it is the version of the page the user saw.
    Raises Forbidden (the post, or a separation of duties), Stale (old page, or the state has moved on) or
    Refused (a guard, with its sentence; 422 when it belongs to a field). Nothing is committed here.
    """
    step = workflow.step(step_id)
    seen = data.get("version")
    if seen is not None and str(seen) != str(subject.version):
        shut = workflow.why_not(step, subject, viewer)
        if shut is not None and shut.kind in {"post", "separation"}:
            raise Forbidden(shut.sentence)
        raise Stale()
    shut = workflow.why_not(step, subject, viewer, data)
    if shut is not None:
        if shut.kind in {"post", "separation"}:
            raise Forbidden(shut.sentence)
        if shut.kind == "state":
            raise Stale(shut.sentence)
        raise Refused(shut.sentence, 422 if shut.field else 409)
    at = at or clock.now()
    before = subject.status
    for name in step.sets:
        if name in data:
            setattr(subject, name, data[name])
    if step.target is not None:
        subject.status = step.target
    if subject.status != before or step.returns or step.moves:
        subject.last_step = step.id
    subject.changed_at = at
    db.session.flush()  # the version is counted here: of two writers the second fails
    return _done(Taken(workflow, step, subject, viewer, data, at, before))


def _done(taken: Taken) -> Taken:
    step, subject, viewer, at = taken.step, taken.subject, taken.viewer, taken.at
    for term in step.closes:
        deadlines.end(subject, term, at)
    for term in step.voids:
        deadlines.end(subject, term, at, void=True)
    for term in step.opens:
        deadlines.begin(subject, term, viewer, at, step.name)
    history.record(
        subject, step.id, viewer, name=step.name, from_status=taken.from_status or None,
        to_status=subject.status, law=step.law, reason=str(taken.data.get("reason") or ""), at=at,
    )  # fmt: skip
    announce(f"{taken.workflow.id}.{step.id}", taken)
    announce("step.taken", taken)
    return taken
