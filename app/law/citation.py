"""How Chinese papers write articles: 第六十一条, 第三条第一款第（一）项. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_DIGITS = "〇一二三四五六七八九"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}
_PARTS = re.compile(r"\((\d+|[ivx]+)\)")
_ONE = re.compile(r"(\d+)(?:-(\d+))?((?:\((?:\d+|[ivx]+)\))*)$")


def han_number(number: int) -> str:
    """1..9999 in Chinese numerals as statutes write them: 10 -> 十, 61 -> 六十一, 219 -> 二百一十九, 105 -> 一百零五.

    ValueError outside 1..9999.
    """
    if not 1 <= number <= 9999:
        raise ValueError("article numbers run from 1 to 9999")
    out, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, unit)
        if digit:
            out += ("零" if gap and out else "") + _DIGITS[digit] + name
            gap = False
        else:
            gap = True
    return out[1:] if out.startswith("一十") else out


def article_zh(article: str) -> str:
    """An article in our short notation as a paper prints it.

    "61" -> 第六十一条; "3(2)" -> 第三条第二款; "3(1)(i)" -> 第三条第一款第（一）项; "219-1" -> 第二百一十九条之一;
    "57(iii)" -> 第五十七条第（三）项. ValueError for what the notation does not know.
    """
    found = _ONE.match(article.strip())
    if not found:
        raise ValueError(f"not an article: {article!r}")
    number, inserted, parts = found.groups()
    out = f"第{han_number(int(number))}条"
    if inserted:
        out += f"之{han_number(int(inserted))}"
    for part in _PARTS.findall(parts):
        out += f"第{han_number(int(part))}款" if part.isdigit() else f"第（{han_number(_ROMAN[part])}）项"
    return out


# How the house names a law in its notes -> its full name; others are named in full already.
FULL = {
    "行政处罚法": "中华人民共和国行政处罚法",
    "行政强制法": "中华人民共和国行政强制法",
    "反不正当竞争法": "中华人民共和国反不正当竞争法",
    "商标法": "中华人民共和国商标法",
    "程序规定": "市场监督管理行政处罚程序规定",
    "投诉举报处理办法": "市场监督管理投诉举报处理办法",
}
_NUMBER = r"\d+(?:-\d+)?(?:\((?:\d+|[ivx]+)\))*"
_NOTE = re.compile(rf"([\u4e00-\u9fff]+?(?:法|规定|办法|条例|规则)) ({_NUMBER}(?:、{_NUMBER})*)")


def in_full(text: str) -> str:
    """Text with the notes of the house as a paper prints them: "行政处罚法 36" -> 《中华人民共和国行政处罚法》第三十六条."""
    return _NOTE.sub(
        lambda found: (
            f"《{FULL.get(found[1], found[1])}》" + "、".join(article_zh(one) for one in found[2].split("、"))
        ),
        text,
    )


def of_hit(hit: Mapping[str, Any]) -> str:
    """The article that a hit of the screening rests on, with its instrument: 法释〔2025〕5号第五条第一款."""
    article = str(hit["article_zh"])
    return article if article.startswith("《") else f"{hit['version']}{article}"


def threshold_article_zh(article: str) -> str:
    """The article of a threshold rule: several joined by 、, a referred one in brackets ("20 -> 17(2)"), the Criminal Law named."""
    if article.startswith("Criminal Law "):
        return "《刑法》" + article_zh(article.removeprefix("Criminal Law "))
    if " -> " in article:
        here, there = article.split(" -> ")
        return f"{article_zh(here)}（适用{article_zh(there)}）"
    if " with " in article:
        here, there = article.split(" with ")
        return f"{article_zh(here)}（参照{article_zh(there)}）"
    return "、".join(article_zh(one) for one in article.split(", "))
