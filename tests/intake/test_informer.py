"""The informer's identity: opened against a reason, and nowhere else (投诉举报处理办法 37; R-43)."""

from __future__ import annotations

import html
import io
import json
import logging
import re
from urllib.parse import quote

import pytest
from sqlalchemy import select, text

from app.core import history, search
from app.core.errors import Forbidden, Refused
from app.documents.models import Paper, StoredFile
from app.extensions import db
from app.intake import actions
from app.intake.models import Clue, Informer
from app.notices.models import Notice
from tests.intake.test_entry import form

NAME, PHONE, ADDRESS, RELATION = "密举人甲乙", "13987654321", "密址巷七弄八号", "密系前员工"
MARKS = (NAME, PHONE, ADDRESS, RELATION)
TOLD = {"kind": "named", "name": NAME, "phone": PHONE, "address": ADDRESS, "relation": RELATION}


@pytest.fixture
def told(verifying, log, act, officers, party):
    clue = log("钱接待", TOLD, source_kind="report", party_id=party.id)
    act(clue, "assign", "王科长", officer_ids=officers)
    return clue


def clean(words: str) -> bool:
    return not any(mark in words for mark in MARKS)


def test_the_columns_hold_no_plain_word(told):
    rows = db.session.execute(text("SELECT * FROM informer")).all()
    assert len(rows) == 1
    assert clean(str(rows))
    assert NAME not in repr(db.session.scalars(select(Informer)).one())
    for table in ("clue", "history", "paper", "notice", "errand", "search_entry", "deadline"):
        assert clean(str(db.session.execute(text(f"SELECT * FROM {table}")).all())), table


def test_no_page_shows_it(told, sign_in):
    for who in ("张执法", "王科长", "周副局", "钱接待", "赵审核", "审计郑"):
        client = sign_in(who)
        for url in ("/clues", f"/clues/{told.id}", "/clues?q=" + NAME, "/notices", "/", f"/search?q={NAME}"):
            page = client.get(url).get_data(as_text=True)
            for echo in (
                f'value="{NAME}"',
                f"“{NAME}”",
                f"={NAME}",
                f"：{NAME}",
                quote(NAME),
            ):  # what was typed into the search itself
                page = page.replace(echo, "")
            assert clean(page), (who, url)


def test_search_does_not_find_it(told):
    for mark in MARKS:
        assert search.search(db.session(), mark).hits == ()


def test_papers_and_notices_do_not_name_it(told, act, filing):
    act(told, "propose_filing", "张执法", **filing)
    act(told, "endorse_filing", "王科长")
    act(told, "approve_filing", "周副局")
    facts = [paper.facts for paper in db.session.scalars(select(Paper))]
    assert {"clue_registration", "filing_approval"} <= {paper.kind for paper in db.session.scalars(select(Paper))}
    assert clean(json.dumps(facts, ensure_ascii=False))
    assert "实名举报，身份信息另行加密保存" in json.dumps(facts, ensure_ascii=False)
    assert clean(" ".join(f"{n.title} {n.body}" for n in db.session.scalars(select(Notice))))


def test_logs_do_not_name_it(sign_in, caplog):
    with caplog.at_level(logging.DEBUG):
        sign_in("钱接待").post_form("/clues/new", form(source_kind="report", informer_kind="named", informer_name=NAME, informer_phone=PHONE,
                                                   informer_address=ADDRESS, informer_relation=RELATION))  # fmt: skip
    assert db.session.scalars(select(Informer)).one().name == NAME
    assert clean(caplog.text)


def test_opened_only_with_a_reason_that_is_kept(told, viewer):
    with pytest.raises(Refused, match="理由"):
        actions.open_informer(told, viewer("张执法"), " 无 ")
    db.session.rollback()
    found = actions.open_informer(told, viewer("张执法"), "向举报人核实仓库位置")
    db.session.commit()
    assert (found.name, found.phone, found.address, found.relation) == (NAME, PHONE, ADDRESS, RELATION)
    entry = next(h for h in history.of(told) if h.act == "open_secret.informer")
    assert (entry.person_name, entry.reason) == ("张执法", "向举报人核实仓库位置")
    assert clean(str(vars(entry)))


def test_the_page_shows_it_after_the_reason_and_keeps_no_copy(told, sign_in):
    client = sign_in("张执法")
    url = f"/clues/{told.id}/informer"
    assert clean(client.get(url).get_data(as_text=True))
    short = client.post_form(url, {"reason": "看"})
    assert short.status_code == 422
    assert clean(short.get_data(as_text=True))
    shown = client.post_form(url, {"reason": "向举报人核实仓库位置"})
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert all(mark in page for mark in MARKS)
    assert shown.headers["Cache-Control"] == "no-store"
    assert clean(client.get(url).get_data(as_text=True))
    db.session.expire_all()
    assert [h.act for h in history.of(db.session.get(Clue, told.id))].count("open_secret.informer") == 1


