"""A worker of its own process for the tests: `python -m tests.core.slow_worker DATABASE REDIS FOLDER` serves "notices".

Its one errand writes "begin N" and "end N" into FOLDER/log; while FOLDER/hang exists it sleeps in between.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from app.core import outbox
from app.core.outbox import Kind


def errand_of(folder: Path) -> Kind:
    """The errand, writing into `folder`."""

    def slow(n: int) -> None:
        with (folder / "log").open("a") as log:
            log.write(f"begin {n}\n")
        while (folder / "hang").exists():
            time.sleep(0.05)
        with (folder / "log").open("a") as log:
            log.write(f"end {n}\n")

    return Kind(slow, "notices")


if __name__ == "__main__":
    from tests.conftest import make_app

    database, redis, place = sys.argv[1:4]
    app = make_app(Path(place) / "worker", database, redis)
    app.extensions["tiequan.errands"] = {"test.slow": errand_of(Path(place))}
    with app.app_context():
        outbox.work(app, "notices")
