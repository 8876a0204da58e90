"""./run bench: load cases into a throw-away house and print what everything costs."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.cases.models import Case
from app.extensions import db
from app.intake.models import Clue
from app.people.models import Organ
from config import ROOT
from tests.bench import generate, measure, pages, press
from tests.bench.house import House, house, memory
from tests.bench.load import Source, load, write

OUT = ROOT / "build" / "bench"


def main(arguments: list[str] | None = None) -> int:
    """Measure as asked on the command line; returns an exit code."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="how many cases to load (10000)")
    parser.add_argument("--file", type=Path, help="read them from a file of JSON lines instead of making them")
    parser.add_argument("--seed", type=int, default=generate.SEED, help="of our own generator")
    parser.add_argument("--write", type=Path, help="only write the made cases to this file, as JSON lines")
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--processes", type=int, default=4, help="web server processes (4)")
    parser.add_argument("--clients", default="1,4,16", help="visitors at once (1,4,16)")
    parser.add_argument("--seconds", type=float, default=3.0, help="per page and number of visitors (3)")
    parser.add_argument("--only", default="load,start,web,plans,errands,pdf", help="parts to run, comma between")
    parser.add_argument("--match", default="", help="only pages whose name holds this")
    asked = parser.parse_args(arguments)
    source = Source(asked.cases, asked.file, asked.seed)
    if asked.write:
        write(source, asked.write)
        return 0
    OUT.mkdir(parents=True, exist_ok=True)
    parts = set(asked.only.split(","))
    result: dict[str, Any] = {"cases": asked.cases, "database": asked.database, "machine": machine()}
    say(f"{asked.cases:,} cases on {asked.database}; {result['machine']}")
    if parts & {"load", "start", "web", "plans", "errands"}:
        with house(asked.database) as one:
            measured(one, source, asked, parts, result)
    if "pdf" in parts:
        table("papers", ["what", "figure", "to reach"], press.figures(result))
    name = f"{asked.cases}-{asked.database}.json"
    (OUT / name).write_text(json.dumps(result, ensure_ascii=False, indent=1))
    say(f"kept in build/bench/{name}")
    return 1 if result.get("faults") else 0


def measured(one: House, source: Source, asked: argparse.Namespace, parts: set[str], result: dict[str, Any]) -> None:
    """Everything that needs the loaded house."""
    app = one.app
    spent, loaded = one.loading(), load(app, source, say)
    spent = [now - before for now, before in zip(one.loading(), spent, strict=True)]
    say(f"processor: {spent[0]:.0f} s making rows, {spent[1]:.0f} s database")
    result["load"] = {
        "rows": loaded.rows,
        "seconds": round(loaded.seconds, 1),
        "processor_s": [round(s) for s in spent],
    }
    if not parts & {"start", "web", "plans", "errands"}:
        return
    with app.app_context():
        cases, clues, fresh = ids(source.count)
        db.session.remove()
        db.engine.dispose()
    server, ready = one.web(asked.processes)
    wanted = [page for page in pages.of(one, cases, clues, fresh) if asked.match in page.name]
    result["start"] = {"seconds": round(ready, 2)}
    if "web" in parts:
        web(one, wanted, asked, result)
    result["start"]["memory_mb"] = round(memory([server.pid]))
    if "start" in parts:
        workers = [one.worker("papers").pid, one.worker("notices").pid, one.sweep().pid]
        time.sleep(4)
        rows = [
            ["start of the web server until it answers", f"{ready:.2f} s", ""],
            [f"memory of {asked.processes} web processes after this", f"{result['start']['memory_mb']} MB", ""],
            ["memory of two workers and the scheduler", f"{memory(workers):.0f} MB", ""],
        ]
        table("start and memory", ["what", "figure", ""], rows)
    if "plans" in parts and asked.database == "postgres":
        tell_plans(app, wanted, result, source.count)
    if "errands" in parts:
        table("errands", ["what", "figure", ""], press.errands(one, app, result, running="start" in parts))


