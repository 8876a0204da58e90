"""Writes of clues: registering, amending, opening the informer's record; and what follows from the steps. Never commits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from app.core import clock, confidential, deadlines, history, search
from app.core.errors import Refused
from app.core.numbering import Series, issue
from app.core.permissions import Viewer, require, scope
from app.core.steps import Taken, begin
from app.core.text import N_, datetime_zh
from app.documents.actions import keep
from app.documents.storage import store
from app.extensions import db
from app.intake.models import Clue, ClueOfficer, Informer
from app.intake.similar import place_key
from app.intake.words import CHANNELS, OBJECT_TAGS, OWN_CHECKS, PLACE_TAGS, SOURCES, TOLD
from app.intake.workflow import CLUE, P18, VERIFY_TERMS
from app.law import queries as law
from app.law.models import Cause
from app.people.models import Organ

NUMBER = Series("clue", N_("线索编号"), "{short}线〔{year}〕{n}号")
HEADLINE = 40
AMENDABLE = (
    "source_kind", "channel", "order_no", "sender", "letter_no", "letter_on", "report_back_on", "campaign_id", "target_id", "place_tags",
    "object_tags", "place", "act_place", "act_time", "platform", "shop_url", "party_id", "right_id", "facts",
)  # fmt: skip
# Chosen from closed lists: what stood in them before can name nobody, so history keeps it.
CLOSED_LISTS = frozenset({"source_kind", "channel", "campaign_id", "target_id", "place_tags", "object_tags"})
LISTED = {
    "source_kind": ("案件来源", SOURCES), "channel": ("接收方式", CHANNELS), "place_tags": ("重点领域", PLACE_TAGS), "object_tags": ("重点对象", OBJECT_TAGS),
}  # fmt: skip
OPEN_FOR_AMENDING = frozenset({"received", "verifying"})


def headline_of(facts: str) -> str:
    """The first clause of the facts: what lists and notices call the clue."""
    first = re.split(r"[。；;！!？?\n]", facts.strip(), maxsplit=1)[0].strip()
    return first if len(first) <= HEADLINE else first[: HEADLINE - 1] + "…"


def verify_term(source_kind: str) -> str:
    """The deadline that runs for a clue of this source (程序规定 18; 投诉举报处理办法 27)."""
    return "clue_verify_mediation" if source_kind == "complaint_mediation" else "clue_verify"


def log(
    viewer: Viewer,
    facts: Mapping[str, Any],
    informer: Mapping[str, str] | None = None,
    seen_similar_ids: list[int] | None = None,
    files: Iterable[tuple[str, str]] = (),
    at: dt.datetime | None = None,
) -> Clue:
    """Register a clue (K1) and start the clock.

    facts: values of AMENDABLE and `found_at` (aware; when it was found or the material received).
    informer: kind, name, phone, address, relation; kept apart and encrypted. seen_similar_ids: likely duplicates that
    were shown and passed over. files: (key of a stored blob, name as shown). at: when it was registered, if not now.
    """
    require(viewer, "clue.log")
    found_at = facts["found_at"]
    clue = Clue(
        organ_id=viewer.organ_id, found_at=found_at, verify_from=found_at, found_set_by_id=viewer.user_id,
        seen_similar_ids=_seen(viewer, seen_similar_ids or []), headline="", number=None, officers=[], **{key: facts[key] for key in AMENDABLE if key in facts},
    )  # fmt: skip
    _derive(clue)
    if informer:
        clue.informer = _informer(viewer, informer)
    clue.waiting_files = list(files)  # type: ignore[misc]  # of this one clue, not of all
    begin(
        CLUE, clue, viewer, name=N_("登记线索"), law=P18, opens=(verify_term(clue.source_kind),), papers=("clue_registration",), tells=("unit_head",),
        at=at,
    )  # fmt: skip
    index(clue)
    return clue


def _seen(viewer: Viewer, ids: list[int]) -> list[int]:
    """Of the ids that the form brought back, those that the viewer may read: form 1 prints their numbers."""
    found = select(Clue.id).where(Clue.id.in_(ids[:50]), scope(viewer, "clue.read", Clue)).order_by(Clue.id)
    return list(db.session.scalars(found)) if ids else []


def _informer(viewer: Viewer, told: Mapping[str, str]) -> Informer:
    return Informer(
        organ_id=viewer.organ_id, kind=told.get("kind") or "named", name=told.get("name") or None, phone=told.get("phone") or None,
        address=told.get("address") or None, relation=told.get("relation") or None,
        phone_hash=confidential.blind(told.get("phone"), "informer.phone"),
    )  # fmt: skip


def _derive(clue: Clue) -> None:
    clue.headline = headline_of(clue.facts)
    clue.place_key = place_key(clue.place or "")


def numbered(taken: Taken) -> None:
    """Listener of "clue.begin": the number and the files, before the registration form is frozen."""
    clue = taken.subject
    clue.number = issue(NUMBER, db.session.get_one(Organ, clue.organ_id), clue, taken.at)
    db.session.flush()
    for key, name in clue.waiting_files:
        with store().open(key) as file:
            keep(file, name, clue, taken.viewer)


def attach(clue: Clue, viewer: Viewer, uploads: Iterable[Any]) -> int:
    """Add files (as werkzeug hands them in) to a clue. Returns how many; Refused for an empty or too large one, and
    (422) for one whose name tells who the informer is (R-43)."""
    require(viewer, "clue.amend", clue)
    if clue.status in CLUE.ends:
        raise Refused(N_("线索已经办结，不能再补充材料。已立案的，请把材料作为证据加入案件。"))
    given = [upload for upload in uploads if upload and upload.filename]
    if clue.betrayed_by(viewer, *(upload.filename or "" for upload in given)):
        raise Refused(
            N_(
                "文件名中出现了举报人的姓名、电话或者住址，所有能看线索的人都会看到，没有保存。请改文件名后再补充；能看出举报人的材料请作为举报人材料登记。"
            ),
            422,
        )
    names = [keep(upload.stream, upload.filename or "", clue, viewer).name for upload in given]
    if names:
        history.record(
            clue, "attach", viewer, name=N_("补充材料"), law="内部规则: 材料留痕", facts={"files": len(names)}
        )
    return len(names)


def index(clue: Clue) -> None:
    """Make the clue findable. The informer's record is in another table and never among these words."""
    party, right = clue.party, clue.right
    words = [
        clue.facts,
        clue.place,
        clue.act_place,
        clue.platform,
        clue.shop_url,
        clue.order_no,
        clue.sender,
        clue.letter_no,
    ]
    if right is not None:
        words += [right.name, right.number, right.holder.name]
    if party is not None:
        words += [party.credit_code or "", party.trade_name]
    search.index(
        db.session(), "clue", clue.id, clue.organ_id, " ".join(filter(None, words)),
        title=f"{clue.number} {party.name if party else ''} {clue.headline}",
    )  # fmt: skip


