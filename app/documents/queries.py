"""Reads of papers, services and files. What is visible follows the subject: who may read that, may read these.

A partner organ (police, procuratorate) reads only kinds that name it among their readers.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import joinedload

from app.core import subjects
from app.core.errors import NotFound
from app.core.permissions import Viewer
from app.documents.kinds import KINDS
from app.documents.models import Paper, Service, StoredFile
from app.extensions import db


def readable(viewer: Viewer) -> ColumnElement[bool]:
    """Return which papers the viewer's organ may read at all: a partner organ those in force of the kinds that name it."""
    if viewer.organ_kind == "bureau":
        return true()
    return Paper.superseded_by_id.is_(None) & Paper.kind.in_(
        sorted(kind.id for kind in KINDS.values() if viewer.organ_kind in kind.readers)
    )


def papers_of(viewer: Viewer, subject_type: str, subject_id: int, *, old_versions: bool = False) -> list[Paper]:
    """Return the papers of a subject, in the order they were issued. NotFound outside the viewer's scope."""
    subjects.find(viewer, subject_type, subject_id)
    found = select(Paper).where(Paper.subject_type == subject_type, Paper.subject_id == subject_id, readable(viewer))
    if not old_versions:
        found = found.where(Paper.superseded_by_id.is_(None))
    return list(db.session.scalars(found.order_by(Paper.id)))


def get(viewer: Viewer, paper_id: int) -> Paper:
    """Return a paper. NotFound where its subject is outside the viewer's scope."""
    paper = db.session.scalar(select(Paper).where(Paper.id == paper_id, readable(viewer)))
    if paper is None:
        raise NotFound()
    subjects.find(viewer, paper.subject_type, paper.subject_id)
    return paper


def subject_of(viewer: Viewer, row: Paper | Service | StoredFile) -> Any:
    """Return the subject that a paper, a service or a file belongs to, if the viewer may read it."""
    return subjects.find(viewer, row.subject_type, row.subject_id)


def number_of(subject: Any, kind_id: str) -> str:
    """Return the number of the latest paper of a kind on ``subject``, "" if there is none. For facts functions."""
    found = (
        select(Paper.number)
        .where(Paper.subject_type == subject.__tablename__, Paper.subject_id == subject.id, Paper.kind == kind_id)
        .order_by(Paper.id.desc())
        .limit(1)
    )
    return db.session.scalar(found) or ""


def services_of(viewer: Viewer, subject_type: str, subject_id: int) -> list[Service]:
    """Return the services of a subject, oldest first. Only the bureau's own people see them."""
    subjects.find(viewer, subject_type, subject_id)
    if viewer.organ_kind != "bureau":
        return []
    found = select(Service).options(joinedload(Service.paper), joinedload(Service.proof))
    return list(
        db.session.scalars(
            found.where(Service.subject_type == subject_type, Service.subject_id == subject_id).order_by(Service.id)
        )
    )


def service(viewer: Viewer, service_id: int) -> Service:
    """Return one service. NotFound outside the viewer's scope."""
    found = db.session.scalar(select(Service).options(joinedload(Service.paper)).where(Service.id == service_id))
    if found is None or viewer.organ_kind != "bureau":
        raise NotFound()
    subjects.find(viewer, found.subject_type, found.subject_id)
    return found


def files_of(viewer: Viewer, subject_type: str, subject_id: int) -> list[StoredFile]:
    """Return the files of a subject, oldest first. NotFound outside the viewer's scope."""
    subjects.find(viewer, subject_type, subject_id)
    found = select(StoredFile).where(StoredFile.subject_type == subject_type, StoredFile.subject_id == subject_id)
    return list(db.session.scalars(found.order_by(StoredFile.id)))


def file(viewer: Viewer, file_id: int) -> StoredFile:
    """Return one stored file. NotFound outside the viewer's scope, and for a partner organ where its kind does not show it."""
    found = db.session.get(StoredFile, file_id)
    if found is None:
        raise NotFound()
    subject = subjects.find(viewer, found.subject_type, found.subject_id)
    if viewer.organ_kind != "bureau" and found.id not in subjects.kinds()[found.subject_type].shown(viewer, subject):
        raise NotFound()
    return found
