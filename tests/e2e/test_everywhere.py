"""Every page that each post can reach: it answers, fits its window, is blocked nowhere, and a screen reader can use it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e import story
from tests.e2e.people import PHONE, WIDE, City, Someone

pytestmark = [pytest.mark.e2e, pytest.mark.browser]
ROOT = Path(__file__).resolve().parents[2]
PEOPLE = (
    "张执法",
    "王科长",
    "赵审核",
    "周副局",
    "陈局长",
    "孙内勤",
    "钱接待",
    "公安刘警官",
    "检察院孙检",
    "审计郑",
    "冯管理",
    "外县老周",
)
AXE_RULES = "{runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa'], resultTypes: ['violations']}"
_examined: set[tuple[str, int]] = set()


@pytest.fixture(scope="module")
def axe() -> str:
    modules = Path(os.environ.get("TQ_NODE_MODULES", ROOT / "node_modules"))
    return (modules / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module", autouse=True)
def something_to_see(city: City) -> str:
    """A case with a transfer that waits for the principal head, so that every kind of page has something on it."""
    clue = story.log_clue(city["张执法"], "501")
    story.assign(city, clue)
    transfer = story.suspect(city, story.file_case(city, clue))
    story.report(city, transfer)
    story.endorse(city, transfer)
    return transfer


def pattern(path: str) -> str:
    """Pages that differ only in numbers and filters are one page."""
    return re.sub(r"\d+", "#", path.split("?")[0].split("#")[0])


def links(page: Any) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map((a) => a.getAttribute('href'))")
    return [href.split("#")[0] for href in found if href.startswith("/")]


def is_page(answer: Any) -> bool:
    """Whether an answer is shown in the window, not saved as a file."""
    return "text/html" in answer.headers["content-type"] and "content-disposition" not in answer.headers


def serious(page: Any, axe: str) -> list[str]:
    page.evaluate(f"typeof window.axe === 'undefined' && (() => {{ {axe}\n }})()")
    answer = page.evaluate(f"axe.run(document, {AXE_RULES})")
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]}"
        for v in answer["violations"]
        if v["impact"] in {"serious", "critical"}
    ]


def crawl(who: Someone, axe: str) -> tuple[list[str], set[str]]:
    """All faults of all pages that this person can walk to from home, and the patterns seen. What a link downloads is
    asked for as well, and only not looked at."""
    faults: list[str] = []
    seen: set[str] = set()
    queue = [("/", "")]
    while queue:
        path, origin = queue.pop(0)
        if pattern(path) in seen:
            continue
        seen.add(pattern(path))
        answer = who.context.request.get(path)
        if answer.status != 200:
            faults.append(f"{path}: {answer.status}, linked from {origin}")
            continue
        if not is_page(answer):
            continue
        who.page.set_viewport_size(WIDE)
        assert who.page.goto(path).status == 200
        for size in (WIDE, PHONE):
            who.page.set_viewport_size(size)
            if who.too_wide() > 0:
                faults.append(f"{path}: {who.too_wide()} px too wide at {size['width']}")
            key = (pattern(path), size["width"])
            if key not in _examined:
                _examined.add(key)
                faults += [f"{path} at {size['width']}: {fault}" for fault in serious(who.page, axe)]
        queue += [(href, path) for href in links(who.page) if pattern(href) not in seen]
    return faults, seen


@pytest.mark.timeout(900)  # some seventy pages in two widths
@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_of(city: City, axe: str, name: str) -> None:
    who = city.fresh(name, bypass_csp=True, reduced_motion="reduce")
    faults, seen = crawl(who, axe)
    who.close()
    assert faults == []
    assert len(seen) >= 5
    assert who.said == []


def test_the_policy_blocks_nothing_of_ours(city: City, something_to_see: str) -> None:
    """With the content-security policy in force, which the crawl above has to lift for axe."""
    for name in PEOPLE:
        who = city[name]
        for path in ("/", "/notices/", "/account", "/law/calendar"):
            who.open(path)
    principal = city["陈局长"]
    for path in (something_to_see, f"{something_to_see}/steps/approve", "/stats"):
        principal.open(path)
    answer = principal.page.goto("/")
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    city.quiet()


# --- keyboard ----------------------------------------------------------------------------------------------------------


def test_the_keyboard_reaches_the_content_first(city: City) -> None:
    who = city["张执法"]
    who.open("/clues")
    who.page.keyboard.press("Tab")
    assert who.page.evaluate("document.activeElement.textContent.trim()") == "跳到正文"
    assert who.page.evaluate("document.activeElement.getBoundingClientRect().top >= 0"), (
        "the skip link shows when it has the focus"
    )
    who.page.keyboard.press("Enter")
    who.page.keyboard.press("Tab")
    assert who.page.evaluate("document.activeElement.closest('main') !== null")


def test_the_focus_is_seen(city: City) -> None:
    who = city["张执法"]
    who.open("/clues/new")
    for _ in range(12):
        who.page.keyboard.press("Tab")
        style = who.page.evaluate("""() => { const e = document.activeElement, s = getComputedStyle(e), p = getComputedStyle(e.closest('label, .tick-tag, .choice') || e);
            return [s.outlineStyle !== 'none' && s.outlineWidth !== '0px', s.boxShadow !== 'none', p.outlineStyle !== 'none', p.boxShadow !== 'none', e.tagName]; }""")
        assert any(style[:4]), style


def test_keys_help_opens_and_shuts(city: City) -> None:
    who = city["张执法"]
    who.open("/clues")
    who.page.locator("#main").focus()
    who.page.keyboard.press("?")
    dialog = who.page.locator("#keys")
    dialog.wait_for()
    assert who.page.evaluate("document.activeElement.closest('dialog') !== null")
    who.page.keyboard.press("Escape")
    assert not dialog.is_visible()


# --- without JavaScript ------------------------------------------------------------------------------------------------


def test_a_clue_is_logged_without_javascript(city: City, tmp_path: Path) -> None:
    who = city.fresh("张执法", java_script_enabled=False)
    page = who.page
    page.goto("/clues/new")
    page.locator("[name=facts]").fill("没有脚本也能登记的线索。")
    page.locator("[name=place]").fill("浉河区502号")
    page.get_by_text("新录入当事人").click()
    page.locator("[name=new_party-name]").fill("浉河区无脚本酒行")
    page.locator("[name=photos]").set_input_files(str(story.picture(tmp_path / "照.jpg", "#5577aa")))
    page.get_by_role("button", name="登记", exact=True).last.click()
    page.get_by_text("已登记线索").wait_for()
    assert "照.jpg" in who.text
    page.goto("/clues/new")
    page.locator("[name=facts]").fill("查找当事人时文字不丢。")
    page.locator("[name=party_id_q]").fill("无脚本酒行")
    page.locator("button[name=_search][value=party_id]").click()
    page.get_by_text("浉河区无脚本酒行").first.click()
    assert page.locator("[name=facts]").input_value() == "查找当事人时文字不丢。"
    assert page.locator("[name=party_id]").first.is_checked()
    who.close()


def test_a_transfer_is_approved_without_javascript(city: City, something_to_see: str) -> None:
    who = city.fresh("陈局长", java_script_enabled=False, viewport=PHONE)
    page = who.page
    page.goto(something_to_see)
    page.locator(".steps-open a").first.click()
    page.locator("[name=reason]").fill("同意移送。")
    page.get_by_role("button", name="批准移送", exact=True).click()
    page.get_by_text("已办理：批准移送").wait_for()
    number = int(something_to_see.rsplit("/", 1)[1])
    assert city.house.one("select status from transfer where id = :id", id=number) == "approved"
    who.close()


def test_no_table_of_a_transfer_leaves_its_card_in_english(city: City, something_to_see: str) -> None:
    """English words are longer: a heading breaks before the last column has to be scrolled for."""
    who = city.fresh("张执法")
    who.open(something_to_see)
    who.page.locator(".menu-user > summary").click()
    with who.page.expect_navigation():
        who.page.get_by_role("button", name="English").click()
    assert who.path == something_to_see
    assert "Service of papers" in who.text
    over = "[...document.querySelectorAll('.table-box')].filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.innerText)"
    assert who.page.evaluate(over) == []
    who.page.locator(".menu-user > summary").click()
    with who.page.expect_navigation():
        who.page.get_by_role("button", name="中文").click()
    who.close()
