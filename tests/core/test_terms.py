"""How a legal date is counted: rules C1–C13 of 市场监督管理行政处罚程序规定 80 and its neighbours, R-36, and the trace."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.terms import Extension, Pause, Term, add_months, compute, merged, warnings
from tests.core.things import Days

D = dt.date
# 国办发明电: National Day 2026 runs 1 to 7 October, with two made-up working days (a plausible year of our own).
NATIONAL = {D(2026, 10, d): "国庆节" for d in range(1, 8)}
CAL = Days(holidays=NATIONAL, made_up={D(2026, 9, 27), D(2026, 10, 10)})


def at(year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> dt.datetime:
    """Wall time in Shanghai."""
    return dt.datetime(year, month, day, hour, minute, tzinfo=clock.SHANGHAI)


def term(amount: int, unit: str, **more: object) -> Term:
    return Term("t", "期限", amount, unit, "试验 1", "起算事实", **more)  # type: ignore[arg-type]


def last_day(*args: object, **more: object) -> dt.date:
    return clock.local(compute(*args, **more).due_at).date()  # type: ignore[arg-type]


def test_c1_the_start_day_is_not_counted() -> None:
    assert last_day(term(3, "day"), at(2026, 11, 18), CAL) == D(2026, 11, 21)
    assert last_day(term(1, "workday"), at(2026, 11, 18), CAL) == D(2026, 11, 19)


def test_c1_the_hour_of_the_start_does_not_matter_for_days() -> None:
    assert last_day(term(3, "day"), at(2026, 11, 18, 0, 0), CAL) == last_day(
        term(3, "day"), at(2026, 11, 18, 23, 59), CAL
    )


def test_a_limit_in_days_runs_to_the_last_second_of_the_day_in_shanghai() -> None:
    due = compute(term(3, "day"), at(2026, 11, 18), CAL).due_at
    assert due.tzinfo == dt.UTC
    assert clock.local(due).isoformat() == "2026-11-21T23:59:59+08:00"


def test_an_evening_in_utc_is_already_the_next_day_in_shanghai() -> None:
    start = dt.datetime(2026, 11, 18, 17, tzinfo=dt.UTC)  # 19 November 01:00 in Shanghai
    assert last_day(term(3, "day"), start, CAL) == D(2026, 11, 22)


def test_c2_c12_a_partys_limit_rolls_over_holiday_and_weekend() -> None:
    due = compute(term(5, "day", rolls=True), at(2026, 9, 28), CAL)
    assert due.raw_end == D(2026, 10, 3)
    assert clock.local(due.due_at).date() == D(2026, 10, 8)
    assert any(line.kind == "roll" for line in due.trace)
    assert last_day(term(3, "day", rolls=True), at(2026, 11, 18), CAL) == D(2026, 11, 23), "Saturday rolls to Monday"


def test_c12_the_bureaus_own_limit_does_not_roll_and_says_so() -> None:
    due = compute(term(3, "day"), at(2026, 11, 18), CAL)
    assert clock.local(due.due_at).date() == D(2026, 11, 21)  # a Saturday
    assert any("不顺延" in line.text for line in due.trace)


def test_c4_to_c7_working_days_leave_out_weekends_and_holidays() -> None:
    assert last_day(term(15, "workday"), at(2026, 11, 2), CAL) == D(2026, 11, 23)
    assert last_day(term(5, "workday"), at(2026, 9, 30), CAL) == D(2026, 10, 13)  # 8, 9, 10 (made up), 12, 13


def test_c7_a_bare_day_is_a_calendar_day() -> None:
    assert last_day(term(90, "day"), at(2026, 1, 1), CAL) == D(2026, 4, 1)


def test_c10_months_end_on_the_same_date_or_the_last_of_the_month() -> None:
    assert last_day(term(2, "month"), at(2026, 3, 15), CAL) == D(2026, 5, 15)
    assert last_day(term(1, "month"), at(2026, 1, 31), CAL) == D(2026, 2, 28)
    assert last_day(term(2, "year"), at(2024, 2, 29), CAL) == D(2026, 2, 28)
    assert add_months(D(2023, 12, 31), 2) == D(2024, 2, 29)
    assert add_months(D(2026, 1, 31), 24) == D(2028, 1, 31)


def test_c11_made_up_working_days_count_and_are_named_in_the_trace() -> None:
    due = compute(term(3, "workday"), at(2026, 10, 7), CAL)  # 8 Thursday, 9 Friday, 10 Saturday made up
    assert clock.local(due.due_at).date() == D(2026, 10, 10)
    assert [line.text for line in due.trace if line.kind == "makeup"] == ["2026年10月10日为调休上班，计入"]


def test_c13_hours_run_through_nights_weekends_and_holidays() -> None:
    due = compute(term(24, "hour"), at(2026, 10, 2, 9, 30), CAL)
    assert clock.local(due.due_at).isoformat() == "2026-10-03T09:30:00+08:00"
    assert due.raw_end == D(2026, 10, 3)


def test_a10_row_6_report_on_friday_is_decided_by_monday_and_handed_over_in_24_hours() -> None:
    """国务院令第310号 5(2): three natural days, the start day not counted; then 24 clock hours."""
    decision = compute(term(3, "day"), at(2026, 11, 20, 16, 0), CAL)
    assert clock.local(decision.due_at).strftime("%A %H:%M:%S") == "Monday 23:59:59"
    handover = compute(term(24, "hour"), at(2026, 11, 23, 9, 30), CAL)
    assert clock.local(handover.due_at) == at(2026, 11, 24, 9, 30)


def test_order_310_9_no_filing_notice_on_the_1st_reconsideration_due_on_the_4th() -> None:
    assert last_day(term(3, "day"), at(2026, 12, 1, 10), CAL) == D(2026, 12, 4)
    assert last_day(term(3, "day"), at(2026, 12, 8, 10), CAL) == D(2026, 12, 11)


def test_r36_overlapping_exclusions_are_taken_off_once() -> None:
    pauses = [Pause("鉴定", D(2026, 11, 3), D(2026, 11, 10)), Pause("听证", D(2026, 11, 8), D(2026, 11, 12))]
    assert last_day(term(30, "day"), at(2026, 11, 1), CAL, pauses) == D(2026, 12, 11)  # ten days, not thirteen
    one = merged(pauses, D(2026, 11, 30))
    assert [(p.start, p.end) for p in one] == [(D(2026, 11, 3), D(2026, 11, 12))]
    assert one[0].ground == "听证、鉴定" or one[0].ground == "鉴定、听证"


def test_r36_adjacent_exclusions_join_and_separate_ones_do_not() -> None:
    near = [Pause("甲", D(2026, 11, 3), D(2026, 11, 4)), Pause("乙", D(2026, 11, 5), D(2026, 11, 6))]
    far = [Pause("甲", D(2026, 11, 3), D(2026, 11, 4)), Pause("乙", D(2026, 11, 6), D(2026, 11, 6))]
    assert len(merged(near, D(2026, 12, 1))) == 1
    assert len(merged(far, D(2026, 12, 1))) == 2
    assert last_day(term(10, "day"), at(2026, 11, 1), CAL, far) == D(2026, 11, 14)


def test_an_exclusion_in_working_days_costs_only_the_working_days_in_it() -> None:
    plain = last_day(term(5, "workday"), at(2026, 11, 2), CAL)
    paused = last_day(term(5, "workday"), at(2026, 11, 2), CAL, [Pause("鉴定", D(2026, 11, 5), D(2026, 11, 9))])
    assert (plain, paused) == (D(2026, 11, 9), D(2026, 11, 12))


def test_a_pause_that_lasts_moves_the_end_day_by_day() -> None:
    open_pause = [Pause("鉴定", D(2026, 11, 3), None)]
    ends = [last_day(term(10, "day"), at(2026, 11, 1), CAL, open_pause, until=D(2026, 11, d)) for d in (3, 4, 5)]
    assert ends == [D(2026, 11, 12), D(2026, 11, 13), D(2026, 11, 14)]


def test_a_pause_before_the_start_or_after_the_end_takes_nothing_off() -> None:
    outside = [Pause("甲", D(2026, 10, 1), D(2026, 10, 20)), Pause("乙", D(2026, 12, 20), D(2026, 12, 30))]
    for unit in ("day", "month"):
        assert last_day(term(1 if unit == "month" else 10, unit), at(2026, 11, 1), CAL, outside) == last_day(
            term(1 if unit == "month" else 10, unit), at(2026, 11, 1), CAL
        )


def test_a_pause_that_began_before_the_start_counts_from_the_start() -> None:
    early = [Pause("鉴定", D(2026, 10, 25), D(2026, 11, 3))]
    assert last_day(term(10, "day"), at(2026, 11, 1), CAL, early) == D(2026, 11, 13)
    assert last_day(term(1, "month"), at(2026, 11, 1), CAL, early) == D(2026, 12, 3)


def test_months_are_lengthened_by_the_days_excluded_in_them() -> None:
    pause = [Pause("中止", D(2026, 11, 10), D(2026, 11, 14))]
    assert last_day(term(2, "month"), at(2026, 11, 1), CAL, pause) == D(2027, 1, 6)


def test_an_extension_begins_where_the_term_ended() -> None:
    fifteen = Extension(15, "workday", "head", "程序规定 18")
    plain = compute(term(15, "workday"), at(2026, 11, 2), CAL)
    longer = compute(term(15, "workday"), at(2026, 11, 2), CAL, (), [fifteen])
    assert clock.local(longer.due_at).date() == D(2026, 12, 14)
    assert plain.due_at < longer.due_at
    assert [line.text for line in longer.trace if line.kind == "extend"] == ["延长15个工作日（程序规定 18）"]


def test_hours_are_extended_in_hours() -> None:
    assert compute(term(24, "hour"), at(2026, 11, 2), CAL, (), [Extension(12, "hour", "head", "x")]).due_at == at(
        2026, 11, 3, 21
    )


def test_past_the_last_loaded_year_the_date_is_provisional_and_says_so() -> None:
    due = compute(term(15, "workday"), at(2026, 12, 25), CAL)
    assert due.provisional
    assert any(line.kind == "provisional" and "2027年放假安排尚未录入" in line.text for line in due.trace)
    assert not compute(term(15, "day"), at(2026, 12, 25), CAL).provisional, "natural days need no calendar"


def test_the_trace_names_start_end_and_every_day_left_out() -> None:
    due = compute(
        term(5, "workday"), at(2026, 9, 30), CAL, [Pause("鉴定", D(2026, 10, 9), D(2026, 10, 9), "鉴定委托书1号")]
    )
    texts = [line.text for line in due.trace]
    assert texts[0].startswith("2026年9月30日为始日，不计入")
    assert "2026年10月1日至2026年10月7日：国庆节，7日不计入" in texts
    assert "2026年10月9日：鉴定（鉴定委托书1号），1日扣除" in texts
    assert texts[-1].startswith("5个工作日届满")


def test_a_naive_start_and_an_unknown_unit_are_errors() -> None:
    with pytest.raises(ValueError, match="naive"):
        compute(term(3, "day"), at(2026, 1, 1).replace(tzinfo=None), CAL)
    with pytest.raises(ValueError, match="unit"):
        compute(term(3, "fortnight"), at(2026, 1, 1), CAL)


def _slowly(unit: str, amount: int, start: dt.date, pauses: list[Pause]) -> dt.date:
    """The same rule written as a walk over days, with a set of excluded days: no merging to get wrong."""
    out = {p.start + dt.timedelta(n) for p in pauses for n in range(((p.end or p.start) - p.start).days + 1)}
    day = start
    while amount:
        day += dt.timedelta(1)
        amount -= day not in out and (unit == "day" or CAL.is_workday(day))
    return day


_starts = st.dates(D(2026, 1, 1), D(2026, 10, 31))
_pauses = st.lists(
    st.builds(
        lambda first, days: Pause("鉴定", first, first + dt.timedelta(days)),
        st.dates(D(2026, 1, 1), D(2026, 12, 1)),
        st.integers(0, 20),
    ),
    max_size=4,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["day", "workday"]), st.integers(1, 60), _starts, _pauses)
def test_counting_agrees_with_a_plain_walk_over_days(
    unit: str, amount: int, start: dt.date, pauses: list[Pause]
) -> None:
    assert last_day(term(amount, unit), at(start.year, start.month, start.day), CAL, pauses) == _slowly(
        unit, amount, start, pauses
    )


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 40), _starts, _pauses)
def test_the_trace_adds_up(amount: int, start: dt.date, pauses: list[Pause]) -> None:
    """start + amount + every day the trace says it left out = the end: the page's explanation is complete."""
    due = compute(term(amount, "workday"), at(start.year, start.month, start.day), CAL, pauses)
    left_out = sum(line.days for line in due.trace if line.kind == "skip")
    held = {p.start + dt.timedelta(n) for p in pauses for n in range((p.end - p.start).days + 1) if p.end}  # type: ignore[operator]
    held = {day for day in held if start < day <= due.raw_end}
    assert (due.raw_end - start).days == amount + left_out + len(held)


