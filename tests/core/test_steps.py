"""Taking a step: what is written, what is refused and with which status, and that of two writers one loses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from app.core import clock, deadlines, history
from app.core.errors import Forbidden, Refused, Stale
from app.core.permissions import SYSTEM, Viewer
from app.core.steps import Taken, begin, take
from app.extensions import db
from tests.core.things import THING, Days, Thing, make

HEARD: list[tuple[str, Taken]] = []


@pytest.fixture(autouse=True)
def _things(app: Flask) -> None:
    HEARD.clear()
    make(app, thing__ask=lambda t: HEARD.append(("ask", t)), step__taken=lambda t: HEARD.append(("taken", t)))
    app.extensions["tiequan.calendar"] = Days


@pytest.fixture
def officer(viewer: Callable[[str], Viewer]) -> Viewer:
    return viewer("张执法")


@pytest.fixture
def principal(viewer: Callable[[str], Viewer]) -> Viewer:
    return viewer("陈局长")


def born(officer: Viewer, **given: object) -> Thing:
    thing = Thing(**given)
    begin(THING, thing, officer, name="登记", law="试验 0")
    db.session.commit()
    return thing


def test_a_new_subject_stands_in_the_start_state_with_maker_organ_and_history(officer: Viewer) -> None:
    thing = born(officer)
    assert (thing.status, thing.version, thing.born_under) == ("drafting", 1, 1)
    assert (thing.organ_id, thing.created_by_id) == (officer.organ_id, officer.user_id)
    entry = history.of(thing)[0]
    assert (entry.act, entry.name, entry.from_status, entry.to_status) == ("begin", "登记", None, "drafting")


def test_a_step_moves_the_state_sets_only_its_fields_and_is_heard_in_order(officer: Viewer) -> None:
    thing = born(officer)
    take(THING, thing, "note", officer, {"note": "说明", "secret": "changed", "status": "approved"})
    assert (thing.note, thing.secret, thing.status) == ("说明", "untouched", "drafting")
    HEARD.clear()
    taken = take(THING, thing, "ask", officer, {})
    db.session.commit()
    assert (thing.status, thing.version, taken.from_status) == ("asked", 3, "drafting")
    assert [name for name, _taken in HEARD] == ["ask", "taken"]
    last = history.of(thing)[-1]
    assert (last.act, last.from_status, last.to_status, last.law, last.post) == (
        "ask",
        "drafting",
        "asked",
        "试验 2",
        "officer",
    )


def test_a_wrong_post_is_403_even_on_an_old_page(officer: Viewer) -> None:
    thing = born(officer, note="有")
    take(THING, thing, "ask", officer, {})
    with pytest.raises(Forbidden):
        take(THING, thing, "approve", officer, {"version": "1"})
    assert thing.status == "asked"


def test_an_old_page_and_a_moved_state_are_409(officer: Viewer, principal: Viewer) -> None:
    thing = born(officer, note="有")
    take(THING, thing, "ask", officer, {"version": "1"})
    with pytest.raises(Stale) as old:
        take(THING, thing, "approve", principal, {"version": "1"})
    assert old.value.status == 409
    take(THING, thing, "approve", principal, {"version": str(thing.version)})
    with pytest.raises(Stale) as again:
        take(THING, thing, "approve", principal, {})
    assert "当前状态为“已批”" in again.value.sentence


def test_a_guard_is_409_and_a_field_is_422(officer: Viewer, principal: Viewer) -> None:
    thing = born(officer)
    with pytest.raises(Refused) as bare:
        take(THING, thing, "ask", officer, {})
    assert (bare.value.status, bare.value.sentence) == (409, "请先写明说明。")
    take(THING, thing, "note", officer, {"note": "有"})
    take(THING, thing, "ask", officer, {})
    with pytest.raises(Refused) as empty:
        take(THING, thing, "refuse", principal, {})
    assert (empty.value.status, empty.value.sentence) == (422, "请写明理由。")


def test_separation_of_duties_is_403(officer: Viewer, principal: Viewer) -> None:
    thing = born(officer, note="有", created_by_id=principal.user_id)
    take(THING, thing, "ask", officer, {})
    with pytest.raises(Forbidden):
        take(THING, thing, "approve", principal, {})


def test_a_refused_step_leaves_nothing(officer: Viewer) -> None:
    thing = born(officer)
    with pytest.raises(Refused):
        take(THING, thing, "ask", officer, {})
    db.session.commit()
    assert len(history.of(thing)) == 1
    assert deadlines.of(thing) == []


def test_of_two_writers_the_second_loses(officer: Viewer, principal: Viewer) -> None:
    thing = born(officer, note="有")
    take(THING, thing, "ask", officer, {})
    db.session.commit()
    read = thing.version
    take(THING, thing, "refuse", principal, {"reason": "证据不足"})
    db.session.commit()
    # The other request had read the row before that commit: same state, same version as then.
    set_committed_value(thing, "status", "asked")
    set_committed_value(thing, "version", read)
    with pytest.raises(StaleDataError):
        take(THING, thing, "approve", principal, {})
    db.session.rollback()
    assert thing.status == "refused"
    assert [e.act for e in history.of(thing)] == ["begin", "ask", "refuse"], "the loser leaves no trace"


def test_steps_open_close_and_void_their_deadlines(officer: Viewer, principal: Viewer) -> None:
    thing = born(officer, note="有")
    at = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)
    take(THING, thing, "ask", officer, {}, at=at)
    row = deadlines.running(thing, "decide")
    assert row is not None
    assert (row.start_at, row.state, row.start_event) == (at, "running", "提请")
    assert clock.local(row.due_at).date() == dt.date(2026, 11, 23)
    take(THING, thing, "send_back", principal, {"reason": "补充"}, at=at)
    assert (row.state, row.ended_at, row.next_warning_at) == ("void", at, None)
    take(THING, thing, "ask", officer, {}, at=at)
    take(THING, thing, "approve", principal, {}, at=at + dt.timedelta(days=5))
    assert sorted(d.state for d in deadlines.of(thing)) == ["met_late", "void"]


def test_a_step_may_have_happened_earlier_than_it_is_typed_in(officer: Viewer) -> None:
    thing = born(officer, note="有")
    earlier = dt.datetime(2026, 3, 1, 2, tzinfo=dt.UTC)
    take(THING, thing, "ask", officer, {}, at=earlier)
    db.session.commit()
    entry = history.of(thing)[-1]
    assert entry.at == earlier
    assert entry.recorded_at > earlier + dt.timedelta(days=30)


def test_time_itself_takes_steps_as_the_system() -> None:
    assert (SYSTEM.post, SYSTEM.user_id) == ("system", 0)
