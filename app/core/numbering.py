"""Official numbers: `信市监涉罪移〔2026〕12号`. Per organ, series and year; no gap, never used twice (promise R04)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.extensions import Base, db


@dataclass(frozen=True)
class Series:
    """A class of numbers. `pattern` knows {short} (the organ's prefix), {year} and {n}.

    Brackets are 〔〕 (U+3014, U+3015); no leading zeros, no 第 before the number (GB/T 9704-2012).
    """

    id: str
    name: str
    pattern: str


class Counter(Base):
    """The last number taken. Its row is locked until the transaction that took the number ends."""

    __tablename__ = "counter"
    __table_args__ = (UniqueConstraint("organ_id", "series", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    series: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(Integer)
    n: Mapped[int] = mapped_column(Integer, default=0)


class IssuedNumber(Base):
    """Every number ever given, with its holder. A voided one stays, with the reason."""

    __tablename__ = "issued_number"
    __table_args__ = (UniqueConstraint("organ_id", "series", "year", "n"), UniqueConstraint("text"))

    id: Mapped[int] = mapped_column(primary_key=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    series: Mapped[str] = mapped_column(String(40))
    year: Mapped[int] = mapped_column(Integer)
    n: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None] = mapped_column()
    issued_at: Mapped[dt.datetime] = mapped_column()
    voided_reason: Mapped[str | None] = mapped_column(String(200))


def issue(series: Series, organ: Any, subject: Any, at: dt.datetime | None = None) -> str:
    """Take the next number of `series` for `organ` (has `.id` and `.short`) in the present transaction.

    Returns the printed text. If the transaction is rolled back the number was never taken.
    """
    at = at or clock.now()
    year = clock.local(at).year
    where = (Counter.organ_id == organ.id, Counter.series == series.id, Counter.year == year)
    taken = update(Counter).where(*where).values(n=Counter.n + 1).returning(Counter.n)
    n = db.session.execute(taken.execution_options(synchronize_session=False)).scalar()
    if n is None:
        # First number of the year. Two at once: the unique constraint lets one insert, the other waits and counts on.
        insert: Any
        if db.session.get_bind().dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert
        else:
            from sqlalchemy.dialects.sqlite import insert
        fresh = insert(Counter).values(organ_id=organ.id, series=series.id, year=year, n=0).on_conflict_do_nothing()
        db.session.execute(fresh)
        n = db.session.execute(taken.execution_options(synchronize_session=False)).scalar_one()
    text = series.pattern.format(short=organ.short, year=year, n=n)
    db.session.flush()
    db.session.add(
        IssuedNumber(
            organ_id=organ.id,
            series=series.id,
            year=year,
            n=n,
            text=text,
            issued_at=at,
            subject_type=subject.__tablename__,
            subject_id=subject.id,
        )
    )
    return text


def holder(text: str) -> IssuedNumber | None:
    """The row of a printed number. ﹝﹞ and [] of old papers are accepted for 〔〕."""
    clean = text.strip().translate(str.maketrans("﹝﹞[]［］", "〔〕〔〕〔〕"))
    return db.session.scalar(select(IssuedNumber).where(IssuedNumber.text == clean))
