"""Writing the registers. Nothing is deleted: what cases point to must stay."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.core import history, search
from app.core.confidential import blind
from app.core.errors import Refused
from app.core.permissions import Viewer, require
from app.core.text import N_
from app.extensions import db
from app.registry import identifiers, queries
from app.registry.models import Party, Right

PARTY_FIELDS = (
    "kind", "name", "trade_name", "credit_code", "legacy_no", "id_kind", "id_number", "legal_representative", "address", "phone", "note",
)  # fmt: skip
RIGHT_FIELDS = (
    "kind", "number", "name", "holder_id", "holder_source", "classes", "goods", "valid_from", "valid_to", "well_known", "state", "note",
)  # fmt: skip
_SECRET = {"id_number"}


def add_party(viewer: Viewer, values: Mapping[str, Any]) -> Party:
    """Register a party. Refused (422) when its credit code or identity number is already there, or fails its check."""
    require(viewer, "party.write")
    _check_party(values, None)
    party = Party(created_by_id=viewer.user_id or None, **_taken(values, PARTY_FIELDS))
    db.session.add(party)
    db.session.flush()
    index_party(party)
    history.record(party, "register", viewer, name=N_("登记当事人"), law="内部规则: 主体登记")
    return party


def change_party(viewer: Viewer, party: Party, values: Mapping[str, Any]) -> list[str]:
    """Correct a party; the name it had is kept as a former one. Returns the names of the fields that changed."""
    require(viewer, "party.write")
    _check_party(values, party)
    before, new = party.name, _taken(values, PARTY_FIELDS)
    changed = [key for key, value in new.items() if getattr(party, key) != value]
    for key in changed:
        setattr(party, key, new[key])
    if party.name != before and before not in party.former_names:
        party.former_names = [*party.former_names, before]
    if changed:
        db.session.flush()
        index_party(party)
        history.record(
            party, "correct", viewer, name=N_("更正当事人信息"), law="内部规则: 更正留痕", facts={"fields": changed}
        )
    return changed


def add_right(viewer: Viewer, values: Mapping[str, Any]) -> Right:
    """Register a right. Refused (422) when a right of this kind and number is already there."""
    require(viewer, "right.write")
    _check_right(viewer, values, None)
    right = Right(created_by_id=viewer.user_id or None, **_taken(values, RIGHT_FIELDS))
    db.session.add(right)
    db.session.flush()
    index_right(right)
    history.record(right, "register", viewer, name=N_("登记权利"), law="内部规则: 权利登记")
    return right


def change_right(viewer: Viewer, right: Right, values: Mapping[str, Any]) -> list[str]:
    """Correct a right. Returns the names of the fields that changed."""
    require(viewer, "right.write")
    _check_right(viewer, values, right)
    new = _taken(values, RIGHT_FIELDS)
    if (values.get("number") or "").strip() == right.number:  # one saved before numbers were cleaned, left as it was
        new["number"] = right.number
    changed = [key for key, value in new.items() if getattr(right, key) != value]
    for key in changed:
        setattr(right, key, new[key])
    if changed:
        db.session.flush()
        db.session.refresh(right, ["holder"])
        index_right(right)
        history.record(
            right, "correct", viewer, name=N_("更正权利信息"), law="内部规则: 更正留痕", facts={"fields": changed}
        )
    return changed


def index_party(party: Party) -> None:
    """Make a party findable by its names, codes and place; never by its identity number."""
    words = " ".join(
        filter(
            None,
            (
                *party.former_names,
                party.trade_name,
                party.credit_code,
                party.legacy_no,
                party.legal_representative,
                party.address,
                party.phone,
            ),
        )
    )
    search.index(db.session(), "party", party.id, None, words, title=party.name)


def index_right(right: Right) -> None:
    """Make a right findable by name, number and holder."""
    holder = right.holder or db.session.get_one(Party, right.holder_id)
    words = " ".join(filter(None, (right.number, holder.name, right.goods)))
    search.index(db.session(), "right", right.id, None, words, title=right.name)


def _taken(values: Mapping[str, Any], fields: tuple[str, ...]) -> dict[str, Any]:
    empty_is_none = {"credit_code", "legacy_no", "id_kind", "id_number", "valid_from", "valid_to"}
    found = {key: values[key] for key in fields if key in values}
    for key, value in found.items():
        if isinstance(value, str):
            found[key] = value.strip()
        if key in empty_is_none and not found[key]:
            found[key] = None
    if found.get("credit_code"):
        found["credit_code"] = identifiers.clean_credit_code(found["credit_code"])
    if found.get("id_number"):
        found["id_number"] = identifiers.clean_id_number(found["id_number"])
    elif "id_number" in found:
        found["id_kind"] = None
    if "number" in found:
        found["number"] = identifiers.clean_right_number(found["number"])
    if found.get("phone"):
        found["phone"] = identifiers.clean_phone(found["phone"])
    return found


def _check_party(values: Mapping[str, Any], but: Party | None) -> None:
    if not (values.get("name") or "").strip():
        raise Refused(N_("请填写当事人名称。"), 422)
    code, number = values.get("credit_code") or "", values.get("id_number") or ""
    if code:
        if sentence := identifiers.credit_code(code):
            raise Refused(sentence, 422)
        same = db.session.scalar(select(Party.id).where(Party.credit_code == identifiers.clean_credit_code(code)))
        if same is not None and (but is None or same != but.id):
            raise Refused(N_("该统一社会信用代码已经登记，请在名录中选用，不必新建。"), 422)
    if number:
        if sentence := identifiers.id_number(values.get("id_kind") or "resident", number):
            raise Refused(sentence, 422)
        key = blind(identifiers.clean_id_number(number), "party.id_number")
        same = db.session.scalar(select(Party.id).where(Party.id_blind == key))
        if same is not None and (but is None or same != but.id):
            raise Refused(N_("该证件号码已经登记，请在名录中选用，不必新建。"), 422)


def _check_right(viewer: Viewer, values: Mapping[str, Any], but: Right | None) -> None:
    kind, number = values.get("kind") or "", (values.get("number") or "").strip()
    kept = but is not None and (but.kind, but.number) == (kind, number)
    if not (values.get("name") or "").strip():
        raise Refused(N_("请填写权利名称。"), 422)
    if number:
        if sentence := identifiers.right_number(kind, number):
            raise Refused(sentence, 422)
        same = queries.right_numbered(viewer, kind, number)
        if same is not None and not kept and (but is None or same.id != but.id):
            raise Refused(N_("该权利号已经登记，请在名录中选用，不必新建。"), 422)
