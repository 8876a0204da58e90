"""Errands of documents: printing a paper, making a small picture. Arguments are ids; each may run twice."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
from functools import cache
from pathlib import Path

from flask import current_app
from sqlalchemy import select, union_all, update

from app.core import clock
from app.core.outbox import errand
from app.documents import content, fonts
from app.documents import render as printing
from app.documents.actions import ERASE
from app.documents.kinds import KINDS
from app.documents.models import Paper, StoredFile
from app.documents.storage import store
from app.extensions import db

log = logging.getLogger("tiequan.documents")
GRACE = dt.timedelta(minutes=10)  # longer than any request takes from storing bytes to committing their row
TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "documents"


@cache
def template_version() -> str:
    """Return the fingerprint of templates, style sheets and fonts: two papers of one version look the same."""
    digest = hashlib.sha256()
    for path in sorted((*TEMPLATES.glob("*.html"), *TEMPLATES.glob("*.css"))):
        digest.update(path.name.encode() + path.read_bytes())
    stamp = fonts.BUILD / "stamp"
    digest.update(stamp.read_bytes() if stamp.exists() else b"")
    return digest.hexdigest()[:16]


def render(paper_id: int) -> None:
    """Print a paper from its frozen facts. A failure is named on the paper; the next paper is printed all the same.

    The claim is an UPDATE that must change one row and is committed, so that the page shows the progress and no
    write lock is held while the press works. A worker killed in between left "rendering": its errand comes back and
    claims again. A paper that is ready is never printed again.
    """
    claim = (
        update(Paper).where(Paper.id == paper_id, Paper.state.in_(("waiting", "rendering"))).values(state="rendering")
    )
    if db.session.execute(claim).rowcount != 1:  # type: ignore[attr-defined]
        return
    db.session.commit()
    paper = db.session.get_one(Paper, paper_id, populate_existing=True)
    head = printing.Head(**paper.head)
    template, facts = KINDS[paper.kind].template, paper.facts
    db.session.rollback()  # nothing is kept open while the press works
    outcome = _print(template, head, facts)
    done = update(Paper).where(Paper.id == paper_id, Paper.state == "rendering")
    if isinstance(outcome, printing.RenderFailed):
        db.session.execute(done.values(state="failed", error=outcome.sentence))
        return
    blob = store().put(outcome.pdf)
    values = {"sha256": blob.key, "size": blob.size, "pages": outcome.pages, "template_version": template_version()}
    db.session.execute(done.values(state="ready", error="", printed_at=clock.recorded_now(), **values))


def warm_up() -> None:
    """Start the press before the first paper is asked for: a worker does it once. Missing fonts are told by the paper."""
    try:
        printing.press(_office()).start()
    except printing.RenderFailed as problem:
        log.warning("the press did not start: %s", problem)


def _office() -> Path:
    return Path(current_app.config["INSTANCE"]) / "fonts"


def _print(template: str, head: printing.Head, facts: dict[str, object]) -> printing.Printed | printing.RenderFailed:
    """Print; again with a fresh child when one fell over without a reason of the paper's own.

    A child may fall because somebody killed it, and the next one with it: only a paper that fells four is given up.
    """
    problem = printing.RenderFailed("crashed")
    for wait in (0.0, 0.2, 1.0, 3.0):
        time.sleep(wait)
        try:
            return printing.print_paper(template, head, facts, office=_office())
        except printing.RenderFailed as failed:
            if failed.final:
                return failed
            problem = failed
    return problem


def thumbnail(file_id: int) -> None:
    """Make the small picture of an uploaded image. One that cannot be drawn is marked broken and kept."""
    file = db.session.get(StoredFile, file_id)
    if file is None or not file.is_image or file.thumbnail is not None:
        return
    key = file.sha256
    db.session.rollback()
    found = update(StoredFile).where(StoredFile.id == file_id, StoredFile.thumbnail.is_(None))
    try:
        with store().open(key) as image:
            small = content.smaller(image)
    except ValueError:
        db.session.execute(found.values(state="broken"))
        return
    key = store().put(small).key
    if db.session.execute(found.values(thumbnail=key)).rowcount != 1:  # type: ignore[attr-defined]
        errand(ERASE, key=key)  # the file was let go meanwhile


def erase(key: str) -> None:
    """Erase bytes that no row names. Bytes stored again within GRACE may have their row still to come: asked again then."""
    named = union_all(
        select(StoredFile.id).where(StoredFile.sha256 == key),
        select(StoredFile.id).where(StoredFile.thumbnail == key),
        select(Paper.id).where(Paper.sha256 == key),
    )
    if db.session.execute(named.limit(1)).first() is None and not store().remove(key, GRACE):
        errand(ERASE, key=key, not_before=clock.recorded_now() + GRACE)
