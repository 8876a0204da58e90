"""Letters of the informer: sealed, opened one by one against a reason, and no file of the clue (投诉举报处理办法 37; R-43)."""

from __future__ import annotations

import io
import os

import pytest
from sqlalchemy import select, text
from werkzeug.datastructures import FileStorage

from app.core import history
from app.core.errors import NotFound, Refused
from app.core.outbox import Errand
from app.documents import jobs
from app.documents.models import StoredFile
from app.documents.storage import store
from app.extensions import db
from app.intake import letters
from app.intake.models import Clue, Informer, InformerLetter

PHRASE, NAME = "密信内容我是前员工".encode(), "密举人甲乙举报信.txt"
REASON = "向举报人核实仓库位置"


@pytest.fixture
def told(verifying, log, act, officers, party):
    clue = log("钱接待", {"kind": "named", "name": "密举人甲乙"}, source_kind="report", party_id=party.id)
    act(clue, "assign", "王科长", officer_ids=officers)
    return clue


def upload(client, clue, **more):
    page = f"/clues/{clue.id}/informer"
    return client.post_form(f"{page}/letters", {"letters": [(io.BytesIO(PHRASE), NAME)], **more}, page=page)


def stored() -> bytes:
    return b"".join(store().open(key).read() for key in sorted(store().keys()))


def test_r43_no_column_and_no_blob_holds_a_plain_word(told, sign_in):
    assert upload(sign_in("张执法"), told).status_code == 303
    for table in ("informer_letter", "stored_file", "history", "errand"):
        assert "密举人" not in str(db.session.execute(text(f"SELECT * FROM {table}")).all()), table
    assert PHRASE not in stored()
    assert list(letters.faults(db.session())) == []


def test_r43_no_page_of_the_clue_shows_a_letter(told, sign_in):
    client = sign_in("张执法")
    upload(client, told)
    for who in ("张执法", "王科长", "钱接待", "陈局长"):
        for url in (f"/clues/{told.id}", f"/clues/{told.id}/informer", "/search?q=举报信"):
            assert "密举人甲乙举报信" not in sign_in(who).get(url).get_data(as_text=True), (who, url)


def test_r43_a_letter_leaves_only_after_its_opening_was_noted(told, sign_in):
    client = sign_in("张执法")
    upload(client, told)
    letter = db.session.scalars(select(InformerLetter)).one()
    page = f"/clues/{told.id}/informer"
    assert NAME in client.post_form(page, {"reason": REASON}).get_data(as_text=True)
    url = f"{page}/letters/{letter.id}"
    assert client.post_form(url, {"reason": "看"}, page=page).status_code == 422
    got = client.post_form(url, {"reason": REASON}, page=page)
    assert got.get_data() == PHRASE
    assert got.headers["Content-Disposition"].startswith("attachment;")
    assert "no-store" in got.headers["Cache-Control"]
    db.session.expire_all()
    noted = [h for h in history.of(db.session.get(Clue, told.id)) if h.act == "open_secret.informer_letter"]
    assert [(h.person_name, h.reason) for h in noted] == [("张执法", REASON)]


@pytest.mark.parametrize("who", ["王科长", "赵审核", "孙内勤", "审计郑", "周副局", "陈局长", "外县老周"])
def test_r43_who_may_not_open_the_record_neither_adds_nor_opens_nor_withholds(told, sign_in, who):
    upload(sign_in("张执法"), told)
    letter = db.session.scalars(select(InformerLetter)).one()
    client = sign_in(who)
    for url in ("informer/letters", f"informer/letters/{letter.id}", "files/1/withhold"):
        answer = client.post_form(f"/clues/{told.id}/{url}", {"reason": REASON}, page="/account")
        assert answer.status_code in {403, 404}, url
    assert PHRASE not in b"".join([client.get(f"/clues/{told.id}").get_data()])


def test_a_letter_is_found_under_its_own_clue_only(told, log, sign_in, viewer):
    upload(sign_in("张执法"), told)
    other = log("钱接待", {"kind": "anonymous"}, source_kind="report")
    with pytest.raises(NotFound):
        letters.opened(other, db.session.scalars(select(InformerLetter.id)).one(), viewer("钱接待"), REASON)


