"""A real worker process: it prints what is promised, and what it was killed over is printed once after it is back."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.core import clock, outbox
from app.documents import actions, kinds
from app.documents.models import Paper
from app.documents.storage import read
from app.extensions import db
from tests.documents.samples import SAMPLES, goods
from tests.documents.test_papers import taken
from tests.support.processes import start, stop

ROOT = Path(__file__).parents[2]


def worker(app: Flask, url: str) -> subprocess.Popen[bytes]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("TQ_")},
        "TQ_ENV": "test", "TQ_DATABASE_URL": url, "TQ_REDIS_URL": app.config["REDIS_URL"], "TQ_INSTANCE": str(app.config["INSTANCE"]),
    }  # fmt: skip
    return start([sys.executable, "-m", "flask", "--app", "wsgi", "worker", "papers"], env=environment, cwd=ROOT)


def wait_for(true: Callable[[], Any], seconds: float = 75) -> None:
    until = time.monotonic() + seconds
    while True:
        found = true()
        db.session.rollback()  # this context may write: on SQLite even a read would hold the worker up
        if found:
            return
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def states() -> list[str]:
    return list(db.session.scalars(select(Paper.state).order_by(Paper.id)))


@pytest.mark.slow
def test_killed_while_printing_and_back(
    app: Flask, database_url: str, subject: Any, chief: Any, given: dict[str, Any]
) -> None:
    long = dataclasses.replace(SAMPLES["transfer_goods_list"][0], lines=goods(150))
    given |= {"transfer_goods_list": long, "transfer_letter": SAMPLES["transfer_letter"][0]}
    actions.make_papers(taken(subject, chief, "transfer_goods_list", "transfer_letter"))
    db.session.commit()
    first = worker(app, database_url)
    try:
        wait_for(lambda: states()[0] == "rendering")
        time.sleep(0.3)
        child = press_of(first.pid)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        wait_for(lambda: gone(child), 20)
        wait_for(lambda: states()[0] == "rendering", 5)
    finally:
        stop(first)
    # The lease of the dead worker runs out; the sweeper offers its errand again.
    expired = {"leased_until": clock.recorded_now(), "offered_at": None}
    db.session.execute(update(outbox.Errand).where(outbox.Errand.state == "running").values(**expired))
    db.session.commit()
    second = worker(app, database_url)
    try:
        outbox.sweep()
        wait_for(lambda: set(states()) == {"ready"})
    finally:
        stop(second)
    papers = list(db.session.scalars(select(Paper).order_by(Paper.id)))
    assert len(papers) == 3
    for paper in papers:
        assert read(paper.sha256).startswith(b"%PDF-")
    assert papers[0].pages > 8
    assert db.session.scalar(select(func.count()).select_from(outbox.Errand).where(outbox.Errand.state != "done")) == 0
    assert kinds.KINDS[papers[1].kind].series == "涉罪移"


def press_of(pid: int) -> int:
    """The child that prints for the worker ``pid``."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"app.documents.engine" in Path(f"/proc/{child}/cmdline").read_bytes():
                return int(child)
    raise AssertionError("no press")


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie that nobody has waited for has)."""
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True
