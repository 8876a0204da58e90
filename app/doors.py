"""The doors: what every request passes. A view that declares neither `needs` nor `public` is shut."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock
from app.core.db import set_writing
from app.core.forms import KEPT, SAVED
from app.core.permissions import may, refusal
from app.extensions import db
from app.people import queries
from app.people.models import Person
from app.people.sessions import RowSession
from app.people.signin import password_old

# Nothing but our own files; no inline script or style, no frame, no foreign form target (promise S15).
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_KEEP = re.compile(r"[a-z0-9_-]{1,80}")
UNREAD_WITH_OLD_PASSWORD = {"people.password", "people.sign_out", "people.second_factor", "people.switch_locale"}


def init_app(app: Flask) -> None:
    """Hang the doors."""
    app.before_request(_begin)
    app.before_request(_let_in)
    app.after_request(_finish)
    app.teardown_request(lambda _error: set_writing(False))


def _begin() -> None:
    g.viewer = None
    row = session._get_current_object()  # type: ignore[attr-defined]
    if isinstance(row, RowSession) and row.post.person_id == row.person.id and row.post.held(clock.today()):
        g.viewer = queries.viewer_of(row.person, row.post, row.row_id)


def _let_in() -> AnyResponse | None:
    if request.endpoint is None:
        return _without_the_slash()
    if request.endpoint == "static":
        return None
    view = current_app.view_functions[request.endpoint]
    if request.method == "POST" and not _same_origin():
        abort(400, "foreign origin")
    if getattr(view, "public", False):
        return None
    permission = getattr(view, "needs", None)
    if permission is None:
        abort(404)
    if g.viewer is None:
        if request.method in {"GET", "HEAD"} and "HX-Request" not in request.headers:
            return redirect(url_for("people.sign_in", next=request.full_path.rstrip("?")))
        abort(401)
    if not may(g.viewer, permission):
        raise refusal(g.viewer, permission)
    answer = _account_in_order()
    g.let_in = answer is None
    return answer


def _without_the_slash() -> AnyResponse | None:
    """An address typed with a slash too many leads to the page that was meant. (One too few is mended by the router.)"""
    path = request.path.removesuffix("/")
    adapter = current_app.create_url_adapter(request)
    if request.method not in {"GET", "HEAD"} or path == request.path or adapter is None:
        return None
    try:
        endpoint, values = adapter.match(path, "GET")
    except HTTPException:
        return None
    asked = request.query_string.decode("latin-1")
    return redirect(url_for(endpoint, **values) + (f"?{asked}" if asked else ""), 308)


def _account_in_order() -> AnyResponse | None:
    person = db.session.get_one(Person, g.viewer.user_id)
    if request.endpoint in UNREAD_WITH_OLD_PASSWORD:
        return None
    reading = request.method in {"GET", "HEAD"}
    # A pass phrase that reaches its age while a form is being filled in does not cost the form; a first one that
    # somebody else has seen opens nothing at all.
    if person.must_change or (reading and password_old(person)):
        return redirect(url_for("people.password"), 302 if reading else 303)
    if g.viewer.post in current_app.config["TOTP_POSTS"] and not person.totp_secret:
        return redirect(url_for("people.second_factor"), 302 if reading else 303)
    return None


def _same_origin() -> bool:
    origin = request.headers.get("Origin")
    return origin is None or (origin != "null" and urlsplit(origin).netloc == request.host)


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["SECURE"]:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    _mark_saved(response)
    # The answer is complete. Whatever the view left uncommitted was not meant to last, and the session's own
    # write must not wait for a lock that this request still holds.
    if db.session.registry.has():
        current_app.extensions["tiequan.left_dirty"] = bool(db.session.new or db.session.dirty or db.session.deleted)
        db.session.rollback()
    return response


def _mark_saved(response: Response) -> None:
    """Tell the browser that a form it kept a draft of was saved. A view that refuses answers 4xx, one that saved 303, or
    200 with `g.saved` where the answer holds what is shown once."""
    if request.method != "POST" or not (response.status_code == 303 or g.get("saved")) or not g.get("let_in"):
        return
    key = request.form.get(KEPT, "")
    if not _KEEP.fullmatch(key):
        return
    before = [one for one in request.cookies.get(SAVED, "").split(".") if _KEEP.fullmatch(one) and one != key]
    response.set_cookie(
        SAVED, ".".join([*before[-9:], key]), max_age=3600, path="/", secure=bool(current_app.config["SECURE"]), samesite="Lax"
    )  # fmt: skip
