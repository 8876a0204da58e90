"""docs/promises.md tells the truth: every promise of the foundation has a test, and every test named there exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text("utf-8")
FOUNDATION = [
    *(f"R{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 9, 10, 13)),
    *(f"S{n:02d}" for n in (1, 2, 3, 5, 7, 8, 9, 13, 15, 16)),
]


def named(text: str) -> list[tuple[str, str]]:
    """(file, test) of every test that a piece of the page names."""
    return re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)


def test_every_promise_of_the_foundation_has_its_row_and_its_test() -> None:
    rows = {line.split("|")[1].strip(): line for line in PAGE.splitlines() if re.match(r"\| [RS]\d\d ", line)}
    assert sorted(rows) == sorted(FOUNDATION)
    assert [promise for promise, line in rows.items() if not named(line)] == []


def test_every_test_that_the_page_names_exists() -> None:
    missing = []
    for file, test in named(PAGE):
        path = ROOT / file
        tree = ast.parse(path.read_text("utf-8")) if path.exists() else ast.Module([], [])
        if test not in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{file}::{test}")
    assert missing == []


def test_every_file_that_the_page_names_exists() -> None:
    found = re.findall(r"`((?:app|tests)/[\w/]+\.py|config\.py)`", PAGE)
    assert [name for name in found if not (ROOT / name).exists()] == []
