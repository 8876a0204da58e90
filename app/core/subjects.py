"""The kinds of subject the house knows, so that notices, papers, deadlines and history can lead to any of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import current_app, url_for
from sqlalchemy import ColumnElement, select

from app.core.errors import NotFound
from app.core.permissions import Viewer, scope
from app.extensions import db


@dataclass(frozen=True)
class SubjectKind:
    """type: table name. permission: who may read one. endpoint: its page (takes the id as `key`). title: one line.

    mine: which rows of the model are on the viewer's own desk (an officer's: those assigned to him); None: those he made.
    shown: ids of its files that a partner organ may fetch; none of a kind that does not say.
    hands_over: the step by which it passes from those who have it in hand to others; kinds that have one are open work.
    walks: pile of the desk -> arguments with which a page opens as one of that pile, to be worked off one by one.
    """

    type: str
    label: str
    model: Any
    permission: str
    endpoint: str
    key: str
    title: Callable[[Any], str]
    mine: Callable[[Viewer, Any], ColumnElement[bool]] | None = None
    shown: Callable[[Viewer, Any], Collection[int | None]] = lambda _viewer, _subject: ()
    walks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    hands_over: str = ""


def install(app: Any, kinds: tuple[SubjectKind, ...]) -> None:
    """Give the application its kinds of subject."""
    app.extensions["tiequan.subjects"] = {kind.type: kind for kind in kinds}


def kinds() -> Mapping[str, SubjectKind]:
    """All kinds by type."""
    found: Mapping[str, SubjectKind] = current_app.extensions["tiequan.subjects"]
    return found


def find(viewer: Viewer, subject_type: str, subject_id: int, *, lock: bool = False) -> Any:
    """The subject, if the viewer may read it; NotFound otherwise. lock: for a step (SELECT … FOR UPDATE)."""
    kind = kinds().get(subject_type)
    if kind is None:
        raise NotFound()
    found = select(kind.model).where(kind.model.id == subject_id, scope(viewer, kind.permission, kind.model))
    if lock:
        found = found.with_for_update(of=kind.model).execution_options(populate_existing=True)
    row = db.session.scalar(found)
    if row is None:
        raise NotFound()
    return row


def url(subject_type: str, subject_id: int, **more: Any) -> str:
    """The page of a subject."""
    kind = kinds()[subject_type]
    values: dict[str, Any] = {kind.key: subject_id, **more}
    return url_for(kind.endpoint, **values)
