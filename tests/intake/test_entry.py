"""Logging a clue in the browser: nothing typed is lost, nothing is made twice, likely duplicates are shown with the reason."""

from __future__ import annotations

import datetime as dt
import html
import io
import re

import pytest
from sqlalchemy import func, select

from app.core import clock
from app.documents.models import StoredFile
from app.extensions import db
from app.intake.models import Clue
from app.intake.similar import likely, likeness, pairs, place_key, plain
from app.registry.models import Party, Right
from tests.intake.conftest import FACTS

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
CODE = "91411500MA44H3Y87E"


def form(**more):
    return {
        "source_kind": "inspection",
        "found_at": clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M"),
        "facts": FACTS,
        **more,
    }


def clues() -> int:
    db.session.expire_all()
    return db.session.scalar(select(func.count()).select_from(Clue))


def test_the_form_is_prefilled_with_the_iron_fist_of_the_year(sign_in):
    page = sign_in("张执法").get("/clues/new").get_data(as_text=True)
    chosen = re.search(r'<option selected value="\d+">([^<]+)</option>', page.split('name="campaign_target"')[1])
    assert chosen is not None
    assert chosen.group(1) == f"铁拳{clock.today().year} · 未指明目标"


def test_three_fields_are_enough(sign_in):
    answer = sign_in("张执法").post_form("/clues/new", form())
    assert answer.status_code == 303
    clue = db.session.scalars(select(Clue)).one()
    assert answer.location.endswith(f"/clues/{clue.id}")
    assert (clue.status, clue.facts) == ("received", FACTS)
    assert clue.headline.startswith("茶都广场A区12号店铺销售")


def test_party_right_photos_tags_and_campaign_in_one_go(sign_in):
    client = sign_in("张执法")
    answer = client.post_form(
        "/clues/new",
        form(**{
            "new_party-kind": "individual_business", "new_party-name": "浉河区新茶坊", "new_party-address": "茶都广场",
            "new_right-kind": "trademark", "new_right-name": "信阳毛尖", "new_right-number": "3204518", "new_right-holder_name": "信阳市茶叶协会",
            "place_tags": ["market", "circulation"], "object_tags": ["gi"], "photos": [(io.BytesIO(PNG), "现场.png"), (io.BytesIO(b"not a picture"), "../../etc/passwd")],
        }),
        content_type="multipart/form-data",
    )  # fmt: skip
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    clue = db.session.scalars(select(Clue)).one()
    assert clue.party.name == "浉河区新茶坊"
    assert (clue.right.number, clue.right.holder.name) == ("3204518", "信阳市茶叶协会")
    assert (clue.place_tags, clue.object_tags) == (["market", "circulation"], ["gi"])
    files = db.session.scalars(
        select(StoredFile).where(StoredFile.subject_type == "clue", StoredFile.subject_id == clue.id)
    ).all()
    assert [f.name for f in files] == ["现场.png", "passwd"]
    page = client.get(answer.location).get_data(as_text=True)
    for words in ("浉河区新茶坊", "专业市场", "地理标志", "现场.png"):
        assert words in page


def test_a_second_click_gives_the_same_record(sign_in):
    client = sign_in("张执法")
    hidden = client.hidden("/clues/new")
    first, second = (client.post("/clues/new", data={**hidden, **form()}) for _ in range(2))
    assert (first.status_code, clues()) == (303, 1)
    # The second finds the first as its own duplicate unless the form token is asked before the duplicates are.
    assert (second.status_code, second.location) == (303, first.location)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"facts": ""}, "请写明看到、听到了什么"),
        ({"found_at": "2026-13-40T99:99"}, "请按 2026-11-22 09:30 的样式填写时间"),
        ({"found_at": "2099-01-01T09:00"}, "不能晚于现在"),
        ({"new_party-name": "甲公司", "new_party-credit_code": "911X"}, "18位"),
        ({"new_party-name": "甲", "new_party-kind": "person", "new_party-id_number": "411500199001011235"}, "校验位"),
        ({"new_party-credit_code": CODE}, "请填写新当事人的名称"),
        ({"new_right-name": "甲", "new_right-number": "abc"}, "商标注册号"),
        ({"source_kind": "transfer_in_admin"}, "来自哪个单位"),
        ({"letter_on": "31/12/2026"}, "样式填写日期"),
        ({"source_kind": "report", "nothing_found": "y"}, "未发现违法行为"),
        ({"source_kind": "nonsense"}, ""),
        ({"facts": "字" * 5001}, "最多5000字"),
        ({"informer_phone": "12"}, "电话"),
    ],
)
def test_bad_input_gets_its_sentence_and_everything_typed_stays(sign_in, change, sentence):
    client = sign_in("张执法")
    given = form(place="浉河区某街9号特别记号", **change)
    given.update(change)
    answer = client.post_form("/clues/new", given)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in page
    assert "浉河区某街9号特别记号" in page
    assert clues() == 0


