"""Who may see and change what: every post, own organ and others, the page and the list alike."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import select

from app.cases import queries
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core.errors import NotFound
from app.core.permissions import may, scope
from app.core.steps import take
from app.extensions import db
from app.rehearsal import city
from tests.cases import world

READERS = {
    "张执法",
    "李执法",
    "王科长",
    "赵审核",
    "陈局长",
    "周副局",
    "孙内勤",
    "市局高局长",
    "市局沈副局",
    "市局林科长",
    "审计郑",
}
WRITERS = {"张执法", "李执法"}


@pytest.fixture
def case(app, viewer):
    return world.investigated(viewer)


def test_the_truth_of_reading_and_writing_for_every_person(case, viewer):
    for one in city.PEOPLE:
        who = viewer(one.name)
        assert may(who, "case.read", case) == (one.name in READERS), one
        assert may(who, "case.write", case) == (one.name in WRITERS), one


def test_the_list_and_the_page_say_the_same(case, viewer):
    other = world.filed(viewer, head="罗山吴副局", party=world.party("罗山一店"), right=world.right("罗山标"))
    for one in city.PEOPLE:
        who = viewer(one.name)
        for permission in ("case.read", "case.write"):
            rows = set(db.session.scalars(select(Case.id).where(scope(who, permission, Case))))
            assert rows == {c.id for c in (case, other) if may(who, permission, c)}, (one, permission)
        if (
            who.post in {"officer", "unit_head", "head", "principal", "reviewer", "registrar", "auditor"}
            and who.organ_kind == "bureau"
        ):
            assert {c.id for c in queries.page(who, queries.Filters()).rows} == {
                c.id for c in (case, other) if may(who, "case.read", c)
            }, one


def test_an_officer_of_another_county_finds_nothing(case, viewer, sign_in):
    with pytest.raises(NotFound):
        queries.get(viewer("外县老周"), case.id)
    client = sign_in("外县老周")
    for path in (
        "",
        "/evidence",
        "/goods",
        "/screening",
        "/papers",
        "/history",
        "/facts",
        "/evidence/new",
        "/steps/ask",
        "/findings",
    ):
        assert client.get(f"/cases/{case.id}{path}").status_code == 404, path
    assert case.number not in client.get("/cases/").get_data(as_text=True)


def test_a_former_officer_reads_and_no_longer_writes(case, viewer, sign_in):
    ids = [viewer("张执法").user_id, viewer("王科长").user_id]
    take(
        CASE,
        case,
        "change_officers",
        viewer("王科长"),
        {"officer_ids": ids, "no_recusal": True, "reason": "李执法调岗"},
    )
    db.session.commit()
    client = sign_in("李执法")
    assert client.get(f"/cases/{case.id}").status_code == 200
    assert client.get(f"/cases/{case.id}/facts").status_code == 403
    assert client.post_form(f"/cases/{case.id}/facts", {"facts": "x"}, page=f"/cases/{case.id}").status_code == 403


def test_the_auditor_reads_everything_and_changes_nothing(case, viewer, sign_in):
    one = world.with_lines(case, viewer("张执法"), {"quantity": "1", "price": "1"})
    client = sign_in("审计郑")
    for path in ("", "/evidence", "/goods", f"/goods/{one.id}", "/screening", "/papers", "/deadlines", "/history"):
        answer = client.get(f"/cases/{case.id}{path}")
        assert answer.status_code == 200, path
        assert 'method="post" action="/cases' not in answer.get_data(as_text=True)
    for path in ("/facts", "/evidence/new", "/goods/new", "/findings", "/exclude", "/steps/ask", "/steps/suspend"):
        assert client.get(f"/cases/{case.id}{path}").status_code == 403, path
    hidden = client.hidden(f"/cases/{case.id}")
    for path in (
        "/facts",
        "/evidence/new",
        f"/goods/{one.id}/lines",
        f"/goods/{one.id}/paste",
        "/findings",
        "/steps/appoint",
    ):
        assert client.post(f"/cases/{case.id}{path}", data={**hidden, "facts": "x"}).status_code == 403, path


@pytest.mark.parametrize("name", ["钱接待", "冯管理", "公安刘警官", "检察院孙检"])
def test_desk_admin_and_partners_have_no_door_to_cases(case, sign_in, name):
    client = sign_in(name)
    for path in ("/cases/", f"/cases/{case.id}", f"/cases/{case.id}/evidence"):
        assert client.get(path).status_code == 403, (name, path)


def test_the_city_reads_its_counties_and_decides_nothing_there(case, viewer, sign_in):
    client = sign_in("市局高局长")
    page = client.get(f"/cases/{case.id}").get_data(as_text=True)
    assert case.number in page
    assert "/steps/" not in page
    take(CASE, case, "ask", viewer("张执法"), {"asked": "suspend", "asked_ground": "other", "asked_reason": "x"})
    db.session.commit()
    assert client.get(f"/cases/{case.id}/steps/suspend").status_code == 403
    assert "浉河区" in client.get("/cases/").get_data(as_text=True)


def test_a_file_of_a_case_is_as_hidden_as_the_case(case, viewer, sign_in):
    from app.cases import evidence_actions

    who = viewer("张执法")
    item = evidence_actions.add(case, who, world.item(case, who), io.BytesIO(b"secret"), "a.txt")
    db.session.commit()
    url = f"/documents/files/{item.current.file_id}"
    assert sign_in("李执法").get(url).data == b"secret"
    assert sign_in("外县老周").get(url).status_code == 404
    assert sign_in("公安刘警官").get(url).status_code == 404


def test_what_belongs_to_another_case_is_not_reached_through_this_one(case, viewer, sign_in):
    who = viewer("张执法")
    other = world.investigated(viewer, party=world.party("别家"), right=world.right("别标"))
    one = world.with_lines(other, who, {"quantity": "1", "price": "1"})
    client = sign_in("张执法")
    assert client.get(f"/cases/{case.id}/goods/{one.id}").status_code == 404
    assert client.get(f"/cases/{case.id}/goods/lines/{one.lines[0].id}").status_code == 404


def test_nothing_is_changed_once_the_case_is_closed(case, viewer, sign_in):
    for step, name, data in (
        ("ask", "张执法", {"asked": "terminate", "asked_ground": "death", "asked_reason": "x"}),
        ("terminate", "周副局", {}),
    ):
        take(CASE, case, step, viewer(name), data)
    db.session.commit()
    client = sign_in("张执法")
    for path in ("/facts", "/evidence/new", "/goods/new", "/findings", "/site-records/new"):
        answer = client.get(f"/cases/{case.id}{path}")
        assert answer.status_code == 409, path
        assert "案件未在调查中" in answer.get_data(as_text=True)
