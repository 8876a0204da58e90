"""Running deadlines as rows: pausing, resuming, extending, warning, recomputing; each with what it refuses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.core import clock, deadlines, history, terms
from app.core.clock import standing_at
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.steps import begin
from app.extensions import db
from tests.core.things import THING, Days, Thing, make

START = dt.datetime(2026, 11, 2, 1, tzinfo=dt.UTC)
WARNED: list[tuple[str, str]] = []
UNWARNED: list[tuple[int, str]] = []
CALENDAR = Days()


@pytest.fixture(autouse=True)
def _things(app: Flask) -> Iterator[None]:
    WARNED.clear()
    UNWARNED.clear()
    make(
        app, deadline__warning=lambda row, key: WARNED.append((row.term, key)),
        deadline__unwarned=lambda row, fault: UNWARNED.append((row.id, fault)),
    )  # fmt: skip
    app.extensions["tiequan.calendar"] = lambda: CALENDAR
    CALENDAR.last_year = 2026
    with standing_at(START):
        yield


@pytest.fixture
def officer(viewer: Callable[[str], Viewer]) -> Viewer:
    return viewer("张执法")


@pytest.fixture
def thing(officer: Viewer) -> Thing:
    new = Thing()
    begin(THING, new, officer, name="登记", law="试验 0")
    return new


def day(n: int, month: int = 11) -> dt.date:
    return dt.date(2026, month, n)


def ends(row: deadlines.Deadline) -> dt.date:
    return clock.local(row.due_at).date()


def test_a_running_row_keeps_event_setter_calendar_and_trace(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    db.session.commit()
    assert (row.subject_type, row.organ_id, row.start_event, row.start_set_by) == (
        "thing",
        thing.organ_id,
        "提请",
        "张执法",
    )
    assert (row.calendar_version, row.state, row.provisional) == ("test", "running", False)
    assert (row.raw_end, ends(row)) == (day(5), day(5))
    assert row.trace[0]["kind"] == "start"


def test_a_term_that_starts_with_a_field_needs_the_field(thing: Thing, officer: Viewer) -> None:
    with pytest.raises(Refused) as bare:
        deadlines.begin(thing, "wait", officer, START, "送达")
    assert bare.value.status == 422
    thing.found_on = day(6)
    row = deadlines.begin(thing, "wait", officer, START, "送达")
    assert row.start_at == clock.day_start(day(6))
    assert ends(row) == day(13)


def test_a_term_restarts_and_never_runs_twice(thing: Thing, officer: Viewer) -> None:
    first = deadlines.begin(thing, "decide", officer, START, "提请")
    second = deadlines.begin(thing, "decide", officer, START + dt.timedelta(days=1), "再次提请")
    assert (first.state, second.state) == ("void", "running")
    assert deadlines.running(thing, "decide") is second


def test_what_was_over_when_the_term_restarts_stays_on_record_as_missed(thing: Thing, officer: Viewer) -> None:
    first = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.begin(thing, "decide", officer, first.due_at + dt.timedelta(days=1), "再次提请")
    assert (first.state, first.open, first.next_warning_at) == ("lapsed", False, None)


def test_r35_a_corrected_start_voids_the_row_and_keeps_what_was_left_out(thing: Thing, officer: Viewer) -> None:
    first = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.pause(thing, "decide", "鉴定", "委托书1号", day(3), day(4), officer)
    late = first.due_at + dt.timedelta(days=1)
    second = deadlines.correct_start(first, thing, officer, late, "更正")
    assert (first.state, second.start_event) == ("void", "更正")
    assert [(e.start, e.end, e.document, e.set_by) for e in second.exclusions] == [
        (day(3), day(4), "委托书1号", "张执法")
    ]
    assert deadlines.running(thing, "decide") is second


def test_only_a_ground_of_the_law_stops_the_clock(thing: Thing, officer: Viewer) -> None:
    with pytest.raises(Refused):
        deadlines.pause(thing, "decide", "鉴定", "", day(3), None, officer)  # not running at all
    deadlines.begin(thing, "decide", officer, START, "提请")
    with pytest.raises(Refused) as foreign:
        deadlines.pause(thing, "decide", "出差", "", day(3), None, officer)
    assert foreign.value.status == 422
    with pytest.raises(Refused):
        deadlines.pause(thing, "decide", "鉴定", "", day(5), day(3), officer)


def test_pause_and_resume_shift_the_end_and_silence_the_warnings(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.pause(thing, "decide", "鉴定", "委托书1号", day(3), None, officer)
    assert (row.state, row.next_warning_at) == ("paused", None)
    assert (row.exclusions[0].set_by, row.exclusions[0].document) == ("张执法", "委托书1号")
    deadlines.resume(thing, "decide", day(6), ground="鉴定")
    assert (row.state, ends(row)) == ("running", day(9))
    assert row.next_warning is not None
    with pytest.raises(Refused):
        deadlines.resume(thing, "decide", day(7), ground="鉴定")


def test_r36_two_exclusions_that_overlap_count_once(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.pause(thing, "decide", "鉴定", "", day(3), day(6), officer)
    deadlines.pause(thing, "decide", "听证", "", day(5), day(8), officer)
    assert ends(row) == day(11)


def test_resuming_one_of_two_open_grounds_leaves_the_other(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.pause(thing, "decide", "鉴定", "", day(3), None, officer)
    deadlines.pause(thing, "decide", "听证", "", day(4), None, officer)
    deadlines.resume(thing, "decide", day(5), ground="听证")
    assert row.state == "paused", "the test still stops the clock"
    assert [(e.ground, e.end) for e in row.exclusions] == [("鉴定", None), ("听证", day(5))], "what ends is named"
    deadlines.resume(thing, "decide", day(6), exclusion_id=row.exclusions[0].id)
    assert (row.state, ends(row)) == ("running", day(9))


def test_r36_of_two_open_tests_the_one_that_came_back_is_named(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.pause(thing, "decide", "鉴定", "委托书1号", day(3), None, officer)
    deadlines.pause(thing, "decide", "鉴定", "委托书2号", day(4), None, officer)
    with pytest.raises(Refused):
        deadlines.resume(thing, "decide", day(5), ground="鉴定", document="委托书3号")
    ended = deadlines.resume(thing, "decide", day(5), ground="鉴定", document="委托书2号")
    assert ended.document == "委托书2号"
    assert {e.document: e.end for e in row.exclusions} == {"委托书1号": None, "委托书2号": day(5)}


def test_a_step_may_end_a_paused_deadline(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.pause(thing, "decide", "鉴定", "", day(3), None, officer)
    deadlines.end(thing, "decide", START + dt.timedelta(days=1))
    assert row.state == "met"


def test_r35_the_end_of_a_paused_limit_moves_on_with_every_day(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.pause(thing, "decide", "鉴定", "", day(3), None, officer)
    with clock.standing_at(START + dt.timedelta(days=40)):
        assert not deadlines.ended(row, clock.now()), "forty days at the laboratory do not count"
        deadlines.extend(thing, "decide", officer, "案情复杂", clock.now())
        deadlines.end(thing, "decide", clock.now())
    assert row.state == "met"


def test_r35_what_is_over_cannot_be_paused_back_to_life(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    with clock.standing_at(START + dt.timedelta(days=30)):
        deadlines.pause(thing, "decide", "鉴定", "", clock.today(), None, officer)
        assert row.state == "missed"
        with pytest.raises(Refused):
            deadlines.extend(thing, "decide", officer, "来不及", clock.now())


def test_an_extension_is_the_laws_own_once_and_before_the_end(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    deadlines.extend(thing, "decide", officer, "案情复杂", START)
    assert ends(row) == day(7)
    with pytest.raises(Refused):
        deadlines.extend(thing, "decide", officer, "再次", START)
    db.session.commit()
    entry = history.of(thing)[-1]
    assert (entry.act, entry.law, entry.reason) == ("extend.decide", "试验 4", "案情复杂")


def test_no_extension_after_the_end_or_where_the_law_gives_none(thing: Thing, officer: Viewer) -> None:
    deadlines.begin(thing, "decide", officer, START, "提请")
    with pytest.raises(Refused):
        deadlines.extend(thing, "decide", officer, "太迟", START + dt.timedelta(days=10))
    deadlines.begin(thing, "handover", officer, START, "批准")
    with pytest.raises(Refused):
        deadlines.extend(thing, "handover", officer, "无据", START)


def test_met_in_time_met_late_and_void(thing: Thing, officer: Viewer) -> None:
    for at, void, state in (
        (START, False, "met"),
        (START + dt.timedelta(days=9), False, "met_late"),
        (START, True, "void"),
    ):
        row = deadlines.begin(thing, "decide", officer, START, "提请")
        deadlines.end(thing, "decide", at, void=void)
        assert (row.state, row.open) == (state, False)
    assert deadlines.end(thing, "decide", START) is None


def test_warnings_come_once_each_in_order_and_overdue_marks_it_missed(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    for hours in range(24 * 5):
        with standing_at(START + dt.timedelta(hours=hours)):
            deadlines.warn()
            deadlines.warn()
    assert WARNED == [("decide", key) for key in ("50", "80", "due", "overdue")]
    assert row.state == "missed"
    with standing_at(START + dt.timedelta(days=6)):
        deadlines.end(thing, "decide", clock.now())
    assert row.state == "met_late"


def test_after_a_long_silence_only_the_present_warning_is_given(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    with standing_at(START + dt.timedelta(days=30)):
        assert deadlines.warn() == 1
        assert deadlines.warn() == 0
    assert row.state == "missed"
    assert WARNED == [("decide", "overdue")]


def test_a_deadline_entered_after_its_end_is_told_once_as_overdue(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START - dt.timedelta(days=30), "补登")
    assert deadlines.warn() == 1
    assert deadlines.warn() == 0
    assert (WARNED, row.state) == ([("decide", "overdue")], "missed")


def test_hours_warn_at_six_two_and_one(thing: Thing, officer: Viewer) -> None:
    deadlines.begin(thing, "handover", officer, START, "批准")
    for minutes in range(0, 25 * 60, 10):
        with standing_at(START + dt.timedelta(minutes=minutes)):
            deadlines.warn()
    assert WARNED == [("handover", key) for key in ("6h", "2h", "1h", "overdue")]


def test_one_deadline_that_cannot_be_warned_of_does_not_silence_the_others(thing: Thing, officer: Viewer) -> None:
    bad = deadlines.begin(thing, "handover", officer, START, "批准")
    deadlines.begin(thing, "decide", officer, START, "提请")
    db.session.flush()
    bad.term = "abolished"
    with standing_at(START + dt.timedelta(days=30)):
        assert deadlines.warn() == 2
        assert WARNED == [("decide", "overdue")]
        assert UNWARNED == [(bad.id, "KeyError: 'abolished'")]
        assert (bad.state, bad.next_warning_at) == ("running", clock.now() + deadlines.PUT_OFF)
        assert deadlines.warn() == 0, "not again in the next second"


def test_an_extension_brings_a_missed_deadline_of_a_changed_calendar_back(thing: Thing, officer: Viewer) -> None:
    row = deadlines.begin(thing, "decide", officer, START, "提请")
    with standing_at(START + dt.timedelta(days=4)):
        deadlines.warn()
        assert row.state == "missed"
        deadlines.pause(thing, "decide", "鉴定", "补登", day(3), day(12), officer)
        assert (row.state, ends(row)) == ("running", day(15))


def test_a_new_calendar_recomputes_what_was_provisional(thing: Thing, officer: Viewer) -> None:
    thing.found_on = dt.date(2026, 12, 28)
    row = deadlines.begin(thing, "wait", officer, START, "送达")
    assert row.provisional
    before = row.due_at
    CALENDAR.last_year = 2027
    CALENDAR.holidays = {dt.date(2027, 1, 1): "元旦", dt.date(2027, 1, 4): "元旦"}
    try:
        assert deadlines.recompute_all() == 1
    finally:
        CALENDAR.holidays = {}
    assert not row.provisional
    assert row.due_at > before


def test_terms_are_declared_once(app: Flask) -> None:
    one = terms.Term("x", "期限", 1, "day", "法", "起")
    with pytest.raises(ValueError, match="twice"):
        deadlines.install(app, [one, one], lambda: CALENDAR)
