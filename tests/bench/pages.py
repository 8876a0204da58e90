"""The pages that are measured, as the people who use them; each a source of requests that never repeats itself at once."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain, count, cycle
from random import Random
from urllib.parse import quote

from app.rehearsal import city
from tests.bench.house import House
from tests.support.web import Visitor, forms

Act = Callable[[Visitor], float]
SEEN_BY = {"leader": "shijuzhang", "officer": "zhangzhifa", "unit_head": "wangkezhang"}
FREQUENT, RARE, FOUR = "毛尖", "浉祎", "信阳毛尖"
DEEP = 200


@dataclass(frozen=True)
class Page:
    """name: of the line in the table. who: key of SEEN_BY. target: milliseconds to reach for one user, None: none set."""

    name: str
    who: str
    act: Act
    target: int | None = None
    path: str = ""  # for the query plans; empty: it is an act


class _Turn:
    """Hands out the next of a row to many threads."""

    def __init__(self, things: Iterator[object]) -> None:
        self._things, self._lock = things, threading.Lock()

    def __call__(self) -> object:
        with self._lock:
            return next(self._things)


def visitor(house: House, who: str) -> Visitor:
    """Somebody signed in."""
    one = Visitor(house.base)
    one.sign_in(SEEN_BY[who], city.passphrase(SEEN_BY[who]))
    return one


def _get(paths: list[str]) -> Act:
    turn = _Turn(cycle(paths))

    def act(who: Visitor) -> float:
        path = str(turn())
        answer = who.get(path)
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}")
        return answer.seconds

    return act


def _log_clue() -> Act:
    numbers = _Turn(count(1))

    def act(who: Visitor) -> float:
        n = numbers()
        form = who.form("/clues/new", "facts")
        random = Random(f"clue {n}")
        # Wording of its own: a clue that is like another is shown first, and that is another page.
        words = "巡查发现" + "".join(chr(random.randrange(0x4E00, 0x9FA0)) for _ in range(120))
        answer = who.post("/clues/new", form.filled({"facts": words, "place": f"信阳市浉河区压测大道{n}号"}))
        if answer.status != 303:
            raise AssertionError(f"the clue was not logged: {answer.status} {_said(answer.text)}")
        return answer.seconds

    return act


def _take_step(clues: list[int]) -> Act:
    turn = _Turn(chain(clues, cycle([0])))

    def act(who: Visitor) -> float:
        clue = turn()
        if not clue:
            raise AssertionError("all fresh clues are used up")
        path = f"/clues/{clue}/steps/assign"
        form = who.form(path, "officer_ids")
        answer = who.post(path, form.filled({"officer_ids": form.choices["officer_ids"][:2]}))
        if answer.status != 303:
            raise AssertionError(f"the step was not taken: {answer.status} {_said(answer.text)}")
        return answer.seconds

    return act


def _said(page: str) -> str:
    """What the page says about a refusal."""
    plain = re.sub(r"<(script|style|svg|select).*?</\1>", "", page, flags=re.DOTALL)
    marked = re.findall(
        r'class="[^"]*(?:error|alert|flash)[^"]*"[^>]*>(.{3,300}?)</(?:p|div|li|span|ul)>', plain, re.DOTALL
    )
    return " / ".join(" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in marked)[:400]


def _deep(who: Visitor, path: str, pages: int) -> str:
    """The address of a page deep in a list, walked to by its own links."""
    for _ in range(pages):
        link = re.search(r'href="([^"]*[?&;]after=[^"]+)"', who.get(path).text)
        if link is None:
            break
        path = link[1].replace("&amp;", "&")
    return path


def of(house: House, cases: list[int], clues: list[int], fresh: list[int]) -> list[Page]:
    """All pages. cases, clues: ids to open. fresh: received clues of 浉河区, each for one step."""
    leader = visitor(house, "leader")
    deep = _deep(leader, "/cases/", DEEP)
    leader.close()

    def find(word: str) -> str:
        return f"/search?q={quote(word)}"

    filtered = "/cases/?status=investigating&right=trademark&sort=-amount"
    pages = [
        ("home (leader)", "leader", ["/"], None),
        ("home (officer)", "officer", ["/"], None),
        ("case list", "leader", ["/cases/"], 25),
        ("case list, filtered, sorted", "leader", [filtered, "/cases/?status=closed&right=gi&sort=amount"], 25),
        (f"case list, page {DEEP}", "leader", [deep], 28),
        ("clue list", "leader", ["/clues"], None),
        ("search, 2 characters, frequent", "leader", [find(FREQUENT)], 20),
        ("search, 2 characters, rare", "leader", [find(RARE), find("喆")], 20),
        ("search, 4 characters", "leader", [find(FOUR)], 20),
        ("case list, searched", "leader", [f"/cases/?q={quote(FREQUENT)}"], 20),
        ("case page", "leader", [f"/cases/{n}" for n in cases], 14),
        ("clue page", "leader", [f"/clues/{n}" for n in clues], None),
        ("form of a new clue", "officer", ["/clues/new"], None),
    ]
    found = [Page(name, who, _get(paths), target, paths[0]) for name, who, paths, target in pages]
    return [
        *found,
        Page("log a clue", "officer", _log_clue(), 50),
        Page("take a step", "unit_head", _take_step(fresh), 24),
    ]


__all__ = ["Page", "forms", "of", "visitor"]
