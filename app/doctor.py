"""``./run doctor``: is everything here that the house needs? One sentence per finding, with its mend.

Nothing is changed, and nothing is asked of the running application: the doctor looks at the machine, the database,
Redis and the folders with the settings of this process. Libraries that could crash Python are tried in a child.
"""

from __future__ import annotations

import datetime as dt
import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import redis
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from config import ROOT, Config

# Characters of Xinyang and of people's names that many Chinese fonts lack; 浉 is in the name of its main district.
RARE = "浉潢喆珺祎堃赟旻淏昇玥"
ROOM = 1024**3  # bytes that must be free where files and the database are
SKEW = 5.0  # seconds that the database's clock may differ from ours


@dataclass(frozen=True)
class Finding:
    """What was found. ``good`` False is a fault, None an advice. ``mend``: what to do about it, "" when all is well."""

    about: str
    good: bool | None
    says: str
    mend: str = ""


def examine(config: Config) -> Iterator[Finding]:
    """Look at everything. A check that itself fails is a finding, never an exception."""
    checks: tuple[Callable[[Config], Iterator[Finding]], ...] = (
        settings, clock, printing, front_end, folders, database, queue
    )  # fmt: skip
    for check in checks:
        try:
            yield from check(config)
        except Exception as error:
            yield Finding(
                check.__name__, False, f"The check itself failed: {type(error).__name__}: {error}.", "Report this."
            )


def report(config: Config, say: Callable[[str], object] = print) -> int:
    """Examine, print every finding with ``say``, and return an exit code: 1 when there is a fault."""
    faults = 0
    for finding in examine(config):
        mark = {True: " ok ", None: "note", False: "BAD "}[finding.good]
        say(f"{mark} {finding.about:10} {finding.says}")
        if finding.mend:
            say(f"{'':16}→ {finding.mend}")
        faults += finding.good is False
    say("All is well." if not faults else f"{faults} fault(s) to mend.")
    return 1 if faults else 0


def settings(config: Config) -> Iterator[Finding]:
    """The settings were read, or we would not be here; say what they are."""
    yield Finding("settings", True, f"{config.ENV}, served at {config.SERVED_AT}, data in {config.INSTANCE}.")
    keys = config.INSTANCE / "keys.json"
    if keys.exists() and stat.S_IMODE(keys.stat().st_mode) & 0o077:
        yield Finding("keys", False, f"Others on this machine may read {keys}.", f"chmod 600 {keys}")
    if config.ENV == "production" and config.MAIL == "folder":
        yield Finding("mail", None, "Mails are written to a folder, nobody receives them.", "Set TQ_MAIL=smtp://…")


def clock(config: Config) -> Iterator[Finding]:
    """Deadlines hang on the clock and on Shanghai's day."""
    try:
        here = dt.datetime.now(ZoneInfo("Asia/Shanghai"))
    except ZoneInfoNotFoundError:
        yield Finding("clock", False, "The time zone Asia/Shanghai is unknown here.", "Install the package tzdata.")
        return
    newest = max(path.stat().st_mtime for path in (ROOT / "config.py", Path(__file__)))
    if time.time() < newest - 86400:
        yield Finding(
            "clock", False, f"The clock says {here:%Y-%m-%d %H:%M}, older than this program.", "Set the clock (NTP)."
        )
    else:
        yield Finding("clock", True, f"In Shanghai it is {here:%Y-%m-%d %H:%M:%S}.")


# Run in a child: without a usable font Pango does not raise, it kills the process.
_PRESS = """
import json, sys, time
from weasyprint import HTML
from weasyprint.text import ffi
from app.documents import fonts
began = time.monotonic()
fresh = HTML(string="<p style='font-family:Tiequan Fang, Tiequan Rare'>" + sys.argv[1]).write_pdf()
print(json.dumps({
    "subset": bool(getattr(ffi, "harfbuzz_subset", None)),
    "missing": fonts.missing(sys.argv[1]),
    "bytes": len(fresh),
    "seconds": round(time.monotonic() - began, 2),
}))
"""


