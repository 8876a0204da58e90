"""What the house consists of: features, procedures, terms, errands, the rail, and the one table of consequences."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from app.core.deadlines import Calendar, Term
from app.core.events import Handler
from app.core.outbox import Kind
from app.core.subjects import SubjectKind
from app.core.workflow import Workflow
from app.people.views import bp as people
from app.shell import NavItem

FEATURES: tuple[Blueprint, ...] = (people,)

WORKFLOWS: tuple[Workflow, ...] = ()

TERMS: tuple[tuple[Term, ...], ...] = ()

# What notices, papers, deadlines and history may belong to.
SUBJECTS: tuple[SubjectKind, ...] = ()

# Errands that the workers carry out; nothing else that may be found in Redis is ever run.
ERRANDS: Mapping[str, Kind] = {}

# Announced event -> who acts on it, in the same transaction, in this order.
WHEN: Mapping[str, tuple[Handler, ...]] = {}

NAV: tuple[NavItem, ...] = ()


def terms() -> list[Term]:
    """All declared deadlines."""
    return [term for group in TERMS for term in group]


def calendar() -> Calendar:
    """The working calendar in force."""
    from app.law.calendar import current

    return current()
