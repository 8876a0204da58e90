"""Statutory deadlines as rules: declared terms, and one pure function that computes the date and says why.

`compute` returns the date together with its trace: every day that was left out or added, with its ground. The page
shows the trace as "为何是这一天". The running rows are kept by `core/deadlines.py`.
"""

from __future__ import annotations

import calendar as calendar_module
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.core import clock

UNITS = {"hour": "小时", "day": "日", "workday": "个工作日", "month": "个月", "year": "年"}


class Calendar(Protocol):
    """The working calendar as the deadline engine sees it."""

    @property
    def version(self) -> str:
        """Names the loaded notices."""
        ...

    def covers(self, day: dt.date) -> bool:
        """Whether the State Council's notice for that year is loaded."""
        ...

    def is_workday(self, day: dt.date) -> bool:
        """Working day, make-up days (调休) included. Where `covers` is false: Monday to Friday, provisionally."""
        ...

    def label(self, day: dt.date) -> str:
        """Why it is or is not a working day: 周末, 国庆节, 调休上班 …"""
        ...


@dataclass(frozen=True)
class Extension:
    """amount in `unit`, by whose approval, how many times, article."""

    amount: int
    unit: str
    post: str
    law: str
    times: int = 1


@dataclass(frozen=True)
class Term:
    """A statutory deadline.

    amount in unit (hour | day | workday | month | year). starts: the attribute of the subject that holds the start
    (date or instant); None: the instant of the step. rolls: a last day that is no working day moves to the next one
    (a party's rights; the organ's own limits do not move, house reading C12). excludes: grounds that stop the clock.
    tells: whom warnings go to. miss: what happens when it is missed. marks: days after the start (working days where
    the term counts them) on which to warn, where the law's practice names them; else half and four fifths of the time.
    """

    id: str
    name: str
    amount: int
    unit: str
    law: str
    start: str
    starts: str | None = None
    extension: Extension | None = None
    excludes: tuple[str, ...] = ()
    rolls: bool = False
    tells: tuple[str, ...] = ("officers",)
    miss: str = ""
    marks: tuple[int, ...] = ()
    status: str = "verified"  # verified | memory | unverified: an unverified number is a setting with its source shown

    @property
    def text(self) -> str:
        """15个工作日"""
        return f"{self.amount}{UNITS[self.unit]}"


@dataclass(frozen=True)
class Pause:
    """Days that do not count, first and last included. `to` is None while it lasts."""

    ground: str
    start: dt.date
    end: dt.date | None
    document: str = ""


@dataclass(frozen=True)
class Line:
    """One line of the trace. days: how many days it left out (or added)."""

    kind: str  # start | skip | makeup | pause | extend | roll | provisional | end
    text: str
    days: int = 0


@dataclass(frozen=True)
class Due:
    """raw_end: before rolling. due_at: last instant, UTC. provisional: a year without a loaded calendar was crossed."""

    raw_end: dt.date
    due_at: dt.datetime
    trace: tuple[Line, ...]
    provisional: bool = False


