"""A.10 row 10 and its kin: the article that is printed is the one in force on the day of the event."""

from __future__ import annotations

import datetime as dt
import json
from itertools import pairwise

import pytest
from flask import Flask

from app.extensions import db
from app.law import load, queries
from app.law.citation import article_zh, han_number, in_full, threshold_article_zh
from app.law.models import Article, Instrument


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        (dt.date(2026, 12, 31), "《中华人民共和国商标法》第六十一条"),
        (dt.date(2027, 1, 1), "《中华人民共和国商标法》第七十五条第二款"),
        (dt.date(2027, 1, 2), "《中华人民共和国商标法》第七十五条第二款"),
        (dt.date(2019, 11, 1), "《中华人民共和国商标法》第六十一条"),
    ],
)
def test_row_10_transfer_of_a_trademark_case(app: Flask, day: dt.date, printed: str) -> None:
    found = queries.cite("transfer_trademark", day)
    assert (found.printed, found.in_force, found.status) == (printed, True, "verified")


def test_the_texts_tell_where_the_case_goes(app: Flask) -> None:
    assert "移送司法机关" in queries.article("trademark_law", "61", dt.date(2026, 12, 31)).text
    assert "移送公安机关" in queries.article("trademark_law", "75(2)", dt.date(2027, 1, 1)).text
    with pytest.raises(LookupError):
        queries.article("trademark_law", "60(2)", dt.date(2027, 1, 1))


def test_older_versions_are_known_but_marked(app: Flask) -> None:
    """Published cases reach back to 2017; their versions were not read and say so."""
    old = queries.cite("transfer_penalty_law", dt.date(2020, 5, 1))
    assert (old.printed, old.status) == ("《中华人民共和国行政处罚法》第二十二条", "memory")
    assert (
        queries.cite("transfer_penalty_law", dt.date(2021, 7, 15)).printed
        == "《中华人民共和国行政处罚法》第二十七条第一款"
    )
    assert queries.article("criminal_law", "214", dt.date(2017, 6, 1)).status == "memory"
    with pytest.raises(LookupError):
        queries.article("criminal_law", "219-1", dt.date(2020, 6, 1))


def test_a_day_before_every_version_says_so(app: Flask) -> None:
    found = queries.cite("filing", dt.date(2020, 5, 1))
    assert found.printed == "《市场监督管理行政处罚程序规定》第十九条〔版本待核〕"
    assert not found.in_force
    with pytest.raises(LookupError):
        queries.cite("no_such_basis", dt.date(2026, 1, 1))


def test_several_articles_of_one_instrument_name_it_once(app: Flask) -> None:
    found = queries.cite("filing_approval", dt.date(2026, 6, 1))
    assert found.printed == "《市场监督管理行政处罚程序规定》第十八条、第十九条、第二十条"
    moved = queries.cite("goods_moved_notice", dt.date(2026, 6, 1))
    assert moved.printed == "《中华人民共和国行政强制法》第二十一条、《市场监督管理行政处罚程序规定》第十七条第二款"


def test_reasonable_suspicion_exists_since_2020(app: Flask) -> None:
    assert queries.cite("transfer_suspicion", dt.date(2020, 8, 7)).in_force
    assert not queries.cite("transfer_suspicion", dt.date(2020, 8, 6)).in_force
    assert queries.cite("transfer_threshold", dt.date(2020, 8, 6)).printed.endswith("第三条")


def test_causes_follow_the_version(app: Flask) -> None:
    sells = queries.cause("tm_sell")
    assert queries.violated(sells, dt.date(2026, 12, 31)) == "《中华人民共和国商标法》第五十七条第（三）项"
    assert queries.violated(sells, dt.date(2027, 1, 1)) == "《中华人民共和国商标法》第七十二条第（三）项"
    assert queries.penalised(sells, dt.date(2027, 1, 1)) == "《中华人民共和国商标法》第七十四条第二款"
    keys = {c.key for c in queries.causes(dt.date(2026, 12, 31))}
    assert "tm_misleading" not in keys
    assert "tm_misleading" in {c.key for c in queries.causes(dt.date(2027, 1, 1))}
    assert {c.key for c in queries.causes(dt.date(2026, 1, 1), "patent")} == {
        "patent_passing",
        "patent_marking",
        "patent_dispute",
    }


def test_no_two_versions_of_an_instrument_overlap(app: Flask) -> None:
    by_key: dict[str, list[Instrument]] = {}
    for one in queries.instruments():
        by_key.setdefault(one.key, []).append(one)
    for versions in by_key.values():
        for before, after in pairwise(versions):
            assert before.valid_to is not None, before.key
            assert before.valid_to < after.valid_from, before.key


def test_every_crime_of_a_cause_is_known_to_the_engine(app: Flask) -> None:
    from app.law.words import CRIMES

    for cause in queries.causes(dt.date(2027, 6, 1)):
        assert set(cause.crimes) <= set(CRIMES), cause.key


def test_loading_twice_changes_nothing(app: Flask) -> None:
    before = (db.session.query(Article).count(), len(queries.rule_sets()), len(queries.calendar_years()))
    load.load_all()
    assert (db.session.query(Article).count(), len(queries.rule_sets()), len(queries.calendar_years())) == before
    assert len(queries.rule_sets()[0].rules) == 134


def test_a_basis_without_its_article_stops_the_loading(app: Flask) -> None:
    data = json.loads((load.DATA / "instruments.json").read_text(encoding="utf-8"))
    data["bases"].append(
        {"key": "x", "title": "x", "articles": [{"instrument": "penalty_law", "version": "2021", "article": "999"}]}
    )
    with pytest.raises(KeyError):
        load.load_instruments(data)


@pytest.mark.parametrize(
    ("number", "text"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (61, "六十一"), (100, "一百"), (105, "一百零五"), (110, "一百一十"), (219, "二百一十九"), (1005, "一千零五"), (1259, "一千二百五十九")]
)  # fmt: skip
def test_numbers_as_statutes_write_them(number: int, text: str) -> None:
    assert han_number(number) == text


def test_notation() -> None:
    assert article_zh("219-1") == "第二百一十九条之一"
    assert article_zh("3(1)(i)") == "第三条第一款第（一）项"
    assert threshold_article_zh("20 -> 17(2)") == "第二十条（适用第十七条第二款）"
    for wrong in ("", "abc", "0", "3(", "10000"):
        with pytest.raises(ValueError):
            article_zh(wrong)


def test_the_notes_of_the_house_are_printed_in_full() -> None:
    assert in_full("市场监督管理行政处罚程序规定 20(ii)") == "《市场监督管理行政处罚程序规定》第二十条第（二）项"
    assert in_full("行政处罚法 36") == "《中华人民共和国行政处罚法》第三十六条"
    assert in_full("市场监督管理行政处罚程序规定 14、17") == "《市场监督管理行政处罚程序规定》第十四条、第十七条"
    assert in_full("应当告知（反不正当竞争法 20）") == "应当告知（《中华人民共和国反不正当竞争法》第二十条）"
    full = "《市场监督管理行政处罚程序规定》第二十条第（二）项"
    assert in_full(full) == full


def test_every_ground_of_not_filing_is_printed_as_law() -> None:
    from app.intake.words import NOT_FILED_GROUNDS

    printed = [in_full(law) for _words, law in NOT_FILED_GROUNDS.values()]
    assert all(one.startswith("《") and one.endswith(("条", "项")) for one in printed)
    assert printed[:4] == [f"《市场监督管理行政处罚程序规定》第二十条第（{n}）项" for n in "一二三四"]
