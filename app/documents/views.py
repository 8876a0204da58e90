"""Papers, services and files on the web. The list is a fragment that other pages take in."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import quote

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from app.core import subjects
from app.core.errors import NotFound, Refused
from app.core.permissions import may, needs, require, viewer
from app.core.text import _
from app.documents import actions, correcting, package, queries, sheets
from app.documents.forms import CorrectionForm, ServiceForm
from app.documents.kinds import KINDS
from app.documents.models import MANNERS, STATES, Paper, StoredFile
from app.documents.storage import store
from app.extensions import db

bp = Blueprint("documents", __name__, url_prefix="/documents")
SHOWN = {"waiting": "queued", "rendering": "making"}


def row(paper: Paper) -> dict[str, Any]:
    """A paper as components/papers.html shows it; other pages print their lists with it too."""
    return {
        "id": paper.id, "kind": paper.title, "about": KINDS[paper.kind].told_apart(paper.facts), "number": paper.number, "state": SHOWN.get(paper.state, paper.state), "percent": None,
        "pages": paper.pages, "size": paper.size, "sha256": paper.sha256, "error": _(paper.error) if paper.error else "",
        "version": paper.version, "at": paper.issued_at, "url": url_for("documents.download", paper_id=paper.id),
        "read_url": url_for("documents.read", paper_id=paper.id),
        "retry_url": url_for("documents.retry", paper_id=paper.id) if may(viewer(), "paper.retry", paper) else "",
        "poll_url": url_for("documents.state", paper_id=paper.id),
    }  # fmt: skip


@bp.app_template_global("paper_rows")
def paper_rows(subject_type: str, subject_id: int) -> list[dict[str, Any]]:
    """The papers of a subject for a page that already found it for its viewer."""
    return [row(paper) for paper in queries.papers_of(viewer(), subject_type, subject_id)]


@bp.app_template_global("paper_sheet")
def paper_sheet(paper: Paper) -> Markup:
    """A paper to be read inside a page: its frozen facts in its own template, which escapes every value."""
    facts = {**paper.facts, "paper": paper.head}
    html = sheets.on_screen().fill(KINDS[paper.kind].template, facts, sheets.SCREEN)
    return Markup(html)  # noqa: S704 (the sandbox escaped every value)


@bp.app_template_global("papers_to_read")
def papers_to_read(subject_type: str, subject_id: int, *kinds: str) -> list[Paper]:
    """The latest papers of a subject, all or of the kinds named: what lies beside a question to be decided."""
    papers = queries.papers_of(viewer(), subject_type, subject_id)
    return [paper for paper in papers if not kinds or paper.kind in kinds]


@bp.app_template_global("services_on")
def services_on(subject_type: str, subject_id: int) -> dict[str, Any]:
    """The services of a subject for documents/pages/services.html, and which of them the viewer may enter."""
    rows = queries.services_of(viewer(), subject_type, subject_id)
    open_to = {row.id for row in rows if row.state == "open" and may(viewer(), "service.record", row)}
    return {"rows": rows, "manners": MANNERS, "recordable": open_to}


@bp.get("/of/<subject_type>/<int:subject_id>")
@needs("paper.read")
def of(subject_type: str, subject_id: int) -> str:
    """All papers of a subject: a page, or for htmx its list alone."""
    papers = queries.papers_of(viewer(), subject_type, subject_id, old_versions="old" in request.args)
    kind, subject = subjects.kinds()[subject_type], subjects.find(viewer(), subject_type, subject_id)
    page = "list" if request.headers.get("HX-Request") else "index"
    return render_template(
        f"documents/pages/{page}.html", rows=[row(paper) for paper in papers], subject_type=subject_type, subject_id=subject_id,
        title=kind.title(subject), back=subjects.url(subject_type, subject_id),
    )  # fmt: skip


@bp.get("/papers/<int:paper_id>")
@needs("paper.read")
def show(paper_id: int) -> str:
    """One paper: its state, versions, hash, and the code it can be checked by."""
    paper = queries.get(viewer(), paper_id)
    versions = [
        p
        for p in queries.papers_of(viewer(), paper.subject_type, paper.subject_id, old_versions=True)
        if p.number == paper.number and p.kind == paper.kind
    ]
    return render_template(
        "documents/pages/show.html", paper=paper, row=row(paper), states=STATES, versions=versions if paper.number else [paper],
        back=subjects.url(paper.subject_type, paper.subject_id), may_correct=correcting.correctable(paper) and may(viewer(), "paper.correct", paper),
    )  # fmt: skip


@bp.get("/papers/<int:paper_id>/read")
@needs("paper.read")
def read(paper_id: int) -> str:
    """A paper on the screen, before its PDF is made and on a phone; htmx gets the sheet alone."""
    paper = queries.get(viewer(), paper_id)
    if request.headers.get("HX-Request"):
        return str(paper_sheet(paper))
    return render_template(
        "documents/pages/read.html",
        paper=paper,
        row=row(paper),
        back=subjects.url(paper.subject_type, paper.subject_id),
    )


@bp.get("/papers/<int:paper_id>/state")
@needs("paper.read")
def state(paper_id: int) -> str:
    """The line of one paper. It asks again by itself until the paper is ready or has failed."""
    return render_template("documents/pages/row.html", row=row(queries.get(viewer(), paper_id)))


@bp.post("/papers/<int:paper_id>/retry")
@needs("paper.retry")
def retry(paper_id: int) -> AnyResponse:
    """Have a failed paper printed again."""
    paper = queries.get(viewer(), paper_id)
    require(viewer(), "paper.retry", paper)
    actions.retry(paper, viewer())
    db.session.commit()
    flash(_("已重新排队制作。"), "ok")
    return redirect(_back(paper), 303)


@bp.route("/papers/<int:paper_id>/correct", methods=["GET", "POST"])
@needs("paper.correct")
def correct(paper_id: int) -> AnyResponse | tuple[str, int]:
    """Draw a paper up again from the records that were put right: what changes, why, and the next version."""
    paper = queries.get(viewer(), paper_id)
    require(viewer(), "paper.correct", paper)
    if not correcting.correctable(paper):
        raise Refused(
            _("这份文书不能更正：已有新版的请更正新版；审批表、笔录由签字人在原件上更正，或者重新办理相应步骤。")
        )
    subject = queries.subject_of(viewer(), paper)
    facts = correcting.drawn_again(paper, subject, viewer())
    changed, form, sentence, status = correcting.differences(paper, facts), CorrectionForm(), "", 200
    if request.method == "POST" and not changed:
        sentence, status = _("记录与这份文书一致，没有可以更正的内容。请先更正案件、移送中的记录。"), 409
    elif request.method == "POST":
        status = 422
        if form.validate():
            try:
                new = actions.correct(paper, facts, str(form.note.data), viewer(), subject)
                db.session.commit()
                flash(_("已更正，第 %(n)s 版正在制作。原版保留在各版之中。", n=new.version), "ok")
                return redirect(url_for("documents.show", paper_id=new.id), 303)
            except Refused as refused:
                if refused.status != 422:
                    raise
                db.session.rollback()
                sentence, paper = _(refused.sentence), queries.get(viewer(), paper_id)
    page = render_template("documents/pages/correct.html", paper=paper, form=form, changed=changed, sentence=sentence)
    return page, status


@bp.get("/papers/<int:paper_id>/pdf")
@needs("paper.read")
def download(paper_id: int) -> Response:
    """The PDF of a ready paper."""
    paper = queries.get(viewer(), paper_id)
    if paper.state != "ready" or paper.sha256 is None:
        raise Refused(_("文书尚未制成。请稍候刷新；制作失败的请先重新制作。"))
    return sent(paper.sha256, f"{package.safe_name(paper.title + paper.number)}.pdf", "application/pdf")


@bp.get("/package/<subject_type>/<int:subject_id>.zip")
@needs("paper.read")
def whole(subject_type: str, subject_id: int) -> Response:
    """All papers of a subject in one ZIP with the manifest of their hashes."""
    found = package.entries(viewer(), subject_type, subject_id)
    title = subjects.kinds()[subject_type].title(subjects.find(viewer(), subject_type, subject_id))
    response = send_file(package.zip_of(found, title), mimetype="application/zip")
    return attached(response, f"{package.safe_name(title)}.zip")


@bp.get("/package/<subject_type>/<int:subject_id>.pdf")
@needs("paper.read")
def bound(subject_type: str, subject_id: int) -> Response:
    """All papers of a subject in one PDF, to be read or printed in one go."""
    found = [
        entry for entry in package.entries(viewer(), subject_type, subject_id) if entry.media_type == "application/pdf"
    ]
    title = subjects.kinds()[subject_type].title(subjects.find(viewer(), subject_type, subject_id))
    response = Response(package.merged([entry.key for entry in found], title), mimetype="application/pdf")
    return attached(response, f"{package.safe_name(title)}.pdf")


@bp.get("/files/<int:file_id>")
@needs("file.read")
def file(file_id: int) -> Response:
    """An uploaded file, byte for byte, always as an attachment."""
    found = queries.file(viewer(), file_id)
    return sent(found.sha256, found.name, found.media_type)


@bp.get("/files/<int:file_id>/thumbnail")
@needs("file.read")
def thumbnail(file_id: int) -> Response:
    """The small picture of an image: drawn by us, so that it may stand in a page. NotFound until it is made."""
    found = queries.file(viewer(), file_id)
    if found.thumbnail is None:
        raise NotFound()
    # Kept by no cache either: on a shared computer evidence must not outlive the session (S15).
    response = send_file(store().open(found.thumbnail), mimetype="image/jpeg", etag=False, conditional=False)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.route("/services/<int:service_id>", methods=["GET", "POST"])
@needs("service.record")
def service(service_id: int) -> AnyResponse | tuple[str, int]:
    """Enter how a paper was served."""
    found = queries.service(viewer(), service_id)
    require(viewer(), "service.record", found)
    form, sentence = ServiceForm(), ""
    if form.validate_on_submit():
        try:
            upload = request.files.get("receipt")
            subject = queries.subject_of(viewer(), found)
            kept = None
            if upload is not None and upload.filename:
                kept = actions.keep(cast(BinaryIO, upload.stream), upload.filename, subject, viewer())
            actions.record_service(found, form.data, viewer(), kept)
            db.session.commit()
            flash(_("已登记送达。"), "ok")
            return redirect(subjects.url(found.subject_type, found.subject_id), 303)
        except Refused as refused:
            if refused.status != 422:
                raise
            db.session.rollback()
            sentence, found = _(refused.sentence), queries.service(viewer(), service_id)
    page = render_template(
        "documents/pages/service.html",
        form=form,
        service=found,
        sentence=sentence,
        back=subjects.url(found.subject_type, found.subject_id),
    )
    return page, 422 if sentence or form.errors else 200


def _back(paper: Paper) -> str:
    return subjects.url(paper.subject_type, paper.subject_id)


def sent(key: str, name: str, media_type: str) -> Response:
    """A checked blob as an attachment. Nothing that was uploaded is ever shown inside our origin."""
    return attached(send_file(store().open(key), mimetype=media_type, etag=False, conditional=False), name)


def attached(response: Response, name: str) -> Response:
    """Headers of every file that leaves: saved under its name, guessed at by nobody, kept by no cache."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "._-") else "_" for char in name)
    response.headers["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def file_row(found: StoredFile) -> dict[str, Any]:
    """A stored file as a page shows it."""
    return {
        "id": found.id, "name": found.name, "size": found.size, "sha256": found.sha256, "media_type": found.media_type,
        "broken": found.state == "broken", "misnamed": found.misnamed, "at": found.at, "url": url_for("documents.file", file_id=found.id),
        "thumbnail": url_for("documents.thumbnail", file_id=found.id) if found.thumbnail else "",
    }  # fmt: skip
