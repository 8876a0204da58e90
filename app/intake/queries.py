"""Reads of clues. Every one takes the viewer; none grows with the table: lists go by key, counts stop at a cap."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.campaigns import queries as campaigns
from app.core import clock, search, subjects
from app.core.deadlines import OPEN, Deadline
from app.core.neighbours import Place, among
from app.core.permissions import Predicate, Viewer, scope
from app.core.text import _
from app.extensions import db
from app.intake.models import Clue, ClueOfficer
from app.intake.words import OBJECT_TAGS, PLACE_TAGS, SOURCES
from app.intake.workflow import CLUE
from app.law.queries import causes
from app.people.models import Organ, Person

PAGE = 30
CAP = 99
OPEN_STATES = tuple(state for state in CLUE.states if state not in CLUE.ends and state != "not_filed")
# Names of the list for several states at once.
GROUPS = {
    "open": OPEN_STATES,
    "to_endorse": ("filing_proposed", "not_filed_proposed"),
    "to_decide": ("filing_endorsed", "not_filed_endorsed"),
}
DUE = {"overdue": dt.timedelta(), "3": dt.timedelta(days=3), "7": dt.timedelta(days=7)}


def get(viewer: Viewer, clue_id: int, *, lock: bool = False) -> Clue:
    """One clue, if the viewer may read it; NotFound otherwise."""
    found: Clue = subjects.find(viewer, "clue", clue_id, lock=lock)
    return found


def charged(model: Any, viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer is one of the clue's officers now."""
    return exists().where(
        ClueOfficer.clue_id == model.id, ClueOfficer.person_id == viewer.user_id, ClueOfficer.until.is_(None)
    )


def _officers(model: Any) -> Any:
    """Who verifies the clue `model`, or the one it was merged into, now."""
    return select(ClueOfficer.id).where(
        ClueOfficer.clue_id == func.coalesce(model.merged_into_id, model.id), ClueOfficer.until.is_(None)
    )


def _in_charge(viewer: Viewer, clue: Clue) -> bool:
    officers = (clue.merged_into or clue).officer_ids
    return viewer.user_id in officers or (not officers and viewer.user_id == clue.created_by_id)


# The officers of the clue, and who took it down until they are named. What was merged is verified by the
# officers of the clue it went into.
IN_CHARGE = Predicate(
    "in charge of the clue",
    _in_charge,
    lambda viewer, model: or_(
        _officers(model).where(ClueOfficer.person_id == viewer.user_id).exists(),
        and_(model.created_by_id == viewer.user_id, ~_officers(model).exists()),
    ),
)


@dataclass(frozen=True)
class Filters:
    """The state of the list, as it stands in the URL."""

    state: str = ""
    source: str = ""
    campaign: str = ""
    target: str = ""
    tag: str = ""
    mine: str = ""
    due: str = ""
    q: str = ""
    sort: str = "-found"

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Filters:
        """From the arguments of a URL; what is not known is left out, so that an old link still opens."""
        given = {name: args.get(name, "").strip()[:60] for name in cls.__dataclass_fields__}
        allowed = {
            "state": {*CLUE.states, *GROUPS}, "source": set(SOURCES), "tag": {*PLACE_TAGS, *OBJECT_TAGS}, "mine": {"1"},
            "due": set(DUE), "sort": {"found", "-found", "due", "-due"},
        }  # fmt: skip
        for name, values in allowed.items():
            if given[name] not in values:
                given[name] = ""
        for name in ("campaign", "target"):
            given[name] = (
                given[name] if given[name].isascii() and given[name].isdigit() and len(given[name]) < 16 else ""
            )
        return cls(**{**given, "sort": given["sort"] or "-found"})

    @property
    def args(self) -> dict[str, str]:
        """As they stand in a URL."""
        return {
            name: value for name, value in vars(self).items() if value and not (name == "sort" and value == "-found")
        }

    @property
    def active(self) -> int:
        """How many conditions are in force."""
        return sum(bool(value) for name, value in vars(self).items() if name != "sort")


