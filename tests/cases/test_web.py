"""The pages: steps through the browser's way, two people at once, old pages, hostile text."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest

from app.cases import actions
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core import clock
from app.core.steps import take
from app.extensions import db
from tests.cases import world

HOSTILE = "<script>alert(1)</script>'\"--{{ 7*7 }}{% raw %}"


@pytest.fixture
def case(app, viewer):
    return world.investigated(viewer)


def test_the_unit_head_appoints_through_the_page(app, viewer, sign_in):
    case = world.filed(viewer, officers=(viewer("张执法"), viewer("李执法")))
    client, url = sign_in("王科长"), f"/cases/{case.id}/steps/appoint"
    page = client.get(url).get_data(as_text=True)
    assert page.count("checked") >= 2  # those proposed at filing are ticked
    answer = client.post_form(url, {"officer_ids": [viewer("张执法").user_id], "no_recusal": "y"})
    assert answer.status_code == 422
    assert "不得少于两人" in answer.get_data(as_text=True)
    answer = client.post_form(
        url, {"officer_ids": [viewer("张执法").user_id, viewer("李执法").user_id], "no_recusal": "y"}
    )
    assert answer.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Case, case.id).status == "investigating"


def test_ask_and_answer_through_the_pages(case, viewer, sign_in):
    officer, head = sign_in("张执法"), sign_in("周副局")
    assert (
        officer.post_form(
            f"/cases/{case.id}/steps/ask", {"asked": "suspend", "asked_ground": "", "asked_reason": "找不到人"}
        ).status_code
        == 422
    )
    answer = officer.post_form(
        f"/cases/{case.id}/steps/ask", {"asked": "suspend", "asked_ground": "whereabouts", "asked_reason": "找不到人"}
    )
    assert answer.status_code == 303
    page = head.get(f"/cases/{case.id}/steps/suspend").get_data(as_text=True)
    assert "找不到人" in page
    assert "下落不明" in page
    assert head.post_form(f"/cases/{case.id}/steps/suspend", {}).status_code == 303
    assert "中止调查" in officer.get(f"/cases/{case.id}").get_data(as_text=True)


def test_proc_64_a_ground_where_the_law_asks_for_none_is_refused(case, viewer, sign_in):
    officer = sign_in("张执法")
    typed = {"asked": "extend", "asked_ground": "death", "asked_reason": "案情复杂。"}
    answer = officer.post_form(f"/cases/{case.id}/steps/ask", typed)
    assert answer.status_code == 422
    assert "没有法定情形可选" in answer.get_data(as_text=True)
    assert officer.post_form(f"/cases/{case.id}/steps/ask", {**typed, "asked_ground": ""}).status_code == 303


def test_proc_77_only_grounds_of_the_matters_on_offer_are_shown(case, viewer, sign_in):
    page = sign_in("张执法").get(f"/cases/{case.id}/steps/ask").get_data(as_text=True)
    assert "自然人死亡" in page
    assert "程序规定 77" not in page, "a running case cannot be closed"


def test_proc_46_47_a_refused_request_still_shows_what_fits_and_what_was_typed(case, sign_in):
    """No matter of another state is offered after a refusal, and the choice that was made stands."""
    officer, url = sign_in("张执法"), f"/cases/{case.id}/steps/ask"
    before = officer.get(url).get_data(as_text=True)
    answer = officer.post_form(url, {"asked": "terminate", "asked_ground": "death", "asked_reason": ""})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    offered = re.compile(
        r'name="asked" type="radio" value="(\w+)"|type="radio"[^>]*name="asked"[^>]*value="(\w+)"|<option[^>]* value="(\w*)"'
    )
    assert offered.findall(before)
    assert [sorted(filter(None, row)) for row in offered.findall(page)] == [
        sorted(filter(None, row)) for row in offered.findall(before)
    ]
    assert "恢复调查" not in re.findall(r"<fieldset.*?</fieldset>", page, re.S)[0]
    assert "程序规定 77" not in page
    assert re.search(r'<option[^>]*selected[^>]*value="death"', page)
    assert re.search(r'checked[^>]*value="terminate"|value="terminate"[^>]*checked', page)


def test_a_second_click_on_a_step_answers_409_with_the_present_state(case, viewer, sign_in):
    take(CASE, case, "ask", viewer("张执法"), {"asked": "suspend", "asked_ground": "other", "asked_reason": "x"})
    db.session.commit()
    head, url = sign_in("周副局"), f"/cases/{case.id}/steps/suspend"
    hidden = head.hidden(url)
    assert head.post(url, data=hidden).status_code == 303
    again = head.post(url, data=hidden)
    assert again.status_code == 409
    assert "中止调查" in again.get_data(as_text=True)


def test_two_people_edit_the_facts_one_wins_and_the_other_keeps_his_words(case, sign_in):
    first, second, url = sign_in("张执法"), sign_in("李执法"), f"/cases/{case.id}/facts"
    one, two = first.hidden(url), second.hidden(url)
    assert first.post(url, data={**one, "facts": "张写的", "act_place": ""}).status_code == 303
    answer = second.post(url, data={**two, "facts": "李写的", "act_place": ""})
    assert answer.status_code == 409
    page = html.unescape(answer.get_data(as_text=True))
    assert "李写的" in page
    assert "他人已更改，现为“张写的”" in page, "both texts: what was typed and what stands"
    db.session.expire_all()
    case = db.session.get_one(Case, case.id)
    assert case.facts == "张写的"
    assert f'name="version" type="hidden" value="{case.version}"' in page


def test_hostile_text_is_text_everywhere(case, viewer, sign_in):
    client = sign_in("张执法")
    assert (
        client.post_form(
            f"/cases/{case.id}/facts", {"facts": HOSTILE, "act_place": "<img src=x>", "act_from": "", "act_to": ""}
        ).status_code
        == 303
    )
    one = world.with_lines(
        case, viewer("张执法"), {"name": "<b onclick=x>茶", "mark": "<i>标</i>", "quantity": "1", "price": "1"}
    )
    for path in ("", "/goods", f"/goods/{one.id}", "/history", "/screening"):
        page = client.get(f"/cases/{case.id}{path}").get_data(as_text=True)
        for raw in ("<script>alert", "<img src=x", "<b onclick", "<i>标"):
            assert raw not in page, path
    assert "&lt;script&gt;alert(1)" in client.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "{{ 7*7 }}" in client.get(f"/cases/{case.id}").get_data(as_text=True)


def test_text_that_turns_round_or_is_not_seen_enters_no_field_of_a_case(case, viewer, sign_in):
    client = sign_in("张执法")
    facts = {"facts": "在门店查获\u202e甲商行", "act_place": "", "act_from": "", "act_to": ""}
    answer = client.post_form(f"/cases/{case.id}/facts", facts)
    assert (answer.status_code, "“在门店查获”之后有看不见的字符" in answer.get_data(as_text=True)) == (422, True)
    goods = world.with_lines(case, viewer("张执法"))
    db.session.commit()
    answer = client.post_form(f"/cases/{case.id}/goods/{goods.id}/paste", {"rows": "毛尖\u200b茶\t盒\t2\t88"})
    assert (answer.status_code, "不可见的控制字符" in answer.get_data(as_text=True)) == (422, True)


def test_dates_of_the_act_are_checked(case, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/facts"
    future = (clock.today() + dt.timedelta(days=2)).isoformat()
    for typed, said in (
        ({"act_from": "2026-05-02", "act_to": "2026-05-01"}, "早于开始日期"),
        ({"act_to": future}, "不能晚于现在"),
        ({"act_to": "昨天"}, "2026-11-22 的样式"),
    ):
        answer = client.post_form(url, {"facts": "写好的案情", "act_place": "", **typed})
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True)
        assert "写好的案情" in answer.get_data(as_text=True)


def test_the_case_page_says_state_next_date_and_what_is_missing(case, sign_in):
    page = sign_in("张执法").get(f"/cases/{case.id}").get_data(as_text=True)
    for shown in (
        case.number,
        "调查中",
        "最近期限",
        "办案期限",
        "没有现场笔录",
        "没有登记涉案物品",
        "为何是这一天",
        "程序规定",
    ):
        assert shown in page


def test_a_step_that_is_shut_says_why(case, viewer, sign_in):
    page = sign_in("周副局").get(f"/cases/{case.id}").get_data(as_text=True)
    assert "办案人员尚未提请这一事项" in page


def test_excluded_days_through_the_page(case, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/exclude"
    today = clock.today().isoformat()
    assert client.post_form(url, {"ground": "鉴定", "document": "", "first": today}).status_code == 422
    assert (
        client.post_form(
            url, {"ground": "鉴定", "document": "鉴定委托书 浉市监鉴〔2026〕1号", "first": today}
        ).status_code
        == 303
    )
    page = client.get(f"/cases/{case.id}/deadlines").get_data(as_text=True)
    assert "鉴定委托书 浉市监鉴〔2026〕1号" in page
    assert "登记结果返回" in page
    end = f"/cases/{case.id}/exclude/end"
    (out,) = actions.tests_out(db.session.get(Case, case.id))
    unnamed = client.post_form(end, {"exclusion_id": "0", "last": today, "document": "鉴定意见书"})
    assert unnamed.status_code == 422
    assert "鉴定意见书" in unnamed.get_data(as_text=True)
    answer = client.post_form(end, {"exclusion_id": str(out.id), "last": today, "document": "鉴定意见书"})
    assert answer.status_code == 303
    assert "登记结果返回" not in client.get(f"/cases/{case.id}/deadlines").get_data(as_text=True)


@pytest.mark.parametrize("name", ["赵审核", "周副局", "陈局长", "孙内勤", "审计郑"])
def test_a_reader_is_told_what_is_missing_and_led_to_no_form_that_is_shut(case, sign_in, name):
    reader = sign_in(name)
    page = reader.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "没有现场笔录" in page
    assert "没有登记证据" in page
    for form in ("site-records/new", "interviews/new", "evidence/new", "facts", "findings"):
        assert f"/cases/{case.id}/{form}" not in page
        assert reader.get(f"/cases/{case.id}/{form}").status_code == 403


def test_the_officer_is_led_to_where_each_gap_is_mended(case, sign_in):
    officer = sign_in("张执法")
    page = officer.get(f"/cases/{case.id}").get_data(as_text=True)
    for form in ("site-records/new", "interviews/new", "evidence/new", "facts"):
        assert f'href="/cases/{case.id}/{form}"' in page
        assert officer.get(f"/cases/{case.id}/{form}").status_code == 200


def test_a_step_the_state_has_left_behind_offers_no_button(case, viewer, sign_in):
    head, url = sign_in("王科长"), f"/cases/{case.id}/steps/appoint"
    answer = head.get(url)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "不能“" in page
    assert 'name="officer_ids"' not in page
    assert "查看最新状态" in page
    assert not re.search(r'<button class="btn btn-primary" type="submit"', page)


def test_what_was_not_chosen_is_asked_for(case, sign_in):
    answer = sign_in("张执法").post_form(
        f"/cases/{case.id}/steps/ask", {"asked_ground": "", "asked_reason": "找不到人"}
    )
    assert answer.status_code == 422
    assert "请选择提请事项" in answer.get_data(as_text=True)
    assert "不是有效的选择" not in answer.get_data(as_text=True)


def test_a_day_that_no_month_has_is_said_so(case, sign_in):
    answer = sign_in("张执法").post_form(
        f"/cases/{case.id}/facts", {"facts": "写好的案情", "act_place": "", "act_from": "2026-02-30"}
    )
    assert answer.status_code == 422
    assert "2026年2月没有30日" in answer.get_data(as_text=True)


def test_a_refused_line_speaks_the_language_and_the_labels_of_the_page(case, viewer, sign_in, person):
    """The form says its own labels; what was pasted is told by the headings of the sheet."""
    client, one = (
        sign_in("张执法"),
        world.with_lines(case, viewer("张执法"), {"name": "茶", "quantity": "1", "price": "1"}),
    )
    person("张执法").locale = "en"
    db.session.commit()
    page = f"/cases/{case.id}/goods/{one.id}"
    given = {
        "name": "茶" * 121,
        "quantity": "1",
        "price": "abc",
        "purchase": "12，5",
        "price_kind": "标价",
        "unit": "件",
        "sold": "未售",
        "nature": "侵权商品",
    }
    said = html.unescape(client.post_form(f"{page}/lines", given, page=page).get_data(as_text=True))
    for sentence in (
        "“Name of the goods” may have 120 characters at most and has 121 now", "Unit price “abc” is not an amount", "Purchase price per unit “12，5”: The comma is in the wrong place",
        "Priced by “Marked price”: say why there is no Ascertained average actual sales price (Trademark Law Implementing Regulations art. 78)",
    ):  # fmt: skip
        assert sentence in said, sentence
    said = html.unescape(
        client.post_form(
            f"{page}/paste", {"rows": "名称\t数量\t单价\n茶\t1，5\tabc", "reason": ""}, page=page
        ).get_data(as_text=True)
    )
    assert "数量 “1，5”: The comma is in the wrong place" in said


def test_what_was_added_says_how_many_lines_have_no_price_yet(case, viewer, sign_in):
    client, one = sign_in("张执法"), world.with_lines(case, viewer("张执法"))
    page = f"/cases/{case.id}/goods/{one.id}"
    client.post_form(f"{page}/paste", {"rows": "名称\t数量\n茶\t3", "reason": ""}, page=page)
    assert "本清单共1行，其中1行单价未查明，价值待查明后计算" in client.get(page).get_data(as_text=True)
    client.post_form(f"{page}/paste", {"rows": "名称\t数量\t单价\n茶\t3\t1,200.50", "reason": "进销台账"}, page=page)
    assert "本清单共2行，价值3,601.50元（其中1行单价未查明，未计入）" in client.get(page).get_data(as_text=True)


def test_a_note_of_correction_that_is_too_long_is_refused_and_stays(case, viewer, sign_in):
    client, one = (
        sign_in("张执法"),
        world.with_lines(case, viewer("张执法"), {"name": "茶", "quantity": "1", "price": "1"}),
    )
    page, note = f"/cases/{case.id}/goods/{one.id}", "更" * 301
    answer = client.post_form(f"{page}/print", {"note": note}, page=page)
    said = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "最多300字，现有301字" in said
    assert note in said
