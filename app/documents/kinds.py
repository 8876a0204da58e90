"""Kinds of papers (文书). Declared in each feature's ``papers.py``, registered here. Pure: no database, no engine."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

#: Turns the subject of a step (and what the step took) into the facts of a paper: ``(subject, taken) -> facts``.
FactsFunction = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class PaperKind:
    """One kind of paper.

    id: name used in ``Step.papers``. title: as the law or the form set names it. form: its number in the SAMR set
    of 2021, or the letter of our own catalogue. law: the article that wants it.
    series: class of its official number (``core.numbering``), None for a paper without a number.
    template: file under ``templates/documents``. facts_type: the frozen dataclass it is printed from.
    signers: whose signature places it has. seal: whether the bureau's seal goes on it.
    service_owed: whether a proof of service (form 50, R-40) opens for each addressee. to_organ: that addressee is another
    organ, which takes a paper electronically without form 10 (程序规定 82(3) protects parties).
    readers: kinds of organ that may read it where the subject is open to them; a partner organ gets its package
    and nothing of our own papers. in_package: whether it goes with the package to the police (国务院令310号 6).
    apart: the facts that tell papers of the kind apart in a list ("person.name").
    correctable: whether it may be corrected from the records as they stand now (`documents/correcting.py`). Not what
    somebody signed: an approval form shows what was decided upon, a record what was said on the spot.
    """

    id: str
    title: str
    form: str
    law: str
    series: str | None
    template: str
    facts_type: type
    signers: tuple[str, ...] = ()
    seal: bool = False
    service_owed: bool = False
    to_organ: bool = False
    readers: tuple[str, ...] = ("bureau",)
    in_package: bool = False
    correctable: bool = False
    apart: tuple[str, ...] = ()

    def told_apart(self, facts: Mapping[str, Any]) -> str:
        """What a list says behind the title, from the frozen facts: 某人乙 · 2026年11月29日01时54分."""
        words = []
        for path in self.apart:
            value: Any = facts
            for name in path.split("."):
                value = value.get(name) if isinstance(value, Mapping) else None
            if value:
                words.append(str(value))
        return " · ".join(words)


KINDS: dict[str, PaperKind] = {}
_FACTS: dict[str, FactsFunction] = {}


def register(kind: PaperKind) -> PaperKind:
    """Enter ``kind`` in the registry. ValueError if the id is taken by another kind."""
    if KINDS.get(kind.id, kind) != kind:
        raise ValueError(f"paper kind {kind.id} is declared twice")
    KINDS[kind.id] = kind
    return kind


def facts_for(kind: PaperKind) -> Callable[[FactsFunction], FactsFunction]:
    """Declare the function that fills ``kind`` from rows: ``@facts_for(TRANSFER_LETTER)``.

    The function takes ``(subject, taken)`` and returns an instance of ``kind.facts_type``, or a list of instances
    when one step makes several papers of the kind (one per goods list). It reads, and writes nothing.
    """

    def enter(function: FactsFunction) -> FactsFunction:
        if kind.id in _FACTS and _FACTS[kind.id] is not function:
            raise ValueError(f"paper kind {kind.id} has two facts functions")
        _FACTS[kind.id] = function
        return function

    return enter


def facts_function(kind_id: str) -> FactsFunction:
    """Return the facts function of a kind. LookupError names the kind that has none."""
    if kind_id not in _FACTS:
        raise LookupError(f"paper kind {kind_id} has no facts function; declare one with @facts_for in papers.py")
    return _FACTS[kind_id]


class NotPlain(TypeError):
    """A fact is not a plain value (text, whole number, yes/no, nothing, tuple or frozen dataclass of such)."""


def freeze(facts: Any) -> dict[str, Any]:
    """Return ``facts`` (a frozen dataclass) as JSON values. NotPlain names the field that is not plain.

    Floats, dates and rows are refused: a date must already be the words that are printed, money must be whole fen,
    or the paper printed tomorrow would not be the paper that was decided today (R-41).
    """
    if not dataclasses.is_dataclass(facts) or isinstance(facts, type):
        raise NotPlain("facts must be an instance of a dataclass")
    frozen: dict[str, Any] = _plain(facts, type(facts).__name__)
    return frozen


def _plain(value: Any, where: str) -> Any:
    if value is None or isinstance(value, bool) or type(value) in (str, int):
        return value
    if isinstance(value, tuple | list):
        return [_plain(one, f"{where}[{number}]") for number, one in enumerate(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name), f"{where}.{field.name}")
            for field in dataclasses.fields(value)
        }
    raise NotPlain(f"{where} is a {type(value).__name__}, not a plain value")


def title_of(kind_id: str, facts: Mapping[str, Any] | None = None) -> str:
    """Return the title of a kind, or the one that its facts give (form 7 is 立案审批表 or 不予立案审批表)."""
    return str((facts or {}).get("title") or KINDS[kind_id].title)
