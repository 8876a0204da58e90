"""Commands. Each is an edge: it commits its own work."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import Flask, current_app
from flask_migrate import upgrade
from sqlalchemy.exc import DBAPIError

from app import doctor as physician
from app import supervisor
from app.core import deadlines, history, outbox
from app.core.db import is_away, is_busy, writing
from app.documents import checks as documents_checks
from app.documents import jobs as documents_jobs
from app.extensions import Base, db
from app.intake import letters
from config import Config

if TYPE_CHECKING:
    from app.rehearsal import city


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (init, rehearse, serve, worker, sweep, check, doctor, docs):
        app.cli.add_command(command)


@click.command()
def init() -> None:
    """Migrate the database and load what the house needs: law, calendar, and the rehearsal city where allowed."""
    upgrade()
    load_base()
    click.echo("数据库已就绪。")


def load_base() -> None:
    """Load law, calendar and (outside production) the rehearsal city; commits. Safe to run again."""
    from app.campaigns import load as campaigns
    from app.law import load
    from app.rehearsal import city

    with writing():
        load.load_all()
        if current_app.config["REHEARSAL_ACCOUNTS"]:
            city.build()
        campaigns.load_all()  # after the organs: they are the city bureau's
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
        from app.rehearsal import cases, city

        if config.REHEARSAL_CASES:
            logging.getLogger("tiequan.outbox").setLevel(logging.ERROR)  # Redis comes a moment later; that is no news
            done = cases.replay()  # what is there already is left alone
            if done.clues:
                click.echo(
                    f"公开案例演练 Published cases replayed: {done.clues} clues, {done.cases} cases, {done.transfers} transfers."
                )
        lines = ["演练账号 Rehearsal accounts (account / pass phrase):", *map(_account_line, city.PEOPLE), ""]
    # We only watch from here on. A connection kept open would hold its lock as long as we live.
    db.session.remove()
    db.engine.dispose()
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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
def rehearse(file: Path | None) -> None:
    """Replay published cases (FILE, or those that ship with the product) through the procedures."""
    from app.rehearsal import cases

    if not current_app.config["REHEARSAL_ACCOUNTS"]:
        raise click.ClickException("演练案例只能装入演练环境（TQ_REHEARSAL_ACCOUNTS 未开启）。")
    try:
        done = cases.replay(file or cases.FILE)
    except ValueError as error:
        raise click.ClickException(f"无法读取公开案例文件：{error}") from None
    click.echo(
        f"公开案例演练：线索 {done.clues} 件，案件 {done.cases} 件，移送 {done.transfers} 件，提示 {done.flags} 处；"
        f"非案件记录 {len(done.skipped)} 条未装入。"
    )


@click.command()
@click.argument("queue", type=click.Choice(outbox.QUEUES))
def worker(queue: str) -> None:
    """Serve one queue."""
    if queue == "papers":
        documents_jobs.warm_up()
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
    except Exception as error:
        if isinstance(error, DBAPIError) and (is_busy(error) or is_away(error)):
            current_app.logger.warning(
                "the database is busy or away, the sweep is tried again: %s", str(error.orig).splitlines()[0]
            )
        else:
            current_app.logger.exception("the sweep failed and is tried again")
    finally:
        db.session.remove()


@click.command()
def check() -> None:
    """Prove the chain of history, that it tells the same status and last step as every subject's row, and that every file is whole."""
    faults = [*history.broken(db.session()), *documents_checks.faults(db.session()), *letters.faults(db.session())]
    for workflow in current_app.extensions["tiequan.workflows"].values():
        model = next(m.class_ for m in Base.registry.mappers if m.class_.__tablename__ == workflow.id)
        told = history.replayed(db.session(), workflow.id, {s.id for s in workflow.steps if s.returns or s.moves})
        for subject_id, *now in db.session.execute(db.select(model.id, model.status, model.last_step)):
            if told.get(subject_id) != tuple(now):
                faults.append(f"{workflow.name} {subject_id} 现为 {tuple(now)}，历史为 {told.get(subject_id)}")
    for fault in faults:
        click.echo(fault)
    if faults:
        raise SystemExit(1)
    seq, digest = history.latest(db.session())
    click.echo(f"历史链完整：{seq} 条，链头 {digest[:16]}…")


@click.command()
@click.option("--check", "only_check", is_flag=True, help="change nothing; fail if a page is not what the code says")
def docs(only_check: bool) -> None:
    """Write the pages of docs/ that are made from the code."""
    from app import manual

    names = manual.stale() if only_check else manual.write()
    click.echo(("已过时：" if only_check else "已写入：") + ("、".join(names) or "无"))
    if only_check and names:
        raise click.ClickException("请运行 ./run docs 更新由代码生成的文档。")
