"""Accounts and posts in the hands of the administrator: what he can do, what he cannot, and that each act is history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.core import clock, history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.extensions import db
from app.people import staff
from app.people.models import Organ, Person, Post
from app.rehearsal import city
from tests.conftest import BrowserClient

SignIn = Callable[[str], BrowserClient]


@pytest.fixture
def admin(viewer: Callable[[str], Viewer]) -> Viewer:
    return viewer("冯管理")


@pytest.fixture
def organ(app: Flask, person: Callable[[str], Person]) -> Organ:
    return person("张执法").posts[0].organ


def phrase_in(text: str) -> str:
    found = re.search(r'class="code phrase">([^<]+)<', text)
    assert found is not None
    return found.group(1)


def test_s09_a_first_pass_phrase_is_random_shown_once_and_must_be_changed(
    app: Flask, sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    admin = sign_in("冯管理")
    page = admin.post_form(
        "/people/new", {"name": "新来的", "account": "xinlaide", "email": "x@example.cn", "phone": ""}
    )
    phrase = phrase_in(page.get_data(as_text=True))
    assert len(phrase) == 24
    who = person("新来的")
    assert who.must_change
    assert phrase not in who.password_hash
    assert phrase not in admin.get(f"/people/{who.id}").get_data(as_text=True)
    person_id, organ_id = who.id, person("张执法").posts[0].organ_id
    db.session.rollback()
    form = {"kind": "officer", "organ_id": organ_id, "since": clock.today().isoformat(), "basis": "任命文件3号"}
    assert admin.post_form(f"/people/{person_id}/posts/new", form).status_code == 303
    client = BrowserClient(app)
    assert client.post_form("/sign-in", {"account": "xinlaide", "password": phrase}).status_code == 303
    assert client.get("/cases/").headers["Location"] == "/account/password"
    token = client.hidden("/account/password")["csrf_token"]
    answer = client.post("/notices/read", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/password"), (
        "nothing is open, by POST neither"
    )
    fresh = "Mao-Jian-Cha-2026-Xin"
    assert client.post_form("/account/password", {"present": phrase, "fresh": fresh, "again": fresh}).status_code == 303
    assert client.get("/cases/").status_code == 200


def test_ad15_no_form_lets_an_administrator_choose_somebodys_pass_phrase(
    sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    admin, who = sign_in("冯管理"), person("张执法").id
    before = person("张执法").password_hash
    db.session.rollback()
    for url in (f"/people/{who}/reset", f"/people/{who}/card", "/people/new"):
        assert 'type="password"' not in admin.get(url).get_data(as_text=True)
    admin.post_form(
        f"/people/{who}/card",
        {"name": "张执法", "email": "", "phone": "", "password": "chosen", "password_hash": "x", "must_change": ""},
    )
    assert person("张执法").password_hash == before


def test_a_reset_ends_sessions_and_the_old_phrase_and_is_history(
    app: Flask, sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    admin, client, who = sign_in("冯管理"), sign_in("张执法"), person("张执法").id
    db.session.rollback()
    phrase = phrase_in(admin.post_form(f"/people/{who}/reset", {"reason": "本人忘记口令"}).get_data(as_text=True))
    assert client.get("/account").status_code == 302
    old = BrowserClient(app).post_form("/sign-in", {"account": "zhangzhifa", "password": city.passphrase("zhangzhifa")})
    assert old.status_code == 401
    assert BrowserClient(app).post_form("/sign-in", {"account": "zhangzhifa", "password": phrase}).status_code == 303
    entry = history.of(person("张执法"))[-1]
    assert (entry.act, entry.reason, entry.person_name) == ("person.reset", "本人忘记口令", "冯管理")
    assert phrase not in str(entry.facts) + entry.reason


def test_random_phrases_differ_and_satisfy_our_own_rules(app: Flask, person: Callable[[str], Person]) -> None:
    from app.people.signin import password_fault

    phrases = {staff.random_phrase() for _ in range(100)}
    assert len(phrases) == 100
    assert {password_fault(p, person("张执法")) for p in phrases} == {None}


@pytest.mark.parametrize("act", [staff.disable, staff.reset, staff.drop_second_factor])
def test_nobody_shuts_or_resets_himself(
    admin: Viewer, person: Callable[[str], Person], act: Callable[..., object]
) -> None:
    with pytest.raises(Refused):
        act(person("冯管理"), admin, "试")


def test_nobody_appoints_himself(admin: Viewer, person: Callable[[str], Person], organ: Organ) -> None:
    """An administrator who could give himself a post could read every case."""
    with pytest.raises(Refused):
        staff.appoint(
            person("冯管理"), organ, admin, kind="head", since=clock.today(), until=None, basis="自己", acting=False
        )


def test_every_act_is_noted_with_reason_and_actor(admin: Viewer, person: Callable[[str], Person], organ: Organ) -> None:
    who = person("李执法")
    staff.disable(who, admin, "长期离岗")
    staff.enable(who, admin, "返岗")
    post = staff.appoint(
        who, organ, admin, kind="reviewer", since=clock.today(), until=None, basis="任命5号", acting=False
    )
    staff.end_post(post, admin, until=clock.today(), basis="免职6号")
    staff.update_card(
        who,
        admin,
        name="李执法",
        email="li@example.cn",
        phone="",
        certificate_no="豫S9",
        certificate_until=dt.date(2030, 1, 1),
    )
    db.session.commit()
    acts = [(e.act, e.reason) for e in history.of(who)]
    assert acts == [
        ("person.disable", "长期离岗"), ("person.enable", "返岗"), ("person.appoint", "任命5号"), ("person.end_post", "免职6号"), ("person.update", ""),
    ]  # fmt: skip


def test_disabling_twice_or_enabling_an_open_account_is_refused(admin: Viewer, person: Callable[[str], Person]) -> None:
    who = person("李执法")
    with pytest.raises(Refused):
        staff.enable(who, admin, "x")
    staff.disable(who, admin, "x")
    with pytest.raises(Refused):
        staff.disable(who, admin, "x")


def test_order_310_5_2_acting_is_for_a_head_and_only_while_there_is_no_principal(
    admin: Viewer, person: Callable[[str], Person], organ: Organ
) -> None:
    today, who = clock.today(), person("周副局")
    with pytest.raises(Refused, match="只有负责人"):
        staff.appoint(who, organ, admin, kind="officer", since=today, until=None, basis="x", acting=True)
    with pytest.raises(Refused, match="在任的主要负责人"):
        staff.appoint(who, organ, admin, kind="head", since=today, until=None, basis="x", acting=True)
    chen = next(p for p in person("陈局长").posts if p.kind == "principal")
    staff.end_post(chen, admin, until=today - dt.timedelta(days=1), basis="免职")
    acting = staff.appoint(who, organ, admin, kind="head", since=today, until=None, basis="主持工作通知", acting=True)
    assert acting.acting
    from app.people.queries import deciders

    assert [p.person.name for p in deciders(organ.id)] == ["周副局"]


def test_a_post_ends_with_the_day_named_and_not_before_it_began(
    admin: Viewer, person: Callable[[str], Person], organ: Organ
) -> None:
    post = person("李执法").posts[0]
    with pytest.raises(Refused):
        staff.end_post(post, admin, until=post.since - dt.timedelta(days=1), basis="x")
    staff.end_post(post, admin, until=clock.today(), basis="x")
    assert post.held(clock.today())
    assert not post.held(clock.today() + dt.timedelta(days=1))
    with pytest.raises(Refused):
        staff.end_post(post, admin, until=clock.today() + dt.timedelta(days=9), basis="x")


def test_the_administrator_does_not_end_the_post_he_acts_under(admin: Viewer) -> None:
    with pytest.raises(Refused):
        staff.end_post(db.session.get_one(Post, admin.post_id), admin, until=clock.today(), basis="x")


def test_r05_a_certificate_has_number_and_last_day(admin: Viewer, person: Callable[[str], Person]) -> None:
    with pytest.raises(Refused):
        staff.update_card(
            person("李执法"), admin, name="李执法", email="", phone="", certificate_no="豫S1", certificate_until=None
        )
    who = person("李执法")
    staff.update_card(who, admin, name="李执法", email="", phone="", certificate_no=None, certificate_until=None)
    assert not who.certified(clock.today())


def test_typed_text_comes_back_with_the_sentence(sign_in: SignIn) -> None:
    admin = sign_in("冯管理")
    answer = admin.post_form(
        "/people/new", {"name": "新来的", "account": "Zhang San", "email": "不是邮箱", "phone": "1"}
    )
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "新来的" in text
    assert "不是邮箱" in text
    assert "账号用小写字母开头" in text
    taken = admin.post_form("/people/new", {"name": "新来的", "account": "zhangzhifa", "email": "", "phone": ""})
    assert taken.status_code == 422
    assert "已有人使用" in taken.get_data(as_text=True)


@pytest.mark.parametrize("email", ["a@b.cn\r\nBcc: x@y.cn", "a@b.cn,c@d.cn", "a b@c.cn", "@b.cn"])
def test_one_address_and_nothing_else(sign_in: SignIn, email: str) -> None:
    assert (
        sign_in("冯管理")
        .post_form("/people/new", {"name": "甲", "account": "jiayi", "email": email, "phone": ""})
        .status_code
        == 422
    )


def test_who_may_look_and_who_may_not(sign_in: SignIn, person: Callable[[str], Person]) -> None:
    own, theirs, police = person("张执法").id, person("外县老周").id, person("公安刘警官").id
    db.session.rollback()
    for name, there, elsewhere in (
        ("王科长", 200, 404),
        ("陈局长", 200, 404),
        ("审计郑", 200, 200),
        ("市局高局长", 200, 200),
    ):
        client = sign_in(name)
        assert client.get(f"/people/{own}").status_code == there, name
        assert client.get(f"/people/{theirs}").status_code == elsewhere, name
        assert client.get(f"/people/{police}").status_code == 404, name
        assert client.get(f"/people/{own}/disable").status_code == 403, name
    for name in ("张执法", "公安刘警官", "钱接待"):
        assert sign_in(name).get("/people/").status_code == 403
    assert sign_in("冯管理").get(f"/people/{police}").status_code == 200


def test_another_persons_post_in_ones_address_is_not_found(sign_in: SignIn, person: Callable[[str], Person]) -> None:
    zhang, li = person("张执法").id, person("李执法").posts[0].id
    db.session.rollback()
    assert sign_in("冯管理").get(f"/people/{zhang}/posts/{li}/end").status_code == 404


def test_shutting_an_account_counts_the_work_left_lying_and_names_who_hands_it_over(
    app: Flask, sign_in: SignIn, person: Callable[[str], Person], viewer: Callable[[str], Viewer]
) -> None:
    from tests.cases import world

    world.investigated(viewer)
    db.session.commit()
    who, admin = person("张执法"), sign_in("冯管理")
    page = admin.get(f"/people/{who.id}/disable").get_data(as_text=True)
    assert "案件 1 件" in page
    assert "调整办案人员" in page
    assert f"/people/{person('王科长').id}" in page
    post = who.posts[0]
    assert "案件 1 件" in admin.get(f"/people/{who.id}/posts/{post.id}/end").get_data(as_text=True)
    assert "未办结的工作" not in admin.get(f"/people/{who.id}/reset").get_data(as_text=True)
    assert "未办结的工作" not in admin.get(f"/people/{person('钱接待').id}/disable").get_data(as_text=True)
