"""Transfer of a suspected criminal case to the police (涉嫌犯罪案件移送). The table is the procedure.

Two half tables: what the agency does until the package is handed over, and what the police answer. Every answer of the
police exists twice: taken by the police liaison in the police's own view, or recorded from the paper by our registrar.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import Any

from app.core import clock
from app.core.text import N_
from app.core.workflow import Guard, State, Step, Workflow, awaited, calling, empty, given, no

ORDER = "国务院令第310号"
RULES = "公安机关办理刑事案件程序规定"
HOUSE_RECORD = "内部规则：公安机关以纸质文书答复的，登记文书并附扫描件"

# The police and the procuratorate see a transfer in these states and in no other.
DELIVERED = (
    "handed_over", "receipt_signed", "supplement_requested", "forwarded_by_police", "returned_not_police_matter",
    "under_police_review", "filed", "not_filed", "no_decision_overdue", "goods_handed_over", "returned_to_administrative", "closed",
)  # fmt: skip

GROUNDS = {
    "threshold": N_("数额、情节达到刑事追诉标准"),
    "reasonable_suspicion": N_("有合理嫌疑，需要公安机关采取措施进一步获取证据"),
}
KEEPING = {"moved": N_("实物移交公安机关"), "kept": N_("办理移交手续，公安机关委托本机关代为保管")}
BACK = {"returned": N_("物品已退回本机关"), "disposed": N_("公安机关依法处理，不再退回")}
EXTENSIONS = {10: N_("自接受之日起10日"), 30: N_("自接受之日起30日"), 60: N_("自接受之日起60日")}
MEDIA = {"paper": N_("纸质材料当面移送"), "electronic": N_("本系统电子移送"), "both": N_("电子移送并送纸质原件")}


def filled(field: str, sentence: str) -> Guard:
    """The form must give `field`."""
    return Guard(f"{field}_given", sentence, lambda _s, _v, data: bool(str(data.get(field) or "").strip()), field)


def names(text: Any) -> tuple[str, ...]:
    """The names of a line in which several stand: 甲、乙."""
    return tuple(dict.fromkeys(re.split(r"[、，,；;\s]+", str(text or "").strip("、，,；; ")))) if text else ()


NONE = frozenset({"", "无", "没有", "暂无", "未处罚", "未作出", "/", "／", "-", "—", "－"})


def imposed(text: str | None) -> str:
    """The penalties as written; empty where somebody wrote that there are none: papers name a decision only where one is."""
    found = (text or "").strip()
    return "" if found.strip("。.；; ") in NONE else found


def _minute(at: dt.datetime) -> dt.datetime:
    """A form types whole minutes."""
    return at.replace(second=0, microsecond=0)


def explained(term: str, field: str, sentence: str) -> Guard:
    """What comes after its limit, by its own time, comes with a reason (E.4: never edited away, only explained)."""

    def test(subject: Any, _viewer: Any, data: Any) -> bool:
        at = data.get(field) or clock.now()
        return not subject.late(term, at) or bool(str(data.get("late_reason") or "").strip())

    return Guard(f"{term}_explained", sentence, test, "late_reason")


def _members(_subject: Any, _viewer: Any, data: Any) -> bool:
    return len(set(data.get("members") or ())) >= 2


NOT_ON_TEAM = Guard(
    "not_on_team", N_("您是（或者曾是）本案办案人员、专案组成员，不得同时审查或者决定移送。请由其他有权人员办理。"),
    lambda subject, viewer, _data: viewer.user_id not in subject.ever_handled, separation=True,
)  # fmt: skip
IN_HAND = Guard(
    "in_hand", N_("移送手续由专案组成员或者移送内勤办理。请联系他们，或者由办案机构负责人调整专案组。"),
    lambda subject, viewer, _data: viewer.post == "registrar" or viewer.user_id in subject.member_ids, separation=True,
)  # fmt: skip
ON_TEAM = Guard(
    "on_team", N_("只有专案组成员可以办理此步骤。请由专案组成员办理，或者由办案机构负责人调整专案组。"),
    lambda subject, viewer, _data: viewer.user_id in subject.member_ids,
)  # fmt: skip
# The report is examined by somebody else than its makers (E.2); the head stands in only where no unit head is left.
SUBSTITUTE = Guard(
    "substitute", N_("移送报告由办案机构负责人审查；只有其均为本案办案人员、专案组成员时，才由负责人代为审查。请等办案机构负责人审查。"),
    lambda subject, viewer, _data: viewer.post != "head" or viewer.user_id in {post.person_id for post in subject.examiners()}, separation=True,
)  # fmt: skip
TEAM_OF_TWO = Guard("team_of_two", N_("专案组不得少于两人，请至少选择两名执法人员。"), _members, "members")
CERTIFIED = Guard(
    "certified", N_("所选人员中有人不是本机关执法人员或者执法证已失效，请更换人员。"),
    lambda subject, _viewer, data: subject.all_certified(data.get("members") or ()), "members",
)  # fmt: skip
NO_DECIDER = Guard(
    "no_decider", N_("有权决定移送的正职负责人不得加入专案组，请更换人员。"),
    lambda subject, _viewer, data: subject.no_decider(data.get("members") or ()), "members",
)  # fmt: skip
EXAMINER_LEFT = Guard(
    "examiner_left", N_("专案组之外须留有未办理本案的办案机构负责人或者负责人审查移送报告，请更换人员。"),
    lambda subject, _viewer, data: bool(subject.examiners(data.get("members") or ())), "members",
)  # fmt: skip
REPORT_COMPLETE = Guard(
    "report_complete", N_("调查报告还不完整：案件来源、涉嫌犯罪事实、证据与法律依据、处理建议和涉嫌罪名都要填写；“合理嫌疑”情形还须写明嫌疑事实和需要公安机关采取的措施。"),
    lambda subject, _viewer, data: not subject.report_gaps(data),
)  # fmt: skip
LEGAL_GIVEN = calling(
    "legal_given", N_("本机关要求移送前出具法制审核意见。请先由审核人员出具意见。"),
    lambda transfer: no(transfer.legal_required) | (transfer.legal_opinion != ""),
)  # fmt: skip
LEGAL_OWED = awaited(
    "legal_owed", N_("本机关没有要求出具或者已经出具法制审核意见。"),
    lambda transfer: transfer.legal_required & (transfer.legal_opinion == ""),
)  # fmt: skip
REASON = filled("reason", N_("请写明理由，理由将记录在案。"))
OPINION = filled("reason", N_("请填写意见。"))
DECISION_REASON = filled(
    "reason", N_("决定不批准移送的，应当将不予批准的理由记录在案（规定第五条第二款）。请填写理由。")
)
ANNEXES = Guard(
    "annexes", N_("移送材料不齐：须有移送书、调查报告和移送材料清单，有涉案物品的还须有物品清单（规定第六条）。请先补齐。"),
    lambda subject, _viewer, _data: not subject.missing_annexes,
)  # fmt: skip
# What leaves the house is what its lists name, and every paper of it can be opened by who receives it.
LISTS_CURRENT = Guard(
    "lists_current", N_("案卷中的材料、物品与移送清单不一致。请先更正移送材料清单、涉案物品移送清单，使清单列明移送的每一项；物品尚未列入任何清单的，补制清单（规定第六条）。"),
    lambda subject, _viewer, _data: subject.lists_current,
)  # fmt: skip
# D4 goes to the police: an item is named there as what it is. It is printed with the approval, so it is asked before the report.
EVIDENCE_COMPLETE = Guard(
    "evidence_complete", N_("由线索引入的材料还没有补全证据种类、取得时间和取证人员，移送材料清单无法如实列明。请先由办案人员在案件的证据目录补全，或者撤回（规定第六条；程序规定 23、24）。"),
    lambda subject, _viewer, _data: not subject.evidence_open,
)  # fmt: skip
NOT_FAILED = Guard(
    "annexes_not_failed", N_("移送材料中有文书生成失败，请先重试：在移送或者案件的文书栏重新制作。"),
    lambda subject, _viewer, _data: not subject.annexes_in("failed"),
)  # fmt: skip
PRINTED = Guard(
    "annexes_printed", N_("移送材料正在生成，请稍候再办。"),
    lambda subject, _viewer, _data: not subject.annexes_in("waiting", "rendering"), passing=True,
)  # fmt: skip
# The list that is signed at the handing over after the filing names every record of the case, also the newest.
RECORDS_NOT_FAILED = Guard(
    "records_not_failed", N_("案件中有笔录、清单生成失败，请先在案件的文书栏重新制作，再移交。"),
    lambda subject, _viewer, _data: not subject.records_in("failed"),
)  # fmt: skip
RECORDS_PRINTED = Guard(
    "records_printed", N_("案件的笔录、清单正在生成，请稍候再办。"),
    lambda subject, _viewer, _data: not subject.records_in("waiting", "rendering"), passing=True,
)  # fmt: skip
COPY_PRINTED = Guard(
    "copy_printed", N_("抄送函正在生成，请稍候再办；生成失败的，请先重试。"),
    lambda subject, _viewer, _data: not subject.unprinted("copy_to_procuratorate"), passing=True,
)  # fmt: skip
NOTICE_PRINTED = Guard(
    "notice_printed", N_("物品移送告知书正在生成，请稍候再办；生成失败的，请先重试。"),
    lambda subject, _viewer, _data: not subject.unprinted("goods_moved_notice"), passing=True,
)  # fmt: skip
TWO_HANDED = Guard(
    "two_handed", N_("移送材料须由两人以上送达，请选择移送、抄送人（行政处罚法 42）。"),
    lambda _subject, _viewer, data: len(set(data.get("handed_by_names") or ())) >= 2, "handed_by_names",
)  # fmt: skip
HANDED_LATE = explained(
    "handover_24h", "handed_at", N_("批准后超过二十四小时才移送，请说明逾期原因，记录在案（规定第五条第二款）。")
)
DECIDED_LATE = explained(
    "principal_decision", "", N_("收到移送报告已超过三日，请说明逾期决定的原因，记录在案（规定第五条第二款）。")
)
SUPPLIED_LATE = explained("material_supplement", "supplied_at", N_("收到补正通知已超过三日，请说明逾期原因，记录在案（公安机关办理刑事案件程序规定 180(2)）。"))  # fmt: skip
SUGGESTED_LATE = explained("supervision_suggestion_3d", "supervision_at", N_("收到复议决定已超过三日，请说明逾期原因，记录在案（规定第九条第二款）。"))  # fmt: skip
IN_THREE_DAYS = Guard(
    "in_three_days", N_("收到不予立案通知书已超过三日，不能再提请复议。仍有异议的，请建议人民检察院依法进行立案监督（规定第九条第一款）。"),
    lambda subject, _viewer, data: not subject.late("reconsideration_request_3d", data.get("reconsideration_at") or clock.now()), "reconsideration_at",
)  # fmt: skip
APPRAISAL = Guard(
    "appraisal", N_("案卷中没有检验报告、鉴定意见。请先补入，或者写明没有的原因（规定第六条第四项）。"),
    lambda subject, _viewer, data: subject.has_appraisal or bool(str(data.get("no_appraisal_reason") or "").strip()), "no_appraisal_reason",
)  # fmt: skip
AFTER_APPROVAL = Guard(
    "after_approval", N_("移送时间不能早于批准时间，请核对。"),
    lambda subject, _viewer, data: data.get("handed_at") is None or data["handed_at"] >= _minute(subject.decided_at), "handed_at",
)  # fmt: skip
AFTER_HANDOVER = Guard(
    "after_handover", N_("签收时间不能早于移送时间，请核对。"),
    lambda subject, _viewer, data: data.get("receipt_at") is None or data["receipt_at"] >= _minute(subject.handed_at), "receipt_at",
)  # fmt: skip
HOLDS_GOODS = Guard(
    "holds_goods", N_("本案没有可以移交的涉案物品，不能随案移交。"), lambda subject, _viewer, _data: subject.holds_goods,
)  # fmt: skip
GOODS_HERE = Guard(
    "goods_here", N_("涉案物品已经移交，无需重复办理。"), lambda subject, _viewer, _data: subject.goods_here,
)  # fmt: skip
WITH_CASE = Guard(
    "with_case", N_("移送时未选择“涉案物品随案移送”，公安机关立案后再移交（规定第十二条）。"),
    lambda subject, _viewer, _data: subject.goods_with_case,
)  # fmt: skip
GOODS_MOVED = calling(
    "goods_moved", N_("没有移交过查封、扣押的物品，无需告知（行政强制法第二十一条）。"), lambda transfer: transfer.notice_owed,
)  # fmt: skip
GOODS_UNLISTED = Guard(
    "goods_unlisted", N_("涉案物品均已列入移送清单；有变动的，请更正清单。"), lambda subject, _viewer, _data: subject.goods_unlisted,
)  # fmt: skip
# What the police gave back after the filing is the case's own affair again.
GOODS_GONE = Guard(
    "goods_gone", N_("移交后又查封、扣押的物品还在本机关，请先补充移交公安机关，或者依法解除（规定第十二条）。"),
    lambda subject, _viewer, _data: subject.status != "goods_handed_over" or subject.goods_back_at is not None or not subject.seized_here,
)  # fmt: skip
GOODS_AWAY = Guard(
    "goods_away", N_("涉案物品没有移交公安机关，没有可以登记的退回。"), lambda subject, _viewer, _data: subject.goods_handed_at is not None,
)  # fmt: skip
# Goods that come back after the end of the procedure would be held without a clock, and nobody could say so.
GOODS_BACK = calling(
    "goods_back", N_("涉案物品还在公安机关，请先登记物品退回；公安机关依法处理、不再退回的，在同一步骤登记并附公安机关文书。"),
    lambda transfer: (transfer.status == "goods_handed_over") | empty(transfer.goods_handed_at),
)  # fmt: skip
WITNESSES = Guard(
    "witnesses", N_("移交物品须有两名以上见证人，移交人、接收人不能同时作见证人。请填写见证人姓名，用顿号隔开。"),
    lambda subject, _viewer, data: not subject.goods_here
    or len({*names(data.get("goods_witnesses"))} - {data.get("goods_giver"), data.get("goods_receiver")}) >= 2, "goods_witnesses",
)  # fmt: skip
KEEPER_GIVEN = Guard(
    "keeper_given", N_("公安机关委托本机关保管的，请填写保管人和保管地点。"),
    lambda _subject, _viewer, data: data.get("goods_keeping") != "kept"
    or all(str(data.get(name) or "").strip() for name in ("goods_keeper", "goods_kept_place")), "goods_keeper",
)  # fmt: skip
COPY_DONE = calling(
    "copy_done", N_("尚无人民检察院收到抄送材料的记录，请先登记抄送情况。"),
    lambda transfer: empty(transfer.handed_at) | given(transfer.copy_received_at),
)  # fmt: skip
PARTY_TOLD = calling(
    "party_told", N_("尚未登记书面告知当事人物品移送的情况（行政强制法第二十一条），请先登记。"),
    lambda transfer: no(transfer.notice_owed) | given(transfer.party_told_at),
)  # fmt: skip
COPY_OPEN = calling(
    "copy_open", N_("抄送材料已经签收，无需重复办理。"), lambda transfer: empty(transfer.copy_received_at),
)  # fmt: skip
PARTY_UNTOLD = calling(
    "party_untold", N_("已经登记告知情况，无需重复办理。"), lambda transfer: empty(transfer.party_told_at),
)  # fmt: skip
EXTENDABLE = Guard(
    "extendable", N_("核查期限已届满或者已经延长过一次，不能再延长。请尽快作出决定（程序规定 18）。"),
    lambda subject, _viewer, _data: subject.returned_extendable,
)  # fmt: skip
RECONSIDERED = calling(
    "reconsidered", N_("尚未提请复议，没有可以答复的复议申请。"), lambda transfer: given(transfer.reconsideration_at),
)  # fmt: skip
NOT_ANSWERED = calling(
    "not_answered", N_("复议决定已经登记，无需重复办理。"), lambda transfer: empty(transfer.reconsidered_at),
)  # fmt: skip
# While the police reconsider it is their turn (国务院令第310号 9(2)); they may file without it, and nobody else is stopped.
ON_REVIEW = awaited(
    "on_review", N_("提请复议后，由公安机关答复。"), lambda transfer: given(transfer.reconsideration_at) & empty(transfer.reconsidered_at),
)  # fmt: skip
NOT_ON_REVIEW = awaited(
    "not_on_review", N_("提请复议后，答复前不催办。"), lambda transfer: empty(transfer.reconsideration_at) | given(transfer.reconsidered_at),
)  # fmt: skip
COPIED_ON_PAPER = awaited(
    "copied_on_paper", N_("纸质移送的，由本机关抄送并登记。"), lambda transfer: transfer.medium == "paper",
)  # fmt: skip
NOT_ASKED = calling(
    "not_asked", N_("已经提请复议或者建议立案监督，请等候答复。"),
    lambda transfer: empty(transfer.reconsideration_at) & empty(transfer.supervision_at),
)  # fmt: skip
# After a reconsideration that upheld the refusal the suggestion is a duty, not a second try (国务院令第310号 9(2)).
NOT_SUGGESTED = calling(
    "not_suggested", N_("已经建议人民检察院立案监督，请等候答复。"), lambda transfer: empty(transfer.supervision_at),
)  # fmt: skip


def not_before(field: str, earlier: str, sentence: str) -> Guard:
    """A paper that comes in late carries its own date, but no fact lies before the one it follows (A.3, A.5)."""

    def test(subject: Any, _viewer: Any, data: Any) -> bool:
        given, before = data.get(field), getattr(subject, earlier)
        return given is None or before is None or given >= _minute(before)

    return Guard(f"{field}_not_before_{earlier}", sentence, test, field)


AFTER_RECEIPT = N_("这一时间不能早于公安机关签收材料的时间，请核对。")
AFTER_DELIVERY = N_("这一时间不能早于移送材料送达的时间，请核对。")
AFTER_NOTICE = N_("这一时间不能早于收到不予立案通知书的时间，请核对。")
LONGER = Guard(
    "longer", N_("延长后的期限须长于现行期限。请核对公安机关批准延长的天数。"),
    lambda subject, _viewer, data: int(data.get("police_extension") or 0) > (subject.police_extension or 3), "police_extension",
)  # fmt: skip

REPORT = (
    "crimes", "suspicion_facts", "police_measures_needed", "report_source", "report_facts", "report_evidence",
    "right_holder_opinion", "report_measures", "penalties_imposed", "report_proposal",
)  # fmt: skip
TEAM = ("officer", "unit_head", "reviewer", "registrar")


GOODS = (
    "goods_handed_at",
    "goods_giver",
    "goods_receiver",
    "goods_witnesses",
    "goods_keeping",
    "goods_keeper",
    "goods_kept_place",
)


def _answer(
    id: str,
    name: str,
    recorded_name: str,
    source: str | tuple[str, ...],
    target: str | None,
    law: str,
    *,
    scanned: bool = False,
    **more: Any,
) -> tuple[Step, Step]:
    """A police answer: the step of the police liaison, and the same recorded by us from the paper.

    scanned: the answer decides the matter, so that what we enter must show its paper (A.5).
    """
    own = Step(id, name, source, target, "police_liaison", law, organ="police_id", **more)
    needs = (IN_HAND, *more.pop("needs", ()), PAPER_NO, *((SCAN_GIVEN,) if scanned else ()))
    recorded = Step(f"record_{id}", recorded_name, source, target, ("registrar", "officer"), f"{law}；{HOUSE_RECORD}",
                    needs=needs, **{**more, "primary": False})  # fmt: skip
    return own, recorded


SCAN_GIVEN = Guard(
    "scan_given", N_("请附上文书的扫描件或者照片。尚未收到书面文书的，请向对方索取后再登记。"),
    lambda _subject, _viewer, data: bool(getattr(data.get("scan"), "filename", "")), "scan",
)  # fmt: skip
PAPER_NO = filled("doc_no", N_("请填写公安机关文书的文号；没有文号的填“无”。"))


def _asked(guard: Guard, *, disposed: bool, **more: Any) -> Guard:
    """The guard, asked only where the police deal with the goods themselves (disposed), or only where they come back."""

    def test(subject: Any, viewer: Any, data: Any) -> bool:
        return (data.get("goods_back_how") == "disposed") is not disposed or guard.test(subject, viewer, data)

    return replace(guard, test=test, **more)


# That the police keep what the house had seized rests on their paper and on nobody's word.
DISPOSAL_NO = _asked(PAPER_NO, disposed=True, id="disposal_no")
DISPOSAL_SCAN = _asked(SCAN_GIVEN, disposed=True, id="disposal_scan")

AGENCY: tuple[Step, ...] = (
    Step("designate_team", N_("指定专案组"), "suspected", "team_designated", "unit_head", f"{ORDER} 5(1)", also=("principal",),
         needs=(TEAM_OF_TWO, CERTIFIED, NO_DECIDER, EXAMINER_LEFT), closes=("team_designation",), tells=("team",), primary=True),
    Step("change_team", N_("调整专案组"), ("team_designated", "report_drafting", "correcting"), None, "unit_head",
         f"{ORDER} 5(1)；市场监督管理行政处罚程序规定 4", also=("principal",), needs=(TEAM_OF_TWO, CERTIFIED, NO_DECIDER, EXAMINER_LEFT, REASON), tells=("team",)),
    Step("draft_report", N_("撰写移送书面报告"), ("team_designated", "report_drafting"), "report_drafting", TEAM, f"{ORDER} 5(1)",
         needs=(ON_TEAM,), sets=REPORT, primary=True),
    Step("submit_report", N_("提交书面报告"), "report_drafting", "awaiting_endorsement", TEAM, f"{ORDER} 5(1)、6(2)",
         needs=(ON_TEAM, REPORT_COMPLETE, EVIDENCE_COMPLETE), sets=("team_opinion",), opens=("endorsement",), papers=("crime_report",),
         tells=("endorser", "reviewer")),
    Step("give_legal_opinion", N_("出具法制审核意见"), ("awaiting_endorsement", "awaiting_decision"), None, "reviewer",
         "内部规则：规定未设法制审核，本机关可要求移送前出具；不延长三日决定期限",
         needs=(NOT_ON_TEAM, LEGAL_OWED, OPINION), tells=("unit_head",), primary=True),
    Step("endorse", N_("签署意见并报正职负责人"), "awaiting_endorsement", "awaiting_decision", "unit_head", f"{ORDER} 5(1)",
         also=("head",), needs=(NOT_ON_TEAM, SUBSTITUTE, LEGAL_GIVEN, OPINION), closes=("endorsement",), opens=("principal_decision",),
         papers=("transfer_approval",), tells=("principal",), primary=True),
    Step("send_back", N_("退回专案组修改"), "awaiting_endorsement", "report_drafting", "unit_head",
         "内部规则：报告事实不清、材料不全的，退回专案组修改", also=("head",), needs=(NOT_ON_TEAM, SUBSTITUTE, REASON),
         closes=("endorsement",), tells=("team",), returns=True),
    Step("approve", N_("批准移送"), "awaiting_decision", "approved", "principal", f"{ORDER} 5(2)", needs=(NOT_ON_TEAM, DECIDED_LATE),
         closes=("principal_decision",), opens=("handover_24h",),
         papers=("transfer_approval", "transfer_letter", "materials_list", "transfer_goods_list"),
         tells=("team", "registrar", "unit_head"), final=True, primary=True),
    Step("return_for_correction", N_("退回补正（期限继续计算）"), "awaiting_decision", "correcting", "principal",
         f"内部规则：{ORDER} 5(2) 未规定中止，退回补正不停止三日期限", needs=(NOT_ON_TEAM, REASON), tells=("team", "unit_head"), returns=True),
    Step("reject", N_("不批准移送"), "awaiting_decision", "not_approved", "principal", f"{ORDER} 5(2)",
         needs=(NOT_ON_TEAM, DECISION_REASON, DECIDED_LATE), closes=("principal_decision",),
         papers=("transfer_approval",), tells=("team", "unit_head", "supervisor"), final=True),
    Step("revise_report", N_("修改书面报告"), "correcting", None, TEAM, f"{ORDER} 5(1)", needs=(ON_TEAM,), sets=REPORT),
    Step("resubmit", N_("补正后再次报送"), "correcting", "awaiting_decision", TEAM, f"{ORDER} 5(1)、6(2)",
         needs=(ON_TEAM, REPORT_COMPLETE, EVIDENCE_COMPLETE), sets=("team_opinion",), papers=("crime_report", "transfer_approval"),
         tells=("principal", "reviewer"), primary=True),
    Step("reopen", N_("发现新事实，重新提出"), ("not_approved", "returned_not_police_matter"), "suspected", "officer",
         f"{ORDER} 3、5", needs=(IN_HAND, PARTY_TOLD, COPY_DONE, REASON), opens=("team_designation",), tells=("unit_head",)),
    Step("record_demand", N_("登记：要求移送的意见"), "not_approved", "suspected", "registrar",
         "人民检察院刑事诉讼规则 557(3)；国务院令第310号 14、16；行政执法监督条例 26—29", also=("unit_head", "principal"),
         needs=(filled("demand_from", N_("请填写提出意见的机关。")), filled("demands", N_("请写明要求什么。")), PAPER_NO, SCAN_GIVEN,
                not_before("received_at", "decided_at", N_("收到时间不能早于决定不批准移送的时间，请核对。"))),
         opens=("team_designation",), tells=("principal", "unit_head", "team")),
    Step("hand_over", N_("移送公安机关"), "approved", "handed_over", ("registrar", "officer"), f"{ORDER} 5(2)、6",
         needs=(IN_HAND, ANNEXES, EVIDENCE_COMPLETE, LISTS_CURRENT, NOT_FAILED, PRINTED, APPRAISAL, AFTER_APPROVAL, filled("handed_to", N_("请填写接收材料的民警或者窗口名称。")), TWO_HANDED, HANDED_LATE),
         sets=("handed_at", "handed_to", "handed_by_names", "medium", "no_appraisal_reason", "goods_with_case"), closes=("handover_24h",),
         opens=("police_receipt", "copy_procuratorate"), papers=("copy_to_procuratorate",),
         tells=("police", "procuratorate", "principal"), primary=True),
)  # fmt: skip

REVIEWING = ("under_police_review", "no_decision_overdue")
ANSWERS: tuple[Step, ...] = (
    *_answer("sign_receipt", N_("签收移送材料"), N_("登记：签收移送材料"), ("handed_over", "forwarded_by_police"), "receipt_signed", f"{ORDER} 7",
             needs=(AFTER_HANDOVER, filled("receipt_by", N_("请填写接收人姓名。")), not_before("receipt_at", "forwarded_at", N_("签收时间不能早于转送时间，请核对。"))), sets=("receipt_by", "receipt_at"),
             closes=("police_receipt",), opens=("police_material_notice", "police_filing_basic"), tells=("team", "registrar"), primary=True),
    *_answer("request_supplement", N_("通知补正材料"), N_("登记：通知补正材料"), "receipt_signed", "supplement_requested", f"{RULES} 180(2)",
             needs=(filled("supplement_list", N_("请逐项列明需要补正的材料。")), not_before("supplement_received_at", "receipt_at", AFTER_RECEIPT)), sets=("supplement_list", "supplement_received_at"),
             closes=("police_material_notice",), opens=("material_supplement",), tells=("team", "registrar")),
    *_answer("forward", N_("转送有管辖权的公安机关"), N_("登记：转送有管辖权的公安机关"), ("handed_over", "receipt_signed", *REVIEWING), "forwarded_by_police", f"{ORDER} 7；{RULES} 175",
             needs=(filled("forwarded_to_id", N_("请选择接收转送的公安机关。")), REASON, not_before("forwarded_at", "handed_at", AFTER_DELIVERY),
                    not_before("forwarded_at", "receipt_at", AFTER_RECEIPT)), sets=("forwarded_at",), closes=("police_receipt", "police_material_notice"),
             voids=("police_filing_basic",), opens=("police_receipt",), tells=("team", "registrar", "police")),
    *_answer("return_package", N_("退回：不属公安机关职责范围"), N_("登记：退回：不属公安机关职责范围"), ("handed_over", "receipt_signed", *REVIEWING), "returned_not_police_matter",
             f"{RULES} 180(3)", scanned=True, needs=(REASON, not_before("received_at", "handed_at", AFTER_DELIVERY), not_before("received_at", "receipt_at", AFTER_RECEIPT)), closes=("police_receipt", "police_material_notice"),
             voids=("police_filing_basic",), tells=("team", "registrar", "principal"), returns=True),
    *_answer("accept", N_("材料齐全，开始审查"), N_("登记：材料齐全，开始审查"), "receipt_signed", "under_police_review", f"{RULES} 180(1)",
             needs=(not_before("received_at", "receipt_at", AFTER_RECEIPT),), closes=("police_material_notice",), tells=("team",), primary=True),
    *_answer("extend_review", N_("延长立案审查期限"), N_("登记：延长立案审查期限"), REVIEWING, "under_police_review",
             "公安机关办理经济犯罪案件的若干规定（2017） 16", needs=(LONGER, REASON, not_before("received_at", "receipt_at", AFTER_RECEIPT)), sets=("police_extension",), tells=("team",)),
    *_answer("file", N_("决定立案"), N_("登记：决定立案"), REVIEWING, "filed", f"{ORDER} 8", scanned=True,
             needs=(filled("police_case_no", N_("请填写立案决定书文号或者案件编号。")), not_before("filed_received_at", "receipt_at", AFTER_RECEIPT)),
             sets=("police_case_no", "filed_received_at"), closes=("police_filing_basic",), opens=("goods_handover_3d",),
             tells=("team", "unit_head", "principal", "registrar"), final=True, primary=True),
    *_answer("not_file", N_("决定不予立案"), N_("登记：决定不予立案"), REVIEWING, "not_filed", f"{ORDER} 8", scanned=True,
             needs=(filled("not_filed_reasons", N_("不予立案的，应当书面说明理由。请填写理由。")),
                    not_before("not_filed_received_at", "receipt_at", AFTER_RECEIPT)),
             sets=("not_filed_reasons", "not_filed_received_at"), closes=("police_filing_basic",), opens=("reconsideration_request_3d",),
             tells=("team", "unit_head", "principal", "registrar"), final=True),
    *_answer("file_on_review", N_("复议或者监督后决定立案"), N_("登记：复议或者监督后决定立案"), "not_filed", "filed", f"{ORDER} 9(2)、9(3)；{RULES} 181、182(2)", scanned=True,
             needs=(filled("police_case_no", N_("请填写立案决定书文号或者案件编号。")), not_before("filed_received_at", "not_filed_received_at", AFTER_NOTICE), ON_REVIEW),
             sets=("police_case_no", "filed_received_at"), closes=("reconsideration_decision",),
             voids=("reconsideration_request_3d", "supervision_suggestion_3d"), opens=("goods_handover_3d",), tells=("team", "unit_head", "principal", "registrar"),
             primary=True),
    *_answer("uphold_not_filing", N_("复议维持不予立案"), N_("登记：复议维持不予立案"), "not_filed", None, f"{ORDER} 9(2)；{RULES} 181", scanned=True,
             needs=(RECONSIDERED, NOT_ANSWERED, REASON, not_before("reconsidered_at", "reconsideration_at", N_("这一时间不能早于提请复议的时间，请核对。"))),
             sets=("reconsidered_at",), closes=("reconsideration_decision",), opens=("supervision_suggestion_3d",),
             tells=("team", "registrar", "principal"), primary=True),
    Step("mark_overdue", N_("逾期未作立案决定"), ("receipt_signed", "under_police_review"), "no_decision_overdue", "system",
         f"{ORDER} 8；人民检察院刑事诉讼规则 562", voids=("police_material_notice",), tells=("team", "unit_head", "principal", "police")),
)  # fmt: skip

# Steps by which goods change hands: their lists are signed by both sides, and none takes the place of another.
MOVES = ("move_goods_with_case", "hand_over_goods", "hand_over_more_goods")
# Goods that the police did not give back before a new round began may come back while it goes on.
ANY = (
    "suspected", "team_designated", "report_drafting", "awaiting_endorsement", "awaiting_decision", "correcting", "approved", "not_approved",
    *DELIVERED[:-1],
)  # fmt: skip
# 行政强制法 21 wants held goods to go with the case, 国务院令第310号 12 after the filing: the second is the rule here.
MOVING = ("handed_over", "receipt_signed", "supplement_requested", "under_police_review")
AFTERWARDS: tuple[Step, ...] = (
    # Goods may be found between the approval and the delivery, or while the police wait for more; D4 is corrected then.
    Step("list_goods", N_("补制涉案物品移送清单"), ("approved", "supplement_requested"), None, ("registrar", "officer"), f"{ORDER} 6(3)",
         needs=(IN_HAND, GOODS_UNLISTED), papers=("transfer_goods_list",), tells=("team",)),
    Step("supply_material", N_("补正移送材料"), "supplement_requested", "receipt_signed", ("registrar", "officer"), f"{RULES} 180(2)",
         needs=(IN_HAND, ANNEXES, EVIDENCE_COMPLETE, LISTS_CURRENT, NOT_FAILED, PRINTED, filled("supplied", N_("请写明补正的材料；确实不能补正的，写明原因。")),
                not_before("supplied_at", "supplement_received_at", N_("补正时间不能早于收到补正通知的时间，请核对。")), SUPPLIED_LATE), sets=("supplied", "supplied_at"),
         closes=("material_supplement",), tells=("police",), primary=True),
    Step("sign_copy", N_("签收抄送材料"), DELIVERED[:-1], None, "procuratorate_liaison", "高检会〔2006〕2号 1", organ="procuratorate_id",
         needs=(COPY_OPEN, COPY_PRINTED, not_before("copy_received_at", "handed_at", AFTER_DELIVERY)), sets=("copy_received_by", "copy_received_at"),
         closes=("copy_procuratorate",), tells=("registrar",), primary=True),
    Step("record_copy", N_("登记抄送人民检察院"), DELIVERED[:-1], None, ("registrar", "officer"),
         "高检会〔2006〕2号 1；内部规则：以纸质送达的，登记送达回证",
         needs=(IN_HAND, COPY_OPEN, COPIED_ON_PAPER, COPY_PRINTED, filled("copy_received_by", N_("请填写人民检察院的接收人。")),
                not_before("copy_received_at", "handed_at", AFTER_DELIVERY)),
         sets=("copy_received_by", "copy_received_at"),
         closes=("copy_procuratorate",), primary=True),
    # Also without goods, and where they went before: the other material goes and the formalities are completed.
    Step("hand_over_goods", N_("移交涉案物品和其他材料"), "filed", "goods_handed_over", ("registrar", "officer"), f"{ORDER} 12",
         needs=(IN_HAND, RECORDS_NOT_FAILED, RECORDS_PRINTED, filled("goods_giver", N_("请填写移交人姓名。")), filled("goods_receiver", N_("请填写公安机关接收人姓名。")), WITNESSES, KEEPER_GIVEN,
                not_before("materials_handed_at", "filed_received_at", N_("移交时间不能早于收到立案通知书的时间，请核对。"))),
         sets=("materials_handed_at",), closes=("goods_handover_3d",), opens=("notice_goods_moved",),
         papers=("materials_list", "transfer_goods_list", "goods_moved_notice"), tells=("team", "police"), primary=True),
    Step("move_goods_with_case", N_("随案移交涉案物品"), MOVING, None, ("registrar", "officer"), "行政强制法 21",
         needs=(IN_HAND, HOLDS_GOODS, WITH_CASE, GOODS_HERE, PARTY_TOLD, filled("goods_giver", N_("请填写移交人姓名。")),
                filled("goods_receiver", N_("请填写公安机关接收人姓名。")), WITNESSES, KEEPER_GIVEN,
                not_before("goods_handed_at", "handed_at", N_("移交时间不能早于移送时间，请核对。"))),
         sets=GOODS, opens=("notice_goods_moved",), papers=("transfer_goods_list", "goods_moved_notice"), tells=("team", "police")),
    # What was found after the formalities were completed is owed to the police all the same.
    Step("hand_over_more_goods", N_("补充移交涉案物品"), "goods_handed_over", None, ("registrar", "officer"), f"{ORDER} 12",
         needs=(IN_HAND, GOODS_HERE, PARTY_TOLD, filled("goods_giver", N_("请填写移交人姓名。")), filled("goods_receiver", N_("请填写公安机关接收人姓名。")),
                WITNESSES, KEEPER_GIVEN, not_before("goods_handed_at", "materials_handed_at", N_("移交时间不能早于上次移交的时间，请核对。"))),
         sets=GOODS, opens=("notice_goods_moved",), papers=("transfer_goods_list", "goods_moved_notice"), tells=("team", "police")),
    # The duty follows the goods, whatever the police do with the case; before a new round it is done (`reopen`).
    Step("tell_party", N_("登记书面告知当事人"), DELIVERED[:-1], None, ("registrar", "officer"), "行政强制法 21",
         needs=(IN_HAND, GOODS_MOVED, PARTY_UNTOLD, NOTICE_PRINTED, not_before("party_told_at", "goods_handed_at", N_("告知时间不能早于物品移交时间，请核对。"))),
         sets=("party_told_at",), closes=("notice_goods_moved",), primary=True),
    Step("goods_back", N_("登记公安机关退回或者处理涉案物品"), ANY, None, ("registrar", "officer"), "国务院令第310号 8；行政强制法 25、28",
         needs=(IN_HAND, GOODS_AWAY, PARTY_TOLD, _asked(filled("goods_back_by", N_("请填写公安机关移交人姓名。")), disposed=False), _asked(filled("goods_back_to", N_("请填写本机关接收人姓名。")), disposed=False),
                DISPOSAL_NO, DISPOSAL_SCAN,
                not_before("goods_back_at", "goods_handed_at", N_("退回时间不能早于物品移交时间，请核对。"))),
         sets=("goods_back_at", "goods_back_by", "goods_back_to"), tells=("team", "unit_head")),
    Step("request_reconsideration", N_("提请复议"), "not_filed", None, ("registrar", "officer"), f"{ORDER} 9(1)；{RULES} 181",
         needs=(IN_HAND, NOT_ASKED, REASON, not_before("reconsideration_at", "not_filed_received_at", AFTER_NOTICE), IN_THREE_DAYS), sets=("reconsideration_at",), closes=("reconsideration_request_3d",),
         opens=("reconsideration_decision",), tells=("police", "principal"), primary=True),
    Step("suggest_supervision", N_("建议人民检察院立案监督"), ("not_filed", "no_decision_overdue"), None, ("registrar", "officer"),
         f"{ORDER} 9(1)、9(2)；人民检察院刑事诉讼规则 557、562", needs=(IN_HAND, NOT_SUGGESTED, NOT_ON_REVIEW, REASON, not_before("supervision_at", "receipt_at", AFTER_RECEIPT),
         not_before("supervision_at", "not_filed_received_at", AFTER_NOTICE), not_before("supervision_at", "reconsidered_at", N_("这一时间不能早于收到复议决定的时间，请核对。")), SUGGESTED_LATE), sets=("supervision_at",),
         closes=("reconsideration_request_3d", "supervision_suggestion_3d"), tells=("procuratorate", "principal"), primary=True),
    Step("return_to_administrative", N_("转回行政处理"), ("not_filed", "returned_not_police_matter"), "returned_to_administrative",
         ("registrar", "officer"), f"{ORDER} 10；行政处罚法 27(1)",
         needs=(IN_HAND, REASON, NOT_ON_REVIEW, not_before("returned_at", "not_filed_received_at", AFTER_NOTICE)), sets=("returned_at",),
         voids=("reconsideration_request_3d", "reconsideration_decision", "supervision_suggestion_3d"), opens=("returned_case_verify",), tells=("team", "unit_head"), primary=True),
    Step("extend_verify", N_("批准延长退回案件核查期限"), "returned_to_administrative", None, ("head", "principal"), "市场监督管理行政处罚程序规定 18",
         needs=(EXTENDABLE, REASON), tells=("team", "unit_head")),
    Step("close", N_("办结移送"), ("not_approved", "goods_handed_over", "returned_to_administrative"),
         "closed", "head", "内部规则：必备文书和送达记录齐全后办结，由负责人确认", also=("principal",),
         needs=(GOODS_GONE, GOODS_BACK, PARTY_TOLD, COPY_DONE, REASON), closes=("returned_case_verify",), tells=("team", "registrar"), final=True, primary=True),
)  # fmt: skip

TRANSFER = Workflow(
    "transfer",
    N_("涉嫌犯罪案件移送"),
    start="suspected",
    ends=frozenset({"closed"}),
    states={
        "suspected": State(N_("发现犯罪嫌疑"), "exclamation-circle"),
        "team_designated": State(N_("已指定专案组"), "people"),
        "report_drafting": State(N_("撰写报告"), "pencil"),
        "awaiting_endorsement": State(N_("待机构负责人签署"), "hourglass-split", "wait"),
        "awaiting_decision": State(N_("待正职负责人决定"), "hourglass-split", "wait"),
        "correcting": State(N_("退回补正"), "reply", "alarm"),
        "approved": State(N_("已批准，待移送"), "check-circle"),
        "not_approved": State(N_("不批准移送"), "x-circle", "stop"),
        "handed_over": State(N_("已移送，待签收"), "send", "wait"),
        "receipt_signed": State(N_("公安机关已签收"), "clipboard-check", "wait"),
        "supplement_requested": State(N_("待补正材料"), "reply", "alarm"),
        "forwarded_by_police": State(N_("公安机关已转送"), "arrow-right-circle", "wait"),
        "returned_not_police_matter": State(N_("公安机关退回"), "reply", "alarm"),
        "under_police_review": State(N_("公安机关审查中"), "hourglass-split", "wait"),
        "filed": State(N_("公安机关已立案"), "shield-check", "done"),
        "not_filed": State(N_("公安机关不予立案"), "x-circle", "stop"),
        "no_decision_overdue": State(N_("公安机关逾期未决定"), "exclamation-triangle", "alarm"),
        "goods_handed_over": State(N_("物品和材料已移交"), "box-seam", "done"),
        "returned_to_administrative": State(N_("转回行政处理"), "arrow-left", "calm"),
        "closed": State(N_("移送办结"), "archive", "done"),
    },
    steps=(*AGENCY, *ANSWERS, *AFTERWARDS),
    version=1,
    law="行政执法机关移送涉嫌犯罪案件的规定（国务院令第310号，2020年修订）",
    opens=("team_designation",),
)
