"""Writes on the case itself: opening it from a clue, its officers, its pauses. Never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from app.cases import screening_actions
from app.cases.amounts import amounts_of
from app.cases.models import Case, CaseClue, CaseOfficer, CaseReport, next_in_case
from app.cases.words import ENTERED, MEASURE_EXCLUDED, SUSPEND_GROUNDS, TRANSFER_PAUSE, band_of
from app.cases.workflow import CASE, RAISED, WORKING
from app.core import clock, deadlines, history, search
from app.core.errors import Refused, Stale
from app.core.numbering import Series, issue
from app.core.permissions import SYSTEM, Viewer
from app.core.steps import Taken, begin, take
from app.core.text import N_, _
from app.extensions import db
from app.law.models import Cause
from app.law.words import STANDINGS
from app.notices import actions as notices
from app.notices import recipients
from app.notices.recipients import Recipient
from app.people.models import Organ, Person

CASE_NUMBER = Series("filing", "立案", "{short}立〔{year}〕{n}号")
ONE_DAY = dt.timedelta(days=1)


# --- opening -----------------------------------------------------------------------------------------------------------


def open_from_clue(taken: Taken) -> None:
    """Listener of "clue.approve_filing": the decision to file makes the case (程序规定 19)."""
    clue = taken.subject
    open_case(
        taken.viewer, clue.gathered, organ_id=clue.organ_id, party=clue.party, right=clue.right,
        cause=db.session.get(Cause, clue.cause_id) if clue.cause_id else None,
        facts=clue.verified_facts or clue.facts, act_place=clue.act_place or clue.place, act_to=clue.act_ended_on,
        officer_ids=clue.proposed_officer_ids, at=taken.at, created_by_id=clue.proposed_by_id,
    )  # fmt: skip


def link_merged(taken: Taken) -> None:
    """Listener of "clue.merge": what goes into a filed clue belongs to its case, its files are offered as evidence (R-01).

    Refused (422) when every case of that clue is closed: the new report would be over with nobody to decide on it.
    """
    clue = taken.subject
    db.session.expire(clue.merged_into, ["case_links"])
    cases = [link.case for link in clue.merged_into.case_links]
    if not cases:
        return
    alive = [case for case in cases if case.status not in CASE.ends]
    if not alive:
        raise Refused(N_("要并入的线索所立案件已经结案，不能再并入。请先核查本件，再由负责人决定是否立案。"), 422)
    for case in alive:
        have = {link.clue_id for link in case.links}
        case.links += [CaseClue(clue_id=one.id, linked_at=taken.at) for one in clue.gathered if one.id not in have]
        history.record(
            case, "link_clue", taken.viewer, name=N_("并入线索"), law=taken.step.law, reason=f"{clue.number}并入本案", at=taken.at
        )  # fmt: skip
    db.session.flush()


def open_case(
    viewer: Viewer, clues: Iterable[Any], *, organ_id: int, party: Any, right: Any, cause: Any, facts: str, at: dt.datetime,
    officer_ids: Iterable[int] = (), act_place: str = "", act_from: dt.date | None = None, act_to: dt.date | None = None,
    created_by_id: int | None = None, remarks: Iterable[Any] = (),
) -> Case:  # fmt: skip
    """Make a case with its number, its deadline and the officers proposed for it.

    Raises Refused (422) without a party: a case of the ordinary procedure is against somebody.
    """
    if party is None:
        raise Refused(N_("立案须有当事人。请先在线索中选择或者录入当事人。"), 422)
    case = Case(
        organ_id=organ_id, name=name_of(party.name, cause.name if cause is not None else ""), party_id=party.id,
        right_id=right.id if right is not None else None, right_kind=right.kind if right is not None else "",
        cause_id=cause.id if cause is not None else None, filed_at=at, facts=facts, act_place=act_place, act_from=act_from, act_to=act_to,
        created_by_id=created_by_id or viewer.user_id, remarks=list(remarks),
    )  # fmt: skip
    case.links = [CaseClue(clue_id=clue.id, linked_at=at) for clue in clues]
    case.officers = [
        CaseOfficer(person_id=person_id, certificate_no="", confirmed=False, since=clock.local(at).date())
        for person_id in dict.fromkeys(officer_ids)
    ]
    begin(
        CASE,
        case,
        viewer,
        name=N_("立案"),
        law="市场监督管理行政处罚程序规定 19",
        at=at,
        opens=("case_decision",),
        tells=("unit_head",),
    )
    screening_actions.begin(case, cause)
    index(case)
    return case


def numbered(taken: Taken) -> None:
    """Listener of "case.begin": the number, before anybody is told of the case."""
    case = taken.subject
    case.number = issue(CASE_NUMBER, db.session.get_one(Organ, case.organ_id), case, taken.at)
    db.session.flush()


def name_of(party: str, cause: str) -> str:
    """当事人 + 涉嫌 + 行为 + 案."""
    act = (cause or "违法行为").removesuffix("案")
    return f"{party}涉嫌{act}案"[:200]


def index(case: Case) -> None:
    """Make the case findable by its number, name, party, right, marks and goods. No secret goes in."""
    from app.cases.amounts import lines_of

    right = case.right
    words = [case.facts, case.act_place, getattr(right, "name", "") or "", getattr(right, "number", "") or ""]
    words += [f"{line.name} {line.mark}" for line in lines_of(case)]
    search.index(
        db.session(), "case", case.id, case.organ_id, " ".join(filter(None, words)), f"{case.number or ''} {case.name}"
    )


def edit_facts(case: Case, viewer: Viewer, data: Any) -> None:
    """Change facts, place and the days of the act. The days decide which law and which line apply, so the screen runs again."""
    before = {"act_from": _iso(case.act_from), "act_to": _iso(case.act_to)}
    case.facts, case.act_place, case.act_from, case.act_to = (
        data["facts"],
        data["act_place"],
        data["act_from"],
        data["act_to"],
    )
    after = {"act_from": _iso(case.act_from), "act_to": _iso(case.act_to)}
    history.record(case, "edit_facts", viewer, name=N_("修改案情"), facts={"before": before, "after": after})
    settle(case, viewer, N_("修改案情"))


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def settle(case: Case, viewer: Viewer, cause: str) -> None:
    """After any change of a measure: amounts anew, the screen again, the search entry anew. In the caller's transaction."""
    found = amounts_of(case)
    case.sold_fen, case.unsold_fen, case.business_fen = found.sold_fen, found.unsold_fen, found.business_fen
    case.band = band_of(found.business_fen)
    case.changed_at = clock.now()
    screening_actions.rerun(case, viewer, cause, found)
    index(case)