def test_a_letter_begins_the_record_where_there_was_none(log, sign_in):
    clue = log("钱接待", source_kind="report")
    assert upload(sign_in("钱接待"), clue, informer_kind="anonymous").status_code == 303
    assert db.session.scalars(select(Informer.kind).where(Informer.clue_id == clue.id)).one() == "anonymous"


def test_an_empty_letter_is_refused_with_a_sentence(told, sign_in):
    page = f"/clues/{told.id}/informer"
    answer = sign_in("张执法").post_form(f"{page}/letters", {"letters": [(io.BytesIO(b""), NAME)]}, page=page)
    assert answer.status_code == 422
    assert "第1个文件是空的" in answer.get_data(as_text=True)
    assert "密举人" not in answer.get_data(as_text=True)
    assert history.of(told)[-1].act != "informer.letters"


def test_r43_an_empty_letter_does_not_cost_the_others_and_is_named_by_its_place(app, told, sign_in, monkeypatch):
    client, page = sign_in("张执法"), f"/clues/{told.id}/informer"
    monkeypatch.setitem(app.config, "UPLOAD_CAP", 40)
    sent = [
        (io.BytesIO(PHRASE), NAME),
        (io.BytesIO(b""), NAME),
        (io.BytesIO(b"x" * 41), NAME),
        (io.BytesIO(b"second"), "乙.txt"),
    ]
    assert client.post_form(f"{page}/letters", {"letters": sent}, page=page).status_code == 303
    said = client.get(page).get_data(as_text=True)
    for sentence in ("已加密存入2个文件", "第2个文件是空的", "第3个文件超过允许的大小"):
        assert sentence in said
    assert "密举人" not in said
    assert sorted(db.session.scalars(select(InformerLetter.size))) == [6, len(PHRASE)]


def test_r43_one_letter_too_many_is_said_and_the_first_twenty_are_kept(told, viewer):
    sent = [FileStorage(io.BytesIO(b"x%d" % n), f"{n}.txt") for n in range(letters.PHOTOS + 2)]
    kept, left = letters.add(told, viewer("张执法"), sent)
    assert (kept, len(left)) == (letters.PHOTOS, 1)
    assert "第21个文件起没有存入" in left[0]


def test_r43_a_file_handed_in_as_ordinary_material_becomes_a_letter(told, sign_in):
    client, page = sign_in("张执法"), f"/clues/{told.id}"
    # By one who may not open the record: to him nobody says whose name that is.
    sign_in("王科长").post_form(f"{page}/files", {"photos": [(io.BytesIO(PHRASE), NAME)]}, page=page)
    file_id = db.session.scalars(select(StoredFile.id)).one()
    url = f"{page}/files/{file_id}/withhold"
    assert client.post_form(url, {"reason": ""}).status_code == 422
    assert client.post_form(url, {"reason": "信中有举报人签名"}).status_code == 303
    assert "密举人甲乙" not in client.get(page).get_data(as_text=True)
    assert client.get(f"/documents/files/{file_id}").status_code == 404
    (errand,) = db.session.scalars(select(Errand).where(Errand.kind == "documents.erase"))
    os.utime(store().path(errand.args["key"]), (0, 0))
    jobs.erase(**errand.args)
    assert PHRASE not in stored()
    db.session.expire_all()
    entry = next(h for h in history.of(db.session.get(Clue, told.id)) if h.act == "informer.withhold")
    assert (entry.person_name, entry.reason) == ("张执法", "信中有举报人签名")
    letter = db.session.scalars(select(InformerLetter)).one()
    assert (
        client.post_form(f"{page}/informer/letters/{letter.id}", {"reason": REASON}, page=f"{page}/informer").get_data()
        == PHRASE
    )


def test_a_file_that_is_evidence_elsewhere_is_not_withheld(told, log, sign_in, viewer):
    other = log("钱接待", source_kind="report")
    for clue, who in ((told, "张执法"), (other, "钱接待")):
        page = f"/clues/{clue.id}"
        sign_in(who).post_form(f"{page}/files", {"photos": [(io.BytesIO(PHRASE), "a.txt")]}, page=page)
    file_id = db.session.scalars(select(StoredFile.id).where(StoredFile.subject_id == told.id)).one()
    with pytest.raises(Refused, match="证据"):
        letters.withhold(db.session.get(Clue, told.id), file_id, viewer("张执法"), REASON)
