"""Reads of transfers. Every one takes the viewer, or a transfer that was found for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, lazyload, selectinload

from app.cases.evidence import Evidence, EvidenceVersion
from app.cases.goods import HELD, GoodsLine, GoodsList
from app.cases.models import Case
from app.cases.screening import CrimeScreening
from app.core import subjects
from app.core.deadlines import Deadline
from app.core.history import HistoryEntry
from app.core.neighbours import Place, among
from app.core.permissions import Viewer, scope
from app.core.turn import waits
from app.documents.kinds import KINDS
from app.documents.models import Paper
from app.documents.queries import number_of
from app.extensions import db
from app.people.models import Organ, Person, Post
from app.transfers.models import PoliceEvent, Transfer, TransferMember
from app.transfers.workflow import ANSWERS, MOVES, TRANSFER

PAGE = 30
CAP = 99
LIAISONS = ("police_liaison", "procuratorate_liaison")
# Papers that must lie in the package (国务院令第310号 6); the list of goods only where there are goods.
ANNEXES = ("transfer_letter", "crime_report", "materials_list")
# Papers of the case that are "other material on the suspected crime" (6(5)) and travel with it.
RECORDS = ("site_record", "interview_record", "goods_list")
CODE = "核验码 "  # before the code by which D4 names such a record: it has no number

# What a partner organ reads in the history, by name; a new step is not shown before it stands here.
# Answers are the partner organs' own words; of our steps they read that they were taken, and the reason only of what
# was written to them.
ANSWERED = frozenset(step.id for step in ANSWERS)
OUTWARD = frozenset({
    "hand_over", "supply_material", "sign_copy", "record_copy", "hand_over_goods", "move_goods_with_case", "hand_over_more_goods", "request_reconsideration",
    "return_to_administrative",
})  # fmt: skip
ADDRESSED: Mapping[str, frozenset[str]] = {
    "police_liaison": frozenset({"request_reconsideration"}),
    "procuratorate_liaison": frozenset({"suggest_supervision"}),
}


def get(viewer: Viewer, transfer_id: int, *, lock: bool = False) -> Transfer:
    """One transfer, if the viewer may read it; NotFound otherwise. lock: for a step. What a page read of it is forgotten."""
    found: Transfer = subjects.find(viewer, "transfer", transfer_id, lock=lock)
    found.reading = None
    return found


# --- the list ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Filters:
    """The state of the list as it stands in the URL."""

    show: str = "mine"  # mine | open | all
    status: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Filters:
        """From the arguments of a URL; what is not known is left out, so that an old link still opens."""
        show, status = args.get("show", ""), args.get("status", "")
        return cls(show if show in {"mine", "open", "all"} else "mine", status if status in TRANSFER.states else "")

    @property
    def args(self) -> dict[str, str]:
        return {k: v for k, v in {"show": self.show, "status": self.status}.items() if v}


def waiting_for(viewer: Viewer) -> ColumnElement[bool]:
    """The transfers in which it is this viewer's turn, as far as a list can tell (the page asks the table itself)."""
    return waits(viewer, subjects.kinds()["transfer"], TRANSFER)


def on_team(model: Any, viewer: Viewer) -> ColumnElement[bool]:
    """The rows whose special team the viewer belongs to."""
    return exists().where(
        TransferMember.transfer_id == model.id, TransferMember.person_id == viewer.user_id, TransferMember.until.is_(None)
    )  # fmt: skip


def _where(viewer: Viewer, filters: Filters) -> list[ColumnElement[bool]]:
    found = [scope(viewer, "transfer.read", Transfer)]
    if filters.show == "mine":
        found.append(waiting_for(viewer))
    elif filters.show == "open":
        found.append(Transfer.status != "closed")
    if filters.status:
        found.append(Transfer.status == filters.status)
    return found


