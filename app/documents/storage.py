"""Where files live: a store addressed by content. The name of a file is the SHA-256 of its bytes, nothing else.

A name that a person typed is never a path. A file is written whole, flushed to the disk and then given its name, so
that a name always stands for all of its bytes; and it is checked against its name before it is handed out, so that a
changed byte is found out and not served. Rows point to blobs after they exist: a crash leaves at most a blob that no
row knows (`LocalStore.keys` finds it), never a row without its blob.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from flask import current_app

from app.core.errors import Refused
from app.core.text import N_

CHUNK = 1024 * 1024
KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Blob:
    """What was stored: its key (SHA-256, hex) and its size in bytes."""

    key: str
    size: int


class Damaged(Exception):
    """The bytes under a key are not the bytes that were stored. Never served; an administrator must restore them."""


class TooLarge(Refused):
    """The file is larger than the cap."""

    status = 413

    def __init__(self) -> None:
        super().__init__(N_("文件超过允许的大小。请压缩图片、拆分文件或者分次上传。"))


class Store(Protocol):
    """The port. Another store (S3) keeps the same promises: whole or not at all, checked at reading."""

    def put(self, source: bytes | BinaryIO, cap: int | None = None) -> Blob:
        """Store all bytes of ``source``. TooLarge when there are more than ``cap``."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return a checked blob, open for reading. FileNotFoundError, or Damaged."""
        ...

    def exists(self, key: str) -> bool:
        """Return whether there is a blob of that key, without reading it."""
        ...

    def remove(self, key: str, unused_for: dt.timedelta) -> bool:
        """Remove a blob; False when it was stored, once more perhaps, within that time. A missing one is removed."""
        ...


class LocalStore:
    """A folder: ``ab/cd/abcd…`` with unfinished files in ``tmp``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str) -> Path:
        """Return the place of a key. ValueError for anything that is not a SHA-256 in hex."""
        if not KEY.fullmatch(key):
            raise ValueError("not a key")
        return self.folder / key[:2] / key[2:4] / key

    def put(self, source: bytes | BinaryIO, cap: int | None = None) -> Blob:
        """See ``Store.put``. The same bytes stored twice are one blob."""
        waiting = self.folder / "tmp"
        waiting.mkdir(parents=True, exist_ok=True)
        temporary = waiting / secrets.token_hex(16)
        digest, size = hashlib.sha256(), 0
        try:
            with temporary.open("xb") as file:
                for part in _parts(source):
                    size += len(part)
                    if cap is not None and size > cap:
                        raise TooLarge
                    digest.update(part)
                    file.write(part)
                file.flush()
                os.fsync(file.fileno())
            key = digest.hexdigest()
            place = self.path(key)
            if place.exists() and place.stat().st_size == size:
                os.utime(place)  # its row is still to come: it is not to be removed now
                return Blob(key, size)
            place.parent.mkdir(parents=True, exist_ok=True)
            temporary.chmod(0o440)
            temporary.replace(place)
            _sync_folder(place.parent)
            return Blob(key, size)
        finally:
            temporary.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        """See ``Store.open``."""
        file = self.path(key).open("rb")
        digest = hashlib.sha256()
        while part := file.read(CHUNK):
            digest.update(part)
        if digest.hexdigest() != key:
            file.close()
            raise Damaged(key)
        file.seek(0)
        return file

    def exists(self, key: str) -> bool:
        """See ``Store.exists``."""
        return self.path(key).is_file()

    def remove(self, key: str, unused_for: dt.timedelta) -> bool:
        """See ``Store.remove``. The age is that of the file's time, which ``put`` renews."""
        place = self.path(key)
        try:
            if time.time() - place.stat().st_mtime < unused_for.total_seconds():
                return False
            place.unlink()
        except FileNotFoundError:
            return True
        _sync_folder(place.parent)
        return True

    def keys(self) -> Iterator[str]:
        """Yield every key in the folder, for `flask check` and for finding blobs that no row knows."""
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if KEY.fullmatch(path.name):
                yield path.name


def _parts(source: bytes | BinaryIO) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    while part := source.read(CHUNK):
        yield part


def _sync_folder(folder: Path) -> None:
    """Make the new name itself survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def store() -> Store:
    """Return the store of this application."""
    found: Store | None = current_app.extensions.get("tiequan.store")
    if found is None:
        found = current_app.extensions["tiequan.store"] = LocalStore(Path(current_app.config["BLOB_FOLDER"]))
    return found


def read(key: str) -> bytes:
    """Return the checked bytes of a blob. FileNotFoundError, or Damaged."""
    with store().open(key) as file:
        return file.read()
