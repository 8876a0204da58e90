"""Seven working days of 先行登记保存: no extension, no day left out, and it ends by itself (行政处罚法 56; 程序规定 33–35; R-10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.cases import actions, goods_actions, queries
from app.cases.goods import GoodsList
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core import clock, deadlines
from app.core.errors import Refused
from app.core.steps import take
from app.extensions import db
from tests.cases import world

START = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)  # a Monday, 9:00 in Xinyang
DAY = dt.timedelta(days=1)
TERM = "evidence_registration"
PAPER = "解除先行登记保存证据通知书（浉市监解登〔2026〕1号）"


def register(case: Case, viewer: Any, on: dt.date, occasion: str = "registration") -> GoodsList:
    return goods_actions.make_list(
        case,
        viewer("张执法"),
        {
            "occasion": occasion,
            "goes_with": "通知书",
            "measure_kind": "seize",
            "goes_with_no": "浉市监登〔2026〕1号",
            "made_on": on,
        },
    )


def due(case: Case, term: str = TERM) -> dt.date | None:
    row = deadlines.running(case, term)
    return clock.local(row.due_at).date() if row is not None else None


def states(case: Case, term: str = TERM) -> list[str]:
    return sorted(row.state for row in deadlines.of(case) if row.term == term)


def test_proc_35_seven_working_days_from_the_day_of_the_registration(app, viewer):
    with clock.standing_at(START + 2 * DAY):
        case = world.investigated(viewer)
        register(case, viewer, dt.date(2026, 11, 2))
        assert due(case) == dt.date(2026, 11, 11)
        with pytest.raises(Refused, match="不得（再次）延长"):
            deadlines.extend(case, TERM, viewer("周副局"), "案情复杂", clock.now())
        actions.exclude(
            case, viewer("张执法"), "检测", "委托书2号", dt.date(2026, 11, 4), dt.date(2026, 11, 4), "告知书1号"
        )
        assert due(case) == dt.date(2026, 11, 11)


def test_r10_it_warns_on_the_fifth_and_the_sixth_working_day(app, viewer):
    warned = []
    with clock.standing_at(START):
        case = world.investigated(viewer)
        register(case, viewer, dt.date(2026, 11, 2))
        row = deadlines.running(case, TERM)
    for _round in range(4):
        warned.append(f"{clock.local(row.next_warning_at):%m-%d %H}")
        with clock.standing_at(row.next_warning_at):
            deadlines.warn()
    assert warned == ["11-09 08", "11-10 08", "11-11 08", "11-12 00"]
    assert (row.state, row.next_warning_at) == ("missed", None)


def test_proc_35_the_clock_ends_with_the_decision_and_by_its_day(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        first = register(case, viewer, dt.date(2026, 11, 2))
    with clock.standing_at(START + 4 * DAY):
        second = register(case, viewer, dt.date(2026, 11, 5))
        assert due(case) == dt.date(2026, 11, 11), "the earliest that is still held"
    with clock.standing_at(START + 10 * DAY):  # entered the day after the end
        goods_actions.release(first, case, viewer("张执法"), dt.date(2026, 11, 11), PAPER)
        assert (states(case), due(case)) == (["met", "running"], dt.date(2026, 11, 16))
    with clock.standing_at(START + 20 * DAY):
        goods_actions.release(second, case, viewer("张执法"), dt.date(2026, 11, 17), "扣押决定书")
    assert states(case) == ["met", "met_late"]


def test_ael_28_a_seizure_released_in_time_and_entered_late_was_met(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        held = register(case, viewer, dt.date(2026, 11, 2), "measure")
        register(case, viewer, dt.date(2026, 11, 2), "registration")
    with clock.standing_at(START + 40 * DAY):
        goods_actions.release(held, case, viewer("张执法"), dt.date(2026, 12, 1), "解除决定书")
    assert (states(case, "seizure"), states(case)) == (["met"], ["running"])


def test_proc_35_what_is_missed_ends_by_itself_and_the_page_says_so(app, viewer, sign_in):
    began = clock.now() - 20 * DAY
    with clock.standing_at(began):
        case = world.investigated(viewer)
        kept = register(case, viewer, clock.today())
        db.session.commit()
    client, sentence = sign_in("张执法"), "依法自行解除"
    for path in ("", "/deadlines", "/goods", f"/goods/{kept.id}"):
        assert sentence in client.get(f"/cases/{case.id}{path}").get_data(as_text=True), path
    assert "先行登记保存处理期限" in client.get("/").get_data(as_text=True)
    given = {"way": "released", "on": clock.today().isoformat(), "paper": PAPER}
    assert client.post_form(f"/cases/{case.id}/goods/{kept.id}/release", given).status_code == 303
    assert sentence not in client.get(f"/cases/{case.id}").get_data(as_text=True)
    assert states(case) == ["met_late"]


def test_proc_35_a_corrected_day_moves_the_clock_as_that_of_a_seizure(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        one = register(case, viewer, dt.date(2026, 11, 2))
    with clock.standing_at(START + 4 * DAY):
        goods_actions.correct_day(one, case, viewer("张执法"), dt.date(2026, 11, 4), "以通知书的日期为准")
        assert (due(case), states(case)) == (dt.date(2026, 11, 11), ["running"]), "a later day is the head's to say"
        goods_actions.correct_day(one, case, viewer("王科长"), dt.date(2026, 11, 4), "以通知书的日期为准")
        assert (due(case), states(case)) == (dt.date(2026, 11, 13), ["running", "void"]), (
            "the wrong day stays on record"
        )


def test_r37_proc_35_a_case_is_not_closed_while_registered_goods_are_held(app, viewer):
    case = world.investigated(viewer)
    kept = register(case, viewer, clock.today())
    asked = {"asked": "terminate", "asked_ground": "dissolved", "asked_reason": "已注销。"}
    take(CASE, case, "ask", viewer("张执法"), asked)
    take(CASE, case, "terminate", viewer("周副局"), {})
    take(CASE, case, "ask", viewer("张执法"), asked | {"asked": "close", "asked_ground": "terminated"})
    with pytest.raises(Refused, match="程序规定 35"):
        take(CASE, case, "close", viewer("陈局长"), {})
    goods_actions.release(kept, case, viewer("张执法"), clock.today(), PAPER)
    take(CASE, case, "close", viewer("陈局长"), {})
    assert (case.status, states(case)) == ("closed", ["met"])


def test_a_case_with_several_clocks_stands_once_in_the_list_by_its_next_date(app, viewer):
    with clock.standing_at(START + 7 * DAY):
        case = world.investigated(viewer)
        register(case, viewer, dt.date(2026, 11, 2))
        register(case, viewer, dt.date(2026, 10, 15), "measure")
        db.session.commit()
        for sort in ("due", "-due"):
            found = queries.page(
                viewer("张执法"), queries.Filters(mine=True, due="week" if sort == "due" else "", sort=sort)
            )
            assert [row.id for row in found.rows] == [case.id], sort
            assert clock.local(found.dues[case.id].due_at).date() == dt.date(2026, 11, 11)
