"""Goods of a case (涉案物品): lists (form 24) and their lines. Every amount of the case is computed from these lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Integer,
    String,
    Text,
    UniqueConstraint,
    and_,
    func,
    or_,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.core import clock
from app.core.text import N_
from app.extensions import Base

# In the order that the law prescribes; a later kind needs the reason why the earlier ones were not to be had.
PRICE_KINDS = {
    "sold_actual": N_("实际销售价格"),
    "avg_actual": N_("查清的实际销售平均价格"),
    "marked": N_("标价"),
    "market_middle": N_("被侵权产品市场中间价格"),
    "other": N_("其他方式核定"),
}
NATURES = {
    "goods": N_("侵权商品"),
    "label": N_("商标标识"),
    "copy": N_("侵权复制品"),
    "tool": N_("工具、设备、原材料"),
}
OCCASIONS = {
    "found": N_("现场检查"),
    "registration": N_("先行登记保存"),
    "measure": N_("查封、扣押"),
    "extract": N_("证据提取"),
    "account": N_("账册、交易记录核算"),
}
# Lists of goods that the house has in its hands; the others tell what was seen or computed.
HELD = ("registration", "measure", "extract")
# A decision stands behind these (form 19, form 21): what such a list is, and since when, is not simply typed over.
DECIDED = ("registration", "measure")
# The clock of each: its term, and the event it counts from.
CLOCKS = {
    "measure": ("seizure", N_("作出查封、扣押决定")),
    "registration": ("evidence_registration", N_("先行登记保存")),
}
# What a measure is called, and the paper that imposes it (行政强制法 9、24); what its list is called where nobody says.
MEASURES = {"seal": N_("查封"), "seize": N_("扣押")}
DECISIONS = {"registration": "先行登记保存证据通知书", "measure": "实施行政强制措施决定书"}
# How a hold ends without the goods leaving the house (程序规定 35); the last two leave the list behind: its goods stand on
# another one, or stood on it by mistake.
ENDINGS = {
    "preserved": N_("采取记录、复制、拍照、录像等证据保全措施"),
    "tested": N_("送交检测、检验、检疫、鉴定"),
    "confiscated": N_("决定没收"),
    "handed": N_("移送公安机关"),
    "seized": N_("改为查封、扣押"),
    "mistake": N_("误登"),
}
BY_POLICE = "公安机关依法处理"  # begins `released_by` where the police kept the goods and dealt with them
SUPERSEDED = ("seized", "mistake")
# These end the seven working days, but what becomes of the goods is still to be said before a case is closed.
UNSETTLED = ("", "preserved", "tested", "handed")


class GoodsList(Base):
    """A list of goods (场所／设施／财物清单), made out with the paper that `goes_with` names.

    makers: the officers of the day it was made, with their certificates; they stay when the case gets others.
    clock_from: the earlier day from which the time goes on counting after an officer has corrected `made_on` to a
    later one; None: they count from `made_on`. approval_no, approved_on: the approval by the principal head of a city or
    higher bureau, where the law asks for it (反不正当竞争法 16). measure_kind: 查封 or 扣押 (`MEASURES`), "" for what is no
    measure. ended_way: how the hold ended while the goods stayed (`ENDINGS`), with its day and its paper; released_on and
    released_by: how they left. continues_id: the registration whose goods this measure holds on (程序规定 35(3)).
    """

    __tablename__ = "goods_list"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    n: Mapped[int] = mapped_column(Integer)
    occasion: Mapped[str] = mapped_column(String(20), default="found")
    goes_with: Mapped[str] = mapped_column(String(80), default="")
    goes_with_no: Mapped[str] = mapped_column(String(80), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    storage: Mapped[str] = mapped_column(String(200), default="")
    made_on: Mapped[dt.date] = mapped_column(default=clock.today)
    clock_from: Mapped[dt.date | None] = mapped_column()
    makers: Mapped[list[Any]] = mapped_column(default=list)
    approval_no: Mapped[str] = mapped_column(String(80), default="")
    approved_on: Mapped[dt.date | None] = mapped_column()
    refusal: Mapped[str] = mapped_column(String(300), default="")
    measure_kind: Mapped[str] = mapped_column(String(10), default="")
    ended_way: Mapped[str] = mapped_column(String(20), default="")
    ended_on: Mapped[dt.date | None] = mapped_column()
    ended_by: Mapped[str] = mapped_column(String(200), default="")
    continues_id: Mapped[int | None] = mapped_column(ForeignKey("goods_list.id"))
    # How the goods left: released (form 23, form 20), seized ones handed over to the police, …; None while they are here.
    released_on: Mapped[dt.date | None] = mapped_column()
    released_by: Mapped[str] = mapped_column(String(120), default="")
    # By which transfer they are with the police, and since when; None when they never went, or came back.
    handed_with_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"))
    handed_at: Mapped[dt.datetime | None] = mapped_column()
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    case: Mapped[Case] = relationship()
    continues: Mapped[GoodsList | None] = relationship(remote_side=[id])
    lines: Mapped[list[GoodsLine]] = relationship(
        back_populates="list", order_by="GoodsLine.n", lazy="selectin", cascade="all, delete-orphan"
    )

    @property
    def title(self) -> str:
        return f"清单{self.n}"

    @property
    def held_from(self) -> dt.date:
        """The day from which the time of a seizure or a registration counts."""
        return self.clock_from or self.made_on

    @classmethod
    def counts(cls) -> ColumnElement[bool]:
        """Whether its goods count here: they stand on no later list, and the list is no mistake."""
        return cls.ended_way.not_in(SUPERSEDED)

    @classmethod
    def gone(cls) -> ColumnElement[bool]:
        """Whether its goods were given back, or are with the police."""
        return or_(cls.released_on.is_not(None), cls.handed_with_id.is_not(None))

    @classmethod
    def holds(cls, *occasions: str) -> ColumnElement[bool]:
        """`here` as a condition of a query, of lists of these occasions (all of `HELD` when none is named)."""
        return and_(cls.occasion.in_(occasions or HELD), ~cls.gone(), cls.counts())

    @property
    def held(self) -> bool:
        """Whether the goods are held by a decision now, so that its time runs (行政强制法 25; 程序规定 35)."""
        return self.occasion in DECIDED and not self.ended_way and self.here

    @property
    def here(self) -> bool:
        """Whether its goods are in the house's hands and stand on no later list."""
        gone = self.released_on is not None or self.handed_with_id is not None
        return self.occasion in HELD and not gone and self.ended_way not in SUPERSEDED

    @property
    def unsettled(self) -> bool:
        """Whether it is still to be said what becomes of goods that a decision held (程序规定 35; 行政强制法 27, 28)."""
        return self.occasion in DECIDED and self.here and self.ended_way in UNSETTLED

    @property
    def total_fen(self) -> int:
        """What the lines are worth as form 24 prints them, tools too; `open_lines` are not in it."""
        return sum(line.worth_fen or 0 for line in self.lines)

    @property
    def open_lines(self) -> int:
        """How many lines have no price yet."""
        return sum(line.worth_fen is None for line in self.lines)


