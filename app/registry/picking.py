"""Picked, or new: how other forms turn their party and right fields into rows of the registers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.permissions import Viewer
from app.core.search import normalise
from app.core.text import _
from app.extensions import db
from app.registry import actions, queries
from app.registry.forms import NewParty, NewRight
from app.registry.models import Party, Right


def party_of(viewer: Viewer, picked_id: int | None, new: NewParty | None) -> Party | None:
    """The picked party, else the one just entered (registered now), else None.

    A new one whose credit code or identity number is already registered is that party: nothing is made twice.
    """
    if picked_id is not None:
        return queries.party(viewer, picked_id)
    if new is None or not new.given:
        return None
    values = new.values()
    for likely in queries.likely_same_party(
        viewer, credit_code=values["credit_code"] or "", id_number=values["id_number"] or ""
    ):
        if likely.certain:
            return likely.party
    return actions.add_party(viewer, values)


def right_of(viewer: Viewer, picked_id: int | None, new: NewRight | None) -> Right | None:
    """The picked right, else the one just entered with its holder, else None."""
    if picked_id is not None:
        return queries.right(viewer, picked_id)
    if new is None or not new.given:
        return None
    number, kind = (new.number.data or "").strip(), new.kind.data
    if (same := queries.right_numbered(viewer, kind or "", number)) is not None:
        return same
    holder = _holder(viewer, new.holder_name.data or "")
    return actions.add_right(viewer, {"kind": kind, "number": number, "name": new.name.data, "holder_id": holder.id})


def _holder(viewer: Viewer, name: str) -> Party:
    """A holder by its exact name, or registered under it; an unknown one is "权利人待查"."""
    clean = name.strip() or "权利人待查"
    known = db.session.scalar(
        select(Party).where(Party.name_key == normalise(clean).replace(" ", "")).order_by(Party.id)
    )
    return known or actions.add_party(viewer, {"kind": "firm", "name": clean})


def party_row(party: Party, why: str = "") -> dict[str, Any]:
    """A party as a picker shows it."""
    detail = " · ".join(filter(None, (_(party.kind_name), party.identifier, party.legal_representative, party.address)))
    return {"id": party.id, "title": party.name, "detail": detail, "why": why}


def right_row(right: Right, why: str = "") -> dict[str, Any]:
    """A right as a picker shows it."""
    detail = " · ".join(filter(None, (_(right.kind_name), right.number, right.holder.name)))
    return {"id": right.id, "title": right.name, "detail": detail, "why": why}
