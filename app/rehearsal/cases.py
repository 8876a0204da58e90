"""Published cases, replayed. Each is driven through the real procedures as far as its published facts go.

The days between its events are those published; the whole story is moved to the last weeks, so that the deadlines of a
first run are alive. Where the rules and what happened disagree the case carries a flag with its source.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.campaigns.models import Campaign
from app.cases import goods_actions, screening_actions
from app.cases.models import Case
from app.cases.screening import latest
from app.cases.workflow import CASE
from app.core import clock, outbox
from app.core.db import writing
from app.core.permissions import Viewer
from app.core.search import normalise
from app.core.steps import take
from app.core.workflow import Workflow
from app.extensions import db
from app.intake import actions as intake
from app.intake.models import Clue
from app.intake.words import CONDITIONS
from app.intake.workflow import CLUE
from app.law import queries as law
from app.people import queries as people
from app.people.models import Organ, Person, Post
from app.registry import actions as registry
from app.registry.models import Party, Right
from app.transfers import actions as transfers
from app.transfers.models import Transfer
from app.transfers.workflow import TRANSFER

FILE = Path(__file__).parent / "data" / "published-cases.json"
AREAS = ("浉河区", "浉河区", "罗山县", "浉河区", "信阳市")
SOURCES = {
    "权利人举报": "right_holder", "权利人投诉": "right_holder", "专利权人请求": "right_holder", "举报": "report", "群众举报": "report",
    "投诉": "report", "消费者投诉": "report", "电商投诉举报": "report", "消费者线索": "report", "专项行动": "campaign", "专项检查": "campaign",
    "线索排摸": "campaign", "公安线索移交函": "transfer_in_police", "其他市场监管部门线索（鹤城区）": "transfer_in_admin",
    "上级交办（监督抽查不合格后处理）": "assigned",
}  # fmt: skip
RIGHT_OF = {
    "trademark": "trademark", "gi": "gi", "gi_trademark": "gi", "patent_marking": "patent", "patent_dispute": "patent",
    "trade_secret": "secret", "special_sign": "special_sign", "copyright": "copyright",
}  # fmt: skip
CAUSE_OF = {
    "trademark": "tm_sell", "gi": "gi_product", "gi_trademark": "gi_mark", "patent_marking": "patent_passing", "patent_dispute": "patent_dispute",
    "trade_secret": "trade_secret", "special_sign": "special_sign", "copyright": "copyright", "none": "tm_other", "mixed": "tm_sell",
}  # fmt: skip
AMOUNT = {"sold": "已销售金额", "unsold_goods_value": "未销售货值", "illegal_business_amount": "违法经营额", "goods_value": "货值金额", "illegal_gain": "违法所得"}  # fmt: skip
# A mark is called by its name; what is published says what it is as well.
MARK = re.compile("“([^“”]+)”(?:注册|系列|证明)?商标")
# Over the line but fined and not transferred: somebody had to decide that, with reasons. It waits for the decision here.
UNDECIDED = frozenset({"jx-nanchang-moutai-2023"})


@dataclass
class Tally:
    """What a replay made, for the command's last line."""

    clues: int = 0
    cases: int = 0
    transfers: int = 0
    flags: int = 0
    skipped: list[str] = field(default_factory=list)


class Cast:
    """The people of one bureau who act in a replay."""

    def __init__(self, area: str) -> None:
        self.organ = db.session.scalars(select(Organ).where(Organ.kind == "bureau", Organ.area == area)).one()
        self.officers = [self._viewer(post) for post in self._posts(self.organ.id, "officer")]
        self.unit_head, self.head, self.principal = (self._one(kind) for kind in ("unit_head", "head", "principal"))
        self.police = self._one("police_liaison", self.organ.police_id)
        self.procuratorate = self._one("procuratorate_liaison", self.organ.procuratorate_id)

    @property
    def officer(self) -> Viewer:
        return self.officers[0]

    @property
    def officer_ids(self) -> list[int]:
        return [officer.user_id for officer in self.officers[:2]]

    def _posts(self, organ_id: int | None, kind: str) -> list[Post]:
        return list(
            db.session.scalars(select(Post).where(Post.organ_id == organ_id, Post.kind == kind).order_by(Post.id))
        )

    def _one(self, kind: str, organ_id: int | None = None) -> Viewer:
        return self._viewer(self._posts(organ_id or self.organ.id, kind)[0])

    @staticmethod
    def _viewer(post: Post) -> Viewer:
        return people.viewer_of(db.session.get_one(Person, post.person_id), post)


