"""Home, to-do lists, search, figures, history, jobs. The desk reads across features and writes nothing of theirs."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.blueprints import BlueprintSetupState
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, TimeoutError
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock, history, outbox, subjects
from app.core.errors import NotFound
from app.core.permissions import needs, public, viewer
from app.core.subjects import SubjectKind
from app.core.text import N_, _
from app.desk import chain as histories
from app.desk import figures, find, health, waiting
from app.desk import home as cards
from app.desk.forms import history_filter
from app.extensions import db
from app.people import queries as people

bp = Blueprint("desk", __name__)


@bp.get("/")
@needs("home.see")
def home() -> str:
    """What waits for the viewer."""
    who = viewer()
    admin = who.post == "admin"
    return render_template(
        "desk/home.html", cards=cards.cards(who), greeting=cards.greeting(who, clock.now()), doors=cards.doors(who), now=clock.now(),
        lines=health.lines() if admin else [], failed=health.errands("failed")[0][:5] if admin else [],
        lately=histories.timeline(histories.page(who, histories.Filter())[0][:8], links=True) if who.post == "auditor" else [],
    )  # fmt: skip


@bp.get("/todo/<any(todo, returned, charge, new):id>/<type>")
@needs("home.see")
def pile(id: str, type: str) -> str:
    """The whole list behind a card."""
    kind, who = _kind(type), viewer()
    ids = list(db.session.scalars(waiting.PILES[id](who, kind).limit(waiting.CAP)))
    title = _("%(what)s：%(kind)s", what=_(cards.TITLES[id]), kind=_(kind.label))
    return render_template(
        "desk/rows.html",
        title=title,
        rows=waiting.rows_of(kind, ids, pile=id),
        older=None,
        cap=waiting.CAP,
        empty=_(cards.EMPTY[id]),
    )


@bp.get("/dates")
@needs("home.see")
def dates() -> str:
    """The deadlines that end soon."""
    return render_template("desk/dates.html", rows=cards.date_rows(viewer()), cap=waiting.CAP)


@bp.get("/search")
@needs("search.use")
def search() -> str | AnyResponse:
    """Search across the house; an exact official number goes straight to its page."""
    query, only = request.args.get("q", "").replace("\0", "").strip()[:200], request.args.get("type", "")
    who = viewer()
    if query and not only:
        page = find.by_number(who, query)
        if page is not None:
            return redirect(page)
    groups = find.look(who, query, only, request.args.get("before", type=int)) if query else []
    return render_template("desk/search.html", query=query, only=only, groups=groups, kinds=find.kinds(who))


@bp.get("/stats")
@needs("stats.read")
def stats() -> str:
    """Counts by state, organ, month and cause of one year."""
    who, asked, kind = viewer(), _asked(), _counted()
    return render_template("desk/stats.html", kind=kind, kinds=waiting.kinds(who), asked=asked, total=figures.total(who, kind, asked),
                           tables=figures.tables(who, kind, asked, _cause_names), years=range(clock.today().year, clock.today().year - 6, -1))  # fmt: skip


@bp.get("/stats/rows")
@needs("stats.read")
def stats_rows() -> str:
    """The rows behind a number."""
    who, asked, kind = viewer(), _asked(), _counted()
    rows, older = figures.rows(who, kind, asked, request.args.get("before", type=int))
    return render_template("desk/rows.html", title=_(kind.label), rows=rows, older=older, cap=None, empty=_("没有符合条件的记录。"),
                           back=(_("统计"), url_for("desk.stats", type=kind.type, year=asked.year)))  # fmt: skip


@bp.get("/history")
@needs("history.read")
def chain() -> str:
    """History over all that the viewer supervises."""
    who, wanted = viewer(), history_filter(request.args)
    rows, older = histories.page(who, wanted, request.args.get("before", type=int))
    return render_template("desk/history.html", rows=histories.timeline(rows, links=True), older=older, wanted=wanted, head=history.latest(db.session()),
                           kinds=[*((k.type, _(k.label)) for k in subjects.kinds().values()), *((k, _(v)) for k, v in histories.TYPES.items())],
                           organs=people.organs(who), proof=None)  # fmt: skip


@bp.get("/history/<type>/<int:subject_id>")
@needs("home.see")
def subject_history(type: str, subject_id: int) -> str:
    """The history of one subject, for everybody who may read the subject."""
    title, url, rows = histories.of_subject(viewer(), histories.known(type), subject_id)
    return render_template("desk/subject_history.html", title=title, url=url, rows=histories.timeline(rows))


@bp.post("/history/export")
@needs("history.read")
def history_export() -> Response:
    """The filtered history as CSV; noted in history itself."""
    content, _rows = histories.export(viewer(), history_filter(request.form))
    db.session.commit()
    name = f"history-{clock.today():%Y%m%d}.csv"
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@bp.post("/history/check")
@needs("history.check")
def history_check() -> str:
    """Prove the newest part of the chain."""
    proof = histories.prove()
    return render_template("desk/proof.html", proof=proof, most=histories.CHECK_MOST)


@bp.get("/jobs")
@needs("jobs.manage")
def jobs() -> str:
    """Health of the house, and errands that failed or wait."""
    state = "open" if request.args.get("state") == "open" else "failed"
    rows, older = health.errands(state, request.args.get("before", type=int))
    return render_template("desk/jobs.html", lines=health.lines(), rows=rows, older=older, state=state)


@bp.post("/jobs/<int:errand_id>/retry")
@needs("jobs.manage")
def retry(errand_id: int) -> AnyResponse:
    """Promise a failed errand anew."""
    if outbox.retry(errand_id) is None:
        raise NotFound()
    history.record(("errand", errand_id), "errand.retry", viewer(), name=N_("重试后台任务"), law="内部规则: 后台任务")
    db.session.commit()
    flash(_("已重新安排，几秒后办理。"), "ok")
    return redirect(url_for("desk.jobs"), 303)


@bp.get("/healthz")
@public
def alive() -> Response:
    """Whether this process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def ready() -> Response:
    """Whether it can do its work: the database answers. Redis may be away, errands wait for it."""
    try:
        db.session.execute(text("select 1"))
    except (DBAPIError, TimeoutError):
        db.session.rollback()
        return Response("database away\n", 503, mimetype="text/plain", headers={"Retry-After": "5"})
    redis = "there" if outbox.waker().is_there() else "away"
    return Response(f"ready\nredis {redis}\n", mimetype="text/plain")


def _kind(type: str) -> SubjectKind:
    found = next((kind for kind in waiting.kinds(viewer()) if kind.type == type), None)
    if found is None:
        raise NotFound()
    return found


def _counted() -> SubjectKind:
    found = waiting.kinds(viewer())
    if not found:
        raise NotFound()
    wanted = request.args.get("type") or "case"
    return next((kind for kind in found if kind.type == wanted), found[0])


def _asked() -> figures.Asked:
    this = clock.today().year
    year, month = request.args.get("year", this, type=int), request.args.get("month", type=int)
    return figures.Asked(
        year if 1990 <= year <= 2100 else this, request.args.get("organ_id", type=int), request.args.get("status", "")[:40],
        month if month and 1 <= month <= 12 else None, request.args.get("cause_id", type=int),
    )  # fmt: skip


def _cause_names(ids: list[int]) -> dict[int, str]:
    from app.law.models import Cause

    return {row.id: row.name for row in db.session.execute(db.select(Cause.id, Cause.name).where(Cause.id.in_(ids)))}


@bp.record_once
def _words(state: BlueprintSetupState) -> None:
    state.app.jinja_env.globals["timeline_rows"] = histories.timeline
