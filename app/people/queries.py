"""Reads of people and organs. Who works where is known inside the house; secrets of accounts are not read here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import current_app
from sqlalchemy import func, or_, select
from sqlalchemy.orm import contains_eager

from app.core import clock, subjects
from app.core.errors import NotFound
from app.core.permissions import Viewer, require
from app.extensions import db
from app.people.models import Organ, Person, Post, SignedIn


def viewer_of(person: Person, post: Post, session_id: int | None = None) -> Viewer:
    """The viewer that `person` is while holding `post`."""
    organ = post.organ
    below = organ.bureaus_below if organ.kind == "bureau" and organ.level == "city" else ()
    return Viewer(
        person.id, person.name, post.id, post.kind, organ.id, organ.name, organ.kind, frozenset((organ.id, *below)),
        post.acting, session_id, person.locale,
    )  # fmt: skip


def _current(kinds: tuple[str, ...]) -> tuple:  # type: ignore[type-arg]
    today = clock.today()
    return (
        Post.kind.in_(kinds),
        Post.since <= today,
        or_(Post.until.is_(None), Post.until >= today),
        Person.disabled_at.is_(None),
    )


def holders(organ_id: int, *kinds: str) -> list[Person]:
    """The people who hold one of these posts in the organ today, in order of appointment."""
    found = select(Person).join(Post).where(Post.organ_id == organ_id, *_current(kinds)).order_by(Post.id)
    return list(db.session.scalars(found).unique())


def posts(organ_id: int | None, *kinds: str) -> list[Post]:
    """The posts of these kinds held today in the organ (None: anywhere), their people loaded, in order of appointment."""
    found = (
        select(Post).join(Post.person).options(contains_eager(Post.person)).where(*_current(kinds)).order_by(Post.id)
    )
    return list(db.session.scalars(found if organ_id is None else found.where(Post.organ_id == organ_id)))


def deciders(organ_id: int) -> list[Post]:
    """Who decides as principal head today: the principal, and whoever stands in for him (主持工作的负责人)."""
    found = select(Post).join(Post.person).options(contains_eager(Post.person)).order_by(Post.id)
    found = found.where(Post.organ_id == organ_id, *_current(("principal", "head"))).where(
        or_(Post.kind == "principal", Post.acting)
    )
    return list(db.session.scalars(found))


def colleagues(viewer: Viewer, *kinds: str) -> list[Person]:
    """The holders of these posts in the viewer's own organ."""
    return holders(viewer.organ_id, *kinds)


def organ(organ_id: int) -> Organ:
    """An organ by id."""
    return db.session.get_one(Organ, organ_id)


def sessions_of(viewer: Viewer) -> list[SignedIn]:
    """The viewer's own sessions, newest first."""
    return list(
        db.session.scalars(
            select(SignedIn).where(SignedIn.person_id == viewer.user_id).order_by(SignedIn.seen_at.desc())
        )
    )


def organs(viewer: Viewer) -> list[Organ]:
    """The organs whose people the viewer may look at: own and below; for an administrator their partner organs too."""
    bureaus = list(db.session.scalars(select(Organ).where(Organ.id.in_(viewer.scope_ids)).order_by(Organ.id)))
    if viewer.post != "admin":
        return bureaus
    partners = {organ_id for o in bureaus for organ_id in (o.police_id, o.procuratorate_id) if organ_id}
    return [*bureaus, *db.session.scalars(select(Organ).where(Organ.id.in_(partners)).order_by(Organ.kind, Organ.id))]


def staff_of(organ_id: int, *, past: bool = False) -> list[Post]:
    """The posts of one organ held today or later, or those that are over; people loaded."""
    found = select(Post).join(Post.person).options(contains_eager(Post.person)).where(Post.organ_id == organ_id)
    over = Post.until < clock.today()
    found = found.where(over if past else or_(Post.until.is_(None), ~over))
    rows = db.session.scalars(found.order_by(Post.id).limit(500))
    order = {kind: n for n, kind in enumerate(("principal", "head", "reviewer", "unit_head", "officer"))}
    return sorted(rows, key=lambda p: (order.get(p.kind, 9), p.kind, p.id))


@dataclass(frozen=True)
class OpenWork:
    """How many records of one kind a person has in hand that are not at their end, and the step that hands them over."""

    label: str
    n: int
    step: str


def open_work(viewer: Viewer, person: Person) -> list[OpenWork]:
    """What is left lying when the account of `person` is shut or the post ends; kinds without any are left out."""
    require(viewer, "people.read")
    found, whose = [], replace(viewer, user_id=person.id)
    for kind in subjects.kinds().values():
        if kind.mine is None or not kind.hands_over:
            continue
        workflow = current_app.extensions["tiequan.workflows"][kind.type]
        mine = select(func.count()).select_from(kind.model).where(
            kind.mine(whose, kind.model), kind.model.status.not_in(workflow.ends)
        )  # fmt: skip
        if n := db.session.scalar(mine):
            found.append(OpenWork(kind.label, n, workflow.step(kind.hands_over).name))
    return found


def without_post() -> list[Person]:
    """Accounts that nobody has given a post yet, or whose last post is over."""
    held = select(Post.person_id).where(or_(Post.until.is_(None), Post.until >= clock.today()))
    return list(db.session.scalars(select(Person).where(Person.id.not_in(held)).order_by(Person.id.desc()).limit(100)))


def person(viewer: Viewer, person_id: int) -> Person:
    """A person whom the viewer may look at: of the viewer's organs, or (administrator) of no organ yet."""
    found = db.session.get(Person, person_id)
    seen = {organ.id for organ in organs(viewer)}
    if found is None or not ({p.organ_id for p in found.posts} & seen or (viewer.post == "admin" and not found.posts)):
        raise NotFound()
    return found
