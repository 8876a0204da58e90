"""One roof: what dies is started again, and nothing survives the supervisor, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

HOUSE = """
import os, sys
from app.supervisor import Child, Supervisor

# Each child writes its process id to a file, so that the test can find it; "nest" has a child of its own.
life = "import os,sys,time; open(sys.argv[1],'a').write(f'{os.getpid()}\\\\n'); print('浉河区', flush=True); time.sleep(600)"
nest = ("import subprocess,sys; p=subprocess.Popen([sys.executable,'-c',sys.argv[2],sys.argv[1]]); p.wait()")
folder = sys.argv[1]
Supervisor([
    Child("store", [sys.executable, "-c", life, folder + "/store"], last=True, ready=lambda: os.path.exists(folder + "/store")),
    Child("plain", [sys.executable, "-c", life, folder + "/plain"]),
    Child("nest", [sys.executable, "-c", nest, folder + "/nested", life]),
]).run()
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    script = tmp_path / "house.py"
    script.write_text(textwrap.dedent(HOUSE))
    process = subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )
    until(lambda: all(pids(tmp_path, name) for name in ("store", "plain", "nested")))
    yield process
    process.kill()
    process.wait()
    for name in ("store", "plain", "nested"):
        for pid in filter(alive, pids(tmp_path, name)):
            os.kill(pid, signal.SIGKILL)


def pids(folder: Path, name: str) -> list[int]:
    path = folder / name
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def until(true: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to this in time"
        time.sleep(0.02)


def test_a_child_that_dies_is_started_again(house: subprocess.Popen[str], tmp_path: Path) -> None:
    (first,) = pids(tmp_path, "plain")
    os.kill(first, signal.SIGKILL)
    until(lambda: len(pids(tmp_path, "plain")) == 2)
    assert alive(pids(tmp_path, "plain")[1])
    assert len(pids(tmp_path, "store") + pids(tmp_path, "nested")) == 2, "its neighbours were left alone"


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all(house: subprocess.Popen[str], tmp_path: Path, signum: signal.Signals) -> None:
    everyone = [pid for name in ("store", "plain", "nested") for pid in pids(tmp_path, name)]
    house.send_signal(signum)
    assert house.wait(20) == 0
    until(lambda: not any(map(alive, everyone)))
    assert house.stdout is not None
    said = house.stdout.read()
    assert "plain   │ 浉河区" in said
    assert "starts again" not in said


def test_killed_by_force_it_leaves_no_orphan(house: subprocess.Popen[str], tmp_path: Path) -> None:
    children = pids(tmp_path, "store") + pids(tmp_path, "plain")
    house.kill()
    until(lambda: not any(map(alive, children)))
