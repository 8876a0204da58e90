"""Tables of the clue: the clue, its officers, and the informer apart from all (R-43). Its photos are stored files of `documents`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import ClassVar

from sqlalchemy import Boolean, Date, ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.campaigns.models import Campaign, Target
from app.core import clock, separation
from app.core.confidential import Encrypted
from app.core.deadlines import Deadline, ended
from app.core.models import Subject
from app.core.permissions import Viewer, may
from app.core.workflow import Actor
from app.extensions import Base, db
from app.intake.secrecy import betrays
from app.intake.words import (
    COMPETITION_CAUSES,
    CONDITIONS,
    NOT_FILED_GROUNDS,
    OBJECT_TAGS,
    OWN_CHECKS,
    PLACE_TAGS,
    SOURCES,
    limitation_ends,
)
from app.law.models import Cause
from app.people.models import Organ, Person, Post
from app.registry.models import Party, Right


class Clue(Subject, Base):
    """A clue (线索). What was told or seen, where, about whom; then what the verification found and what was decided.

    found_at: when it was found or the material received, set by found_set_by. verify_from: where the verification clock
    starts: found_at, or the last report with new facts, or the decision to verify anew.
    """

    __tablename__ = "clue"
    __table_args__ = (
        Index("ix_clue_newest", "found_at", "id"),
        Index("ix_clue_status_newest", "status", "found_at", "id"),
        Index("ix_clue_organ_newest", "organ_id", "found_at", "id"),
        Index("ix_clue_organ_status", "organ_id", "status", "found_at", "id"),
        Index("ix_clue_organ_last_step", "organ_id", "last_step"),
        Index("ix_clue_party", "party_id", "found_at"),
        Index("ix_clue_right", "right_id", "party_id", "found_at"),
        Index("ix_clue_place_key", "organ_id", "place_key", "found_at"),
        Index("ix_clue_campaign", "campaign_id", "organ_id", "found_at", "id"),
    )

    number: Mapped[str | None] = mapped_column(
        String(60), unique=True
    )  # given when it is registered, in the same transaction
    headline: Mapped[str] = mapped_column(String(200))
    source_kind: Mapped[str] = mapped_column(String(30))
    channel: Mapped[str] = mapped_column(String(30), default="")
    order_no: Mapped[str] = mapped_column(String(60), default="")  # 12315 work order
    sender: Mapped[str] = mapped_column(String(120), default="")  # who sent it over (移送、交办)
    letter_no: Mapped[str] = mapped_column(String(80), default="")
    letter_on: Mapped[dt.date | None] = mapped_column(Date)
    report_back_on: Mapped[dt.date | None] = mapped_column(Date)  # 交办、督办 report-back date
    found_at: Mapped[dt.datetime] = mapped_column()
    found_set_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    verify_from: Mapped[dt.datetime] = mapped_column()
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    target_id: Mapped[int | None] = mapped_column(ForeignKey("campaign_target.id"))
    place_tags: Mapped[list[str]] = mapped_column(default=list)
    object_tags: Mapped[list[str]] = mapped_column(default=list)
    place: Mapped[str] = mapped_column(String(200), default="")
    place_key: Mapped[str] = mapped_column(
        String(200), default=""
    )  # `place` without blanks and punctuation, for duplicates
    act_place: Mapped[str] = mapped_column(String(200), default="")
    act_time: Mapped[str] = mapped_column(String(80), default="")
    platform: Mapped[str] = mapped_column(String(80), default="")
    shop_url: Mapped[str] = mapped_column(String(500), default="")
    party_id: Mapped[int | None] = mapped_column(ForeignKey("party.id"))
    right_id: Mapped[int | None] = mapped_column(ForeignKey("right.id"))
    facts: Mapped[str] = mapped_column(Text)
    seen_similar_ids: Mapped[list[int]] = mapped_column(default=list)  # shown as likely duplicates when it was saved

    # What the verification found and the officers propose (form 7).
    verified_facts: Mapped[str] = mapped_column(Text, default="")
    check_result: Mapped[str] = mapped_column(Text, default="")
    conditions: Mapped[list[str]] = mapped_column(default=list)
    act_ended_on: Mapped[dt.date | None] = mapped_column(Date)
    act_continues: Mapped[bool] = mapped_column(Boolean, default=False)
    limitation_years: Mapped[int] = mapped_column(Integer, default=2)
    limitation_reason: Mapped[str] = mapped_column(Text, default="")  # why five years (行政处罚法 36)
    cause_id: Mapped[int | None] = mapped_column(ForeignKey("cause.id"))
    proposed_articles: Mapped[str] = mapped_column(Text, default="")
    proposed_officer_ids: Mapped[list[int]] = mapped_column(default=list)
    proposal_note: Mapped[str] = mapped_column(Text, default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime | None] = mapped_column()
    not_filed_ground: Mapped[str] = mapped_column(String(20), default="")
    not_filed_reason: Mapped[str] = mapped_column(Text, default="")
    tell_informer: Mapped[str] = mapped_column(String(20), default="none")
    endorsement: Mapped[str] = mapped_column(Text, default="")
    endorsed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    endorsed_at: Mapped[dt.datetime | None] = mapped_column()
    decision_note: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[dt.datetime | None] = mapped_column()

    # The clock: what was sent out, and the extension asked for.
    pause_ground: Mapped[str] = mapped_column(String(40), default="")
    pause_document: Mapped[str] = mapped_column(String(200), default="")
    pause_from: Mapped[dt.date | None] = mapped_column(Date)
    result_document: Mapped[str] = mapped_column(String(200), default="")
    extension_state: Mapped[str] = mapped_column(String(12), default="")
    extension_reason: Mapped[str] = mapped_column(Text, default="")
    extension_asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    transferred_to: Mapped[str] = mapped_column(String(120), default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("clue.id"), index=True)

    # Files that come with the registration, until "clue.begin" has given the clue its id.
    waiting_files: ClassVar[list[tuple[str, str]]] = []

    organ: Mapped[Organ] = relationship(foreign_keys="Clue.organ_id")
    party: Mapped[Party | None] = relationship(foreign_keys=[party_id])
    right: Mapped[Right | None] = relationship(foreign_keys=[right_id])
    campaign: Mapped[Campaign | None] = relationship(foreign_keys=[campaign_id])
    target: Mapped[Target | None] = relationship(foreign_keys=[target_id])
    cause: Mapped[Cause | None] = relationship(foreign_keys=[cause_id])
    created_by: Mapped[Person] = relationship(foreign_keys="Clue.created_by_id")
    found_set_by: Mapped[Person] = relationship(foreign_keys=[found_set_by_id])
    proposed_by: Mapped[Person | None] = relationship(foreign_keys=[proposed_by_id])
    endorsed_by: Mapped[Person | None] = relationship(foreign_keys=[endorsed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    merged_into: Mapped[Clue | None] = relationship(remote_side="Clue.id", foreign_keys=[merged_into_id])
    officers: Mapped[list[ClueOfficer]] = relationship(back_populates="clue", order_by="ClueOfficer.id")
    informer: Mapped[Informer | None] = relationship(back_populates="clue", lazy="raise", uselist=False)
    # The deadlines engine knows no clue; the way from a clue to its dates is declared here, for reading only.
    deadlines: Mapped[list[Deadline]] = relationship(
        primaryjoin="and_(Clue.id == foreign(Deadline.subject_id), Deadline.subject_type == 'clue')",
        order_by="Deadline.id", viewonly=True, uselist=True,
    )  # fmt: skip

    @property
    def officer_ids(self) -> list[int]:
        """The officers in charge now."""
        return [row.person_id for row in self.officers if row.until is None]

    @property
    def in_charge(self) -> list[Person]:
        """The same as people."""
        return [row.person for row in self.officers if row.until is None]

    @property
    def found_on(self) -> dt.date:
        """The day it was found, in Shanghai."""
        return clock.local(self.found_at).date()

    @property
    def verify_started_on(self) -> dt.date:
        """The day the verification clock started."""
        return clock.local(self.verify_from).date()

    @property
    def deadline(self) -> Deadline | None:
        """The open verification deadline, if there is one."""
        return next((row for row in self.deadlines if row.open), None)

    @property
    def verify_open(self) -> bool:
        """Whether the verification deadline has not ended yet."""
        row = self.deadline
        return row is not None and not ended(row, clock.now())

    @property
    def restarted(self) -> bool:
        """Whether the verification runs from a later report or a decision to verify anew, not from the finding."""
        return self.verify_from != self.found_at

    def could_be_found(self, at: dt.datetime) -> bool:
        """Whether the clue can have been found then: not after it was registered, nor after the clock began anew."""
        return at != self.found_at and at <= self.created_at and (not self.restarted or at <= self.verify_from)

    def tests_follow(self, at: dt.datetime) -> bool:
        """Whether all days that are left out of the running deadline come after that moment."""
        row = self.deadline
        day = clock.local(at).date()
        return self.restarted or row is None or all(e.start >= day for e in row.exclusions)

    def betrayed_by(self, viewer: Actor, *texts: str) -> bool:
        """Whether one of the texts names the informer. Answered only to who may open the record: to others it would be a guess
        that somebody confirms (docs/decisions/0009)."""
        if not isinstance(viewer, Viewer) or not may(viewer, "informer.open", self):
            return False
        told = db.session.scalar(select(Informer).where(Informer.clue_id == self.id))
        return told is not None and betrays(texts, told.name, told.phone, told.address)

    @property
    def clock_state(self) -> str:
        """running (also when overdue) | paused | none."""
        row = self.deadline
        if row is None:
            return "none"
        return "paused" if any(e.end is None for e in row.exclusions) else "running"

    @property
    def limitation_until(self) -> dt.date | None:
        """The last day the act could be found in time (行政处罚法 36); None while it goes on or is not dated."""
        if self.act_continues or self.act_ended_on is None:
            return None
        return limitation_ends(self.act_ended_on, self.limitation_years)

    @property
    def ground(self) -> tuple[str, str]:
        """Words and article of the ground of not filing."""
        return NOT_FILED_GROUNDS.get(self.not_filed_ground, ("", ""))

    def owed_an_answer(self, cause_id: int | None = None) -> bool:
        """Whether somebody known told of an act of unfair competition, who must hear the result (反不正当竞争法 20; R-04)."""
        cause = db.session.get(Cause, cause_id) if cause_id else self.cause
        competition = (
            (cause is not None and cause.key in COMPETITION_CAUSES)
            or (self.right is not None and self.right.kind == "secret")
            or "trade_secret" in self.object_tags
        )
        told = select(Informer.id).where(Informer.clue_id == self.id, Informer.kind != "anonymous")
        return competition and db.session.scalar(told.limit(1)) is not None

    @property
    def source(self) -> str:
        return SOURCES[self.source_kind]

    @property
    def place_words(self) -> list[str]:
        return [PLACE_TAGS[tag] for tag in self.place_tags if tag in PLACE_TAGS]

    @property
    def object_words(self) -> list[str]:
        return [OBJECT_TAGS[tag] for tag in self.object_tags if tag in OBJECT_TAGS]

    @property
    def condition_rows(self) -> list[tuple[str, bool]]:
        """The four conditions, and whether each is ticked."""
        return [(words, code in self.conditions) for code, words in CONDITIONS.items()]

    def qualified(self, person_ids: Iterable[int], on: dt.date) -> bool:
        """Whether all of them are officers of this organ with a certificate valid that day (程序规定 19; R-05)."""
        wanted = set(person_ids)
        rows = db.session.scalars(
            select(Post).where(Post.person_id.in_(wanted), Post.organ_id == self.organ_id, Post.kind == "officer")
        )
        return wanted == {
            row.person_id for row in rows if row.held(on) and row.person.is_active and row.person.certified(on)
        }

    @property
    def reported(self) -> bool:
        """Whether somebody told of it: an informer is recorded, or a clue that is no own check was merged into it."""
        if db.session.scalar(select(Informer.id).where(Informer.clue_id == self.id).limit(1)) is not None:
            return True
        return any(one.source_kind not in OWN_CHECKS or one.reported for one in self.taken_in)

    @property
    def taken_in(self) -> list[Clue]:
        """The clues that were merged into this one."""
        return list(db.session.scalars(select(Clue).where(Clue.merged_into_id == self.id).order_by(Clue.id)))

    @property
    def gathered(self) -> list[Clue]:
        """This clue and all that were merged into it, at whatever remove."""
        return [self, *(one for row in self.taken_in for one in row.gathered)]

    def merge_target(self, other_id: int | None) -> Clue:
        """The clue to merge into. The guard `can_merge_into` was asked before."""
        return db.session.get_one(Clue, other_id)

    def can_merge_into(self, other_id: int | None) -> bool:
        """Whether `other_id` is another clue of the same organ that was not merged itself."""
        other = db.session.get(Clue, other_id) if other_id else None
        return (
            other is not None and other.id != self.id and other.organ_id == self.organ_id and other.status != "merged"
        )

    def same_party_as(self, other_id: int | None) -> bool:
        """Whether the other clue is about the same party, as far as both are known."""
        return len({self.party_id, self.merge_target(other_id).party_id} - {None}) < 2


class ClueOfficer(Base):
    """An officer in charge of a clue from one instant to another, assigned by the unit head."""

    __tablename__ = "clue_officer"
    __table_args__ = (Index("ix_clue_officer_mine", "person_id", "until", "clue_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clue_id: Mapped[int] = mapped_column(ForeignKey("clue.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    assigned_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[dt.datetime] = mapped_column()
    until: Mapped[dt.datetime | None] = mapped_column()

    clue: Mapped[Clue] = relationship(back_populates="officers")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Informer(Base):
    """Who told (举报人). Encrypted, in a table of its own, read only through `actions.open_informer` with a reason.

    Nothing of it goes into lists, search, papers, notices, history or logs (市场监督管理投诉举报处理办法 37; R-43).
    phone_hash matches reports of one person without opening anything.
    """

    __tablename__ = "informer"

    id: Mapped[int] = mapped_column(primary_key=True)
    clue_id: Mapped[int] = mapped_column(ForeignKey("clue.id"), unique=True)
    organ_id: Mapped[int] = mapped_column(ForeignKey("organ.id"))
    kind: Mapped[str] = mapped_column(String(20))  # named | anonymous | right_holder
    name: Mapped[str | None] = mapped_column(Encrypted("informer.name"))
    phone: Mapped[str | None] = mapped_column(Encrypted("informer.phone"))
    address: Mapped[str | None] = mapped_column(Encrypted("informer.address"))
    relation: Mapped[str | None] = mapped_column(Encrypted("informer.relation"))
    phone_hash: Mapped[str | None] = mapped_column(String(64), index=True)

    clue: Mapped[Clue] = relationship(back_populates="informer", lazy="raise")
    letters: Mapped[list[InformerLetter]] = relationship(order_by="InformerLetter.id", lazy="raise")

    def __repr__(self) -> str:  # never the name: a row may end up in a log
        return f"<Informer of clue {self.clue_id}>"


class InformerLetter(Base):
    """A letter, chat or recording that shows who told: its bytes and its name are sealed, and it is no file of the clue.

    sealed: key of the stored blob that holds the sealed bytes. size: of the letter itself, in bytes.
    """

    __tablename__ = "informer_letter"

    id: Mapped[int] = mapped_column(primary_key=True)
    informer_id: Mapped[int] = mapped_column(ForeignKey("informer.id"), index=True)
    name: Mapped[str] = mapped_column(Encrypted("informer_letter.name"))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column()
    sealed: Mapped[str] = mapped_column(String(64))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    def __repr__(self) -> str:
        return f"<InformerLetter {self.id}>"


separation.guard(
    Clue.__table__,  # type: ignore[arg-type]
    "clue_separation",
    "NEW.endorsed_by_id = NEW.proposed_by_id OR NEW.decided_by_id = NEW.proposed_by_id OR NEW.decided_by_id = NEW.endorsed_by_id",
    ("INSERT", "UPDATE OF proposed_by_id, endorsed_by_id, decided_by_id"),
)
