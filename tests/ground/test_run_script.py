"""The start script: plain sh, honest about what it does not know, and locks that carry no addresses."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(ROOT / "run"), *words], capture_output=True, text=True, stdin=subprocess.DEVNULL)


def test_it_is_plain_sh() -> None:
    shells = [shell for shell in ("dash", "busybox") if shutil.which(shell)]
    assert shells, "no plain shell here to try it with"
    for shell in shells:
        command = [shell, "sh", "-n", "run"] if shell == "busybox" else [shell, "-n", "run"]
        assert subprocess.run(command, cwd=ROOT).returncode == 0


def test_help_names_both_commands() -> None:
    told = run("help")
    assert told.returncode == 0
    assert "./run test" in told.stdout
    assert "set -eu" not in told.stdout


def test_an_unknown_word_is_refused_with_a_sentence() -> None:
    told = run("fly")
    assert told.returncode == 1
    assert 'does not know "fly"' in told.stderr


def test_ci_calls_the_tests_and_nothing_else() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert lines[-1] == "exec ./run test"
    assert len(lines) == 3


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.glob("requirements*.lock")))
def test_python_locks_have_hashes_and_no_addresses(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    for block in re.split(r"\n(?=\S)", text):
        if re.match(r"[a-z0-9]", block):
            assert "--hash=sha256:" in block, block[:80]


def test_the_front_end_lock_has_hashes_and_no_download_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())
    for path, package in packages.items():
        assert "resolved" not in package, path
        assert not path or package["integrity"].startswith("sha512-"), path
    for name, version in (wanted["dependencies"] | wanted["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), f"{name} is not pinned"


def test_the_runtime_lock_is_part_of_the_tests_lock() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9-]+==[^ ;\\]+)", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
