"""Where the path does not go on: not filed, extended, paused, not approved, not filed by the police."""

from __future__ import annotations

import pytest

from tests.e2e import story
from tests.e2e.people import City

pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(600)]


def due(city: City, clue: str) -> str:
    """The end of the verification of a clue as the database has it."""
    number = int(clue.rsplit("/", 1)[1])
    return str(
        city.house.one(
            "select due_at from deadline where subject_type = 'clue' and subject_id = :id and term = 'clue_verify'",
            id=number,
        )
    )


def test_a_clue_is_paused_extended_and_not_filed(city: City) -> None:
    """程序规定 18, 20: a test stops the clock, the head extends once, and a clue that is no case is closed with its ground."""
    officer, head = city["张执法"], city["周副局"]
    clue = story.log_clue(officer, "201")
    story.assign(city, clue)
    officer.step("送检测、鉴定或者权利人辨认", {"pause_document": ""}, at=clue, expect=422)
    assert "请填写委托书或者协助辨认通知书的名称、文号" in officer.text
    officer.fill({"pause_document": "协助辨认通知书〔2026〕3号"})
    officer.press()
    assert "协助辨认通知书〔2026〕3号" in officer.text
    assert "送检测、鉴定或者权利人辨认" not in officer.offered()
    officer.step("登记结果返回", {"result_document": "辨认意见〔2026〕3号"})
    before = due(city, clue)
    officer.step("申请延长核查期限", {"extension_reason": "权利人在外地，辨认需要时间。"}, at=clue)
    assert "批准延长核查期限" not in officer.offered(), "whoever asks does not approve"
    head.step("批准延长核查期限", at=clue)
    assert due(city, clue) > before
    assert "权利人在外地" in head.text
    officer.open(clue)
    assert "申请延长核查期限" not in officer.offered(), "extended once, never twice"
    officer.step("建议不予立案", {"verified_facts": "核查未发现假冒。", "reason": "权利人辨认为正品。"}, expect=422)
    assert "请选择不予立案的理由" in officer.text
    ground = officer.page.locator("[name=not_filed_ground]").first.get_attribute("value")
    officer.fill({"not_filed_ground": ground, "reason": "权利人辨认为正品。"})
    officer.press()
    city["王科长"].step("审查同意不予立案建议", {"endorsement": "同意。"}, at=clue)
    head.step("决定不予立案", at=clue)
    assert "不予立案" in head.text
    number = int(clue.rsplit("/", 1)[1])
    assert city.house.one("select status from clue where id = :id", id=number) == "not_filed"
    assert city.house.one("select count(*) from case_clue where clue_id = :id", id=number) == 0
    city.quiet()


def test_a_proposal_is_sent_back_with_its_reason(city: City) -> None:
    clue = story.log_clue(city["张执法"], "202")
    story.assign(city, clue)
    city["张执法"].step("建议立案", story.filing(city), at=clue)
    unit_head = city["王科长"]
    unit_head.step("退回补充核查", {"reason": ""}, at=clue, expect=422)
    assert "请写明理由" in unit_head.text
    unit_head.fill({"reason": "请补充权利人辨认意见。"})
    unit_head.press()
    officer = city["张执法"]
    officer.open("/notices")
    assert "退回补充核查" in officer.text
    officer.open(clue)
    assert "请补充权利人辨认意见" in officer.text
    assert "建议立案" in officer.offered()


def test_a_case_is_extended_by_the_head(city: City) -> None:
    """程序规定 64: the officer asks, the head approves; the asker cannot."""
    clue = story.log_clue(city["张执法"], "203")
    story.assign(city, clue)
    case = story.file_case(city, clue)
    number = int(case.rsplit("/", 1)[1])
    statement = (
        "select due_at from deadline where subject_type = 'case' and subject_id = :id and term = 'case_decision'"
    )
    before = str(city.house.one(statement, id=number))
    city["张执法"].step("提请审批", {"asked": "extend", "asked_reason": "案情复杂，需要外地取证。"}, at=case)
    assert "批准延长办案期限" not in city["张执法"].offered()
    city["周副局"].step("批准延长办案期限", at=case)
    assert str(city.house.one(statement, id=number)) > before