def require_working(case: Case) -> None:
    """Refused unless the case is being investigated: what is sent, ended or closed is not changed any more."""
    if case.status not in WORKING:
        raise Refused(N_("案件未在调查中，不能再登记或者修改。已立案的请先由办案机构负责人指定办案人员。"))


def same_page(case: Case, seen: str | None) -> None:
    """Stale when the case has changed since the page that was filled in was shown."""
    if seen and seen != str(case.version):
        raise Stale()


# --- people ------------------------------------------------------------------------------------------------------------


def appoint(taken: Taken) -> None:
    """Listener of "case.appoint" and "case.change_officers": these people, from today, with the certificates of today."""
    case, today = taken.subject, clock.local(taken.at).date()
    wanted = list(dict.fromkeys(int(one) for one in taken.data["officer_ids"]))
    for row in case.officers:
        if row.until is not None:
            continue
        if row.person_id not in wanted:
            row.until = today
        elif not row.confirmed:
            _confirm(row, today)
    have = {row.person_id for row in case.officers if row.until is None}
    for person_id in wanted:
        if person_id not in have:
            row = CaseOfficer(person_id=person_id, since=today)
            case.officers.append(row)
            _confirm(row, today)
    names = [row.person.name for row in case.active_officers]
    history.record(
        case,
        "officers",
        taken.viewer,
        name=N_("确定办案人员"),
        law=taken.step.law,
        facts={"officers": names},
        at=taken.at,
    )


def _confirm(row: CaseOfficer, today: dt.date) -> None:
    person = db.session.get_one(Person, row.person_id)
    row.person, row.confirmed, row.since = person, True, today
    row.certificate_no, row.certificate_until = person.certificate_no or "", person.certificate_until


# --- what was asked, and the answer ---------------------------------------------------------------------------------------


def note_asked(taken: Taken) -> None:
    """Listener of "case.ask". What was answered to the transfer question stands beside the request to end the case."""
    if taken.subject.asked == "terminate":
        taken.subject.transfer_answer = str(taken.data.get("transfer_answer") or "").strip()
    taken.subject.asked_by_id, taken.subject.asked_at = taken.viewer.user_id, taken.at


def answered(taken: Taken) -> None:
    """Listener of the head's steps: what was asked is no longer open."""
    case = taken.subject
    case.asked, case.asked_ground, case.asked_reason, case.asked_by_id, case.asked_at = None, "", "", None, None


def suspended(taken: Taken) -> None:
    """Listener of "case.suspend": the ninety days stop (程序规定 46, 64)."""
    case = taken.subject
    _pause(case, case.asked_ground, taken)


def resumed(taken: Taken) -> None:
    """Listener of every step that leads back to the investigation."""
    _resume(taken.subject, taken.at)


def ended(taken: Taken) -> None:
    """Listener of "case.terminate" and "case.taken_by_justice": nothing is held any more, nothing is asked."""
    taken.subject.held_ground, taken.subject.held_before, taken.subject.held_since = "", "", None
    answered(taken)


