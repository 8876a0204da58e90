"""Sign-in: pass phrase, lock-out with growing delay, one-time code. Answers and times are equal for all mistakes (S08)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import time
from dataclasses import dataclass

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import current_app
from sqlalchemy import select, update

from app.core import clock
from app.core.text import _
from app.extensions import db
from app.people.models import Guess, Person, Post

# 22 ms on two cores; argon2's own default takes 200 ms, and a flood of sign-ins would then stop the office (stack §9).
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = HASHER.hash("nobody has this pass phrase")
PER_ADDRESS = 10  # an office shares one address: its limit is this many times that of one account
COMMON = {"password", "passw0rd", "qwerty", "123456", "admin", "woaini", "xinyang", "shichangjianguan"}


@dataclass(frozen=True)
class Outcome:
    """ok | wrong | locked | code (a one-time code is needed) | no_post."""

    kind: str
    person: Person | None = None
    post: Post | None = None
    wait: dt.timedelta = dt.timedelta()


def _guess(key: str) -> Guess:
    found = db.session.scalar(select(Guess).where(Guess.key == key).with_for_update())
    if found is None:
        found = Guess(key=key, failed=0, locks=0, last_at=clock.now())
        db.session.add(found)
    return found


def _keys(account: str, address: str) -> tuple[str, str]:
    return "account:" + hashlib.sha256(account.encode()).hexdigest(), "address:" + address[:60]


def _failed(account: str, address: str) -> None:
    now, tries, first = clock.now(), current_app.config["LOCKOUT_TRIES"], current_app.config["LOCKOUT_TIME"]
    for key, limit in zip(_keys(account, address), (tries, tries * PER_ADDRESS), strict=True):
        guess = _guess(key)
        if now - guess.last_at > dt.timedelta(days=1):
            guess.failed = guess.locks = 0
        guess.failed, guess.last_at = guess.failed + 1, now
        if guess.failed >= limit:
            guess.locked_until = now + min(first * 2**guess.locks, dt.timedelta(hours=24))
            guess.failed, guess.locks = 0, guess.locks + 1


def _locked(account: str, address: str) -> dt.timedelta:
    now = clock.now()
    rows = db.session.scalars(select(Guess).where(Guess.key.in_(_keys(account, address))))
    return max(
        (row.locked_until - now for row in rows if row.locked_until and row.locked_until > now), default=dt.timedelta()
    )


def check(account: str, password: str, code: str, address: str) -> Outcome:
    """Judge one attempt. Counts a wrong one; the caller commits either way."""
    account = account.strip().lower()[:60]
    wait = _locked(account, address)
    person = db.session.scalar(select(Person).where(Person.account == account))
    usable = (
        person is not None
        and person.disabled_at is None
        and (not person.rehearsal or current_app.config["REHEARSAL_ACCOUNTS"])
    )
    right = _verify(person.password_hash if person is not None and usable else _NOBODY, password) and usable
    if wait > dt.timedelta():
        return Outcome("locked", wait=wait)
    if not right or person is None:
        _failed(account, address)
        return Outcome("wrong")
    post = current_post(person)
    if post is None:
        return Outcome("no_post", person)
    if person.totp_secret:
        if not code:
            return Outcome("code", person, post)
        if not use_code(person, code):
            _failed(account, address)
            return Outcome("wrong")
    for key in _keys(account, address)[:1]:
        guess = _guess(key)
        guess.failed = guess.locks = 0
        guess.last_at, guess.locked_until = clock.now(), None
    return Outcome("ok", person, post)


def _verify(digest: str, password: str) -> bool:
    try:
        return HASHER.verify(digest, password[:1024])
    except VerificationError:
        return False


def set_password(person: Person, password: str) -> None:
    """Store a new pass phrase (checked by `password_fault` before)."""
    person.password_hash, person.password_set_at, person.must_change = HASHER.hash(password), clock.now(), False


def password_fault(password: str, person: Person) -> str | None:
    """Why a new pass phrase is not accepted, as a sentence, or None. Profile cn follows 等保 2.0, asvs OWASP ASVS 5."""
    cn = current_app.config["PASSWORD_PROFILE"] == "cn"  # noqa: S105 (a profile, no password)
    least = 12 if cn else 15
    if len(password) < least:
        return _("口令至少%(n)s个字符，可用一句自己记得住的话。", n=least)
    if len(password) > 256:
        return _("口令最多256个字符。")
    classes = sum(bool(re.search(pattern, password)) for pattern in (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]"))
    if cn and classes < 3:
        return _("口令须含大写字母、小写字母、数字、其他字符中的至少三类。")
    plain = password.lower()
    if (
        person.account in plain
        or person.name in password
        or any(word in plain for word in COMMON)
        or len(set(password)) < 5
    ):
        return _("口令过于常见，或含有您的账号、姓名，请换一个。")
    if _verify(person.password_hash, password):
        return _("新口令不能与现用口令相同。")
    return None


def password_old(person: Person) -> bool:
    """Whether the pass phrase must be changed now (first use, or the profile's age limit)."""
    if person.must_change:
        return True
    too_old = clock.now() - person.password_set_at > dt.timedelta(days=90)
    return current_app.config["PASSWORD_PROFILE"] == "cn" and too_old  # noqa: S105


def use_code(person: Person, code: str) -> bool:
    """Check a one-time code and use it up: the same or an earlier step is refused afterwards (S09)."""
    digits = code.replace(" ", "")
    if not person.totp_secret or len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return False
    totp, step = pyotp.TOTP(person.totp_secret), int(time.time()) // 30
    for candidate in (step, step - 1, step + 1):
        if candidate > person.totp_last_step and totp.verify(digits, for_time=candidate * 30):
            # Used up in the row itself: of two sign-ins at the same instant only one finds it unused.
            used = update(Person).where(Person.id == person.id, Person.totp_last_step < candidate)
            return bool(db.session.execute(used.values(totp_last_step=candidate)).rowcount)  # type: ignore[attr-defined]
    return False


def current_post(person: Person, post_id: int | None = None) -> Post | None:
    """The post held today: the asked one, else the first."""
    held = [post for post in person.posts if post.held(clock.today())]
    return next((post for post in held if post.id == post_id), held[0] if post_id is None and held else None)
