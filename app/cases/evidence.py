"""Evidence (证据): the eight kinds of 行政处罚法 46, each file with its hash, and never overwritten (R-09)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.core import clock
from app.core.text import N_
from app.extensions import Base
from app.people.models import Person

# A closed list: 行政处罚法 46, 市场监督管理行政处罚程序规定 23.
KINDS = {
    "documentary": N_("书证"),
    "physical": N_("物证"),
    "audiovisual": N_("视听资料"),
    "electronic": N_("电子数据"),
    "witness": N_("证人证言"),
    "statement": N_("当事人的陈述"),
    "expert": N_("鉴定意见"),
    "record": N_("勘验笔录、现场笔录"),
}
OPEN_KIND = N_("种类待补充")
TIME_SOURCES = {
    "ntp": N_("国家授时中心网络授时"),
    "carrier": N_("通信基站授时"),
    "device": N_("设备本机时间（已核对）"),
    "platform": N_("可信时间戳或存证平台"),
}


class Evidence(Base):
    """One item of evidence of a case. What it is and how it was taken; its files are versions.

    kind is empty, and so are taken_at and the officers, while an item that was handed in with a clue waits for the
    officers who say what it is and how it was taken (`evidence_actions.complete`).
    original: the original itself, else a copy that the provider has checked and marked (PROC 24). Electronic data
    name device, carrier, tool with version, time source and address (PROC 26). unsigned_reason: why the party did not
    sign.
    """

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    n: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    proves: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    taken_at: Mapped[dt.datetime | None] = mapped_column()
    taken_until: Mapped[dt.datetime | None] = mapped_column()  # end of an extraction
    place: Mapped[str] = mapped_column(String(200), default="")
    device: Mapped[str] = mapped_column(String(120), default="")
    carrier: Mapped[str] = mapped_column(String(120), default="")
    tool: Mapped[str] = mapped_column(String(120), default="")
    time_source: Mapped[str] = mapped_column(String(20), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    original: Mapped[bool] = mapped_column(default=True)
    same_remark: Mapped[str] = mapped_column(String(300), default="")
    transcript: Mapped[str] = mapped_column(Text, default="")
    foreign: Mapped[bool] = mapped_column(default=False)  # made abroad
    foreign_proof: Mapped[str] = mapped_column(
        String(300), default=""
    )  # notarisation or treaty form, and who translated
    officer_a_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    officer_b_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    party_signed: Mapped[bool] = mapped_column(default=False)
    unsigned_reason: Mapped[str] = mapped_column(String(300), default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column()
    withdrawn_reason: Mapped[str] = mapped_column(String(300), default="")

    case: Mapped[Case] = relationship()
    officer_a: Mapped[Person | None] = relationship(foreign_keys=[officer_a_id])
    officer_b: Mapped[Person | None] = relationship(foreign_keys=[officer_b_id])
    versions: Mapped[list[EvidenceVersion]] = relationship(
        back_populates="evidence", order_by="EvidenceVersion.n", lazy="selectin"
    )

    @property
    def current(self) -> EvidenceVersion | None:
        """The newest version of its file, None for a thing without a file."""
        return self.versions[-1] if self.versions else None

    @property
    def kind_label(self) -> str:
        return KINDS.get(self.kind, OPEN_KIND)

    @property
    def incomplete(self) -> bool:
        """Whether the officers have still to say what it is, when it was taken and by whom."""
        return not self.kind


class EvidenceVersion(Base):
    """One state of the file of an item. A changed attachment is a new version with its reason; the old one stays (R-09)."""

    __tablename__ = "evidence_version"
    __table_args__ = (UniqueConstraint("evidence_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    evidence_id: Mapped[int] = mapped_column(ForeignKey("evidence.id"))
    n: Mapped[int] = mapped_column(Integer, default=1)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column()
    media_type: Mapped[str] = mapped_column(String(80), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    evidence: Mapped[Evidence] = relationship(back_populates="versions")
    file: Mapped[Any] = relationship("StoredFile")
    made_by: Mapped[Person] = relationship()


Index("ix_evidence_version_hash", EvidenceVersion.sha256)
