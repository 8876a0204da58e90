"""The whole path of the main job, as each of the people, on both databases; and the branches that refuse."""

from __future__ import annotations

import hashlib
import io
import json
import re
import subprocess
import zipfile
from pathlib import Path

import pikepdf
import pytest

from tests.cases.world import typed_spell
from tests.e2e import story
from tests.e2e.house import until
from tests.e2e.people import WIDE, City, Someone

# The whole way is some two hundred pages; on a busy machine that takes its time.
pytestmark = [pytest.mark.e2e, pytest.mark.browser, pytest.mark.timeout(900)]


# --- 1. a clue ---------------------------------------------------------------------------------------------------------


def log_the_clue(city: City, folder: Path) -> str:
    officer = city["张执法"]
    officer.open("/clues/new")
    code = story.new_code()
    officer._unfold(officer.page.locator("[name=new_party-credit_code]"))
    box = officer.page.locator("[name=new_party-credit_code]")
    box.press_sequentially(code[:17] + ("0" if code[17] != "0" else "1"))
    box.blur()
    officer.page.get_by_text("至少有一位录入有误").first.wait_for()
    box.fill("")
    box.press_sequentially(code)
    box.blur()
    until(lambda: officer.page.get_by_text("至少有一位录入有误").count() == 0, 5, "the check of the right code")
    campaign = officer.page.locator("[name=campaign_target] option").nth(1)
    officer.fill(story.clue_facts(
        "18", campaign_target=campaign.get_attribute("value"), place_tags=["circulation"],
        **{"new_party-kind": "individual_business", "new_party-name": "浉河区老街名酒行", "new_party-legal_representative": "孙某",
           "new_right-kind": "trademark", "new_right-number": "237040", "new_right-name": "飞天", "new_right-holder_name": "贵州茅台酒股份有限公司"},
    ))  # fmt: skip
    officer.fill(
        {"photos": [str(story.picture(folder / "门头.jpg")), str(story.picture(folder / "货架.jpg", "#405060"))]}
    )
    officer.press("登记")
    for words in ("已登记线索", "浉河区老街名酒行", "飞天", "门头.jpg", "货架.jpg", "15"):
        assert words in officer.text
    assert re.search(r"浉市监\S*〔20\d\d〕\d+号", officer.text)
    officer.page.locator(".fuse-why > summary").first.click()
    assert "个工作日" in officer.page.locator(".fuse").first.inner_text()
    clue = officer.path
    duplicates_are_shown(city, clue)
    return clue


def duplicates_are_shown(city: City, clue: str) -> None:
    officer = city["张执法"]
    before = city.house.one("select count(*) from clue")
    officer.open("/clues/new")
    box = officer.page.locator("[name=party_id_q]")
    box.press_sequentially("老街名酒")
    officer.page.locator("#party_id-results input[type=radio]").first.wait_for(state="attached")
    officer.fill({**story.clue_facts("18"), "facts": "又有人举报这家店销售假冒飞天白酒。"})
    officer.page.locator("#party_id-results label").first.click()
    officer.press("登记", expect=200)
    assert officer.page.locator(f'main a[href^="{clue}"]').count() >= 1
    assert "同一当事人" in officer.text
    assert officer.page.locator("[name=facts]").input_value() == "又有人举报这家店销售假冒飞天白酒。"
    assert city.house.one("select count(*) from clue") == before
    officer.press("仍要登记")
    assert city.house.one("select count(*) from clue") == before + 1


# --- 2. filing ---------------------------------------------------------------------------------------------------------


