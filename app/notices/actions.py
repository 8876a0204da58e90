"""Telling people. Listeners of steps, deadlines and of the outbox; each adds rows and never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select

from app.core import clock, subjects
from app.core.deadlines import Deadline
from app.core.outbox import Errand, errand
from app.core.permissions import Viewer
from app.core.steps import Taken
from app.core.text import _, datetime_zh
from app.extensions import db
from app.notices import recipients
from app.notices.models import Notice
from app.notices.recipients import Recipient
from app.people.models import POSTS

DELIVER = "notices.deliver"


@dataclass(frozen=True)
class Message:
    """What one recipient is told. key: names this message to everybody; the person is added to it."""

    key: str
    kind: str
    subject_type: str
    subject_id: int
    title: str
    body: str = ""
    mail: bool = True


def send(to: Iterable[tuple[Recipient, Message]]) -> list[Notice]:
    """Put messages into inboxes and promise their mails. A message that a person already has is left out."""
    wanted = {f"{message.key}:{one.user_id}": (one, message) for one, message in to}
    if not wanted:
        return []
    # A published case that is being replayed (clock.standing_at) must not fill inboxes and mailboxes of today.
    past = clock.now() if clock.recorded_now() - clock.now() > dt.timedelta(days=1) else None
    there = set(db.session.scalars(select(Notice.key).where(Notice.key.in_(wanted))))
    made = []
    for key, (one, message) in wanted.items():
        if key not in there:
            mail_state = "waiting" if message.mail and one.email and past is None else "none"
            notice = Notice(
                key=key, person_id=one.user_id, kind=message.kind, subject_type=message.subject_type, subject_id=message.subject_id,
                title=message.title[:200], body=message.body, created_at=clock.now(), read_at=past, mail_state=mail_state,
            )  # fmt: skip
            db.session.add(notice)
            made.append(notice)
    db.session.flush()
    for notice in made:
        if notice.mail_state == "waiting":
            errand(DELIVER, notice_id=notice.id)
    return made


def send_each(to: Iterable[Recipient], write: Callable[[Recipient], Message], but: int | None = None) -> None:
    """Send to each what `write` says to him, in his language. but: a person left out."""
    told = []
    for one in to:
        if one.user_id != but:
            with force_locale(one.locale):
                told.append((one, write(one)))
    send(told)


def tell(taken: Taken) -> None:
    """Listener of "step.taken": tell whom the step names, except the one who took it."""
    step, subject = taken.step, taken.subject
    if not step.tells:
        return
    title = title_of(subject.__tablename__, subject)

    def write(one: Recipient) -> Message:
        main = taken.workflow.called_for(subject)
        waiting = [_(s.name) for s in main if taken.workflow.why_not(s, subject, one, soon=True) is None]
        body = _("%(who)s已办理“%(step)s”，现为“%(state)s”。", who=_actor(taken.viewer), step=_(step.name),
                 state=_(taken.workflow.states[subject.status].name))  # fmt: skip
        if waiting:
            body += _("等您办理：%(steps)s。", steps=_("、").join(waiting))
        return Message(
            f"{subject.__tablename__}:{subject.id}:{step.id}:{subject.version}", "task" if waiting else "news",
            subject.__tablename__, subject.id, _("%(step)s：%(title)s", step=_(step.name), title=title), body,
        )  # fmt: skip

    send_each(recipients.of(subject, step.tells), write, but=taken.viewer.user_id)


def _actor(viewer: Viewer) -> str:
    """张执法（办案人员）; time itself is 系统."""
    return (
        _("%(name)s（%(post)s）", name=viewer.name, post=_(POSTS[viewer.post]))
        if viewer.post in POSTS
        else _(viewer.name)
    )


def title_of(subject_type: str, subject: Any) -> str:
    """One line that names a subject in a notice."""
    kind = subjects.kinds().get(subject_type)
    return kind.title(subject) if kind is not None else f"{subject_type} {subject.id}"


def warn(row: Deadline, key: str) -> None:
    """Listener of "deadline.warning": 50, 80, due, overdue; 6h, 2h, 1h. Tells whom the term names."""
    kind = subjects.kinds().get(row.subject_type)
    subject = db.session.get(kind.model, row.subject_id) if kind is not None else None
    if kind is None or subject is None:
        return

    def write(_one: Recipient) -> Message:
        name, due, left = _(row.declared.name), _due(row), _left(row, key)
        return Message(
            # An extension moves the end: the warnings of the new end are new ones.
            f"deadline:{row.id}:{key}:{row.due_at:%Y%m%d%H%M}", "deadline", row.subject_type, row.subject_id,
            _("%(left)s：%(term)s", left=left, term=name),
            _("%(title)s：“%(term)s”于%(due)s届满，%(left)s。依据：%(law)s。", title=kind.title(subject), term=name, due=due,
              left=left, law=row.declared.law)
            + (_("逾期后果：%(miss)s。", miss=_(row.declared.miss).rstrip("。")) if row.declared.miss and key == "overdue" else ""),
        )  # fmt: skip

    send_each(recipients.of(subject, row.declared.tells), write)


def _due(row: Deadline) -> str:
    if row.declared.unit == "hour":
        return datetime_zh(row.due_at)
    day = clock.local(row.due_at)
    return _("%(year)s年%(month)s月%(day)s日24:00", year=day.year, month=day.month, day=day.day)


def _left(row: Deadline, key: str) -> str:
    now = clock.now()
    if key == "overdue" or now > row.due_at:
        return _("已逾期")
    if row.declared.unit == "hour":
        minutes = int((row.due_at - now).total_seconds() // 60)
        return _("还剩%(h)s小时%(m)s分", h=minutes // 60, m=minutes % 60)
    days = (clock.local(row.due_at).date() - clock.local(now).date()).days
    return _("今日届满") if days == 0 else _("还剩%(n)s天", n=days)


def errand_failed(failed: Errand) -> None:
    """Listener of "errand.failed": the administrators hear of it, once a day for each kind of errand."""
    if failed.kind == DELIVER:
        notice = db.session.get(Notice, int(failed.args["notice_id"]))
        if notice is not None and notice.mail_state == "waiting":
            notice.mail_state, notice.mail_error = "failed", failed.error

    def write(_one: Recipient) -> Message:
        return Message(
            f"errand:{failed.kind}:{clock.today()}", "alarm", "errand", failed.id,
            _("后台任务失败：%(kind)s", kind=failed.kind),
            _("任务%(id)s已多次失败并停止：%(error)s。请在“后台任务”查明原因后重试；今日同类失败不再另行提醒。", id=failed.id,
              error=(failed.error or "")[:300]),
            # A mail about mail that cannot be sent would only fail again.
            mail=failed.kind != DELIVER,
        )  # fmt: skip

    send_each(recipients.administrators(), write)


def unwarned(row: Deadline, fault: str) -> None:
    """Listener of "deadline.unwarned": the administrators hear of a limit that nobody can be warned of, once a day each."""

    def write(_one: Recipient) -> Message:
        return Message(
            f"unwarned:{row.id}:{clock.today()}", "alarm", "errand", 0, _("期限提醒发送失败"),
            _("期限%(id)s（%(term)s，%(due)s届满）的提醒无法发出：%(fault)s。每小时再试一次；请立即查明原因，并通知承办单位。", id=row.id,
              term=row.term, due=datetime_zh(row.due_at), fault=fault),
        )  # fmt: skip

    send_each(recipients.administrators(), write)


def foreign_job(queue: str) -> None:
    """Listener of "outbox.foreign_job": something in Redis was not ours (promise S05). One alarm an hour and queue."""
    hour = f"{clock.local(clock.now()):%Y%m%d%H}"

    def write(_one: Recipient) -> Message:
        return Message(
            f"foreign:{queue}:{hour}", "alarm", "errand", 0, _("消息队列中发现外来任务"),
            _("队列%(queue)s中出现不是本系统写入的任务，已丢弃，未执行任何内容。请立即检查Redis的访问权限和口令。", queue=queue),
        )  # fmt: skip

    send_each(recipients.administrators(), write)
