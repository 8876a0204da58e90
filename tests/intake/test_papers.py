"""Forms 1 and 7 as they are frozen."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select

from app.documents.correcting import differences, drawn_again
from app.documents.kinds import KINDS
from app.documents.models import Paper
from app.documents.render import Head, print_paper
from app.extensions import db
from app.registry import actions as registry
from tests.documents.pdftext import text


def _facts(clue, kind):
    found = select(Paper).where(Paper.subject_type == "clue", Paper.subject_id == clue.id, Paper.kind == kind)
    return db.session.scalars(found).one()


def test_form_1_holds_what_was_registered(log, party, viewer):
    holder = registry.add_party(viewer("张执法"), {"kind": "firm", "name": "信阳市茶叶协会"})
    right = registry.add_right(
        viewer("张执法"), {"kind": "trademark", "name": "信阳毛尖", "number": "3204518", "holder_id": holder.id}
    )
    clue = log(
        party_id=party.id,
        right_id=right.id,
        channel="on_site",
        order_no="工单1",
        place_tags=["market"],
        object_tags=["gi"],
        act_time="2026年10月",
    )
    facts = _facts(clue, "clue_registration").facts
    assert (facts["organ"], facts["clue_no"], facts["source_kind"], facts["channel"]) == (
        clue.organ.name,
        clue.number,
        "监督检查",
        "现场发现",
    )
    assert (facts["party"]["name"], facts["right_no"], facts["right_holder"]) == (
        "浉河区老茶坊茶叶店",
        "3204518",
        "信阳市茶叶协会",
    )
    assert (facts["place_tags"], facts["object_tags"], facts["registrar"]) == (["专业市场"], ["地理标志"], "张执法")
    assert facts["verify_law"] == "《市场监督管理行政处罚程序规定》第十八条"
    assert facts["verify_due"].endswith("日")
    assert facts["informer_note"] == ""


def test_form_1_stays_as_it_was_when_the_clue_is_amended(log, viewer):
    from app.intake import actions

    clue = log()
    before = dict(_facts(clue, "clue_registration").facts)
    actions.amend(clue, viewer("张执法"), {"facts": "改了"})
    db.session.commit()
    assert _facts(clue, "clue_registration").facts == before


def test_form_7_names_conditions_officers_and_three_opinions(verifying, act, filing):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **filing, proposal_note="建议立案调查。")
    act(clue, "endorse_filing", "王科长", endorsement="拟同意。")
    act(clue, "approve_filing", "周副局", decision_note="批准立案。")
    facts = _facts(clue, "filing_approval").facts
    assert facts["title"] == "立案审批表"
    assert facts["case_no"] == clue.case_links[-1].case.number
    assert facts["case_no"].endswith("号")
    assert facts["filed"] is True
    assert facts["case_name"].startswith("浉河区老茶坊茶叶店涉嫌")
    assert facts["case_name"].endswith("案")
    assert [c["ticked"] for c in facts["conditions"]] == [True] * 4
    assert [o["name"] for o in facts["officers"]] == ["张执法", "李执法"]
    assert all(o["certificate"] for o in facts["officers"])
    assert [(o["text"], o["name"]) for o in facts["opinions"]] == [
        ("建议立案调查。", "张执法"),
        ("拟同意。", "王科长"),
        ("批准立案。", "周副局"),
    ]


def test_form_7_lists_the_articles_of_the_cause_when_none_were_typed(verifying, act, filing):
    clue = verifying()
    act(clue, "propose_filing", "张执法", **{**filing, "proposed_articles": ""})
    act(clue, "endorse_filing", "王科长")
    act(clue, "approve_filing", "周副局")
    articles = _facts(clue, "filing_approval").facts["articles"]
    assert articles
    assert all("商标法" in line for line in articles)


def test_both_forms_print(verifying, act, filing):
    clue = verifying(facts="<b>甲</b> & <script>alert(1)</script>" + "情况" * 200)
    act(clue, "propose_filing", "张执法", **filing)
    act(clue, "endorse_filing", "王科长")
    act(clue, "approve_filing", "周副局")
    for kind in ("clue_registration", "filing_approval"):
        paper = _facts(clue, kind)
        head = Head(paper.title, paper.number, paper.verify_code, 1, "", paper.issued_at.isoformat())
        printed = print_paper(KINDS[kind].template, head, paper.facts)
        assert printed.pages >= 1
        assert printed.pdf.startswith(b"%PDF")


def test_form_1_names_sender_letter_platform_and_mark_and_leaves_the_boxes_to_the_pen(log, party, viewer):
    holder = registry.add_party(viewer("张执法"), {"kind": "firm", "name": "信阳市茶叶协会"})
    right = registry.add_right(
        viewer("张执法"), {"kind": "trademark", "name": "信阳毛尖", "number": "3204518", "holder_id": holder.id}
    )
    clue = log(
        source_kind="transfer_in_admin", sender="浉河区烟草专卖局", letter_no="浉烟移〔2026〕3号", letter_on=dt.date(2026, 11, 13),
        report_back_on=dt.date(2026, 12, 31), platform="某平台", shop_url="https://shop.example.com/1", right_id=right.id,
    )  # fmt: skip
    words = _printed(_facts(clue, "clue_registration"))
    for told in (
        "浉河区烟草专卖局",
        "浉烟移〔2026〕3号",
        "2026年11月13日",
        "2026年12月31日",
        "某平台",
        "https://shop.example.com/1",
        "“信阳毛尖”",
    ):
        assert told in words
    assert re.search(r"至\d+年\d+月\d+日止", words)
    assert "／签名：" not in words  # a box that is struck out is no box to write in


def test_form_1_corrected_after_the_filing_keeps_the_end_of_the_verification(verifying, act, filing, viewer):
    clue = verifying()
    paper = _facts(clue, "clue_registration")
    due = paper.facts["verify_due"]
    act(clue, "ask_extension", "张执法", extension_reason="需外省协查")
    act(clue, "approve_extension", "周副局")
    act(clue, "propose_filing", "张执法", **filing)
    act(clue, "endorse_filing", "王科长")
    act(clue, "approve_filing", "周副局")
    assert differences(paper, drawn_again(paper, clue, viewer("张执法"))) == []
    clue.order_no = "工单2"
    again = drawn_again(paper, clue, viewer("张执法"))
    assert (again.verify_due, again.work_order_no) == (due, "工单2")


def test_form_1_corrected_after_the_date_found_was_corrected_shows_the_new_end(verifying, act, viewer):
    clue = verifying()
    paper = _facts(clue, "clue_registration")
    before = clue.found_at - dt.timedelta(days=4)
    act(clue, "correct_found", "王科长", found_at=before, reason="收到来信的日期录错")
    again = drawn_again(paper, clue, viewer("张执法"))
    assert again.received_at != paper.facts["received_at"]
    assert again.verify_due != paper.facts["verify_due"]


def test_proc_20_the_paper_does_not_say_that_no_condition_is_met(verifying, act):
    def decided(**given):
        clue = verifying()
        act(clue, "propose_not_filing", "张执法", verified_facts="已下架。", reason="首次发现，当场改正。", **given)
        act(clue, "endorse_not_filing", "王科长")
        act(clue, "approve_not_filing", "周副局")
        return _facts(clue, "filing_approval")

    lenient = decided(not_filed_ground="minor", tell_informer="aucl20")
    assert lenient.facts["conditions"] == []
    words = _printed(lenient)
    assert "立案条件" not in words
    assert "《市场监督管理行政处罚程序规定》第二十条第（一）项" in words
    assert "《中华人民共和国反不正当竞争法》第二十条" in lenient.facts["tell_informer"]
    ticked = decided(not_filed_ground="first", conditions=["evidence", "jurisdiction"])
    assert [one["ticked"] for one in ticked.facts["conditions"]] == [True, False, True, False]
    unproved = decided(not_filed_ground="not_proved")
    assert [one["ticked"] for one in unproved.facts["conditions"]] == [False] * 4


def test_form_7_names_the_right_and_a_short_one_is_one_page(verifying, act, viewer):
    holder = registry.add_party(viewer("张执法"), {"kind": "firm", "name": "信阳市茶叶协会"})
    right = registry.add_right(
        viewer("张执法"), {"kind": "trademark", "name": "信阳毛尖", "number": "3204518", "holder_id": holder.id}
    )
    clue = verifying(right_id=right.id)
    act(clue, "propose_not_filing", "张执法", verified_facts="已下架。", reason="首次发现。", not_filed_ground="first")
    act(clue, "endorse_not_filing", "王科长")
    act(clue, "approve_not_filing", "周副局")
    paper = _facts(clue, "filing_approval")
    assert "“信阳毛尖”（第3204518号注册商标），权利人：信阳市茶叶协会" in _printed(paper)
    assert _press(paper).pages == 1


def _press(paper):
    head = Head(paper.title, paper.number, paper.verify_code, 1, "", paper.issued_at.isoformat())
    return print_paper(KINDS[paper.kind].template, head, paper.facts)


def _printed(paper) -> str:
    return re.sub(r"\s", "", text(_press(paper).pdf))
