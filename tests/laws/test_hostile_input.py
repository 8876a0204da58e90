"""Every declared form and every list, filled with what no officer types: a sentence comes back, never a 500.

The forms are read off the pages of people of every post, so that a new one is attacked as soon as somebody can see it.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_from_bytes, urlsplit

import pytest
from flask import Flask

from app.core import history
from app.documents.models import StoredFile
from app.extensions import db
from tests.cases.world import proven
from tests.conftest import BrowserClient
from tests.laws.test_matrix import PAGES, values
from tests.laws.test_routes import PUBLIC
from tests.support.counties import County, build, case_list
from tests.support.processes import hand_over, without_rights
from tests.support.web import Form, forms
from tests.transfers.world import a_case, who

HOSTILE: dict[str, bytes] = {
    "NUL": b"a\0b", "not UTF-8": b"\xff\xfe\x80", "half a surrogate": b"\xed\xa0\x80", "turned": "\u202etxt.exe\u2066".encode(),
    "markup": b"</textarea><script>alert(1)</script><svg onload=alert(1)>", "template": b"{{ 7*7 }}{% include '/etc/passwd' %}",
    "SQL": b"' OR 1=1--\\", "minus": b"-1", "too much": b"1e309", "no number": b"NaN", "huge number": b"9" * 30,
    "figure that is none": "²".encode(), "Arabic figures": "٣٣٣٣٣٣٣٣".encode(), "wide figures": "１２３".encode(), "no day": b"2026-02-30T25:61",
    "last day": b"9999-12-31T23:59", "line ends": b"x\r\nBcc: a@b.example\r\n\x1b[31m", "formula": b"=HYPERLINK(1)|'", "long": b"\xe9\x93\x81" * 3_000,
    "emoji": "👮🏽‍♂️🀄\U0002000b".encode(), "nested": b"[" * 2_000, "percent": b"%00%ff%n%s", "nothing": b"   ",
}  # fmt: skip
# What databases take differently: PostgreSQL is asked these alone, SQLite everything.
WORST = {"NUL", "not UTF-8", "half a surrogate", "huge number", "figure that is none", "last day"}
SEEN_BY = ("张执法", "王科长", "陈局长", "孙内勤", "钱接待", "公安刘警官", "检察院孙检", "冯管理")
LEFT_ALONE = {"csrf_token"}
OURS = {"/sign-out", "/account/post"}  # they end the session that asks


@pytest.fixture(autouse=True)
def no_rights(app: Flask, tmp_path: Path) -> Iterator[None]:
    hand_over(Path(urlsplit(app.config["REDIS_URL"]).path).parent)
    with without_rights(tmp_path):
        with pytest.raises(PermissionError):
            Path("/etc/tiequan-canary").touch()
        yield


@pytest.fixture
def world(app: Flask, monkeypatch: pytest.MonkeyPatch) -> County:
    """One's own county, with a case under investigation. Acts are carried to the edge of their commit, not over it."""
    from app.campaigns.models import Campaign

    county = build("浉河区")
    county.rows["campaign_id"] = db.session.scalars(db.select(Campaign)).first()
    working = a_case()
    item = proven(working, who("张执法"))  # a report rests on something
    county.rows |= {
        "case_id": working,
        "list_id": case_list(working),
        "line_id": case_list(working).lines[0],
        "item_id": item,
    }
    db.session.commit()

    def almost() -> None:
        history._write(db.session())
        db.session.flush()

    monkeypatch.setattr(db.session, "commit", almost)
    return county


