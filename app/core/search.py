"""Finding Chinese words exactly, on both databases, with one tokenizer.

A run of Han characters gives its overlapping pairs (信阳毛尖 -> 信阳 阳毛 毛尖), a single character itself; a run of
letters or digits gives itself and, when it is longer than three, its overlapping triples. Punctuation breaks runs.
The index answers "all of these tokens" (GIN over a tsvector on PostgreSQL, FTS5 on SQLite); the words themselves are
then looked for in the normalised text of the candidates, so that every answer is right and none is missed.

Not found inside a longer run: a single Han character of the body (titles do have their characters), and one or two
letters or digits. Secret values (identity numbers, informers) are never given to `index`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    DDL,
    ColumnElement,
    Index,
    Select,
    String,
    Text,
    UniqueConstraint,
    and_,
    cast,
    column,
    event,
    false,
    func,
    literal_column,
    select,
    table,
    text,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import TSQUERY, TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.extensions import Base

COUNT_CAP = 1000
LONGEST_QUERY = 60  # characters; more than that is a pasted text, not words to look for
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")


def normalise(raw: str) -> str:
    """Half-width, lower case, white space single: the form in which text is kept for comparing."""
    return " ".join(unicodedata.normalize("NFKC", raw).lower().split())


def _runs(clean: str) -> list[tuple[str, bool, int, int]]:
    """(run, is it Han, start, end) in order."""
    return [(m.group(), m.group(1) is not None, m.start(), m.end()) for m in _RUNS.finditer(clean)]


def _grams(run: str, size: int) -> list[str]:
    return [run[i : i + size] for i in range(len(run) - size + 1)]


def han_tokens(raw: str) -> list[str]:
    """The tokens that stand for `raw` in the index, each once, in order of appearance."""
    found: dict[str, None] = {}
    for run, han, _start, _end in _runs(normalise(raw)):
        if han:
            found.update(dict.fromkeys(_grams(run, 2) or [run]))
        else:
            found[run] = None
            found.update(dict.fromkeys(_grams(run, 3)))
    return list(found)


def title_tokens(raw: str) -> list[str]:
    """As `han_tokens`, and every single Han character: titles can be found by one character."""
    singles = [c for run, han, _s, _e in _runs(normalise(raw)) if han for c in run]
    return list(dict.fromkeys(han_tokens(raw) + singles))


def query_tokens(word: str) -> list[str]:
    """Tokens that every text containing `word` must have.

    The first and last run of a word may be cut out of longer ones, so only what is certain of them is asked for.
    Empty when nothing is certain (one or two letters or digits): then only the whole run can be looked up.
    """
    clean = normalise(word)
    certain: dict[str, None] = {}
    for run, han, start, end in _runs(clean):
        cut = start == 0 or end == len(clean)
        if han and len(run) > 1:
            certain.update(dict.fromkeys(_grams(run, 2)))
        elif not han and len(run) > 2:
            certain.update(dict.fromkeys(_grams(run, 3) if cut else [run]))
        elif not cut:
            certain[run] = None
    return list(certain) or [run for run, _han, _start, _end in _runs(clean)]


class SearchEntry(Base):
    """What can be found of one subject. `text` is normalised; `title` is its part that is found by single characters."""

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id"),
        Index("ix_search_entry_tokens", "tokens", postgresql_using="gin", postgresql_with={"fastupdate": "off"})
        .ddl_if(dialect="postgresql"),
        Index("ix_search_entry_newest", "subject_type", "organ_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column()
    organ_id: Mapped[int | None] = mapped_column()
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    # PostgreSQL only; on SQLite the tokens live in the virtual table search_fts and this stays empty.
    tokens: Mapped[Any | None] = mapped_column(TSVECTOR().with_variant(Text(), "sqlite"), deferred=True)


# Contentless: SQLite keeps no copy of the text. Tokens are ASCII (see _ascii), because its unicode tables are older
# than some characters of personal names and would cut there.
SQLITE_FTS = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_fts USING fts5(tokens, content='', detail=none, tokenize='ascii')"
)


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]


event.listen(SearchEntry.__table__, "after_create", _ddl(SQLITE_FTS).execute_if(dialect="sqlite"))
event.listen(SearchEntry.__table__, "before_drop", _ddl("DROP TABLE IF EXISTS search_fts").execute_if(dialect="sqlite"))


def _marks(subject_type: str, organ_id: int | None) -> list[str]:
    """Tokens that words cannot be: kind and organ are narrowed inside the index."""
    return [f"_t_{subject_type}", *([f"_o_{organ_id}"] if organ_id is not None else [])]


def _tokens(entry: SearchEntry) -> list[str]:
    words = dict.fromkeys(title_tokens(entry.title) + han_tokens(entry.text))
    return [*_marks(entry.subject_type, entry.organ_id), *words]


def _ascii(token: str) -> str:
    """A token as FTS5's ascii tokenizer keeps it whole. Marks, words and other scripts cannot be mistaken for each other."""
    if token.startswith("_"):
        return "m" + token.replace("_", "q")
    return "w" + token if token.isascii() else "h" + "h".join(f"{ord(c):x}" for c in token)


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def index(
    session: Session, subject_type: str, subject_id: int, organ_id: int | None, words: str, title: str = ""
) -> None:
    """Make a subject findable by `title` and `words`, or by the new ones instead of the old. Never commits.

    organ_id: the organ whose people may find it (None: everybody).
    """
    entry = session.scalar(
        select(SearchEntry).where(SearchEntry.subject_type == subject_type, SearchEntry.subject_id == subject_id)
    )
    new_title, new_text = normalise(title), normalise(f"{title} {words}")
    if entry is None:
        entry = SearchEntry(subject_type=subject_type, subject_id=subject_id, organ_id=organ_id, title="", text="")
        session.add(entry)
    elif (entry.organ_id, entry.title, entry.text) == (organ_id, new_title, new_text):
        return
    elif not _is_postgres(session):
        _fts_delete(session, entry)
    entry.organ_id, entry.title, entry.text = organ_id, new_title, new_text
    session.flush()
    _write_tokens(session, entry)


