"""Where one is in the house: the page to go back to."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException

__all__ = ["asked_page"]


def asked_page() -> str:
    """The page that was asked for, or on which the form stood: where one goes on after signing in again,
    or after changing the language. "" if unknown."""
    if request.method in {"GET", "HEAD"}:
        return request.full_path.rstrip("?")
    parts, adapter = urlsplit(request.referrer or ""), current_app.create_url_adapter(request)
    if parts.netloc != request.host or adapter is None:
        return ""
    path = parts.path
    while path.count("/") > 1:  # a page with errors stands at the address that its form was sent to
        try:
            adapter.match(path, "GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return path + (f"?{parts.query}" if parts.query and path == parts.path else "")
    return ""
