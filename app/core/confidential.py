"""Secret columns: informer identity, ID numbers. Encrypted at rest, matched by a keyed hash, opened with a reason.

A ciphertext names its suite and key: `intl1:<key id>:<base64 of nonce + text>`. `additional data` binds it to its
column, so that a value copied into another column does not decrypt.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy import Dialect, Text, TypeDecorator

from app.core import history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_

SUITE = "intl1"


def _keys() -> dict[str, bytes]:
    keys: dict[str, bytes] = current_app.extensions["tiequan.data_keys"]
    return keys


def install(app: Any, keys: dict[str, bytes], index_key: str) -> None:
    """Give the application its data keys (key id -> 32 bytes; the first writes, all read) and the key of `blind`."""
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise ValueError("data keys must be 32 bytes each, and at least one")
    app.extensions["tiequan.data_keys"] = keys
    app.extensions["tiequan.index_key"] = index_key.encode()


class Encrypted(TypeDecorator[str]):
    """A text column that only the application can read. `purpose` is the column's name, e.g. "party.id_number"."""

    impl = Text
    cache_ok = True

    def __init__(self, purpose: str) -> None:
        super().__init__()
        self.purpose = purpose

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        key_id, key = next(iter(_keys().items()))
        nonce = os.urandom(12)
        sealed = AESGCM(key).encrypt(nonce, value.encode(), self.purpose.encode())
        return f"{SUITE}:{key_id}:{base64.b64encode(nonce + sealed).decode()}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        suite, key_id, body = value.split(":", 2)
        if suite != SUITE:
            raise ValueError(f"unknown cipher suite {suite}")
        raw = base64.b64decode(body)
        return AESGCM(_keys()[key_id]).decrypt(raw[:12], raw[12:], self.purpose.encode()).decode()


def seal(content: bytes, purpose: str) -> bytes:
    """The bytes of a secret file, readable only through `unseal` with the same purpose."""
    key_id, key = next(iter(_keys().items()))
    nonce = os.urandom(12)
    return f"{SUITE}:{key_id}:".encode() + nonce + AESGCM(key).encrypt(nonce, content, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """What `seal` was given. ValueError for another suite; InvalidTag for changed bytes or another purpose."""
    suite, key_id, body = sealed.split(b":", 2)
    if suite != SUITE.encode():
        raise ValueError("unknown cipher suite")
    return AESGCM(_keys()[key_id.decode()]).decrypt(body[:12], body[12:], purpose.encode())


def blind(value: str | None, purpose: str) -> str | None:
    """A keyed hash of `value` for exact matching in an encrypted column. Its key never changes."""
    if not value:
        return None
    key: bytes = current_app.extensions["tiequan.index_key"]
    return hmac.new(key, f"{purpose}\0{value.strip().upper()}".encode(), hashlib.sha256).hexdigest()


def mask(value: str | None, *, head: int = 3, tail: int = 4) -> str:
    """For display: 411************234. A short value is hidden whole."""
    if not value:
        return ""
    if len(value) <= head + tail:
        return "*" * len(value)
    return value[:head] + "*" * (len(value) - head - tail) + value[-tail:]


def opened(subject: Any, what: str, viewer: Viewer, reason: str) -> None:
    """Note that `viewer` opened the secret `what` of `subject`. Refused (422) without a real reason (R-43).

    Call it, and commit, before showing the value: no record, no reading.
    """
    if len(reason.strip()) < 4:
        raise Refused(N_("查看保密信息须写明理由（至少四个字），查看记录将留痕。"), 422)
    history.record(
        subject,
        f"open_secret.{what}",
        viewer,
        name=N_("查看保密信息"),
        reason=reason.strip(),
        law="市场监督管理投诉举报处理办法 37",
    )
