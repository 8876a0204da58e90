"""Reading the State Council's yearly notice on holidays as it is published. Pure.

一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from app.core.text import _

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
_WEEKDAYS = "一二三四五六日"
_ITEM = re.compile(
    r"[一二三四五六七八九十]+、(?P<name>[^：:。]{2,20})[：:](?P<body>.*?)(?=[一二三四五六七八九十]+、[^：:。]{2,20}[：:]|$)",
    re.DOTALL,
)
_DAY = r"(?:(?:(?P<y{0}>\d{{4}})年)?(?P<m{0}>\d{{1,2}})月)?(?P<d{0}>\d{{1,2}})日(?:\((?P<w{0}>[^)]*)\))?"
_OFF = re.compile(_DAY.format(1) + r"(?:至" + _DAY.format(2) + r")?(?:放假|补休|与周末连休)")
_ON = re.compile(
    r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日(?:\((?P<w>[^)]*)\))?(?=(?:、\d{1,2}月\d{1,2}日(?:\([^)]*\))?)*上班)"
)
_COUNT = re.compile(r"共(\d{1,2})天")


@dataclass(frozen=True)
class Notice:
    """The days of one year as the notice names them, and every reason to doubt the reading."""

    days: tuple[tuple[dt.date, str, str], ...]  # (date, holiday | makeup, festival)
    faults: tuple[str, ...]


def parse(year: int, text: str) -> Notice:
    """Read the notice for `year`. Its own counts (共3天) and weekdays check the reading; every mismatch is a fault."""
    clean = unicodedata.normalize("NFKC", text).replace(" ", "").replace("\n", "")
    days: dict[dt.date, tuple[str, str]] = {}
    faults: list[str] = []
    for item in _ITEM.finditer(clean):
        name, body = item["name"], item["body"]
        festival = "、".join(f for f in FESTIVALS if f.removesuffix("节") in name) or name
        off = _off_days(year, body, faults)
        for day in off:
            days[day] = ("holiday", festival)
        counted = _COUNT.search(body)
        if counted and int(counted[1]) != len(off):
            faults.append(
                _("%(name)s：通知写共%(said)s天，读出%(read)s天，请核对原文", name=name, said=counted[1], read=len(off))
            )
        for found in _ON.finditer(body):
            made = _date(year, int(found["m"]), int(found["d"]), found["w"], faults)
            if made:
                days[made] = ("makeup", festival)
    if not days:
        faults.append(_("没有读出放假安排。请粘贴国务院办公厅通知的正文，每项以“一、元旦：”的样式开头。"))
    missing = [f for f in FESTIVALS if not any(f in name for _kind, name in days.values())]
    if days and missing:
        faults.append(_("通知中没有读到：%(names)s，请确认正文完整", names=_("、").join(missing)))
    faults += _odd(days)
    inside = ((day, kind, name) for day, (kind, name) in sorted(days.items()) if day.year == year)
    return Notice(tuple(inside), tuple(dict.fromkeys(faults)))


def _off_days(year: int, body: str, faults: list[str]) -> list[dt.date]:
    out: list[dt.date] = []
    for found in _OFF.finditer(body):
        month = int(found["m1"] or (out[-1].month if out else 0))
        first = _date(int(found["y1"] or year), month, int(found["d1"]), found["w1"], faults)
        last = first
        if found["d2"]:
            last = _date(
                int(found["y2"] or (first.year if first else year)),
                int(found["m2"] or month),
                int(found["d2"]),
                found["w2"],
                faults,
            )
        if first is None or last is None or not 0 <= (last - first).days <= 15:
            faults.append(_("“%(text)s”的起止日期无法识别，请核对", text=found[0]))
            continue
        out += [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    return out


def _date(year: int, month: int, day: int, weekday: str | None, faults: list[str]) -> dt.date | None:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        faults.append(_("%(month)s月%(day)s日不是有效日期，请核对", month=month, day=day))
        return None
    said = re.search(r"(?:周|星期)([一二三四五六日])", weekday or "")
    if said and _WEEKDAYS[found.weekday()] != said[1]:
        faults.append(
            _(
                "%(month)s月%(day)s日在%(year)s年不是通知所写的周%(said)s，请核对年份",
                month=month,
                day=day,
                year=year,
                said=said[1],
            )
        )
    return found


def _odd(days: dict[dt.date, tuple[str, str]]) -> list[str]:
    return [
        _("%(month)s月%(day)s日上班，但当天不是周末，请核对", month=day.month, day=day.day)
        for day, (kind, _n) in days.items()
        if kind == "makeup" and day.weekday() < 5
    ]
