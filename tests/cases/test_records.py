"""Site records and interviews: two officers, shown certificates, and papers frozen from them."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from app.cases import queries, record_actions
from app.cases.records import Interview, SiteRecord
from app.core import clock
from app.core.errors import Refused
from app.documents.models import Paper
from app.extensions import db
from tests.cases import world


@pytest.fixture
def case(app, viewer):
    return world.investigated(viewer)


def site(case, **more):
    now = clock.now()
    ids = [row.person_id for row in case.active_officers]
    return {"started_at": now - dt.timedelta(hours=2), "ended_at": now, "place": "店内", "recorder": "李执法", "officer_ids": ids,
            "seen": "货架上有茶叶。\n\n未能提供票据。", **more}  # fmt: skip


def talk(case, **more):
    return {**site(case), "person_name": "王某", **more}


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
    with pytest.raises(Refused, match="不得少于两人"):
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
    typed = {"started_at": "2026-11-20T09:00", "ended_at": "2026-11-20T11:00", "place": "店内", "recorder": "李执法", "seen": "无人。",
             "officer_ids": [row.person_id for row in case.active_officers], "certificates_shown": "y", "party_absent": "当事人拒绝到场"}  # fmt: skip
    answer = client.post_form(url, typed)
    assert answer.status_code == 422
    assert "见证人或者录像" in answer.get_data(as_text=True)
    assert "当事人拒绝到场" in answer.get_data(as_text=True)
    assert client.post_form(url, {**typed, "witness": "社区工作人员赵某"}).status_code == 303


def test_apl55_without_shown_certificates_there_is_no_record(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/site-records/new"
    typed = {"started_at": "2026-11-20T09:00", "ended_at": "2026-11-20T08:00", "place": "店内", "recorder": "李执法", "seen": "x",
             "officer_ids": [case.active_officers[0].person_id]}  # fmt: skip
    page = client.post_form(url, typed).get_data(as_text=True)
    for said in ("行政处罚法 55", "不得少于两人", "结束时间早于开始时间"):
        assert said in page
    assert db.session.scalar(select(SiteRecord.id)) is None


def test_proc29_an_interview_is_of_one_person_and_counts_his_times(case, viewer):
    who = viewer("张执法")
    for name in ("王某", "王某", "李某"):
        record_actions.make_interview(
            case, who, talk(case, person_name=name), [("看过证件吗？", "看过。")], [("茶从哪来？", "批发商。\n现金。")]
        )
    assert [(r.person_name, r.times) for r in queries.interviews_of(case)] == [("王某", 1), ("王某", 2), ("李某", 1)]
    facts = papers("interview_record")[1].facts
    assert facts["times"] == "第2次"
    assert facts["notice"] == [{"question": "看过证件吗？", "answer": "看过。"}]
    assert facts["answers"] == [{"question": "茶从哪来？", "answer": "批发商。\n现金。"}]


def test_proc29_questions_through_the_page_and_nothing_typed_is_lost(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/interviews/new"
    typed = {"started_at": "2026-11-20T09:00", "ended_at": "2026-11-20T10:00", "place": "询问室", "recorder": "李执法", "person_name": "",
             "officer_ids": [row.person_id for row in case.active_officers], "certificates_shown": "y",
             "question": ["你叫什么？", "", "", "还有吗？"], "answer": ["王某<script>", "", "只有回答", ""]}  # fmt: skip
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


def test_a_second_click_makes_no_second_record(case, viewer, sign_in):
    client, url = sign_in("张执法"), f"/cases/{case.id}/site-records/new"
    typed = {**client.hidden(url), "started_at": "2026-11-20T09:00", "ended_at": "2026-11-20T11:00", "place": "店内", "recorder": "李执法",
             "seen": "x", "officer_ids": [row.person_id for row in case.active_officers], "certificates_shown": "y", "goods_list_id": "0"}  # fmt: skip
    assert [client.post(url, data=typed).status_code for _ in range(2)] == [303, 303]
    assert len(papers("site_record")) == 1


def test_r39_identity_numbers_are_masked_on_papers(case, viewer):
    from app.registry.models import Party

    person = db.session.get_one(Party, case.party_id)
    person.kind, person.id_kind, person.id_number = "person", "resident", "411502199001011234"
    db.session.flush()
    record_actions.make_site_record(case, viewer("张执法"), site(case))
    code = papers("site_record")[0].facts["party"]["code"]
    assert code.endswith("1234")
    assert "19900101" not in code
