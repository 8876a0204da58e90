"""The one view of all steps: GET shows the step's form, POST takes the step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import flash, redirect, render_template, request
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from app.core.errors import Forbidden, NotFound, Refused, Stale
from app.core.forms import StepForm
from app.core.permissions import viewer
from app.core.steps import take
from app.core.text import _
from app.core.workflow import Workflow
from app.extensions import db

Answer = Response | tuple[str, int]


def take_step(
    workflow: Workflow,
    find: Callable[[], Any],
    step_id: str,
    forms: Mapping[str, type[StepForm]],
    back: Callable[[Any], str],
    template: str = "base/step.html",
    context: Callable[[Any], Mapping[str, Any]] = lambda _subject: {},
) -> Answer:
    """Answer for one step of one subject.

    find: loads the subject for the viewer (NotFound outside the scope); called again after a rollback.
    forms: step id -> form class, StepForm where none is named. back: URL of the subject's page.
    context: more for the template, e.g. the papers shown beside the question.
    A refused form comes back with its sentence and everything typed: 422 for a field, 409 for the state. `closed` tells
    the template that the state has no such step (any more).
    """
    who, subject = viewer(), find()
    try:
        step = workflow.step(step_id)
    except KeyError:
        raise NotFound() from None
    form = forms.get(step_id, StepForm)(obj=subject if request.method == "GET" else None)
    shut = workflow.why_not(step, subject, who)
    if shut is not None and shut.kind in {"post", "separation"}:
        raise Forbidden(shut.sentence)
    sentence, status = (shut.sentence, 409) if shut is not None else ("", 200)
    if request.method == "POST":
        sentence, status = "", 422
        if form.validate():
            try:
                take(workflow, subject, step_id, who, form.data)
                db.session.commit()
                flash(_("已办理：%(step)s。", step=_(step.name)), "ok")
                return redirect(back(subject), 303)
            except (Refused, StaleDataError) as error:
                db.session.rollback()
                if isinstance(error, Forbidden):
                    raise
                refused = Stale() if isinstance(error, StaleDataError) else error
                sentence, status, subject = refused.sentence, refused.status, find()
                if status == 409:
                    form.version.data = ""  # the page that comes back shows the present state: from it one may go on
    moved = workflow.why_not(step, subject, who)
    closed = moved is not None and moved.kind == "state"
    if moved is not None and closed:  # not to be mended on this page: it says so and offers no button
        sentence, status = moved.sentence, 409
    if not form.version.data or request.method == "GET":
        form.version.data = str(subject.version)
    form.offer(subject)
    page = render_template(
        template,
        workflow=workflow,
        step=step,
        subject=subject,
        form=form,
        sentence=sentence,
        closed=closed,
        back=back(subject),
        **context(subject),
    )
    return page, status