def page(viewer: Viewer, filters: Filters, before: int | None = None) -> tuple[list[Transfer], int | None]:
    """A page of transfers, newest first, and the key of the next page. before: transfers older than this id."""
    found = select(Transfer).where(*_where(viewer, filters)).order_by(Transfer.id.desc()).limit(PAGE + 1)
    found = found.options(joinedload(Transfer.police), selectinload(Transfer.team))
    if before is not None:
        found = found.where(Transfer.id < before)
    rows = list(db.session.scalars(found).unique())
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def count(viewer: Viewer, filters: Filters) -> int:
    """How many there are, counted to CAP + 1 at most: the number shows "99+"."""
    some = select(Transfer.id).where(*_where(viewer, filters)).limit(CAP + 1).subquery()
    return db.session.scalar(select(func.count()).select_from(some)) or 0


def walk(viewer: Viewer, filters: Filters, transfer: Transfer) -> Place:
    """The place of `transfer` in its queue, newest first."""
    queue = select(Transfer.id).where(*_where(viewer, filters)).order_by(Transfer.id.desc()).limit(CAP)
    ids = list(db.session.scalars(queue))
    return among(ids, transfer.id, sum(i > transfer.id for i in ids), CAP)


# --- what a transfer rests on -----------------------------------------------------------------------------------------


class Reading:
    """What a transfer rests on, as one moment shows it: each part is read when it is first asked for, and then kept.

    A page that only reads keeps one (`read_once`), so that its guards, its buttons and its text ask once. A step keeps
    none: its guards ask anew under the lock, and what it freezes is read after what it wrote.
    """

    def __init__(self, transfer: Transfer) -> None:
        self._transfer = transfer

    @cached_property
    def papers(self) -> list[Paper]:
        """The papers in force, in the order in which they were made."""
        found = select(Paper).where(
            Paper.subject_type == "transfer", Paper.subject_id == self._transfer.id, Paper.superseded_by_id.is_(None)
        )  # fmt: skip
        return list(db.session.scalars(found.order_by(Paper.id)))

    @cached_property
    def goods(self) -> list[GoodsLine]:
        """What can be handed over or was by this transfer, in the order of the lists: neither sold nor given back before."""
        return _lines(self._transfer.case_id, _at_hand(self._transfer))

    @cached_property
    def held(self) -> list[GoodsList]:
        """The lists of goods in the house's hands, or handed over by this transfer, on which something was not sold."""
        unsold = exists().where(GoodsLine.list_id == GoodsList.id, GoodsLine.sold.is_(False))
        found = select(GoodsList).where(
            GoodsList.case_id == self._transfer.case_id, GoodsList.occasion.in_(HELD), _at_hand(self._transfer), unsold
        )
        return list(db.session.scalars(found.options(lazyload(GoodsList.lines)).order_by(GoodsList.n)))

    @cached_property
    def evidence(self) -> list[Evidence]:
        """The evidence of the case in its order, withdrawn items left out."""
        found = select(Evidence).where(Evidence.case_id == self._transfer.case_id, Evidence.withdrawn_at.is_(None))
        return list(db.session.scalars(found.order_by(Evidence.n)))

    @cached_property
    def evidence_open(self) -> int:
        """How many items of the case wait for completion."""
        return int(self._transfer.case.proof["open"])

    @cached_property
    def records(self) -> list[Paper]:
        """The papers of the investigation that travel with the case, in force, in the order in which they were made."""
        found = select(Paper).where(
            Paper.subject_type == "case", Paper.subject_id == self._transfer.case_id, Paper.kind.in_(RECORDS), Paper.superseded_by_id.is_(None)
        )  # fmt: skip
        return list(db.session.scalars(found.order_by(Paper.id)))

    @cached_property
    def letter_no(self) -> str:
        """The number of the newest letter, also while the step that makes it is being taken."""
        return next((one.number for one in reversed(self.papers) if one.kind == "transfer_letter"), "")

    @cached_property
    def listed(self) -> list[Paper]:
        """The records that D4 in force names."""
        lines = (
            one for one in reversed(self.papers) if one.kind == "materials_list" and _of_present(self._transfer, one)
        )
        return records_listed(self._transfer.case_id, next((one.facts["lines"] for one in lines), []))


