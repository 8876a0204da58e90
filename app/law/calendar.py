"""The working calendar: Monday to Friday, corrected by the State Council's yearly notice."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from app.core.text import N_
from app.extensions import db
from app.law.models import CalendarDay, CalendarYear

KINDS: dict[str, str] = {"holiday": N_("放假"), "makeup": N_("调休上班")}
_WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class WorkCalendar:
    """The calendar as the deadline engine sees it. days: date -> (kind, name of the festival); years: those loaded."""

    version: str
    days: Mapping[dt.date, tuple[str, str]]
    years: frozenset[int]

    def covers(self, day: dt.date) -> bool:
        return day.year in self.years

    def is_workday(self, day: dt.date) -> bool:
        found = self.days.get(day)
        return found[0] == "makeup" if found else day.weekday() < 5

    def label(self, day: dt.date) -> str:
        """国庆节放假, 国庆节调休上班, 周末, or 周三."""
        found = self.days.get(day)
        if found:
            return f"{found[1]}放假" if found[0] == "holiday" else f"{found[1]}调休上班"
        return "周末" if day.weekday() >= 5 else f"周{_WEEKDAYS[day.weekday()]}"


def digest_of(days: Iterable[tuple[dt.date, str, str]]) -> str:
    """The hash that tells whether a year's notice changed."""
    lines = sorted(f"{day.isoformat()} {kind} {name}" for day, kind, name in days)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def current() -> WorkCalendar:
    """The calendar in force. Built anew only when a year was loaded or changed."""
    years = db.session.execute(select(CalendarYear.year, CalendarYear.digest).order_by(CalendarYear.year)).all()
    version = version_of([(year, digest) for year, digest in years])
    known: WorkCalendar | None = current_app.extensions.get("tiequan.calendar.built")
    if known is None or known.version != version:
        rows = db.session.execute(select(CalendarDay.date, CalendarDay.kind, CalendarDay.name))
        known = WorkCalendar(version, {date: (kind, name) for date, kind, name in rows}, frozenset(y for y, _ in years))
        current_app.extensions["tiequan.calendar.built"] = known
    return known


def version_of(years: list[tuple[int, str]]) -> str:
    """2024-2026/1a2b3c4d: the years and a hash over all their days. Stored with every running deadline."""
    if not years:
        return "empty"
    together = hashlib.sha256("".join(digest for _year, digest in years).encode()).hexdigest()[:8]
    return f"{years[0][0]}-{years[-1][0]}/{together}"
