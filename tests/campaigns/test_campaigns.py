"""Campaigns and their numbered targets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from flask import Flask

from app.campaigns import load, queries
from app.campaigns.models import Campaign
from app.extensions import db
from tests.conftest import BrowserClient

TYPED = {
    "name": "“守护知识产权”行动",
    "short": "守护",
    "year": "2027",
    "starts_on": "2027-01-01",
    "ends_on": "2027-12-31",
    "plan": "信市监〔2027〕1号",
    "targets": "假冒信阳毛尖\r\n\r\n 假冒专利 ",
}


def test_the_campaign_of_the_year_ships_with_ten_targets(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    fist = db.session.query(Campaign).filter_by(short="铁拳", year=2026).one()
    assert [t.number for t in fist.targets] == list(range(1, 11))
    assert fist.targets[2].text == "电商领域关联商标侵权"
    assert fist.targets[9].title == "10. 非法销售假冒信阳毛尖"
    before = db.session.query(Campaign).count()
    load.load_all()
    assert db.session.query(Campaign).count() == before
    page = sign_in("张执法").get("/campaigns/").get_data(as_text=True)
    assert "2026年“铁拳”行动" in page
    assert "设立专项行动" not in page


def test_a_head_sets_up_and_corrects_one(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    assert sign_in("张执法").get("/campaigns/new").status_code == 403
    client = sign_in("王科长")
    wrong = client.post_form("/campaigns/new", {**TYPED, "ends_on": "2026-12-31"})
    assert wrong.status_code == 422
    assert "早于起始日" in wrong.get_data(as_text=True)
    assert "信市监〔2027〕1号" in wrong.get_data(as_text=True)
    assert client.post_form("/campaigns/new", TYPED).status_code == 303
    made = db.session.query(Campaign).filter_by(year=2027).one()
    assert [(t.number, t.text) for t in made.targets] == [(1, "假冒信阳毛尖"), (2, "假冒专利")]
    assert "已经设立" in client.post_form("/campaigns/new", TYPED).get_data(as_text=True)

    url = f"/campaigns/{made.id}/edit"
    fewer = client.post_form(url, {**TYPED, "targets": "假冒信阳毛尖"})
    assert fewer.status_code == 422
    assert "不能减少" in fewer.get_data(as_text=True)
    ids = [t.id for t in made.targets]
    assert client.post_form(url, {**TYPED, "targets": "假冒信阳毛尖、信阳红\n假冒专利\n傍名牌"}).status_code == 303
    db.session.expire_all()
    made = db.session.query(Campaign).filter_by(year=2027).one()
    assert [t.text for t in made.targets] == ["假冒信阳毛尖、信阳红", "假冒专利", "傍名牌"]
    assert [t.id for t in made.targets][:2] == ids, "clues point to these rows"
    assert client.get("/campaigns/9999/edit").status_code == 404


def test_a_stale_page_loses(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    one, two = sign_in("市局林科长"), sign_in("市局高局长")
    fist = db.session.query(Campaign).filter_by(short="剑网", year=2026).one()
    url = f"/campaigns/{fist.id}/edit"
    texts = [t.text for t in fist.targets]
    typed = {
        **TYPED,
        "name": fist.name,
        "short": "剑网",
        "year": "2026",
        "starts_on": "2026-05-01",
        "ends_on": "2026-11-30",
    }
    early = two.hidden(url)
    assert one.post_form(url, {**typed, "targets": "\n".join([*texts, "新增"])}).status_code == 303
    assert two.post(url, data={**early, **typed, "targets": "\n".join(texts)}).status_code == 409


def test_only_the_organ_that_set_it_up_writes_a_campaign(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    """A county works with the city's campaign and rewrites nothing of it; it may have one of its own of the same name."""
    fist = db.session.query(Campaign).filter_by(short="铁拳", year=2026).one()
    assert (fist.organ.kind, fist.organ.level) == ("bureau", "city")
    county, url = sign_in("罗山何科长"), f"/campaigns/{fist.id}/edit"
    assert county.get(url).status_code == 403
    assert url not in county.get("/campaigns/").get_data(as_text=True)
    assert url in sign_in("市局林科长").get("/campaigns/").get_data(as_text=True)
    typed = {**TYPED, "name": fist.name, "year": "2026", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    assert county.post_form("/campaigns/new", typed).status_code == 303
    db.session.expire_all()
    own = db.session.query(Campaign).filter_by(short="守护", year=2026).one()
    assert own.organ.area == "罗山县"
    assert sign_in("王科长").get(f"/campaigns/{own.id}/edit").status_code == 403


def test_a_county_is_offered_its_own_campaigns_and_those_of_the_city(app: Flask, sign_in, viewer) -> None:
    sign_in("罗山何科长").post_form("/campaigns/new", {**TYPED, "year": "2026", "starts_on": "2026-01-01"})
    day = dt.date(2026, 11, 20)
    assert {"铁拳", "守护"} <= {c.short for c in queries.running(viewer("罗山何科长"), day)}
    shipped = {c.short for c in queries.running(viewer("王科长"), day)}
    assert "铁拳" in shipped
    assert "守护" not in shipped
