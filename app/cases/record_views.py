"""Pages of site records and interviews."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, request, url_for

from app.cases import duty, queries, record_actions
from app.cases.blueprint import Answer, bp, working
from app.cases.models import Case
from app.cases.record_forms import BLANK_ROWS, MOST_ROWS, NOTICE, InterviewForm, SiteForm
from app.core import clock
from app.core.errors import Refused
from app.core.forms import once
from app.core.permissions import needs, viewer
from app.core.text import _
from app.extensions import db


def _prepared(form: Any, case: Case) -> None:
    """What is known before a word is typed: that it begins now, the officers, who writes. Its end is not known yet."""
    form.started_at.data = clock.now()
    form.officer_ids.data = [row.person_id for row in case.active_officers]
    form.recorder.data = viewer().name


@bp.route("/<int:case_id>/site-records/new", methods=["GET", "POST"])
@needs("case.write")
def new_site_record(case_id: int) -> Answer:
    """Form 9."""
    case = working(case_id)
    form, sentence, status = SiteForm(case=case, lists=queries.lists_of(case)), "", 200
    if request.method == "GET":
        _prepared(form, case)
        form.place.data = case.act_place
    elif form.validate():
        try:
            return once(form, lambda: _site(case, form), lambda: _("已保存现场笔录，正在生成PDF。"))
        except Refused as error:
            db.session.rollback()
            sentence, status = _(error.sentence), error.status
    else:
        status = 422
    return render_template("cases/site_record.html", form=form, case=working(case_id), sentence=sentence), status


def _site(case: Case, form: SiteForm) -> str:
    record_actions.make_site_record(case, viewer(), form.data)
    return url_for("cases.papers", case_id=case.id)


@bp.route("/<int:case_id>/interviews/new", methods=["GET", "POST"])
@needs("case.write")
def new_interview(case_id: int) -> Answer:
    """Form 14."""
    case = working(case_id)
    form, faults, sentence, status = InterviewForm(case=case), [], "", 200
    if request.method == "GET":
        _prepared(form, case)
    elif "_more" not in request.form:  # the button that only asks for more rows; works without JavaScript
        faults, status = form.faults(), 422
        if form.validate() and not faults:
            try:
                return once(form, lambda: _interview(case, form), lambda: _("已保存询问笔录，正在生成PDF。"))
            except Refused as error:
                db.session.rollback()
                sentence, status = _(error.sentence), error.status
    rows = form.pairs() if request.method == "POST" else []
    page = render_template(
        "cases/interview.html", form=form, case=working(case_id), sentence=sentence, faults=faults,
        notice=list(zip(_questions(case, _("按所勾选的执法人员载入姓名和证号")), form.notice_answers(), strict=True)),
        rows=(rows + [("", "")] * (BLANK_ROWS if "_more" in request.form else max(BLANK_ROWS - len(rows), 2)))[:max(MOST_ROWS, len(rows))],
        most=MOST_ROWS,
    )  # fmt: skip
    return page, status


def _questions(case: Case, certificates: str) -> list[str]:
    """The opening of every interview: who we are, and the rights."""
    return [q % {"organ": case.organ.name, "certificates": certificates} if "%(" in q else q for q in NOTICE]


def _interview(case: Case, form: InterviewForm) -> str:
    day = clock.local(form.data["started_at"]).date()
    shown = duty.shown(case, form.officer_ids.data or [], day)
    named = "、".join(f"{one['name']} {one['certificate']}" for one in shown)
    told = list(zip(_questions(case, named), form.notice_answers(), strict=True))
    record_actions.make_interview(case, viewer(), form.data, told, form.pairs())
    if form.asks_recusal():
        flash(_("已通知负责人：被询问人申请回避。决定作出前不停止调查。"), "warn")
    return url_for("cases.papers", case_id=case.id)
