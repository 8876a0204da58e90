"""Taking a clue down: what the form holds becomes party, right, likely duplicates, photos, and one registered clue."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from app.core.permissions import Viewer
from app.core.steps import take
from app.core.text import _
from app.documents import actions as documents
from app.documents.storage import store
from app.intake import actions
from app.intake.forms import ClueForm
from app.intake.models import Clue
from app.intake.similar import Likely, likely
from app.intake.words import PHOTOS
from app.intake.workflow import CLUE
from app.registry import picking
from app.registry import queries as registered
from app.registry.models import Right


@dataclass(frozen=True)
class Held:
    """A file that was sent with a form that could not be saved yet: kept by content, so that nobody must choose it again."""

    key: str
    name: str
    token: str


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="intake.held")


@dataclass(frozen=True)
class Unfit:
    """An upload that is not taken in: its name, and the sentence that says why and what to do. large: over the size cap."""

    name: str
    sentence: str
    large: bool = False


def fit(uploads: Iterable[Any], most: int = PHOTOS, taken: int = 0) -> tuple[list[Any], list[Unfit]]:
    """The uploads (as werkzeug hands them in) that can be taken in, and of each other one why not. Nothing is stored.

    taken: how many are held already. One that is empty, too large or one too many does not cost the others.
    """
    good: list[Any] = []
    unfit: list[Unfit] = []
    for upload in uploads:
        if not upload or not getattr(upload, "filename", ""):
            continue
        name = documents.shown_name(upload.filename)
        size = upload.stream.seek(0, os.SEEK_END)
        upload.stream.seek(0)
        if size == 0:
            unfit.append(Unfit(name, _("“%(name)s”是空文件，没有收下。请重新选择这个文件。", name=name)))
        elif size > current_app.config["UPLOAD_CAP"]:
            sentence = _("“%(name)s”超过允许的大小，没有收下。请压缩或者拆分后重新选择。", name=name)
            unfit.append(Unfit(name, sentence, large=True))
        elif taken + len(good) >= most:
            unfit.append(Unfit(name, _("“%(name)s”没有收下：一次最多%(n)s个文件，请随后再补充。", name=name, n=most)))
        else:
            good.append(upload)
    return good, unfit


def hold(viewer: Viewer, uploads: Iterable[Any], most: int = PHOTOS) -> tuple[list[Held], list[Unfit]]:
    """Store the files of this request, and take up those held from the request before, so that nobody chooses them again.

    Returns them, and those that are not taken in. With `most` of one, a new file takes the place of the held one.
    """
    found: dict[str, Held] = {}
    for token in request.form.getlist("held")[:most]:
        try:
            person_id, key, name = _signer().loads(token)
        except (BadSignature, ValueError):
            continue
        if person_id == viewer.user_id and store().exists(key) and token not in request.form.getlist("unheld"):
            found[key] = Held(key, name, token)
    good, unfit = fit(uploads, most, 0 if most == 1 else len(found))
    for upload in good:
        if most == 1:
            found.clear()
        name = documents.shown_name(upload.filename)
        key = store().put(upload.stream, current_app.config["UPLOAD_CAP"]).key
        found[key] = Held(key, name, str(_signer().dumps([viewer.user_id, key, name])))
    return list(found.values()), unfit


def known_party(viewer: Viewer, form: ClueForm) -> int | None:
    """The registered party that is meant: picked, or the one whose code or number was typed."""
    picked = form.same_party.data or form.party_id.data
    if picked:
        return registered.party(viewer, picked).id
    new = form.new_party.form
    found = registered.likely_same_party(
        viewer, credit_code=new.credit_code.data or "", id_number=new.id_number.data or ""
    )
    return next((row.party.id for row in found if row.certain), None)


def _picked_right(form: ClueForm) -> int | None:
    """The right that was picked, last of all among those that looked like the one typed."""
    same = request.form.get("same_right", "")
    return int(same) if same.isascii() and same.isdigit() and len(same) < 16 else form.right_id.data


def known_right(viewer: Viewer, form: ClueForm) -> int | None:
    """The registered right that is meant: picked, or the one whose kind and number were typed."""
    if picked := _picked_right(form):
        return registered.right(viewer, picked).id
    new = form.new_right.form
    same = registered.right_numbered(viewer, new.kind.data or "", new.number.data or "")
    return same.id if same is not None else None


def alike_parties(viewer: Viewer, form: ClueForm, party_id: int | None) -> list[registered.Likely]:
    """Registered parties of nearly the name that is being typed for a new one."""
    new = form.new_party.form
    if party_id is not None or not new.given or form.not_same.data:
        return []
    return registered.likely_same_party(
        viewer,
        name=new.name.data or "",
        phone=new.phone.data or "",
        legal_representative=new.legal_representative.data or "",
    )


def alike_rights(viewer: Viewer, form: ClueForm, right_id: int | None) -> list[tuple[Right, str]]:
    """Registered rights of the name and holder that are being typed for a new one, that were not shown before."""
    new = form.new_right.form
    if right_id is not None or not new.given:
        return []
    shown = set(request.form.getlist("seen_right"))
    found = registered.likely_same_right(
        viewer, kind=new.kind.data or "", name=new.name.data or "", holder=new.holder_name.data or ""
    )
    return [row for row in found if str(row[0].id) not in shown]


def similar(viewer: Viewer, form: ClueForm, party_id: int | None, right_id: int | None) -> list[Likely]:
    """Likely duplicates that were not shown before."""
    seen = set(seen_ids(form))
    found = likely(
        viewer, party_id=party_id, right_id=right_id, place=form.place.data or "", facts=form.facts.data or ""
    )
    return [row for row in found if row.clue.id not in seen]


def seen_ids(form: ClueForm) -> list[int]:
    """The duplicates that the person was shown and passed over."""
    return [
        int(part) for part in (form.seen.data or "").split(",") if part.isascii() and part.isdigit() and len(part) < 16
    ]


def save(viewer: Viewer, form: ClueForm, held: list[Held]) -> Clue:
    """Register the clue with all that came with it. The caller commits."""
    party = picking.party_of(viewer, form.same_party.data or form.party_id.data, form.new_party.form)
    right = picking.right_of(viewer, _picked_right(form), form.new_right.form)
    values: dict[str, Any] = {
        **form.values(),
        "party_id": party.id if party else None,
        "right_id": right.id if right else None,
        "found_at": form.found_at.data,
    }
    clue = actions.log(viewer, values, form.informer(), seen_ids(form), files=[(one.key, one.name) for one in held])
    if form.nothing_found.data:
        take(CLUE, clue, "nothing_found", viewer, {"check_result": form.facts.data})
    return clue
