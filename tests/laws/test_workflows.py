"""The procedures of the house: no faults, nothing named that is not declared, nothing declared that cannot be carried out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, current_app

from app import wiring
from app.core.terms import UNITS, Term
from app.core.workflow import Step, Workflow
from app.notices import recipients
from app.people.models import POSTS
from tests.conftest import make_app

WORKFLOWS = [pytest.param(w, id=w.id) for w in wiring.WORKFLOWS]
STEPS = [pytest.param(w, s, id=f"{w.id}.{s.id}") for w in wiring.WORKFLOWS for s in w.steps]
TERMS = wiring.terms()
TERM_IDS = {term.id for term in TERMS}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One application for the whole file: declarations are read here, and no database is asked."""
    found = make_app(tmp_path_factory.mktemp("declared"), "sqlite://", "unix:///nonexistent.sock")
    with found.app_context():
        yield found


def test_the_main_path_is_declared() -> None:
    assert {"clue", "case", "transfer"} <= {w.id for w in wiring.WORKFLOWS}


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_the_table_has_no_fault(workflow: Workflow) -> None:
    assert workflow.faults() == []


@pytest.mark.parametrize(("workflow", "step"), STEPS)
def test_a_step_names_only_what_is_declared(workflow: Workflow, step: Step) -> None:
    assert set(step.posts) <= {*POSTS, "system"}, "an unknown post"
    for terms in (step.opens, step.closes, step.voids, step.pauses, step.resumes):
        assert set(terms) <= TERM_IDS, "an undeclared deadline"
    assert [word for word in step.tells if not recipients.known(word)] == []


@pytest.mark.parametrize(("workflow", "step"), STEPS)
def test_every_kind_of_paper_of_a_step_is_declared(app: Flask, workflow: Workflow, step: Step) -> None:
    from app.documents import kinds

    assert [paper for paper in step.papers if paper not in kinds.KINDS] == []


@pytest.mark.parametrize(("workflow", "step"), STEPS)
def test_a_step_sets_only_columns_and_never_the_status(app: Flask, workflow: Workflow, step: Step) -> None:
    model = next(kind.model for kind in wiring.SUBJECTS if kind.type == workflow.id)
    columns = set(model.__mapper__.attrs.keys())
    assert set(step.sets) <= columns, set(step.sets) - columns
    assert not set(step.sets) & {
        "id",
        "status",
        "version",
        "born_under",
        "organ_id",
        "created_by_id",
        "created_at",
        "changed_at",
        "number",
    }
    assert step.organ in columns


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_deadline_is_paused_only_on_grounds_of_its_law(workflow: Workflow) -> None:
    terms = {term.id: term for term in TERMS}
    paused = {t for step in workflow.steps for t in step.pauses}
    assert {t for t in paused if not terms[t].excludes} == set()


@pytest.mark.parametrize("term", TERMS, ids=lambda t: t.id)
def test_a_deadline_has_name_law_unit_and_somebody_to_tell(term: Term) -> None:
    assert term.name
    assert term.law
    assert term.start
    assert term.unit in UNITS
    assert term.amount > 0
    assert term.tells
    assert [word for word in term.tells if not recipients.known(word)] == []
    assert term.status in {"verified", "memory", "unverified"}
    if term.extension is not None:
        assert term.extension.post in POSTS
        assert term.extension.law


def test_every_declared_deadline_is_opened_by_a_step_or_a_beginning() -> None:
    opened = {t for w in wiring.WORKFLOWS for t in (*w.opens, *(o for s in w.steps for o in s.opens))}
    assert TERM_IDS - opened == set()


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_state_has_an_icon_of_the_house_and_a_known_tone(app: Flask, workflow: Workflow) -> None:
    from pathlib import Path

    icons = set((Path(app.root_path) / "static" / "icons.txt").read_text("utf-8").split())
    for state in workflow.states.values():
        assert state.icon in icons, state
        assert state.tone in {
            "calm",
            "wait",
            "done",
            "alarm",
            "draft",
            "open",
            "ended",
            "soon",
            "late",
            "stop",
            "flag",
        }, state


def test_events_that_somebody_listens_to_do_happen() -> None:
    """A listener of a misspelt step would never be called, and nobody would notice."""
    happen = {f"{w.id}.{s.id}" for w in wiring.WORKFLOWS for s in w.steps} | {f"{w.id}.begin" for w in wiring.WORKFLOWS}
    happen |= {"step.taken", "deadline.warning", "errand.failed", "outbox.foreign_job"}
    assert {event for event in wiring.WHEN if event.split(".")[0] in {w.id for w in wiring.WORKFLOWS}} - happen == set()


def test_every_subject_of_a_procedure_is_known_with_its_page(app: Flask) -> None:
    assert {w.id for w in wiring.WORKFLOWS} <= {kind.type for kind in wiring.SUBJECTS}
    for kind in wiring.SUBJECTS:
        assert kind.endpoint in current_app.view_functions
        assert kind.model.__tablename__ == kind.type or kind.type in {"right"}


@pytest.mark.parametrize("item", wiring.NAV, ids=lambda n: n.endpoint)
def test_the_rail_leads_somewhere(app: Flask, item: object) -> None:
    from pathlib import Path

    from app.core.permissions import grants

    icons = set((Path(app.root_path) / "static" / "icons.txt").read_text("utf-8").split())
    assert item.endpoint in app.view_functions  # type: ignore[attr-defined]
    assert item.permission in grants()  # type: ignore[attr-defined]
    assert item.icon in icons  # type: ignore[attr-defined]
    assert set(item.posts) <= set(POSTS)  # type: ignore[attr-defined]


def test_order_310_5_2_only_the_principal_head_decides_a_transfer() -> None:
    transfer = next(w for w in wiring.WORKFLOWS if w.id == "transfer")
    deciding = [s for s in transfer.steps if s.target in {"approved", "not_approved"}]
    assert deciding
    assert {s.post for s in deciding} == {"principal"}
    assert all("not_on_team" in {g.id for g in s.needs} for s in deciding)


def test_administrators_and_auditors_take_no_step() -> None:
    taken = {p for w in wiring.WORKFLOWS for s in w.steps for p in s.posts}
    assert not taken & {"admin", "auditor"}
