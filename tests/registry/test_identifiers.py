"""Identifiers on both sides of every check."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.registry import identifiers as ids

GOOD_CODES = ["91350100M000100Y43", "91440300708461136T", "914403001922038216", "91110000100017643K"]
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@pytest.mark.parametrize("code", GOOD_CODES)
def test_published_credit_codes_pass(code: str) -> None:
    assert ids.credit_code(code) is None
    assert ids.credit_code(f" {code[:8].lower()} {code[8:]}") is None
    assert ids.doubt_credit_code(code) is None
    assert ids.clean_credit_code("91 3501 00ｍ000100y43") == "91350100M000100Y43"


@given(st.sampled_from(GOOD_CODES), st.integers(0, 17), st.sampled_from(LETTERS))
def test_any_single_wrong_character_is_found(code: str, at: int, letter: str) -> None:
    wrong = code[:at] + letter + code[at + 1 :]
    assert (ids.credit_code(wrong) is None) is (wrong == code)


def test_credit_code_sentences_say_what_is_wrong() -> None:
    assert "18位" in str(ids.credit_code("91350100M000100Y4"))
    assert "不含 I、O" in str(ids.credit_code("9135O100M000100Y43"))
    assert "行政区划" in str(ids.credit_code("91A50100M000100Y43"))
    assert "校验位" in str(ids.credit_code("91350100M000100Y44"))


def test_rural_collectives_have_a_letter_in_front() -> None:
    from stdnum.cn import uscc

    body = "N2411502MF1234567"
    assert ids.credit_code(body + uscc.calc_check_digit(body)) is None


@given(st.dates(dt.date(1900, 1, 1), dt.date(2026, 11, 22)), st.integers(0, 999))
def test_resident_numbers_made_by_the_standard_pass(born: dt.date, order: int) -> None:
    body = f"411502{born:%Y%m%d}{order:03d}"
    rest = sum(pow(2, 17 - i) % 11 * int(c) for i, c in enumerate(body)) % 11
    number = body + "10X98765432"[rest]
    assert ids.resident_id(number, dt.date(2026, 11, 22)) is None
    for other in set("0123456789X") - {number[17]}:
        assert ids.resident_id(body + other) is not None


def test_resident_number_refusals() -> None:
    assert ids.resident_id("11010519491231002x") is None
    assert "18位" in str(ids.resident_id("1101051949123100"))
    assert "数字" in str(ids.resident_id("1101051949123100AX"))
    assert "出生日期" in str(ids.resident_id("110105194902310024"))
    assert "不合理" in str(ids.resident_id("411502202701010010", dt.date(2026, 11, 22)))
    assert "不合理" in str(ids.resident_id("411502189901010010"))
    assert "校验位" in str(ids.resident_id("110105194912310021"))


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("passport", "E12345678", "E-1"),
        ("hk_macao", "H1234567801", "K12345678"),
        ("taiwan", "12345678", "1234567"),
        ("residence_permit", "810000199408230021", "411502199408230021"),
        ("foreign_residence", "USA110012345678", "US1"),
        ("other", "军字第1234号", "x"),
    ],
)
def test_other_papers(kind: str, good: str, bad: str) -> None:
    assert ids.id_number(kind, good) is None
    assert ids.id_number(kind, bad) is not None
    assert ids.id_number("moon", good) is not None


@pytest.mark.parametrize(
    "good", ["13800138000", "138 0013 8000", "+86 13800138000", "0376-6366520", "(0376)6366520", "010-62083114-8012", "400-820-8820", "4008208820", "12315", "12330", "110"]
)  # fmt: skip
def test_phones_that_pass(good: str) -> None:
    if good == "110":
        assert ids.phone(good) is not None, "an emergency number is nobody's contact"
    else:
        assert ids.phone(good) is None


@pytest.mark.parametrize(
    ("bad", "word"),
    [("6366520", "区号"), ("1380013800", "11位"), ("23800138000", "格式"), ("张三", "格式"), ("", "格式")],
)
def test_phones_that_do_not(bad: str, word: str) -> None:
    assert word in str(ids.phone(bad))


@pytest.mark.parametrize("good", ["3204518", "第3204518号", "G1180123", "12345678A", "１２３４５"])
def test_trademark_numbers(good: str) -> None:
    assert ids.trademark_number(good) is None


@pytest.mark.parametrize("bad", ["123456789", "0", "ABC", "G12", ""])
def test_trademark_numbers_refused(bad: str) -> None:
    assert "商标注册号" in str(ids.trademark_number(bad))


@given(st.integers(1985, 2003), st.sampled_from("123"), st.integers(0, 99999))
def test_old_patent_numbers(year: int, kind: str, order: int) -> None:
    body = f"{year % 100:02d}{kind}{order:05d}"
    assert ids.patent_number(f"ZL{body}.{ids.patent_check_digit(body)}") is None


@given(
    st.integers(2003, 2026), st.sampled_from("12389"), st.integers(0, 9999999), st.integers(0, 11), st.integers(1, 9)
)
def test_patent_numbers_and_any_wrong_digit(year: int, kind: str, order: int, at: int, shift: int) -> None:
    body = f"{year}{kind}{order:07d}"
    check = ids.patent_check_digit(body)
    assert ids.patent_number(f"ZL {body}.{check}") is None
    wrong = body[:at] + str((int(body[at]) + shift) % 10) + body[at + 1 :]
    assert ids.patent_number(f"ZL{wrong}.{check}") is not None


def test_the_patent_number_of_the_standard() -> None:
    assert ids.patent_number("ZL 200310102344.5") is None
    assert "种类位" in str(ids.patent_number("ZL201951234567.8"))
    assert "13位" in str(ids.patent_number("ZL2019"))


def test_other_rights() -> None:
    assert ids.right_number("plant_variety", "CNA20161234.5") is None
    assert ids.right_number("plant_variety", "X1") is not None
    assert ids.right_number("copyright", "国作登字-2024-F-00123456") is None
    assert ids.right_number("copyright", "2024SR0123456") is None
    assert ids.right_number("copyright", "随便") is not None
    assert ids.right_number("gi", "任意") is None
