"""Search finds every text that holds the words, and nothing else: checked against a plain look through all texts."""

from __future__ import annotations

import random

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import search
from app.core.search import han_tokens, normalise, query_tokens, title_tokens
from app.extensions import db

TEXTS = [
    "信阳市浉河区毛尖春茶业有限公司销售侵犯“信阳毛尖”注册商标专用权的商品案",
    "信市监罚〔2026〕88号 平桥区王伟烟酒店 茅台 MT2023-A91",
    "固始鸡地理标志专用标志，当事人刘建军，电话13800138000",
    "网店“申城老字号”累计成交 320 单，店铺链接 https://example.invalid/shop/9921",
    "刻骨铭心茶馆，浉河港；浉。河",
    "𠮷祥茶行（𠮷为异体字），喆珺祎堃赟旻淏昇玥",
    "ＡＢＣ全角与abc半角同一；１２３４５",
    "茶，毛。尖",
]


def fill(texts: list[str], organ: int = 1) -> None:
    for n, text in enumerate(texts, 1):
        search.index(db.session(), "thing", n, organ, text)


def looked_through(texts: list[str], query: str) -> set[int]:
    words = search.words_of(query)
    return {n for n, text in enumerate(texts, 1) if words and all(w in normalise(text) for w in words)}


def found(query: str, **more: object) -> set[int]:
    return {n for _type, n in search.search(db.session(), query, limit=100, **more).hits}  # type: ignore[arg-type]


# ---- the tokenizer ----------------------------------------------------------------------------------------------------


def test_tokens() -> None:
    assert han_tokens("信阳毛尖") == ["信阳", "阳毛", "毛尖"]
    assert han_tokens("茶，毛。尖") == ["茶", "毛", "尖"]
    assert han_tokens("〔2026〕88号") == ["2026", "202", "026", "88", "号"]
    assert han_tokens("ＭＴ2023－A91") == ["mt2023", "mt2", "t20", "202", "023", "a91"]
    assert title_tokens("毛尖") == ["毛尖", "毛", "尖"]
    assert query_tokens("毛尖12") == ["毛尖"], "12 may be the head of a longer number"
    assert query_tokens("12") == ["12"]
    assert query_tokens("〔2026〕88号") == ["2026", "88"], "号 may be the head of 号楼; 2026 and 88 stand between signs"
    assert han_tokens("浉。河") == ["浉", "河"]


@pytest.mark.parametrize("word", ["浉河", "𠮷祥", "喆珺", "〇五"])
def test_rare_characters_are_han(word: str) -> None:
    assert query_tokens(word) == [word]


# ---- on both databases --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "毛尖", "信阳毛尖", "浉河", "王伟", "刻骨铭心", "固始鸡", "𠮷祥", "赟旻", "〔2026〕88号", "2026", "MT2023", "t2023-a", "ａｂｃ", "abc", "12345", "1380013",
        "王伟 茅台", "王伟 毛尖", "没有的词", "”注册商标", "%", "_", "\0", "\0毛尖", "'", "\\", "''' OR 1", "a:b*", "NOT 毛尖", "毛尖春茶业有限公司", "尖注", "example.invalid", "浉",
    ],
)  # fmt: skip
def test_known_words(app: Flask, query: str) -> None:
    fill(TEXTS)
    wanted = looked_through(TEXTS, query)
    if any(len(t) < 2 for w in search.words_of(query) for t in query_tokens(w)) or not any(
        query_tokens(w) for w in search.words_of(query)
    ):
        assert found(query) <= wanted  # single characters and bare signs are not promised
    else:
        assert found(query) == wanted
        assert search.search(db.session(), query, limit=1, cap=100).total == len(wanted)


alphabet = "信阳毛尖浉河茶王伟固始鸡〔〕2026ab，。 -𠮷"


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.text(alphabet, min_size=3, max_size=25), min_size=1, max_size=12), st.integers(0, 10_000))
def test_every_hit_is_found(app: Flask, texts: list[str], seed: int) -> None:
    """Words cut at random out of the texts, two characters or three letters long at least."""
    db.session.execute(db.delete(search.SearchEntry))
    if db.session.get_bind().dialect.name == "sqlite":
        db.session.execute(db.text("INSERT INTO search_fts(search_fts) VALUES ('delete-all')"))
    fill(texts)
    draw = random.Random(seed)
    for _ in range(8):
        text = draw.choice(texts)
        start = draw.randrange(len(text))
        query = text[start : start + draw.randint(2, 6)]
        words = search.words_of(query)
        if not words or any(not certain(w) for w in words):
            continue
        assert found(query) == looked_through(texts, query), (query, texts)
    db.session.rollback()


def certain(word: str) -> bool:
    """Whether the index promises to find the word inside longer runs."""
    runs = search._runs(normalise(word))
    return any(len(run) > (1 if han else 2) for run, han, _s, _e in runs)


