"""The settings of one running copy: one class, read from the environment, checked before anything starts.

Every setting is a variable ``TQ_<NAME>``; no other source exists, except that a *rehearsal* copy, which
holds no real data, keeps the keys it made for itself in ``<instance>/keys.json`` so that a second start
can still read what the first one encrypted. ``Config.from_env()`` either returns a usable object or
raises `BadConfig` with one sentence per fault, each saying what to set.

The attributes in capitals go into ``app.config`` as they are (``app.config.from_object(config)``).
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
ENVIRONMENTS = ("rehearsal", "production", "test")
PASSWORD_PROFILES = ("cn", "asvs")
# What people paste from examples; a secret that anyone can guess signs anyone's session.
KNOWN_SECRETS = ("secret", "change-me", "changeme", "change_me", "dev", "development", "password", "tiequan", "test")
SHORTEST_SECRET = 32
DATA_KEY_BYTES = 32
LONGEST_SOCKET_PATH = 107  # bytes; the kernel cuts longer ones


class BadConfig(SystemExit):
    """The settings cannot be used. ``faults``: the sentences, one per fault."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(["Tiequan does not start with these settings:", *(f"  - {f}" for f in self.faults)]))


# --- reading one value from text ------------------------------------------------------------------------------------


def _flag(text: str) -> bool:
    value = text.strip().lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError("write 1 or 0")


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        digits = text.strip()
        if not (digits.isascii() and digits.isdigit() and low <= int(digits) <= high):
            raise ValueError(f"write a whole number from {low} to {high}")
        return int(digits)

    return read


def _minutes(low: int, high: int) -> Callable[[str], timedelta]:
    number = _number(low, high)
    return lambda text: timedelta(minutes=number(text))


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip() not in words:
            raise ValueError("write one of: " + ", ".join(words))
        return text.strip()

    return read


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _folder(text: str) -> Path:
    if not text.strip():
        raise ValueError("write the path of a folder")
    return Path(text).expanduser().resolve()


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError("write it as HOST:PORT, for example 127.0.0.1:8000")
    return text


