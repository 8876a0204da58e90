"""List, clue page and steps in the browser: scope, filters, pages by key, stale pages."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.neighbours import Place
from app.core.permissions import scope
from app.extensions import db
from app.intake import queries
from app.intake.models import Clue
from app.intake.queries import IN_CHARGE, Filters
from app.intake.words import CONDITIONS


@pytest.fixture
def many(log):
    """Forty clues, one every hour back from now."""
    now = clock.now()
    return [
        log(facts=f"第{n}件：店铺甲{n}销售茶叶", place=f"街{n}号", found_at=now - dt.timedelta(hours=n))
        for n in range(40)
    ]


def test_pages_by_key_show_every_clue_once_in_both_directions(many, viewer):
    who, f = viewer("张执法"), Filters()
    first = queries.page(who, f)
    second = queries.page(who, f, after=first.after)
    assert [c.id for c in (*first.rows, *second.rows)] == [c.id for c in many]
    assert (first.before, second.after) == ("", "")
    back = queries.page(who, f, before=second.before)
    assert [c.id for c in back.rows] == [c.id for c in first.rows]
    rising = queries.page(who, Filters(sort="found"))
    assert [c.id for c in rising.rows] == [c.id for c in reversed(many)][: queries.PAGE]
    due = queries.page(who, Filters(sort="due"))
    dues = [c.deadline.due_at for c in due.rows]
    assert dues == sorted(dues)
    rest = queries.page(who, Filters(sort="due"), after=due.after)
    assert {c.id for c in (*due.rows, *rest.rows)} == {c.id for c in many}


def test_a_searched_list_shows_every_hit_once_newest_first_and_is_not_sorted(many, viewer, sign_in):
    who, f = viewer("张执法"), Filters(q="销售茶叶", source="inspection", sort="due")
    first = queries.page(who, f)
    second = queries.page(who, f, after=first.after)
    assert [c.id for c in (*first.rows, *second.rows)] == [c.id for c in reversed(many)], "the last logged comes first"
    assert (first.before, second.after) == ("", "")
    assert queries.count(who, f) == 40
    place = queries.place(who, f, first.rows[1])
    assert (place.position, place.total, place.prev, place.next) == (2, 40, first.rows[0].id, first.rows[2].id)
    assert queries.page(who, Filters(q="店铺甲7销售")).rows == [many[7]]
    assert queries.page(who, Filters(q="销售茶叶", state="filed")).rows == []
    assert queries.page(viewer("外县老周"), f).rows == []
    client = sign_in("张执法")
    assert 'class="sort"' in client.get("/clues").get_data(as_text=True)
    assert 'class="sort"' not in client.get("/clues?q=茶叶").get_data(as_text=True)


def test_a_page_asks_few_questions_whatever_its_length(many, viewer):
    from sqlalchemy import event

    said = []

    def hear(_c, _cursor, statement, *_rest):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        db.session.expunge_all()
        queries.page(viewer("张执法"), Filters())
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)
    assert len(said) < 10, said


def test_numbers_that_no_column_holds_are_harmless(log, sign_in):
    log()
    client, huge = sign_in("张执法"), 10**30
    cursor = base64.urlsafe_b64encode(json.dumps([clock.now().isoformat(), huge]).encode()).decode()
    assert client.get(f"/clues?campaign={huge}&target={huge}&after={cursor}&before={cursor}").status_code == 200
    for rest in ("", "/amend", "/informer", "/steps/assign"):
        assert client.get(f"/clues/{huge}{rest}").status_code in {403, 404}, rest
    assert client.post_form("/clues/new", {"source_kind": "inspection", "found_at": "2026-01-01T00:00", "facts": "x", "party_id": huge, "right_id": huge,
                                           "seen": f"{huge},x", "same_party": huge}).status_code < 500  # fmt: skip


@pytest.mark.parametrize("cursor", ["x", "!!!", "WzFd", "bm90IGpzb24", "Ww" * 200])
def test_a_broken_cursor_opens_the_first_page(many, sign_in, cursor):
    assert "第0件" in sign_in("张执法").get("/clues", query_string={"after": cursor}).get_data(as_text=True)


def test_filters_stand_in_the_url(log, act, officers, sign_in, viewer):
    a = log(
        facts="甲案：网店售假",
        source_kind="online_monitor",
        place_tags=["internet"],
        found_at=clock.now() - dt.timedelta(days=40),
    )
    b = log(facts="乙案：商场检查", object_tags=["gi"])
    act(a, "assign", "王科长", officer_ids=officers)
    client = sign_in("张执法")
    for query, shown in (
        ("state=verifying", a), ("state=received", b), ("source=online_monitor", a), ("tag=internet", a), ("tag=gi", b), ("mine=1", a),
        ("due=overdue", a), ("q=商场", b), ("state=open&source=inspection", b),
    ):  # fmt: skip
        page = client.get(f"/clues?{query}").get_data(as_text=True)
        other = b if shown is a else a
        assert (shown.headline in page, other.headline in page) == (True, False), query
    assert "没有符合条件的线索" in client.get("/clues?state=merged").get_data(as_text=True)
    assert client.get("/clues?state=nonsense&campaign=x&sort=y").status_code == 200


def test_campaign_and_target_filter(log, sign_in, viewer):
    from app.campaigns.models import Campaign

    iron = db.session.scalars(select(Campaign).where(Campaign.short == "铁拳")).first()
    a = log(facts="甲案：铁拳线索", campaign_id=iron.id, target_id=iron.targets[9].id)
    b = log(facts="乙案：普通线索")
    page = sign_in("张执法").get(f"/clues?campaign={iron.id}&target={iron.targets[9].id}").get_data(as_text=True)
    assert a.headline in page
    assert b.headline not in page


def test_an_empty_list_offers_the_next_act(sign_in):
    page = sign_in("张执法").get("/clues").get_data(as_text=True)
    assert "还没有线索" in page
    assert "登记第一件线索" in page
    assert "登记第一件线索" not in sign_in("周副局").get("/clues").get_data(as_text=True)


def test_walking_through_a_filtered_list(log, act, officers, sign_in, viewer):
    now = clock.now()
    rows = [log(facts=f"第{n}件事情", place=f"地点{n}号", found_at=now - dt.timedelta(hours=n)) for n in range(3)]
    f = Filters(state="received")
    assert queries.place(viewer("王科长"), f, rows[1]) == Place(2, 3, rows[0].id, rows[2].id)
    assert queries.place(viewer("王科长"), Filters(state="received", sort="found"), rows[1]) == Place(
        2, 3, rows[2].id, rows[0].id
    )
    client = sign_in("王科长")
    assert "第 2 / 3 件" in client.get(f"/clues/{rows[1].id}?state=received&walk=1").get_data(as_text=True)
    answer = client.post_form(f"/clues/{rows[1].id}/steps/assign?state=received&walk=1", {"officer_ids": officers})
    page = client.get(answer.location).get_data(as_text=True)
    assert f"/clues/{rows[2].id}?state=received&amp;walk=1" in page
    assert 'href="/clues?state=received"' in page
    assert "共 2 件" in page
    assert queries.place(viewer("王科长"), f, rows[1]) == Place(0, 2, rows[0].id, rows[2].id)


# --- who sees what -----------------------------------------------------------------------------------------------------


def test_own_organ_reads_city_reads_other_county_does_not(log, sign_in):
    clue = log(facts="浉河的特别线索")
    for who in (
        "张执法",
        "李执法",
        "王科长",
        "周副局",
        "陈局长",
        "钱接待",
        "孙内勤",
        "市局林科长",
        "市局高局长",
        "审计郑",
    ):
        assert sign_in(who).get(f"/clues/{clue.id}").status_code == 200, who
    for who in ("外县老周", "罗山吴副局", "罗山何科长"):
        client = sign_in(who)
        assert client.get(f"/clues/{clue.id}").status_code == 404, who
        assert clue.headline not in client.get("/clues").get_data(as_text=True)
        assert client.get(f"/clues/{clue.id}/amend").status_code in {403, 404}
        assert client.post_form(f"/clues/{clue.id}/steps/assign", {}, page="/clues").status_code == 404
    for who in ("公安刘警官", "检察院孙检", "冯管理"):
        client = sign_in(who)
        assert client.get(f"/clues/{clue.id}").status_code == 403, who
        assert client.get("/clues").status_code == 403, who


def test_the_city_may_read_but_not_act(log, sign_in, party):
    clue = log(party_id=party.id)
    client = sign_in("市局林科长")
    assert client.get(f"/clues/{clue.id}/steps/assign").status_code == 403
    assert "/steps/" not in client.get(f"/clues/{clue.id}").get_data(as_text=True)


def test_the_predicate_of_the_informer_and_its_twin_agree(verifying, log, viewer):
    verifying()
    log()
    log("钱接待")
    for name in ("张执法", "李执法", "钱接待", "王科长", "外县老周"):
        who = viewer(name)
        told = {c.id for c in db.session.scalars(select(Clue)) if IN_CHARGE.test(who, c)}
        assert told == set(db.session.scalars(select(Clue.id).where(IN_CHARGE.sql(who, Clue)))), name


def test_scope_has_no_row_for_strangers(log, viewer):
    log()
    assert db.session.scalars(select(Clue).where(scope(viewer("公安刘警官"), "clue.read", Clue))).all() == []


def test_an_unknown_clue_and_step_are_not_found(log, sign_in):
    clue, client = log(), sign_in("张执法")
    assert client.get("/clues/99999").status_code == 404
    assert client.get(f"/clues/{clue.id}/steps/nonsense").status_code == 404


# --- the page and its steps --------------------------------------------------------------------------------------------


def test_the_page_reads_like_the_clue(verifying, sign_in):
    clue = verifying(right_id=None)
    page = sign_in("张执法").get(f"/clues/{clue.id}").get_data(as_text=True)
    for words in (
        clue.number,
        "核查中",
        "还缺",
        "涉及的权利",
        "浉河区老茶坊茶叶店",
        "为何是这一天",
        "为始日，不计入",
        "建议立案",
        "案件来源登记表",
        "办理历史",
        "张执法",
    ):
        assert words in page, words


def test_the_whole_way_in_the_browser(sign_in, log, officers, party, filing):
    clue = log(party_id=party.id)
    base = f"/clues/{clue.id}/steps"
    unit_head, officer, head = sign_in("王科长"), sign_in("张执法"), sign_in("周副局")
    assert unit_head.post_form(f"{base}/assign", {"officer_ids": officers}).status_code == 303
    typed = {**filing, "act_ended_on": filing["act_ended_on"].isoformat(), "limitation_years": "2"}
    typed.pop("act_continues")
    assert officer.post_form(f"{base}/propose_filing", typed).status_code == 303
    assert "四项条件" not in officer.get(f"/clues/{clue.id}").get_data(as_text=True)
    beside = unit_head.get(f"{base}/endorse_filing").get_data(as_text=True)
    assert "经核查，当事人销售侵犯注册商标专用权的茶叶" in beside
    assert "在时效内" in beside
    assert (
        unit_head.post_form(
            f"{base}/endorse_filing", {"proposed_officer_ids": officers, "endorsement": "同意。"}
        ).status_code
        == 303
    )
    assert head.post_form(f"{base}/approve_filing", {"decision_note": "批准立案。"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(Clue, clue.id).status == "filed"
    page = officer.get(f"/clues/{clue.id}").get_data(as_text=True)
    assert re.search(r'href="/cases/\d+">浉市监立〔\d{4}〕1号 浉河区老茶坊茶叶店涉嫌', page)


def test_one_officer_gets_422_with_the_sentence_and_keeps_the_text(verifying, sign_in, filing, officers):
    clue = verifying()
    typed = {
        **filing,
        "act_ended_on": filing["act_ended_on"].isoformat(),
        "proposed_officer_ids": officers[:1],
        "verified_facts": "特别写下的核查情况",
    }
    typed.pop("act_continues")
    answer = sign_in("张执法").post_form(f"/clues/{clue.id}/steps/propose_filing", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "执法人员不得少于两人" in page
    assert "特别写下的核查情况" in page
    assert page.count(" checked") >= len(CONDITIONS) + 1


@pytest.mark.parametrize(("field", "value", "sentence"), [
    ("act_ended_on", "2026-02-30", "2026年2月没有30日"), ("act_ended_on", "2099-01-01", "不能晚于现在"), ("act_ended_on", "1066-01-01", "请填写1990年1月1日至2100年1月1日之间的日期"),
    ("cause_id", "999999", ""), ("proposed_officer_ids", ["999999", "1"], ""),
])  # fmt: skip
def test_bad_values_in_a_step_are_422(verifying, sign_in, filing, field, value, sentence):
    clue = verifying()
    typed = {**filing, "act_ended_on": clock.today().isoformat(), "verified_facts": "特别写下的核查情况", field: value}
    typed.pop("act_continues")
    answer = sign_in("张执法").post_form(f"/clues/{clue.id}/steps/propose_filing", typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "特别写下的核查情况" in page


def test_a_stale_page_gets_409_and_the_text_stays(verifying, act, sign_in, filing):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    client = sign_in("王科长")
    url = f"/clues/{clue.id}/steps/send_back"
    hidden = client.hidden(url)
    act(clue, "endorse_filing", "王科长")
    answer = client.post(url, data={**hidden, "reason": "特别的退回理由"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "特别的退回理由" in page
    assert "拟立案，待决定" in page
    assert db.session.get(Clue, clue.id).status == "filing_endorsed"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_page_without_its_right_version_is_old(verifying, sign_in, version):
    clue = verifying()
    client = sign_in("张执法")
    answer = client.post_form(
        f"/clues/{clue.id}/steps/ask_extension", {"extension_reason": "需外省协查", "version": version}
    )
    assert answer.status_code == 409
    assert "需外省协查" in answer.get_data(as_text=True)


def test_what_comes_back_with_409_can_be_sent_again(verifying, act, sign_in):
    """The page shows the present state: to type everything once more into a new page would be to lose it."""
    clue = verifying()
    client = sign_in("张执法")
    url = f"/clues/{clue.id}/steps/send_for_test"
    given = {
        **client.hidden(url),
        "pause_ground": "检测",
        "pause_document": "委托书〔2026〕3号",
        "pause_from": clock.today().isoformat(),
    }
    act(clue, "ask_extension", "李执法", extension_reason="需外省协查")
    answer = client.post(url, data=given)
    assert answer.status_code == 409
    seen = re.findall(r'name="version"[^>]*value="(\d+)"', answer.get_data(as_text=True))
    assert client.post(url, data={**given, "version": seen[0]}).status_code == 303


def test_a_second_click_on_a_step_is_409_and_done_once(verifying, sign_in):
    clue = verifying()
    client = sign_in("张执法")
    url = f"/clues/{clue.id}/steps/ask_extension"
    hidden = client.hidden(url)
    given = {**hidden, "extension_reason": "需外省协查"}
    assert [client.post(url, data=given).status_code for _ in range(2)] == [303, 409]


def test_amending_keeps_history_of_what_changed_but_not_the_start_of_the_clock(log, sign_in, party):
    from app.core import history

    clue = log()
    client = sign_in("张执法")
    url = f"/clues/{clue.id}/amend"
    before = (clue.found_at, clue.deadline.due_at)
    given = {
        "source_kind": "campaign",
        "facts": "更正后的内容。",
        "party_id": str(party.id),
        "place": "新地点",
        "found_at": "2020-01-01T00:00",
    }
    assert client.post_form(url, given).status_code == 303
    db.session.expire_all()
    clue = db.session.get(Clue, clue.id)
    assert (clue.facts, clue.party_id, clue.headline) == ("更正后的内容。", party.id, "更正后的内容")
    assert (clue.found_at, clue.deadline.due_at) == before
    entry = next(h for h in history.of(clue) if h.act == "amend")
    assert set(entry.facts["fields"]) >= {"facts", "party_id", "place", "source_kind"}
    assert clue.headline in client.get("/clues?q=更正后的").get_data(as_text=True)


def test_an_old_amendment_page_gets_409_with_the_text(log, act, officers, sign_in):
    clue = log()
    client = sign_in("张执法")
    url = f"/clues/{clue.id}/amend"
    hidden = client.hidden(url)
    act(clue, "assign", "王科长", officer_ids=officers)
    answer = client.post(url, data={**hidden, "source_kind": "inspection", "facts": "我打的一大段话", "place": "x"})
    assert answer.status_code == 409
    assert "我打的一大段话" in answer.get_data(as_text=True)


def test_a_proposed_clue_is_not_amended(verifying, act, filing, sign_in):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    answer = sign_in("张执法").post_form(f"/clues/{clue.id}/amend", {"source_kind": "inspection", "facts": "偷改"})
    assert answer.status_code == 409
    assert "已进入审查" in answer.get_data(as_text=True)


def test_files_are_added_later(log, sign_in):
    import io

    clue = log()
    client = sign_in("李执法")
    answer = client.post_form(f"/clues/{clue.id}/files", {"photos": (io.BytesIO(b"%PDF-1.4 broken"), "坏的.pdf")}, page=f"/clues/{clue.id}",
                              content_type="multipart/form-data")  # fmt: skip
    assert answer.status_code == 303
    page = client.get(f"/clues/{clue.id}").get_data(as_text=True)
    assert "坏的.pdf" in page
    assert "文件损坏，仅保存" in page


def test_a_closed_clue_takes_no_more_files(log, act, sign_in):
    import io

    clue = log()
    client = sign_in("张执法")
    act(clue, "nothing_found", "张执法", check_result="未见异常")
    answer = client.post_form(
        f"/clues/{clue.id}/files",
        {"photos": (io.BytesIO(b"x"), "a.txt")},
        page="/clues/new",
        content_type="multipart/form-data",
    )
    assert answer.status_code == 409
    assert "已经办结" in answer.get_data(as_text=True)


def test_the_desk_reads_the_number_of_the_case_and_is_led_to_no_page_that_is_shut(verifying, filing, act, sign_in):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing)
    act(clue, "endorse_filing", "王科长", endorsement="同意立案。")
    act(clue, "approve_filing", "周副局", decision_note="批准。")
    link = clue.case_links[0]
    desk = sign_in("钱接待")
    page = desk.get(f"/clues/{clue.id}").get_data(as_text=True)
    assert link.case.number in page
    assert f"/cases/{link.case_id}" not in page
    assert desk.get(f"/cases/{link.case_id}").status_code == 403
    assert f'href="/cases/{link.case_id}"' in sign_in("张执法").get(f"/clues/{clue.id}").get_data(as_text=True)


def test_a_fresh_clue_has_no_loud_button_that_closes_it(log, sign_in):
    clue = log()
    page = sign_in("张执法").get(f"/clues/{clue.id}").get_data(as_text=True)
    steps = page[page.index('class="steps-open"') :]
    assert "登记未发现违法" in steps
    assert "btn-primary" not in steps[: steps.index("</div>")]
    assert "现等办案机构负责人办理" in page
    page = sign_in("王科长").get(f"/clues/{clue.id}").get_data(as_text=True)
    assert re.search(r'class="btn btn-primary" href="[^"]*/steps/assign"', page)
