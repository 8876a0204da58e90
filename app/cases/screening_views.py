"""The screening sheet, and what the officers declare for it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import render_template, request, url_for

from app.cases import missing, queries, screening_actions
from app.cases.blueprint import Answer, bp, carry_out, reading, working
from app.cases.screening_forms import COUNTS, FLAGS, SUMS, FindingsForm, field_of
from app.cases.views import frame
from app.core.errors import NotFound, Stale
from app.core.permissions import needs, viewer
from app.core.text import _, date_zh
from app.law.words import CRIME_ARTICLES, CRIMES, MEASURES, MONEY_MEASURES, TIERS, UNITS


@bp.get("/<int:case_id>/screening")
@needs("case.read")
def screening(case_id: int) -> str:
    """The last run, or the one that ?run= names: every hit with rule, figure, line, article; and all earlier runs."""
    case = reading(case_id)
    runs = queries.runs_of(case)
    asked = request.args.get("run", type=int)
    shown = next((r for r in runs if r.n == asked), None) if asked else (runs[0] if runs else None)
    if asked and shown is None:
        raise NotFound()
    return render_template(
        "cases/screening.html", shown=shown, runs=runs, by_crime=missing.hits_by_crime(shown) if shown else [], crimes=CRIMES, money_measures=MONEY_MEASURES,
        articles=CRIME_ARTICLES, measures=MEASURES, tiers=TIERS, units=UNITS, found=screening_actions.peek(case),
        acted=_acted(shown.inputs) if shown else [], **frame(case, "screening"),
    )  # fmt: skip


def _acted(inputs: dict[str, Any]) -> list[str]:
    """From when to when the act lasted, as the run was given it."""
    first, last = (inputs.get(key) for key in ("act_from", "act_to"))
    return [
        date_zh(dt.date.fromisoformat(first)) if first else _("起始不详"),
        date_zh(dt.date.fromisoformat(last)) if last else _("终了不详"),
    ]


@bp.route("/<int:case_id>/findings", methods=["GET", "POST"])
@needs("case.write")
def findings(case_id: int) -> Answer:
    """What only people can find: knowledge, purpose, earlier punishments, counts; and the second ground."""
    case, form = working(case_id), FindingsForm()
    found = screening_actions.peek(case)
    if request.method == "GET" and found is not None:
        form.fill(found)

    def act() -> str:
        row = screening_actions.findings_of(case)
        if form.version.data and form.version.data != str(row.version):
            raise Stale()
        screening_actions.declare(case, viewer(), form.values())
        return url_for("cases.screening", case_id=case_id)

    def now() -> FindingsForm:
        form, found = FindingsForm(formdata=None), screening_actions.peek(working(case_id))
        if found is not None:
            form.fill(found)
        return form

    return carry_out(form, act, _("已保存，筛查已重新计算。"), "cases/findings.html", lambda: {"case": working(case_id)}, now,
                     counts=[field_of(m) for m in COUNTS], sums=[field_of(m) for m in SUMS], flags=[f"flag_{name}" for name in FLAGS if name != "identical_mark"])  # fmt: skip
