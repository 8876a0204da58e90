"""What a screening run keeps as Chinese sentences, in the language of the page. The run itself is evidence and stays as
it was written; a page asks here when it shows it. What a person typed is in no table and stays as typed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.core.text import N_, _
from app.law.citation import of_hit
from app.law.words import CRIMES, KNOWLEDGE_GROUNDS, MEASURES

# The sentences as `law/screening*.py`, `cases/screening_actions.py`, `cases/amounts.py` and `cases/goods_actions.py` build
# them; `tests/law` asks that none of the engine's is left out. Longer ones that begin alike come first.
SENTENCES: tuple[str, ...] = (
    # conditions
    N_("在同一种商品上使用"), N_("在同一种服务上使用"), N_("涉案对象（商品或者服务）尚未认定"), N_("涉及几种不同来源的注册商标尚未认定"),
    N_("不同来源的注册商标%(n)s种"), N_("涉及几项他人专利尚未认定"), N_("他人专利%(n)s项"), N_("%(years)s年内是否受过刑事或者行政处罚尚未查询"),
    N_("行为日期尚未认定，无法判断是否在二年内"), N_("%(day)s受过刑事处罚（%(number)s），%(n)s日后又实施"),
    N_("%(day)s受过行政处罚（%(number)s），%(n)s日后又实施"), N_("文号未录入"), N_("二年内未受过相应处罚"), N_("是否明知尚未认定"), N_("明知"),
    N_("明知：%(ground)s"), N_("是否以营利为目的尚未认定"), N_("以营利为目的"), N_("以营利为目的：%(reasons)s"), N_("全部尚未销售"),
    N_("%(measure)s未单独查明"), N_("%(measure)s本身未达标准"), N_("兼有商品与服务"), N_("商品部分的违法所得未单独查明"),
    N_("兼有商品与服务，商品违法所得本身未达标准"), N_("销售他人非法制造的标识"), N_("是否销售他人非法制造的标识尚未认定"),
    N_("提供规避技术措施的装置、部件或者服务"), N_("复制发行"), N_("通过信息网络向公众传播"), N_("侵权行为方式尚未认定"), N_("以会员制方式传播"),
    N_("以会员制方式传播：尚未认定"), N_("直接导致经营重大困难进而破产、倒闭"), N_("直接导致经营重大困难进而破产、倒闭：尚未认定"),
    N_("是否与注册商标相同、用于同一种商品或者服务尚未认定"), N_("已销售的%(n)s行单价未查明"), N_("%(measure)s有%(n)s行单价未查明"),
    N_("%(n)s行单价未查明（%(lines)s…）"), N_("%(n)s行单价未查明（%(lines)s）"),
    # questions for legal review
    N_("数额已达“%(crime)s”标准，但案由没有对应的罪名，也没有勾选罪名；涉嫌犯罪的请勾选罪名，不涉嫌的请写明理由，由法制审核确认"),
    N_("数额已达“%(crime)s”标准，但案由没有对应的罪名，也没有勾选罪名；不构成该罪的理由：%(reasons)s；请法制审核确认"),
    N_("已写明其他严重情节，但%(missing)s；请查明"),
    N_("行为日与筛查日适用不同版本（%(versions)s），两版结果均列出；从旧兼从轻由公安、法院判断"),
    N_("数额已达“%(crime)s”标准，但认定为近似商标或者类似商品（商标法57(2)），不是同一种商品上的相同商标；请写明不构成相同商标的理由，由法制审核确认"),
    N_("数额已达“%(crime)s”标准，但认定为近似商标或者类似商品（商标法57(2)），不是同一种商品上的相同商标；理由：%(reasons)s；请法制审核确认"),
    N_("已勾选“%(crime)s”，但没有登记属于该罪名的物品行（商品、标识、复制品分别计算），请核对各行的类别"),
    N_("行为日期未录入，按现行标准筛查；请补录行为起止日期"),
    N_("行为终了日%(day)s适用的旧标准未收录，仅按现行标准筛查，请法制审核核对行为时的标准"),
    N_("二年期限自处罚决定之日起算是一种理解，条文未写明起点；请法制审核确认"), N_("该标准的较低数额系对条文的一种理解，请法制审核确认"),
    N_("两项半数标准系由同一数额满足，是否算作两项条文未写明，请法制审核确认"),
    N_("两个数量均在同一项之内，是否算作两项条文未写明，请法制审核确认"),
    N_("%(measure)s已达“%(phrase)s”数额，但已销售（商品）部分本身已达其标准或者并非全部未售，字面上不适用该项；请法制审核确认适用档次"),
    # figures and lines
    N_("已销售各行数量×单价"), N_("未销售各行数量×单价"), N_("已销售＋未销售"), N_("已销售收入－进货价款（法释〔2025〕5号 28(4)）"), N_("各行数量之和"),
    N_("%(how)s；%(n)s行单价未查明，未计入"),
    N_("办案人员申报"), N_("清单%(list)s第%(line)s行"),
    # why it ran
    N_("申报涉罪要件"), N_("修改案情"), N_("登记涉案物品：清单%(list)s增加%(n)s行"), N_("修改涉案物品：清单%(list)s第%(line)s行"),
    N_("删除误登物品：清单%(list)s第%(line)s行"),
    # what the rules say
    N_("为境外的机构、组织、人员窃取、刺探、收买、非法提供商业秘密"), N_("其他严重情节"), N_("其他情节严重的情形"), N_("情节严重"), N_("情节特别严重"),
    N_("违法所得数额巨大"), N_("违法所得数额巨大或者有其他特别严重情节"), N_("违法所得数额较大"),
    N_("三年以上十年以下有期徒刑，并处罚金"), N_("三年以下有期徒刑或者拘役，并处或者单处罚金"), N_("三年以下有期徒刑，并处或者单处罚金"),
    N_("五年以上有期徒刑，并处罚金"), N_("五年以下有期徒刑，并处或者单处罚金"),
)  # fmt: skip
_ARTICLE = N_("第 %(article)s 条款")
_WHOLE = frozenset(
    {*(s for s in SENTENCES if "%(" not in s), *CRIMES.values(), *MEASURES.values(), *KNOWLEDGE_GROUNDS.values()}
)
_BLANK = re.compile(r"%\\\((\w+)\\\)s|%\((\w+)\)s")
_FORMS = tuple(
    (text, re.compile(_BLANK.sub(lambda m: f"(?P<{m[1] or m[2]}>.+?)", re.escape(text)), re.DOTALL))
    for text in SENTENCES
    if "%(" in text
)


def spoken(text: Any) -> str:
    """A stored sentence in the language of the page; unknown words stay as they are."""
    words = str(text or "")
    if not words or _("明知") == "明知":
        return words
    if words in _WHOLE:
        return _(words)
    for form, pattern in _FORMS:
        if found := pattern.fullmatch(words):
            return _(form, **{name: spoken(value) for name, value in found.groupdict().items()})
    if "、" in words:  # a list keeps its parts
        return _("、").join(spoken(part) for part in words.split("、"))
    if "+" in words:  # a sum keeps how each part was found
        return " + ".join(spoken(part) for part in words.split("+"))
    return _(words)


def hit_article(hit: Mapping[str, Any]) -> str:
    """The article that a hit rests on, as papers write it, or short where the page is not Chinese."""
    if _("明知") == "明知":
        return of_hit(hit)
    short = _(_ARTICLE, article=hit["article"])
    return short if of_hit(hit).startswith("《") else f"{hit['version']} {short}"