def test_html_prints_as_text(sign_in):
    client = sign_in("张执法")
    bad = "<script>alert(1)</script><b>粗</b>"
    answer = client.post_form(
        "/clues/new", form(facts=bad + FACTS, place=bad, act_place=bad, platform=bad, shop_url="javascript:alert(1)")
    )
    page = client.get(answer.location).get_data(as_text=True)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'href="javascript:' not in page
    assert "<script>alert(1)" not in client.get("/clues").get_data(as_text=True)


def test_a_credit_code_that_is_registered_is_that_party(sign_in, app, viewer):
    from app.registry import actions

    known = actions.add_party(viewer("张执法"), {"kind": "firm", "name": "信阳茶业有限公司", "credit_code": _code()})
    db.session.commit()
    answer = sign_in("张执法").post_form(
        "/clues/new", form(**{"new_party-name": "信阳茶业公司", "new_party-credit_code": _code()})
    )
    assert answer.status_code == 303
    assert db.session.scalars(select(Clue)).one().party_id == known.id
    assert db.session.scalar(select(func.count()).select_from(Party)) == 1


def _code() -> str:
    from stdnum.cn import uscc

    return "91411500MA44H3Y87" + uscc.calc_check_digit("91411500MA44H3Y87")


# --- likely duplicates -------------------------------------------------------------------------------------------------


def test_likely_duplicates_name_their_reasons(app, log, party, viewer):
    from app.registry import actions

    holder = actions.add_party(viewer("张执法"), {"kind": "firm", "name": "信阳市茶叶协会"})
    right = actions.add_right(
        viewer("张执法"), {"kind": "trademark", "name": "信阳毛尖", "number": "3204518", "holder_id": holder.id}
    )
    db.session.commit()
    same = log(party_id=party.id, right_id=right.id, found_at=clock.now() - dt.timedelta(days=12))
    log(
        facts="完全不同的另一件事：某药店销售的中药饮片标签不全",
        place="固始县城关",
        found_at=clock.now() - dt.timedelta(days=1),
    )
    old = log(
        party_id=party.id,
        facts="去年的旧事一桩，与本件没有关系的描述",
        place="别处",
        found_at=clock.now() - dt.timedelta(days=200),
    )
    with app.test_request_context():
        found = likely(viewer("李执法"), party_id=party.id, right_id=right.id, place="茶都广场Ａ区 12号", facts=FACTS)
        assert [row.clue.id for row in found] == [same.id]
        why = "；".join(found[0].why)
        for words in ("同一当事人，12天前", "同一当事人侵犯同一权利", "同一地点", "情况描述有100%相同"):
            assert words in why
        assert old.id not in {row.clue.id for row in found}
        assert (
            likely(viewer("外县老周"), party_id=party.id, right_id=right.id, place="茶都广场A区12号", facts=FACTS) == []
        )