def ended_over_the_line(taken: Taken) -> None:
    """Listener of "case.terminate" and "case.close": the principal head hears of a suspicion that was not sent to the police.

    Whether a case is transferred is his decision alone (国务院令310号 5(2)); an investigation that ends without it, though the
    screen stands at the line or at suspicion, must not end without his knowledge (3, 11). He can begin no transfer: the
    officers are told the same, and that it is theirs to begin, now as before.
    """
    case: Any = taken.subject
    if case.standing not in RAISED or any(transfer.handed_at for transfer in case.transfers):
        return
    title, answer = notices.title_of("case", case), (case.transfer_answer or "").strip()

    def write(one: Recipient) -> notices.Message:
        told = {"who": taken.viewer.name, "step": _(taken.step.name), "standing": _(STANDINGS[case.standing])}
        if one.post == "officer":
            body = _(
                "%(who)s已办理“%(step)s”。筛查结果为“%(standing)s”，案件没有移送公安机关，已告知正职负责人；要求移送或者发现新事实的，请在案件页“移送公安机关”提出（国务院令310号 3、5(2)、11）。",
                **told,
            )
        else:
            body = _(
                "%(who)s已办理“%(step)s”。筛查结果为“%(standing)s”，案件没有移送公安机关；是否移送由您决定，决定移送的，请要求办案人员在案件页提出移送（国务院令310号 3、5(2)、11）。",
                **told,
            )
        body += _("办案人员写明：%(answer)s", answer=answer) if answer else _("没有写明是否移送及其理由。")
        return notices.Message(
            f"case:{case.id}:{taken.step.id}:not_transferred:{case.version}", "news", "case", case.id,
            _("未移送公安机关：%(title)s", title=title), body,
        )  # fmt: skip

    notices.send_each(recipients.of(case, ("principal", "officers")), write, but=taken.viewer.user_id)


def extended(taken: Taken) -> None:
    """Listener of "case.extend": thirty days, once (程序规定 64)."""
    deadlines.extend(taken.subject, "case_decision", taken.viewer, taken.subject.asked_reason, taken.at)


def measure_extended(taken: Taken) -> None:
    """Listener of "case.extend_measure": thirty days more, once, with the reasons (行政强制法 25)."""
    deadlines.extend(taken.subject, "seizure", taken.viewer, taken.subject.asked_reason, taken.at)


SUSPENSION = "中止"


def _held_by(ground: str) -> str:
    """A ground of suspension as the trace of the deadline names it."""
    if ground == "transfer":
        return TRANSFER_PAUSE[:200]
    words, law = SUSPEND_GROUNDS[ground]
    return f"{words}（{law}）"[:200]


def _pause(case: Case, ground: str, taken: Taken) -> None:
    """Every suspension is an exclusion of its own, also while a test stops the clock already: overlaps merge (R-36)."""
    today = clock.local(taken.at).date()
    if deadlines.running(case, "case_decision") is not None:
        deadlines.pause(case, "case_decision", SUSPENSION, _held_by(ground), today, None, taken.viewer)
    case.held_ground, case.held_since = ground, today


def _end_suspension(case: Case, ground: str, at: dt.datetime) -> None:
    """That suspension alone ends; a test that is still out, or the head's own ground, goes on stopping the clock."""
    if not ground:
        return
    document, last = _held_by(ground), clock.local(at).date() - ONE_DAY
    if any(e.ground == SUSPENSION and e.document == document for e in deadlines.waiting(case, "case_decision")):
        deadlines.resume(case, "case_decision", last, ground=SUSPENSION, document=document)


def _resume(case: Case, at: dt.datetime) -> None:
    _end_suspension(case, case.held_ground, at)
    case.held_ground, case.held_since = "", None


def tests_out(case: Case) -> list[deadlines.Exclusion]:
    """What stops the ninety days and ends with a result: tests, identifications, notices; not the suspension."""
    return [e for e in deadlines.waiting(case, "case_decision") if e.ground != SUSPENSION]


