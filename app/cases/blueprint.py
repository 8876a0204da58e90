"""The blueprint, and the two ways into a case: to read it, and to work on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.cases import actions, queries
from app.cases.models import Case
from app.core.errors import Forbidden, Refused, Stale
from app.core.forms import Form, overtaken
from app.core.permissions import may, require, viewer
from app.core.text import _
from app.extensions import db

bp = Blueprint("cases", __name__, url_prefix="/cases")
Answer = Response | str | tuple[str, int]


def reading(case_id: int) -> Case:
    """The case, for whoever may read it."""
    return queries.get(viewer(), case_id)


def working(case_id: int) -> Case:
    """The case, for one of its officers, while it is being investigated. Locked for a POST."""
    case = queries.get(viewer(), case_id, lock=request.method == "POST")
    if not case.active_officers and case.organ_id == viewer().organ_id and may(viewer(), "case.write"):
        actions.require_working(case)  # nobody handles it yet: the state is in the way, not the person
    require(viewer(), "case.write", case)
    actions.require_working(case)
    return case


def carry_out(
    form: Form,
    act: Callable[[], str],
    said: str,
    template: str,
    reload: Callable[[], dict[str, Any]],
    now: Callable[[], Form] | None = None,
    **context: Any,
) -> Answer:
    """A changing form: GET shows it; POST acts, commits and goes to the URL that `act` answers.

    A refusal comes back with its sentence beside its field (422) or above the form (409), and everything typed.
    reload: gives the rows of the template anew after a rollback.
    now: the form as it would be opened now, for one that writes over what stands.
    """
    sentence, status = "", 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                url = act()
                db.session.commit()
                flash(said, "ok")
                return redirect(url, 303)
            except (Refused, StaleDataError) as error:
                db.session.rollback()
                if isinstance(error, Forbidden):
                    raise
                refused = Stale() if isinstance(error, StaleDataError) else error
                status, field = refused.status, getattr(refused, "field", None)
                if field in form:
                    form[field].errors = [*form[field].errors, _(refused.sentence)]
                else:
                    sentence = _(refused.sentence)
                if now is not None and isinstance(refused, Stale):
                    overtaken(form, now())
    return render_template(template, form=form, sentence=sentence, **context, **reload()), status