def amend(clue: Clue, viewer: Viewer, changes: Mapping[str, Any]) -> list[str]:
    """Correct or complete what was registered, while it is being verified. Returns the names of what changed.

    The date found is no part of it: it starts a legal clock. Refused once a proposal lies before the unit head, and
    (422) where the source would turn from what somebody told into an own check or back: only the head decides on what
    was told (程序规定 18 to 20).
    """
    require(viewer, "clue.amend", clue)
    if clue.status not in OPEN_FOR_AMENDING:
        raise Refused(N_("线索已进入审查或者已办结，登记内容不能再改。确需更正的，请由负责人退回后办理。"))
    changed = [key for key in AMENDABLE if key in changes and changes[key] != getattr(clue, key)]
    if "source_kind" in changed and (changes["source_kind"] in OWN_CHECKS) != (clue.source_kind in OWN_CHECKS):
        raise Refused(
            N_(
                "案件来源不能在“本机关自行检查、监测”与“举报、移送等”之间更改：举报、移送的线索须由负责人决定是否立案。来源确实登记错的，请重新登记一件，再由办案机构负责人并案。"
            ),
            422,
        )
    kept = {key: [getattr(clue, key), changes[key]] for key in changed if key in CLOSED_LISTS}
    for key in changed:
        setattr(clue, key, changes[key])
    if changed:
        _derive(clue)
        clue.changed_at = clock.now()
        # Of free text which fields, not what stood in them: history is read by auditors.
        history.record(
            clue, "amend", viewer, name=N_("更正登记内容"), law="内部规则: 更正留痕", reason=_told(kept), facts={"fields": changed, "values": kept}
        )  # fmt: skip
        db.session.flush()
        index(clue)
    return changed


