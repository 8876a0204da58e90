"""Writes of site records and interviews: the record and its paper are made in one. Never commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.cases import papers
from app.cases.goods import GoodsList
from app.cases.models import Case, next_in_case
from app.cases.records import Interview, InterviewRow, SiteRecord
from app.core import clock, history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_
from app.documents import actions as documents
from app.documents.models import Paper
from app.extensions import db


def officers_shown(case: Case, person_ids: Sequence[int], on: dt.date) -> list[dict[str, Any]]:
    """The officers with the certificates they showed. Refused with less than two, or one that was not valid (R-06)."""
    rows = [row for row in case.active_officers if row.person_id in set(person_ids)]
    if len(rows) < 2:
        raise Refused(N_("执法人员不得少于两人，且须是本案办案人员（行政处罚法 42、程序规定 22）。"), 422)
    expired = [row.name for row in rows if not row.person.certified(on)]
    if expired:
        raise Refused(N_("所选人员当日的执法证不在有效期内，不能参加检查、询问。请改选他人。"), 422)
    return [{"person_id": row.person_id, "name": row.name, "certificate": row.certificate_no} for row in rows]


def make_site_record(case: Case, viewer: Viewer, data: Mapping[str, Any]) -> SiteRecord:
    """Form 9: kept, and its paper frozen from it. What is wrong afterwards is corrected by a new record."""
    record = SiteRecord(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, SiteRecord.n, case.id),
        started_at=data["started_at"], ended_at=data["ended_at"], place=data["place"], recorder=data["recorder"],
        officers=officers_shown(case, data["officer_ids"], clock.local(data["started_at"]).date()),
        on_site=data.get("on_site") or "", party_absent=data.get("party_absent") or "", seen=data["seen"], photos=data.get("photos") or "",
        measures=data.get("measures") or "", party_words=data.get("party_words") or "", witness=data.get("witness") or "",
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
    """Form 14: one person, the opening notice, then questions and answers; its paper frozen from it."""
    if not rows:
        raise Refused(N_("请至少填写一组问答。"), 422)
    same = (
        select(func.count())
        .select_from(Interview)
        .where(Interview.case_id == case.id, Interview.person_name == data["person_name"])
    )
    record = Interview(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, Interview.n, case.id), times=(db.session.scalar(same) or 0) + 1,
        started_at=data["started_at"], ended_at=data["ended_at"], place=data["place"], recorder=data["recorder"],
        officers=officers_shown(case, data["officer_ids"], clock.local(data["started_at"]).date()), created_by_id=viewer.user_id,
        **{name: data.get(name) or "" for name in ("person_name", "sex", "nation", "birth", "phone", "address", "employer", "job", "relation", "changes")},
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
    return record


def print_goods_list(goods: GoodsList, case: Case, viewer: Viewer, note: str = "") -> Paper:
    """Form 24 of a list as it stands. Printed before: a new version with a note of what was corrected (R-41)."""
    if not goods.lines:
        raise Refused(N_("清单还没有物品。请先登记物品再制作清单。"), 422)
    facts = papers.goods_list_facts(goods)
    origin = f"goods_list:{goods.id}"
    before = db.session.scalar(
        select(Paper).where(
            Paper.subject_type == "case",
            Paper.subject_id == case.id,
            Paper.origin == origin,
            Paper.superseded_by_id.is_(None),
        )
    )
    if before is None:
        return documents.issue(papers.GOODS_LIST, case, facts, viewer, origin=origin)
    return documents.correct(before, facts, note, viewer, case)
