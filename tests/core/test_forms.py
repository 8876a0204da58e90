"""What typed text becomes: plain values, or a sentence; a creating form sent twice makes one record (R09)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, g, get_flashed_messages
from werkzeug.datastructures import MultiDict

from app.core import clock
from app.core.clock import standing_at
from app.core.errors import Refused
from app.core.forms import (
    AtMost,
    CountField,
    DayField,
    Form,
    LongTextField,
    MomentField,
    MoneyField,
    Required,
    TextField,
    not_future,
    once,
)
from app.core.permissions import Viewer
from app.core.text import fen, yuan
from app.extensions import db


class Sheet(Form):
    name = TextField("名称", [Required(), AtMost(10)])
    text = LongTextField("说明")
    money = MoneyField("金额")
    count = CountField("数量", least=1, most=100)
    day = DayField("日期", [not_future])
    moment = MomentField("时间", [not_future])


TURNED = ["\u202e甲商行", "甲\u2066乙\u2069", "甲\u200b乙", "甲乙\ufeff", "甲\u200d乙", "\u3164", "甲\u00ad乙"]


@pytest.fixture
def sheet(app: Flask) -> Iterator[Callable[..., Sheet]]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/", method="POST"):
        yield lambda **given: Sheet(MultiDict({"name": "茶叶", **given}), meta={"csrf": False})


def fault(form: Sheet, field: str) -> str:
    assert not form.validate()
    return str(form[field].errors[0])


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1234.5", 123450),
        ("1,234.50", 123450),
        ("1，234", 123400),
        (" 0.01 ", 1),
        ("0", 0),
        ("999999999999", 99999999999900),
        ("", None),
    ],
)
def test_money_is_read_as_whole_fen(sheet: Callable[..., Sheet], typed: str, value: int | None) -> None:
    form = sheet(money=typed)
    assert form.validate()
    assert form.money.data == value


@pytest.mark.parametrize(
    "typed", ["1.234", "-5", "1e5", "NaN", "元", "12角", "1.", ".5", "0x10", "9" * 13, "1 000", "½"]
)
def test_what_is_no_amount_gets_a_sentence_and_stays_typed(sheet: Callable[..., Sheet], typed: str) -> None:
    form = sheet(money=typed)
    assert "最多两位小数" in fault(form, "money")
    assert form.money._value() == typed


@pytest.mark.parametrize("typed", ["12，5", "1,5", "12,34.50", "1,2,3.4", "0,500", "1234,567"])
def test_a_comma_that_separates_no_thousands_is_refused(sheet: Callable[..., Sheet], typed: str) -> None:
    form = sheet(money=typed)
    assert "小数请用小数点（12.5）" in fault(form, "money")
    assert form.money.data is None
    assert form.money._value() == typed


@pytest.mark.parametrize("amount", [0, 1, 99, 100, 123450, 10**13])
def test_fen_and_yuan_are_each_others_inverse(app: Flask, amount: int) -> None:
    assert fen(yuan(amount)) == amount
    assert yuan(-amount) == ("-" if amount else "") + yuan(amount)


@pytest.mark.parametrize("typed", ["0", "101", "3.5", "-1", "三", "1e1", "９"])
def test_a_count_is_a_whole_number_in_its_bounds(sheet: Callable[..., Sheet], typed: str) -> None:
    assert "1到100" in fault(sheet(count=typed), "count")


@pytest.mark.parametrize("typed", ["2026-02-30", "2026/1/1", "昨天", "0001-01-01", "9999-12-31", "20261122x"])
def test_what_is_no_day_of_ours_gets_a_sentence(sheet: Callable[..., Sheet], typed: str) -> None:
    assert fault(sheet(day=typed), "day")


def test_what_is_out_of_range_is_told_the_range(sheet: Callable[..., Sheet]) -> None:
    assert "请填写1990年1月1日至2100年1月1日之间的日期" in fault(sheet(day="1900-01-01"), "day")
    assert "请填写1990年1月1日至2100年1月1日之间的时间" in fault(sheet(moment="1900-01-01T00:00"), "moment")


def test_a_day_in_the_future_is_refused_and_today_is_the_day_in_shanghai(sheet: Callable[..., Sheet]) -> None:
    with standing_at(dt.datetime(2026, 11, 22, 17, tzinfo=dt.UTC)):  # the 23rd, 01:00, in Shanghai
        assert sheet(day="2026-11-23").validate()
        assert "不能晚于现在" in fault(sheet(day="2026-11-24"), "day")


def test_wall_time_is_shanghai_and_kept_as_utc(sheet: Callable[..., Sheet]) -> None:
    with standing_at(dt.datetime(2026, 11, 23, tzinfo=dt.UTC)):
        form = sheet(moment="2026-11-22T09:30")
        assert form.validate()
        assert form.moment.data == dt.datetime(2026, 11, 22, 1, 30, tzinfo=dt.UTC)
        assert fault(sheet(moment="2026-11-24T09:30"), "moment")
        for typed in ("2026-11-22T09:30+00:00", "25:00", "1900-01-01T00:00"):
            assert fault(sheet(moment=typed), "moment")


def test_text_is_trimmed_and_control_characters_are_refused(sheet: Callable[..., Sheet]) -> None:
    form = sheet(name="  茶叶 ", text="一\r\n二\r三 ")
    assert form.validate()
    assert (form.name.data, form.text.data) == ("茶叶", "一\n二\n三")
    for bad in ("茶\x00叶", "茶\r\nBcc: x", "茶\x1b[0m"):
        assert fault(sheet(name=bad), "name")
    assert fault(sheet(text="a\x00b"), "text")


def test_empty_and_too_long_say_what_to_do(sheet: Callable[..., Sheet]) -> None:
    assert fault(sheet(name="   "), "name") == "请填写“名称”。"
    form = sheet(name="茶" * 11)
    assert "最多10字，现有11字" in fault(form, "name")
    assert form.name._value() == "茶" * 11
    assert "maxlength" not in form.name(), "the browser would cut what is pasted"


# --- once --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def made(app: Flask, viewer: Callable[[str], Viewer]) -> Iterator[Any]:
    count: list[int] = []

    def send(token: str, name: str = "张执法", fail: bool = False) -> Any:
        def make() -> str:
            count.append(1)
            if fail:
                raise RuntimeError("no")
            return f"/things/{len(count)}"

        with app.test_request_context("/", method="POST"):
            g.viewer = viewer(name)
            form = Form(MultiDict({"form_token": token}), meta={"csrf": False})
            answer = once(form, make, lambda: "已保存。")
            send.said = get_flashed_messages(with_categories=True)  # type: ignore[attr-defined]
            return answer

    send.count = count  # type: ignore[attr-defined]
    yield send
    db.session.rollback()


def test_r09_the_same_form_sent_twice_makes_one_record_and_answers_the_same(made: Any) -> None:
    first, second = made("token-1"), made("token-1")
    assert first.location == second.location == "/things/1"
    assert first.status_code == 303
    assert len(made.count) == 1
    assert made("token-2").location == "/things/2"


def test_r09_a_form_that_was_saved_before_says_so_and_leads_there(made: Any, app: Flask) -> None:
    """Its answer was lost, its draft was taken up again with its token."""
    made("token-1")
    again = made("token-1")
    assert (again.location, len(made.count)) == ("/things/1", 1)
    assert [("已经保存" in text, kind) for kind, text in made.said] == [(True, "info")]


def test_r09_a_failed_making_leaves_the_form_to_be_sent_again(made: Any) -> None:
    with pytest.raises(RuntimeError):
        made("token-1", fail=True)
    db.session.rollback()
    assert made("token-1").location == "/things/2"


def test_anothers_token_leads_nowhere(made: Any, app: Flask) -> None:
    made("token-1")
    with pytest.raises(Refused, match="页面已过期"):
        made("token-1", name="李执法")


@pytest.mark.parametrize("token", ["", "a\0b"])
def test_without_its_token_nothing_is_made(made: Any, app: Flask, token: str) -> None:
    """Two people whose forms lost the token must not meet in one record."""
    with pytest.raises(Refused, match="页面已过期"):
        made(token)


def test_the_clock_answers_in_utc_and_thinks_in_shanghai() -> None:
    assert clock.now().tzinfo == dt.UTC
    with standing_at(dt.datetime(2026, 12, 31, 17, tzinfo=dt.UTC)):
        assert clock.today() == dt.date(2027, 1, 1)
        assert clock.recorded_now() != clock.now()
    assert clock.day_start(dt.date(2026, 1, 1)) == dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
    assert clock.day_end(dt.date(2026, 1, 1)) == dt.datetime(2026, 1, 1, 15, 59, 59, tzinfo=dt.UTC)
    with pytest.raises(ValueError, match="naive"):
        clock.local(dt.datetime(2026, 1, 1))  # noqa: DTZ001


@pytest.mark.parametrize("text", TURNED)
def test_what_turns_text_round_or_is_not_seen_is_refused_in_words(sheet: Callable[..., Sheet], text: str) -> None:
    form = sheet(name=text, text=f"第一行\n{text}")
    assert not form.validate()
    assert "看不见的字符" in form.name.errors[0]
    assert "看不见的字符" in form.text.errors[0]
    assert form.name.data == text, "what was typed stays"


@pytest.mark.parametrize("text", ["茶农👩\u200d🌾", "👮🏽\u200d♂️", "Ａ＆Ｂ　茶行", "“信阳毛尖”·№ 1"])
def test_what_is_seen_is_let_pass(sheet: Callable[..., Sheet], text: str) -> None:
    form = sheet(name=text, text=f"{text}\n\t{text}")
    assert form.validate(), form.errors


def test_a_day_that_its_month_does_not_have_is_named(sheet: Callable[..., Sheet]) -> None:
    form = sheet(name="甲", day="2026-02-30")
    assert not form.validate()
    assert form.day.errors == ["2026年2月没有30日，请核对。"]
    assert sheet(name="甲", day="2026-2-3").day.errors != form.day.errors
