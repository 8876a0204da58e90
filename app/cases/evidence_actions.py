"""Writes of evidence. Nothing is overwritten, nothing is deleted. Never commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from sqlalchemy import select

from app.cases import duty
from app.cases.evidence import KINDS, Evidence, EvidenceVersion
from app.cases.models import Case, next_in_case
from app.core import clock, history
from app.core.errors import Refused
from app.core.permissions import Viewer
from app.core.text import N_
from app.documents import actions as documents
from app.documents.models import StoredFile
from app.extensions import db

FIELDS = (
    "kind", "title", "proves", "source", "taken_at", "taken_until", "place", "device", "carrier", "tool", "time_source", "url", "same_remark",
    "transcript", "foreign", "foreign_proof", "officer_a_id", "officer_b_id", "party_signed", "unsigned_reason",
)  # fmt: skip


class Gap(Refused):
    """What the law asks of this kind of evidence is missing. field: where to enter it."""

    status = 422

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def gaps(data: Mapping[str, Any], has_file: bool) -> list[Gap]:
    """What is missing of one item, by the article that asks for it. Empty: it may be kept."""

    def given(name: str) -> bool:
        return bool(str(data.get(name) or "").strip())

    found = []
    if data.get("kind") not in KINDS:
        found.append(Gap("kind", N_("请选择证据种类，法定种类只有八种（行政处罚法 46）。")))
    if data.get("officer_a_id") == data.get("officer_b_id"):
        found.append(Gap("officer_b_id", N_("取证人员不得少于两人，请选择另一人（行政处罚法 42）。")))
    if data.get("form") == "copy" and not given("same_remark"):
        found.append(Gap("same_remark", N_("复制件须注明与原件核对无误、日期和出处，由提供人确认（程序规定 24）。")))
    if data.get("kind") == "electronic":
        for name, what in (
            ("taken_until", N_("电子数据须写明提取的开始和结束时间（程序规定 26）。")),
            ("device", N_("电子数据须写明取证设备（程序规定 26）。")),
            ("carrier", N_("电子数据须写明载体及其编号（程序规定 26）。")),
            ("tool", N_("电子数据须写明提取工具和版本（程序规定 26）。")),
            ("time_source", N_("电子数据须写明时间来源，以证明真实、完整（程序规定 26）。")),
        ):
            if not given(name):
                found.append(Gap(name, what))
        if not has_file:
            found.append(Gap("file", N_("电子数据须上传提取的文件，系统据此固定哈希值（程序规定 26）。")))
    begun, ended = data.get("taken_at"), data.get("taken_until")
    if begun is not None and ended is not None and ended < begun:
        found.append(Gap("taken_until", N_("结束时间早于取得时间，请更正。")))
    if data.get("kind") == "audiovisual" and data.get("form") == "copy" and not given("source"):
        found.append(Gap("source", N_("视听资料复制件须写明制作方法、时间和制作人（程序规定 25）。")))
    if data.get("foreign") and not given("foreign_proof"):
        found.append(
            Gap(
                "foreign_proof",
                N_(
                    "境外取得的证据须写明来源国公证、认证或者条约规定的证明手续，外文资料须附翻译机构盖章的译文（程序规定 27）。"
                ),
            )
        )
    if not data.get("party_signed") and not given("unsigned_reason"):
        found.append(Gap("unsigned_reason", N_("当事人未签名确认的，须写明原因；不需要签名的也请写明。")))
    return found


def _require_takers(case: Case, data: Mapping[str, Any]) -> None:
    """Raises `Gap` unless both officers were in charge on the day, each with a certificate valid then (R-05, R-06)."""
    day = clock.local(data["taken_at"]).date()
    there = duty.on(case, day)
    for name in ("officer_a_id", "officer_b_id"):
        if data[name] not in there:
            raise Gap(name, N_("取证人员当日须是本案（或者立案前线索）的办案人员。请核对取得时间，或者另选人员。"))
        if not there[data[name]].person.certified(day):
            raise Gap(
                name,
                N_("所选人员取证当日的执法证不在有效期内，不能取证。请核对取得时间，或者改选他人（程序规定 22）。"),
            )


def add(
    case: Case, viewer: Viewer, data: Mapping[str, Any], upload: BinaryIO | None = None, name: str = ""
) -> Evidence:
    """Add one item to a case, with its file as version 1. Raises the first `Gap`, or what `documents.keep` refuses."""
    missing = gaps(data, upload is not None)
    if missing:
        raise missing[0]
    _require_takers(case, data)
    item = Evidence(
        case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, Evidence.n, case.id), original=data.get("form") != "copy",
        created_by_id=viewer.user_id, **{field: data[field] for field in FIELDS if data.get(field) is not None},
    )  # fmt: skip
    db.session.add(item)
    db.session.flush()
    if upload is not None:
        _attach(item, case, viewer, upload, name, "")
    history.record(
        case, "add_evidence", viewer, name=N_("登记证据"), law="市场监督管理行政处罚程序规定 23—26",
        facts={"evidence": item.id, "n": item.n, "kind": item.kind, "title": item.title, "sha256": item.current.sha256 if item.current else ""},
    )  # fmt: skip
    return item


def require_incomplete(item: Evidence) -> None:
    """Refused for an item that says all already, or was withdrawn."""
    if not item.incomplete or item.withdrawn_at is not None:
        raise Refused(N_("这件证据不需要补全。"))


def complete(item: Evidence, case: Case, viewer: Viewer, data: Mapping[str, Any]) -> None:
    """Say of an item that was handed in with a clue what it is, how and by whom it was taken. Raises the first `Gap`."""
    require_incomplete(item)
    missing = gaps(data, item.current is not None)
    if missing:
        raise missing[0]
    _require_takers(case, data)
    for field in FIELDS:
        if data.get(field) is not None:
            setattr(item, field, data[field])
    item.original = data.get("form") != "copy"
    history.record(
        case, "complete_evidence", viewer, name=N_("补全证据"), law="市场监督管理行政处罚程序规定 23—26",
        facts={"evidence": item.id, "n": item.n, "kind": item.kind, "title": item.title},
    )  # fmt: skip


def add_version(
    item: Evidence, case: Case, viewer: Viewer, upload: BinaryIO, name: str, reason: str
) -> EvidenceVersion:
    """A changed attachment: a new version beside the old one, with the reason (R-09)."""
    if item.withdrawn_at is not None:
        raise Refused(N_("这件证据已撤回，不能再更换文件。"))
    if len(reason.strip()) < 4:
        raise Gap("reason", N_("请写明为什么更换文件（至少四个字）；旧文件仍保留。"))
    made = _attach(item, case, viewer, upload, name, reason.strip())
    history.record(
        case, "evidence_version", viewer, name=N_("证据更换文件"), reason=reason.strip(), law="市场监督管理行政处罚程序规定 26",
        facts={"evidence": item.id, "version": made.n, "sha256": made.sha256},
    )  # fmt: skip
    return made


def _attach(item: Evidence, case: Case, viewer: Viewer, upload: BinaryIO, name: str, reason: str) -> EvidenceVersion:
    kept = documents.keep(upload, name, case, viewer)
    if any(version.sha256 == kept.sha256 for version in item.versions):
        raise Gap("file", N_("这个文件与已有版本完全相同（哈希值一致），不需要再传。"))
    made = EvidenceVersion(
        n=len(item.versions) + 1, file_id=kept.id, name=kept.name, sha256=kept.sha256, size=kept.size, media_type=kept.media_type,
        reason=reason, made_by_id=viewer.user_id, made_at=clock.now(),
    )  # fmt: skip
    made.file = kept
    item.versions.append(made)
    db.session.flush()
    return made


def withdraw(item: Evidence, case: Case, viewer: Viewer, reason: str) -> None:
    """Say that an item no longer counts. It stays, struck through, with the reason."""
    if item.withdrawn_at is not None:
        raise Refused(N_("这件证据已经撤回。"))
    if len(reason.strip()) < 4:
        raise Gap("reason", N_("请写明撤回原因（至少四个字）。"))
    item.withdrawn_at, item.withdrawn_reason = clock.now(), reason.strip()
    history.record(
        case,
        "withdraw_evidence",
        viewer,
        name=N_("撤回证据"),
        reason=reason.strip(),
        facts={"evidence": item.id, "n": item.n},
    )


def twins(case: Case, sha256: str, but: int) -> list[Evidence]:
    """Other items of the same case with the same bytes: shown as a hint."""
    found = (
        select(Evidence)
        .join(EvidenceVersion)
        .where(EvidenceVersion.sha256 == sha256, Evidence.case_id == case.id, Evidence.id != but)
    )
    return list(db.session.scalars(found).unique())


def clue_files(case: Case) -> list[tuple[Any, StoredFile]]:
    """What was handed in with the clues of the case: each clue with one of its files, oldest first."""
    clues = {link.clue_id: link.clue for link in case.links}
    found = (
        select(StoredFile)
        .where(StoredFile.subject_type == "clue", StoredFile.subject_id.in_(clues))
        .order_by(StoredFile.id)
    )
    return [(clues[file.subject_id], file) for file in db.session.scalars(found)]


def from_clues(case: Case, viewer: Viewer) -> int:
    """Make evidence of what was handed in with the clues, once each (程序规定 23: lawfully taken before filing, usable).

    Returns how many. What each is, when and by whom it was taken, whether a copy was compared: all that stays open until
    the officers say so (`complete`); nothing of it is guessed here.
    """
    have = set(db.session.scalars(select(EvidenceVersion.sha256).join(Evidence).where(Evidence.case_id == case.id)))
    taken = 0
    for clue, file in clue_files(case):
        if file.sha256 in have:
            continue
        have.add(file.sha256)
        item = Evidence(
            case_id=case.id, organ_id=case.organ_id, n=next_in_case(db.session, Evidence.n, case.id), kind="",
            title=file.name[:200], source=f"线索{clue.number}所附材料", original=False, created_by_id=viewer.user_id,
        )  # fmt: skip
        item.versions = [
            EvidenceVersion(n=1, file_id=file.id, name=file.name, sha256=file.sha256, size=file.size, media_type=file.media_type,
                            made_by_id=file.uploaded_by_id or viewer.user_id, made_at=file.at)
        ]  # fmt: skip
        db.session.add(item)
        db.session.flush()
        taken += 1
    if taken:
        history.record(
            case,
            "clue_evidence",
            viewer,
            name=N_("引入线索材料"),
            law="市场监督管理行政处罚程序规定 23",
            facts={"items": taken},
        )
    return taken
