"""What a browser keeps of a form is dropped when the form was saved, and whoever saved is told so: else it is saved twice.

The browser's half is tests/e2e/test_drafts.py, and every form that is pressed there (`people.Someone.press`).
"""

from __future__ import annotations

import ast
import re

import pytest

from app.core import clock
from app.core.forms import SAVED
from tests.cases import world
from tests.laws.test_source import PAGES, ROOT, trees

KEEP = re.compile(r'data-keep="((?:[^"{]|\{\{.*?\}\})*)"')
# 303 without a word, and why: nothing was typed that a draft could hold.
SILENT = {
    ("people/views.py", "sign_in"), ("people/views.py", "sign_out"), ("people/views.py", "switch_post"), ("people/views.py", "switch_locale"),
    ("notices/views.py", "read"), ("doors.py", "_account_in_order"),
}  # fmt: skip


def test_every_form_with_a_draft_sends_its_name() -> None:
    """Without the field `_keep` the answer could not say which draft has done its duty."""
    found, bad = 0, []
    for page in PAGES:
        text = page.read_text("utf-8")
        for form in re.split(r"(?=<form )", text)[1:]:
            head, _, rest = form.partition("\n")
            if "data-keep=" not in head:
                continue
            found += 1
            sent = re.search(r"\{\{ (?:f\.)?kept\((.+?)\)(?: if keep and not closed)? \}\}", rest.splitlines()[0])
            written = KEEP.search(head)
            plain = re.sub(r"[\s'~{}]", "", written.group(1)) if written else "?"
            if sent is None or re.sub(r"[\s'~{}]", "", sent.group(1)) != plain:
                bad.append(str(page.relative_to(ROOT)))
    assert found > 5
    assert bad == []


# Posted without a draft, and why.
NO_DRAFT = {
    "people/sign_in.html": "account, pass phrase and code", "people/second_factor.html": "pass phrase and code", "people/password.html": "pass phrases",
    "intake/informer.html": "what leads to the informer stays off the device", "intake/withhold.html": "a reason that may tell who informed",
}  # fmt: skip


def typed_into(body: str) -> bool:
    """Whether a form has something to fill in: a field of the house, or a control written out."""
    calls = re.findall(r"\{[{%]\s*(?:call )?((?:f|pick|parts)\.\w+)\(", body)
    controls = [
        one
        for one in re.findall(r"<(?:input|textarea|select)\b[^>]*>", body)
        if not re.search(r'type="(?:hidden|file|checkbox)"', one)
    ]
    return bool(
        {*calls} - {"f.hidden", "f.error_summary", "f.buttons", "f.files", "f.kept", "f.held_files"} or controls
    )


def test_every_form_that_is_typed_into_keeps_a_draft() -> None:
    """A session that ends takes nothing away that was typed; only what must not lie on a device is left out, by name."""
    missing, found = set(), 0
    for page in PAGES:
        file, text = str(page.relative_to(ROOT / "app/templates")), page.read_text("utf-8")
        calls = re.findall(r"\{% call f\.form\((.*?)\) %\}", text)
        written = [
            re.split(r">(?=\s|\{|<|$)", form, maxsplit=1, flags=re.MULTILINE)
            for form in re.findall(r"<form (.*?)</form>", text, re.DOTALL)
        ]
        bare = [head for head in calls if not re.search(r"\bkeep=", head)]
        bare += [
            head
            for head, body in written
            if 'method="get"' not in head and "data-keep" not in head and typed_into(body)
        ]
        found += len(calls) + len(written)
        if bare:
            missing.add(file)
    assert found > 50
    assert missing == {*NO_DRAFT}


def test_whoever_saved_is_told() -> None:
    """Every answer 303 of a view stands in a function that flashes; `once` and `carry_out` ask for the sentence."""
    silent = set()
    for file, tree in trees():
        for node in ast.walk(tree):
            if not isinstance(node, ast.FunctionDef):
                continue
            text = ast.unparse(node)
            if re.search(r"redirect\(.*\b303\b", text) and "flash(" not in text and "accepted(form)" not in text:
                silent.add((file, node.name))
    assert silent <= SILENT, sorted(silent - SILENT)