class GoodsLine(Base):
    """One line of goods. quantity_milli is thousandths of the unit (12.5 kg = 12500), prices are fen per unit.

    mark_source: the holder a mark comes from; several marks of one holder on the same goods are one (法释〔2025〕5号 7).
    price_fen: None while it has not been found out (未查明), as form 24 is handed over on the spot (程序规定 33、37).
    purchase_fen: what the party paid per unit, for the gain; None: not found out.
    """

    __tablename__ = "goods_line"
    __table_args__ = (
        UniqueConstraint("list_id", "n"),
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("price_fen >= 0 AND (purchase_fen IS NULL OR purchase_fen >= 0)", name="price"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("goods_list.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    n: Mapped[int] = mapped_column(Integer)
    nature: Mapped[str] = mapped_column(String(10), default="goods")
    name: Mapped[str] = mapped_column(String(120))
    mark: Mapped[str] = mapped_column(String(80), default="")
    mark_source: Mapped[str] = mapped_column(String(120), default="")
    spec: Mapped[str] = mapped_column(String(80), default="")
    batch: Mapped[str] = mapped_column(String(80), default="")
    unit: Mapped[str] = mapped_column(String(20), default="件")
    quantity_milli: Mapped[int] = mapped_column()
    price_fen: Mapped[int | None] = mapped_column()
    price_kind: Mapped[str] = mapped_column(String(20), default="sold_actual")
    price_reason: Mapped[str] = mapped_column(String(300), default="")
    sold: Mapped[bool] = mapped_column(default=False)
    purchase_fen: Mapped[int | None] = mapped_column()
    place: Mapped[str] = mapped_column(String(200), default="")
    seal_no: Mapped[str] = mapped_column(String(60), default="")
    storage: Mapped[str] = mapped_column(String(200), default="")
    features: Mapped[str] = mapped_column(String(300), default="")
    remarks: Mapped[str] = mapped_column(Text, default="")
    photo_id: Mapped[int | None] = mapped_column(ForeignKey("evidence.id"))

    list: Mapped[GoodsList] = relationship(back_populates="lines")
    photo: Mapped[Any] = relationship("Evidence")

    @property
    def item_no(self) -> str:
        """Its number within the case: 2-1."""
        return f"{self.list.n}-{self.n}"

    @property
    def quantity(self) -> str:
        """12, 12.5"""
        return shown(self.quantity_milli)

    @property
    def worth_fen(self) -> int | None:
        """Quantity times unit price, half a fen rounded up; None while the price is not known.

        A nought, as it could be typed once, is no price either.
        """
        return worth(self.quantity_milli, self.price_fen) if self.price_fen else None

    @property
    def value_fen(self) -> int:
        """What the line adds to 货值 and 非法经营额. Tools are not goods made or sold, an unknown price adds nothing yet."""
        return 0 if self.nature == "tool" else self.worth_fen or 0

    @property
    def price_open(self) -> bool:
        """Whether the amounts of the case lack this line."""
        return self.nature != "tool" and self.worth_fen is None

    @classmethod
    def lacking(cls) -> ColumnElement[bool]:
        """`price_open` as a condition of a query."""
        return and_(cls.nature != "tool", func.coalesce(cls.price_fen, 0) == 0)

    @property
    def cost_fen(self) -> int | None:
        """What the line cost the party; None while the purchase price is unknown."""
        return None if self.purchase_fen is None else worth(self.quantity_milli, self.purchase_fen)


def shown(quantity_milli: int) -> str:
    """Thousandths as people write them: 12, 12.5"""
    whole, part = divmod(quantity_milli, 1000)
    return f"{whole}.{part:03d}".rstrip("0") if part else str(whole)


def worth(quantity_milli: int, price_fen: int) -> int:
    """Thousandths of a unit times fen per unit, in whole fen; half a fen goes up."""
    return (quantity_milli * price_fen + 500) // 1000


def total_quantity(lines: Iterable[GoodsLine]) -> str:
    """Quantities added per unit, and apart for each nature where there are several: 侵权商品1,280盒；工具、设备、原材料1台."""
    sums: dict[str, dict[str, int]] = {}
    for line in lines:
        units = sums.setdefault(line.nature, {})
        units[line.unit] = units.get(line.unit, 0) + line.quantity_milli
    texts = {
        nature: "、".join(
            f"{n // 1000:,}{f'.{n % 1000:03d}'.rstrip('0') if n % 1000 else ''}{unit}" for unit, n in units.items()
        )
        for nature, units in sums.items()
    }
    if len(texts) == 1:
        return next(iter(texts.values()))
    return "；".join(f"{NATURES[nature]}{texts[nature]}" for nature in NATURES if nature in texts)
