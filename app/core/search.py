"""Finding Chinese words exactly, on both databases, with one tokenizer.

A run of Han characters gives its overlapping pairs (信阳毛尖 -> 信阳 阳毛 毛尖), a single character itself; a run of
letters or digits gives itself and, when it is longer than three, its overlapping triples. Punctuation breaks runs.
The index answers "all of these tokens" (GIN over a tsvector on PostgreSQL, FTS5 on SQLite); the words themselves are
then looked for in the normalised text of the candidates, so that every answer is right and none is missed.

Not found inside a longer run: a single Han character of the body (titles do have their characters), and one or two
letters or digits. Secret values (identity numbers, informers) are never given to `index`.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    DDL,
    Index,
    Select,
    String,
    Text,
    TextClause,
    UniqueConstraint,
    cast,
    event,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.extensions import Base

BLOCK = 1024  # entries whose ids begin alike share a token on PostgreSQL; changing it takes a migration (0005)
FIRST = 4  # how many of the newest blocks are asked first; then sixteen times as many; then all that is older
SLICE = 128  # candidates whose text is looked into at once; twice as many with every slice that did not fill the page
MOST = 32 * SLICE
LONGEST_QUERY = 60  # characters; more than that is a pasted text, not words to look for
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")


def normalise(raw: str) -> str:
    """Half-width, lower case, white space single: the form in which text is kept for comparing. NUL is dropped."""
    return " ".join(unicodedata.normalize("NFKC", raw.replace("\0", "")).lower().split())


def _runs(clean: str) -> list[tuple[str, bool, int, int]]:
    """(run, is it Han, start, end) in order."""
    return [(m.group(), m.group(1) is not None, m.start(), m.end()) for m in _RUNS.finditer(clean)]


def _grams(run: str, size: int) -> list[str]:
    return [run[i : i + size] for i in range(len(run) - size + 1)]


def han_tokens(raw: str) -> list[str]:
    """The tokens that stand for `raw` in the index, each once, in order of appearance."""
    return list(_tokens_of(normalise(raw)))


def title_tokens(raw: str) -> list[str]:
    """As `han_tokens`, and every single Han character: titles can be found by one character."""
    clean = normalise(raw)
    return list(_tokens_of(clean) | dict.fromkeys(c for run, han, _s, _e in _runs(clean) if han for c in run))


def _tokens_of(clean: str) -> dict[str, None]:
    found: list[str] = []
    for han, other in _RUNS.findall(clean):
        found += _tokens_of_run(han, True) if han else _tokens_of_run(other, False)
    return dict.fromkeys(found)


@functools.lru_cache(maxsize=1 << 14)
def _tokens_of_run(run: str, han: bool) -> tuple[str, ...]:
    """Kept, for officers write the same phrases over and over."""
    if han:
        return tuple(map("".join, itertools.pairwise(run))) if len(run) > 1 else (run,)
    return (run, *_grams(run, 3)) if len(run) > 3 else (run,)


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
        # The text goes out of line: what is read for a page of candidates is narrow.
        {"postgresql_with": {"toast_tuple_target": 128}},
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


def _block(entry_id: int) -> str:
    """The token of the entries that were made about when this one was."""
    return f"_b_{entry_id // BLOCK}"


def _tokens(entry: SearchEntry) -> list[str]:
    words = _tokens_of(entry.text) | dict.fromkeys(title_tokens(entry.title))
    return [*_marks(entry.subject_type, entry.organ_id), *words]


@functools.lru_cache(maxsize=1 << 16)
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
    return store(session, prepared(rows, postgres=_is_postgres(session)))


Row = tuple[str, int, int | None, str, str, str]  # kind, id, organ, title, text; tokens as the database takes them


def prepared(rows: Iterable[tuple[str, int, int | None, str, str]], *, postgres: bool) -> list[Row]:
    """The dear half of `bulk`, which needs no database: another process may do it."""
    ready: list[Row] = []
    before, clean, body = "", "", dict[str, None]()
    spell = _quoted if postgres else _ascii
    for kind, subject_id, organ_id, words, title in rows:
        if words != before:  # a case and its clue tell the same facts
            before, clean, body = words, normalise(words), _tokens_of(normalise(words))
        head = normalise(title)
        marks = dict.fromkeys(_marks(kind, organ_id))
        tokens = marks | _tokens_of(head) | body | dict.fromkeys(title_tokens(head))
        ready.append((kind, subject_id, organ_id, head, f"{head} {clean}".strip(), " ".join(map(spell, tokens))))
    return ready


def store(session: Session, ready: Sequence[Row]) -> int:
    """The other half: write what was prepared. Returns how many."""
    if not ready:
        return 0
    start = (session.scalar(select(func.coalesce(func.max(SearchEntry.id), 0))) or 0) + 1
    driver: Any = session.connection().connection.driver_connection
    if _is_postgres(session):
        with driver.cursor() as cursor, cursor.copy(f"COPY search_entry ({_COLUMNS}, tokens) FROM STDIN") as copy:
            for n, row in enumerate(ready, start):
                copy.write_row((n, *row[:5], f"{row[5]} {_quoted(_block(n))}"))
        last = start + len(ready) - 1
        session.execute(text("SELECT setval(pg_get_serial_sequence('search_entry', 'id'), :n)"), {"n": last})
    else:
        driver.executemany(
            f"INSERT INTO search_entry ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
            [(n, *row[:5]) for n, row in enumerate(ready, start)],
        )
        driver.executemany(
            "INSERT INTO search_fts(rowid, tokens) VALUES (?, ?)", [(n, row[5]) for n, row in enumerate(ready, start)]
        )
    return len(ready)


_COLUMNS = "id, subject_type, subject_id, organ_id, title, text"


@contextmanager
def loading(session: Session) -> Iterator[None]:
    """Around many calls of `bulk`: the index is built once at the end instead of with every row."""
    if _is_postgres(session):
        session.execute(text("DROP INDEX IF EXISTS ix_search_entry_tokens"))
    else:
        session.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('hashsize', 67108864)"))
    yield
    if _is_postgres(session):
        session.execute(
            text("CREATE INDEX ix_search_entry_tokens ON search_entry USING gin (tokens) WITH (fastupdate=off)")
        )
        session.execute(text("ANALYZE search_entry"))
    else:
        session.execute(text("INSERT INTO search_fts(search_fts, rank) VALUES ('hashsize', 1048576)"))


def _write_tokens(session: Session, entry: SearchEntry) -> None:
    found = _tokens(entry)
    if _is_postgres(session):
        vector = func.array_to_tsvector(cast([*found, _block(entry.id)], _text_array()))
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
    """A page of hits, newest first. `cursor` continues the list, None at its end. `total`: see `search`."""

    hits: tuple[tuple[str, int], ...]
    cursor: int | None
    total: int = 0


def words_of(query: str) -> list[str]:
    """What was typed, cut into the words that must all be there; at most LONGEST_QUERY characters are looked at."""
    return normalise(query[:LONGEST_QUERY]).split()


@dataclass(frozen=True)
class _Asked:
    """A query made ready. `groups`: tokens of which each group must give one, for the index. `words`: what is then
    looked for in the text itself. `only`: the subjects that may be hits."""

    groups: list[list[str]]
    words: list[str]
    only: Select[int] | None


def _asked(
    query: str, subject_types: Sequence[str], organ_ids: Iterable[int] | None, only: Select[int] | None
) -> _Asked | None:
    """None when nothing can be found: no words, or no organ."""
    words = words_of(query)
    tokens = list(dict.fromkeys(t for word in words for t in query_tokens(word)))
    groups = [[f"_t_{kind}" for kind in subject_types]] if subject_types else []
    if organ_ids is not None:
        groups.append([f"_o_{organ}" for organ in sorted(organ_ids)])
    if not tokens or not all(groups):
        return None
    return _Asked([*([token] for token in tokens), *groups], [word for word in words if not _implied(word)], only)


def _implied(word: str) -> bool:
    """The one token is the whole word: whoever has it contains it."""
    run = _RUNS.fullmatch(word)
    return run is not None and len(word) == (2 if run.lastindex == 1 else 3)


@functools.lru_cache(maxsize=1 << 16)
def _quoted(token: str) -> str:
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"


Hit = tuple[int, str, int]  # entry, subject_type, subject_id


def _hits(session: Session, asked: _Asked, below: int) -> Iterator[Hit]:
    """Every hit, newest first. Lazy: whoever stops reading stops the looking. below: only entries with a smaller id.

    FTS5 streams the entries that hold all tokens. A GIN index collects them all before it gives the first; so the newest
    blocks are asked first (their numbers are tokens too), then more, then all.
    """
    if not _is_postgres(session):
        tokens = " AND ".join("(" + " OR ".join(map(_ascii, group)) + ")" for group in asked.groups)
        yield from _slices(session, asked, tokens, below)
        return
    block, width = (below - 1) // BLOCK, FIRST
    while block >= 0:
        # A window is worth its question when it is small beside what is left.
        lowest = block - width + 1 if width * 4 < block else 0
        groups = list(asked.groups)
        if lowest > 0:
            groups.append([f"_b_{n}" for n in range(lowest, block + 1)])
        else:
            _by_tokens(session)
        tokens = " & ".join("(" + " | ".join(map(_quoted, group)) + ")" for group in groups)
        yield from _slices(session, asked, tokens, below)
        below, block, width = lowest * BLOCK, lowest - 1, width * 16


def _by_tokens(session: Session) -> None:
    """For the rest of this transaction let PostgreSQL use the index of tokens for frequent words too: it does not know
    what unpacking the tokens of every row costs, and would read the whole table."""
    if session.info.get("by_tokens", False) is not session.get_transaction():
        session.execute(text("SET LOCAL enable_seqscan = off"))
        session.info["by_tokens"] = session.get_transaction()


# As text: put together from expressions, the statement costs more than what it does. + 0: PostgreSQL would rather walk
# back along the primary key and unpack the tokens of every row on the way. The words are looked for in a slice only.
_SLICE = {
    True: "SELECT id, subject_type, subject_id, {holds} FROM (SELECT id, subject_type, subject_id, text FROM search_entry"
    " WHERE tokens @@ CAST(:tokens AS tsquery) AND id + 0 < :below ORDER BY id + 0 DESC LIMIT :n) AS few",
    False: "SELECT id, subject_type, subject_id, {holds} FROM (SELECT rowid AS at FROM search_fts WHERE search_fts MATCH :tokens"
    " AND rowid < :below ORDER BY rowid DESC LIMIT :n) AS few JOIN search_entry ON id = at ORDER BY id DESC",
}


@functools.cache
def _slice(words: int, *, postgres: bool) -> TextClause:
    place = "strpos" if postgres else "instr"
    return text(
        _SLICE[postgres].format(holds=" AND ".join(["1 = 1", *(f"{place}(text, :w{n}) > 0" for n in range(words))]))
    )


def _slices(session: Session, asked: _Asked, tokens: str, below: int) -> Iterator[Hit]:
    statement = _slice(len(asked.words), postgres=_is_postgres(session))
    size, given = SLICE, {"tokens": tokens, **{f"w{n}": word for n, word in enumerate(asked.words)}}
    while True:
        rows = session.execute(statement, {**given, "below": below, "n": size}).all()
        found: list[Hit] = sorted(((row[0], row[1], row[2]) for row in rows if row[3]), reverse=True)
        if asked.only is not None and found:
            # Asked about these few by their keys: as a join it would read through the whole table of subjects.
            ids = asked.only.where(asked.only.selected_columns[0].in_([hit[2] for hit in found]))
            kept = set(session.scalars(ids))
            found = [hit for hit in found if hit[2] in kept]
        yield from found
        if len(rows) < size:
            return
        below, size = min(row[0] for row in rows), min(size * 2, MOST)


def cursor_of(given: str) -> int | None:
    """A cursor as it stands in an address. Anything else opens the first page."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 16 else None


