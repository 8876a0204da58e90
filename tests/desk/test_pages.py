"""Search, figures, history, jobs and health in the browser: within one's scope, escaped, bounded, provable."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from app.core import clock, history
from app.core.outbox import Errand
from app.core.permissions import Viewer
from app.desk import chain, find
from app.extensions import db
from tests.cases import world as cases
from tests.conftest import BrowserClient
from tests.transfers.world import brought_to

SignIn = Callable[[str], BrowserClient]


def page(client: BrowserClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return str(answer.get_data(as_text=True))


@pytest.fixture
def case(app: Flask, viewer: Callable[[str], Viewer]) -> Any:
    return cases.investigated(viewer, party=cases.party("浉河区鑫源茶行<b>"))


# --- search ------------------------------------------------------------------------------------------------------------


def test_two_characters_find_and_are_marked(case: Any, sign_in: SignIn) -> None:
    found = page(sign_in("张执法"), "/search?q=鑫源")
    assert "<mark>鑫源</mark>" in found
    assert "案件（1）" in found


def test_every_word_must_stand_there(case: Any, sign_in: SignIn) -> None:
    client = sign_in("张执法")
    assert "<mark>" in page(client, "/search?q=鑫源 信阳")
    assert "没有找到" in page(client, "/search?q=鑫源 长江")


def test_kinds_with_many_hits_and_with_few_are_found_the_same(
    app: Flask, case: Any, viewer: Callable[[str], Viewer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many hits are looked up together, each kind shows its own, and counts to the cap."""
    for n in range(2, 5):
        cases.investigated(viewer, party=cases.party(f"浉河区鑫源茶行{n}店"))
    for name in ("张执法", "市局高局长", "外县老周"):
        for word in ("鑫源", "信阳"):
            ways = []
            for cap in (100, 5, 1):
                monkeypatch.setattr(find, "CAP", cap)
                with app.test_request_context():
                    ways.append([(g.kind.type, [h.url for h in g.hits]) for g in find.look(viewer(name), word)])
            assert ways[0] == ways[1] == ways[2], (name, word)
            assert name != "张执法" or {"case"} <= {kind for kind, _urls in ways[0]}


def test_another_county_finds_nothing_and_the_city_finds_it(case: Any, sign_in: SignIn) -> None:
    assert "没有找到" in page(sign_in("外县老周"), "/search?q=鑫源茶行&type=case")
    assert "案件（1）" in page(sign_in("市局高局长"), "/search?q=鑫源茶行")
    assert "没有找到" in page(sign_in("公安刘警官"), "/search?q=鑫源")
    assert sign_in("冯管理").get("/search?q=鑫源").status_code == 403


def test_an_exact_number_opens_its_page_for_those_who_may_read_it(case: Any, sign_in: SignIn) -> None:
    number, case_id = case.number, case.id
    db.session.rollback()
    answer = sign_in("张执法").get("/search", query_string={"q": number.replace("〔", "[").replace("〕", "]")})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/cases/{case_id}")
    assert sign_in("外县老周").get("/search", query_string={"q": number}).status_code == 200


def test_the_police_find_what_was_handed_over_to_them(app: Flask, sign_in: SignIn) -> None:
    transfer = brought_to("awaiting_decision")
    db.session.commit()
    client = sign_in("公安刘警官")
    assert "没有找到" in page(client, "/search?q=茶业")
    brought_to("handed_over", transfer) if False else None
    for step, name, data in (
        ("approve", "陈局长", {"reason": ""}),
        ("hand_over", "孙内勤", {"handed_to": "x", "medium": "both", "no_appraisal_reason": "x"}),
    ):
        from tests.transfers.world import do

        do(transfer, step, name, **data)
    db.session.commit()
    assert "<mark>茶业</mark>" in page(client, "/search?q=茶业")


def test_markup_in_names_and_in_the_query_prints_as_text(case: Any, sign_in: SignIn) -> None:
    client = sign_in("张执法")
    for query in ("鑫源", "<script>alert(1)</script>", '"><img src=x>', "茶行<b>"):
        found = client.get("/search", query_string={"q": query}).get_data(as_text=True)
        assert "<script>alert" not in found
        assert "<img src=x" not in found
        assert "茶行<b>" not in found.replace("<mark>", "").replace("</mark>", "")


@pytest.mark.parametrize(
    "query",
    [
        "'",
        '" OR 1=1',
        "%",
        "_",
        "\\",
        "a & b | !c",
        "(a+)+$",
        "x" * 5000,
        "%" * 200,
        "的",
        "。。。",
        " ",
        "\x00",
        "🍵" * 50,
        "AND OR NOT",
        "*",
        ":*",
    ],
)
def test_se11_se13_operators_and_floods_are_literal_text(case: Any, sign_in: SignIn, query: str) -> None:
    assert sign_in("张执法").get("/search", query_string={"q": query}).status_code == 200