def printing(config: Config) -> Iterator[Finding]:
    """Pango, the subsetting library and our fonts, tried by printing one line."""
    conf = config.FONTS / "fonts.conf"
    if not conf.exists():
        yield Finding(
            "fonts", False, f"The fonts for papers are not built in {config.FONTS}.", "./run setup builds them."
        )
        return
    if importlib.util.find_spec("weasyprint") is None:
        yield Finding("printing", False, "The PDF engine is not installed.", "./run setup installs it.")
        return
    child = subprocess.run(
        [sys.executable, "-c", _PRESS, RARE],
        capture_output=True, text=True, timeout=60, cwd=ROOT, env={**os.environ, "FONTCONFIG_FILE": str(conf)},
    )  # fmt: skip
    if child.returncode:
        last = (child.stderr.strip().splitlines() or ["no words"])[-1]
        how = f"was killed by signal {-child.returncode}" if child.returncode < 0 else last
        yield Finding("printing", False, f"The PDF engine {how}.",
                      "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig-config, then ./run setup")  # fmt: skip
        return
    told = json.loads(child.stdout.strip().splitlines()[-1])
    if not told["subset"]:
        yield Finding("printing", False, "libharfbuzz-subset is missing: a page takes 8 s instead of 0.1 s.",
                      "apt-get install libharfbuzz-subset0")  # fmt: skip
    if told["missing"]:
        yield Finding(
            "fonts", False, f"The fonts for papers lack {''.join(told['missing'])}.", "rm -r build/fonts; ./run setup"
        )
    if told["subset"] and not told["missing"]:
        yield Finding(
            "printing", True, f"A line with {RARE} was printed in {told['seconds']} s, {told['bytes']} bytes."
        )


def front_end(config: Config) -> Iterator[Finding]:
    """What the pages load, and the English catalogue."""
    vendor = ROOT / "app" / "static" / "vendor"
    if any(vendor.glob("htmx.org/*.js")):
        yield Finding(
            "front end",
            True,
            "The front-end files are there: " + ", ".join(sorted(p.name for p in vendor.iterdir())) + ".",
        )
    else:
        yield Finding(
            "front end", False, f"There are no front-end files in {vendor}.", "rm -f build/stamps/node*; ./run setup"
        )
    for catalogue in sorted((ROOT / "app" / "translations").glob("*/LC_MESSAGES/*.po")):
        if not catalogue.with_suffix(".mo").exists():
            yield Finding(
                "languages",
                False,
                f"{catalogue.parent.parent.name} is not compiled.",
                "rm -f build/stamps/translations; ./run setup",
            )


def folders(config: Config) -> Iterator[Finding]:
    """Where files are kept: writable, with room."""
    for name, folder in (("instance", config.INSTANCE), ("files", config.BLOB_FOLDER), ("mail", config.MAIL_FOLDER)):
        probe = folder / f".doctor-{os.getpid()}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"x" * 4096)
            probe.unlink()
        except OSError as error:
            yield Finding(
                name,
                False,
                f"{folder} cannot be written: {error.strerror}.",
                f"Give this user the right to write {folder}.",
            )
            continue
        free = shutil.disk_usage(folder).free
        if free < ROOM:
            yield Finding(
                name,
                False,
                f"Only {free // 1024**2} MB are free in {folder}.",
                "Make room: evidence and papers need it.",
            )
        else:
            yield Finding(name, True, f"{folder} is writable, {free // 1024**3} GB are free.")


def database(config: Config) -> Iterator[Finding]:
    """Reachable, in UTF-8, on the clock, migrated to the head, and (in production) with a humble role."""
    if config.SQLITE and not config.DATABASE_URL and not config.DATABASE_FILE.exists():
        yield Finding("database", None, "There is no database yet.", "./run makes it.")
        return
    engine = create_engine(config.SQLALCHEMY_DATABASE_URI, poolclass=NullPool, connect_args=_connect_args(config))
    try:
        with engine.connect() as connection:
            version = connection.dialect.server_version_info or ()
            current = MigrationContext.configure(connection).get_current_heads()
            if not config.SQLITE:
                yield from _postgres(connection, config)
    except SQLAlchemyError as error:
        yield Finding("database", False, f"It does not answer: {_first_line(error)}.",
                      "Is it running, and is TQ_DATABASE_URL right (host, name, user, password)?")  # fmt: skip
        return
    yield Finding("database", True, f"{engine.dialect.name} {'.'.join(map(str, version))} answers.")
    yield from _migrated(current)
    yield from _errands(engine)
    engine.dispose()