def _zh(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _span(first: dt.date, last: dt.date) -> str:
    return _zh(first) if first == last else f"{_zh(first)}至{_zh(last)}"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same date `months` later; the last day of the month where that date is missing."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar_module.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def merged(pauses: Iterable[Pause], until: dt.date) -> list[Pause]:
    """Pauses in order, overlapping ones joined, so that no day is taken off twice (R-36)."""
    found: list[Pause] = []
    for pause in sorted(pauses, key=lambda p: p.start):
        end = pause.end or max(until, pause.start)
        last = found[-1] if found else None
        if last is not None and last.end is not None and pause.start <= last.end + dt.timedelta(days=1):
            ground = last.ground if pause.ground in last.ground else f"{last.ground}、{pause.ground}"
            found[-1] = Pause(
                ground, last.start, max(last.end, end), "；".join(filter(None, (last.document, pause.document)))
            )
        else:
            found.append(Pause(pause.ground, pause.start, end, pause.document))
    return found


def compute(
    term: Term,
    start_at: dt.datetime,
    calendar: Calendar,
    pauses: Sequence[Pause] = (),
    extensions: Sequence[Extension] = (),
    until: dt.date | None = None,
) -> Due:
    """When `term`, begun at `start_at` (aware), ends.

    The start day or hour is not counted (市场监督管理行政处罚程序规定 80). until: "today" for a pause still open.
    Raises ValueError for a naive start or an unknown unit.
    """
    begin = clock.local(start_at)
    if term.unit == "hour":
        due = start_at + dt.timedelta(hours=term.amount + sum(e.amount for e in extensions))
        end = clock.local(due)
        lines = (
            Line("start", f"自{_zh(begin.date())} {begin:%H:%M}起算，按钟点连续计算，节假日不扣除"),
            Line("end", f"{term.text}后为{_zh(end.date())} {end:%H:%M}（{term.law}）"),
        )
        return Due(end.date(), due.astimezone(dt.UTC), lines)
    if term.unit not in UNITS:
        raise ValueError(f"unknown unit {term.unit}")
    first = begin.date()
    trace = [Line("start", f"{_zh(first)}为始日，不计入，自{_zh(first + dt.timedelta(days=1))}起算（{term.start}）")]
    held = merged(pauses, until or first)
    state = _Count(calendar, held, trace, first)
    state.run(term.amount, term.unit)
    for extension in extensions:
        trace.append(
            Line("extend", f"延长{extension.amount}{UNITS[extension.unit]}（{extension.law}）", extension.amount)
        )
        state.run(extension.amount, extension.unit)
    raw = state.day
    due_day = raw
    if term.rolls:
        while not calendar.is_workday(due_day):
            due_day += dt.timedelta(days=1)
        if due_day != raw:
            trace.append(
                Line("roll", f"末日{_zh(raw)}为{calendar.label(raw)}，顺延至{_zh(due_day)}", (due_day - raw).days)
            )
    if state.provisional:
        trace.append(
            Line(
                "provisional",
                f"{state.provisional}年放假安排尚未录入，其后按周一至周五暂计；录入国务院办公厅通知后自动重算",
            )
        )
    elif not term.rolls and calendar.covers(raw) and not calendar.is_workday(raw):
        trace.append(Line("end", f"末日{_zh(raw)}为{calendar.label(raw)}；机关办理期限不顺延，请于前一工作日办结"))
    trace.append(Line("end", f"{term.text}届满：{_zh(due_day)} 24:00（{term.law}）"))
    return Due(raw, clock.day_end(due_day), tuple(trace), bool(state.provisional))


class _Count:
    """Walks the days and writes down every one that does not count."""

    def __init__(self, calendar: Calendar, pauses: list[Pause], trace: list[Line], day: dt.date) -> None:
        self.calendar, self.pauses, self.trace, self.day = calendar, pauses, trace, day
        self.provisional: int | None = None
        self._skipped: list[tuple[dt.date, str]] = []
        self._told: set[Pause] = set()

    def run(self, amount: int, unit: str) -> None:
        if unit in {"month", "year"}:
            target = add_months(self.day, amount * (12 if unit == "year" else 1))
            extra = 0
            for held in self.pauses:
                extra += self._tell(held, self.day + dt.timedelta(days=1), target + dt.timedelta(days=extra))
            self.day = target + dt.timedelta(days=extra)
            return
        counted = 0
        while counted < amount:
            self.day += dt.timedelta(days=1)
            pause = next((p for p in self.pauses if p.start <= self.day <= (p.end or self.day)), None)
            if pause is not None:
                self._flush()
                self._tell(pause, pause.start, pause.end or self.day)
                continue
            if unit == "workday":
                if not self.calendar.covers(self.day) and self.provisional is None:
                    self.provisional = self.day.year
                label = self.calendar.label(self.day)
                if not self.calendar.is_workday(self.day):
                    self._skipped.append((self.day, label))
                    continue
                self._flush()
                if self.day.weekday() >= 5:
                    self.trace.append(Line("makeup", f"{_zh(self.day)}为{label}，计入"))
            counted += 1
        self._flush()

    def _flush(self) -> None:
        if self._skipped:
            labels = list(dict.fromkeys(label for _day, label in self._skipped))
            days = [day for day, _label in self._skipped]
            self.trace.append(
                Line("skip", f"{_span(days[0], days[-1])}：{'、'.join(labels)}，{len(days)}日不计入", len(days))
            )
            self._skipped = []

    def _tell(self, pause: Pause, first: dt.date, last: dt.date) -> int:
        start, end = max(pause.start, first), min(pause.end or last, last) if pause.end is None else pause.end
        if end < start or pause.start > last or pause in self._told:
            return 0
        self._told.add(pause)
        days = (end - start).days + 1
        paper = f"（{pause.document}）" if pause.document else ""
        self.trace.append(Line("pause", f"{_span(start, end)}：{pause.ground}{paper}，{days}日扣除", days))
        return days


def warnings(
    unit: str, start_at: dt.datetime, due_at: dt.datetime, days: Sequence[int] = ()
) -> list[tuple[str, dt.datetime]]:
    """When to warn: 50 % and 80 % of the time (or on the given days), at the end, and once overdue; hour limits at 6, 2
    and 1 h before."""
    if unit == "hour":
        marks = [(f"{h}h", due_at - dt.timedelta(hours=h)) for h in (6, 2, 1)]
        marks = [(key, at) for key, at in marks if at > start_at]
    else:
        span = due_at - start_at
        # The day itself is announced in its morning, not at 24:00; of a short limit that is before 80 % are gone.
        morning = max(start_at, clock.day_start(clock.local(due_at).date()) + dt.timedelta(hours=8))
        early = [("50", start_at + span * 0.5), ("80", start_at + span * 0.8)]
        if days:
            first = clock.local(start_at).date()
            early = [(f"d{n}", clock.day_start(first + dt.timedelta(days=n)) + dt.timedelta(hours=8)) for n in days]
        marks = [(key, at) for key, at in early if at < morning]
        marks.append(("due", morning))
    return [*marks, ("overdue", due_at + dt.timedelta(seconds=1))]
