"""Papers of the investigation: 现场笔录 (9), 询问笔录 (14), 场所／设施／财物清单 (24), 案件调查终结报告 (35)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.cases import queries
from app.cases.amounts import Amounts, lines_of, of_lines
from app.cases.goods import BY_POLICE, CLOCKS, DECIDED, ENDINGS, HELD, MEASURES, OCCASIONS, PRICE_KINDS, total_quantity
from app.cases.screening import latest
from app.core import clock, deadlines
from app.core.text import yuan
from app.documents.facts import (
    AmountFacts,
    AnswerFacts,
    CheckFacts,
    DayFacts,
    EvidenceFacts,
    GoodsFacts,
    OfficerFacts,
    PartyFacts,
    id_title,
    party_facts,
)
from app.documents.kinds import PaperKind, facts_for, register
from app.law.words import STANDINGS


@dataclass(frozen=True)
class SiteRecord:
    """Form 9. Start and end to the minute; at least two officers (R-06)."""

    organ: str
    case_name: str
    started_at: str
    ended_at: str
    place: str
    party: PartyFacts
    on_site: str  # who was called and present, post and relation
    party_absent: str  # reason when the party was not there, else ""
    officers: tuple[OfficerFacts, ...]
    recorder: str
    rights_told: str
    seen: tuple[str, ...]  # paragraphs: what was seen, where, how many
    goods_found: tuple[GoodsFacts, ...]
    photos: str
    measures: tuple[str, ...]
    party_words: str
    witness: str
    party_refused: str = ""  # what is noted when the party was there and refused to sign
    video_no: str = ""


@dataclass(frozen=True)
class InterviewRecord:
    """Form 14. One person at a time; each page is signed by the person and the officers."""

    organ: str
    case_name: str
    times: str  # 第1次
    started_at: str
    ended_at: str
    place: str
    officers: tuple[OfficerFacts, ...]
    recorder: str
    person: PartyFacts
    person_nation: str
    person_employer: str
    person_post: str
    relation: str
    notice: tuple[AnswerFacts, ...]  # certificates shown, rights and the duty of truth told, and the answers
    answers: tuple[AnswerFacts, ...]
    changes: str


@dataclass(frozen=True)
class GoodsList:
    """Form 24, made out with the paper that ``goes_with`` names."""

    organ: str
    list_no: str
    goes_with: str
    goes_with_no: str
    party: PartyFacts
    place: str
    lines: tuple[GoodsFacts, ...]
    total_quantity: str
    total_fen: int | None
    officers: tuple[OfficerFacts, ...]
    refusal: str
    copies: str = "一式两份，一份交当事人，一份归档。"
    heading: str = "财物"  # 场所 | 设施 | 财物
    title: str = "财物清单"
    made_on: str = ""
    storage: str = ""  # where the goods are kept, and by whom


@dataclass(frozen=True)
class InvestigationReport:
    """Form 35. The headings follow the form; a part that nobody answered says so, and never that there is none.

    Officers and unit head sign on it: unit_head* stay empty when it is printed, for the pen.
    """

    organ: str
    case_name: str
    case_no: str
    party: PartyFacts
    source: str
    course: tuple[DayFacts, ...]
    measures: tuple[str, ...]
    facts: tuple[str, ...]
    evidence: tuple[EvidenceFacts, ...]
    amounts: tuple[AmountFacts, ...]
    nature: tuple[str, ...]
    articles: tuple[str, ...]
    discretion: str
    defence: str
    repeat_check: str
    transfer_check: str
    goods_handling: str
    proposal: tuple[str, ...]
    unsettled: str
    officers: tuple[OfficerFacts, ...]
    made_on: str
    checks: tuple[CheckFacts, ...] = ()
    unit_head_opinion: str = ""
    unit_head: str = ""
    unit_head_on: str = ""


SITE_RECORD = register(
    PaperKind(
        id="site_record",
        title="现场笔录",
        form="9",
        law="市场监督管理行政处罚程序规定 28、43",
        series=None,
        template="site_record.html",
        facts_type=SiteRecord,
        signers=("执法人员", "当事人", "见证人"),
        apart=("place", "started_at"),
    )
)

INTERVIEW_RECORD = register(
    PaperKind(
        id="interview_record",
        title="询问笔录",
        form="14",
        law="市场监督管理行政处罚程序规定 29",
        series=None,
        template="interview_record.html",
        facts_type=InterviewRecord,
        signers=("询问人", "记录人", "被询问人"),
        apart=("person.name", "started_at"),
    )
)

GOODS_LIST = register(
    PaperKind(
        id="goods_list",
        title="场所／设施／财物清单",
        form="24",
        law="行政强制法 24；市场监督管理行政处罚程序规定 33、37",
        series=None,
        template="goods_list.html",
        facts_type=GoodsList,
        apart=("list_no", "place"),
        signers=("当事人", "执法人员"),
        seal=True,
    )
)

INVESTIGATION_REPORT = register(
    PaperKind(
        id="investigation_report",
        title="案件调查终结报告",
        form="35",
        law="市场监督管理行政处罚程序规定 48",
        series=None,
        template="investigation_report.html",
        facts_type=InvestigationReport,
        signers=("办案人员", "办案机构负责人"),
    )
)


# --- facts ---------------------------------------------------------------------------------------------------------------


def day_words(at: dt.date | dt.datetime | None) -> str:
    """2026年11月23日, in Shanghai."""
    if at is None:
        return ""
    day = clock.local(at).date() if isinstance(at, dt.datetime) else at
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(at: dt.datetime | None) -> str:
    """2026年11月23日9时30分, in Shanghai."""
    if at is None:
        return ""
    local = clock.local(at)
    return f"{day_words(at)}{local.hour}时{local.minute:02d}分"


def paragraphs(text: str) -> tuple[str, ...]:
    """Typed text as paragraphs."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def officers_facts(rows: Iterable[Any]) -> tuple[OfficerFacts, ...]:
    """Officers of a record (as shown that day), or of the case."""
    return tuple(
        OfficerFacts(row["name"], row["certificate"])
        if isinstance(row, dict)
        else OfficerFacts(row.name, row.certificate_no)
        for row in rows
    )


