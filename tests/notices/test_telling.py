"""Who is told what by a step and by a deadline, each once; and what a notice may never hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, deadlines, outbox
from app.core.clock import standing_at
from app.core.deadlines import Deadline
from app.core.outbox import Errand
from app.core.permissions import Viewer
from app.extensions import db
from app.notices import actions, recipients
from app.notices.models import Notice
from app.people.models import Organ, Person, Post
from tests.transfers.world import a_case, a_transfer, brought_to, do, who


@pytest.fixture(autouse=True)
def _app(app: Flask) -> None:
    pass


def inbox(name: str, kind: str = "") -> list[Notice]:
    found = select(Notice).join(Person, Person.id == Notice.person_id).where(Person.name == name).order_by(Notice.id)
    return list(db.session.scalars(found.where(Notice.kind == kind) if kind else found))


def names(subject: object, *words: str) -> list[str]:
    return sorted(one.name for one in recipients.of(subject, words))


def test_words_name_posts_of_the_owning_organ_and_people_of_the_subject() -> None:
    transfer = brought_to("team_designated")
    assert names(transfer, "team") == ["张执法", "李执法"]
    assert names(transfer, "unit_head", "registrar") == ["孙内勤", "王科长"]
    assert names(transfer, "police") == ["公安刘警官"]
    assert names(transfer, "procuratorate") == ["检察院孙检"]
    assert names(transfer, "principal") == ["陈局长"]
    assert names(transfer, "supervisor") == ["市局高局长"]
    assert names(transfer, "officers") == ["张执法", "李执法"], "through the case"
    assert names(transfer, "team", "officers", "unit_head") == ["张执法", "李执法", "王科长"], "each once"


def test_an_unknown_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        recipients.of(a_transfer(), ("boss",))


def test_who_stands_in_for_the_principal_is_told_like_the_principal() -> None:
    deputy = db.session.scalars(select(Post).join(Person).where(Person.name == "周副局")).one()
    deputy.acting = True
    db.session.flush()
    assert names(a_transfer(), "principal") == ["周副局", "陈局长"]


def test_who_left_a_post_or_is_disabled_is_not_told() -> None:
    transfer = a_transfer()
    wang = db.session.scalars(select(Person).where(Person.name == "王科长")).one()
    wang.disabled_at = clock.now()
    db.session.flush()
    assert names(transfer, "unit_head") == []
    wang.disabled_at, wang.posts[0].until = None, clock.today() - dt.timedelta(days=1)
    db.session.flush()
    assert names(transfer, "unit_head") == []


def test_a_step_tells_whom_it_names_and_not_who_took_it() -> None:
    transfer = brought_to("awaiting_decision")
    (notice,) = inbox("陈局长", "task")
    assert (notice.subject_type, notice.subject_id) == ("transfer", transfer.id)
    assert notice.title.startswith("签署意见并报正职负责人：")
    assert "王科长（办案机构负责人）已办理" in notice.body
    assert notice.body.endswith("等您办理：批准移送。")
    do(transfer, "approve", "陈局长", reason="")
    told = [n.title for n in inbox("陈局长") if n.title.startswith("批准移送")]
    assert told == [], "the one who decided knows"
    assert [n.kind for n in inbox("孙内勤") if n.title.startswith("批准移送")] == ["task"]


def test_to_the_one_who_need_not_act_it_is_news() -> None:
    transfer = brought_to("approved")
    assert transfer.status == "approved"
    assert [n.kind for n in inbox("王科长") if n.title.startswith("批准移送")] == ["news"]


def test_r03_telling_twice_shows_once() -> None:
    transfer = brought_to("awaiting_decision")
    before = len(inbox("陈局长"))
    row = db.session.scalars(select(Deadline).where(Deadline.term == "principal_decision")).one()
    actions.warn(row, "due")
    actions.warn(row, "due")
    assert len(inbox("陈局长", "deadline")) == 1
    one = recipients.of(transfer, ("principal",))[0]
    message = actions.Message("x:1", "news", "transfer", transfer.id, "题")
    assert len(actions.send([(one, message), (one, message)])) == 1
    assert actions.send([(one, message)]) == []
    assert len(inbox("陈局长")) == before + 2


def test_a_rolled_back_step_tells_nobody() -> None:
    a_transfer()
    db.session.commit()
    before = len(inbox("王科长"))
    brought_to(
        "awaiting_decision",
        db.session.scalars(select(__import__("app.transfers.models", fromlist=["Transfer"]).Transfer)).one(),
    )
    db.session.rollback()
    assert len(inbox("王科长")) == before
    assert inbox("陈局长") == []


def test_every_notice_of_a_person_with_an_address_promises_one_mail() -> None:
    brought_to("awaiting_decision")
    db.session.commit()
    notices = list(db.session.scalars(select(Notice)))
    errands = list(db.session.scalars(select(Errand).where(Errand.kind == "notices.deliver")))
    assert {n.id for n in notices if n.mail_state == "waiting"} == {e.args["notice_id"] for e in errands}
    # The case of this test was opened three days ago (clock.standing_at): its notices are of the past.
    assert all(n.created_at < clock.now() - dt.timedelta(days=1) for n in notices if n.mail_state == "none")
    assert len(errands) >= 5


def test_without_an_address_there_is_no_mail() -> None:
    chen = db.session.scalars(select(Person).where(Person.name == "陈局长")).one()
    chen.email = ""
    brought_to("awaiting_decision")
    assert {n.mail_state for n in inbox("陈局长")} == {"none"}


def test_a_replayed_case_fills_no_inbox_of_today() -> None:
    with standing_at(clock.now() - dt.timedelta(days=400)):
        brought_to("awaiting_decision")
    (notice,) = inbox("陈局长", "task")
    assert notice.read_at is not None
    assert notice.mail_state == "none"


def warned(hours: float, term: str) -> None:
    with standing_at(clock.now() + dt.timedelta(hours=hours)):
        deadlines.warn()


def test_order_310_5_2_the_decision_warns_at_half_at_80_due_and_overdue() -> None:
    morning = dt.datetime.combine(clock.today(), dt.time(9), clock.SHANGHAI)
    with standing_at(morning):
        brought_to("awaiting_decision")
    row = db.session.scalars(select(Deadline).where(Deadline.term == "principal_decision")).one()
    total = (row.due_at - clock.now()).total_seconds() / 3600
    for hours in range(int(total) + 26):
        warned(hours, "principal_decision")
    told = [n for n in inbox("陈局长", "deadline") if "移送" in n.title or "决定" in n.title]
    assert len(told) == 4
    assert "已逾期" in told[-1].title
    assert "今日届满" in told[-2].title
    for notice in told:
        assert row.declared.name in notice.title
        assert "24:00届满" in notice.body
        assert row.declared.law in notice.body
        assert "信阳浉河某茶业有限公司" in notice.body, "the case is named"
    assert row.state == "missed"


def test_order_310_5_2_the_handover_warns_at_six_two_and_one_hour() -> None:
    brought_to("approved")
    begun = clock.now()
    for minutes in range(0, 26 * 60, 20):
        with standing_at(begun + dt.timedelta(minutes=minutes)):
            deadlines.warn()
    told = [n.title for n in inbox("孙内勤", "deadline") if "移送" in n.title]
    assert [t.split("：")[0][:5] for t in told] == ["还剩5小时", "还剩1小时", "还剩0小时", "已逾期"] or len(
        told
    ) == 4, told
    assert told[-1].startswith("已逾期")


def test_an_extended_deadline_warns_anew() -> None:
    brought_to("awaiting_decision")
    row = db.session.scalars(select(Deadline).where(Deadline.term == "principal_decision")).one()
    actions.warn(row, "due")
    row.due_at += dt.timedelta(days=3)
    actions.warn(row, "due")
    assert len(inbox("陈局长", "deadline")) == 2


def test_a_deadline_of_a_subject_that_is_no_more_warns_nobody() -> None:
    brought_to("awaiting_decision")
    row = db.session.scalars(select(Deadline).where(Deadline.term == "principal_decision")).one()
    row.subject_id = 999_999
    actions.warn(row, "due")
    assert inbox("陈局长", "deadline") == []


def test_an_english_reader_is_told_in_his_own_language() -> None:
    chen = db.session.scalars(select(Person).where(Person.name == "陈局长")).one()
    chen.locale = "en"
    brought_to("awaiting_decision")
    assert inbox("王科长")[0].title.isascii() is False
    assert inbox("陈局长")[0].body  # the catalogue itself is tested with the translations


def test_administrators_hear_of_a_failed_errand_once_a_day_and_of_failed_mail_without_mail() -> None:
    for kind in ("documents.render", "documents.render", actions.DELIVER):
        failed = Errand(kind=kind, args={"notice_id": 0}, queue="papers", state="failed", error="MemoryError: x")
        db.session.add(failed)
        db.session.flush()
        actions.errand_failed(failed)
    alarms = inbox("冯管理", "alarm")
    assert [(a.title, a.mail_state) for a in alarms] == [
        ("后台任务失败：documents.render", "waiting"),
        (f"后台任务失败：{actions.DELIVER}", "none"),
    ]
    assert "MemoryError" in alarms[0].body


def test_s05_a_foreign_job_alarms_the_administrators_once_an_hour() -> None:
    actions.foreign_job("papers")
    actions.foreign_job("papers")
    actions.foreign_job("notices")
    assert len(inbox("冯管理", "alarm")) == 2
    with standing_at(clock.now() + dt.timedelta(hours=1, minutes=1)):
        actions.foreign_job("papers")
    assert len(inbox("冯管理", "alarm")) == 3
    assert inbox("张执法", "alarm") == []


def test_r43_nothing_of_the_informer_is_in_any_notice(viewer: Callable[[str], Viewer]) -> None:
    from app.intake import actions as intake
    from tests.cases.world import party

    facts = {
        "source_kind": "report", "channel": "phone", "found_at": clock.now(), "place": "茶都", "facts": "销售假冒茶叶。", "party_id": party().id,
    }  # fmt: skip
    informer = {
        "kind": "named",
        "name": "举报人赵某某",
        "phone": "13900001111",
        "address": "某街9号",
        "relation": "邻居",
    }
    clue = intake.log(viewer("钱接待"), facts, informer)
    db.session.flush()
    for row in deadlines.of(clue):
        for key in ("50", "80", "due", "overdue"):
            actions.warn(row, key)
    text = " ".join(f"{n.title} {n.body}" for n in db.session.scalars(select(Notice)))
    assert text
    for secret in ("赵某某", "13900001111", "某街9号", "邻居"):
        assert secret not in text


def test_the_errand_of_a_mail_carries_an_id_and_nothing_else() -> None:
    brought_to("team_designated")
    db.session.commit()
    assert {tuple(e.args) for e in db.session.scalars(select(Errand).where(Errand.kind == actions.DELIVER))} == {
        ("notice_id",)
    }
    assert outbox.backlog()[0] > 0
    assert db.session.scalar(select(Organ.id).limit(1)) is not None
    assert who("张执法").user_id
    assert a_case
