"""The list: filters and place in the URL, keyset paging without a gap, words found."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from app.cases import queries
from app.core import clock, deadlines
from app.core.neighbours import Place
from app.extensions import db
from tests.cases import world

DAY = dt.timedelta(days=1)


@pytest.fixture
def many(app, viewer):
    """Thirty cases of two organs, some of the same instant."""
    now, mark, made = clock.now(), world.right(), []
    for n in range(30):
        county = n % 3 == 0
        made.append(world.filed(
            viewer, head="罗山吴副局" if county else "周副局", at=now - (n // 2) * DAY, party=world.party(f"第{n}号商行"), right=mark, commit=False,
            officers=() if county else (viewer("张执法"),) if n % 2 else (viewer("李执法"),),
        ))  # fmt: skip
    db.session.commit()
    return made


@pytest.fixture
def count():
    """The statements that are sent to the database meanwhile."""

    @contextmanager
    def listening():
        seen: list[str] = []

        def hook(_connection, _cursor, statement, *_rest) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", hook)
        try:
            yield seen
        finally:
            event.remove(db.engine, "before_cursor_execute", hook)

    return listening


def walk(viewer, filters: queries.Filters, limit: int = 7) -> list[int]:
    seen, after = [], ""
    while True:
        page = queries.page(viewer, filters, after, limit=limit)
        seen += [case.id for case in page.rows]
        if page.after is None:
            return seen
        after = page.after


@pytest.mark.parametrize("sort", ["-filed", "filed", "amount", "-amount", "due", "-due"])
@pytest.mark.parametrize("name", ["市局高局长", "陈局长"])
def test_paging_shows_every_case_once_in_order(many, viewer, name, sort):
    who = viewer(name)
    expected = {case.id for case in many if case.organ_id in who.scope_ids}
    seen = walk(who, queries.Filters(sort=sort))
    assert len(seen) == len(set(seen))
    assert set(seen) == expected
    keys = {
        c.id: (
            deadlines.running(c, "case_decision").due_at
            if "due" in sort
            else c.business_fen
            if "amount" in sort
            else c.filed_at,
            c.id,
        )
        for c in many
    }
    assert seen == sorted(expected, key=lambda i: keys[i], reverse=sort.startswith("-"))


def test_back_leads_to_the_page_before(many, viewer):
    who, filters = viewer("市局高局长"), queries.Filters()
    first = queries.page(who, filters, limit=7)
    second = queries.page(who, filters, first.after or "", limit=7)
    third = queries.page(who, filters, second.after or "", limit=7)
    assert first.before is None
    assert [c.id for c in queries.page(who, filters, before=third.before or "", limit=7).rows] == [
        c.id for c in second.rows
    ]
    again = queries.page(who, filters, before=second.before or "", limit=7)
    assert [c.id for c in again.rows] == [c.id for c in first.rows]
    assert again.before is None


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "eyJhIjoxfQ", "bnVsbA", "é"])
def test_a_spoiled_cursor_shows_the_first_page(many, viewer, sign_in, cursor):
    assert sign_in("陈局长").get("/cases/", query_string={"after": cursor}).status_code == 200


def test_filters_narrow_and_the_url_keeps_them(many, viewer, sign_in):
    who = viewer("市局高局长")
    luoshan = [case for case in many if case.organ_id != viewer("张执法").organ_id]
    assert set(walk(who, queries.Filters(organ=luoshan[0].organ_id))) == {case.id for case in luoshan}
    assert walk(who, queries.Filters(status="investigating")) == []
    assert set(walk(viewer("张执法"), queries.Filters(mine=True))) == {
        c.id for c in many if any(o.person.name == "张执法" for o in c.officers)
    }
    assert set(walk(who, queries.Filters(right="trademark"))) == {case.id for case in many}
    assert walk(who, queries.Filters(right="patent")) == []
    assert set(walk(who, queries.Filters(cause=many[0].cause_id))) == {case.id for case in many}
    page = (
        sign_in("市局高局长")
        .get("/cases/", query_string={"status": "filed", "sort": "due", "organ": luoshan[0].organ_id})
        .get_data(as_text=True)
    )
    assert "罗山" in page
    assert "第1号商行" not in page


def test_the_band_follows_the_lines(app, viewer):
    case = world.investigated(viewer)
    assert walk(viewer("陈局长"), queries.Filters(band=0)) == [case.id]
    one = world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "49999.99"})
    assert walk(viewer("陈局长"), queries.Filters(band=2)) == [case.id]
    world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "0.01"})  # 50,000 is "5万元以上" (程序规定 84)
    assert walk(viewer("陈局长"), queries.Filters(band=3)) == [case.id]
    assert one.n == 1


def test_due_filters_follow_the_deadlines(app, viewer):
    case = world.investigated(viewer, at=clock.now() - 86 * DAY)
    late = world.investigated(
        viewer, at=clock.now() - 120 * DAY, party=world.party("迟到商行"), right=world.right("另标")
    )
    who = viewer("陈局长")
    assert set(walk(who, queries.Filters(due="week"))) == {case.id, late.id}
    assert walk(who, queries.Filters(due="overdue")) == [late.id]


def test_words_of_party_goods_and_mark_are_found_by_those_who_may(app, viewer):
    case = world.investigated(viewer)
    world.with_lines(case, viewer("张执法"), {"name": "明前特级礼盒", "quantity": "1", "price": "1", "mark": "信阳红"})
    for word in ("鑫源", "明前特级", "信阳红", case.number):
        assert walk(viewer("陈局长"), queries.Filters(q=word)) == [case.id], word
        assert walk(viewer("市局高局长"), queries.Filters(q=word)) == [case.id], word
        assert walk(viewer("罗山许局长"), queries.Filters(q=word)) == [], word
    assert walk(viewer("陈局长"), queries.Filters(q="信阳红", status="closed")) == []
    assert walk(viewer("陈局长"), queries.Filters(q="不存在的词")) == []


def test_the_list_shows_who_what_and_when(many, sign_in):
    page = sign_in("陈局长").get("/cases/").get_data(as_text=True)
    for shown in ("第1号商行", "已立案", "张执法", "还有"):
        assert shown in page


def test_a_list_is_walked_one_by_one_in_its_order(many, viewer, sign_in):
    client, mine = sign_in("张执法"), queries.Filters(mine=True)
    order = [case.id for case in queries.page(viewer("张执法"), mine, limit=30).rows]
    assert len(order) > 3
    listed = client.get("/cases/?mine=1").get_data(as_text=True)
    assert f"/cases/{order[0]}?queue=mine" in listed
    middle = client.get(f"/cases/{order[1]}?queue=mine").get_data(as_text=True)
    assert f"第 2 / {len(order)} 件" in middle
    assert f'rel="prev" href="/cases/{order[0]}?queue=mine"' in middle
    assert f'rel="next" href="/cases/{order[2]}?queue=mine"' in middle
    assert 'class="walker-back" href="/cases/?mine=True"' in middle
    assert "walker" not in client.get(f"/cases/{order[1]}?queue=everything").get_data(as_text=True)


def test_whoever_deals_with_a_case_goes_on_with_the_next_and_not_with_the_one_he_left_lying(many, viewer, sign_in):
    asked, who, chosen = queries.Filters(due="asked"), viewer("周副局"), [many[1], many[5], many[7]]
    for case in chosen:
        case.asked = "suspend"
    db.session.commit()
    first, middle, last = chosen  # the newest first
    assert queries.walk(who, asked, middle) == Place(2, 3, first.id, last.id)
    middle.asked = None  # decided
    db.session.commit()
    assert queries.walk(who, asked, middle) == Place(0, 2, first.id, last.id)
    page = sign_in("周副局").get(f"/cases/{middle.id}?queue=asked").get_data(as_text=True)
    assert "共 2 件" in page
    assert "0 / 2" not in page
    assert f'rel="next" href="/cases/{last.id}?queue=asked"' in page


def test_a_case_without_a_date_to_come_leads_on_to_the_first_that_is_due(app, viewer):
    soon = world.investigated(viewer, at=clock.now() - 86 * DAY)
    done = world.investigated(viewer, at=clock.now(), party=world.party("另一商行"), right=world.right("另标"))
    assert queries.walk(viewer("陈局长"), queries.Filters(due="week", sort="due"), done) == Place(0, 1, None, soon.id)


def test_proc_33_37_the_list_says_which_amounts_lack_a_price_and_asks_nothing_more(many, viewer, sign_in, count):
    """A tool without a price lacks nothing; a list made twice is one sign; one statement fetches rows and signs."""
    who, own = viewer("张执法"), [case for case in many if case.organ_id == viewer("张执法").organ_id]
    first, second, third = own[:3]
    world.with_lines(first, who, {"quantity": "2", "price": "100"}, {"quantity": "1"}, {"quantity": "4"})
    world.with_lines(second, who, {"quantity": "1"})
    world.with_lines(third, who, {"quantity": "2", "price": "100"}, {"quantity": "1", "nature": "工具"})
    ids = [first.id, second.id, third.id]
    head = viewer("陈局长")
    db.session.expunge_all()
    with count() as sent:
        found = queries.page(head, queries.Filters(), limit=50)
    assert found.unpriced == {ids[0], ids[1]}
    assert ["goods_line" in one for one in sent].count(True) == 1
    assert all('FROM "case"' in one for one in sent if "goods_line" in one), "it travels with the rows"
    page = sign_in("陈局长").get("/cases/").get_data(as_text=True)
    assert page.count("部分单价未查明") == 2
