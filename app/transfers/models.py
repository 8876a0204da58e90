"""The transfer itself, its special team, and what the police answered on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, backref, mapped_column, object_session, relationship

from app.cases.workflow import WORKING
from app.core import clock, deadlines, separation
from app.core.models import Subject
from app.core.permissions import Predicate, Viewer
from app.core.text import N_
from app.extensions import Base
from app.law.words import CRIMES
from app.people import queries as people
from app.people.models import Organ, Person, Post
from app.transfers.workflow import DELIVERED

if TYPE_CHECKING:
    from app.cases.models import Case
    from app.transfers.queries import Reading


class Transfer(Subject, Base):
    """A suspected criminal case on its way to the police (国务院令第310号).

    ground: threshold | reasonable_suspicion; no amount is ever asked for the second (规定 3(2)).
    crimes: ids of app/law/words.py. screening_id: the run that was looked at, if any.
    Times ending in _at are instants of the fact itself, which may lie before it was typed in; a deadline starts there.
    """

    __tablename__ = "transfer"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    ground: Mapped[str] = mapped_column(String(30))
    crimes: Mapped[list[str]] = mapped_column(default=list)
    screening_id: Mapped[int | None] = mapped_column(ForeignKey("crime_screening.id"))
    suspicion_facts: Mapped[str] = mapped_column(Text, default="")
    police_measures_needed: Mapped[str] = mapped_column(Text, default="")

    # the written report (规定 6(2))
    report_source: Mapped[str] = mapped_column(Text, default="")
    report_facts: Mapped[str] = mapped_column(Text, default="")
    report_evidence: Mapped[str] = mapped_column(Text, default="")
    right_holder_opinion: Mapped[str] = mapped_column(Text, default="")
    report_measures: Mapped[str] = mapped_column(Text, default="")
    penalties_imposed: Mapped[str] = mapped_column(Text, default="")
    report_proposal: Mapped[str] = mapped_column(Text, default="")
    reported_at: Mapped[dt.datetime | None] = mapped_column()
    report_received_at: Mapped[dt.datetime | None] = mapped_column()

    # opinions before the decision
    legal_required: Mapped[bool] = mapped_column(default=False)
    team_opinion: Mapped[str] = mapped_column(Text, default="")
    unit_opinion: Mapped[str] = mapped_column(Text, default="")
    unit_opinion_by: Mapped[str] = mapped_column(String(60), default="")
    unit_opinion_at: Mapped[dt.datetime | None] = mapped_column()
    legal_opinion: Mapped[str] = mapped_column(Text, default="")
    legal_opinion_by: Mapped[str] = mapped_column(String(60), default="")
    legal_opinion_at: Mapped[dt.datetime | None] = mapped_column()

    # the decision of the principal head (规定 5(2))
    decision: Mapped[str] = mapped_column(String(20), default="")  # approved | not_approved
    decision_reasons: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_as: Mapped[str] = mapped_column(String(40), default="")  # 正职负责人 | 主持工作的负责人
    decided_at: Mapped[dt.datetime | None] = mapped_column()
    letter_number: Mapped[str | None] = mapped_column(String(80), unique=True)

    # handing over
    police_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    procuratorate_id: Mapped[int] = mapped_column(ForeignKey("organ.id"), index=True)
    first_police_id: Mapped[int | None] = mapped_column(ForeignKey("organ.id"))  # who forwarded it
    forwarded_at: Mapped[dt.datetime | None] = mapped_column()
    handed_at: Mapped[dt.datetime | None] = mapped_column()
    handed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handed_by_names: Mapped[list[str]] = mapped_column(
        default=list
    )  # who carried it there, for form 50 (行政处罚法 42)
    handed_to: Mapped[str] = mapped_column(String(80), default="")
    medium: Mapped[str] = mapped_column(String(20), default="")
    no_appraisal_reason: Mapped[str] = mapped_column(Text, default="")
    goods_with_case: Mapped[bool] = mapped_column(default=False)
    copy_received_by: Mapped[str] = mapped_column(String(80), default="")
    copy_received_at: Mapped[dt.datetime | None] = mapped_column()

    # what the police answered
    receipt_by: Mapped[str] = mapped_column(String(80), default="")
    receipt_at: Mapped[dt.datetime | None] = mapped_column()
    supplement_list: Mapped[str] = mapped_column(Text, default="")
    supplement_received_at: Mapped[dt.datetime | None] = mapped_column()
    supplied: Mapped[str] = mapped_column(Text, default="")
    supplied_at: Mapped[dt.datetime | None] = mapped_column()
    police_extension: Mapped[int | None] = mapped_column(Integer)  # days in all since acceptance: 10, 30, 60
    police_case_no: Mapped[str] = mapped_column(String(80), default="")
    filed_received_at: Mapped[dt.datetime | None] = mapped_column()
    not_filed_reasons: Mapped[str] = mapped_column(Text, default="")
    not_filed_received_at: Mapped[dt.datetime | None] = mapped_column()
    reconsideration_at: Mapped[dt.datetime | None] = mapped_column()
    reconsidered_at: Mapped[dt.datetime | None] = mapped_column()  # the refusal was upheld, as we learned it
    supervision_at: Mapped[dt.datetime | None] = mapped_column()
    returned_at: Mapped[dt.datetime | None] = mapped_column()

    # goods and other material (规定 12; 行政强制法 21); goods_* is empty again when the police gave them back
    materials_handed_at: Mapped[dt.datetime | None] = mapped_column()  # the formalities of 规定 12 are completed
    goods_handed_at: Mapped[dt.datetime | None] = mapped_column()
    goods_giver: Mapped[str] = mapped_column(String(60), default="")
    goods_receiver: Mapped[str] = mapped_column(String(60), default="")
    goods_witnesses: Mapped[str] = mapped_column(String(120), default="")
    goods_keeping: Mapped[str] = mapped_column(String(10), default="")  # workflow.KEEPING
    goods_keeper: Mapped[str] = mapped_column(String(60), default="")
    goods_kept_place: Mapped[str] = mapped_column(String(200), default="")
    goods_back_at: Mapped[dt.datetime | None] = mapped_column()
    goods_back_by: Mapped[str] = mapped_column(String(60), default="")
    goods_back_to: Mapped[str] = mapped_column(String(60), default="")
    notice_owed: Mapped[bool] = mapped_column(
        default=False
    )  # goods of a seizure went, the party has a right to be told
    party_told_at: Mapped[dt.datetime | None] = mapped_column()  # of all that went so far

    reading = cast("Reading | None", None)  # what a page keeps while it is made (`queries.read_once`); no column

    case: Mapped[Case] = relationship(
        "Case", lazy="joined", innerjoin=True, backref=backref("transfers", order_by="Transfer.id")
    )
    organ: Mapped[Organ] = relationship(foreign_keys="Transfer.organ_id", lazy="joined", innerjoin=True)
    police: Mapped[Organ] = relationship(foreign_keys=[police_id])
    procuratorate: Mapped[Organ] = relationship(foreign_keys=[procuratorate_id])
    first_police: Mapped[Organ | None] = relationship(foreign_keys=[first_police_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    handed_by: Mapped[Person | None] = relationship(foreign_keys=[handed_by_id])
    team: Mapped[list[TransferMember]] = relationship(back_populates="transfer", order_by="TransferMember.id")
    events: Mapped[list[PoliceEvent]] = relationship(back_populates="transfer", order_by="PoliceEvent.id")

    # --- where deadlines start: the fact's own time, or now while the step is being taken ---

    @property
    def report_received_from(self) -> dt.datetime:
        """First receipt of the report: a return for correction starts nothing anew."""
        return self.report_received_at or self.changed_at

    @property
    def handed_from(self) -> dt.datetime:
        return self.handed_at or self.changed_at

    @property
    def delivered_from(self) -> dt.datetime:
        """When the body that must sign got the package: a forwarded one begins anew with the forwarding."""
        return (self.forwarded_at or self.changed_at) if self.status == "forwarded_by_police" else self.handed_from

    @property
    def receipt_from(self) -> dt.datetime:
        return self.receipt_at or self.changed_at

    @property
    def supplement_from(self) -> dt.datetime:
        return self.supplement_received_at or self.changed_at

    @property
    def filed_from(self) -> dt.datetime:
        return self.filed_received_at or self.changed_at

    @property
    def not_filed_from(self) -> dt.datetime:
        return self.not_filed_received_at or self.changed_at

    @property
    def reconsideration_from(self) -> dt.datetime:
        return self.reconsideration_at or self.changed_at

    @property
    def reconsidered_from(self) -> dt.datetime:
        return self.reconsidered_at or self.changed_at

    @property
    def goods_from(self) -> dt.datetime:
        return self.goods_handed_at or self.materials_handed_at or self.changed_at

    @property
    def returned_from(self) -> dt.datetime:
        return self.returned_at or self.changed_at

    # --- what the guards and forms ask ---

    def late(self, term: str, at: dt.datetime) -> bool:
        """Whether the open limit `term` of this transfer is over at that instant."""
        row = deadlines.running(self, term)
        return row is not None and deadlines.ended(row, at)

    @property
    def copied_by(self) -> list[str]:
        """Who brought the copies, until somebody else is named: those who handed the case over."""
        return list(self.handed_by_names)

    @property
    def returned_extendable(self) -> bool:
        """Whether the head may still add the fifteen working days (程序规定 18): once, and before the end."""
        row = deadlines.running(self, "returned_case_verify")
        return row is not None and not row.extensions and not deadlines.ended(row, clock.now())

    @property
    def active_team(self) -> list[TransferMember]:
        """The special team as it stands."""
        return [one for one in self.team if one.until is None]

    @property
    def member_ids(self) -> frozenset[int]:
        return frozenset(one.person_id for one in self.active_team)

    @property
    def ever_handled(self) -> frozenset[int]:
        """Everybody who ever was on the team or an officer of the case: none of them reviews or decides (R-17; 程序规定 49)."""
        officers = (one.person_id for one in self.case.officers if one.confirmed)
        return frozenset((*(one.person_id for one in self.team), *officers))

    @property
    def members(self) -> list[int]:
        """What the form that names the team begins with: the team, or before there is one the officers of the case."""
        return [one.person_id for one in self.active_team] or [one.person_id for one in self.case.active_officers]

    def examiners(self, makers: Iterable[int] = ()) -> list[Post]:
        """Who may examine the report (E.2): heads of the unit who never handled the case; where none is left, heads.

        Never who stands in for the principal: he would decide on what he endorsed. makers: people who are to join the team.
        """
        handled = self.ever_handled | {int(one) for one in makers}
        units, heads = (
            [post for post in people.posts(self.organ_id, kind) if post.person_id not in handled]
            for kind in ("unit_head", "head")
        )
        return units or [post for post in heads if not post.acting]

    def _people(self, ids: Iterable[int]) -> list[Person | None]:
        session = object_session(self)
        if session is None:
            raise LookupError("the transfer belongs to no session")
        return [session.get(Person, person_id) for person_id in ids]

    def all_certified(self, ids: Iterable[int]) -> bool:
        """Whether all are officers of the owning organ with a valid certificate (规定 5(1); 行政处罚程序规定 19)."""
        today = clock.today()
        return all(
            person is not None and person.is_active and person.certified(today)
            and any(p.organ_id == self.organ_id and p.held(today) for p in person.posts)
            for person in self._people(ids)
        )  # fmt: skip

    def no_decider(self, ids: Iterable[int]) -> bool:
        """Whether none of them would have to decide on the team's own report (规定 5)."""
        today = clock.today()
        return not any(
            p.held(today) and p.organ_id == self.organ_id and (p.kind == "principal" or p.acting)
            for person in self._people(ids) if person is not None for p in person.posts
        )  # fmt: skip

    def report_gaps(self, data: Any = None) -> list[str]:
        """What the written report still lacks (规定 6(2); 3(2) for the second ground). data: a form not yet saved."""
        given = data or {}
        wanted = {
            "report_source": N_("案件来源和发现经过"), "report_facts": N_("涉嫌犯罪事实"),
            "report_evidence": N_("证据与法律依据"), "report_proposal": N_("处理建议"), "crimes": N_("涉嫌罪名"),
        }  # fmt: skip
        if self.ground == "reasonable_suspicion":
            wanted |= {"suspicion_facts": N_("合理嫌疑的事实"), "police_measures_needed": N_("需要公安机关采取的措施")}
        return [label for name, label in wanted.items() if not given.get(name, getattr(self, name))]

    @property
    def holds_goods(self) -> bool:
        """Whether some of them are in our hands, and not only seen or computed."""
        from app.transfers.queries import holds_goods

        return holds_goods(self)

    @property
    def goods_here(self) -> bool:
        """Whether we hold goods that have not gone to the police."""
        from app.transfers.queries import goods_here

        return goods_here(self)

    @property
    def seized_here(self) -> bool:
        """Whether some of them are sealed or seized."""
        from app.transfers.queries import goods_here

        return goods_here(self, "measure")

    @property
    def goods_unlisted(self) -> bool:
        """Whether goods stand on no D5 of the present letter, and there is none to correct (规定 6(3))."""
        from app.transfers.queries import goods_unlisted

        return goods_unlisted(self)

    @property
    def party_untold(self) -> bool:
        """Whether the party must still be told that seized goods went to the police (行政强制法 21)."""
        return self.notice_owed and self.party_told_at is None

    @property
    def has_appraisal(self) -> bool:
        """Whether the case file holds a test report or an expert opinion (规定 6(4))."""
        from app.transfers.queries import has_appraisal

        return has_appraisal(self)

    @property
    def missing_annexes(self) -> list[str]:
        """Titles of the mandatory papers that were not made (规定 6)."""
        from app.transfers.queries import missing_annexes

        return missing_annexes(self)

    def annexes_in(self, *states: str) -> list[str]:
        """Titles of the papers of the package whose printing stands in one of these states (`documents.models.STATES`)."""
        from app.transfers.queries import annexes

        return [paper.title for paper in annexes(self) if paper.state in states]

    def records_in(self, *states: str) -> list[str]:
        """Titles of the records of the case that would travel now and whose printing stands in one of these states."""
        from app.transfers.queries import records

        return [paper.title for paper in records(self) if paper.state in states]

    def unprinted(self, *kinds: str) -> bool:
        """Whether a paper of these kinds, in force on this transfer, is not printed (yet)."""
        from app.transfers.queries import papers

        return any(paper.kind in kinds and paper.state != "ready" for paper in papers(self))

    @property
    def lists_current(self) -> bool:
        """Whether D4 and D5 name what the case file holds now (规定 6(3), 6(5))."""
        from app.transfers.facts import lists_current

        return lists_current(self)

    @property
    def evidence_open(self) -> int:
        """How many items taken over from a clue still lack their kind, time and officers (程序规定 23, 24): D4 would name them so.

        None counts once the case is worked on no more: nobody could complete it, and the days of 国务院令310号 5(2) run.
        """
        from app.transfers.queries import reading

        return reading(self).evidence_open if self.case.status in WORKING else 0

    @property
    def crime_words(self) -> list[str]:
        """The crimes by name, to be translated where they are shown."""
        return [CRIMES.get(one, one) for one in self.crimes]

    @property
    def crime_names(self) -> str:
        """罪名、罪名"""
        return "、".join(self.crime_words)

    @property
    def title(self) -> str:
        return f"{self.letter_number} {self.case.name}" if self.letter_number else self.case.name


