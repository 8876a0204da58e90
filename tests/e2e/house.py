"""A served copy: gunicorn, the two workers, the sweeper and a Redis, as an unprivileged user, with the rehearsal city."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.supervisor import flask_command, web_command
from config import Config
from tests.services import Server, start_redis
from tests.support.processes import hand_over, start, stop, unprivileged

ROOT = Path(__file__).resolve().parents[2]
CAP = 2 * 1024 * 1024  # bytes of the largest upload here
QUEUES = ("papers", "notices")
# Reads what the tree holds even where its parents are shut to strangers (a clone under /root), and writes nothing.
READS_ALL = (
    "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=-all,+dac_read_search",
    "--bounding-set=-all,+dac_read_search",
)


def powerless(command: Sequence[str]) -> list[str]:
    """The command as nobody. It can overwrite nothing of this machine, whatever is sent to it."""
    plain = unprivileged(command)
    if plain == list(command):
        return plain
    return plain if _nobody_can_read() else [plain[0], *READS_ALL, *plain[1:]]


@cache
def _nobody_can_read() -> bool:
    # The version too: a stranger may be given another interpreter where ours lies behind a shut door.
    probe = [sys.executable, "-c", "import sys, flask, config; print(sys.version)"]
    done = subprocess.run(unprivileged(probe), cwd=ROOT, capture_output=True, text=True)
    return done.returncode == 0 and done.stdout.strip() == sys.version.strip()


def until(true: Callable[[], Any], seconds: float = 40, what: str = "it") -> Any:
    """Wait for something and return it. AssertionError after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        assert time.monotonic() < end, f"waited {seconds:g} s in vain for {what}"
        time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """One served copy. `database`: its SQLAlchemy address, empty for the embedded SQLite."""

    def __init__(self, database: str = "") -> None:
        self.folder = hand_over(Path(tempfile.mkdtemp(prefix="tq-e2e-")))
        self.redis: Server = start_redis()
        self.let_in_to_redis()
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        given = {
            "TQ_INSTANCE": str(self.folder), "TQ_REDIS_URL": self.redis.url, "TQ_BIND": f"127.0.0.1:{self.port}",
            "TQ_UPLOAD_CAP": str(CAP), "TQ_WEB_WORKERS": "2", "TQ_WEB_THREADS": "8", "TQ_DATABASE_URL": database,
        }  # fmt: skip
        plain = {k: v for k, v in os.environ.items() if not k.startswith("TQ_")}
        self.env = {**plain, **given, "HOME": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"}
        self.config = Config.from_env(given)
        if os.geteuid() == 0:
            hand_over(self.folder)
        self.engine = sa.create_engine(self.config.SQLALCHEMY_DATABASE_URI)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.run("init")
        for name in ("web", *QUEUES, "sweep"):
            self.start(name)
        until(self.answers, what="the web server")

    def let_in_to_redis(self) -> None:
        """The socket belongs to whoever started Redis; the served copy is somebody else."""
        hand_over(self.redis.folder)

    def run(self, *words: str) -> str:
        """Run one of our commands to its end. AssertionError with its words when it fails."""
        done = subprocess.run(powerless(flask_command(*words)), env=self.env, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        """Start web, papers, notices or sweep."""
        commands = {"web": web_command(self.config), "sweep": flask_command("sweep")}
        command = commands.get(name) or flask_command("worker", name)
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = start(powerless(command), env=self.env, cwd=ROOT, stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """kill -9 of one process and of what it started."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def answers(self) -> bool:
        """Does the web server answer?"""
        try:
            with urllib.request.urlopen(f"{self.base}/sign-in", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What a statement reads from the database."""
        with self.engine.connect() as connection:
            return list(connection.execute(sa.text(statement), values))

    def one(self, statement: str, **values: Any) -> Any:
        """The one value that a statement reads."""
        found = self.rows(statement, **values)
        assert len(found) == 1, found
        return found[0][0]

    def change(self, statement: str, **values: Any) -> None:
        """Change the database behind the application's back (an expired session, a lease that ran out)."""
        with self.engine.begin() as connection:
            connection.execute(sa.text(statement), values)

    @contextmanager
    def without_redis(self) -> Iterator[None]:
        """Redis is gone, and comes back empty at the same address."""
        self.redis.stop()
        try:
            yield
        finally:
            self.redis = start_redis(folder=self.redis.folder)
            self.let_in_to_redis()

    def said(self, name: str) -> str:
        """The log of one process."""
        return (self.folder / f"{name}.log").read_text("utf-8", "replace")

    def close(self) -> None:
        """Stop everything and remove it."""
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            stop(process, patience=2)
        self.engine.dispose()
        self.redis.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.redis.folder, ignore_errors=True)
