"""Reading lines of goods: one typed, or forty pasted from a spreadsheet. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from app.cases.goods import NATURES, PRICE_KINDS, worth
from app.core.text import COMMAS, N_, Misplaced, fen, first_unseen, typed_number

MOST_LINES = 500
MOST_FEN = 10**14  # one line: a million million fen; more is a slip of the finger
LENGTHS = {
    "name": 120, "mark": 80, "mark_source": 120, "spec": 80, "batch": 80, "unit": 20, "place": 200, "seal_no": 60, "storage": 200,
    "features": 300, "price_reason": 300, "remarks": 1000,
}  # fmt: skip
# Heading on the sheet -> field. The first of each field is the one that is shown.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("名称", "物品名称", "品名", "商品名称"),
    "mark": ("商标", "商标标识", "标识"),
    "mark_source": ("权利人", "商标权利人", "商标来源", "来源"),
    "spec": ("规格", "型号", "规格型号"),
    "batch": ("批号", "生产批号", "生产日期"),
    "unit": ("单位", "计量单位"),
    "quantity": ("数量",),
    "price": ("单价", "单价（元）", "单价(元)", "价格"),
    "price_kind": ("价格种类", "价格来源", "计价方式"),
    "sold": ("已售", "是否已售", "销售状态", "状态"),
    "purchase": ("进价", "进货价", "购进单价", "进价（元）", "进价(元)"),
    "place": ("位置", "存放位置", "查获地点"),
    "seal_no": ("封条号", "封条编号"),
    "price_reason": ("计价理由", "理由"),
    "nature": ("类别", "物品类别"),
    "remarks": ("备注",),
}
ORDER = (
    "name",
    "mark",
    "mark_source",
    "spec",
    "batch",
    "unit",
    "quantity",
    "price",
    "price_kind",
    "sold",
    "purchase",
    "place",
    "seal_no",
)
_FIELD_OF = {words: name for name, all_words in HEADINGS.items() for words in all_words}
_KINDS = {**{words: code for code, words in PRICE_KINDS.items()}, "实际售价": "sold_actual", "实际销售价": "sold_actual", "售价": "sold_actual",
          "平均价": "avg_actual", "平均售价": "avg_actual", "实际平均价": "avg_actual", "标价": "marked", "市场中间价": "market_middle",
          "正品中间价": "market_middle", "其他": "other"}  # fmt: skip
_NATURES = {
    **{words: code for code, words in NATURES.items()},
    "商品": "goods",
    "标识": "label",
    "复制品": "copy",
    "工具": "tool",
}
# Counted, not weighed: half of one does not exist.
PIECES = frozenset("件个只盒瓶箱台套枚张条袋包罐双部辆把支块本册桶副顶幅片粒颗根枝卷")
# Who says in which order prices are taken: the article, by the kind of the right.
_ORDER_LAW = {
    "trademark": "商标法实施条例 78", "gi": "商标法实施条例 78", "copyright": "法释〔2025〕5号 28", "patent": "法释〔2025〕5号 28",
}  # fmt: skip
_SOLD = {
    "已售": True,
    "已销售": True,
    "是": True,
    "售出": True,
    "未售": False,
    "未销售": False,
    "否": False,
    "库存": False,
    "": False,
}


COMMAS_IN = N_("%(what)s“%(text)s”%(how)s")


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: the line as counted in what was pasted (0 for a single one) and the field.

    sentence is translated where it is shown, then filled with `values`; of these a tuple holds words of the house, which
    are translated too, and `what` the heading of the column, in whose place a form says its own label.
    """

    line: int
    field: str
    sentence: str
    values: Mapping[str, Any] = dataclass_field(default_factory=dict)

    @property
    def text(self) -> str:
        """The Chinese sentence whole."""
        return self.said(lambda words: words)

    def said(self, translate: Callable[[str], str], label: str = "") -> str:
        """The sentence in the language of `translate`. label: what the field is called where it is shown."""
        values = {
            name: translate("、").join(map(translate, value)) if isinstance(value, tuple) else value
            for name, value in self.values.items()
        }
        if label and "what" in values:
            values["what"] = label
        return translate(self.sentence) % values if values else translate(self.sentence)


class TooMuch(ValueError):
    """A quantity of more than nine digits before the point."""


def milli(text: str) -> int:
    """A quantity as typed to thousandths: "12.5", "１２．５" -> 12500. ValueError for anything but a plain positive decimal;
    Misplaced for a comma that is no thousands separator, TooMuch for more than nine digits."""
    clean = typed_number(text)
    whole, dot, part = clean.partition(".")
    if whole.isascii() and whole.isdigit() and len(whole.lstrip("0")) > 9:
        raise TooMuch("not a quantity that fits")
    if not (whole.isascii() and whole.isdigit()) or (
        dot and not (part.isascii() and part.isdigit() and len(part) <= 3)
    ):
        raise ValueError("not a quantity")
    found = int(whole) * 1000 + int((part + "000")[:3])
    if found <= 0:
        raise ValueError("not a quantity")
    return found


