"""The pages of sign-in and of one's own account, as a person meets them."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
import time_machine
from flask import Flask

from app.core import clock
from app.rehearsal import city
from tests.conftest import BrowserClient

SignIn = Callable[[str], BrowserClient]


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_a_wrong_pass_phrase_keeps_the_account_and_says_what_to_do(app: Flask) -> None:
    client = BrowserClient(app)
    answer = client.post_form("/sign-in", {"account": "zhangzhifa", "password": "wrong"})
    page = text_of(answer)
    assert answer.status_code == 401
    assert "账号、口令或动态验证码不正确" in page
    assert 'value="zhangzhifa"' in page
    assert "wrong" not in re.findall(r'value="([^"]*)"', page), "a pass phrase is never sent back"


def test_an_empty_form_names_each_field(app: Flask) -> None:
    answer = BrowserClient(app).post_form("/sign-in", {"account": "", "password": ""})
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'href="#account"' in page
    assert 'href="#password"' in page
    assert 'aria-invalid="true"' in page


def test_the_second_factor_is_enrolled_and_then_asked(app: Flask, sign_in: SignIn) -> None:
    client, phrase = sign_in("张执法"), city.passphrase("zhangzhifa")
    page = text_of(client.get("/account/code"))
    assert 'src="data:image/svg+xml' in page, "the picture is made here and travels in the page"
    secret = re.search(r'data-copy="([A-Z2-7]{32})"', page)
    assert secret is not None
    wrong = client.post_form("/account/code", {"code": "12", "present": phrase})
    assert wrong.status_code == 422
    assert "验证码不正确" in text_of(wrong)
    assert f'data-copy="{secret[1]}"' in text_of(wrong), "a mistake does not change the key already scanned"
    code = pyotp.TOTP(secret[1]).now()
    done = client.post_form("/account/code", {"code": code, "present": phrase}, follow_redirects=True)
    assert "已启用" in text_of(done)

    other = BrowserClient(app)
    form = {"account": "zhangzhifa", "password": city.passphrase("zhangzhifa")}
    asked = other.post_form("/sign-in", form)
    assert asked.status_code == 401
    assert 'autocomplete="one-time-code"' in text_of(asked)
    again = other.post_form("/sign-in", {**form, "code": code})
    assert again.status_code == 401, "a code is good for one use"


def test_the_pass_phrase_is_changed_and_mistakes_stand_at_their_field(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("李执法")
    present = city.passphrase("lizhifa")
    short = client.post_form("/account/password", {"present": present, "fresh": "short", "again": "short"})
    assert short.status_code == 422
    assert 'id="fresh-error"' in text_of(short)
    differ = client.post_form(
        "/account/password", {"present": present, "fresh": "Maojian-2026-Guan", "again": "Maojian-2026-Gua"}
    )
    assert 'id="again-error"' in text_of(differ)
    done = client.post_form(
        "/account/password", {"present": present, "fresh": "Maojian-2026-Guan", "again": "Maojian-2026-Guan"}
    )
    assert done.status_code == 303
    assert BrowserClient(app).post_form("/sign-in", {"account": "lizhifa", "password": present}).status_code == 401


def test_a_device_is_signed_out_from_another(app: Flask, sign_in: SignIn) -> None:
    here, there = sign_in("张执法"), sign_in("张执法")
    page = text_of(here.get("/account"))
    assert page.count("退出此设备") == 1, "this device has no button, the other has"
    action = re.search(r'action="(/account/sessions/\d+/end)"', page)
    assert action is not None
    assert here.post_form(action[1], {}, page="/account").status_code == 303
    assert there.get("/account").status_code == 302, "the other device must sign in again"
    assert here.get("/account").status_code == 200


@pytest.mark.parametrize(
    ("path", "status", "title"), [("/no/such/page", 404, "没有找到"), ("/sign-out", 405, "操作方式不对")]
)
def test_a_fault_is_a_page_with_a_sentence_and_a_number(sign_in: SignIn, path: str, status: int, title: str) -> None:
    answer = sign_in("张执法").get(path)
    page = text_of(answer)
    assert answer.status_code == status
    assert title in page
    assert re.search(r'编号 <span class="code">[0-9A-F]{8}</span>', page)
    assert "回首页" in page


def test_an_old_page_is_refused_with_a_way_on(sign_in: SignIn) -> None:
    client = sign_in("张执法")
    answer = client.post("/account/locale", data={"lang": "en"})
    assert answer.status_code == 400
    assert "页面已过期" in text_of(answer)


def test_the_language_changes_the_page(sign_in: SignIn) -> None:
    client = sign_in("张执法")
    assert client.post_form("/account/locale", {"lang": "en"}, page="/account").status_code == 303
    assert '<html lang="en"' in text_of(client.get("/account"))


@pytest.mark.parametrize("page", ["/cases/?status=investigating&sort=due", "/clues/new", "/registry/parties/"])
def test_changing_the_language_comes_back_to_the_page(sign_in: SignIn, page: str) -> None:
    client = sign_in("张执法")
    there = html.escape(page)
    assert f'name="next" value="{there}"' in text_of(client.get(page))
    answer = client.post_form("/account/locale", {"lang": "en", "next": page}, page=page)
    assert (answer.status_code, answer.location) == (303, page)


def test_changing_the_language_on_a_page_with_errors_comes_back_to_its_form(sign_in: SignIn) -> None:
    """Where a form was refused, the address may be one that is only sent to: the page on which the form stands is shown."""
    client = sign_in("张执法")
    refused = client.post_form("/clues/new", {"facts": ""}, headers={"Referer": "http://localhost/clues/new"})
    assert refused.status_code == 422
    assert 'name="next" value="/clues/new"' in text_of(refused)


@pytest.mark.parametrize(
    "bad", ["https://evil.example/", "//evil.example/a", "/\\evil.example", "javascript:alert(1)", "/a\nb"]
)
def test_changing_the_language_leads_nowhere_else(sign_in: SignIn, bad: str) -> None:
    answer = sign_in("张执法").post_form("/account/locale", {"lang": "en", "next": bad}, page="/account")
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_page_left_open_does_not_keep_its_session_alive(app: Flask, sign_in: SignIn) -> None:
    client = sign_in("张执法")
    begin = clock.recorded_now()
    half, idle = begin + app.config["SESSION_IDLE"] / 2, begin + app.config["SESSION_IDLE"] + dt.timedelta(minutes=2)
    with time_machine.travel(half, tick=False):
        assert client.get("/notices/unread", headers={"X-Poll": "1"}).status_code == 200
    with time_machine.travel(idle, tick=False):
        assert client.get("/account").status_code == 302, "only the page was there, not the person"
    client = sign_in("张执法")
    with time_machine.travel(half, tick=False):
        assert client.get("/account").status_code == 200
    with time_machine.travel(idle, tick=False):
        assert client.get("/account").status_code == 200


def test_a_form_sent_without_a_session_says_who_is_missing(sign_in: SignIn, app: Flask) -> None:
    client = sign_in("张执法")
    hidden = client.hidden("/clues/new")
    client.delete_cookie("tiequan")
    sent = {**hidden, "facts": "货架上有四十盒。"}
    answer = client.post("/clues/new", data=sent, headers={"Referer": "http://localhost/clues/new?walk=1"})
    page = text_of(answer)
    assert answer.status_code == 401
    assert "登录已失效，这次提交没有保存" in page
    assert "恢复填写内容" in page
    assert "/sign-in?next=/clues/new?walk%3D1" in page.replace("%3F", "?")
    assert "已过期" not in page
    client.delete_cookie("tiequan")
    answer = client.post("/account/locale", data={"lang": "en"})
    assert "恢复填写内容" not in text_of(answer), "a form without a draft promises none"


def test_an_empty_account_name_is_one_fault(sign_in: SignIn) -> None:
    page = text_of(sign_in("冯管理").post_form("/people/new", {}))
    assert "请填写“账号”" in page
    assert "账号用小写字母开头" not in page.split("error-summary")[1].split("</ul>")[0]
