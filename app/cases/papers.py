"""Papers of the investigation: 现场笔录 (9), 询问笔录 (14), 场所／设施／财物清单 (24), 案件调查终结报告 (35)."""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.facts import (
    AmountFacts,
    AnswerFacts,
    CheckFacts,
    DayFacts,
    EvidenceFacts,
    GoodsFacts,
    OfficerFacts,
    PartyFacts,
)
from app.documents.kinds import PaperKind, register


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
    party_absent: str  # reason when the party was not there or refused to sign, else ""
    officers: tuple[OfficerFacts, ...]
    recorder: str
    rights_told: str
    seen: tuple[str, ...]  # paragraphs: what was seen, where, how many
    goods_found: tuple[GoodsFacts, ...]
    photos: str
    measures: tuple[str, ...]
    party_words: str
    witness: str


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


@dataclass(frozen=True)
class InvestigationReport:
    """Form 35. The headings follow the form; a part without text prints that there is none."""

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
