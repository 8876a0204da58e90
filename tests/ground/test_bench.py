"""The bench loads cases that an office could have had: whole, chained, findable."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import ForeignKeyConstraint, func, select, text

from app.core import search
from app.core.db import writing
from app.extensions import Base, db
from tests.bench.generate import cases
from tests.bench.load import Source, load, write


@pytest.fixture
def loaded(app: Flask) -> Flask:
    """A house with 120 records and 5 fresh clues."""
    db.session.remove()
    load(app, Source(120, fresh=5), lambda _line: None)
    return app


def test_check_finds_no_fault_in_a_loaded_house(loaded: Flask) -> None:
    answer = loaded.test_cli_runner().invoke(args=["check"])
    assert answer.exit_code == 0, answer.output


def test_every_loaded_row_points_at_rows_that_are_there(loaded: Flask) -> None:
    with writing():
        for table in Base.metadata.sorted_tables:
            for key in (one for one in table.constraints if isinstance(one, ForeignKeyConstraint)):
                (element,) = key.elements
                parent = element.column.table.alias()
                orphans = select(func.count()).where(element.parent.is_not(None)).select_from(
                    table.outerjoin(parent, parent.c[element.column.name] == element.parent)
                ).where(parent.c[element.column.name].is_(None))  # fmt: skip
                assert db.session.scalar(orphans) == 0, f"{table.name}.{element.parent.name}"


def test_indexes_are_back_after_loading(loaded: Flask) -> None:
    from sqlalchemy import inspect

    seen = inspect(db.engine)
    for table in Base.metadata.sorted_tables:
        wanted = {index.name for index in table.indexes if index.name != "ix_search_entry_tokens"}
        assert wanted <= {index["name"] for index in seen.get_indexes(table.name)}
    if db.engine.dialect.name == "postgresql":
        tokens = text("select count(*) from pg_indexes where indexname = 'ix_search_entry_tokens'")
        assert db.session.scalar(tokens) == 1


def test_loaded_facts_are_found_by_their_words(loaded: Flask) -> None:
    made = list(cases(120))
    for word in ("毛尖", "现场笔录", made[7]["party"][3:7]):
        wanted = {
            one["id"]
            for one in made
            if word in search.normalise(f"{one['title']} {one['party']} {one['description']} {one['mark']}")
        }
        hits = search.search(db.session(), word, subject_types=("clue",), limit=500).hits
        assert wanted
        assert {n for _kind, n in hits} - set(range(121, 126)) == wanted


def test_a_file_of_json_lines_holds_what_the_generator_makes(tmp_path: Path) -> None:
    write(Source(9, fresh=0), tmp_path / "cases.jsonl")
    assert list(Source(9, tmp_path / "cases.jsonl", fresh=0).records()) == list(cases(9))
