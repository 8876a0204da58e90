"""A short run of what ``./run chaos`` does for three minutes: nothing that was acknowledged may be lost."""

from __future__ import annotations

import pytest

from tests.bench.house import house
from tests.chaos.run import Chaos


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_nothing_is_lost_while_processes_are_killed(database: str) -> None:
    with house(database) as one:
        done = Chaos(one, seed=7).run(12, pause=(0.3, 1.0))
    assert done.faults == []
    assert done.killed >= 5, "the run was too short to mean anything"
    assert done.clues, "nothing was accepted, so nothing could be lost"
