"""The closed lists of a case, with the words and articles of the law. Pure."""

from __future__ import annotations

from app.core.text import N_

# What an officer may put before the head (form 8 and 53): code -> (words, article).
MATTERS: dict[str, tuple[str, str]] = {
    "suspend": (N_("中止调查"), "市场监督管理行政处罚程序规定 46"),
    "resume": (N_("恢复调查"), "市场监督管理行政处罚程序规定 46"),
    "terminate": (N_("终止调查"), "市场监督管理行政处罚程序规定 47"),
    "extend": (N_("延长办案期限"), "市场监督管理行政处罚程序规定 64"),
    "extend_measure": (N_("延长查封、扣押期限"), "行政强制法 25、市场监督管理行政处罚程序规定 38"),
    "close": (N_("结案"), "市场监督管理行政处罚程序规定 77"),
}
# 程序规定 46: why an investigation may stop for a time.
SUSPEND_GROUNDS: dict[str, tuple[str, str]] = {
    "related_case": (
        N_("须以相关案件的裁判结果或者其他行政决定为依据，而相关案件尚未审结或者其他行政决定尚未作出"),
        "程序规定 46(1)(1)",
    ),
    "law_question": (N_("涉及法律适用等问题，需要送请有权机关作出解释或者确认"), "程序规定 46(1)(2)"),
    "force_majeure": (N_("因不可抗力致使案件暂时无法调查"), "程序规定 46(1)(3)"),
    "whereabouts": (N_("因当事人下落不明致使案件暂时无法调查"), "程序规定 46(1)(4)"),
    "mark_ownership": (
        N_("查处商标侵权案件，对商标权属存在争议或者权利人同时向人民法院提起商标侵权诉讼"),
        "商标法 62(3)、商标法实施条例 81",
    ),
    "other": (N_("其他应当中止调查的情形"), "程序规定 46(1)(5)"),
}
# 程序规定 47: why it ends without a decision.
TERMINATE_GROUNDS: dict[str, tuple[str, str]] = {
    "death": (N_("涉嫌违法的自然人死亡，且无权利义务承受人"), "程序规定 47"),
    "dissolved": (N_("涉嫌违法的法人、其他组织终止，且无权利义务承受人"), "程序规定 47"),
    "cannot_continue": (N_("其他原因致使案件调查无法继续进行"), "程序规定 47"),
}
# 程序规定 77: why it is closed. Those that the states of today can reach.
CLOSE_GROUNDS: dict[str, tuple[str, str]] = {
    "terminated": (N_("案件终止调查"), "程序规定 77(1)(3)"),
    "sent_to_justice": (N_("决定移送司法机关（程序规定 60(1)(5)）"), "程序规定 77(1)(4)"),
}
# The state that a ground of closing speaks of: what was never sent to the justice organs is not closed as sent.
CLOSES_FROM: dict[str, str] = {"terminated": "terminated", "sent_to_justice": "sent"}
# States of a transfer in which it holds its case no more: refused by the principal, taken by the police, given back, closed.
TRANSFER_SETTLED = ("not_approved", "filed", "goods_handed_over", "returned_to_administrative", "closed")
GROUNDS: dict[str, dict[str, tuple[str, str]]] = {
    "suspend": SUSPEND_GROUNDS,
    "terminate": TERMINATE_GROUNDS,
    "close": CLOSE_GROUNDS,
}

# 程序规定 64: what does not count towards the ninety days. Written as it stands in the trace of the deadline.
EXCLUDED: dict[str, str] = {
    "中止": N_("中止"),
    "听证": N_("听证"),
    "公告": N_("公告"),
    "检测": N_("检测"),
    "检验": N_("检验"),
    "检疫": N_("检疫"),
    "鉴定": N_("鉴定"),
    "权利人辨认或者鉴别": N_("权利人辨认或者鉴别"),
    "责令退还多收价款": N_("责令退还多收价款"),
}
# Those that an officer enters with their papers; 中止 comes from the step, 听证 from the hearing.
ENTERED = ("检测", "检验", "检疫", "鉴定", "权利人辨认或者鉴别", "公告", "责令退还多收价款")
# 行政强制法 25(3): the time of a test does not count towards a seizure, if the party was told of it in writing (form 31).
MEASURE_EXCLUDED = ("检测", "检验", "检疫", "鉴定")
# House reading: while the police examine a transfer, the result of that case is what the decision waits for.
TRANSFER_PAUSE = "相关案件：涉嫌犯罪已移送公安机关（程序规定 46(1)(1)，内部理解）"

# Bands of 非法经营额 for the list, by the lines that matter: (lowest fen, words).
BANDS: tuple[tuple[int, str], ...] = (
    (0, N_("未核算")),
    (1, N_("不足3万元")),
    (3_000_000, N_("3万元以上不足5万元")),
    (5_000_000, N_("5万元以上不足15万元")),
    (15_000_000, N_("15万元以上不足50万元")),
    (50_000_000, N_("50万元以上")),
)


def band_of(fen: int) -> int:
    """The band that an amount falls into; "以上" includes the figure (程序规定 84)."""
    return max(n for n, (least, _words) in enumerate(BANDS) if fen >= least)
