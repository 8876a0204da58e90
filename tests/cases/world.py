"""A case to test with: filed, or under investigation by 张执法 and 李执法 of 浉河区."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.cases import actions, evidence_actions, goods_actions, goods_lines
from app.cases.models import Case
from app.cases.workflow import CASE
from app.core import clock
from app.core.permissions import Viewer
from app.core.steps import take
from app.extensions import db
from app.law import queries as law
from app.people.models import Organ
from app.registry.models import Party, Right

PARTY = "信阳市浉河区鑫源茶行"


def party(name: str = PARTY) -> Party:
    """A small business."""
    found = Party(kind="individual_business", name=name, address="信阳市浉河区茶都", former_names=[])
    db.session.add(found)
    db.session.flush()
    return found


def right(name: str = "信阳毛尖", kind: str = "trademark") -> Right:
    """A registered mark and its holder."""
    holder = Party(kind="firm", name=f"{name}协会", former_names=[])
    db.session.add(holder)
    db.session.flush()
    found = Right(kind=kind, name=name, number="3204518", holder_id=holder.id, classes=[30])
    db.session.add(found)
    db.session.flush()
    return found


def filed(
    viewer: Any,
    *,
    head: str = "周副局",
    officers: tuple[Any, ...] = (),
    at: dt.datetime | None = None,
    commit: bool = True,
    **more: Any,
) -> Case:
    """A case as it stands after the head's decision to file."""
    who: Viewer = viewer(head)
    case = actions.open_case(
        who, [], organ_id=who.organ_id, party=more.pop("party", None) or party(), right=more.pop("right", None) or right(),
        cause=more.pop("cause", None) or law.causes(clock.today(), "trademark")[0], facts="在店内发现标有“信阳毛尖”的茶叶。", at=at or clock.now(),
        officer_ids=[one.user_id for one in officers], act_place="信阳市浉河区茶都", **more,
    )  # fmt: skip
    if commit:
        db.session.commit()
    return case


def investigated(viewer: Any, **more: Any) -> Case:
    """A case that two officers are working on."""
    zhang, li = viewer("张执法"), viewer("李执法")
    case = filed(viewer, officers=(zhang, li), commit=False, **more)
    take(
        CASE,
        case,
        "appoint",
        viewer("王科长"),
        {"officer_ids": [zhang.user_id, li.user_id], "no_recusal": True},
        more.get("at"),
    )
    db.session.commit()
    return case


def with_lines(case: Case, who: Viewer, *lines: dict[str, str]) -> Any:
    """A list with these lines, typed as people type them."""
    one = goods_actions.make_list(case, who, {"occasion": "found", "place": "店内", "made_on": clock.today()})
    rows = []
    for line in lines:
        values, faults = goods_lines.clean({"name": "茶叶", **line})
        assert not faults, faults
        rows.append(values)
    goods_actions.add_lines(one, case, who, rows)
    db.session.commit()
    return one


def item(case: Case, who: Viewer, **more: Any) -> dict[str, Any]:
    """What is typed for one item of evidence."""
    a, b = [row.person_id for row in case.active_officers][:2]
    return {
        "kind": "documentary", "title": "进货单", "taken_at": clock.now(), "officer_a_id": a, "officer_b_id": b, "form": "original",
        "party_signed": True, **more,
    }  # fmt: skip


def proven(case: Case, who: Viewer, **more: Any) -> Any:
    """An item of evidence: a case that rests on something."""
    made = evidence_actions.add(case, who, item(case, who, **more))
    db.session.commit()
    return made


def spell(n: int = 0, of: int = 8) -> tuple[dt.datetime, dt.datetime]:
    """The n-th part of today till now, so that records neither overlap, nor lie ahead, nor begin yesterday."""
    began, now = clock.day_start(clock.today()), clock.now()
    return began + (now - began) * n / of, began + (now - began) * (n + 1) / of


def typed(at: dt.datetime) -> str:
    """A moment as a form sends it."""
    return clock.local(at).strftime("%Y-%m-%dT%H:%M")


def typed_spell(n: int = 0) -> tuple[str, str]:
    """The n-th spell of today as a form sends it, in whole minutes: in the first minutes of a day they are one minute each."""
    began, (start, end) = clock.day_start(clock.today()), spell(n)
    if end - start < dt.timedelta(minutes=2):
        start, end = (began + dt.timedelta(minutes=m) for m in (n, n + 1))
    return typed(start), typed(end)


def organ_of(who: Viewer) -> Organ:
    """The viewer's organ."""
    return db.session.get_one(Organ, who.organ_id)


__all__ = [
    "evidence_actions",
    "filed",
    "investigated",
    "item",
    "organ_of",
    "party",
    "proven",
    "right",
    "spell",
    "typed",
    "typed_spell",
    "with_lines",
]
