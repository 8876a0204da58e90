"""The acts of the path, each done by the person whose act it is, through the pages."""

from __future__ import annotations

import io
import random
from itertools import count
from pathlib import Path
from typing import Any

from PIL import Image
from stdnum.cn import uscc

from tests.e2e.people import City, Someone

_numbers = count(1)
CONDITIONS = ["evidence", "penalty", "jurisdiction", "limitation"]
MEASURE_NO = "浉市监强〔2026〕3号"
REPORT = {
    "report_source": "2026年铁拳行动中，执法人员检查发现当事人销售假冒注册商标的白酒。",
    "report_facts": "当事人自2026年9月起购入假冒白酒，在店内销售。\n已售和未售货值见物品清单，按实际销售价格和标价计算。",
    "report_evidence": "现场笔录、询问笔录、物品清单、权利人辨认意见。刑法第二百一十四条。",
    "right_holder_opinion": "经权利人辨认，涉案商品不是其生产。",
    "report_proposal": "当事人的行为涉嫌销售假冒注册商标的商品罪，建议移送公安机关。",
}


def new_code() -> str:
    """A credit code that nobody has yet, with a right check digit."""
    stem = f"91411502MA{next(_numbers):07d}"
    return stem + str(uscc.calc_check_digit(stem))


def picture(path: Path, colour: str = "#7a3b2e", size: tuple[int, int] = (1200, 800)) -> Path:
    """A photograph. Each colour gives other bytes."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    path.write_bytes(out.getvalue())
    return path


def goods_lines(n: int = 40, sold: bool | None = None) -> str:
    """Rows as a spreadsheet puts them on the clipboard; every second one is sold. 1,234.50 yuan each. sold: only those, or the others."""
    head = "名称\t商标\t商标权利人\t规格\t批号\t单位\t数量\t单价\t价格种类\t已售\t进价\t位置\t封条号\t计价理由"
    rows = [
        f"飞天白酒{i}号\t飞天\t贵州茅台酒股份有限公司\t500ml\tP2026{i:04d}\t瓶\t{10 + i}\t1,234.50\t"
        + ("实际售价\t已售\t300" if i % 2 else "标价\t未售\t300") + f"\t货架{i}\tF-{i:03d}\t" + ("" if i % 2 else "尚未销售，按货架标价计算")
        for i in range(1, n + 1) if sold is None or bool(i % 2) == sold
    ]  # fmt: skip
    return "\n".join([head, *rows])


COMMON = "天地人和山水日月春夏秋冬东西南北红黄蓝白金木火土江河湖海云雨风雪松竹梅兰龙虎马羊门窗桌椅书画琴棋米面油盐酱醋茶酒布衣鞋帽车船桥路"


def words(n: str, length: int = 24) -> str:
    """Characters that look like no other clue's, so that only those duplicates are found that a test means."""
    return "".join(random.Random(n).sample(COMMON, length))


def clue_facts(n: str, **more: Any) -> dict[str, Any]:
    """What is typed to log a clue."""
    return {
        "source_kind": "campaign", "facts": f"{words(n)}：门店售假，无合法来源。", "place": f"浉河区{words(n, 4)}路{n}号", **more,
    }  # fmt: skip


def log_clue(who: Someone, n: str, photo: Path | None = None, **more: Any) -> str:
    """Log a clue with a new party; returns the path of its page."""
    given = clue_facts(n, **more)
    who.open("/clues/new")
    if "party_id" not in given:
        given |= {
            "new_party-kind": "individual_business",
            "new_party-name": f"{words(n, 6)}商行",
            "new_party-credit_code": new_code(),
        }
    who.fill(given)
    if photo is not None:
        who.fill({"photos": str(photo)})
    who.press("登记")
    assert "已登记线索" in who.text
    return who.path


def assign(city: City, clue: str) -> None:
    city["王科长"].step("分派", {"officer_ids": [city.id_of("张执法"), city.id_of("李执法")]}, at=clue)


def filing(city: City, **more: Any) -> dict[str, Any]:
    """What is typed to propose the filing of a case."""
    cause = city.house.one("select id from cause where key = 'tm_sell'")
    return {
        "verified_facts": "经核查，当事人销售标有“飞天”注册商标的白酒，权利人辨认为假冒。", "conditions": CONDITIONS, "act_continues": True,
        "cause_id": str(cause), "proposed_officer_ids": [city.id_of("张执法"), city.id_of("李执法")], "proposal_note": "建议立案。", **more,
    }  # fmt: skip


def file_case(city: City, clue: str) -> str:
    """From an assigned clue to an appointed case; returns the path of its page."""
    city["张执法"].step("建议立案", filing(city), at=clue)
    city["王科长"].step("审查同意立案建议", {"endorsement": "同意立案。"}, at=clue)
    city["周副局"].step("批准立案", {"decision_note": "同意。"}, at=clue)
    case = city.house.one('select max(id) from "case"')
    path = f"/cases/{case}"
    city["王科长"].step(
        "指定办案人员", {"officer_ids": [city.id_of("张执法"), city.id_of("李执法")], "no_recusal": True}, at=path
    )
    return path


def suspect(city: City, case: str) -> str:
    """Raise the transfer on reasonable suspicion; returns the path of its page."""
    officer = city["张执法"]
    officer.open(f"/transfers/new/{case.rsplit('/', 1)[1]}")
    officer.fill({
        "ground": "reasonable_suspicion", "crimes": ["sell_counterfeit_mark_goods"],
        "suspicion_facts": "账本显示另有三处仓库，当事人拒绝说明。", "police_measures_needed": "需要查询资金往来，搜查仓库。",
    })  # fmt: skip
    officer.press()
    return officer.path


def report(city: City, transfer: str) -> None:
    """Team and report, up to the unit head's desk."""
    city["王科长"].step("指定专案组", {"members": [city.id_of("张执法"), city.id_of("李执法")]}, at=transfer)
    officer = city["张执法"]
    officer.step("撰写移送书面报告", REPORT, at=transfer, button="保存报告")
    officer.step("提交书面报告", {"team_opinion": "事实清楚，建议移送。"}, at=transfer)


def endorse(city: City, transfer: str) -> None:
    city["王科长"].step(
        "签署意见并报正职负责人",
        {"reason": "同意移送，请主要负责人决定。"},
        at=transfer,
        button="签署意见并报正职负责人",
    )


def approve(city: City, transfer: str) -> None:
    city["陈局长"].step("批准移送", {"reason": "同意移送。"}, at=transfer, button="批准移送")


def papers_ready(city: City, transfer: str, seconds: float = 60) -> None:
    """Wait until the worker has made every paper of the transfer."""
    from tests.e2e.house import until

    number = int(transfer.rsplit("/", 1)[1])
    statement = "select count(*) from paper where subject_type = 'transfer' and subject_id = :id and state <> 'ready'"
    until(lambda: city.house.one(statement, id=number) == 0, seconds, "the papers of the transfer")


def hand_over(city: City, transfer: str) -> None:
    papers_ready(city, transfer)
    given = {"handed_to": "刘警官", "medium": "both", "no_appraisal_reason": "以权利人辨认意见为据，未另行检验。", "handed_by_names": ["孙内勤", "张执法"]}  # fmt: skip
    city["孙内勤"].step("移送公安机关", given, at=transfer)