def test_likeness_of_wordings():
    facts = pairs(plain(FACTS))
    assert likeness(facts, plain(FACTS)) == 1
    assert likeness(facts, plain(FACTS.replace("40盒", "５５盒"))) > 0.85
    assert likeness(facts, plain("某药店销售的中药饮片标签不全，未见进货凭证和检验报告")) < 0.3
    assert likeness(pairs("茶叶"), "茶叶") == 0  # too short to say
    part, rest = plain(FACTS)[: len(plain(FACTS)) * 2 // 3], "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    exact = 2 * len(facts & pairs(part + rest)) / (len(facts) + len(pairs(part + rest)))
    assert exact > 0.5  # where anything depends on it, the quick way gives Dice's own figure
    assert likeness(facts, part + rest) == exact
    assert place_key("茶都 广场Ａ区-12号") == place_key("茶都广场A区12号")


def test_save_anyway_keeps_the_text_and_the_photos(sign_in, log):
    first = log()
    client = sign_in("张执法")
    hidden = client.hidden("/clues/new")
    sent = {**hidden, **form(place="茶都广场A区12号", order_no="工单特别号")}
    shown = client.post(
        "/clues/new", data={**sent, "photos": (io.BytesIO(PNG), "现场.png")}, content_type="multipart/form-data"
    )
    page = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert clues() == 1
    for words in ("可能已有人登记过", "同一地点", first.number, "仍要登记", "工单特别号", "现场.png", FACTS[:20]):
        assert words in page
    again = _hidden(page)
    assert again["seen"] == str(first.id)
    saved = client.post("/clues/new", data={**sent, **again}, content_type="multipart/form-data")
    assert saved.status_code == 303
    assert clues() == 2
    clue = db.session.scalars(select(Clue).order_by(Clue.id.desc())).first()
    assert clue.seen_similar_ids == [first.id]
    assert [f.name for f in db.session.scalars(select(StoredFile).where(StoredFile.subject_id == clue.id))] == [
        "现场.png"
    ]


def test_held_files_of_somebody_else_are_not_taken(sign_in, log):
    log()
    sent = form(place="茶都广场A区12号", photos=(io.BytesIO(PNG), "现场.png"))
    page = sign_in("张执法").post_form("/clues/new", sent, content_type="multipart/form-data").get_data(as_text=True)
    token = _hidden(page)["held"]
    answer = sign_in("李执法").post_form("/clues/new", {**form(facts="另一件完全不相干的事情，请登记"), "held": token})
    assert answer.status_code == 303
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_a_photo_over_the_cap_is_named_and_all_else_stays(sign_in, app):
    """The other photos are held, the text is in its fields, and the page says the cap that is set."""
    app.config["UPLOAD_CAP"] = 1024 * 1024
    client = sign_in("张执法")
    assert "单个不超过 1 MB" in client.get("/clues/new").get_data(as_text=True)
    sent = {**client.hidden("/clues/new"), **form(place="茶都广场A区12号")}
    photos = [(io.BytesIO(PNG), "门头.png"), (io.BytesIO(b"x" * (1024 * 1024 + 1)), "录像.mp4")]
    answer = client.post("/clues/new", data={**sent, "photos": photos}, content_type="multipart/form-data")
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 413
    assert "“录像.mp4”超过允许的大小" in page
    assert FACTS in page
    assert clues() == 0
    saved = client.post("/clues/new", data={**sent, **_hidden(page)}, content_type="multipart/form-data")
    assert saved.status_code == 303
    assert list(db.session.scalars(select(StoredFile.name))) == ["门头.png"]


def test_a_party_of_nearly_the_same_name_is_asked_about(sign_in, party):
    client = sign_in("张执法")
    given = form(**{"new_party-name": "浉河区老茶坊茶叶店", "new_party-kind": "individual_business"})
    page = client.post_form("/clues/new", given).get_data(as_text=True)
    assert "名录中有相近的当事人" in page
    assert clues() == 0
    assert client.post_form("/clues/new", {**given, "same_party": str(party.id)}).status_code == 303
    assert db.session.scalars(select(Clue)).one().party_id == party.id


def test_a_party_that_is_none_of_them_is_registered_anew(sign_in, party):
    given = form(**{"new_party-name": "浉河区老茶坊茶叶店", "new_party-kind": "individual_business", "not_same": "y"})
    assert sign_in("张执法").post_form("/clues/new", given).status_code == 303
    assert db.session.scalar(select(func.count()).select_from(Party)) == 2


def test_the_search_button_of_a_picker_works_without_javascript(sign_in, party):
    page = sign_in("张执法").post_form("/clues/new", {**form(), "_search": "party_id", "party_id_q": "老茶坊"})
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert clues() == 0
    assert f'value="{party.id}"' in text
    assert party.name in text
    assert FACTS[:20] in text


def test_an_inspection_without_a_violation_is_one_click(sign_in):
    sign_in("张执法").post_form("/clues/new", form(nothing_found="y", facts="对3家茶庄检查，未发现侵权商品。"))
    clue = db.session.scalars(select(Clue)).one()
    assert (clue.status, clue.check_result) == ("no_violation", "对3家茶庄检查，未发现侵权商品。")


def test_the_desk_logs_a_report(sign_in):
    answer = sign_in("钱接待").post_form("/clues/new", form(source_kind="report", order_no="1411502002026112300012345", informer_kind="named",
                                                     informer_name="王小明", informer_phone="13812345678"))  # fmt: skip
    assert answer.status_code == 303
    assert db.session.scalars(select(Clue)).one().source_kind == "report"


def test_others_cannot_log(sign_in):
    for name in ("赵审核", "周副局", "审计郑", "冯管理", "公安刘警官"):
        assert sign_in(name).get("/clues/new").status_code == 403


def test_right_by_its_number_is_not_registered_twice(sign_in):
    client = sign_in("张执法")
    right = {
        "new_right-kind": "trademark",
        "new_right-name": "信阳毛尖",
        "new_right-number": "3204518",
        "new_right-holder_name": "信阳市茶叶协会",
    }
    client.post_form("/clues/new", form(**right))
    client.post_form("/clues/new", form(facts="另一处门店的完全不同的情况描述", **right))
    assert (clues(), db.session.scalar(select(func.count()).select_from(Right))) == (2, 1)


def _hidden(page: str) -> dict[str, str]:
    import html

    found = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name.group(1)] = html.unescape(value.group(1)) if value else ""
    return found


