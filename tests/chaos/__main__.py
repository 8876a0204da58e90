"""./run chaos: kill -9 at random under load, then compare what visitors were told with what the tables hold."""

from __future__ import annotations

import argparse
import sys

from tests.bench.house import house
from tests.chaos.run import Chaos


def main(arguments: list[str] | None = None) -> int:
    """Run as asked; returns 1 when anything was lost, made twice or left undone."""
    parser = argparse.ArgumentParser(prog="./run chaos", description=__doc__)
    parser.add_argument("--seconds", type=float, default=180, help="how long to kill (180)")
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--seed", type=int, default=1, help="of the order of kills")
    asked = parser.parse_args(arguments)
    with house(asked.database) as one:
        print(f"{asked.seconds:g} s on {asked.database}, killing at random …", flush=True)
        done = Chaos(one, asked.seed).run(asked.seconds)
    kills = ", ".join(f"{name} {n}" for name, n in done.kills.most_common())
    print(f"kills            {done.killed} in {done.seconds:.0f} s: {kills}")
    print(
        f"accepted         {len(done.clues)} clues, {len(done.steps)} steps; {done.repeats} times asked again; refusals {dict(done.refused)}"
    )
    print(
        f"promised         {done.papers} papers, {done.mails} mails; all done {done.drained:.1f} s after the last kill"
    )
    for fault in done.faults:
        print(f"FAULT            {fault}")
    print(f"lost             {'nothing' if not done.faults else 'see above'}")
    return 1 if done.faults else 0


if __name__ == "__main__":
    sys.exit(main())
