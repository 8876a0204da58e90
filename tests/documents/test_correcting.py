"""R-41: a paper is corrected by putting the records right and drawing it up again; the old version stays."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.documents.models import Paper
from app.extensions import db
from app.registry.models import Party
from app.transfers import queries
from app.transfers.models import Transfer
from tests.conftest import BrowserClient
from tests.transfers.world import brought_to

NOTE = "当事人名称有误，予以更正"
SignIn = Callable[[str], BrowserClient]


@pytest.fixture
def papers(app: Flask) -> dict[str, int]:
    """The newest paper of each kind of an approved transfer."""
    transfer = brought_to("approved")
    db.session.commit()
    return {paper.kind: paper.id for paper in queries.papers(transfer)}


def rename_party(paper_id: int) -> None:
    """Put the record right: the firm is called otherwise."""
    transfer = db.session.get_one(Transfer, db.session.get_one(Paper, paper_id).subject_id)
    party = db.session.get_one(Party, transfer.case.party_id)
    party.name = "信阳浉河某茶叶有限公司"
    db.session.commit()


def test_r41_nothing_to_correct_while_the_records_say_the_same(sign_in: SignIn, papers: dict[str, int]) -> None:
    client, url = sign_in("张执法"), f"/documents/papers/{papers['transfer_letter']}/correct"
    assert "没有可以更正的内容" in client.get(url).get_data(as_text=True)
    answer = client.post_form(url, {"note": NOTE})
    assert answer.status_code == 409
    assert db.session.get_one(Paper, papers["transfer_letter"]).superseded_by_id is None


def test_r41_the_next_version_has_the_number_and_the_day_of_the_first(sign_in: SignIn, papers: dict[str, int]) -> None:
    letter, client = papers["transfer_letter"], sign_in("张执法")
    url = f"/documents/papers/{letter}/correct"
    before = dict(db.session.get_one(Paper, letter).facts)
    rename_party(letter)
    shown = client.get(url).get_data(as_text=True)
    assert re.search(r"<del>[^<]*某茶业有限公司", shown)
    assert re.search(r"<ins>[^<]*某茶叶有限公司", shown)
    short = client.post_form(url, {"note": "错"})
    assert (short.status_code, "至少四个字" in short.get_data(as_text=True)) == (422, True)
    assert re.search(r">\s*错<", short.get_data(as_text=True)), "what was typed is still there"
    answer = client.post_form(url, {"note": NOTE})
    assert answer.status_code == 303
    new = db.session.get_one(Paper, int(answer.location.rsplit("/", 1)[1]))
    old = db.session.get_one(Paper, letter)
    assert (new.number, new.version, new.note, old.superseded_by_id) == (old.number, 2, NOTE, new.id)
    assert old.facts == before
    assert new.facts == {**before, "party": "信阳浉河某茶叶有限公司"}
    assert client.post_form(url, {"note": NOTE}, page="/").status_code == 409, "the old version is not corrected again"


def test_r41_what_was_signed_is_not_drawn_up_again(sign_in: SignIn, papers: dict[str, int]) -> None:
    client = sign_in("张执法")
    assert "更正" not in client.get(f"/documents/papers/{papers['transfer_approval']}").get_data(as_text=True)
    assert client.get(f"/documents/papers/{papers['transfer_approval']}/correct").status_code == 409
    page = client.get(f"/documents/papers/{papers['transfer_letter']}").get_data(as_text=True)
    assert f"/documents/papers/{papers['transfer_letter']}/correct" in page


@pytest.mark.parametrize(("name", "status"), [("外县老周", 404), ("周副局", 403), ("审计郑", 403), ("公安刘警官", 403)])
def test_who_may_not_correct(sign_in: SignIn, papers: dict[str, int], name: str, status: int) -> None:
    rename_party(papers["transfer_letter"])
    client, url = sign_in(name), f"/documents/papers/{papers['transfer_letter']}/correct"
    assert client.get(url).status_code == status
    assert client.post_form(url, {"note": NOTE}, page="/").status_code == status
    assert db.session.get_one(Paper, papers["transfer_letter"]).superseded_by_id is None