def _connect_args(config: Config) -> dict[str, object]:
    args: dict[str, object] = config.SQLALCHEMY_ENGINE_OPTIONS.get("connect_args", {})
    return args


def _postgres(connection: object, config: Config) -> Iterator[Finding]:
    row = connection.execute(text(  # type: ignore[attr-defined]
        "select extract(epoch from clock_timestamp()), current_setting('server_encoding'), current_setting('synchronous_commit'),"
        " (select rolsuper from pg_roles where rolname = current_user)"
    )).one()  # fmt: skip
    if abs(float(row[0]) - time.time()) > SKEW:
        yield Finding(
            "database",
            False,
            f"Its clock differs from ours by {abs(float(row[0]) - time.time()):.0f} s.",
            "Set both clocks (NTP).",
        )
    if row[1] != "UTF8":
        yield Finding(
            "database", False, f"Its encoding is {row[1]}; Chinese text needs UTF8.", "createdb -E UTF8 -T template0 …"
        )
    if row[2] == "off":
        yield Finding(
            "database",
            False,
            "synchronous_commit is off: a crash would lose accepted acts.",
            "Set synchronous_commit = on.",
        )
    if row[3] and config.ENV == "production":
        yield Finding(
            "database",
            False,
            "Our role is a superuser.",
            "Make a role that owns only this database (README, PostgreSQL).",
        )


def _migrated(current: tuple[str, ...]) -> Iterator[Finding]:
    heads = tuple(ScriptDirectory(str(ROOT / "migrations")).get_heads())
    if len(heads) != 1:
        yield Finding("migrations", False, f"There are {len(heads)} heads: {', '.join(heads)}.", "flask db merge heads")
    elif set(current) == set(heads):
        yield Finding("migrations", True, f"The database is at the head, {heads[0]}.")
    else:
        yield Finding(
            "migrations",
            False,
            f"The database is at {', '.join(current) or 'nothing'}, the code at {heads[0]}.",
            "./run flask init",
        )


def _errands(engine: Engine) -> Iterator[Finding]:
    if not inspect(engine).has_table("errand"):
        return
    with engine.connect() as connection:
        failed = connection.execute(text("select count(*) from errand where state = 'failed'")).scalar_one()
    if failed:
        yield Finding(
            "errands", None, f"{failed} errands have failed for good.", "Their pages say why and offer to try again."
        )


def queue(config: Config) -> Iterator[Finding]:
    """Redis: there, safe from strangers, and not told to forget."""
    if not config.REDIS_URL and not config.REDIS_SOCKET.exists():
        yield from _own_redis()
        return
    try:
        with redis.Redis.from_url(config.RQ_URL, socket_connect_timeout=3, socket_timeout=3) as client:
            version = client.info("server")["redis_version"]
            policy = client.config_get("maxmemory-policy").get("maxmemory-policy", "")
    except redis.AuthenticationError as error:
        yield Finding("redis", False, f"It refuses us: {error}.", "Put its password into TQ_REDIS_URL.")
        return
    except redis.RedisError as error:
        yield Finding("redis", None if not config.REDIS_URL else False, f"It does not answer: {_first_line(error)}. Nothing is lost, papers and mails wait.",
                      "Start it; ./run starts the local one.")  # fmt: skip
        return
    yield Finding("redis", True, f"Redis {version} answers.")
    if policy not in ("noeviction", ""):
        yield Finding(
            "redis",
            None,
            f"It drops data when full ({policy}): errands are then found again later.",
            "Set maxmemory-policy noeviction.",
        )
    if config.REDIS_URL and not config.REDIS_URL.startswith("unix:") and not urlsplit(config.REDIS_URL).password:
        yield Finding(
            "redis",
            None,
            "It has no password: whoever reaches it can disturb the queue.",
            "Set requirepass, and TQ_REDIS_URL with it.",
        )


def _own_redis() -> Iterator[Finding]:
    from app.supervisor import CannotServe, redis_program

    try:
        yield Finding("redis", True, f"./run will start {redis_program()}.")
    except CannotServe as error:
        yield Finding("redis", False, "There is no Redis here.", str(error))


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0].rstrip(".")