def test_a_limit_in_days_warns_at_half_at_80_on_the_morning_and_once_overdue() -> None:
    begun, due = at(2026, 11, 2), clock.day_end(D(2026, 11, 12))
    marks = dict(warnings("day", begun, due))
    assert list(marks) == ["50", "80", "due", "overdue"]
    assert clock.local(marks["due"]) == at(2026, 11, 12, 8)
    assert marks["50"] < marks["80"] < marks["due"] < due < marks["overdue"]


def test_of_a_short_limit_the_morning_comes_before_80_per_cent_and_takes_its_place() -> None:
    begun, due = at(2026, 11, 23, 17, 30), clock.day_end(D(2026, 11, 26))
    marks = warnings("day", begun, due)
    assert [key for key, _at in marks] == ["50", "due", "overdue"]
    assert [when for _key, when in marks] == sorted(when for _key, when in marks)


def test_a_limit_in_hours_warns_six_two_and_one_hour_before() -> None:
    begun, due = at(2026, 11, 2, 9), at(2026, 11, 3, 9)
    marks = warnings("hour", begun, due)
    assert [key for key, _at in marks] == ["6h", "2h", "1h", "overdue"]
    assert [(due - when).total_seconds() / 3600 for _key, when in marks[:3]] == [6, 2, 1]
    assert [key for key, _at in warnings("hour", due - dt.timedelta(hours=3), due)] == ["2h", "1h", "overdue"]
