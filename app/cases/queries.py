"""Reads of cases. Every function takes the viewer, or a case that was found for the viewer. No query grows with the table."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    cast,
    exists,
    func,
    inspect,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.cases.evidence import Evidence
from app.cases.goods import GoodsLine, GoodsList
from app.cases.models import Case, CaseClue, CaseOfficer, CaseReport
from app.cases.records import Interview, SiteRecord
from app.cases.screening import CrimeScreening
from app.core import clock, search
from app.core.deadlines import OPEN, OPEN_STATES, Deadline, nearest
from app.core.errors import NotFound
from app.core.neighbours import Place, among
from app.core.permissions import Predicate, Viewer, scope
from app.extensions import db
from app.intake.queries import IN_CHARGE
from app.people.models import Organ

PAGE = 25
WALK = 200  # cases of a list that can be walked through one by one


def _active(model: Any) -> Any:
    """The officers who handle a case that rests on the clue `model`."""
    return (
        select(CaseClue.clue_id)
        .join(CaseOfficer, CaseOfficer.case_id == CaseClue.case_id)
        .where(CaseClue.clue_id == model.id, CaseOfficer.until.is_(None), CaseOfficer.confirmed)
    )


def _in_charge(viewer: Viewer, clue: Any) -> bool:
    cases = [link.case for link in clue.case_links if link.case.active_officers]
    return any(case.handled_by(viewer.user_id) for case in cases) if cases else IN_CHARGE.test(viewer, clue)


# For app/grants.py: who verifies the clue; once the officers of its case are named, they and nobody else.
CHARGED_WITH_CLUE = Predicate(
    "in charge of the clue, or of the case filed on it",
    _in_charge,
    lambda viewer, model: or_(
        _active(model).where(CaseOfficer.person_id == viewer.user_id).exists(),
        and_(~_active(model).exists(), IN_CHARGE.sql(viewer, model)),
    ),
)


def get(viewer: Viewer, case_id: int, lock: bool = False) -> Case:
    """The case, if the viewer may read it; NotFound otherwise. lock: for a change."""
    found = select(Case).options(joinedload(Case.right)).where(Case.id == case_id, scope(viewer, "case.read", Case))
    if lock:
        found = found.with_for_update(of=Case).execution_options(populate_existing=True)
    case = db.session.scalar(found)
    if case is None:
        raise NotFound()
    return case


# --- the list ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to; everything stands in the URL. sort: filed | amount | due, "-" for falling."""

    q: str = ""
    status: str = ""
    cause: int | None = None
    right: str = ""
    band: int | None = None
    due: str = ""  # overdue | week | asked
    organ: int | None = None
    mine: bool = False
    standing: str = ""
    sort: str = "-filed"

    @property
    def active(self) -> int:
        """How many filters are set."""
        given = (self.q, self.status, self.cause, self.right, self.due, self.organ, self.standing, self.mine)
        return sum(map(bool, given)) + (self.band is not None)


@dataclass(frozen=True)
class Page:
    """Rows of the list with the next date of each; cursors of the neighbours, None at the ends.

    unpriced: the ids of those whose amounts lack a line because its price is not known yet (`Amounts.price_open`).
    """

    rows: Sequence[Case] = ()
    dues: dict[int, Deadline] = field(default_factory=dict)
    after: str | None = None
    before: str | None = None
    unpriced: frozenset[int] = frozenset()