def test_a_right_of_the_same_name_and_holder_is_asked_about_once(sign_in, viewer):
    from app.registry import actions
    from app.registry.models import Right

    who = viewer("张执法")
    holder = actions.add_party(who, {"kind": "firm", "name": "信阳市茶叶协会"})
    right = actions.add_right(
        who, {"kind": "trademark", "number": "7654321", "name": "信阳毛尖", "holder_id": holder.id}
    )
    db.session.commit()
    client = sign_in("张执法")
    typed = form(
        **{"new_right-kind": "trademark", "new_right-name": "信阳毛尖", "new_right-holder_name": "信阳市茶叶协会"}
    )
    answer = client.post_form("/clues/new", typed)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "同一权利人的权利，请先确认" in page) == (200, True)
    assert client.post_form("/clues/new", {**typed, "same_right": str(right.id)}).status_code == 303
    assert db.session.scalars(select(Clue)).one().right_id == right.id
    again = form(**{**typed, "facts": "完全不同的另一件事：某药店销售的中药饮片标签不全", "seen_right": str(right.id)})
    assert client.post_form("/clues/new", again).status_code == 303
    numbered = form(
        **{**again, "facts": "第三件不相干的事：五金店的门锁没有厂名厂址", "new_right-number": "第７６５４３２１号"}
    )
    assert client.post_form("/clues/new", numbered).status_code == 303
    assert db.session.scalars(select(Clue).order_by(Clue.id.desc())).first().right_id == right.id
    assert db.session.scalar(select(func.count()).select_from(Right)) == 2


def test_an_empty_file_is_named_and_costs_the_others_nothing(sign_in):
    client = sign_in("张执法")
    sent = {**client.hidden("/clues/new"), **form(place="茶都广场A区12号")}
    photos = [(io.BytesIO(PNG), "门头.png"), (io.BytesIO(b""), "空照片.jpg")]
    answer = client.post("/clues/new", data={**sent, "photos": photos}, content_type="multipart/form-data")
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "“空照片.jpg”是空文件" in page
    assert FACTS in page
    saved = client.post("/clues/new", data={**sent, **_hidden(page)}, content_type="multipart/form-data")
    assert saved.status_code == 303
    assert list(db.session.scalars(select(StoredFile.name))) == ["门头.png"]
    clue = saved.location
    more = [(io.BytesIO(b""), "空的.pdf"), (io.BytesIO(PNG), "后补.png")]
    assert (
        client.post_form(f"{clue}/files", {"photos": more}, page=clue, content_type="multipart/form-data").status_code
        == 303
    )
    page = html.unescape(client.get(clue).get_data(as_text=True))
    assert "已补充1个文件" in page
    assert "“空的.pdf”是空文件" in page
    assert sorted(db.session.scalars(select(StoredFile.name))) == sorted(["门头.png", "后补.png"])


def test_the_one_photo_too_many_is_named(sign_in):
    client = sign_in("张执法")
    photos = [(io.BytesIO(PNG + bytes([n])), f"第{n}张.png") for n in range(1, 22)]
    answer = client.post_form("/clues/new", {**form(), "photos": photos}, content_type="multipart/form-data")
    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "“第21张.png”没有收下：一次最多20个文件" in page
    assert page.count('name="held"') == 20