class TransferMember(Base):
    """A member of the special team (专案组) with the certificate that was valid when named."""

    __tablename__ = "transfer_member"

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    certificate_no: Mapped[str] = mapped_column(String(40), default="")
    since: Mapped[dt.datetime] = mapped_column()
    until: Mapped[dt.datetime | None] = mapped_column()

    transfer: Mapped[Transfer] = relationship(back_populates="team")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class PoliceEvent(Base):
    """An answer of the police or the procuratorate: its paper, and who entered it (A.5). Rows are never changed.

    channel: view (by the liaison in the own view) | paper (entered by us). received_at is when we got it, recorded_at
    when it was typed in. An opinion that demands a transfer stands here too, with the day by which it wants its reply.
    """

    __tablename__ = "police_event"
    __table_args__ = (UniqueConstraint("transfer_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), index=True)
    n: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(80))
    doc_no: Mapped[str] = mapped_column(String(80), default="")
    issuing_body: Mapped[str] = mapped_column(String(80), default="")
    issued_on: Mapped[dt.date | None] = mapped_column(Date)
    received_at: Mapped[dt.datetime] = mapped_column()
    received_by: Mapped[str] = mapped_column(String(60), default="")
    channel: Mapped[str] = mapped_column(String(10), default="view")
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    summary: Mapped[str] = mapped_column(Text, default="")
    reply_due: Mapped[dt.date | None] = mapped_column(Date)
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column()

    transfer: Mapped[Transfer] = relationship(back_populates="events")
    scan: Mapped[Any] = relationship("StoredFile")
    recorded_by: Mapped[Person] = relationship()


def _addressed(name: str, attribute: str) -> Predicate:
    def test(viewer: Viewer, transfer: Any) -> bool:
        mine = getattr(transfer, attribute) == viewer.organ_id
        return mine and transfer.status in DELIVERED and transfer.handed_at is not None

    def sql(viewer: Viewer, model: Any) -> Any:
        return (
            (getattr(model, attribute) == viewer.organ_id) & model.status.in_(DELIVERED) & model.handed_at.is_not(None)
        )

    return Predicate(name, test, sql)


# For app/grants.py: a superior reads and reminds; it never decides for the organ below (国务院令第310号 5(2), 14).
ABOVE = Predicate(
    "of an organ below mine",
    lambda viewer, transfer: transfer.organ_id in viewer.scope_ids and transfer.organ_id != viewer.organ_id,
    lambda viewer, model: model.organ_id.in_(sorted(viewer.scope_ids - {viewer.organ_id})),
)
# For app/grants.py: a partner organ sees what was handed over to it, from then on, and nothing else.
ADDRESSED_TO_POLICE = _addressed("addressed to my police organ, handed over", "police_id")
COPIED_TO_PROCURATORATE = _addressed("copied to my procuratorate, handed over", "procuratorate_id")

_UNDECIDED = Transfer.status != "closed"
Index("uq_transfer_open", Transfer.case_id, unique=True, sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED)
Index("ix_transfer_organ_status", Transfer.organ_id, Transfer.status, Transfer.id)
Index("ix_transfer_organ_last_step", Transfer.organ_id, Transfer.last_step)
Index("ix_transfer_police_status", Transfer.police_id, Transfer.status, Transfer.id)
Index("ix_transfer_procuratorate_status", Transfer.procuratorate_id, Transfer.status, Transfer.id)
Index(
    "uq_transfer_member_active", TransferMember.transfer_id, TransferMember.person_id, unique=True,
    sqlite_where=TransferMember.until.is_(None), postgresql_where=TransferMember.until.is_(None),
)  # fmt: skip
separation.guard(
    Transfer.__table__,  # type: ignore[arg-type]
    "transfer_decider",
    "EXISTS (SELECT 1 FROM transfer_member m WHERE m.transfer_id = NEW.id AND m.person_id = NEW.decided_by_id)"
    " OR EXISTS (SELECT 1 FROM case_officer o WHERE o.case_id = NEW.case_id AND o.person_id = NEW.decided_by_id"
    " AND o.confirmed)",
    ("UPDATE OF decided_by_id",),
)
