"""What the papers of a transfer are printed from: rows turned into plain words, frozen in the transaction of the step.

Articles are facts too: the text in force on the day of the step is cited (商标法 61 until 2026-12-31, 75 from 2027-01-01),
and the ground decides whether 国务院令第310号 3 is cited with its first or its second paragraph.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.cases import papers as case_papers
from app.cases.amounts import lines_of
from app.cases.goods import DECIDED, MEASURES, OCCASIONS, PRICE_KINDS, GoodsLine, total_quantity
from app.cases.queries import interviews_of
from app.core import clock
from app.core.confidential import mask
from app.core.steps import Taken
from app.core.text import yuan
from app.documents import package
from app.documents.correcting import printed_before
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
    id_title,
)
from app.documents.kinds import facts_for, freeze
from app.documents.models import Paper
from app.documents.queries import number_of
from app.law.citation import of_hit
from app.law.queries import article, cite
from app.law.words import CRIME_ARTICLES, UNITS
from app.people import queries as people
from app.transfers import papers, queries
from app.transfers.models import Transfer
from app.transfers.workflow import GROUNDS, MOVES, imposed, names

PENALTY_DECISION = "行政处罚决定书"
TAKEN_AGAIN = "由公安机关重新收集"
# The police have given the case back, or all is done: what they got is not changed any more.
OVER = frozenset({"returned_to_administrative", "closed"})
LEFT = "公安机关委托移送机关保管"
MARKS = frozenset({"counterfeit_registered_mark", "sell_counterfeit_mark_goods", "illegal_mark_labels"})


def day(value: dt.date | dt.datetime | None) -> str:
    """2026年11月23日, or "" for nothing."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = clock.local(value).date()
    return f"{value.year}年{value.month}月{value.day}日"


