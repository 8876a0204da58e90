"""Deadlines of the case. Pure."""

from __future__ import annotations

from app.cases.words import EXCLUDED, MEASURE_EXCLUDED
from app.core.terms import Extension, Term
from app.core.text import N_

CASE_DECISION = Term(
    "case_decision", N_("办案期限"), 90, "day", "市场监督管理行政处罚程序规定 64、行政处罚法 60", N_("立案"), starts="filed_at",
    extension=Extension(30, "day", "head", "市场监督管理行政处罚程序规定 64"), excludes=tuple(EXCLUDED), tells=("officers", "unit_head"),
    miss=N_("超过办案期限属程序违法，复议、诉讼中可能被撤销或者确认违法"),
)  # fmt: skip

CLOSE = Term(
    "close", N_("填报结案审批"), 15, "workday", "市场监督管理行政处罚程序规定 77", N_("结案事由发生"), tells=("officers", "unit_head"),
    miss=N_("案件积压，应当尽快填报结案审批表"),
)  # fmt: skip

# nothing is released by time itself; the office must decide, so the alarm grows and asks for form 23.
SEIZURE = Term(
    "seizure", N_("查封、扣押期限"), 30, "day", "行政强制法 25、市场监督管理行政处罚程序规定 38", N_("作出查封、扣押决定"), starts="seized_from",
    extension=Extension(30, "day", "head", "行政强制法 25、市场监督管理行政处罚程序规定 38"), excludes=tuple(MEASURE_EXCLUDED),
    tells=("officers", "unit_head", "head"), marks=(20, 25),
    miss=N_("期限届满应当立即作出解除决定（文书23）并退还物品；继续查封、扣押属违法。送公安机关审查期间期限照常计算"),
)  # fmt: skip

# it ends by itself. No extension, and no day is left out; the alarms are those of the fifth and the sixth working day.
EVIDENCE_REGISTRATION = Term(
    "evidence_registration", N_("先行登记保存处理期限"), 7, "workday", "行政处罚法 56、市场监督管理行政处罚程序规定 35", N_("先行登记保存"),
    starts="registered_from", tells=("officers", "unit_head", "head"), marks=(5, 6),
    miss=N_("逾期未采取处理措施的，先行登记保存自行解除，应当退还物品并登记解除（文书20）"),
)  # fmt: skip

TERMS = (CASE_DECISION, CLOSE, SEIZURE, EVIDENCE_REGISTRATION)