def pages(app: Flask, county: County, name: str) -> Iterator[str]:
    """The addresses that may hold a form for this person."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static" and rule.endpoint not in PUBLIC and "GET" in (rule.methods or ()):
            yield rule.build(values(rule, county), append_unknown=False)[1]
    viewer = who(name)
    for workflow in app.extensions["tiequan.workflows"].values():
        subject = county.rows[f"{workflow.id}_id"]
        for step in workflow.open_to(subject, viewer):
            yield f"{PAGES[workflow.id]}/{subject.id}/steps/{step.id}"


def send(client: BrowserClient, url: str, pairs: list[tuple[str, bytes]]) -> str:
    """POST raw bytes as a form. Answers what went wrong, or nothing."""
    body = b"&".join(quote(name).encode() + b"=" + quote_from_bytes(value).encode() for name, value in pairs)
    try:
        answer = client.post(url, data=body, content_type="application/x-www-form-urlencoded")
    except Exception as error:  # the test's application lets it through
        db.session.rollback()
        return f"{type(error).__name__}: {str(error)[:160]}"
    if answer.status_code >= 500 or answer.status_code == 405:
        return str(answer.status_code)
    if b"<script>alert(1)" in answer.get_data() or b"<svg onload" in answer.get_data():
        return "markup came back as markup"
    return ""


def attacks(form: Form, nth: int) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """All fields at once with the worst values, and on SQLite with a third of the others, which third differs from form
    to form; there also each field alone, with a value that differs from field to field."""
    everything = db.engine.dialect.name == "sqlite"
    plain = [(name, value.encode()) for name, value in form.fields]
    names = list(dict.fromkeys([*(n for n, _v in form.fields), *form.choices]))
    kept = [(name, value) for name, value in plain if name in LEFT_ALONE]
    others = [what for what in HOSTILE if what not in WORST]
    for what, value in HOSTILE.items():
        if what in WORST or (everything and what in others[nth % 3 :: 3]):
            yield f"all fields {what}", kept + [(name, value) for name in names if name not in LEFT_ALONE]
    every = list(HOSTILE.items())
    for n, name in enumerate(name for name in names if everything and name not in LEFT_ALONE):
        what, value = every[(n * 2 + len(name)) % len(every)]
        yield f"{name} {what}", [(k, v) for k, v in plain if k != name] + [(name, value)]


@pytest.mark.timeout(600)
def test_no_form_breaks_whatever_is_typed(app: Flask, world: County, sign_in: Callable[[str], BrowserClient]) -> None:
    wrong, done = [], set()
    for name in SEEN_BY:
        client = sign_in(name)
        for page in pages(app, world, name):
            answer = client.get(page)
            if answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
                continue
            for form in forms(answer.get_data(as_text=True)):
                action = html.unescape(form.action) or page
                mark = (urlsplit(action).path, tuple(sorted({n for n, _v in form.fields} | set(form.choices))))
                if mark in done or mark[0] in OURS:
                    continue
                done.add(mark)
                for what, pairs in attacks(form, len(done)):
                    if fault := send(client, action, pairs):
                        wrong.append(f"{name} {mark[0]} ({what}): {fault}")
    assert wrong == [], "\n".join(wrong[:40])
    assert len(done) > 60, f"only {len(done)} forms were found: the pages are not read as they should be"


@pytest.mark.timeout(600)
def test_no_list_breaks_whatever_stands_in_its_address(
    app: Flask, world: County, sign_in: Callable[[str], BrowserClient]
) -> None:
    source = "\n".join(path.read_text("utf-8") for path in Path(app.root_path).rglob("*.py"))
    names = set(re.findall(r"args(?:\.get|\.getlist)?[(\[]\"([a-z_]+)\"", source))
    names |= {"q", "state", "source", "campaign", "target", "tag", "mine", "due", "sort", "show", "status", "type", "act",
              "person", "since", "until"}  # fmt: skip
    wrong = []
    for name in ("市局高局长", "冯管理", "公安刘警官")[: 3 if db.engine.dialect.name == "sqlite" else 1]:
        client = sign_in(name)
        for page in pages(app, world, name):
            if "/steps/" in page or client.get(page).status_code != 200:
                continue
            # A page of one subject reads few arguments: the worst values are enough for it.
            few = re.search(r"/\d+", page) is not None or db.engine.dialect.name != "sqlite" or name != "市局高局长"
            for what, value in ((k, v) for k, v in HOSTILE.items() if k in WORST or not few):
                query = "&".join(f"{n}={quote_from_bytes(value[:3000])}" for n in sorted(names))
                try:
                    status = client.get(f"{page}?{query}").status_code
                except Exception as error:
                    db.session.rollback()
                    wrong.append(f"{page} ({what}): {type(error).__name__} {str(error)[:160]}")
                    continue
                if status >= 500:
                    wrong.append(f"{page} ({what}): {status}")
    assert wrong == [], "\n".join(wrong[:40])


@pytest.mark.parametrize("cursor", ["WzEsMV0", "W251bGwsMV0", "WyIyMDI2LTAxLTAxIiwxXQ", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwxXQ", "W0luZmluaXR5LDFd",
                                    "WzFlMzA5LDFlMzA5XQ", "W1tb" * 2000, "²", "٣", "e30", "%00", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsIDk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0"])  # fmt: skip
def test_a_forged_cursor_opens_a_page(
    app: Flask, world: County, sign_in: Callable[[str], BrowserClient], cursor: str
) -> None:
    client = sign_in("张执法")
    for page in ("/cases/?", "/cases/?q=茶叶&", "/cases/?sort=-amount&", "/cases/?sort=due&", "/clues?", "/clues?sort=due&", "/transfers/?show=all&",
                 "/registry/parties/?", "/search?q=茶叶&type=case&", "/notices/?"):  # fmt: skip
        for name in ("after", "before", "cursor"):
            assert client.get(f"{page}{name}={cursor}").status_code < 500, (page, name)


def test_a_denied_address_with_a_nul_or_a_line_end_is_noted_on_one_line(
    app: Flask, world: County, sign_in: Callable[[str], BrowserClient]
) -> None:
    """LG12, AN15: the row of history that a refusal writes holds no character that a column or a log may not."""
    client = sign_in("冯管理")
    for path in (
        "/registry/check/x%00y",
        "/registry/check/x%0d%0ay",
        f"/clues/{world.number('clue_id')}/steps/a%00b%0ac",
    ):
        assert client.get(path).status_code == 403, path


# --- uploads ------------------------------------------------------------------------------------------------------------

# Every one that could find a hole leads to a canary in the test's own folder: never to a place of the machine.
CANARY = "canary"
NAMES = (
    *("../" * n + CANARY for n in range(1, 6)), "..\\..\\canary", "{folder}/canary", "a%0d%0aSet-Cookie: x=1.jpg", "CON", ".htaccess", "\u202egpj.exe",
    "x" * 5000 + ".pdf", "a\0.jpg", "=cmd|' /C calc'!A0.csv", "<img src=x onerror=alert(1)>.jpg", "...", "%2e%2e%2fcanary",
    "证据\U0002000b👮.jpg", "; touch canary #.pdf",
)  # fmt: skip
CONTENTS = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "html": b"<!doctype html><script>alert(1)</script>",
    "xhtml": b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
    "script in a picture": b"GIF89a/*\x01\x00*/=1;alert(1)//<script>alert(1)</script>", "PostScript": b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file",
    "half a PDF": b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", "program": b"MZ\x90\x00\x7fELF", "text": b"just text",
}  # fmt: skip


def test_fl11_fl12_an_upload_is_a_name_to_show_and_bytes_to_hand_out_and_nothing_else(
    app: Flask, sign_in: Callable[[str], BrowserClient], tmp_path: Path
) -> None:
    clue, client = build("浉河区").number("clue_id"), sign_in("张执法")
    token = client.hidden(f"/clues/{clue}")
    for n, name in enumerate(one.format(folder=tmp_path) if "{" in one else one for one in NAMES):
        kind = list(CONTENTS)[n % len(CONTENTS)]
        body = CONTENTS[kind] + str(n).encode()
        answer = client.post(f"/clues/{clue}/files", data={**token, "photos": [(io.BytesIO(body), name)]})
        assert answer.status_code == 303, (name, answer.status_code)
        kept = db.session.scalars(db.select(StoredFile).order_by(StoredFile.id.desc())).first()
        assert kept is not None
        assert kept.sha256 == hashlib.sha256(body).hexdigest(), name
        assert not set("/\\\0\r\n\u202e") & set(kept.name), kept.name
        sent = client.get(f"/documents/files/{kept.id}")
        assert sent.get_data() == body
        assert sent.headers["Content-Disposition"].startswith("attachment;")
        assert "sandbox" in sent.headers["Content-Security-Policy"]
        assert sent.headers["X-Content-Type-Options"] == "nosniff"
        assert "html" not in sent.headers["Content-Type"], kind
        assert "svg" not in sent.headers["Content-Type"], kind
        assert "xml" not in sent.headers["Content-Type"], kind
        assert "Set-Cookie" not in sent.headers or "x=1" not in sent.headers["Set-Cookie"]
    assert [path for path in tmp_path.rglob("*") if path.name.startswith(CANARY)] == []
    page = client.get(f"/clues/{clue}").get_data(as_text=True)
    assert "<img src=x" not in page
