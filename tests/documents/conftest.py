"""A subject for papers that every database of the tests has: an organ, open to its own people and its partners."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.permissions import own_organ
from app.core.subjects import SubjectKind
from app.documents import kinds
from app.extensions import db
from app.people.models import Organ

OURS = "信阳市浉河区市场监督管理局"


@pytest.fixture
def subject(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Organ:
    """An organ as the subject of papers; only its own people, and the police it names, may read it."""
    monkeypatch.setitem(
        app.extensions["tiequan.grants"],
        "test.read",
        ((own_organ("id"),), (own_organ("police_id"),), (own_organ("procuratorate_id"),)),
    )
    kind = SubjectKind("organ", "机关", Organ, "test.read", "documents.show", "paper_id", lambda organ: organ.name)
    monkeypatch.setitem(app.extensions["tiequan.subjects"], "organ", kind)
    return db.session.scalars(select(Organ).where(Organ.name == OURS)).one()


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the facts functions of this test answer, by kind."""
    answers: dict[str, Any] = {}
    monkeypatch.setattr(
        kinds, "_FACTS", {kind: (lambda _subject, _taken, kind=kind: answers[kind]) for kind in kinds.KINDS}
    )
    return answers


@pytest.fixture
def chief(viewer: Callable[[str], Any]) -> Any:
    return viewer("陈局长")
