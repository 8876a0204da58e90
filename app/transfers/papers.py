"""Papers of the transfer to the police: D1, D2, D3 (form 5), D4, D5, D7, D8 (form 6).

The articles printed are facts: the text in force on the day of the act decides (商标法 61 until 2026-12-31, 75 from
2027-01-01), and the ground decides whether 国务院令第310号 3 is cited with its first or its second paragraph.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.facts import (
    AmountFacts,
    DayFacts,
    EvidenceFacts,
    GoodsFacts,
    HitFacts,
    MaterialFacts,
    OfficerFacts,
    OpinionFacts,
    PartyFacts,
)
from app.documents.kinds import PaperKind, register


@dataclass(frozen=True)
class TransferApproval:
    """D1. ``decision`` is 批准移送 or 不批准移送, blank while undecided; ``decided_at`` runs to the minute."""

    organ: str
    case_name: str
    case_no: str
    cause: str
    filed_on: str
    party: PartyFacts
    ground: str
    ground_law: str
    hits: tuple[HitFacts, ...]
    suspicion_facts: str
    police_measures_needed: str
    crime: str
    crime_article: str
    facts: tuple[str, ...]
    evidence_summary: str
    goods_summary: str
    penalties: str
    team: tuple[OfficerFacts, ...]
    opinions: tuple[OpinionFacts, ...]  # team, unit head, legal section
    decision: str
    decision_reasons: str
    decided_by: str
    decided_by_post: str
    decided_at: str
    remarks: str = ""


@dataclass(frozen=True)
class CrimeReport:
    """D2, 国务院令第310号 6(2)."""

    organ: str
    case_name: str
    case_no: str
    source: str
    course: tuple[DayFacts, ...]
    party: PartyFacts
    persons: tuple[PartyFacts, ...]
    facts: tuple[str, ...]
    crime: str
    crime_article: str
    ground: str
    ground_law: str
    evidence: tuple[EvidenceFacts, ...]
    articles: tuple[str, ...]
    hits: tuple[HitFacts, ...]
    suspicion_facts: str
    police_measures_needed: str
    measures: tuple[str, ...]
    right_holder_opinion: str
    amounts: tuple[AmountFacts, ...]
    proposal: str
    team: tuple[OfficerFacts, ...]
    made_on: str
    evidence_text: str = ""  # what the team wrote on the evidence; ``evidence`` are the items registered


@dataclass(frozen=True)
class TransferLetter:
    """D3, SAMR form 5. ``basis`` holds the articles as they are to be printed, in order."""

    organ: str
    addressee: str
    case_name: str
    party: str
    crime: str
    crime_article: str
    basis: tuple[str, ...]
    handler: str
    contact: str
    phone: str
    address: str
    annexes: tuple[str, ...]
    copy_to: str
    issued_on: str
    copies: str = "本文书一式三份，一份送达，一份抄送，一份归档。"
    receiving_body: str = ""
    receiver: str = ""
    received_at: str = ""


@dataclass(frozen=True)
class MaterialsList:
    """D4, annex of D3."""

    organ: str
    transfer_no: str
    case_name: str
    lines: tuple[MaterialFacts, ...]
    total: str
    handed_by: str = ""
    received_by: str = ""
    handed_at: str = ""


@dataclass(frozen=True)
class TransferGoodsList:
    """D5, after SAMR form 24: first annex of D3, then the record of the handing over."""

    organ: str
    list_no: str
    transfer_no: str
    case_name: str
    party: PartyFacts
    lines: tuple[GoodsFacts, ...]
    total_quantity: str
    total_fen: int | None
    officers: tuple[OfficerFacts, ...]
    giver: str = ""
    receiver: str = ""
    witnesses: tuple[str, ...] = ()
    handed_at: str = ""


@dataclass(frozen=True)
class CopyToProcuratorate:
    """D7, the letter that sends copies to the procuratorate at the time of the transfer."""

    organ: str
    addressee: str
    case_name: str
    party: str
    transfer_no: str
    transferred_on: str
    police: str
    crime: str
    crime_article: str
    basis: tuple[str, ...]
    annexes: tuple[str, ...]
    contact: str
    phone: str
    issued_on: str


@dataclass(frozen=True)
class GoodsMovedNotice:
    """SAMR form 6, 行政强制法 21: tells the party in writing that held goods went to the police."""

    organ: str
    addressee: str
    measure_no: str
    measure_on: str
    measure_name: str  # 查封 | 扣押
    basis: tuple[str, ...]
    receiving_body: str
    list_no: str
    moved_on: str
    contact: str
    phone: str
    issued_on: str
    case_name: str = ""  # for its proof of service; the party's copy does not print it


TRANSFER_APPROVAL = register(
    PaperKind(
        id="transfer_approval",
        title="涉嫌犯罪案件移送审批表",
        form="D1",
        law="行政执法机关移送涉嫌犯罪案件的规定 5",
        series=None,
        template="transfer_approval.html",
        facts_type=TransferApproval,
        signers=("专案组", "办案机构负责人", "正职负责人"),
    )
)

CRIME_REPORT = register(
    PaperKind(
        id="crime_report",
        title="涉嫌犯罪案件情况的调查报告",
        form="D2",
        law="行政执法机关移送涉嫌犯罪案件的规定 6(2)",
        series=None,
        template="crime_report.html",
        facts_type=CrimeReport,
        signers=("专案组",),
        seal=True,
        readers=("bureau", "police", "procuratorate"),
        in_package=True,
    )
)

TRANSFER_LETTER = register(
    PaperKind(
        id="transfer_letter",
        title="涉嫌犯罪案件移送书",
        form="5",
        law="行政处罚法 27；行政执法机关移送涉嫌犯罪案件的规定 3、6(1)",
        series="涉罪移",
        template="transfer_letter.html",
        correctable=True,
        facts_type=TransferLetter,
        signers=("接收人",),
        seal=True,
        service_owed=True,
        to_organ=True,
        readers=("bureau", "police", "procuratorate"),
        in_package=True,
    )
)

MATERIALS_LIST = register(
    PaperKind(
        id="materials_list",
        title="移送材料清单",
        form="D4",
        law="行政执法机关移送涉嫌犯罪案件的规定 6",
        series=None,
        template="materials_list.html",
        correctable=True,
        facts_type=MaterialsList,
        signers=("移交人", "接收人"),
        seal=True,
        readers=("bureau", "police", "procuratorate"),
        in_package=True,
    )
)

TRANSFER_GOODS_LIST = register(
    PaperKind(
        id="transfer_goods_list",
        title="涉案物品移送清单",
        form="D5",
        law="行政执法机关移送涉嫌犯罪案件的规定 6(3)、12",
        series=None,
        template="transfer_goods_list.html",
        correctable=True,
        facts_type=TransferGoodsList,
        signers=("移交人", "接收人", "见证人"),
        seal=True,
        readers=("bureau", "police", "procuratorate"),
        in_package=True,
    )
)

COPY_TO_PROCURATORATE = register(
    PaperKind(
        id="copy_to_procuratorate",
        title="关于抄送涉嫌犯罪案件移送材料的函",
        form="D7",
        law="高检会〔2006〕2号 1",
        series="函",
        template="copy_to_procuratorate.html",
        correctable=True,
        facts_type=CopyToProcuratorate,
        seal=True,
        service_owed=True,
        to_organ=True,
        readers=("bureau", "procuratorate"),
    )
)

GOODS_MOVED_NOTICE = register(
    PaperKind(
        id="goods_moved_notice",
        title="查封／扣押物品移送告知书",
        form="6",
        law="行政强制法 21；市场监督管理行政处罚程序规定 17(2)",
        series="物移",
        template="goods_moved_notice.html",
        correctable=True,
        facts_type=GoodsMovedNotice,
        signers=("当事人",),
        seal=True,
        service_owed=True,
        readers=("bureau", "police"),
    )
)
