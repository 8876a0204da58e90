"""Two counties with the same kinds of rows: one's own and a foreign one whose every free text holds a secret word."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage

from app.cases import evidence_actions
from app.core import clock, outbox
from app.core.steps import take
from app.documents import actions as documents
from app.documents.models import Paper, Service, StoredFile
from app.extensions import db
from app.intake import actions as intake
from app.intake import letters
from app.intake.models import InformerLetter
from app.intake.workflow import CLUE
from app.notices.models import Notice
from app.people.models import SignedIn
from app.registry.models import Party, Right
from app.transfers.models import Transfer
from tests.transfers.world import a_case, a_transfer, brought_to, who

WORD, SECRET = "暗语甲乙", "机密尾巴"  # the word may be searched for; what stands behind it may never be seen
PEOPLE = {"浉河区": ("张执法", "李执法", "王科长"), "罗山县": ("外县老周", "罗山马执法", "罗山何科长")}


@dataclass
class County:
    """One row of every kind, by the name that addresses give it (`case_id`, `paper_id` …)."""

    area: str
    rows: dict[str, Any] = field(default_factory=dict)

    def number(self, name: str) -> int:
        return int(self.rows[name].id)


def build(area: str, party: Party | None = None) -> County:
    """The rows of a county, through the real acts. Commits."""
    officer, other, head = PEOPLE[area]
    made, text = County(area), f"{area}{WORD}{SECRET}。"
    facts: dict[str, Any] = {
        "source_kind": "inspection", "facts": text, "place": text, "found_at": clock.now(), "party_id": party.id if party else None,
    }  # fmt: skip
    clue = intake.log(who(officer), facts, {"kind": "named", "name": "告密人", "phone": "13900001111"})
    take(CLUE, clue, "assign", who(head), {"officer_ids": [who(officer).user_id, who(other).user_id]})
    case = a_case(area=area, officers=(officer, other), party=f"{area}茶行")
    if party is not None:
        case.party = party
    case.facts = case.act_place = text
    goods = case_list(case)
    for line in goods.lines:
        line.name = text[:40]
    item = evidence_actions.add(
        case, who(officer),
        {"kind": "documentary", "title": text, "taken_at": clock.now(), "officer_a_id": who(officer).user_id, "officer_b_id": who(other).user_id,
         "form": "original", "party_signed": True}, io.BytesIO(b"%PDF-1.4 not whole"), f"{text}.pdf",
    )  # fmt: skip
    transfer = a_transfer(case, officer=officer, suspicion_facts=text)
    if area == "浉河区":
        brought_to("handed_over", transfer)
    else:
        handed = {"status": "handed_over", "handed_at": clock.now(), "letter_number": f"{WORD}{SECRET}1号"}
        db.session.execute(update(Transfer).where(Transfer.id == transfer.id).values(**handed))
    with io.BytesIO(picture()) as photo:
        file = documents.keep(photo, f"{WORD}{SECRET}.jpg", clue, who(officer))
    told = FileStorage(io.BytesIO(f"{WORD}{SECRET}".encode()), f"{WORD}{SECRET}.txt")
    letters.add(clue, who(officer), [told])
    letter = db.session.scalars(select(InformerLetter).order_by(InformerLetter.id.desc())).first()
    db.session.flush()
    paper = db.session.scalars(select(Paper).where(Paper.subject_type == "clue", Paper.subject_id == clue.id)).first()
    service = Service(
        paper_id=paper.id, subject_type="clue", subject_id=clue.id, organ_id=clue.organ_id, addressee=text
    )  # type: ignore[union-attr]
    notice = Notice(
        key=f"matrix:{area}",
        person_id=who(officer).user_id,
        kind="news",
        subject_type="case",
        subject_id=case.id,
        title=text,
    )
    session = SignedIn(
        token_hash=f"{area}x".ljust(64, "x"), person_id=who(officer).user_id, post_id=who(officer).post_id, address="", agent="", data={},
        began_at=clock.now(), seen_at=clock.now() - dt.timedelta(minutes=1),
    )  # fmt: skip
    right = db.session.scalar(select(Right)) or a_right(case.party)
    db.session.add_all([service, notice, session])
    errand = outbox.errand("notices.deliver", notice_id=1)
    db.session.flush()
    person = db.session.get_one(StoredFile, file.id) and who(officer)
    made.rows = {
        "clue_id": clue, "case_id": case, "transfer_id": transfer, "item_id": item, "list_id": goods, "line_id": goods.lines[0],
        "paper_id": paper, "file_id": file, "letter_id": letter, "service_id": service, "notice_id": notice, "session_id": session, "errand_id": errand,
        "party_id": case.party, "right_id": right, "person_id": _person(person.user_id), "post_id": _person(person.user_id).posts[0],
    }  # fmt: skip
    db.session.commit()
    return made


def case_list(case: Any) -> Any:
    """The list of goods that the case was given."""
    from app.cases.goods import GoodsList

    return db.session.scalars(select(GoodsList).where(GoodsList.case_id == case.id)).one()


def a_right(holder: Party) -> Right:
    """A right of that holder."""
    found = Right(kind="trademark", name="信阳毛尖", number="3204518", holder_id=holder.id, classes=[30])
    db.session.add(found)
    return found


def picture() -> bytes:
    """A small whole JPEG."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "JPEG")
    return out.getvalue()


def _person(person_id: int) -> Any:
    from app.people.models import Person

    return db.session.get_one(Person, person_id)
