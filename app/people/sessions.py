"""Sessions as rows of the database (promise S07). Before sign-in there is only a signed cookie with the form token."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import secrets
from typing import Any

from flask import Flask, Request, Response, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from sqlalchemy import Select, bindparam, delete, insert, select, update
from sqlalchemy.orm import contains_eager, undefer
from werkzeug.datastructures import CallbackDict

from app.core import clock
from app.core.db import set_writing, writing
from app.extensions import db
from app.people.models import Organ, Person, Post, SignedIn

SEEN_EVERY = dt.timedelta(seconds=60)
_tags = TaggedJSONSerializer()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@functools.cache
def _session() -> Select[SignedIn, Person, Post]:
    """A session with what every page needs of person, post and organ. Made once: it is asked before every page."""
    return (
        select(SignedIn, Person, Post)
        .join(Person, Person.id == SignedIn.person_id)
        .join(Post, Post.id == SignedIn.post_id)
        .join(Post.organ)
        .options(contains_eager(Post.organ).undefer(Organ._bureaus_below), undefer(Person.post_count))
        .where(
            SignedIn.token_hash == bindparam("token_hash"),
            SignedIn.seen_at > bindparam("seen_after"),
            SignedIn.began_at > bindparam("began_after"),
        )
    )


class RowSession(CallbackDict, SessionMixin):  # type: ignore[type-arg]
    """The data of one row. `signing_in` asks for a new row with a new token (rotation)."""

    def __init__(self, data: dict[str, Any], row: SignedIn, person: Person, post: Post) -> None:
        super().__init__(data, lambda _self: setattr(self, "modified", True))
        self.row_id, self.seen_at, self.person, self.post = row.id, row.seen_at, person, post
        self.modified = False


class RowSessions(SecureCookieSessionInterface):
    """open_session reads one row; save_session writes only what changed, after the view's own transaction is over."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:  # type: ignore[override]
        # Before the first query: a transaction of a POST is going to write (see core/db.py).
        set_writing(request.method not in {"GET", "HEAD", "OPTIONS"})
        if request.path.startswith("/static/") or request.path in {"/healthz", "/readyz"}:
            return SecureCookieSession()
        token = request.cookies.get(self.get_cookie_name(app), "")
        if 20 <= len(token) <= 64 and token.isascii():
            found = self._load(app, token)
            if found is not None:
                return found
        return super().open_session(app, request)

    def _load(self, app: Flask, token: str) -> RowSession | None:
        now = clock.recorded_now()
        asked = {
            "token_hash": _hash(token),
            "seen_after": now - app.config["SESSION_IDLE"],
            "began_after": now - app.config["SESSION_ABSOLUTE"],
        }
        row = db.session.execute(_session(), asked).first()
        if row is None or row.Person.disabled_at is not None:
            return None
        return RowSession(_tags.loads(json.dumps(row.SignedIn.data)), row.SignedIn, row.Person, row.Post)

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.get("_signing_in"):
            # Over a session whose post ran out as well: its row ends, and nothing of it goes over to the new one.
            if isinstance(session, RowSession):
                end(SignedIn.id == session.row_id)
            self._begin(app, session, response)
        elif isinstance(session, RowSession):
            self._save_row(app, session, response)
        else:
            super().save_session(app, session, response)

    def _begin(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """A person has just signed in: a new row under a token nobody knew before."""
        token, now = secrets.token_urlsafe(32), clock.recorded_now()
        begun = session.pop("_signing_in")
        session.pop("csrf_token", None)
        with writing(), db.engine.begin() as connection:
            connection.execute(
                insert(SignedIn).values(
                    token_hash=_hash(token),
                    person_id=int(session["_user_id"]),
                    post_id=begun["post_id"],
                    address=begun["address"],
                    agent=begun["agent"],
                    data=json.loads(_tags.dumps(dict(session))),
                    began_at=now,
                    seen_at=now,
                )
            )
        self._cookie(app, response, token)

    def _save_row(self, app: Flask, session: RowSession, response: Response) -> None:
        response.vary.add("Cookie")
        if "_user_id" not in session or session.get("_ended"):
            end(SignedIn.id == session.row_id)
            response.delete_cookie(
                self.get_cookie_name(app), path=self.get_cookie_path(app), secure=self.get_cookie_secure(app),
                httponly=True, samesite=self.get_cookie_samesite(app),
            )  # fmt: skip
            return
        now = clock.recorded_now()
        values: dict[str, Any] = {}
        if session.modified:
            values["data"] = json.loads(_tags.dumps(dict(session)))
        # A page that asks by itself (unread count, progress of a paper) says so: it is no sign of a person at the desk.
        alone = "X-Poll" in request.headers
        if not alone and (session.seen_at is None or now - session.seen_at > SEEN_EVERY):
            values["seen_at"] = now
        if values:
            with writing(), db.engine.begin() as connection:
                connection.execute(update(SignedIn).where(SignedIn.id == session.row_id).values(**values))

    def _cookie(self, app: Flask, response: Response, token: str) -> None:
        response.vary.add("Cookie")
        response.set_cookie(
            self.get_cookie_name(app), token, path=self.get_cookie_path(app), secure=self.get_cookie_secure(app),
            httponly=True, samesite=self.get_cookie_samesite(app), max_age=int(app.config["SESSION_ABSOLUTE"].total_seconds()),
        )  # fmt: skip


def end(*where: Any) -> None:
    """End the sessions that match, at once, in a transaction of their own."""
    with writing(), db.engine.begin() as connection:
        connection.execute(delete(SignedIn).where(*where))


def end_in_transaction(*where: Any) -> None:
    """The same inside the caller's transaction: disabling an account and ending its sessions are one act."""
    db.session.execute(delete(SignedIn).where(*where).execution_options(synchronize_session=False))
