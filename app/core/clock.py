"""The one clock. Instants are UTC; a legal day is a day in Asia/Shanghai."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
_set_to: ContextVar[dt.datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> dt.datetime:
    """The present instant, aware, in UTC."""
    return _set_to.get() or dt.datetime.now(dt.UTC)


def recorded_now() -> dt.datetime:
    """The wall clock, whatever `standing_at` pretends: when a fact was really typed in."""
    return dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """Today's date in Shanghai."""
    return local(now()).date()


def local(at: dt.datetime) -> dt.datetime:
    """`at` as wall time in Shanghai; refuses a naive value (ValueError)."""
    if at.tzinfo is None:
        raise ValueError("a naive datetime has no wall time")
    return at.astimezone(SHANGHAI)


def day_start(day: dt.date) -> dt.datetime:
    """The first instant of a Shanghai day, in UTC."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI).astimezone(dt.UTC)


def day_end(day: dt.date) -> dt.datetime:
    """The last second of a Shanghai day, in UTC: a limit in days runs to 24:00 (行政处罚程序规定 80)."""
    return day_start(day + dt.timedelta(days=1)) - dt.timedelta(seconds=1)


@contextmanager
def standing_at(at: dt.datetime) -> Iterator[None]:
    """Let `now()` answer `at`. For replaying published cases only; what is recorded keeps its real time."""
    token = _set_to.set(at.astimezone(dt.UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
