"""What the house consists of: features, procedures, terms, errands, the rail, and the one table of consequences."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from app.core.deadlines import Calendar, Term
from app.core.events import Handler
from app.core.outbox import Kind
from app.core.subjects import SubjectKind
from app.core.text import N_
from app.core.workflow import Workflow
from app.desk.views import bp as desk
from app.documents import actions as documents_actions
from app.documents import jobs as documents_jobs
from app.documents.views import bp as documents
from app.notices import actions as notices_actions
from app.notices.jobs import deliver as deliver_notice
from app.notices.views import bp as notices
from app.people.models import POSTS
from app.people.views import bp as people
from app.shell import NavItem

FEATURES: tuple[Blueprint, ...] = (people, desk, notices, documents)

WORKFLOWS: tuple[Workflow, ...] = ()

TERMS: tuple[tuple[Term, ...], ...] = ()

# What notices, papers, deadlines and history may belong to.
SUBJECTS: tuple[SubjectKind, ...] = ()

# Errands that the workers carry out; nothing else that may be found in Redis is ever run.
ERRANDS: Mapping[str, Kind] = {
    "notices.deliver": Kind(deliver_notice, "notices"),
    documents_actions.RENDER: Kind(documents_jobs.render, "papers"),
    documents_actions.THUMBNAIL: Kind(documents_jobs.thumbnail, "papers"),
}

# Announced event -> who acts on it, in the same transaction, in this order.
WHEN: Mapping[str, tuple[Handler, ...]] = {
    "step.taken": (documents_actions.make_papers, notices_actions.tell),
    "deadline.warning": (notices_actions.warn,),
    "errand.failed": (documents_actions.errand_failed, notices_actions.errand_failed),
    "outbox.foreign_job": (notices_actions.foreign_job,),
}

NAV: tuple[NavItem, ...] = (
    NavItem("desk.home", N_("首页"), "house", "home.see", tuple(POSTS)),
    NavItem("notices.index", N_("通知"), "bell", "notice.read"),
    NavItem("notices.mails", N_("邮件发送"), "envelope", "mail.read", ("admin",), N_("系统")),
)


def terms() -> list[Term]:
    """All declared deadlines."""
    return [term for group in TERMS for term in group]


def calendar() -> Calendar:
    """The working calendar in force."""
    from app.law.calendar import current

    return current()
