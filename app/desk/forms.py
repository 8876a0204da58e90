"""The filters of history as typed in the address."""

from __future__ import annotations

import datetime as dt

from werkzeug.datastructures import MultiDict

from app.desk.chain import Filter


def history_filter(args: MultiDict[str, str]) -> Filter:
    """A filter from arguments. What cannot be read is left out: a broken link shows more, never an error."""
    return Filter(
        type=args.get("type", "")[:40], subject_id=args.get("id", type=_number), act=args.get("act", "").strip()[:120],
        person=args.get("person", "").strip()[:80], organ_id=args.get("organ", type=_number),
        since=args.get("since", type=_day), until=args.get("until", type=_day),
    )  # fmt: skip


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise ValueError("not a number")
    return int(text)


def _day(text: str) -> dt.date:
    day = dt.date.fromisoformat(text)
    if not 1990 <= day.year <= 2100:
        raise ValueError("not a day of ours")
    return day
