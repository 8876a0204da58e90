"""Writes of site records and interviews: the record and its paper are made in one. Never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.cases import duty, papers
from app.cases.goods import GoodsList
from app.cases.models import Case, next_in_case
from app.cases.records import Interview, InterviewRow, SiteRecord, asks_recusal
from app.core import clock, history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_, _
from app.documents import actions as documents
from app.documents.models import Paper
from app.extensions import db
from app.notices import actions as notices
from app.notices import recipients
from app.notices.actions import Message
from app.notices.recipients import Recipient
from app.registry import identifiers

LONGEST = dt.timedelta(days=3)  # no record lasts longer


def require_possible(case: Case, officers: Sequence[Mapping[str, Any]], start: dt.datetime, end: dt.datetime) -> None:
    """Refused (422) when a record begins before its clue was found, or an officer of it is in another one at that time.

    One cannot inspect here and ask there in the same minutes; one person is questioned at a time (程序规定 22, 29).
    """
    found = duty.found_on(case)
    if found is not None and clock.local(start).date() < found:
        raise Refused(
            _(
                "笔录开始时间早于线索发现日期（%(day)s）。请更正开始时间；发现日期有误的，请先更正线索。",
                day=found.isoformat(),
            ),
            422,
        )
    wanted = {one["person_id"] for one in officers}
    kinds: tuple[tuple[Any, str], ...] = ((SiteRecord, N_("现场笔录")), (Interview, N_("询问笔录")))
    for kind, words in kinds:
        about = kind.started_at.between(start - LONGEST, end)  # what the index finds
        at_once = select(kind).where(
            kind.organ_id == case.organ_id, about, kind.started_at < end, kind.ended_at > start
        )
        for other in db.session.scalars(at_once.order_by(kind.id)).unique():
            both = [one["name"] for one in other.officers if one["person_id"] in wanted]
            if both:
                raise Refused(
                    _(
                        "%(names)s在 %(start)s至%(end)s 已参加另一份%(record)s，同一人不能同时参加两份笔录。请核对起止时间或者执法人员。",
                        names=_("、").join(both), start=_wall(other.started_at), end=_wall(other.ended_at),
                        record=_(words),
                    ),
                    422,
                )  # fmt: skip


def _wall(at: dt.datetime) -> str:
    return clock.local(at).strftime("%Y-%m-%d %H:%M")


def make_site_record(case: Case, viewer: Viewer, data: Mapping[str, Any]) -> SiteRecord:
    """Form 9: kept, and its paper frozen from it. What is wrong afterwards is corrected by a new record."""
    officers = duty.shown(case, data["officer_ids"], clock.local(data["started_at"]).date())
    require_possible(case, officers, data["started_at"], data["ended_at"])
    record = SiteRecord(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, SiteRecord.n, case.id),
        started_at=data["started_at"], ended_at=data["ended_at"], place=data["place"], recorder=data["recorder"],
        officers=officers, seen=data["seen"],
        **{name: data.get(name) or "" for name in ("on_site", "party_absent", "party_refused", "photos", "video_no", "measures", "party_words", "witness")},
        goods_list_id=data.get("goods_list_id") or None, created_by_id=viewer.user_id,
    )  # fmt: skip
    if record.goods_list_id is not None and db.session.get_one(GoodsList, record.goods_list_id).case_id != case.id:
        raise Refused(N_("所选清单不属于本案，请重新选择。"), 422)
    record.case = case
    db.session.add(record)
    db.session.flush()
    documents.issue(
        papers.SITE_RECORD, case, papers.site_record_facts(record), viewer, origin=f"site_record:{record.id}"
    )
    history.record(
        case,
        "site_record",
        viewer,
        name=N_("制作现场笔录"),
        law="市场监督管理行政处罚程序规定 28",
        facts={"n": record.n},
    )
    return record


def make_interview(case: Case, viewer: Viewer, data: Mapping[str, Any], notice: Sequence[tuple[str, str]], rows: Sequence[tuple[str, str]]) -> Interview:  # fmt: skip
    """Form 14: one person, the opening notice, then questions and answers; its paper frozen from it.

    Answers are what was typed and nothing else. Who asks that an officer withdraw is reported to the heads, who decide
    (PROC 4); the investigation goes on meanwhile.
    """
    if not rows:
        raise Refused(N_("请至少填写一组问答。"), 422)
    officers = duty.shown(case, data["officer_ids"], clock.local(data["started_at"]).date())
    require_possible(case, officers, data["started_at"], data["ended_at"])
    told = dict(data)
    if told.get("id_number") and (told.get("id_kind") or "resident") == "resident":
        sex, birth = identifiers.sex_and_birth(told["id_number"])
        told["sex"], told["birth"] = told.get("sex") or sex, told.get("birth") or birth
    same = (
        select(func.count())
        .select_from(Interview)
        .where(Interview.case_id == case.id, Interview.person_name == data["person_name"])
    )
    record = Interview(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, Interview.n, case.id), times=(db.session.scalar(same) or 0) + 1,
        started_at=data["started_at"], ended_at=data["ended_at"], place=data["place"], recorder=data["recorder"],
        officers=officers, created_by_id=viewer.user_id, id_kind=(told.get("id_kind") or "resident") if told.get("id_number") else "",
        id_number=identifiers.clean_id_number(told.get("id_number") or "") or None,
        **{name: told.get(name) or "" for name in ("person_name", "sex", "nation", "birth", "id_absent", "phone", "address", "employer", "job", "relation", "changes")},
    )  # fmt: skip
    every = [(True, q, a) for q, a in notice] + [(False, q, a) for q, a in rows]
    record.rows = [InterviewRow(n=n, notice=first, question=q, answer=a) for n, (first, q, a) in enumerate(every, 1)]
    record.case = case
    db.session.add(record)
    db.session.flush()
    documents.issue(
        papers.INTERVIEW_RECORD, case, papers.interview_facts(record), viewer, origin=f"interview:{record.id}"
    )
    history.record(case, "interview", viewer, name=N_("制作询问笔录"), law="市场监督管理行政处罚程序规定 29",
                   facts={"n": record.n, "times": record.times})  # fmt: skip
    if asks_recusal(answer for _first, _question, answer in every):
        _report_recusal(record, case, viewer)
    return record


def _report_recusal(record: Interview, case: Case, viewer: Viewer) -> None:
    """Note the request and put it before who decides on it: the heads, and the unit head who may change the officers."""
    history.record(case, "recusal_asked", viewer, name=N_("被询问人申请回避"), law="市场监督管理行政处罚程序规定 4、行政处罚法 43",
                   facts={"interview": record.id, "n": record.n})  # fmt: skip

    def write(_one: Recipient) -> Message:
        return Message(
            f"case:{case.id}:recusal:{record.id}", "task", "case", case.id,
            _("回避申请：%(title)s", title=notices.title_of("case", case)),
            _("询问笔录第%(n)s份记有回避申请。办案人员的回避由负责人决定，负责人的回避由主要负责人决定；决定作出前不停止调查（程序规定 4、行政处罚法 43）。", n=record.n),
        )  # fmt: skip

    notices.send_each(recipients.of(case, ("head", "principal", "unit_head")), write)


def print_goods_list(goods: GoodsList, case: Case, viewer: Viewer, note: str = "") -> Paper:
    """Form 24 of a list as it stands. Printed before: a new version with a note of what was corrected (R-41)."""
    if not goods.lines:
        raise Refused(N_("清单还没有物品。请先登记物品再制作清单。"), 422)
    before = _printed(goods, case)
    if before is None:
        return documents.issue(
            papers.GOODS_LIST, case, papers.goods_list_facts(goods), viewer, origin=f"goods_list:{goods.id}"
        )
    return documents.correct(before, papers.goods_list_facts(goods), note, viewer, case)


def reprint_goods_list(goods: GoodsList, case: Case, viewer: Viewer, note: str) -> Paper | None:
    """The next version of form 24 where it was printed already; None where it was not."""
    before = _printed(goods, case)
    return None if before is None else documents.correct(before, papers.goods_list_facts(goods), note, viewer, case)


def _printed(goods: GoodsList, case: Case) -> Paper | None:
    """Form 24 of the list in its version of now."""
    return db.session.scalar(
        select(Paper).where(
            Paper.subject_type == "case",
            Paper.subject_id == case.id,
            Paper.origin == f"goods_list:{goods.id}",
            Paper.superseded_by_id.is_(None),
        )
    )