def _url(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if urlsplit(text).scheme not in schemes:
            raise ValueError("write an address that begins with " + " or ".join(f"{s}:" for s in schemes))
        return text.rstrip("/") if schemes[0].startswith("http") else text

    return read


def _database(text: str) -> str:
    if text.startswith("sqlite:///"):
        return text
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if text.startswith(scheme):
            return "postgresql+psycopg://" + text.removeprefix(scheme)
    raise ValueError("write postgresql://USER:PASSWORD@HOST/NAME or sqlite:///FILE")


def _data_keys(text: str) -> str:
    """``id:base64,id:base64``: the first writes, all of them read. Checked here, used by core.confidential."""
    seen = set()
    for part in _words(text):
        name, _, key = part.partition(":")
        if not name.isalnum() or name in seen:
            raise ValueError("each key needs a name of its own, letters and digits: NAME:BASE64,NAME:BASE64")
        seen.add(name)
        try:
            raw = base64.b64decode(key, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValueError(f"key {name} is not base64") from error
        if len(raw) != DATA_KEY_BYTES:
            raise ValueError(f"key {name} must hold {DATA_KEY_BYTES} bytes, it holds {len(raw)}")
    if not seen:
        raise ValueError("write at least one key as NAME:BASE64")
    return text


def setting(default: Any, read: Callable[[str], Any], says: str) -> Any:
    """Declare a setting. ``says`` is its line in ``./run doctor --settings`` and in docs/settings.md."""
    return field(default=default, metadata={"read": read, "says": says})


@dataclass(frozen=True, kw_only=True)
class Config:
    """All settings. Times are timedeltas, sizes bytes, folders absolute paths."""

    ENV: str = setting("rehearsal", _one_of(*ENVIRONMENTS), "rehearsal, production or test")
    INSTANCE: Path = setting(ROOT / "instance", _folder, "folder for the embedded database, files, mails, Redis data")
    FONTS: Path = setting(ROOT / "build" / "fonts", _folder, "folder of the fonts built for papers")
    DEBUG: bool = setting(False, _flag, "Flask's debug mode; refused in production")

    SECRET_KEY: str = setting("", str, "signs cookies and form tokens; at least 32 characters")
    DATA_KEYS: str = setting("", _data_keys, "NAME:BASE64 of 32 bytes, comma between; the first encrypts, all decrypt")
    INDEX_KEY: str = setting(
        "", str, "keyed hash for exact search in encrypted columns; at least 32 characters, never changes"
    )

    DATABASE_URL: str = setting("", _database, "postgresql://… ; empty = SQLite in the instance folder")
    DATABASE_POOL: int = setting(10, _number(1, 100), "connections that one server process keeps")
    REDIS_URL: str = setting(
        "", _url("redis", "rediss", "unix"), "redis://:PASSWORD@HOST/0 ; empty = a local one is started"
    )

    BIND: str = setting("127.0.0.1:8000", _address, "where the web server listens")
    BASE_URL: str = setting("", _url("http", "https"), "the address people type; empty = http://BIND")
    HOSTS: tuple[str, ...] = setting(
        (), _words, "host names that may be asked for, comma between; BASE_URL's is always in"
    )
    PROXIES: int = setting(0, _number(0, 5), "how many reverse proxies of your own stand in front")
    WEB_WORKERS: int = setting(2, _number(1, 64), "web server processes")
    WEB_THREADS: int = setting(8, _number(1, 64), "threads in each of them")

    SESSION_IDLE: timedelta = setting(
        timedelta(minutes=30), _minutes(1, 24 * 60), "minutes without a click until sign-out"
    )
    SESSION_ABSOLUTE: timedelta = setting(
        timedelta(hours=12), _minutes(1, 7 * 24 * 60), "minutes from sign-in to sign-out"
    )
    LOCKOUT_TRIES: int = setting(5, _number(1, 100), "wrong passwords until an account is locked")
    LOCKOUT_TIME: timedelta = setting(
        timedelta(minutes=15), _minutes(1, 24 * 60), "minutes of the first lock; each next one doubles"
    )
    PASSWORD_PROFILE: str = setting(
        "cn", _one_of(*PASSWORD_PROFILES), "cn: 12 characters, 3 classes, 90 days; asvs: 15, no rotation"
    )
    TOTP_POSTS: tuple[str, ...] = setting((), _words, "posts that must use a second factor, comma between")
    REHEARSAL_ACCOUNTS: bool = setting(True, _flag, "may the printed rehearsal accounts sign in; refused in production")
    REHEARSAL_CASES: bool = setting(True, _flag, "replay the published cases that ship with the product at ./run")

    UPLOAD_CAP: int = setting(100 * 1024 * 1024, _number(1024, 4 * 1024**3), "bytes of the largest upload")
    MAIL: str = setting(
        "folder",
        lambda text: text if text == "folder" else _url("smtp", "smtps")(text),
        "smtp://USER:PASSWORD@HOST:PORT, or folder = files in the instance folder",
    )
    MAIL_FROM: str = setting("tiequan@localhost", str, "the sender of our mails")
    LEGAL_OPINION: bool = setting(False, _flag, "a transfer needs a legal opinion before the unit head endorses it")

    # --- made from the above ---------------------------------------------------------------------------------------

    TESTING = property(lambda self: self.ENV == "test")
    DATABASE_FILE = property(lambda self: self.INSTANCE / "tiequan.db")
    BLOB_FOLDER = property(lambda self: self.INSTANCE / "blobs")
    MAIL_FOLDER = property(lambda self: self.INSTANCE / "mail")
    REDIS_SOCKET = property(lambda self: self.INSTANCE / "redis" / "redis.sock")

    SESSION_COOKIE_HTTPONLY = True
    SESSION_COOKIE_SAMESITE = "Lax"
    WTF_CSRF_TIME_LIMIT = None  # the token dies with the session; a form left open over lunch must not lose its text
    MAX_FORM_PARTS = 2000
    MAX_FORM_MEMORY_SIZE = 2 * 1024 * 1024
    BABEL_DEFAULT_LOCALE = "zh_Hans_CN"
    BABEL_DEFAULT_TIMEZONE = "Asia/Shanghai"
    LANGUAGES = ("zh_Hans_CN", "en")

    @property
    def SERVED_AT(self) -> str:
        """The address people type, without a slash at its end."""
        return self.BASE_URL or f"http://{self.BIND}"

    @property
    def SECURE(self) -> bool:
        """Is the address people type behind TLS?"""
        return self.SERVED_AT.startswith("https://")

    @property
    def SESSION_COOKIE_SECURE(self) -> bool:
        return self.SECURE

    @property
    def SESSION_COOKIE_NAME(self) -> str:
        # A name with __Host- is accepted by browsers only with Secure, without Domain, with Path=/.
        return "__Host-tiequan" if self.SECURE else "tiequan"

    @property
    def TRUSTED_HOSTS(self) -> list[str]:
        """Flask answers 400 to any other Host header, so that no mail ever links to a forged one."""
        own = urlsplit(self.SERVED_AT).hostname or "localhost"
        local = ["localhost", "127.0.0.1", "[::1]"] if self.ENV != "production" else []
        return list(dict.fromkeys([own, *self.HOSTS, *local]))

    @property
    def MAX_CONTENT_LENGTH(self) -> int:
        """The upload cap and a little for the fields beside the file."""
        return self.UPLOAD_CAP + 4 * 1024 * 1024

    @property
    def SQLALCHEMY_DATABASE_URI(self) -> str:
        return self.DATABASE_URL or f"sqlite:///{self.DATABASE_FILE}"

    @property
    def SQLITE(self) -> bool:
        return self.SQLALCHEMY_DATABASE_URI.startswith("sqlite:")

    @property
    def SQLALCHEMY_ENGINE_OPTIONS(self) -> dict[str, Any]:
        if self.SQLITE:
            return {"connect_args": {"timeout": 10}}
        # prepare_threshold=None: prepared statements break behind PgBouncer and turn searches into bad generic plans.
        # The three time-outs make a held lock a 409 within seconds and never an empty pool (promise R10).
        # jit: compiling a plan takes longer than any of our queries.
        limits = (
            "-c timezone=UTC -c jit=off -c statement_timeout=10s -c lock_timeout=2s"
            " -c idle_in_transaction_session_timeout=30s"
        )
        return {
            "pool_size": self.DATABASE_POOL,
            "max_overflow": self.DATABASE_POOL,
            "pool_timeout": 10,
            "pool_pre_ping": True,
            "connect_args": {
                "prepare_threshold": None,
                "connect_timeout": 5,
                "tcp_user_timeout": 5000,
                "options": limits,
                "application_name": "tiequan",
            },
        }

    @property
    def RQ_URL(self) -> str:
        """The Redis to use: the given one, else the local one that the supervisor starts."""
        return self.REDIS_URL or f"unix://{self.REDIS_SOCKET}?db=0"

    def data_keys(self) -> dict[str, bytes]:
        """Name → 32 bytes, the writing key first."""
        parts = (part.partition(":") for part in _words(self.DATA_KEYS))
        return {name: base64.b64decode(key, altchars=b"-_") for name, _, key in parts}

    # --- making one ------------------------------------------------------------------------------------------------

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **given: Any) -> Config:
        """Read and check all settings.

        ``environ``: the variables, default ``os.environ``. ``given``: values that win over them (tests).
        Raises `BadConfig` with every fault found, not only the first.
        """
        environ = os.environ if environ is None else environ
        values, faults = _read(cls, environ)
        values |= given
        if values.get("ENV", cls.ENV) != "production":
            kept = _rehearsal_keys(values.get("INSTANCE", cls.INSTANCE), values)
            values = {**kept, **values}
        else:
            values.setdefault("REHEARSAL_ACCOUNTS", False)
            values.setdefault("TOTP_POSTS", ("unit_head", "reviewer", "head", "principal", "admin"))
        config = cls(**values)
        faults += list(config.faults())
        if faults:
            raise BadConfig(faults)
        return config

    def faults(self) -> Iterable[str]:
        """Why these settings must not serve, as sentences; nothing when they may."""
        if self.SESSION_IDLE > self.SESSION_ABSOLUTE:
            yield "TQ_SESSION_IDLE is longer than TQ_SESSION_ABSOLUTE; make it shorter."
        if not self.REDIS_URL and len(os.fsencode(self.REDIS_SOCKET)) > LONGEST_SOCKET_PATH:
            yield "TQ_INSTANCE is too long a path for the socket of the local Redis; use a shorter one, or set TQ_REDIS_URL."
        if self.ENV != "production":
            return
        if len(self.SECRET_KEY) < SHORTEST_SECRET or self._guessable(self.SECRET_KEY):
            yield f"TQ_SECRET_KEY is missing, known or too short; set one of at least {SHORTEST_SECRET} characters ({MAKE_ONE})."
        if not self.DATA_KEYS:
            yield f"TQ_DATA_KEYS is missing; set NAME:KEY with a key from: {MAKE_KEY}. Keep it: without it informers' data is lost."
        if len(self.INDEX_KEY) < SHORTEST_SECRET or self._guessable(self.INDEX_KEY):
            yield f"TQ_INDEX_KEY is missing or too short; set one of at least {SHORTEST_SECRET} characters ({MAKE_ONE})."
        if self.DEBUG:
            yield "TQ_DEBUG is on; debug mode gives every visitor a Python prompt. Unset it."
        if self.SQLITE:
            yield "TQ_DATABASE_URL is missing or SQLite; production needs postgresql://USER:PASSWORD@HOST/NAME."
        elif urlsplit(self.DATABASE_URL).username in {"postgres", "root"}:
            yield "TQ_DATABASE_URL signs in as the database's superuser; make a role that owns only this database."
        if not self.REDIS_URL:
            yield "TQ_REDIS_URL is missing; production needs redis://:PASSWORD@HOST:PORT/0."
        elif not self.REDIS_URL.startswith("unix:") and not urlsplit(self.REDIS_URL).password:
            yield "TQ_REDIS_URL has no password; an open Redis lets anyone on the net queue work. Set requirepass and put it there."
        if self.REHEARSAL_ACCOUNTS:
            yield "TQ_REHEARSAL_ACCOUNTS is on; their pass phrases are printed for everyone. Unset it."
        if not self.BASE_URL:
            yield "TQ_BASE_URL is missing; set the https:// address that people type."
        elif not self.SECURE:
            yield "TQ_BASE_URL is not https://; passwords would cross the net in the clear."

    @staticmethod
    def _guessable(secret: str) -> bool:
        return len(set(secret)) < 8 or secret.strip().lower() in KNOWN_SECRETS or "change" in secret.lower()


MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
MAKE_KEY = "python3 -c 'import base64,os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"


def _read(cls: type[Config], environ: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    values: dict[str, Any] = {}
    faults: list[str] = []
    known = {f"TQ_{f.name}": f for f in dataclasses.fields(cls)}
    # TQ_RUN_… belong to the start script. Any other unknown name is a typing error that would silently do nothing.
    for name in sorted(n for n in environ if n.startswith("TQ_") and not n.startswith("TQ_RUN_")):
        if name not in known:
            faults.append(f"{name} is not a setting; see docs/settings.md for the names.")
        elif environ[name] != "":
            try:
                values[known[name].name] = known[name].metadata["read"](environ[name])
            except ValueError as error:
                faults.append(f"{name} cannot be used: {error}.")
    return values, faults


def _rehearsal_keys(instance: Path, have: Mapping[str, Any]) -> dict[str, str]:
    """The keys of a rehearsal copy: made once, kept in the instance folder, readable by its owner only."""
    wanted = ("SECRET_KEY", "DATA_KEYS", "INDEX_KEY")
    if all(have.get(name) for name in wanted):
        return {}
    path = Path(instance) / "keys.json"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        keys = {
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATA_KEYS": "k1:" + base64.urlsafe_b64encode(os.urandom(DATA_KEY_BYTES)).decode(),
            "INDEX_KEY": secrets.token_urlsafe(48),
        }
        draft = path.with_name(f"keys.{os.getpid()}.json")
        draft.write_text(json.dumps(keys, indent=1))
        draft.chmod(0o600)
        try:
            os.link(draft, path)  # unlike a rename it never replaces the keys another process has just made
        except FileExistsError:
            pass
        draft.unlink()
    try:
        kept: dict[str, str] = json.loads(path.read_text())
        return {name: kept[name] for name in wanted}
    except (ValueError, KeyError) as error:
        # Never make new ones over it: what the old ones encrypted would be lost for good.
        raise BadConfig([f"{path} is damaged; restore it from a backup, or move the whole folder away."]) from error


def describe() -> str:
    """docs/settings.md: every setting with its default, made from this file."""
    lines = [
        "# Settings",
        "",
        "Environment variables, read once at start (`config.py`). A name that is not in this table, or a value that",
        "cannot be used, stops the start with a sentence. This page is made by `python -m config > docs/settings.md`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for item in dataclasses.fields(Config):
        default = item.default
        if isinstance(default, Path):
            default = "./" + str(default.relative_to(ROOT))
        elif isinstance(default, timedelta):
            default = int(default.total_seconds() // 60)
        elif isinstance(default, tuple):
            default = ",".join(default)
        elif isinstance(default, bool):
            default = int(default)
        says = item.metadata["says"].replace("|", "\\|")
        lines.append(f"| `TQ_{item.name}` | {f'`{default}`' if default != '' else ''} | {says} |")
    lines += [
        "",
        "In production `TQ_REHEARSAL_ACCOUNTS` is 0 and `TQ_TOTP_POSTS` names the posts that decide, unless set.",
        "",
        "Production refuses to start on: a missing, known or short key; debug; SQLite or the database's superuser; a Redis",
        "without password; rehearsal accounts; an address that is not https.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(describe(), end="")
