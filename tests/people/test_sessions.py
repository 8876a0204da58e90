"""Sessions end at once (S07), guessing is slowed down and learns nothing (S08), a code works once (S09)."""

from __future__ import annotations

import datetime as dt
import statistics
import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm.attributes import set_committed_value

from app.core import clock
from app.extensions import db
from app.people import signin
from app.people.models import Guess, Person, Post, SignedIn
from app.rehearsal import city
from tests.conftest import BrowserClient

SignIn = Callable[[str], BrowserClient]
NEW = "Xin-Yang-Mao-Jian-9988"


def alive(client: BrowserClient) -> bool:
    return client.get("/account").status_code == 200


def attempt(client: BrowserClient, account: str, password: str, **more: Any) -> Any:
    return client.post_form("/sign-in", {"account": account, "password": password, **more}, page="/sign-in")


# --- S07 ---------------------------------------------------------------------------------------------------------------


def test_s07_after_sign_out_the_old_cookie_is_worth_nothing(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("张执法")
    cookie = client.get_cookie("tiequan")
    assert cookie is not None
    client.post_form("/sign-out", {}, page="/account")
    thief = BrowserClient(app)
    thief.set_cookie("tiequan", cookie.value)
    assert not alive(thief)
    assert not alive(client)


def test_s07_signing_out_leaves_the_persons_other_sessions(sign_in: SignIn) -> None:
    office, phone = sign_in("张执法"), sign_in("张执法")
    office.post_form("/sign-out", {}, page="/account")
    assert (alive(office), alive(phone)) == (False, True)


def test_s07_a_changed_pass_phrase_ends_every_other_session(sign_in: SignIn) -> None:
    office, phone = sign_in("张执法"), sign_in("张执法")
    old = city.passphrase("zhangzhifa")
    answer = office.post_form("/account/password", {"present": old, "fresh": NEW, "again": NEW})
    assert answer.status_code == 303
    assert (alive(office), alive(phone)) == (True, False)


def test_s07_a_disabled_account_is_out_at_once_everywhere(sign_in: SignIn, person: Callable[[str], Person]) -> None:
    clients, admin = [sign_in("张执法"), sign_in("张执法")], sign_in("冯管理")
    who = person("张执法").id
    db.session.rollback()
    assert admin.post_form(f"/people/{who}/disable", {"reason": "调离"}).status_code == 303
    assert [alive(c) for c in clients] == [False, False]
    assert (
        attempt(BrowserClient(clients[0].application), "zhangzhifa", city.passphrase("zhangzhifa")).status_code == 401
    )
    assert admin.post_form(f"/people/{who}/enable", {"reason": "复职"}).status_code == 303
    assert alive(sign_in("张执法"))


def test_s07_a_new_post_and_an_ended_post_end_the_sessions(sign_in: SignIn, person: Callable[[str], Person]) -> None:
    admin = sign_in("冯管理")
    who = person("张执法")
    person_id, post_id, organ_id = who.id, who.posts[0].id, who.posts[0].organ_id
    db.session.rollback()
    client = sign_in("张执法")
    form = {"kind": "unit_head", "organ_id": organ_id, "since": clock.today().isoformat(), "basis": "任命文件1号"}
    assert admin.post_form(f"/people/{person_id}/posts/new", form).status_code == 303
    assert not alive(client)
    client = sign_in("张执法")
    until = (clock.today() - dt.timedelta(days=1)).isoformat()
    assert (
        admin.post_form(
            f"/people/{person_id}/posts/{post_id}/end", {"until": until, "basis": "免职文件2号"}
        ).status_code
        == 303
    )
    assert not alive(client)


def test_s07_a_post_that_ran_out_opens_nothing_although_the_session_lives(
    sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    client = sign_in("张执法")
    person("张执法").posts[0].until = clock.today() - dt.timedelta(days=1)
    db.session.commit()
    assert not alive(client)


def test_ending_one_of_ones_own_sessions_and_nobody_elses(sign_in: SignIn, person: Callable[[str], Person]) -> None:
    office, phone, other = sign_in("张执法"), sign_in("张执法"), sign_in("李执法")
    rows = {row.person_id: row.id for row in db.session.scalars(select(SignedIn).order_by(SignedIn.id.desc()))}
    mine = list(
        db.session.scalars(select(SignedIn.id).where(SignedIn.person_id == person("张执法").id).order_by(SignedIn.id))
    )
    theirs = rows[person("李执法").id]
    db.session.rollback()
    assert office.post_form(f"/account/sessions/{theirs}/end", {}, page="/account").status_code == 404
    assert office.post_form(f"/account/sessions/{mine[1]}/end", {}, page="/account").status_code == 303
    assert (alive(office), alive(phone), alive(other)) == (True, False, True)


def test_the_token_is_new_with_every_sign_in_and_stored_only_as_a_hash(app: Flask, sign_in: SignIn) -> None:
    first, second = sign_in("张执法"), sign_in("张执法")
    tokens = {c.get_cookie("tiequan").value for c in (first, second)}  # type: ignore[union-attr]
    assert len(tokens) == 2
    hashes = set(db.session.scalars(select(SignedIn.token_hash)))
    assert not hashes & tokens
    assert all(len(h) == 64 for h in hashes)


def test_a_session_chosen_by_somebody_else_does_not_become_signed_in(app: Flask) -> None:
    client = BrowserClient(app)
    client.set_cookie("tiequan", "A" * 43)
    attempt(client, "zhangzhifa", city.passphrase("zhangzhifa"))
    cookie = client.get_cookie("tiequan")
    assert cookie is not None
    assert cookie.value != "A" * 43
    assert alive(client)


def test_the_cookie_is_http_only_and_same_site(app: Flask) -> None:
    client = BrowserClient(app)
    answer = attempt(client, "zhangzhifa", city.passphrase("zhangzhifa"))
    cookie = next(v for v in answer.headers.getlist("Set-Cookie") if v.startswith("tiequan="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    "value", ["", "x" * 8000, "\x01\x02", "A" * 43, "eyJfdXNlcl9pZCI6IjEifQ.aaaa.bbbb", "../../etc/passwd"]
)
def test_a_forged_cookie_is_nobody(app: Flask, value: str) -> None:
    answer = BrowserClient(app).get("/account", headers={"Cookie": f"tiequan={value}"})
    assert answer.status_code in {302, 400}


def test_idle_and_absolute_limits(sign_in: SignIn) -> None:
    start = dt.datetime.now(dt.UTC)
    with time_machine.travel(start, tick=False) as travel:
        client = sign_in("张执法")
        travel.shift(dt.timedelta(minutes=29))
        assert alive(client)
        travel.shift(dt.timedelta(minutes=31))
        assert not alive(client)
        client = sign_in("张执法")
        for _ in range(12 * 60 // 20):
            travel.shift(dt.timedelta(minutes=20))
            last = alive(client)
        assert not last, "twelve hours are the end, however busy"


# --- S08 ---------------------------------------------------------------------------------------------------------------


def test_s08_five_wrong_lock_for_a_quarter_of_an_hour_and_each_lock_doubles(app: Flask) -> None:
    start = dt.datetime.now(dt.UTC)
    right = city.passphrase("zhangzhifa")
    with time_machine.travel(start, tick=False) as travel:
        client = BrowserClient(app)
        for minutes in (15, 30, 60):
            for _ in range(5):
                assert attempt(client, "zhangzhifa", "wrong").status_code == 401
            assert attempt(client, "zhangzhifa", right).status_code == 401, "locked, even with the right one"
            travel.shift(dt.timedelta(minutes=minutes) - dt.timedelta(seconds=5))
            assert attempt(client, "zhangzhifa", right).status_code == 401
            travel.shift(dt.timedelta(seconds=10))
        assert attempt(client, "zhangzhifa", right).status_code == 303
        assert attempt(BrowserClient(app), "zhangzhifa", "wrong").status_code == 401
        assert attempt(BrowserClient(app), "zhangzhifa", right).status_code == 303, "a right one begins anew"


def test_s08_a_forwarded_address_from_a_client_is_not_believed(app: Flask) -> None:
    client = BrowserClient(app)
    for n in range(5):
        token = client.hidden("/sign-in")
        client.post(
            "/sign-in",
            data={**token, "account": "zhangzhifa", "password": "wrong"},
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )
    keys = set(db.session.scalars(select(Guess.key).where(Guess.key.startswith("address:"))))
    assert keys == {"address:127.0.0.1"}
    db.session.rollback()
    token = client.hidden("/sign-in")
    answer = client.post(
        "/sign-in",
        data={**token, "account": "zhangzhifa", "password": city.passphrase("zhangzhifa")},
        headers={"X-Forwarded-For": "10.9.9.9"},
    )
    assert answer.status_code == 401


def test_s08_one_address_that_tries_many_accounts_is_locked_too(app: Flask) -> None:
    client = BrowserClient(app)
    app.config["LOCKOUT_TRIES"] = 2
    for n in range(20):
        attempt(client, f"somebody{n}", "wrong")
    assert attempt(client, "zhangzhifa", city.passphrase("zhangzhifa")).status_code == 401


def test_s08_a_known_and_an_unknown_account_get_the_same_answer(app: Flask) -> None:
    import re

    def answer(account: str) -> str:
        text = attempt(BrowserClient(app), account, "wrong").get_data(as_text=True)
        text = re.sub(r'value="[^"]*"', "", text)
        return re.sub(r'content="[^"]{20,}"', "", text)

    assert answer("zhangzhifa") == answer("nobodyatall")
    for account in ("zhangzhifa", "nobodyatall"):
        for _ in range(5):
            attempt(BrowserClient(app), account, "wrong")
    assert answer("zhangzhifa") == answer("nobodyatall"), "the lock tells nothing either"


def test_s08_a_known_and_an_unknown_account_take_the_same_time(app: Flask) -> None:
    app.config["LOCKOUT_TRIES"] = 10_000

    def took(account: str) -> float:
        begun = time.perf_counter()
        signin.check(account, "wrong", "", "127.0.0.1")
        db.session.rollback()
        return time.perf_counter() - begun

    for account in ("zhangzhifa", "nobodyatall"):
        took(account)
    known, unknown = [], []
    for _ in range(25):
        known.append(took("zhangzhifa"))
        unknown.append(took("nobodyatall"))
    # The hash is what takes time: without it an unknown account would answer in a tenth.
    assert statistics.median(unknown) > statistics.median(known) * 0.5
    assert statistics.median(known) > statistics.median(unknown) * 0.5


@pytest.mark.parametrize(
    "account", ["' OR 1=1--", "*)(uid=*", "zhangzhifa\x00", "x" * 100_000, "ｚｈａｎｇｚｈｉｆａ", "<script>"]
)
def test_strange_names_sign_nobody_in(app: Flask, account: str) -> None:
    answer = attempt(BrowserClient(app), account, city.passphrase("zhangzhifa"))
    assert answer.status_code in {401, 413, 422}
    assert db.session.scalar(select(func.count()).select_from(SignedIn)) == 0


def test_case_and_blanks_around_the_account_do_not_matter(app: Flask) -> None:
    assert attempt(BrowserClient(app), " ZhangZhiFa ", city.passphrase("zhangzhifa")).status_code == 303


def test_of_a_huge_pass_phrase_no_more_than_a_kilobyte_is_worked_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[int] = []

    class Counting:
        def verify(self, _digest: str, password: str) -> bool:
            worked.append(len(password))
            return False

    monkeypatch.setattr(signin, "HASHER", Counting())
    assert attempt(BrowserClient(app), "zhangzhifa", "x" * 1_000_000).status_code in {401, 413}
    assert all(size <= 1024 for size in worked)


def test_a_pass_phrase_in_the_address_signs_nobody_in(app: Flask) -> None:
    client = BrowserClient(app)
    assert client.get(f"/sign-in?account=zhangzhifa&password={city.passphrase('zhangzhifa')}").status_code == 200
    assert not alive(client)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/%0d%0aX: y"]
)
def test_after_sign_in_nobody_is_led_elsewhere(app: Flask, target: str) -> None:
    client = BrowserClient(app)
    answer = client.post_form(
        f"/sign-in?next={target}", {"account": "zhangzhifa", "password": city.passphrase("zhangzhifa")}, page="/sign-in"
    )
    assert answer.status_code == 303
    assert "evil" not in answer.headers["Location"]
    assert answer.headers["Location"].startswith("/")
    assert "\r" not in answer.headers["Location"]


def test_after_sign_in_the_wanted_page_of_ours_opens(app: Flask) -> None:
    client = BrowserClient(app)
    answer = client.post_form(
        "/sign-in?next=/notices/?unread=1",
        {"account": "zhangzhifa", "password": city.passphrase("zhangzhifa")},
        page="/sign-in",
    )
    assert answer.headers["Location"] == "/notices/?unread=1"


def test_rehearsal_accounts_stay_out_where_they_are_switched_off(app: Flask) -> None:
    app.config["REHEARSAL_ACCOUNTS"] = False
    assert attempt(BrowserClient(app), "zhangzhifa", city.passphrase("zhangzhifa")).status_code == 401


# --- S09 ---------------------------------------------------------------------------------------------------------------


def enrol(client: BrowserClient) -> str:
    import re

    page = client.get("/account/code").get_data(as_text=True)
    secret = re.search(r"\b([A-Z2-7]{4}(?:\s?[A-Z2-7]{4}){7})\b", re.sub(r"<[^>]+>", "", page))
    assert secret is not None
    return secret.group(1).replace(" ", "")


@pytest.fixture
def secret(person: Callable[[str], Person]) -> str:
    found = pyotp.random_base32()
    person("张执法").totp_secret = found
    db.session.commit()
    return found


def test_s09_with_a_second_factor_the_pass_phrase_alone_opens_nothing(app: Flask, secret: str) -> None:
    client, right = BrowserClient(app), city.passphrase("zhangzhifa")
    assert attempt(client, "zhangzhifa", right).status_code == 401
    assert not alive(client)
    assert attempt(client, "zhangzhifa", right, code=pyotp.TOTP(secret).now()).status_code == 303


def test_s09_a_code_works_once(app: Flask, secret: str) -> None:
    code, right = pyotp.TOTP(secret).now(), city.passphrase("zhangzhifa")
    assert attempt(BrowserClient(app), "zhangzhifa", right, code=code).status_code == 303
    assert attempt(BrowserClient(app), "zhangzhifa", right, code=code).status_code == 401


def test_s09_an_old_code_and_a_code_before_the_last_one_are_refused(
    app: Flask, secret: str, person: Callable[[str], Person]
) -> None:
    who, now, totp = person("张执法"), int(time.time()), pyotp.TOTP(secret)
    assert not signin.use_code(who, totp.at(now - 300))
    assert signin.use_code(who, totp.at(now + 30)), "clocks may differ by half a minute"
    assert not signin.use_code(who, totp.at(now)), "a code from before the used one"
    for nonsense in ("", "12345", "1234567", "abcdef", "１２３４５６"):
        assert not signin.use_code(who, nonsense)


def test_s09_guessed_codes_lock_the_account(app: Flask, secret: str) -> None:
    right = city.passphrase("zhangzhifa")
    for _ in range(5):
        attempt(BrowserClient(app), "zhangzhifa", right, code="000000")
    assert attempt(BrowserClient(app), "zhangzhifa", right, code=pyotp.TOTP(secret).now()).status_code == 401


def test_s09_where_it_is_obligatory_nothing_opens_before_it_is_enrolled(app: Flask, sign_in: SignIn) -> None:
    app.config["TOTP_POSTS"] = ("principal",)
    client = sign_in("陈局长")
    for url in ("/", "/cases/", "/notices/"):
        answer = client.get(url)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/code")
    token = client.hidden("/account/code")
    answer = client.post("/notices/read", data={"csrf_token": token["csrf_token"]})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/account/code")
    assert sign_in("张执法").get("/").status_code == 200


def test_a_code_is_proved_before_it_is_demanded(sign_in: SignIn, person: Callable[[str], Person]) -> None:
    client = sign_in("张执法")
    found, phrase = enrol(client), city.passphrase("zhangzhifa")
    assert client.post_form("/account/code", {"code": "000000", "present": phrase}).status_code == 422
    assert person("张执法").totp_secret is None
    db.session.rollback()
    assert client.post_form("/account/code", {"code": pyotp.TOTP(found).now(), "present": phrase}).status_code == 303
    db.session.expire_all()
    assert person("张执法").totp_secret == found


def test_an_unwatched_screen_does_not_change_the_second_factor(
    sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    client = sign_in("张执法")
    code = pyotp.TOTP(enrol(client)).now()
    for typed in ({}, {"present": "Wrong-Phrase-2026"}):
        assert client.post_form("/account/code", {"code": code, **typed}).status_code == 422
    db.session.expire_all()
    assert person("张执法").totp_secret is None


def test_s09_of_two_sign_ins_at_once_one_uses_the_code(
    app: Flask, secret: str, person: Callable[[str], Person]
) -> None:
    """Both have read the row before either wrote: what was read in memory decides nothing."""
    code, one = pyotp.TOTP(secret).now(), person("张执法")
    seen = one.totp_last_step
    assert signin.use_code(one, code)
    db.session.commit()
    set_committed_value(one, "totp_last_step", seen)
    assert not signin.use_code(one, code)


# --- sessions over one another -------------------------------------------------------------------------------------------


def test_s07_signing_in_over_a_session_whose_post_ran_out_begins_a_new_one(
    app: Flask, sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    """Nothing of the first person's session goes over to the second; its row ends."""
    client = sign_in("李执法")
    client.get("/account/code")  # leaves an offered key in the session
    old, first = client.get_cookie("tiequan"), person("李执法")
    first.posts[0].until = clock.today() - dt.timedelta(days=1)
    db.session.commit()
    assert not alive(client)
    answer = attempt(client, "zhangzhifa", city.passphrase("zhangzhifa"))
    assert answer.status_code == 303
    assert "张执法" in client.get("/account").get_data(as_text=True)
    rows = db.session.scalars(select(SignedIn)).all()
    assert [row.person_id for row in rows] == [person("张执法").id]
    assert "totp_offer" not in str(rows[0].data)
    new = client.get_cookie("tiequan")
    assert old is not None
    assert new is not None
    assert old.value != new.value


# --- pass phrases ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "word"),
    [
        ("Short-1", "至少12个字符"), ("alllowercaseletters", "三类"), ("Zhangzhifa-2026-x", "账号"), ("Password-1234-xyz", "过于常见"),
        ("Aa1!Aa1!Aa1!", "过于常见"), ("x" * 300, "最多256"), ("Tiequan-zhangzhifa-2026", ""),
    ],
)  # fmt: skip
def test_a_weak_pass_phrase_is_refused_with_the_reason(
    app: Flask, person: Callable[[str], Person], phrase: str, word: str
) -> None:
    fault = signin.password_fault(phrase, person("张执法"))
    assert fault is not None
    assert word in fault


def test_a_good_one_is_accepted_and_the_present_one_is_asked_for(
    app: Flask, sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    assert signin.password_fault(NEW, person("张执法")) is None
    client = sign_in("张执法")
    answer = client.post_form("/account/password", {"present": "wrong", "fresh": NEW, "again": NEW})
    assert answer.status_code == 422
    assert "现用口令不正确" in answer.get_data(as_text=True)
    old = city.passphrase("zhangzhifa")
    assert client.post_form("/account/password", {"present": old, "fresh": NEW, "again": NEW + "x"}).status_code == 422


def test_after_ninety_days_the_pass_phrase_must_be_changed_but_a_form_is_not_lost(
    sign_in: SignIn, person: Callable[[str], Person]
) -> None:
    client = sign_in("张执法")
    person("张执法").password_set_at = clock.now() - dt.timedelta(days=91)
    db.session.commit()
    assert client.get("/").headers["Location"] == "/account/password"
    token = client.hidden("/account/password")["csrf_token"]
    assert client.post("/account/locale", data={"csrf_token": token, "lang": "zh_Hans_CN"}).status_code == 303


def test_the_wrong_present_one_counts_as_a_guess(sign_in: SignIn) -> None:
    client = sign_in("张执法")
    for _ in range(5):
        client.post_form("/account/password", {"present": "wrong", "fresh": NEW, "again": NEW})
    answer = client.post_form(
        "/account/password", {"present": city.passphrase("zhangzhifa"), "fresh": NEW, "again": NEW}
    )
    assert answer.status_code == 422, "locked: a stolen session must not find out the pass phrase"


def test_switching_between_ones_posts_and_never_to_anothers(sign_in: SignIn, person: Callable[[str], Person]) -> None:
    who = person("张执法")
    second = Post(person=who, organ_id=who.posts[0].organ_id, kind="unit_head", since=clock.today(), basis="x")
    db.session.add(second)
    db.session.commit()
    mine, theirs = second.id, person("陈局长").posts[0].id
    db.session.rollback()
    client = sign_in("张执法")
    assert client.post_form("/account/post", {"post_id": theirs}, page="/account").status_code == 404
    assert client.post_form("/account/post", {"post_id": mine}, page="/account").status_code == 303
    assert "办案机构负责人" in client.get("/").get_data(as_text=True)