def test_pieces_put_together_are_the_text_again() -> None:
    for text_, words in (("信阳毛尖ＡＢＣ茶", ["abc", "毛尖"]), ("毛尖毛尖", ["毛尖"]), ("", ["x"]), ("ß㎏", ["kg"])):
        pieces = find.marked(text_, words)
        assert "".join(piece for piece, _hit in pieces) == text_
    assert find.marked("信阳毛尖ＡＢＣ茶", ["abc"])[1] == ("ＡＢＣ", True)
    assert find.excerpt("一" * 100 + "毛尖" + "二" * 200, ["毛尖"])[0] == ("…", False)
    assert find.excerpt("无", ["毛尖"]) == []


# --- figures -----------------------------------------------------------------------------------------------------------


def test_every_number_opens_exactly_its_rows(case: Any, viewer: Callable[[str], Viewer], sign_in: SignIn) -> None:
    cases.filed(viewer, party=cases.party("另一家"))
    client = sign_in("王科长")
    text_ = page(client, f"/stats?type=case&year={clock.today().year}")
    bars = re.findall(r'<th scope="row"><a href="(/stats/rows\?[^"]+)">.*?<td class="num">([\d,]+)', text_, re.DOTALL)
    assert len(bars) >= 4
    for link, number in bars:
        assert page(client, link.replace("&amp;", "&")).count('class="lead"') == int(number), link
    assert page(client, f"/stats/rows?type=case&year={clock.today().year}").count('class="lead"') == 2


def test_figures_count_only_what_the_viewer_may_read(case: Any, sign_in: SignIn) -> None:
    assert "这一年没有记录" in page(sign_in("外县老周"), "/stats?type=case")
    assert "这一年没有记录" not in page(sign_in("市局高局长"), "/stats?type=case")
    assert sign_in("公安刘警官").get("/stats").status_code == 403


def test_r47_there_are_no_figures_by_officer(case: Any, sign_in: SignIn) -> None:
    assert "张执法" not in page(sign_in("王科长"), "/stats?type=case").split("</header>", 1)[1].replace("王科长", "")


@pytest.mark.parametrize(
    "query",
    [
        "type=nonsense",
        "year=abc",
        "year=99999999",
        "month=13",
        "organ_id=x",
        "status=%00",
        "cause_id=-1",
        "type=clue&cause_id=1",
    ],
)
def test_nonsense_in_the_address_is_no_fault(case: Any, sign_in: SignIn, query: str) -> None:
    client = sign_in("王科长")
    assert client.get(f"/stats?{query}").status_code in {200, 404, 422}
    assert client.get(f"/stats/rows?{query}").status_code in {200, 404, 422}


# --- history -----------------------------------------------------------------------------------------------------------


def test_history_names_act_actor_state_law_and_subject(case: Any, sign_in: SignIn) -> None:
    text_ = page(sign_in("陈局长"), "/history")
    assert "指定办案人员" in text_
    assert "王科长" in text_
    assert case.name[:6] in text_ or "鑫源" in text_
    assert "调查中" in text_


def test_history_within_ones_scope(case: Any, sign_in: SignIn) -> None:
    assert "指定办案人员" not in page(sign_in("罗山许局长"), "/history")
    assert "指定办案人员" in page(sign_in("审计郑"), "/history")
    assert sign_in("张执法").get("/history").status_code == 403


def test_history_names_the_account_and_says_in_words_what_was_refused(case: Any, sign_in: SignIn) -> None:
    from app.people.models import Person

    zhang = db.session.scalars(db.select(Person).where(Person.name == "张执法")).one()
    account = zhang.account
    assert sign_in("冯管理").post_form(f"/people/{zhang.id}/disable", {"reason": "离职"}).status_code == 303
    prober = sign_in("李执法")
    assert prober.get("/history").status_code == 403
    assert prober.get("/people/1").status_code == 403
    client = sign_in("审计郑")
    for address in ("/", "/history"):
        text_ = page(client, address)
        assert f"停用账号：张执法（账号 {account}）" in text_, address
        assert "打开“办理历史”" in text_
        assert "打开“人员信息”" in text_
        assert "GET /" not in text_


def test_every_door_that_may_refuse_has_its_words(app: Any) -> None:
    from app.desk.attempts import WORDS

    doors = {endpoint for endpoint, view in app.view_functions.items() if getattr(view, "needs", None)}
    assert doors - set(WORDS) == set()


def test_filters_of_history(case: Any, sign_in: SignIn) -> None:
    client, today = sign_in("审计郑"), clock.today()
    assert "指定办案人员" in page(client, f"/history?type=case&person=王科&since={today}&until={today}")
    for nothing in ("person=没有", "type=transfer", "since=2099-01-01", "act=没有这一步", "id=999999"):
        assert "没有符合条件的历史" in page(client, f"/history?{nothing}"), nothing
    for nonsense in ("since=abc", "until=9999-99-99", "organ=x", "before=x", "id=٣"):
        assert client.get(f"/history?{nonsense}").status_code == 200


def test_the_history_of_one_subject_is_for_all_who_may_read_it(case: Any, sign_in: SignIn) -> None:
    case_id = case.id
    db.session.rollback()
    assert "指定办案人员" in page(sign_in("张执法"), f"/history/case/{case_id}")
    assert sign_in("外县老周").get(f"/history/case/{case_id}").status_code == 404
    assert sign_in("张执法").get("/history/person/1").status_code == 404


