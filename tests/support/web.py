"""A visitor without a browser: keeps cookies and a connection, reads forms off pages, times its answers."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

Pairs = list[tuple[str, str]]


@dataclass
class Form:
    """A form as it stands on a page: where it goes, what it would send, and what could be chosen."""

    action: str
    fields: Pairs = field(default_factory=list)
    choices: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, given: Mapping[str, str | Iterable[str]]) -> Pairs:
        """What is sent when these fields are typed over."""
        kept = [(name, value) for name, value in self.fields if name not in given]
        for name, value in given.items():
            kept += [(name, value)] if isinstance(value, str) else [(name, one) for one in value]
        return kept


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = self._area = ""
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form" and a.get("method", "").lower() == "post":
            self._form = Form(a.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = a.get("name", "")
        if tag == "input" and name:
            self._input(self._form, name, a)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._form.choices.setdefault(self._select, []).append(a.get("value", ""))
            if "selected" in a:
                self._form.fields.append((self._select, a.get("value", "")))
        elif tag == "textarea":
            self._area, self._text = name, []

    @staticmethod
    def _input(form: Form, name: str, a: dict[str, str]) -> None:
        kind = a.get("type", "text")
        if kind in {"checkbox", "radio"}:
            form.choices.setdefault(name, []).append(a.get("value", "on"))
            if "checked" not in a:
                return
        if kind not in {"submit", "button", "file", "image"}:
            form.fields.append((name, a.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._form is not None and self._area:
            self._form.fields.append((self._area, "".join(self._text).strip("\r\n")))
            self._area = ""


def forms(page: str) -> list[Form]:
    """The forms of a page that are sent by POST."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    place: str
    text: str
    seconds: float


class Visitor:
    """One person's browser, as far as cookies, forms and redirects go. ``base``: http://host:port."""

    def __init__(self, base: str, timeout: float = 60) -> None:
        parts = urlsplit(base)
        self.host, self.port, self.timeout = parts.hostname or "127.0.0.1", parts.port or 80, timeout
        self.cookies: dict[str, str] = {}
        self._connection: http.client.HTTPConnection | None = None

    def close(self) -> None:
        """Hang up; the next request connects again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def request(self, method: str, path: str, data: Pairs | None = None) -> Answer:
        """Ask, and read the whole answer. Raises OSError or HTTPException when the line breaks.

        A kept connection that the server has hung up meanwhile is opened anew, for a GET, as browsers do.
        """
        try:
            return self._ask(method, path, data)
        except http.client.RemoteDisconnected:
            if method != "GET":
                raise
            return self._ask(method, path, data)

    def _ask(self, method: str, path: str, data: Pairs | None) -> Answer:
        body = urlencode(data) if data is not None else None
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept": "text/html"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{self.host}:{self.port}"
        began = time.perf_counter()
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(self.host, self.port, timeout=self.timeout)
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            raw = answer.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        seconds = time.perf_counter() - began
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";", 1)[0]
        return Answer(answer.status, answer.getheader("Location") or "", raw.decode("utf-8", "replace"), seconds)

    def get(self, path: str) -> Answer:
        """GET a path."""
        return self.request("GET", path)

    def post(self, path: str, data: Pairs) -> Answer:
        """POST a form's pairs."""
        return self.request("POST", path, data)

    def form(self, path: str, having: str = "") -> Form:
        """The form on that page that has a field or choice called ``having`` (default: the last one)."""
        page = self.get(path)
        if page.status != 200:
            raise AssertionError(f"{path} answered {page.status}")
        found = forms(page.text)
        fitting = [f for f in found if not having or having in dict(f.fields) or having in f.choices]
        if not fitting:
            raise AssertionError(f"{path} has no form with {having}")
        return fitting[-1]

    def sign_in(self, account: str, passphrase: str) -> None:
        """Sign in; AssertionError when it is refused."""
        form = self.form("/sign-in", "password")
        answer = self.post("/sign-in", form.filled({"account": account, "password": passphrase}))
        if answer.status != 303:
            raise AssertionError(f"{account} could not sign in: {answer.status}")