def forget(session: Session, subject_type: str, subject_id: int) -> None:
    """Make a subject findable no more."""
    entry = session.scalar(
        select(SearchEntry).where(SearchEntry.subject_type == subject_type, SearchEntry.subject_id == subject_id)
    )
    if entry is None:
        return
    if not _is_postgres(session):
        _fts_delete(session, entry)
    session.delete(entry)
    session.flush()


def bulk(session: Session, rows: Iterable[tuple[str, int, int | None, str, str]]) -> int:
    """Index many new subjects at once: (subject_type, subject_id, organ_id, words, title). Returns how many.

    For loading: none of them may be indexed yet. The caller runs ANALYZE afterwards.
    """
    postgres = _is_postgres(session)
    start = session.scalar(select(func.coalesce(func.max(SearchEntry.id), 0))) or 0
    entries: list[dict[str, Any]] = []
    tokens: list[dict[str, Any]] = []
    for n, (subject_type, subject_id, organ_id, words, title) in enumerate(rows, start + 1):
        entry = SearchEntry(
            id=n, subject_type=subject_type, subject_id=subject_id, organ_id=organ_id,
            title=normalise(title), text=normalise(f"{title} {words}"),
        )  # fmt: skip
        row = {"id": n, "st": subject_type, "si": subject_id, "o": organ_id, "ti": entry.title, "te": entry.text}
        found = _tokens(entry)
        entries.append(row | ({"tok": found} if postgres else {}))
        if not postgres:
            tokens.append({"id": n, "t": " ".join(_ascii(t) for t in found)})
    if not entries:
        return 0
    columns, values = "id, subject_type, subject_id, organ_id, title, text", ":id, :st, :si, :o, :ti, :te"
    if postgres:
        columns, values = columns + ", tokens", values + ", array_to_tsvector(cast(:tok as text[]))"
    session.execute(text(f"INSERT INTO search_entry ({columns}) VALUES ({values})"), entries)  # noqa: S608
    if postgres:
        session.execute(
            text("SELECT setval(pg_get_serial_sequence('search_entry', 'id'), :n)"), {"n": entries[-1]["id"]}
        )
    else:
        session.execute(text("INSERT INTO search_fts(rowid, tokens) VALUES (:id, :t)"), tokens)
    return len(entries)


def _write_tokens(session: Session, entry: SearchEntry) -> None:
    found = _tokens(entry)
    if _is_postgres(session):
        vector = func.array_to_tsvector(cast(found, _text_array()))
        session.execute(
            update(SearchEntry).where(SearchEntry.id == entry.id).values(tokens=vector),
            execution_options={"synchronize_session": False},
        )
    else:
        session.execute(
            text("INSERT INTO search_fts(rowid, tokens) VALUES (:id, :t)"),
            {"id": entry.id, "t": " ".join(_ascii(t) for t in found)},
        )


def _text_array() -> Any:
    from sqlalchemy.dialects.postgresql import ARRAY

    return ARRAY(Text())


