"""Times of pages for one and many visitors, and the plans of their queries."""

from __future__ import annotations

import json
import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event

from app.extensions import db
from app.rehearsal import city
from tests.bench import pages
from tests.bench.house import House
from tests.bench.pages import Page
from tests.support.web import forms


@dataclass(frozen=True)
class Times:
    """Seconds of every request of one page with that many visitors at once, and what went wrong."""

    page: Page
    visitors: int
    seconds: list[float]
    wall: float
    faults: list[str]
    web: float = 0.0  # seconds of processor of the web server, and
    database: float = 0.0  # of the database, in all (a form's page before its act included)

    def at(self, share: float) -> float:
        """The time that ``share`` of the requests stayed below, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[max(0, math.ceil(share * len(ordered)) - 1)] * 1000 if ordered else float("nan")


def times(house: House, page: Page, visitors: int, *, seconds: float, least: int = 12, most: int = 400) -> Times:
    """Let ``visitors`` use the page at once for about ``seconds``, each at least twice."""
    people = [pages.visitor(house, page.who) for _ in range(visitors)]
    found: list[float] = []
    faults: list[str] = []
    for person in people[: min(visitors, 4)]:
        try:
            page.act(person)  # warm
        except AssertionError as error:
            faults.append(f"warming: {error}")
            break
    end = time.monotonic() + seconds
    before = house.processors()
    begun = threading.Barrier(visitors + 1)

    def visit(person: Any) -> None:
        begun.wait()
        done = 0
        while (time.monotonic() < end or done * visitors < least) and len(found) < most:
            try:
                found.append(page.act(person))
            except Exception as error:
                faults.append(f"{type(error).__name__}: {error}")
                if len(faults) > 20:
                    return
            done += 1

    threads = [threading.Thread(target=visit, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    begun.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    for person in people:
        person.close()
    wall, after = time.monotonic() - began, house.processors()
    return Times(page, visitors, found, wall, faults, after[0] - before[0], after[1] - before[1])


@dataclass
class Plan:
    """What the queries of one page cost. read: rows that the scans touched in all; scans: tables read from end to end."""

    page: str
    queries: int = 0
    milliseconds: float = 0.0
    read: int = 0
    scans: dict[str, int] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)


def plans(app: Flask, wanted: list[Page]) -> list[Plan]:
    """Open every page in this process, and ask the database how it carried out each query (PostgreSQL)."""
    found = []
    with app.app_context():
        engine = db.engine
    for page in wanted:
        if page.path:
            client = _signed_in(app, pages.SEEN_BY[page.who])
            client.get(page.path)
            asked = _listen(engine, lambda client=client, page=page: client.get(page.path))
            found.append(_explain(engine, page.name, asked))
    return found


def _signed_in(app: Flask, account: str) -> Any:
    client = app.test_client()
    form = forms(client.get("/sign-in").get_data(as_text=True))[-1]
    answer = client.post("/sign-in", data=dict(form.filled({"account": account, "password": city.passphrase(account)})))
    if answer.status_code != 303:
        raise AssertionError(f"{account} could not sign in")
    return client


def _listen(engine: Any, act: Callable[[], Any]) -> list[tuple[str, Any]]:
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        # SET LOCAL too: a page may tell the planner what it does not know, and that belongs to the plan.
        if statement.lstrip().upper().startswith(("SELECT", "WITH", "SET LOCAL")) and not many:
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return asked


def _explain(engine: Any, name: str, asked: list[tuple[str, Any]]) -> Plan:
    plan = Plan(name)
    connection = engine.raw_connection()
    try:
        cursor = connection.driver_connection.cursor()
        for statement, parameters in asked:
            if statement.startswith("SET LOCAL"):
                cursor.execute(statement)
                continue
            cursor.execute("explain (analyze, buffers, format json) " + statement, parameters)
            answer = cursor.fetchone()[0]
            top = (json.loads(answer) if isinstance(answer, str) else answer)[0]
            plan.queries += 1
            plan.milliseconds += top["Execution Time"] + top["Planning Time"]
            _walk(top["Plan"], plan)
            plan.text += [" ".join(statement.split()), *_tell(top["Plan"]), ""]
    finally:
        connection.rollback()
        connection.close()
    return plan


def _walk(node: dict[str, Any], plan: Plan) -> None:
    loops = node.get("Actual Loops", 1)
    if "Relation Name" in node or node["Node Type"] == "Bitmap Index Scan":
        rows = (
            node.get("Actual Rows", 0)
            + node.get("Rows Removed by Filter", 0)
            + node.get("Rows Removed by Index Recheck", 0)
        ) * loops
        plan.read += int(rows)
        if node["Node Type"] == "Seq Scan":
            table = node["Relation Name"]
            plan.scans[table] = max(plan.scans.get(table, 0), int(rows))
    for child in node.get("Plans", []):
        _walk(child, plan)


def _tell(node: dict[str, Any], depth: int = 1) -> list[str]:
    what = " ".join(str(node[key]) for key in ("Node Type", "Relation Name", "Index Name") if key in node)
    line = f"{'  ' * depth}{what}: {node.get('Actual Rows', 0):g} rows x {node.get('Actual Loops', 1)}, {node.get('Actual Total Time', 0):.2f} ms"
    removed = node.get("Rows Removed by Filter")
    if removed:
        line += f", {removed} filtered away"
    return [line, *(deeper for child in node.get("Plans", []) for deeper in _tell(child, depth + 1))]
