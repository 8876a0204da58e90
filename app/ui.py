"""What every template may call: `icon()`, `asset()`, `url_with()`, `fuse_of()`, `waits_for()`, `agent_name()`; and the headers of static files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, MutableMapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, request, url_for
from flask.templating import Environment
from werkzeug.urls import iri_to_uri

from app.core import clock
from app.core.text import _, ngettext
from app.core.workflow import Workflow
from app.law.cited import cited
from app.law.spoken import hit_article, spoken
from app.people.models import POSTS

YEAR = 31_536_000


class Templates(Environment):
    """Flask's templates with one plain dictionary of globals each. Jinja compares them at every import of a component,
    fourteen times a page, and its chained maps are slow at that (a fortieth of a page). What is added to the globals after
    a template was loaded is not seen by it."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return {**self.globals, **(d or {})}


def init_app(app: Flask) -> None:
    """Give the templates their helpers, and hashed static files a year in the browser's cache."""
    app.jinja_env.globals.update(
        asset=asset, icon=icon, url_with=url_with, fuse_of=fuse_of, agent_name=agent_name, waits_for=waits_for
    )
    app.jinja_env.filters.update(fuse_of=fuse_of, cited=cited, spoken=spoken, hit_article=hit_article)

    @app.after_request
    def keep(response: Response) -> Response:
        # The hash in the address changes with the content, so that the copy of a browser is never stale.
        if request.endpoint == "static" and "v" in request.args and response.status_code in {200, 304}:
            response.cache_control.no_cache = None
            response.cache_control.public = True
            response.cache_control.max_age = YEAR
            response.cache_control.immutable = True
        return response


def asset(path: str) -> str:
    """URL of a static file, with the hash of its content. A missing file gives a URL without hash (404, seen in tests).

    The file is looked at once per request.
    """
    known: dict[str, str] = g.setdefault("assets", {})
    if path not in known:
        file = Path(current_app.static_folder or "") / path
        try:
            stat = file.stat()
        except OSError:
            known[path] = url_for("static", filename=path)
        else:
            known[path] = _address(request.script_root, path, str(file), stat.st_mtime_ns, stat.st_size)
    return known[path]


def icon(name: str, label: str = "", size: str = "") -> str:
    """One icon of the sprite. Alone it needs a label; beside its word it stays silent."""
    return _icon(asset("vendor/icons.svg"), name, str(label), size)


@lru_cache(maxsize=1024)  # a page shows fifty, the house two hundred
def _icon(sprite: str, name: str, label: str, size: str) -> str:
    module: Any = current_app.jinja_env.get_template("components/icon.html").module
    made: str = module.drawn(sprite, name, label, size)
    return made


@lru_cache(maxsize=256)
def _address(_root: str, path: str, file: str, _changed: int, _size: int) -> str:
    return url_for("static", filename=path, v=hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12])


def url_with(**changes: Any) -> str:
    """This page's URL with query arguments changed; None drops one. Filters and sort survive."""
    args: dict[str, Any] = request.args.to_dict(flat=False)
    for key, value in changes.items():
        if value is None:
            args.pop(key, None)
        else:
            args[key] = value
    return iri_to_uri(url_for(request.endpoint or "", **{**(request.view_args or {}), **args}))


def fuse_of(row: Any, now: datetime | None = None, extend_url: str = "") -> Mapping[str, Any]:
    """A deadline row (app.core.deadlines.Deadline) as the fuse of components/fuse.html shows it.

    now: the instant to look from; the present if None.
    """
    now = now or clock.now()
    term = row.declared
    hours = term.unit == "hour"
    span = (row.due_at - row.start_at).total_seconds()
    end = row.ended_at or now
    burnt = 100 if span <= 0 else max(0, min(100, round(100 * (end - row.start_at).total_seconds() / span)))
    return {
        "name": _(term.name), "start": row.start_at, "due": row.due_at, "burnt": burnt, "clock": hours, "law": term.law,
        "tone": _tone(row, burnt, now, hours), "left": _left(row, now, hours), "extend_url": extend_url,
        "lines": [{"text": line["text"]} for line in row.trace], "doubt": _doubt(term),
        "miss": _("逾期后果：%(miss)s。", miss=_(term.miss).rstrip("。")) if term.miss and term.status == "verified" else "",
    }  # fmt: skip


def waits_for(workflow: Workflow, subject: Any) -> str:
    """Whose turn it is, for a page that offers its reader no step: the posts that carry the subject on."""
    posts = dict.fromkeys(post for step in workflow.called_for(subject) for post in step.awaited)
    return _("现等%(posts)s办理。", posts=_("、").join(_(POSTS[post]) for post in posts)) if posts else ""


def _doubt(term: Any) -> str:
    """What must be said beside a number that no text confirmed: it is a setting of this house, not the law."""
    if term.status == "memory":
        return _("期限数字凭记忆录入，尚未核对原文。")
    return _("期限数字未经条文核实：%(why)s。", why=_(term.miss).rstrip("。")) if term.status == "unverified" else ""


_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("QQBrowser", "QQ 浏览器"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def agent_name(agent: str) -> str:
    """A browser's long self-description as people call it: "Windows · Edge"."""
    found = [next((name for mark, name in table if mark in agent), "") for table in (_SYSTEMS, _BROWSERS)]
    return " · ".join(filter(None, found)) or _("未知设备")


def _tone(row: Any, burnt: int, now: datetime, hours: bool) -> str:
    if row.state == "paused":
        return "paused"
    if row.state in {"met", "met_late", "lapsed", "void"}:
        return "late" if row.state in {"met_late", "lapsed"} else "met"
    if row.state == "missed" or now > row.due_at:
        return "late"
    left_hours = (row.due_at - now).total_seconds() / 3600
    return "soon" if (left_hours <= 6 if hours else burnt >= 80) else "calm"


def _left(row: Any, now: datetime, hours: bool) -> str:
    if row.state == "paused":
        return _("已中止计算")
    if row.state == "met":
        return _("按期完成")
    if row.state == "met_late":
        return _("逾期完成")
    if row.state == "lapsed":
        return _("逾期未办结，已重新起算")
    if row.state == "void":
        return _("不再适用")
    seconds = abs((row.due_at - now).total_seconds())
    late = now > row.due_at
    if hours or (seconds < 86_400 and late):
        whole, minutes = int(seconds // 3600), int(seconds % 3600 // 60)
        length = _("%(h)s 小时 %(m)s 分", h=whole, m=minutes) if whole < 72 else _("%(n)s 天", n=whole // 24)
        return _("已逾期 %(length)s", length=length) if late else _("还有 %(length)s", length=length)
    days = abs((clock.local(row.due_at).date() - clock.local(now).date()).days)
    if late:
        return ngettext("已逾期 %(num)s 天", "已逾期 %(num)s 天", max(days, 1))
    return _("今日届满") if days == 0 else ngettext("还有 %(num)s 天", "还有 %(num)s 天", days)