@dataclass(frozen=True)
class Page:
    """Rows in order, and the cursors of the pages beside this one (empty: there is none)."""

    rows: list[Clue]
    before: str = ""
    after: str = ""


def _where(viewer: Viewer, f: Filters) -> list[ColumnElement[bool]]:
    found = [scope(viewer, "clue.read", Clue)]
    if f.state:
        found.append(Clue.status.in_(GROUPS.get(f.state, (f.state,))))
    if f.source:
        found.append(Clue.source_kind == f.source)
    if f.campaign:
        found.append(Clue.campaign_id == int(f.campaign))
    if f.target:
        found.append(Clue.target_id == int(f.target))
    if f.tag:
        found.append(_has_tag(f.tag))
    if f.mine:
        found.append(charged(Clue, viewer))
    return found


def _has_tag(tag: str) -> ColumnElement[bool]:
    from sqlalchemy import Text, cast

    # The lists are short and closed, and no code is part of another with its quotation marks.
    return or_(cast(Clue.place_tags, Text).contains(f'"{tag}"'), cast(Clue.object_tags, Text).contains(f'"{tag}"'))


def _base(viewer: Viewer, f: Filters) -> tuple[Select[Clue], Any, bool]:
    """The selection, the column it is ordered by, and whether it falls."""
    found = select(Clue).where(*_where(viewer, f))
    if f.due or f.sort.endswith("due"):
        # Only open deadlines are in this index, so it is as short as the work in hand.
        found = found.join(
            Deadline,
            and_(
                Deadline.subject_id == Clue.id,
                Deadline.subject_type == "clue",
                OPEN,
            ),
        ).where(scope_of_deadlines(viewer))
        if f.due:
            found = found.where(Deadline.due_at < clock.now() + DUE[f.due])
        if f.sort.endswith("due"):
            return found, Deadline.due_at, f.sort == "-due"
    return found, Clue.found_at, f.sort != "found"


def scope_of_deadlines(viewer: Viewer) -> ColumnElement[bool]:
    """Narrow to the viewer's organs inside the index of open deadlines."""
    return Deadline.organ_id.in_(sorted(viewer.scope_ids))


def _encode(value: dt.datetime, clue_id: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([value.isoformat(), clue_id]).encode()).decode().rstrip("=")


def _decode(text: str) -> tuple[dt.datetime, int] | None:
    try:
        value, clue_id = json.loads(base64.urlsafe_b64decode(text[:200] + "=" * (-len(text[:200]) % 4)))
        at = dt.datetime.fromisoformat(value)
        return (at, int(clue_id)) if at.tzinfo is not None and 0 <= int(clue_id) < 2**53 else None
    except (ValueError, TypeError, OverflowError):
        return None  # a cut or foreign cursor opens the first page


def page(viewer: Viewer, f: Filters, after: str = "", before: str = "") -> Page:
    """One page of the list, after or before a cursor. Costs the same on page 1 and page 2000. What was searched for
    comes newest first."""
    if f.q:
        return _found_by_word(viewer, f, after)
    found, column, falling = _base(viewer, f)
    back = _decode(before)
    start = back or _decode(after)
    down = falling != bool(back)  # the direction we walk in
    if start is not None:
        at, clue_id = start
        beyond = (column < at, Clue.id < clue_id) if down else (column > at, Clue.id > clue_id)
        found = found.where(or_(beyond[0], and_(column == at, beyond[1])))
    order = (column.desc(), Clue.id.desc()) if down else (column.asc(), Clue.id.asc())
    keyed: Any = found.add_columns(column).order_by(*order).limit(PAGE + 1).options(*_row_parts())
    rows = list(db.session.execute(keyed).unique())
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if back:
        rows.reverse()
    if not rows:
        return Page([])
    first, last = _encode(rows[0][1], rows[0][0].id), _encode(rows[-1][1], rows[-1][0].id)
    has_prev, has_next = (more, True) if back else (start is not None, more)
    return Page([row[0] for row in rows], first if has_prev else "", last if has_next else "")


def _row_parts() -> tuple[Any, ...]:
    """What a row of the list shows beside the clue itself."""
    return (
        joinedload(Clue.organ),
        joinedload(Clue.party),
        selectinload(Clue.deadlines),
        selectinload(Clue.officers).joinedload(ClueOfficer.person),
    )


