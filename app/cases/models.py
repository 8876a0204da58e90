"""The case itself, the officers who handle it, the clues it rests on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, backref, mapped_column, relationship

from app.cases.words import TRANSFER_SETTLED
from app.core import clock, deadlines
from app.core.models import Subject
from app.core.permissions import Predicate, Viewer
from app.extensions import Base, db
from app.people.models import Organ, Person

if TYPE_CHECKING:
    from app.registry.models import Party, Right


PROOF = (
    "SELECT (SELECT count(*) FROM evidence WHERE case_id = :case AND withdrawn_at IS NULL AND kind <> '')"
    " + (SELECT count(*) FROM site_record WHERE case_id = :case) + (SELECT count(*) FROM interview WHERE case_id = :case) AS kept,"
    " (SELECT count(*) FROM evidence WHERE case_id = :case AND withdrawn_at IS NULL AND kind = '') AS waits"
)


class Case(Subject, Base):
    """A case of administrative punishment, filed under 市场监督管理行政处罚程序规定 19.

    Amounts are never typed: sold_fen, unsold_fen and business_fen are what `amounts.amounts_of` computes from the
    lines of goods; they stand here only so that lists can be filtered and sorted. asked*: what an officer has put
    before the head (中止、恢复、终止、延长) and nobody has decided yet.
    """

    __tablename__ = "case"

    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("cause.id"))
    party_id: Mapped[int] = mapped_column(ForeignKey("party.id"), index=True)
    right_id: Mapped[int | None] = mapped_column(ForeignKey("right.id"), index=True)
    right_kind: Mapped[str] = mapped_column(String(30), default="")  # copied from the right, for the list's filter
    procedure: Mapped[str] = mapped_column(String(20), default="ordinary")  # ordinary | simple
    filed_at: Mapped[dt.datetime] = mapped_column()
    facts: Mapped[str] = mapped_column(Text, default="")
    act_place: Mapped[str] = mapped_column(String(200), default="")
    act_from: Mapped[dt.date | None] = mapped_column(Date)
    act_to: Mapped[dt.date | None] = mapped_column(Date)

    sold_fen: Mapped[int] = mapped_column(default=0)
    unsold_fen: Mapped[int] = mapped_column(default=0)
    business_fen: Mapped[int] = mapped_column(default=0)
    band: Mapped[int] = mapped_column(Integer, default=0)  # of business_fen, see words.BANDS
    standing: Mapped[str] = mapped_column(String(12), default="")  # of the latest screening

    asked: Mapped[str | None] = mapped_column(String(20))
    asked_ground: Mapped[str] = mapped_column(String(40), default="")
    asked_reason: Mapped[str] = mapped_column(Text, default="")
    # Written when the end without a decision is asked for while the screen says suspicion or over (国务院令310号 3, 11).
    transfer_answer: Mapped[str] = mapped_column(Text, default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime | None] = mapped_column()
    held_ground: Mapped[str] = mapped_column(String(40), default="")  # why it is suspended
    held_before: Mapped[str] = mapped_column(String(40), default="")  # the head's ground, while a transfer holds it too
    held_since: Mapped[dt.date | None] = mapped_column(Date)
    # What a source says against the rules ("published": sentence, URL). Shown as a flag, never as an error.
    remarks: Mapped[list[Any]] = mapped_column(default=list)

    organ: Mapped[Organ] = relationship(foreign_keys="Case.organ_id", lazy="joined", innerjoin=True)
    party: Mapped[Party] = relationship(foreign_keys=[party_id], lazy="joined", innerjoin=True)
    right: Mapped[Right | None] = relationship(foreign_keys=[right_id])
    asked_by: Mapped[Person | None] = relationship(foreign_keys=[asked_by_id])
    officers: Mapped[list[CaseOfficer]] = relationship(
        back_populates="case", order_by="CaseOfficer.id", cascade="all, delete-orphan"
    )
    links: Mapped[list[CaseClue]] = relationship(
        back_populates="case", order_by="CaseClue.clue_id", cascade="all, delete-orphan"
    )

    @property
    def active_officers(self) -> list[CaseOfficer]:
        """The officers who handle the case now."""
        return [one for one in self.officers if one.until is None and one.confirmed]

    @property
    def proposed_officers(self) -> list[CaseOfficer]:
        """Named when the filing was proposed, not yet confirmed by the unit head (PROC 19)."""
        return [one for one in self.officers if one.until is None and not one.confirmed]

    @property
    def officer_ids(self) -> list[int]:
        """Who is ticked on the form that names the officers: those of now, else those proposed."""
        return [one.person_id for one in self.active_officers or self.proposed_officers]

    @property
    def held_for_transfer(self) -> bool:
        """Suspended because the police examine it, not by the head's decision."""
        return self.status == "suspended" and self.held_ground == "transfer"

    @property
    def extendable(self) -> bool:
        """Whether the head may still add the thirty days (程序规定 64): once, and before the end."""
        row = deadlines.running(self, "case_decision")
        return row is not None and not row.extensions and not deadlines.ended(row, clock.now())

    @property
    def measure_extendable(self) -> bool:
        """Whether the head may still add thirty days to the seizure (行政强制法 25): once, and before the end."""
        row = deadlines.running(self, "seizure")
        return row is not None and not row.extensions and not deadlines.ended(row, clock.now())

    @property
    def seized_from(self) -> dt.date | None:
        """The day of the earliest measure whose goods are still held (`GoodsList.held_from`); None when nothing is held."""
        return self._held_from("measure")

    @property
    def registered_from(self) -> dt.date | None:
        """The day of the earliest registration (先行登记保存) whose goods are still held; None when nothing is."""
        return self._held_from("registration")

    @property
    def holds_unsettled(self) -> bool:
        """Whether goods that were seized or registered are here, and nobody said what becomes of them (`goods.UNSETTLED`)."""
        from app.cases.goods import DECIDED, UNSETTLED, GoodsList

        open_ = select(GoodsList.id).where(
            GoodsList.case_id == self.id, GoodsList.holds(*DECIDED), GoodsList.ended_way.in_(UNSETTLED)
        )
        return db.session.scalar(open_.limit(1)) is not None

    def _held_from(self, occasion: str) -> dt.date | None:
        from app.cases.goods import GoodsList

        running = (GoodsList.case_id == self.id, GoodsList.holds(occasion), GoodsList.ended_way == "")
        return db.session.scalar(
            select(func.min(func.coalesce(GoodsList.clock_from, GoodsList.made_on))).where(*running)
        )

    @property
    def transfer_under_way(self) -> bool:
        """Whether a transfer of it to the police was begun and neither refused, taken by them nor given back yet."""
        transfers: list[Any] = getattr(self, "transfers", [])  # declared by transfers, above this floor
        return any(one.status not in TRANSFER_SETTLED for one in transfers)

    @property
    def askable(self) -> tuple[str, ...]:
        """What an officer may ask the head for in this state."""
        measure = ("extend_measure",) if self.measure_extendable else ()
        if self.status == "investigating":
            return ("suspend", "terminate", *(("extend",) if self.extendable else ()), *measure)
        if self.status == "suspended":
            return ("terminate", *measure) if self.held_for_transfer else ("resume", "terminate", *measure)
        return ("close", *measure) if self.status in {"terminated", "sent"} else ()

    @property
    def filed_on(self) -> dt.date:
        return clock.local(self.filed_at).date()

    def all_certified(self, on: dt.date) -> bool:
        """Whether every officer who handles the case has a certificate that is valid that day (R-05)."""
        return all(one.person.certified(on) for one in self.active_officers)

    @property
    def proof(self) -> dict[str, int]:
        """What the file rests on: "kept" items of evidence and records together, "open" items that wait for completion."""
        row = db.session.execute(text(PROOF), {"case": self.id}).one()
        return {"kept": row.kept, "open": row.waits}

    def officers_on(self, day: dt.date) -> list[CaseOfficer]:
        """The officers who handled it that day; those of now where it had no two yet, as before the filing."""
        if day >= clock.today():
            return self.active_officers
        then = [o for o in self.officers if o.confirmed and o.since <= day and (o.until is None or o.until >= day)]
        return then if len(then) > 1 else self.active_officers

    def handled_by(self, person_id: int) -> bool:
        """Whether this person is one of its officers now."""
        return any(one.person_id == person_id for one in self.active_officers)

    def unfit(self, person_ids: list[int], on: dt.date) -> list[str]:
        """Of these people the names of those who may not be officers of the case that day.

        Fit is who holds the post of an officer (or heads the unit) in the organ of the case and has a valid
        certificate (市场监督管理行政处罚程序规定 19; R-05).
        """
        found = [db.session.get(Person, person_id) for person_id in person_ids]
        bad = []
        for person in found:
            if person is None:
                bad.append("?")
            elif not person.is_active or not person.certified(on) or not self._of_the_organ(person, on):
                bad.append(person.name)
        return bad

    def _of_the_organ(self, person: Person, on: dt.date) -> bool:
        return any(
            p.organ_id == self.organ_id and p.kind in {"officer", "unit_head"} and p.held(on) for p in person.posts
        )


