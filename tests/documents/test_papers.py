"""Papers in the database: frozen with the step, printed by the errand, corrected by a new version, seen by whom they may."""

import dataclasses
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock, history, outbox
from app.core.errors import NotFound, Refused, Stale
from app.core.steps import Taken
from app.core.workflow import State, Step, Workflow
from app.documents import actions, jobs, kinds, package, queries
from app.documents import render as printing
from app.documents.models import Paper, Service
from app.documents.storage import LocalStore, read, store
from app.extensions import db
from app.people.models import Organ
from tests.documents.pdftext import words
from tests.documents.samples import HTML, SAMPLES

LETTER = SAMPLES["transfer_letter"][0]
APPROVAL = SAMPLES["transfer_approval"][0]
OURS = "信阳市浉河区市场监督管理局"
STATES = {"open": State("开"), "shut": State("关")}


def taken(subject: Organ, viewer: Any, *papers: str, step: str = "approve") -> Taken:
    declared = Step(step, "批准", "open", "open", "principal", "测试", papers=papers)
    return Taken(
        Workflow("test", "测试", "open", frozenset({"shut"}), STATES, (declared,)),
        declared,
        subject,
        viewer,
        {},
        clock.now(),
        "open",
    )


def errands(kind: str = actions.RENDER) -> list[outbox.Errand]:
    return list(db.session.scalars(select(outbox.Errand).where(outbox.Errand.kind == kind).order_by(outbox.Errand.id)))


def print_all() -> None:
    for one in errands():
        outbox.run(one.id)