def minute(value: dt.datetime | None) -> str:
    """2026年11月23日9时30分, or "" for nothing."""
    if value is None:
        return ""
    wall = clock.local(value)
    return f"{day(wall.date())}{wall.hour}时{wall.minute:02d}分"


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of a typed text, empty lines left out."""
    return tuple(line.strip() for line in text.split("\n") if line.strip())


# --- shared blocks ----------------------------------------------------------------------------------------------------


def party_facts(party: Any) -> PartyFacts:
    """The party as every copy that leaves the file shows it: identity number and phone masked (R-39)."""
    if party.kind == "person":
        return PartyFacts(
            name=party.name,
            is_person=True,
            code_name="身份证件号码",
            code=party.id_masked,
            address=party.address,
            phone=mask(party.phone or None),
        )
    return PartyFacts(
        name=party.name, licence_name="营业执照", code=party.credit_code or party.legacy_no or "", address=party.address,
        head=party.legal_representative, phone=mask(party.phone or None),
    )  # fmt: skip


def team_facts(transfer: Transfer) -> tuple[OfficerFacts, ...]:
    """The special team with its certificates."""
    return tuple(OfficerFacts(one.person.name, one.certificate_no) for one in transfer.active_team)


def amount_text(value: int | None, unit: str) -> str:
    """A measured value in words: 150,000.00元, 30,000件."""
    if value is None:
        return "（综合认定）"
    if unit in {"boolean", "text"}:
        return "有"
    return f"{yuan(value)}元" if unit == "fen" else f"{value:,}{UNITS[unit]}"


def hit_facts(transfer: Transfer) -> tuple[HitFacts, ...]:
    """The lines of law that the screening found met. Only for the first ground: the second rests on its two texts."""
    run = queries.screening(transfer) if transfer.ground == "threshold" else None
    wanted = set(transfer.crimes)
    return tuple(
        HitFacts(
            rule=str(hit["rule_id"]), crime=str(hit["crime_zh"]), article=of_hit(hit), value=amount_text(hit["value"], hit["unit"]),
            line=(f"{amount_text(hit['amount'], hit['unit'])}以上" if hit["amount"] is not None else str(hit["phrase"])),
        )
        for hit in (run.hits if run is not None else []) if not wanted or hit["crime"] in wanted
    )  # fmt: skip


def ground_law(transfer: Transfer, on: dt.date) -> str:
    """The paragraph of art. 3 that the ground rests on, in the version of the day."""
    return str(cite("transfer_threshold" if transfer.ground == "threshold" else "transfer_suspicion", on))


def crime_articles(transfer: Transfer, on: dt.date) -> tuple[str, ...]:
    """The articles of the Criminal Law, in the version of the day."""
    return tuple(article("criminal_law", CRIME_ARTICLES[one], on).printed for one in transfer.crimes)


def cited(key: str, on: dt.date) -> tuple[str, ...]:
    """The articles of a legal basis, one by one, in the version of the day."""
    found = cite(key, on)
    mark = "" if found.in_force else "〔版本待核〕"
    return tuple(one.printed + mark for one in found.articles)


def letter_basis(transfer: Transfer, on: dt.date) -> tuple[str, ...]:
    """What D3 and D7 rest on, in order: 行政处罚法 27, the law of the right, art. 3 with its paragraph."""
    found = [str(cite("transfer_penalty_law", on))]
    if any(one in MARKS for one in transfer.crimes):
        found.append(str(cite("transfer_trademark", on)))
    return (*found, ground_law(transfer, on))


def goods_facts(line: GoodsLine) -> GoodsFacts:
    """One line of D5."""
    return GoodsFacts(
        name=line.name, mark=line.mark, spec=line.spec, batch=line.batch, unit=line.unit, quantity=line.quantity, price_fen=line.price_fen or None,
        price_kind=PRICE_KINDS.get(line.price_kind, "") if line.price_fen else "", value_fen=line.worth_fen, features=line.features, place=line.storage or line.place,
        measure_no=line.list.goes_with_no, seal_no=line.seal_no, item_no=line.item_no, remarks=line.remarks,
    )  # fmt: skip


def measures(transfer: Transfer) -> tuple[str, ...]:
    """What is held, by which paper, since when and until when, and how it ended; then the goods that nobody holds (国务院令第310号 6)."""
    found = list(case_papers.measures_text(transfer.case))
    free = [line for line in queries.goods(transfer) if line.list.occasion not in DECIDED]
    for occasion in dict.fromkeys(line.list.occasion for line in free):
        lines = [line for line in free if line.list.occasion == occasion]
        found.append(
            f"{OCCASIONS[occasion]}登记涉案物品{len(lines)}项，共{total_quantity(lines)}，未查封、扣押或者先行登记保存。"
        )
    return tuple(found) or ("未登记可移交的涉案物品。",)


def persons(transfer: Transfer) -> tuple[PartyFacts, ...]:
    """The people whom the interviews name, each once, numbers masked (R-39); a party that is a person stands above them."""
    party = transfer.case.party
    found = {one.person_name: one for one in interviews_of(transfer.case)}
    if party.kind == "person":
        found.pop(party.name, None)
    return tuple(
        PartyFacts(
            name=f"{one.person_name}（{one.relation}）" if one.relation else one.person_name, is_person=True, code_name=id_title(one.id_kind or None),
            code=mask(one.id_number), address=one.address, sex=one.sex, birth=one.birth, phone=mask(one.phone or None),
        )
        for one in found.values()
    )  # fmt: skip


def contact(transfer: Transfer) -> tuple[str, str]:
    """Who answers for the transfer at our side, and the phone: the registrar, else the first of the team."""
    found = people.holders(transfer.organ_id, "registrar")
    who = found[0] if found else (transfer.active_team[0].person if transfer.active_team else None)
    return (who.name if who else "", (who.phone if who else "") or transfer.organ.phone)


def annex_titles(transfer: Transfer) -> tuple[str, ...]:
    """The annexes of D3 in the order of 国务院令第310号 6."""
    found = ["涉嫌犯罪案件情况的调查报告", "移送材料清单"]
    if has_goods_list(transfer):
        found.append("涉案物品移送清单")
    if queries.has_appraisal(transfer):
        found.append("检验报告、鉴定意见")
    if imposed(transfer.penalties_imposed):
        found.append(PENALTY_DECISION)
    return (*found, "其他有关涉嫌犯罪的材料（见移送材料清单）")


# --- D1, D2 -----------------------------------------------------------------------------------------------------------


@facts_for(papers.TRANSFER_APPROVAL)
def transfer_approval(transfer: Transfer, taken: Taken) -> papers.TransferApproval:
    """D1. Frozen when the report goes to the head, and again with the decision in it."""
    case, on = transfer.case, clock.local(taken.at).date()
    reports = [paper.issued_at for paper in queries.reports(transfer)]
    opinions = [
        OpinionFacts("专案组意见" + on_which(reports, transfer.reported_at), transfer.team_opinion or transfer.report_proposal, "、".join(m.person.name for m in transfer.active_team), day(transfer.reported_at)),
        OpinionFacts("办案机构负责人意见" + on_which(reports, transfer.unit_opinion_at), transfer.unit_opinion, transfer.unit_opinion_by, day(transfer.unit_opinion_at)),
    ]  # fmt: skip
    if transfer.legal_required or transfer.legal_opinion:
        opinions.append(
            OpinionFacts(
                "法制审核意见" + on_which(reports, transfer.legal_opinion_at),
                transfer.legal_opinion,
                transfer.legal_opinion_by,
                day(transfer.legal_opinion_at),
            )
        )
    decided = taken.step.id in {"approve", "reject"}
    return papers.TransferApproval(
        organ=transfer.organ.name, case_name=case.name, case_no=case.number or "", cause=cause_of(case), filed_on=day(case.filed_at),
        party=party_facts(case.party), ground=GROUNDS[transfer.ground], ground_law=ground_law(transfer, on), hits=hit_facts(transfer),
        suspicion_facts=transfer.suspicion_facts, police_measures_needed=transfer.police_measures_needed, crime=transfer.crime_names,
        crime_article="、".join(crime_articles(transfer, on)), facts=paragraphs(transfer.report_facts), evidence_summary=transfer.report_evidence,
        goods_summary="\n".join(measures(transfer)), penalties=imposed(transfer.penalties_imposed) or "无", team=team_facts(transfer), opinions=tuple(opinions),
        decision={"approved": "批准移送", "not_approved": "不批准移送"}.get(transfer.decision, "") if decided else "",
        decision_reasons=transfer.decision_reasons if decided else "",  # his words and no others
        decided_by=taken.viewer.name if decided else "", decided_by_post=transfer.decided_as if decided else "",
        decided_at=minute(taken.at) if decided else "",
    )  # fmt: skip


def on_which(reports: list[dt.datetime], at: dt.datetime | None) -> str:
    """对第1次报告: on which of the reports handed in an opinion was given. Nothing while there is only one, or no opinion.

    A head who decides on a rewritten report must see that an opinion beside it was given on the one before.
    """
    before = sum(one <= at for one in reports) if at is not None else 0
    return f"\n对第{before}次报告" if before and len(reports) > 1 else ""  # a line of its own in the narrow column


def cause_of(case: Any) -> str:
    """The cause of action in words, else what the name of the case says."""
    from app.extensions import db
    from app.law.models import Cause

    found = db.session.get(Cause, case.cause_id) if case.cause_id else None
    return found.name if found is not None else str(case.name)


@facts_for(papers.CRIME_REPORT)
def crime_report(transfer: Transfer, taken: Taken) -> papers.CrimeReport:
    """D2, 国务院令第310号 6(2)."""
    case, on = transfer.case, clock.local(taken.at).date()
    course = [*case_papers.course(case), DayFacts(day(transfer.created_at), "办案人员发现涉嫌犯罪，提出移送。")]
    articles, hits = [*crime_articles(transfer, on), *letter_basis(transfer, on)], hit_facts(transfer)
    return papers.CrimeReport(
        organ=transfer.organ.name, case_name=case.name, case_no=case.number or "", source=transfer.report_source, course=tuple(course),
        party=party_facts(case.party), persons=persons(transfer), facts=paragraphs(transfer.report_facts), crime=transfer.crime_names,
        crime_article="、".join(crime_articles(transfer, on)), ground=GROUNDS[transfer.ground], ground_law=ground_law(transfer, on),
        evidence=tuple(EvidenceFacts(one.title, one.kind_label, one.proves, one.source) for one in queries.evidence(transfer)),
        articles=tuple(dict.fromkeys((*articles, *(hit.article for hit in hits)))), hits=hits, suspicion_facts=transfer.suspicion_facts,
        police_measures_needed=transfer.police_measures_needed, measures=tuple(dict.fromkeys((*measures(transfer), *paragraphs(transfer.report_measures)))),
        right_holder_opinion=transfer.right_holder_opinion, amounts=amount_facts(transfer), proposal=transfer.report_proposal,
        team=team_facts(transfer), made_on=day(taken.at), evidence_text=transfer.report_evidence,
    )  # fmt: skip


def amount_facts(transfer: Transfer) -> tuple[AmountFacts, ...]:
    """The annexed sheet: each figure with what it was computed from (规定 6(2), A.9)."""
    lines = lines_of(transfer.case)
    return case_papers.amounts_sheet(lines) if lines else ()


# --- D3, D4, D5, D7 ---------------------------------------------------------------------------------------------------


@facts_for(papers.TRANSFER_LETTER)
def transfer_letter(transfer: Transfer, taken: Taken) -> papers.TransferLetter:
    """D3, form 5."""
    on = clock.local(taken.at).date()
    who, phone = contact(transfer)
    return papers.TransferLetter(
        organ=transfer.organ.name, addressee=transfer.police.name, case_name=transfer.case.name, party=transfer.case.party.name,
        crime=transfer.crime_names, crime_article="、".join(crime_articles(transfer, on)), basis=letter_basis(transfer, on),
        handler="、".join(one.person.name for one in transfer.active_team), contact=who, phone=phone, address=transfer.organ.address,
        annexes=annex_titles(transfer), copy_to=transfer.procuratorate.name, issued_on=day(taken.at),
    )  # fmt: skip


def materials(transfer: Transfer) -> tuple[MaterialFacts, ...]:
    """Everything that goes to the police (规定 6), as the case file stands now.

    A file of evidence is known by its hash, a record of the investigation by the code of its print, which is there
    before the print is. Statements are marked: 刑诉法 54(2) and 程序规定 63 leave them out.
    """
    lines = [
        MaterialFacts("涉嫌犯罪案件移送书", queries.reading(transfer).letter_no),
        MaterialFacts("涉嫌犯罪案件情况的调查报告"),
    ]
    if has_goods_list(transfer):
        lines.append(MaterialFacts("涉案物品移送清单"))
    if penalties := imposed(transfer.penalties_imposed):  # D3 and D7 name the decision, so it travels (规定 6, 11)
        lines.append(MaterialFacts(PENALTY_DECISION, form="复制件", remarks="；".join(paragraphs(penalties))))
    for paper in queries.records(transfer):
        talk = paper.kind == "interview_record"
        lines.append(
            MaterialFacts(record_title(paper), queries.CODE + paper.verify_code, remarks=TAKEN_AGAIN if talk else "")
        )
    for item in queries.evidence(transfer):
        version = item.current
        lines.append(
            MaterialFacts(
                title=f"{item.kind_label}：{item.title}", form="原件" if item.original else "复制件",
                medium=("电子文件" if version is not None else "实物" if item.kind == "physical" else "纸质"),
                sha256=version.sha256 if version is not None else "",
                remarks=TAKEN_AGAIN if item.kind in {"witness", "statement"} else "",
            )
        )  # fmt: skip
    return tuple(lines)


def record_title(paper: Paper) -> str:
    """A record as D4 names it: 询问笔录：王某（第1次，2026年11月20日9时30分）."""
    facts = paper.facts
    if paper.kind == "interview_record":
        return f"{paper.title}：{facts['person']['name']}（{facts['times']}，{facts['started_at']}）"
    if paper.kind == "site_record":
        return f"{paper.title}（{facts['started_at']}）"
    return f"{facts['heading']}清单（{facts['list_no']}，{facts['goes_with']}{facts['goes_with_no']}）"


def has_goods_list(transfer: Transfer) -> bool:
    """Whether D5 is part of the package: there are goods, or the list was made when there were."""
    return queries.has_goods(transfer) or queries.of_letter(transfer, "transfer_goods_list") is not None


def lists_current(transfer: Transfer) -> bool:
    """Whether the lists in force name what travels now: D4 every material, D5 all goods that no handing over has signed for.

    What was added to the file after the approval is drawn into D4 by correcting it (R-41); before that it stays here.
    """
    listed, (goods_list, lines) = queries.listed(transfer), queries.beside_letter(transfer)
    if listed is not None and listed != [freeze(one) for one in materials(transfer)]:
        return False
    if goods_list is None:
        return not lines
    now: bool = goods_list.facts["lines"] == [freeze(goods_facts(line)) for line in lines]
    return now


@facts_for(papers.MATERIALS_LIST)
def materials_list(transfer: Transfer, taken: Taken) -> papers.MaterialsList:
    """D4: with the letter; and once more, signed by both sides, when all goes over after the filing (国务院令310号 12).

    What the case collects after the police have given it back is no part of what they got: the list stays as it was.
    """
    listed = queries.listed(transfer) if transfer.status in OVER else None
    lines = materials(transfer) if listed is None else tuple(MaterialFacts(**line) for line in listed)
    signed: Mapping[str, Any] = {"handed_by": "", "received_by": "", "handed_at": ""}
    if taken.step.id == "hand_over_goods":
        signed = printed_before(taken) or {
            "handed_by": str(taken.data.get("goods_giver") or ""), "received_by": str(taken.data.get("goods_receiver") or ""),
            "handed_at": minute(transfer.materials_handed_at),
        }  # fmt: skip
    electronic = sum(bool(one.sha256) for one in lines)
    return papers.MaterialsList(
        organ=transfer.organ.name, transfer_no=number_of(transfer, "transfer_letter"), case_name=transfer.case.name, lines=lines,
        total=f"共{len(lines)}项，其中电子文件{electronic}项",
        handed_by=signed["handed_by"], received_by=signed["received_by"], handed_at=signed["handed_at"],
    )  # fmt: skip


@facts_for(papers.TRANSFER_GOODS_LIST)
def transfer_goods_list(transfer: Transfer, taken: Taken) -> list[papers.TransferGoodsList]:
    """D5: with the letter the list alone; when goods are handed over, one with who gave and who received what moved then.

    The second names only what the house held: goods that an inspection saw, or an account book proves, change no hands.
    Where everything was given back after the approval, the corrected list says that there is nothing.
    """
    if taken.step.id in MOVES:
        return _handed_list(transfer, taken)
    there, lines = queries.beside_letter(transfer)
    printed = [goods_facts(line) for line in lines]
    return (
        [_goods_list(transfer, lines, printed, _list_no(transfer, printed_before(taken)))]
        if lines or there is not None
        else []
    )


def _handed_list(transfer: Transfer, taken: Taken) -> list[papers.TransferGoodsList]:
    """The D5 of one handing over; none where that only completed the formalities."""
    printed = printed_before(taken)
    if printed is not None:
        lines = queries.goods_of_lists(transfer, {int(line["item_no"].split("-")[0]) for line in printed["lines"]})
        told = next(
            (part for one in printed["lines"] for part in one["remarks"].split("；") if part.startswith(LEFT)), ""
        )
        signed = {name: printed[name] for name in ("giver", "receiver", "handed_at")} | {
            "witnesses": tuple(printed["witnesses"])
        }
    else:
        lines, told = _moved(transfer, taken), ""
        if transfer.goods_keeping == "kept":
            told = f"{LEFT}，保管人{transfer.goods_keeper}，保管地点{transfer.goods_kept_place}"
        signed = {"giver": transfer.goods_giver, "receiver": transfer.goods_receiver, "witnesses": names(transfer.goods_witnesses),
                  "handed_at": minute(transfer.goods_handed_at)}  # fmt: skip
    named = [_kept(goods_facts(line), told) for line in lines]
    return [_goods_list(transfer, lines, named, _list_no(transfer, printed), **signed)] if lines else []


def _list_no(transfer: Transfer, printed: Mapping[str, Any] | None) -> str:
    """清单1, 清单2 … in the order in which the lists of one letter were made; a corrected list keeps its number."""
    if printed is not None:
        return str(printed["list_no"])
    given = {paper.facts["list_no"] for paper in queries.goods_lists(transfer)}
    return f"{number_of(transfer, 'transfer_letter')}清单{len(given) + 1}"


def _list_signed(transfer: Transfer) -> str:
    """The number of the list of the last handing over, also while that step is being taken."""
    at = minute(transfer.goods_handed_at)
    signed = [paper for paper in queries.goods_lists(transfer) if paper.facts["handed_at"] == at]
    return str(signed[-1].facts["list_no"]) if signed else _list_no(transfer, None)


def _goods_list(
    transfer: Transfer, lines: list[GoodsLine], printed: list[GoodsFacts], list_no: str, **signed: Any
) -> papers.TransferGoodsList:
    number = number_of(transfer, "transfer_letter")
    return papers.TransferGoodsList(
        organ=transfer.organ.name, list_no=list_no, transfer_no=number, case_name=transfer.case.name, party=party_facts(transfer.case.party),
        lines=tuple(printed), total_quantity=total_quantity(lines), total_fen=sum(line.worth_fen or 0 for line in lines), officers=team_facts(transfer),
        **signed,
    )  # fmt: skip


def _moved(transfer: Transfer, taken: Taken) -> list[GoodsLine]:
    """What changes hands by this step: nothing where it completes the formalities of goods that had gone with the case."""
    if taken.step.id == "hand_over_goods" and transfer.goods_handed_at != transfer.materials_handed_at:
        return []
    return queries.moved_goods(transfer)


def _kept(line: GoodsFacts, told: str) -> GoodsFacts:
    """The line with the remark that the police left the goods in our keeping, where they did (A.8)."""
    return replace(line, remarks="；".join(filter(None, (line.remarks, told))))


@facts_for(papers.COPY_TO_PROCURATORATE)
def copy_to_procuratorate(transfer: Transfer, taken: Taken) -> papers.CopyToProcuratorate:
    """D7: goes out with the transfer itself, and names the day on which that was done."""
    on = clock.local(taken.at).date()
    who, phone = contact(transfer)
    return papers.CopyToProcuratorate(
        organ=transfer.organ.name, addressee=transfer.procuratorate.name, case_name=transfer.case.name, party=transfer.case.party.name,
        transfer_no=number_of(transfer, "transfer_letter"), transferred_on=day(transfer.handed_at or taken.at), police=transfer.police.name, crime=transfer.crime_names,
        crime_article="、".join(crime_articles(transfer, on)), basis=cited("copy_procuratorate", on),
        annexes=("涉嫌犯罪案件移送书副本", "移送材料清单副本", *((f"{PENALTY_DECISION}副本",) if imposed(transfer.penalties_imposed) else ())), contact=who, phone=phone, issued_on=day(taken.at),
    )  # fmt: skip


# --- form 6 -----------------------------------------------------------------------------------------------------------


@facts_for(papers.GOODS_MOVED_NOTICE)
def goods_moved_notice(transfer: Transfer, taken: Taken) -> list[papers.GoodsMovedNotice]:
    """Form 6, one for every measure whose goods moved (行政强制法 21). Goods that were not sealed or seized owe none."""
    on, printed = clock.local(taken.at).date(), printed_before(taken)
    lines = _moved(transfer, taken) if printed is None else queries.goods_of_measure(transfer, printed["measure_no"])
    moved_on = day(transfer.goods_handed_at) if printed is None else printed["moved_on"]
    who, phone = contact(transfer)
    list_no = _list_signed(transfer) if printed is None else printed["list_no"]
    lists: dict[tuple[str, dt.date], list[GoodsLine]] = {}
    for line in lines:
        if line.list.occasion == "measure":
            lists.setdefault((line.list.goes_with_no, line.list.made_on), []).append(line)
    return [
        papers.GoodsMovedNotice(
            organ=transfer.organ.name, addressee=transfer.case.party.name, measure_no=number, measure_on=day(made_on),
            measure_name="、".join(words for kind, words in MEASURES.items() if any(line.list.measure_kind == kind for line in moved)),
            basis=cited("goods_moved_notice", on), receiving_body=transfer.police.name,
            list_no=list_no, moved_on=moved_on, contact=who, phone=phone,
            issued_on=day(taken.at), case_name=transfer.case.name,
        )
        for (number, made_on), moved in lists.items()
    ]  # fmt: skip


# --- the package ------------------------------------------------------------------------------------------------------


@package.contents_for("transfer")
def contents(viewer: Any, transfer: Transfer) -> list[package.Entry]:
    """What travels beside the papers: what D4 names and nothing else, the evidence byte for byte.

    Before there is a D4 our own people see what it would name. The procuratorate gets the copies only.
    """
    if viewer.organ_kind == "procuratorate" or transfer.status in {"suspected", "team_designated", "report_drafting"}:
        return []
    listed = queries.listed(transfer) or [freeze(one) for one in materials(transfer)]
    found = [
        replace(package.entry_of(paper), name=f"{package.safe_name(record_title(paper))}.pdf")
        for paper in queries.records_listed(transfer.case_id, listed)
    ]
    for version in queries.files_listed(transfer.case_id, listed):
        item = version.evidence
        name = package.safe_name(f"证据{item.n} {item.title} {version.name}")
        found.append(package.Entry(name, version.sha256, version.size, version.media_type, kind=item.kind_label))
    return found