def reading(transfer: Transfer) -> Reading:
    """The reading that the page keeps, else a new one."""
    return transfer.reading or Reading(transfer)


def read_once(transfer: Transfer) -> Transfer:
    """The same transfer, which keeps its reading from now on: for a page, before it asks its guards. Never where it is written."""
    transfer.reading = Reading(transfer)
    return transfer


def goods(transfer: Transfer) -> list[GoodsLine]:
    """What can be handed over or was by this transfer, in the order of the lists: neither sold nor given back before."""
    return reading(transfer).goods


def has_goods(transfer: Transfer) -> bool:
    """Whether there are such goods."""
    return bool(goods(transfer))


def holds_goods(transfer: Transfer) -> bool:
    """Whether some of them are in the house's hands; the others an inspection saw, or an account book proves."""
    return bool(reading(transfer).held)


def goods_here(transfer: Transfer, *occasions: str) -> bool:
    """Whether some of them have not gone to the police: what was seized after a first handing over goes with the next."""
    there = reading(transfer).held
    return any(one.occasion in (occasions or HELD) and one.handed_with_id is None for one in there)


def moved_goods(transfer: Transfer) -> list[GoodsLine]:
    """What changed hands in the last handing over of this transfer, in the order of the lists."""
    last = and_(GoodsList.handed_with_id == transfer.id, GoodsList.handed_at == transfer.goods_handed_at)
    return _lines(transfer.case_id, last, GoodsList.occasion.in_(HELD))


def goods_of_lists(transfer: Transfer, numbers: set[int]) -> list[GoodsLine]:
    """The lines of these held lists of the case, wherever the goods are now."""
    return _lines(transfer.case_id, GoodsList.n.in_(numbers), GoodsList.occasion.in_(HELD))


def goods_of_measure(transfer: Transfer, number: str) -> list[GoodsLine]:
    """The goods that were sealed or seized by the paper of this number."""
    return _lines(
        transfer.case_id,
        GoodsList.goes_with_no == number,
        GoodsList.occasion == "measure",
        GoodsList.counts(),
    )


def _at_hand(transfer: Transfer) -> ColumnElement[bool]:
    """What was released by form 23, or went by another transfer, is gone from the house; what this one handed over is its own.

    What was registered and then seized stands on the list of the seizure alone (程序规定 35(3)).
    """
    return and_(or_(~GoodsList.gone(), GoodsList.handed_with_id == transfer.id), GoodsList.counts())


def _lines(case_id: int, *where: ColumnElement[bool]) -> list[GoodsLine]:
    """Lines of the case that were not sold, in the order of the lists."""
    found = (
        select(GoodsLine).join(GoodsLine.list).where(GoodsLine.case_id == case_id, GoodsLine.sold.is_(False), *where)
    )
    found = found.options(contains_eager(GoodsLine.list).lazyload(GoodsList.lines))
    return list(db.session.scalars(found.order_by(GoodsList.n, GoodsLine.n)))


def has_appraisal(transfer: Transfer) -> bool:
    """Whether an expert opinion is among the evidence (国务院令第310号 6(4))."""
    found = select(Evidence.id).where(
        Evidence.case_id == transfer.case_id, Evidence.kind == "expert", Evidence.withdrawn_at.is_(None)
    )
    return db.session.scalar(found.limit(1)) is not None


def papers(transfer: Transfer) -> list[Paper]:
    """The papers of a transfer in force, in the order in which they were made."""
    return reading(transfer).papers


def readable_papers(viewer: Viewer, transfer: Transfer) -> list[Paper]:
    """Those of its papers that the viewer's kind of organ may read: a partner organ gets the package and nothing of ours."""
    return [paper for paper in papers(transfer) if viewer.organ_kind in KINDS[paper.kind].readers]


def of_letter(transfer: Transfer, kind: str) -> Paper | None:
    """The list in force, D4 or D5, that belongs to the present letter."""
    of_kind = (one for one in reversed(papers(transfer)) if one.kind == kind)
    return next((one for one in of_kind if _of_present(transfer, one)), None)


