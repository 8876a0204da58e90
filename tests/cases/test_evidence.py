"""Evidence: eight kinds, what each must say, files that are never overwritten and never trusted."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re

import pytest
from PIL import Image
from sqlalchemy import select

from app.cases import evidence_actions, queries
from app.cases.evidence import KINDS, Evidence, EvidenceVersion
from app.cases.models import CaseClue
from app.cases.workflow import CASE
from app.core import clock, history
from app.core.errors import Refused
from app.core.outbox import Errand
from app.core.steps import take
from app.documents import actions as documents
from app.documents.models import StoredFile
from app.documents.storage import TooLarge, read
from app.extensions import db
from app.intake import actions as intake
from tests.cases import world


def photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (10, 90, 40)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def case(app, viewer):
    return world.investigated(viewer)


def add(case, viewer, data=b"", name="a.bin", **more):
    who = viewer("张执法")
    return evidence_actions.add(case, who, world.item(case, who, **more), io.BytesIO(data) if data else None, name)


def gap(case, viewer, **more) -> str:
    with pytest.raises(evidence_actions.Gap) as refused:
        add(case, viewer, **more)
    return refused.value.field


def test_proc23_the_kinds_are_the_eight_of_the_law(case, viewer):
    assert list(KINDS.values()) == [
        "书证",
        "物证",
        "视听资料",
        "电子数据",
        "证人证言",
        "当事人的陈述",
        "鉴定意见",
        "勘验笔录、现场笔录",
    ]
    assert gap(case, viewer, kind="hearsay") == "kind"


def test_proc24_a_copy_carries_the_remark_of_its_provider(case, viewer):
    assert gap(case, viewer, form="copy") == "same_remark"
    item = add(case, viewer, form="copy", same_remark="张三核对无误，2026年11月22日，出自进货台账")
    assert item.original is False


def test_proc25_a_copy_of_sound_or_video_says_who_made_it(case, viewer):
    assert gap(case, viewer, kind="audiovisual", form="copy", same_remark="核对无误") == "source"
    assert (
        add(
            case,
            viewer,
            kind="audiovisual",
            form="copy",
            same_remark="核对无误",
            source="李四于11月2日用手机录制",
            transcript="甲：……",
        ).transcript
        == "甲：……"
    )


@pytest.mark.parametrize("missing", ["device", "carrier", "tool", "time_source", "taken_until"])
def test_proc26_r09_electronic_data_names_device_carrier_tool_and_time(case, viewer, missing):
    whole = {
        "device": "取证机3号",
        "carrier": "U盘18号",
        "tool": "取证大师 6.1",
        "time_source": "ntp",
        "taken_until": clock.now() + dt.timedelta(minutes=5),
    }
    assert gap(case, viewer, kind="electronic", data=b"1,2\n", **{**whole, missing: None}) == missing
    item = add(case, viewer, kind="electronic", data=b"1,2\n", **whole)
    assert item.current.sha256 == hashlib.sha256(b"1,2\n").hexdigest()


def test_proc26_r09_an_extraction_does_not_end_before_it_began(case, viewer):
    assert gap(case, viewer, taken_until=clock.now() - dt.timedelta(hours=1)) == "taken_until"


def test_proc26_electronic_data_without_its_file_is_no_evidence(case, viewer):
    assert (
        gap(
            case,
            viewer,
            kind="electronic",
            device="d",
            carrier="c",
            tool="t",
            time_source="ntp",
            taken_until=clock.now() + dt.timedelta(minutes=5),
        )
        == "file"
    )


def test_proc27_what_was_made_abroad_needs_its_proof_and_translation(case, viewer):
    assert gap(case, viewer, foreign=True) == "foreign_proof"
    assert add(case, viewer, foreign=True, foreign_proof="经公证认证，译文由甲翻译公司盖章").foreign


def test_r06_two_different_officers_of_the_case_take_every_item(case, viewer):
    zhang = viewer("张执法").user_id
    assert gap(case, viewer, officer_a_id=zhang, officer_b_id=zhang) == "officer_b_id"
    assert gap(case, viewer, officer_b_id=viewer("外县老周").user_id) == "officer_b_id"


def test_r05_proc_22_evidence_is_taken_by_officers_whose_certificates_were_valid_that_day(case, viewer, person):
    person("李执法").certificate_until = clock.today() - dt.timedelta(days=1)
    db.session.flush()
    assert gap(case, viewer) == "officer_b_id"
    with pytest.raises(evidence_actions.Gap, match="执法证不在有效期内"):
        add(case, viewer)
    person("李执法").certificate_until = clock.today()
    db.session.flush()
    assert add(case, viewer).n == 1


def test_apl_42_evidence_is_taken_by_the_officers_of_the_day(case, viewer):
    assert gap(case, viewer, taken_at=clock.now() - dt.timedelta(days=3)) == "officer_a_id", "appointed today"


def test_r09_no_signature_needs_its_reason(case, viewer):
    assert gap(case, viewer, party_signed=False) == "unsigned_reason"
    assert add(case, viewer, party_signed=False, unsigned_reason="当事人拒签，见证人在场").unsigned_reason


def test_r09_another_file_is_another_version_and_the_first_stays(case, viewer):
    who = viewer("张执法")
    item = add(case, viewer, data=b"first", name="台账.txt")
    with pytest.raises(evidence_actions.Gap, match="为什么"):
        evidence_actions.add_version(item, case, who, io.BytesIO(b"second"), "台账2.txt", " ")
    evidence_actions.add_version(item, case, who, io.BytesIO(b"second"), "台账2.txt", "原扫描件缺页")
    db.session.commit()
    db.session.expire_all()
    item = db.session.get_one(Evidence, item.id)
    assert [(v.n, v.name, v.reason) for v in item.versions] == [(1, "台账.txt", ""), (2, "台账2.txt", "原扫描件缺页")]
    assert [read(v.sha256) for v in item.versions] == [b"first", b"second"]
    assert {e.act for e in history.of(case)} >= {"add_evidence", "evidence_version"}


def test_r09_the_same_bytes_are_no_new_version(case, viewer):
    item = add(case, viewer, data=b"same", name="a.txt")
    with pytest.raises(evidence_actions.Gap, match="完全相同"):
        evidence_actions.add_version(item, case, viewer("张执法"), io.BytesIO(b"same"), "b.txt", "换个名字")


def test_withdrawn_evidence_stays_in_the_list_with_its_reason(case, viewer):
    item = add(case, viewer)
    with pytest.raises(Refused):
        evidence_actions.withdraw(item, case, viewer("张执法"), "误")
    evidence_actions.withdraw(item, case, viewer("张执法"), "与本案无关，误登")
    assert [one.withdrawn_reason for one in queries.evidence_of(case)] == ["与本案无关，误登"]
    with pytest.raises(Refused, match="已撤回"):
        evidence_actions.add_version(item, case, viewer("张执法"), io.BytesIO(b"x"), "x", "再传一次")


def test_the_type_is_told_by_content_and_a_broken_image_is_kept_but_never_drawn(case, viewer):
    whole = add(case, viewer, data=photo(), name="照片.exe").current.file
    cut = add(case, viewer, data=photo()[:200], name="照片.jpg").current.file
    page = add(case, viewer, data=b"<html><script>alert(1)</script>", name="照片.png").current.file
    assert (whole.media_type, whole.state) == ("image/jpeg", "ok")
    assert (cut.media_type, cut.state) == ("image/jpeg", "broken")
    assert page.media_type == "application/octet-stream"
    made = [e.args["file_id"] for e in db.session.scalars(select(Errand)) if e.kind == "documents.thumbnail"]
    assert made == [whole.id]


def test_a_name_is_shown_and_never_a_path(case, viewer, app):
    names = ["../../etc/passwd", "C:\\x\\y.txt", "a\x00b.txt", "\u202etxt.exe", "." * 300]
    for n, name in enumerate(names):
        version = add(case, viewer, data=f"{n}".encode(), name=name).current
        assert not set("/\\\x00\u202e") & set(version.name)
        assert len(version.name) <= 200
        assert read(version.sha256) == f"{n}".encode()


def test_a_file_over_the_cap_is_refused_and_nothing_is_kept(case, viewer, app):
    app.config["UPLOAD_CAP"] = 10
    with pytest.raises(TooLarge):
        add(case, viewer, data=b"x" * 11)
    db.session.rollback()
    assert db.session.scalar(select(StoredFile.id)) is None


def test_the_same_file_twice_in_a_case_is_pointed_out(case, viewer):
    first, second = add(case, viewer, data=b"copy"), add(case, viewer, data=b"copy")
    assert evidence_actions.twins(case, second.current.sha256, second.id) == [first]


def test_upload_through_the_page(case, viewer, sign_in):
    client = sign_in("张执法")
    url = f"/cases/{case.id}/evidence/new"
    a, b = (row.person_id for row in case.active_officers)
    typed = {"kind": "documentary", "title": "<b>账本</b>", "taken_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"), "officer_a_id": a,
             "officer_b_id": b, "form": "original", "party_signed": "y"}  # fmt: skip
    hidden = client.hidden(url)
    answers = [client.post(url, data={**hidden, **typed, "file": (io.BytesIO(photo()), "账 本.jpg")}) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert len({a.location for a in answers}) == 1  # the second click shows the first one's item
    db.session.expire_all()
    assert [v.name for v in db.session.scalars(select(EvidenceVersion))] == ["账 本.jpg"]
    page = client.get(answers[0].location).get_data(as_text=True)
    assert "&lt;b&gt;账本&lt;/b&gt;" in page
    assert "<b>账本</b>" not in page
    file_id = db.session.scalar(select(EvidenceVersion.file_id))
    download = client.get(f"/documents/files/{file_id}")
    assert download.data == photo()
    assert download.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in download.headers["Content-Security-Policy"]


def test_a_refused_upload_loses_nothing_that_was_typed(case, viewer, sign_in):
    client = sign_in("张执法")
    a, b = (row.person_id for row in case.active_officers)
    answer = client.post_form(f"/cases/{case.id}/evidence/new", {
        "kind": "electronic", "title": "聊天记录", "proves": "进货渠道", "taken_at": "2026-11-20T09:00", "officer_a_id": a, "officer_b_id": b,
        "form": "copy", "device": "取证机",
    })  # fmt: skip
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for kept in ("聊天记录", "进货渠道", "取证机", "程序规定 24", "程序规定 26"):
        assert kept in page


def test_proc_23_what_was_handed_in_with_the_clue_becomes_evidence_once(app, viewer, sign_in):
    who = viewer("张执法")
    clue = intake.log(
        who, {"source_kind": "inspection", "channel": "on_site", "facts": "柜台上的茶叶", "found_at": clock.now()}
    )
    documents.keep(io.BytesIO(photo()), "柜台.jpg", clue, who)
    case = world.investigated(viewer)
    case.links.append(CaseClue(clue=clue, linked_at=clock.now()))
    db.session.commit()
    assert [file.name for _clue, file in evidence_actions.clue_files(case)] == ["柜台.jpg"]
    page = sign_in("张执法").get(f"/cases/{case.id}/evidence")
    assert page.status_code == 200
    assert evidence_actions.from_clues(case, who) == 1
    assert evidence_actions.from_clues(case, who) == 0
    (item,) = queries.evidence_of(case)
    assert item.source == f"线索{clue.number}所附材料"
    assert (item.kind, item.taken_at, item.officer_a_id, item.officer_b_id) == ("", None, None, None), (
        "nothing is invented"
    )
    assert (item.same_remark, item.unsigned_reason, item.original) == ("", "", False)
    assert item.versions[0].sha256 == hashlib.sha256(photo()).hexdigest()


def test_proc_23_24_what_came_with_the_clue_is_a_gap_until_the_officers_complete_it(app, viewer, sign_in):
    who, desk = viewer("张执法"), viewer("钱接待")
    clue = intake.log(
        desk, {"source_kind": "report", "channel": "counter", "facts": "柜台上的茶叶", "found_at": clock.now()}
    )
    documents.keep(io.BytesIO(photo()), "门头.jpg", clue, desk)
    case = world.investigated(viewer)
    case.links.append(CaseClue(clue=clue, linked_at=clock.now()))
    evidence_actions.from_clues(case, who)
    db.session.commit()
    client = sign_in("张执法")
    assert "1件由线索引入的材料待补充" in client.get(f"/cases/{case.id}").get_data(as_text=True)
    assert "待补充" in client.get(f"/cases/{case.id}/evidence").get_data(as_text=True)
    world.proven(case, who)
    with pytest.raises(Refused, match="还没有补全"):
        take(CASE, case, "report", who, {"nature": "x", "proposal": "y"})
    db.session.rollback()
    item = queries.evidence_of(case)[0]
    url = f"/cases/{case.id}/evidence/{item.id}/complete"
    assert client.get(f"/cases/{case.id}/evidence/{item.id}").status_code == 200
    given = {"kind": "audiovisual", "title": "门头照片", "taken_at": world.typed(clock.now()), "officer_a_id": who.user_id,
             "officer_b_id": viewer("李执法").user_id, "form": "copy", "source": "举报人提供的手机照片，李某于当日打印", "unsigned_reason": "举报人不愿签名"}  # fmt: skip
    refused = client.post_form(url, given)
    assert refused.status_code == 422
    assert "与原件核对无误" in refused.get_data(as_text=True)
    assert (
        client.post_form(url, {**given, "same_remark": "与手机原图核对无误，今日，出自提供人手机"}).status_code == 303
    )
    db.session.expire_all()
    item = queries.evidence_of(case)[0]
    assert (item.kind, item.officer_b.name, item.incomplete) == ("audiovisual", "李执法", False)
    assert client.post_form(url, given, page=f"/cases/{case.id}/evidence/new").status_code in {409, 422}
    assert "待补充" not in client.get(f"/cases/{case.id}/evidence").get_data(as_text=True)
    take(CASE, case, "report", who, {"nature": "x", "proposal": "y"})


def test_the_list_of_evidence_points_at_what_does_not_fit(case, viewer, sign_in):
    add(case, viewer, data=b"<html>x</html>", name="照片.jpg", title="网页")
    for _ in range(2):
        add(case, viewer, data=photo(), name="账本.jpg", title="账本")
    add(case, viewer, kind="physical", title="茶叶")
    add(case, viewer, kind="documentary", title="合同")
    clue = intake.log(viewer("张执法"), {"source_kind": "inspection", "facts": "柜台上的茶叶", "found_at": clock.now()})
    case.links.append(CaseClue(clue=clue, linked_at=clock.now()))
    db.session.commit()
    client = sign_in("张执法")
    page = client.get(f"/cases/{case.id}/evidence").get_data(as_text=True)
    assert page.count("内容与文件名不符") == 1
    assert page.count("同一文件登记了多次") == 2
    assert (page.count("实物，无文件"), page.count("未附文件")) == (1, 1)
    assert page.count("早于发现线索") == 5
    (odd, *_rest) = queries.evidence_of(case)
    assert "内容却不是" in client.get(f"/cases/{case.id}/evidence/{odd.id}").get_data(as_text=True)


def test_taking_files_of_the_clue_again_says_what_was_there(app, viewer, sign_in):
    who, case = viewer("张执法"), world.investigated(viewer)
    clue = intake.log(who, {"source_kind": "inspection", "facts": "柜台上的茶叶", "found_at": clock.now()})
    case.links.append(CaseClue(clue=clue, linked_at=clock.now()))
    documents.keep(io.BytesIO(photo()), "柜台.jpg", clue, who)
    db.session.flush()
    assert evidence_actions.from_clues(case, who) == 1
    documents.keep(io.BytesIO(b"more"), "单据.txt", clue, who)
    db.session.commit()
    client = sign_in("张执法")
    answer = client.post_form(f"/cases/{case.id}/clue-files", {}, page=f"/cases/{case.id}/evidence")
    page = client.get(answer.location).get_data(as_text=True)
    assert "已从线索引入 1 件材料" in page
    assert "另有 1 件此前已经登记为证据" in page


def test_a_chosen_file_is_held_until_the_rest_is_right(case, viewer, sign_in):
    """As the clue form holds its photos: nobody chooses a file twice because of a field that was left empty."""
    client, url = sign_in("张执法"), f"/cases/{case.id}/evidence/new"
    a, b = (row.person_id for row in case.active_officers)
    typed = {"kind": "documentary", "title": "账本", "taken_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"), "officer_a_id": a,
             "officer_b_id": b, "form": "original", "unsigned_reason": ""}  # fmt: skip
    page = client.get(url).get_data(as_text=True)
    assert re.search(r'for="unsigned_reason">[^<]*<span class="optional">未签名时必填', page)
    first = client.post_form(url, {**typed, "file": (io.BytesIO(photo()), "账本.jpg")})
    page = first.get_data(as_text=True)
    assert first.status_code == 422
    assert "账本.jpg" in page
    held = re.search(r'name="held" value="([^"]+)"', page).group(1)
    empty = client.post_form(url, {**typed, "held": held, "party_signed": "y", "file": (io.BytesIO(b""), "空.jpg")})
    assert empty.status_code == 422
    assert "“空.jpg”是空文件" in empty.get_data(as_text=True)
    assert held in empty.get_data(as_text=True), "the file that came before stays"
    saved = client.post_form(url, {**typed, "held": held, "party_signed": "y"})
    assert saved.status_code == 303
    db.session.expire_all()
    assert [v.name for v in db.session.scalars(select(EvidenceVersion))] == ["账本.jpg"]
    assert db.session.scalars(select(EvidenceVersion.sha256)).one() == hashlib.sha256(photo()).hexdigest()


def test_a_held_file_is_left_out_or_replaced_on_demand_and_is_nobody_elses(case, viewer, sign_in):
    client, other, url = sign_in("张执法"), sign_in("李执法"), f"/cases/{case.id}/evidence/new"
    a, b = (row.person_id for row in case.active_officers)
    typed = {"kind": "documentary", "title": "账本", "taken_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"), "officer_a_id": a,
             "officer_b_id": b, "form": "original"}  # fmt: skip
    page = client.post_form(url, {**typed, "file": (io.BytesIO(photo()), "甲.jpg")}).get_data(as_text=True)
    held = re.search(r'name="held" value="([^"]+)"', page).group(1)
    assert "甲.jpg" not in client.post_form(url, {**typed, "held": held, "unheld": held}).get_data(as_text=True)
    assert "甲.jpg" not in other.post_form(url, {**typed, "held": held}).get_data(as_text=True)
    page = client.post_form(url, {**typed, "held": held, "file": (io.BytesIO(b"other"), "乙.txt")}).get_data(
        as_text=True
    )
    assert "乙.txt" in page
    assert "甲.jpg" not in page


def test_before_officers_are_appointed_the_state_refuses_and_not_the_post(viewer, sign_in):
    case = world.filed(viewer, officers=(viewer("张执法"), viewer("李执法")))
    db.session.commit()
    answer = sign_in("张执法").get(f"/cases/{case.id}/evidence/new")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "指定办案人员" in page
    assert "现在不能办理" in page
    assert "他人" not in page