class CaseOfficer(Base):
    """A person handling a case from one day to another, with the certificate number that was valid then (R-05)."""

    __tablename__ = "case_officer"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    certificate_no: Mapped[str] = mapped_column(String(40), default="")
    certificate_until: Mapped[dt.date | None] = mapped_column(Date)
    confirmed: Mapped[bool] = mapped_column(default=False)
    since: Mapped[dt.date] = mapped_column(Date, default=clock.today)
    until: Mapped[dt.date | None] = mapped_column(Date)

    case: Mapped[Case] = relationship(back_populates="officers")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def name(self) -> str:
        return self.person.name


class CaseClue(Base):
    """One clue may open many cases and one case may rest on many clues (R-01)."""

    __tablename__ = "case_clue"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    clue_id: Mapped[int] = mapped_column(ForeignKey("clue.id"), primary_key=True, index=True)
    linked_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    case: Mapped[Case] = relationship(back_populates="links")
    # The clue's page links to its cases; intake itself knows of none.
    clue: Mapped[Any] = relationship(
        "Clue",
        lazy="joined",
        innerjoin=True,
        backref=backref("case_links", viewonly=True, order_by="CaseClue.case_id"),
    )


class CaseReport(Base):
    """A final report of the investigation (form 35) as handed in; corrected by a new one, never overwritten."""

    __tablename__ = "case_report"
    __table_args__ = (UniqueConstraint("case_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    n: Mapped[int] = mapped_column(Integer, default=1)
    nature: Mapped[str] = mapped_column(Text, default="")
    articles: Mapped[str] = mapped_column(Text, default="")
    discretion: Mapped[str] = mapped_column(Text, default="")
    defence: Mapped[str] = mapped_column(Text, default="")
    repeat_check: Mapped[str] = mapped_column(Text, default="")
    transfer_check: Mapped[str] = mapped_column(Text, default="")
    goods_handling: Mapped[str] = mapped_column(Text, default="")
    proposal: Mapped[str] = mapped_column(Text, default="")
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


def _handles_sql(viewer: Viewer, model: Any) -> Any:
    mine = select(CaseOfficer.case_id).where(
        CaseOfficer.person_id == viewer.user_id, CaseOfficer.until.is_(None), CaseOfficer.confirmed
    )
    return model.id.in_(mine)


# For app/grants.py: the viewer is one of the officers who handle the case now.
HANDLES = Predicate("officer of the case", lambda viewer, case: case.handled_by(viewer.user_id), _handles_sql)

Index("ix_case_newest", Case.organ_id, Case.filed_at, Case.id)
Index("ix_case_organ_status", Case.organ_id, Case.status, Case.filed_at, Case.id)
Index("ix_case_organ_last_step", Case.organ_id, Case.last_step)
Index("ix_case_cause", Case.organ_id, Case.cause_id, Case.filed_at, Case.id)
Index("ix_case_right_kind", Case.organ_id, Case.right_kind, Case.filed_at, Case.id)
Index("ix_case_band", Case.organ_id, Case.band, Case.filed_at, Case.id)
Index("ix_case_standing", Case.organ_id, Case.standing, Case.filed_at, Case.id)
Index("ix_case_amount", Case.organ_id, Case.business_fen, Case.id)
Index(
    "ix_case_asked",
    Case.organ_id,
    Case.asked,
    sqlite_where=Case.asked.is_not(None),
    postgresql_where=Case.asked.is_not(None),
)
Index("ix_case_officer_mine", CaseOfficer.person_id, CaseOfficer.case_id)
Index("ix_case_officer_case", CaseOfficer.case_id)
Index(
    "uq_case_officer_active", CaseOfficer.case_id, CaseOfficer.person_id, unique=True,
    sqlite_where=CaseOfficer.until.is_(None), postgresql_where=CaseOfficer.until.is_(None),
)  # fmt: skip


def next_in_case(session: Any, column: Any, case_id: int) -> int:
    """The next running number of a thing inside one case. The caller holds the row of the case (lock=True)."""
    return (session.scalar(select(func.max(column)).where(column.class_.case_id == case_id)) or 0) + 1
