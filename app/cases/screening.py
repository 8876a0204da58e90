"""Screening for crime: what the officers declare, and every run of the engine over the case, kept for good."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Integer, String, Text, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.cases.models import Case
from app.core import clock
from app.extensions import Base, db
from app.people.models import Person


class CaseFindings(Base):
    """What the lines of goods cannot tell and the officers declare. Empty or None means: nobody has found this yet.

    crimes, objects, roles, modes: words of app/law/screening_facts.py. counts: measure -> number (clicks, members …) or fen
    (gains of services, losses). priors: earlier punishments, None: not looked up yet. flags: finding -> True/False.
    suspicion_*: the two texts of the second ground (国务院令310号 3(2)).
    """

    __tablename__ = "case_findings"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    crimes: Mapped[list[str]] = mapped_column(default=list)
    objects: Mapped[list[str]] = mapped_column(default=list)
    roles: Mapped[list[str]] = mapped_column(default=list)
    modes: Mapped[list[str]] = mapped_column(default=list)
    mark_sources: Mapped[int | None] = mapped_column(Integer)
    patents: Mapped[int | None] = mapped_column(Integer)
    knowledge: Mapped[bool | None] = mapped_column()
    knowledge_ground: Mapped[str] = mapped_column(String(30), default="")
    knowledge_reasons: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[bool | None] = mapped_column()
    purpose_reasons: Mapped[str] = mapped_column(Text, default="")
    priors_checked: Mapped[bool] = mapped_column(default=False)
    priors: Mapped[list[Any]] = mapped_column(default=list)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    flags: Mapped[dict[str, Any]] = mapped_column(default=dict)
    assessments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    similar_reasons: Mapped[str] = mapped_column(Text, default="")  # why the mark is similar, not identical
    suspicion_facts: Mapped[str] = mapped_column(Text, default="")
    police_measures: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    changed_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    case: Mapped[Case] = relationship()

    __mapper_args__ = {"version_id_col": version}


class CrimeScreening(Base):
    """One run: what went in, the version of the rules, every hit, and the outcome. Rows are never changed."""

    __tablename__ = "crime_screening"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    n: Mapped[int] = mapped_column(Integer)
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cause: Mapped[str] = mapped_column(String(120), default="")  # what made it run
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    versions: Mapped[list[str]] = mapped_column(default=list)
    standing: Mapped[str] = mapped_column(String(12))
    grounds: Mapped[list[str]] = mapped_column(default=list)

    by: Mapped[Person | None] = relationship()

    @property
    def hits(self) -> list[dict[str, Any]]:
        return list(self.result.get("hits", ()))

    @property
    def prompts(self) -> list[dict[str, Any]]:
        return list(self.result.get("prompts", ()))

    @property
    def questions(self) -> list[dict[str, Any]]:
        """What legal review must answer."""
        return list(self.result.get("flags", ()))


_LATEST = (
    select(CrimeScreening)
    .where(CrimeScreening.case_id == bindparam("case_id"))
    .order_by(CrimeScreening.n.desc())
    .limit(1)
)


def latest(case: Case) -> CrimeScreening | None:
    """The last run of a case. The caller has found the case for its viewer."""
    return db.session.scalar(_LATEST, {"case_id": case.id})
