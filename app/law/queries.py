"""Reads of the law. It is the same for everybody, so these functions take no viewer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.extensions import db
from app.law.models import Article, CalendarYear, Cause, Instrument, LegalBasis, ThresholdSet
from app.law.thresholds import RuleSet

_sets: dict[str, RuleSet] = {}  # by digest: reading 134 rules once is enough


@dataclass(frozen=True)
class Citation:
    """What a paper prints for a basis on a day. in_force False: no loaded version covers that day, the nearest one is given."""

    printed: str
    articles: tuple[Article, ...]
    in_force: bool
    status: str

    def __str__(self) -> str:
        return self.printed


def article(instrument_key: str, number: str, on: dt.date) -> Article:
    """The article `number` (our notation, "61") of the version of the instrument in force on that day.

    LookupError when no loaded version was in force, or it has no such article.
    """
    for found in db.session.scalars(
        select(Article).join(Article.instrument).where(Instrument.key == instrument_key, Article.article == number)
    ):
        if found.in_force(on):
            return found
    raise LookupError(f"{instrument_key} {number} was not in force on {on}")


def cite(key: str, on: dt.date) -> Citation:
    """The articles that serve the basis `key` on a day, as a paper prints them.

    Where no loaded version covers the day (old published cases), the nearest version is printed with 〔版本待核〕.
    LookupError for a key nobody declared.
    """
    rows = list(db.session.scalars(select(LegalBasis).where(LegalBasis.key == key).order_by(LegalBasis.id)))
    if not rows:
        raise LookupError(f"no such legal basis: {key}")
    valid = tuple(row.article for row in rows if row.article.in_force(on))
    if valid:
        return Citation("、".join(_printed(valid)), valid, True, _worst(valid))
    later = min((row.article.valid_from for row in rows if row.article.valid_from > on), default=None)
    day = later or max(row.article.valid_from for row in rows)
    near = tuple(row.article for row in rows if row.article.valid_from == day)
    return Citation("、".join(_printed(near)) + "〔版本待核〕", near, False, "unverified")


def _printed(articles: Sequence[Article]) -> list[str]:
    """One instrument is named once: 《…》第十八条、第十九条."""
    out: list[str] = []
    last = None
    for one in articles:
        name = f"《{one.instrument.name}》"
        out.append(one.printed.removeprefix(name) if one.instrument_id == last else one.printed)
        last = one.instrument_id
    return out


def _worst(articles: Sequence[Article]) -> str:
    order = ("verified", "memory", "unverified")
    return max((a.status for a in articles), key=order.index)


def cause(key: str) -> Cause:
    """A cause of action by key. LookupError if unknown."""
    found = db.session.scalar(select(Cause).where(Cause.key == key))
    if found is None:
        raise LookupError(f"no such cause: {key}")
    return found


def causes(on: dt.date, right_kind: str | None = None) -> list[Cause]:
    """The causes that can be chosen for an act of that day."""
    wanted = select(Cause).where(
        or_(Cause.valid_from.is_(None), Cause.valid_from <= on), or_(Cause.valid_to.is_(None), Cause.valid_to >= on)
    )
    if right_kind:
        wanted = wanted.where(Cause.right_kind == right_kind)
    return list(db.session.scalars(wanted.order_by(Cause.id)))


def violated(of: Cause, on: dt.date) -> str:
    """The articles that an act of this cause violates, as printed; empty when no loaded version covers the day."""
    return _version(of.violates, on)


def penalised(of: Cause, on: dt.date) -> str:
    """The articles under which it is punished, as printed."""
    return _version(of.penalises, on)


def _version(rows: Sequence[Sequence[str]], on: dt.date) -> str:
    found: list[Article] = []
    for key, version, number in rows:
        row = db.session.scalar(
            select(Article)
            .join(Article.instrument)
            .where(Instrument.key == key, Instrument.version == version, Article.article == number)
        )
        if row is not None and row.in_force(on):
            found.append(row)
    return "、".join(_printed(found))


def rule_sets() -> tuple[RuleSet, ...]:
    """All loaded versions of the criminal lines, oldest first, ready for the screening engine."""
    found = []
    for digest in db.session.scalars(select(ThresholdSet.digest).order_by(ThresholdSet.valid_from)):
        if digest not in _sets:
            row = db.session.scalars(select(ThresholdSet).where(ThresholdSet.digest == digest)).one()
            _sets[digest] = RuleSet.from_json(row.data)
        found.append(_sets[digest])
    return tuple(found)


def calendar_years() -> list[CalendarYear]:
    """The loaded years, newest first, with their days."""
    return list(db.session.scalars(select(CalendarYear).order_by(CalendarYear.year.desc())))


def instruments() -> list[Instrument]:
    """All versions of all instruments."""
    return list(db.session.scalars(select(Instrument).order_by(Instrument.key, Instrument.valid_from)))
