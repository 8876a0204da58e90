"""What somebody tried who was refused, in words: history keeps method and address, an auditor reads what they mean."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.core import subjects
from app.core.text import N_, _

# Endpoint -> what is behind it. `tests/desk` asks that no door that needs a permission is left out.
WORDS: dict[str, str] = {
    "campaigns.index": N_("专项行动"), "campaigns.new": N_("新建专项行动"), "campaigns.edit": N_("更正专项行动"),
    "cases.index": N_("案件列表"), "cases.show": N_("案件概况"), "cases.papers": N_("案件文书"), "cases.dates": N_("案件期限"),
    "cases.trail": N_("案件办理历史"), "cases.step": N_("案件办理步骤"), "cases.facts": N_("案情和行为时间地点"),
    "cases.exclude": N_("扣除办案期限"), "cases.end_exclusion": N_("结束扣除办案期限"), "cases.take_clue_files": N_("引入线索附件"),
    "cases.evidence": N_("证据列表"), "cases.new_evidence": N_("登记证据"), "cases.one_evidence": N_("证据"),
    "cases.evidence_version": N_("证据文件的新版本"), "cases.withdraw_evidence": N_("撤回证据"), "cases.goods": N_("物品与金额"),
    "cases.new_goods_list": N_("新建物品清单"), "cases.change_goods_list": N_("修改物品清单"), "cases.goods_list": N_("物品清单"),
    "cases.add_line": N_("登记涉案物品"), "cases.paste_lines": N_("登记涉案物品"), "cases.change_line": N_("修改涉案物品"),
    "cases.remove_line": N_("删除误登物品"), "cases.release_goods": N_("登记物品处理"), "cases.print_goods_list": N_("打印物品清单"),
    "cases.new_site_record": N_("制作现场笔录"), "cases.new_interview": N_("制作询问笔录"), "cases.screening": N_("刑事标准筛查"),
    "cases.findings": N_("筛查认定"), "cases.complete_evidence": N_("补全证据"), "cases.correct_goods_day": N_("更正日期"),
    "desk.home": N_("首页"), "desk.pile": N_("待办列表"), "desk.dates": N_("期限列表"), "desk.search": N_("检索"), "desk.stats": N_("统计"),
    "desk.stats_rows": N_("统计明细"), "desk.chain": N_("办理历史"), "desk.subject_history": N_("办理历史"),
    "desk.history_export": N_("导出历史"), "desk.history_check": N_("核验历史链"), "desk.jobs": N_("后台任务"), "desk.retry": N_("重试后台任务"),
    "documents.of": N_("文书列表"), "documents.show": N_("文书"), "documents.read": N_("文书正文"), "documents.state": N_("文书状态"),
    "documents.retry": N_("重新生成文书"), "documents.correct": N_("更正文书"), "documents.download": N_("下载文书"),
    "documents.whole": N_("下载全部文书"), "documents.bound": N_("下载全部文书"), "documents.file": N_("下载文件"),
    "documents.thumbnail": N_("图片缩略图"), "documents.service": N_("登记送达"),
    "intake.index": N_("线索列表"), "intake.new": N_("登记线索"), "intake.show": N_("线索内容"), "intake.step": N_("线索办理步骤"),
    "intake.amend": N_("更正登记内容"), "intake.attach": N_("补充照片和材料"), "intake.informer": N_("举报人信息"),
    "intake.add_letters": N_("存入举报人材料"), "intake.letter": N_("举报人材料"), "intake.withhold": N_("转为举报人材料"),
    "law.index": N_("工作日历"), "law.import_notice": N_("导入放假通知"), "law.instruments": N_("法律依据"),
    "notices.index": N_("通知"), "notices.unread": N_("未读通知"), "notices.open_notice": N_("通知"), "notices.read": N_("通知标为已读"),
    "notices.mail_file": N_("邮件原文"), "notices.mails": N_("邮件发送情况"),
    "people.account": N_("我的账号"), "people.end_session": N_("结束登录"), "people.switch_post": N_("切换岗位"),
    "people.password": N_("更改口令"), "people.second_factor": N_("动态验证码"), "people.sign_out": N_("退出登录"), "people.switch_locale": N_("语言"),
    "staff.index": N_("人员与岗位"), "staff.show": N_("人员信息"), "staff.new": N_("新建账号"), "staff.card": N_("更正人员信息"),
    "staff.appoint": N_("任命岗位"), "staff.end_post": N_("岗位离任"), "staff.account": N_("停用、恢复账号或者重置口令"),
    "registry.index": N_("当事人名录"), "registry.new_party": N_("登记当事人"), "registry.party": N_("当事人信息"),
    "registry.edit_party": N_("更正当事人信息"), "registry.open_id_number": N_("当事人证件号码"), "registry.rights": N_("权利名录"),
    "registry.new_right": N_("登记权利"), "registry.right": N_("权利信息"), "registry.edit_right": N_("更正权利信息"),
    "registry.suggest_parties": N_("当事人名录"), "registry.suggest_rights": N_("权利名录"), "registry.likely_parties": N_("当事人名录"),
    "registry.likely_rights": N_("权利名录"), "registry.check": N_("号码校验"),
    "transfers.index": N_("移送列表"), "transfers.show": N_("移送内容"), "transfers.step": N_("移送办理步骤"), "transfers.remind": N_("催办移送"),
    "transfers.new": N_("提出涉嫌犯罪移送"),
}  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """words: what was tried. subject: (type, id) of the record it was tried on, where there is one."""

    words: str
    subject: tuple[str, int] | None = None


def read(reason: str) -> Attempt | None:
    """What the method and address of a refused request mean; None for text that is no address of ours."""
    method, _blank, path = reason.partition(" ")
    if method not in {"GET", "HEAD", "POST"} or not path.startswith("/"):
        return None
    try:
        endpoint, given = current_app.url_map.bind("localhost").match(path, "GET" if method == "HEAD" else method)
    except (HTTPException, RequestRedirect):
        return None
    if endpoint not in WORDS:
        return None
    what = _(WORDS[endpoint])
    kind = next((kind for kind in subjects.kinds().values() if kind.key in given), None)
    if kind is not None and "step_id" in given:
        workflow = current_app.extensions["tiequan.workflows"][kind.type]
        what = next((_(step.name) for step in workflow.steps if step.id == given["step_id"]), what)
    words = _("提交“%(what)s”", what=what) if method == "POST" else _("打开“%(what)s”", what=what)
    if kind is not None:
        return Attempt(words, (kind.type, given[kind.key]))
    if "person_id" in given:
        return Attempt(words, ("person", given["person_id"]))
    if given.get("subject_type", given.get("type")) in subjects.kinds() and "subject_id" in given:
        return Attempt(words, (given.get("subject_type") or given["type"], given["subject_id"]))
    return Attempt(words)
