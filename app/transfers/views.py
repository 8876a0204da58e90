"""Pages of the transfer: the list, one transfer, its steps, and its beginning from a case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.cases import queries as cases
from app.core import clock
from app.core.db import writing
from app.core.deadlines import nearest
from app.core.errors import Forbidden, Refused
from app.core.forms import once
from app.core.permissions import may, needs, require, viewer
from app.core.stepping import Answer, take_step
from app.core.text import _
from app.documents.views import row as paper_row
from app.extensions import db
from app.transfers import actions, queries
from app.transfers import show as shown
from app.transfers.forms import FORMS, RemindForm, SuspectForm
from app.transfers.models import Transfer
from app.transfers.queries import LIAISONS, Filters
from app.transfers.workflow import EVIDENCE_COMPLETE, GROUNDS, MEDIA, TRANSFER

bp = Blueprint("transfers", __name__, url_prefix="/transfers")

# Steps that are decided beside the papers, all on one screen.
DECISIONS = ("endorse", "send_back", "give_legal_opinion", "approve", "return_for_correction", "reject")


@bp.context_processor
def _words() -> dict[str, Any]:
    return {
        "grounds": GROUNDS,
        "media": MEDIA,
        "gap_rows": lambda gaps, url="": [{"text": _(gap), "url": url} for gap in gaps],
    }


@bp.get("/")
@needs("transfer.read")
def index() -> str:
    """The list: what waits for me first."""
    who, filters = viewer(), Filters.of(request.args)
    before = request.args.get("before", type=int)
    counts = queries.counts_for(who)
    if "show" not in request.args and not counts["mine"]:
        filters = Filters("open" if counts["open"] else "all", filters.status)
    rows, more = queries.page(who, filters, before)
    return render_template(
        "transfers/index.html", rows=rows, more=more, filters=filters, counts=counts, dues=nearest("transfer", [row.id for row in rows]), states=TRANSFER.states,
        cap=queries.CAP, liaison=who.post in LIAISONS, state_choices=[(code, _(state.name)) for code, state in TRANSFER.states.items()],
    )  # fmt: skip


@bp.get("/<int:transfer_id>")
@needs("transfer.read")
def show(transfer_id: int) -> str:
    """One transfer; a partner organ gets its own page with the package and nothing of our own work."""
    who, transfer = viewer(), queries.read_once(queries.get(viewer(), transfer_id))
    page = "transfers/package.html" if who.post in LIAISONS else "transfers/show.html"
    return render_template(page, workflow=TRANSFER, **_context(transfer))


@bp.route("/<int:transfer_id>/steps/<step_id>", methods=["GET", "POST"])
@needs("transfer.read")
def step(transfer_id: int, step_id: str) -> Answer:
    """One step: its form, or the screen with the papers for those that decide."""

    def find() -> Transfer:
        if request.method == "POST":
            return queries.get(viewer(), transfer_id, lock=True)
        return queries.read_once(queries.get(viewer(), transfer_id))

    template = "transfers/decide.html" if step_id in DECISIONS else "transfers/step.html"
    try:
        return take_step(TRANSFER, find, step_id, FORMS, _back, template, _context)
    except Forbidden as refused:
        _note_denied(transfer_id, step_id, refused.sentence)
        refused.noted = True
        raise


@bp.route("/<int:transfer_id>/remind", methods=["GET", "POST"])
@needs("transfer.remind")
def remind(transfer_id: int) -> Response | tuple[str, int]:
    """A superior reminds; it decides nothing."""
    transfer, form = queries.get(viewer(), transfer_id), RemindForm()
    require(viewer(), "transfer.remind", transfer)
    if request.method == "POST" and form.validate():

        def make() -> str:
            actions.remind(transfer, viewer(), form.reason.data)
            return url_for("transfers.show", transfer_id=transfer_id)

        return once(form, make, lambda: _("已发出督促。"))
    page = render_template(
        "transfers/remind.html", form=form, transfer=transfer, state=TRANSFER.states[transfer.status]
    )
    return page, 422 if form.errors else 200


def _note_denied(transfer_id: int, step_id: str, sentence: str) -> None:
    """Who tried without the power stands in the history of the transfer (A.10, 7)."""
    db.session.rollback()
    with writing():
        actions.note_denied(viewer(), transfer_id, step_id, sentence)
        db.session.commit()


@bp.route("/new/<int:case_id>", methods=["GET", "POST"])
@needs("transfer.open")
def new(case_id: int) -> Response | tuple[str, int]:
    """Confirm a ground for a case. A screening without a hit holds nothing up."""
    case = cases.get(viewer(), case_id, lock=request.method == "POST")
    require(viewer(), "transfer.open", case)
    if request.method == "GET" and (pending := _pending(case)) is not None:
        flash(_("本案已有正在办理的移送，请在这里继续办理。"), "info")
        return redirect(url_for("transfers.show", transfer_id=pending.id))
    run, sentence, status = queries.latest_screening(case), "", 200
    form = SuspectForm(data=shown.suggested(case, run) if request.method == "GET" else None)
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                return once(form, lambda: _begin(case, form, run), lambda: _("已确认移送情形，等待指定专案组。"))
            except Refused as refused:
                db.session.rollback()
                if isinstance(refused, Forbidden):
                    raise
                sentence, status, case = _(refused.sentence), refused.status, cases.get(viewer(), case_id)
    page = render_template(
        "transfers/new.html", form=form, case=case, run=run, hits=shown.hits(run), sentence=sentence,
        pending=_pending(case) if sentence else None,
    )  # fmt: skip
    return page, status


def _pending(case: Any) -> Transfer | None:
    """The transfer of the case that is on its way: there is one at most."""
    return next((one for one in case.transfers if one.status not in TRANSFER.ends), None)


def _begin(case: Any, form: SuspectForm, run: Any) -> str:
    transfer = actions.suspect(case, viewer(), {**form.data, "screening_id": run.id if run is not None else None})
    return url_for("transfers.show", transfer_id=transfer.id)


def _back(transfer: Transfer) -> str:
    """Back to the page, inside the queue one came from; a partner organ that no longer sees it goes to its list."""
    queue: dict[str, Any] = (
        {"queue": request.args["queue"]} if request.args.get("queue") in {"mine", "open", "all"} else {}
    )
    if not may(viewer(), "transfer.read", transfer):
        return url_for("transfers.index")
    return url_for("transfers.show", transfer_id=transfer.id, **queue)


def _context(transfer: Transfer) -> dict[str, Any]:
    """What the pages of one transfer print."""
    who = viewer()
    if transfer.reading is None:  # the page that comes back after a refusal: what was written is undone by then
        queries.read_once(transfer)
    queue = request.args.get("queue", "")
    found, run, dates = queries.readable_papers(who, transfer), queries.screening(transfer), queries.deadlines(transfer)
    return {
        "transfer": transfer, "case": transfer.case, "state": TRANSFER.states[transfer.status], "open_steps": shown.open_steps(transfer, who, queue),
        "shut_steps": shown.shut_steps(transfer, who), "decisions": shown.decisions(transfer, who, queue, DECISIONS), "track": shown.track(transfer),
        "papers": [paper_row(paper) for paper in found if paper.kind != "proof_of_service"], "package_ready": bool(found) and all(p.state == "ready" for p in found),
        "deadlines": dates if who.post not in LIAISONS else shown.outward(dates),
        "history": shown.history(queries.history(who, transfer), who), "events": queries.events(who, transfer), "run": run,
        "hits": shown.hits(run), "walker": shown.walker(who, transfer, queue), "now": clock.now(),
        "materials": queries.listed(transfer), "gaps": transfer.report_gaps(), "queue": queue,
        "evidence_gap": EVIDENCE_COMPLETE.sentence, "crimes": shown.crimes(transfer), "limitation": shown.limitation(transfer) if who.post not in LIAISONS else None,
    }  # fmt: skip