def order_of(sold: bool) -> tuple[str, ...]:
    """The price kinds in the order of the law: what is in stock has no actual price of its own (R-31)."""
    return tuple(PRICE_KINDS) if sold else tuple(kind for kind in PRICE_KINDS if kind != "sold_actual")


@dataclass(frozen=True)
class Sheet:
    """What of the list and its case the lines are held against.

    held: goods in the house's hands, so that nothing sold belongs there. right_kind: whose law orders the prices.
    """

    held: bool = False
    right_kind: str = "trademark"

    @property
    def law(self) -> str:
        """The article that orders the prices; "" where none was found."""
        return _ORDER_LAW.get(self.right_kind or "trademark", "")


def clean(
    raw: Mapping[str, Any], line: int = 0, reason: str = "", sheet: Sheet = Sheet()
) -> tuple[dict[str, Any], list[Fault]]:
    """The values of one line from what was typed, and everything that is wrong with it.

    raw: text by field (`HEADINGS`); price and purchase in yuan, a price left empty is not known yet (None).
    reason: taken where the line gives none.
    """
    text = {name: str(raw.get(name) or "").strip() for name in HEADINGS}
    faults: list[Fault] = []

    def wrong(field: str, sentence: str, **more: Any) -> None:
        faults.append(Fault(line, field, sentence, more))

    values: dict[str, Any] = {name: text[name] for name in LENGTHS if name in text}
    for name, most in LENGTHS.items():
        if len(text.get(name, "")) > most:
            wrong(
                name,
                N_("“%(what)s”最多%(most)s字，现有%(have)s字，请精简。"),
                what=HEADINGS[name][0],
                most=most,
                have=len(text[name]),
            )
    if any(first_unseen(value) is not None or any(ord(c) < 32 for c in value) for value in text.values()):
        wrong("name", N_("含有不可见的控制字符，请重新输入。"))
    if not text["name"]:
        wrong("name", N_("缺少物品名称。"))
    values["unit"] = text["unit"] or "件"
    _amounts(text, values, wrong)
    values["nature"] = _NATURES.get(text["nature"] or "侵权商品", text["nature"])
    if values["nature"] not in NATURES:
        wrong("nature", N_("类别“%(text)s”不认识，可填：侵权商品、商标标识、侵权复制品、工具。"), text=text["nature"])
    _price_kind(text, values, reason, sheet, wrong)
    return values, faults


def _amounts(text: dict[str, str], values: dict[str, Any], wrong: Any) -> None:
    try:
        values["quantity_milli"] = milli(text["quantity"])
    except TooMuch:
        wrong("quantity", N_("数量“%(text)s”太大，请核对。"), text=text["quantity"][:20])
    except Misplaced:
        wrong("quantity", COMMAS_IN, what=HEADINGS["quantity"][0], text=text["quantity"][:20], how=(COMMAS,))
    except ValueError:
        if text["quantity"]:
            sentence = N_("数量“%(text)s”看不懂：请只写大于零的数字，最多三位小数，单位写在“单位”一栏。")
            wrong("quantity", sentence, text=text["quantity"][:20])
        else:
            wrong("quantity", N_("缺少数量。"))
    if values["unit"] in PIECES and values.get("quantity_milli", 0) % 1000:
        wrong(
            "quantity",
            N_("按“%(unit)s”计数的物品须填整数；散装的请把单位改为千克、米等。"),
            unit=values["unit"],
        )
    for field, column, what in (("price", "price_fen", "单价"), ("purchase", "purchase_fen", "进价")):
        if not text[field]:
            values[column] = None
            continue
        try:
            values[column] = fen(text[field])
        except Misplaced:
            wrong(field, COMMAS_IN, what=what, text=text[field][:20], how=(COMMAS,))
        except ValueError:
            wrong(field, N_("%(what)s“%(text)s”不是金额，请填写元，最多两位小数。"), what=what, text=text[field][:20])
    if values.get("price_fen") == 0:
        wrong("price", N_("单价不能填0。价格还没有查明的请留空，清单打印“未查明”，查明后再补填。"))
    if (
        values.get("quantity_milli")
        and values.get("price_fen")
        and worth(values["quantity_milli"], values["price_fen"]) > MOST_FEN
    ):
        wrong("price", N_("这一行的金额大得不合理，请核对数量和单价。"))


