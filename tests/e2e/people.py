"""People at a browser: they open pages, fill in forms by what the fields are called, and press buttons by their words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.rehearsal import city
from tests.e2e.house import House
from tests.look.gallery import chromium

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
# What the browser itself says about an answer that the test asked for.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of (4\d\d|503)")


class Someone:
    """One person of the city in a browser of their own, signed in."""

    def __init__(self, browser: Any, house: House, name: str, *, signed_in: bool = True, **options: Any) -> None:
        self.house, self.name = house, name
        self.context = browser.new_context(**{"viewport": WIDE, "locale": "zh-CN", "base_url": house.base, **options})
        self.context.set_default_timeout(30_000)
        self.said: list[str] = []
        self.page = self.another_page()
        if signed_in:
            self.sign_in()

    def another_page(self) -> Any:
        """Another tab. What goes wrong in it is remembered in `said`."""
        page = self.context.new_page()
        page.on(
            "console",
            lambda m: (
                self.said.append(f"{page.url}: {m.text}") if m.type == "error" and not EXPECTED.match(m.text) else None
            ),
        )
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        return page

    def sign_in(self) -> None:
        """Sign in on the page where the sign-in form stands, or go there."""
        if "/sign-in" not in self.page.url:
            self.page.goto("/sign-in")
        account = next(who.account for who in city.PEOPLE if who.name == self.name)
        self.page.fill("[name=account]", account)
        self.page.fill("[name=password]", city.passphrase(account))
        self.page.click("main button[type=submit], form button[type=submit]")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    # --- reading ---

    def open(self, path: str, expect: int = 200) -> str:
        """Go to a page; returns its text."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == expect, f"{self.name} {path}: {answer.status}"
        return self.text

    @property
    def text(self) -> str:
        return str(self.page.locator("body").inner_text())

    @property
    def path(self) -> str:
        return "/" + self.page.url.removeprefix(self.house.base).lstrip("/").split("#")[0]

    def status_of(self, path: str) -> int:
        """What a path answers this person, without opening it."""
        return int(self.context.request.get(path, max_redirects=0).status)

    def fetched(self, path: str) -> bytes:
        """The bytes that a path answers."""
        answer = self.context.request.get(path)
        assert answer.status == 200, f"{self.name} {path}: {answer.status}"
        return bytes(answer.body())

    def offered(self) -> list[str]:
        """The words of the steps that may be taken on this page."""
        return [text.strip() for text in self.page.locator(".steps-open a").all_inner_texts()]

    # --- acting ---

    def fill(self, given: Mapping[str, Any]) -> None:
        """Fill in fields by name: text, True/False for a tick, a list for exactly these ticks, a value for radios and lists."""
        for name, value in given.items():
            self._fill(name, value)

    def _fill(self, name: str, value: Any) -> None:
        fields = self.page.locator(f'main [name="{name}"]')
        fields.first.wait_for(state="attached")
        self._unfold(fields.first)
        kind = fields.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind == "select":
            fields.first.select_option(value)
        elif kind == "radio":
            self._tick(self.page.locator(f'main [name="{name}"][value="{value}"]'), True)
        elif kind == "checkbox" and isinstance(value, list):
            wanted = {str(one) for one in value}
            assert wanted <= {box.get_attribute("value") for box in fields.all()}, f"{name} offers no {wanted}"
            for box in fields.all():
                self._tick(box, box.get_attribute("value") in wanted)
        elif kind == "checkbox":
            self._tick(fields.first, value)
        elif kind == "file":
            fields.first.set_input_files(value)
        else:
            fields.first.fill(str(value))

    def _unfold(self, field: Any) -> None:
        field.evaluate(
            "e => { for (let d = e.closest('details'); d; d = d.parentElement.closest('details')) d.open = true; }"
        )

    def _tick(self, box: Any, wanted: bool) -> None:
        if box.is_checked() != wanted:
            # A tag's box is hidden behind its word; a person presses the word.
            box.evaluate("e => (e.labels && e.labels[0] ? e.labels[0] : e).click()")
        assert box.is_checked() == wanted

    def press(self, words: str = "", expect: int = 303) -> str:
        """Press the button of the form on this page (the primary one, or the one with these words). Returns the text that comes."""
        button = (
            self.page.get_by_role("main").get_by_role("button", name=words, exact=True)
            if words
            else self.page.locator("main form.form .buttons button[type=submit]")
        )
        keep = button.last.evaluate("b => b.form?.dataset.keep ?? ''")
        # The answer to the form itself: a number that is checked as it is typed is posted too, when its field is left.
        with self.page.expect_response(
            lambda r: r.request.method == "POST" and r.request.is_navigation_request()
        ) as caught:
            button.last.click()
        answer = caught.value
        self.page.wait_for_load_state("load")
        assert answer.status == expect, f"{self.name} {words} {answer.url}: {answer.status}\n{self.text[:3000]}"
        if keep and answer.status == 303:
            self._saved(keep)
        return self.text

    def _saved(self, keep: str) -> None:
        """Who saved is told so, and nothing that was saved is offered again: else it is saved twice."""
        self.page.locator("#flashes .note-ok").first.wait_for()
        for _ in range(100):  # the script runs after the note is there
            if not any(key.endswith(f".{keep}") for key in self.drafts()):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{keep} was saved, and its draft is still kept")

    def drafts(self) -> list[str]:
        """What this browser keeps of forms that were not saved."""
        return list(self.page.evaluate("Object.keys(localStorage).filter((k) => k.startsWith('tq.draft.'))"))

    def follow(self, words: str) -> None:
        """Follow the link with these words."""
        with self.page.expect_navigation():
            self.page.get_by_role("main").get_by_role("link", name=words, exact=True).first.click()

    def step(
        self, words: str, given: Mapping[str, Any] | None = None, *, at: str = "", expect: int = 303, button: str = ""
    ) -> str:
        """Take a step that the page offers: its link, its form, its button."""
        if at:
            self.open(at)
        assert words in self.offered(), f"{self.name} is not offered {words}, only {self.offered()}"
        with self.page.expect_navigation():
            self.page.locator(".steps-open").get_by_role("link", name=words, exact=True).click()
        self.fill(given or {})
        return self.press(button, expect)

    def narrow(self) -> None:
        """Take the phone in hand."""
        self.page.set_viewport_size(PHONE)

    def too_wide(self) -> int:
        """By how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def quiet(self) -> None:
        """Nothing was blocked by the content-security policy and no script failed."""
        assert self.said == []

    def close(self) -> None:
        self.context.close()


class City:
    """The people of a served copy, each signed in when first asked for."""

    def __init__(self, browser: Any, house: House) -> None:
        self.browser, self.house = browser, house
        self._here: dict[str, Someone] = {}

    def __getitem__(self, name: str) -> Someone:
        if name not in self._here:
            self._here[name] = Someone(self.browser, self.house, name)
        return self._here[name]

    def fresh(self, name: str, **options: Any) -> Someone:
        """The same person at another device."""
        return Someone(self.browser, self.house, name, **options)

    def id_of(self, name: str) -> int:
        """The number of a person, as forms name them."""
        return int(self.house.one("select id from person where name = :name", name=name))

    def quiet(self) -> None:
        for someone in self._here.values():
            someone.quiet()

    def close(self) -> None:
        for someone in self._here.values():
            someone.close()


def launch(playwright: Any) -> Any:
    """A Chromium."""
    return playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