def _told(kept: Mapping[str, list[Any]]) -> str:
    """What changed in the closed lists, in the words of the lists: 案件来源：举报 → 权利人投诉."""

    def said(words: Mapping[str, str], value: Any) -> str:
        codes = value if isinstance(value, list) else [value]
        return "、".join(words.get(code, code) for code in codes if code) or "（无）"

    return "；".join(
        f"{label}：{said(words, kept[key][0])} → {said(words, kept[key][1])}"
        for key, (label, words) in LISTED.items()
        if key in kept
    )


def open_informer(clue: Clue, viewer: Viewer, reason: str) -> Informer:
    """The informer's record, against a typed reason that is noted first (R-43). The caller commits before showing it."""
    require(viewer, "informer.open", clue)
    found = db.session.scalar(select(Informer).where(Informer.clue_id == clue.id))
    if found is None:
        raise Refused(N_("本件没有登记举报人信息。"))
    confidential.opened(clue, "informer", viewer, reason)
    return found


def informer_kind(clue: Clue) -> str | None:
    """named | anonymous | right_holder, or None: all that may be known without opening the record."""
    return db.session.scalar(select(Informer.kind).where(Informer.clue_id == clue.id))


# --- what follows from the steps (wiring.WHEN) -------------------------------------------------------------------------


def _charge(clue: Clue, viewer: Viewer, person_ids: list[int], at: dt.datetime) -> None:
    wanted = list(dict.fromkeys(person_ids))
    for row in clue.officers:
        if row.until is None and row.person_id not in wanted:
            row.until = at
    for person_id in wanted:
        if person_id not in clue.officer_ids:
            clue.officers.append(ClueOfficer(person_id=person_id, assigned_by_id=viewer.user_id, since=at))
    db.session.flush()


def assigned(taken: Taken) -> None:
    """Listener of "clue.assign" and "clue.reassign": who verifies from now on."""
    _charge(taken.subject, taken.viewer, list(taken.data.get("officer_ids") or ()), taken.at)


def proposed(taken: Taken) -> None:
    """Listener of both proposals: who made it and when. What was signed on the earlier proposal is gone with it."""
    clue = taken.subject
    clue.proposed_by_id, clue.proposed_at = taken.viewer.user_id, taken.at
    clue.endorsed_by_id = clue.endorsed_at = clue.decided_by_id = clue.decided_at = None
    clue.endorsement = ""
    if taken.step.id == "propose_not_filing":
        clue.not_filed_reason = str(taken.data.get("reason") or "")
        clue.conditions = list(taken.data.get("conditions") or [])
    else:
        clue.not_filed_ground = clue.not_filed_reason = ""
        clue.proposed_articles = clue.proposed_articles or _articles(clue)
    db.session.flush()


def _articles(clue: Clue) -> str:
    """What the cause of action violates and is punished under on the day it was found, one a line."""
    cause = db.session.get_one(Cause, clue.cause_id)
    return "\n".join(filter(None, (law.violated(cause, clue.found_on), law.penalised(cause, clue.found_on))))


def endorsed(taken: Taken) -> None:
    """Listener of both endorsements."""
    taken.subject.endorsed_by_id, taken.subject.endorsed_at = taken.viewer.user_id, taken.at
    db.session.flush()


def decided(taken: Taken) -> None:
    """Listener of both decisions: who decided and when, before form 7 is frozen."""
    taken.subject.decided_by_id, taken.subject.decided_at = taken.viewer.user_id, taken.at
    db.session.flush()


def sent_for_test(taken: Taken) -> None:
    """Listener of "clue.send_for_test": those days do not count (程序规定 18)."""
    clue = taken.subject
    deadlines.pause(clue, _running(clue), clue.pause_ground, clue.pause_document, clue.pause_from, None, taken.viewer)


