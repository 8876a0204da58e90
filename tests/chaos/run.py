"""The run: officers log clues and their head assigns them, each repeating until the answer comes, while every process
of the house is killed with -9 in turn; then the tables are compared with what the visitors were told.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import signal
import subprocess
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.core import history, outbox
from app.core.history import HistoryEntry
from app.core.numbering import IssuedNumber
from app.documents.models import Paper
from app.documents.storage import read
from app.extensions import db
from app.intake.models import Clue
from app.notices import mail
from app.notices.models import Notice
from app.rehearsal import city
from app.supervisor import flask_command
from tests.bench.house import House
from tests.services import Missing, launch_postgres
from tests.support.web import Pairs, Visitor

WRITERS = ("zhangzhifa", "lizhifa", "laozhou", "shijuyi")
HEAD = "wangkezhang"
DRAIN = 60.0  # seconds in which everything promised must be done after the last kill (R02)


@dataclass
class Tally:
    """What the visitors were told and what was done to the house."""

    clues: dict[str, int] = field(default_factory=dict)  # marker -> id of the clue that was acknowledged
    steps: set[int] = field(default_factory=set)  # clues whose assignment was acknowledged
    repeats: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    drained: float = 0.0
    papers: int = 0
    mails: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def killed(self) -> int:
        return sum(self.kills.values())


class Chaos:
    """One run in one house. seed: of the order of kills."""

    def __init__(self, house: House, seed: int, say: Callable[[str], object] = print) -> None:
        self.house, self.random, self.say = house, random.Random(seed), say
        self.tally = Tally()
        self.lock = threading.Lock()
        self.over = threading.Event()
        # The supervisor has a Redis of its own, so that this one, too, is its to bring back.
        self.house.env.pop("TQ_REDIS_URL", None)
        self.supervisor = house.run(*flask_command("serve"))
        house.wait()

    def run(self, seconds: float, pause: tuple[float, float] = (0.4, 1.6)) -> Tally:
        """Torment the house, let it finish, and look."""
        people = [threading.Thread(target=self._write, args=(who, n)) for n, who in enumerate(WRITERS)]
        people.append(threading.Thread(target=self._assign))
        for thread in people:
            thread.start()
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            time.sleep(self.random.uniform(*pause))
            self._kill()
        self.tally.seconds = time.monotonic() - began
        self.over.set()
        for thread in people:
            thread.join(180)
        if any(thread.is_alive() for thread in people):
            self.tally.faults.append("a visitor never got an answer")
        self._drain()
        return self.tally

    # --- those who kill -----------------------------------------------------------------------------------------------

    def _kill(self) -> None:
        victims = self._victims()
        kind = self.random.choice(sorted(victims))
        if kind == "flush":
            try:
                with redis.Redis(
                    unix_socket_path=str(self.house.folder / "redis" / "redis.sock"), socket_timeout=2
                ) as client:
                    client.flushall()
            except redis.RedisError:
                return
        elif kind == "postgres":
            self._kill_postgres()
        else:
            try:
                os.kill(self.random.choice(victims[kind]), signal.SIGKILL)
            except ProcessLookupError:
                return
        self.tally.kills[kind] += 1

    def _victims(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {"flush": []}
        if self.house.postgres is not None and self.random.random() < 0.3:  # coming back takes it seconds
            found["postgres"] = []
        for pid in _descendants(self.supervisor.pid):
            words = _words(pid)
            for name, mark in (("web", "gunicorn"), ("papers", "worker papers"), ("notices", "worker notices"), ("sweep", "wsgi sweep"),
                               ("redis", "redis-server"), ("press", "documents.engine")):  # fmt: skip
                if mark in words:
                    found.setdefault(name, []).append(pid)
        return found

    def _kill_postgres(self) -> None:
        assert self.house.postgres is not None
        server = self.house.postgres
        for pid in [server.pid, *_descendants(server.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        server.process.wait()
        for _ in range(40):
            try:
                self.house.postgres = launch_postgres(server.folder, safe=True, seconds=30)
                return
            except Missing:
                time.sleep(0.5)  # its old processes still hold the shared memory
        raise Missing("PostgreSQL did not come back")

    # --- those who work -----------------------------------------------------------------------------------------------

    def _write(self, account: str, number: int) -> None:
        visitor = Visitor(self.house.base, timeout=15)
        words = random.Random(number)
        while not self.over.is_set():
            marker = uuid.uuid4().hex
            facts = f"{marker} " + "".join(chr(words.randrange(0x4E00, 0x9FA0)) for _ in range(60))
            try:
                form = self._patiently(lambda: self._form(visitor, account, "/clues/new", "facts"))
                pairs = form.filled({"facts": facts, "place": marker, "order_no": marker})
                place = self._patiently(lambda pairs=pairs: self._accepted(visitor, account, "/clues/new", pairs))
            except TimeoutError:
                return
            with self.lock:
                self.tally.clues[marker] = int(place.rstrip("/").rpartition("/")[2])
            time.sleep(0.05)

    def _assign(self) -> None:
        visitor, tried = Visitor(self.house.base, timeout=15), set()
        while not self.over.is_set():
            with self.lock:
                waiting = [clue for clue in self.tally.clues.values() if clue not in tried]
            for clue in waiting[:5]:
                tried.add(clue)
                try:
                    self._patiently(lambda clue=clue: self._step(visitor, clue))
                except TimeoutError:
                    return
            time.sleep(0.2)

    def _step(self, visitor: Visitor, clue: int) -> bool | None:
        path = f"/clues/{clue}/steps/assign"
        page = visitor.get(path)
        if page.status in {302, 401}:
            visitor.sign_in(HEAD, city.passphrase(HEAD))
            return None
        if page.status == 404:  # of another county
            return True
        if page.status == 409:  # already done: an answer that was lost on its way
            with self.lock:
                self.tally.steps.add(clue)
            return True
        form = visitor.form(path, "officer_ids")
        answer = visitor.post(path, form.filled({"officer_ids": form.choices["officer_ids"][:2]}))
        if answer.status == 303 and "sign-in" not in answer.place:
            with self.lock:
                self.tally.steps.add(clue)
            return True
        self.tally.refused[answer.status] += 1
        return None

    def _form(self, visitor: Visitor, account: str, path: str, having: str) -> Any:
        page = visitor.get(path)
        if page.status == 200:
            return visitor.form(path, having)
        if page.status in {302, 401}:
            visitor.sign_in(account, city.passphrase(account))
        return None

    def _accepted(self, visitor: Visitor, account: str, path: str, pairs: Pairs) -> str | None:
        answer = visitor.post(path, pairs)
        if answer.status == 303 and "sign-in" not in answer.place:
            return answer.place
        self.tally.refused[answer.status] += 1
        if answer.status in {302, 303, 400, 401}:
            visitor.sign_in(account, city.passphrase(account))
        return None

    def _patiently(self, ask: Callable[[], Any]) -> Any:
        """Ask again until there is an answer, as a person would; TimeoutError after three minutes."""
        end = time.monotonic() + 180
        while time.monotonic() < end:
            try:
                if (answer := ask()) is not None:
                    return answer
            except (OSError, http.client.HTTPException, AssertionError):
                pass
            self.tally.repeats += 1
            time.sleep(0.3)
        self.tally.faults.append("a visitor got no answer for three minutes")
        raise TimeoutError

    # --- afterwards ---------------------------------------------------------------------------------------------------

    def _drain(self) -> None:
        app, began = self.house.app, time.monotonic()
        with app.app_context():
            while True:
                try:
                    open_now, _oldest = outbox.backlog()
                    db.session.rollback()
                except DBAPIError:
                    db.session.rollback()
                    open_now = -1
                if open_now == 0 or time.monotonic() - began > 5 * DRAIN:
                    break
                time.sleep(0.2)
            self.tally.drained = time.monotonic() - began
            if open_now:
                self.tally.faults.append(f"{open_now} errands are still open after {self.tally.drained:.0f} s")
            self.tally.faults += list(self._look(app))
            db.session.remove()
            db.engine.dispose()

    def _look(self, app: Flask) -> list[str]:
        """Everything that is not as it was promised, as sentences."""
        session, found = db.session, []
        rows = dict(session.execute(select(Clue.id, Clue.order_no)).all())
        ids = {marker: clue for clue, marker in rows.items()}
        lost = [m for m, clue in self.tally.clues.items() if rows.get(clue) != m]
        found += [f"{len(lost)} acknowledged clues are lost"] if lost else []
        twice = [marker for marker, n in Counter(rows.values()).items() if n > 1]
        found += [f"{len(twice)} clues were made twice by a repeated form"] if twice else []
        told = select(HistoryEntry.subject_id, HistoryEntry.act).where(HistoryEntry.subject_type == "clue")
        acts = Counter((row.subject_id, row.act) for row in session.execute(told))
        wrong = [clue for clue in rows if acts[clue, "begin"] != 1] + [
            clue for clue in self.tally.steps if acts[clue, "assign"] != 1
        ]
        found += [f"history tells {len(wrong)} acts never or twice"] if wrong else []
        found += self._numbers()
        failed = session.scalar(select(func.count()).where(outbox.Errand.state == "failed"))
        found += [f"{failed} errands failed for good"] if failed else []
        found += self._papers(set(ids.values()))
        found += self._mails(app)
        return [*found, *history.broken(session())]

    @staticmethod
    def _numbers() -> list[str]:
        series: dict[Any, list[int]] = {}
        for organ, name, year, n in db.session.execute(
            select(IssuedNumber.organ_id, IssuedNumber.series, IssuedNumber.year, IssuedNumber.n)
        ):
            series.setdefault((organ, name, year), []).append(n)
        return [
            f"numbers of {key} have gaps or doubles"
            for key, ns in series.items()
            if sorted(ns) != list(range(1, len(ns) + 1))
        ]

    def _papers(self, clues: set[int]) -> list[str]:
        papers = db.session.execute(
            select(Paper.subject_id, Paper.state, Paper.sha256).where(
                Paper.subject_type == "clue", Paper.kind == "clue_registration"
            )
        ).all()
        self.tally.papers = len(papers)
        found = []
        if Counter(row.subject_id for row in papers) != Counter(clues):
            found.append("some clues have no registration form, or two")
        unready = sum(row.state != "ready" for row in papers)
        found += [f"{unready} papers were never printed"] if unready else []
        bad = sum(1 for row in papers if row.sha256 and hashlib.sha256(read(row.sha256)).hexdigest() != row.sha256)
        return found + ([f"{bad} papers are not what their hash says"] if bad else [])

    def _mails(self, app: Flask) -> list[str]:
        notices = db.session.scalars(select(Notice).where(Notice.mail_state != "none")).all()
        self.tally.mails = len(notices)
        unsent = sum(notice.mail_state != "sent" or not mail.file_of(notice).exists() for notice in notices)
        files = len(list(Path(app.config["MAIL_FOLDER"]).glob("*.eml")))
        found = [f"{unsent} mails were never sent"] if unsent else []
        return found + ([f"{files} mail files for {len(notices)} notices"] if files != len(notices) else [])


def _descendants(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in map(int, task.read_text().split()):
                found += [child, *_descendants(child)]
        except OSError:
            continue
    return found


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return ""


def alive(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process still runs."""
    return process.poll() is None
