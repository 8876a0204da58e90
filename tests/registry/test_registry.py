"""The registers: doubles with their reason, secrets, pages, pickers."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core import history, search
from app.core.errors import Forbidden, Refused
from app.core.permissions import Viewer
from app.extensions import db
from app.registry import actions, picking, queries
from app.registry.forms import NewParty, NewRight, class_numbers
from app.registry.models import Party, Right
from tests.conftest import BrowserClient

See = Callable[[str], Viewer]
CODE = "91350100M000100Y43"
ID = "11010519491231002X"


@pytest.fixture
def officer(viewer: See) -> Viewer:
    return viewer("张执法")


def firm(who: Viewer, name: str, **more: Any) -> Party:
    return actions.add_party(who, {"kind": "firm", "name": name, **more})


def reasons(who: Viewer, **given: Any) -> list[tuple[str, str]]:
    return [(likely.party.name, likely.why) for likely in queries.likely_same_party(who, **given)]


def test_doubles_come_with_the_reason(officer: Viewer) -> None:
    tea = firm(
        officer, "信阳市浉河区毛尖春茶业有限公司", credit_code=CODE, phone="0376-6366520", legal_representative="胡文新"
    )
    firm(officer, "平桥区鑫源超市")
    firm(officer, "河南省信阳市固始鸡食品有限公司")
    assert reasons(officer, credit_code=CODE.lower(), name="别的名字") == [(tea.name, "统一社会信用代码相同")]
    assert reasons(officer, name="信阳市浉河区 毛尖春茶业有限公司") == [(tea.name, "名称相同")]
    assert reasons(officer, name="毛尖春茶业商行") == [(tea.name, "名称相近")]
    assert reasons(officer, name="信阳毛尖春茶叶有限公司") == [(tea.name, "名称相近")]
    assert reasons(officer, phone="0376 6366520") == [(tea.name, "联系电话相同")]
    assert reasons(officer, name="华盛百货") == []
    assert reasons(officer) == []
    assert queries.likely_same_party(officer, name=tea.name, but=tea.id) == []


def test_the_former_name_is_kept_and_found(officer: Viewer) -> None:
    tea = firm(officer, "息夫人茶行")
    changed = actions.change_party(officer, tea, {"name": "息夫人茶业有限公司", "phone": "13800138000"})
    assert changed == ["name", "phone"]
    assert tea.former_names == ["息夫人茶行"]
    assert queries.suggest_parties(officer, "息夫人茶行") == [tea]
    assert reasons(officer, name="息夫人茶行")[0][1] in {"与其曾用名相同", "名称相近"}
    db.session.commit()
    rows = history.of(tea)
    assert [r.act for r in rows] == ["register", "correct"]
    assert rows[1].facts == {"fields": ["name", "phone"]}


def test_an_identity_number_is_matched_but_never_readable(app: Flask, officer: Viewer) -> None:
    man = actions.add_party(officer, {"kind": "person", "name": "王伟", "id_kind": "resident", "id_number": ID.lower()})
    db.session.commit()
    db.session.expire_all()
    assert man.id_number == ID
    assert man.id_masked == "110***********002X"
    assert [p.id for p in queries.suggest_parties(officer, ID)] == [man.id]
    assert reasons(officer, id_number=ID) == [("王伟", "证件号码相同")]
    stored = db.session.execute(db.text("SELECT id_number, id_blind FROM party WHERE name = '王伟'")).one()
    assert ID not in "".join(stored)
    texts = db.session.execute(db.text("SELECT text FROM search_entry")).scalars()
    assert not any(ID.lower() in text for text in texts)
    assert all(ID not in str(row.facts) + row.reason for row in history.of(man))


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"name": " "}, "请填写当事人名称"),
        ({"name": "甲", "credit_code": "91350100M000100Y44"}, "校验位不符"),
        ({"name": "甲", "id_number": "110105194912310021"}, "校验位不符"),
        ({"name": "乙", "credit_code": CODE}, "已经登记"),
    ],
)
def test_refusals_of_a_party(officer: Viewer, values: dict[str, str], says: str) -> None:
    firm(officer, "先来的", credit_code=CODE)
    with pytest.raises(Refused) as refused:
        actions.add_party(officer, {"kind": "firm", **values})
    assert says in refused.value.sentence
    assert refused.value.status == 422


def test_who_may_not_write(viewer: See, officer: Viewer) -> None:
    with pytest.raises(Forbidden):
        firm(viewer("公安刘警官"), "某公司")
    with pytest.raises(Forbidden):
        queries.parties(viewer("公安刘警官"))
    with pytest.raises(Forbidden):
        firm(viewer("审计郑"), "某公司")
    assert queries.parties(viewer("审计郑")).rows == ()


def test_rights_and_their_sources(officer: Viewer) -> None:
    holder = firm(officer, "信阳市茶叶协会")
    other = firm(officer, "贵州茅台酒股份有限公司")
    one = actions.add_right(officer, {"kind": "gi", "number": "3204518", "name": "信阳毛尖", "holder_id": holder.id})
    two = actions.add_right(
        officer, {"kind": "trademark", "number": "1234567", "name": "信阳红", "holder_id": holder.id, "classes": [30]}
    )
    three = actions.add_right(officer, {"kind": "trademark", "number": "237040", "name": "茅台", "holder_id": other.id})
    four = actions.add_right(
        officer,
        {
            "kind": "trademark",
            "number": "237041",
            "name": "飞天",
            "holder_id": firm(officer, "茅台销售公司").id,
            "holder_source": "茅台",
        },
    )
    three.holder_source = "茅台"
    assert queries.distinct_sources([one, two]) == 1, "several marks of one holder are one source"
    assert queries.distinct_sources([two, three]) == 2
    assert queries.distinct_sources([two, three, four]) == 2, "two holders of one source are one"
    assert queries.suggest_rights(officer, "第3204518号") == [one]
    assert queries.suggest_rights(officer, "毛尖") == [one]
    assert set(queries.suggest_rights(officer, "茶叶协会")) == {one, two}
    assert queries.rights(officer, kind="trademark").rows == (four, three, two)
    assert queries.rights(officer, holder_id=holder.id).rows == (two, one)
    with pytest.raises(Refused) as refused:
        actions.add_right(officer, {"kind": "trademark", "number": "237040", "name": "茅台", "holder_id": other.id})
    assert "已经登记" in refused.value.sentence


def test_a_right_number_is_one_number_however_it_is_written(app: Flask, officer: Viewer) -> None:
    from werkzeug.datastructures import MultiDict

    holder = firm(officer, "信阳市茶叶协会")
    mark = {"kind": "trademark", "name": "信阳毛尖", "holder_id": holder.id}
    right = actions.add_right(officer, {**mark, "number": "第 ７６５４３２１ 号"})
    assert right.number == "7654321"
    assert right.title == "“信阳毛尖”（第7654321号注册商标）"
    with app.test_request_context():
        for number in ("7654321", "７６５４３２１", "第7654321号", " 765 4321"):
            assert queries.suggest_rights(officer, number) == [right]
            typed = NewRight(
                MultiDict({"kind": "trademark", "number": number, "name": "别的写法", "holder_name": "某"})
            )
            assert picking.right_of(officer, None, typed) is right
            with pytest.raises(Refused) as refused:
                actions.add_right(officer, {**mark, "number": number})
            assert "已经登记" in refused.value.sentence


def test_rights_saved_before_numbers_were_cleaned_stay_and_are_recognised(officer: Viewer) -> None:
    holder = firm(officer, "信阳市茶叶协会")
    mark = {"kind": "trademark", "name": "信阳毛尖", "holder_id": holder.id}
    rows = [Right(**mark, number=number) for number in ("7654321", "第7654321号", "１２３４")]
    db.session.add_all(rows)
    db.session.flush()
    assert rows[1].title == "“信阳毛尖”（第7654321号注册商标）", "not 第第…号号"
    assert rows[2].title == "“信阳毛尖”（第1234号注册商标）"
    assert queries.right_numbered(officer, "trademark", "1234") is rows[2]
    values = {key: getattr(rows[1], key) for key in actions.RIGHT_FIELDS}
    assert actions.change_right(officer, rows[1], {**values, "note": "核对过"}) == ["note"], "corrected though a double"
    assert rows[1].number == "第7654321号"


def test_the_same_mark_of_the_same_holder_is_pointed_out(officer: Viewer) -> None:
    holder, other = firm(officer, "信阳市茶叶协会"), firm(officer, "别家")
    right = actions.add_right(
        officer, {"kind": "trademark", "number": "7654321", "name": "信阳毛尖", "holder_id": holder.id}
    )
    actions.add_right(officer, {"kind": "trademark", "number": "7654322", "name": "信阳毛尖", "holder_id": other.id})

    def found(**typed: str) -> list[tuple[Right, str]]:
        return queries.likely_same_right(officer, kind="trademark", **typed)

    assert found(name="信阳 毛尖", holder="信阳市茶叶协会") == [(right, "名称和权利人相同")]
    assert found(number="第7654321号", name="x", holder="y") == [(right, "号码相同")]
    assert found(name="信阳毛尖", holder="第三家") == []
    assert found(name="信阳毛尖") == []
    assert queries.likely_same_right(officer, kind="trademark", number="7654321", but=right.id) == []


def test_pages_of_the_register_by_key(officer: Viewer) -> None:
    for n in range(35):
        firm(officer, f"申城第{n}茶行")
    first = queries.parties(officer, limit=20)
    rest = queries.parties(officer, limit=20, after=first.after)
    assert [len(first.rows), len(rest.rows)] == [20, 15]
    assert rest.after is None
    assert not {r.id for r in first.rows} & {r.id for r in rest.rows}
    assert len(queries.parties(officer, "申城", limit=50).rows) == 35
    assert [r.name for r in queries.parties(officer, "第7茶行").rows] == ["申城第7茶行"]


def test_picked_or_new(app: Flask, officer: Viewer) -> None:
    from werkzeug.datastructures import MultiDict

    known = firm(officer, "先来的", credit_code=CODE)
    with app.test_request_context():
        new = NewParty(MultiDict({"kind": "firm", "name": "后来的写法不同", "credit_code": CODE}))
        assert picking.party_of(officer, None, new) is known, "the same code is the same party"
        assert picking.party_of(officer, known.id, None) is known
        assert picking.party_of(officer, None, NewParty(MultiDict())) is None
        fresh = picking.party_of(
            officer, None, NewParty(MultiDict({"kind": "individual_business", "name": "金牛烟酒店"}))
        )
        assert fresh is not None
        assert (fresh.name, fresh.kind) == ("金牛烟酒店", "individual_business")
        mark = NewRight(MultiDict({"kind": "trademark", "number": "237040", "name": "茅台", "holder_name": "先来的"}))
        made = picking.right_of(officer, None, mark)
        assert made is not None
        assert made.holder is known
        assert picking.right_of(officer, None, mark) is made
    assert class_numbers("第30类、35") == [30, 35]
    assert class_numbers("46") is None
    assert class_numbers("茶") is None
    assert class_numbers("") == []


# ---- pages ------------------------------------------------------------------------------------------------------------


def test_register_a_party_on_the_page(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    client = sign_in("张执法")
    assert "名录还是空的" in client.get("/registry/parties/").get_data(as_text=True)
    wrong = client.post_form(
        "/registry/parties/new", {"kind": "firm", "name": "<b>毛尖春</b>茶业", "credit_code": "91350100M000100Y44"}
    )
    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "校验位不符" in page
    assert "&lt;b&gt;毛尖春&lt;/b&gt;茶业" in page, "nothing typed is lost, and it prints as text"
    typed = {"kind": "firm", "name": "<b>毛尖春</b>茶业", "credit_code": CODE, "phone": "0376 6366520"}
    form = client.hidden("/registry/parties/new")
    first = client.post("/registry/parties/new", data={**form, **typed})
    second = client.post("/registry/parties/new", data={**form, **typed})
    assert first.status_code == second.status_code == 303
    assert first.location == second.location, "a second click is the same record"
    assert db.session.query(Party).count() == 1
    shown = client.get(first.location).get_data(as_text=True)
    assert "<b>毛尖春" not in shown
    again = client.post_form("/registry/parties/new", typed)
    assert again.status_code == 422
    assert "已经登记" in again.get_data(as_text=True)
    assert "毛尖春" in client.get("/registry/parties/?q=毛尖").get_data(as_text=True)
    assert "没有相符的当事人" in client.get("/registry/parties/?q=固始鸡").get_data(as_text=True)


def test_a_stale_page_loses(app: Flask, sign_in: Callable[[str], BrowserClient], officer: Viewer) -> None:
    tea = firm(officer, "毛尖春茶业")
    db.session.commit()
    url = f"/registry/parties/{tea.id}/edit"
    one, two = sign_in("张执法"), sign_in("李执法")
    early = two.hidden(url)
    typed = {"kind": "firm", "name": "毛尖春茶业有限公司"}
    assert one.post_form(url, typed).status_code == 303
    late = two.post(url, data={**early, **typed, "name": "别的名称"})
    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert 'value="别的名称"' in page, "nothing typed is lost"
    assert "他人已更改，现为“毛尖春茶业有限公司”" in html.unescape(page)
    db.session.expire_all()
    assert db.session.get_one(Party, tea.id).name == "毛尖春茶业有限公司"
    seen = re.findall(r'name="version"[^>]*value="(\d+)"', page)
    assert two.post(url, data={**early, **typed, "name": "别的名称", "version": seen[0]}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Party, tea.id).name == "别的名称"


def test_the_identity_number_opens_with_a_reason(
    app: Flask, sign_in: Callable[[str], BrowserClient], officer: Viewer
) -> None:
    man = actions.add_party(officer, {"kind": "person", "name": "王伟", "id_kind": "resident", "id_number": ID})
    db.session.commit()
    url = f"/registry/parties/{man.id}/id-number"
    client = sign_in("张执法")
    page = client.get(f"/registry/parties/{man.id}").get_data(as_text=True)
    assert ID not in page
    assert "110***********002X" in page
    refused = client.post_form(url, {"reason": "看"})
    assert refused.status_code == 422
    assert ID not in refused.get_data(as_text=True)
    shown = client.post_form(url, {"reason": "核对送达回证上的号码"})
    assert ID in shown.get_data(as_text=True)
    db.session.rollback()
    assert history.of(man)[-1].act == "open_secret.id_number"
    assert sign_in("审计郑").get(url).status_code == 403
    edited = client.post_form(f"/registry/parties/{man.id}/edit", {"kind": "person", "name": "王伟伟"})
    assert edited.status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Party, man.id).id_number == ID, "left empty, it stays"


def test_register_a_right_with_a_new_holder(
    app: Flask, sign_in: Callable[[str], BrowserClient], officer: Viewer
) -> None:
    client = sign_in("张执法")
    typed = {
        "kind": "trademark",
        "number": "3204518",
        "name": "信阳毛尖",
        "classes": "30、35",
        "valid_from": "2013-04-28",
        "valid_to": "2033-04-27",
    }
    wrong = client.post_form("/registry/rights/new", typed)
    assert wrong.status_code == 422
    assert "请选择权利人" in wrong.get_data(as_text=True)
    made = client.post_form(
        "/registry/rights/new", {**typed, "new_holder-name": "信阳市茶叶协会", "new_holder-kind": "firm"}
    )
    assert made.status_code == 303
    right = db.session.query(Right).one()
    assert (right.holder.name, right.classes) == ("信阳市茶叶协会", [30, 35])
    page = client.get(made.location).get_data(as_text=True)
    assert "第30类" in page
    moved = client.post_form(
        f"/registry/rights/{right.id}/edit", {**typed, "name": "信阳毛尖茶", "holder_id": right.holder_id}
    )
    assert moved.status_code == 303
    assert "信阳毛尖茶" in client.get("/registry/rights/?q=毛尖茶").get_data(as_text=True)
    backwards = client.post_form(
        "/registry/rights/new", {**typed, "number": "1", "valid_to": "2003-01-01", "holder_id": right.holder_id}
    )
    assert "早于起始日" in backwards.get_data(as_text=True)
    # Without JavaScript: the search button of the picker posts the form and comes back with what was found.
    looking = client.post_form(
        "/registry/rights/new", {"name": "信阳红", "holder_id_q": "茶叶协会", "_search": "holder_id"}
    )
    text = looking.get_data(as_text=True)
    assert looking.status_code == 200
    assert f'value="{right.holder_id}"' in text
    assert 'value="信阳红"' in text


def test_fragments_for_pickers_and_fields(app: Flask, sign_in: Callable[[str], BrowserClient], officer: Viewer) -> None:
    tea = firm(officer, "信阳市毛尖春茶业有限公司", credit_code=CODE)
    db.session.commit()
    client = sign_in("钱接待")
    offered = client.get("/registry/parties/suggest?field=party_id&party_id_q=毛尖春").get_data(as_text=True)
    assert f'name="party_id" value="{tea.id}"' in offered
    assert 'name="party_id"' in client.get('/registry/parties/suggest?field="><script>&q=毛尖春').get_data(as_text=True)
    likely = client.get(f"/registry/parties/likely?field=party_id&new_party-credit_code={CODE}").get_data(as_text=True)
    assert "统一社会信用代码相同" in likely
    assert (
        client.get("/registry/parties/likely?field=party_id&new_party-name=华盛百货").get_data(as_text=True).strip()
        == ""
    )
    checked = client.get(f"/registry/check/credit_code?code={CODE}").get_json()
    assert checked == {"ok": True, "sentence": "校验通过"}
    bad = client.get("/registry/check/credit_code?code=91350100M000100Y44").get_json()
    assert not bad["ok"]
    assert "校验位不符" in bad["sentence"]
    token = client.hidden("/registry/parties/new")["csrf_token"]
    secret = client.post("/registry/check/resident", data={"code": ID}, headers={"X-CSRFToken": token}).get_json()
    assert secret["ok"]
    assert client.get("/registry/check/moon?code=1").status_code == 404
    assert sign_in("公安刘警官").get("/registry/parties/suggest?q=毛尖").status_code == 403


def test_campaigns_are_there(app: Flask, sign_in: Callable[[str], BrowserClient]) -> None:
    page = sign_in("张执法").get("/campaigns/").get_data(as_text=True)
    assert "2026年“铁拳”行动" in page
    assert "非法销售假冒信阳毛尖" in page


def test_the_index_holds_no_identity_numbers(app: Flask, officer: Viewer) -> None:
    actions.add_party(officer, {"kind": "person", "name": "王伟", "id_kind": "resident", "id_number": ID})
    assert search.search(db.session(), ID).hits == ()


def test_gbt_15834_quotation_marks_within_quotation_marks_are_single() -> None:
    assert Right(kind="trademark", name="“海尔”兄弟图形", number="").title == "“‘海尔’兄弟图形”（注册商标）"
