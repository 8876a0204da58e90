"""People, organs, and the posts that people hold in organs for a time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKey, Integer, String, UniqueConstraint, cast, func, select
from sqlalchemy.orm import Mapped, aliased, column_property, mapped_column, relationship

from app.core import clock
from app.core.confidential import Encrypted
from app.core.text import N_, _
from app.core.workflow import POST_NAMES
from app.extensions import Base, db

POSTS = {
    "officer": N_("办案人员"),
    "unit_head": N_("办案机构负责人"),
    "reviewer": N_("审核人员"),
    "head": N_("负责人"),
    "principal": N_("主要负责人"),
    "registrar": N_("移送内勤"),
    "desk": N_("12315接待"),
    "police_liaison": N_("公安联络员"),
    "procuratorate_liaison": N_("检察联络员"),
    "auditor": N_("法制监督"),
    "admin": N_("系统管理员"),
}
POST_NAMES.update(POSTS)
ORGAN_KINDS = {
    "bureau": N_("市场监督管理局"),
    "police": N_("公安机关"),
    "procuratorate": N_("人民检察院"),
    "branch": N_("维权援助分中心"),
}


def post_name(kind: str) -> str:
    """The word for a kind of post. Nothing for the house itself, which acts in nobody's post."""
    return "" if kind == "system" else _(POSTS.get(kind, kind))


class Organ(Base):
    """A body that acts in its own name. `short` opens its official numbers (信市监). Partner organs are of one level.

    police_id and procuratorate_id: the organs of the same level that a transfer goes to (国务院令310号 5).
    """

    __tablename__ = "organ"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    short: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    level: Mapped[str] = mapped_column(String(10))
    area: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"), index=True)
    police_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))
    procuratorate_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))

    if TYPE_CHECKING:  # declared below the classes that it counts
        _bureaus_below: Mapped[str | None]
    parent: Mapped[Organ | None] = relationship(foreign_keys=[parent_id], remote_side=[id])
    police: Mapped[Organ | None] = relationship(foreign_keys=[police_id], remote_side=[id])
    procuratorate: Mapped[Organ | None] = relationship(foreign_keys=[procuratorate_id], remote_side=[id])

    @property
    def bureaus_below(self) -> frozenset[int]:
        """Keys of the bureaus whose parent it is."""
        return frozenset(map(int, filter(None, (self._bureaus_below or "").split(","))))


class Person(Base):
    """A person with an account. Never deleted: history names them. `certificate` is the 执法证."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(120), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    password_set_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    must_change: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None] = mapped_column(Encrypted("person.totp_secret"))
    totp_last_step: Mapped[int] = mapped_column(Integer, default=0)
    certificate_no: Mapped[str | None] = mapped_column(String(40))
    certificate_until: Mapped[dt.date | None] = mapped_column(Date)
    locale: Mapped[str] = mapped_column(String(12), default="zh_Hans_CN")
    rehearsal: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[dt.datetime | None] = mapped_column()

    if TYPE_CHECKING:  # declared below the classes that it counts
        post_count: Mapped[int]
    posts: Mapped[list[Post]] = relationship(back_populates="person", order_by="Post.id")

    # What Flask-Login asks.
    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        return self.disabled_at is None

    def get_id(self) -> str:
        return str(self.id)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, Person) and other.id == self.id

    __hash__ = Base.__hash__

    def certified(self, on: dt.date) -> bool:
        """Whether the enforcement certificate is valid that day (市场监督管理行政处罚程序规定 19; R-05)."""
        return self.certificate_no is not None and self.certificate_until is not None and self.certificate_until >= on


class Post(Base):
    """A person holding a kind of post in an organ from a date to a date, by an appointing paper.

    acting: 主持工作 — decides like the principal head while it lasts (国务院令310号 5(2)).
    """

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    kind: Mapped[str] = mapped_column(String(30))
    since: Mapped[dt.date] = mapped_column(Date)
    until: Mapped[dt.date | None] = mapped_column(Date)
    basis: Mapped[str] = mapped_column(String(120), default="")
    acting: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(back_populates="posts")
    organ: Mapped[Organ] = relationship()

    def held(self, on: dt.date) -> bool:
        """Whether the post is held on that day, first and last day included."""
        return self.since <= on and (self.until is None or on <= self.until)


_below = aliased(Organ)
# Read with the session, not with every organ and every person that a page names.
Organ._bureaus_below = column_property(
    select(func.aggregate_strings(cast(_below.id, String), ","))
    .where(_below.parent_id == Organ.id, _below.kind == "bureau")
    .correlate(Organ)
    .scalar_subquery(),
    deferred=True,
)
Person.post_count = column_property(
    select(func.count()).where(Post.person_id == Person.id).correlate(Person).scalar_subquery(), deferred=True
)


class SignedIn(Base):
    """A session. The cookie holds a random token, the row its hash: ending the row ends the session at once (S07)."""

    __tablename__ = "signed_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"))
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    address: Mapped[str] = mapped_column(String(60), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")
    began_at: Mapped[dt.datetime] = mapped_column()
    seen_at: Mapped[dt.datetime] = mapped_column()


class Guess(Base):
    """Wrong sign-ins per account name (hashed: unknown names are counted like known ones) and per address (S08)."""

    __tablename__ = "guess"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80))
    failed: Mapped[int] = mapped_column(Integer, default=0)
    locks: Mapped[int] = mapped_column(Integer, default=0)
    last_at: Mapped[dt.datetime] = mapped_column()
    locked_until: Mapped[dt.datetime | None] = mapped_column()


db.Index("ix_post_current", Post.organ_id, Post.kind)