def file_the_case(city: City, clue: str) -> str:
    story.assign(city, clue)
    officer, head = city["张执法"], city["周副局"]
    three = story.filing(city, conditions=story.CONDITIONS[:3])
    officer.step("建议立案", three, at=clue, expect=422)
    assert "立案须同时符合四项条件" in officer.text
    assert officer.page.locator("[name=verified_facts]").input_value() == three["verified_facts"]
    officer.fill({"conditions": story.CONDITIONS})
    officer.fill({"proposed_officer_ids": [city.id_of("张执法")]})
    officer.press(expect=422)
    assert "执法人员不得少于两人" in officer.text
    officer.fill({"proposed_officer_ids": [city.id_of("张执法"), city.id_of("李执法")]})
    officer.press()
    assert "建议立案" not in officer.offered()
    head.open(clue)
    assert "批准立案" not in head.offered(), "the unit head's turn comes first"
    city["王科长"].step("审查同意立案建议", {"endorsement": "同意立案。"}, at=clue)
    head.step("批准立案", {"decision_note": "同意立案。"}, at=clue)
    head.follow(head.page.locator(".note-ok a").first.inner_text().strip())
    assert re.search(r"浉市监\S*〔20\d\d〕\d+号", head.text)
    case = head.path
    city["王科长"].step(
        "指定办案人员", {"officer_ids": [city.id_of("张执法"), city.id_of("李执法")], "no_recusal": True}, at=case
    )
    return case


# --- 3. and 4. investigation and screening -----------------------------------------------------------------------------


def investigate(city: City, case: str, folder: Path) -> None:
    officer = city["张执法"]
    photo = story.picture(folder / "现场.jpg", "#224466")
    officer.open(f"{case}/evidence/new")
    officer.fill({
        "kind": "physical", "title": "现场照片", "file": str(photo), "place": "店内货架", "source": "浉河区老街名酒行", "device": "执法记录仪",
        "party_signed": True,
    })  # fmt: skip
    officer.press()
    digest = hashlib.sha256(photo.read_bytes()).hexdigest()
    assert digest in re.sub(r"\s", "", officer.page.content())
    assert city.house.one("select sha256 from stored_file where name = '现场.jpg'") == digest
    officer.open(f"{case}/goods/new")
    # Seized goods: when they move to the police, the party is told by form 6 (行政强制法 21).
    officer.fill({
        "occasion": "measure", "measure_kind": "seize", "goes_with": "实施行政强制措施决定书", "goes_with_no": story.MEASURE_NO, "place": "浉河区东方红大道18号",
        "storage": "局物品仓库",
    })  # fmt: skip
    officer.press()
    goods = officer.path
    officer.fill({"rows": "名称\t数量\t单价\n白酒\t十瓶\t12.345"})
    officer.press("检查并添加", expect=422)
    assert "第 1 行" in officer.text or "第 2 行" in officer.text
    assert "十瓶" in officer.page.locator("[name=rows]").input_value()
    # What was sold stands on no list of seized goods (行政强制法 24): the whole paste comes back, nothing typed is lost.
    officer.fill({"rows": story.goods_lines(40)})
    officer.press("检查并添加", expect=422)
    assert "不能登记已售出的物品" in officer.text
    officer.fill({"rows": story.goods_lines(40, sold=False)})
    officer.press("检查并添加")
    assert "共 20 行" in officer.text
    officer.open(f"{case}/goods/new")
    officer.fill({"occasion": "account", "place": "浉河区东方红大道18号"})
    officer.press()
    officer.fill({"rows": story.goods_lines(40, sold=True)})
    officer.press("检查并添加")
    assert "共 20 行" in officer.text
    sold = sum((10 + i) * 123450 for i in range(1, 41, 2))
    unsold = sum((10 + i) * 123450 for i in range(2, 41, 2))
    officer.open(f"{case}/goods")
    for fen in (sold, unsold, sold + unsold):
        assert f"{fen / 100:,.2f}" in officer.text
    officer.open(goods)
    officer.press("制作清单")
    officer.open(f"{case}/site-records/new")
    start, end = typed_spell(0)
    officer.fill(
        {
            "started_at": start,
            "ended_at": end,
            "place": "浉河区东方红大道18号",
            "certificates_shown": True,
            "seen": "货架上陈列白酒。\n柜台后另有库存。",
            "party_words": "无异议。",
        }
    )
    officer.press()
    officer.open(f"{case}/interviews/new")
    start, end = typed_spell(1)
    officer.fill(
        {
            "started_at": start,
            "ended_at": end,
            "place": "浉河区东方红大道18号",
            "certificates_shown": True,
            "person_name": "孙某",
            "relation": "经营者",
            "id_absent": "没有携带，自述姓名、住址",
        }
    )
    for said, box in zip(
        ("看过了。", "听清楚了，不申请回避。"), officer.page.locator("[name=notice_answer]").all(), strict=True
    ):
        box.fill(said)
    officer.page.locator("[name=question]").first.fill("这些酒从哪里购进？")
    officer.page.locator("[name=answer]").first.fill("从上门推销的人手里买的，没有票据。")
    officer.press()


