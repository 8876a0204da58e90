"""Statutory deadlines of the transfer to the police, and of what the police and the agency owe each other after it.

国务院令第310号 does not say whether its 日 are working days: natural days are counted, the earlier and safer reading.
A number that no text gives, or whose text was not seen in full, is marked: `status` and, in `miss`, its source.
"""

from __future__ import annotations

from app.core.terms import Extension, Term
from app.core.text import N_

ORDER_310 = "行政执法机关移送涉嫌犯罪案件的规定"
POLICE_RULES = "公安机关办理刑事案件程序规定"

TERMS: tuple[Term, ...] = (
    Term(
        "team_designation", N_("指定专案组"), 1, "day", f"{ORDER_310} 5(1)", N_("发现犯罪嫌疑"),
        tells=("unit_head",), status="unverified",
        miss=N_("条文为“立即”，无天数；按1日提示系本系统设定"),
    ),
    Term(
        "endorsement", N_("办案机构负责人审查移送报告"), 1, "workday", f"{ORDER_310} 5", N_("专案组提交书面报告"),
        tells=("endorser", "reviewer", "principal"), status="unverified",
        miss=N_("条文未定报告在办案机构的时限；按1个工作日提示系本系统设定，使三日决定期限不因审查、法制审核而迟迟不起算"),
    ),
    Term(
        "principal_decision", N_("正职负责人决定是否移送"), 3, "day", f"{ORDER_310} 5(2)", N_("收到移送书面报告"),
        starts="report_received_from", tells=("principal", "unit_head", "team"),
        miss=N_("逾期不作决定的，本级或者上级人民政府、检察机关可以督促（规定 14、16）；退回补正不停止计算"),
    ),
    Term(
        "handover_24h", N_("向公安机关移送"), 24, "hour", f"{ORDER_310} 5(2)", N_("决定批准移送"),
        tells=("team", "registrar", "principal"), miss=N_("超过24小时移送的，须说明原因并记录在案"),
    ),
    Term(
        "copy_procuratorate", N_("抄送人民检察院"), 1, "day", "高检会〔2006〕2号；关于强化知识产权协同保护的意见（2022）", N_("移送公安机关"),
        starts="handed_from", tells=("registrar",), status="unverified",
        miss=N_("条文为移送的“同时”；按当日加1日提示系本系统设定"),
    ),
    Term(
        "police_receipt", N_("公安机关在回执上签字"), 24, "hour", f"{ORDER_310} 7", N_("移送材料送达"),
        starts="delivered_from", tells=("police", "registrar"), status="unverified",
        miss=N_("签字是法定义务，但条文未定时限；24小时提示系本系统设定"),
    ),
    Term(
        "police_material_notice", N_("公安机关通知补正材料"), 24, "hour", f"{POLICE_RULES} 180(2)", N_("公安机关接受移送"),
        starts="receipt_from", tells=("police",), miss=N_("不得以材料不全为由不接受移送的案件"),
    ),
    Term(
        "material_supplement", N_("补正移送材料"), 3, "day", f"{POLICE_RULES} 180(2)", N_("收到补正通知"),
        starts="supplement_from", tells=("team", "registrar"), miss=N_("逾期不补正不影响公安机关依法审查，但应说明原因"),
    ),
    Term(
        "police_filing_basic", N_("公安机关决定是否立案"), 3, "day", f"{ORDER_310} 8；{POLICE_RULES} 180(1)", N_("公安机关接受移送"),
        starts="receipt_from", tells=("police", "team"),
        miss=N_("逾期未作决定的，可以建议人民检察院进行立案监督（人民检察院刑事诉讼规则 562）；经批准延长的，登记后按10日、30日、60日计"),
    ),
    Term(
        "reconsideration_request_3d", N_("提请复议或者建议立案监督"), 3, "day", f"{ORDER_310} 9(1)；{POLICE_RULES} 181",
        N_("收到不予立案通知书"), starts="not_filed_from", tells=("team", "unit_head", "principal"),
        miss=N_("逾期即失去提请复议的机会"),
    ),
    Term(
        "reconsideration_decision", N_("公安机关作出复议决定"), 3, "day", f"{ORDER_310} 9(2)；{POLICE_RULES} 181", N_("公安机关收到提请复议的文件"),
        starts="reconsideration_from", tells=("police", "team"), miss=N_("逾期未答复的，可以建议人民检察院进行立案监督"),
    ),
    Term(
        "supervision_suggestion_3d", N_("复议维持后建议立案监督"), 3, "day", f"{ORDER_310} 9(2)", N_("收到维持不予立案的复议决定"),
        starts="reconsidered_from", tells=("team", "unit_head", "principal"),
        miss=N_("仍有异议的，条文为“应当”建议人民检察院立案监督；逾期须说明原因"),
    ),
    Term(
        "goods_handover_3d", N_("移交涉案物品和其他材料"), 3, "day", f"{ORDER_310} 12", N_("收到立案通知书"),
        starts="filed_from", tells=("team", "registrar"), miss=N_("法律、行政法规另有规定的，依照其规定"),
    ),
    Term(
        "notice_goods_moved", N_("书面告知当事人物品已移送"), 1, "day", "行政强制法 21", N_("移交涉案物品"),
        starts="goods_from", tells=("team", "registrar"), status="unverified",
        miss=N_("条文要求移送时书面告知，无天数；按1日提示系本系统设定"),
    ),
    Term(
        "returned_case_verify", N_("核查退回案件"), 15, "workday", "市场监督管理行政处罚程序规定 18", N_("收到退回材料"),
        starts="returned_from", tells=("team", "unit_head"), miss=N_("逾期未决定是否继续行政处理"),
        extension=Extension(15, "workday", "head", "市场监督管理行政处罚程序规定 18"),
    ),
)  # fmt: skip