def goods_facts(line: Any) -> GoodsFacts:
    """One line of goods as lists print it."""
    return GoodsFacts(
        name=line.name, mark=line.mark, spec=line.spec, batch=line.batch, unit=line.unit, quantity=line.quantity, price_fen=line.price_fen or None,
        price_kind=PRICE_KINDS[line.price_kind] if line.price_fen else "", value_fen=line.worth_fen, features=line.features,
        place=line.place, measure_no="", seal_no=line.seal_no, item_no=line.item_no, remarks="；".join(filter(None, ("已售" if line.sold else "", line.remarks))),
    )  # fmt: skip


def site_record_facts(record: Any) -> SiteRecord:
    """Form 9 from its record."""
    case = record.case
    return SiteRecord(
        organ=case.organ.name, case_name=case.name, started_at=moment_words(record.started_at), ended_at=moment_words(record.ended_at),
        place=record.place, party=party_facts(case.party), on_site=record.on_site, party_absent=record.party_absent,
        officers=officers_facts(record.officers), recorder=record.recorder,
        rights_told=_rights_told(record), party_refused=record.party_refused, video_no=record.video_no,
        seen=paragraphs(record.seen), goods_found=tuple(goods_facts(line) for line in (record.goods_list.lines if record.goods_list else ())),
        photos=record.photos, measures=paragraphs(record.measures), party_words=record.party_words, witness=record.witness,
    )  # fmt: skip


def _rights_told(record: Any) -> str:
    """To whom the certificates were shown, and what who was told (行政处罚法 55; 程序规定 21, 22, 28)."""
    if not record.party_absent:
        return "执法人员已出示执法证件，说明检查事由，告知当事人有陈述、申辩的权利，有申请执法人员回避的权利，并有协助检查的义务。"
    there = [f"{word}（{who}）" for word, who in (("在场人员", record.on_site), ("见证人", record.witness)) if who]
    if not there:
        return "当事人未到场，现场没有其他人员；检查全程录像。当事人的权利未能当场告知。"
    return f"当事人未到场。执法人员已向{'、'.join(there)}出示执法证件，说明检查事由。当事人的权利未能当场告知。"


