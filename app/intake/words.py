"""The closed lists of a clue, with the words of the law. Pure."""

from __future__ import annotations

import datetime as dt

from app.core.text import N_

PHOTOS = 20  # files at a time
# 案件来源. A consumer's own dispute (投诉) is no clue by itself (市场监督管理投诉举报处理办法 3, 9) and is not listed.
SOURCES: dict[str, str] = {
    "inspection": N_("监督检查"),
    "campaign": N_("专项行动"),
    "report": N_("举报"),
    "right_holder": N_("权利人投诉"),
    "online_monitor": N_("网络监测"),
    "exhibition": N_("展会"),
    "complaint_mediation": N_("调解中发现"),
    "transfer_in_admin": N_("其他部门移送"),
    "transfer_in_police": N_("公安、检察机关移送"),
    "assigned": N_("上级交办"),
    "media": N_("舆情"),
    "other": N_("其他"),
}
# Sources where the bureau itself went and looked: only these may be closed as "nothing found".
OWN_CHECKS = frozenset({"inspection", "campaign", "online_monitor", "exhibition"})
# Somebody told the bureau: only then can the same person tell more and start the clock anew (投诉举报处理办法 35).
TOLD = frozenset({"report", "right_holder", "complaint_mediation"})
TRANSFERS_IN = frozenset({"transfer_in_admin", "transfer_in_police", "assigned"})

CHANNELS: dict[str, str] = {
    "on_site": N_("现场发现"),
    "phone": N_("电话"),
    "platform_12315": N_("全国12315平台"),
    "counter": N_("来访"),
    "letter": N_("来信"),
    "web": N_("网上提交"),
    "official_letter": N_("公函"),
}

# 信政〔2021〕12号 三(十二): fixed lists.
PLACE_TAGS: dict[str, str] = {
    "hot_spot": N_("侵权案件高发地"),
    "manufacturing": N_("制造业集中地"),
    "market": N_("专业市场"),
    "exhibition": N_("展会"),
    "circulation": N_("商品流通环节"),
    "internet": N_("互联网"),
}
OBJECT_TAGS: dict[str, str] = {
    "patent": N_("高价值专利"),
    "well_known_mark": N_("驰名商标"),
    "gi": N_("地理标志"),
    "software": N_("计算机软件"),
    "plant_variety": N_("植物新品种"),
    "tcm": N_("中医药"),
    "trade_secret": N_("商业秘密"),
}

# 市场监督管理行政处罚程序规定 19: all four, or no filing.
CONDITIONS: dict[str, str] = {
    "evidence": N_("有证据初步证明存在违反市场监督管理法律、法规、规章的行为"),
    "penalty": N_("依据市场监督管理法律、法规、规章应当给予行政处罚"),
    "jurisdiction": N_("属于本部门管辖"),
    "limitation": N_("在给予行政处罚的法定期限内"),
}

# Why a case is not filed: the four of 程序规定 20, and a condition of 19 that is not met. code -> (words, article)
NOT_FILED_GROUNDS: dict[str, tuple[str, str]] = {
    "minor": (N_("违法行为轻微并及时改正，没有造成危害后果"), "市场监督管理行政处罚程序规定 20(i)"),
    "first": (N_("初次违法且危害后果轻微并及时改正"), "市场监督管理行政处罚程序规定 20(ii)"),
    "no_fault": (
        N_("当事人有证据足以证明没有主观过错，但法律、行政法规另有规定的除外"),
        "市场监督管理行政处罚程序规定 20(iii)",
    ),
    "other": (N_("依法可以不予立案的其他情形"), "市场监督管理行政处罚程序规定 20(iv)"),
    "not_proved": (N_("经核查，没有证据初步证明存在违法行为"), "市场监督管理行政处罚程序规定 19"),
    "no_penalty": (N_("依法不应当给予行政处罚"), "市场监督管理行政处罚程序规定 19"),
    "time_barred": (N_("已超过给予行政处罚的法定期限"), "行政处罚法 36"),
}

# Of these the act stands and is not pursued all the same (程序规定 20): the conditions of 19 may all be met.
LENIENT = frozenset({"minor", "first", "no_fault", "other"})

# Whether the informer must be told: no fixed five days since 2026-04-15, only where a law says so.
TELL_INFORMER: dict[str, str] = {
    "none": N_("无须告知（无法律、法规、规章要求）"),
    "aucl20": N_("应当告知：实名举报并提供相关事实和证据（反不正当竞争法 20）"),
    "aucl20_bare": N_("无须告知：实名举报但未提供相关事实和证据（反不正当竞争法 20）"),
    "other_law": N_("应当告知：其他法律、法规、规章有要求"),
}

# Acts of the 反不正当竞争法, whose article 20 lets a named informer know the result.
COMPETITION_CAUSES = frozenset({"confusion", "trade_secret"})

# What stops the verification clock (程序规定 18).
PAUSE_GROUNDS: dict[str, str] = {
    "检测": N_("检测"),
    "检验": N_("检验"),
    "检疫": N_("检疫"),
    "鉴定": N_("鉴定"),
    "权利人辨认或者鉴别": N_("权利人辨认或者鉴别"),
}

REPORTER_KINDS: dict[str, str] = {
    "named": N_("实名举报"),
    "anonymous": N_("匿名举报"),
    "right_holder": N_("权利人或者其代理人"),
}


def limitation_ends(act_ended_on: dt.date, years: int) -> dt.date:
    """The last day on which the act may still be found and punished (行政处罚法 36): 2 years, or 5."""
    try:
        return act_ended_on.replace(year=act_ended_on.year + years)
    except ValueError:  # 29 February
        return act_ended_on.replace(year=act_ended_on.year + years, day=28)
