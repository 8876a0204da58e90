"""Error pages: every refusal is a sentence that says what to do; no page shows the inside of the house."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g, make_response, render_template, request, session
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateNotFound
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from app.core import history
from app.core.addresses import asked_page
from app.core.db import is_away, is_busy, writing
from app.core.errors import Busy, Forbidden, Refused, Stale
from app.core.forms import KEPT, WORN_OUT
from app.core.text import N_, _
from app.extensions import db

SENTENCES = {
    400: N_("请求无法识别，请返回上一页重试。"),
    401: N_("登录已失效，这次操作没有办理。请重新登录。"),
    403: N_("您的岗位无权执行此操作。如需办理，请联系有权岗位的人员。"),
    404: N_("未找到。该记录不存在，或不在您的查看范围内。"),
    405: N_("不支持的操作方式，请从页面上的按钮办理。"),
    409: N_("状态已变化：他人已先办理。请查看当前状态后再试。"),
    413: N_("上传的文件过大，请压缩或拆分后再上传。"),
    415: N_("不支持这种文件或数据格式。"),
    422: N_("填写有误，请按提示更正。"),
    429: N_("操作过于频繁，请稍候再试。"),
    500: N_("系统出现意外错误，已记录。请稍后重试；如仍出现，请把编号告诉管理员。"),
    503: N_("数据库暂时无法连接，已填内容请先保留，稍候重试。"),
}


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(StaleDataError, lambda _error: _refused(Stale()))
    app.register_error_handler(DBAPIError, _database)
    app.register_error_handler(
        OverflowError, lambda _error: page(404, SENTENCES[404])
    )  # a number no database column holds
    app.register_error_handler(CSRFError, _token)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, sentence: str, *, stale: bool = False) -> Response:
    """The page of an error: as a whole page, or as a sentence where a part of a page was asked for.

    stale: somebody else was faster; else what stands in the way is there to be mended.
    """
    db.session.rollback()
    number = secrets.token_hex(4).upper()
    if status >= 500:
        current_app.logger.error("error %s on %s", number, _asked())
    context = {
        "status": status, "sentence": _(sentence), "number": number, "reference": number, "stale": stale,
        "again": asked_page(), "kept": request.method == "POST" and status in {400, 401} and bool(request.form.get(KEPT)),
    }  # fmt: skip
    try:
        body = render_template([f"errors/{status}.html", "errors/error.html"], **context)
    except TemplateNotFound:
        body = render_template("errors/500.html", **context)
    response = make_response(body, status)
    if status in {429, 503}:
        response.headers["Retry-After"] = "5"
    return response


def _asked() -> str:
    """Method and path on one line: an address may hold line ends and NULs, a log line and a column may not."""
    path = "".join(char if char.isprintable() else "?" for char in request.path)
    return f"{request.method} {path}"[:300]


def _refused(error: Refused) -> Response:
    db.session.rollback()
    if isinstance(error, Forbidden) and not error.noted and g.get("viewer") is not None:
        # A denied act is history too (promise S17): which door, not what was typed.
        with writing():
            history.record(("request", 0), "denied", g.viewer, name=N_("越权被拒"), reason=_asked())
            db.session.commit()
    return page(error.status, error.sentence, stale=isinstance(error, Stale | Busy))


def _database(error: DBAPIError) -> Response:
    db.session.rollback()
    if getattr(error.orig, "sqlstate", None) == "22003":
        # PostgreSQL: numeric value out of range. On SQLite the same number is an OverflowError, above. Asked before
        # DataError, which it also is.
        return page(404, SENTENCES[404])
    if isinstance(error, DataError):
        # A value that no column holds: a NUL in the address, a date before Christ.
        return page(422, SENTENCES[422])
    if is_busy(error):
        return page(409, Busy().sentence, stale=True)
    if is_away(error):
        return page(503, SENTENCES[503])
    return _unexpected(error)


def _token(_error: CSRFError) -> Response:
    view = current_app.view_functions.get(request.endpoint or "")
    if "_user_id" not in session and not getattr(view, "public", False):
        # The form's token went with the session: not the page is old, the person is signed out.
        return page(401, N_("登录已失效，这次提交没有保存。请重新登录。"))
    return page(400, WORN_OUT)


def _http(error: HTTPException) -> Response:
    if isinstance(error, SecurityError):
        # A host name that is not ours: no page can be built for it, because no address leads back here.
        return make_response("400\n", 400, {"Content-Type": "text/plain; charset=utf-8"})
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    if error.code == 413:
        _hear_out()
    return page(error.code, SENTENCES.get(error.code, SENTENCES[400 if error.code < 500 else 500]))


def _hear_out() -> None:
    """Take in, and throw away, what a browser is still sending. It reads no answer before it has sent all, and shows a
    broken connection in place of our sentence when we hang up on it. Bounded: who sends without end is hung up on."""
    left = min(request.content_length or 0, 8 * (current_app.config["MAX_CONTENT_LENGTH"] or 0))
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, 65_536))):
        left -= len(piece)


def _unexpected(error: Exception) -> Response:
    if current_app.testing and current_app.config.get("PROPAGATE", True):
        raise error
    current_app.logger.exception("unexpected error on %s", _asked())
    return page(500, SENTENCES[500])