def interview_facts(record: Any) -> InterviewRecord:
    """Form 14 from its record. The identity number stands whole: the record stays in the file (R-39)."""
    case = record.case
    person = PartyFacts(
        name=record.person_name, is_person=True, address=record.address, sex=record.sex, birth=record.birth, phone=record.phone,
        code_name=id_title(record.id_kind or None), code=record.id_number or (f"未出示（{record.id_absent}）" if record.id_absent else ""),
    )  # fmt: skip
    return InterviewRecord(
        organ=case.organ.name, case_name=case.name, times=f"第{record.times}次", started_at=moment_words(record.started_at),
        ended_at=moment_words(record.ended_at), place=record.place, officers=officers_facts(record.officers), recorder=record.recorder,
        person=person, person_nation=record.nation, person_employer=record.employer, person_post=record.job, relation=record.relation,
        notice=tuple(AnswerFacts(row.question, row.answer) for row in record.rows if row.notice),
        answers=tuple(AnswerFacts(row.question, row.answer) for row in record.rows if not row.notice), changes=record.changes,
    )  # fmt: skip


def goods_list_facts(goods: Any) -> GoodsList:
    """Form 24 from a list as it stands."""
    case = goods.case
    return GoodsList(
        organ=case.organ.name, list_no=f"{case.number}-{goods.n}", goes_with=goods.goes_with or OCCASIONS.get(goods.occasion, ""),
        goes_with_no=goods.goes_with_no, party=party_facts(case.party), place=goods.place, lines=tuple(goods_facts(line) for line in goods.lines),
        total_quantity=total_quantity(goods.lines), total_fen=goods.total_fen, officers=officers_facts(goods.makers or case.officers_on(goods.made_on)),
        refusal=goods.refusal, made_on=day_words(goods.made_on), storage=goods.storage or ("" if goods.occasion in HELD else "／"),
    )  # fmt: skip


def amounts_sheet(lines: Sequence[Any]) -> tuple[AmountFacts, ...]:
    """The amount sheet of a case's lines, with the reasons why a later kind of price was taken (R-31)."""
    told = [line for line in lines if line.nature != "tool" and not line.price_open and line.price_reason]
    return amount_facts(of_lines(lines), tuple(dict.fromkeys(line.price_reason.rstrip("。；") for line in told)))


def amount_facts(amounts: Amounts, reasons: tuple[str, ...] = ()) -> tuple[AmountFacts, ...]:
    """The amount sheet: every base by itself, never one "amount" (R-26). reasons: of the prices that were taken."""

    def lacking(lines: tuple[str, ...]) -> str:
        return f"；另有{len(lines)}行单价未查明，未计入" if lines else ""

    by_kind = "；".join(f"{PRICE_KINDS[kind]}计{yuan(sold + unsold)}元" for kind, sold, unsold in amounts.by_kind)
    rows = [
        AmountFacts(
            "已销售金额",
            f"已销售{len(amounts.sold_lines)}行，数量×单价之和{lacking(amounts.sold_open)}",
            amounts.sold_fen,
        ),
        AmountFacts(
            "未销售货值金额",
            f"未销售{len(amounts.unsold_lines)}行，数量×单价之和{lacking(amounts.unsold_open)}",
            amounts.unsold_fen,
        ),
        AmountFacts(
            "非法经营额",
            (f"已销售＋未销售。其中：{by_kind}" if by_kind else "已销售＋未销售")
            + (f"。计价理由：{'；'.join(reasons)}" if reasons else "")
            + lacking(amounts.price_open),
            amounts.business_fen,
        ),
    ]
    if amounts.gain_fen is not None:
        rows.append(
            AmountFacts(
                "违法所得（刑事口径）", "已销售收入减去进货价款（法释〔2025〕5号第二十八条第四款）", amounts.gain_fen
            )
        )
    elif amounts.gain_open:
        rows.append(AmountFacts("违法所得（刑事口径）", f"{len(amounts.gain_open)}行进货价款未查明，暂不能计算", None))
    elif amounts.sold_open:
        rows.append(AmountFacts("违法所得（刑事口径）", f"{len(amounts.sold_open)}行销售单价未查明，暂不能计算", None))
    return tuple(rows)


