"""Who may do what. One table (`app/grants.py`): permission -> rows of predicates; any row suffices, in a row all hold.

Each predicate has a test for one subject and its twin in SQL for lists, so that page, list and server ask one truth.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask import current_app, g
from sqlalchemy import ColumnElement, and_, false, or_, true

from app.core.errors import Forbidden
from app.core.text import _
from app.core.workflow import named

MOST_NAMED = 6  # more posts than this are no answer to the question whom to ask
Rows = tuple[tuple["Predicate", ...], ...]
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Viewer:
    """A person holding one post in one organ, for one request. Plain values: no row can be changed through it."""

    user_id: int
    name: str
    post_id: int
    post: str  # code of the kind of post, e.g. "officer"
    organ_id: int
    organ_name: str
    organ_kind: str  # bureau | police | procuratorate | branch
    scope_ids: frozenset[int] = field(default_factory=frozenset)  # own organ and those below it
    acting: bool = False  # 主持工作: decides like the principal head while the assignment lasts
    session_id: int | None = None
    locale: str = "zh_Hans_CN"
    step_up_at: dt.datetime | None = None


SYSTEM = Viewer(0, "系统", 0, "system", 0, "系统", "system")


@dataclass(frozen=True)
class Predicate:
    """`test(viewer, subject)` and `sql(viewer, model)` must say the same; a law test compares them row by row.

    `about_viewer` marks a predicate that does not look at the subject at all.
    """

    name: str
    test: Callable[[Viewer, Any], bool]
    sql: Callable[[Viewer, Any], ColumnElement[bool]]
    about_viewer: bool = False
    posts: tuple[str, ...] = ()  # the posts it asks for, if it asks for any


def post(*kinds: str) -> Predicate:
    """The viewer holds one of these posts."""
    return Predicate(
        "post " + "|".join(kinds),
        lambda viewer, _subject: viewer.post in kinds,
        lambda viewer, _model: true() if viewer.post in kinds else false(),
        about_viewer=True,
        posts=kinds,
    )


def own_organ(attribute: str = "organ_id") -> Predicate:
    """The subject belongs to the viewer's organ."""
    return Predicate(
        f"own organ ({attribute})",
        lambda viewer, subject: getattr(subject, attribute) == viewer.organ_id,
        lambda viewer, model: getattr(model, attribute) == viewer.organ_id,
    )


def within(attribute: str = "organ_id") -> Predicate:
    """The subject belongs to the viewer's organ or one below it (a city reads its counties)."""
    return Predicate(
        f"organ within ({attribute})",
        lambda viewer, subject: getattr(subject, attribute) in viewer.scope_ids,
        lambda viewer, model: getattr(model, attribute).in_(sorted(viewer.scope_ids)),
    )


def own(attribute: str) -> Predicate:
    """The subject is the viewer's own (notice, session)."""
    return Predicate(
        f"own ({attribute})",
        lambda viewer, subject: getattr(subject, attribute) == viewer.user_id,
        lambda viewer, model: getattr(model, attribute) == viewer.user_id,
    )


def install(app: Any, grants: Mapping[str, Rows]) -> None:
    """Give the application its one table of grants."""
    app.extensions["tiequan.grants"] = dict(grants)


def grants() -> Mapping[str, Rows]:
    """The installed table."""
    table: Mapping[str, Rows] = current_app.extensions["tiequan.grants"]
    return table


def may(viewer: Viewer, permission: str, subject: Any = None) -> bool:
    """Whether `viewer` holds `permission`, on `subject` or (without one) on anything at all.

    KeyError for a permission nobody declared: a typing mistake must not pass as a refusal.
    """
    for row in grants()[permission]:
        if all(p.test(viewer, subject) for p in row if subject is not None or p.about_viewer):
            return True
    return False


def may_open(viewer: Viewer, endpoint: str, subject: Any = None) -> bool:
    """Whether the page at `endpoint` would let `viewer` in, for `subject`: asked of the permission that the page itself declares.

    What a page links to is asked here, so that no link leads to a refusal.
    """
    view = current_app.view_functions[endpoint]
    permission = getattr(view, "needs", None)
    return bool(getattr(view, "public", False) or (permission and may(viewer, permission, subject)))


def require(viewer: Viewer, permission: str, subject: Any = None) -> None:
    """Raise Forbidden unless `may`, with the posts that may."""
    if not may(viewer, permission, subject):
        raise refusal(viewer, permission)


def refusal(viewer: Viewer, permission: str) -> Forbidden:
    """The refusal that names who may: the posts, or (the post would do) somebody else of that post."""
    posts = tuple(dict.fromkeys(post for row in grants()[permission] for p in row for post in p.posts))
    if viewer.post in posts:
        return Forbidden(_("您的岗位可以办理这类事项，但这一件不由您承办。如需办理，请联系本件的承办人员。"))
    if not posts or len(posts) > MOST_NAMED:
        return Forbidden()
    return Forbidden(_("此项须由%(posts)s办理，您的岗位不能办理。", posts=named(posts)))


def scope(viewer: Viewer, permission: str, model: Any) -> ColumnElement[bool]:
    """The SQL twin of `may`: which rows of `model` the viewer may see."""
    rows = []
    for row in grants()[permission]:
        if all(p.test(viewer, None) for p in row if p.about_viewer):
            rows.append(and_(true(), *(p.sql(viewer, model) for p in row if not p.about_viewer)))
    return or_(false(), *rows)


def needs(permission: str) -> Callable[[View], View]:
    """Declare what a view needs. A view that declares nothing is shut by the door."""

    def mark(view: View) -> View:
        view.needs = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Declare that a view is open without an account. The short list stands in tests/laws."""
    view.public = True  # type: ignore[attr-defined]
    return view


def viewer() -> Viewer:
    """The present request's viewer. Forbidden when nobody is signed in (the door answers earlier)."""
    found: Viewer | None = g.get("viewer")
    if found is None:
        raise Forbidden()
    return found
