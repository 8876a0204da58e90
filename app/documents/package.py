"""Whole packages: rendered PDFs merged into one, and a ZIP with a manifest that proves every file in it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import pikepdf

from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_
from app.documents import queries
from app.documents.kinds import KINDS
from app.documents.models import Paper
from app.documents.storage import read, store

#: (viewer, subject) -> what the package of such a subject holds, beyond its own papers.
Contents = Callable[[Viewer, Any], Sequence["Entry"]]
_CONTENTS: dict[str, Contents] = {}


@dataclass(frozen=True)
class Entry:
    """One file of a package. key: its blob (also its SHA-256). kind and number: as in the list of materials."""

    name: str
    key: str
    size: int
    media_type: str = "application/pdf"
    kind: str = ""
    number: str = ""


def contents_for(subject_type: str) -> Callable[[Contents], Contents]:
    """Declare what else goes into the package of a type of subject: ``@contents_for("transfer")``.

    The function is asked after the subject was found for the viewer; what it returns the viewer will get.
    """

    def enter(function: Contents) -> Contents:
        _CONTENTS[subject_type] = function
        return function

    return enter


def entry_of(paper: Paper) -> Entry:
    """Return a ready paper as a file of a package. Refused while it is not ready."""
    if paper.state != "ready" or paper.sha256 is None:
        raise Refused(N_("还有文书没有制成，暂不能下载全套。请等全部制成后再试；制作失败的请先重新制作。"))
    name = f"{paper.title}{paper.number}" + (f"（第{paper.version}版）" if paper.version > 1 else "")
    return Entry(f"{safe_name(name)}.pdf", paper.sha256, paper.size, kind=paper.kind, number=paper.number)


def entries(viewer: Viewer, subject_type: str, subject_id: int, *, only_package: bool = False) -> list[Entry]:
    """Return what the package of a subject holds for this viewer: its papers, then what the feature adds.

    only_package: only the kinds that go to the police (国务院令310号 6). Refused while a paper is not ready.
    """
    papers = queries.papers_of(viewer, subject_type, subject_id)
    chosen = [paper for paper in papers if KINDS[paper.kind].in_package or not only_package]
    found = [entry_of(paper) for paper in chosen]
    more = _CONTENTS.get(subject_type)
    if more is not None:
        found += more(viewer, queries.subjects.find(viewer, subject_type, subject_id))
    if not found:
        raise Refused(N_("还没有可以下载的文书。办理相应步骤后自动生成。"))
    return found


def safe_name(name: str) -> str:
    """Return a name that every system can unpack: no folders, no control characters, 100 at most."""
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f\u202a-\u202e\u2066-\u2069]', "_", name).strip(" .")
    return plain[:100] or "文件"


def zip_of(found: Sequence[Entry], title: str, number: str = "") -> BinaryIO:
    """Return a ZIP of the entries with `manifest.json`, numbered in their order; the caller closes it.

    Identical entries give identical bytes: the times inside are fixed. Every blob is checked while it is packed, so
    a damaged one stops the package (storage.Damaged) instead of travelling to the police.
    """
    out: BinaryIO = tempfile.SpooledTemporaryFile(max_size=8 * 1024 * 1024)  # type: ignore[assignment]  # noqa: SIM115
    listed = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for place, entry in enumerate(found, 1):
            name = f"{place:02d} {entry.name}"
            info = _info(name)
            info.compress_type = (
                zipfile.ZIP_STORED if entry.media_type.startswith(("image/", "video/")) else zipfile.ZIP_DEFLATED
            )
            with store().open(entry.key) as source, archive.open(info, "w") as target:
                while part := source.read(1024 * 1024):
                    target.write(part)
            listed.append(
                {
                    "no": place,
                    "file": name,
                    "sha256": entry.key,
                    "bytes": entry.size,
                    "type": entry.media_type,
                    "kind": entry.kind,
                    "number": entry.number,
                }
            )
        manifest = {"title": title, "number": number, "hash": "SHA-256", "files": listed}
        text = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        archive.writestr(_info("manifest.json"), text)
        sums = (
            "".join(f"{row['sha256']}  {row['file']}\n" for row in listed)
            + f"{hashlib.sha256(text).hexdigest()}  manifest.json\n"
        )
        archive.writestr(_info("SHA256SUMS"), sums.encode())
    out.seek(0)
    return out


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, date_time=(2026, 1, 1, 0, 0, 0))
    info.external_attr = 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def merged(keys: Sequence[str], title: str) -> bytes:
    """Return one PDF of several, with a bookmark for each. Rendering a whole file anew costs a hundred times more.

    The result is for reading and printing; what is signed and archived are its parts.
    """
    with pikepdf.new() as whole:
        outline = []
        for key in keys:
            with pikepdf.open(io.BytesIO(read(key))) as part:
                name = str(part.docinfo.get("/Title", "")) if part.docinfo is not None else ""
                outline.append(pikepdf.OutlineItem(name or key[:8], len(whole.pages)))
                whole.pages.extend(part.pages)
        with whole.open_outline() as book:
            book.root.extend(outline)
        whole.docinfo["/Title"] = title
        whole.Root.Lang = pikepdf.String("zh-CN")
        whole.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
        out = io.BytesIO()
        whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()
