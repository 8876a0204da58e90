"""Site records and interviews: two officers, shown certificates, and papers frozen from them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from sqlalchemy import select, text

from app.cases import queries, record_actions
from app.cases.models import CaseClue
from app.cases.records import Interview, SiteRecord, asks_recusal
from app.cases.workflow import CASE
from app.core import clock, history
from app.core.errors import Refused
from app.core.steps import take
from app.documents import sheets
from app.documents.models import Paper
from app.extensions import db
from app.intake import actions as intake
from app.intake.models import ClueOfficer
from app.notices.models import Notice
from app.registry.models import Party
from tests.cases import world

NUMBER = "411502199001011237"


@pytest.fixture
def case(app, viewer):
    return world.investigated(viewer)


def site(case, n=0, **more):
    start, end = world.spell(n)
    ids = [row.person_id for row in case.active_officers]
    return {"started_at": start, "ended_at": end, "place": "店内", "recorder": "李执法", "officer_ids": ids,
            "seen": "货架上有茶叶。\n\n未能提供票据。", **more}  # fmt: skip


def talk(case, n=0, **more):
    return {**site(case, n), "person_name": "王某", "relation": "店员", "id_absent": "没有携带", **more}


def site_typed(case, **more):
    """Form 9 as it is sent."""
    start, end = world.typed_spell()
    return {"started_at": start, "ended_at": end, "place": "店内", "recorder": "李执法", "seen": "无人。", "certificates_shown": "y",
            "officer_ids": [row.person_id for row in case.active_officers], **more}  # fmt: skip


def talk_typed(case, **more):
    """Form 14 as it is sent."""
    return {**site_typed(case), "place": "询问室", "person_name": "王某", "relation": "店员", "id_kind": "resident", "id_number": NUMBER,
            "notice_answer": ["看过了。", "听清楚了，不申请回避。"], "question": ["你叫什么？"], "answer": ["王某"], **more}  # fmt: skip


def papers(kind: str) -> list[Paper]:
    return list(db.session.scalars(select(Paper).where(Paper.kind == kind).order_by(Paper.id)))


def test_proc28_a_site_record_becomes_form_9(case, viewer):
    one = world.with_lines(case, viewer("张执法"), {"quantity": "3", "price": "10", "mark": "信阳毛尖"})
    record = record_actions.make_site_record(case, viewer("张执法"), site(case, goods_list_id=one.id))
    facts = papers("site_record")[0].facts
    assert facts["seen"] == ["货架上有茶叶。", "未能提供票据。"]
    assert [o["certificate"] for o in facts["officers"]] == [row.certificate_no for row in case.active_officers]
    assert facts["goods_found"][0]["mark"] == "信阳毛尖"
    assert "申请执法人员回避" in facts["rights_told"]
    assert papers("site_record")[0].origin == f"site_record:{record.id}"


def test_proc22_r06_one_officer_makes_no_record(case, viewer):
    ids = [case.active_officers[0].person_id]
    with pytest.raises(Refused, match="不得少于两人"):
        record_actions.make_site_record(case, viewer("张执法"), site(case, officer_ids=ids))
    with pytest.raises(Refused, match="不得少于两人"):
        record_actions.make_interview(case, viewer("张执法"), talk(case, officer_ids=ids), [], [("问", "答")])
    with pytest.raises(Refused, match="当日不是本案"):
        record_actions.make_site_record(
            case, viewer("张执法"), site(case, officer_ids=[*ids, viewer("外县老周").user_id])
        )


def test_r06_a_certificate_that_had_run_out_that_day_does_not_count(case, viewer, person):
    person("李执法").certificate_until = clock.today() - dt.timedelta(
        days=2
    )  # the record began two hours ago, perhaps yesterday
    db.session.flush()
    with pytest.raises(Refused, match="执法证"):
        record_actions.make_site_record(case, viewer("张执法"), site(case))


def test_proc28_43_an_absent_party_needs_a_witness_or_a_video(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/site-records/new"
    for told in ({"party_absent": "当事人外出"}, {"party_refused": "当事人看后拒绝签名"}):
        answer = client.post_form(url, site_typed(case, on_site="店员陈某", photos="照片12张", **told))
        assert answer.status_code == 422
        assert "见证人或者录像" in answer.get_data(as_text=True), "photos are no video"
        assert next(iter(told.values())) in answer.get_data(as_text=True)
    both = client.post_form(url, site_typed(case, party_absent="外出", party_refused="拒签", witness="社区赵某"))
    assert "只填写其中一项" in both.get_data(as_text=True)
    assert client.post_form(url, site_typed(case, party_refused="拒绝签名", video_no="20261120-01")).status_code == 303
    facts = papers("site_record")[0].facts
    assert (facts["party_absent"], facts["party_refused"], facts["video_no"]) == ("", "拒绝签名", "20261120-01")
    assert "告知当事人有陈述、申辩的权利" in facts["rights_told"], "he was there"


@pytest.mark.parametrize(("there", "shown_to", "not_said"), [
    ({"on_site": "店员陈某", "witness": "社区赵某", "certificates_shown": "y"}, "在场人员（店员陈某）、见证人（社区赵某）出示执法证件", "没有其他人员"),
    ({"video_no": "20261120-01"}, "没有其他人员；检查全程录像", "出示执法证件"),
], ids=["witness", "camera"])  # fmt: skip
def test_apl_55_proc_28_nothing_is_said_to_have_been_shown_to_a_party_who_was_not_there(
    case, sign_in, there, shown_to, not_said
):
    client, url = sign_in("张执法"), f"/cases/{case.id}/site-records/new"
    typed = {k: v for k, v in site_typed(case).items() if k != "certificates_shown"}
    assert client.post_form(url, {**typed, "party_absent": "当事人外出", **there}).status_code == 303
    told = papers("site_record")[0].facts["rights_told"]
    assert told.startswith("当事人未到场")
    assert shown_to in told
    assert not_said not in told
    assert "告知当事人有" not in told


def test_apl55_without_shown_certificates_there_is_no_record(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/site-records/new"
    typed = {"started_at": "2026-11-20T09:00", "ended_at": "2026-11-20T08:00", "place": "店内", "recorder": "李执法", "seen": "x",
             "officer_ids": [case.active_officers[0].person_id]}  # fmt: skip
    page = client.post_form(url, typed).get_data(as_text=True)
    for said in ("行政处罚法 55", "不得少于两人", "结束时间必须晚于开始时间"):
        assert said in page
    assert db.session.scalar(select(SiteRecord.id)) is None


@pytest.mark.parametrize(("kind", "typed"), [("site-records", "site_typed"), ("interviews", "talk_typed")])
def test_proc28_29_a_record_ends_after_it_begins(case, sign_in, kind, typed):
    client, url = sign_in("张执法"), f"/cases/{case.id}/{kind}/new"
    given = globals()[typed](case, place="写过的地点")
    refused = client.post_form(url, {**given, "ended_at": given["started_at"]})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "结束时间必须晚于开始时间" in page
    assert "写过的地点" in page
    assert client.post_form(url, given).status_code == 303
    begun = client.get(url).get_data(as_text=True)
    assert re.search(r'name="ended_at"[^>]*value=""', begun) or not re.search(r'name="ended_at"[^>]*value="2', begun)


def test_proc29_an_interview_is_of_one_person_and_counts_his_times(case, viewer):
    who = viewer("张执法")
    for n, name in enumerate(("王某", "王某", "李某")):
        record_actions.make_interview(
            case,
            who,
            talk(case, n, person_name=name),
            [("看过证件吗？", "看过。")],
            [("茶从哪来？", "批发商。\n现金。")],
        )
    assert [(r.person_name, r.times) for r in queries.interviews_of(case)] == [("王某", 1), ("王某", 2), ("李某", 1)]
    facts = papers("interview_record")[1].facts
    assert facts["times"] == "第2次"
    assert facts["notice"] == [{"question": "看过证件吗？", "answer": "看过。"}]
    assert facts["answers"] == [{"question": "茶从哪来？", "answer": "批发商。\n现金。"}]


def test_proc29_questions_through_the_page_and_nothing_typed_is_lost(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    typed = talk_typed(case, person_name="", question=["你叫什么？", "", "", "还有吗？"], answer=["王某<script>", "", "只有回答", ""], unanswered="y")  # fmt: skip
    answer = client.post_form(url, typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "第2组只有回答没有问题" in page
    assert "王某&lt;script&gt;" in page
    assert "只有回答" in page
    assert (
        client.post_form(
            url, {**typed, "person_name": "王某", "question": ["你叫什么？", "", "什么？", "还有吗？"]}
        ).status_code
        == 303
    )
    rows = [(r.question, r.answer) for r in db.session.scalars(select(Interview)).one().rows if not r.notice]
    assert rows == [("你叫什么？", "王某<script>"), ("什么？", "只有回答"), ("还有吗？", "")]


def test_more_rows_are_added_and_what_was_typed_stays(case, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    page = client.post_form(
        url, {"_more": "1", "person_name": "王某", "question": ["一", "二"], "answer": ["甲", "乙"]}
    )
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert text.count('name="question"') == 2 + 8
    assert all(word in text for word in (">一<", ">甲<", ">二<", ">乙<", 'value="王某"'))
    assert "有误" not in text, "nothing is judged while one only asks for more rows"
    full = client.post_form(url, {"_more": "1", "question": ["问"] * 118, "answer": ["答"] * 118}).get_data(
        as_text=True
    )
    assert full.count('name="question"') == 120
    assert 'name="_more"' not in full
    assert db.session.scalars(select(Interview)).all() == []


def test_proc_29_no_word_of_an_answer_is_cut_off(case, sign_in):
    """Too long is said with both numbers, and what was typed stays whole; it was cut to 500, 5000 and 120 rows before."""
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    told, cell = "看过了" * 200 + "完", "茶" * 5001 + "完"
    page = client.post_form(
        url, talk_typed(case, notice_answer=[told, "不申请。"], question=["问"], answer=[cell])
    ).get_data(as_text=True)
    assert "告知第1项的回答最多500字，现有601字" in page
    assert "第1组每格最多5000字，现有5002字" in page
    assert told in page
    assert cell in page
    assert "maxlength" not in page
    many = talk_typed(case, question=["问"] * 121, answer=[*["答"] * 120, "最后一句"])
    page = client.post_form(url, many).get_data(as_text=True)
    assert "最多120组问答，现有121组" in page
    assert "最后一句" in page
    assert db.session.scalars(select(Interview)).all() == []


def test_a_second_click_makes_no_second_record(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/site-records/new"
    typed = {**client.hidden(url), **site_typed(case), "goods_list_id": "0"}
    assert [client.post(url, data=typed).status_code for _ in range(2)] == [303, 303]
    assert len(papers("site_record")) == 1


def test_proc_29_an_answer_that_was_not_given_is_asked_for_once_and_never_invented(case, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    assert "不申请回避。" not in client.get(url).get_data(as_text=True)
    silent = talk_typed(case, notice_answer=["看过了。", ""], answer=[""])
    page = client.post_form(url, silent)
    assert page.status_code == 422
    assert "没有填写回答" in page.get_data(as_text=True)
    assert 'name="unanswered"' in page.get_data(as_text=True)
    assert db.session.scalars(select(Interview)).all() == []
    assert client.post_form(url, {**silent, "unanswered": "y"}).status_code == 303
    facts = papers("interview_record")[0].facts
    assert [one["answer"] for one in facts["notice"]] == ["看过了。", ""]
    assert [one["answer"] for one in facts["answers"]] == [""]
    html = sheets.on_screen().fill("interview_record.html", {**facts, "paper": papers("interview_record")[0].head})
    assert html.count("（未回答）") == 2


@pytest.mark.parametrize("more", [{"_more": "1"}, {"person_name": ""}], ids=["more-rows", "error"])
def test_proc_21_29_what_was_answered_to_the_notice_survives_every_way_back(case, sign_in, more):
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    said = "申请张执法回避，他是我邻居"
    page = client.post_form(url, talk_typed(case, notice_answer=["看过了。", said], **more)).get_data(as_text=True)
    assert f'value="{said}"' in page
    assert 'value="看过了。"' in page


def test_proc_4_apl_43_who_asks_for_recusal_is_put_before_the_heads(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    asked = talk_typed(case, notice_answer=["看过了。", "申请张执法回避，他是我邻居。"])
    page = client.post_form(url, asked).get_data(as_text=True)
    assert "负责人的回避由主要负责人决定" in page
    assert "不停止调查" in page
    assert client.post_form(url, {**asked, "recusal_noted": "y"}).status_code == 303
    assert "recusal_asked" in {one.act for one in history.of(case)}
    told = {n.person_id for n in db.session.scalars(select(Notice)) if ":recusal:" in n.key}
    assert {viewer("周副局").user_id, viewer("王科长").user_id} <= told
    assert papers("interview_record")[0].facts["notice"][1]["answer"] == "申请张执法回避，他是我邻居。"


@pytest.mark.parametrize(("said", "asks"), [
    ("听清楚了，不申请回避。", False), ("没有申请回避的必要", False), ("不需要申请回避", False), ("我申请回避", True), ("不对，我要求李执法回避。", True),
    ("申请张执法回避", True), ("回避什么？", False), ("听清了", False),
])  # fmt: skip
def test_proc_4_a_request_for_recusal_is_told_from_its_contrary(said, asks):
    assert asks_recusal([said]) is asks


def test_proc_22_29_the_notice_names_the_officers_who_were_there_and_no_other(app, viewer, sign_in):
    case = world.investigated(viewer)
    third = viewer("王科长")
    take(CASE, case, "change_officers", third, {"officer_ids": [*case.officer_ids, third.user_id], "no_recusal": True, "reason": "增加力量"})  # fmt: skip
    db.session.commit()
    two = [viewer("张执法").user_id, viewer("李执法").user_id]
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    assert client.post_form(url, talk_typed(case, officer_ids=two)).status_code == 303
    asked = papers("interview_record")[0].facts["notice"][0]["question"]
    assert "张执法" in asked
    assert "李执法" in asked
    assert "王科长" not in asked


def test_form_14_names_the_person_by_a_checked_number_or_says_that_none_was_shown(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    for wrong, said in (({"id_number": "411502199001011238"}, "校验位不符"), ({"id_number": ""}, "未出示证件的情况"), ({"relation": ""}, "与本案关系"),
                        ({"id_absent": "拒绝出示"}, "请清空"), ({"sex": "女"}, "性别与身份证号码不符")):  # fmt: skip
        answer = client.post_form(url, talk_typed(case, **wrong))
        assert answer.status_code == 422
        assert said in answer.get_data(as_text=True), wrong
    assert client.post_form(url, talk_typed(case)).status_code == 303
    person = papers("interview_record")[0].facts["person"]
    assert (person["code_name"], person["code"], person["sex"], person["birth"]) == (
        "居民身份证号码",
        NUMBER,
        "男",
        "1990年1月1日",
    )
    refused = talk(case, 3, person_name="李某", id_absent="拒绝出示")
    record_actions.make_interview(case, viewer("张执法"), refused, [], [("问", "答")])
    db.session.commit()
    assert papers("interview_record")[1].facts["person"]["code"] == "未出示（拒绝出示）"
    for stored in ("SELECT facts FROM paper", "SELECT id_number FROM interview"):
        kept = " ".join(str(row[0]) for row in db.session.execute(text(stored)))
        assert NUMBER not in kept, "at rest the number is as secret as in the register"


def test_apl_42_proc_22_an_officer_is_in_one_record_at_a_time(app, viewer):
    case, who = world.investigated(viewer), viewer("张执法")
    other = world.investigated(viewer)
    record_actions.make_interview(case, who, talk(case, 2), [], [("问", "答")])
    with pytest.raises(Refused, match="同一人不能同时参加两份笔录"):
        record_actions.make_interview(case, who, talk(case, 2, person_name="李某"), [], [("问", "答")])
    with pytest.raises(Refused, match="另一份询问笔录"):
        record_actions.make_site_record(other, who, site(other, 2))
    record_actions.make_site_record(other, who, site(other, 3))  # one after the other


def test_apl_42_proc_19_the_officers_are_those_of_the_day_of_the_record(app, viewer):
    case, who, third = world.investigated(viewer), viewer("张执法"), viewer("王科长")
    left = viewer("李执法").user_id
    take(
        CASE,
        case,
        "change_officers",
        third,
        {"officer_ids": [who.user_id, third.user_id], "no_recusal": True, "reason": "李执法调离"},
    )
    today = clock.today()
    for row in case.officers:  # as it was: 张 and 李 from ten days ago, 王 since yesterday
        row.since = today - dt.timedelta(days=1 if row.person_id == third.user_id else 10)
        row.until = today - dt.timedelta(days=1) if row.until else None
    db.session.commit()
    day = clock.day_start(today - dt.timedelta(days=5)) + dt.timedelta(hours=9)
    then = {"started_at": day, "ended_at": day + dt.timedelta(hours=1)}
    with pytest.raises(Refused, match="当日不是本案"):
        record_actions.make_site_record(case, who, site(case, **then))
    record = record_actions.make_site_record(case, who, site(case, officer_ids=[who.user_id, left], **then))
    assert [one["name"] for one in record.officers] == ["张执法", "李执法"]
    with pytest.raises(Refused, match="当日不是本案"):
        record_actions.make_site_record(case, who, site(case, officer_ids=[who.user_id, left]))


def test_proc_18_22_before_the_filing_the_officers_of_the_clue_inspect_but_not_before_it_was_found(app, viewer):
    who, case = viewer("张执法"), world.investigated(viewer)
    found = clock.day_start(clock.today() - dt.timedelta(days=6)) + dt.timedelta(hours=8)
    clue = intake.log(
        who, {"source_kind": "inspection", "channel": "on_site", "facts": "柜台上的茶叶", "found_at": found}
    )
    clue.officers = [
        ClueOfficer(person_id=viewer("李执法").user_id, assigned_by_id=viewer("王科长").user_id, since=clock.now())
    ]
    case.links.append(CaseClue(clue=clue, linked_at=clock.now()))
    db.session.commit()
    before = {"started_at": found - dt.timedelta(days=1), "ended_at": found - dt.timedelta(hours=20)}
    with pytest.raises(Refused, match=r"早于线索发现日期|当日不是本案"):
        record_actions.make_site_record(case, who, site(case, **before))
    record_actions.make_site_record(case, who, site(case, started_at=found, ended_at=found + dt.timedelta(hours=1)))


def test_r39_papers_of_the_file_name_a_natural_person_whole(case, viewer):
    person = db.session.get_one(Party, case.party_id)
    person.kind, person.id_kind, person.id_number, person.phone = "person", "resident", NUMBER, "13900001111"
    person.legal_representative = "不应印出"
    db.session.flush()
    record_actions.make_site_record(case, viewer("张执法"), site(case))
    paper = papers("site_record")[0]
    party = paper.facts["party"]
    assert (party["code"], party["sex"], party["birth"], party["phone"]) == (
        NUMBER,
        "男",
        "1990年1月1日",
        "13900001111",
    )
    html = sheets.on_screen().fill("site_record.html", {**paper.facts, "paper": paper.head})
    assert "法定代表人" not in html
    assert "不应印出" not in html
    assert "1990年1月1日" in html
    db.session.commit()
    noted = [one for one in history.of(case) if one.act == "open_secret.id_number"]
    assert [one.reason for one in noted] == ["制作文书：现场笔录"]
    assert NUMBER not in str(db.session.execute(text("SELECT facts FROM paper")).all())


def test_records_are_told_apart_in_the_list_of_papers(case, viewer, sign_in):
    who = viewer("张执法")
    record_actions.make_interview(case, who, talk(case, person_name="某人甲"), [], [("问？", "答。")])
    record_actions.make_interview(case, who, talk(case, 1, person_name="某人乙"), [], [("问？", "答。")])
    record_actions.make_site_record(case, who, site(case, 2, place="茶都广场A区"))
    db.session.commit()
    page = sign_in("张执法").get(f"/cases/{case.id}/papers").get_data(as_text=True)
    first, second = (paper.facts["started_at"] for paper in papers("interview_record"))
    for words in (f"某人甲 · {first}", f"某人乙 · {second}", "茶都广场A区 · "):
        assert words in page, words
