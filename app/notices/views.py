"""The inbox."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy import ColumnElement, update
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock, subjects
from app.core.db import writing
from app.core.errors import NotFound
from app.core.permissions import needs, viewer
from app.extensions import db
from app.notices import mail, queries
from app.notices.models import KINDS, MAIL_STATES, Notice

bp = Blueprint("notices", __name__, url_prefix="/notices")


@bp.record_once
def _count(state: BlueprintSetupState) -> None:
    state.app.extensions["tiequan.unread"] = queries.unread


@bp.get("/")
@needs("notice.read")
def index() -> str:
    """One's notices: all, unread, or of one kind."""
    kind = request.args.get("kind", "")
    page = queries.inbox(
        viewer(),
        only_unread="unread" in request.args,
        kind=kind if kind in KINDS else "",
        before=request.args.get("before", type=int),
    )
    folder = current_app.config["MAIL"] == "folder"
    return render_template(
        "notices/index.html", page=page, kinds=KINDS, mail_states=MAIL_STATES, kind=kind, folder=folder
    )


@bp.get("/unread")
@needs("notice.read")
def unread() -> Response:
    """The number beside the bell."""
    return jsonify(unread=queries.unread(viewer()))


@bp.get("/<int:notice_id>/open")
@needs("notice.read")
def open_notice(notice_id: int) -> AnyResponse:
    """Mark as read and go to what it is about."""
    notice = queries.get(viewer(), notice_id)
    target = _target(notice)
    _mark(Notice.id == notice_id)
    return redirect(target)


@bp.post("/read")
@needs("notice.read")
def read() -> AnyResponse:
    """Mark as read: the ticked ones, or all up to the newest that the page showed."""
    ids, newest = request.form.getlist("id", type=int), request.form.get("newest", type=int)
    if ids:
        _mark(Notice.id.in_(ids[:500]))
    elif newest is not None:
        _mark(Notice.id <= newest)
    return redirect(url_for("notices.index"), 303)


@bp.get("/<int:notice_id>/mail")
@needs("notice.read")
def mail_file(notice_id: int) -> Response:
    """The mail that was written to the folder of the embedded default."""
    file = mail.file_of(queries.mail_of(viewer(), notice_id))
    if current_app.config["MAIL"] != "folder" or not file.is_file():
        raise NotFound()
    return Response(
        file.read_bytes(),
        mimetype="message/rfc822",
        headers={"Content-Disposition": f'attachment; filename="{file.name}"'},
    )


@bp.get("/mails")
@needs("mail.read")
def mails() -> str:
    """Which mails went out and which did not."""
    state = request.args.get("state", "")
    page = queries.mails(
        viewer(), state=state if state in MAIL_STATES else "", before=request.args.get("before", type=int)
    )
    folder = current_app.config["MAIL"] == "folder"
    return render_template(
        "notices/mails.html", page=page, mail_states=MAIL_STATES, kinds=KINDS, state=state, folder=folder
    )


def _target(notice: Notice) -> str:
    if notice.subject_type in subjects.kinds():
        return subjects.url(notice.subject_type, notice.subject_id)
    return url_for("desk.jobs") if notice.subject_type == "errand" else url_for("notices.index")


def _mark(*which: ColumnElement[bool]) -> None:
    """Set the time of reading on the viewer's own unread notices. A GET began by reading: its transaction ends first."""
    own = (Notice.person_id == viewer().user_id, Notice.read_at.is_(None))
    db.session.rollback()
    with writing():
        db.session.execute(
            update(Notice).where(*own, *which).values(read_at=clock.now()),
            execution_options={"synchronize_session": False},
        )
        db.session.commit()
