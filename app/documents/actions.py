"""Writes of papers, services and files. Everything here only adds to the session; the edge commits."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from collections.abc import Mapping
from typing import Any, BinaryIO

from flask import current_app
from sqlalchemy import func, select, update

from app.core import clock, history, numbering
from app.core.errors import Refused, Stale
from app.core.outbox import Errand, errand
from app.core.permissions import SYSTEM, Viewer
from app.core.steps import Taken
from app.core.text import N_
from app.documents import content
from app.documents.kinds import KINDS, PaperKind, facts_function, freeze, title_of
from app.documents.models import MANNERS, Paper, Service, StoredFile, identified
from app.documents.papers import PROOF_OF_SERVICE, ProofOfService, ServedFacts
from app.documents.series import SERIES
from app.documents.storage import TooLarge, store
from app.extensions import db
from app.people.models import Organ

RENDER = "documents.render"
THUMBNAIL = "documents.thumbnail"
ERASE = "documents.erase"
SERVED = ("place", "receiver", "refusal", "witness", "video_no", "consent", "mail_no", "remarks")
IN_TWOS = ("direct", "left", "electronic")  # served by the organ's own people; the others go through other hands
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is taken for another when read aloud


def make_papers(taken: Taken) -> list[Paper]:
    """Listener of "step.taken": freeze the facts of every paper the step names, and promise their printing.

    The kinds are made in the order the step names them, so that a later one can name the number of an earlier one
    (``queries.number_of``). A facts function may return None (no such paper this time) or a list (several of a kind).
    """
    made = []
    for kind_id in taken.step.papers:
        given = facts_function(kind_id)(taken.subject, taken)
        several = isinstance(given, list | tuple)
        for facts in given if several else [given]:
            if facts is None:
                continue
            before = None if several else _edition_before(KINDS[kind_id], taken.subject)
            paper = issue(KINDS[kind_id], taken.subject, facts, taken.viewer, step=taken.step.id, at=taken.at)
            made.append(paper)
            if before is not None and before.title == paper.title:
                before.superseded_by_id, paper.version = paper.id, before.version + 1
    return made


def _edition_before(kind: PaperKind, subject: Any) -> Paper | None:
    """Return the paper that a new one of its kind takes the place of: an approval form grows with each signature.

    A paper with a number of its own is never replaced by a step; only `correct` gives it a next version.
    """
    if kind.series is not None:
        return None
    found = (
        select(Paper)
        .where(Paper.subject_type == subject.__tablename__, Paper.subject_id == subject.id, Paper.kind == kind.id)
        .where(Paper.superseded_by_id.is_(None), Paper.origin == "")
        .order_by(Paper.id.desc())
        .limit(1)
    )
    return db.session.scalar(found)


def issue(
    kind: PaperKind,
    subject: Any,
    facts: Any,
    viewer: Viewer,
    *,
    step: str = "",
    origin: str = "",
    at: dt.datetime | None = None,
) -> Paper:
    """Issue one paper on ``subject``: number, frozen facts, the errand that prints it, the service it owes.

    facts: an instance of ``kind.facts_type``. origin: the row it comes from, where that is not the subject
    ("site_record:5"). Without ``step`` the act is noted in history by itself; a step is noted already.
    Raises TypeError for facts of another kind, NotPlain for a fact that is not a plain value.
    """
    if type(facts) is not kind.facts_type:
        raise TypeError(f"{kind.id} is printed from {kind.facts_type.__name__}, not from {type(facts).__name__}")
    at = at or clock.now()
    frozen = freeze(facts)
    organ = _organ_of(subject, viewer)
    paper = Paper(
        kind=kind.id, title=title_of(kind.id, frozen), subject_type=subject.__tablename__, subject_id=subject.id, organ_id=organ.id,
        facts=frozen, verify_code=_code(), issued_at=at, issued_by_id=viewer.user_id or None, step=step, origin=origin, version=1,
        number="", state="waiting",
    )  # fmt: skip
    db.session.add(paper)
    db.session.flush()
    if kind.series is not None:
        paper.number = numbering.issue(SERIES[kind.series], organ, paper, at)
    errand(RENDER, paper_id=paper.id)
    if not step:
        history.record(
            subject, "paper.issue", viewer, name=N_("制作文书"), law=kind.law, at=at,
            facts={"kind": kind.id, "title": paper.title, "number": paper.number, "paper_id": paper.id},
        )  # fmt: skip
    _note_number(paper, subject, viewer, at)
    if kind.service_owed:
        _owe_service(paper, subject, viewer, at)
    return paper


def _note_number(paper: Paper, subject: Any, viewer: Viewer, at: dt.datetime) -> None:
    """A paper that shows an identity number opened it: noted with its reason, as every opening is (R-43)."""
    blocks = [paper.facts, *(one for one in paper.facts.values() if isinstance(one, dict))]
    if any(map(identified, blocks)):
        history.record(
            subject, "open_secret.id_number", viewer, name=N_("查看保密信息"), law=KINDS[paper.kind].law, at=at,
            reason=f"制作文书：{paper.title}", facts={"paper_id": paper.id},
        )  # fmt: skip


def _organ_of(subject: Any, viewer: Viewer) -> Organ:
    organ = db.session.get(Organ, getattr(subject, "organ_id", None) or viewer.organ_id)
    if organ is None:
        raise LookupError("a paper needs the organ that issues it")
    return organ


def _code() -> str:
    """A code that cannot be guessed: 12 of 32 letters, 60 bits, in groups to be read aloud."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(12))
    return "-".join((letters[:4], letters[4:8], letters[8:]))


