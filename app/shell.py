"""What every page is framed with: the rail of the post's own work, the person, the unread count, the language."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, has_request_context, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.addresses import asked_page
from app.core.permissions import may, may_open
from app.core.text import _, date_zh, datetime_zh, month_zh, yuan
from app.core.workflow import State
from app.people.models import post_name


@dataclass(frozen=True)
class NavItem:
    """An entry of the rail. `permission`: who sees it. `posts`: whose own work it is (shown first)."""

    endpoint: str
    label: str
    icon: str
    permission: str
    posts: tuple[str, ...] = ()
    group: str = ""


def locale() -> str | None:
    """The language of the page: the person's, else the browser's."""
    if not has_request_context():
        return None
    who = g.get("viewer")
    if who is not None:
        return str(who.locale)
    return (request.accept_languages.best_match(["zh", "en"], "zh") == "en" and "en") or "zh_Hans_CN"


def init_app(app: Flask) -> None:
    """Give the templates their frame and helpers."""
    app.context_processor(_frame)
    app.jinja_env.globals.update(
        may=lambda permission, subject=None: g.get("viewer") is not None and may(g.viewer, permission, subject),
        may_open=lambda endpoint, subject=None: g.get("viewer") is not None and may_open(g.viewer, endpoint, subject),
        date_zh=date_zh, datetime_zh=datetime_zh, month_zh=month_zh, yuan_of=yuan, post_name=post_name, today=clock.today,
    )  # fmt: skip


def _frame() -> dict[str, Any]:
    return {"nav": _nav, "shell": _shell, "viewer": g.get("viewer") if has_request_context() else None}


def _nav() -> list[dict[str, Any]]:
    who = g.get("viewer")
    if who is None:
        return []
    items = [item for item in current_app.extensions["tiequan.nav"] if may(who, item.permission)]
    items.sort(key=lambda item: who.post not in item.posts)
    here = (request.blueprint or "", request.endpoint or "")
    exact = any(item.endpoint == here[1] for item in items)  # then the list of the same feature is not "here" as well
    return [
        {
            "url": url_for(item.endpoint), "label": _(item.label), "icon": item.icon, "group": _(item.group) if item.group else "",
            "current": item.endpoint == here[1] or (not exact and item.endpoint.split(".")[0] == here[0] and item.endpoint.endswith(".index")),
        }
        for item in items
    ]  # fmt: skip


def person_tag(person_id: int) -> str:
    """A word that stands for one person and tells nothing of them: what is typed is kept in the browser under it."""
    key = str(current_app.secret_key or "").encode()
    return hmac.new(key, f"draft of {person_id}".encode(), hashlib.sha256).hexdigest()[:16]


def _shell() -> dict[str, Any]:
    who = g.get("viewer")
    if who is None:
        return {"lang": "en" if locale() == "en" else "zh"}
    counters = current_app.extensions.get("tiequan.unread")
    away = not current_app.extensions["tiequan.redis"].is_there_lately()
    return {
        "user": who.name, "person": person_tag(who.user_id), "post": post_name(who.post), "organ": who.organ_name, "lang": "en" if who.locale == "en" else "zh",
        "posts": [
            {"id": p.id, "label": post_name(p.kind), "detail": p.organ.name, "current": p.id == who.post_id}
            for p in (current_user.posts if current_user.post_count > 1 else ()) if p.held(clock.today())
        ],
        "switch_url": url_for("people.switch_post"), "signout_url": url_for("people.sign_out"), "account_url": url_for("people.account"),
        "language_url": url_for("people.switch_locale"), "here": asked_page(), "unread": counters(who) if counters else 0,
        "unread_url": url_for("notices.unread"), "inbox_url": url_for("notices.index"), "search_url": url_for("desk.search") if may(who, "search.use") else "",
        "banner": _("消息队列暂时离线：办理不受影响，通知和文书稍后发出。") if away else "",
    }  # fmt: skip


def state_chip(state: State) -> dict[str, str]:
    """The words, icon and tone of a state's chip."""
    return {"label": _(state.name), "icon": state.icon, "tone": state.tone}
