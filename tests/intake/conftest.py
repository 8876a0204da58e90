"""Clues for tests: logged by 张执法 in 浉河区, carried on by those who may."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core import clock
from app.core.permissions import Viewer
from app.core.steps import Taken, take
from app.extensions import db
from app.intake import actions
from app.intake.models import Clue
from app.intake.words import CONDITIONS
from app.intake.workflow import CLUE
from app.law.queries import causes
from app.registry import actions as registry

FACTS = "茶都广场A区12号店铺销售包装标注“信阳毛尖”的散装茶叶，不能提供授权和进货凭证；现场有礼盒40盒。"
ALL = list(CONDITIONS)


def noon(year: int, month: int, day: int) -> dt.datetime:
    return dt.datetime(year, month, day, 12, tzinfo=clock.SHANGHAI)


@pytest.fixture
def officers(app: Flask, person: Callable[[str], Any]) -> list[int]:
    return [person("张执法").id, person("李执法").id]


@pytest.fixture
def party(app: Flask, viewer: Callable[[str], Viewer]) -> Any:
    made = registry.add_party(
        viewer("张执法"), {"kind": "individual_business", "name": "浉河区老茶坊茶叶店", "address": "茶都广场A区12号"}
    )
    db.session.commit()
    return made


@pytest.fixture
def log(app: Flask, viewer: Callable[[str], Viewer]) -> Callable[..., Clue]:
    """Register a clue and commit."""

    def do(who: str = "张执法", informer: dict[str, str] | None = None, **facts: Any) -> Clue:
        given = {
            "source_kind": "inspection",
            "facts": FACTS,
            "place": "茶都广场A区12号",
            "found_at": clock.now(),
            **facts,
        }
        clue = actions.log(viewer(who), given, informer)
        db.session.commit()
        return clue

    return do


@pytest.fixture
def act(app: Flask, viewer: Callable[[str], Viewer]) -> Callable[..., Taken]:
    """Take a step as somebody and commit; a refusal is raised and rolled back."""

    def do(clue: Clue, step: str, who: str, **data: Any) -> Taken:
        try:
            taken = take(CLUE, clue, step, viewer(who), data)
            db.session.commit()
        except Exception:
            db.session.rollback()
            raise
        return taken

    return do


@pytest.fixture
def filing(officers: list[int], app: Flask) -> dict[str, Any]:
    """A complete proposal to file."""
    return {
        "verified_facts": "经核查，当事人销售侵犯注册商标专用权的茶叶。", "conditions": ALL, "act_ended_on": clock.today(), "act_continues": False,
        "limitation_years": 2, "cause_id": causes(clock.today())[0].id, "proposed_articles": "《商标法》第五十七条第三项",
        "proposed_officer_ids": officers,
    }  # fmt: skip


@pytest.fixture
def verifying(
    log: Callable[..., Clue], act: Callable[..., Taken], officers: list[int], party: Any
) -> Callable[..., Clue]:
    """A clue being verified by 张执法 and 李执法."""

    def do(**facts: Any) -> Clue:
        clue = log(**{"party_id": party.id, **facts})
        act(clue, "assign", "王科长", officer_ids=officers)
        return clue

    return do