def test_refused_raised_again_and_not_filed_by_the_police(city: City) -> None:
    """国务院令第310号 5(2), 8, 9: reasons on record, a new try, and the answer of the police that is not accepted."""
    clue = story.log_clue(city["张执法"], "204")
    story.assign(city, clue)
    transfer = story.suspect(city, story.file_case(city, clue))
    story.report(city, transfer)
    story.endorse(city, transfer)
    principal, officer = city["陈局长"], city["张执法"]
    principal.step("不批准移送", at=transfer, button="不批准移送", expect=422)
    assert "应当将不予批准的理由记录在案" in principal.text
    principal.fill({"reason": "证据尚不充分。"})
    principal.press("不批准移送")
    assert "证据尚不充分" in principal.text
    officer.step("发现新事实，重新提出", {"reason": "查获第二处仓库。"}, at=transfer)
    story.report(city, transfer)
    story.endorse(city, transfer)
    story.approve(city, transfer)
    story.hand_over(city, transfer)
    police = city["公安刘警官"]
    police.step("签收移送材料", {"receipt_by": "刘警官"}, at=transfer)
    police.step("材料齐全，开始审查", at=transfer)
    police.step(
        "决定不予立案",
        {"not_filed_reasons": "认为数额未达到立案标准。", "doc_no": "浉公不立字〔2026〕7号"},
        at=transfer,
    )
    clerk = city["孙内勤"]
    clerk.open(transfer)
    assert "认为数额未达到立案标准" in clerk.text
    clerk.step("提请复议", {"reason": "另有三处仓库的货值没有计入。"})
    assert "提请复议" not in clerk.offered()
    police.step("复议或者监督后决定立案", {"police_case_no": "浉公（经）立字〔2026〕40号"}, at=transfer)
    number = int(transfer.rsplit("/", 1)[1])
    assert city.house.one("select status from transfer where id = :id", id=number) == "filed"
    city.quiet()


def another_case(city: City, n: str) -> str:
    """A case that is being investigated."""
    clue = story.log_clue(city["张执法"], n)
    story.assign(city, clue)
    return story.file_case(city, clue)


def waiting(city: City, n: str) -> str:
    """A transfer that waits for the principal's decision."""
    transfer = story.suspect(city, another_case(city, n))
    story.report(city, transfer)
    story.endorse(city, transfer)
    return transfer


def test_order310_5_a_principal_of_the_team_does_not_decide(city: City) -> None:
    """No principal is offered for the team, and whoever was on it before becoming principal is refused, with the reason."""
    transfer, principal = waiting(city, "205"), city["陈局长"]
    number, person = int(transfer.rsplit("/", 1)[1]), city.id_of("陈局长")
    head = city["王科长"]
    other = story.suspect(city, another_case(city, "207"))
    head.open(f"{other}/steps/designate_team")
    assert str(person) not in [box.get_attribute("value") for box in head.page.locator("[name=members]").all()]
    city.house.change(
        "insert into transfer_member (transfer_id, person_id, certificate_no, since, until) "
        "select transfer_id, :person, '', since, since from transfer_member where transfer_id = :id limit 1",
        id=number, person=person,
    )  # fmt: skip
    principal.open(transfer)
    assert not {"批准移送", "不批准移送", "退回补正（期限继续计算）"} & set(principal.offered())
    assert "不得同时审查或者决定移送" in principal.open(f"{transfer}/steps/approve", expect=403)
    token = principal.page.locator('meta[name="csrf-token"]').get_attribute("content")
    for step in ("approve", "reject", "return_for_correction"):
        answer = principal.context.request.post(
            f"{transfer}/steps/{step}", form={"csrf_token": token, "reason": "同意"}
        )
        assert answer.status == 403, step
    assert city.house.one("select status from transfer where id = :id", id=number) == "awaiting_decision"


def test_returned_for_correction_and_returned_by_the_police(city: City) -> None:
    """Both want their reason; the three days run on; what comes back may be raised again or goes the administrative way."""
    transfer, principal, officer = waiting(city, "206"), city["陈局长"], city["张执法"]
    number = int(transfer.rsplit("/", 1)[1])
    limit = "select due_at from deadline where subject_type = 'transfer' and subject_id = :id and term = 'principal_decision'"
    due = city.house.one(limit, id=number)
    button = "退回补正（期限继续计算）"
    principal.step(button, at=transfer, button=button, expect=422)
    assert "请写明理由，理由将记录在案" in principal.text
    principal.fill({"reason": "请补充仓库的租赁合同。"})
    principal.press(button)
    officer.open("/notices")
    assert "退回补正" in officer.text
    officer.open(transfer)
    assert "请补充仓库的租赁合同" in officer.text
    officer.step(
        "修改书面报告", {"report_evidence": "现场笔录、询问笔录、仓库租赁合同。刑法第二百一十四条。"}, button="保存报告"
    )
    officer.step("补正后再次报送", at=transfer)
    assert city.house.one(limit, id=number) == due, "国务院令第310号 5(2): a return stops nothing"
    story.approve(city, transfer)
    story.hand_over(city, transfer)
    police = city["公安刘警官"]
    police.step("退回：不属公安机关职责范围", {"doc_no": "浉公退字〔2026〕1号"}, at=transfer, expect=422)
    assert police.page.locator("[name=doc_no]").input_value() == "浉公退字〔2026〕1号"
    assert city.house.one("select status from transfer where id = :id", id=number) == "handed_over"
    police.fill({"reason": "货值未达到追诉标准，属于行政处罚范围。"})
    police.press()
    clerk = city["孙内勤"]
    clerk.open(transfer)
    assert "属于行政处罚范围" in clerk.text
    clerk.step("转回行政处理", {"reason": "依法作出行政处罚。"})
    assert city.house.one("select status from transfer where id = :id", id=number) == "returned_to_administrative"
    city.quiet()
