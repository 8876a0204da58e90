"""Lines of goods and the amounts that come from them, exact to the fen."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.cases import amounts, goods_actions, goods_lines, record_actions
from app.cases.goods import PRICE_KINDS, GoodsLine, worth
from app.core import clock, history
from app.core.errors import Refused
from app.core.text import Misplaced, fen
from app.documents.models import Paper
from app.extensions import db
from tests.cases import world

LINE = st.builds(
    lambda quantity, price, purchase, sold, nature, source: GoodsLine(
        n=1, name="x", quantity_milli=quantity, price_fen=price, purchase_fen=purchase, sold=sold, nature=nature, mark_source=source,
        price_kind="sold_actual" if sold else "marked",
    ),
    st.integers(1, 10**9), st.none() | st.integers(0, 10**9), st.none() | st.integers(0, 10**9), st.booleans(),
    st.sampled_from(["goods", "label", "copy", "tool"]), st.sampled_from(["", "甲", "乙"]),
)  # fmt: skip


@given(st.lists(LINE, max_size=12))
@settings(max_examples=150, deadline=None)
def test_r26_sold_and_unsold_never_mix_and_add_up_exactly(lines):
    found = amounts.compute(lines)
    counted = [line for line in lines if line.nature != "tool"]
    assert found.sold_fen == sum(line.value_fen for line in counted if line.sold)
    assert found.unsold_fen == sum(line.value_fen for line in counted if not line.sold)
    assert found.business_fen == found.sold_fen + found.unsold_fen == sum(line.value_fen for line in lines)
    assert sum(sold + unsold for _kind, sold, unsold in found.by_kind) == found.business_fen
    assert all(isinstance(value, int) for value in (found.sold_fen, found.unsold_fen, found.business_fen))
    assert (
        found.labels_sold + found.labels_unsold
        <= sum(line.quantity_milli for line in lines if line.nature == "label") // 1000
    )


@given(st.lists(LINE, max_size=12))
@settings(max_examples=150, deadline=None)
def test_the_gain_is_known_only_when_every_purchase_price_is(lines):
    found = amounts.compute(lines)
    sold = [line for line in lines if line.sold and line.nature != "tool"]
    if not sold or any(line.purchase_fen is None or not line.price_fen for line in sold):
        assert found.gain_fen is None
    else:
        assert found.gain_fen == max(
            0, sum(line.value_fen - worth(line.quantity_milli, line.purchase_fen) for line in sold)
        )


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_a_line_is_rounded_once_to_the_nearest_fen(quantity, price):
    exact = Fraction(quantity * price, 1000)
    assert abs(worth(quantity, price) - exact) <= Fraction(1, 2)


@given(st.integers(1, 999_999_999), st.integers(0, 999))
def test_a_quantity_reads_back_as_it_was_typed(whole, thousandths):
    text = f"{whole}.{thousandths:03d}"
    assert goods_lines.milli(text) == whole * 1000 + thousandths


@given(st.text(max_size=12))
def test_no_text_breaks_the_reader(text):
    values, faults = goods_lines.clean(
        {"name": text, "quantity": text, "price": text, "purchase": text, "sold": text, "price_kind": text}
    )
    assert values.get("quantity_milli", 1) > 0
    assert values.get("price_fen") is None or values["price_fen"] >= 0
    assert faults or (values["quantity_milli"], values["price_fen"]) == (goods_lines.milli(text), fen(text))


@given(st.text(max_size=200))
def test_no_paste_breaks_the_reader(text):
    rows, faults = goods_lines.pasted(text)
    assert rows or faults


@pytest.mark.parametrize("bad", ["", "0", "0.000", "-1", "1.2345", "1e3", "一", "1 2", ".5", "5.", "9999999999"])
def test_a_quantity_that_is_none_is_refused(bad):
    with pytest.raises(ValueError, match="not a quantity"):
        goods_lines.milli(bad)


def clean(**typed):
    return goods_lines.clean({"name": "茶", "quantity": "1", "price": "10", **typed})


def test_r31_the_order_of_prices_for_what_is_in_stock():
    assert goods_lines.order_of(sold=False) == ("avg_actual", "marked", "market_middle", "other")
    assert clean()[0]["price_kind"] == "avg_actual"
    _values, faults = clean(price_kind="标价")
    assert [f.field for f in faults] == ["price_reason"]
    assert "平均价格" in faults[0].text
    assert clean(price_kind="标价", price_reason="未记账，均价无法查清")[1] == []


def test_r31_a_later_price_names_every_earlier_kind_that_was_not_to_be_had():
    sentence = clean(price_kind="市场中间价")[1][0].text
    assert PRICE_KINDS["avg_actual"] in sentence
    assert PRICE_KINDS["marked"] in sentence


def test_r31_what_was_not_sold_has_no_actual_price():
    assert [f.field for f in clean(price_kind="实际销售价格")[1]] == ["price_kind"]
    values, faults = clean(sold="已售")
    assert (values["price_kind"], faults) == ("sold_actual", [])


def test_forty_pasted_lines_in_any_order_of_columns(app, viewer):
    case, who = world.investigated(viewer), viewer("张执法")
    one = world.with_lines(case, who, {"quantity": "1", "price": "1"})
    rows, faults = goods_lines.pasted(
        "单价\t名称\t数量\t是否已售\t进价\n"
        + "\n".join(f"{n}.50\t茶{n}号\t2\t{'已售' if n % 2 else '未售'}\t1" for n in range(1, 41))
    )
    assert faults == []
    goods_actions.add_lines(one, case, who, rows)
    db.session.commit()
    found = amounts.amounts_of(case)
    assert len(one.lines) == 41
    assert found.sold_fen == sum(2 * (n * 100 + 50) for n in range(1, 41, 2))
    assert found.unsold_fen == 100 + sum(2 * (n * 100 + 50) for n in range(2, 41, 2))
    assert found.gain_fen == found.sold_fen - 20 * 2 * 100
    assert (case.sold_fen, case.unsold_fen, case.business_fen) == (found.sold_fen, found.unsold_fen, found.business_fen)


def test_a_wrong_cell_names_its_line_and_nothing_is_kept(app, viewer, sign_in):
    case = world.investigated(viewer)
    one = world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "1"})
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods/{one.id}"
    pasted = "名称\t数量\t单价\n好茶\t3\t12.50\n坏茶\t三\t12\n\n次茶\t1\t十元"
    answer = client.post_form(f"{url}/paste", {"rows": pasted}, page=url)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "第 3 行" in page
    assert "第 5 行" in page
    assert "第 2 行" not in page
    assert "好茶\t3\t12.50" in page  # nothing typed is lost
    db.session.expire_all()
    assert len(one.lines) == 1
    answer = client.post_form(f"{url}/paste", {"rows": pasted.replace("三", "3").replace("十元", "10")}, page=url)
    assert answer.status_code == 303
    db.session.expire_all()
    assert [line.name for line in one.lines] == ["茶叶", "好茶", "坏茶", "次茶"]


def test_a_second_click_adds_no_second_line(app, viewer, sign_in):
    case = world.investigated(viewer)
    one = world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "1"})
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods/{one.id}"
    typed = {
        **client.hidden(url),
        "name": "茶",
        "quantity": "2",
        "price": "3",
        "unit": "盒",
        "sold": "未售",
        "nature": "侵权商品",
    }
    assert [client.post(f"{url}/lines", data=typed).status_code for _ in range(2)] == [303, 303]
    db.session.expire_all()
    assert len(one.lines) == 2


def test_changing_and_removing_keep_what_was_in_history(app, viewer):
    case, who = world.investigated(viewer), viewer("张执法")
    one = world.with_lines(case, who, {"quantity": "2", "price": "10"}, {"quantity": "1", "price": "5"})
    values, _faults = goods_lines.clean({"name": "茶叶", "quantity": "3", "price": "10"})
    goods_actions.change_line(one.lines[0], case, who, values)
    with pytest.raises(Refused, match="原因"):
        goods_actions.remove_line(one.lines[1], case, who, "")
    goods_actions.remove_line(one.lines[1], case, who, "重复登记")
    db.session.commit()
    assert case.business_fen == 3000
    told = {e.act: e.facts for e in history.of(case)}
    assert told["change_goods"]["before"] == {"quantity_milli": 2000}
    assert told["remove_goods"]["was"]["price_fen"] == 500


def test_form_24_is_frozen_and_a_correction_says_what_was_wrong(app, viewer):
    case, who = world.investigated(viewer), viewer("张执法")
    one = world.with_lines(
        case, who, *[{"name": f"茶{n}", "quantity": "2.5", "unit": "千克", "price": "10"} for n in range(40)]
    )
    first = record_actions.print_goods_list(one, case, who)
    assert len(first.facts["lines"]) == 40
    assert (first.facts["total_fen"], first.facts["total_quantity"]) == (40 * 2500, "100千克")
    goods_actions.remove_line(one.lines[0], case, who, "误登")
    with pytest.raises(Refused, match="更正"):
        record_actions.print_goods_list(one, case, who)
    second = record_actions.print_goods_list(one, case, who, "删去误登的第一行")
    assert (second.version, len(second.facts["lines"])) == (2, 39)
    assert len(db.session.get_one(Paper, first.id).facts["lines"]) == 40


def test_an_empty_list_makes_no_paper(app, viewer):
    case, who = world.investigated(viewer), viewer("张执法")
    one = world.with_lines(case, who, {"quantity": "1", "price": "1"})
    goods_actions.remove_line(one.lines[0], case, who, "误登")
    with pytest.raises(Refused, match="没有物品"):
        record_actions.print_goods_list(one, case, who)
    assert db.session.scalar(select(Paper.id).where(Paper.kind == "goods_list")) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("３", 3000),
        ("１２．５", 12500),
        ("1，200", 1200000),
        ("000000000012", 12000),
        ("1,234.5", 1234500),
        ("1,234,567", 1234567000),
    ],
)
def test_full_width_digits_are_digits(typed, read):
    assert goods_lines.milli(typed) == read


@pytest.mark.parametrize(
    "typed", ["1，5", "12,5", "1,2,3.4", "12,34", "0,500", "1,2345", ",500", "1234,567", "1.5,000", "1,", "1,234,5"]
)
def test_a_comma_that_separates_no_thousands_is_refused_and_multiplies_nothing(typed):
    """12，5 was read as 125: the amounts of the criminal lines come from these lines (法释〔2025〕5号 28)."""
    for read in (goods_lines.milli, fen):
        with pytest.raises(Misplaced):
            read(typed)
    values, faults = goods_lines.clean(
        {"name": "茶", "quantity": typed, "price": typed, "purchase": typed, "unit": "千克"}
    )
    assert {fault.field for fault in faults} == {"quantity", "price", "purchase"}
    assert all("小数请用小数点" in fault.text and typed in fault.text for fault in faults)
    assert "quantity_milli" not in values
    assert values.get("price_fen") is None


@pytest.mark.parametrize("typed", ["¥1,234.56元", "１２３４．５６", "￥1234.56", "1234.56 元"])
def test_an_amount_may_carry_its_sign(typed):
    assert fen(typed) == 123456


def test_what_is_no_quantity_is_told_apart():
    def said(quantity):
        _values, faults = goods_lines.clean({"name": "茶叶", "quantity": quantity, "price": "1"})
        return [fault.text for fault in faults if fault.field == "quantity"]

    assert "太大" in said("1000000000000000000")[0]
    assert "单位写在" in said("3盒")[0]
    assert said("") == ["缺少数量。"]


def test_forty_equal_faults_are_one_sentence_that_names_the_cure(app, viewer, sign_in):
    case, who = world.investigated(viewer), viewer("张执法")
    one = goods_actions.make_list(case, who, {"occasion": "found", "place": "店内", "made_on": clock.today()})
    db.session.commit()
    client, url = sign_in("张执法"), f"/cases/{case.id}/goods/{one.id}"
    rows = "名称\t数量\t单价\t价格种类\n" + "\n".join(f"茶叶{n}\t3\t10\t标价" for n in range(40))
    page = client.post_form(f"{url}/paste", {"rows": rows}, page=url).get_data(as_text=True)
    assert page.count("须写明为什么没有") == 1
    assert "第 2–41 行" in page
    assert "统一计价理由”一栏一次写明" in page
    bare = "\n".join(f"茶叶{n}\t3\t10\t标价" for n in range(40))
    page = client.post_form(f"{url}/paste", {"rows": bare}, page=url).get_data(as_text=True)
    assert "请连同表头一起复制" in page


def test_r10_two_who_change_one_line_do_not_overwrite_each_other(app, viewer, sign_in):
    case, who = world.investigated(viewer), viewer("张执法")
    one = goods_actions.make_list(case, who, {"occasion": "found", "place": "店内", "made_on": clock.today()})
    (values, _faults) = goods_lines.clean({"name": "茶叶", "quantity": "3", "price": "10"})
    goods_actions.add_lines(one, case, who, [values])
    db.session.commit()
    line = one.lines[0].id
    first, second = sign_in("张执法"), sign_in("李执法")
    url = f"/cases/{case.id}/goods/lines/{line}"
    seen = second.hidden(url)
    typed = {"name": "茶叶", "quantity": "3", "unit": "件", "sold": "未售", "nature": "侵权商品"}
    assert first.post_form(url, {**typed, "price": "111"}).status_code == 303
    answer = second.post(url, data={**seen, **typed, "price": "222"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "他人已更改，现为“111.00”" in page
    assert 'value="222"' in page
    db.session.expire_all()
    assert db.session.get(GoodsLine, line).price_fen == 11100
    again = second.post(url, data={**seen, **typed, "price": "111"})
    assert again.status_code == 303, "what stands there already is no conflict"
    assert second.post_form(url, {**typed, "price": "222"}).status_code == 303
