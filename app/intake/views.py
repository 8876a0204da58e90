"""Clues on the web: the list, the short form, the clue page, its steps, and the informer's record behind a reason."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock, history
from app.core.errors import NotFound, Refused, Stale
from app.core.forms import accepted, led_back, once, overtaken
from app.core.permissions import needs, require, viewer
from app.core.stepping import Answer, take_step
from app.core.text import _
from app.documents.queries import files_of
from app.documents.views import attached, file_row
from app.extensions import db
from app.intake import actions, entry, letters, queries
from app.intake.forms import STEP_FORMS, AmendForm, ClueForm, FilesForm, InformerForm, LettersForm, WithholdForm
from app.intake.models import Clue
from app.intake.words import CHANNELS, OBJECT_TAGS, PHOTOS, PLACE_TAGS, REPORTER_KINDS, SOURCES, TELL_INFORMER
from app.intake.workflow import CLUE
from app.registry import picking
from app.registry import queries as registry

bp = Blueprint("intake", __name__, url_prefix="/clues")


@bp.get("")
@needs("clue.read")
def index() -> str:
    """The list; its whole state stands in the URL."""
    who, filters = viewer(), queries.Filters.of(request.args)
    found = queries.page(who, filters, request.args.get("after", ""), request.args.get("before", ""))
    return render_template(
        "intake/index.html", page=found, filters=filters, workflow=CLUE, sources=SOURCES, places=PLACE_TAGS, objects=OBJECT_TAGS,
        walk={**filters.args, "walk": "1"}, campaigns=queries.campaign_filter(who), tabs=_tabs(filters), several=len(who.scope_ids) > 1,
    )  # fmt: skip


def _tabs(filters: queries.Filters) -> list[dict[str, Any]]:
    rows = []
    for label, given, tone in queries.tabs(viewer()):
        wanted = queries.Filters.of(given)
        n = queries.count(viewer(), wanted)
        rows.append({
            "label": label, "url": url_for("intake.index", **dict[str, Any](given)), "count": f"{queries.CAP}+" if n > queries.CAP else n,
            "current": wanted == filters, "tone": tone,
        })  # fmt: skip
    return rows


@bp.route("/new", methods=["GET", "POST"])
@needs("clue.log")
def new() -> Answer:
    """Register a clue. Likely duplicates are shown first; saving anyway keeps everything that was typed."""
    who = viewer()
    form = _new_form()
    if request.method == "GET":
        return _form_page(form, []), 200
    if (url := accepted(form)) is not None:  # before the duplicates are asked for: its own clue would be one
        return led_back(url)
    held, unfit = entry.hold(who, form.photos.data or [])
    form.held_names = tuple(one.name for one in held)
    if unfit:
        form.validate()
        form.photos.errors = [one.sentence for one in unfit]
        return _form_page(form, held), 413 if any(one.large for one in unfit) else 422
    if "_search" in request.form:
        return _form_page(form, held), 200
    if not form.validate():
        return _form_page(form, held), 422
    party_id, right_id = entry.known_party(who, form), entry.known_right(who, form)
    similar, alike = entry.similar(who, form, party_id, right_id), entry.alike_parties(who, form, party_id)
    rights = entry.alike_rights(who, form, right_id)
    if similar or alike or rights:
        return _form_page(form, held, similar, alike, rights=rights), 200
    try:
        return _registered(form, held)
    except Refused as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        return _form_page(form, held, sentence=refused.sentence), 422


def _registered(form: ClueForm, held: list[entry.Held]) -> Response:
    made: list[Clue] = []

    def make() -> str:
        made.append(entry.save(viewer(), form, held))
        return url_for("intake.show", clue_id=made[0].id)

    return once(form, make, lambda: _("已登记线索 %(number)s。", number=made[0].number))


def _new_form() -> ClueForm:
    who, today = viewer(), clock.today()
    form = ClueForm(campaigns=queries.campaign_choices(who, today))
    if request.method == "GET":
        form.campaign_target.data = queries.default_campaign(who, today)
        form.source_kind.data = "report" if who.post == "desk" else "inspection"
        form.channel.data = "platform_12315" if who.post == "desk" else "on_site"
    return form


def _form_page(
    form: ClueForm, held: list[entry.Held], similar: Any = (), alike: Any = (), sentence: str = "", rights: Any = ()
) -> str:
    seen = [*entry.seen_ids(form), *(row.clue.id for row in similar)]
    return render_template(
        "intake/new.html", form=form, held=held, similar=similar, alike=alike, sentence=sentence, seen=",".join(map(str, seen)),
        alike_rights=rights, seen_rights=[*request.form.getlist("seen_right")[:20], *(row.id for row, _why in rights)],
        photos=PHOTOS, **_picked(form),
    )  # fmt: skip


def _picked(form: Any) -> dict[str, Any]:
    """What the pickers show: the chosen rows, or (without JavaScript) what was searched for."""
    who, searched = viewer(), request.form.get("_search", "")
    party = registry.party(who, form.party_id.data) if form.party_id.data else None
    right = registry.right(who, form.right_id.data) if form.right_id.data else None
    parties = registry.suggest_parties(who, request.form.get("party_id_q", "")) if searched == "party_id" else []
    rights = registry.suggest_rights(who, request.form.get("right_id_q", "")) if searched == "right_id" else []
    return {
        "party": picking.party_row(party) if party else None, "right": picking.right_row(right) if right else None, "searched": searched,
        "party_rows": [picking.party_row(row) for row in parties], "right_rows": [picking.right_row(row) for row in rights],
    }  # fmt: skip


@bp.get("/<int:clue_id>")
@needs("clue.read")
def show(clue_id: int) -> str:
    """One clue: what is known, what is missing, papers, dates, history, and the steps open to this post."""
    who = viewer()
    clue = queries.get(who, clue_id)
    return render_template(
        "intake/show.html", clue=clue, workflow=CLUE, open_steps=CLUE.open_to(clue, who), shut_steps=CLUE.shut_to(clue, who),
        missing=queries.missing(clue), files=[file_row(file) for file in files_of(who, "clue", clue.id)], history=history.of(clue)[::-1],
        merged=queries.merged_into(clue), informer=actions.informer_kind(clue), informers=REPORTER_KINDS, channels=CHANNELS,
        tell=TELL_INFORMER, campaign=queries.campaign_words(clue), amendable=clue.status in actions.OPEN_FOR_AMENDING,
        files_form=FilesForm(), walker=_walker(clue), walk=_walk(),
    )  # fmt: skip


def _walk() -> dict[str, Any]:
    """The arguments of the list one came from, carried along so that "next" and "back" know it."""
    return {**queries.Filters.of(request.args).args, "walk": "1"} if request.args.get("walk") else {}


def _walker(clue: Clue) -> dict[str, Any] | None:
    if not request.args.get("walk"):
        return None
    filters = queries.Filters.of(request.args)
    return queries.place(viewer(), filters, clue).walker(
        lambda clue_id: url_for("intake.show", clue_id=clue_id, **_walk()),
        url_for("intake.index", **dict[str, Any](filters.args)), _("返回线索列表"),
    )  # fmt: skip


@bp.route("/<int:clue_id>/steps/<step_id>", methods=["GET", "POST"])
@needs("clue.read")
def step(clue_id: int, step_id: str) -> Answer:
    """One step of one clue."""
    return take_step(
        CLUE, lambda: queries.get(viewer(), clue_id, lock=request.method == "POST"), step_id, STEP_FORMS,
        lambda clue: url_for("intake.show", clue_id=clue.id, **_walk()), "intake/step.html", _beside,
    )  # fmt: skip


def _beside(clue: Clue) -> dict[str, Any]:
    """What lies beside the question."""
    return {
        "clue": clue, "clue_workflow": CLUE, "campaign": queries.campaign_words(clue), "tell": TELL_INFORMER,
        "named": queries.people_of(clue.proposed_officer_ids), "walk": _walk(), "cause_note": queries.cause_note(clue.organ),
    }  # fmt: skip


def _as_registered(clue: Clue) -> AmendForm:
    """The form with what stands in the register."""
    form = AmendForm(formdata=None, obj=clue, campaigns=queries.campaign_choices(viewer(), clue.found_on, clue))
    form.campaign_target.data, form.version.data = queries.campaign_value(clue), str(clue.version)
    return form


@bp.route("/<int:clue_id>/amend", methods=["GET", "POST"])
@needs("clue.amend")
def amend(clue_id: int) -> Answer:
    """Correct or complete what was registered."""
    who = viewer()
    clue = queries.get(who, clue_id, lock=request.method == "POST")
    require(who, "clue.amend", clue)
    sentence, status = "", 200
    if request.method == "GET":
        form = _as_registered(clue)
    else:
        form = AmendForm(campaigns=queries.campaign_choices(who, clue.found_on, clue))
    if request.method == "POST" and "_search" not in request.form:
        status = 422
        if form.validate():
            try:
                if form.version.data != str(clue.version):
                    raise Stale()
                actions.amend(clue, who, form.values())
                db.session.commit()
                flash(_("已更正，并留有记录。"), "ok")
                return redirect(url_for("intake.show", clue_id=clue.id), 303)
            except Refused as refused:
                db.session.rollback()
                sentence, status = refused.sentence, refused.status
                clue = queries.get(who, clue_id)
                if isinstance(refused, Stale):
                    picked = {
                        name: row.name if row else ""
                        for name, row in (("party_id", clue.party), ("right_id", clue.right))
                    }
                    overtaken(form, _as_registered(clue), picked)
    form.offer(clue)
    return render_template(
        "intake/amend.html", form=form, clue=clue, sentence=sentence, workflow=CLUE, **_picked(form)
    ), status


@bp.post("/<int:clue_id>/files")
@needs("clue.amend")
def attach(clue_id: int) -> Response:
    """Add photos or material."""
    clue, form = queries.get(viewer(), clue_id, lock=True), FilesForm()
    files, unfit = entry.fit(form.photos.data or [])
    try:
        n = actions.attach(clue, viewer(), files)
    except Refused as refused:
        if refused.status != 422:
            raise
        db.session.rollback()
        flash(_(refused.sentence), "warn")
        return redirect(url_for("intake.show", clue_id=clue_id) + "#files", 303)
    db.session.commit()
    if n:
        flash(_("已补充%(n)s个文件。", n=n), "ok")
    elif not unfit:
        flash(_("没有选择文件。请先选择照片或者材料。"), "warn")
    for one in unfit:  # an empty file costs the others nothing
        flash(one.sentence, "warn")
    return redirect(url_for("intake.show", clue_id=clue_id) + "#files", 303)


@bp.route("/<int:clue_id>/informer", methods=["GET", "POST"])
@needs("informer.open")
def informer(clue_id: int) -> Answer:
    """The informer's record: the reason is written into the history before a word of it is shown (R-43)."""
    who, clue, form = viewer(), queries.get(viewer(), clue_id), InformerForm()
    require(who, "informer.open", clue)
    if request.method == "GET" or not form.validate():
        return _informer_page(clue, form), 422 if form.errors else 200
    try:
        found = actions.open_informer(clue, who, form.reason.data or "")
    except Refused as refused:
        form.reason.errors = [_(refused.sentence)]
        return _informer_page(clue, form), refused.status
    db.session.commit()
    return _informer_page(clue, form, found), 200


