"""Thirty days of a seizure, thirty more once, and no release by time itself (行政强制法 21–28; R-10)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.cases import actions, goods_actions
from app.cases.goods import GoodsList
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core import clock, deadlines, history, terms
from app.core.errors import Forbidden, Refused
from app.core.steps import take
from app.extensions import db
from tests.cases import world

START = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)  # 9:00 in Xinyang
DAY = dt.timedelta(days=1)


def seize(case: Case, viewer: Any, on: dt.date) -> GoodsList:
    return goods_actions.make_list(case, viewer("张执法"), {
        "occasion": "measure", "goes_with": "实施行政强制措施决定书（扣押）", "goes_with_no": "浉市监强制〔2026〕5号", "made_on": on,
    })  # fmt: skip


def due(case: Case) -> dt.date | None:
    row = deadlines.running(case, "seizure")
    return clock.local(row.due_at).date() if row is not None else None


def ask(case: Case, viewer: Any, matter: str, ground: str = "") -> None:
    take(CASE, case, "ask", viewer("张执法"), {"asked": matter, "asked_ground": ground, "asked_reason": "案情复杂。"})


def test_ael_25_proc_38_thirty_days_and_thirty_more_once_by_the_head(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        seize(case, viewer, dt.date(2026, 11, 2))
        assert due(case) == dt.date(2026, 12, 2)
    with clock.standing_at(START + 20 * DAY):
        ask(case, viewer, "extend_measure")
        with pytest.raises(Forbidden):
            take(CASE, case, "extend_measure", viewer("王科长"), {})
        take(CASE, case, "extend_measure", viewer("周副局"), {})
        assert due(case) == dt.date(2027, 1, 1)
        with pytest.raises(Refused):
            ask(case, viewer, "extend_measure")


def test_ael_25_no_extension_after_the_end_and_nothing_is_released_by_itself(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        held = seize(case, viewer, dt.date(2026, 11, 2))
    with clock.standing_at(START + 31 * DAY):
        deadlines.warn()
        row = deadlines.running(case, "seizure")
        assert row.state == "missed"
        assert held.released_on is None
        with pytest.raises(Refused):
            ask(case, viewer, "extend_measure")


def test_a8_ael_25_it_warns_on_day_20_and_day_25(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        seize(case, viewer, dt.date(2026, 11, 2))
    row = deadlines.running(case, "seizure")
    marks = terms.warnings("day", row.start_at, row.due_at, row.declared.marks)
    assert [(key, f"{clock.local(at):%m-%d %H}") for key, at in marks[:3]] == [
        ("d20", "11-22 08"),
        ("d25", "11-27 08"),
        ("due", "12-02 08"),
    ]
    assert (row.next_warning, marks[-1][0]) == ("d20", "overdue")


def test_ael_25_3_the_time_of_a_test_is_left_out_only_if_the_party_was_told_in_writing(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        seize(case, viewer, dt.date(2026, 11, 2))
    with clock.standing_at(START + 10 * DAY):
        first, last = dt.date(2026, 11, 5), dt.date(2026, 11, 9)
        actions.exclude(case, viewer("张执法"), "鉴定", "委托书1号", first, last)
        assert due(case) == dt.date(2026, 12, 2)
        actions.exclude(case, viewer("张执法"), "检测", "委托书2号", first, last, "浉市监检期〔2026〕1号")
        assert due(case) == dt.date(2026, 12, 7)


def test_ael_25_3_an_open_test_ends_for_both_clocks(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        seize(case, viewer, dt.date(2026, 11, 2))
    with clock.standing_at(START + 3 * DAY):
        actions.exclude(case, viewer("张执法"), "检测", "委托书2号", dt.date(2026, 11, 5), None, "告知书1号")
        assert deadlines.running(case, "seizure").state == "paused"
    with clock.standing_at(START + 8 * DAY):
        (out,) = actions.tests_out(case)
        actions.end_exclusion(case, viewer("张执法"), out.id, dt.date(2026, 11, 9), "检测报告")
        assert due(case) == dt.date(2026, 12, 7)


def test_ael_25_3_of_two_tests_the_one_that_is_back_ends_for_the_seizure(app, viewer):
    with clock.standing_at(START):
        case = world.investigated(viewer)
        seize(case, viewer, dt.date(2026, 11, 2))
    with clock.standing_at(START + 3 * DAY):
        for n, day in ((1, 4), (2, 5)):
            actions.exclude(
                case, viewer("张执法"), "检测", f"委托书{n}号", dt.date(2026, 11, day), None, f"告知书{n}号"
            )
    with clock.standing_at(START + 8 * DAY):
        later = actions.tests_out(case)[1]
        actions.end_exclusion(case, viewer("张执法"), later.id, dt.date(2026, 11, 9), "检测报告2")
        assert [e.document for e in deadlines.waiting(case, "seizure")] == ["委托书1号；告知书1号"]


def test_ael_27_28_release_names_its_paper_and_the_next_measure_runs_on(app, viewer):
    with clock.standing_at(START + 5 * DAY):
        case = world.investigated(viewer)
        later = seize(case, viewer, dt.date(2026, 11, 6))
        first = seize(
            case, viewer, dt.date(2026, 11, 3)
        )  # entered after it, and earlier: it is the one that ends first
        assert due(case) == dt.date(2026, 12, 3)
        with pytest.raises(Refused):
            goods_actions.release(first, case, viewer("张执法"), dt.date(2026, 11, 7), " ")
        with pytest.raises(Refused):
            goods_actions.release(first, case, viewer("张执法"), dt.date(2026, 11, 1), "解除决定书")
        goods_actions.release(first, case, viewer("张执法"), dt.date(2026, 11, 7), "解除决定书1号")
        assert due(case) == dt.date(2026, 12, 6)
        goods_actions.release(later, case, viewer("张执法"), dt.date(2026, 11, 7), "解除决定书2号")
        assert due(case) is None
        with pytest.raises(Refused):
            goods_actions.release(later, case, viewer("张执法"), dt.date(2026, 11, 7), "解除决定书2号")
    db.session.commit()
    assert [h.act for h in history.of(case)].count("release_measure") == 2


def test_r37_a_case_is_not_closed_while_seized_goods_are_held(app, viewer, sign_in):
    case = world.investigated(viewer)
    held = seize(case, viewer, clock.today())
    ask(case, viewer, "terminate", "dissolved")
    take(CASE, case, "terminate", viewer("周副局"), {})
    ask(case, viewer, "close", "terminated")
    with pytest.raises(Refused, match="行政强制法 27"):
        take(CASE, case, "close", viewer("陈局长"), {})
    db.session.commit()
    page = f"/cases/{case.id}/goods/{held.id}/release"
    client = sign_in("张执法")
    assert client.get(page).status_code == 200
    assert client.post_form(page, {"way": "released", "on": clock.today().isoformat(), "paper": ""}).status_code == 422
    assert (
        client.post_form(
            page, {"way": "released", "on": clock.today().isoformat(), "paper": "解除决定书1号"}
        ).status_code
        == 303
    )
    db.session.expire_all()
    take(CASE, case, "close", viewer("陈局长"), {})
    assert case.status == "closed"


def test_ael_25_registered_evidence_and_found_goods_open_no_seizure(app, viewer):
    case = world.investigated(viewer)
    goods_actions.make_list(
        case,
        viewer("张执法"),
        {"occasion": "registration", "goes_with_no": "浉市监登〔2026〕1号", "made_on": clock.today()},
    )
    goods_actions.make_list(case, viewer("张执法"), {"occasion": "found", "made_on": clock.today()})
    assert due(case) is None
