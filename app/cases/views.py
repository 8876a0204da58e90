"""Pages of cases: list, case, steps, facts, excluded days. The other nouns have their own views beside this file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.cases import actions, amounts, missing, queries
from app.cases.blueprint import Answer, bp, carry_out, reading, working
from app.cases.forms import STEP_FORMS, EndExclusionForm, ExcludeForm, FactsForm
from app.cases.models import Case
from app.cases.screening import latest
from app.cases.words import BANDS, GROUNDS, MATTERS
from app.cases.workflow import CASE
from app.core import clock, deadlines, history
from app.core.errors import Refused
from app.core.permissions import may, may_open, needs, viewer
from app.core.stepping import take_step
from app.core.text import N_, _
from app.core.workflow import State
from app.extensions import db
from app.law import queries as law
from app.law.words import STANDINGS
from app.people.models import post_name
from app.registry.models import RIGHT_KINDS

__all__ = ["bp"]
# The lists of the quick tabs, which are worked off one by one: name in the URL -> filters.
QUEUES = {
    "mine": queries.Filters(mine=True), "week": queries.Filters(due="week", sort="due"), "overdue": queries.Filters(due="overdue", sort="due"),
    "asked": queries.Filters(due="asked"), "over": queries.Filters(standing="over"),
}  # fmt: skip
QUEUE_NAMES = {
    "mine": N_("我承办的"),
    "week": N_("七日内到期"),
    "overdue": N_("已逾期"),
    "asked": N_("待负责人决定"),
    "over": N_("已达刑事追诉标准"),
}
SORTS = {"filed", "-filed", "amount", "-amount", "due", "-due"}
TONES = {"over": "late", "suspicion": "soon", "below": "done", "": "draft"}


def _asked() -> queries.Filters:
    args = request.args
    sort = args.get("sort", "-filed")
    return queries.Filters(
        q=args.get("q", "").replace("\0", "").strip()[:200], status=args.get("status", "") if args.get("status") in CASE.states else "",
        cause=args.get("cause", type=int), right=args.get("right", "") if args.get("right") in RIGHT_KINDS else "",
        band=args.get("band", type=int), due=args.get("due", "") if args.get("due") in {"overdue", "week", "asked"} else "",
        organ=args.get("organ", type=int), mine=bool(args.get("mine")), standing=args.get("standing", "") if args.get("standing") in STANDINGS else "",
        sort=sort if sort in SORTS else "-filed",
    )  # fmt: skip


@bp.get("/")
@needs("case.read")
def index() -> str:
    """The list. Filter, sort and place stand in the URL."""
    asked = _asked()
    page = queries.page(viewer(), asked, request.args.get("after", ""), request.args.get("before", ""))
    return render_template(
        "cases/index.html", page=page, asked=asked, states=CASE.states, causes=law.causes(clock.today()), rights=RIGHT_KINDS,
        bands=[(n, words) for n, (_least, words) in enumerate(BANDS)], organs=queries.organs(viewer()), standings=STANDINGS, tones=TONES,
        queue=next((name for name, filters in QUEUES.items() if filters == asked), None),
    )  # fmt: skip


def _queue() -> dict[str, Any]:
    """The list that is being walked, as an argument of the next address."""
    return {"queue": request.args["queue"]} if request.args.get("queue") in QUEUES else {}


def _walker(case: Case) -> dict[str, Any] | None:
    """One of 27: the place in the list one came from, and the way back to it."""
    name = _queue().get("queue")
    if name is None:
        return None
    filters = QUEUES[name]
    back = {k: v for k, v in vars(filters).items() if v != getattr(queries.Filters(), k)}
    return queries.walk(viewer(), filters, case).walker(
        lambda case_id: url_for("cases.show", case_id=case_id, queue=name),
        url_for("cases.index", **back), _(QUEUE_NAMES[name]),
    )  # fmt: skip


def frame(case: Case, tab: str) -> dict[str, Any]:
    """What every tab of the case page needs: head, steps, deadlines, what is missing."""
    who, run, found, counts = viewer(), latest(case), amounts.amounts_of(case), queries.counts_of(case)
    transfers = queries.transfers_of(case)
    dates = deadlines.of(case)
    gaps = missing.gaps(case, found, counts, run)
    pending = _pending(transfers)
    return {
        "case": case, "workflow": CASE, "tab": tab, "walker": _walker(case), "queue": _queue(), "state": CASE.states[case.status], "run": run, "amounts": found, "dates": dates, "counts": counts,
        "lifted": missing.lifted(dates), "next_date": next((d for d in dates if d.open), None), "transfers": transfers,
        "standings": STANDINGS, "tones": TONES, "may_write": may(who, "case.write", case) and case.status in actions.WORKING,
        "gaps": [{"text": g.text, "url": _mend(case, g.endpoint)} for g in gaps],
        "flags": missing.flags(case, run, any(t.handed_at for t in transfers), pending is not None),
        "pending": pending if pending is not None and not pending.handed_at and _may_read(pending.id, case) else None,
        "steps": [
            {"label": _(s.name), "url": url_for("cases.step", case_id=case.id, step_id=s.id, **_queue()), "law": s.law, "danger": s.final, "primary": s.primary}
            for s in CASE.open_to(case, who)
        ],
        "shut": [{"label": _(s.name), "reason": _(why), "law": s.law} for s, why in CASE.shut_to(case, who)],
        "transfer_url": _transfer_url(case, pending), "matters": MATTERS, "asked_ground": GROUNDS.get(case.asked or "", {}).get(case.asked_ground),
    }  # fmt: skip


def _mend(case: Case, endpoint: str) -> str:
    """Where a gap is mended, for those who may; the page itself mends nothing."""
    if endpoint == "cases.show" or not may_open(viewer(), endpoint, case):
        return ""
    return url_for(endpoint, case_id=case.id)


def _may_read(transfer_id: int, case: Any) -> bool:
    return any(may(viewer(), "transfer.read", one) for one in case.transfers if one.id == transfer_id)


def _pending(transfers: Sequence[Any]) -> Any:
    """The transfer that is on its way, or None."""
    ends = current_app.extensions["tiequan.workflows"]["transfer"].ends
    return next((one for one in transfers if one.status not in ends), None)


def _transfer_url(case: Case, pending: Any) -> str:
    """Where suspicion of a crime leads. Open whatever the screen says and in every state of the case (国务院令310号 3; R-32)."""
    open_ = pending is None and may(viewer(), "transfer.open", case)
    return url_for("transfers.new", case_id=case.id) if open_ else ""


@bp.get("/<int:case_id>")
@needs("case.read")
def show(case_id: int) -> str:
    """The case: facts, people, clues, amounts."""
    case = reading(case_id)
    return render_template(
        "cases/show.html",
        others=queries.of_party(viewer(), case.party_id, case.id),
        **frame(case, "facts"),
    )


@bp.get("/<int:case_id>/papers")
@needs("case.read")
def papers(case_id: int) -> str:
    """Papers and how they were served."""
    return render_template("cases/papers.html", **frame(reading(case_id), "papers"))


@bp.get("/<int:case_id>/deadlines")
@needs("case.read")
def dates(case_id: int) -> str:
    """All deadlines with the reason of each date."""
    case = reading(case_id)
    return render_template("cases/deadlines.html", waiting=actions.tests_out(case), **frame(case, "deadlines"))


@bp.get("/<int:case_id>/history")
@needs("case.read")
def trail(case_id: int) -> str:
    """Who did what, newest first."""
    case = reading(case_id)
    rows = [
        {
            "at": e.at, "what": _(e.name), "who": e.person_name, "post": post_name(e.post), "before": _state(e.from_status),
            "after": _state(e.to_status) if e.to_status != e.from_status else "", "reason": e.reason, "law": e.law, "digest": e.digest,
        }
        for e in reversed(history.of(case))
    ]  # fmt: skip
    return render_template("cases/history.html", rows=rows, **frame(case, "history"))


def _state(status: str | None) -> str:
    found: State | None = CASE.states.get(status or "")
    return _(found.name) if found else ""


@bp.route("/<int:case_id>/steps/<step_id>", methods=["GET", "POST"])
@needs("case.read")
def step(case_id: int, step_id: str) -> Response | tuple[str, int]:
    """Every step of the procedure."""
    return take_step(
        CASE, lambda: queries.get(viewer(), case_id, lock=request.method == "POST"), step_id, STEP_FORMS,
        lambda case: url_for("cases.show", case_id=case.id, **_queue()), template="cases/step.html", context=_beside,
    )  # fmt: skip


def _beside(case: Case) -> dict[str, Any]:
    ground = GROUNDS.get(case.asked or "", {}).get(case.asked_ground)
    return {"case": case, "matters": MATTERS, "asked_ground": ground, "amounts": amounts.amounts_of(case), "run": latest(case),
            "standings": STANDINGS, "dates": [d for d in deadlines.of(case) if d.open]}  # fmt: skip


@bp.route("/<int:case_id>/facts", methods=["GET", "POST"])
@needs("case.write")
def facts(case_id: int) -> Answer:
    """Facts, place and days of the act."""
    case = working(case_id)
    form = FactsForm(obj=case if request.method == "GET" else None)
    if request.method == "GET":
        form.version.data = str(case.version)

    def act() -> str:
        actions.same_page(case, form.version.data)
        actions.edit_facts(case, viewer(), form.data)
        return url_for("cases.show", case_id=case_id)

    def now() -> FactsForm:
        case = working(case_id)
        form = FactsForm(formdata=None, obj=case)
        form.version.data = str(case.version)
        return form

    return carry_out(
        form, act, _("已保存案情，筛查已重新计算。"), "cases/facts.html", lambda: {"case": working(case_id)}, now
    )


@bp.route("/<int:case_id>/exclude", methods=["GET", "POST"])
@needs("case.write")
def exclude(case_id: int) -> Answer:
    """Leave days out of the ninety."""
    case, form = working(case_id), ExcludeForm()

    def act() -> str:
        actions.exclude(
            case, viewer(), form.ground.data, form.document.data, form.first.data, form.last.data, form.told.data or ""
        )
        return url_for("cases.dates", case_id=case_id)

    return carry_out(
        form, act, _("已扣除期间，到期日已重新计算。"), "cases/exclude.html", lambda: {"case": working(case_id)}
    )


@bp.route("/<int:case_id>/exclude/end", methods=["GET", "POST"])
@needs("case.write")
def end_exclusion(case_id: int) -> Answer:
    """The result is back, the days count again."""
    case, form = working(case_id), EndExclusionForm()
    form.offer(actions.tests_out(case))

    def act() -> str:
        actions.end_exclusion(case, viewer(), form.exclusion_id.data, form.last.data, form.document.data)
        return url_for("cases.dates", case_id=case_id)

    return carry_out(
        form, act, _("已登记返回，期限继续计算。"), "cases/exclude.html", lambda: {"case": working(case_id)}
    )


@bp.post("/<int:case_id>/clue-files")
@needs("case.write")
def take_clue_files(case_id: int) -> Response:
    """What was handed in with the clue becomes evidence of the case (程序规定 23)."""
    from app.cases import evidence_actions

    case = working(case_id)
    taken = evidence_actions.from_clues(case, viewer())
    if not taken:
        raise Refused(_("线索附件都已引入，或者线索没有附件。"))
    db.session.commit()
    there = len(evidence_actions.clue_files(case)) - taken
    flash(_("已从线索引入 %(n)s 件材料，请补全证据要素。", n=taken), "ok")
    if there:
        flash(_("另有 %(n)s 件此前已经登记为证据，没有重复引入。", n=there), "info")
    return redirect(url_for("cases.evidence", case_id=case_id), 303)


from app.cases import evidence_views, goods_views, record_views, screening_views  # noqa: E402,F401 (their routes hang on bp)
