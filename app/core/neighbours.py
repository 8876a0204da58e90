"""Walking through a list one by one: where a row stands, and what lies beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where a row stands among the rows of a list: ids of its neighbours, None at the ends.

    position: from 1; 0 when the row has left the list meanwhile, or stands beyond what was counted.
    total: how many there are, as far as they were counted. more: the list goes on behind that.
    """

    position: int
    total: int
    prev: int | None
    next: int | None
    more: bool = False

    def walker(self, link: Callable[[int], str], back: str, name: str) -> dict[str, Any]:
        """As components/queue.html takes it. link: the address of a row; back, name: address and name of the list."""
        return {
            "position": self.position, "total": f"{self.total}{'+' if self.more else ''}", "back": back, "name": name,
            "prev": link(self.prev) if self.prev else "", "next": link(self.next) if self.next else "",
        }  # fmt: skip


def among(ids: Sequence[int], row_id: int, ahead: int, counted: int) -> Place:
    """The place of a row among the ids of a list in its order.

    ahead: how many of `ids` would stand before the row if it were still there. Whoever deals with the third of five
    goes on with the fourth, not with the first, which he left lying.
    counted: where the list was cut off.
    """
    there = row_id in ids
    at = ids.index(row_id) if there else ahead
    after = at + 1 if there else at
    return Place(
        at + 1 if there else 0,
        len(ids),
        ids[at - 1] if at else None,
        ids[after] if after < len(ids) else None,
        len(ids) >= counted,
    )
