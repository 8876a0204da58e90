"""Pages of the law: the working calendar with its yearly notice, instruments and causes."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock, deadlines, history
from app.core.permissions import needs, viewer
from app.core.text import N_, _
from app.extensions import db
from app.law import calendar, load, queries
from app.law.forms import NoticeForm
from app.law.models import AGENCIES, FINE_BASES, INSTRUMENT_KINDS, STATUSES
from app.law.notice import Notice, parse

bp = Blueprint("law", __name__, url_prefix="/law")


@bp.get("/calendar")
@needs("calendar.read")
def index() -> str:
    """The working calendar, year by year."""
    today, years = clock.today(), queries.calendar_years()
    missing = today.month >= 11 and not any(y.year > today.year for y in years)
    rows = [(year, _months(year.year), Counter(d.kind for d in year.days)) for year in years]
    return render_template(
        "law/calendar.html", rows=rows, days=calendar.current(), missing=missing, next_year=today.year + 1
    )


def _months(year: int) -> list[list[list[dt.date | None]]]:
    """Twelve months as weeks of seven, Monday first; None before the first and after the last."""
    months = []
    for month in range(1, 13):
        first = dt.date(year, month, 1)
        last = (dt.date(year + month // 12, month % 12 + 1, 1) - first).days
        cells: list[dt.date | None] = [None] * first.weekday() + [first + dt.timedelta(days=n) for n in range(last)]
        cells += [None] * (-len(cells) % 7)
        months.append([cells[n : n + 7] for n in range(0, len(cells), 7)])
    return months


@bp.route("/calendar/import", methods=["GET", "POST"])
@needs("calendar.load")
def import_notice() -> str | AnyResponse | tuple[str, int]:
    """Paste the yearly notice, look at what was read from it, confirm."""
    form = NoticeForm(year=clock.today().year + 1)
    if not form.validate_on_submit():
        return _import_page(form, None)
    read = parse(form.year.data or 0, form.text.data or "")
    if read.faults or form.seen.data != calendar.digest_of(read.days):
        return _import_page(form, read)
    _save(form, read)
    db.session.commit()
    flash(_("%(year)s年放假安排已录入，受影响的期限已重算。", year=form.year.data), "ok")
    return redirect(url_for("law.index"), 303)


def _import_page(form: NoticeForm, read: Notice | None) -> tuple[str, int]:
    digest = calendar.digest_of(read.days) if read and not read.faults else ""
    form.seen.data = digest
    faulty = bool(form.errors) or bool(read and read.faults)
    return render_template(
        "law/import.html", form=form, read=read, ready=bool(digest), kinds=calendar.KINDS
    ), 422 if faulty else 200


def _save(form: NoticeForm, read: Notice) -> None:
    who, year = viewer(), form.year.data or 0
    row = load.load_year(
        year, list(read.days), form.source_doc.data or "", f"国务院办公厅关于{year}年部分节假日安排的通知", by=who.name
    )
    history.record(
        ("calendar_year", row.year),
        "load",
        who,
        name=N_("录入放假安排"),
        law="内部规则: 工作日历",
        facts={"source_doc": row.source_doc, "days": len(read.days)},
    )
    deadlines.recompute_all()


@bp.get("/instruments")
@needs("calendar.read")
def instruments() -> str:
    """Instruments with their versions, and the causes of action."""
    return render_template(
        "law/instruments.html", instruments=queries.instruments(), causes=queries.causes(clock.today()), on=clock.today(), kinds=INSTRUMENT_KINDS,
        statuses=STATUSES, bases=FINE_BASES, agencies=AGENCIES, violated=queries.violated, penalised=queries.penalised,
    )  # fmt: skip