def screen(city: City, case: str) -> None:
    officer = city["张执法"]
    officer.open(f"{case}/findings")
    officer.fill(
        {
            "crimes": ["sell_counterfeit_mark_goods"],
            "flag_identical_mark": "yes",
            "knowledge": "yes",
            "knowledge_reasons": "进价明显低于市场价，没有票据。",
        }
    )
    officer.press()
    officer.open(f"{case}/screening")
    assert "命中：销售假冒注册商标的商品罪" in officer.text
    assert "刑法第二百一十四条" in officer.text or "刑法214" in officer.text
    assert officer.page.locator("table").filter(has_text="历次筛查").count() >= 1


# --- 5. the transfer ---------------------------------------------------------------------------------------------------


def transfer_it(city: City, case: str) -> str:
    officer = city["张执法"]
    officer.open(f"{case}/screening")
    officer.follow("移送公安机关")
    assert officer.page.locator("[name=ground][value=threshold]").is_checked(), "the screening's ground is suggested"
    officer.press()
    transfer = officer.path
    city["王科长"].step("指定专案组", {"members": [city.id_of("张执法")]}, at=transfer, expect=422)
    assert "专案组不得少于两人" in city["王科长"].text
    city["王科长"].fill({"members": [city.id_of("张执法"), city.id_of("李执法")]})
    city["王科长"].press()
    officer.step("撰写移送书面报告", story.REPORT, at=transfer, button="保存报告")
    officer.step("提交书面报告", {"team_opinion": "事实清楚，建议移送。"}, at=transfer)
    story.endorse(city, transfer)
    return transfer


def only_the_principal_decides(city: City, transfer: str) -> None:
    """国务院令第310号 5(2): the principal head; a deputy sees no button and is refused, and it is remembered."""
    deputy, number = city["周副局"], int(transfer.rsplit("/", 1)[1])
    deputy.open(transfer)
    assert not {"批准移送", "不批准移送"} & set(deputy.offered())
    denied = "select count(*) from history where subject_type = 'transfer' and subject_id = :id and act like 'denied%'"
    before = city.house.one(denied, id=number)
    deputy.open(f"{transfer}/steps/approve", expect=403)
    assert city.house.one(denied, id=number) == before + 1
    token = deputy.page.locator('meta[name="csrf-token"]').get_attribute("content")
    answer = deputy.context.request.post(
        f"{transfer}/steps/approve", form={"csrf_token": token, "reason": "同意", "version": "1"}
    )
    assert answer.status == 403
    assert city.house.one(denied, id=number) == before + 2
    assert city.house.one("select status from transfer where id = :id", id=number) == "awaiting_decision"
    deputy.open(transfer)
    assert "批准移送" in deputy.page.locator(".timeline").inner_text(), "the attempt stands in the history"


