"""A throw-away house to measure or to torment: its own database, Redis, folder and processes; gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from app import create_app
from app.cli import load_base
from app.extensions import db
from app.supervisor import flask_command
from config import ROOT, Config
from tests.services import Missing, Server, create_database, start_postgres, start_redis
from tests.support.processes import start, stop


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class House:
    """database: "postgres" or "sqlite". safe: the database keeps every commit through a crash, as in an office."""

    def __init__(self, database: str, *, safe: bool = True, append_only: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="tq-house-"))
        self.postgres: Server | None = start_postgres(safe=safe) if database == "postgres" else None
        self.redis = start_redis(append_only=append_only)
        url = create_database(self.postgres, "house") if self.postgres else f"sqlite:///{self.folder}/house.db"
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.env = {
            "TQ_ENV": "rehearsal", "TQ_INSTANCE": str(self.folder), "TQ_DATABASE_URL": url, "TQ_REDIS_URL": self.redis.url,
            "TQ_BIND": f"127.0.0.1:{self.port}", "TQ_LOCKOUT_TRIES": "100", "TQ_REHEARSAL_CASES": "0",
        }  # fmt: skip
        self.processes: list[subprocess.Popen[bytes]] = []
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def app(self) -> Flask:
        """The application over this house, for loading and looking, in this process."""
        app: Flask = create_app(Config.from_env(self.env))
        return app

    def furnish(self) -> None:
        """Tables, law and the rehearsal city."""
        app = self.app
        with app.app_context():
            upgrade()
            load_base()
            db.session.remove()
            db.engine.dispose()

    def run(self, *command: str) -> subprocess.Popen[bytes]:
        """Start one of the house's processes; its words go to a log in the folder."""
        with (self.folder / "log").open("ab") as log:
            process = start(command, env={**os.environ, **self.env}, cwd=ROOT, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def web(self, workers: int = 4, threads: int = 4) -> tuple[subprocess.Popen[bytes], float]:
        """Start the web server; returns it and the seconds until it answered."""
        began = time.monotonic()
        process = self.run(
            sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread",
            "--workers", str(workers), "--threads", str(threads), "--timeout", "60", "--keep-alive", "60", "--log-level", "warning",
        )  # fmt: skip
        self.server = process
        self.wait()
        return process, time.monotonic() - began

    def wait(self, seconds: float = 60) -> None:
        """Until the web server answers /healthz."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.base}/healthz", timeout=5) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.02)
        raise Missing(f"the web server does not answer; its words:\n{(self.folder / 'log').read_text()[-3000:]}")

    def processors(self) -> tuple[float, float]:
        """Seconds of processor that web server and database have used so far."""
        database = processor(self.postgres.pid) if self.postgres else 0.0
        return processor(self.server.pid) if self.server else 0.0, database

    def loading(self) -> tuple[float, float]:
        """Seconds of processor that this process with its children and the database have used so far."""
        return sum(os.times()[:4]), processor(self.postgres.pid) if self.postgres else 0.0

    def worker(self, queue: str) -> subprocess.Popen[bytes]:
        """Start a worker."""
        return self.run(*flask_command("worker", queue))

    def sweep(self) -> subprocess.Popen[bytes]:
        """Start the scheduler."""
        return self.run(*flask_command("sweep"))

    def close(self) -> None:
        """End everything and remove the folder."""
        for process in self.processes:
            stop(process)
        self.redis.stop()
        shutil.rmtree(self.redis.folder, ignore_errors=True)
        if self.postgres is not None:
            self.postgres.stop()
            shutil.rmtree(self.postgres.folder, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def house(database: str, **more: bool) -> Iterator[House]:
    """A furnished house for the length of a block."""
    made = House(database, **more)
    try:
        made.furnish()
        yield made
    finally:
        made.close()


def descendants(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in map(int, task.read_text().split()):
                found += descendants(child)
        except OSError:
            continue
    return found


def processor(pid: int) -> float:
    """Seconds of processor that a process and all below it have used so far."""
    ticks = 0
    for one in descendants(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += sum(map(int, fields[11:15]))  # its own, and that of its children that have ended
    return ticks / os.sysconf("SC_CLK_TCK")


def memory(pids: Sequence[int]) -> float:
    """Megabytes that these processes and their children use, shared pages counted once (PSS)."""
    found = {one for pid in pids for one in descendants(pid)}
    total = 0
    for pid in found:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024
