"""Words and figures as people read them. `N_` marks a string that is declared now and translated when shown."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any
from unicodedata import category, normalize

from flask import g
from flask_babel import get_locale, get_translations, lazy_gettext, ngettext

from app.core.clock import local

__all__ = [
    "COMMAS",
    "N_",
    "Misplaced",
    "_",
    "_l",
    "catalogue",
    "date_zh",
    "datetime_zh",
    "fen",
    "first_unseen",
    "month_zh",
    "ngettext",
    "plain",
    "quoted",
    "typed_number",
    "yuan",
]

_l = lazy_gettext
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0")  # letters by their category, but nothing is seen of them
_WEEKDAYS = "一二三四五六日"
# A comma as thousands separator, and nothing else: 1,234 and 12,345.60; not 1,5 or 12,34 or 0,500.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")


def N_(text: str) -> str:
    """Mark `text` for the catalogue without translating it."""
    return text


# What to do about a comma that is no thousands separator.
COMMAS = N_("逗号的位置不对：小数请用小数点（12.5）；千位分隔须每三位一个逗号（1,234.50），也可以不写。")


def quoted(text: str) -> str:
    """“信阳毛尖”; quotation marks inside it become single ones (GB/T 15834-2011 4.8.3.3)."""
    return f"“{text.replace('“', '‘').replace('”', '’')}”"


def catalogue() -> Any:
    """The translations of this request. Flask-Babel looks for locale and catalogue anew at each of the hundreds of
    words of a page; here they are kept for as long as the locale is the same (a notice is written in that of its
    reader)."""
    try:
        kept = vars(g._get_current_object())
    except RuntimeError:  # outside of an application
        kept = {}
    spot = kept.get("_flask_babel")
    locale, found = kept.get("_catalogue", (None, None))
    if locale is None or spot is None or vars(spot).get("babel_locale") is not locale:
        locale, found = get_locale(), get_translations()
        if locale is not None:
            g._catalogue = (locale, found)
    return found


def _(text: str, /, **values: Any) -> str:
    """`text` in the language of this request, with `values` filled in where it says %(name)s."""
    word: str = catalogue().ugettext(text)
    return word % values if values else word


def plain(text: str) -> str:
    """A text without what people write differently: blanks, punctuation, width, capitals."""
    return re.sub(r"[\W_]+", "", normalize("NFKC", text)).lower()


def first_unseen(text: str) -> int | None:
    """Where the first character stands that turns text round (U+202E …) or takes no room (U+200B …), or None.

    Such a name reads as another one and is not found when it is looked for. The joiner inside an emoji is let pass.
    """
    if text.isprintable():
        return None if _BLANKS.isdisjoint(text) else next(n for n, char in enumerate(text) if char in _BLANKS)
    for n, char in enumerate(text):
        if char in _BLANKS or (category(char) == "Cf" and not (char == "\u200d" and n and _emoji(text[n - 1]))):
            return n
    return None


def _emoji(char: str) -> bool:
    return char == "\ufe0f" or category(char) in {"So", "Sk"}


def yuan(amount: int | None, *, empty: str = "—") -> str:
    """Fen as yuan with thousands separators: 123450 -> 1,234.50."""
    if amount is None:
        return empty
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{amount // 100:,}.{amount % 100:02d}"


class Misplaced(ValueError):
    """A comma in a number that does not stand as a thousands separator."""


def typed_number(text: str, signs: str = "") -> str:
    """A number as typed, with plain digits and without thousands separators: "１，２３４．５" -> "1234.5".

    signs: what may stand before or after it, such as ¥ and 元. Misplaced for a comma anywhere but before groups of three
    digits: taken out, "12,5" would be ten times what was meant. Whether the rest is a number is the caller's to say.
    """
    clean = normalize("NFKC", text).strip().strip(signs).strip()
    if "," in clean and not _THOUSANDS.fullmatch(clean):
        raise Misplaced("not a thousands separator")
    return clean.replace(",", "")


def fen(text: str) -> int:
    """Yuan as typed ("1,234.5") to fen. ValueError for anything but a plain decimal with two places at most; Misplaced for
    a comma that is no thousands separator."""
    clean = typed_number(text, "¥元")
    whole, _dot, part = clean.partition(".")
    if (
        not (whole.isascii() and whole.isdigit())
        or len(whole) > 12
        or (part and not (part.isascii() and part.isdigit()))
    ):
        raise ValueError("not an amount")
    if len(part) > 2 or (_dot and not part):
        raise ValueError("not an amount")
    return int(whole) * 100 + int((part + "00")[:2])


def _english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def month_zh(month: int) -> str:
    """11月, or November in English."""
    return f"{dt.date(2000, month, 1):%B}" if _english() else f"{month}月"


def date_zh(day: dt.date | dt.datetime | str | None, *, weekday: bool = False) -> str:
    """2026年11月22日 (周日), or 22 Nov 2026 in English."""
    if not day:
        return "—"
    if isinstance(day, str):  # a fact that was frozen as text
        day = dt.date.fromisoformat(day)
    if isinstance(day, dt.datetime):
        day = local(day).date()
    if _english():
        return f"{day.day} {day:%b} {day.year}" + (f" ({day:%a})" if weekday else "")
    return f"{day.year}年{day.month}月{day.day}日" + (f" (周{_WEEKDAYS[day.weekday()]})" if weekday else "")


def datetime_zh(at: dt.datetime | None) -> str:
    """2026年11月22日 09:30, Shanghai time."""
    return "—" if at is None else f"{date_zh(at)} {local(at):%H:%M}"
