"""Reads of notices. One's own; an administrator sees the state of mails, not the text of notices."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import joinedload

from app.core.errors import NotFound
from app.core.permissions import Viewer, scope
from app.extensions import db
from app.notices.models import Notice

PAGE = 30
CAP = 100


@dataclass(frozen=True)
class Page:
    """A page of an inbox, newest first. older: cursor of the next page."""

    rows: list[Notice]
    older: int | None


# Made once: it is asked on every page.
_UNREAD = select(func.count()).select_from(
    select(Notice.id).where(Notice.person_id == bindparam("person_id"), Notice.read_at.is_(None)).limit(CAP).subquery()
)


def unread(viewer: Viewer) -> int:
    """How many notices the viewer has not read, counted up to CAP. Reads one partial index."""
    return db.session.scalar(_UNREAD, {"person_id": viewer.user_id}) or 0


def get(viewer: Viewer, notice_id: int) -> Notice:
    """One of the viewer's notices. NotFound for anybody else's."""
    row = db.session.scalar(select(Notice).where(Notice.id == notice_id, scope(viewer, "notice.read", Notice)))
    if row is None:
        raise NotFound()
    return row


def inbox(viewer: Viewer, *, only_unread: bool = False, kind: str = "", before: int | None = None) -> Page:
    """The viewer's notices, newest first. before: id from which on older ones are wanted."""
    found = select(Notice).where(scope(viewer, "notice.read", Notice))
    if only_unread:
        found = found.where(Notice.read_at.is_(None))
    if kind:
        found = found.where(Notice.kind == kind)
    return _page(found, before)


def mails(viewer: Viewer, *, state: str = "", before: int | None = None) -> Page:
    """The mails of all notices, for the administrator who looks after delivery."""
    found = select(Notice).options(joinedload(Notice.person)).where(scope(viewer, "mail.read", Notice))
    found = found.where(Notice.mail_state == state) if state else found.where(Notice.mail_state != "none")
    return _page(found, before)


def mail_of(viewer: Viewer, notice_id: int) -> Notice:
    """The notice whose mail file the viewer may open: his own, or any for the administrator."""
    row = db.session.scalar(
        select(Notice).where(
            Notice.id == notice_id, scope(viewer, "notice.read", Notice) | scope(viewer, "mail.read", Notice)
        )
    )
    if row is None:
        raise NotFound()
    return row


def _page(found, before: int | None) -> Page:  # type: ignore[no-untyped-def]  # noqa: ANN001
    if before is not None:
        found = found.where(Notice.id < before)
    rows = list(db.session.scalars(found.order_by(Notice.id.desc()).limit(PAGE + 1)))
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)