def result_back(taken: Taken) -> None:
    """Listener of "clue.result_back": the clock runs again on the day after."""
    clue = taken.subject
    back = deadlines.resume(clue, _running(clue), taken.data["resumed_on"], ground=clue.pause_ground)
    back.document = f"{back.document}；{clue.result_document}"[:200]
    deadlines.recompute(back.deadline)


def extension_asked(taken: Taken) -> None:
    """Listener of "clue.ask_extension"."""
    taken.subject.extension_state, taken.subject.extension_asked_by_id = "asked", taken.viewer.user_id
    db.session.flush()


def extension_approved(taken: Taken) -> None:
    """Listener of "clue.approve_extension": fifteen working days more, once, and not after the end (程序规定 18)."""
    clue = taken.subject
    deadlines.extend(clue, _running(clue), taken.viewer, clue.extension_reason, taken.at)
    clue.extension_state = "approved"
    db.session.flush()


def extension_refused(taken: Taken) -> None:
    """Listener of "clue.refuse_extension"."""
    taken.subject.extension_state = "refused"
    db.session.flush()


def supplemented(taken: Taken) -> None:
    """Listener of "clue.supplement": new facts of the same informer; the clock began anew (投诉举报处理办法 35)."""
    clue = taken.subject
    clue.facts = f"{clue.facts}\n\n【补充举报 {datetime_zh(clue.verify_from)}】\n{taken.data['supplement']}"
    deadlines.give_way(clue, "clue_verify_mediation", clue.verify_from)
    _fresh_clock(clue)
    index(clue)


def found_corrected(taken: Taken) -> None:
    """Listener of "clue.correct_found": the true moment, and the clock from it; exclusions and extension stay (R-35)."""
    clue, found_at = taken.subject, taken.data["found_at"]
    before, restarted = clue.found_at, clue.restarted
    clue.found_at, clue.found_set_by_id = found_at, taken.viewer.user_id
    history.record(
        clue, "found_at", taken.viewer, name=N_("发现时间更正前后"), law=taken.step.law, at=taken.at,
        reason=f"{datetime_zh(before)} → {datetime_zh(found_at)}", facts={"found_at": [before.isoformat(), found_at.isoformat()]},
    )  # fmt: skip
    if not restarted:
        clue.verify_from = found_at
        for term in VERIFY_TERMS:
            row = deadlines.running(clue, term)
            if row is not None:
                deadlines.correct_start(row, clue, taken.viewer, taken.at, taken.step.name)
    db.session.flush()
    db.session.expire(clue, ["deadlines"])


def reopened(taken: Taken) -> None:
    """Listener of "clue.reopen"."""
    _fresh_clock(taken.subject)


def _fresh_clock(clue: Clue) -> None:
    clue.extension_state, clue.extension_reason, clue.extension_asked_by_id = "", "", None
    db.session.flush()


def merged(taken: Taken) -> None:
    """Listener of "clue.merge". New facts of the same informer start the other clue's clock anew from this report."""
    clue = taken.subject
    other = db.session.get_one(Clue, clue.merged_into_id)
    restarts = (
        bool(taken.data.get("restarts"))
        and clue.source_kind in TOLD
        and other.status in OPEN_FOR_AMENDING
        and clue.found_at > other.verify_from
    )
    history.record(
        other, "merged_here", taken.viewer, name=N_("并入另一件线索"), law=taken.step.law, reason=f"{clue.number}并入本件", at=taken.at
    )  # fmt: skip
    other.changed_at = taken.at  # counts its version: of two who decide on it at once the second must look again
    if restarts:
        other.verify_from = clue.found_at
        _fresh_clock(other)
        for term in VERIFY_TERMS:
            deadlines.give_way(other, term, other.verify_from)
        deadlines.begin(other, "clue_verify", taken.viewer, taken.at, "并案：最后一次举报")
    db.session.flush()


def _running(clue: Clue) -> str:
    row = next((row for term in VERIFY_TERMS if (row := deadlines.running(clue, term)) is not None), None)
    if row is None:
        raise Refused(N_("核查期限未在计算中。"))
    return row.term
