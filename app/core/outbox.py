"""The outbox: errands written in the transaction of the act that causes them. This table is the queue of record.

RQ only wakes workers up. After the commit the ids are handed to it; the sweeper offers again whatever is neither done
nor claimed. Redis may be emptied or away at any time: that costs seconds, never an errand (promises R01–R03, R06, R07).
An errand may run twice; every function that carries one out must stand that.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import threading
import time
import traceback
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import redis
from flask import Flask, current_app
from rq import Queue, SimpleWorker, Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus
from sqlalchemy import String, Text, event, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.events import announce
from app.extensions import Base, db

log = logging.getLogger("tiequan.outbox")

QUEUES = ("papers", "notices")
RUN = "app.core.outbox.run"
LEASE = dt.timedelta(seconds=20)  # renewed every third of it while the work goes on
OFFER_AGAIN = dt.timedelta(seconds=8)
TRIES = 8
_WAITING = "tiequan.errands"


@dataclass(frozen=True)
class Kind:
    """A kind of errand: the function that carries it out (keyword arguments: ids only) and its queue."""

    function: Callable[..., None]
    queue: str
    tries: int = TRIES


class Errand(Base):
    """One thing promised. state: waiting -> running -> done | failed; a failed one says why."""

    __tablename__ = "errand"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    args: Mapped[dict[str, Any]] = mapped_column()
    queue: Mapped[str] = mapped_column(String(20))
    once: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.recorded_now)
    not_before: Mapped[dt.datetime] = mapped_column(default=clock.recorded_now)
    offered_at: Mapped[dt.datetime | None] = mapped_column()
    leased_until: Mapped[dt.datetime | None] = mapped_column()
    done_at: Mapped[dt.datetime | None] = mapped_column()


# Only open errands are looked for; the index stays as small as the work in hand.
db.Index("ix_errand_open", Errand.not_before, sqlite_where=Errand.state.in_(("waiting", "running")),
         postgresql_where=Errand.state.in_(("waiting", "running")))  # fmt: skip

db.Index(
    "ix_errand_failed", Errand.id, sqlite_where=Errand.state == "failed", postgresql_where=Errand.state == "failed"
)


def install(app: Flask, kinds: Mapping[str, Kind], redis_url: str) -> None:
    """Give the application its allow-list of errands and the address of Redis. Connects to nothing."""
    unknown = {kind.queue for kind in kinds.values()} - set(QUEUES)
    if unknown:
        raise ValueError(f"queues nobody reads: {sorted(unknown)}")
    app.extensions["tiequan.errands"] = dict(kinds)
    app.extensions["tiequan.redis"] = _Waker(redis_url)


def errand(kind: str, *, once: str | None = None, not_before: dt.datetime | None = None, **ids: Any) -> Errand:
    """Promise an errand in the present transaction.

    kind: a key of wiring.ERRANDS. ids: small plain values, never secrets. once: a key that may exist only once;
    promising it again adds nothing and answers the first. not_before: earliest instant.
    """
    declared: Kind = current_app.extensions["tiequan.errands"][kind]
    if once is not None:
        found = db.session.scalar(select(Errand).where(Errand.once == once))
        if found is not None:
            return found
    new = Errand(kind=kind, args=ids, queue=declared.queue, once=once, not_before=not_before or clock.recorded_now())
    db.session.add(new)
    db.session().info.setdefault(_WAITING, []).append(new)
    return new


def _note_queues(session: Session, _context: Any) -> None:
    for row in session.info.get(_WAITING, []):
        if row.id is not None:
            session.info.setdefault("tiequan.ids", {})[row.id] = row.queue


def _after_commit(session: Session) -> None:
    session.info.pop(_WAITING, None)
    ids: dict[int, str] = session.info.pop("tiequan.ids", {})
    if ids and current_app:
        waker().offer(list(ids.items()))


def _forget(session: Session) -> None:
    session.info.pop(_WAITING, None)
    session.info.pop("tiequan.ids", None)


event.listen(Session, "after_flush_postexec", _note_queues)
event.listen(Session, "after_commit", _after_commit)
event.listen(Session, "after_rollback", _forget)


class _Waker:
    """Hands ids to RQ. A silent or absent Redis costs a request a quarter of a second once in five, not more."""

    def __init__(self, url: str) -> None:
        self.connection = redis.Redis.from_url(url, socket_timeout=0.25, socket_connect_timeout=0.25)
        self._away_until = self._ask_at = 0.0

    def offer(self, ids: list[tuple[int, str]]) -> bool:
        """Wake a worker for each errand. False if Redis is away: the sweeper will offer again."""
        if time.monotonic() < self._away_until:
            return False
        try:
            for errand_id, name in ids:
                queue = Queue(name, connection=self.connection, serializer=JSONSerializer)
                queue.enqueue_call(RUN, args=(errand_id,), result_ttl=0, failure_ttl=60, ttl=300, description="errand")
            return True
        except (redis.RedisError, OSError) as error:
            self._away_until = time.monotonic() + 5
            log.warning("redis is away, %d errands wait for the sweeper: %s", len(ids), error)
            return False

    def is_there_lately(self) -> bool:
        """Whether Redis was there when last asked. Every page calls it; asked once in five seconds, in every process:
        the one that shows the page is seldom the one whose hand-over failed."""
        now = time.monotonic()
        if now >= self._ask_at:
            self._ask_at = now + 5
            self._away_until = 0.0 if self.is_there() else now + 5
        return now >= self._away_until

    def is_there(self) -> bool:
        """Whether Redis answers now."""
        try:
            return bool(self.connection.ping())
        except (redis.RedisError, OSError):
            return False


def waker() -> _Waker:
    """The application's connection to Redis."""
    found: _Waker = current_app.extensions["tiequan.redis"]
    return found