def ids(count: int) -> tuple[list[int], list[int], list[int]]:
    """Cases and clues to open, spread over all of them; received clues of 浉河区, the newest first."""
    step = max(1, count // 60)
    cases = list(db.session.scalars(select(Case.id).where(Case.id % step == 0).limit(60)))
    clues = list(db.session.scalars(select(Clue.id).where(Clue.id % step == 0).limit(60)))
    organ = db.session.scalars(select(Organ.id).where(Organ.area == "浉河区", Organ.kind == "bureau")).one()
    fresh = (
        select(Clue.id).where(Clue.organ_id == organ, Clue.status == "received").order_by(Clue.id.desc()).limit(2000)
    )
    return cases, clues, list(db.session.scalars(fresh))


def web(one: House, wanted: list[pages.Page], asked: argparse.Namespace, result: dict[str, Any]) -> None:
    """Measure the pages and print their table."""
    many = [int(n) for n in asked.clients.split(",")]
    rows, result["pages"], result["faults"] = [], {}, []
    for page in wanted:
        row = [page.name]
        for n in many:
            found = measure.times(one, page, n, seconds=asked.seconds)
            row.append(f"{found.at(0.5):.0f} / {found.at(0.95):.0f}")
            rate = len(found.seconds) / found.wall
            spent = [1000 * part / max(1, len(found.seconds)) for part in (found.web, found.database)]
            if n == many[0]:
                processor = f"{spent[0]:.0f} + {spent[1]:.0f}"
            told = {
                "p50": round(found.at(0.5), 1),
                "p95": round(found.at(0.95), 1),
                "per_second": round(rate, 1),
                "n": len(found.seconds),
                "web_ms": round(spent[0], 1),
                "database_ms": round(spent[1], 1),
            }
            result["pages"].setdefault(page.name, {})[str(n)] = told
            result["faults"] += [f"{page.name}, {n}: {fault}" for fault in found.faults[:3]]
        rows.append([*row, processor, str(page.target or "")])
        say(f"  {rows[-1][0]}: " + ", ".join(rows[-1][1:-1]))
    table(
        "pages: p50 / p95 in ms",
        ["page", *(f"{n} visitor{'s' * (n > 1)}" for n in many), "processor: web + database", "to reach (1)"],
        rows,
    )
    for fault in result["faults"]:
        say(f"FAULT {fault}")


def tell_plans(app: Any, wanted: list[pages.Page], result: dict[str, Any], count: int) -> None:
    """Explain the queries of the pages; the whole plans go to a file."""
    rows, result["plans"] = [], {}
    found = measure.plans(app, wanted)
    for plan in found:
        scans = ", ".join(
            f"{table_} {n}" for table_, n in sorted(plan.scans.items(), key=lambda item: -item[1]) if n > 200
        )
        rows.append([plan.page, str(plan.queries), f"{plan.milliseconds:.1f} ms", f"{plan.read:,}", scans or "none"])
        result["plans"][plan.page] = {
            "queries": plan.queries,
            "ms": round(plan.milliseconds, 2),
            "read": plan.read,
            "scans": plan.scans,
        }
    table(
        "queries (explain analyze)",
        ["page", "queries", "in the database", "rows read", "tables of more than 200 rows read whole"],
        rows,
    )
    text = "\n".join(f"== {plan.page}\n" + "\n".join(plan.text) for plan in found)
    (OUT / f"plans-{count}.txt").write_text(text)
    say(f"the plans themselves: build/bench/plans-{count}.txt")


def table(title: str, head: list[str], rows: list[list[str]]) -> None:
    """Print rows in columns; Chinese characters count two."""
    widths = [max(_width(row[n]) for row in [head, *rows]) for n in range(len(head))]
    say(f"\n{title}")
    for row in [head, ["-" * width for width in widths], *rows]:
        say("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip())


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def machine() -> str:
    """What this runs on, and how busy it already is."""
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def say(line: str) -> None:
    """Print a line now."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
