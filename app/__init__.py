"""The application: settings -> extensions -> features -> doors (default deny) -> error pages."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import doors, faults, shell, ui
from app.core import confidential, deadlines, events, outbox, permissions, subjects, text
from app.core import db as databases
from app.core import numbering as numbering  # its tables belong to every database
from app.core import search as search
from app.extensions import babel, csrf, db, login_manager, migrate
from config import Config


def create_app(config: Config | None = None) -> Flask:
    """Build the application from `config` (default: the environment). Connects to nothing."""
    config = config or Config.from_env()
    app = Flask("app", instance_path=str(config.INSTANCE))
    app.jinja_environment = ui.Templates
    app.config.from_object(config)
    app.config["RQ_URL"] = config.RQ_URL
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if config.PROXIES:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=config.PROXIES, x_proto=config.PROXIES, x_host=config.PROXIES)  # type: ignore[method-assign]
    _extensions(app, config)
    _wiring(app)
    doors.init_app(app)
    faults.init_app(app)
    shell.init_app(app)
    ui.init_app(app)
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda word: text.catalogue().ugettext(word),
        ngettext=lambda one, many, n: text.catalogue().ungettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.filters.update(yuan=text.yuan, date=text.date_zh, moment=text.datetime_zh, mask=confidential.mask)
    return app


def _extensions(app: Flask, config: Config) -> None:
    from app.people import models as people
    from app.people.sessions import RowSessions

    config.INSTANCE.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    migrate.init_app(app, db, compare_type=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=shell.locale)
    login_manager.init_app(app)
    login_manager.session_protection = None  # sessions are rows; a changed address is shown to the person instead
    login_manager.user_loader(lambda key: db.session.get(people.Person, int(key)))
    app.session_interface = RowSessions()
    confidential.install(app, config.data_keys(), config.INDEX_KEY)
    with app.app_context():
        databases.prepare(db.engine)


def _wiring(app: Flask) -> None:
    from app import cli, grants, wiring

    permissions.install(app, grants.GRANTS)
    events.install(app, wiring.WHEN)
    outbox.install(app, wiring.ERRANDS, app.config["RQ_URL"])
    deadlines.install(app, wiring.terms(), wiring.calendar)
    app.extensions["tiequan.workflows"] = {workflow.id: workflow for workflow in wiring.WORKFLOWS}
    subjects.install(app, wiring.SUBJECTS)
    app.extensions["tiequan.nav"] = wiring.NAV
    for blueprint in wiring.FEATURES:
        app.register_blueprint(blueprint)
    cli.init_app(app)


def workflows(app: Flask) -> dict[str, Any]:
    """The procedures of the house by id."""
    found: dict[str, Any] = app.extensions["tiequan.workflows"]
    return found