def _owe_service(paper: Paper, subject: Any, viewer: Viewer, at: dt.datetime) -> None:
    """Open the service of a paper and print its form 50, blank where the pen writes (PROC 81; R-40: exactly one)."""
    addressee = str(paper.facts.get("addressee") or "")
    service = Service(
        paper_id=paper.id, subject_type=paper.subject_type, subject_id=paper.subject_id, organ_id=paper.organ_id, addressee=addressee,
        state="open",
    )  # fmt: skip
    db.session.add(service)
    facts = ProofOfService(
        organ=str(paper.facts["organ"]), case_name=str(paper.facts.get("case_name") or ""), addressee=addressee,
        papers=(ServedFacts(paper.title, paper.number),),
    )  # fmt: skip
    service.proof_id = issue(
        PROOF_OF_SERVICE, subject, facts, viewer, step=paper.step or "service", origin=f"paper:{paper.id}", at=at
    ).id


CORRECTED = ("paper.correct", N_("更正文书"))
REPRINTED = ("paper.reprint", N_("补印送达回证"))  # nobody corrected anything: the house fills in its own form 50


def correct(
    paper: Paper, facts: Any, note: str, viewer: Viewer, subject: Any, act: tuple[str, str] = CORRECTED
) -> Paper:
    """Issue the next version of a paper, with the same number and a note of what was wrong. The old one stays.

    act: id and name under which history tells of it.
    Refused (422) without a note, (409) when the paper was corrected already.
    """
    note = note.strip()
    if len(note) < 4:
        raise Refused(N_("请写明更正了什么（至少四个字），更正说明会印在新版文书上。"), 422)
    kind = KINDS[paper.kind]
    frozen = freeze(facts)
    if type(facts) is not kind.facts_type:
        raise TypeError(f"{kind.id} is printed from {kind.facts_type.__name__}, not from {type(facts).__name__}")
    new = Paper(
        kind=paper.kind, title=title_of(paper.kind, frozen), subject_type=paper.subject_type, subject_id=paper.subject_id,
        organ_id=paper.organ_id, facts=frozen, verify_code=_code(), issued_at=clock.now(), issued_by_id=viewer.user_id or None,
        step=paper.step, origin=paper.origin, version=paper.version + 1, note=note, number=paper.number, state="waiting",
    )  # fmt: skip
    db.session.add(new)
    db.session.flush()
    superseded = (
        update(Paper).where(Paper.id == paper.id, Paper.superseded_by_id.is_(None)).values(superseded_by_id=new.id)
    )
    if db.session.execute(superseded).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(N_("这份文书已有更正后的新版。请打开最新一版再更正。"))
    db.session.execute(
        update(Service).where(Service.paper_id == paper.id, Service.state == "open").values(paper_id=new.id)
    )
    errand(RENDER, paper_id=new.id)
    history.record(
        subject, act[0], viewer, name=act[1], law=kind.law, reason=note,
        facts={"kind": paper.kind, "number": paper.number, "version": new.version, "paper_id": new.id},
    )  # fmt: skip
    _note_number(new, subject, viewer, new.issued_at)
    return new