def approve_on_a_phone(city: City, transfer: str) -> None:
    """Question, papers and buttons on one screen, also at 390 px."""
    principal = city["陈局长"]
    principal.narrow()
    try:
        principal.open("/")
        assert principal.too_wide() <= 0
        principal.open(transfer)
        with principal.page.expect_navigation():
            principal.page.locator(".steps-open a").first.click()
        principal.page.locator(".decide").wait_for()
        assert principal.too_wide() <= 0
        assert principal.page.locator("[id^=sheet-]").count() >= 2, "approval form and report are read here"
        button = principal.page.get_by_role("button", name="批准移送", exact=True)
        assert button.bounding_box()["height"] >= 40
        principal.fill({"reason": "同意移送。"})
        city.house.kill("papers")  # so that somebody can be looking before the first page is printed
        principal.press("批准移送")
        city["张执法"].open(transfer)
    finally:
        principal.page.set_viewport_size(WIDE)


def papers_are_made(city: City, transfer: str) -> None:
    """The officer watches the page; rows go from queued over making to ready without a reload."""
    officer = city["张执法"]
    waiting = officer.page.locator(".paper-queued, .paper-making")
    assert waiting.count() > 0, "the page was opened while the press was still"
    city.house.start("papers")
    officer.page.locator(".paper-making progress, .paper-ready").first.wait_for()
    until(lambda: waiting.count() == 0, 60, "the page to show all papers ready, without a reload")
    story.papers_ready(city, transfer, 5)
    assert officer.page.locator(".paper-failed").count() == 0


KINDS = {
    "crime_report",
    "transfer_approval",
    "transfer_letter",
    "materials_list",
    "transfer_goods_list",
    "site_record",
    "interview_record",
}


def pdf_is_archival(data: bytes, folder: Path) -> int:
    """PDF/A-3a by its own word, every font embedded; returns its pages."""
    file = folder / "paper.pdf"
    file.write_bytes(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert str(pdf.open_metadata().pdfa_status).upper() == "3A"
        pages = len(pdf.pages)
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()
    columns = fonts[0].index("emb")
    assert len(fonts) > 2
    assert all(line[columns : columns + 3].strip() == "yes" for line in fonts[2:]), fonts
    return pages


def download(who: Someone, transfer: str, folder: Path) -> set[str]:
    """Every paper, and the ZIP with its manifest. Returns the kinds in the ZIP."""
    who.open(transfer)
    for link in who.page.locator(".paper-act a").all():
        pages = pdf_is_archival(who.fetched(str(link.get_attribute("href"))), folder)
        assert pages >= 1
    href = who.page.get_by_role("link", name="下载全套（含清单与校验值）").get_attribute("href")
    with zipfile.ZipFile(io.BytesIO(who.fetched(str(href)))) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("manifest.json"))
        assert names == {row["file"] for row in manifest["files"]} | {"manifest.json", "SHA256SUMS"}
        for row in manifest["files"]:
            data = archive.read(row["file"])
            assert hashlib.sha256(data).hexdigest() == row["sha256"]
            assert len(data) == row["bytes"]
        for line in archive.read("SHA256SUMS").decode().splitlines():
            digest, name = line.split("  ", 1)
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    return {row["kind"] for row in manifest["files"] if row["kind"]}


# --- 6. police and procuratorate ---------------------------------------------------------------------------------------


def police_answers(city: City, transfer: str, folder: Path) -> None:
    police = city["公安刘警官"]
    police.step("签收移送材料", {"receipt_by": "刘警官"}, at=transfer)
    assert download(police, transfer, folder) >= {
        "transfer_letter",
        "crime_report",
        "materials_list",
        "transfer_goods_list",
        "site_record",
        "interview_record",
    }
    police.step("通知补正材料", {"supplement_list": "一、权利人辨认意见原件\n二、销售台账"}, at=transfer)
    officer = city["张执法"]
    officer.open(transfer)
    assert "权利人辨认意见原件" in officer.text
    officer.step("补正移送材料", {"supplied": "已补交辨认意见原件和销售台账。"})
    police.open(transfer)
    assert "已补交辨认意见原件和销售台账" in police.text
    police.step("材料齐全，开始审查")
    police.step(
        "决定立案", {"police_case_no": "浉公（经）立字〔2026〕31号", "doc_no": "浉公立告字〔2026〕31号"}, at=transfer
    )


