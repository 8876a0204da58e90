"""Blocks of facts that several papers share. Plain values only: what is here is printed as it is.

Dates are the words that are printed (``2026年11月23日``, ``2026年11月23日9时30分``), money is whole fen, quantities are
text with their unit. An empty string is printed as "／", as on paper forms.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PartyFacts:
    """当事人. In every copy that leaves the file, except the one to the party, give ``code`` and ``phone`` masked (R-39)."""

    name: str
    is_person: bool = False
    licence_name: str = ""
    code_name: str = "统一社会信用代码（注册号）"
    code: str = ""
    address: str = ""
    head_title: str = "法定代表人（负责人、经营者）"
    head: str = ""
    sex: str = ""
    birth: str = ""
    phone: str = ""
    other_contact: str = ""


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
    """One line of a list of goods. ``price_fen`` is the unit price, ``value_fen`` the worth of the line."""

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
