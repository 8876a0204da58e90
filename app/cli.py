"""Commands. Each is an edge: it commits its own work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask_migrate import upgrade

from app import doctor as physician
from app import supervisor
from app.core import deadlines, history, outbox
from app.core.db import writing
from app.extensions import Base, db
from config import Config

if TYPE_CHECKING:
    from app.rehearsal import city


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (init, serve, worker, sweep, check, doctor):
        app.cli.add_command(command)


@click.command()
def init() -> None:
    """Migrate the database and load what the house needs: law, calendar, and the rehearsal city where allowed."""
    upgrade()
    load_base()
    click.echo("数据库已就绪。")


def load_base() -> None:
    """Load law, calendar and (outside production) the rehearsal city; commits. Safe to run again."""
    from app.law import load
    from app.rehearsal import city

    with writing():
        load.load_all()
        if current_app.config["REHEARSAL_ACCOUNTS"]:
            city.build()
        db.session.commit()


@click.command()
def serve() -> None:
    """Web, workers, scheduler and the local Redis under one supervisor, until Ctrl-C. Prepares the database first."""
    config = Config.from_env()
    lines = []
    if config.ENV != "production":  # there, migrating is a decision: flask init
        upgrade()
        load_base()
    if config.REHEARSAL_ACCOUNTS:
        from app.rehearsal import city

        lines = ["演练账号 Rehearsal accounts (account / pass phrase):", *map(_account_line, city.PEOPLE), ""]
    raise SystemExit(supervisor.serve(config, banner=lines))


def _account_line(who: city.Who) -> str:
    from app.people.models import POSTS
    from app.rehearsal import city

    return f"  {who.account:16} {city.passphrase(who.account):32} {who.name}　{POSTS[who.post]}　{who.area}"


@click.command()
def doctor() -> None:
    """Check the machine, the settings, the database, Redis, fonts and folders; each fault with its mend."""
    raise SystemExit(physician.report(Config.from_env(), click.echo))


@click.command()
@click.argument("queue", type=click.Choice(outbox.QUEUES))
def worker(queue: str) -> None:
    """Serve one queue."""
    outbox.work(current_app._get_current_object(), queue)  # type: ignore[attr-defined]


@click.command("sweep")
@click.option("--every", default=1.0, help="seconds between rounds")
@click.option("--rounds", default=0, help="0: for ever")
def sweep(every: float, rounds: int) -> None:
    """Offer forgotten errands every second, and send the warnings of deadlines."""
    done = 0
    while not rounds or done < rounds:
        done += 1
        sweep_once()
        if not rounds or done < rounds:
            time.sleep(every)


def sweep_once() -> None:
    """One round. A database that is away is tried again in the next."""
    try:
        with writing():
            outbox.sweep()
            deadlines.warn()
            db.session.commit()
    except Exception:
        current_app.logger.exception("the sweep failed and is tried again")
    finally:
        db.session.remove()


@click.command()
def check() -> None:
    """Prove the chain of history, and that history tells the same status as every subject's row."""
    faults = list(history.broken(db.session()))
    for workflow in current_app.extensions["tiequan.workflows"].values():
        model = next(m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == workflow.id)
        told = history.replayed(db.session(), workflow.id)
        for subject_id, status in db.session.execute(db.select(model.id, model.status)):
            if told.get(subject_id) != status:
                faults.append(f"{workflow.name} {subject_id} 现为 {status}，历史为 {told.get(subject_id)}")
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    seq, digest = history.latest(db.session())
    click.echo(f"历史链完整：{seq} 条，链头 {digest[:16]}…")
