"""Load generated cases into a throw-away database: clue, case, officers, deadlines, goods, history, search, numbers.

Each record becomes what an office would have had after working on it: the clue went through the steps of its procedure
up to where its status says, and so did the case; history tells the same and its chain holds (``flask check``).
Bound by the processor, so a second process prepares the words for the search (and writes them too on PostgreSQL).
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import event, insert, select, text

from app.cases.actions import CASE_NUMBER
from app.cases.goods import GoodsLine, GoodsList
from app.cases.models import Case, CaseClue, CaseOfficer
from app.cases.words import band_of
from app.cases.workflow import CASE
from app.core import clock, search
from app.core.db import writing
from app.core.deadlines import Deadline, terms
from app.core.history import GENESIS, HistoryEntry, HistoryHead, seal
from app.core.numbering import Counter, IssuedNumber
from app.core.terms import compute
from app.core.workflow import Workflow
from app.extensions import db
from app.intake.actions import NUMBER as CLUE_NUMBER
from app.intake.models import Clue, ClueOfficer
from app.intake.similar import place_key
from app.intake.workflow import CLUE
from app.law.models import Cause
from app.people.models import Organ, Person, Post
from app.registry.models import Party, Right
from tests.bench import generate
from tests.bench.bulk import Bulk, aside, json_text

OFFICERS = 6  # per organ
FRESH = 1200
RIGHTS = {
    "商标": "trademark",
    "专利": "patent",
    "地理标志": "gi",
    "著作权": "copyright",
    "商业秘密": "secret",
    "特殊标志": "special_sign",
}
SOURCES = {
    "投诉举报": "report", "日常检查": "inspection", "铁拳行动专项": "campaign", "上级交办": "assigned", "部门移送": "transfer_in_admin",
    "权利人维权": "right_holder",
}  # fmt: skip
FILED = ("assign", "propose_filing", "endorse_filing", "approve_filing")
# status of the record -> steps of the clue, steps of the case (None: no case)
PATHS: dict[str, tuple[tuple[str, ...], tuple[str, ...] | None]] = {
    "立案": (FILED, ()),
    "调查取证": (FILED, ("appoint",)),
    "待审批": (FILED, ("appoint", "report")),
    "行政处罚告知": (FILED, ("appoint", "report")),
    "已处罚": (FILED, ("appoint", "report")),
    "移送司法": (FILED, ("appoint", "taken_by_justice")),
    "结案": (FILED, ("appoint", "terminate", "close")),
}
OPEN_CLUES: tuple[tuple[str, ...], ...] = (
    (),
    ("assign",),
    ("assign", "propose_filing"),
    ("assign", "propose_filing", "endorse_filing"),
)
TABLES = [
    Clue,
    ClueOfficer,
    Case,
    CaseOfficer,
    CaseClue,
    Deadline,
    GoodsList,
    GoodsLine,
    HistoryEntry,
    IssuedNumber,
    Party,
]


@dataclass(frozen=True)
class Source:
    """Where the records come from: our generator, or a file of JSON lines."""

    count: int
    file: Path | None = None
    seed: int = generate.SEED
    fresh: int = FRESH

    def records(self, *, story: bool = False) -> Iterator[dict[str, Any]]:
        """All of them. story: with timelines told to their end, which a file has and a load does not need."""
        if self.file is None:
            yield from generate.cases(self.count, self.seed, story=story)
        else:
            yield from generate.read(self.file, self.count)
        # Clues that nobody has touched, each for one measured step.
        for number in range(self.count + 1, self.count + 1 + self.fresh):
            yield generate.case(number, self.seed, story=story) | {"county": "浉河区", "status": "线索", "fresh": True}


@dataclass(frozen=True)
class Loaded:
    """What was loaded: records, rows in all, seconds."""

    records: int
    rows: int
    seconds: float


@dataclass(frozen=True)
class _Who:
    id: int
    name: str


@dataclass(frozen=True)
class _Organ:
    id: int
    short: str


class City:
    """The organs of the rehearsal city, each with six officers of the bench; ids that records are put under."""

    def __init__(self) -> None:
        organs = db.session.scalars(select(Organ).where(Organ.kind == "bureau")).all()
        self.organs = {organ.area: _Organ(organ.id, organ.short) for organ in organs}
        self.heads: dict[int, dict[str, _Who]] = {}
        self.officers: dict[int, list[_Who]] = {}
        rows = db.session.execute(select(Post.organ_id, Post.kind, Person.id, Person.name).join(Person)).all()
        for organ_id, kind, person_id, name in rows:
            self.heads.setdefault(organ_id, {}).setdefault(kind, _Who(person_id, name))
            if kind == "officer":
                self.officers.setdefault(organ_id, []).append(_Who(person_id, name))
        self.causes = {kind: cause_id for cause_id, kind in _causes()}

    def organ(self, area: str) -> _Organ:
        return self.organs.get(area) or self.organs["信阳市"]

    def head(self, organ_id: int, kind: str) -> _Who:
        own = self.heads.get(organ_id, {})
        return own.get(kind) or next(iter(own.values()), None) or _Who(1, "系统")

    def officer(self, organ_id: int, name: str, other: _Who | None = None) -> _Who:
        """The officer that this made-up name falls upon, never the same as ``other``."""
        mine = self.officers[organ_id]
        at = sum(map(ord, name)) % len(mine)
        return mine[at] if other is None or mine[at].id != other.id else mine[(at + 1) % len(mine)]


def _causes() -> list[tuple[int, str]]:
    return [(row.id, getattr(row, "right_kind", "") or "") for row in db.session.scalars(select(Cause))]


def staff() -> None:
    """Six more officers in every bureau; with the pass phrase of 张执法, which the bench signs in with."""
    sample = db.session.scalars(select(Person).where(Person.account == "zhangzhifa")).one()
    for organ in db.session.scalars(select(Organ).where(Organ.kind == "bureau")).all():
        for n in range(OFFICERS):
            name = generate.OFFICERS[(organ.id * OFFICERS + n) % len(generate.OFFICERS)]
            person = Person(
                account=f"bench{organ.id}x{n}", name=name, email=f"bench{organ.id}x{n}@rehearsal.invalid", rehearsal=True,
                password_hash=sample.password_hash, certificate_no=f"豫B{organ.id:03d}{n}", certificate_until=dt.date(2031, 12, 31),
            )  # fmt: skip
            person.posts.append(Post(organ_id=organ.id, kind="officer", since=dt.date(2020, 1, 1), basis="压测"))
            db.session.add(person)
    db.session.flush()


def load(app: Flask, source: Source, say: Callable[[str], object] = print) -> Loaded:
    """Load everything into the (empty) database of ``app``. Commits."""
    began = time.monotonic()
    with app.app_context(), writing():
        staff()
        db.session.commit()
        city = City()
        postgres = db.engine.dialect.name == "postgresql"
        db.session.remove()
        db.engine.dispose()
        rows = _beside_words(app, source, city) if postgres else _with_words(source, city)
        rows += int(db.session.scalar(text("select count(*) from search_entry")) or 0)
        db.session.commit()
        _analyse()
    seconds = time.monotonic() - began
    say(f"loaded {source.count:,} records, {rows:,} rows in {seconds:.1f} s")
    return Loaded(source.count, rows, seconds)


def _beside_words(app: Flask, source: Source, city: City) -> int:
    """PostgreSQL: another process writes the words, which need nothing but the records."""
    child = get_context("fork").Process(target=_words_alone, args=(app, source, city), daemon=True)
    child.start()
    rows = _rows(source, city)
    child.join()
    if child.exitcode:
        raise RuntimeError("the search entries were not written")
    return rows


def _words_alone(app: Flask, source: Source, city: City) -> None:
    with app.app_context():
        db.session.execute(text("set statement_timeout = 0"))
        db.session.execute(text("set maintenance_work_mem = '512MB'"))
        with search.loading(db.session()):
            for ready in _ready(source, city, postgres=True):
                search.store(db.session(), ready)
        db.session.commit()


def _with_words(source: Source, city: City) -> int:
    """SQLite has one writer: another process prepares the words, and this one writes everything."""
    context = get_context("fork")
    theirs: Any
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_words_sent, args=(theirs, source, city), daemon=True)
    child.start()
    theirs.close()
    with _unguarded():
        rows = _rows(source, city)
        with search.loading(db.session()):
            while ready := ours.recv():
                search.store(db.session(), ready)
        db.session.commit()
    child.join()
    return rows


def _words_sent(pipe: Any, source: Source, city: City) -> None:
    for ready in _ready(source, city, postgres=False):
        pipe.send(ready)
    pipe.send(None)


@contextmanager
def _unguarded() -> Iterator[None]:
    """SQLite without foreign keys and without waiting for the disk, on the one connection that loads."""
    engine = db.engine

    def loosen(connection: Any, _record: object) -> None:
        connection.execute("pragma foreign_keys = off")
        connection.execute("pragma synchronous = off")
        connection.execute("pragma cache_size = -262144")

    event.listen(engine, "connect", loosen)
    try:
        yield
    finally:
        event.remove(engine, "connect", loosen)
        db.session.remove()
        engine.dispose()


def _analyse() -> None:
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("set statement_timeout = 0")
            connection.exec_driver_sql("vacuum analyze")
        else:
            connection.connection.driver_connection.execute("analyze")  # type: ignore[union-attr]


# --- words ----------------------------------------------------------------------------------------------------------


def _ready(source: Source, city: City, *, postgres: bool) -> Iterator[list[search.Row]]:
    records = source.records()
    while chunk := list(islice(records, 1000)):
        entries = (row for record in chunk for row in _entries(record, city))
        yield search.prepared(entries, postgres=postgres)


def _entries(record: dict[str, Any], city: City) -> Iterator[tuple[str, int, int, str, str]]:
    organ = city.organ(record["county"])
    words = f"{record['description']} {record['address']} {record['mark']} {record['party_code']}"
    number = record["id"]
    yield "clue", number, organ.id, words, f"{_clue_number(organ, number)} {record['party']} {record['title']}"
    if record["status"] in PATHS:
        yield "case", number, organ.id, words, f"{_case_number(organ, number)} {record['title']}"


# Numbers follow the record's own: with gaps per organ, which a bench does not mind; no two are the same.
def _clue_number(organ: _Organ, n: int) -> str:
    return CLUE_NUMBER.pattern.format(short=organ.short, year=2026, n=n)


def _case_number(organ: _Organ, n: int) -> str:
    return CASE_NUMBER.pattern.format(short=organ.short, year=2026, n=n)


# --- rows -----------------------------------------------------------------------------------------------------------


PROCEDURES: dict[str, Workflow] = {"clue": CLUE, "case": CASE}


@dataclass(frozen=True)
class _Act:
    """What history says of one step, the same for all subjects."""

    kind: str
    act: str
    name: str
    post: str
    law: str
    target: str | None


@cache
def _act(kind: str, step_id: str) -> _Act:
    workflow = PROCEDURES[kind]
    if step_id == "begin":
        return _Act(workflow.id, "begin", "登记", "officer", workflow.law[:200], workflow.start)
    step = workflow.step(step_id)
    post = step.post if isinstance(step.post, str) else step.post[0]
    return _Act(workflow.id, step_id, str(step.name), post, step.law[:200], step.target)


def _last(kind: str, steps: tuple[str, ...]) -> str:
    """The step that moved the subject to where it stands."""
    return ["begin", *(step for step in steps if _act(kind, step).target is not None)][-1]


class _Chain:
    """Writes history rows with their hashes."""

    def __init__(self, bulk: Bulk) -> None:
        head = db.session.get(HistoryHead, 1)
        self.seq, self.digest = head.seq if head else 0, head.digest if head else GENESIS
        self.row = bulk.rows(
            HistoryEntry.__table__, "seq", "subject_type", "subject_id", "organ_id", "act", "name", "person_id", "person_name",
            "post", "from_status", "to_status", "law", "at", "recorded_at", "previous", "digest", reason="", facts={},
        )  # fmt: skip

    def add(self, act: _Act, subject_id: int, organ_id: int, who: _Who, before: str | None, at: dt.datetime) -> str:
        """Note one step, or "begin"; returns the status after it."""
        self.seq += 1
        after, written, previous = act.target or str(before), at.isoformat(), self.digest
        first = (
            self.seq,
            act.kind,
            subject_id,
            organ_id,
            act.act,
            act.name,
            who.id,
            who.name,
            act.post,
            before,
            after,
            act.law,
        )
        self.digest = seal([*first, "", {}, written, written, previous])  # the order of HistoryEntry.sealed
        self.row(*first, at, at, previous, self.digest)
        return after


@dataclass(frozen=True)
class _Due:
    term: str
    start_at: dt.datetime
    raw_end: dt.date
    due_at: dt.datetime
    provisional: bool
    trace: str
    calendar_version: str


@cache
def _due(term_id: str, day: dt.date) -> _Due:
    calendar = current_app.extensions["tiequan.calendar"]()
    start = dt.datetime.combine(day, dt.time(2, 0), dt.UTC)
    due = compute(terms()[term_id], start, calendar=calendar)
    trace = json_text([{"kind": line.kind, "text": line.text, "days": line.days} for line in due.trace])
    return _Due(term_id, start, due.raw_end, due.due_at, due.provisional, trace, calendar.version)


class _Records:
    """Turns records into rows. Ids of rows that hang on a record are reckoned from its number."""

    def __init__(self, bulk: Bulk, city: City) -> None:
        self.city, self.chain = city, _Chain(bulk)
        self.rights: dict[tuple[str, str], int] = {}
        self.codes: set[str] = set()
        self.parties = self.deadlines = self.numbers = 0
        self.counters: Tally[tuple[int, str]] = Tally()
        self.now = clock.now()
        self.first = db.session.scalar(select(Party.id).order_by(Party.id.desc())) or 0
        self.first_right = db.session.scalar(select(Right.id).order_by(Right.id.desc())) or 0
        common = ("id", "organ_id", "created_by_id", "created_at", "changed_at", "status", "last_step", "number")
        self.party = bulk.rows(Party.__table__, "id", "kind", "name", "name_key", "credit_code", "address", "phone")
        self.right = bulk.rows(Right.__table__, "id", "kind", "number", "name", "name_key", "holder_id")
        self.clue = bulk.rows(
            Clue.__table__, *common, "headline", "source_kind", "found_at", "found_set_by_id", "verify_from", "place", "place_key",
            "act_place", "party_id", "right_id", "facts", "verified_facts", "cause_id", "conditions", "proposed_officer_ids",
            "proposed_by_id", act_continues=True, born_under=1,
        )  # fmt: skip
        self.clue_officer = bulk.rows(ClueOfficer.__table__, "id", "clue_id", "person_id", "assigned_by_id", "since")
        self.case = bulk.rows(
            Case.__table__, *common, "name", "cause_id", "party_id", "right_id", "right_kind", "filed_at", "facts", "act_place",
            "sold_fen", "unsold_fen", "business_fen", "band", born_under=1,
        )  # fmt: skip
        self.case_clue = bulk.rows(CaseClue.__table__, "case_id", "clue_id")
        self.case_officer = bulk.rows(
            CaseOfficer.__table__, "id", "case_id", "person_id", "confirmed", "since", certificate_no="豫B"
        )
        self.goods = bulk.rows(GoodsList.__table__, "id", "case_id", "organ_id", "created_by_id", "made_on", n=1)
        self.line = bulk.rows(
            GoodsLine.__table__, "id", "list_id", "case_id", "n", "name", "mark", "quantity_milli", "price_fen", "sold"
        )
        self.deadline = bulk.rows(
            Deadline.__table__, "id", "subject_type", "subject_id", "organ_id", "start_set_by", "state", "ended_at", "term",
            "start_at", "raw_end", "due_at", "provisional", "trace", "calendar_version", start_event="登记",
        )  # fmt: skip
        self.number = bulk.rows(
            IssuedNumber.__table__,
            "id",
            "organ_id",
            "series",
            "n",
            "text",
            "subject_type",
            "subject_id",
            "issued_at",
            year=2026,
        )

    def add(self, record: dict[str, Any]) -> None:
        organ = self.city.organ(record["county"])
        one = self.city.officer(organ.id, record["officer"])
        two = self.city.officer(organ.id, record["co_officer"], one)
        party_id, right_id = self._party(record), self._right(record)
        found = dt.datetime.fromisoformat(record["timeline"][0]["at"]).replace(tzinfo=clock.SHANGHAI).astimezone(dt.UTC)
        at = 0 if record.get("fresh") else record["id"] % len(OPEN_CLUES)
        clue_steps, case_steps = PATHS.get(record["status"], (OPEN_CLUES[at], None))
        kind = RIGHTS.get(record["ip_type"], "trademark")
        cause_id = self.city.causes.get(kind) or next(iter(self.city.causes.values()), None)
        about = _About(record, organ, one, two, party_id, right_id, kind, cause_id, found)
        self._clue(about, clue_steps)
        if case_steps is not None:
            self._case(about, case_steps)

    def _party(self, record: dict[str, Any]) -> int:
        self.parties += 1
        code = record["party_code"] if record["party_code"] not in self.codes else None
        self.codes.add(record["party_code"])
        kind = "firm" if record["party"].endswith("公司") else "individual_business"
        name = record["party"]
        self.party(self.first + self.parties, kind, name, _key(name), code, record["address"], record["phone"])
        return self.first + self.parties

    def _right(self, record: dict[str, Any]) -> int:
        kind = RIGHTS.get(record["ip_type"], "trademark")
        key = (kind, record["mark"])
        if key not in self.rights:
            self.parties += 1
            holder, number = self.first + self.parties, len(self.rights) + 1
            name = f"{record['mark']}权利人（压测）"
            self.party(holder, "firm", name, _key(name), None, "", "")
            self.rights[key] = self.first_right + number
            self.right(
                self.first_right + number, kind, str(30000000 + number), record["mark"], _key(record["mark"]), holder
            )
        return self.rights[key]

    def _clue(self, about: _About, steps: tuple[str, ...]) -> None:
        record, organ, one, two, found = about.record, about.organ, about.one, about.two, about.found
        n, at = record["id"], found
        status = self.chain.add(_act("clue", "begin"), n, organ.id, one, None, at)
        for step in steps:
            at += dt.timedelta(hours=20)
            act = _act("clue", step)
            status = self.chain.add(act, n, organ.id, self._who(act, organ.id, one), status, at)
        proposed = "filing" in status or status == "filed"
        number, place = _clue_number(organ, n), record["address"]
        self.clue(
            n, organ.id, one.id, found, at, status, _last("clue", steps), number, record["title"], SOURCES.get(record["source"], "other"), found, one.id,
            found, place, place_key(place), place, about.party_id, about.right_id, record["description"],
            record["description"] if status != "received" else "", about.cause_id,
            '["facts", "ours", "punishable", "in_time"]' if proposed else "[]", f"[{one.id}, {two.id}]" if proposed else "[]",
            one.id if proposed else None,
        )  # fmt: skip
        if status != "received":
            self.clue_officer(2 * n, n, one.id, one.id, found)
            self.clue_officer(2 * n + 1, n, two.id, one.id, found)
        done = status not in {"received", "verifying", "filing_proposed", "filing_endorsed"}
        self._deadline("clue_verify", "clue", n, organ.id, found, done, at, one)
        self._number(CLUE_NUMBER.id, organ, n, number, "clue", found)

    def _case(self, about: _About, steps: tuple[str, ...]) -> None:
        record, organ, one, two = about.record, about.organ, about.one, about.two
        n, filed = record["id"], about.found + dt.timedelta(days=3)
        at, day = filed, filed.date()
        status = self.chain.add(_act("case", "begin"), n, organ.id, self.city.head(organ.id, "head"), None, at)
        for step in steps:
            at += dt.timedelta(days=6)
            act = _act("case", step)
            status = self.chain.add(act, n, organ.id, self._who(act, organ.id, one), status, at)
        fen, number = round(record["value"] * 100), _case_number(organ, n)
        self.case(
            n, organ.id, one.id, about.found, at, status, _last("case", steps), number, record["title"], about.cause_id, about.party_id, about.right_id,
            about.kind, filed, record["description"], record["address"], fen // 2, fen - fen // 2, fen, band_of(fen),
        )  # fmt: skip
        self.case_clue(n, n)
        self.case_officer(2 * n, n, one.id, bool(steps), day)
        self.case_officer(2 * n + 1, n, two.id, bool(steps), day)
        if steps:
            self.goods(n, n, organ.id, one.id, day)
            quantity, name = max(1, record["quantity"]), f"标注“{record['mark']}”的商品"
            for k, sold in ((1, True), (2, False)):
                self.line(2 * n + k, n, n, k, name, record["mark"], quantity * 500, fen // quantity, sold)
        self._deadline("case_decision", "case", n, organ.id, filed, status in {"sent", "closed"}, at, one)
        self._number(CASE_NUMBER.id, organ, n, number, "case", filed)

    def _who(self, act: _Act, organ_id: int, officer: _Who) -> _Who:
        return officer if act.post == "officer" else self.city.head(organ_id, act.post)

    def _deadline(
        self, term: str, kind: str, n: int, organ_id: int, start: dt.datetime, done: bool, at: dt.datetime, who: _Who
    ) -> None:
        due = _due(term, clock.local(start).date())
        if done:
            state = "met" if at <= due.due_at else "met_late"
        else:
            state = "missed" if due.due_at < self.now else "running"
        self.deadlines += 1
        self.deadline(
            self.deadlines, kind, n, organ_id, who.name, state, at if done else None, due.term, due.start_at, due.raw_end,
            due.due_at, due.provisional, due.trace, due.calendar_version,
        )  # fmt: skip

    def _number(self, series: str, organ: _Organ, n: int, words: str, kind: str, at: dt.datetime) -> None:
        self.numbers += 1
        self.number(self.numbers, organ.id, series, n, words, kind, n, at)
        if n > self.counters[organ.id, series]:
            self.counters[organ.id, series] = n


@dataclass(frozen=True)
class _About:
    """A record and what it was put under."""

    record: dict[str, Any]
    organ: _Organ
    one: _Who
    two: _Who
    party_id: int
    right_id: int
    kind: str
    cause_id: int | None
    found: dt.datetime


def _key(name: str) -> str:
    return search.normalise(name).replace(" ", "")


def _rows(source: Source, city: City) -> int:
    connection = db.session.connection()
    bulk = Bulk(connection)
    with aside(connection, [model.__tablename__ for model in TABLES]):
        records = _Records(bulk, city)
        for record in source.records():
            records.add(record)
        bulk.finish()
        for (organ_id, series), n in records.counters.items():
            db.session.execute(insert(Counter).values(organ_id=organ_id, series=series, year=2026, n=n))
        head = db.session.get(HistoryHead, 1)
        if head is None:
            head = HistoryHead(id=1)
            db.session.add(head)
        head.seq, head.digest = records.chain.seq, records.chain.digest
        db.session.flush()
    db.session.commit()
    return bulk.count


def write(source: Source, path: Path) -> None:
    """Write the records as a file of JSON lines."""
    with path.open("w", encoding="utf-8") as out:
        for record in source.records(story=True):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