def run(errand_id: int) -> str:
    """Claim and carry out one errand. An edge: commits. Returns done | taken | again | failed.

    The claim is an UPDATE that must change one row, so two workers woken for the same errand never both do it.
    """
    now = clock.recorded_now()
    claim = (
        update(Errand)
        .where(
            Errand.id == errand_id,
            or_(Errand.state == "waiting", (Errand.state == "running") & (Errand.leased_until < now)),
            Errand.not_before <= now,
        )
        .values(state="running", leased_until=now + LEASE, tries=Errand.tries + 1)
        .returning(Errand.kind, Errand.args, Errand.tries)
    )
    claimed = db.session.execute(claim.execution_options(synchronize_session=False)).first()
    db.session.commit()
    if claimed is None:
        return "taken"
    kind_id, args, tries = claimed
    kind: Kind | None = current_app.extensions["tiequan.errands"].get(kind_id)
    try:
        if kind is None:
            raise LookupError(f"no function carries out errands of kind {kind_id}")
        if tries > kind.tries:  # nothing was raised: each time it took its worker with it
            raise RuntimeError("the worker did not come back from it")
        with _Lease(current_app._get_current_object(), errand_id):  # type: ignore[attr-defined]
            kind.function(**args)
            done = update(Errand).where(Errand.id == errand_id)
            db.session.execute(done.values(state="done", done_at=clock.recorded_now(), error=None, leased_until=None))
            db.session.commit()
        return "done"
    except Exception as error:  # whatever it was, the row must end in a named state
        db.session.rollback()
        return _failed(errand_id, kind, tries, error)


def _failed(errand_id: int, kind: Kind | None, tries: int, error: Exception) -> str:
    final = kind is None or tries >= kind.tries or getattr(error, "final", False)
    log.warning("errand %s, try %s: %s", errand_id, tries, "".join(traceback.format_exception_only(error)).strip())
    wait = dt.timedelta(seconds=min(2**tries, 300))
    values: dict[str, Any] = {"error": f"{type(error).__name__}: {error}"[:2000], "leased_until": None}
    values |= (
        {"state": "failed"}
        if final
        else {"state": "waiting", "not_before": clock.recorded_now() + wait, "offered_at": None}
    )
    db.session.execute(update(Errand).where(Errand.id == errand_id).values(**values))
    if final:
        announce("errand.failed", db.session.get(Errand, errand_id, populate_existing=True))
    db.session.commit()
    return "failed" if final else "again"


class _Lease:
    """Renews the lease in a thread, so that a living worker keeps its errand and a dead one loses it in seconds."""

    def __init__(self, app: Flask, errand_id: int) -> None:
        self._app, self._id, self._stop = app, errand_id, threading.Event()
        self._thread = threading.Thread(target=self._renew, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def _renew(self) -> None:
        while not self._stop.wait(LEASE.total_seconds() / 3):
            with self._app.app_context(), db.engine.begin() as connection:
                until = clock.recorded_now() + LEASE
                connection.execute(
                    update(Errand).where(Errand.id == self._id, Errand.state == "running").values(leased_until=until)
                )


def sweep(limit: int = 200) -> int:
    """Offer every errand that is due, unclaimed and not offered lately. An edge: commits. Returns how many."""
    now = clock.recorded_now()
    due = (
        select(Errand.id, Errand.queue)
        .where(
            Errand.state.in_(("waiting", "running")),
            Errand.not_before <= now,
            or_(Errand.state == "waiting", Errand.leased_until < now),
            or_(Errand.offered_at.is_(None), Errand.offered_at < now - OFFER_AGAIN),
            # A fresh row was just handed over by its own request.
            or_(Errand.offered_at.is_not(None), Errand.created_at < now - dt.timedelta(seconds=2)),
        )
        .order_by(Errand.not_before)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [(row.id, row.queue) for row in db.session.execute(due)]
    if found and waker().offer(found):
        db.session.execute(update(Errand).where(Errand.id.in_([i for i, _ in found])).values(offered_at=now))
    db.session.commit()
    return len(found)


def backlog(cap: int = 1000) -> tuple[int, dt.datetime | None]:
    """How many errands are open (counted up to `cap` + 1), and since when the oldest of them waits."""
    from sqlalchemy import func

    is_open = Errand.state.in_(("waiting", "running"))
    some = select(Errand.created_at).where(is_open).order_by(Errand.not_before).limit(cap + 1).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(some.c.created_at))).one()
    return count, oldest


