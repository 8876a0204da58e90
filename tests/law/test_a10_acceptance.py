"""The acceptance examples for the transfer of suspected crimes that the screen answers (rows 1-5; row 10 is in test_citing.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.law.screening import Screening, Standing, screen
from app.law.screening_conditions import years_after
from app.law.screening_facts import Finding, Measure, PriorPunishment, ScreeningInput, Suspicion
from app.law.thresholds import load_file

RULES = load_file()
TODAY = dt.date(2026, 11, 22)
YUAN = 100


def run(crime: str, measures: dict[str, int], **more: Any) -> Screening:
    more.setdefault("prior_punishments", ())
    more.setdefault("mark_sources", 1)
    more.setdefault("facts", {"identical_mark": True})  # all rows speak of counterfeits
    given = ScreeningInput(
        crimes=(crime,),
        measures={k: Measure(v) for k, v in measures.items()},
        screened_on=TODAY,
        act_from=dt.date(2026, 9, 1),
        act_to=dt.date(2026, 10, 8),
        **more,
    )
    return screen(given, RULES)


def ids(result: Screening) -> set[str]:
    return {h.rule_id for h in result.hits}


# Row 1: stock of fake-brand tea, nothing sold.

KNOWN = Finding(True, "进价明显偏低", "abnormal_price")
TWENTY_MONTHS_AGO = PriorPunishment("administrative", "214", dt.date(2025, 1, 8), "信浉市监罚〔2025〕3号")


@pytest.mark.parametrize(
    ("stock", "prior", "expected"),
    [
        (149_999 * YUAN, (), set()),
        (150_000 * YUAN - 1, (), set()),
        (150_000 * YUAN, (), {"214.serious.unsold.goods_value"}),
        (90_000 * YUAN - 1, (TWENTY_MONTHS_AGO,), set()),
        (90_000 * YUAN, (TWENTY_MONTHS_AGO,), {"214.serious.unsold.repeat.goods_value"}),
        (1_500_000 * YUAN - 1, (), {"214.serious.unsold.goods_value"}),
        (1_500_000 * YUAN, (), {"214.serious.unsold.goods_value", "214.especially_serious.unsold.goods_value"}),
    ],
)
def test_row_1_tea_in_stock(stock: int, prior: tuple[PriorPunishment, ...], expected: set[str]) -> None:
    assert (
        ids(
            run(
                "sell_counterfeit_mark_goods",
                {"goods_value_unsold": stock, "sales_amount": 0},
                knowledge=KNOWN,
                prior_punishments=prior,
            )
        )
        == expected
    )


def test_row_1_the_punishment_must_be_within_two_years_of_the_act() -> None:
    stale = PriorPunishment("administrative", "214", dt.date(2024, 8, 31))
    assert years_after(stale.decided_on, 2) < dt.date(2026, 9, 1)
    assert not ids(
        run(
            "sell_counterfeit_mark_goods",
            {"goods_value_unsold": 90_000 * YUAN},
            knowledge=KNOWN,
            prior_punishments=(stale,),
        )
    )


# Row 2: sold and unsold.


@pytest.mark.parametrize(
    ("sold", "stock", "expected"),
    [
        (49_000, 101_000, {"214.serious.mixed.sales_plus_goods_value"}),
        (49_000, 100_999, set()),
        (50_000, 0, {"214.serious.sales_amount"}),
        (49_999, 0, set()),
        (50_000, 100_000, {"214.serious.sales_amount"}),
    ],
)
def test_row_2_sold_and_unsold(sold: int, stock: int, expected: set[str]) -> None:
    assert (
        ids(
            run(
                "sell_counterfeit_mark_goods",
                {"sales_amount": sold * YUAN, "goods_value_unsold": stock * YUAN},
                knowledge=KNOWN,
            )
        )
        == expected
    )


# Row 3: the label printer.


def labels(pieces: int, gains: int, business: int, sources: int) -> set[str]:
    figures = {"label_count": pieces, "illegal_gains": gains * YUAN, "illegal_business_amount": business * YUAN}
    return ids(run("illegal_mark_labels", figures, mark_sources=sources, roles=frozenset()))


def test_row_3_label_printer() -> None:
    assert labels(9_999, 19_999, 29_999, 1) == set()
    assert labels(10_000, 0, 0, 1) == {"215.serious.base.label_count"}
    assert labels(0, 20_000, 0, 1) == {"215.serious.base.illegal_gains"}
    assert labels(0, 0, 30_000, 1) == {"215.serious.base.business_amount"}
    assert labels(5_000, 0, 0, 2) == {"215.serious.two_marks.label_count"}
    assert labels(4_999, 0, 0, 2) == set()
    assert labels(5_000, 0, 0, 1) == set(), "two marks of one source count as one"


# Row 4: the web site.


def site(**figures: int) -> Screening:
    return run(
        "copyright_infringement",
        figures,
        profit_purpose=Finding(True, "会员收费"),
        modes=frozenset({"通过信息网络向公众传播"}),
    )


def test_row_4_two_numbers_inside_one_item_are_for_legal_review() -> None:
    result = site(click_count=60_000, work_count_network=300)
    assert ids(result) == set()
    assert [(f.kind, f.rule_id) for f in result.flags] == [("inside_one_item", "217.serious.half_of_two")]
    assert result.standing is Standing.SUSPICION


@pytest.mark.parametrize(
    ("clicks", "copies", "hit"), [(60_000, 260, True), (50_000, 250, True), (49_999, 260, False), (60_000, 249, False)]
)
def test_row_4_two_items_are_a_hit(clicks: int, copies: int, hit: bool) -> None:
    assert ids(site(click_count=clicks, copy_count=copies)) == ({"217.serious.half_of_two"} if hit else set())


# Row 5: no amount at all.


def test_row_5_reasonable_suspicion_needs_no_amount() -> None:
    result = run(
        "sell_counterfeit_mark_goods",
        {},
        suspicion=Suspicion(
            "执法前仓库已被清空，买家聊天记录显示批发网络", "调取支付流水、物流数据，查明上家与销售金额"
        ),
    )
    assert ids(result) == set()
    assert result.grounds == ("reasonable_suspicion",)
    assert result.standing is Standing.SUSPICION


def test_no_hit_is_never_a_reason_against_transfer() -> None:
    """The result has no field that could close the way: three standings, each of which leaves the second ground open."""
    result = run("sell_counterfeit_mark_goods", {"sales_amount": 1})
    assert result.standing is Standing.BELOW
    assert {s.value for s in Standing} == {"below", "suspicion", "over"}
