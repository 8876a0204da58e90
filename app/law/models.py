"""Law as versioned rows. A paper never prints an article number from code: it asks which row was in force."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.text import N_
from app.extensions import Base
from app.law.citation import article_zh

STATUSES: dict[str, str] = {"verified": N_("已核对"), "memory": N_("未核对原文"), "unverified": N_("待核对")}
INSTRUMENT_KINDS: dict[str, str] = {
    "law": N_("法律"),
    "regulation": N_("行政法规"),
    "rule": N_("部门规章"),
    "interpretation": N_("司法解释"),
    "normative": N_("规范性文件"),
}
FINE_BASES: dict[str, str] = {
    "business": N_("违法经营额"),
    "gains": N_("违法所得"),
    "value": N_("货值金额"),
    "copies": N_("件数或者货值金额"),
    "range": N_("法定幅度"),
    "fixed": N_("定额"),
    "none": N_("不处罚款"),
}
AGENCIES: dict[str, str] = {
    "market": N_("市场监督管理部门"),
    "patent": N_("专利管理部门"),
    "culture": N_("文化市场综合行政执法"),
    "agriculture": N_("农业农村、林业部门"),
}


class Instrument(Base):
    """One version of a law, regulation or rule; valid_to is its last day, None while it is in force."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(160))
    short: Mapped[str] = mapped_column(String(160))
    doc_no: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(300), default="")

    articles: Mapped[list[Article]] = relationship(back_populates="instrument", order_by="Article.id")

    def in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Article(Base):
    """An article in our notation ("3(2)", "57(iii)", "219-1"). Its dates are its instrument's unless it has its own."""

    __tablename__ = "article"
    __table_args__ = (UniqueConstraint("instrument_id", "article"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instrument.id"))
    article: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(12))
    source: Mapped[str] = mapped_column(String(300), default="")

    instrument: Mapped[Instrument] = relationship(back_populates="articles", lazy="joined", innerjoin=True)

    @property
    def printed(self) -> str:
        """《中华人民共和国商标法》第六十一条; an opinion (意见) has headings and no articles, its name alone is printed."""
        if self.instrument.kind == "normative":
            return f"《{self.instrument.name}》"
        return f"《{self.instrument.name}》{article_zh(self.article)}"

    def in_force(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class LegalBasis(Base):
    """What an article is cited for: one key, one row for every article that served it in its time."""

    __tablename__ = "legal_basis"
    __table_args__ = (UniqueConstraint("key", "article_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(80))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))

    article: Mapped[Article] = relationship(lazy="joined", innerjoin=True)


class Cause(Base):
    """A cause of action 案由. violates, penalises: [instrument key, version, article] for every version.

    fine_base: which of the five different amounts a fine is reckoned from (R-26); crimes: ids of the screening engine.
    """

    __tablename__ = "cause"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    right_kind: Mapped[str] = mapped_column(String(30))
    agency: Mapped[str] = mapped_column(String(20))
    fine_base: Mapped[str] = mapped_column(String(12))
    crimes: Mapped[list[str]] = mapped_column(default=list)
    seizable: Mapped[bool] = mapped_column(Boolean)
    violates: Mapped[list[Any]] = mapped_column(default=list)
    penalises: Mapped[list[Any]] = mapped_column(default=list)
    valid_from: Mapped[dt.date | None] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    status: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(String(300), default="")


class ThresholdSet(Base):
    """One version of the criminal lines as it was loaded; runs of a screening name it."""

    __tablename__ = "threshold_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(60), unique=True)
    valid_from: Mapped[dt.date] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    digest: Mapped[str] = mapped_column(String(64))
    data: Mapped[dict[str, Any]] = mapped_column()
    loaded_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class CalendarYear(Base):
    """A year whose notice of the State Council is loaded. Past the last one a working-day deadline is provisional."""

    __tablename__ = "calendar_year"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    source_doc: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(160), default="")
    digest: Mapped[str] = mapped_column(String(64))
    loaded_by: Mapped[str] = mapped_column(String(80), default="")
    loaded_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    days: Mapped[list[CalendarDay]] = relationship(
        back_populates="calendar_year", order_by="CalendarDay.date", cascade="all, delete-orphan"
    )


class CalendarDay(Base):
    """A day that the notice names: holiday (放假) or makeup (调休上班). All others follow the week."""

    __tablename__ = "calendar_day"

    date: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    year: Mapped[int] = mapped_column(ForeignKey("calendar_year.year"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    source_doc: Mapped[str] = mapped_column(String(120))

    calendar_year: Mapped[CalendarYear] = relationship(back_populates="days")
