"""A notice: one line in one person's inbox, with the state of its mail."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.text import N_
from app.extensions import Base, db
from app.people.models import Person

KINDS = {"task": N_("等您办理"), "news": N_("办理进展"), "deadline": N_("期限提醒"), "alarm": N_("系统警报")}
MAIL_STATES = {"waiting": N_("待发送"), "sent": N_("已发送"), "failed": N_("发送失败"), "none": N_("未发邮件")}


class Notice(Base):
    """What one person is told, once: `key` is unique, whatever the errands behind it do (promise R03).

    kind: a key of KINDS. subject_type/subject_id: what it leads to. mail_state: a key of MAIL_STATES.
    The text may name a case, its number and its state; never an informer, an ID number or a phone.
    """

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(160), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(12))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    read_at: Mapped[dt.datetime | None] = mapped_column()
    mail_state: Mapped[str] = mapped_column(String(10), default="none")
    mail_error: Mapped[str | None] = mapped_column(Text)
    mailed_at: Mapped[dt.datetime | None] = mapped_column()

    person: Mapped[Person] = relationship()


db.Index("ix_notice_person", Notice.person_id, Notice.id)
# The unread count stands on every page: it reads this index and nothing else.
_UNREAD = Notice.read_at.is_(None)
db.Index("ix_notice_unread", Notice.person_id, Notice.id, sqlite_where=_UNREAD, postgresql_where=_UNREAD)
_UNSENT = Notice.mail_state.in_(("waiting", "failed"))
db.Index("ix_notice_unsent", Notice.mail_state, Notice.id, sqlite_where=_UNSENT, postgresql_where=_UNSENT)