def retry(paper: Paper, viewer: Viewer) -> None:
    """Have a failed paper printed again, from the same facts. Stale when it is not failed (any more)."""
    again = update(Paper).where(Paper.id == paper.id, Paper.state == "failed").values(state="waiting", error="")
    if db.session.execute(again).rowcount != 1:  # type: ignore[attr-defined]
        raise Stale(N_("这份文书已在制作或者已经制成，无需重新制作。请刷新页面查看。"))
    errand(RENDER, paper_id=paper.id)
    history.record(
        (paper.subject_type, paper.subject_id),
        "paper.retry",
        viewer,
        name=N_("重新制作文书"),
        facts={"paper_id": paper.id},
    )


def errand_failed(failed: Errand) -> None:
    """Listener of "errand.failed": a paper whose printing was given up says so on its page, and can be retried."""
    if failed.kind == RENDER:
        given_up = update(Paper).where(
            Paper.id == int(failed.args["paper_id"]), Paper.state.in_(("waiting", "rendering"))
        )
        sentence = N_("打印任务多次失败，已停止。请重新制作；如再次出现，请联系系统管理员。")
        db.session.execute(given_up.values(state="failed", error=sentence))


def errand_retried(again: Errand) -> None:
    """Listener of "errand.retried": a paper that was given up waits for its printing again, else nothing would be printed."""
    if again.kind == RENDER:
        failed = update(Paper).where(Paper.id == int(again.args["paper_id"]), Paper.state == "failed")
        db.session.execute(failed.values(state="waiting", error=""))


def record_service(
    service: Service, data: Mapping[str, Any], viewer: Viewer, receipt: StoredFile | None = None
) -> None:
    """Enter how a paper was served: manner, served_at (instant), servers (names), receiver, place, refusal, witness,
    video_no, consent, mail_no, remarks. Form 50 gets a next version with what was recorded.

    The law of each manner (程序规定 82): left needs the refusal and a witness or a video, electronic the party's consent on
    form 10, post its number; whoever serves by himself goes in twos (行政处罚法 42). Nothing is served before its issue.
    Refused with the sentence that says what is missing; Stale when it was entered already.
    """
    if service.state != "open":
        raise Stale(N_("送达情况已经登记。如有错误，请联系审核人员更正。"))
    manner, served_at = str(data.get("manner") or ""), data.get("served_at")
    if manner not in MANNERS:
        raise Refused(N_("请选择送达方式。"), 422)
    if not isinstance(served_at, dt.datetime) or served_at > clock.now() + dt.timedelta(minutes=1):
        raise Refused(N_("请填写送达时间，且不能晚于现在。"), 422)
    given = {name: str(data.get(name) or "").strip() for name in SERVED}
    if clock.local(served_at).date() < clock.local(_first_issued(service.paper)).date():
        raise Refused(N_("送达时间早于文书制作的日期，请核对送达时间。"), 422)
    if manner == "left" and not (given["refusal"] and (given["witness"] or given["video_no"])):
        raise Refused(
            N_("留置送达须写明拒收事由，并有见证人或者拍照、录像的编号（市场监督管理行政处罚程序规定 82）。"), 422
        )
    if manner == "electronic" and not KINDS[service.paper.kind].to_organ and not given["consent"]:
        raise Refused(
            N_("电子送达须经当事人同意。请填写送达地址确认书的编号、日期（市场监督管理行政处罚程序规定 82）。"), 422
        )
    if manner == "post" and not str(data.get("mail_no") or "").strip():
        raise Refused(N_("邮寄送达须填写邮寄单号（市场监督管理行政处罚程序规定 82）。"), 422)
    if manner in ("direct", "electronic", "entrusted", "forwarded") and not str(data.get("receiver") or "").strip():
        raise Refused(N_("请填写签收人。"), 422)
    servers = list(dict.fromkeys(str(one).strip() for one in data.get("servers") or () if str(one).strip()))
    if manner in IN_TWOS and len(servers) < 2:
        raise Refused(N_("送达人不得少于两人。请选择两名送达人（行政处罚法 42）。"), 422)
    service.manner, service.served_at, service.state, service.servers = manner, served_at, "done", servers
    for name, text in given.items():
        setattr(service, name, text)
    service.receipt_id = receipt.id if receipt is not None else None
    service.recorded_by_id, service.recorded_at = viewer.user_id or None, clock.now()
    history.record(
        (service.subject_type, service.subject_id), "service.record", viewer, name=N_("登记送达"), at=served_at,
        law="市场监督管理行政处罚程序规定 82",
        facts={"service_id": service.id, "paper_id": service.paper_id, "manner": manner, "servers": servers},
    )  # fmt: skip
    if service.proof is not None:
        service.proof = correct(
            service.proof,
            _proved(service),
            "按登记的送达情况补印，签名见签收件",
            SYSTEM,
            (service.subject_type, service.subject_id),
            REPRINTED,
        )


