"""A small procedure of our own, so that the core is tested without any feature: a thing that is asked for and decided.

Its table lies outside the application's metadata; `make` creates it in the database of one test.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.core import clock
from app.core.terms import Extension, Term
from app.core.workflow import Guard, State, Step, Workflow
from app.extensions import UtcDateTime, db


class _Base(DeclarativeBase):
    type_annotation_map = {dt.datetime: UtcDateTime}


class Thing(_Base):
    """The subject of the test procedure."""

    __tablename__ = "thing"
    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(40))
    last_step: Mapped[str] = mapped_column(String(60), default="begin")
    version: Mapped[int] = mapped_column(Integer)
    born_under: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    organ_id: Mapped[int] = mapped_column()
    created_by_id: Mapped[int] = mapped_column()
    note: Mapped[str] = mapped_column(String(200), default="")
    secret: Mapped[str] = mapped_column(String(200), default="untouched")
    found_on: Mapped[dt.date | None] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


NOT_MAKER = Guard(
    "not_maker", "不能审批自己提出的事项。", lambda s, v, _d: s.created_by_id != v.user_id, separation=True
)
NOTED = Guard("noted", "请先写明说明。", lambda s, _v, _d: bool(s.note))
REASON = Guard("reason", "请写明理由。", lambda _s, _v, d: bool(d.get("reason")), field="reason")

THING = Workflow(
    "thing", "试验事项", start="drafting", ends=frozenset({"approved", "refused"}),
    states={"drafting": State("起草"), "asked": State("待批"), "approved": State("已批"), "refused": State("不批")},
    steps=(
        Step("note", "写说明", "drafting", None, "officer", "试验 1", sets=("note",)),
        Step("ask", "提请", "drafting", "asked", "officer", "试验 2", needs=(NOTED,), opens=("decide",), tells=("principal",)),
        Step("approve", "批准", "asked", "approved", "principal", "试验 3", needs=(NOT_MAKER,), closes=("decide",)),
        Step("refuse", "不批准", "asked", "refused", "principal", "试验 3", needs=(NOT_MAKER, REASON), closes=("decide",)),
        Step("send_back", "退回", "asked", "drafting", "principal", "试验 3", needs=(REASON,), voids=("decide",)),
    ),
)  # fmt: skip

DECIDE = Term("decide", "作出决定", 3, "day", "试验 3", "提请", tells=("principal",), extension=Extension(2, "day", "head", "试验 4"),
              excludes=("鉴定", "听证"))  # fmt: skip
WAIT = Term("wait", "当事人答复", 5, "workday", "试验 5", "送达", starts="found_on", rolls=True)
HANDOVER = Term("handover", "移交", 24, "hour", "试验 6", "批准")
TERMS = (DECIDE, WAIT, HANDOVER)


def make(app: Flask, **heard: Any) -> None:
    """Create the table and install the procedure, its terms and listeners in this application."""
    _Base.metadata.create_all(db.engine)
    app.extensions["tiequan.workflows"] = {"thing": THING}
    app.extensions["tiequan.terms"] = {term.id: term for term in TERMS}
    app.extensions["tiequan.when"] = {event.replace("__", "."): (handler,) for event, handler in heard.items()}


@dataclass
class Days:
    """A working calendar of a test: Monday to Friday, but for `holidays` (name by day) and `made_up` working days."""

    holidays: dict[dt.date, str] = field(default_factory=dict)
    made_up: set[dt.date] = field(default_factory=set)
    last_year: int = 2026
    version: str = "test"

    def covers(self, day: dt.date) -> bool:
        return day.year <= self.last_year

    def is_workday(self, day: dt.date) -> bool:
        return day in self.made_up or (day.weekday() < 5 and day not in self.holidays)

    def label(self, day: dt.date) -> str:
        if day in self.made_up:
            return "调休上班"
        return self.holidays.get(day) or ("周末" if day.weekday() >= 5 else "工作日")
