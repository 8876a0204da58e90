"""Load the law that ships with the product into its rows. Safe to run again; nothing is ever deleted. Never commits."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.extensions import db
from app.law import calendar
from app.law.models import Article, CalendarDay, CalendarYear, Cause, Instrument, LegalBasis, ThresholdSet
from app.law.thresholds import RuleSet

DATA = Path(__file__).parent / "data"


def load_all() -> None:
    """Instruments, articles, bases, causes, thresholds and the calendar years of app/law/data."""
    load_instruments(_read("instruments.json"))
    load_causes(_read("causes.json"))
    load_thresholds(_read("criminal-thresholds.json"))
    for year in _read("calendar.json")["years"]:
        days = [(dt.date.fromisoformat(d["date"]), d["kind"], d["name"]) for d in year["days"]]
        # What a person has loaded from a newer notice is not put back.
        if db.session.get(CalendarYear, year["year"]) is None:
            load_year(year["year"], days, year["source_doc"], year["title"], by="")


def _read(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def load_instruments(data: Any) -> None:
    """Instruments with their articles, then the bases that cite them. KeyError for a basis without its article."""
    known = {(i.key, i.version): i for i in db.session.scalars(select(Instrument))}
    articles: dict[tuple[str, str, str], Article] = {
        (a.instrument.key, a.instrument.version, a.article): a for a in db.session.scalars(select(Article))
    }
    for raw in data["instruments"]:
        row = known.get((raw["key"], raw["version"]))
        if row is None:
            row = Instrument(key=raw["key"], version=raw["version"])
            db.session.add(row)
        for name in ("name", "short", "doc_no", "kind", "status", "source"):
            setattr(row, name, raw[name])
        row.valid_from, row.valid_to = dt.date.fromisoformat(raw["valid_from"]), _day(raw["valid_to"])
        for one in raw["articles"]:
            found = articles.get((row.key, row.version, one["article"]))
            if found is None:
                found = Article(instrument=row, article=one["article"])
                articles[row.key, row.version, one["article"]] = found
                db.session.add(found)
            found.text = one["text"]
            found.valid_from, found.valid_to = row.valid_from, row.valid_to
            found.status, found.source = row.status, row.source
    db.session.flush()
    bases = {(b.key, b.article_id): b for b in db.session.scalars(select(LegalBasis))}
    for raw in data["bases"]:
        for one in raw["articles"]:
            article = articles[one["instrument"], one["version"], one["article"]]
            if (raw["key"], article.id) not in bases:
                db.session.add(LegalBasis(key=raw["key"], title=raw["title"], article_id=article.id))
    db.session.flush()


def load_causes(data: Any) -> None:
    """Causes of action by key."""
    known = {c.key: c for c in db.session.scalars(select(Cause))}
    for raw in data["causes"]:
        row = known.get(raw["key"])
        if row is None:
            row = Cause(key=raw["key"])
            db.session.add(row)
        for name in (
            "name",
            "right_kind",
            "agency",
            "fine_base",
            "crimes",
            "seizable",
            "violates",
            "penalises",
            "status",
            "note",
        ):
            setattr(row, name, raw[name])
        row.valid_from, row.valid_to = _day(raw["valid_from"]), _day(raw["valid_to"])
    db.session.flush()


def load_thresholds(data: Any) -> None:
    """One version of the criminal lines. ValueError for a rule that the engine cannot evaluate."""
    rules = RuleSet.from_json(data)
    digest = hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    row = db.session.scalar(select(ThresholdSet).where(ThresholdSet.version == rules.version))
    if row is None:
        row = ThresholdSet(version=rules.version)
        db.session.add(row)
    elif row.digest == digest:
        return
    row.valid_from, row.valid_to, row.digest, row.data = rules.valid_from, rules.valid_to, digest, data
    db.session.flush()


def load_year(year: int, days: list[tuple[dt.date, str, str]], source_doc: str, title: str, *, by: str) -> CalendarYear:
    """Put the days of a yearly notice in place of what was loaded for that year. ValueError for a day of another year."""
    if any(day.year != year for day, _kind, _name in days):
        raise ValueError("a day lies outside the year of the notice")
    row = db.session.get(CalendarYear, year)
    if row is None:
        row = CalendarYear(year=year)
        db.session.add(row)
    row.source_doc, row.title, row.loaded_by, row.digest = source_doc, title, by, calendar.digest_of(days)
    row.days = []
    db.session.flush()
    row.days = [CalendarDay(date=day, kind=kind, name=name, source_doc=source_doc) for day, kind, name in days]
    db.session.flush()
    return row