def replay(path: Path = FILE) -> Tally:
    """Replay every record of `path` that is not here yet (known by its source). An edge: commits each record.

    Raises ValueError naming the record when the file is not of the published form.
    """
    records = json.loads(path.read_text(encoding="utf-8"))
    tally = Tally()
    for n, record in enumerate(records):
        if not isinstance(record, dict) or "id" not in record or "record_type" not in record:
            raise ValueError(f"第 {n + 1} 条记录缺少 id 或 record_type")
        if record["record_type"] not in {"case", "inspection"}:
            tally.skipped.append(record["id"])
            continue
        with writing():
            if db.session.scalar(select(Clue.id).where(Clue.order_no == _key(record))) is None:
                _Story(record, n, tally).play()
            db.session.commit()  # also where nothing was to do: the question has taken SQLite's one lock
    return tally


def _key(record: dict[str, Any]) -> str:
    return f"公开案例 {record['id']}"[:60]


class _Story:
    """One record: a clock that walks from event to event, and the steps that its facts allow."""

    def __init__(self, record: dict[str, Any], n: int, tally: Tally) -> None:
        self.record, self.n, self.tally = record, n, tally
        self.cast = Cast(AREAS[n % len(AREAS)])
        self.until_transfer = self._gap("found", "transferred")
        # The newest stories are the titles of which nothing more is known; the others began long enough ago to have got on.
        if record["facts_level"] == "title_only":
            days = 2 + n % 9
        elif record["transferred_to_police"] or record["id"] in UNDECIDED:
            days = 1 + n % 2 + self.until_transfer  # so that the police, or the principal head, are asked these days
        else:
            days = 16 + (n * 5) % 22
        self.at = clock.now().replace(minute=(n * 7) % 60, second=0, microsecond=0) - dt.timedelta(days=days)
        self.at = self.at.replace(hour=1 + n % 7)  # 9 to 16 o'clock in Shanghai

    def _gap(self, first: str, last: str) -> int:
        days = self.record.get("dates") or {}
        if not all(len(days.get(k, "")) == 10 for k in (first, last)):
            return 0
        return max(0, (dt.date.fromisoformat(days[last]) - dt.date.fromisoformat(days[first])).days)

    @contextmanager
    def after(self, days: float = 0, hours: float = 1) -> Iterator[None]:
        self.at += dt.timedelta(days=days, minutes=round(hours * 25))
        wall = clock.local(self.at)
        if not 9 <= wall.hour < 18:  # nobody signs at night: the next morning, at nine
            morning = wall.date() + dt.timedelta(days=wall.hour >= 18)
            self.at = clock.day_start(morning) + dt.timedelta(hours=9, minutes=wall.minute % 50)
        self.at = min(self.at, clock.recorded_now() - dt.timedelta(minutes=1))
        with clock.standing_at(self.at):
            yield

    def do(
        self, workflow: Workflow, subject: Any, step: str, who: Viewer, days: float = 0, hours: float = 2, **data: Any
    ) -> None:
        with self.after(days, hours):
            take(workflow, subject, step, who, data, at=self.at)
            db.session.flush()

    # --- the acts -----------------------------------------------------------------------------------------------------

    def play(self) -> None:
        record, cast = self.record, self.cast
        clue = self.clue()
        self.tally.clues += 1
        if record["record_type"] == "inspection":
            self.do(CLUE, clue, "assign", cast.unit_head, officer_ids=cast.officer_ids)
            self.do(
                CLUE,
                clue,
                "nothing_found",
                cast.officer,
                hours=4,
                check_result="检查经营主体，未发现违反地理标志专用标志使用规定的行为。",
            )
            return
        if record["facts_level"] == "title_only" or clue.party_id is None:
            if self.n % 2:
                self.do(CLUE, clue, "assign", cast.unit_head, officer_ids=cast.officer_ids)
            return
        case = self.filing(clue)
        self.goods(case)
        self.tally.cases += 1
        if record["id"] in UNDECIDED:
            self.report(case, self.suspect(case))
        elif record["transferred_to_police"]:
            self.police(case)

    def clue(self) -> Clue:
        record = self.record
        facts = {
            "source_kind": SOURCES.get(record["clue_source"] or "", "campaign" if record["campaign_zh"] else "inspection"),
            "channel": "on_site", "order_no": _key(record), "facts": self.facts(), "party_id": self.party(), "right_id": self.right(),
            "place": f"信阳市{self.cast.organ.area}" if self.cast.organ.level != "city" else "信阳市羊山新区",
            "place_tags": ["internet"] if "网" in record["title_zh"] or "抖音" in (record["party_zh"] or "") else ["circulation"],
            "object_tags": {"gi": ["gi"], "gi_trademark": ["gi"], "patent_marking": ["patent"], "trade_secret": ["trade_secret"]}.get(record["ip_type"], []),
            "campaign_id": self.campaign(), "found_at": self.at,
        }  # fmt: skip
        with clock.standing_at(self.at):
            clue = intake.log(self.cast.officer, facts)
            db.session.flush()
        return clue

    def facts(self) -> str:
        record, found = self.record, []
        found.append(f"公开案例演练：{record['title_zh']}。")
        if record["goods_zh"]:
            found.append(f"涉案商品为{record['goods_zh']}。")
        if record["quantity"]:
            found.append(
                "公布数量："
                + "、".join(f"{q['item']}{q['n']}{q['unit']}" for q in record["quantity"] if q.get("n"))
                + "。"
            )
        amounts = [f"{AMOUNT[k]}{v:,.2f}元" for k, v in record["amounts_cny"].items() if v and k in AMOUNT]
        if amounts:
            found.append("公布金额：" + "、".join(amounts) + "。")
        if record["dates"]:
            names = {
                "found": "发现",
                "transferred": "移送",
                "decided": "决定",
                "published": "公布",
                "reported": "举报",
                "filed": "立案",
                "received": "收到",
            }
            told = "、".join(f"{names[k]}{v}" for k, v in record["dates"].items() if k in names)
            found.append(f"公布日期：{told}。" if told else "")
        found.append(f"原办案机关：{record['authority_zh'] or '未公布'}。来源：{record['source_url']}")
        return "\n".join(filter(None, found))

    def party(self) -> int | None:
        name = (self.record["party_zh"] or "").strip()
        if not name:
            return None
        if name.startswith("（"):
            name = f"某当事人{name}"
        found = db.session.scalar(select(Party.id).where(Party.name_key == normalise(name).replace(" ", "")))
        if found is not None:
            return found
        firm = any(word in name for word in ("公司", "学院", "中心"))
        shop = any(word in name for word in ("店", "行", "部", "厂", "户", "超市"))
        kind = "firm" if firm else "individual_business" if shop else "person"
        return registry.add_party(
            self.cast.officer, {"kind": kind, "name": name, "note": "公开案例中的当事人，名称按公布文本"}
        ).id

    def right(self) -> int | None:
        record, kind = self.record, RIGHT_OF.get(self.record["ip_type"])
        name = (record["right_zh"] or "").strip()
        if mark := MARK.fullmatch(name):
            name = mark[1]
        if kind is None or not name or not (record["right_owner_zh"] or "").strip():
            return None
        found = db.session.scalar(select(Right.id).where(Right.kind == kind, Right.name == name))
        if found is not None:
            return found
        holder = record["right_owner_zh"].strip()
        holder_id = db.session.scalar(select(Party.id).where(Party.name_key == normalise(holder).replace(" ", "")))
        if holder_id is None:
            holder_id = registry.add_party(
                self.cast.officer, {"kind": "firm", "name": holder, "note": "公开案例中的权利人"}
            ).id
        return registry.add_right(
            self.cast.officer, {"kind": kind, "name": name, "holder_id": holder_id, "note": "公开案例，注册号未公布"}
        ).id

    def campaign(self) -> int | None:
        if not self.record["campaign_zh"]:
            return None
        return db.session.scalar(
            select(Campaign.id).where(Campaign.year == clock.today().year).order_by(Campaign.id).limit(1)
        )

    def filing(self, clue: Clue) -> Case:
        cast, cause = self.cast, law.cause(CAUSE_OF[self.record["ip_type"]])
        self.do(CLUE, clue, "assign", cast.unit_head, officer_ids=cast.officer_ids)
        gap = 0.1 if self.until_transfer <= 2 else 1
        with self.after(gap, 1):
            took_place = clock.today()
        self.do(
            CLUE, clue, "propose_filing", cast.officer, verified_facts=clue.facts, conditions=list(CONDITIONS), cause_id=cause.id,
            act_ended_on=took_place, act_continues=False, limitation_years=2, proposed_officer_ids=cast.officer_ids,
            proposed_articles="", proposal_note="符合立案条件，建议立案。",
        )  # fmt: skip
        self.do(
            CLUE,
            clue,
            "endorse_filing",
            cast.unit_head,
            proposed_officer_ids=cast.officer_ids,
            endorsement="同意立案。",
        )
        self.do(CLUE, clue, "approve_filing", cast.head, decision_note="同意。")
        case = db.session.scalars(select(Case).where(Case.links.any(clue_id=clue.id))).one()
        case.remarks = self.remarks()
        self.tally.flags += sum(r["kind"] == "disagrees" for r in case.remarks)
        self.do(CASE, case, "appoint", cast.unit_head, officer_ids=cast.officer_ids, no_recusal=True)
        return case

    def remarks(self) -> list[dict[str, str]]:
        record, url = self.record, self.record["source_url"]
        found = [
            {
                "kind": "published",
                "text": f"公开案例：{record['title_zh']}（原办案机关：{record['authority_zh'] or '未公布'}）",
                "url": url,
            }
        ]
        check, penalty = record["rule_check"] or {}, record["penalty"]
        told = [f"罚款{penalty['fine']:,.2f}元" if penalty.get("fine") else "", penalty.get("other") or ""]
        if any(told):
            found.append({"kind": "published", "text": "公布的处理结果：" + "；".join(filter(None, told)), "url": url})
        if check.get("agrees_with_reality") is False:
            over = str(check.get("expected", ""))
            text = (
                "按公布金额已达到或者可能达到刑事追诉标准，但公布结果为未移送"
                if "over" in over
                else "规则结论与公布的处理结果不一致"
            )
            found.append(
                {"kind": "disagrees", "text": f"{text}。须由有权人员书面说明理由，系统不代为判断。", "url": url}
            )
        return found

    def goods(self, case: Case) -> None:
        amounts = {k: v for k, v in self.record["amounts_cny"].items() if v}
        rows = []
        name = (self.record["goods_zh"] or "涉案商品")[:100]
        right = case.right
        base = {
            "nature": "goods", "name": name, "mark": (right.name if right else "")[:80], "mark_source": (right.holder.name if right else "")[:120],
            "unit": "批", "quantity_milli": 1000, "remarks": "公开案例只公布总额，按一批登记",
        }  # fmt: skip
        if "sold" in amounts:
            price = round(amounts["sold"] * 100)
            cost = (
                {"purchase_fen": price - round(amounts["illegal_gain"] * 100)}
                if amounts.get("illegal_gain", 0) and amounts["illegal_gain"] <= amounts["sold"]
                else {}
            )
            rows.append({**base, "price_fen": price, "price_kind": "sold_actual", "sold": True, **cost})
        rest = amounts.get("unsold_goods_value") or (amounts.get("goods_value") if "sold" not in amounts else None)
        if rest is None and "sold" not in amounts:
            rest = amounts.get("illegal_business_amount")
        if rest is None and amounts.get("goods_value", 0) > amounts.get("sold", 0):
            rest = amounts["goods_value"] - amounts.get("sold", 0)
        if rest:
            rows.append(
                {
                    **base,
                    "price_fen": round(rest * 100),
                    "price_kind": "marked",
                    "price_reason": "尚未销售，按公布的货值登记",
                    "sold": False,
                }
            )
        if rows:
            with self.after(0.1, 1):
                made = goods_actions.make_list(
                    case, self.cast.officer, {"occasion": "found", "place": case.act_place, "made_on": clock.today()}
                )
                goods_actions.add_lines(made, case, self.cast.officer, rows)
                self.findings(case)

    def findings(self, case: Case) -> None:
        """Tick the crime that the title names. Knowledge only where the published outcome rests on it."""
        if case.right_kind in {"", "trademark", "gi"} and self.record["ip_type"] in {"trademark", "gi_trademark"}:
            makes = any(word in self.record["title_zh"] for word in ("生产", "制造", "制售"))
            known = bool(self.record["transferred_to_police"]) or self.record["id"] in UNDECIDED
            told = (
                {"knowledge": True, "knowledge_reasons": "公布案情：不能提供合法来源，按公开处理结果认定明知。"}
                if known
                else {}
            )
            crimes = ["counterfeit_registered_mark"] if makes else ["sell_counterfeit_mark_goods"]
            screening_actions.declare(case, self.cast.officer, {"crimes": crimes, **told})

    # --- to the police ------------------------------------------------------------------------------------------------

    def suspect(self, case: Case) -> Transfer:
        screening = latest(case)
        over = case.standing == "over"
        with self.after(0.1, 1):
            transfer = transfers.suspect(
                case, self.cast.officer,
                {
                    "ground": "threshold" if over else "reasonable_suspicion", "crimes": ["sell_counterfeit_mark_goods"],
                    "screening_id": screening.id if screening else None,
                    "suspicion_facts": f"当事人无法提供合法来源，涉案商品经权利人辨认为假冒。{self.record['title_zh']}。",
                    "police_measures_needed": "需要公安机关查询资金往来和物流记录，查清上下游和实际销售数额。",
                }, at=self.at,
            )  # fmt: skip
        self.tally.transfers += 1
        self.do(TRANSFER, transfer, "designate_team", self.cast.unit_head, members=self.cast.officer_ids)
        return transfer

    def report(self, case: Case, transfer: Transfer) -> None:
        cast, record = self.cast, self.record
        goods = record["goods_zh"] or "涉案商品"
        written: dict[str, Any] = {
            "crimes": transfer.crimes, "suspicion_facts": transfer.suspicion_facts, "police_measures_needed": transfer.police_measures_needed,
            "report_source": f"{clock.local(case.filed_at):%Y年%m月%d日}立案，案件来源见案件来源登记表。", "report_facts": case.facts,
            "report_evidence": f"现场笔录、{goods}物品清单、权利人辨认意见、询问笔录、进销货凭证。",
            "right_holder_opinion": "权利人辨认意见：涉案商品不是其生产或者许可生产的商品。", "report_measures": "涉案商品已登记造册。",
            "penalties_imposed": "尚未作出行政处罚。", "report_proposal": "当事人的行为涉嫌犯罪，建议移送公安机关。",
        }  # fmt: skip
        self.do(TRANSFER, transfer, "draft_report", cast.officer, **written)
        self.do(TRANSFER, transfer, "submit_report", cast.officer, team_opinion="事实清楚，建议移送。")
        self.do(TRANSFER, transfer, "endorse", cast.unit_head, hours=1, reason="同意移送，请主要负责人决定。")

    def police(self, case: Case) -> None:
        cast, record = self.cast, self.record
        if self.until_transfer > 1:
            with self.after(self.until_transfer - 1, 0):
                pass
        transfer = self.suspect(case)
        self.report(case, transfer)
        self.do(TRANSFER, transfer, "approve", cast.principal, hours=2, reason="同意移送。")
        db.session.commit()
        _print_now("transfer", transfer.id)
        with writing():
            self.do(
                TRANSFER, transfer, "hand_over", cast.officer, hours=3, handed_at=None, handed_to=cast.police.name, medium="both",
                handed_by_names=[one.name for one in cast.officers[:2]],
                no_appraisal_reason="以权利人辨认意见为据，未另行检验。", goods_with_case=False,
            )  # fmt: skip
            db.session.commit()
        _print_now("transfer", transfer.id)
        with writing():
            self.do(
                TRANSFER, transfer, "sign_copy", cast.procuratorate, hours=1, copy_received_by=cast.procuratorate.name
            )
            note = record["transfer_note"] or ""
            if "filed" not in note and "declined" not in note:
                return
            self.do(
                TRANSFER, transfer, "sign_receipt", cast.police, hours=1, receipt_by=cast.police.name, receipt_at=None
            )
            self.do(TRANSFER, transfer, "accept", cast.police)
            if "declined" in note:
                self.do(
                    TRANSFER,
                    transfer,
                    "not_file",
                    cast.police,
                    days=1,
                    not_filed_reasons="公开案例：公安机关审查后决定不予立案。",
                    doc_no="",
                )
            else:
                self.do(
                    TRANSFER,
                    transfer,
                    "file",
                    cast.police,
                    days=1,
                    police_case_no="公开案例：公安机关已立案",
                    doc_no="",
                )


def _print_now(subject_type: str, subject_id: int) -> None:
    """Make the papers of one subject here: the next step waits for them, and no worker may be running yet.

    One that is running may have taken a paper in hand already; then it is given a minute to finish.
    """
    from app.documents.models import Paper

    wanted = select(Paper.id).where(Paper.subject_type == subject_type, Paper.subject_id == subject_id)
    ids = set(db.session.scalars(wanted))
    open_errands = select(outbox.Errand).where(outbox.Errand.state == "waiting", outbox.Errand.queue == "papers")
    for errand in list(db.session.scalars(open_errands)):
        if errand.args.get("paper_id") in ids:
            outbox.run(errand.id)
    patience = time.monotonic() + 60
    while db.session.scalar(wanted.where(Paper.state.in_(("waiting", "rendering"))).limit(1)) is not None:
        db.session.rollback()
        if time.monotonic() > patience:
            break
        time.sleep(0.2)
