"""The inbox in the browser: one's own only, unread until opened, paged by key, mails for those who may see them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select

from app.core import outbox
from app.extensions import db
from app.notices import queries
from app.notices.models import Notice
from app.people.models import Person
from tests.conftest import BrowserClient
from tests.transfers.world import brought_to

SignIn = Callable[[str], BrowserClient]


def put(person: Callable[[str], Person], name: str, count: int, **more: Any) -> list[int]:
    rows = [
        Notice(
            key=f"{name}:{more.get('kind', 'news')}:{n}",
            person_id=person(name).id,
            kind="news",
            subject_type="person",
            subject_id=1,
            title=f"第{n}条",
        )
        for n in range(count)
    ]
    for row in rows:
        for key, value in more.items():
            setattr(row, key, value)
    db.session.add_all(rows)
    db.session.flush()
    ids = [row.id for row in rows]
    db.session.commit()
    return ids


def test_the_inbox_holds_what_a_step_told_and_opening_it_leads_there(app: Flask, sign_in: SignIn) -> None:
    transfer = brought_to("awaiting_decision")
    transfer_id = transfer.id
    db.session.commit()
    client = sign_in("陈局长")
    text = client.get("/notices/").get_data(as_text=True)
    assert "签署意见并报正职负责人" in text
    assert client.get("/notices/unread").get_json() == {"unread": 1}
    notice_id = db.session.scalars(select(Notice.id).join(Person).where(Person.name == "陈局长")).one()
    db.session.rollback()
    answer = client.get(f"/notices/{notice_id}/open")
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/transfers/{transfer_id}"
    assert client.get("/notices/unread").get_json() == {"unread": 0}
    assert "data-unread hidden" in client.get("/notices/").get_data(as_text=True)


def test_another_persons_notice_looks_like_a_missing_one(person: Callable[[str], Person], sign_in: SignIn) -> None:
    (theirs,) = put(person, "陈局长", 1)
    client = sign_in("张执法")
    for url in (f"/notices/{theirs}/open", f"/notices/{theirs}/mail", "/notices/999999/open"):
        assert client.get(url).status_code == 404
    assert "第0条" not in client.get("/notices/").get_data(as_text=True)
    client.post_form("/notices/read", {"id": theirs}, page="/notices/")
    assert db.session.get_one(Notice, theirs).read_at is None


def test_marking_all_read_leaves_what_came_after_the_page_was_shown(
    person: Callable[[str], Person], sign_in: SignIn
) -> None:
    ids = put(person, "张执法", 3)
    client = sign_in("张执法")
    hidden = client.hidden("/notices/")
    assert hidden["newest"] == str(ids[-1])
    put(person, "张执法", 1, kind="task")
    assert client.post("/notices/read", data=hidden | {"id": ""}).status_code == 303
    assert client.get("/notices/unread").get_json() == {"unread": 1}


def test_filters_and_pages_by_key(person: Callable[[str], Person], sign_in: SignIn) -> None:
    put(person, "张执法", queries.PAGE + 5)
    put(person, "张执法", 2, kind="deadline")
    client = sign_in("张执法")
    first = client.get("/notices/?kind=news").get_data(as_text=True)
    assert first.count("inbox-title") == queries.PAGE
    import re

    older = re.search(r'href="([^"]*before=\d+[^"]*)"', first)
    assert older is not None
    second = client.get(older.group(1).replace("&amp;", "&")).get_data(as_text=True)
    assert second.count("inbox-title") == 5
    assert client.get("/notices/?kind=deadline").get_data(as_text=True).count("inbox-title") == 2
    assert client.get("/notices/?kind=nonsense&before=x").status_code == 200


def test_the_unread_count_reads_a_small_index_and_stops_at_its_cap(
    app: Flask, person: Callable[[str], Person], viewer: Any
) -> None:
    put(person, "张执法", queries.CAP + 50)
    who = viewer("张执法")
    assert queries.unread(who) == queries.CAP
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    queries.unread(who)
    (statement,) = [s for s in statements if "notice" in s]
    assert "LIMIT" in statement.upper()
    if db.engine.dialect.name == "sqlite":
        plan = db.session.execute(
            db.text("EXPLAIN QUERY PLAN SELECT id FROM notice WHERE person_id = 1 AND read_at IS NULL LIMIT 100")
        ).all()
        assert "ix_notice_unread" in str(plan)


def test_mail_files_open_for_their_owner_and_the_administrator(app: Flask, sign_in: SignIn) -> None:
    brought_to("team_designated")
    db.session.commit()
    from app.core.outbox import Errand

    for errand_id in list(db.session.scalars(select(Errand.id).where(Errand.kind == "notices.deliver"))):
        db.session.rollback()
        outbox.run(errand_id)
    own = db.session.scalars(
        select(Notice.id).join(Person).where(Person.name == "李执法").order_by(Notice.id.desc())
    ).first()
    db.session.rollback()
    assert f"/notices/{own}/mail" in sign_in("李执法").get("/notices/").get_data(as_text=True)
    for name, status in (("李执法", 200), ("冯管理", 200), ("张执法", 404), ("审计郑", 404)):
        answer = sign_in(name).get(f"/notices/{own}/mail")
        assert answer.status_code == status, name
    mails = sign_in("冯管理").get("/notices/mails").get_data(as_text=True)
    assert "李执法" in mails
    assert "指定专案组" not in mails, "the administrator reads no case"
    assert sign_in("审计郑").get("/notices/mails").status_code == 403


def test_html_in_a_title_prints_as_text(person: Callable[[str], Person], sign_in: SignIn) -> None:
    put(person, "张执法", 1, title="<script>alert(1)</script>", body="<b>x</b>")
    text = sign_in("张执法").get("/notices/").get_data(as_text=True)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize("post", ["钱接待", "公安刘警官", "审计郑", "冯管理"])
def test_everybody_has_an_inbox(sign_in: SignIn, post: str) -> None:
    assert sign_in(post).get("/notices/").status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Notice)) == 0
