"""Fixtures: the same tests on SQLite and PostgreSQL, with the rehearsal city, one fresh database per test."""

from __future__ import annotations

import html
import itertools
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import select

from app import create_app
from app.core.db import writing
from app.core.permissions import Viewer
from app.extensions import db
from app.people import queries
from app.people.models import Person
from app.rehearsal import city
from config import Config
from tests.services import create_database, drop_database, postgres_server, postgres_url, redis_server, redis_url  # noqa: F401 (fixtures)

DATABASES = os.environ.get("TQ_RUN_TEST_DATABASES", "sqlite,postgres").split(",")
_count = itertools.count()


def make_app(folder: Path, url: str, redis: str, **given: Any) -> Flask:
    """An application for tests over the database at `url`."""
    return create_app(Config.from_env({}, ENV="test", INSTANCE=folder, DATABASE_URL=url, REDIS_URL=redis, **given))


@dataclass
class Template:
    """A filled database to copy for every test."""

    kind: str
    place: Any


_templates: dict[str, Template] = {}


@pytest.fixture(scope="session", params=DATABASES)
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Tables, law and the rehearsal city, made once per test process and kind of database.

    pytest asks again whenever a process comes back from one kind to the other, as the stealing of work may bring about.
    """
    if request.param not in _templates:
        _templates[request.param] = _filled(request, tmp_path_factory)
    return _templates[request.param]


def _filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Template:
    from app.cli import load_base

    folder = tmp_path_factory.mktemp("template")
    if request.param == "sqlite":
        place: Any = folder / "template.db"
        url = f"sqlite:///{place}"
    else:
        place = request.getfixturevalue("postgres_server")
        create_database(place, "tq_template")
        url = place.database("tq_template")
    app = make_app(folder, url, "unix:///nonexistent.sock")
    with app.app_context():
        db.create_all()
        load_base()
        db.session.remove()
        if request.param == "sqlite":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        db.engine.dispose()
    return Template(request.param, place)


@pytest.fixture
def database_url(template: Template, tmp_path: Path) -> Iterator[str]:
    """A fresh copy of the template database, gone after the test: thousands of them would fill the disk."""
    if template.kind == "sqlite":
        shutil.copy(template.place, tmp_path / "test.db")
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    name = f"tq_{next(_count)}"
    create_database(template.place, name, template="tq_template")
    yield str(template.place.database(name))
    drop_database(template.place, name)


@pytest.fixture
def app(database_url: str, tmp_path: Path, redis_url: str) -> Iterator[Flask]:  # noqa: F811
    """The application over a fresh database and a real, empty Redis, inside an app context that may write."""
    app = make_app(tmp_path, database_url, redis_url)
    with app.app_context(), writing():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def person(app: Flask) -> Callable[[str], Person]:
    """A person of the city by name."""
    return lambda name: db.session.scalars(select(Person).where(Person.name == name)).one()


@pytest.fixture
def viewer(app: Flask, person: Callable[[str], Person]) -> Callable[[str], Viewer]:
    """The viewer that a person of the city is in the first post."""

    def find(name: str) -> Viewer:
        found = person(name)
        return queries.viewer_of(found, found.posts[0])

    return find


class BrowserClient(FlaskClient):
    """A client that posts as a browser does: GET the page, keep its hidden fields, then POST."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app, app.response_class)

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """A request of its own: the app context of a test outlives it, so that `g` would carry over to the next one."""
        for name in list(g):
            g.pop(name)
        return super().open(*args, **kwargs)

    def hidden(self, url: str) -> dict[str, str]:
        """The hidden fields of the page, CSRF token included."""
        text = self.get(url, follow_redirects=True).get_data(as_text=True)
        found: dict[str, str] = {}
        for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text):
            name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
            if name is not None:
                found.setdefault(name.group(1), html.unescape(value.group(1)) if value else "")
        meta = re.search(r'<meta name="csrf-token" content="([^"]+)"', text)
        if meta is not None:
            found.setdefault("csrf_token", meta.group(1))
        return found

    def post_form(self, url: str, data: dict[str, Any], page: str | None = None, **kwargs: Any) -> Any:
        """POST `data` to `url` with the hidden fields of `page` (default: the same URL)."""
        return self.post(url, data={**self.hidden(page or url), **data}, **kwargs)


@pytest.fixture
def sign_in(app: Flask) -> Callable[[str], BrowserClient]:
    """A client signed in as a person of the city. CSRF is on: post with `client.post_form`."""

    def do(name: str) -> BrowserClient:
        account = next(w.account for w in city.PEOPLE if w.name == name)
        client = BrowserClient(app)
        answer = client.post_form("/sign-in", {"account": account, "password": city.passphrase(account)})
        assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
        return client

    return do


@pytest.fixture(scope="session")
def player() -> Iterator[Any]:
    """Playwright, once per test process: a second one in the same thread is refused."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        yield playwright
