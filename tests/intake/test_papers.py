"""Forms 1 and 7 as they are frozen."""

from __future__ import annotations

from sqlalchemy import select

from app.documents.kinds import KINDS
from app.documents.models import Paper
from app.documents.render import Head, print_paper
from app.extensions import db
from app.registry import actions as registry


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
    assert facts["verify_law"].endswith("程序规定 18")
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
