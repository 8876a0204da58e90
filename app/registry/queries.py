"""Reads of the registers. They are neutral to organs, but not public: every function takes the viewer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import or_, select

from app.core import search
from app.core.confidential import blind
from app.core.errors import NotFound
from app.core.permissions import Viewer, require
from app.core.text import _
from app.extensions import db
from app.registry import identifiers
from app.registry.models import Party, Right

PAGE = 30
SUGGESTED = 8
ALIKE = 0.6  # share of common pairs of characters from which two names are alike

# What firms of one owner share and what says nothing: place in front, legal form behind.
_PLACE = re.compile(r"^(河南省|河南)?(信阳市|信阳)?([\u4e00-\u9fff]{1,3}(?:区|县))?")
_FORM = re.compile(
    r"(股份有限公司|有限责任公司|有限公司|合伙企业|个体工商户|专业合作社|经营部|商行|商店|超市|公司|店|厂|行)$"
)


@dataclass(frozen=True)
class Page:
    """A page of a register. `after` continues it, None at its end."""

    rows: tuple[Party | Right, ...]
    after: int | None


@dataclass(frozen=True)
class Likely:
    """A registered party that may be the one being typed, and the reason."""

    party: Party
    why: str
    certain: bool


def party(viewer: Viewer, party_id: int) -> Party:
    """A party by id, or NotFound."""
    require(viewer, "party.read")
    found = db.session.get(Party, party_id)
    if found is None:
        raise NotFound()
    return found


def right(viewer: Viewer, right_id: int) -> Right:
    """A right by id, or NotFound."""
    require(viewer, "right.read")
    found = db.session.get(Right, right_id)
    if found is None:
        raise NotFound()
    return found


def right_numbered(viewer: Viewer, kind: str, number: str) -> Right | None:
    """The oldest right of `kind` with that number, however both were written (第…号, full-width, blanks)."""
    require(viewer, "right.read")
    if not number.strip():
        return None
    return db.session.scalar(
        select(Right)
        .where(Right.kind == kind, Right.number.in_(identifiers.written_right_numbers(number)))
        .order_by(Right.id)
        .limit(1)
    )


def likely_same_right(
    viewer: Viewer,
    *,
    kind: str,
    number: str = "",
    name: str = "",
    holder: str = "",
    but: int | None = None,
    limit: int = 5,
) -> list[tuple[Right, str]]:
    """Registered rights of that kind that what is being typed may already be, each with its reason: the number, or
    name and holder. One holder may have a mark registered more than once, so that name and holder prove nothing."""
    require(viewer, "right.read")
    found: dict[int, tuple[Right, str]] = {}
    if (same := right_numbered(viewer, kind, number)) is not None:
        found[same.id] = same, _("号码相同")
    key, holder_key = (search.normalise(text).replace(" ", "") for text in (name, holder))
    if key and holder_key:
        wanted = (
            select(Right)
            .join(Right.holder)
            .where(Right.kind == kind, Right.name_key == key, Party.name_key == holder_key)
        )
        for row in db.session.scalars(wanted.order_by(Right.id.desc()).limit(limit + 1)):
            found.setdefault(row.id, (row, _("名称和权利人相同")))
    return [pair for pair in found.values() if pair[0].id != but][:limit]


def parties(viewer: Viewer, q: str = "", kind: str = "", after: int | None = None, limit: int = PAGE) -> Page:
    """The register of parties, newest first; `q` finds names, former names, codes, representatives, addresses."""
    require(viewer, "party.read")
    where = [Party.kind == kind] if kind else []
    if not q.strip():
        return _newest(Party, where, after, limit)
    exact = _by_identifier(q) if after is None else []
    first = list(db.session.scalars(select(Party).where(or_(*exact), *where))) if exact else []
    return _found_by_word(Party, q, where, after, limit, first)


def rights(
    viewer: Viewer, q: str = "", kind: str = "", holder_id: int | None = None, after: int | None = None, limit: int = PAGE
) -> Page:  # fmt: skip
    """The register of rights, newest first."""
    require(viewer, "right.read")
    where = [Right.kind == kind] if kind else []
    if holder_id is not None:
        where.append(Right.holder_id == holder_id)
    if not q.strip():
        return _newest(Right, where, after, limit)
    return _found_by_word(Right, q, where, after, limit)


def _newest(model: Any, where: list[Any], after: int | None, limit: int) -> Page:
    wanted = select(model).where(*where).order_by(model.id.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(model.id < after)
    rows = list(db.session.scalars(wanted))
    return Page(tuple(rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def _found_by_word(
    model: Any, q: str, where: list[Any], after: int | None, limit: int, first: Sequence[Any] = ()
) -> Page:
    only = select(model.id).where(*where) if where else None
    found = search.search(db.session(), q, subject_types=(model.__tablename__,), only=only, limit=limit, cursor=after)
    return Page(tuple(_in_order(list(first), found.hits, model, limit + len(first))), found.cursor)


def _by_identifier(q: str) -> list:  # type: ignore[type-arg]
    """An identity number typed whole is found by its keyed hash, without ever being an index word."""
    clean = identifiers.clean_id_number(q)
    if len(clean) < 8:
        return []
    return [Party.id_blind == blind(clean, "party.id_number"), Party.credit_code == clean, Party.legacy_no == clean]


def suggest_parties(viewer: Viewer, q: str, limit: int = SUGGESTED) -> list[Party]:
    """For pickers: an exact identifier first, else what holds the words, newest first."""
    require(viewer, "party.read")
    if not q.strip():
        return []
    exact = _by_identifier(q)
    found = list(db.session.scalars(select(Party).where(or_(*exact)).limit(limit))) if exact else []
    hits = search.search(db.session(), q, subject_types=("party",), limit=limit).hits
    return _in_order(found, hits, Party, limit)


def suggest_rights(viewer: Viewer, q: str, limit: int = SUGGESTED) -> list[Right]:
    """For pickers: rights by name, number or holder."""
    require(viewer, "right.read")
    if not q.strip():
        return []
    numbers = identifiers.written_right_numbers(q)
    found = list(db.session.scalars(select(Right).where(Right.number.in_(numbers)).limit(limit)))
    hits = search.search(db.session(), q, subject_types=("right",), limit=limit).hits
    return _in_order(found, hits, Right, limit)


def _in_order(first: list, hits: Sequence[tuple[str, int]], model: Any, limit: int) -> list:  # type: ignore[type-arg]
    there = {row.id for row in first}
    ids = [n for _type, n in hits if n not in there]
    rows: dict[int, Any] = {}
    if ids:
        rows = {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}
    return [*first, *(rows[n] for n in ids if n in rows)][:limit]


def core_of(name: str) -> str:
    """A firm's name without place and legal form: 信阳市浉河区毛尖春茶业有限公司 -> 毛尖春茶业."""
    clean = re.sub(r"[\W_]", "", search.normalise(name))
    bare = _FORM.sub("", _PLACE.sub("", clean, count=1))
    return bare if len(bare) >= 2 else clean