def _fts_delete(session: Session, entry: SearchEntry) -> None:
    # A contentless table forgets a row only when it is told exactly what the row held: the tokenizer makes it anew.
    session.execute(
        text("INSERT INTO search_fts(search_fts, rowid, tokens) VALUES ('delete', :id, :t)"),
        {"id": entry.id, "t": " ".join(_ascii(t) for t in _tokens(entry))},
    )


# ---- asking -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Found:
    """A page of hits, newest first. `cursor` continues the list, None at its end."""

    hits: tuple[tuple[str, int], ...]
    cursor: int | None


def words_of(query: str) -> list[str]:
    """What was typed, cut into the words that must all be there; at most LONGEST_QUERY characters are looked at."""
    return normalise(query[:LONGEST_QUERY]).split()


def _matches(postgres: bool, words: Sequence[str], marks: Sequence[Sequence[str]]) -> ColumnElement[bool]:
    """All tokens of all words, and of each group of marks one; then the words themselves."""
    tokens = list(dict.fromkeys(t for word in words for t in query_tokens(word)))
    if not tokens:
        return false()
    holds = and_(true(), *(SearchEntry.text.contains(word, autoescape=True) for word in words))
    if postgres:
        parts = [_quoted(t) for t in tokens] + ["(" + " | ".join(_quoted(m) for m in group) + ")" for group in marks]
        return and_(SearchEntry.tokens.bool_op("@@")(cast(" & ".join(parts), TSQUERY)), holds)
    parts = [_ascii(t) for t in tokens] + ["(" + " OR ".join(_ascii(m) for m in group) + ")" for group in marks]
    fts = table("search_fts", column("rowid"))
    match = literal_column("search_fts").bool_op("MATCH")(" AND ".join(parts))
    return and_(SearchEntry.id.in_(select(fts.c.rowid).where(match)), holds)


def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


def _asked(
    session: Session, query: str, subject_types: Sequence[str], organ_ids: Iterable[int] | None, where: ColumnElement[bool] | None
) -> Select[int, str, int] | None:  # fmt: skip
    words = words_of(query)
    if not words:
        return None
    marks: list[list[str]] = []
    if subject_types:
        marks.append([f"_t_{kind}" for kind in subject_types])
    if organ_ids is not None:
        organs = [f"_o_{organ}" for organ in sorted(organ_ids)]
        if not organs:
            return None
        marks.append(organs)
    asked = select(SearchEntry.id, SearchEntry.subject_type, SearchEntry.subject_id)
    asked = asked.where(_matches(_is_postgres(session), words, marks))
    return asked if where is None else asked.where(where)


def search(
    session: Session,
    query: str,
    *,
    subject_types: Sequence[str] = (),
    organ_ids: Iterable[int] | None = None,
    where: ColumnElement[bool] | None = None,
    limit: int = 20,
    cursor: int | None = None,
) -> Found:
    """Subjects in which every word of `query` stands, newest entry first.

    subject_types, organ_ids: narrowed inside the index (organ_ids None: all organs; the caller passes the viewer's
    scope). where: any further condition on SearchEntry. cursor: from the page before.
    """
    asked = _asked(session, query, subject_types, organ_ids, where)
    if asked is None:
        return Found((), None)
    if cursor is not None:
        asked = asked.where(SearchEntry.id < cursor)
    rows = session.execute(asked.order_by(SearchEntry.id.desc()).limit(limit + 1)).all()
    more = len(rows) > limit
    return Found(tuple((row[1], row[2]) for row in rows[:limit]), rows[limit - 1][0] if more else None)


def count(
    session: Session,
    query: str,
    *,
    subject_types: Sequence[str] = (),
    organ_ids: Iterable[int] | None = None,
    where: ColumnElement[bool] | None = None,
    cap: int = COUNT_CAP,
) -> int:
    """How many there are, counted up to `cap` + 1 and no further (the page then writes "1000+")."""
    asked = _asked(session, query, subject_types, organ_ids, where)
    if asked is None:
        return 0
    return session.scalar(select(func.count()).select_from(asked.limit(cap + 1).subquery())) or 0


def subject_ids(session: Session, query: str, subject_type: str) -> Select[int]:
    """The ids of the subjects of one kind that hold every word: for `Model.id.in_(...)` in a filtered list.

    The list's own scope decides what the viewer sees.
    """
    asked = _asked(session, query, (subject_type,), None, None)
    if asked is None:
        return select(SearchEntry.subject_id).where(false())
    return asked.with_only_columns(SearchEntry.subject_id)
