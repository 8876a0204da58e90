"""Papers of the clue: 案件来源登记表 (form 1) and 立案／不予立案审批表 (form 7). Each is printed from the frozen facts below."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.steps import Taken
from app.documents.correcting import printed_before
from app.documents.facts import CheckFacts, EvidenceFacts, OfficerFacts, OpinionFacts, PartyFacts, party_facts
from app.documents.kinds import PaperKind, facts_for, register
from app.documents.queries import files_of
from app.extensions import db
from app.intake import actions, queries
from app.intake.models import Clue
from app.intake.words import CHANNELS, CONDITIONS, LENIENT, REPORTER_KINDS, TELL_INFORMER
from app.law.citation import in_full
from app.people.models import Person


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
    right_name: str = ""
    sender: str = ""  # 移送、交办单位, its letter and the day by which it wants to hear
    letter_no: str = ""
    letter_on: str = ""
    report_back_on: str = ""
    platform: str = ""
    shop_url: str = ""


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
    case_no: str = ""  # the number the case was given, when it was filed
    right: str = ""  # name, number and holder of the right concerned


CLUE_REGISTRATION = register(
    PaperKind(
        id="clue_registration",
        title="案件来源登记表",
        form="1",
        law="市场监督管理行政处罚程序规定 18",
        series=None,
        template="clue_registration.html",
        correctable=True,
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
        series=None,
        template="filing_approval.html",
        facts_type=FilingApproval,
        signers=("承办人", "办案机构负责人", "负责人"),
    )
)


def _day(day: dt.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _moment(at: dt.datetime | None) -> str:
    if at is None:
        return ""
    wall = clock.local(at)
    return f"{_day(wall.date())}{wall.hour}时{wall.minute:02d}分"


def _party(clue: Clue) -> PartyFacts:
    party = clue.party
    if party is None:
        return PartyFacts(name="")
    return party_facts(party)


def _right(clue: Clue) -> str:
    right = clue.right
    return f"{right.title}，权利人：{right.holder.name}" if right is not None else ""


def case_name(clue: Clue) -> str:
    """当事人 + 涉嫌 + 行为 + 案."""
    act = clue.cause.name if clue.cause is not None else "违法行为"
    return f"{clue.party.name if clue.party else '当事人待查'}涉嫌{act}案"


@facts_for(CLUE_REGISTRATION)
def clue_registration(clue: Clue, taken: Taken) -> ClueRegistration:
    """Form 1, as registered. Of the informer only the way of reporting is told (程序规定 5; 投诉举报处理办法 37)."""
    right = clue.right
    verify_due, verify_law = _verify(clue, taken)
    linked = (
        db.session.scalars(select(Clue.number).where(Clue.id.in_(clue.seen_similar_ids)).order_by(Clue.id))
        if clue.seen_similar_ids
        else ()
    )
    kind = actions.informer_kind(clue)
    return ClueRegistration(
        organ=clue.organ.name, clue_no=clue.number or "", source_kind=clue.source, received_at=_moment(clue.found_at),
        channel=CHANNELS.get(clue.channel, ""), work_order_no=clue.order_no,
        informer_note=f"{REPORTER_KINDS[kind]}，身份信息另行加密保存" if kind else "",
        party=_party(clue), act_place=clue.act_place or clue.place, act_time=clue.act_time, description=clue.facts,
        campaign=queries.campaign_words(clue), place_tags=tuple(clue.place_words), object_tags=tuple(clue.object_words),
        right_kind=right.kind_name if right else "", right_no=right.number if right else "", right_holder=right.holder.name if right else "",
        evidence=tuple(EvidenceFacts(name=file.name) for file in files_of(taken.viewer, "clue", clue.id)),
        verify_due=verify_due, verify_law=verify_law,
        linked=tuple(number for number in linked if number), registrar=taken.viewer.name, registered_at=_moment(taken.at),
        opinions=(OpinionFacts("办案机构负责人意见"), OpinionFacts("负责人意见")),
        right_name=right.name if right else "", sender=clue.sender, letter_no=clue.letter_no, letter_on=_day(clue.letter_on),
        report_back_on=_day(clue.report_back_on), platform=clue.platform, shop_url=clue.shop_url,
    )  # fmt: skip


def _verify(clue: Clue, taken: Taken) -> tuple[str, str]:
    """The end of the verification as it stood when the clue was registered, and its article.

    A corrected print keeps the day that stood there, also after the filing, unless the date found was corrected.
    """
    printed = printed_before(taken) or {}
    if printed.get("verify_due") and printed.get("received_at") == _moment(clue.found_at):
        return printed["verify_due"], in_full(printed.get("verify_law", ""))
    rows = [row for row in clue.deadlines if row.start_at == clue.found_at and row.state != "void"]
    row = rows[0] if rows else clue.deadline
    return (_day(clock.local(row.due_at).date()), in_full(row.declared.law)) if row else ("", "")


@facts_for(FILING_APPROVAL)
def filing_approval(clue: Clue, taken: Taken) -> FilingApproval:
    """Form 7 of either decision, with who proposed, endorsed and decided, each on what day."""
    filed = taken.step.id == "approve_filing"
    ground, law = clue.ground
    officers = (
        db.session.scalars(select(Person).where(Person.id.in_(clue.proposed_officer_ids)).order_by(Person.id))
        if filed
        else ()
    )
    limit = (
        "违法行为处于连续或者继续状态"
        if clue.act_continues
        else f"违法行为终了于{_day(clue.act_ended_on)}，时效至{_day(clue.limitation_until)}"
    )
    if clue.limitation_years == 5:
        limit += f"；适用五年时效的理由：{clue.limitation_reason.rstrip('。')}"
    proposal = clue.proposal_note or ("建议立案调查。" if filed else "建议不予立案。")
    return FilingApproval(
        organ=clue.organ.name, title="立案审批表" if filed else "不予立案审批表", filed=filed, case_name=case_name(clue),
        clue_no=clue.number or "", source_kind=clue.source, found_on=_day(clue.found_on), party=_party(clue),
        facts=clue.verified_facts or clue.facts,
        conditions=tuple(
            CheckFacts(words, code in clue.conditions, limit if code == "limitation" and filed else "") for code, words in CONDITIONS.items()
        ) if filed or clue.conditions or clue.not_filed_ground not in LENIENT else (),
        articles=tuple(line.strip() for line in clue.proposed_articles.splitlines() if line.strip()) if filed else (),
        ground="" if filed else f"{ground}。\n{clue.not_filed_reason}", ground_law="" if filed else in_full(law),
        tell_informer="" if filed else in_full(TELL_INFORMER.get(clue.tell_informer, "")),
        officers=tuple(OfficerFacts(person.name, person.certificate_no or "") for person in officers),
        opinions=(
            OpinionFacts("承办人意见", proposal, clue.proposed_by.name if clue.proposed_by else "", _day_of(clue.proposed_at)),
            OpinionFacts("办案机构负责人意见", clue.endorsement or "同意。", clue.endorsed_by.name if clue.endorsed_by else "", _day_of(clue.endorsed_at)),
            OpinionFacts("负责人意见", clue.decision_note or ("批准立案。" if filed else "同意不予立案。"), taken.viewer.name, _day_of(taken.at)),
        ),
        case_no=_case_no(clue) if filed else "", right=_right(clue),
    )  # fmt: skip


def _case_no(clue: Any) -> str:
    """The number of the case that the decision has just opened. Its rows lie above: a back-reference that cases declare."""
    db.session.expire(clue, ["case_links"])  # it may have been read before there was a case
    return clue.case_links[-1].case.number or "" if clue.case_links else ""


def _day_of(at: dt.datetime | None) -> str:
    return _day(clock.local(at).date()) if at else ""
