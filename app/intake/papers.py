"""Papers of the clue: 案件来源登记表 (form 1) and 立案／不予立案审批表 (form 7). Each is printed from the frozen facts below."""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.facts import CheckFacts, EvidenceFacts, OfficerFacts, OpinionFacts, PartyFacts
from app.documents.kinds import PaperKind, register


@dataclass(frozen=True)
class ClueRegistration:
    """Form 1. The informer's identity is not among the facts: it never leaves its own columns."""

    organ: str
    clue_no: str
    source_kind: str
    received_at: str
    channel: str
    work_order_no: str
    informer_note: str  # e.g. 实名举报，身份信息已按规定保密
    party: PartyFacts
    act_place: str
    act_time: str
    description: str
    campaign: str
    place_tags: tuple[str, ...]
    object_tags: tuple[str, ...]
    right_kind: str
    right_no: str
    right_holder: str
    evidence: tuple[EvidenceFacts, ...]
    verify_due: str
    verify_law: str
    linked: tuple[str, ...]
    registrar: str
    registered_at: str
    opinions: tuple[OpinionFacts, ...]


@dataclass(frozen=True)
class FilingApproval:
    """Form 7. ``filed`` False prints 不予立案审批表 with ``ground`` and whether the informer must be told."""

    organ: str
    title: str  # 立案审批表 | 不予立案审批表
    filed: bool
    case_name: str
    clue_no: str
    source_kind: str
    found_on: str
    party: PartyFacts
    facts: str
    conditions: tuple[CheckFacts, ...]
    articles: tuple[str, ...]
    ground: str
    ground_law: str
    tell_informer: str
    officers: tuple[OfficerFacts, ...]
    opinions: tuple[OpinionFacts, ...]
    remarks: str = ""


CLUE_REGISTRATION = register(
    PaperKind(
        id="clue_registration",
        title="案件来源登记表",
        form="1",
        law="市场监督管理行政处罚程序规定 18",
        series=None,
        template="clue_registration.html",
        facts_type=ClueRegistration,
        signers=("登记人", "办案机构负责人", "负责人"),
    )
)

FILING_APPROVAL = register(
    PaperKind(
        id="filing_approval",
        title="立案／不予立案审批表",
        form="7",
        law="市场监督管理行政处罚程序规定 19、20",
        series="立",
        template="filing_approval.html",
        facts_type=FilingApproval,
        signers=("承办人", "办案机构负责人", "负责人"),
    )
)