@pytest.fixture
def case(app, viewer):
    return world.investigated(viewer)


def marked(answer) -> str:
    found = [c for c in answer.headers.getlist("Set-Cookie") if c.startswith(SAVED + "=")]
    return found[0].split(";")[0].removeprefix(SAVED + "=") if found else ""


def test_the_answer_names_the_draft_that_was_saved_and_says_what_was_saved(case, viewer, sign_in) -> None:
    client = sign_in("张执法")
    one = world.with_lines(case, viewer("张执法"), {"name": "茶", "quantity": "1", "price": "100"})
    page, url = f"/cases/{case.id}/goods/{one.id}", f"/cases/{case.id}/goods/{one.id}/paste"
    keep = f"goods-paste-{one.id}"
    assert f'name="_keep" value="{keep}"' in client.get(page).get_data(as_text=True)
    bad = client.post_form(url, {"_keep": keep, "rows": "没有数量", "reason": ""}, page=page)
    assert (bad.status_code, marked(bad)) == (422, ""), "nothing was saved: the draft stays"
    rows = "名称\t数量\t单价\t价格种类\n酒\t3\t50\t标价\n烟\t1\t20\t标价"
    good = client.post_form(url, {"_keep": keep, "rows": rows, "reason": "进销台账"}, page=page)
    assert (good.status_code, marked(good)) == (303, keep)
    said = client.get(page).get_data(as_text=True)
    assert "已添加2行。本清单共3行，价值270.00元" in said


@pytest.mark.parametrize(("url", "keep", "given", "said"), [
    ("/registry/parties/new", "party-new", {"kind": "person", "id_kind": "resident", "name": "信阳市某某茶行"}, "已登记当事人“信阳市某某茶行”"),
    ("/clues/new", "clue-new", {"source_kind": "inspection", "facts": "货架上有四十盒。", "found_at": ""}, "已登记线索"),
])  # fmt: skip
def test_a_record_that_was_made_is_named(sign_in, url, keep, given, said) -> None:
    client = sign_in("张执法")
    if "found_at" in given:
        given = given | {"found_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")}
    answer = client.post_form(url, given)
    assert (answer.status_code, marked(answer)) == (303, keep), answer.get_data(as_text=True)[:4000]
    assert said in client.get(answer.location).get_data(as_text=True)


def test_what_is_shown_once_is_an_answer_that_saved_too(sign_in, person) -> None:
    """The identity number against its reason, the first pass phrase: 200, and the draft has done its duty."""
    officer, admin = sign_in("张执法"), sign_in("冯管理")
    made = officer.post_form(
        "/registry/parties/new",
        {"kind": "person", "id_kind": "resident", "id_number": "11010519491231002X", "name": "某某"},
    )
    url = made.location + "/id-number"
    assert marked(officer.post_form(url, {"reason": ""})) == ""
    shown = officer.post_form(url, {"reason": "办理移送"})
    assert (shown.status_code, marked(shown).split(".")[-1]) == (200, f"id-number-{made.location.rsplit('/', 1)[1]}")
    opened = admin.post_form(
        "/people/new", {"account": "xinlaide", "name": "新来的", "email": "n@example.cn", "phone": ""}
    )
    assert (opened.status_code, marked(opened).split(".")[-1]) == (200, "people-new")


def test_a_name_that_is_none_is_not_written_into_a_cookie(sign_in) -> None:
    client = sign_in("张执法")
    given = {"kind": "person", "id_kind": "resident", "name": "信阳市某某茶行", "_keep": "x; Path=/\r\nSet-Cookie: a=b"}
    answer = client.post_form("/registry/parties/new", given)
    assert (answer.status_code, marked(answer)) == (303, "")


def test_each_person_has_a_tag_of_their_own_that_tells_nothing(sign_in, viewer) -> None:
    pages = [sign_in(name).get("/").get_data(as_text=True) for name in ("张执法", "李执法", "张执法")]
    tags = [re.search(r'data-person="([0-9a-f]{16})"', page).group(1) for page in pages]
    assert tags[0] == tags[2] != tags[1]