def _informer_page(clue: Any, form: InformerForm, found: Any = None) -> str:
    return render_template(
        "intake/informer.html", clue=clue, form=form, found=found, kinds=REPORTER_KINDS, letters_form=LettersForm(),
        recorded=found is not None or actions.informer_kind(clue) is not None, letters=letters.of(found) if found else [],
    )  # fmt: skip


@bp.post("/<int:clue_id>/informer/letters")
@needs("informer.open")
def add_letters(clue_id: int) -> Answer:
    """Seal letters into the informer's record. Adding shows nothing of it, so no reason is asked."""
    clue, form = queries.get(viewer(), clue_id, lock=True), LettersForm()
    n, left = letters.add(clue, viewer(), form.letters.data or [], form.informer_kind.data or "named")
    if left and not n:
        raise Refused("".join(left), 422)
    db.session.commit()
    flash(
        _("已加密存入%(n)s个文件。", n=n) if n else _("没有选择文件。请先选择举报信或者其他材料。"),
        "ok" if n else "warn",
    )
    for sentence in left:  # an empty file costs the others nothing
        flash(sentence, "warn")
    return redirect(url_for("intake.informer", clue_id=clue_id), 303)


@bp.post("/<int:clue_id>/informer/letters/<int:letter_id>")
@needs("informer.open")
def letter(clue_id: int, letter_id: int) -> Response:
    """One letter, handed out after its opening was noted with the reason that opened the record."""
    clue = queries.get(viewer(), clue_id)
    found, plain = letters.opened(clue, letter_id, viewer(), request.form.get("reason", "")[:300])
    db.session.commit()
    return attached(current_app.response_class(plain, mimetype=found.media_type), found.name)


@bp.route("/<int:clue_id>/files/<int:file_id>/withhold", methods=["GET", "POST"])
@needs("informer.open")
def withhold(clue_id: int, file_id: int) -> Answer:
    """Turn a file of the clue that shows the informer into a sealed letter, with a reason."""
    who, clue, form = viewer(), queries.get(viewer(), clue_id, lock=request.method == "POST"), WithholdForm()
    require(who, "informer.open", clue)
    found = next((file for file in files_of(who, "clue", clue.id) if file.id == file_id), None)
    if found is None:
        raise NotFound()
    if request.method == "GET" or not form.validate():
        return render_template("intake/withhold.html", clue=clue, form=form, file=found), 422 if form.errors else 200
    try:
        letters.withhold(clue, file_id, who, form.reason.data or "")
    except Refused as refused:
        db.session.rollback()
        form.reason.errors = [_(refused.sentence)]
        return render_template("intake/withhold.html", clue=clue, form=form, file=found), refused.status
    db.session.commit()
    flash(_("已转为举报人材料，加密保存；线索材料中不再显示。"), "ok")
    return redirect(url_for("intake.show", clue_id=clue_id) + "#files", 303)
