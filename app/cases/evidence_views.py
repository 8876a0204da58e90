"""Pages of evidence."""

from __future__ import annotations

from flask import render_template, request, url_for

from app.cases import duty, evidence_actions, queries
from app.cases.blueprint import Answer, bp, carry_out, reading, working
from app.cases.evidence import KINDS, TIME_SOURCES
from app.cases.evidence_forms import EvidenceForm, VersionForm, WithdrawForm
from app.cases.models import Case
from app.cases.views import frame
from app.core import clock
from app.core.errors import Refused
from app.core.forms import accepted, led_back, once
from app.core.permissions import needs, viewer
from app.core.text import _
from app.documents.storage import store
from app.extensions import db
from app.intake import entry


@bp.get("/<int:case_id>/evidence")
@needs("case.read")
def evidence(case_id: int) -> str:
    """All items, the withdrawn ones struck through."""
    case = reading(case_id)
    handed_in = bool(evidence_actions.clue_files(case))
    return render_template(
        "cases/evidence.html",
        items=queries.evidence_of(case),
        kinds=KINDS,
        handed_in=handed_in,
        **frame(case, "evidence"),
    )


def _officers(case: Case) -> list[tuple[int, str]]:
    """Who is in charge now, then who ever was: the day of taking decides."""
    rows = {row.person.id: row for row in reversed(duty.all_of(case))}
    order = dict.fromkeys((*(row.person_id for row in case.active_officers), *rows))
    return [(i, _("%(name)s（%(no)s）", name=rows[i].name, no=rows[i].certificate_no)) for i in order]


@bp.route("/<int:case_id>/evidence/new", methods=["GET", "POST"])
@needs("case.write")
def new_evidence(case_id: int) -> Answer:
    """Take one item in, with its file."""
    case = working(case_id)
    form = EvidenceForm(officers=_officers(case))
    if request.method == "GET":
        form.taken_at.data = clock.now()
        if len(case.active_officers) > 1:
            form.officer_a_id.data, form.officer_b_id.data = (row.person_id for row in case.active_officers[:2])
    sentence, status, held = "", 200, list[entry.Held]()
    if request.method == "POST":
        if (url := accepted(form)) is not None:
            return led_back(url)
        held, unfit = entry.hold(viewer(), [form.file.data], most=1)
        status = 413 if any(one.large for one in unfit) else 422
        missing = evidence_actions.gaps(form.data, bool(held))
        if form.validate() and not missing and not unfit:
            try:
                return once(form, lambda: _added(case, form, held), lambda: _("已登记证据。"))
            except evidence_actions.Gap as found:
                db.session.rollback()
                missing = [found]
            except Refused as error:
                db.session.rollback()
                sentence, status = _(error.sentence), error.status
        for gap in missing:
            if gap.field in form and not form[gap.field].errors:
                form[gap.field].errors = [_(gap.sentence)]
        if unfit:
            form.file.errors = [one.sentence for one in unfit]
    page = render_template("cases/evidence_new.html", form=form, case=working(case_id), sentence=sentence, held=held)
    return page, status


@bp.route("/<int:case_id>/evidence/<int:item_id>/complete", methods=["GET", "POST"])
@needs("case.write")
def complete_evidence(case_id: int, item_id: int) -> Answer:
    """What was handed in with the clue: what it is, when and by whom it was taken (程序规定 23)."""
    case = working(case_id)
    item = queries.evidence(viewer(), case_id, item_id)
    evidence_actions.require_incomplete(item)
    form = EvidenceForm(officers=_officers(case))
    if request.method == "GET":
        form.title.data, form.source.data, form.form.data = item.title, item.source, "copy"

    def act() -> str:
        evidence_actions.complete(item, case, viewer(), form.data)
        return url_for("cases.one_evidence", case_id=case_id, item_id=item_id)

    def reload() -> dict[str, object]:
        return {"item": queries.evidence(viewer(), case_id, item_id), "case": working(case_id)}

    return carry_out(form, act, _("已补全。"), "cases/evidence_new.html", reload)


def _added(case: Case, form: EvidenceForm, held: list[entry.Held]) -> str:
    if held:
        with store().open(held[0].key) as file:
            item = evidence_actions.add(case, viewer(), form.data, file, held[0].name)
    else:
        item = evidence_actions.add(case, viewer(), form.data)
    return url_for("cases.one_evidence", case_id=case.id, item_id=item.id)


@bp.get("/<int:case_id>/evidence/<int:item_id>")
@needs("case.read")
def one_evidence(case_id: int, item_id: int) -> str:
    """One item with every version of its file and the hash of each."""
    item = queries.evidence(viewer(), case_id, item_id)
    same = evidence_actions.twins(item.case, item.current.sha256, item.id) if item.current else []
    return render_template(
        "cases/evidence_one.html",
        item=item,
        kinds=KINDS,
        time_sources=TIME_SOURCES,
        same=same,
        **frame(item.case, "evidence"),
    )


@bp.route("/<int:case_id>/evidence/<int:item_id>/version", methods=["GET", "POST"])
@needs("case.write")
def evidence_version(case_id: int, item_id: int) -> Answer:
    """Another file for the same item: a version more, the old one stays."""
    case = working(case_id)
    item, form = queries.evidence(viewer(), case_id, item_id), VersionForm()

    def act() -> str:
        upload = form.file.data
        if not upload or not upload.filename:
            raise evidence_actions.Gap("file", _("请选择新文件。"))
        evidence_actions.add_version(item, case, viewer(), upload.stream, upload.filename, form.reason.data)
        return url_for("cases.one_evidence", case_id=case_id, item_id=item_id)

    return carry_out(form, act, _("已保存新版本，旧版本保留。"), "cases/evidence_change.html",
                     lambda: {"item": queries.evidence(viewer(), case_id, item_id), "case": working(case_id)}, title=_("更换文件"), multipart=True)  # fmt: skip


@bp.route("/<int:case_id>/evidence/<int:item_id>/withdraw", methods=["GET", "POST"])
@needs("case.write")
def withdraw_evidence(case_id: int, item_id: int) -> Answer:
    """Say that an item no longer counts."""
    case = working(case_id)
    item, form = queries.evidence(viewer(), case_id, item_id), WithdrawForm()

    def act() -> str:
        evidence_actions.withdraw(item, case, viewer(), form.reason.data)
        return url_for("cases.evidence", case_id=case_id)

    return carry_out(form, act, _("已撤回，记录保留。"), "cases/evidence_change.html",
                     lambda: {"item": queries.evidence(viewer(), case_id, item_id), "case": working(case_id)}, title=_("撤回证据"), danger=True)  # fmt: skip
