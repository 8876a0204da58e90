"""Laws of papers: whatever a step names can be made, and every kind has its sample and its golden text."""

from pathlib import Path

import pytest

from app.documents import kinds
from app.documents.series import SERIES
from app.documents.sheets import TEMPLATES
from app.people.models import ORGAN_KINDS
from app.wiring import WORKFLOWS
from tests.documents.samples import SAMPLES

GOLDEN = Path(__file__).parents[1] / "documents" / "golden"
NAMED = sorted(
    {(workflow.id, step.id, paper) for workflow in WORKFLOWS for step in workflow.steps for paper in step.papers}
)


@pytest.mark.parametrize(("workflow", "step", "paper"), NAMED)
def test_every_paper_a_step_names_can_be_made(workflow: str, step: str, paper: str) -> None:
    assert paper in kinds.KINDS, f"{workflow}.{step} names the paper {paper}, which no papers.py declares"
    assert callable(kinds.facts_function(paper))


@pytest.mark.parametrize("kind", list(kinds.KINDS.values()), ids=list(kinds.KINDS))
def test_every_kind_is_complete(kind: kinds.PaperKind) -> None:
    assert (TEMPLATES / kind.template).is_file()
    assert kind.series is None or kind.series in SERIES
    assert set(kind.readers) <= set(ORGAN_KINDS)
    assert "bureau" in kind.readers
    assert kind.law.strip()
    assert SAMPLES[kind.id]
    for number in range(len(SAMPLES[kind.id])):
        assert (GOLDEN / f"{kind.id}-{number}.txt").stat().st_size > 100
    if kind.service_owed:
        assert "addressee" in kind.facts_type.__dataclass_fields__
        assert "case_name" in kind.facts_type.__dataclass_fields__
    assert "organ" in kind.facts_type.__dataclass_fields__


def test_no_golden_text_without_its_paper() -> None:
    known = {f"{kind}-{number}.txt" for kind, samples in SAMPLES.items() for number in range(len(samples))}
    assert {path.name for path in GOLDEN.iterdir()} == known


def test_no_template_of_a_paper_has_inline_style_or_script() -> None:
    for path in TEMPLATES.glob("*.html"):
        text = path.read_text("utf-8")
        assert "style=" not in text, path.name
        assert "<script" not in text, path.name
        assert "|safe" not in text, path.name
        assert "src=" not in text, path.name
