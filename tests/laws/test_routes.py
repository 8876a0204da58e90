"""Every address declares what it needs; the public ones stand in one short list; nothing is open by accident (S02)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from app.core.permissions import grants, may, may_open
from tests.conftest import BrowserClient

PUBLIC = {"people.sign_in", "desk.alive", "desk.ready"}
SIGNED_IN = 401


def views(app: Flask) -> list[tuple[str, Any, set[str]]]:
    """(endpoint, view, methods) of every address but static files."""
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.endpoint, set()).update(rule.methods or set())
    return [
        (endpoint, app.view_functions[endpoint], methods)
        for endpoint, methods in sorted(found.items())
        if endpoint != "static"
    ]


def filled(rule: Any, number: int = 1) -> str:
    """The address with `number` for every number and x for every word."""
    adapter_values = {}
    for name, converter in rule._converters.items():
        kind = type(converter).__name__
        adapter_values[name] = (
            number if kind == "IntegerConverter" else next(iter(sorted(getattr(converter, "items", ()) or ("x",))))
        )
    return str(rule.build(adapter_values, append_unknown=False)[1])


def test_every_route_declares_what_it_needs_or_is_in_the_public_list(app: Flask) -> None:
    bare = [e for e, view, _m in views(app) if not getattr(view, "needs", None) and not getattr(view, "public", False)]
    assert bare == []
    assert {e for e, view, _m in views(app) if getattr(view, "public", False)} == PUBLIC


def test_no_route_is_both_public_and_guarded(app: Flask) -> None:
    assert [e for e, view, _m in views(app) if getattr(view, "needs", None) and getattr(view, "public", False)] == []


def test_every_permission_that_a_view_needs_is_granted_to_somebody(app: Flask) -> None:
    missing = {view.needs for _e, view, _m in views(app) if getattr(view, "needs", None)} - set(grants())
    assert missing == set()


def test_no_permission_is_granted_that_nothing_asks_for(app: Flask) -> None:
    """A dead line in the table that an auditor reads is a lie."""
    from pathlib import Path

    text = "\n".join(
        p.read_text("utf-8")
        for p in Path(app.root_path).rglob("*")
        if p.suffix in {".py", ".html"} and p.name != "grants.py"
    )
    unused = [permission for permission in grants() if f'"{permission}"' not in text and f"'{permission}'" not in text]
    assert unused == []


def test_anonymous_get_leads_to_the_sign_in_page_and_post_is_refused(app: Flask) -> None:
    client, wrong = BrowserClient(app), []
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or rule.endpoint in PUBLIC:
            continue
        url = filled(rule)
        if "GET" in (rule.methods or ()):
            answer = client.get(url)
            if not (answer.status_code == 302 and "/sign-in" in answer.headers["Location"]):
                wrong.append(("GET", url, answer.status_code))
        if "POST" in (rule.methods or ()):
            answer = client.post(url)
            if answer.status_code not in {400, 401}:
                wrong.append(("POST", url, answer.status_code))
    assert wrong == []


def test_s03_no_post_without_a_token_and_none_from_a_foreign_site(
    app: Flask, sign_in: Callable[[str], BrowserClient]
) -> None:
    client, wrong = sign_in("张执法"), []
    token = client.hidden("/account")["csrf_token"]
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        url = filled(rule)
        wrong += [(url, "no token", s) for s in [client.post(url).status_code] if s != 400]
        wrong += [
            (url, "wrong token", s) for s in [client.post(url, data={"csrf_token": "x" * 40}).status_code] if s != 400
        ]
        for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
            answer = client.post(url, data={"csrf_token": token}, headers={"Origin": origin})
            if answer.status_code != 400:
                wrong.append((url, origin, answer.status_code))
    assert wrong == []


def test_s03_the_token_of_another_session_is_refused(sign_in: Callable[[str], BrowserClient]) -> None:
    stolen = sign_in("李执法").hidden("/account")["csrf_token"]
    victim = sign_in("张执法")
    assert victim.post("/account/locale", data={"lang": "en", "csrf_token": stolen}).status_code == 400


HEADERS = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip


def assert_headers(answer: Any, url: str) -> None:
    policy = answer.headers.get("Content-Security-Policy", "")
    assert "default-src 'none'" in policy, url
    assert "frame-ancestors 'none'" in policy, url
    assert "unsafe" not in policy, url
    for name, value in HEADERS.items():
        assert answer.headers.get(name) == value, (url, name)


def test_s15_every_page_and_every_error_carries_the_headers(
    app: Flask, sign_in: Callable[[str], BrowserClient]
) -> None:
    for client in (BrowserClient(app), sign_in("张执法"), sign_in("冯管理")):
        for rule in app.url_map.iter_rules():
            if rule.endpoint != "static" and "GET" in (rule.methods or ()):
                answer = client.get(filled(rule))
                assert answer.status_code < 500, (rule.rule, answer.status_code)
                assert_headers(answer, rule.rule)
                if rule.endpoint not in {"desk.alive", "desk.ready"}:
                    assert "no-store" in answer.headers.get("Cache-Control", ""), rule.rule
        for url, status in (("/nowhere", 404), ("/static/nothing.css", 404)):
            answer = client.get(url)
            assert answer.status_code == status
            assert_headers(answer, url)
        assert_headers(client.post("/"), "POST /")


def test_s15_strict_transport_security_behind_tls(app: Flask, tmp_path: Any) -> None:
    assert "Strict-Transport-Security" not in BrowserClient(app).get("/healthz").headers
    app.config["SECURE"] = True
    assert BrowserClient(app).get("/healthz").headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_a_forged_host_is_refused(app: Flask) -> None:
    assert BrowserClient(app).get("/sign-in", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize("name", ["张执法", "陈局长", "公安刘警官", "审计郑", "冯管理"])
def test_every_page_opens_or_refuses_but_never_breaks(
    app: Flask, sign_in: Callable[[str], BrowserClient], name: str
) -> None:
    client, wrong = sign_in(name), []
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and "GET" in (rule.methods or ()):
            for query in ("", "?page=-1&before=x&sort=password_hash&q=%25&kind=%00"):
                answer = client.get(filled(rule) + query)
                if answer.status_code not in {200, 302, 303, 304, 400, 403, 404, 409, 422}:
                    wrong.append((rule.rule, query, answer.status_code))
    assert wrong == []


def test_numbers_that_no_column_holds_are_not_found(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    client, wrong = sign_in("张执法"), []
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and "GET" in (rule.methods or ()):
            url = filled(rule, 10**30)
            answer = client.get(f"{url}?before={10**30}&after={10**30}&id={10**30}&organ={10**30}")
            if answer.status_code >= 500:
                wrong.append((url, answer.status_code))
    assert wrong == []


def test_a_slash_too_many_or_too_few_leads_to_the_page(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    client, wrong = sign_in("张执法"), []
    for rule in app.url_map.iter_rules():
        url = filled(rule)
        if rule.endpoint == "static" or "GET" not in (rule.methods or ()) or url == "/":
            continue
        other = url.removesuffix("/") if url.endswith("/") else f"{url}/"
        answer = client.get(f"{other}?q=%E8%8C%B6&next=//evil.example")
        place = urlsplit(answer.headers.get("Location", ""))
        if (answer.status_code, place.path, place.query) != (308, url, "q=%E8%8C%B6&next=//evil.example"):
            wrong.append((other, answer.status_code, answer.headers.get("Location")))
    assert wrong == []


@pytest.mark.parametrize("path", ["//evil.example/", "//clues/", "/nowhere/", "/clues//", "/%2F%2Fevil.example/"])
def test_a_mended_slash_leads_to_no_other_host(app: Flask, path: str) -> None:
    place = urlsplit(BrowserClient(app).get(path).headers.get("Location", ""))
    assert place.netloc in {"", "localhost"}
    assert not place.path.startswith("//")


def test_what_is_sent_is_never_led_elsewhere(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    """A POST to an address that does not exist is not repeated at another one."""
    client = sign_in("张执法")
    assert client.post_form("/account/locale/", {"lang": "en"}, page="/account").status_code == 404


@pytest.mark.parametrize("name", ["张执法", "王科长", "钱接待", "公安刘警官", "审计郑", "冯管理"])
def test_what_a_page_links_to_is_asked_of_the_permission_that_the_other_page_declares(
    app: Flask, viewer: Callable[[str], Any], name: str
) -> None:
    who = viewer(name)
    for endpoint, view, _methods in views(app):
        permission = getattr(view, "needs", None)
        assert may_open(who, endpoint) == (permission is None or may(who, permission)), endpoint


def test_no_address_ends_in_the_name_of_a_post_by_get(app: Flask) -> None:
    """What changes something is a POST: no address that only answers GET is called delete, retry, end …"""
    verbs = re.compile(r"/(delete|remove|disable|retry|end|approve)$")
    assert [r.rule for r in app.url_map.iter_rules() if verbs.search(r.rule) and "POST" not in (r.methods or ())] == []
