"""Stored files: whole or not at all, checked at reading, typed by their content, never a path."""

import hashlib
import io
import os
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from app.core import clock
from app.core.errors import NotFound, Refused
from app.core.outbox import Errand
from app.documents import actions, checks, content, jobs, queries
from app.documents.jobs import GRACE
from app.documents.models import StoredFile
from app.documents.storage import Damaged, LocalStore, TooLarge, store
from app.extensions import db
from app.people.models import Organ
from tests.documents.printing import printed

HELLO = b"\xe4\xbf\xa1\xe9\x98\xb3" * 1000


def photo(kind: str = "JPEG", size: tuple[int, int] = (800, 600), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **more)
    return out.getvalue()


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "blobs")


def test_the_name_is_the_hash_and_the_same_bytes_are_one_blob(local: LocalStore) -> None:
    first, second = local.put(HELLO), local.put(io.BytesIO(HELLO))
    assert first == second
    assert first.key == hashlib.sha256(HELLO).hexdigest()
    with local.open(first.key) as file:
        assert file.read() == HELLO
    assert list(local.keys()) == [first.key]
    assert not any((local.folder / "tmp").iterdir())


def test_a_key_is_never_a_path(local: LocalStore) -> None:
    for key in ("../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "/x"):
        with pytest.raises(ValueError, match="not a key"):
            local.path(key)


def test_a_changed_byte_is_found_and_not_served(local: LocalStore) -> None:
    key = local.put(HELLO).key
    place = local.path(key)
    place.chmod(0o600)
    place.write_bytes(HELLO[:-1] + b"!")
    with pytest.raises(Damaged):
        local.open(key)


def test_bytes_just_stored_are_not_removed_for_their_row_may_still_come(local: LocalStore) -> None:
    key = local.put(HELLO).key
    assert not local.remove(key, GRACE)
    old(local, key)
    local.put(HELLO)  # somebody hands in the same file again
    assert not local.remove(key, GRACE)
    old(local, key)
    assert local.remove(key, GRACE)
    assert not local.exists(key)
    assert local.remove(key, GRACE)  # an errand may run twice


def old(local: LocalStore, key: str) -> None:
    os.utime(local.path(key), (0, 0))


def test_bytes_are_erased_when_no_row_names_them_and_only_then(app: Flask, subject: Organ, chief: Any) -> None:
    one, other = (actions.keep(io.BytesIO(HELLO), f"{n}.txt", subject, chief) for n in "ab")
    key, kept = one.sha256, store()
    db.session.commit()
    assert isinstance(kept, LocalStore)
    actions.let_go(one)
    db.session.commit()
    old(kept, key)
    jobs.erase(key)
    assert kept.exists(key)  # the other file has the same bytes
    actions.let_go(other)
    kept.put(HELLO)
    jobs.erase(key)
    db.session.commit()
    later = db.session.scalars(
        select(Errand).where(Errand.kind == "documents.erase").order_by(Errand.id.desc())
    ).first()
    assert later is not None
    assert later.args == {"key": key}
    assert later.not_before > clock.recorded_now()
    assert kept.exists(key)
    old(kept, key)
    jobs.erase(key)
    assert not kept.exists(key)


def test_a_small_picture_made_of_a_file_that_was_let_go_is_erased_too(
    app: Flask, subject: Organ, chief: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = actions.keep(io.BytesIO(photo()), "信.jpg", subject, chief)
    db.session.commit()
    file_id, made = file.id, content.smaller

    def meanwhile(image: Any) -> bytes:
        actions.let_go(db.session.get_one(StoredFile, file_id))
        db.session.commit()
        return made(image)

    monkeypatch.setattr(content, "smaller", meanwhile)
    jobs.thumbnail(file_id)
    db.session.commit()
    keys = {e.args["key"] for e in db.session.scalars(select(Errand).where(Errand.kind == "documents.erase"))}
    assert keys == set(store().keys())  # type: ignore[attr-defined]
    assert len(keys) == 2


def test_over_the_cap_nothing_is_kept(local: LocalStore) -> None:
    with pytest.raises(TooLarge):
        local.put(io.BytesIO(HELLO), cap=100)
    assert list(local.keys()) == []
    assert not any((local.folder / "tmp").iterdir())


@pytest.mark.parametrize("point", ["write", "fsync", "replace"])
def test_a_crash_at_any_point_leaves_no_half_blob(
    local: LocalStore, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """Killed while writing, while flushing, before the name is given: no name stands for less than all its bytes."""

    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:  # type: ignore[override]
            part = super().read(100)
            if self.tell() > 300:
                raise Killed
            return part

    with monkeypatch.context() as crash:
        # a killed process removes nothing behind itself
        crash.setattr(Path, "unlink", lambda *_, **__: None)
        if point == "fsync":
            crash.setattr(os, "fsync", kill)
        if point == "replace":
            crash.setattr(Path, "replace", kill)
        with pytest.raises(Killed):
            local.put(Broken(HELLO) if point == "write" else HELLO)
    assert list(local.keys()) == []
    assert not local.exists(hashlib.sha256(HELLO).hexdigest())
    assert local.put(HELLO).key in set(local.keys())  # and storing it again works


@pytest.mark.parametrize(
    ("data", "media_type", "broken"),
    [
        (photo(), "image/jpeg", False),
        (photo("PNG"), "image/png", False),
        (photo("WEBP"), "image/webp", False),
        (photo()[:2000], "image/jpeg", True),
        (photo("PNG")[:500], "image/png", True),
        (b"\xff\xd8\xff\xe0" + b"not a picture at all" * 50, "image/jpeg", True),
        (b"%PDF-1.7\nnot a pdf", "application/pdf", True),
        ("证人证言".encode(), "text/plain", False),
        (b"<html><script>alert(1)</script>", "application/octet-stream", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream", False),
        (bytes(range(256)) * 10, "application/octet-stream", False),
    ],
)
def test_type_is_told_by_content(data: bytes, media_type: str, broken: bool) -> None:
    seen = content.look(io.BytesIO(data))
    assert (seen.media_type, seen.broken) == (media_type, broken)


def test_a_pdf_is_known_and_whole() -> None:
    pdf = printed("transfer_letter").pdf
    assert content.look(io.BytesIO(pdf)) == content.Content("application/pdf")
    assert content.look(io.BytesIO(pdf[: len(pdf) // 3])).media_type == "application/pdf"


def test_small_pictures_are_upright_and_tell_nothing_else() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned
    exif[0x010F] = "相机型号"
    small = content.smaller(io.BytesIO(photo(size=(1600, 900), exif=exif)))
    with Image.open(io.BytesIO(small)) as image:
        assert image.height > image.width
        assert max(image.size) == content.THUMBNAIL
        assert not image.getexif()
    with pytest.raises(ValueError, match="cannot identify"):
        content.smaller(io.BytesIO(b"%PDF-1.7"))


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("现场照片.jpg", "现场照片.jpg"),
        ("../../../etc/passwd", "passwd"),
        ("C:\\用户\\桌面\\合同.pdf", "合同.pdf"),
        ("报告\u202egpj.exe", "报告gpj.exe"),
        (".htaccess", "htaccess"),
        ("", "未命名文件"),
        ("a\x00b\nc.txt", "abc.txt"),
        ("长" * 300 + ".pdf", "长" * 180 + ".pdf"),
    ],
)
def test_a_typed_name_is_only_shown(typed: str, shown: str) -> None:
    assert actions.shown_name(typed) == shown


def test_a_broken_image_is_kept_as_evidence_and_never_drawn(subject: Any, chief: Any) -> None:
    broken = photo()[:3000]
    kept = actions.keep(io.BytesIO(broken), "现场.jpg", subject, chief)
    whole = actions.keep(io.BytesIO(photo()), "现场2.jpg", subject, chief)
    db.session.commit()
    assert (kept.state, kept.media_type, kept.sha256) == ("broken", "image/jpeg", hashlib.sha256(broken).hexdigest())
    for file in (kept, whole):
        jobs.thumbnail(file.id)
        jobs.thumbnail(file.id)
        db.session.commit()
    db.session.refresh(kept)
    db.session.refresh(whole)
    assert kept.thumbnail is None
    assert store().exists(whole.thumbnail)  # type: ignore[arg-type]
    assert queries.files_of(chief, "organ", subject.id) == [kept, whole]


def test_check_names_a_missing_and_a_changed_file(subject: Any, chief: Any) -> None:
    names = {}
    for name in ("好.txt", "改.txt", "丢.txt"):
        names[name] = actions.keep(io.BytesIO(name.encode() * 10), name, subject, chief).sha256
    db.session.commit()
    assert list(checks.faults(db.session)) == []
    changed, lost = (store().path(names[name]) for name in ("改.txt", "丢.txt"))  # type: ignore[attr-defined]
    changed.chmod(0o600)
    changed.write_bytes(b"x")
    lost.unlink()
    found = list(checks.faults(db.session))
    assert len(found) == 2
    assert "改.txt" in found[0]
    assert "丢.txt" in found[1]


def test_an_empty_file_is_refused_with_a_sentence(subject: Any, chief: Any) -> None:
    with pytest.raises(Refused, match="空的"):
        actions.keep(io.BytesIO(b""), "空.txt", subject, chief)


def test_files_leave_as_attachments(subject: Any, chief: Any, viewer: Any, sign_in: Any) -> None:
    kept = actions.keep(io.BytesIO(b"<html><script>alert(1)</script>"), "页面.html", subject, chief)
    file_id = kept.id
    db.session.commit()
    answer = sign_in("陈局长").get(f"/documents/files/{file_id}")
    assert answer.data == b"<html><script>alert(1)</script>"
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    with pytest.raises(NotFound):
        queries.file(viewer("外县老周"), file_id)
