"""Records made on the spot: 现场笔录 (form 9) and 询问笔录 (form 14)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.core import clock
from app.core.confidential import Encrypted
from app.extensions import Base


class SiteRecord(Base):
    """A site record. officers: [{person_id, name, certificate}] as shown that day, two at least (R-06).

    party_absent: why the party was not there; party_refused: that he was there and did not sign. With either a witness
    or the number of a video is named (PROC 28, 43).
    """

    __tablename__ = "site_record"
    __table_args__ = (UniqueConstraint("case_id", "n"), Index("ix_site_record_time", "organ_id", "started_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    n: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[dt.datetime] = mapped_column()
    ended_at: Mapped[dt.datetime] = mapped_column()
    place: Mapped[str] = mapped_column(String(200))
    officers: Mapped[list[Any]] = mapped_column(default=list)
    recorder: Mapped[str] = mapped_column(String(60), default="")
    on_site: Mapped[str] = mapped_column(String(300), default="")
    party_absent: Mapped[str] = mapped_column(String(300), default="")
    party_refused: Mapped[str] = mapped_column(String(300), default="", server_default="")
    seen: Mapped[str] = mapped_column(Text)
    photos: Mapped[str] = mapped_column(String(300), default="")
    video_no: Mapped[str] = mapped_column(String(120), default="", server_default="")
    measures: Mapped[str] = mapped_column(Text, default="")
    party_words: Mapped[str] = mapped_column(Text, default="")
    witness: Mapped[str] = mapped_column(String(120), default="")
    goods_list_id: Mapped[int | None] = mapped_column(ForeignKey("goods_list.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    case: Mapped[Case] = relationship()
    goods_list: Mapped[Any] = relationship("GoodsList")


class Interview(Base):
    """A record of one interview with one person (PROC 29). Each page is signed by the person.

    id_kind: a key of `identifiers.ID_KINDS`. id_absent: that no identity paper was shown, and why; then no number.
    """

    __tablename__ = "interview"
    __table_args__ = (UniqueConstraint("case_id", "n"), Index("ix_interview_time", "organ_id", "started_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    n: Mapped[int] = mapped_column(Integer)
    times: Mapped[int] = mapped_column(Integer, default=1)  # the how-manieth interview of this person
    started_at: Mapped[dt.datetime] = mapped_column()
    ended_at: Mapped[dt.datetime] = mapped_column()
    place: Mapped[str] = mapped_column(String(200))
    officers: Mapped[list[Any]] = mapped_column(default=list)
    recorder: Mapped[str] = mapped_column(String(60), default="")
    person_name: Mapped[str] = mapped_column(String(60))
    sex: Mapped[str] = mapped_column(String(4), default="")
    nation: Mapped[str] = mapped_column(String(20), default="")
    birth: Mapped[str] = mapped_column(String(20), default="")
    id_kind: Mapped[str] = mapped_column(String(20), default="", server_default="")
    id_number: Mapped[str | None] = mapped_column(Encrypted("interview.id_number"))
    id_absent: Mapped[str] = mapped_column(String(120), default="", server_default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    employer: Mapped[str] = mapped_column(String(120), default="")
    job: Mapped[str] = mapped_column(String(60), default="")
    relation: Mapped[str] = mapped_column(String(60), default="")
    changes: Mapped[str] = mapped_column(Text, default="")
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    case: Mapped[Case] = relationship()
    rows: Mapped[list[InterviewRow]] = relationship(
        order_by="InterviewRow.n", lazy="selectin", cascade="all, delete-orphan"
    )


class InterviewRow(Base):
    """A question and its answer. notice: one of the opening questions (certificates shown, rights told)."""

    __tablename__ = "interview_row"

    id: Mapped[int] = mapped_column(primary_key=True)
    interview_id: Mapped[int] = mapped_column(ForeignKey("interview.id"), index=True)
    n: Mapped[int] = mapped_column(Integer)
    notice: Mapped[bool] = mapped_column(default=False)
    question: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, default="")


_RECUSAL = re.compile(r"(?:申请|要求|请求|希望)[^，。；、！？,.;!?\s]{0,20}回避")
_NOT = re.compile(r"[不没无未][^，。；、！？,.;!?\s]{0,4}$")


def asks_recusal(answers: Iterable[str]) -> bool:
    """Whether somebody asks that an officer withdraw (回避, PROC 4): "申请张某回避", but not "听清楚了，不申请回避"."""
    return any(not _NOT.search(answer[: found.start()]) for answer in answers for found in _RECUSAL.finditer(answer))