def _pack(values: Sequence[Any]) -> str:
    plain = [v.isoformat() if isinstance(v, dt.datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _unpack(cursor: str, is_time: bool) -> tuple[Any, int] | None:
    try:
        value, row_id = json.loads(base64.urlsafe_b64decode(cursor[:200] + "=" * (-len(cursor[:200]) % 4)))
        row_id = int(row_id)
        if not is_time:
            return (int(value), row_id) if abs(int(value)) < 2**53 > row_id >= 0 else None
        at = dt.datetime.fromisoformat(value)
        return (at, row_id) if at.tzinfo is not None and 0 <= row_id < 2**53 else None
    except (ValueError, TypeError, OverflowError):
        return None  # a cut or foreign cursor opens the first page


def _conditions(viewer: Viewer, f: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if f.status:
        found.append(Case.status == f.status)
    if f.cause:
        found.append(Case.cause_id == f.cause)
    if f.right:
        found.append(Case.right_kind == f.right)
    if f.band is not None:
        found.append(Case.band == f.band)
    if f.standing:
        found.append(Case.standing == f.standing)
    if f.mine:
        handled = select(CaseOfficer.case_id).where(
            CaseOfficer.person_id == viewer.user_id, CaseOfficer.until.is_(None)
        )
        found.append(Case.id.in_(handled))
    if f.due == "asked":
        found.append(Case.asked.is_not(None))
    return found


def _by_due(of_organ: Any, organ: Any, f: Filters) -> Any:
    """Joined to the next date of each case: beside the ninety days a seizure and a registration have their own clocks."""
    own = and_(Deadline.organ_id == organ, Deadline.subject_type == "case", Deadline.subject_id == Case.id, OPEN)
    sooner = aliased(Deadline)
    first = ~exists().where(
        sooner.subject_type == "case", sooner.subject_id == Case.id, sooner.state.in_(OPEN_STATES),
        tuple_(sooner.due_at, sooner.id) < tuple_(Deadline.due_at, Deadline.id),
    )  # fmt: skip
    joined = of_organ.join(Deadline, own).where(first)
    if f.due in {"overdue", "week"}:
        joined = joined.where(Deadline.due_at < clock.now() + dt.timedelta(days=7 if f.due == "week" else 0))
    return joined


def _organs(viewer: Viewer, f: Filters) -> list[int]:
    """The organs to look through one by one: each has an index in the order of the list, all together have none."""
    # Officers handle cases of their own organ only (models.Case.unfit).
    own = [viewer.organ_id] if f.mine or viewer.post in {"officer", "registrar"} else sorted(viewer.scope_ids)
    return [organ for organ in own if f.organ is None or organ == f.organ]


def _keys(viewer: Viewer, f: Filters, cursor: tuple[Any, int] | None, back: bool, limit: int) -> list[tuple[int, Any]]:
    """Ids with what they are sorted by: the first `limit` after the cursor, or before it, nearest first."""
    key: Any = {"amount": Case.business_fen, "due": Deadline.due_at}.get(f.sort.lstrip("-"), Case.filed_at)
    dated = f.sort.lstrip("-") == "due" or f.due in {"overdue", "week"}
    down = f.sort.startswith("-") != back

    def of(organ: Any) -> Any:
        one: Any = select(Case.id.label("id"), key.label("key")).where(
            Case.organ_id == organ, scope(viewer, "case.read", Case)
        )
        one = one.where(*_conditions(viewer, f))
        if dated:
            one = _by_due(one, organ, f)
        if cursor is not None:
            place = tuple_(key, Case.id)
            one = one.where(place < tuple_(*cursor) if down else place > tuple_(*cursor))
        return one.order_by(*((key.desc(), Case.id.desc()) if down else (key, Case.id))).limit(limit)

    organs = _organs(viewer, f)
    if not organs:
        return []
    if db.engine.dialect.name == "postgresql":
        # The same as below, put together once instead of once for every organ: a fifth of the page for the city's head.
        each = func.unnest(cast(organs, ARRAY(BigInteger))).table_valued("organ").render_derived()
        part = of(each.c.organ).lateral()
        every: Any = select(part.c.id, part.c.key).select_from(each.join(part, true())).subquery()
    else:
        every = union_all(
            *(select(one.c.id, one.c.key) for one in (of(organ).subquery() for organ in organs))
        ).subquery()
    order = (every.c.key.desc(), every.c.id.desc()) if down else (every.c.key, every.c.id)
    rows = db.session.execute(select(every.c.id, every.c.key).order_by(*order).limit(limit)).all()
    return [(row[0], row[1]) for row in rows]


def walk(viewer: Viewer, f: Filters, case: Case) -> Place:
    """The place of the case among the first WALK of the list."""
    rows = _keys(viewer, f, None, False, WALK)
    key = {"amount": case.business_fen, "due": None}.get(f.sort.lstrip("-"), case.filed_at)
    # A case without a date to come is done with: the walk begins anew.
    ahead = 0 if key is None else sum(_before((row[1], row[0]), (key, case.id), f.sort) for row in rows)
    return among([row[0] for row in rows], case.id, ahead, WALK)


def _before(one: tuple[Any, int], other: tuple[Any, int], sort: str) -> bool:
    return one > other if sort.startswith("-") else one < other


def page(viewer: Viewer, f: Filters, after: str = "", before: str = "", limit: int = PAGE) -> Page:
    """One page of the cases that the viewer may read, by keyset."""
    if f.q:
        return _found_by_word(viewer, f, after, limit)
    cursor = _unpack(after or before, f.sort.lstrip("-") != "amount") if after or before else None
    back = bool(before) and cursor is not None
    keys = _keys(viewer, f, cursor, back, limit + 1)
    more, keys = len(keys) > limit, keys[:limit]
    if back:
        keys = keys[::-1]
    if not keys:
        return Page()
    ahead = more if not back else True
    behind = (cursor is not None) if not back else more
    ends = [_pack((row[1], row[0])) for row in (keys[0], keys[-1])]
    return _filled([row[0] for row in keys], ends[1] if ahead else None, ends[0] if behind else None)


def _found_by_word(viewer: Viewer, f: Filters, after: str, limit: int) -> Page:
    conditions = _conditions(viewer, f)
    if f.due in {"overdue", "week"}:
        limit_at = clock.now() + dt.timedelta(days=7 if f.due == "week" else 0)
        late = select(Deadline.subject_id).where(
            Deadline.organ_id.in_(_organs(viewer, f)), Deadline.subject_type == "case", OPEN
        )
        conditions.append(Case.id.in_(late.where(Deadline.due_at < limit_at)))
    found = search.search(
        db.session(),
        f.q,
        subject_types=("case",),
        organ_ids=_organs(viewer, f),
        only=select(Case.id).where(*conditions) if conditions else None,
        limit=limit,
        cursor=search.cursor_of(after),
    )
    return _filled([row_id for _kind, row_id in found.hits], str(found.cursor) if found.cursor else None, None)


def _filled(ids: list[int], after: str | None, before: str | None) -> Page:
    lacking = exists().where(
        GoodsLine.case_id == Case.id, GoodsLine.lacking(), GoodsLine.list.has(GoodsList.counts())
    )  # travels with the rows: no statement more
    found = select(Case, lacking).where(Case.id.in_(ids)).options(selectinload(Case.officers))
    rows = {case.id: (case, lacks) for case, lacks in db.session.execute(found).unique()}
    there = [rows[i] for i in ids if i in rows]
    unpriced = frozenset(case.id for case, lacks in there if lacks)
    return Page([case for case, _lacks in there], nearest("case", ids), after, before, unpriced)


def organs(viewer: Viewer) -> list[Organ]:
    """The organs below the viewer's whose cases he reads; empty when there is only his own."""
    if len(viewer.scope_ids) < 2 or viewer.post in {"officer", "registrar"}:
        return []
    return list(db.session.scalars(select(Organ).where(Organ.id.in_(sorted(viewer.scope_ids))).order_by(Organ.id)))


# --- parts of one case -------------------------------------------------------------------------------------------------------


def _count(part: Any, *where: ColumnElement[bool]) -> Any:
    return select(func.count()).where(part.case_id == bindparam("case_id"), *where).scalar_subquery()


_COUNTS = select(
    _count(Evidence).label("evidence"),
    _count(GoodsList).label("goods"),
    _count(SiteRecord).label("site"),
    _count(Interview).label("interview"),
    _count(Evidence, Evidence.kind == "", Evidence.withdrawn_at.is_(None)).label("open"),
)


def counts_of(case: Case) -> dict[str, int]:
    """How many there are of each part of a case: "evidence", "goods" (lists), "site", "interview"; read at once.

    "open" are the items of evidence that were taken over from a clue and wait for their officers.
    """
    return dict(db.session.execute(_COUNTS, {"case_id": case.id}).one()._mapping)


def transfers_of(case: Case) -> Sequence[Row[Any]]:
    """What the page of a case says of its transfers: id, letter_number, status, handed_at, the first first.

    The way back from a transfer to its case is declared by transfers, above this floor; a whole transfer has 88 columns.
    """
    model: Any = inspect(Case).relationships["transfers"].mapper.class_
    found = select(model.id, model.letter_number, model.status, model.handed_at).where(model.case_id == case.id)
    return db.session.execute(found.order_by(model.id)).all()


def evidence_of(case: Case) -> list[Evidence]:
    """All items in order, withdrawn ones too: nothing disappears."""
    return list(db.session.scalars(select(Evidence).where(Evidence.case_id == case.id).order_by(Evidence.n)))


def evidence(viewer: Viewer, case_id: int, item_id: int, lock: bool = False) -> Evidence:
    """One item of a case that the viewer may read."""
    case = get(viewer, case_id, lock)
    return _one(select(Evidence).where(Evidence.id == item_id, Evidence.case_id == case.id))


def lists_of(case: Case) -> list[GoodsList]:
    """The lists of goods with their lines."""
    return list(db.session.scalars(select(GoodsList).where(GoodsList.case_id == case.id).order_by(GoodsList.n)))


def goods_list(viewer: Viewer, case_id: int, list_id: int, lock: bool = False) -> GoodsList:
    """One list of a case that the viewer may read."""
    case = get(viewer, case_id, lock)
    return _one(select(GoodsList).where(GoodsList.id == list_id, GoodsList.case_id == case.id))


def goods_line(viewer: Viewer, case_id: int, line_id: int, lock: bool = False) -> GoodsLine:
    """One line of a case that the viewer may read."""
    case = get(viewer, case_id, lock)
    return _one(select(GoodsLine).where(GoodsLine.id == line_id, GoodsLine.case_id == case.id))


def site_records_of(case: Case) -> list[SiteRecord]:
    """The site records in order."""
    return list(db.session.scalars(select(SiteRecord).where(SiteRecord.case_id == case.id).order_by(SiteRecord.n)))


def interviews_of(case: Case) -> list[Interview]:
    """The interviews in order."""
    return list(db.session.scalars(select(Interview).where(Interview.case_id == case.id).order_by(Interview.n)))


def runs_of(case: Case) -> list[CrimeScreening]:
    """Every run of the screen, newest first."""
    return list(
        db.session.scalars(
            select(CrimeScreening).where(CrimeScreening.case_id == case.id).order_by(CrimeScreening.n.desc())
        )
    )


def reports_of(case: Case) -> list[CaseReport]:
    """The reports handed in, newest first."""
    return list(
        db.session.scalars(select(CaseReport).where(CaseReport.case_id == case.id).order_by(CaseReport.n.desc()))
    )


def of_party(
    viewer: Viewer, party_id: int, but: int, limit: int = 20
) -> Sequence[Row[int, str | None, str, dt.datetime]]:
    """Other cases of the same party that the viewer may read: earlier punishments start here."""
    found = select(Case.id, Case.number, Case.name, Case.filed_at).where(Case.party_id == party_id, Case.id != but)
    found = found.where(scope(viewer, "case.read", Case)).order_by(Case.filed_at.desc())
    return db.session.execute(found.limit(limit)).all()


def _one(found: Select[Any]) -> Any:
    row = db.session.scalar(found)
    if row is None:
        raise NotFound()
    return row