def beside_letter(transfer: Transfer) -> tuple[Paper | None, list[GoodsLine]]:
    """The D5 in force beside the present letter that no handing over has signed, and the goods that it must name.

    Before anything was handed over by the letter these are all; afterwards what the house holds and no D5 that was
    signed at a handing over names. None: there is no such list.
    """
    there = [one for one in papers(transfer) if one.kind == "transfer_goods_list" and _of_present(transfer, one)]
    signed = [one for one in there if one.step in MOVES]
    named = {line["item_no"] for one in signed for line in one.facts["lines"]}
    lines = [
        line for line in goods(transfer)
        if not signed or (line.list.occasion in HELD and line.list.handed_with_id is None and line.item_no not in named)
    ]  # fmt: skip
    return next((one for one in reversed(there) if one.step not in MOVES), None), lines


def goods_lists(transfer: Transfer) -> list[Paper]:
    """All D5 of the present letter in the order in which they were made, corrected ones too."""
    found = select(Paper).where(
        Paper.subject_type == "transfer", Paper.subject_id == transfer.id, Paper.kind == "transfer_goods_list"
    )  # fmt: skip
    number = number_of(transfer, "transfer_letter")
    return [one for one in db.session.scalars(found.order_by(Paper.id)) if one.facts["transfer_no"] == number]


def _of_present(transfer: Transfer, paper: Paper) -> bool:
    return bool(transfer.letter_number) and paper.facts["transfer_no"] == transfer.letter_number


def goods_unlisted(transfer: Transfer) -> bool:
    """Whether goods stand on no list of the present letter, and none is there that could be corrected."""
    found, lines = beside_letter(transfer)
    return found is None and bool(lines)


def listed(transfer: Transfer) -> list[dict[str, Any]] | None:
    """The lines of D4 in force, as they were frozen; None before there is one for the present letter."""
    found = of_letter(transfer, "materials_list")
    return list(found.facts["lines"]) if found is not None else None


def records(transfer: Transfer) -> list[Paper]:
    """The papers of the investigation that travel with the case, in force, in the order in which they were made."""
    return reading(transfer).records


def records_listed(case_id: int, lines: list[dict[str, Any]]) -> list[Paper]:
    """Those of them that the lines of a D4 name by their code, also where a newer version has been made since."""
    codes = [line["number"].removeprefix(CODE) for line in lines if line["number"].startswith(CODE)]
    if not codes:
        return []
    found = select(Paper).where(
        Paper.subject_type == "case", Paper.subject_id == case_id, Paper.kind.in_(RECORDS), Paper.verify_code.in_(codes)
    )  # fmt: skip
    return list(db.session.scalars(found.order_by(Paper.id)))


def files_listed(case_id: int, lines: list[dict[str, Any]]) -> list[EvidenceVersion]:
    """The files of evidence that they name by their hash, also of an item that was changed or withdrawn since."""
    hashes = [line["sha256"] for line in lines if line["sha256"]]
    found = select(EvidenceVersion).join(EvidenceVersion.evidence).options(contains_eager(EvidenceVersion.evidence))
    found = found.where(Evidence.case_id == case_id, EvidenceVersion.sha256.in_(hashes))
    return list(db.session.scalars(found.order_by(Evidence.n, EvidenceVersion.n)))


def annexes(transfer: Transfer) -> list[Paper]:
    """The papers that must lie in the package: those of 国务院令第310号 6, and the records that its list names."""
    now = reading(transfer)
    return [one for one in now.papers if one.kind in {*ANNEXES, "transfer_goods_list"}] + now.listed


def missing_annexes(transfer: Transfer) -> list[str]:
    """Titles of mandatory papers that were not made, lists for the present letter. Whether they are printed: `annexes`."""
    own = papers(transfer)
    there = {one.kind for one in own if "transfer_no" not in one.facts or _of_present(transfer, one)}
    wanted = (*ANNEXES, *(("transfer_goods_list",) if has_goods(transfer) else ()))
    return [KINDS[kind].title for kind in wanted if kind not in there]