@pytest.mark.parametrize("who", ["王科长", "赵审核", "孙内勤", "审计郑", "周副局", "陈局长"])
def test_r43_others_may_not_open_it(told, sign_in, viewer, who):
    assert sign_in(who).get(f"/clues/{told.id}/informer").status_code in {403, 404}
    with pytest.raises(Forbidden):
        actions.open_informer(told, viewer(who), "我想看看是谁举报的")


def test_an_officer_not_in_charge_and_another_county_may_not(told, viewer, act, person, sign_in):
    from tests.intake.test_workflow import _two_others

    act(told, "reassign", "王科长", officer_ids=_two_others(person))
    for who in ("张执法", "外县老周", "罗山吴副局"):
        with pytest.raises(Forbidden):
            actions.open_informer(told, viewer(who), "我想看看是谁举报的")
    assert sign_in("张执法").get(f"/clues/{told.id}/informer").status_code == 403
    assert sign_in("外县老周").get(f"/clues/{told.id}/informer").status_code == 404


def test_the_form_refuses_an_informer_named_in_open_text(sign_in):
    client = sign_in("钱接待")
    given = form(
        source_kind="report", informer_kind="named", informer_name=NAME, informer_phone=PHONE, informer_address=ADDRESS
    )
    for key, value in (
        ("facts", f"{NAME}反映某店售假"),
        ("facts", "联系电话 139-8765-4321，某店售假"),
        ("place", f"{NAME}家楼下的商店"),
        ("facts", "密举人 甲乙反映某店售假"),
        ("facts", f"举报人住在{ADDRESS}"),
        ("letter_no", f"{NAME}来信"),
        ("new_party-legal_representative", NAME),
    ):
        answer = client.post_form("/clues/new", {**given, key: value})
        assert answer.status_code == 422
        assert "出现了举报人的姓名、电话或者住址" in answer.get_data(as_text=True)


def test_r43_the_name_of_a_file_does_not_tell_the_informer(sign_in):
    given = form(source_kind="report", informer_kind="named", informer_name=NAME, informer_phone=PHONE)
    client = sign_in("钱接待")
    answer = client.post_form("/clues/new", {**given, "photos": (io.BytesIO(b"%PDF-1.4"), f"{NAME}举报信.pdf")})
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "文件名" in page
    # The same again: the file is held from the first try, and still tells it. Left out, the clue is registered.
    kept = {"held": re.search(r'name="held" value="([^"]+)"', page)[1]}
    again = client.post_form("/clues/new", {**given, **kept})
    assert again.status_code == 422
    assert db.session.scalars(select(Clue)).all() == []
    assert client.post_form("/clues/new", {**given, **kept, "unheld": kept["held"]}).status_code == 303
    assert db.session.scalars(select(StoredFile)).all() == []


def test_r43_a_file_added_later_does_not_tell_the_informer_either(told, sign_in):
    client = sign_in("张执法")
    url = f"/clues/{told.id}"
    client.post_form(f"{url}/files", {"photos": (io.BytesIO(b"%PDF-1.4"), f"{NAME}的身份证.pdf")}, page=url)
    page = client.get(url).get_data(as_text=True)
    assert "文件名中出现了举报人的姓名" in page
    assert clean(page)
    assert db.session.scalars(select(StoredFile)).all() == []
    client.post_form(f"{url}/files", {"photos": (io.BytesIO(b"%PDF-1.4"), "来信.pdf")}, page=url)
    assert [one.name for one in db.session.scalars(select(StoredFile))] == ["来信.pdf"]


def test_an_amendment_tells_nobody_whether_a_name_is_the_informers(told, sign_in):
    client = sign_in("张执法")
    given = {"source_kind": "report", "facts": "某店售假", "place": ""}
    answers = [
        client.post_form(f"/clues/{told.id}/amend", {**given, "facts": f"{name}说此店售假"}).status_code
        for name in (NAME, "别的名字")
    ]
    assert answers == [303, 303]


def test_one_person_is_recognised_by_the_keyed_hash(log):
    one, two = log("钱接待", TOLD), log("钱接待", {**TOLD, "name": "化名"})
    hashes = db.session.scalars(select(Informer.phone_hash).where(Informer.clue_id.in_((one.id, two.id)))).all()
    assert hashes[0] == hashes[1]
    assert PHONE not in hashes[0]
