"""Correcting an issued paper: the records are put right first, then the paper is drawn up again from them.

Nobody types into a paper. What is printed is what the records say, so that the two cannot part; what may differ between
two versions is only what was put right in the records in between. Signer, step and day stay those of the first issue.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.steps import Taken
from app.core.text import N_
from app.core.workflow import Step
from app.documents.kinds import KINDS, facts_function, freeze
from app.documents.models import Paper
from app.extensions import db


@dataclass(frozen=True)
class Occasion:
    """The part of `core.steps.Taken` that facts functions read: by which step, by whom, when it was issued.

    What the form of the step said is not kept: `data` is empty. printed: the facts of the paper that is to be corrected.
    """

    step: Step
    subject: Any
    viewer: Viewer
    at: dt.datetime
    printed: Mapping[str, Any]
    data: Mapping[str, Any] = field(default_factory=dict)


def printed_before(taken: Taken | Occasion) -> Mapping[str, Any] | None:
    """What the paper that is being corrected says; None where a step makes it.

    Who gave, who received, who stood by and when belong to the act that was signed: the row may tell of a later one,
    or of none any more, and a correction takes them from the paper.
    """
    return taken.printed if isinstance(taken, Occasion) else None


def correctable(paper: Paper) -> bool:
    """Whether the paper is of a kind that may be corrected, was made by a step, and is the newest of its versions."""
    return KINDS[paper.kind].correctable and bool(paper.step) and not paper.origin and paper.superseded_by_id is None


def drawn_again(paper: Paper, subject: Any, viewer: Viewer) -> Any:
    """The facts of the paper as the records give them now. Refused (409) when the records give no such paper (any more).

    One step can make several papers of a kind (a notice for each measure): then the one of the same measure.
    """
    first = _first_issue(paper)
    signed = dataclasses.replace(viewer, name=first.issued_by.name if first.issued_by is not None else viewer.name)
    step = Step(first.step, "", "", None, viewer.post, "")
    given = facts_function(paper.kind)(subject, Occasion(step, subject, signed, first.issued_at, paper.facts))
    if isinstance(given, list | tuple):
        same = [one for one in given if getattr(one, "measure_no", None) == paper.facts.get("measure_no")]
        if len(same) > 1:  # one decision number, several days
            same = [one for one in same if getattr(one, "measure_on", None) == paper.facts.get("measure_on")]
        given = same[0] if len(same) == 1 else None
    if given is None:
        raise Refused(N_("按现有记录已不再形成这份文书，不能更正。请核对案件、移送记录。"), 409)
    return given


def _first_issue(paper: Paper) -> Paper:
    """The version that the step made: whose day and signer are printed. Only a correction carries a note."""
    while paper.note:
        before = db.session.scalar(select(Paper).where(Paper.superseded_by_id == paper.id).order_by(Paper.id.desc()))
        if before is None:
            break
        paper = before
    return paper


def differences(paper: Paper, facts: Any) -> list[tuple[str, str]]:
    """What changes, as (printed before, printed now) in the order of the paper. Empty when the records say the same."""
    before, now = dict(_leaves(paper.facts)), dict(_leaves(freeze(facts)))
    return [
        (before.get(where, ""), now.get(where, ""))
        for where in dict.fromkeys((*before, *now))
        if before.get(where, "") != now.get(where, "")
    ]


def _leaves(value: Any, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _leaves(one, f"{where}.{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, f"{where}.{number}")
    else:
        yield where, "" if value is None else str(value)