def retry(errand_id: int) -> Errand | None:
    """Promise a failed errand anew, in the present transaction. None if it is not in a failed state."""
    row = db.session.scalar(select(Errand).where(Errand.id == errand_id, Errand.state == "failed").with_for_update())
    if row is None:
        return None
    row.state, row.tries, row.not_before, row.offered_at, row.leased_until = (
        "waiting",
        0,
        clock.recorded_now(),
        None,
        None,
    )
    db.session().info.setdefault(_WAITING, []).append(row)
    announce("errand.retried", row)
    return row


def workers() -> dict[str, int]:
    """How many workers listen to each queue now. Empty when Redis is away."""
    try:
        found = [name for worker in Worker.all(connection=waker().connection) for name in worker.queue_names()]
    except (redis.RedisError, OSError):
        return {}
    return {queue: found.count(queue) for queue in QUEUES}


class WakeUp(Job):
    """What is read of a job in Redis: its data, at most LONGEST bytes of it, and nothing else.

    RQ itself reads a dozen fields that anybody with access to Redis may have written; one that it cannot read
    would end the worker, a compressed one may unpack to gigabytes.
    """

    LONGEST = 1000

    @classmethod
    def fetch(cls, id: str, connection: redis.Redis | None = None, serializer: Any = None) -> WakeUp:
        job = cls(connection=connection, serializer=serializer)
        job._id = id  # as found: RQ's own check of ids raises, and a raised error ends the worker
        try:
            raw = job.connection.hget(job.key, "data")
        except redis.ResponseError:
            raw = b"?"  # no hash at all
        if raw is None:
            raise NoSuchJobError(id)  # expired: the sweeper has long offered the errand again
        try:
            raw = raw if isinstance(raw, bytes) else raw.encode()
            job.data = zlib.decompressobj().decompress(raw, cls.LONGEST) if len(raw) <= cls.LONGEST else b"?"
        except zlib.error:
            job.data = raw
        return job


class OnlyErrands(SimpleWorker):
    """An RQ worker that carries out errands and nothing else that it may find in Redis (promise S05).

    Nothing of a job is imported or called: its data must be the JSON of exactly our function and one whole number.
    RQ's own bookkeeping (registries and their callbacks, webhooks, dependencies, retries, commands, suspension) is
    left out: each of them runs or stops what Redis says, and the outbox keeps the record.
    """

    app: Flask
    job_class = WakeUp

    def run_maintenance_tasks(self) -> None:
        """Nothing: RQ calls the failure callbacks of "abandoned" jobs here, whoever wrote them."""

    def subscribe(self) -> None:
        """Take no commands from Redis."""

    def check_for_suspension(self, burst: bool) -> None:
        """Cannot be put to sleep from Redis."""

    def execute_job(self, job: Job, queue: Queue) -> None:
        # Busy: a stop that is asked for now waits for the end of this errand instead of breaking into it.
        self._state = WorkerStatus.BUSY
        self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
        errand_id = self._errand_of(job)
        self.connection.delete(job.key)
        with self.app.app_context():
            if errand_id is None:
                log.error("a foreign job was found in queue %s and thrown away", queue.name)
                announce("outbox.foreign_job", queue.name)
                db.session.commit()
            else:
                run(errand_id)
            db.session.remove()
        self.set_state("idle")

    @staticmethod
    def _errand_of(job: Job) -> int | None:
        try:
            function, instance, args, kwargs = json.loads(job.data)
        except (ValueError, TypeError, RecursionError):
            return None
        if (
            (function, instance, kwargs) != (RUN, None, {})
            or not isinstance(args, list)
            or len(args) != 1
            or type(args[0]) is not int
        ):
            return None
        return int(args[0])


def work(app: Flask, queue_name: str, burst: bool = False) -> None:
    """Serve one queue until told to stop. One queue only: with several RQ pops without a safety net (stack: BLPOP)."""
    while True:
        try:
            # A client of its own: RQ gives its long time-out only to connections that were not made yet, and one
            # with the usual five seconds would break off every wait for work.
            with redis.Redis.from_url(app.config["RQ_URL"], socket_connect_timeout=2) as probe:
                probe.ping()
            break
        except (redis.RedisError, OSError):
            log.warning("waiting for redis")
            time.sleep(1)
    connection = redis.Redis.from_url(app.config["RQ_URL"], socket_connect_timeout=2, health_check_interval=15)
    OnlyErrands.app = app
    OnlyErrands.max_connection_wait_time = 2  # RQ's own answer to a lost Redis waits up to a minute
    worker = OnlyErrands([queue_name], connection=connection, serializer=JSONSerializer, log_job_description=False)
    worker.work(burst=burst, logging_level="WARNING", with_scheduler=False)
