"""The outbox: errands of the transaction, carried out once, whatever becomes of Redis and of the workers (R01–R03, R06, R07, S05)."""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask
from rq import Callback, Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, select, update

from app.core import clock, outbox
from app.core.outbox import Errand, Kind, errand
from app.extensions import db
from tests.support.processes import start, stop

DONE: list[int] = []
HEARD: list[tuple[str, Any]] = []


class Final(Exception):
    final = True


def _do(n: int) -> None:
    DONE.append(n)


def _fail(n: int) -> None:
    raise RuntimeError(f"no paper for {n}")


def _give_up(n: int) -> None:
    raise Final("the address does not exist")


@pytest.fixture(autouse=True)
def _errands(app: Flask) -> Iterator[None]:
    DONE.clear()
    HEARD.clear()
    app.extensions["tiequan.errands"] = {
        "test.do": Kind(_do, "notices"), "test.paper": Kind(_do, "papers"), "test.fail": Kind(_fail, "notices", tries=3), "test.final": Kind(_give_up, "notices"),
    }  # fmt: skip
    app.extensions["tiequan.when"] = {
        "errand.failed": (lambda e: HEARD.append(("failed", e.id)),), "outbox.foreign_job": (lambda q: HEARD.append(("foreign", q)),),
    }  # fmt: skip
    handlers = {s: signal.getsignal(s) for s in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.fixture
def line(redis_url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(redis_url) as connection:
        yield connection


def burst(app: Flask, queue: str = "notices") -> None:
    """A real RQ worker takes what is in the queue, then stops."""
    db.session.rollback()
    outbox.work(app, queue, burst=True)
    db.session.expire_all()


def promised(**more: Any) -> int:
    new = errand("test.do", n=7, **more)
    db.session.flush()
    errand_id = new.id
    db.session.commit()
    return errand_id


def state(errand_id: int) -> str:
    db.session.rollback()
    found = db.session.scalars(select(Errand.state).where(Errand.id == errand_id)).one()
    db.session.rollback()  # hold no lock while others work
    return found


def later(seconds: float) -> None:
    """Let the clock of all rows run on."""
    shift = dt.timedelta(seconds=seconds)
    for row in db.session.scalars(select(Errand)):
        for name in ("created_at", "not_before", "offered_at", "leased_until"):
            value = getattr(row, name)
            if value is not None:
                setattr(row, name, value - shift)
    db.session.commit()


def test_an_errand_is_carried_out_after_the_commit(app: Flask, line: redis.Redis) -> None:
    errand("test.do", n=7)
    db.session.flush()
    assert line.llen("rq:queue:notices") == 0, "nobody is woken before the commit"
    db.session.commit()
    burst(app)
    assert DONE == [7]
    row = db.session.scalars(select(Errand)).one()
    assert (row.state, row.tries, row.error) == ("done", 1, None)
    assert row.done_at is not None


def test_an_act_rolled_back_promises_nothing(app: Flask, line: redis.Redis) -> None:
    errand("test.do", n=7)
    db.session.flush()
    db.session.rollback()
    db.session.commit()
    assert line.llen("rq:queue:notices") == 0
    burst(app)
    assert DONE == []


def test_two_queues_two_workers(app: Flask) -> None:
    errand("test.paper", n=1)
    errand("test.do", n=2)
    db.session.commit()
    burst(app, "papers")
    assert DONE == [1]
    burst(app, "notices")
    assert DONE == [1, 2]


def test_redis_holds_the_id_and_nothing_else(app: Flask, line: redis.Redis) -> None:
    errand_id = promised()
    held = b" ".join(v for key in line.keys("rq:job:*") for v in line.hgetall(key).values())
    assert b"test.do" not in held
    assert str(errand_id).encode() in held


def test_a_key_that_may_exist_once(app: Flask) -> None:
    first, second = errand("test.do", once="paper:1", n=1), errand("test.do", once="paper:1", n=1)
    db.session.commit()
    third = errand("test.do", once="paper:1", n=1)
    assert first is second
    assert third.id == first.id


def test_an_unknown_kind_is_not_even_promised(app: Flask) -> None:
    with pytest.raises(KeyError):
        errand("os.system", n=1)


def test_r03_eight_workers_woken_for_one_errand_do_it_once(app: Flask) -> None:
    ids = [promised() for _ in range(5)]
    answers: list[str] = []

    def worker() -> None:
        with app.app_context():
            for errand_id in ids:
                answers.append(outbox.run(errand_id))
            db.session.remove()

    threads = [threading.Thread(target=worker) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(DONE) == 5
    assert (answers.count("done"), answers.count("taken")) == (5, 35)


def test_what_is_done_is_not_done_again(app: Flask) -> None:
    errand_id = promised()
    assert [outbox.run(errand_id), outbox.run(errand_id)] == ["done", "taken"]
    assert DONE == [7]


def test_a_worker_that_died_loses_its_lease_and_another_takes_over(app: Flask) -> None:
    errand_id = promised()
    now = clock.recorded_now()
    taken = update(Errand).where(Errand.id == errand_id)
    db.session.execute(taken.values(state="running", tries=1, leased_until=now + dt.timedelta(seconds=10)))
    db.session.commit()
    assert outbox.run(errand_id) == "taken", "its worker may still live"
    later(11)
    assert outbox.sweep() == 1, "the sweeper offers it again"
    burst(app)
    assert (DONE, state(errand_id)) == ([7], "done")


def test_a_living_worker_keeps_its_lease(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "LEASE", dt.timedelta(seconds=0.6))
    leases: list[dt.datetime] = []

    def slow(n: int) -> None:
        for _ in range(6):
            time.sleep(0.25)
            with db.engine.connect() as other:
                leases.append(other.execute(select(Errand.leased_until)).scalar_one())
            assert leases[-1] > clock.recorded_now()

    app.extensions["tiequan.errands"]["test.do"] = Kind(slow, "notices")
    assert outbox.run(promised()) == "done"
    assert len(set(leases)) > 2


def test_a_failure_waits_longer_each_time_and_ends_with_its_reason(app: Flask) -> None:
    errand("test.fail", n=3)
    errand_id = db.session.scalars(select(Errand.id)).one()
    db.session.commit()
    waits = []
    for answer in ("again", "again", "failed"):
        assert outbox.run(errand_id) == answer
        row = db.session.get_one(Errand, errand_id, populate_existing=True)
        waits.append((row.not_before - clock.recorded_now()).total_seconds())
        assert row.error == "RuntimeError: no paper for 3"
        if answer == "again":
            assert outbox.run(errand_id) == "taken", "not before its time"
            later(600)
    assert 0 < waits[0] < waits[1]
    assert state(errand_id) == "failed"
    assert HEARD == [("failed", errand_id)]
    assert outbox.run(errand_id) == "taken"


def test_a_hopeless_failure_is_final_at_once(app: Flask) -> None:
    errand("test.final", n=3)
    db.session.commit()
    assert outbox.run(db.session.scalars(select(Errand.id)).one()) == "failed"


def test_r13_an_errand_that_takes_its_worker_with_it_each_time_is_given_up_by_name(app: Flask) -> None:
    taken = []

    class Killed(BaseException):
        """kill -9, or no memory left: nothing after it is carried out."""

    def kill(n: int) -> None:
        taken.append(n)
        raise Killed

    app.extensions["tiequan.errands"]["test.do"] = Kind(kill, "notices", tries=3)
    errand_id = promised()
    for _ in range(3):
        with pytest.raises(Killed):
            outbox.run(errand_id)
        db.session.rollback()
        later(600)
    assert outbox.run(errand_id) == "failed"
    assert (taken, state(errand_id), HEARD) == ([7, 7, 7], "failed", [("failed", errand_id)])
    assert "did not come back" in (db.session.get_one(Errand, errand_id).error or "")


def test_a_kind_that_was_abolished_fails_by_name(app: Flask) -> None:
    errand_id = promised()
    del app.extensions["tiequan.errands"]["test.do"]
    assert outbox.run(errand_id) == "failed"
    assert "test.do" in (db.session.get_one(Errand, errand_id, populate_existing=True).error or "")


def test_a_failed_errand_can_be_promised_anew(app: Flask) -> None:
    errand("test.final", n=3)
    errand_id = db.session.scalars(select(Errand.id)).one()
    db.session.commit()
    outbox.run(errand_id)
    app.extensions["tiequan.errands"]["test.final"] = Kind(_do, "notices")
    db.session.rollback()
    assert outbox.retry(errand_id) is not None
    db.session.commit()
    burst(app)
    assert (DONE, state(errand_id)) == ([3], "done")
    assert outbox.retry(errand_id) is None, "what is done is not retried"


def test_an_errand_waits_for_its_time(app: Flask) -> None:
    errand_id = promised(not_before=clock.recorded_now() + dt.timedelta(hours=1))
    burst(app)
    assert (DONE, state(errand_id)) == ([], "waiting")
    later(3601)
    assert outbox.sweep() == 1
    burst(app)
    assert DONE == [7]


def test_the_sweeper_leaves_fresh_and_offered_errands_alone(app: Flask) -> None:
    promised()
    assert outbox.sweep() == 0, "its own request has just handed it over"
    later(3)
    assert outbox.sweep() == 1
    assert outbox.sweep() == 0, "offered a moment ago"
    later(9)
    assert outbox.sweep() == 1


def test_r06_redis_away_the_act_succeeds_and_the_sweeper_delivers_later(app: Flask, redis_url: str) -> None:
    outbox.install(app, app.extensions["tiequan.errands"], "unix:///nonexistent/redis.sock")
    begun = time.monotonic()
    errand_id = promised()
    assert time.monotonic() - begun < 1, "an absent Redis costs a request no more than a moment"
    assert not outbox.waker().is_there_lately()
    outbox.install(app, app.extensions["tiequan.errands"], "unix:///nonexistent/redis.sock")
    assert not outbox.waker().is_there_lately(), "another process, which has handed nothing over, says so too"
    later(3)
    outbox.sweep()
    assert state(errand_id) == "waiting"
    outbox.install(app, app.extensions["tiequan.errands"], redis_url)
    later(9)
    assert outbox.sweep() == 1
    burst(app)
    assert (DONE, state(errand_id)) == ([7], "done")


def test_r06_a_hanging_redis_costs_a_request_little(app: Flask, tmp_path: Path) -> None:
    import socket

    with socket.socket(socket.AF_INET) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(1)  # accepts, never answers
        outbox.install(app, app.extensions["tiequan.errands"], f"redis://127.0.0.1:{silent.getsockname()[1]}")
        begun = time.monotonic()
        for _ in range(5):
            promised()
        assert time.monotonic() - begun < 2


def test_r07_flushall_loses_nothing(app: Flask, line: redis.Redis) -> None:
    ids = [promised() for _ in range(20)]
    line.flushall()
    burst(app)
    assert DONE == []
    later(3)
    assert outbox.sweep() == 20
    burst(app)
    assert len(DONE) == 20
    assert {state(i) for i in ids} == {"done"}


def test_how_much_is_open_is_counted_up_to_a_cap(app: Flask) -> None:
    assert outbox.backlog() == (0, None)
    for _ in range(5):
        promised()
    count, oldest = outbox.backlog()
    assert count == 5
    assert oldest is not None
    assert outbox.backlog(cap=3)[0] == 4


@pytest.mark.parametrize(
    "wicked",
    [
        "pickle",
        "json_system",
        "json_import",
        "unknown",
        "more_args",
        "text_id",
        "bool_id",
        "kwargs",
        "instance",
        "callbacks",
        "webhook",
        "dates",
        "timeout",
        "bomb",
        "huge",
        "deep",
        "strange_id",
        "string",
        "garbage",
    ],
)
def test_s05_a_foreign_job_runs_nothing_and_raises_the_alarm(
    app: Flask, line: redis.Redis, tmp_path: Path, wicked: str
) -> None:
    trace, errand_id = tmp_path / "ran", promised()
    line.delete("rq:queue:notices")
    db.session.execute(update(Errand).values(state="done"))
    db.session.commit()
    command = f"touch {trace}"
    plain = Queue("notices", connection=line)
    ours = Queue("notices", connection=line, serializer=JSONSerializer)
    if wicked == "pickle":
        plain.enqueue(os.system, command)
    elif wicked == "json_system":
        ours.enqueue("os.system", command)
    elif wicked == "json_import":
        ours.enqueue("tests.core.explodes.when_imported")
    elif wicked == "unknown":
        ours.enqueue("app.core.outbox.sweep")
    elif wicked == "more_args":
        ours.enqueue(outbox.RUN, errand_id, 2)
    elif wicked == "text_id":
        ours.enqueue(outbox.RUN, f"{errand_id}")
    elif wicked == "bool_id":
        ours.enqueue(outbox.RUN, True)
    elif wicked == "kwargs":
        ours.enqueue(outbox.RUN, kwargs={"errand_id": errand_id})
    elif wicked == "instance":
        job = ours.enqueue(outbox.RUN, errand_id)
        line.hset(job.key, "data", JSONSerializer.dumps((outbox.RUN, "os", [errand_id], {})))
    elif wicked in {"callbacks", "webhook"}:
        job = ours.enqueue("os.system", command, on_success=Callback("os.system"), on_failure=Callback("os.system"))
        if wicked == "webhook":
            line.hset(job.key, "webhook", "http://127.0.0.1:9/")
    else:
        job = ours.enqueue(outbox.RUN, errand_id)
        line.hset(job.key, "data", {
            "bomb": zlib.compress(b" " * 200_000_000), "huge": b" " * 5_000_000, "deep": b"[" * 900,
        }.get(wicked, b"\x00\xff{"))  # fmt: skip
        if wicked in {"strange_id", "string"}:
            line.delete("rq:queue:notices")
            line.rpush("rq:queue:notices", "a b:c\n")
            line.hset("rq:job:a b:c\n", "data", b"x") if wicked == "strange_id" else line.set("rq:job:a b:c\n", "x")
        if wicked in {"dates", "timeout"}:
            line.hset(job.key, "created_at" if wicked == "dates" else "timeout", "never")
    after = promised()
    burst(app)
    assert not trace.exists()
    assert HEARD == [("foreign", "notices")]
    assert state(after) == "done", "the worker goes on with the next"


def test_s05_our_own_job_with_a_foreign_callback_runs_ours_alone(app: Flask, line: redis.Redis, tmp_path: Path) -> None:
    trace, errand_id = tmp_path / "ran", promised()
    line.delete("rq:queue:notices")
    queue = Queue("notices", connection=line, serializer=JSONSerializer)
    queue.enqueue(outbox.RUN, errand_id, on_success=Callback("os.system"), meta={"x": str(trace)})
    burst(app)
    assert DONE == [7]
    assert not trace.exists()


def test_s05_registries_and_suspension_in_redis_are_not_heeded(
    app: Flask, line: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RQ's maintenance calls the failure callback of an "abandoned" job: whoever writes to Redis could name any function."""
    queue = Queue("notices", connection=line, serializer=JSONSerializer)
    job = queue.enqueue(outbox.RUN, 1, on_failure=Callback("os.system"))
    struck: list[object] = []
    monkeypatch.setattr("rq.registry.execute_failure_callback", lambda *args: struck.append(args))
    line.delete("rq:queue:notices")
    line.hset(job.key, "status", "started")
    line.zadd("rq:wip:notices", {f"{job.id}:x": 1})
    line.set("rq:suspended", 1)
    errand_id = promised()
    burst(app)
    assert state(errand_id) == "done"
    assert struck == []
    assert line.zcard("rq:wip:notices") == 1, "RQ's maintenance has not even looked"


def test_a_wake_up_for_an_errand_that_is_not_there_is_nothing(app: Flask, line: redis.Redis) -> None:
    Queue("notices", connection=line, serializer=JSONSerializer).enqueue(outbox.RUN, 999_999)
    line.rpush("rq:queue:notices", "a-job-without-a-hash")
    job = Queue("notices", connection=line, serializer=JSONSerializer).enqueue(outbox.RUN, 1)
    line.hdel(job.key, "data")  # expired half way
    after = promised()
    burst(app)
    assert (HEARD, state(after)) == ([], "done")


def wait_for(said: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def test_r01_a_worker_killed_in_the_middle_the_errand_is_done_after_the_restart(
    app: Flask, tmp_path: Path, redis_url: str
) -> None:
    from tests.core.slow_worker import errand_of

    app.extensions["tiequan.errands"] = {"test.slow": errand_of(tmp_path)}
    (tmp_path / "hang").touch()
    log = tmp_path / "log"
    new = errand("test.slow", n=1)
    db.session.flush()
    errand_id = new.id
    db.session.commit()
    command = [
        sys.executable,
        "-m",
        "tests.core.slow_worker",
        app.config["SQLALCHEMY_DATABASE_URI"],
        redis_url,
        str(tmp_path),
    ]
    worker = start(command)
    try:
        wait_for(lambda: log.exists() and "begin" in log.read_text())
        worker.kill()
        worker.wait()
        assert state(errand_id) == "running"
        (tmp_path / "hang").unlink()
        worker = start(command)
        later(30)  # the dead worker's lease is over
        outbox.sweep()
        wait_for(lambda: state(errand_id) == "done")
    finally:
        stop(worker)
    assert log.read_text().splitlines() == ["begin 1", "begin 1", "end 1"]
    assert db.session.scalar(select(func.count()).select_from(Errand)) == 1