def top(session: Session) -> int:
    """The cursor before the newest entry. Whoever searches several kinds asks for it once, and hands it on."""
    return (session.scalar(select(func.max(SearchEntry.id))) or 0) + 1


def search(
    session: Session,
    query: str,
    *,
    subject_types: Sequence[str] = (),
    organ_ids: Iterable[int] | None = None,
    only: Select[int] | None = None,
    limit: int = 20,
    cursor: int | None = None,
    cap: int = 0,
    newest: int = 0,
) -> Found:
    """Subjects in which every word of `query` stands, newest entry first.

    subject_types, organ_ids: narrowed inside the index (organ_ids None: all organs; the caller passes the viewer's
    scope). only: a select of the ids of subjects that may be hits, for one kind. cursor: from the page before.
    cap: `total` is counted from this page on, up to `cap` + 1 and no further (the page then writes "100+").
    newest: what `top` said, when it was asked before.
    """
    asked = _asked(query, subject_types, organ_ids, only)
    if asked is None:
        return Found((), None)
    newest = newest or top(session)
    below = newest if cursor is None else min(cursor, newest)  # a forged cursor leads nowhere
    found = list(itertools.islice(_hits(session, asked, below), max(limit, cap) + 1))
    hits = tuple((kind, subject_id) for _entry, kind, subject_id in found[:limit])
    return Found(hits, found[limit - 1][0] if len(found) > limit else None, len(found[: cap + 1]) if cap else 0)
