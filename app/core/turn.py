"""Whose turn it is, in SQL, read off the procedures: for to-do lists, so that none says it a second time.

A state waits for a post when the post may take a main step from it. Where a step is only open on request (an extension
asked for), the request is part of the question; where a step belongs to those assigned, only their own count.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_

from app.core.permissions import Viewer
from app.core.subjects import SubjectKind
from app.core.workflow import Step, Workflow

_ASSIGNED = {"assigned", "handles", "on_team"}


def holds(viewer: Viewer, step: Step) -> bool:
    """Whether the step is waited for from the viewer's post."""
    return viewer.post in step.awaited or (viewer.acting and "principal" in step.awaited)


def waits(viewer: Viewer, kind: SubjectKind, workflow: Workflow) -> ColumnElement[bool]:
    """Which subjects of a kind wait for the viewer. The caller asks the scope."""
    ways = [
        _way(viewer, kind, state, step)
        for state in workflow.states
        for step in workflow.main_steps(state)
        if holds(viewer, step)
    ]
    return or_(false(), *dict.fromkeys(ways))


def _way(viewer: Viewer, kind: SubjectKind, state: str, step: Step) -> ColumnElement[bool]:
    model = kind.model
    way = and_(model.status == state, getattr(model, step.organ) == viewer.organ_id)
    if viewer.post == "officer" or {guard.id for guard in step.needs} & _ASSIGNED:
        way = and_(way, mine(viewer, kind))
    return and_(way, *step.calls(model))


def mine(viewer: Viewer, kind: SubjectKind) -> ColumnElement[bool]:
    """Which subjects are on the viewer's own desk."""
    if kind.mine is not None:
        return kind.mine(viewer, kind.model)
    own: ColumnElement[bool] = kind.model.created_by_id == viewer.user_id
    return own