@facts_for(INVESTIGATION_REPORT)
def report_facts(case: Any, taken: Any) -> InvestigationReport:
    """Form 35 of a step "report": what people wrote, with facts, evidence and amounts of the case as they stand."""
    report = queries.reports_of(case)[0]
    items = [item for item in queries.evidence_of(case) if item.withdrawn_at is None]
    return InvestigationReport(
        organ=case.organ.name, case_name=case.name, case_no=case.number or "", party=party_facts(case.party), source=_sources(case),
        course=course(case), measures=measures_text(case), facts=paragraphs(case.facts),
        evidence=tuple(EvidenceFacts(i.title, i.kind_label, i.proves, i.source) for i in items),
        amounts=amounts_sheet(lines_of(case)), nature=paragraphs(report.nature), articles=paragraphs(report.articles),
        discretion=report.discretion, defence=report.defence, repeat_check=report.repeat_check, transfer_check=report.transfer_check,
        goods_handling=report.goods_handling or ("" if queries.lists_of(case) else "没有登记涉案物品。"), proposal=paragraphs(report.proposal), unsettled="", officers=officers_facts(case.active_officers),
        made_on=day_words(taken.at), checks=_checks(case),
    )  # fmt: skip


def course(case: Any) -> tuple[DayFacts, ...]:
    """What was done, in order of time, from the finding of the clue and its verification on (程序规定 18, 48)."""
    found: list[tuple[dt.datetime, str]] = [(case.filed_at, f"经批准立案（{case.number}）。")]
    for link in case.links:
        clue = link.clue
        found.append((clue.found_at, f"发现线索（{clue.source}，线索编号{clue.number}）。"))
        if clue.proposed_at is not None:
            found.append((clue.proposed_at, f"线索（编号{clue.number}）核查完毕，办案人员建议立案。"))
    found += [(r.started_at, f"在{r.place}进行现场检查，制作现场笔录。") for r in queries.site_records_of(case)]
    found += [
        (r.started_at, f"询问{r.person_name}，制作询问笔录（第{r.times}次）。") for r in queries.interviews_of(case)
    ]
    return tuple(DayFacts(day_words(at), text) for at, text in sorted(found, key=lambda one: one[0]))


def measures_text(case: Any) -> tuple[str, ...]:
    """The holds on goods, as their lists name them, with their time and how they ended (程序规定 35、38、48；行政强制法 24、25).

    Registration and measure are two things and never merged; what was entered by mistake is no hold.
    """
    held = [one for one in queries.lists_of(case) if one.occasion in DECIDED and one.ended_way != "mistake"]
    return tuple(
        f"{day_words(one.made_on)}，对{one.place or '有关场所'}的物品{MEASURES.get(one.measure_kind) or OCCASIONS[one.occasion]}"
        f"（{one.goes_with or '文书名称未登记'}{one.goes_with_no}，清单{one.n}，共{len(one.lines)}项）{''.join(_ends(case, one))}。"
        for one in held
    )


def _ends(case: Any, one: Any) -> Iterator[str]:
    """Until when a hold runs, how it ended, how the goods left."""
    if one.held:
        row = deadlines.running(case, CLOCKS[one.occasion][0])
        if row is not None and clock.local(row.start_at).date() == one.held_from:
            yield f"，期限至{day_words(row.due_at)}"
    if one.ended_way and one.ended_way != "handed":
        yield f"，{day_words(one.ended_on)}{ENDINGS[one.ended_way]}（{one.ended_by}）"
    away = one.handed_with_id is not None
    if one.ended_way == "handed" or away:
        yield f"，{day_words(one.handed_at or one.ended_on)}移送公安机关"
    if one.released_on is not None and one.released_by.startswith(BY_POLICE):
        yield f"，{one.released_by}"
        return
    if one.ended_way == "handed" and not away:
        yield "，后由公安机关退回"
    if one.released_on is not None and not away:
        yield f"，{day_words(one.released_on)}解除（{one.released_by}）"


def _sources(case: Any) -> str:
    return "；".join(f"{link.clue.source}（线索编号{link.clue.number}）" for link in case.links)


def _checks(case: Any) -> tuple[CheckFacts, ...]:
    run = latest(case)
    standing = run.standing if run is not None else ""
    return tuple(
        CheckFacts(
            words,
            standing == code,
            f"筛查第{run.n}次，规则版本{'、'.join(run.versions)}" if run is not None and standing == code else "",
        )
        for code, words in STANDINGS.items()
    )
