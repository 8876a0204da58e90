"""What was typed and not saved belongs to who typed it: it comes back to that person after a lost session, and to nobody else.

That a saved form leaves no draft is asked at every press of every test here (`people.Someone.press`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e import story
from tests.e2e.people import City, Someone

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(600)]
TYPED = "这一段文字不能丢：货架二十一层。"
OFFER = "恢复填写内容"


def offered(who: Someone) -> int:
    return int(who.page.get_by_role("button", name=OFFER).count())


def test_a_lost_session_says_so_and_gives_the_text_back(city: City, tmp_path: Path) -> None:
    who = city.fresh("李执法")
    who.open("/clues/new")
    who.fill(
        {
            **story.clue_facts("307", facts=TYPED),
            "new_party-name": "信阳市南湾某茶行",
            "new_party-id_number": "41150219900101001X",
        }
    )
    who.fill({"photos": str(story.picture(tmp_path / "门头.jpg"))})
    who.page.wait_for_timeout(600)
    who.context.clear_cookies()
    before = city.house.one("select count(*) from clue")
    with who.page.expect_response(lambda r: r.request.method == "POST") as caught:
        who.page.locator("main form.form .buttons button[type=submit]").click()
    assert caught.value.status == 401
    who.page.get_by_role("heading", name="登录已失效").wait_for()
    assert "这次提交没有保存" in who.text
    assert OFFER in who.text
    assert city.house.one("select count(*) from clue") == before
    who.page.get_by_role("link", name="重新登录").click()
    who.sign_in()
    assert who.path == "/clues/new"
    who.page.get_by_role("button", name=OFFER).click()
    assert who.page.locator("[name=facts]").input_value() == TYPED
    assert who.page.locator("[name=new_party-name]").is_visible(), "the part that holds a restored value is open"
    assert who.page.locator("[name=new_party-id_number]").input_value() == ""
    said = who.page.locator(".note.kept").inner_text()
    assert "照片" in said
    assert "证件号码" in said
    who.page.locator("[name=new_party-name]").fill("")
    who.press("登记")
    assert TYPED in who.text
    who.close()


def test_nobody_is_offered_what_another_typed(city: City) -> None:
    first = city.fresh("张执法")
    first.open("/clues/new")
    first.fill({"facts": TYPED})
    first.page.wait_for_timeout(600)
    assert len(first.drafts()) == 1
    first.context.clear_cookies()  # the session ended; nobody signed out
    first.page.goto("/sign-in")
    assert len(first.drafts()) == 1, "it waits for who typed it"
    first.name = "李执法"
    first.sign_in()
    first.open("/clues/new")
    assert (offered(first), first.drafts()) == (0, [])
    first.close()


def test_signing_out_takes_the_drafts_along(city: City) -> None:
    who = city.fresh("张执法")
    who.open("/clues/new")
    who.fill({"facts": TYPED})
    who.page.wait_for_timeout(600)
    assert len(who.drafts()) == 1
    who.page.locator(".menu-user > summary").click()
    who.page.get_by_role("button", name="退出登录").click()
    who.page.wait_for_url("**/sign-in*")
    assert who.drafts() == []
    who.close()


def test_r09_a_draft_whose_answer_was_lost_is_not_saved_twice(city: City) -> None:
    """The server saved, the 303 never arrived: the draft comes back with the token of its filling-in."""
    who = city.fresh("张执法")
    who.open("/clues/new")
    typed = "夜市九号摊出售仿冒手表三只，摊主离开。"
    who.fill(story.clue_facts("309", facts=typed, place="平桥区九号夜市"))
    before = city.house.one("select count(*) from clue")

    def lose(route: Any) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        assert route.fetch(max_redirects=0).status == 303
        route.abort()

    who.page.route("**/clues/new", lose)
    with who.page.expect_event("requestfailed"):
        who.page.locator("main form.form .buttons button[type=submit]").click()
    who.page.unroute("**/clues/new")
    assert city.house.one("select count(*) from clue") == before + 1
    who.context.clear_cookies(name="tq_saved")  # the answer that never came would have set it
    who.open("/clues/new")
    who.page.get_by_role("button", name=OFFER).click()
    assert who.page.locator("[name=facts]").input_value() == typed
    who.page.locator("main form.form .buttons button[type=submit]").click()
    who.page.locator("#flashes").get_by_text("此前已经保存").wait_for()
    assert typed in who.text
    assert city.house.one("select count(*) from clue") == before + 1
    assert who.drafts() == []
    who.said.clear()
    who.close()


def test_changing_the_language_comes_back_and_what_was_typed_is_offered(city: City) -> None:
    who = city.fresh("张执法")
    who.open("/registry/parties/new?from=clue")
    who.fill({"name": "信阳市浉河区某茶行", "note": TYPED})
    who.page.wait_for_timeout(600)
    for word, offer in (("English", "Take it back"), ("中文", OFFER)):
        who.page.locator(".menu-user > summary").click()
        with who.page.expect_navigation():
            who.page.get_by_role("button", name=word).click()
        assert who.path == "/registry/parties/new?from=clue"
        who.page.get_by_role("button", name=offer).click()
        assert who.page.locator("[name=note]").input_value() == TYPED
    who.close()


def test_a_paste_that_is_too_long_stays_whole_and_is_refused_with_both_numbers(city: City) -> None:
    who = city.fresh("张执法")
    who.open("/registry/parties/new")
    long = "长" * 3000
    who.fill({"name": "信阳市浉河区某茶行"})
    who.page.locator("[name=note]").focus()
    who.page.keyboard.insert_text(long)
    who.press(expect=422)
    assert "现有3000字" in who.text
    assert who.page.locator("[name=note]").input_value() == long
    who.close()
