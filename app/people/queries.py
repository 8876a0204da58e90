"""Reads of people and organs. Who works where is known inside the house; secrets of accounts are not read here."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from app.core import clock
from app.core.permissions import Viewer
from app.extensions import db
from app.people.models import Organ, Person, Post, SignedIn


def viewer_of(person: Person, post: Post, session_id: int | None = None) -> Viewer:
    """The viewer that `person` is while holding `post`."""
    organ = post.organ
    below: Iterable[int] = ()
    if organ.kind == "bureau" and organ.level == "city":
        below = db.session.scalars(select(Organ.id).where(Organ.parent_id == organ.id, Organ.kind == "bureau"))
    return Viewer(
        person.id, person.name, post.id, post.kind, organ.id, organ.name, organ.kind, frozenset((organ.id, *below)),
        post.acting, session_id, person.locale,
    )  # fmt: skip


def _current(kinds: tuple[str, ...]) -> tuple:  # type: ignore[type-arg]
    today = clock.today()
    return (Post.kind.in_(kinds), Post.since <= today, or_(Post.until.is_(None), Post.until >= today), Person.disabled_at.is_(None))


def holders(organ_id: int, *kinds: str) -> list[Person]:
    """The people who hold one of these posts in the organ today, in order of appointment."""
    found = select(Person).join(Post).where(Post.organ_id == organ_id, *_current(kinds)).order_by(Post.id)
    return list(db.session.scalars(found).unique())


def posts(organ_id: int | None, *kinds: str) -> list[Post]:
    """The posts of these kinds held today in the organ (None: anywhere), their people loaded, in order of appointment."""
    found = select(Post).join(Post.person).options(contains_eager(Post.person)).where(*_current(kinds)).order_by(Post.id)
    return list(db.session.scalars(found if organ_id is None else found.where(Post.organ_id == organ_id)))


def deciders(organ_id: int) -> list[Post]:
    """Who decides as principal head today: the principal, and whoever stands in for him (主持工作的负责人)."""
    found = select(Post).join(Post.person).options(contains_eager(Post.person)).order_by(Post.id)
    found = found.where(Post.organ_id == organ_id, *_current(("principal", "head"))).where(or_(Post.kind == "principal", Post.acting))
    return list(db.session.scalars(found))


def colleagues(viewer: Viewer, *kinds: str) -> list[Person]:
    """The holders of these posts in the viewer's own organ."""
    return holders(viewer.organ_id, *kinds)


def organ(organ_id: int) -> Organ:
    """An organ by id."""
    return db.session.get_one(Organ, organ_id)


def sessions_of(viewer: Viewer) -> list[SignedIn]:
    """The viewer's own sessions, newest first."""
    return list(db.session.scalars(select(SignedIn).where(SignedIn.person_id == viewer.user_id).order_by(SignedIn.seen_at.desc())))


def staff(viewer: Viewer) -> list[Post]:
    """All posts in the organs that the viewer may look into, present and past."""
    found = select(Post).join(Person).join(Organ, Organ.id == Post.organ_id).where(Post.organ_id.in_(viewer.scope_ids))
    return list(db.session.scalars(found.order_by(Organ.id, Post.kind, Post.id)))
