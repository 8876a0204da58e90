"""The gallery in a real browser, under the real policy: nothing is blocked, nothing overflows, axe finds nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import make_server

from tests.look.gallery import PAGES, Quiet, chromium, make

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = "{runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']}"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, make(), threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def browser(player: Any) -> Iterator[Any]:
    found = player.chromium.launch(executable_path=chromium(), args=FLAGS)
    yield found
    found.close()


@pytest.fixture(scope="module")
def axe() -> str:
    modules = Path(os.environ.get("TQ_NODE_MODULES", ROOT / "node_modules"))
    return (modules / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser: Any, address: str, axe: str, name: str, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    found: list[str] = []
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}/{name}")
        page.evaluate(axe)
        answer = page.evaluate(f"axe.run(document, {RULES})")
        found += [f"{width}px {v['id']}: {v['nodes'][0]['html'][:200]}" for v in answer["violations"]]
    context.close()
    assert found == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_blocked_and_nothing_overflows(browser: Any, address: str, name: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    for width in (390, 768, 1024, 1440, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(f"{address}/{name}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{wide}px too wide at {width}px"
    context.close()
    assert [text for text in said if not (name.startswith("fault-") and "Failed to load" in text)] == []


def test_the_phone_has_a_foot_bar_and_big_targets(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/decide")
    assert page.locator(".bar").is_visible()
    assert not page.locator(".rail").is_visible()
    for button in page.locator("main .btn:visible").all():
        assert button.bounding_box()["height"] >= 40, button.inner_text()
    page.locator(".bar-more > summary").click()
    assert page.locator(".bar-more ul a").first.is_visible()
    context.close()


def test_pages_work_without_javascript(browser: Any, address: str) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/case")
    assert not page.locator("[data-copy]").first.is_visible(), "a copy button that cannot copy is not shown"
    page.locator(".menu-user > summary").click()
    assert page.get_by_text("退出登录").is_visible()
    page.locator(".fuse-why > summary").first.click()
    assert page.get_by_text("委托鉴定").first.is_visible()
    page.goto(f"{address}/form")
    assert page.locator("input[name=party][value='7']").is_checked()
    context.close()


def test_typed_text_comes_back_but_no_secret(page: Any, address: str) -> None:
    page.goto(f"{address}/form")
    page.get_by_label("违法事实").fill("货架上有四十盒茶叶。")
    page.get_by_label("居民身份证号码").fill("41150219900101001X")
    page.wait_for_timeout(600)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "四十盒" in kept
    assert "41150219900101001X" not in kept
    page.goto(f"{address}/form")
    page.get_by_role("button", name="恢复填写内容").click()
    assert page.get_by_label("违法事实").input_value() == "货架上有四十盒茶叶。"
    assert page.get_by_label("居民身份证号码").input_value() == ""
    assert page.evaluate("new FormData(document.querySelector('form[data-keep]')).get('idno')") == ""


def test_a_draft_goes_when_its_form_was_saved(page: Any, address: str) -> None:
    page.goto(f"{address}/form")
    page.evaluate("document.querySelector('form[data-keep]').setAttribute('action', '/home')")
    page.route("**/home", lambda route: route.continue_(method="GET"))
    keep = page.evaluate("document.querySelector('form[data-keep]').dataset.keep")
    page.get_by_label("违法事实").fill("已保存的内容")
    # As the answer of the house does (app/doors.py); whether a note says so does not matter.
    page.evaluate(f"document.cookie = 'tq_saved={keep}; path=/'")
    page.get_by_role("button", name="登记线索").click()
    page.wait_for_selector(".note-ok")
    for _ in range(60):  # the script runs after the note is there; a polling wait_for_function is against our policy
        if page.evaluate("Object.keys(localStorage).length") == 0:
            assert "tq_saved" not in page.evaluate("document.cookie"), "said once"
            return
        page.wait_for_timeout(50)
    pytest.fail("the draft is still kept")


def test_the_second_click_sends_nothing(page: Any, address: str) -> None:
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else None)
    page.route(
        "**/decide", lambda route: route.continue_() if route.request.method == "GET" else None
    )  # the answer never comes
    page.goto(f"{address}/decide")
    page.evaluate("() => { const b = document.querySelector('button[name=step]'); b.click(); b.click(); b.click(); }")
    page.wait_for_timeout(400)
    assert len(posts) == 1


def test_linked_dates_fill_each_other_and_show_the_cap(page: Any, address: str) -> None:
    page.goto(f"{address}/form")
    page.evaluate("() => { const box = document.querySelector('[data-linked]'); box.dataset.unit = 'day'; }")
    page.locator("[data-days]").fill("10")
    assert page.locator("[data-date]").input_value() == "2026-12-02"
    page.locator("[data-date]").fill("2026-12-13")
    assert page.locator("[data-days]").input_value() == "21"
    assert "15" in page.locator("[data-words]").inner_text()


def test_a_credit_code_is_grouped_while_typed_and_sent_whole(page: Any, address: str) -> None:
    page.goto(f"{address}/form")
    box = page.get_by_label("统一社会信用代码")
    box.fill("")
    box.press_sequentially("91411500ma9kx3f25r")
    assert box.input_value() == "9141 1500 MA9K X3F2 5R"
    sent = page.evaluate("""() => new Promise((done) => {
        const form = document.querySelector('form[data-keep]');
        form.addEventListener('submit', (event) => { event.preventDefault(); done(new FormData(form).get('code')); });
        form.requestSubmit();
    })""")
    assert sent == "91411500MA9KX3F25R"


def test_photos_are_shown_before_they_are_sent(page: Any, address: str, tmp_path: Path) -> None:
    from PIL import Image

    Image.new("RGB", (900, 600), "#b3321f").save(tmp_path / "现场.jpg")
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8 not a picture")
    page.goto(f"{address}/form")
    page.locator("input[type=file]").set_input_files([tmp_path / "现场.jpg", tmp_path / "broken.jpg"])
    page.wait_for_selector(".drop-list img")
    assert page.locator(".drop-list img").count() == 1
    assert page.locator(".drop-list li").count() == 2
    assert page.locator(".drop-list img").get_attribute("src").startswith("data:image/jpeg")


def test_keys_walk_the_list_and_reach_the_search(page: Any, address: str) -> None:
    page.goto(f"{address}/list")
    page.locator("#main").focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "信市监案〔2026〕87号"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "信市监案〔2026〕88号"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("j?/")
    assert page.locator("#q").input_value() == "j?/", "keys are letters again inside a field"
    page.locator("#main").focus()
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()


def test_a_dialog_asks_and_its_link_works_without_it(page: Any, address: str) -> None:
    page.goto(f"{address}/decide")
    page.get_by_role("link", name="退回补充").click()
    dialog = page.locator("#back")
    assert dialog.is_visible()
    assert "不可撤回" in dialog.inner_text()
    dialog.get_by_role("button", name="取消").click()
    assert not dialog.is_visible()


def test_the_theme_is_kept(page: Any, address: str) -> None:
    page.goto(f"{address}/home")
    page.locator(".menu-user > summary").click()
    page.get_by_role("button", name="深色").click()
    page.goto(f"{address}/list")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).colorScheme") == "dark"


def test_errors_stand_at_the_head_and_at_the_field(page: Any, address: str) -> None:
    page.goto(f"{address}/errors-form")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    link = page.locator("#error-summary a", has_text="违法事实")
    link.click()
    field = page.locator("#facts")
    assert field.get_attribute("aria-invalid") == "true"
    said_by = field.get_attribute("aria-describedby").split()
    assert "请写明" in "".join(page.locator(f"#{i}").inner_text() for i in said_by)
    assert page.locator("input[name=amount]").input_value() == "12.345", "what was typed is still there"


def test_print_shows_the_page_without_its_frame(page: Any, address: str) -> None:
    page.goto(f"{address}/case")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".rail").is_visible()
    assert not page.locator(".top").is_visible()
    assert page.locator("h1").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_secret_stands_in_no_address(page: Any, address: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/probe" in request.url else None)
    page.goto(f"{address}/form")
    page.get_by_label("居民身份证号码").fill("41150219900101001X")
    page.evaluate("""() => {
        const probe = document.createElement('span');
        probe.setAttribute('hx-get', '/probe');
        probe.setAttribute('hx-trigger', 'load');
        probe.setAttribute('hx-include', 'form[data-keep]');
        document.body.append(probe);
        htmx.process(probe);
    }""")
    page.wait_for_timeout(400)
    assert len(asked) == 1
    assert "source=12315" in asked[0]
    assert "41150219900101001X" not in asked[0]
    assert "token" not in asked[0]
