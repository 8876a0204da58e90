"""What every subject of a procedure has in common."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from app.core import clock


class Subject:
    """A row that a workflow carries through its states.

    status and last_step (the id of the step that moved it here, or sent it back here) are assigned in `core/steps.py: take` and nowhere else
    (a law test looks for other places).
    version makes the second of two writers lose (StaleDataError -> 409).
    born_under is the version of the workflow the subject began with.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    status: Mapped[str] = mapped_column(String(40), index=True)
    last_step: Mapped[str] = mapped_column(String(60), default="begin")
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    born_under: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    @declared_attr
    def organ_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("organ.id"), index=True)

    @declared_attr
    def created_by_id(cls) -> Mapped[int]:
        return mapped_column(ForeignKey("person.id"))

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, object]:
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]