def reports(transfer: Transfer) -> list[Paper]:
    """Every report that was handed in, the first first; the place in this list is its 第几次. A correction is none."""
    found = select(Paper).where(
        Paper.subject_type == "transfer", Paper.subject_id == transfer.id, Paper.kind == "crime_report", Paper.note == ""
    )  # fmt: skip
    return list(db.session.scalars(found.order_by(Paper.id)))


def screening(transfer: Transfer) -> CrimeScreening | None:
    """The run that the officers looked at, else the newest of the case."""
    if transfer.screening_id is not None:
        return db.session.get(CrimeScreening, transfer.screening_id)
    return db.session.scalar(
        select(CrimeScreening)
        .where(CrimeScreening.case_id == transfer.case_id)
        .order_by(CrimeScreening.n.desc())
        .limit(1)
    )


def latest_screening(case: Case) -> CrimeScreening | None:
    """The newest run of a case."""
    return db.session.scalar(
        select(CrimeScreening).where(CrimeScreening.case_id == case.id).order_by(CrimeScreening.n.desc()).limit(1)
    )


def evidence(transfer: Transfer) -> list[Evidence]:
    """The evidence of the case in its order, withdrawn items left out."""
    return reading(transfer).evidence


def events(viewer: Viewer, transfer: Transfer) -> list[PoliceEvent]:
    """What was answered, oldest first. Who demanded the transfer of us is no matter of the police."""
    return [e for e in transfer.events if viewer.post not in LIAISONS or e.kind != "demand"]


def shown_scans(viewer: Viewer, transfer: Transfer) -> set[int | None]:
    """The scans of the answers that the viewer sees."""
    return {event.scan_id for event in events(viewer, transfer)}


def eligible(organ_id: int, on: dt.date) -> list[Person]:
    """Who may be put on a team of this organ: people in office whose certificate is valid, who do not decide on it."""
    posts = ("officer", "unit_head", "registrar", "reviewer")
    found = (
        select(Person).join(Post).where(Post.organ_id == organ_id, Post.kind.in_(posts), Person.disabled_at.is_(None))
        .where(Post.since <= on, or_(Post.until.is_(None), Post.until >= on), Person.certificate_until >= on).order_by(Post.id)
    )  # fmt: skip
    return list(db.session.scalars(found).unique())


def police_organs() -> list[Organ]:
    """The police organs that a package can be forwarded to."""
    return list(db.session.scalars(select(Organ).where(Organ.kind == "police").order_by(Organ.id)))


def deadlines(transfer: Transfer) -> list[Deadline]:
    """Its deadlines, open ones first; a void one only where nothing replaced it."""
    from app.core.deadlines import of

    rows = of(transfer)
    running = {row.term for row in rows if row.state != "void"}
    return [row for row in rows if row.state != "void" or row.term not in running]


def history(viewer: Viewer, transfer: Transfer) -> list[HistoryEntry]:
    """What happened. A partner organ sees what passed between it and us, from the handing over on; the bureau all."""
    from app.core.history import of

    entries = of(transfer)
    if viewer.post not in LIAISONS:
        return entries
    first = next((e.seq for e in reversed(entries) if e.act == "hand_over"), None)
    outward = {*OUTWARD, *ADDRESSED[viewer.post], *ANSWERED}
    return [e for e in entries if first is not None and e.seq >= first and e.act in outward]


def reason_of(viewer: Viewer, entry: HistoryEntry) -> str:
    """The reason of an entry as far as the viewer may read it: why we act is ours, unless it was written to him."""
    if viewer.post not in LIAISONS or entry.act in ANSWERED or entry.act in ADDRESSED[viewer.post]:
        return entry.reason
    return ""


def counts_for(viewer: Viewer) -> dict[str, Any]:
    """How many wait for the viewer and how many are open: the heads of the list."""
    return {show: count(viewer, Filters(show)) for show in ("mine", "open", "all")}
