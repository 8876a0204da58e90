"""Who could act in a case on which day (程序规定 19, 22; 行政处罚法 42). Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.cases.models import Case
from app.core import clock
from app.core.errors import Refused
from app.core.text import N_
from app.extensions import db
from app.people.models import Person


@dataclass(frozen=True)
class Duty:
    """A person in charge from one day to another, first and last day included, with the certificate of that time."""

    person: Person
    certificate_no: str
    since: dt.date
    until: dt.date | None

    @property
    def person_id(self) -> int:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name


def all_of(case: Case) -> list[Duty]:
    """Everybody who was ever in charge: the officers of the case, and until they were appointed those of its clues.

    A clue may be found and inspected before anybody is assigned to it: whoever registered or later verified it counts
    from its finding on.
    """
    rows = [Duty(row.person, row.certificate_no, row.since, row.until) for row in case.officers if row.confirmed]
    appointed = min((row.since for row in rows), default=None)
    for link in case.links:
        clue = link.clue
        ended = {row.person_id: row.until for row in clue.officers}
        for person_id in dict.fromkeys(i for i in (clue.created_by_id, *ended) if i):
            person, until = db.session.get(Person, person_id), ended.get(person_id)
            days = [day for day in (appointed, clock.local(until).date() if until is not None else None) if day]
            if person is not None and _enforces(person, case.organ_id):
                rows.append(
                    Duty(person, person.certificate_no or "", found_on(case) or case.filed_on, min(days, default=None))
                )
    return rows


def _enforces(person: Person, organ_id: int) -> bool:
    return any(post.organ_id == organ_id and post.kind in {"officer", "unit_head"} for post in person.posts)


def on(case: Case, day: dt.date) -> dict[int, Duty]:
    """Who was in charge on that day, by the id of the person. The officers of the case go before those of its clues."""
    found: dict[int, Duty] = {}
    for row in all_of(case):
        if row.since <= day and (row.until is None or day <= row.until):
            found.setdefault(row.person.id, row)
    return found


def found_on(case: Case) -> dt.date | None:
    """The day on which the first clue of the case was found; None for a case without a clue."""
    return min((link.clue.found_on for link in case.links), default=None)


def frozen(rows: Iterable[Any]) -> list[dict[str, Any]]:
    """People in charge (`Duty`, `CaseOfficer`) as a record or a list keeps them: [{person_id, name, certificate}]."""
    return [{"person_id": row.person_id, "name": row.name, "certificate": row.certificate_no} for row in rows]


def shown(case: Case, person_ids: Iterable[int], day: dt.date) -> list[dict[str, Any]]:
    """The officers who were there, with the certificates they showed that day (`frozen`).

    Refused (422) with less than two (行政处罚法 42; 程序规定 22), with one who was not in charge that day, or whose
    certificate was not valid (R-06).
    """
    there, wanted = on(case, day), list(dict.fromkeys(person_ids))
    rows = [there[person_id] for person_id in wanted if person_id in there]
    if len(rows) < len(wanted):
        raise Refused(
            N_(
                "所选人员中有人当日不是本案（或者立案前线索）的办案人员。请核对笔录时间或者清单日期，只勾选当日在场的办案人员。"
            ),
            422,
        )
    if len(rows) < 2:
        raise Refused(N_("执法人员不得少于两人，且须是本案办案人员（行政处罚法 42、程序规定 22）。"), 422)
    if not all(row.person.certified(day) for row in rows):
        raise Refused(N_("所选人员当日的执法证不在有效期内，不能参加检查、询问。请改选他人。"), 422)
    return frozen(rows)