def exclude(
    case: Case, viewer: Viewer, ground: str, document: str, first: dt.date | None, last: dt.date | None, told: str = ""
) -> None:
    """Leave days out of the ninety (程序规定 64): a test, an identification, a public notice, with its paper.

    told: number of form 31 with which the party was told of the time of a test; only then do the same days not count
    towards a seizure either (行政强制法 25(3)).

    Refused (422) for a foreign ground, missing paper, or days outside the time since filing.
    """
    if ground not in ENTERED:
        raise Refused(N_("该事由依法不得扣除办理期限，请核对依据。"), 422)
    if not document.strip():
        raise Refused(N_("扣除期间须有依据。请填写委托书、辨认通知书或者公告的名称、文号。"), 422)
    if first is None or not case.filed_on <= first <= clock.today() or (last is not None and last > clock.today()):
        raise Refused(N_("扣除期间须在立案之后、不晚于今天，请核对日期。"), 422)
    deadlines.pause(case, "case_decision", ground, document.strip(), first, last, viewer)
    held = deadlines.running(case, "seizure")
    if told.strip() and ground in MEASURE_EXCLUDED and held is not None:
        begun = max(first, clock.local(held.start_at).date())
        if last is None or last >= begun:
            deadlines.pause(case, "seizure", ground, f"{document.strip()}；{told.strip()}"[:200], begun, last, viewer)
    history.record(
        case, "exclude", viewer, name=N_("扣除办案期限"), law="市场监督管理行政处罚程序规定 64", reason=document.strip(),
        facts={"ground": ground, "from": _iso(first), "to": _iso(last)},
    )  # fmt: skip


def end_exclusion(case: Case, viewer: Viewer, exclusion_id: int | None, last: dt.date | None, document: str) -> None:
    """The result of that test is back: for it the days count again from the day after `last` (程序规定 64).

    Also while the case is suspended: the suspension goes on by itself. The same test ends for a seizure (行政强制法 25).
    Refused (422) without a date, before the day it began, or for what is no test that is out.
    """
    if last is None or last > clock.today():
        raise Refused(N_("请填写返回日期，且不能晚于今天。"), 422)
    out = next((e for e in tests_out(case) if e.id == exclusion_id), None)
    if out is None:
        raise Refused(N_("请选择是哪一项检测、检验、检疫、鉴定、辨认或者公告已经返回。"), 422)
    if last < out.start:
        raise Refused(N_("返回日期早于该项扣除的开始日期，请更正。"), 422)
    deadlines.resume(case, "case_decision", last, exclusion_id=out.id)
    same = f"{out.document}；"[:200]
    for held in deadlines.waiting(case, "seizure"):
        if held.ground == out.ground and held.document.startswith(same):
            deadlines.resume(case, "seizure", last, exclusion_id=held.id)
            break
    history.record(case, "end_exclusion", viewer, name=N_("扣除期间结束"), law="市场监督管理行政处罚程序规定 64",
                   reason=document.strip(), facts={"ground": out.ground, "document": out.document, "to": _iso(last)})  # fmt: skip


# --- what the transfer does -------------------------------------------------------------------------------------------------


def suspend_for_transfer(taken: Taken) -> None:
    """Listener of "transfer.hand_over": the case waits for the police (house reading of 程序规定 46(1)(1))."""
    case = taken.subject.case
    if case.status in {"investigating", "suspended"}:
        case.held_before = case.held_ground if case.status == "suspended" else ""
        done = take(CASE, case, "hold_for_transfer", SYSTEM, {}, taken.at)
        _pause(case, "transfer", done)
        answered(done)


def resume_after_transfer(taken: Taken) -> None:
    """Listener for the police or the procuratorate giving the case back: it goes on from where it stopped.

    A case that the police prosecute comes back by the transfer that they filed, and by no later one (国务院令310号 13).
    """
    case = taken.subject.case
    if case.status == "sent":
        if taken.subject.filed_received_at is None:
            return
        take(CASE, case, "back_from_justice", SYSTEM, {}, taken.at)
    elif case.held_for_transfer and case.held_before:
        # What had stopped it before the transfer has not ended by the return (程序规定 46): the head resumes it.
        take(CASE, case, "back_still_suspended", SYSTEM, {}, taken.at)
        _end_suspension(case, "transfer", taken.at)
        case.held_ground, case.held_before = case.held_before, ""
    elif case.held_for_transfer:
        take(CASE, case, "back_from_transfer", SYSTEM, {}, taken.at)


def sent_to_justice(taken: Taken) -> None:
    """Listener for the police having filed: the case can be closed as sent to the justice organs (程序规定 77(1)(4))."""
    case = taken.subject.case
    if case.status in CASE.step("taken_by_justice").sources:
        take(CASE, case, "taken_by_justice", SYSTEM, {}, taken.at)


# --- the report -------------------------------------------------------------------------------------------------------------

REPORT_PARTS = (
    "nature",
    "articles",
    "discretion",
    "defence",
    "repeat_check",
    "transfer_check",
    "goods_handling",
    "proposal",
)


def hand_in_report(taken: Taken) -> None:
    """Listener of "case.report": the report stands as written; another one is a new row (程序规定 48)."""
    case = taken.subject
    n = next_in_case(db.session, CaseReport.n, case.id)
    parts = {part: str(taken.data.get(part) or "") for part in REPORT_PARTS}
    db.session.add(CaseReport(case_id=case.id, n=n, made_by_id=taken.viewer.user_id, made_at=taken.at, **parts))
    db.session.flush()