def _price_kind(text: dict[str, str], values: dict[str, Any], reason: str, sheet: Sheet, wrong: Any) -> None:
    sold = _SOLD.get(text["sold"], text["sold"])
    if not isinstance(sold, bool):
        wrong("sold", N_("销售状态“%(text)s”不认识，请填“已售”或者“未售”。"), text=text["sold"][:20])
        sold = False
    if sold and sheet.held:
        wrong("sold", N_("这份清单只登记实际控制的物品，不能登记已售出的物品。请另建“账册、交易记录核算”清单登记。"))
    values["sold"] = sold
    # The order of prices is for goods; what a tool is worth counts for no amount of the case.
    tool = values["nature"] == "tool"
    order = tuple(PRICE_KINDS) if tool else order_of(sold)
    kind = _KINDS.get(text["price_kind"], text["price_kind"]) or ("other" if tool else order[0])
    if kind not in PRICE_KINDS:
        wrong(
            "price_kind",
            N_("价格种类“%(text)s”不认识，可填：实际售价、平均售价、标价、市场中间价、其他。"),
            text=text["price_kind"][:20],
        )
        kind = order[0]
    elif kind not in order:
        wrong("price_kind", N_("未销售的物品没有实际销售价格。请改选查清的实际销售平均价格、标价或者市场中间价。"))
    values["price_kind"] = kind
    values["price_reason"] = text["price_reason"] or ("" if kind == order[0] or tool else reason.strip())
    owed = kind != order[0] and kind in order and not tool and values.get("price_fen", 0) is not None
    if owed and not values["price_reason"]:
        wrong(
            "price_reason",
            N_("用“%(kind)s”计价，须写明为什么没有%(earlier)s（%(law)s）。")
            if sheet.law
            else N_("用“%(kind)s”计价，须写明为什么没有%(earlier)s。"),
            kind=(PRICE_KINDS[kind],),
            earlier=tuple(PRICE_KINDS[k] for k in order[: order.index(kind)]),
            law=(sheet.law,),
        )


def pasted(text: str, reason: str = "", sheet: Sheet = Sheet()) -> tuple[list[dict[str, Any]], list[Fault]]:
    """The lines of what was pasted from a spreadsheet, and every fault with the number of its line.

    Cells are separated by tabs. A first line of headings may name the columns in any order; without one the order is
    `ORDER`. Empty lines are passed over. All or nothing: the caller keeps nothing while there are faults.
    """
    rows = [
        (n, line.split("\t"))
        for n, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1)
        if line.strip()
    ]
    if not rows:
        return [], [Fault(0, "rows", N_("没有内容。请从表格中复制若干行，粘贴到这里。"))]
    columns: list[str | None] = list(ORDER)
    heads = [cell.strip() for cell in rows[0][1]]
    if any(head in HEADINGS["name"] for head in heads):
        columns = [_FIELD_OF.get(head) for head in heads]
        unknown = [head for head, column in zip(heads, columns, strict=True) if column is None and head]
        if unknown:
            return [], [
                Fault(
                    rows[0][0],
                    "rows",
                    N_("表头“%(head)s”不认识，请删去这一列或者改为系统的列名。"),
                    {"head": unknown[0][:20]},
                )
            ]
        rows = rows[1:]
    if len(rows) > MOST_LINES:
        return [], [
            Fault(
                0,
                "rows",
                N_("一次最多粘贴%(most)s行，现有%(have)s行，请分几次粘贴。"),
                {"most": MOST_LINES, "have": len(rows)},
            )
        ]
    found, faults = [], []
    for n, cells in rows:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            faults.append(Fault(n, "rows", N_("这一行的列数比表头多，请核对。")))
            continue
        raw = {column: cell for column, cell in zip(columns, cells, strict=False) if column}
        values, wrong = clean(raw, n, reason, sheet)
        found.append(values)
        faults += wrong
    if not rows:
        faults.append(Fault(0, "rows", N_("只有表头，没有物品。请连同内容一起复制。")))
    if columns == list(ORDER) and 2 * len({fault.line for fault in faults if fault.field == "quantity"}) > len(rows):
        faults.insert(0, Fault(0, "rows", N_("多数行的数量不对：没有表头的，各列须按上面的顺序。请连同表头一起复制。")))
    if any(fault.field == "price_reason" for fault in faults) and len(rows) > 1:
        faults.append(Fault(0, "reason", N_("计价理由相同的，可以在“统一计价理由”一栏一次写明。")))
    return found, faults


def grouped(faults: Iterable[Fault]) -> list[tuple[str, Fault]]:
    """Each fault once, with the lines it is on: "2–41、45"; "" for one of the whole."""
    lines: dict[tuple[str, str], list[int]] = {}
    first: dict[tuple[str, str], Fault] = {}
    for fault in faults:
        key = (fault.field, fault.text)
        first.setdefault(key, fault)
        lines.setdefault(key, []).append(fault.line)
    return [(_runs([n for n in lines[key] if n]), fault) for key, fault in first.items()]


def _runs(numbers: list[int]) -> str:
    parts: list[list[int]] = []
    for n in numbers:
        if parts and n == parts[-1][-1] + 1:
            parts[-1][1:] = [n]
        else:
            parts.append([n])
    return "、".join("–".join(map(str, part)) for part in parts)