def _first_issued(paper: Paper) -> dt.datetime:
    """When the first version of the paper was issued: a correction does not make what was served before it unserved."""
    same = select(func.min(Paper.issued_at)).where(
        Paper.kind == paper.kind, Paper.number == paper.number, Paper.subject_type == paper.subject_type,
        Paper.subject_id == paper.subject_id, Paper.version <= paper.version,
    )  # fmt: skip
    if not paper.number:
        return paper.issued_at
    return db.session.scalar(same) or paper.issued_at


def _proved(service: Service) -> ProofOfService:
    """Form 50 as the record of the service gives it."""
    proof, at = service.proof, service.served_at
    if proof is None or at is None:
        raise LookupError("a service without its proof has nothing to print")
    local = clock.local(at)
    frozen = proof.facts
    return ProofOfService(
        organ=str(frozen["organ"]), case_name=str(frozen["case_name"]), addressee=service.addressee, place=service.place,
        papers=tuple(ServedFacts(**one) for one in frozen["papers"]), manner=MANNERS[service.manner],
        time=f"{local.year}年{local.month}月{local.day}日{local.hour}时{local.minute:02d}分", servers=tuple(service.servers),
        receiver=service.receiver, refusal=service.refusal, witness=service.witness, mail_no=service.mail_no,
        video_no=service.video_no, consent=service.consent, remarks=service.remarks,
    )  # fmt: skip


def keep(upload: BinaryIO, name: str, subject: Any, viewer: Viewer) -> StoredFile:
    """Keep an uploaded file byte for byte and note what it is. ``name`` is only shown; TooLarge over the cap.

    An empty file is Refused (422). A broken image or PDF is kept: what was found is evidence, whatever its state.
    """
    upload.seek(0, os.SEEK_END)
    if upload.tell() > current_app.config["UPLOAD_CAP"]:
        raise TooLarge
    upload.seek(0)
    blob = store().put(upload, current_app.config["UPLOAD_CAP"])
    if blob.size == 0:
        raise Refused(N_("文件是空的，没有任何内容。请重新选择文件。"), 422)
    with store().open(blob.key) as file:
        seen = content.look(file)
    kept = StoredFile(
        sha256=blob.key, size=blob.size, media_type=seen.media_type, name=shown_name(name), subject_type=subject.__tablename__,
        subject_id=subject.id, organ_id=getattr(subject, "organ_id", None) or viewer.organ_id, uploaded_by_id=viewer.user_id or None,
        at=clock.now(), state="broken" if seen.broken else "ok",
    )  # fmt: skip
    db.session.add(kept)
    db.session.flush()
    if kept.is_image:
        errand(THUMBNAIL, file_id=kept.id)
    return kept


def let_go(file: StoredFile) -> None:
    """Delete a file's row and have its bytes and its small picture erased, which no other row names any more.

    Never commits. IntegrityError where another table rests on the row.
    """
    with db.session.begin_nested():
        db.session.delete(file)
    for key in filter(None, (file.sha256, file.thumbnail)):
        errand(ERASE, key=key)


def shown_name(name: str) -> str:
    """Return what a person called a file, fit to be shown: no folders, no control or turning characters, 200 at most."""
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(
        char for char in last if char.isprintable() and char not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    plain = plain.strip().lstrip(".") or "未命名文件"
    stem, dot, ending = plain.rpartition(".")
    return plain if len(plain) <= 200 else f"{(stem or plain)[:180]}{dot}{ending[:19]}"
