"""Every refusal is a sentence, nothing typed is lost, nothing is done twice, and nobody sees what is not theirs."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e import story
from tests.e2e.house import CAP, until
from tests.e2e.people import City

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(600)]
TYPED = "这一段文字不能丢：货架二十一层。"
HOSTILE = "<script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>&amp;{{ 7*7 }}"


# Once in a session, like the city: with two processes the tests of a folder are dealt out one by one, and what is set up
# for a module would be set up again when its next test comes, as a duplicate of itself.
@pytest.fixture(scope="session")
def clue(city: City) -> str:
    """An assigned clue."""
    found = story.log_clue(city["张执法"], "301")
    story.assign(city, found)
    return found


@pytest.fixture(scope="session")
def package(city: City) -> str:
    """A transfer that was handed over."""
    clue = story.log_clue(city["张执法"], "302")
    story.assign(city, clue)
    transfer = story.suspect(city, story.file_case(city, clue))
    story.report(city, transfer)
    story.endorse(city, transfer)
    story.approve(city, transfer)
    story.hand_over(city, transfer)
    return transfer


# --- one wins, the other learns it --------------------------------------------------------------------------------------


def test_the_second_tab_gets_409_and_keeps_its_text(city: City) -> None:
    officer = city["张执法"]
    clue = story.log_clue(officer, "303")
    story.assign(city, clue)
    officer.open(f"{clue}/steps/propose_filing")
    officer.fill({**story.filing(city), "verified_facts": TYPED})
    other = officer.another_page()
    other.goto(f"{clue}/steps/ask_extension")
    other.locator("[name=extension_reason]").fill("需要辨认。")
    other.locator("main form.form .buttons button[type=submit]").click()
    other.wait_for_url(f"**{clue}")
    officer.press(expect=409)
    assert officer.page.locator("[name=verified_facts]").input_value() == TYPED
    officer.press()
    assert TYPED in officer.page.content()
    other.close()


def test_a_second_person_gets_409_with_the_present_state(city: City) -> None:
    clue = story.log_clue(city["张执法"], "304")
    head, again = city["王科长"], city.fresh("王科长")
    for who in (head, again):
        who.open(f"{clue}/steps/assign")
        who.fill({"officer_ids": [city.id_of("张执法"), city.id_of("李执法")]})
    head.press()
    again.press(expect=409)
    assert "核查中" in again.text
    number = int(clue.rsplit("/", 1)[1])
    assert (
        city.house.one(
            "select count(*) from history where subject_type = 'clue' and subject_id = :id and act = 'assign'",
            id=number,
        )
        == 1
    )
    again.close()


def test_of_two_who_press_at_once_one_decides(city: City) -> None:
    """Both sheets are open, both presses are on the way before either is answered."""
    clue = story.log_clue(city["张执法"], "311")
    story.assign(city, clue)
    city["张执法"].step("建议立案", story.filing(city), at=clue)
    city["王科长"].step("审查同意立案建议", {"endorsement": "同意立案。"}, at=clue)
    number, before = int(clue.rsplit("/", 1)[1]), city.house.one('select count(*) from "case"')
    two = [city["周副局"], city["陈局长"]]
    for who in two:
        who.open(f"{clue}/steps/approve_filing")
        who.fill({"decision_note": f"{who.name}的意见"})
    answers: dict[str, int] = {}
    for who in two:
        who.page.on(
            "response",
            lambda r, name=who.name: answers.setdefault(name, r.status) if r.request.method == "POST" else None,
        )
    for who in two:
        # Sent from a timer, so that this line does not wait for the first answer before the second press.
        who.page.evaluate("setTimeout(() => document.querySelector('main form.form').requestSubmit(), 200)")
    until(lambda: len(answers) == 2 or two[0].page.wait_for_timeout(50), 30, "both answers")
    assert sorted(answers.values()) == [303, 409]
    loser = two[0] if answers["周副局"] == 409 else two[1]
    loser.page.wait_for_load_state("load")
    assert "已立案" in loser.text, "the present state"
    assert f"{loser.name}的意见" in loser.page.content()
    assert city.house.one('select count(*) from "case"') == before + 1
    acts = "select count(*) from history where subject_type = 'clue' and subject_id = :id and act = 'approve_filing'"
    assert city.house.one(acts, id=number) == 1


def test_a_double_click_makes_one_record(city: City) -> None:
    officer = city["张执法"]
    before = city.house.one("select count(*) from clue")
    officer.open("/clues/new")
    officer.fill(story.clue_facts("305"))
    officer.page.evaluate("""() => { const b = [...document.querySelectorAll('main form.form .buttons button')].at(0);
        b.click(); b.click(); b.form.requestSubmit(); }""")
    officer.page.wait_for_url(re.compile(r"/clues/\d+$"))
    assert city.house.one("select count(*) from clue") == before + 1


def test_the_same_form_sent_twice_makes_one_record(city: City) -> None:
    """Without our script: the answer was lost and the browser sends the form once more."""
    officer = city["张执法"]
    before = city.house.one("select count(*) from clue")
    officer.open("/clues/new")
    officer.fill(story.clue_facts("306"))
    sent = officer.page.evaluate(
        "() => Object.fromEntries(new FormData(document.querySelector('main form.form')).entries())"
    )
    sent = {name: value for name, value in sent.items() if isinstance(value, str)}
    answers = [officer.context.request.post("/clues/new", form=sent, max_redirects=0) for _ in range(2)]
    assert [a.status for a in answers] == [303, 303]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert city.house.one("select count(*) from clue") == before + 1


# --- who sees what -----------------------------------------------------------------------------------------------------


def test_another_county_finds_nothing(city: City, clue: str, package: str) -> None:
    """Out of scope looks like not found."""
    number = int(package.rsplit("/", 1)[1])
    case = city.house.one("select case_id from transfer where id = :id", id=number)
    paper = city.house.one("select min(id) from paper where subject_type = 'transfer' and subject_id = :id", id=number)
    for name in ("外县老周", "罗山公安郭警官", "罗山检察院丁检"):
        who = city[name]
        assert who.status_of(clue) in {403, 404}
        for path in (
            package,
            f"{package}/steps/approve",
            f"/cases/{case}",
            f"/documents/papers/{paper}",
            f"/documents/papers/{paper}/pdf",
            f"/documents/package/transfer/{number}.zip",
        ):
            assert who.status_of(path) in {403, 404}, f"{name} {path}"
    assert city["外县老周"].status_of(clue) == 404
    assert city["罗山公安郭警官"].status_of(package) == 404


def test_a_liaison_sees_the_package_and_nothing_else(city: City, clue: str, package: str) -> None:
    number = int(package.rsplit("/", 1)[1])
    case = city.house.one("select case_id from transfer where id = :id", id=number)
    for name in ("公安刘警官", "检察院孙检"):
        who = city[name]
        who.open(package)
        for path in ("/clues", clue, "/clues/new", "/cases/", f"/cases/{case}", f"/cases/{case}/evidence", "/registry/parties/", "/registry/rights/", "/people/",
                     "/stats", "/history", f"/documents/package/case/{case}.zip", f"{package}/steps/approve"):  # fmt: skip
            assert who.status_of(path) in {403, 404}, f"{name} {path}"
        assert not who.page.locator('a[href^="/cases"], a[href^="/clues"]').count()


def test_the_administrator_reads_no_case(city: City, clue: str, package: str) -> None:
    number = int(package.rsplit("/", 1)[1])
    case = city.house.one("select case_id from transfer where id = :id", id=number)
    for path in (
        "/clues",
        clue,
        "/cases/",
        f"/cases/{case}",
        "/transfers/",
        package,
        "/parties",
        f"/documents/package/transfer/{number}.zip",
    ):
        assert city["冯管理"].status_of(path) in {403, 404}, path


def test_the_auditor_reads_all_and_changes_nothing(city: City, clue: str, package: str) -> None:
    auditor = city["审计郑"]
    for path in (clue, package):
        auditor.open(path)
        assert auditor.offered() == []
        assert auditor.page.locator('main form[method="post"]').count() == 0
    assert auditor.status_of("/clues/new") == 403
    number = int(clue.rsplit("/", 1)[1])
    before = city.house.one("select version from clue where id = :id", id=number)
    token = auditor.page.locator('meta[name="csrf-token"]').get_attribute("content")
    for path in (f"{clue}/steps/reassign", f"{clue}/amend", f"{clue}/files", f"{package}/steps/close"):
        answer = auditor.context.request.post(path, form={"csrf_token": token, "reason": "改"})
        assert answer.status == 403, path
    assert city.house.one("select version from clue where id = :id", id=number) == before


def test_the_informer_is_shown_only_against_a_typed_reason(city: City) -> None:
    """投诉举报处理办法 37: one of the case opens it, says why, and stands in the history; the others see that there is one."""
    desk, name, phone = city["钱接待"], "吴举报", "13837600001"
    informer = {
        "informer_kind": "named", "informer_name": name, "informer_phone": phone, "source_kind": "report", "channel": "counter",
    }  # fmt: skip
    clue = story.log_clue(desk, "312", **informer)
    assert name not in desk.text
    story.assign(city, clue)
    officer = city["张执法"]
    officer.open(clue)
    assert "实名举报" in officer.text
    assert name not in officer.page.content()
    assert phone not in officer.page.content()
    opened = "select reason from history where subject_type = 'clue' and subject_id = :id and act = 'open_secret.informer' order by seq"
    number = int(clue.rsplit("/", 1)[1])
    before = len(city.house.rows(opened, id=number))
    officer.open(f"{clue}/informer")
    assert name not in officer.page.content()
    assert "查看举报人信息须写明理由" in officer.press("留痕并查看", expect=422)
    assert name not in officer.page.content()
    assert len(city.house.rows(opened, id=number)) == before
    officer.fill({"reason": "需核实货物存放地点。"})
    text = officer.press("留痕并查看", expect=200)
    assert name in text
    assert phone in text
    rows = city.house.rows(opened, id=number)
    assert len(rows) == before + 1
    assert rows[-1][0] == "需核实货物存放地点。"
    assert name not in officer.open(f"{clue}/informer"), "the next look wants its own reason"
    for other in ("王科长", "审计郑", "外县老周"):
        assert city[other].status_of(f"{clue}/informer") in {403, 404}, other
    assert city["王科长"].open(f"/search?q={name}").count(clue) == 0
    auditor = city["审计郑"]
    auditor.open(clue)
    assert "需核实货物存放地点" in auditor.text, "who looked, when and why is there to be read"
    assert name not in auditor.page.content()


# --- signed in or not --------------------------------------------------------------------------------------------------


def test_a_stranger_is_sent_to_sign_in_and_comes_back(city: City, clue: str) -> None:
    stranger = city.fresh("张执法", signed_in=False)
    stranger.page.goto(clue)
    assert "/sign-in" in stranger.path
    stranger.sign_in()
    assert stranger.path == clue
    stranger.close()


def test_an_idle_session_ends(city: City) -> None:
    who = city.fresh("李执法")
    who.open("/clues")
    city.house.change(
        "update signed_in set seen_at = '2020-01-01 00:00:00.000000' where person_id = :id", id=city.id_of("李执法")
    )
    who.page.goto("/clues")
    assert "/sign-in" in who.path
    who.close()


def test_a_form_without_its_token_does_nothing(city: City, clue: str) -> None:
    officer = city["张执法"]
    number = int(clue.rsplit("/", 1)[1])
    before = city.house.one("select version from clue where id = :id", id=number)
    given = {"extension_reason": "伪造", "version": str(before)}
    assert officer.context.request.post(f"{clue}/steps/ask_extension", form=given).status == 400
    token = officer.another_page()
    token.goto(clue)
    given["csrf_token"] = str(token.locator('meta[name="csrf-token"]').get_attribute("content"))
    foreign = officer.context.request.post(
        f"{clue}/steps/ask_extension", form=given, headers={"Origin": "https://evil.example"}
    )
    assert foreign.status == 400
    assert city.house.one("select version from clue where id = :id", id=number) == before
    token.close()


# --- what is typed -----------------------------------------------------------------------------------------------------


def test_html_prints_as_text_in_page_and_paper(city: City, tmp_path: Path) -> None:
    """The served copy is nobody here: what does find a hole overwrites nothing."""
    officer = city["张执法"]
    asked: list[str] = []
    officer.page.on("request", lambda request: asked.append(request.url) if ":9/" in request.url else None)
    officer.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    officer.open("/clues/new")
    officer.fill({
        **story.clue_facts("308", facts=f"甲{HOSTILE}乙", place=f"308号{HOSTILE[:60]}"), "act_place": HOSTILE[:100], "platform": HOSTILE[:60],
        "new_party-name": f"丙{HOSTILE}"[:100], "new_party-address": HOSTILE, "new_right-name": f"丁{HOSTILE}"[:100],
        "new_right-holder_name": f"戊{HOSTILE}"[:100],
    })  # fmt: skip
    photo = story.picture(tmp_path / "照片.jpg", "#998877")
    officer.fill(
        {"photos": {"name": "../../../etc/<b>x</b>.jpg", "mimeType": "image/jpeg", "buffer": photo.read_bytes()}}
    )
    officer.press("登记")
    assert f"甲{HOSTILE}乙" in officer.text
    assert officer.page.locator("main script, main img[src*='127.0.0.1:9']").count() == 0
    number = int(officer.path.rsplit("/", 1)[1])
    for path in ("/", "/clues", officer.path, "/search?q=丁", "/registry/parties/", "/registry/rights/"):
        officer.open(path)
        assert officer.page.locator("main script").count() == 0
    paper = city.house.one("select id from paper where subject_type = 'clue' and subject_id = :id", id=number)
    until(lambda: city.house.one("select state from paper where id = :id", id=paper) == "ready", 60, "the paper")
    data = officer.fetched(f"/documents/papers/{paper}/pdf")
    (tmp_path / "p.pdf").write_bytes(data)
    text = subprocess.run(
        ["pdftotext", "-raw", str(tmp_path / "p.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout.replace("\n", "")
    assert "<script>alert(1)</script>" in text
    assert "{{ 7*7 }}" in text or "{{7*7}}" in text.replace(" ", "")
    assert asked == []
    names = [
        row[0]
        for row in city.house.rows(
            "select name from stored_file where subject_type = 'clue' and subject_id = :id", id=number
        )
    ]
    assert len(names) == 1
    assert "/" not in names[0]
    officer.quiet()


@pytest.fixture(scope="session")
def case(city: City) -> str:
    clue = story.log_clue(city["张执法"], "309")
    story.assign(city, clue)
    return story.file_case(city, clue)


def evidence(title: str, name: str, kind: str, data: bytes) -> dict[str, object]:
    return {
        "kind": "documentary",
        "title": title,
        "file": {"name": name, "mimeType": kind, "buffer": data},
        "party_signed": True,
        "place": "店内",
    }


@pytest.mark.parametrize(("name", "kind", "data"), [
    ("账本.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 torn"), ("合同.pdf", "application/pdf", b"%PDF-1.7\nnot a pdf"),
    ("图.png", "image/png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), ("页.html", "text/html", b"<script>alert(1)</script>"),
], ids=["torn-image", "torn-pdf", "svg-as-png", "html"])  # fmt: skip
def test_what_is_not_what_it_says_is_kept_but_never_shown(
    city: City, case: str, name: str, kind: str, data: bytes
) -> None:
    officer = city["张执法"]
    officer.open(f"{case}/evidence/new")
    officer.fill(evidence(f"材料 {name}", name, kind, data))
    officer.press()
    assert officer.page.locator("main img").count() == 0
    found = city.house.rows("select id, sha256 from stored_file where name = :name order by id desc", name=name)
    answer = officer.context.request.get(f"/documents/files/{found[0][0]}")
    assert answer.status == 200
    assert answer.body() == data
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert officer.status_of(f"/documents/files/{found[0][0]}/thumbnail") == 404


def test_a_file_over_the_cap_is_refused_and_the_text_stays(city: City, case: str) -> None:
    officer = city["张执法"]
    officer.open(f"{case}/evidence/new")
    officer.fill({**evidence("太大", "大.bin", "application/octet-stream", b"x" * (CAP + 1000)), "proves": TYPED})
    officer.press(expect=413)
    assert "超过允许的大小" in officer.text
    assert officer.page.locator("[name=proves]").input_value() == TYPED
    officer.page.goto(f"{case}/evidence/new")
    token = officer.page.locator('meta[name="csrf-token"]').get_attribute("content")
    answer = officer.context.request.post(f"{case}/evidence/new", multipart={
        "csrf_token": str(token), "file": {"name": "b.bin", "mimeType": "application/octet-stream", "buffer": b"x" * (CAP + 5 * 1024 * 1024)},
    })  # fmt: skip
    assert answer.status == 413


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("found_at", "2099-01-01T10:00", "不能晚于现在"), ("facts", "", "请写明看到、听到了什么"), ("new_party-credit_code", "91411502MA0000000X1", "18位"),
    ("new_party-credit_code", "91411502MA00000001", "校验"), ("new_party-id_number", "41150219901301001X", "出生日期"), ("facts", "长" * 5001, "最多5000字"),
])  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(city: City, field: str, value: str, sentence: str) -> None:
    officer = city["张执法"]
    officer.open("/clues/new")
    given = {**story.clue_facts("310"), "place": TYPED, "new_party-name": "某店", field: value}
    officer.fill(given)
    officer.press("登记", expect=422)
    said = officer.page.locator(".field-bad").filter(has=officer.page.locator(f'[name="{field}"]'))
    assert sentence in said.inner_text(), "at the field"
    assert sentence in officer.page.locator(".error-summary").inner_text(), "and above the form"
    assert officer.page.locator("[name=place]").input_value() == TYPED


@pytest.mark.parametrize(
    ("price", "quantity"), [("12.345", "1"), ("一百", "1"), ("-5", "1"), ("1e9", "1"), ("10", "0"), ("10", "1.2345")]
)
def test_an_amount_that_is_none_is_refused_with_its_line(city: City, case: str, price: str, quantity: str) -> None:
    officer = city["张执法"]
    number = int(case.rsplit("/", 1)[1])
    found = city.house.rows("select id from goods_list where case_id = :id", id=number)
    if not found:
        officer.open(f"{case}/goods/new")
        officer.fill({"place": "店内"})
        officer.press()
        found = city.house.rows("select id from goods_list where case_id = :id", id=number)
    officer.open(f"{case}/goods/{found[0][0]}")
    officer.page.locator("#line-name").fill("白酒")
    officer.page.locator("#line-price").fill(price)
    officer.page.locator("#line-quantity").fill(quantity)
    officer.press("添加", expect=422)
    assert officer.page.locator("#line-price").input_value() == price
    assert officer.page.locator("#line-quantity").input_value() == quantity
    assert city.house.one("select count(*) from goods_line where list_id = :id", id=found[0][0]) == 0
