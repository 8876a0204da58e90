"""Search across the house: what the viewer may read, grouped by kind, with the words marked."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.core import numbering, search, subjects
from app.core.errors import NotFound
from app.core.permissions import Viewer, may, scope
from app.core.search import Found, SearchEntry
from app.core.subjects import SubjectKind
from app.extensions import db

EACH = 5  # hits of each kind on the page of all kinds
PAGE = 25  # hits on the page of one kind
CAP = 100  # hits are counted up to here: who has more of them types another word
AROUND = 24  # characters of the text before and after the first hit


@dataclass(frozen=True)
class Hit:
    """title and excerpt as (text, is it a hit) pieces: the template marks them, nothing is printed unescaped."""

    url: str
    title: list[tuple[str, bool]]
    excerpt: list[tuple[str, bool]]
    subject: Any


@dataclass(frozen=True)
class Group:
    """The hits of one kind. shown: the count as words (100+). cursor: continues the list."""

    kind: SubjectKind
    shown: str
    count: int
    hits: list[Hit]
    cursor: int | None


def kinds(viewer: Viewer) -> list[SubjectKind]:
    """What the viewer may search."""
    return [kind for kind in subjects.kinds().values() if may(viewer, kind.permission)]


def look(viewer: Viewer, query: str, only: str = "", cursor: int | None = None) -> list[Group]:
    """The groups with at least one hit. only: one kind, paged by `cursor`."""
    if not search.words_of(query):
        return []
    session, wanted = db.session(), [kind for kind in kinds(viewer) if not only or kind.type == only]
    top = search.top(session)
    few: dict[str, list[int]] = {}
    together = [] if only else [kind.type for kind in wanted]
    while together:
        # Kinds with few hits are looked up together; what may be seen of them is asked below like everything else.
        every = search.search(session, query, subject_types=together, limit=CAP, cap=CAP, newest=top)
        if every.total <= CAP:
            few = {kind: [i for k, i in every.hits if k == kind] for kind in together}
            break
        many = {kind for kind, _i in every.hits}
        together = [kind for kind in together if kind not in many]
    groups = []
    for kind in wanted:
        if kind.type in few:
            seen = _seen(viewer, kind, few[kind.type])
            found = Found(tuple((kind.type, i) for i in seen[:EACH]), None, len(seen))
        else:
            found = _looked_up(viewer, kind, query, PAGE if only else EACH, top, cursor)
        if found.hits:
            groups.append(_group(kind, query, found))
    return groups


def _seen(viewer: Viewer, kind: SubjectKind, ids: list[int]) -> list[int]:
    """Those of these that the viewer may read, in their order."""
    if not ids:
        return []
    seen = select(kind.model.id).where(kind.model.id.in_(ids), scope(viewer, kind.permission, kind.model))
    kept = set(db.session.scalars(seen))
    return [i for i in ids if i in kept]


def _looked_up(viewer: Viewer, kind: SubjectKind, query: str, limit: int, top: int, cursor: int | None) -> Found:
    # The organs narrow inside the index; the scope of the subject itself has the last word on every hit.
    asked: dict[str, Any] = {
        "subject_types": (kind.type,),
        "organ_ids": viewer.scope_ids if hasattr(kind.model, "organ_id") and viewer.organ_kind == "bureau" else None,
        "only": select(kind.model.id).where(scope(viewer, kind.permission, kind.model)),
        "cap": CAP,
        "newest": top,
    }
    session = db.session()
    found = search.search(session, query, limit=limit, cursor=cursor, **asked)
    if cursor is None:
        return found
    return replace(found, total=search.search(session, query, limit=1, **asked).total)


def _group(kind: SubjectKind, query: str, found: Found) -> Group:
    session, words = db.session(), search.words_of(query)
    ids = [subject_id for _type, subject_id in found.hits]
    rows = {row.id: row for row in session.scalars(select(kind.model).where(kind.model.id.in_(ids))).unique()}
    texts = {
        row[0]: row[1]
        for row in session.execute(
            select(SearchEntry.subject_id, SearchEntry.text).where(SearchEntry.subject_type == kind.type, SearchEntry.subject_id.in_(ids))
        )
    }  # fmt: skip
    hits = []
    for i in ids:
        if i in rows:
            title = marked(kind.title(rows[i]), words)
            told = {piece.lower() for piece, hit in title if hit}
            rest = [word for word in words if word not in told]
            hits.append(
                Hit(subjects.url(kind.type, i), title, excerpt(texts.get(i, ""), rest) if rest else [], rows[i])
            )
    return Group(kind, f"{CAP}+" if found.total > CAP else str(found.total), found.total, hits, found.cursor)


def by_number(viewer: Viewer, query: str) -> str | None:
    """The page of the subject that bears exactly this official number, if the viewer may read it."""
    issued = numbering.holder(query) if 4 <= len(query) <= 80 else None
    if issued is None or issued.subject_id is None or issued.subject_type not in subjects.kinds():
        return None
    try:
        subjects.find(viewer, issued.subject_type, issued.subject_id)
    except NotFound:
        return None
    return subjects.url(issued.subject_type, issued.subject_id)


def marked(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """`text` in pieces, those that are one of `words` told apart. Full width and half width are one."""
    if not words:
        return [(text, False)]
    plain = "".join(search.normalise(c) or " " if len(search.normalise(c)) <= 1 else c for c in text)
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    pieces: list[tuple[str, bool]] = []
    at = 0
    for match in pattern.finditer(plain):
        if match.start() > at:
            pieces.append((text[at : match.start()], False))
        pieces.append((text[match.start() : match.end()], True))
        at = match.end()
    if at < len(text):
        pieces.append((text[at:], False))
    return pieces


def excerpt(text: str, words: list[str]) -> list[tuple[str, bool]]:
    """A line of `text` around the first of `words`."""
    first = min((at for at in (text.find(word) for word in words) if at >= 0), default=-1)
    if first < 0:
        return []
    start, end = max(0, first - AROUND), first + 3 * AROUND
    pieces = marked(text[start:end], words)
    return [*([("…", False)] if start else []), *pieces, *([("…", False)] if end < len(text) else [])]