def _hits(viewer: Viewer, f: Filters, **more: Any) -> search.Found:
    organs = viewer.scope_ids if viewer.organ_kind == "bureau" else None
    base, _column, _falling = _base(viewer, replace(f, sort="-found"))
    ids = base.with_only_columns(Clue.id)
    return search.search(db.session(), f.q, subject_types=("clue",), organ_ids=organs, only=ids, **more)


def _found_by_word(viewer: Viewer, f: Filters, after: str) -> Page:
    found = _hits(viewer, f, limit=PAGE, cursor=search.cursor_of(after))
    ids = [clue_id for _kind, clue_id in found.hits]
    wanted = select(Clue).where(Clue.id.in_(ids)).options(*_row_parts())
    rows = {clue.id: clue for clue in db.session.scalars(wanted).unique()}
    return Page([rows[i] for i in ids if i in rows], after=str(found.cursor or ""))


def place(viewer: Viewer, f: Filters, clue: Clue) -> Place:
    """For walking through a list one by one. A clue that was dealt with keeps its place between its neighbours."""
    if f.q:
        return _place_of_word(viewer, f, clue)
    found, column, falling = _base(viewer, f)
    value = (
        (clue.deadlines[-1].due_at if clue.deadlines else clue.found_at) if column is Deadline.due_at else clue.found_at
    )
    earlier = or_(column < value, and_(column == value, Clue.id < clue.id))
    later = or_(column > value, and_(column == value, Clue.id > clue.id))
    ahead, behind = (later, earlier) if falling else (earlier, later)
    up, down = (column.asc(), Clue.id.asc()), (column.desc(), Clue.id.desc())
    ids = found.with_only_columns(Clue.id)
    n = db.session.scalar(select(func.count()).select_from(ids.where(ahead).limit(CAP + 1).subquery())) or 0
    total = count(viewer, f)
    listed = db.session.scalar(ids.where(Clue.id == clue.id).limit(1)) is not None
    return Place(
        n + 1 if listed and n < CAP else 0,
        min(total, CAP),
        db.session.scalar(ids.where(ahead).order_by(*(up if falling else down)).limit(1)),
        db.session.scalar(ids.where(behind).order_by(*(down if falling else up)).limit(1)),
        total > CAP,
    )


def _place_of_word(viewer: Viewer, f: Filters, clue: Clue) -> Place:
    # Hits come newest entry first, and an entry is as old as its clue.
    ids = [clue_id for _kind, clue_id in _hits(viewer, f, limit=CAP).hits]
    return among(ids, clue.id, sum(i > clue.id for i in ids), CAP)


def count(viewer: Viewer, f: Filters) -> int:
    """How many, counted to CAP + 1 and no further."""
    if f.q:
        return _hits(viewer, f, limit=1, cap=CAP).total
    found, _column, _falling = _base(viewer, replace(f, sort="-found"))
    return (
        db.session.scalar(select(func.count()).select_from(found.with_only_columns(Clue.id).limit(CAP + 1).subquery()))
        or 0
    )


def by_number(viewer: Viewer, number: str) -> Clue | None:
    """The clue of that printed number, if the viewer may read it. ﹝﹞ and [] are accepted for 〔〕."""
    clean = number.strip().translate(str.maketrans("﹝﹞[]［］", "〔〕〔〕〔〕")).replace(" ", "")
    return db.session.scalar(select(Clue).where(Clue.number == clean, scope(viewer, "clue.read", Clue)))


def merged_into(clue: Clue) -> list[Clue]:
    """The clues that were merged into this one; it was found for its viewer before."""
    return list(db.session.scalars(select(Clue).where(Clue.merged_into_id == clue.id).order_by(Clue.id).limit(50)))


