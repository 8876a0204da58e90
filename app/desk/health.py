"""How the house itself does: what the administrator must look at."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core import clock, outbox
from app.core.outbox import Errand
from app.core.text import _, datetime_zh
from app.extensions import db
from app.notices.models import Notice

CAP = 100
SLOW = dt.timedelta(minutes=2)
PAGE = 50


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. tone: ok | warn | stop."""

    name: str
    tone: str
    text: str


def lines() -> list[Line]:
    """The state of queue, workers, errands and mail, worst first."""
    found = [_redis(), *_workers(), _backlog(), _failed(), _mails()]
    return sorted(found, key=lambda line: ("stop", "warn", "ok").index(line.tone))


def _redis() -> Line:
    if outbox.waker().is_there():
        return Line(_("消息队列"), "ok", _("Redis 在线。"))
    return Line(
        _("消息队列"), "stop", _("Redis 无法连接：办理不受影响，文书和邮件等它恢复后自动发出。请检查 Redis 进程。")
    )


def _workers() -> list[Line]:
    names = {"papers": _("文书制作进程"), "notices": _("通知发送进程")}
    there = outbox.workers()
    return [
        Line(names[queue], "ok", _("%(n)s 个在线。", n=there[queue])) if there.get(queue)
        else Line(names[queue], "stop", _("没有进程在线：任务会保留，待进程启动后办理。请检查 worker %(queue)s。", queue=queue))
        for queue in outbox.QUEUES
    ]  # fmt: skip


def _backlog() -> Line:
    count, oldest = outbox.backlog(CAP)
    if not count:
        return Line(_("待办任务"), "ok", _("没有积压。"))
    late = oldest is not None and clock.recorded_now() - oldest > SLOW
    text = _("%(n)s 件等待办理，最早的产生于 %(at)s。", n=f"{CAP}+" if count > CAP else count, at=datetime_zh(oldest))
    return Line(_("待办任务"), "warn" if late else "ok", text)


def _failed() -> Line:
    count = failed_count()
    if not count:
        return Line(_("失败任务"), "ok", _("没有失败的任务。"))
    return Line(_("失败任务"), "stop", _("%(n)s 件已停止，请查明原因后重试。", n=f"{CAP}+" if count > CAP else count))


def _mails() -> Line:
    some = select(Notice.id).where(Notice.mail_state == "failed").limit(CAP + 1).subquery()
    count = db.session.scalar(select(func.count()).select_from(some)) or 0
    if not count:
        return Line(_("邮件"), "ok", _("没有发送失败的邮件。"))
    return Line(_("邮件"), "warn", _("%(n)s 封发送失败。", n=f"{CAP}+" if count > CAP else count))


def failed_count() -> int:
    """How many errands have failed for good, counted up to CAP + 1."""
    some = select(Errand.id).where(Errand.state == "failed").limit(CAP + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def errands(state: str, before: int | None = None) -> tuple[list[Errand], int | None]:
    """Errands in a state (failed | open), newest first, and the cursor of the older ones."""
    found = select(Errand).where(
        Errand.state == "failed" if state == "failed" else Errand.state.in_(("waiting", "running"))
    )
    if before is not None:
        found = found.where(Errand.id < before)
    rows = list(db.session.scalars(found.order_by(Errand.id.desc()).limit(PAGE + 1)))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
