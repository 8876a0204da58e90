"""Articles as the screen cites them. The procedures cite in Chinese; English pages name the instrument in English."""

from __future__ import annotations

import re

from app.core.text import N_, _

# The instruments and reasons of the house that steps, deadlines and history cite. Longer names before their parts.
INSTRUMENTS = (
    N_("行政执法机关移送涉嫌犯罪案件的规定（国务院令第310号，2020年修订）"),
    N_("公安机关办理经济犯罪案件的若干规定（2017）"),
    N_("行政执法机关移送涉嫌犯罪案件的规定"),
    N_("市场监督管理行政处罚程序规定"),
    N_("市场监督管理投诉举报处理办法"),
    N_("公安机关办理刑事案件程序规定"),
    N_("人民检察院刑事诉讼规则"),
    N_("行政执法监督条例"),
    N_("商标法实施条例"),
    N_("国务院令第310号"),
    N_("国务院令310号"),
    N_("高检会〔2006〕2号"),
    N_("关于强化知识产权协同保护的意见（2022）"),
    N_("法释〔2025〕5号"),
    N_("行政强制法"),
    N_("行政处罚法"),
    N_("程序规定"),
    N_("刑法"),
)
HOUSE = (
    N_("内部规则: 专项行动"),
    N_("内部规则: 导出留痕"),
    N_("内部规则: 后台任务"),
    N_("内部规则: 材料留痕"),
    N_("内部规则: 更正留痕"),
    N_("内部规则: 人员变动时改派承办人员"),
    N_("内部规则: 新事实、上级或者法院决定"),
    N_("内部规则: 移送期间按相关案件中止"),
    N_("内部规则: 工作日历"),
    N_("内部规则: 账号与岗位管理"),
    N_("内部规则: 账号安全"),
    N_("内部规则: 主体登记"),
    N_("内部规则: 权利登记"),
    N_("内部规则：公安机关以纸质文书答复的，登记文书并附扫描件"),
    N_("内部规则：规定未设法制审核，本机关可要求移送前出具；不延长三日决定期限"),
    N_("内部规则：报告事实不清、材料不全的，退回专案组修改"),
    N_("内部规则：国务院令第310号 5(2) 未规定中止，退回补正不停止三日期限"),
    N_("内部规则：以纸质送达的，登记送达回证"),
    N_("内部规则：必备文书和送达记录齐全后办结，由负责人确认"),
)
_ARTICLES = re.compile(r" ?(\d[\d()ivx、—–-]*)")


def cited(law: str) -> str:
    """`law` as it is cited ("行政处罚法 42；内部规则: …") in the language of the page. Unknown words stay as they are."""
    if not law or _(INSTRUMENTS[-1]) == INSTRUMENTS[-1]:
        return law
    if _(law) != law:
        return _(law)
    return "; ".join(_piece(piece) for piece in law.split("；") if piece)


def _piece(piece: str) -> str:
    if _(piece) != piece:
        return _(piece)
    out, rest = "", piece
    while rest:
        name = next((name for name in INSTRUMENTS if rest.startswith(name)), None)
        if name is None:
            out, rest = out + (", " if rest[0] == "、" else rest[0]), rest[1:]
            continue
        out, rest = out + _(name), rest.removeprefix(name)
        found = _ARTICLES.match(rest)
        if found:
            articles = [one for one in found[1].split("、") if one]
            out += (" arts. " if len(articles) > 1 or re.search(r"[—–-]", found[1]) else " art. ") + ", ".join(articles)
            rest = ("、" if found[1].endswith("、") else "") + rest[found.end() :]
    return out
