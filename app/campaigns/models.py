"""A campaign of a year and its ordered targets; clues and cases are tagged with a target's number."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import Base
from app.people.models import Organ


class Campaign(Base):
    """A special action 专项行动, e.g. 铁拳 of 2026. `plan` names its notice.

    organ: whose it is and who alone may write it; the counties below work with it too. None until the house has its city
    bureau (a campaign that ships with the product).
    """

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("organ_id", "name", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    short: Mapped[str] = mapped_column(String(20))
    year: Mapped[int] = mapped_column(Integer, index=True)
    starts_on: Mapped[dt.date] = mapped_column(Date)
    ends_on: Mapped[dt.date] = mapped_column(Date)
    plan: Mapped[str] = mapped_column(Text, default="")
    organ_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))

    organ: Mapped[Organ | None] = relationship(lazy="joined")

    targets: Mapped[list[Target]] = relationship(back_populates="campaign", order_by="Target.number", lazy="selectin")

    @property
    def title(self) -> str:
        """2026年“铁拳”行动"""
        return f"{self.year}年{self.name}"

    def runs_on(self, day: dt.date) -> bool:
        return self.starts_on <= day <= self.ends_on


class Target(Base):
    """One of its targets, by number."""

    __tablename__ = "campaign_target"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(String(200))

    campaign: Mapped[Campaign] = relationship(back_populates="targets")

    @property
    def title(self) -> str:
        return f"{self.number}. {self.text}"
