"""The papers of a transfer: which are made when, what stands in them, what the package holds."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from flask import Flask

from app.cases import evidence_actions
from app.core import clock, outbox
from app.core.errors import Refused
from app.documents import package, sheets
from app.documents.kinds import KINDS
from app.documents.models import Paper, Service
from app.documents.queries import papers_of, services_of
from app.extensions import db
from app.transfers import queries
from tests.transfers.world import a_case, a_transfer, brought_to, corrected, do, in_force, when, who


def kinds(transfer) -> dict[str, Paper]:
    return {paper.kind: paper for paper in queries.papers(transfer)}


def test_order310_6_2_report_is_there_before_the_decision_and_the_rest_with_it(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    assert set(kinds(transfer)) == {"crime_report", "transfer_approval"}
    assert kinds(transfer)["transfer_approval"].facts["decision"] == ""
    do(transfer, "approve", "陈局长", reason="事实清楚。")
    found = kinds(transfer)
    assert {"transfer_letter", "materials_list", "transfer_goods_list"} <= set(found)
    assert "copy_to_procuratorate" not in found
    approval = found["transfer_approval"].facts
    assert (approval["decision"], approval["decided_by"], approval["decided_by_post"]) == (
        "批准移送",
        "陈局长",
        "正职负责人",
    )
    assert approval["opinions"][1]["text"] == "同意移送。"


def test_letter_takes_its_number_in_the_transaction_that_approves(app: Flask) -> None:
    transfer = brought_to("approved")
    year = clock.today().year
    assert transfer.letter_number == f"浉市监涉罪移〔{year}〕1号"
    found = kinds(transfer)
    assert found["transfer_letter"].number == transfer.letter_number
    assert found["materials_list"].facts["transfer_no"] == transfer.letter_number
    assert found["transfer_goods_list"].facts["list_no"] == f"{transfer.letter_number}清单1"
    assert brought_to("approved", a_transfer(a_case(party="另一公司"))).letter_number == f"浉市监涉罪移〔{year}〕2号"


def test_goods_list_adds_the_lines_and_is_left_out_without_goods(app: Flask) -> None:
    found = kinds(brought_to("approved"))["transfer_goods_list"].facts
    assert (found["total_quantity"], found["total_fen"], found["lines"][0]["measure_no"]) == (
        "800盒",
        16_000_000,
        "浉市监强制〔2026〕5号",
    )
    assert "transfer_goods_list" not in kinds(brought_to("approved", a_transfer(a_case(goods=False))))


def test_hits_are_printed_with_value_line_and_article(app: Flask) -> None:
    transfer = brought_to("awaiting_decision")
    run = queries.screening(transfer)
    assert run is not None
    printed = kinds(transfer)["transfer_approval"].facts["hits"]
    report = kinds(transfer)["crime_report"].facts
    assert {hit["article"] for hit in report["hits"]} <= set(report["articles"]), (
        "the interpretation stands with the law"
    )
    assert bool(printed) == bool([h for h in run.hits if h["crime"] in transfer.crimes])


def test_a_report_handed_in_again_takes_the_place_of_the_first(app: Flask) -> None:
    transfer = brought_to("correcting")
    first = kinds(transfer)["crime_report"]
    do(transfer, "revise_report", "张执法", report_proposal="建议移送，并建议扣押物品一并移交。")
    do(transfer, "resubmit", "张执法", team_opinion="已补正。")
    again = kinds(transfer)["crime_report"]
    assert again.id != first.id
    assert db.session.get_one(Paper, first.id).superseded_by_id == again.id
    assert again.facts["proposal"] == "建议移送，并建议扣押物品一并移交。"
    assert [p.kind for p in queries.papers(transfer)].count("transfer_approval") == 1


def test_service_of_letter_and_copy_is_owed_once_each(app: Flask) -> None:
    transfer = brought_to("handed_over")
    services = services_of(who("孙内勤"), "transfer", transfer.id)
    assert [s.addressee for s in services] == ["信阳市公安局浉河分局", "信阳市浉河区人民检察院"]
    assert all(isinstance(s, Service) and s.proof is not None and s.proof.kind == "proof_of_service" for s in services)


def test_r40_the_signature_on_the_receipt_is_the_service_of_the_letter(app: Flask) -> None:
    transfer = brought_to("receipt_signed")
    do(transfer, "sign_copy", "检察院孙检")
    letter, copy = services_of(who("孙内勤"), "transfer", transfer.id)
    assert (letter.state, letter.receiver, letter.served_at) == ("done", "公安刘警官", transfer.receipt_at)
    assert (copy.state, copy.receiver) == ("done", "检察院孙检")


def test_compulsion_law_21_form_6_names_the_measure_and_the_body_that_has_the_goods(app: Flask) -> None:
    transfer = brought_to("goods_handed_over")
    found = kinds(transfer)
    notice = found["goods_moved_notice"].facts
    assert (notice["measure_no"], notice["measure_name"], notice["receiving_body"]) == (
        "浉市监强制〔2026〕5号",
        "扣押",
        "信阳市公安局浉河分局",
    )
    assert notice["basis"] == [
        "《中华人民共和国行政强制法》第二十一条",
        "《市场监督管理行政处罚程序规定》第十七条第二款",
    ]
    assert found["transfer_goods_list"].facts["witnesses"] == ["甲", "乙"]
    assert found["transfer_goods_list"].facts["receiver"] == "刘警官"


def test_r39_phone_is_masked_in_what_leaves_the_file(app: Flask) -> None:
    report = kinds(brought_to("awaiting_decision"))["crime_report"].facts
    assert "6201234" not in json.dumps(report, ensure_ascii=False)


def test_partner_organs_get_their_kinds_and_the_bureau_all(app: Flask) -> None:
    transfer = brought_to("handed_over")

    def seen(name: str) -> set[str]:
        return {paper.kind for paper in papers_of(who(name), "transfer", transfer.id)}

    police, procuratorate = seen("公安刘警官"), seen("检察院孙检")
    assert police == {"crime_report", "transfer_letter", "materials_list", "transfer_goods_list"}
    assert "copy_to_procuratorate" in procuratorate
    assert "transfer_approval" not in procuratorate
    assert "transfer_approval" in seen("孙内勤")


def test_whole_package_is_one_zip_with_the_hash_of_every_file(app: Flask) -> None:
    case = a_case()
    officer = who("张执法")
    item = evidence_actions.add(case, officer, {
        "kind": "documentary", "title": "销售账册", "proves": "销售数量", "source": "当事人提供", "taken_at": clock.now(), "form": "original",
        "officer_a_id": officer.user_id, "officer_b_id": who("李执法").user_id, "party_signed": True,
    }, io.BytesIO(b"%PDF-1.4 broken but evidence"), "../账册.pdf")  # fmt: skip
    transfer = brought_to("approved", a_transfer(case))
    db.session.commit()
    print_all()
    do(transfer, "hand_over", "孙内勤", handed_to="刘警官", medium="both", no_appraisal_reason="权利人已鉴别。")
    with pytest.raises(Refused):
        package.entries(who("检察院孙检"), "transfer", transfer.id)
    db.session.commit()
    print_all()
    found = package.entries(who("公安刘警官"), "transfer", transfer.id)
    with zipfile.ZipFile(package.zip_of(found, "移送", transfer.letter_number or "")) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        names = archive.namelist()
    assert {row["kind"] for row in manifest["files"]} == {
        "crime_report",
        "transfer_letter",
        "materials_list",
        "transfer_goods_list",
        "书证",
    }
    assert all(len(row["sha256"]) == 64 for row in manifest["files"])
    assert not any(".." in name or "/" in name for name in names)
    listed = next(p for p in queries.papers(transfer) if p.kind == "materials_list").facts["lines"]
    assert item.current.sha256 in {line["sha256"] for line in listed}
    copies = package.entries(who("检察院孙检"), "transfer", transfer.id)
    assert not any(entry.kind == "书证" for entry in copies)


def test_order310_6_2_the_report_prints_what_the_team_wrote_on_the_evidence(app: Flask) -> None:
    report = in_force(brought_to("awaiting_endorsement"), "crime_report")
    assert report.facts["evidence_text"] == "现场笔录、询问笔录、权利人鉴别意见。"
    assert report.facts["evidence"] == []
    html = sheets.on_screen().fill(
        KINDS["crime_report"].template, {**report.facts, "paper": report.head}, sheets.SCREEN
    )
    assert "现场笔录、询问笔录、权利人鉴别意见。" in html


def test_r41_a_report_frozen_before_this_line_was_there_still_reads(app: Flask) -> None:
    report = in_force(brought_to("awaiting_endorsement"), "crime_report")
    before = {name: value for name, value in report.facts.items() if name != "evidence_text"}
    html = sheets.on_screen().fill(KINDS["crime_report"].template, {**before, "paper": report.head}, sheets.SCREEN)
    assert "证据名称" in html


def test_order310_5_the_approval_form_says_on_which_report_an_opinion_was_given(app: Flask) -> None:
    app.config["LEGAL_OPINION"] = True
    transfer = brought_to("awaiting_endorsement", at=when("2026-11-02 09:00"))
    do(transfer, "give_legal_opinion", "赵审核", when("2026-11-02 10:00"), reason="依据正确。")
    do(transfer, "endorse", "王科长", when("2026-11-02 11:00"), reason="同意。")
    once = in_force(transfer, "transfer_approval").facts["opinions"]
    assert [one["title"] for one in once] == ["专案组意见", "办案机构负责人意见", "法制审核意见"]
    corrected(transfer, "crime_report")  # a slip of the pen is no new report
    do(transfer, "return_for_correction", "陈局长", when("2026-11-02 14:00"), reason="补充计算过程。")
    do(transfer, "revise_report", "张执法", when("2026-11-02 15:00"), report_facts="改写后的事实。")
    do(transfer, "resubmit", "李执法", when("2026-11-02 16:00"), team_opinion="已补正，建议移送。")
    twice = in_force(transfer, "transfer_approval").facts["opinions"]
    assert (twice[0]["title"], twice[0]["text"]) == ("专案组意见\n对第2次报告", "已补正，建议移送。")
    assert all(one["title"].endswith("意见\n对第1次报告") for one in twice[1:] if one["text"])


def print_all() -> None:
    """Do every waiting errand of the paper queue here."""
    from sqlalchemy import select

    for errand_id in db.session.scalars(
        select(outbox.Errand.id).where(outbox.Errand.queue == "papers", outbox.Errand.state == "waiting")
    ).all():
        assert outbox.run(errand_id) == "done"
