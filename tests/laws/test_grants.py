"""The table of grants: its SQL twin says the same as its test, for every post × organ × state (S02); nothing dead in it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import wiring
from app.campaigns.models import Campaign
from app.core import clock, history, permissions
from app.core.history import HistoryEntry
from app.core.permissions import SYSTEM, grants, may, scope
from app.extensions import db
from app.intake.models import Clue, ClueOfficer
from app.notices.models import Notice
from app.people.models import POSTS, Person
from app.people.queries import viewer_of
from tests.transfers.world import a_case, a_transfer

MODELS: dict[str, str] = {
    "clue.read": "clue", "clue.amend": "clue", "informer.open": "clue", "case.read": "case", "case.write": "case",
    "goods.correct_day": "case",
    "transfer.read": "transfer", "transfer.open": "case", "transfer.remind": "transfer",
}  # fmt: skip


def everybody() -> list[permissions.Viewer]:
    """Every person of the city in every post held."""
    return [viewer_of(person, post) for person in db.session.scalars(select(Person)) for post in person.posts]


def clues() -> None:
    """A clue in each of two counties and the city: one with officers, one without."""
    for name in ("张执法", "外县老周", "市局郑执法"):
        person = db.session.scalars(select(Person).where(Person.name == name)).one()
        for officers in (True, False):
            clue = Clue(
                headline="x", source_kind="inspection", found_at=clock.now(), found_set_by_id=person.id, verify_from=clock.now(), facts="x",
                organ_id=person.posts[0].organ_id, created_by_id=person.id, status="received",
            )  # fmt: skip
            db.session.add(clue)
            db.session.flush()
            if officers:
                db.session.add(
                    ClueOfficer(clue_id=clue.id, person_id=person.id, assigned_by_id=person.id, since=clock.now())
                )
    db.session.flush()


def agree(permission: str, model: Any) -> list[tuple[str, str, str]]:
    """Where page and list disagree: (viewer, post, what)."""
    db.session.expire_all()
    rows = list(db.session.scalars(select(model)).unique())
    wrong = []
    for viewer in everybody():
        listed = set(db.session.scalars(select(model.id).where(scope(viewer, permission, model))))
        opened = {row.id for row in rows if may(viewer, permission, row)}
        if listed != opened:
            wrong.append((viewer.name, viewer.post, f"listed {sorted(listed)}, opened {sorted(opened)}"))
    return wrong


@pytest.mark.parametrize("permission", sorted(MODELS))
def test_s02_list_and_page_ask_one_truth(app: Flask, permission: str) -> None:
    clues()
    for area, officers in (("浉河区", ("张执法", "李执法")), ("罗山县", ("外县老周", "罗山马执法"))):
        a_transfer(a_case(goods=False, area=area, officers=officers, party=f"{area}茶行"), officer=officers[0])
    workflow = next(w for w in wiring.WORKFLOWS if w.id == MODELS[permission])
    model = next(kind.model for kind in wiring.SUBJECTS if kind.type == MODELS[permission])
    wrong = []
    for state in workflow.states:
        for handed in (None, clock.now()):
            if handed is not None and workflow.id != "transfer":
                continue
            values = {"status": state} | ({"handed_at": handed} if workflow.id == "transfer" else {})
            db.session.execute(update(model).values(**values))
            wrong += [(state, *one) for one in agree(permission, model)]
    assert wrong == []


def test_the_truth_table_covers_every_grant_that_looks_at_a_subject() -> None:
    from app.grants import GRANTS

    about_subjects = {
        p for p, rows in GRANTS.items() if any(not predicate.about_viewer for row in rows for predicate in row)
    }
    elsewhere = {"campaign.write", "notice.read", "history.read", "paper.retry", "paper.correct", "service.record"}
    assert about_subjects - set(MODELS) <= elsewhere, about_subjects - set(MODELS) - elsewhere


def test_campaigns_agree_as_well(app: Flask) -> None:
    county = db.session.scalars(select(Person).where(Person.name == "罗山何科长")).one().posts[0].organ_id
    day = clock.today()
    db.session.add(Campaign(organ_id=county, name="守护", short="守护", year=day.year, starts_on=day, ends_on=day))
    db.session.commit()
    assert agree("campaign.write", Campaign) == []


def test_notices_and_history_agree_as_well(app: Flask) -> None:
    person = db.session.scalars(select(Person).where(Person.name == "张执法")).one()
    db.session.add(Notice(key="k", person_id=person.id, kind="news", subject_type="case", subject_id=1, title="x"))
    for one in everybody()[:8]:
        history.record(("thing", 1), "act", one)
    db.session.commit()
    assert agree("notice.read", Notice) == []
    db.session.expire_all()
    rows = list(db.session.scalars(select(HistoryEntry)))
    for viewer in everybody():
        listed = set(db.session.scalars(select(HistoryEntry.seq).where(scope(viewer, "history.read", HistoryEntry))))
        assert listed == {row.seq for row in rows if may(viewer, "history.read", row)}, viewer.name


@pytest.mark.parametrize("kind", wiring.SUBJECTS, ids=lambda k: k.type)
def test_every_subject_is_read_by_a_permission_that_is_granted(app: Flask, kind: Any) -> None:
    assert kind.permission in grants()
    assert any(may(viewer, kind.permission) for viewer in everybody())


def test_every_post_that_is_granted_something_exists_and_the_system_is_granted_nothing(app: Flask) -> None:
    from app.grants import GRANTS

    named = {
        word
        for rows in GRANTS.values()
        for row in rows
        for p in row
        if p.name.startswith("post ")
        for word in p.name[5:].split("|")
    }
    assert named <= set(POSTS)
    assert [permission for permission in GRANTS if may(SYSTEM, permission)] == []


def test_administrators_read_no_case(app: Flask) -> None:
    admin = next(v for v in everybody() if v.post == "admin")
    for permission in (
        "clue.read",
        "case.read",
        "transfer.read",
        "party.read",
        "right.read",
        "paper.read",
        "file.read",
        "informer.open",
        "search.use",
    ):
        assert not may(admin, permission), permission


def test_auditors_write_nothing(app: Flask) -> None:
    auditor = next(v for v in everybody() if v.post == "auditor")
    from app.grants import GRANTS

    writing = {
        p
        for p in GRANTS
        if p.split(".")[1] in {"write", "log", "manage", "amend", "open", "correct", "record", "load", "retry"}
    }
    assert [p for p in sorted(writing) if may(auditor, p)] == []


def test_a_permission_nobody_declared_is_an_error_not_a_refusal(app: Flask) -> None:
    with pytest.raises(KeyError):
        may(everybody()[0], "case.raed")


def test_page_of_another_county_is_not_found_and_looks_like_a_missing_one(app: Flask, sign_in: Any) -> None:
    case = a_case(goods=False)
    case_id = case.id
    db.session.commit()
    stranger, own = sign_in("外县老周"), sign_in("张执法")
    assert own.get(f"/cases/{case_id}").status_code == 200
    there, nowhere = stranger.get(f"/cases/{case_id}"), stranger.get("/cases/999999")
    assert there.status_code == nowhere.status_code == 404
    assert "未找到" in there.get_data(as_text=True)
