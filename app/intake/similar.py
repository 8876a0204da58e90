"""You may be the second: likely duplicates of a clue, with the reason, before it is saved.

Every question has a fixed number of rows to look at, whatever the size of the table.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, select

from app.core import clock
from app.core import text as words
from app.core.permissions import Viewer, scope
from app.core.text import _
from app.extensions import db
from app.intake.models import Clue

WINDOW = dt.timedelta(days=180)
NEWEST = 200  # clues of the organ whose wording is compared
EACH = 5
LIKE = 0.5  # share of common pairs of characters from which two descriptions are alike
LEAST = 10  # pairs; shorter texts are alike by chance


@dataclass(frozen=True)
class Likely:
    """A clue that may be the same, and every reason to think so."""

    clue: Clue
    why: tuple[str, ...]


# The newest clues of an organ are compared with each one that is typed. Only what everybody may read is kept here.
plain = lru_cache(maxsize=4096)(words.plain)


def place_key(text: str) -> str:
    """A place, so that two ways to write it are one."""
    return plain(text)[:200]


def pairs(text: str) -> frozenset[str]:
    """All pairs of neighbouring characters of a plain text."""
    return frozenset(_pairs(text))


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


def likeness(a: frozenset[str], text: str) -> float:
    """Dice's coefficient of the pairs `a` and those of a plain text: 0 to 1; 0 for texts too short to say.

    Most texts have little in common; they are left before a set of their own is built (3 × common < a: below LIKE).
    """
    common = len(a.intersection(_pairs(text)))
    if len(a) < LEAST or 3 * common < len(a):
        return 0.0
    b = pairs(text)
    return 2 * common / (len(a) + len(b)) if len(b) >= LEAST else 0.0


def likely(
    viewer: Viewer,
    *,
    party_id: int | None,
    right_id: int | None,
    place: str,
    facts: str,
    but: int | None = None,
    at: dt.datetime | None = None,
) -> list[Likely]:
    """Clues that the one being typed may repeat, strongest first; only those that the viewer may read.

    party_id, right_id: from the registers, None for what is new there. but: a clue not to compare with (itself).
    """
    since = (at or clock.now()) - WINDOW
    found: dict[int, tuple[Clue, list[str]]] = {}

    def note(clue: Clue, why: str) -> None:
        found.setdefault(clue.id, (clue, []))[1].append(why)

    mine = [scope(viewer, "clue.read", Clue), Clue.id != (but or 0)]
    if party_id is not None:
        for clue in _newest(*mine, Clue.party_id == party_id, Clue.found_at >= since):
            note(clue, _("同一当事人，%(when)s登记过", when=_ago(clue)))
        if right_id is not None:
            for clue in _newest(*mine, Clue.right_id == right_id, Clue.party_id == party_id):
                note(clue, _("同一当事人侵犯同一权利"))
    key = place_key(place)
    if len(key) >= 4:
        for clue in _newest(*mine, Clue.organ_id == viewer.organ_id, Clue.place_key == key, Clue.found_at >= since):
            note(clue, _("同一地点，%(when)s登记过", when=_ago(clue)))
    for clue, share in _alike(viewer, mine, facts, since):
        note(clue, _("情况描述有%(n)s%%相同", n=round(share * 100)))
    ranked = sorted(found.values(), key=lambda pair: (len(pair[1]), pair[0].found_at), reverse=True)
    return [Likely(clue, tuple(why)) for clue, why in ranked[:EACH]]


def _ago(clue: Clue) -> str:
    days = (clock.today() - clue.found_on).days
    return _("%(n)s天前", n=days) if days > 0 else _("今天")


def _newest(*where: ColumnElement[bool]) -> list[Clue]:
    return list(
        db.session.scalars(select(Clue).where(*where).order_by(Clue.found_at.desc(), Clue.id.desc()).limit(EACH))
    )


def _alike(viewer: Viewer, mine: list[ColumnElement[bool]], facts: str, since: dt.datetime) -> list[tuple[Clue, float]]:
    wanted = pairs(plain(facts))
    if len(wanted) < LEAST:
        return []
    recent = (
        select(Clue.id, Clue.facts)
        .where(*mine, Clue.organ_id == viewer.organ_id, Clue.found_at >= since)
        .order_by(Clue.found_at.desc(), Clue.id.desc())
        .limit(NEWEST)
    )
    scored = [(likeness(wanted, plain(text)), clue_id) for clue_id, text in db.session.execute(recent)]
    best = sorted((pair for pair in scored if pair[0] >= LIKE), reverse=True)[:EACH]
    return [(db.session.get_one(Clue, clue_id), share) for share, clue_id in best]
