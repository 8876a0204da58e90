"""Announcements. A floor announces what happened; `app/wiring.py` lists who acts on it, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import current_app

Handler = Callable[..., object]


def install(app: Any, when: Mapping[str, tuple[Handler, ...]]) -> None:
    """Give the application its table of consequences (event name -> handlers, called in order)."""
    app.extensions["tiequan.when"] = dict(when)


def announce(event: str, /, *args: Any, **facts: Any) -> None:
    """Call every handler of `event` now, inside the caller's transaction. An event nobody listens to is fine."""
    for handler in current_app.extensions["tiequan.when"].get(event, ()):
        handler(*args, **facts)