def test_a_step_freezes_facts_and_promises_the_printing(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given |= {"transfer_approval": APPROVAL, "transfer_letter": LETTER}
    made = actions.make_papers(taken(subject, chief, "transfer_approval", "transfer_letter"))
    db.session.commit()
    approval, letter = made
    assert (approval.number, approval.state, approval.issued_by_id) == ("", "waiting", chief.user_id)
    assert letter.number == f"{subject.short}涉罪移〔{letter.issued_at.year}〕1号"
    assert letter.facts == json.loads(json.dumps(dataclasses.asdict(LETTER)))
    assert len({paper.verify_code for paper in db.session.scalars(select(Paper))}) == 3
    # the letter owes one service, with its form 50 beside it
    service = db.session.scalars(select(Service)).one()
    assert (service.paper_id, service.addressee, service.state) == (letter.id, LETTER.addressee, "open")
    assert [one.args["paper_id"] for one in errands()] == [approval.id, letter.id, service.proof_id]


def test_nothing_is_left_when_the_step_is_rolled_back(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given["transfer_letter"] = LETTER
    actions.make_papers(taken(subject, chief, "transfer_letter"))
    db.session.rollback()
    assert db.session.scalars(select(Paper)).all() == []
    assert errands() == []
    subject = db.session.scalars(select(Organ).where(Organ.name == OURS)).one()
    assert actions.make_papers(taken(subject, chief, "transfer_letter"))[0].number.endswith("〕1号")  # no gap


def test_none_means_no_paper_and_a_list_means_several(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    goods = SAMPLES["transfer_goods_list"][0]
    given |= {"goods_moved_notice": None, "transfer_goods_list": [goods, dataclasses.replace(goods, list_no="2")]}
    made = actions.make_papers(taken(subject, chief, "goods_moved_notice", "transfer_goods_list"))
    assert [(paper.kind, paper.version, paper.superseded_by_id) for paper in made] == [
        ("transfer_goods_list", 1, None)
    ] * 2


def test_an_approval_form_grows_with_each_signature(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given["transfer_approval"] = dataclasses.replace(APPROVAL, decision="", decided_by="")
    first = actions.make_papers(taken(subject, chief, "transfer_approval", step="endorse"))[0]
    given["transfer_approval"] = APPROVAL
    second = actions.make_papers(taken(subject, chief, "transfer_approval"))[0]
    db.session.commit()
    assert (first.superseded_by_id, second.version) == (second.id, 2)
    assert queries.papers_of(chief, "organ", subject.id) == [second]
    assert queries.papers_of(chief, "organ", subject.id, old_versions=True) == [first, second]


def test_the_errand_prints_once(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    db.session.commit()
    print_all()
    db.session.refresh(paper)
    assert (paper.state, paper.error) == ("ready", "")
    assert paper.pages == 2
    assert paper.template_version == jobs.template_version()
    pdf = read(paper.sha256)
    assert hashlib.sha256(pdf).hexdigest() == paper.sha256
    assert len(pdf) == paper.size
    flat = "".join(piece.text for page in words(pdf) for piece in page)
    assert paper.number in flat
    assert paper.verify_code in flat
    before = (paper.sha256, paper.printed_at)
    jobs.render(paper.id)  # a second run finds nothing to do
    db.session.commit()
    db.session.refresh(paper)
    assert (paper.sha256, paper.printed_at) == before


def test_a_worker_killed_while_printing_leaves_work_that_is_done_once(
    subject: Organ, chief: Any, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    db.session.commit()

    class Killed(BaseException):
        pass

    with monkeypatch.context() as killing:
        killing.setattr(LocalStore, "put", lambda *_: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            jobs.render(paper.id)
    db.session.rollback()
    db.session.refresh(paper)
    assert (paper.state, paper.sha256) == ("rendering", None)
    jobs.render(paper.id)
    db.session.commit()
    db.session.refresh(paper)
    assert paper.state == "ready"


def test_r02_what_the_administrator_tries_again_is_printed(
    subject: Organ, chief: Any, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    given["transfer_approval"] = APPROVAL
    paper = actions.make_papers(taken(subject, chief, "transfer_approval"))[0]
    db.session.commit()
    (one,) = errands()
    with monkeypatch.context() as broken:
        broken.setattr(jobs, "_print", lambda *_: {}["no disk"])
        db.session.execute(update(outbox.Errand).where(outbox.Errand.id == one.id).values(tries=99))
        db.session.commit()
        assert outbox.run(one.id) == "failed"
    db.session.refresh(paper)
    assert paper.state == "failed"
    assert outbox.retry(one.id) is not None
    db.session.commit()
    assert outbox.run(one.id) == "done"
    db.session.refresh(paper)
    assert paper.state == "ready"


def test_a_failed_paper_says_why_and_can_be_retried(
    subject: Organ, chief: Any, given: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    db.session.commit()
    asked = []

    def fail(*_: object, **__: object) -> None:
        asked.append(1)
        raise printing.RenderFailed("crashed", "测试")

    with monkeypatch.context() as failing:
        failing.setattr(printing, "print_paper", fail)
        print_all()
    db.session.refresh(paper)
    assert (paper.state, paper.error) == ("failed", printing.FAULTS["crashed"])
    assert len(asked) == 8  # two papers (letter and its form 50), each with four children
    actions.retry(paper, chief)
    db.session.commit()
    with pytest.raises(Stale):
        actions.retry(paper, chief)
    db.session.rollback()
    print_all()
    db.session.refresh(paper)
    assert paper.state == "ready"
    assert "paper.retry" in {row.act for row in history.of(subject)}


def test_a_correction_is_a_new_version_and_the_old_one_stays(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    db.session.commit()
    print_all()
    db.session.refresh(paper)
    old = (paper.sha256, dict(paper.facts))
    changed = dataclasses.replace(LETTER, phone="0376-6209999")
    with pytest.raises(Refused, match="更正"):
        actions.correct(paper, changed, "错", chief, subject)
    new = actions.correct(paper, changed, "联系电话有误，予以更正", chief, subject)
    db.session.commit()
    with pytest.raises(Stale):
        actions.correct(paper, changed, "联系电话有误，予以更正", chief, subject)
    db.session.rollback()
    print_all()
    db.session.refresh(paper)
    db.session.refresh(new)
    assert (paper.sha256, paper.facts) == old
    assert (new.number, new.version, new.state, paper.superseded_by_id) == (paper.number, 2, "ready", new.id)
    flat = "".join(piece.text for page in words(read(new.sha256)) for piece in page)
    assert "第2版，更正说明：联系电话有误，予以更正" in flat
    assert db.session.scalars(select(Service)).one().paper_id == new.id


def test_who_may_read_the_subject_may_read_its_papers(
    subject: Organ, chief: Any, viewer: Callable[[str], Any], given: dict[str, Any]
) -> None:
    given |= {
        "transfer_approval": APPROVAL,
        "transfer_letter": LETTER,
        "copy_to_procuratorate": SAMPLES["copy_to_procuratorate"][0],
    }
    approval, letter, copy = actions.make_papers(
        taken(subject, chief, "transfer_approval", "transfer_letter", "copy_to_procuratorate")
    )
    db.session.commit()
    police, procuratorate, other = viewer("公安刘警官"), viewer("检察院孙检"), viewer("外县老周")
    assert police.organ_id == subject.police_id
    assert {p.kind for p in queries.papers_of(police, "organ", subject.id)} == {"transfer_letter"}
    assert {p.kind for p in queries.papers_of(procuratorate, "organ", subject.id)} == {
        "transfer_letter",
        "copy_to_procuratorate",
    }
    assert queries.services_of(police, "organ", subject.id) == []
    assert queries.get(police, letter.id) is letter
    for who, paper in ((police, approval), (police, copy), (other, letter)):
        with pytest.raises(NotFound):
            queries.get(who, paper.id)
    with pytest.raises(NotFound):
        queries.papers_of(other, "organ", subject.id)


def test_service_needs_what_the_law_needs(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given["transfer_letter"] = LETTER
    actions.make_papers(taken(subject, chief, "transfer_letter"))
    service = db.session.scalars(select(Service)).one()
    now = clock.now()
    for data, word in (
        ({"manner": "carrier pigeon"}, "送达方式"),
        ({"manner": "direct"}, "送达时间"),
        ({"manner": "direct", "served_at": now}, "签收人"),
        ({"manner": "left", "served_at": now, "refusal": "拒收"}, "见证人"),
        ({"manner": "post", "served_at": now}, "邮寄单号"),
        ({"manner": "direct", "served_at": now, "receiver": "刘警官"}, "两人"),
        ({"manner": "direct", "served_at": now, "receiver": "刘警官", "servers": ["张执法", "张执法"]}, "两人"),
    ):
        with pytest.raises(Refused, match=word):
            actions.record_service(service, data, chief)
    direct = {"manner": "direct", "served_at": now, "receiver": "刘警官", "servers": ["张执法", "李执法"]}
    blank = service.proof
    actions.record_service(service, direct, chief)
    assert (service.state, service.receiver, service.servers) == ("done", "刘警官", ["张执法", "李执法"])
    db.session.flush()
    db.session.expire(service)
    assert (blank.superseded_by_id, service.proof.version, service.proof.number) == (service.proof_id, 2, blank.number)
    assert service.proof.facts["servers"] == ["张执法", "李执法"], "form 50 carries what was recorded"
    assert service.proof.facts["time"]
    with pytest.raises(Stale):
        actions.record_service(service, direct, chief)


TWO = {"servers": ["张执法", "李执法"]}


def test_proc_82_nothing_is_served_before_it_was_made(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given["transfer_letter"] = LETTER
    (letter,) = actions.make_papers(taken(subject, chief, "transfer_letter"))
    service = db.session.scalars(select(Service)).one()
    early = {**TWO, "manner": "direct", "receiver": "刘警官", "served_at": clock.now() - dt.timedelta(days=1)}
    with pytest.raises(Refused, match="早于文书"):
        actions.record_service(service, early, chief)
    letter.issued_at = clock.now() - dt.timedelta(days=2)
    db.session.flush()
    actions.correct(letter, LETTER, "地址有误，予以更正", chief, subject)
    db.session.expire(service)
    actions.record_service(service, early, chief)  # the version before the correction was served in time


def test_proc_82_2_a_paper_left_at_home_has_a_witness_or_a_film(
    subject: Organ, chief: Any, given: dict[str, Any]
) -> None:
    given["transfer_letter"] = LETTER
    actions.make_papers(taken(subject, chief, "transfer_letter"))
    service = db.session.scalars(select(Service)).one()
    left = {**TWO, "manner": "left", "refusal": "拒收", "served_at": clock.now()}
    actions.record_service(service, {**left, "video_no": "执法记录仪03-20261128-02"}, chief)
    assert service.state == "done"
    assert service.proof.facts["video_no"] == "执法记录仪03-20261128-02"


def test_proc_82_3_a_party_is_served_electronically_only_with_consent(
    subject: Organ, chief: Any, given: dict[str, Any]
) -> None:
    given["goods_moved_notice"] = SAMPLES["goods_moved_notice"][0]
    actions.make_papers(taken(subject, chief, "goods_moved_notice"))
    service = db.session.scalars(select(Service)).one()
    sent = {**TWO, "manner": "electronic", "receiver": "当事人", "served_at": clock.now()}
    with pytest.raises(Refused, match="送达地址确认书"):
        actions.record_service(service, sent, chief)
    actions.record_service(service, {**sent, "consent": "2026年11月20日签署"}, chief)
    assert service.proof.facts["consent"] == "2026年11月20日签署"


def test_the_package_proves_every_file_in_it(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    given |= {
        "transfer_letter": LETTER,
        "materials_list": dataclasses.replace(SAMPLES["materials_list"][0], case_name=HTML),
    }
    actions.make_papers(taken(subject, chief, "transfer_letter", "materials_list"))
    db.session.commit()
    with pytest.raises(Refused, match="没有制成"):
        package.entries(chief, "organ", subject.id)
    print_all()
    found = package.entries(chief, "organ", subject.id)
    with package.zip_of(found, "测试包") as file:
        content = file.read()
    with package.zip_of(found, "测试包") as file:
        assert file.read() == content  # the same package, the same bytes
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("manifest.json"))
        assert [row["kind"] for row in manifest["files"]] == ["transfer_letter", "proof_of_service", "materials_list"]
        for row in manifest["files"]:
            data = archive.read(row["file"])
            assert (hashlib.sha256(data).hexdigest(), len(data)) == (row["sha256"], row["bytes"])
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ", 1)
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    merged = package.merged([entry.key for entry in found], "合订本")
    with pikepdf.open(io.BytesIO(merged)) as document:
        assert len(document.pages) == sum(p.pages for p in db.session.scalars(select(Paper)))
        with document.open_outline() as outline:
            assert len(outline.root) == 3
    only = package.entries(chief, "organ", subject.id, only_package=True)
    assert [entry.kind for entry in only] == ["transfer_letter", "materials_list"]


def test_a_damaged_paper_does_not_travel(subject: Organ, chief: Any, given: dict[str, Any]) -> None:
    from app.documents.storage import Damaged

    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    db.session.commit()
    print_all()
    db.session.refresh(paper)
    place = store().path(paper.sha256)  # type: ignore[attr-defined]
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-1] + b"X")
    with pytest.raises(Damaged):
        package.zip_of(package.entries(chief, "organ", subject.id), "测试包")


# --- on the web ------------------------------------------------------------------------------------------------


def test_list_polls_while_a_paper_is_made_and_stops_when_it_is_done(
    subject: Organ, chief: Any, given: dict[str, Any], sign_in: Callable[[str], Any]
) -> None:
    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    number, paper_id, subject_id = paper.number, paper.id, subject.id
    db.session.commit()
    client = sign_in("陈局长")
    line = client.get(f"/documents/papers/{paper_id}/state", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert f'hx-get="/documents/papers/{paper_id}/state"' in line
    assert 'hx-trigger="every 1s"' in line
    assert client.get(f"/documents/papers/{paper_id}/pdf").status_code == 409
    print_all()
    line = client.get(f"/documents/papers/{paper_id}/state", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "hx-get" not in line
    assert number in line
    page = client.get(f"/documents/of/organ/{subject_id}").get_data(as_text=True)
    assert number in page
    assert "送达回证" in page
    answer = client.get(f"/documents/papers/{paper_id}/pdf")
    assert answer.status_code == 200
    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/documents/papers/{paper_id}").status_code == 200
    package_answer = client.get(f"/documents/package/organ/{subject_id}.zip")
    assert zipfile.is_zipfile(io.BytesIO(package_answer.data))
    assert client.get(f"/documents/package/organ/{subject_id}.pdf").data.startswith(b"%PDF-")


def test_outside_the_scope_looks_like_not_there(
    subject: Organ, chief: Any, given: dict[str, Any], sign_in: Callable[[str], Any]
) -> None:
    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    paper_id, subject_id = paper.id, subject.id
    db.session.commit()
    client = sign_in("外县老周")
    for url in (
        f"papers/{paper_id}",
        f"papers/{paper_id}/pdf",
        f"papers/{paper_id}/state",
        f"of/organ/{subject_id}",
        f"package/organ/{subject_id}.zip",
        "of/nothing/1",
    ):
        assert client.get(f"/documents/{url}").status_code == 404, url


def test_retry_and_service_from_the_page(
    subject: Organ, chief: Any, given: dict[str, Any], sign_in: Callable[[str], Any]
) -> None:
    given["transfer_letter"] = LETTER
    paper = actions.make_papers(taken(subject, chief, "transfer_letter"))[0]
    paper.state, paper.error = "failed", printing.FAULTS["time"]
    paper_id, subject_id = paper.id, subject.id
    service_id = db.session.scalars(select(Service)).one().id
    db.session.commit()
    client = sign_in("张执法")
    assert "打印超时" in client.get(f"/documents/of/organ/{subject_id}").get_data(as_text=True)
    answer = client.post_form(f"/documents/papers/{paper_id}/retry", {}, page=f"/documents/services/{service_id}")
    assert answer.status_code == 303
    again = client.post_form(f"/documents/papers/{paper_id}/retry", {}, page=f"/documents/services/{service_id}")
    assert again.status_code == 409
    url, now = f"/documents/services/{service_id}", f"{clock.local(clock.now()):%Y-%m-%dT%H:%M}"
    refused = client.post_form(url, {"manner": "post", "served_at": now, "remarks": "经由前台"})
    assert refused.status_code == 422
    assert "邮寄单号" in refused.get_data(as_text=True)
    assert "经由前台" in refused.get_data(as_text=True)
    receipt = (io.BytesIO(b"%PDF-1.4 broken"), "../../回证.pdf")
    done = client.post_form(
        url,
        {
            "manner": "direct",
            "served_at": now,
            "receiver": "刘警官",
            "receipt": receipt,
            "servers": ["张执法", "李执法"],
        },
        content_type="multipart/form-data",
    )
    assert done.status_code == 303, done.get_data(as_text=True)[-2000:]
    kept = queries.files_of(chief, "organ", subject_id)
    assert [(file.name, file.state, file.media_type) for file in kept] == [("回证.pdf", "broken", "application/pdf")]


@pytest.mark.parametrize("kind", list(SAMPLES))
def test_every_paper_can_be_read_on_the_screen(app: Flask, kind: str) -> None:
    """The same template inside a page: no style in it that the content-security policy would drop, HTML as text."""
    from app.documents import sheets

    facts = {
        **kinds.freeze(SAMPLES[kind][0]),
        "paper": {
            "title": kinds.KINDS[kind].title,
            "number": "1",
            "verify_code": "",
            "version": 1,
            "note": "",
            "created": "",
        },
    }
    html = sheets.on_screen().fill(kinds.KINDS[kind].template, facts, sheets.SCREEN)
    assert html.lstrip().startswith('<div class="sheet sheet-')
    assert "style=" not in html
    assert "<html" not in html
    assert "<script" not in html
    assert SAMPLES[kind][0].organ in html


def test_reading_a_paper(subject: Organ, chief: Any, given: dict[str, Any], sign_in: Callable[[str], Any]) -> None:
    given["transfer_letter"] = SAMPLES["transfer_letter"][1]
    paper_id = actions.make_papers(taken(subject, chief, "transfer_letter"))[0].id
    db.session.commit()
    client = sign_in("陈局长")
    page = client.get(f"/documents/papers/{paper_id}/read").get_data(as_text=True)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    part = client.get(f"/documents/papers/{paper_id}/read", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert part.lstrip().startswith('<div class="sheet')