def _same_head(core: str) -> list[Party]:
    """Parties whose words hold the head of a name: what tells firms apart stands in front."""
    for head in dict.fromkeys((core[:3], core[:2])):
        hits = search.search(db.session(), head, subject_types=("party",), limit=60).hits
        if hits:
            return _in_order([], hits, Party, 60)
    return []


def _alike(one: str, two: str) -> float:
    a, b = set(pairwise(one)), set(pairwise(two))
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else float(one == two)


def likely_same_party(
    viewer: Viewer,
    *,
    name: str = "",
    credit_code: str = "",
    id_number: str = "",
    phone: str = "",
    legal_representative: str = "",
    but: int | None = None,
    limit: int = 5,
) -> list[Likely]:
    """Registered parties that what is being typed may already be, certain ones first, each with its reason."""
    require(viewer, "party.read")
    found: dict[int, Likely] = {}

    def note(row: Party, why: str, certain: bool = False) -> None:
        if row.id != but:
            found.setdefault(row.id, Likely(row, why, certain))

    if credit_code:
        for row in db.session.scalars(
            select(Party).where(Party.credit_code == identifiers.clean_credit_code(credit_code))
        ):
            note(row, _("统一社会信用代码相同"), True)
    if id_number:
        key = blind(identifiers.clean_id_number(id_number), "party.id_number")
        for row in db.session.scalars(select(Party).where(Party.id_blind == key)):
            note(row, _("证件号码相同"), True)
    key_name = search.normalise(name).replace(" ", "")
    if key_name:
        for row in db.session.scalars(
            select(Party).where(Party.name_key == key_name).order_by(Party.id.desc()).limit(limit)
        ):
            note(row, _("名称相同"))
        core = core_of(name)
        if len(core) >= 2:
            for row in _same_head(core):
                if any(search.normalise(former).replace(" ", "") == key_name for former in row.former_names):
                    note(row, _("与其曾用名相同"))
                elif _alike(core, core_of(row.name)) >= ALIKE:
                    note(row, _("名称相近"))
    if phone and len(identifiers.clean_phone(phone)) >= 7:
        for row in db.session.scalars(select(Party).where(Party.phone == identifiers.clean_phone(phone)).limit(limit)):
            note(row, _("联系电话相同"))
    if legal_representative and key_name:
        hits = search.search(db.session(), legal_representative, subject_types=("party",), limit=20).hits
        for row in _in_order([], hits, Party, 20):
            if (
                row.legal_representative == legal_representative
                and _alike(core_of(name), core_of(row.name)) >= ALIKE / 2
            ):
                note(row, _("法定代表人相同且名称相近"))
    return sorted(found.values(), key=lambda likely: not likely.certain)[:limit]


def distinct_sources(rights: Sequence[Right]) -> int:
    """How many different sources these marks identify (法释〔2025〕5号 7(1)): for the screening engine."""
    return len({right.source_key for right in rights})
