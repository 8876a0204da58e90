"""What papers and errands cost."""

from __future__ import annotations

import io
import time
from typing import Any

import pikepdf
from flask import Flask
from sqlalchemy import func, select

from app.core import outbox
from app.core.db import writing
from app.documents import render
from app.documents.kinds import KINDS, freeze
from app.extensions import db
from app.notices.models import Notice
from app.people.models import Person
from tests.bench.house import House
from tests.documents.printing import head
from tests.documents.samples import SAMPLES

PAPER = "transfer_letter"
PACKAGE = 40
ERRANDS = 400


def figures(result: dict[str, Any]) -> list[list[str]]:
    """Times of the press: cold, warm, and a package of 40 pages."""
    two = _two_pages()
    began = time.perf_counter()
    printed = _print(two)
    cold = time.perf_counter() - began
    warm = []
    for _ in range(25):
        began = time.perf_counter()
        _print(two)
        warm.append(time.perf_counter() - began)
    warm.sort()
    parts = [printed.pdf] * (PACKAGE // printed.pages)
    began = time.perf_counter()
    pages = _merge(parts)
    merging = time.perf_counter() - began
    result["papers"] = {
        "cold": round(cold, 3),
        "warm_p50": round(warm[12], 3),
        "warm_best": round(warm[0], 3),
        "merge": round(merging, 3),
    }
    return [
        [f"a paper of {printed.pages} pages ({two[0]}), first of a new process", f"{cold:.2f} s", ""],
        ["the same, warm: median, best of 25", f"{warm[12]:.3f} s, {warm[0]:.3f} s", "0.100 s"],
        ["such papers per second and worker", f"{1 / warm[12]:.1f}", ""],
        [f"merging {len(parts)} papers into one of {pages} pages", f"{merging:.3f} s", "0.100 s"],
    ]


def _two_pages() -> tuple[str, int]:
    """A sample paper of two pages, the transfer letter if it is one."""
    for kind in (PAPER, *SAMPLES):
        for number in range(len(SAMPLES.get(kind, ()))):
            if _print((kind, number)).pages == 2:
                render.press().stop()
                return kind, number
    raise AssertionError("no sample paper has two pages")


def _print(which: tuple[str, int]) -> render.Printed:
    kind, number = which
    return render.print_paper(KINDS[kind].template, head(kind, number), freeze(SAMPLES[kind][number]))


def _merge(parts: list[bytes]) -> int:
    # The same calls as documents.package.merged, without the store that it reads from.
    with pikepdf.new() as whole:
        for part in parts:
            with pikepdf.open(io.BytesIO(part)) as one:
                whole.pages.extend(one.pages)
        out = io.BytesIO()
        whole.save(out)
        return len(whole.pages)


def errands(house: House, app: Flask, result: dict[str, Any], *, running: bool) -> list[list[str]]:
    """Errands per second through the outbox, Redis and one worker: mails written to the folder."""
    if not running:
        house.worker("notices")
        house.worker("papers")
        house.sweep()
    with app.app_context(), writing():
        _until_idle(300)
        person = db.session.scalars(select(Person).where(Person.account == "zhangzhifa")).one()
        made = []
        for n in range(ERRANDS):
            notice = Notice(
                key=f"bench {n}",
                person_id=person.id,
                kind="news",
                subject_type="clue",
                subject_id=1,
                title=f"压测通知{n}",
                mail_state="waiting",
            )
            db.session.add(notice)
            made.append(notice)
        db.session.flush()
        for notice in made:
            outbox.errand("notices.deliver", notice_id=notice.id)
        began = time.monotonic()
        db.session.commit()
        promised = time.monotonic() - began
        _until_idle(120)
        seconds = time.monotonic() - began
        failed = db.session.scalar(select(func.count()).where(outbox.Errand.state == "failed")) or 0
    result["errands"] = {
        "per_second": round(ERRANDS / seconds, 1),
        "handed_over_s": round(promised, 3),
        "failed": failed,
    }
    return [
        [f"{ERRANDS} mails, one worker, from the commit to the last", f"{seconds:.1f} s", ""],
        ["errands per second", f"{ERRANDS / seconds:.0f}", ""],
        ["the commit itself with handing over to Redis", f"{promised * 1000 / ERRANDS:.2f} ms each", ""],
        ["errands failed for good", str(failed), "0"],
    ]


def _until_idle(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        open_now, _oldest = outbox.backlog()
        db.session.rollback()
        if not open_now:
            return
        time.sleep(0.05)
    left = db.session.execute(
        select(outbox.Errand.kind, outbox.Errand.state, outbox.Errand.error, func.count())
        .where(outbox.Errand.state != "done")
        .group_by(outbox.Errand.kind, outbox.Errand.state, outbox.Errand.error)
    ).all()
    raise AssertionError(f"errands are still open after {seconds} s: {[tuple(row) for row in left][:5]}")
