"""The helpers of the templates, and that every icon named anywhere is in the sprite."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask

from app import assets, ui
from tests.look.gallery import PAGES, make

ROOT = Path(__file__).resolve().parents[2]
START = dt.datetime(2026, 11, 2, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def gallery() -> Flask:
    return make()


def row(
    unit: str = "workday", state: str = "running", hours: float = 240, ended: dt.datetime | None = None
) -> SimpleNamespace:
    return SimpleNamespace(
        declared=SimpleNamespace(name="线索核查", unit=unit, law="第十八条", status="verified", miss=""), start_at=START, due_at=START + dt.timedelta(hours=hours),
        state=state, ended_at=ended, trace=[{"kind": "skip", "text": "周末，2日不计入", "days": 2}],
    )  # fmt: skip


def test_every_icon_named_in_the_code_is_listed() -> None:
    named: dict[str, str] = {}
    for file in (ROOT / "app" / "templates").rglob("*.html"):
        for found in re.finditer(r"\bicon\('([a-z0-9-]+)'", file.read_text("utf-8")):
            named[found[1]] = file.name
        for found in re.finditer(
            r"icon(?:_name)?=['\"]([a-z0-9-]+)['\"]|'icon': '([a-z0-9-]+)'", file.read_text("utf-8")
        ):
            named[found[1] or found[2]] = file.name
    for file in (ROOT / "app").rglob("*.py"):
        text = file.read_text("utf-8")
        for found in re.finditer(
            r"\bState\(\s*N_\(\"[^\"]+\"\),\s*\"([a-z0-9-]+)\"|\bState\(\s*\"[^\"]+\",\s*\"([a-z0-9-]+)\"|NavItem\(\"[^\"]+\", N_\(\"[^\"]+\"\), \"([a-z0-9-]+)\"",
            text,
        ):
            named[next(filter(None, found.groups()))] = file.name
    assert len(named) > 40
    assert {icon: where for icon, where in named.items() if icon not in assets.names()} == {}


def test_templates_carry_no_style_and_no_script_of_their_own() -> None:
    faults = []
    for file in (ROOT / "app" / "templates").rglob("*.html"):
        if file.parent.name in {"documents", "mail"}:
            continue
        text = re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL)
        if re.search(r"\sstyle=|\son[a-z]+=\"|javascript:|<style|<iframe|hx-on|<script(?![^>]*\bsrc=)", text):
            faults.append(file.name)
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_the_gallery_renders(gallery: Flask, name: str) -> None:
    answer = gallery.test_client().get(f"/{name}")
    assert answer.status_code == (int(name[6:]) if name.startswith("fault-") else 200)
    text = answer.get_data(as_text=True)
    assert text.count("<main ") == 1
    assert text.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(ids) == sorted(set(ids)), "an id stands twice"
    assert (
        len(re.findall(r'class="btn btn-primary', re.sub(r"<dialog.*?</dialog>", "", text, flags=re.DOTALL))) <= 1
        or name == "parts"
    )


def test_asset_changes_with_the_content_and_is_kept_for_a_year(gallery: Flask) -> None:
    with gallery.test_request_context("/home"):
        url = ui.asset("css/tokens.css")
        assert ui.asset("no/such.css") == "/static/no/such.css"
    assert re.fullmatch(r"/static/css/tokens\.css\?v=[0-9a-f]{12}", url)
    kept = gallery.test_client().get(url)
    assert kept.cache_control.immutable
    assert kept.cache_control.max_age == ui.YEAR
    assert not gallery.test_client().get("/static/css/tokens.css").cache_control.immutable


def test_url_with_keeps_filters_and_drops_the_place_in_the_list(gallery: Flask) -> None:
    with gallery.test_request_context("/list?state=open&state=wait&q=毛尖&after=9"):
        url = ui.url_with(sort="-due", after=None)
    assert url.startswith("/list?")
    assert "after" not in url
    assert url.count("state=") == 2
    assert "sort=-due" in url
    assert "q=%E6%AF%9B%E5%B0%96" in url


@pytest.mark.parametrize(
    ("deadline", "hours_on", "tone", "left"),
    [
        (row(), 24, "calm", "还有 9 天"),
        (row(), 200, "soon", "还有 2 天"),
        (row(), 237, "soon", "今日届满"),
        (row(), 300, "late", "已逾期 2 天"),
        (row("hour", hours=24), 10, "calm", "还有 14 小时 0 分"),
        (row("hour", hours=24), 19.5, "soon", "还有 4 小时 30 分"),
        (row("hour", "missed", 24), 27.5, "late", "已逾期 3 小时 30 分"),
        (row(state="paused"), 24, "paused", "已中止计算"),
        (row(state="met", ended=START + dt.timedelta(hours=60)), 300, "met", "按期完成"),
        (row(state="met_late", ended=START + dt.timedelta(hours=260)), 300, "late", "逾期完成"),
    ],
)
def test_fuse_says_how_long(gallery: Flask, deadline: SimpleNamespace, hours_on: float, tone: str, left: str) -> None:
    with gallery.test_request_context("/home"):
        fuse = ui.fuse_of(deadline, START + dt.timedelta(hours=hours_on))
    assert (fuse["tone"], fuse["left"]) == (tone, left)
    assert 0 <= fuse["burnt"] <= 100
    assert fuse["lines"] == [{"text": "周末，2日不计入"}]


def test_fuse_of_a_deadline_that_was_met_shows_when(gallery: Flask) -> None:
    with gallery.test_request_context("/home"):
        assert (
            ui.fuse_of(row(state="met", ended=START + dt.timedelta(hours=60)), START + dt.timedelta(hours=300))["burnt"]
            == 25
        )


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
            "Windows · Edge",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1 MicroMessenger/8.0", "iPhone · 微信"),
        ("curl/8", "未知设备"),
    ],
)
def test_devices_have_names(gallery: Flask, agent: str, name: str) -> None:
    with gallery.test_request_context("/home"):
        assert ui.agent_name(agent) == name


def test_html_typed_by_people_prints_as_text(gallery: Flask) -> None:
    with gallery.test_request_context("/home"):
        parts = gallery.jinja_env.from_string(
            '{% import "components/dl.html" as dl %}{% from "components/chips.html" import chip %}{% from "components/figures.html" import code %}'
            "{{ dl.prose(x) }}{{ dl.row(x, x) }}{{ chip(x) }}{{ code(x) }}"
        ).render(x='"><script>alert(1)</script>')
    assert "<script" not in parts
    assert "&lt;script" in parts