def test_changing_and_forgetting(app: Flask) -> None:
    fill(TEXTS)
    session = db.session()
    search.index(session, "thing", 1, 1, "改为商城高山茶")
    assert 1 not in found("毛尖春")
    assert found("高山茶") == {1}
    search.index(session, "thing", 1, 2, "改为商城高山茶")
    assert found("高山茶", organ_ids=[1]) == set()
    assert found("高山茶", organ_ids=[2]) == {1}
    search.index(session, "thing", 1, 2, "改为商城高山茶")  # again, unchanged
    search.forget(session, "thing", 1)
    search.forget(session, "thing", 1)
    assert found("高山茶") == set()
    search.index(session, "thing", 1, 1, "又来了高山茶")
    assert found("高山茶") == {1}


def test_titles_are_found_by_one_character(app: Flask) -> None:
    search.index(db.session(), "thing", 1, 1, "正文里的鸡", title="信阳毛尖案")
    assert found("毛") == {1}
    assert found("鸡") == set()


def test_organ_and_kind_narrow_inside_the_index(app: Flask) -> None:
    session = db.session()
    for n in range(1, 7):
        search.index(session, "case" if n % 2 else "clue", n, n % 3, "固始鸡案件")
    search.index(session, "note", 99, None, "固始鸡说明")
    assert found("固始鸡") == {1, 2, 3, 4, 5, 6, 99}
    assert found("固始鸡", subject_types=["case"]) == {1, 3, 5}
    assert found("固始鸡", organ_ids=[0, 1]) == {1, 3, 4, 6}
    assert found("固始鸡", organ_ids=[]) == set()
    assert found("固始鸡", subject_types=["clue", "note"], organ_ids=None) == {2, 4, 6, 99}
    assert found("_t_case") == set()
    assert found("_o_1 固始鸡") == set()


def test_pages_follow_each_other_newest_first(app: Flask) -> None:
    for n in range(1, 26):
        search.index(db.session(), "thing", n, 1, f"信阳毛尖第{n}件")
    seen: list[int] = []
    cursor: int | None = None
    while True:
        page = search.search(db.session(), "毛尖", limit=10, cursor=cursor)
        seen += [n for _type, n in page.hits]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == list(range(25, 0, -1))
    assert search.search(db.session(), "毛尖", limit=1, cap=20).total == 21
    assert search.search(db.session(), "毛尖", limit=25).cursor is None


def test_the_bulk_way_finds_the_same(app: Flask) -> None:
    session = db.session()
    fill(TEXTS[:2])
    with search.loading(session):
        assert (
            search.bulk(session, [("thing", n, 1, text, "") for n, text in enumerate(TEXTS, 1) if n > 2])
            == len(TEXTS) - 2
        )
        assert search.bulk(session, []) == 0
    for query in ("毛尖", "浉河", "𠮷祥", "abc", "1380013"):
        assert found(query) == looked_through(TEXTS, query)
    search.index(session, "thing", 100, 1, "其后再登记一件毛尖")
    assert 100 in found("毛尖")


@pytest.mark.parametrize(("block", "slice_"), [(1, 1), (2, 2), (3, 128), (1024, 2)])
def test_blocks_and_slices_change_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch, block: int, slice_: int) -> None:
    """However the newest are asked first, every hit comes once and in order, page by page."""
    monkeypatch.setattr(search, "BLOCK", block)
    monkeypatch.setattr(search, "SLICE", slice_)
    texts = TEXTS * 6  # on PostgreSQL more blocks than the first two windows hold
    fill(texts)
    for query in ("毛尖", "浉河", "茅台 王伟", "abc", "没有的词"):
        wanted = sorted(looked_through(texts, query), reverse=True)
        assert search.search(db.session(), query, limit=100, cap=100).total == len(wanted)
        seen: list[int] = []
        cursor: int | None = None
        while True:
            page = search.search(db.session(), query, limit=2, cursor=cursor)
            seen += [n for _type, n in page.hits]
            cursor = page.cursor
            if cursor is None:
                break
        assert seen == wanted, query


@pytest.mark.parametrize("cursor", [-5, 0, 10**6, 2**53, 10**30])
def test_a_forged_cursor_is_cheap(app: Flask, cursor: int) -> None:
    fill(TEXTS)
    hits = search.search(db.session(), "毛尖", cursor=cursor).hits
    assert {n for _type, n in hits} == (looked_through(TEXTS, "毛尖") if cursor > 0 else set())


def test_only_what_may_be_seen_is_a_hit(app: Flask) -> None:
    fill(TEXTS)
    entry = search.SearchEntry
    odd = db.select(entry.subject_id).where(entry.subject_id % 2 == 1)
    wanted = {n for n in looked_through(TEXTS, "毛尖") if n % 2 == 1}
    assert wanted
    assert found("毛尖", only=odd) == wanted
    assert search.search(db.session(), "毛尖", only=odd, limit=1, cap=50).total == len(wanted)
