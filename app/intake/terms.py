"""Deadlines of the clue. Pure."""

from __future__ import annotations

from app.core.terms import Extension, Term
from app.core.text import N_
from app.intake.words import PAUSE_GROUNDS

_EXCLUDES = tuple(PAUSE_GROUNDS)
_EXTENSION = Extension(15, "workday", "head", "市场监督管理行政处罚程序规定 18")

CLUE_VERIFY = Term(
    "clue_verify", N_("线索核查"), 15, "workday", "市场监督管理行政处罚程序规定 18", N_("发现线索或者收到材料"),
    starts="verify_from", extension=_EXTENSION, excludes=_EXCLUDES, tells=("officers", "unit_head"),
    miss=N_("逾期未决定是否立案，依法仍可立案，但可能被诉不履行职责"),
)  # fmt: skip

CLUE_VERIFY_MEDIATION = Term(
    "clue_verify_mediation", N_("调解线索核查"), 15, "workday", "市场监督管理投诉举报处理办法 27", N_("调解中发现违法线索"),
    starts="verify_from", extension=_EXTENSION, excludes=_EXCLUDES, tells=("officers", "unit_head"),
    miss=N_("逾期未决定是否立案，依法仍可立案，但可能被诉不履行职责"),
)  # fmt: skip

TERMS = (CLUE_VERIFY, CLUE_VERIFY_MEDIATION)
