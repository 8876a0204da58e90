"""Pages of the registers, and the fragments that pickers in other forms ask for."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, url_for
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from app.core import clock, confidential
from app.core.db import set_writing
from app.core.errors import Refused, Stale
from app.core.forms import ReasonForm, Required, once, overtaken
from app.core.permissions import needs, require, viewer
from app.core.text import N_, _
from app.extensions import db
from app.registry import actions, identifiers, picking, queries
from app.registry.forms import PartyForm, RightForm, class_numbers
from app.registry.models import PARTY_KINDS, RIGHT_KINDS, Party, Right

bp = Blueprint("registry", __name__, url_prefix="/registry")
Answer = str | AnyResponse | tuple[str, int]


# --- parties ----------------------------------------------------------------------------------------------------------


@bp.get("/parties/")
@needs("party.read")
def index() -> str:
    """The register of parties."""
    q, kind = request.args.get("q", ""), request.args.get("kind", "")
    page = queries.parties(viewer(), q, kind if kind in PARTY_KINDS else "", request.args.get("after", type=int))
    return render_template("registry/parties.html", page=page, q=q, kind=kind, kinds=PARTY_KINDS)


@bp.route("/parties/new", methods=["GET", "POST"])
@needs("party.write")
def new_party() -> Answer:
    """Register a party."""
    form = PartyForm(name=request.args.get("name", ""))
    if not form.validate_on_submit():
        return _party_page(form)
    try:
        return once(
            form,
            lambda: url_for("registry.party", party_id=actions.add_party(viewer(), form.data).id),
            lambda: _("已登记当事人“%(name)s”。", name=form.name.data),
        )
    except Refused as refused:
        return _party_page(form, refusal=refused)


@bp.get("/parties/<int:party_id>")
@needs("party.read")
def party(party_id: int) -> str:
    """One party, its rights and the doubles it may have."""
    found = queries.party(viewer(), party_id)
    doubles = queries.likely_same_party(
        viewer(), name=found.name, phone=found.phone, legal_representative=found.legal_representative, but=found.id
    )
    held = queries.rights(viewer(), holder_id=found.id)
    return render_template("registry/party.html", party=found, doubles=doubles, held=held, picked=picking.party_row)


@bp.route("/parties/<int:party_id>/edit", methods=["GET", "POST"])
@needs("party.write")
def edit_party(party_id: int) -> Answer:
    """Correct a party. The identity number is only replaced when a new one is typed."""
    found = queries.party(viewer(), party_id)
    form = PartyForm(obj=found, id_number=None)
    if not form.validate_on_submit():
        return _party_page(form, found)
    values = {k: v for k, v in form.data.items() if k not in {"id_number", "id_kind"} or form.id_number.data}
    try:
        if form.version.data != str(found.version):
            raise Stale()
        actions.change_party(viewer(), found, values)
        db.session.commit()
    except Refused as refused:
        return _party_page(form, found, refused)
    except StaleDataError:
        db.session.rollback()
        return _party_page(form, queries.party(viewer(), party_id), Stale())
    flash(_("当事人信息已更正。"), "ok")
    return redirect(url_for("registry.party", party_id=party_id), 303)


def _party_page(form: PartyForm, found: Party | None = None, refusal: Refused | None = None) -> tuple[str, int]:
    extra = [_(refusal.sentence)] if refusal else []
    if found is not None and isinstance(refusal, Stale):
        overtaken(form, PartyForm(formdata=None, obj=found, id_number=None), {"id_number": None})
    doubtful = identifiers.doubt_credit_code(form.credit_code.data or "") if form.is_submitted() else None
    page = render_template("registry/party_form.html", form=form, party=found, extra=extra, doubt=doubtful)
    return page, _status(form, refusal)


@bp.route("/parties/<int:party_id>/id-number", methods=["GET", "POST"])
@needs("party.write")
def open_id_number(party_id: int) -> Answer:
    """Show the identity number against a typed reason, which is noted first."""
    found, form = queries.party(viewer(), party_id), ReasonForm()
    form.reason.validators = [Required(), *form.reason.validators]
    shown = None
    if form.validate_on_submit():
        confidential.opened(found, "id_number", viewer(), form.reason.data or "")
        db.session.commit()
        shown, g.saved = found.id_number, True
    return render_template("registry/id_number.html", party=found, form=form, shown=shown)


# --- rights -----------------------------------------------------------------------------------------------------------


@bp.get("/rights/")
@needs("right.read")
def rights() -> str:
    """The register of rights."""
    q, kind = request.args.get("q", ""), request.args.get("kind", "")
    page = queries.rights(viewer(), q, kind if kind in RIGHT_KINDS else "", after=request.args.get("after", type=int))
    return render_template("registry/rights.html", page=page, q=q, kind=kind, kinds=RIGHT_KINDS)


@bp.route("/rights/new", methods=["GET", "POST"])
@needs("right.write")
def new_right() -> Answer:
    """Register a right."""
    form = RightForm(name=request.args.get("name", ""))
    if _searching() or not form.validate_on_submit():
        return _right_page(form)
    try:
        return once(
            form,
            lambda: url_for("registry.right", right_id=actions.add_right(viewer(), _right_values(form)).id),
            lambda: _("已登记权利“%(name)s”。", name=form.name.data),
        )
    except Refused as refused:
        return _right_page(form, refusal=refused)


@bp.get("/rights/<int:right_id>")
@needs("right.read")
def right(right_id: int) -> str:
    """One right and its holder."""
    return render_template("registry/right.html", right=queries.right(viewer(), right_id), on=clock.today())


@bp.route("/rights/<int:right_id>/edit", methods=["GET", "POST"])
@needs("right.write")
def edit_right(right_id: int) -> Answer:
    """Correct a right."""
    found = queries.right(viewer(), right_id)
    form = _right_form(found)
    if _searching() or not form.validate_on_submit():
        return _right_page(form, found)
    try:
        if form.version.data != str(found.version):
            raise Stale()
        actions.change_right(viewer(), found, _right_values(form))
        db.session.commit()
    except Refused as refused:
        return _right_page(form, found, refused)
    except StaleDataError:
        db.session.rollback()
        return _right_page(form, queries.right(viewer(), right_id), Stale())
    flash(_("权利信息已更正。"), "ok")
    return redirect(url_for("registry.right", right_id=right_id), 303)


def _right_form(found: Right, **given: Any) -> RightForm:
    return RightForm(obj=found, classes="、".join(map(str, found.classes)), new_holder=None, **given)


def _right_values(form: RightForm) -> dict[str, Any]:
    holder = picking.party_of(viewer(), form.holder_id.data, form.new_holder.form)
    values = {k: v for k, v in form.data.items() if k != "new_holder"}
    return values | {
        "holder_id": holder.id if holder else None,
        "classes": class_numbers(form.classes.data or "") or [],
    }


def _right_page(form: RightForm, found: Right | None = None, refusal: Refused | None = None) -> tuple[str, int]:
    q = request.form.get("holder_id_q", "")
    rows = [picking.party_row(p) for p in queries.suggest_parties(viewer(), q)] if _searching() else []
    if form.holder_id.data and not rows:
        rows = [picking.party_row(queries.party(viewer(), form.holder_id.data))]
    extra = [_(refusal.sentence)] if refusal else []
    if found is not None and isinstance(refusal, Stale):
        overtaken(form, _right_form(found, formdata=None), {"holder_id": found.holder.name})
    page = render_template(
        "registry/right_form.html", form=form, right=found, extra=extra, rows=rows, q=q, searching=_searching()
    )
    return page, 200 if _searching() else _status(form, refusal)


def _status(form: PartyForm | RightForm, refusal: Refused | None) -> int:
    return 409 if isinstance(refusal, Stale) else 422 if form.is_submitted() else 200


def _searching() -> bool:
    """The search button of a picker was pressed in a browser without JavaScript."""
    return request.method == "POST" and bool(request.form.get("_search"))


# --- for pickers and fields in any form --------------------------------------------------------------------------------


def _asked() -> tuple[str, str]:
    field = request.args.get("field", "party_id")
    if not re.fullmatch(r"[a-z][a-z0-9_-]{0,40}", field):
        field = "party_id"
    return field, request.args.get(f"{field}_q") or request.args.get("q", "")


@bp.get("/parties/suggest")
@needs("party.read")
def suggest_parties() -> str:
    """The parties that a picker offers for what is being typed."""
    field, q = _asked()
    rows = [picking.party_row(p) for p in queries.suggest_parties(viewer(), q)]
    return render_template("registry/suggest.html", field=field, rows=rows, q=q)


@bp.get("/rights/suggest")
@needs("right.read")
def suggest_rights() -> str:
    """The rights that a picker offers."""
    field, q = _asked()
    rows = [picking.right_row(r) for r in queries.suggest_rights(viewer(), q)]
    return render_template("registry/suggest.html", field=field, rows=rows, q=q)


@bp.get("/parties/likely")
@needs("party.read")
def likely_parties() -> str:
    """Registered parties that the new one being typed may already be: offered for picking, with the reason."""
    field, _q = _asked()
    found = queries.likely_same_party(
        viewer(),
        name=_last("name"),
        credit_code=_last("credit_code"),
        phone=_last("phone"),
        legal_representative=_last("legal_representative"),
    )
    if "links" in request.args:  # the register's own form: there is nothing to pick for, one goes there
        rows = [
            picking.party_row(f.party, f.why) | {"url": url_for("registry.party", party_id=f.party.id)} for f in found
        ]
        return render_template("registry/likely_links.html", rows=rows)
    rows = [picking.party_row(f.party, f.why) for f in found]
    return render_template("registry/likely.html", field=field, rows=rows)


@bp.get("/rights/likely")
@needs("right.read")
def likely_rights() -> str:
    """Registered rights that the one being typed may already be, with the reason."""
    holder_id = request.args.get("holder_id", type=int)
    known = db.session.get(Party, holder_id) if holder_id is not None and 0 < holder_id < 10**15 else None
    found = queries.likely_same_right(
        viewer(),
        kind=request.args.get("kind", ""),
        number=request.args.get("number", "")[:60],
        name=request.args.get("name", "")[:200],
        holder=known.name if known is not None else request.args.get("new_holder-name", "")[:160],
        but=request.args.get("but", type=int),
    )
    rows = [picking.right_row(row, why) | {"url": url_for("registry.right", right_id=row.id)} for row, why in found]
    return render_template("registry/likely_links.html", rows=rows)


def _last(key: str) -> str:
    """The value of `name` or of `new_party-name`: the part may stand in any form."""
    return next((v for k, v in request.args.items() if k == key or k.endswith(f"-{key}")), "")


@bp.route("/check/<kind>", methods=["GET", "POST"])
@needs("party.read")
def check(kind: str) -> Response:
    """The sentence for a field as it is typed: {ok, sentence}. Secret numbers are posted, so that no log keeps them."""
    set_writing(False)
    code = request.values.get("code", "")
    sentence, good = _sentence(kind, code)
    return jsonify(ok=sentence is None, sentence=_(sentence or good))


def _sentence(kind: str, code: str) -> tuple[str | None, str]:
    if kind == "credit_code":
        return identifiers.credit_code(code), identifiers.doubt_credit_code(code) or N_("校验通过")
    if kind in identifiers.ID_KINDS:
        require(viewer(), "party.write")
        return identifiers.id_number(kind, code, clock.today()), N_("校验通过")
    if kind == "phone":
        return identifiers.phone(code), N_("格式正确")
    if kind in RIGHT_KINDS:
        return identifiers.right_number(kind, code), N_("格式正确")
    raise Refused(N_("没有这种校验。"), 404)