def goods_and_copy(city: City, transfer: str, folder: Path) -> None:
    clerk = city["孙内勤"]
    clerk.step(
        "移交涉案物品和其他材料",
        {"goods_giver": "孙内勤", "goods_receiver": "刘警官", "goods_witnesses": "赵某、钱某"},
        at=transfer,
    )
    story.papers_ready(city, transfer)
    procuratorate = city["检察院孙检"]
    copies = download(procuratorate, transfer, folder)
    assert "copy_to_procuratorate" in copies
    assert copies.isdisjoint({"transfer_approval", "site_record", "interview_record"})
    procuratorate.step("签收抄送材料", {"copy_received_by": "孙检"}, at=transfer)
    told = {"manner": "direct", "receiver": "某某", "servers": ["孙内勤", "李执法"]}
    clerk.step("登记书面告知当事人", told, at=transfer)
    city["周副局"].step("办结移送", {"reason": "文书和送达记录齐全。"}, at=transfer)


def notices_reached(city: City, transfer: str) -> None:
    """Whom a step names has it in the inbox and a mail in the folder, once."""
    number = int(transfer.rsplit("/", 1)[1])
    told = city.house.rows(
        "select person.name, count(*), min(notice.mail_state) from notice join person on person.id = notice.person_id "
        "where subject_type = 'transfer' and subject_id = :id group by person.name", id=number,
    )  # fmt: skip
    assert {row[0] for row in told} >= {"张执法", "李执法", "王科长", "陈局长", "孙内勤", "公安刘警官", "检察院孙检"}
    until(lambda: not city.house.rows("select id from notice where mail_state = 'waiting'"), 60, "all mails")
    mails = list((city.house.folder / "mail").glob("*.eml"))
    assert len(mails) == city.house.one("select count(*) from notice where mail_state = 'sent'")
    principal = city["陈局长"]
    principal.open("/")
    unread = principal.page.locator("[data-unread]").first.inner_text()
    assert int(unread) >= 1
    principal.open("/notices")
    assert "老街名酒行" in principal.text


def the_whole_path(city: City, folder: Path) -> None:
    clue = log_the_clue(city, folder)
    case = file_the_case(city, clue)
    investigate(city, case, folder)
    screen(city, case)
    transfer = transfer_it(city, case)
    only_the_principal_decides(city, transfer)
    approve_on_a_phone(city, transfer)
    papers_are_made(city, transfer)
    assert download(city["张执法"], transfer, folder) >= KINDS
    liaison = city["公安刘警官"]
    assert liaison.status_of(transfer) == 404, "before it is handed over it is not theirs to see"
    story.hand_over(city, transfer)
    police_answers(city, transfer, folder)
    assert liaison.status_of(case) in {403, 404}
    assert liaison.status_of(clue) in {403, 404}
    goods_and_copy(city, transfer, folder)
    notices_reached(city, transfer)
    number = int(transfer.rsplit("/", 1)[1])
    assert city.house.one("select status from transfer where id = :id", id=number) == "closed"
    open_terms = city.house.rows(
        "select term from deadline where subject_type = 'transfer' and subject_id = :id and state in ('running', 'paused')",
        id=number,
    )
    assert open_terms == []
    until(lambda: not city.house.rows("select id from paper where state <> 'ready'"), 60, "every other paper")
    kinds = {row[0] for row in city.house.rows("select kind from paper")}
    assert kinds >= KINDS | {
        "clue_registration",
        "filing_approval",
        "goods_list",
        "site_record",
        "interview_record",
        "goods_moved_notice",
    }
    assert "历史链完整" in city.house.run("check")
    city.quiet()


def test_the_whole_path(city: City, tmp_path: Path) -> None:
    the_whole_path(city, tmp_path)


@pytest.mark.postgres
def test_the_whole_path_on_postgresql(postgres_city: City, tmp_path: Path) -> None:
    the_whole_path(postgres_city, tmp_path)