def test_the_proof_says_whole_or_names_the_row(case: Any, sign_in: SignIn) -> None:
    client = sign_in("审计郑")
    assert "历史链完整" in client.post_form("/history/check", {}, page="/history").get_data(as_text=True)
    last = history.latest(db.session())[0]
    db.session.rollback()
    with db.engine.begin() as owner:
        if db.engine.dialect.name == "sqlite":
            owner.execute(text("DROP TRIGGER history_no_update"))
        else:
            owner.execute(text("ALTER TABLE history DISABLE TRIGGER ALL"))
        owner.execute(text(f"UPDATE history SET reason = '改过' WHERE seq = {last - 1}"))
    found = client.post_form("/history/check", {}, page="/history").get_data(as_text=True)
    assert "历史链不完整" in found
    assert f"第 {last - 1} 条内容被改动" in found


def test_the_export_runs_no_formula_and_is_history_itself(
    app: Flask, viewer: Callable[[str], Viewer], sign_in: SignIn
) -> None:
    for n, reason in enumerate(('=HYPERLINK("http://evil")', "+1", "-1", "@SUM(A1)", "\tx", "正常理由")):
        history.record(("case", n + 1), "note", viewer("张执法"), name="备注", reason=reason)
    db.session.commit()
    answer = sign_in("审计郑").post_form("/history/export", {"type": "case"}, page="/history")
    assert answer.mimetype == "text/csv"
    assert answer.get_data().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert tuple(rows[0]) == chain.COLUMNS
    assert not [cell for row in rows[1:] for cell in row if cell[:1] in set("=+-@\t\r\n")]
    assert "正常理由" in rows[1][11]
    noted = db.session.scalars(select(history.HistoryEntry).where(history.HistoryEntry.act == "history.export")).one()
    assert noted.facts == {"rows": len(rows) - 1}


# --- jobs and health ---------------------------------------------------------------------------------------------------


def test_the_administrator_sees_failed_errands_and_retries_them(app: Flask, sign_in: SignIn) -> None:
    db.session.add(
        Errand(
            kind="notices.deliver", args={"notice_id": 0}, queue="notices", state="failed", tries=8, error="boom <b>"
        )
    )
    db.session.commit()
    errand_id = db.session.scalars(select(Errand.id).where(Errand.state == "failed")).one()
    db.session.rollback()
    client = sign_in("冯管理")
    text_ = page(client, "/jobs")
    assert "boom &lt;b&gt;" in text_
    assert "失败任务" in page(client, "/")
    assert client.post_form(f"/jobs/{errand_id}/retry", {}, page="/jobs").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Errand, errand_id).state == "waiting"
    db.session.rollback()
    assert client.post_form(f"/jobs/{errand_id}/retry", {}, page="/jobs").status_code == 404
    for name in ("张执法", "陈局长", "审计郑"):
        assert sign_in(name).get("/jobs").status_code == 403


def test_health_says_what_is_wrong_and_what_to_do(app: Flask, sign_in: SignIn) -> None:
    from app.core import outbox

    text_ = page(sign_in("冯管理"), "/jobs")
    assert "Redis 在线" in text_
    assert "没有进程在线" in text_
    outbox.install(app, app.extensions["tiequan.errands"], "unix:///nonexistent.sock")
    assert "Redis 无法连接" in page(sign_in("冯管理"), "/jobs")


def test_probes_answer_without_an_account_and_say_nothing_of_the_house(app: Flask) -> None:
    client = BrowserClient(app)
    assert (client.get("/healthz").status_code, client.get("/healthz").get_data(as_text=True)) == (200, "ok\n")
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.get_data(as_text=True) == "ready\nredis there\n"


def test_r08_not_ready_while_the_database_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def gone(*_a: object, **_k: object) -> None:
        raise OperationalError("select 1", {}, Exception("gone"))

    monkeypatch.setattr(db.session, "execute", gone)
    answer = BrowserClient(app).get("/readyz")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


# --- no query grows with the table -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("张执法", "/"),
        ("王科长", "/"),
        ("陈局长", "/"),
        ("张执法", "/notices/"),
        ("陈局长", "/history"),
        ("张执法", "/dates"),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_rows(
    app: Flask, viewer: Callable[[str], Viewer], sign_in: SignIn, name: str, url: str
) -> None:
    def queries() -> int:
        client, seen = sign_in(name), []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listener)
        page(client, url)
        event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    for n in range(6):
        cases.investigated(viewer, party=cases.party(f"先{n}"))
    few = queries()
    for n in range(12):
        cases.investigated(viewer, party=cases.party(f"后{n}"))
    assert queries() <= few + 2


def test_the_same_list_is_said_once_on_the_home_page(app: Flask, case: Any, sign_in: SignIn) -> None:
    """What waits for me and what I am in charge of, row for row the same: one card, the more urgent."""
    brought_to("report_drafting")
    db.session.commit()
    found = page(sign_in("张执法"), "/")
    assert "等我办理：移送" in found
    assert "我承办的：移送" not in found
    assert "我承办的：案件" in found
