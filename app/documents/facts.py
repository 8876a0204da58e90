"""Blocks of facts that several papers share. Plain values only: what is here is printed as it is.

Dates are the words that are printed (``2026年11月23日``, ``2026年11月23日9时30分``), money is whole fen, quantities are
text with their unit. An empty string is printed as "／", as on paper forms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.registry import identifiers

CREDIT_CODE = "统一社会信用代码（注册号）"


@dataclass(frozen=True)
class PartyFacts:
    """当事人. Whole on papers of the file and on the copy to the party; in every other copy that leaves the file give
    ``code`` and ``phone`` masked (R-39). An identity number is kept encrypted with the paper (``models.PaperFacts``).
    """

    name: str
    is_person: bool = False
    licence_name: str = ""
    code_name: str = CREDIT_CODE
    code: str = ""
    address: str = ""
    head_title: str = "法定代表人（负责人、经营者）"
    head: str = ""
    sex: str = ""
    birth: str = ""
    phone: str = ""
    other_contact: str = ""


def party_facts(party: Any) -> PartyFacts:
    """A party of the register as the papers of the file name it: numbers whole, sex and birth from the resident number."""
    person = party.kind == "person"
    by_paper = person or not (
        party.credit_code or party.legacy_no
    )  # a business without a licence is known by its owner
    number = (party.id_number or "") if by_paper else ""
    sex, birth = identifiers.sex_and_birth(number) if person and party.id_kind == "resident" else ("", "")
    return PartyFacts(
        name=party.name, is_person=person, licence_name="" if by_paper else "营业执照", address=party.address or "", phone=party.phone or "",
        code_name=id_title(party.id_kind) if person or number else CREDIT_CODE, code=number or party.credit_code or party.legacy_no or "",
        head="" if person else party.legal_representative or "", sex=sex, birth=birth,
    )  # fmt: skip


def id_title(kind: str | None) -> str:
    """居民身份证号码, 护照号码 …; 身份证件号码 where the kind is not known."""
    return f"{identifiers.ID_KINDS[kind]}号码" if kind in identifiers.ID_KINDS and kind != "other" else "身份证件号码"


@dataclass(frozen=True)
class OfficerFacts:
    """执法人员 with the number of the law-enforcement certificate (执法证号) that was shown."""

    name: str
    certificate: str = ""


@dataclass(frozen=True)
class OpinionFacts:
    """One box of an approval form: whose opinion (``title``), its words, who signed, when (words)."""

    title: str
    text: str = ""
    name: str = ""
    at: str = ""


@dataclass(frozen=True)
class GoodsFacts:
    """One line of a list of goods. ``price_fen`` is the unit price, ``value_fen`` the worth of the line; None: 未查明."""

    name: str
    mark: str = ""
    spec: str = ""
    batch: str = ""
    unit: str = ""
    quantity: str = ""
    price_fen: int | None = None
    price_kind: str = ""
    value_fen: int | None = None
    features: str = ""
    place: str = ""
    measure_no: str = ""
    seal_no: str = ""
    item_no: str = ""
    remarks: str = ""


@dataclass(frozen=True)
class EvidenceFacts:
    """One piece of evidence: its name, legal kind (证据种类) and what it proves."""

    name: str
    kind: str = ""
    proves: str = ""
    source: str = ""


@dataclass(frozen=True)
class AmountFacts:
    """One line of the amount sheet: what (已销售金额 …), how it was computed, the sum in fen."""

    name: str
    basis: str
    fen: int | None


@dataclass(frozen=True)
class HitFacts:
    """One threshold met: rule id, crime, article, the measured value, the line it is held against."""

    rule: str
    crime: str
    article: str
    value: str
    line: str


@dataclass(frozen=True)
class CheckFacts:
    """A box to tick."""

    text: str
    ticked: bool
    remarks: str = ""


@dataclass(frozen=True)
class AnswerFacts:
    """A question and its answer."""

    question: str
    answer: str


@dataclass(frozen=True)
class MaterialFacts:
    """One line of a list of materials. ``sha256`` is given for electronic items only."""

    title: str
    number: str = ""
    pages: str = ""
    form: str = "原件"
    medium: str = "纸质"
    sha256: str = ""
    remarks: str = ""


@dataclass(frozen=True)
class DayFacts:
    """One entry of a course of events: when (words), what."""

    at: str
    text: str
