"""What travels to the police: everything that belongs to it, nothing else, and only when it can be read."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from app.cases import evidence_actions, record_actions
from app.cases.goods import GoodsList
from app.cases.models import Case
from app.core import clock
from app.core.errors import Refused
from app.core.steps import take
from app.documents import correcting, package
from app.documents.models import Paper
from app.extensions import db
from app.transfers import facts, queries, show
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER
from tests.cases.world import spell
from tests.transfers.world import (
    HANDED,
    TOLD,
    a_case,
    a_transfer,
    brought_to,
    corrected,
    do,
    in_force,
    printed,
    when,
    who,
)


def recorded(case: Case, n: int = 0) -> None:
    """An inspection and an interview, each with its record; the n-th of today."""
    officer, (began, middle), (_middle, ended) = who("张执法"), spell(2 * n, 16), spell(2 * n + 1, 16)
    spot = {
        "started_at": began, "ended_at": middle, "place": "店内", "recorder": "李执法",
        "officer_ids": [row.person_id for row in case.active_officers], "seen": "货架上有茶叶。",
    }  # fmt: skip
    record_actions.make_site_record(case, officer, spot)
    record_actions.make_interview(
        case,
        officer,
        {**spot, "started_at": middle, "ended_at": ended, "person_name": "王某"},
        [],
        [("货从哪里来？", "不清楚。")],
    )


def evidence(case: Case, title: str, content: bytes, kind: str = "documentary") -> Any:
    """An item of evidence with its file."""
    officer = who("张执法")
    return evidence_actions.add(case, officer, {
        "kind": kind, "title": title, "proves": "销售数量", "source": "当事人提供", "taken_at": clock.now(), "form": "original",
        "officer_a_id": officer.user_id, "officer_b_id": who("李执法").user_id, "party_signed": True,
    }, io.BytesIO(content), f"{title}.pdf")  # fmt: skip


def d4(transfer: Transfer) -> list[dict[str, Any]]:
    found = queries.listed(transfer)
    assert found is not None
    return found


def travelling(name: str, transfer: Transfer) -> set[str]:
    """The kinds of what the package holds for that person, its own papers left out."""
    printed(transfer)
    own = {one.kind for one in queries.papers(transfer)}
    return {one.kind for one in package.entries(who(name), "transfer", transfer.id)} - own


# --- the investigation travels -----------------------------------------------------------------------------------------


def test_order310_6_5_records_of_the_investigation_stand_on_the_list_and_lie_in_the_package(app: Flask) -> None:
    case = a_case()
    recorded(case)
    goods = db.session.scalars(select(GoodsList).where(GoodsList.case_id == case.id)).one()
    record_actions.print_goods_list(goods, case, who("张执法"))
    transfer = brought_to("handed_over", a_transfer(case))
    titles = [line["title"] for line in d4(transfer)]
    assert any(title.startswith("现场笔录（") for title in titles)
    assert any(title.startswith("询问笔录：王某（第1次，") for title in titles)
    assert any(title.startswith("财物清单（") and "浉市监强制〔2026〕5号" in title for title in titles)
    assert travelling("公安刘警官", transfer) == {"site_record", "interview_record", "goods_list"}
    assert travelling("检察院孙检", transfer) == set()


def test_proc63_criminal_procedure_54_2_an_interview_is_marked_to_be_taken_again_and_an_inspection_is_not(
    app: Flask,
) -> None:
    case = a_case()
    recorded(case)
    remarks = {
        line["title"].split("（")[0].split("：")[0]: line["remarks"]
        for line in d4(brought_to("approved", a_transfer(case)))
    }
    assert remarks["询问笔录"] == "由公安机关重新收集"
    assert remarks["现场笔录"] == ""


def test_order310_6_what_was_added_after_the_approval_is_listed_before_it_travels(app: Flask) -> None:
    case = a_case()
    transfer = brought_to("approved", a_transfer(case))
    evidence(case, "检验报告", b"%PDF-1.4 report", "expert")
    with pytest.raises(Refused) as refused:
        do(transfer, "hand_over", "孙内勤", **HANDED)
    assert "请先更正移送材料清单" in refused.value.sentence
    corrected(transfer, "materials_list")
    do(transfer, "hand_over", "孙内勤", **HANDED)
    assert "检验报告" in d4(transfer)[-1]["title"]
    assert travelling("公安刘警官", transfer) == {"鉴定意见"}


def test_proc180_2_what_is_supplied_stands_on_the_list_too(app: Flask) -> None:
    case = a_case()
    transfer = brought_to("supplement_requested", a_transfer(case))
    recorded(case)
    with pytest.raises(Refused) as refused:
        do(transfer, "supply_material", "孙内勤", supplied="补交笔录。")
    assert "请先更正移送材料清单" in refused.value.sentence
    assert travelling("公安刘警官", transfer) == set()
    corrected(transfer, "materials_list")
    do(transfer, "supply_material", "孙内勤", supplied="补交笔录。")
    assert travelling("公安刘警官", transfer) == {"site_record", "interview_record"}


def test_what_cannot_be_supplied_needs_no_new_list(app: Flask) -> None:
    transfer = brought_to("supplement_requested")
    do(transfer, "supply_material", "孙内勤", supplied="当事人已不知去向，不能补正。")
    assert transfer.status == "receipt_signed"


# --- and nothing else --------------------------------------------------------------------------------------------------


def test_the_police_read_the_package_as_it_was_and_nothing_of_the_case_that_went_on(app: Flask, sign_in) -> None:
    case = a_case()
    first = evidence(case, "销售账册", b"%PDF-1.4 one")
    transfer = brought_to("returned_to_administrative", a_transfer(case))
    evidence(case, "后来的证据", b"%PDF-1.4 two")
    evidence_actions.add_version(first, case, who("张执法"), io.BytesIO(b"%PDF-1.4 three"), "账册2.pdf", "重新扫描账册")
    recorded(case)
    printed(transfer)
    keys = {one.key for one in package.entries(who("公安刘警官"), "transfer", transfer.id)}
    assert first.versions[0].sha256 in keys
    assert keys == {one.sha256 for one in queries.readable_papers(who("公安刘警官"), transfer)} | {
        first.versions[0].sha256
    }
    db.session.commit()
    page = sign_in("公安刘警官").get(f"/transfers/{transfer.id}").get_data(as_text=True)
    assert "销售账册" in page
    assert "后来的证据" not in page
    assert "现场笔录" not in page


def test_after_the_return_the_list_is_not_filled_up_by_correcting_it(app: Flask) -> None:
    case = a_case()
    transfer = brought_to("returned_to_administrative", a_transfer(case))
    recorded(case)
    again = correcting.drawn_again(in_force(transfer, "materials_list"), transfer, who("孙内勤"))
    assert [line.title for line in again.lines] == [line["title"] for line in d4(transfer)]


@pytest.mark.parametrize(
    ("name", "reads", "reads_not"),
    [
        ("公安刘警官", {"提请复议的理由", "不属于犯罪"}, {"建议监督的理由", "转回的内部理由"}),
        ("检察院孙检", {"建议监督的理由", "不属于犯罪"}, {"提请复议的理由", "转回的内部理由"}),
    ],
)
def test_a_partner_organ_reads_why_we_act_only_where_we_wrote_to_it(
    app: Flask, name: str, reads: set[str], reads_not: set[str]
) -> None:
    transfer = brought_to("under_police_review")
    do(transfer, "not_file", "公安刘警官", not_filed_reasons="不属于犯罪", reason="不属于犯罪")
    do(transfer, "request_reconsideration", "孙内勤", reason="提请复议的理由")
    do(transfer, "suggest_supervision", "孙内勤", reason="建议监督的理由")
    do(transfer, "return_to_administrative", "孙内勤", reason="转回的内部理由")
    db.session.commit()
    rows = show.history(queries.history(who(name), transfer), who(name))
    shown = {row["reason"] for row in rows}
    assert reads <= shown
    assert not reads_not & shown
    assert {"指定专案组", "批准移送", "办结移送"}.isdisjoint(row["what"] for row in rows)
    ours = show.history(queries.history(who("陈局长"), transfer), who("陈局长"))
    assert reads | reads_not <= {row["reason"] for row in ours}


def test_every_act_that_a_partner_organ_reads_is_a_step_and_its_words_are_its_own(app: Flask) -> None:
    steps = {step.id: step for step in TRANSFER.steps}
    assert queries.OUTWARD <= set(steps)
    assert {act for acts in queries.ADDRESSED.values() for act in acts} <= set(steps)
    own = {step.id for step in TRANSFER.steps if set(step.posts) & {"police_liaison", "system"}}
    recorded_answers = {f"record_{step_id}" for step_id in own}
    assert queries.ANSWERED <= own | recorded_answers


# --- the letter to the procuratorate ------------------------------------------------------------------------------------


def test_the_letter_to_the_procuratorate_is_made_with_the_transfer_and_names_its_day(app: Flask) -> None:
    transfer = brought_to("approved", at=when("2026-11-10 20:00"))
    assert "copy_to_procuratorate" not in {one.kind for one in queries.papers(transfer)}
    do(transfer, "hand_over", "孙内勤", when("2026-11-11 10:00"), handed_at=when("2026-11-11 09:00"), **HANDED)
    letter = in_force(transfer, "copy_to_procuratorate").facts
    assert (letter["transferred_on"], letter["issued_on"]) == ("2026年11月11日", "2026年11月11日")
    assert letter["transfer_no"] == transfer.letter_number


# --- nothing leaves that cannot be read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "sentence"),
    [("waiting", "正在生成，请稍候再办"), ("rendering", "正在生成，请稍候再办"), ("failed", "生成失败，请先重试")],
)
@pytest.mark.parametrize(
    "kind", ["transfer_letter", "crime_report", "materials_list", "transfer_goods_list", "site_record"]
)
def test_order310_6_nothing_leaves_before_it_is_printed(app: Flask, kind: str, state: str, sentence: str) -> None:
    case = a_case()
    recorded(case)
    transfer = brought_to("approved", a_transfer(case))
    printed(transfer)
    paper = db.session.scalars(select(Paper).where(Paper.kind == kind)).one()
    paper.state = state
    db.session.flush()
    with pytest.raises(Refused) as refused:
        take(TRANSFER, transfer, "hand_over", who("孙内勤"), HANDED)
    assert sentence in refused.value.sentence
    assert (paper.title in transfer.annexes_in(state)) is True
    paper.state = "ready"
    db.session.flush()
    take(TRANSFER, transfer, "hand_over", who("孙内勤"), HANDED)


@pytest.mark.parametrize(
    ("state", "name"), [("approved", "孙内勤"), ("handed_over", "检察院孙检"), ("goods_handed_over", "孙内勤")]
)
def test_who_is_told_of_a_step_is_asked_to_take_it_although_the_printer_is_still_at_work(
    app: Flask, state: str, name: str
) -> None:
    transfer, one = brought_to(state), who(name)
    waiting = [step for step in TRANSFER.main_steps(state) if TRANSFER.why_not(step, transfer, one, soon=True) is None]
    assert waiting
    assert not any(TRANSFER.why_not(step, transfer, one) is None for step in waiting)


@pytest.mark.parametrize(
    ("before", "step", "name", "kind", "given"),
    [
        ("handed_over", "sign_copy", "检察院孙检", "copy_to_procuratorate", {}),
        ("handed_over", "record_copy", "孙内勤", "copy_to_procuratorate", {"copy_received_by": "孙检"}),
        ("goods_handed_over", "tell_party", "孙内勤", "goods_moved_notice", TOLD),
    ],
)
def test_nobody_has_received_what_is_not_printed(
    app: Flask, before: str, step: str, name: str, kind: str, given: dict[str, str]
) -> None:
    transfer = brought_to(before)
    assert in_force(transfer, kind).state == "waiting"
    with pytest.raises(Refused) as refused:
        take(TRANSFER, transfer, step, who(name), given)
    assert "正在生成，请稍候再办" in refused.value.sentence
    printed(transfer)
    take(TRANSFER, transfer, step, who(name), given)


def test_lists_are_read_in_a_fixed_number_of_queries(app: Flask) -> None:
    case = a_case()
    recorded(case)
    evidence(case, "账册", b"%PDF-1.4")
    transfer = brought_to("approved", a_transfer(case))

    reader = who("陈局长")

    def asked() -> int:
        seen: list[str] = []
        printed(transfer)
        db.session.expire_all()

        def hook(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", hook)
        try:
            assert transfer.lists_current
            assert not transfer.annexes_in("waiting", "failed")
            assert facts.contents(reader, transfer)
        finally:
            event.remove(db.engine, "before_cursor_execute", hook)
        return len(seen)

    few = asked()
    for n in range(5):
        evidence(case, f"账册{n}", b"%PDF-1.4 " + str(n).encode())
        recorded(case, n + 1)
    corrected(transfer, "materials_list")
    assert asked() == few
