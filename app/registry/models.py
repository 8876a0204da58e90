"""Parties and rights: the registers that clues, cases and transfers pick from. They belong to no organ."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.core import clock
from app.core.confidential import Encrypted, blind, mask
from app.core.search import normalise
from app.core.text import N_, quoted
from app.extensions import Base
from app.registry import identifiers

PARTY_KINDS: dict[str, str] = {
    "person": N_("自然人"),
    "firm": N_("法人或者其他组织"),
    "individual_business": N_("个体工商户"),
}
RIGHT_KINDS: dict[str, str] = {
    "trademark": N_("注册商标"),
    "patent": N_("专利"),
    "gi": N_("地理标志"),
    "copyright": N_("著作权"),
    "plant_variety": N_("植物新品种"),
    "secret": N_("商业秘密"),
    "special_sign": N_("特殊标志"),
}
RIGHT_STATES: dict[str, str] = {
    "valid": N_("有效"),
    "pending": N_("申请中"),
    "disputed": N_("权属或者效力争议中"),
    "expired": N_("已届满"),
    "void": N_("已无效或者撤销"),
}


class Party(Base):
    """A person or firm that a clue, case or right can name.

    The identity number is encrypted and matched by a keyed hash; it is never searched, listed or printed unmasked
    without a recorded reason. `name_key` is the name as it is compared.
    """

    __tablename__ = "party"
    __table_args__ = (Index("ix_party_name_key", "name_key", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(160))
    name_key: Mapped[str] = mapped_column(String(160))
    trade_name: Mapped[str] = mapped_column(String(160), default="")  # 字号 of an individual business, shop name
    former_names: Mapped[list[str]] = mapped_column(default=list)
    credit_code: Mapped[str | None] = mapped_column(String(18), unique=True)
    legacy_no: Mapped[str | None] = mapped_column(String(15), index=True)
    id_kind: Mapped[str | None] = mapped_column(String(20))
    id_number: Mapped[str | None] = mapped_column(Encrypted("party.id_number"))
    id_blind: Mapped[str | None] = mapped_column(String(64), unique=True)
    legal_representative: Mapped[str] = mapped_column(String(60), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="", index=True)
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @validates("name")
    def _keep_key(self, _key: str, value: str) -> str:
        self.name_key = normalise(value).replace(" ", "")
        return value

    @validates("credit_code")
    def _clean_code(self, _key: str, value: str | None) -> str | None:
        return identifiers.clean_credit_code(value) if value else None

    @validates("id_number")
    def _keep_blind(self, _key: str, value: str | None) -> str | None:
        clean = identifiers.clean_id_number(value) if value else None
        self.id_blind = blind(clean, "party.id_number")
        return clean

    @property
    def kind_name(self) -> str:
        return PARTY_KINDS[self.kind]

    @property
    def id_masked(self) -> str:
        """For the screen: 411************234."""
        return mask(self.id_number)

    @property
    def identifier(self) -> str:
        """What tells this party from one of the same name, safe to show: the credit code, or the masked number."""
        return (
            self.credit_code
            or (f"{identifiers.ID_KINDS[self.id_kind]} {self.id_masked}" if self.id_kind else "")
            or self.legacy_no
            or ""
        )


class Right(Base):
    """A right that can be infringed, with its holder.

    holder_source tells marks of different sources apart (法释〔2025〕5号 7(1)): several marks of one holder, or of holders
    that share a source, count as one. Empty: the holder itself is the source.
    """

    __tablename__ = "right"
    __table_args__ = (
        Index("ix_right_number", "kind", "number"),
        Index("ix_right_name_key", "name_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(30))
    number: Mapped[str] = mapped_column(String(60), default="")
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    holder_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    holder_source: Mapped[str] = mapped_column(String(120), default="")
    classes: Mapped[list[Any]] = mapped_column(default=list)  # Nice classes of a mark, as numbers
    goods: Mapped[str] = mapped_column(Text, default="")  # 核定使用商品
    valid_from: Mapped[dt.date | None] = mapped_column(Date)
    valid_to: Mapped[dt.date | None] = mapped_column(Date)
    well_known: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(20), default="valid")
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    holder: Mapped[Party] = relationship(lazy="joined", innerjoin=True)

    @validates("name")
    def _keep_key(self, _key: str, value: str) -> str:
        self.name_key = normalise(value).replace(" ", "")
        return value

    @property
    def kind_name(self) -> str:
        return RIGHT_KINDS[self.kind]

    @property
    def source_key(self) -> str:
        """Two rights with the same key come from one source."""
        return self.holder_source or f"party:{self.holder_id}"

    @property
    def title(self) -> str:
        """“信阳毛尖”（第3204518号注册商标）"""
        number = identifiers.clean_right_number(self.number)
        return f"{quoted(self.name)}（{'第' + number + '号' if number and self.kind == 'trademark' else self.number}{self.kind_name}）"

    def valid_on(self, day: dt.date) -> bool:
        """Whether the right was in force that day, as far as its dates tell."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)
