"""Letters of the informer (举报信、聊天记录、录音): sealed, opened one by one against a reason, never among the clue's files.

What a letter shows is as secret as the informer's name (市场监督管理投诉举报处理办法 37; R-43): only who may open the
informer's record may add or open one, and each opening is noted before a byte leaves.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core import clock, confidential, history
from app.core.errors import NotFound, Refused
from app.core.permissions import Viewer, require
from app.core.text import N_, _
from app.documents import content
from app.documents.actions import let_go, shown_name
from app.documents.models import StoredFile
from app.documents.storage import Damaged, TooLarge, store
from app.extensions import db
from app.intake.models import Clue, Informer, InformerLetter
from app.intake.words import PHOTOS

PURPOSE = "informer_letter"
LAW = "市场监督管理投诉举报处理办法 37"


def add(clue: Clue, viewer: Viewer, uploads: Iterable[Any], kind: str = "named") -> tuple[int, list[str]]:
    """Seal letters (as werkzeug hands them in) into the informer's record. Never commits.

    Returns how many were sealed, and of each other one why not. One that is empty, too large or one too many does not
    cost the others, and is named by its place among the chosen files: its name may tell who the informer is (R-43).
    kind: of the record that is begun when the clue has none.
    """
    require(viewer, "informer.open", clue)
    cap, kept, left = current_app.config["UPLOAD_CAP"], 0, list[str]()
    for n, upload in enumerate((one for one in uploads if one and one.filename), 1):
        if kept == PHOTOS:
            left.append(_("第%(n)s个文件起没有存入：一次最多%(most)s个文件，请随后再补充。", n=n, most=PHOTOS))
            break
        # Sealed in memory: the plain bytes are written nowhere. One more than the cap is enough to know.
        plain = upload.stream.read(cap + 1)
        if not plain:
            left.append(_("所选的第%(n)s个文件是空的，没有存入。请重新选择这个文件。", n=n))
        elif len(plain) > cap:
            left.append(_("所选的第%(n)s个文件超过允许的大小，没有存入。请压缩或者拆分后重新选择。", n=n))
        else:
            _keep(_record(clue, viewer, kind), viewer, plain, shown_name(upload.filename))
            kept += 1
    if kept:
        history.record(clue, "informer.letters", viewer, name=N_("存入举报人材料"), law=LAW, facts={"files": kept})
    return kept, left


def _record(clue: Clue, viewer: Viewer, kind: str) -> Informer:
    found = db.session.scalar(select(Informer).where(Informer.clue_id == clue.id))
    if found is None:
        found = Informer(clue_id=clue.id, organ_id=clue.organ_id, kind=kind)
        db.session.add(found)
        db.session.flush()
    return found


def _keep(record: Informer, viewer: Viewer, plain: bytes, name: str) -> None:
    if len(plain) > current_app.config["UPLOAD_CAP"]:
        raise TooLarge
    if not plain:
        raise Refused(N_("文件是空的，没有任何内容。请重新选择文件。"), 422)
    blob = store().put(confidential.seal(plain, PURPOSE))
    letter = InformerLetter(
        informer_id=record.id, name=name, media_type=content.look(io.BytesIO(plain)).media_type, size=len(plain), sealed=blob.key,
        added_by_id=viewer.user_id, at=clock.now(),
    )  # fmt: skip
    db.session.add(letter)
    db.session.flush()


def of(record: Informer) -> list[InformerLetter]:
    """The letters of an opened record, oldest first. Who calls it has opened the record, which is noted."""
    found = select(InformerLetter).where(InformerLetter.informer_id == record.id)
    return list(db.session.scalars(found.order_by(InformerLetter.id)))


def opened(clue: Clue, letter_id: int, viewer: Viewer, reason: str) -> tuple[InformerLetter, bytes]:
    """A letter and its bytes, against a reason that is noted first. The caller commits before handing it out.

    NotFound for a letter of another clue; Refused (422) without a real reason.
    """
    require(viewer, "informer.open", clue)
    found = db.session.scalar(
        select(InformerLetter).join(Informer).where(InformerLetter.id == letter_id, Informer.clue_id == clue.id)
    )
    if found is None:
        raise NotFound()
    confidential.opened(clue, "informer_letter", viewer, reason)
    with store().open(found.sealed) as file:
        return found, confidential.unseal(file.read(), PURPOSE)


def withhold(clue: Clue, file_id: int, viewer: Viewer, reason: str) -> None:
    """Turn a file of the clue, handed in as ordinary material, into a sealed letter. Never commits.

    Its row leaves the clue, and its plain bytes leave the store some minutes later; what a backup holds of them ends
    with the backup. Refused where the bytes are in use elsewhere (evidence), for there they would go on being read.
    """
    require(viewer, "informer.open", clue)
    if len(reason.strip()) < 4:
        raise Refused(N_("请写明为何转为举报人材料（至少四个字），办理历史将留痕。"), 422)
    found = db.session.get(StoredFile, file_id, with_for_update=True)
    if found is None or (found.subject_type, found.subject_id) != ("clue", clue.id):
        raise NotFound()
    with store().open(found.sha256) as file:
        _keep(_record(clue, viewer, "named"), viewer, file.read(), found.name)
    used = Refused(N_("这份文件已经列为证据或者另作材料保存，不能转为举报人材料。请先在那里处理。"))
    if db.session.scalar(
        select(StoredFile.id).where(StoredFile.sha256 == found.sha256, StoredFile.id != found.id).limit(1)
    ):
        raise used
    try:
        let_go(found)
    except IntegrityError:
        raise used from None
    history.record(clue, "informer.withhold", viewer, name=N_("转为举报人材料"), law=LAW, reason=reason.strip())


def faults(session: Session) -> Iterator[str]:
    """What `flask check` asks of letters: each has its sealed bytes, unchanged."""
    for letter_id, key in session.execute(select(InformerLetter.id, InformerLetter.sealed)):
        try:
            store().open(key).close()
        except (FileNotFoundError, Damaged):
            yield f"举报人材料第{letter_id}件（SHA-256 {key[:12]}…）缺失或者内容被改动，请从备份恢复"
