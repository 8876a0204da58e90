"""Load generated cases into a throw-away database: clue, case, officers, deadlines, goods, history, search, numbers.

Each record becomes what an office would have had after working on it: the clue went through the steps of its procedure
up to where its status says, and so did the case; history tells the same and its chain holds (``flask check``).
Bound by the processor, so words for the search are prepared by a second process where the database allows it.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, current_app
from sqlalchemy import insert, select, text

from app.cases.actions import CASE_NUMBER
from app.cases.goods import GoodsLine, GoodsList
from app.cases.models import Case, CaseClue, CaseOfficer
from app.cases.words import band_of
from app.cases.workflow import CASE
from app.core import clock, search
from app.core.db import writing
from app.core.deadlines import Deadline, compute, terms
from app.core.history import GENESIS, HistoryEntry, HistoryHead
from app.core.numbering import Counter, IssuedNumber
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
from tests.bench.bulk import Bulk, without_indexes

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

    def __iter__(self) -> Iterator[dict[str, Any]]:
        yield from generate.cases(self.count, self.seed) if self.file is None else generate.read(self.file, self.count)
        # Clues that nobody has touched, each for one measured step.
        for number in range(self.count + 1, self.count + 1 + FRESH):
            yield generate.case(number, self.seed) | {"county": "浉河区", "status": "线索", "fresh": True}


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


class City:
    """The organs of the rehearsal city, each with six officers of the bench; ids that records are put under."""

    def __init__(self) -> None:
        organs = db.session.scalars(select(Organ).where(Organ.kind == "bureau")).all()
        self.organs = {organ.area: organ for organ in organs}
        self.heads: dict[int, dict[str, _Who]] = {}
        self.officers: dict[int, list[_Who]] = {}
        rows = db.session.execute(select(Post.organ_id, Post.kind, Person.id, Person.name).join(Person)).all()
        for organ_id, kind, person_id, name in rows:
            self.heads.setdefault(organ_id, {}).setdefault(kind, _Who(person_id, name))
            if kind == "officer":
                self.officers.setdefault(organ_id, []).append(_Who(person_id, name))
        self.causes = {kind: cause_id for cause_id, kind in _causes()}

    def organ(self, area: str) -> Organ:
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
        db.session.execute(text("select 1"))
        staff()
        db.session.commit()
        child = None
        if db.engine.dialect.name == "postgresql":
            # The words are the dearer half; they need nothing but the records, so another process writes them.
            child = get_context("fork").Process(target=_words_alone, args=(app, source))
            db.session.remove()
            db.engine.dispose()
            child.start()
        rows = _rows(source)
        if child is None:
            rows += _words(source)
        else:
            child.join()
            if child.exitcode:
                raise RuntimeError("the search entries were not written")
            rows += _count_words()
        db.session.commit()
        _analyse()
    seconds = time.monotonic() - began
    say(f"loaded {source.count:,} records, {rows:,} rows in {seconds:.1f} s")
    return Loaded(source.count, rows, seconds)


def _count_words() -> int:
    return int(db.session.scalar(text("select count(*) from search_entry")) or 0)


def _analyse() -> None:
    db.session.remove()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("set statement_timeout = 0")
            connection.exec_driver_sql("vacuum analyze")
        else:
            connection.connection.driver_connection.execute("analyze")  # type: ignore[union-attr]


# --- words ----------------------------------------------------------------------------------------------------------


def _words_alone(app: Flask, source: Source) -> None:
    with app.app_context():
        db.session.execute(text("set statement_timeout = 0"))
        db.session.execute(text("set maintenance_work_mem = '512MB'"))
        _words(source)
        db.session.commit()


def _words(source: Source) -> int:
    city, done = City(), 0
    with search.loading(db.session()):
        records = iter(source)
        while chunk := list(islice(records, 2000)):
            done += search.bulk(db.session(), (row for record in chunk for row in _entries(record, city)))
    return done


def _entries(record: dict[str, Any], city: City) -> Iterator[tuple[str, int, int, str, str]]:
    organ = city.organ(record["county"])
    words = f"{record['description']} {record['address']} {record['mark']} {record['party_code']}"
    number = record["id"]
    yield "clue", number, organ.id, words, f"{_clue_number(organ, number)} {record['party']} {record['title']}"
    if record["status"] in PATHS:
        yield "case", number, organ.id, words, f"{_case_number(organ, number)} {record['title']}"


# Numbers follow the record's own: with gaps per organ, which a bench does not mind; no two are the same.
def _clue_number(organ: Organ, n: int) -> str:
    return CLUE_NUMBER.pattern.format(short=organ.short, year=2026, n=n)


def _case_number(organ: Organ, n: int) -> str:
    return CASE_NUMBER.pattern.format(short=organ.short, year=2026, n=n)


# --- rows -----------------------------------------------------------------------------------------------------------


class _Chain:
    """Writes history rows with their hashes."""

    def __init__(self, bulk: Bulk) -> None:
        head = db.session.get(HistoryHead, 1)
        self.bulk, self.seq, self.digest = bulk, head.seq if head else 0, head.digest if head else GENESIS

    def add(
        self,
        workflow: Workflow,
        subject_id: int,
        organ_id: int,
        step_id: str,
        who: _Who,
        before: str | None,
        at: dt.datetime,
    ) -> str:
        """Note one step, or "begin"; returns the status after it."""
        if step_id == "begin":
            name, post, law, after = "登记", "officer", workflow.law, workflow.start
        else:
            step = workflow.step(step_id)
            name, law, after = step.name, step.law, step.target or str(before)
            post = step.post if isinstance(step.post, str) else step.post[0]
        self.seq += 1
        values = {
            "seq": self.seq, "subject_type": workflow.id, "subject_id": subject_id, "organ_id": organ_id, "act": step_id, "name": str(name),
            "person_id": who.id, "person_name": who.name, "post": post, "from_status": before, "to_status": after, "law": law[:200],
            "reason": "", "facts": {}, "at": at, "recorded_at": at, "previous": self.digest,
        }  # fmt: skip
        self.digest = HistoryEntry.sealed(SimpleNamespace(**values))  # type: ignore[arg-type]
        self.bulk.add(HistoryEntry.__table__, **values, digest=self.digest)
        return after


@cache
def _due(term_id: str, day: dt.date) -> dict[str, Any]:
    calendar = current_app.extensions["tiequan.calendar"]()
    start = dt.datetime.combine(day, dt.time(2, 0), dt.UTC)
    due = compute(terms()[term_id], start, calendar=calendar)
    return {
        "term": term_id, "start_at": start, "raw_end": due.raw_end, "due_at": due.due_at, "provisional": due.provisional,
        "trace": [{"kind": line.kind, "text": line.text, "days": line.days} for line in due.trace], "calendar_version": calendar.version,
    }  # fmt: skip


class _Records:
    """Turns records into rows."""

    def __init__(self, bulk: Bulk, city: City) -> None:
        self.bulk, self.city, self.chain = bulk, city, _Chain(bulk)
        self.rights: dict[tuple[str, str], int] = {}
        self.codes: set[str] = set()
        self.parties = 0
        self.counters: Tally[tuple[int, str]] = Tally()
        self.now = clock.now()
        self.first = db.session.scalar(select(Party.id).order_by(Party.id.desc())) or 0
        self.first_right = db.session.scalar(select(Right.id).order_by(Right.id.desc())) or 0

    def add(self, record: dict[str, Any]) -> None:
        organ = self.city.organ(record["county"])
        one = self.city.officer(organ.id, record["officer"])
        two = self.city.officer(organ.id, record["co_officer"], one)
        party_id, right_id = self._party(record), self._right(record)
        kind = RIGHTS.get(record["ip_type"], "trademark")
        found = dt.datetime.fromisoformat(record["timeline"][0]["at"]).replace(tzinfo=clock.SHANGHAI).astimezone(dt.UTC)
        at = 0 if record.get("fresh") else record["id"] % len(OPEN_CLUES)
        clue_steps, case_steps = PATHS.get(record["status"], (OPEN_CLUES[at], None))
        cause_id = self.city.causes.get(kind) or next(iter(self.city.causes.values()), None)
        common = {
            "organ_id": organ.id,
            "created_by_id": one.id,
            "created_at": found,
            "changed_at": found,
            "born_under": 1,
        }
        self._clue(record, organ, one, two, party_id, right_id, found, clue_steps, cause_id, common)
        if case_steps is not None:
            self._case(
                record,
                organ,
                one,
                two,
                party_id,
                right_id,
                kind,
                found + dt.timedelta(days=3),
                case_steps,
                cause_id,
                common,
            )

    def _party(self, record: dict[str, Any]) -> int:
        self.parties += 1
        code = record["party_code"] if record["party_code"] not in self.codes else None
        self.codes.add(record["party_code"])
        kind = "firm" if record["party"].endswith("公司") else "individual_business"
        self.bulk.add(
            Party.__table__, id=self.first + self.parties, kind=kind, name=record["party"], name_key=search.normalise(record["party"]),
            credit_code=code, address=record["address"], phone=record["phone"],
        )  # fmt: skip
        return self.first + self.parties

    def _right(self, record: dict[str, Any]) -> int:
        kind = RIGHTS.get(record["ip_type"], "trademark")
        key = (kind, record["mark"])
        if key not in self.rights:
            self.parties += 1
            holder, number = self.first + self.parties, len(self.rights) + 1
            name = f"{record['mark']}权利人（压测）"
            self.bulk.add(Party.__table__, id=holder, kind="firm", name=name, name_key=name)
            self.rights[key] = self.first_right + number
            self.bulk.add(
                Right.__table__, id=self.first_right + number, kind=kind, number=str(30000000 + number), name=record["mark"],
                name_key=search.normalise(record["mark"]), holder_id=holder,
            )  # fmt: skip
        return self.rights[key]

    def _clue(self, record: dict[str, Any], organ: Organ, one: _Who, two: _Who, party_id: int, right_id: int, found: dt.datetime,
              steps: Iterable[str], cause_id: int | None, common: dict[str, Any]) -> None:  # fmt: skip
        number, at = record["id"], found
        status = self.chain.add(CLUE, number, organ.id, "begin", one, None, at)
        for step in steps:
            at += dt.timedelta(hours=20)
            status = self.chain.add(CLUE, number, organ.id, step, self._who(step, CLUE, organ.id, one), status, at)
        done = status not in {"received", "verifying", "filing_proposed", "filing_endorsed"}
        self.bulk.add(
            Clue.__table__, **(common | {"changed_at": at}), id=number, status=status, number=_clue_number(organ, number), headline=record["title"],
            source_kind=SOURCES.get(record["source"], "other"), found_at=found, found_set_by_id=one.id, verify_from=found,
            place=record["address"], place_key=place_key(record["address"]), act_place=record["address"], party_id=party_id, right_id=right_id,
            facts=record["description"], verified_facts=record["description"] if status != "received" else "", cause_id=cause_id,
            conditions=["facts", "ours", "punishable", "in_time"] if "filing" in status or status == "filed" else [], act_continues=True,
            proposed_officer_ids=[one.id, two.id] if "filing" in status or status == "filed" else [],
            proposed_by_id=one.id if "filing" in status or status == "filed" else None,
        )  # fmt: skip
        for who in (one, two) if status != "received" else ():
            self.bulk.add(
                ClueOfficer.__table__, id=None, clue_id=number, person_id=who.id, assigned_by_id=one.id, since=found
            )
        self._deadline("clue_verify", "clue", number, organ.id, found, done, at, one)
        self._number(CLUE_NUMBER.id, organ, number, _clue_number(organ, number), "clue", found)

    def _case(self, record: dict[str, Any], organ: Organ, one: _Who, two: _Who, party_id: int, right_id: int, kind: str, filed: dt.datetime,
              steps: Iterable[str], cause_id: int | None, common: dict[str, Any]) -> None:  # fmt: skip
        number, at = record["id"], filed
        status = self.chain.add(CASE, number, organ.id, "begin", self.city.head(organ.id, "head"), None, at)
        for step in steps:
            at += dt.timedelta(days=6)
            status = self.chain.add(CASE, number, organ.id, step, self._who(step, CASE, organ.id, one), status, at)
        fen = round(record["value"] * 100)
        self.bulk.add(
            Case.__table__, **(common | {"changed_at": at}), id=number, status=status, number=_case_number(organ, number), name=record["title"],
            cause_id=cause_id, party_id=party_id, right_id=right_id, right_kind=kind, filed_at=filed, facts=record["description"],
            act_place=record["address"], sold_fen=fen // 2, unsold_fen=fen - fen // 2, business_fen=fen, band=band_of(fen),
        )  # fmt: skip
        self.bulk.add(CaseClue.__table__, case_id=number, clue_id=number)
        for who in (one, two):
            self.bulk.add(
                CaseOfficer.__table__, id=None, case_id=number, person_id=who.id, certificate_no="豫B", confirmed=bool(list(steps)), since=filed.date(),
            )  # fmt: skip
        if steps:
            self.bulk.add(
                GoodsList.__table__,
                id=number,
                case_id=number,
                organ_id=organ.id,
                n=1,
                created_by_id=one.id,
                made_on=filed.date(),
            )
            quantity = max(1, record["quantity"])
            for n, sold in ((1, True), (2, False)):
                self.bulk.add(
                    GoodsLine.__table__, id=None, list_id=number, case_id=number, n=n, name=f"标注“{record['mark']}”的商品", mark=record["mark"],
                    quantity_milli=quantity * 500, price_fen=fen // quantity, sold=sold,
                )  # fmt: skip
        self._deadline("case_decision", "case", number, organ.id, filed, status in {"sent", "closed"}, at, one)
        self._number(CASE_NUMBER.id, organ, number, _case_number(organ, number), "case", filed)

    def _who(self, step_id: str, workflow: Workflow, organ_id: int, officer: _Who) -> _Who:
        post = workflow.step(step_id).post
        post = post if isinstance(post, str) else post[0]
        return officer if post == "officer" else self.city.head(organ_id, post)

    def _deadline(
        self,
        term: str,
        kind: str,
        subject_id: int,
        organ_id: int,
        start: dt.datetime,
        done: bool,
        at: dt.datetime,
        who: _Who,
    ) -> None:
        due = _due(term, clock.local(start).date())
        state = (
            ("met" if at <= due["due_at"] else "met_late")
            if done
            else ("missed" if due["due_at"] < self.now else "running")
        )
        self.bulk.add(
            Deadline.__table__, id=None, subject_type=kind, subject_id=subject_id, organ_id=organ_id, start_event="登记", start_set_by=who.name,
            state=state, ended_at=at if done else None, **due,
        )  # fmt: skip

    def _number(self, series: str, organ: Organ, n: int, words: str, kind: str, at: dt.datetime) -> None:
        self.bulk.add(
            IssuedNumber.__table__, id=None, organ_id=organ.id, series=series, year=2026, n=n, text=words, subject_type=kind, subject_id=n, issued_at=at
        )  # fmt: skip
        self.counters[organ.id, series] = max(self.counters[organ.id, series], n)


class _Numbered(Bulk):
    """Gives ids to rows that come without one."""

    def __init__(self, connection: Any) -> None:
        super().__init__(connection)
        self.ids: Tally[str] = Tally()
        self.rows = 0

    def add(self, table: Any, **values: Any) -> None:
        self.rows += 1
        if "id" in values and values["id"] is None:
            self.ids[table.name] += 1
            values["id"] = self.ids[table.name]
        super().add(table, **values)


def _rows(source: Source) -> int:
    db.session.remove()
    connection = db.session.connection()
    bulk = _Numbered(connection)
    with without_indexes(connection, [model.__tablename__ for model in TABLES]):
        records = _Records(bulk, City())
        for record in source:
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
    return bulk.rows


def write(source: Source, path: Path) -> None:
    """Write the records as a file of JSON lines."""
    with path.open("w", encoding="utf-8") as out:
        for record in source:
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
