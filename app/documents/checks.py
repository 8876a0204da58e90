"""What `flask check` asks of documents: every row has its bytes, and they are the bytes that were stored (S10, R12)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import CompoundSelect, select, union_all
from sqlalchemy.orm import Session

from app.documents.models import Paper, StoredFile
from app.documents.storage import Damaged, store


def faults(session: Session) -> Iterator[str]:
    """Read every blob that a row names and name each that is missing or changed. Takes as long as the disk does."""
    named: CompoundSelect[str, str] = union_all(
        select(Paper.sha256.label("key"), Paper.title.label("name")).where(Paper.state == "ready"),
        select(StoredFile.sha256.label("key"), StoredFile.name.label("name")),
    )
    seen: dict[str, bool] = {}
    for key, name in session.execute(named.execution_options(yield_per=500)):
        if key not in seen:
            seen[key] = _sound(key)
        if not seen[key]:
            yield f"文件“{name}”（SHA-256 {key[:12]}…）缺失或者内容被改动，请从备份恢复"


def _sound(key: str) -> bool:
    try:
        store().open(key).close()
    except (FileNotFoundError, Damaged):
        return False
    return True
