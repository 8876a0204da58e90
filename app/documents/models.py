"""Papers, what they are served by, and stored files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.confidential import SUITE, Encrypted
from app.core.text import N_
from app.documents.facts import CREDIT_CODE
from app.extensions import Base
from app.people.models import Person

STATES = {"waiting": N_("排队制作"), "rendering": N_("正在制作"), "ready": N_("已制成"), "failed": N_("制作失败")}
MANNERS = {
    "direct": N_("直接送达"),
    "left": N_("留置送达"),
    "post": N_("邮寄送达"),
    "entrusted": N_("委托送达"),
    "forwarded": N_("转交送达"),
    "electronic": N_("电子送达"),
    "notice": N_("公告送达"),
}


_NUMBER = Encrypted("paper.id_number")


class PaperFacts(TypeDecorator[dict[str, Any]]):
    """Frozen facts as JSON. The identity number of a person is in clear for the application and the press alone: at rest
    it is as secret as in the register (R-43). Facts that were stored before this was so are read as they stand.
    """

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        return _numbers(value, lambda number: _NUMBER.process_bind_param(number, dialect))

    def process_result_value(self, value: dict[str, Any] | None, dialect: Dialect) -> Any:
        return _numbers(
            value,
            lambda number: _NUMBER.process_result_value(number, dialect) if number.startswith(f"{SUITE}:") else number,
        )


def _numbers(value: Any, change: Callable[[str], Any]) -> Any:
    """A copy of frozen facts in which `change` was done to every identity number (`facts.PartyFacts.code`)."""
    if isinstance(value, list):
        return [_numbers(one, change) for one in value]
    if not isinstance(value, dict):
        return value
    found = {name: _numbers(one, change) for name, one in value.items()}
    if identified(value):
        found["code"] = change(value["code"])
    return found


def identified(facts: Any) -> bool:
    """Whether these facts, as a block of one party, hold an identity number that is not masked."""
    return (
        isinstance(facts, dict)
        and bool(facts.get("code"))
        and facts.get("code_name", CREDIT_CODE) != CREDIT_CODE
        and "*" not in facts["code"]
        and not facts["code"].startswith("未出示")
    )


class Paper(Base):
    """A paper that was issued: its facts as they were frozen, and the PDF printed from them and from nothing else.

    The facts never change after issue; a correction is a new row of the next version with its note (R-41).
    state: a key of STATES. sha256, size, pages, template_version: of the PDF, once printed.
    step: the act that made it. origin: the row it was made from where that is not the subject ("site_record:5").
    """

    __tablename__ = "paper"
    __table_args__ = (
        UniqueConstraint("verify_code"),
        CheckConstraint("state <> 'ready' OR sha256 IS NOT NULL", name="ready_has_pdf"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column()
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    number: Mapped[str] = mapped_column(String(80), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    note: Mapped[str] = mapped_column(String(300), default="")
    step: Mapped[str] = mapped_column(String(60), default="")
    origin: Mapped[str] = mapped_column(String(80), default="")
    facts: Mapped[dict[str, Any]] = mapped_column(PaperFacts)
    verify_code: Mapped[str] = mapped_column(String(20))
    issued_at: Mapped[dt.datetime] = mapped_column()
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    error: Mapped[str] = mapped_column(String(300), default="")
    template_version: Mapped[str] = mapped_column(String(16), default="")
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(Integer, default=0)
    printed_at: Mapped[dt.datetime | None] = mapped_column()

    issued_by: Mapped[Person | None] = relationship()

    @property
    def head(self) -> dict[str, Any]:
        """What is printed around the facts (`render.Head`)."""
        return {
            "title": self.title, "number": self.number, "verify_code": self.verify_code, "version": self.version, "note": self.note,
            "created": clock.local(self.issued_at).isoformat(timespec="seconds"),
        }  # fmt: skip


Index("ix_paper_subject", Paper.subject_type, Paper.subject_id, Paper.id)
Index("ix_paper_number", Paper.number)


class Service(Base):
    """送达: that one paper is to reach one addressee, and how it did. Form 50 is its proof (R-40).

    state: open | done. manner: a key of MANNERS. receipt_id: the signed receipt, scanned.
    """

    __tablename__ = "service"

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"), index=True)
    proof_id: Mapped[int | None] = mapped_column(ForeignKey("paper.id"))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column()
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    addressee: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10), default="open")
    manner: Mapped[str] = mapped_column(String(20), default="")
    place: Mapped[str] = mapped_column(String(200), default="")
    served_at: Mapped[dt.datetime | None] = mapped_column()
    receiver: Mapped[str] = mapped_column(String(60), default="")
    refusal: Mapped[str] = mapped_column(String(300), default="")
    witness: Mapped[str] = mapped_column(String(120), default="")
    mail_no: Mapped[str] = mapped_column(String(60), default="")
    video_no: Mapped[str] = mapped_column(String(80), default="")  # of the film of a paper left behind (PROC 82(2))
    consent: Mapped[str] = mapped_column(String(120), default="")  # number and date of form 10 (PROC 82(3))
    servers: Mapped[list[Any]] = mapped_column(default=list)  # names of the people who served it
    remarks: Mapped[str] = mapped_column(String(300), default="")
    receipt_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime | None] = mapped_column()
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    paper: Mapped[Paper] = relationship(foreign_keys=[paper_id])
    proof: Mapped[Paper | None] = relationship(foreign_keys=[proof_id])


Index("ix_service_subject", Service.subject_type, Service.subject_id)


_PICTURES = frozenset({"jpg", "jpeg", "png", "gif", "webp", "bmp", "tif", "tiff"})


class StoredFile(Base):
    """A file that somebody handed in, kept byte for byte. Who may read its subject may read it.

    name: as the person called it, shown and never used as a path. media_type: told by the content.
    state: ok | broken (it claims to be an image or PDF and is not a whole one: kept as evidence, never drawn).
    thumbnail: key of the small picture, made afterwards.
    """

    __tablename__ = "stored_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column()
    media_type: Mapped[str] = mapped_column(String(100))
    name: Mapped[str] = mapped_column(String(200))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column()
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    state: Mapped[str] = mapped_column(String(10), default="ok")
    thumbnail: Mapped[str | None] = mapped_column(String(64))

    uploaded_by: Mapped[Person | None] = relationship()

    @property
    def is_image(self) -> bool:
        return self.state == "ok" and self.media_type.startswith("image/")

    @property
    def misnamed(self) -> bool:
        """Whether the name says picture or PDF and the content is neither (HTML called 照片.jpg): kept, but said."""
        ending = self.name.rpartition(".")[2].lower()
        return (ending in _PICTURES and not self.media_type.startswith("image/")) or (
            ending == "pdf" and self.media_type != "application/pdf"
        )


Index("ix_stored_file_subject", StoredFile.subject_type, StoredFile.subject_id, StoredFile.id)