def campaign_choices(viewer: Viewer, on: dt.date, also: Clue | None = None) -> list[tuple[str, str]]:
    """The campaigns that run on that day and their targets, as one list: "5" a campaign, "5-3" its target."""
    found = campaigns.running(viewer, on)
    if also is not None and also.campaign is not None and also.campaign not in found:
        found.append(also.campaign)
    rows = []
    for campaign in found:
        rows.append((str(campaign.id), _("%(name)s%(year)s · 未指明目标", name=campaign.short, year=campaign.year)))
        rows += [
            (f"{campaign.id}-{target.id}", f"{campaign.short}{campaign.year} · {target.title}")
            for target in campaign.targets
        ]
    return rows


def default_campaign(viewer: Viewer, on: dt.date) -> str:
    """The Iron Fist of the year, if it runs."""
    return next((str(c.id) for c in campaigns.running(viewer, on) if c.short == "铁拳"), "")


def campaign_words(clue: Clue) -> str:
    """2026年“铁拳”行动：3. 电商领域关联商标侵权"""
    if clue.campaign is None:
        return ""
    return f"{clue.campaign.title}：{clue.target.title}" if clue.target is not None else clue.campaign.title


# Whose business the punishment is (enforcement brief 5): a bureau offers its own causes. A dispute about a patent is decided,
# not punished (专利法 65), and other agencies' acts are transferred (程序规定 14, 17, 19).
AGENCY_OF = {"bureau": "market"}


def cause_choices(viewer: Viewer) -> list[tuple[int, str]]:
    """The causes of action that the viewer's organ may propose today."""
    agency = AGENCY_OF.get(viewer.organ_kind)
    return [(cause.id, cause.name) for cause in causes(clock.today()) if cause.agency == agency]


def cause_note(organ: Organ) -> str:
    """What to mind when the cause is chosen: the article on trade secrets was not seen, so it is told and not enforced."""
    if organ.level == "city":
        return ""
    return _(
        "侵犯商业秘密的举报，按商业秘密保护规定由设区的市级以上市场监督管理部门受理查处（条文待核）；请先与市局确认管辖。"
    )


def missing(clue: Clue) -> list[str]:
    """What is missing now, in the order in which it will be asked for."""
    if clue.status not in {"received", "verifying"}:
        return []
    rows = []
    if not clue.officer_ids:
        rows.append(_("承办人员（由办案机构负责人分派，不少于两人）"))
    if clue.party_id is None:
        rows.append(_("当事人"))
    if clue.right_id is None:
        rows.append(_("涉及的权利"))
    if clue.campaign_id is not None and clue.target_id is None:
        rows.append(_("专项行动的具体目标"))
    if clue.clock_state == "paused":
        rows.append(_("%(ground)s结果（%(document)s）", ground=_(clue.pause_ground), document=clue.pause_document))
    return rows


def campaign_value(clue: Clue) -> str:
    """The clue's campaign as the one list of the form knows it."""
    if clue.campaign_id is None:
        return ""
    return f"{clue.campaign_id}-{clue.target_id}" if clue.target_id is not None else str(clue.campaign_id)


def campaign_filter(viewer: Viewer) -> list[tuple[int, str]]:
    """All campaigns, for the filter of the list."""
    return [(c.id, f"{c.short}{c.year}") for c in campaigns.campaigns(viewer)]


def people_of(person_ids: list[int]) -> list[Person]:
    """People by id, in that order; who works here is known inside the house."""
    found = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(person_ids)))}
    return [found[i] for i in person_ids if i in found]


def tabs(viewer: Viewer) -> list[tuple[str, dict[str, str], str]]:
    """The ready filters of this post: label, arguments, tone."""
    own = {
        "officer": [(_("我承办的"), {"mine": "1", "state": "open"}, "")],
        "unit_head": [(_("待我分派"), {"state": "received"}, ""), (_("待我审查"), {"state": "to_endorse"}, "")],
        "head": [(_("待我决定"), {"state": "to_decide"}, "")],
        "principal": [(_("待我决定"), {"state": "to_decide"}, "")],
    }.get(viewer.post, [])
    return [
        *own, (_("在办"), {"state": "open"}, ""), (_("三日内到期"), {"due": "3", "sort": "due"}, ""),
        (_("已逾期"), {"due": "overdue", "sort": "due"}, "late"), (_("全部"), {}, ""),
    ]  # fmt: skip
