"""The working calendar: what the notices say, and the page through which a new one comes in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import chinese_calendar
import pytest
from flask import Flask

from app.core import clock
from app.core.terms import Pause, Term, compute
from app.law import calendar, queries
from app.law.notice import parse
from tests.conftest import BrowserClient

NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。"""
# Made up for the test in the notice's own style; the real one of 2027 is entered by people.
NOTICE_2027 = """一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。
三、清明节：4月3日（周六）至5日（周一）放假，共3天。
四、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
五、端午节：6月9日（周三）放假1天。
六、中秋节：9月15日（周三）放假1天。
七、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）、10月9日（周六）上班。"""


def test_every_day_agrees_with_a_second_source(app: Flask) -> None:
    days = calendar.current()
    for n in range((dt.date(2026, 12, 31) - dt.date(2024, 1, 1)).days + 1):
        day = dt.date(2024, 1, 1) + dt.timedelta(days=n)
        assert days.is_workday(day) is chinese_calendar.is_workday(day), day
        assert days.covers(day)
    assert not days.covers(dt.date(2027, 1, 4))
    assert not days.covers(dt.date(2023, 12, 29))


def test_labels_say_why(app: Flask) -> None:
    days = calendar.current()
    assert days.label(dt.date(2026, 10, 2)) == "国庆节放假"
    assert days.label(dt.date(2026, 10, 10)) == "国庆节调休上班"
    assert days.label(dt.date(2026, 11, 22)) == "周末"
    assert days.label(dt.date(2026, 11, 23)) == "周一"


def test_the_notice_is_read_to_the_same_days_as_the_seed(app: Flask) -> None:
    read = parse(2026, NOTICE_2026)
    assert not read.faults
    seeded = next(y for y in queries.calendar_years() if y.year == 2026)
    assert calendar.digest_of(read.days) == seeded.digest
    assert seeded.source_doc == "国办发明电〔2025〕7号"


@pytest.mark.parametrize(
    ("year", "text", "says"),
    [
        (2027, NOTICE_2026, "请核对年份"),
        (2026, NOTICE_2026.replace("共9天", "共8天"), "读出9天"),
        (2026, NOTICE_2026.replace("三、清明节：4月4日（周六）至6日（周一）放假，共3天。\n", ""), "清明节"),
        (2026, "各部门放假三天", "没有读出"),
        (2026, NOTICE_2026.replace("2月14日（周六）", "2月30日"), "不是有效日期"),
        (2026, NOTICE_2026.replace("1月4日（周日）上班", "1月5日上班"), "不是周末"),
    ],
)
def test_doubts_are_said(year: int, text: str, says: str) -> None:
    assert any(says in fault for fault in parse(year, text).faults)


def test_fifteen_working_days_over_the_national_holiday(app: Flask) -> None:
    term = Term("clue_verify", "核查", 15, "workday", "市场监督管理行政处罚程序规定 18", "发现线索或者收到材料")
    start = dt.datetime(2026, 9, 18, 10, tzinfo=clock.SHANGHAI)
    due = compute(term, start, calendar.current())
    # 20, 21-24, 28-30 September, 8-10 October (10 made up), 12-15.
    assert due.raw_end == dt.date(2026, 10, 15)
    assert any("国庆节调休上班" in line.text for line in due.trace)
    paused = compute(
        term, start, calendar.current(), pauses=(Pause("鉴定", dt.date(2026, 9, 21), dt.date(2026, 9, 22)),)
    )
    assert paused.raw_end == dt.date(2026, 10, 19)
    over = compute(term, dt.datetime(2026, 12, 25, 10, tzinfo=clock.SHANGHAI), calendar.current())
    assert over.provisional


def test_who_may_load_the_notice_and_what_it_does(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    officer = sign_in("张执法")
    assert officer.get("/law/calendar").status_code == 200
    assert officer.get("/law/calendar/import").status_code == 403

    admin = sign_in("冯管理")
    typed = {"year": "2027", "source_doc": "国办发明电〔2026〕9号", "text": NOTICE_2027}
    wrong = admin.post_form("/law/calendar/import", {**typed, "text": NOTICE_2026})
    assert wrong.status_code == 422
    assert "请核对年份" in wrong.get_data(as_text=True)
    assert "国办发明电〔2026〕9号" in wrong.get_data(as_text=True), "nothing typed is lost"

    shown = admin.post_form("/law/calendar/import", typed)
    assert shown.status_code == 200
    assert not calendar.current().covers(dt.date(2027, 1, 4)), "looked at, not yet saved"
    seen = calendar.digest_of(parse(2027, NOTICE_2027).days)
    assert seen in shown.get_data(as_text=True)
    saved = admin.post_form("/law/calendar/import", {**typed, "seen": seen})
    assert saved.status_code == 303
    days = calendar.current()
    assert days.version.startswith("2024-2027/")
    assert not days.is_workday(dt.date(2027, 2, 8))
    assert days.is_workday(dt.date(2027, 2, 14))
    page = officer.get("/law/calendar").get_data(as_text=True)
    assert "国办发明电〔2026〕9号" in page
    assert "冯管理" in page


def test_the_list_of_bases_is_a_page(sign_in: Callable[[str], BrowserClient]) -> None:
    page = sign_in("赵审核").get("/law/instruments").get_data(as_text=True)
    assert "法释〔2025〕5号" in page
    assert "销售侵犯注册商标专用权的商品" in page
