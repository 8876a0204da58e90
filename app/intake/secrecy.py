"""Whether open text tells who the informer is (市场监督管理投诉举报处理办法 37; R-43). Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.core.text import plain

LEAST = {"name": 2, "phone": 7, "address": 6}  # characters from which a word is somebody's and not anybody's
HOUSE = re.compile(r"[0-9号栋幢室户弄组]")  # an address without any of them is a district, which tells nobody


def betrays(texts: Iterable[str], name: str | None, phone: str | None, address: str | None) -> bool:
    """Whether one of the texts holds the name, the phone number or the whole address, however they are spaced."""
    marks = [
        word
        for kind, told in (("name", name), ("phone", phone), ("address", address))
        if len(word := plain(told or "")) >= LEAST[kind] and (kind != "address" or HOUSE.search(word))
    ]
    return any(mark in text for text in map(plain, texts) for mark in marks)
