"""The linters are tests, so that the one summary line of ``./run test`` tells the truth about them too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

LINTERS = {
    "ruff": ["ruff", "check", "."],
    "format": ["ruff", "format", "--check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports", "--no-logo"],
    "templates": ["djlint", "--lint", "--quiet", "app/templates"],
}


@pytest.mark.parametrize("name", LINTERS)
def test_lint(name: str) -> None:
    program, *arguments = LINTERS[name]
    done = subprocess.run(
        [str(BIN / program), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1"},
    )
    assert done.returncode == 0, f"./run lint shows this too:\n{done.stdout[-6000:]}{done.stderr[-3000:]}"
