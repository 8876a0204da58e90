"""The pages, as each of the people sees them; and every refusal."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.history import HistoryEntry
from app.documents.models import Paper
from app.extensions import db
from app.transfers import show as shown
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER
from tests.transfers.world import HANDED, ROAD, a_case, a_transfer, brought_to, do, printed, who


def text(answer) -> str:
    return answer.get_data(as_text=True)


def entries(transfer_id: int, act: str) -> list[HistoryEntry]:
    found = select(HistoryEntry).where(
        HistoryEntry.subject_type == "transfer", HistoryEntry.subject_id == transfer_id, HistoryEntry.act == act
    )
    return list(db.session.scalars(found))


@pytest.fixture
def waiting(app: Flask) -> int:
    """A transfer before the principal head."""
    transfer = brought_to("awaiting_decision")
    db.session.commit()
    return transfer.id


# --- the main path -----------------------------------------------------------------------------------------------------


def test_the_whole_path_from_the_case_to_the_filing_through_the_pages(app: Flask, sign_in) -> None:
    case = a_case()
    db.session.commit()
    case_id = case.id
    members = [who("张执法").user_id, who("李执法").user_id]
    officer = sign_in("张执法")
    answer = officer.post_form(
        f"/transfers/new/{case_id}", {"ground": "threshold", "crimes": ["sell_counterfeit_mark_goods"]}
    )
    assert answer.status_code == 303
    transfer_id = int(re.search(r"/transfers/(\d+)", answer.location).group(1))
    steps = f"/transfers/{transfer_id}/steps/"
    unit_head, principal, registrar, police = (
        sign_in("王科长"),
        sign_in("陈局长"),
        sign_in("孙内勤"),
        sign_in("公安刘警官"),
    )
    report = {
        "crimes": ["sell_counterfeit_mark_goods"],
        "report_source": "检查发现",
        "report_facts": "事实",
        "report_evidence": "证据",
        "report_proposal": "移送",
    }

    def take(client, step: str, data: dict) -> None:
        done = client.post_form(steps + step, data)
        assert done.status_code == 303, (step, text(done)[:3000])

    take(unit_head, "designate_team", {"members": members})
    take(officer, "draft_report", report)
    take(officer, "submit_report", {"team_opinion": "建议移送"})
    take(unit_head, "endorse", {"reason": "同意"})
    take(principal, "approve", {"reason": ""})
    assert police.get(f"/transfers/{transfer_id}").status_code == 404
    handed = {"handed_at": now_typed(), "handed_to": "刘警官", "medium": "both", "no_appraisal_reason": "权利人已鉴别", "handed_by_names": HANDED["handed_by_names"]}  # fmt: skip
    early = registrar.post_form(steps + "hand_over", handed)
    assert (early.status_code, "移送材料正在生成，请稍候再办" in text(early)) == (409, True)
    db.session.rollback()
    printed(db.session.get_one(Transfer, transfer_id))
    db.session.commit()
    take(registrar, "hand_over", handed)
    page = text(police.get(f"/transfers/{transfer_id}"))
    assert "签收移送材料" in page
    take(police, "sign_receipt", {"receipt_by": "公安刘警官", "receipt_at": now_typed()})
    take(police, "accept", {})
    take(police, "file", {"police_case_no": "浉公立字〔2026〕9号", "doc_no": "浉公立字〔2026〕9号"})
    db.session.rollback()
    assert db.session.get_one(Transfer, transfer_id).status == "filed"
    assert "公安机关已立案" in text(officer.get(f"/transfers/{transfer_id}"))


def now_typed() -> str:
    from app.core import clock

    return clock.local(clock.now()).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.parametrize("state", ["suspected", *ROAD])
def test_every_state_has_a_page_for_each_who_may_read(app: Flask, sign_in, state: str) -> None:
    transfer = brought_to(state)
    db.session.commit()
    transfer_id = transfer.id
    for name in ("张执法", "陈局长"):
        client = sign_in(name)
        page = client.get(f"/transfers/{transfer_id}")
        assert page.status_code == 200
        assert TRANSFER.states[state].name in text(page)
        for url in dict.fromkeys(re.findall(rf'href="(/transfers/{transfer_id}/steps/[^"]+)"', text(page))):
            assert client.get(url).status_code == 200, url


def test_list_begins_with_what_waits_for_me_and_walks_on(app: Flask, sign_in) -> None:
    ids = [brought_to("awaiting_decision", a_transfer(a_case(party=f"第{n}商行"))).id for n in range(3)]
    brought_to("report_drafting", a_transfer(a_case(party="未报商行")))
    db.session.commit()
    client = sign_in("陈局长")
    page = text(client.get("/transfers/"))
    assert [int(i) for i in re.findall(r'href="/transfers/(\d+)\?queue=mine"', page)] == ids[::-1]
    assert "未报商行" not in page
    walk = text(client.get(f"/transfers/{ids[2]}/steps/approve?queue=mine"))
    assert "第 1 / 3 件" in walk
    answer = client.post_form(f"/transfers/{ids[2]}/steps/approve?queue=mine", {"reason": ""})
    assert answer.location.endswith(f"/transfers/{ids[2]}?queue=mine")
    assert f"/transfers/{ids[1]}?queue=mine" in text(client.get(answer.location))
    decided = text(
        client.get(client.post_form(f"/transfers/{ids[1]}/steps/approve?queue=mine", {"reason": ""}).location)
    )
    assert "共 1 件" in decided
    assert f'rel="next" href="/transfers/{ids[0]}?queue=mine"' in decided
    after = text(client.get(client.post_form(f"/transfers/{ids[0]}/steps/approve?queue=mine", {"reason": ""}).location))
    assert "共 0 件" in after
    assert 'rel="next"' not in after


def test_decision_screen_shows_question_papers_and_all_three_answers(app: Flask, sign_in, waiting: int) -> None:
    page = text(sign_in("陈局长").get(f"/transfers/{waiting}/steps/approve"))
    for needed in (
        "是否批准将本案移送",
        "批准移送",
        "退回补正",
        "不批准移送",
        "涉嫌犯罪案件移送审批表",
        "涉嫌犯罪案件情况的调查报告",
        "销售假冒",
    ):
        assert needed in page
    assert page.count("formaction=") == 3


def test_refusal_without_reasons_keeps_the_page_and_says_what_to_do(app: Flask, sign_in, waiting: int) -> None:
    answer = sign_in("陈局长").post_form(f"/transfers/{waiting}/steps/reject", {"reason": " "})
    assert answer.status_code == 422
    assert "理由" in text(answer)


# --- refusals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["周副局", "王科长", "张执法", "市局高局长"])
def test_a10_7_order310_5_2_no_button_403_and_a_row_of_history(app: Flask, sign_in, waiting: int, name: str) -> None:
    client = sign_in(name)
    page = text(client.get(f"/transfers/{waiting}"))
    assert "/steps/approve" not in page
    assert client.get(f"/transfers/{waiting}/steps/approve").status_code == 403
    version = str(db.session.get_one(Transfer, waiting).version)
    db.session.rollback()
    answer = client.post_form(
        f"/transfers/{waiting}/steps/approve", {"reason": "越权", "version": version}, page=f"/transfers/{waiting}"
    )
    assert answer.status_code == 403
    denied = entries(waiting, "denied.approve")
    assert [e.person_name for e in denied] == [name, name]
    twice = select(HistoryEntry).where(HistoryEntry.subject_type == "request", HistoryEntry.act == "denied")
    assert not db.session.scalars(twice).all(), "said once"
    assert db.session.get_one(Transfer, waiting).status == "awaiting_decision"


@pytest.mark.parametrize("name", ["外县老周", "罗山许局长", "公安刘警官", "检察院孙检", "罗山公安郭警官"])
def test_r44_before_the_handing_over_it_looks_as_if_it_did_not_exist(
    app: Flask, sign_in, waiting: int, name: str
) -> None:
    client = sign_in(name)
    assert client.get(f"/transfers/{waiting}").status_code == 404
    assert client.get(f"/transfers/{waiting}/steps/approve").status_code == 404
    assert (
        client.post_form(f"/transfers/{waiting}/steps/approve", {"reason": ""}, page="/transfers/").status_code == 404
    )


def test_an_administrator_reads_no_transfer(app: Flask, sign_in, waiting: int) -> None:
    assert sign_in("冯管理").get(f"/transfers/{waiting}").status_code == 403


def test_the_police_of_another_county_see_nothing(app: Flask, sign_in) -> None:
    transfer = brought_to("handed_over")
    db.session.commit()
    for name in ("罗山公安郭警官", "罗山检察院丁检", "市公安局唐警官"):
        client = sign_in(name)
        assert client.get(f"/transfers/{transfer.id}").status_code == 404
        assert f"/transfers/{transfer.id}" not in text(client.get("/transfers/?show=all"))


def test_the_city_reads_and_cannot_decide(app: Flask, sign_in, waiting: int) -> None:
    page = text(sign_in("市局高局长").get(f"/transfers/{waiting}"))
    assert "待正职负责人决定" in page
    assert "/steps/" not in page


def test_order310_14_the_city_reminds_the_county_hears_and_nothing_is_decided(
    app: Flask, sign_in, waiting: int
) -> None:
    city = sign_in("市局高局长")
    assert f"/transfers/{waiting}/remind" in text(city.get(f"/transfers/{waiting}"))
    assert city.post_form(f"/transfers/{waiting}/remind", {"reason": " "}).status_code == 422
    assert city.post_form(f"/transfers/{waiting}/remind", {"reason": "请在期限内决定。"}).status_code == 303
    assert [e.reason for e in entries(waiting, "remind")] == ["请在期限内决定。"]
    assert db.session.get_one(Transfer, waiting).status == "awaiting_decision"
    db.session.rollback()
    assert "请在期限内决定。" in text(sign_in("陈局长").get("/notices/"))
    for name in ("陈局长", "罗山许局长", "公安刘警官"):
        assert sign_in(name).get(f"/transfers/{waiting}/remind").status_code in {403, 404}


def test_two_tabs_one_approval_wins_the_other_gets_409_with_the_present_state(
    app: Flask, sign_in, waiting: int
) -> None:
    first, second = sign_in("陈局长"), sign_in("陈局长")
    url = f"/transfers/{waiting}/steps/approve"
    hidden = second.hidden(url)
    assert first.post_form(url, {"reason": ""}).status_code == 303
    answer = second.post(url, data={**hidden, "reason": "写了很久的意见"})
    assert answer.status_code == 409
    assert "写了很久的意见" in text(answer)
    assert "已批准，待移送" in text(answer)
    assert len(entries(waiting, "approve")) == 1


def test_beginning_twice_by_a_double_click_makes_one_transfer(app: Flask, sign_in) -> None:
    case = a_case()
    db.session.commit()
    case_id = case.id
    client = sign_in("张执法")
    hidden = client.hidden(f"/transfers/new/{case_id}")
    data = {**hidden, "ground": "threshold", "crimes": ["sell_counterfeit_mark_goods"]}
    answers = [client.post(f"/transfers/new/{case_id}", data=data) for _ in range(2)]
    assert [a.status_code for a in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(list(db.session.scalars(select(Transfer)))) == 1
    again = client.post_form(
        f"/transfers/new/{case_id}", {"ground": "threshold", "crimes": ["sell_counterfeit_mark_goods"]}
    )
    assert again.status_code == 409


def test_order310_3_2_the_form_asks_for_both_texts_and_never_for_an_amount(app: Flask, sign_in) -> None:
    case = a_case(goods=False)
    db.session.commit()
    client = sign_in("张执法")
    url = f"/transfers/new/{case.id}"
    page = text(client.get(url))
    assert "没有发现达到数额标准" in page
    assert "金额" not in " ".join(re.findall(r"<label[^>]*>(.*?)</label>", page))
    data = {"ground": "reasonable_suspicion", "crimes": ["sell_counterfeit_mark_goods"], "suspicion_facts": "聊天记录"}
    answer = client.post_form(url, data)
    assert answer.status_code == 422
    assert "聊天记录" in text(answer)
    assert client.post_form(url, {**data, "police_measures_needed": "调取资金"}).status_code == 303


def test_html_in_any_field_prints_as_text(app: Flask, sign_in) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    transfer = brought_to("report_drafting")
    do(transfer, "draft_report", "张执法", report_facts=evil, report_proposal=evil)
    do(transfer, "submit_report", "张执法", team_opinion=evil)
    db.session.commit()
    for path in ("", "/steps/endorse"):
        page = text(sign_in("王科长").get(f"/transfers/{transfer.id}{path}"))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;" in page


# --- the liaison's view --------------------------------------------------------------------------------------------------


def test_the_liaison_sees_the_package_and_nothing_else(app: Flask, sign_in) -> None:
    own = brought_to("handed_over")
    foreign = brought_to("approved", a_transfer(a_case(party="未移送商行")))
    db.session.commit()
    seen = {
        paper.id: paper.kind
        for paper in db.session.scalars(
            select(Paper).where(Paper.subject_type == "transfer", Paper.subject_id == own.id)
        )
    }
    hidden_papers = [i for i, kind in seen.items() if kind in {"transfer_approval", "proof_of_service"}]
    foreign_papers = list(
        db.session.scalars(select(Paper.id).where(Paper.subject_id == foreign.id, Paper.subject_type == "transfer"))
    )
    case_id, own_id, foreign_id = own.case_id, own.id, foreign.id
    db.session.rollback()
    police, procuratorate = sign_in("公安刘警官"), sign_in("检察院孙检")
    for client in (police, procuratorate):
        page = text(client.get(f"/transfers/{own_id}"))
        for inner in ("涉嫌犯罪案件移送审批表", "办案机构负责人", "涉罪筛查", "/cases/", "送达回证", "/steps/record_"):
            assert inner not in page, inner
        assert client.get(f"/transfers/{foreign_id}").status_code == 404
        assert client.get(f"/cases/{case_id}").status_code in {403, 404}
        for paper_id in (*hidden_papers, *foreign_papers):
            assert client.get(f"/documents/papers/{paper_id}/pdf").status_code == 404
            assert client.get(f"/documents/papers/{paper_id}").status_code == 404
        assert client.get(f"/documents/package/transfer/{foreign_id}.zip").status_code == 404
        assert "未移送商行" not in text(client.get("/transfers/?show=all"))
    copy = next(i for i, kind in seen.items() if kind == "copy_to_procuratorate")
    assert police.get(f"/documents/papers/{copy}").status_code == 404
    assert procuratorate.get(f"/documents/papers/{copy}").status_code == 200


def test_crawling_every_route_as_a_liaison_finds_no_case_no_clue_and_no_person_of_ours(app: Flask, sign_in) -> None:
    transfer = brought_to("handed_over")
    printed(transfer)
    secret = brought_to("awaiting_decision", a_transfer(a_case(party="秘密商行")))
    do(secret, "give_legal_opinion", "赵审核", reason="内部意见绝密")
    db.session.commit()
    db.session.rollback()
    for name in ("公安刘警官", "检察院孙检"):
        client = sign_in(name)
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or rule.endpoint == "static":
                continue
            values = {
                arg: (
                    "transfer"
                    if arg == "subject_type"
                    else "approve"
                    if arg == "step_id"
                    else "mine"
                    if str(arg) == "name"
                    else 1
                )
                for arg in rule.arguments
            }
            for number in (1, 2):
                url = re.sub(
                    r"<(?:[^:<>]+:)?([^<>]+)>",
                    lambda m, v=values, n=number: str(n if v.get(m.group(1)) == 1 else v.get(m.group(1))),
                    rule.rule,
                )
                answer = client.get(url)
                assert answer.status_code < 500, url
                body = text(answer) if answer.mimetype.startswith("text") else ""
                for inner in ("秘密商行", "内部意见绝密", "涉嫌犯罪案件移送审批表", "同意移送。"):
                    assert inner not in body, (name, url, inner)
        assert TRANSFER.open_to(transfer, who(name))


def test_liaison_signs_asks_and_the_agency_answers(app: Flask, sign_in) -> None:
    transfer = brought_to("handed_over")
    db.session.commit()
    steps = f"/transfers/{transfer.id}/steps/"
    police, registrar = sign_in("公安刘警官"), sign_in("孙内勤")
    assert "公安刘警官" in text(police.get(steps + "sign_receipt"))  # own name is filled in
    assert (
        police.post_form(steps + "sign_receipt", {"receipt_by": "公安刘警官", "receipt_at": now_typed()}).status_code
        == 303
    )
    empty = police.post_form(steps + "request_supplement", {"supplement_list": ""})
    assert empty.status_code == 422
    assert (
        police.post_form(
            steps + "request_supplement", {"supplement_list": "鉴定意见", "supplement_received_at": now_typed()}
        ).status_code
        == 303
    )
    assert "鉴定意见" in text(registrar.get(f"/transfers/{transfer.id}"))
    assert registrar.post_form(steps + "supply_material", {"supplied": "已补鉴定意见"}).status_code == 303
    assert "已补鉴定意见" in text(police.get(f"/transfers/{transfer.id}"))


def test_a_forwarded_package_leaves_the_view_of_the_body_that_forwarded_it(app: Flask, sign_in) -> None:
    transfer = brought_to("receipt_signed")
    city = who("市公安局唐警官").organ_id
    db.session.commit()
    police = sign_in("公安刘警官")
    answer = police.post_form(
        f"/transfers/{transfer.id}/steps/forward", {"forwarded_to_id": city, "reason": "行为地在市区"}
    )
    assert answer.status_code == 303
    assert answer.location.endswith("/transfers/")
    assert police.get(f"/transfers/{transfer.id}").status_code == 404
    assert sign_in("市公安局唐警官").get(f"/transfers/{transfer.id}").status_code == 200


def test_a_page_without_a_step_says_whose_turn_it_is(waiting: int, sign_in) -> None:
    assert "现等主要负责人办理。" in text(sign_in("张执法").get(f"/transfers/{waiting}"))
    assert "现等" not in text(sign_in("陈局长").get(f"/transfers/{waiting}"))


def test_a_case_whose_transfer_is_on_its_way_leads_there_at_once(app: Flask, sign_in) -> None:
    transfer = brought_to("report_drafting")
    db.session.commit()
    client, url = sign_in("张执法"), f"/transfers/new/{transfer.case_id}"
    answer = client.get(url)
    assert (answer.status_code, answer.location) == (302, f"/transfers/{transfer.id}")
    assert "本案已有正在办理的移送" in text(client.get(answer.location))
    # Begun by somebody else while the form was being filled in: the refusal leads there too.
    given = {
        "ground": "threshold",
        "crimes": ["sell_counterfeit_mark_goods"],
        "csrf_token": client.hidden("/clues/new")["csrf_token"],
    }
    refused = client.post(url, data=given)
    assert refused.status_code == 409
    assert f'href="/transfers/{transfer.id}"' in text(refused)
    page = text(client.get(f"/cases/{transfer.case_id}"))
    assert "本案正在办理移送公安机关" in page
    assert "案件尚未移送公安机关" not in page


def test_a_ground_that_was_not_chosen_is_asked_for(app: Flask, sign_in) -> None:
    case = a_case()
    db.session.commit()
    answer = sign_in("张执法").post_form(f"/transfers/new/{case.id}", {"crimes": ["sell_counterfeit_mark_goods"]})
    assert answer.status_code == 422
    assert "请选择移送情形" in text(answer)
    assert "不是有效的选择" not in text(answer)


def test_a_refusal_names_the_posts_that_may(app: Flask, sign_in) -> None:
    transfer = brought_to("awaiting_decision")
    db.session.commit()
    answer = sign_in("张执法").get(f"/transfers/{transfer.id}/steps/approve")
    assert answer.status_code == 403
    assert "“批准移送”须由主要负责人办理" in text(answer)
    assert "切换岗位" not in text(answer), "who holds one post has nothing to change to"
    answer = sign_in("张执法").get("/campaigns/new")
    assert answer.status_code == 403
    assert "此项须由办案机构负责人、负责人、主要负责人办理" in text(answer)


def test_order310_7_each_item_of_a_supplement_stands_on_its_own_line(app: Flask, sign_in) -> None:
    """The list is what is owed within three days: officers and police read it as it was written, item by item."""
    transfer = brought_to("receipt_signed")
    do(transfer, "request_supplement", "公安刘警官", supplement_list="一、鉴定意见\n二、进货票据")
    db.session.commit()
    transfer_id = transfer.id
    for name in ("张执法", "公安刘警官"):
        page = text(sign_in(name).get(f"/transfers/{transfer_id}"))
        assert '<span class="hint prose">一、鉴定意见\n二、进货票据</span>' in page, name
        if name == "张执法":
            assert '<p class="prose">一、鉴定意见\n二、进货票据</p>' in page


@pytest.mark.parametrize(("n", "folded"), [(3, False), (20, True)])
def test_many_lines_behind_a_hit_are_folded(
    app: Flask, sign_in, waiting: int, monkeypatch, n: int, folded: bool
) -> None:
    """Four hits on a thousand lines each pushed the report off the screen on which the principal decides."""
    whole = shown.hits
    lines = [f"清单4第{i}行" for i in range(1, n + 1)]
    monkeypatch.setattr(shown, "hits", lambda run: [{**hit, "lines": lines} for hit in whole(run)])
    page = text(sign_in("陈局长").get(f"/transfers/{waiting}"))
    assert "、".join(lines) in page
    assert (f"<summary>依据 {n} 行</summary>" in page) is folded
