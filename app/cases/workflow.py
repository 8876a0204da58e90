"""The procedure of a case under investigation (程序规定 19–47, 64, 77; enforcement brief 7.2, S1–S12).

Pure: what a guard must know of other rows the subject answers itself (`unfit`, `handled_by`, `extendable`).
"""

from __future__ import annotations

from typing import Any

from app.cases.words import CLOSES_FROM, GROUNDS
from app.core import clock
from app.core.text import N_
from app.core.workflow import Actor, Data, Guard, State, Step, Workflow, calling

P = "市场监督管理行政处罚程序规定 "
HEADS = ("head", "principal")
WORKING = ("investigating", "suspended")
RAISED = ("suspicion", "over")  # standings of the screen that nobody may leave unanswered


def _text(data: Data, key: str) -> str:
    return str(data.get(key) or "").strip()


def _ids(data: Data) -> list[int]:
    return list(dict.fromkeys(int(one) for one in data.get("officer_ids") or ()))


def _asks_what_fits(subject: Any, _viewer: Actor, data: Data) -> bool:
    return _text(data, "asked") in subject.askable


def _ground_fits(_subject: Any, _viewer: Actor, data: Data) -> bool:
    grounds = GROUNDS.get(_text(data, "asked"))
    return grounds is None or _text(data, "asked_ground") in grounds


def _no_idle_ground(_subject: Any, _viewer: Actor, data: Data) -> bool:
    return _text(data, "asked") in GROUNDS or not _text(data, "asked_ground")


def _closes_from_here(subject: Any, asked: Any, ground: Any) -> bool:
    return asked != "close" or CLOSES_FROM.get(str(ground or "").strip()) == str(subject.status)


def _asked(matter: str) -> Guard:
    sentence = N_("办案人员尚未提请这一事项。请办案人员先在案件页“提请审批”。")
    return calling(f"asked_{matter}", sentence, lambda case: case.asked == matter)


# --- who ---------------------------------------------------------------------------------------------------------------

HANDLES = Guard(
    "handles", N_("这件案件不由您承办。请由办案人员办理，或者请办案机构负责人调整办案人员。"),
    lambda subject, viewer, _data: subject.handled_by(viewer.user_id), separation=True,
)  # fmt: skip
NOT_ASKER = Guard(
    "not_asker", N_("提请人不得批准自己提请的事项，请由其他负责人决定。"),
    lambda subject, viewer, _data: viewer.user_id != subject.asked_by_id, separation=True,
)  # fmt: skip

# --- what --------------------------------------------------------------------------------------------------------------

TWO_OFFICERS = Guard(
    "two_officers", N_("办案人员不得少于两人。请至少勾选两名办案人员（程序规定 19、行政处罚法 42）。"),
    lambda _subject, _viewer, data: len(_ids(data)) >= 2, field="officer_ids",
)  # fmt: skip
OFFICERS_FIT = Guard(
    "officers_fit", N_("所选人员中有人不是本机关在岗人员，或者执法证今日不在有效期内。请改选执法证有效的人员。"),
    lambda subject, _viewer, data: not subject.unfit(_ids(data), clock.today()), field="officer_ids",
)  # fmt: skip
NO_RECUSAL = Guard(
    "no_recusal", N_("请核对所选人员没有应当回避的情形并勾选确认；有应当回避情形的，请改选他人（程序规定 4、行政处罚法 43）。"),
    lambda _subject, _viewer, data: bool(data.get("no_recusal")), field="no_recusal",
)  # fmt: skip
REASON_GIVEN = Guard(
    "reason_given", N_("请写明理由。"), lambda _subject, _viewer, data: bool(_text(data, "reason")), field="reason",
)  # fmt: skip
NOT_YET_ASKED = Guard(
    "not_yet_asked", N_("已有提请事项等待负责人决定，决定后才能再次提请。"), lambda subject, _viewer, _data: subject.asked is None,
)  # fmt: skip
SOMETHING_ASKED = Guard(
    "something_asked", N_("没有等待决定的提请事项。"), lambda subject, _viewer, _data: subject.asked is not None,
)  # fmt: skip
FITTING_MATTER = Guard(
    "fitting_matter", N_("案件当前状态不能提请这一事项。请核对：调查中可提请中止、终止、延长；中止中可提请恢复、终止；终止或者移送后可提请结案。"),
    _asks_what_fits, field="asked",
)  # fmt: skip
GROUND_GIVEN = Guard(
    "ground_given", N_("请选择与所提请事项相符的法定情形（程序规定 46、47、77）。"), _ground_fits, field="asked_ground",
)  # fmt: skip
NO_IDLE_GROUND = Guard(
    "no_idle_ground", N_("所提请的事项没有法定情形可选，请把“法定情形”改回不选择；恢复调查、延长期限的事由写在理由中。"),
    _no_idle_ground, field="asked_ground",
)  # fmt: skip
ASK_REASON = Guard(
    "ask_reason", N_("请写明提请的事实和理由。"), lambda _subject, _viewer, data: bool(_text(data, "asked_reason")), field="asked_reason",
)  # fmt: skip
NOT_HELD_FOR_TRANSFER = Guard(
    "not_held_for_transfer", N_("案件因涉嫌犯罪移送公安机关而中止，公安机关作出结论并退回后自动恢复。"),
    lambda subject, _viewer, _data: not subject.held_for_transfer,
)  # fmt: skip
EXTENDABLE = Guard(
    "extendable", N_("办案期限未在计算中、已届满或者已经延长过一次，负责人不能再批准延长；仍需延长的，须集体讨论决定（程序规定 64）。"),
    lambda subject, _viewer, _data: subject.extendable,
)  # fmt: skip
MEASURE_EXTENDABLE = Guard(
    "measure_extendable", N_("查封、扣押期限未在计算中、已届满或者已经延长过一次，不能再延长；届满的应当立即解除（行政强制法 25、28）。"),
    lambda subject, _viewer, _data: subject.measure_extendable,
)  # fmt: skip
NOTHING_HELD = Guard(
    "nothing_held", N_("还有查封、扣押或者先行登记保存的物品没有解除或者移交，不能结案。请先在物品清单登记处理情况（行政强制法 27、28，程序规定 35）。"),
    lambda subject, _viewer, _data: not subject.holds_unsettled,
)  # fmt: skip
STILL_HELD = Guard(
    "still_held", N_("案件中止的原有事由尚未消除。"), lambda subject, _viewer, _data: bool(subject.held_before),
)  # fmt: skip
STILL_TWO = Guard(
    "still_two", N_("办案人员不足两人，或者有人的执法证已失效。请先请办案机构负责人调整办案人员（程序规定 19、行政处罚法 42）。"),
    lambda subject, _viewer, _data: len(subject.active_officers) >= 2 and subject.all_certified(clock.today()),
)  # fmt: skip
SOMETHING_PROVEN = Guard(
    "something_proven", N_("案卷中没有证据，也没有现场笔录、询问笔录。请先登记证据或者制作笔录，再提交调查终结报告（行政处罚法 40、程序规定 48）。"),
    lambda subject, _viewer, _data: subject.proof["kept"] > 0,
)  # fmt: skip
EVIDENCE_COMPLETE = Guard(
    "evidence_complete", N_("由线索引入的材料还没有补全证据种类、取得时间和取证人员。请先在证据目录补全，或者撤回（程序规定 23、24）。"),
    lambda subject, _viewer, _data: subject.proof["open"] == 0,
)  # fmt: skip
REPORT_COMPLETE = Guard(
    "report_complete", N_("请写明案件性质和处理建议。"),
    lambda _subject, _viewer, data: bool(_text(data, "nature")) and bool(_text(data, "proposal")), field="proposal",
)  # fmt: skip

# 国务院令310号 3, 11: over the line or under suspicion and not sent to the police is never silent.
TRANSFER_ANSWERED = Guard(
    "transfer_answered", N_("筛查结果为达到追诉标准或者有嫌疑。请在“移送司法机关核查”中写明是否移送及其理由；不得以行政处罚代替移送（国务院令310号 3、11）。"),
    lambda subject, _viewer, data: subject.standing not in RAISED or bool(_text(data, "transfer_check")), field="transfer_check",
)  # fmt: skip

# Nor does an investigation end without a decision over it (国务院令310号 3, 11; 程序规定 47): the officer answers, the head reads it.
ANSWERED_AT_ASKING = Guard(
    "answered_at_asking", N_("筛查结果为达到追诉标准或者有嫌疑，提请终止调查须在“移送司法机关核查”中写明是否移送及其理由（国务院令310号 3、11）。"),
    lambda subject, _viewer, data: _text(data, "asked") != "terminate" or subject.standing not in RAISED or bool(_text(data, "transfer_answer")),
    field="transfer_answer",
)  # fmt: skip
ANSWERED = Guard(
    "answered", N_("筛查结果为达到追诉标准或者有嫌疑，而提请中没有写明是否移送司法机关及其理由，不能终止调查。请退回提请，由办案人员写明后再次提请（国务院令310号 3、11）。"),
    lambda subject, _viewer, _data: subject.standing not in RAISED or bool((subject.transfer_answer or "").strip()),
)  # fmt: skip
# 程序规定 77(1)(3)(4): the ground of closing is what really happened.
CLOSING_FITS = Guard(
    "closing_fits", N_("结案情形与案件状态不符：终止调查的案件选“案件终止调查”，只有确已移送司法机关的案件才能选“决定移送司法机关”（程序规定 77）。"),
    lambda subject, _viewer, data: _closes_from_here(subject, _text(data, "asked"), _text(data, "asked_ground")), field="asked_ground",
)  # fmt: skip
CLOSED_AS_IT_IS = Guard(
    "closed_as_it_is", N_("提请的结案情形与案件状态不符，不能批准。请退回提请，由办案人员重新选择（程序规定 77）。"),
    lambda subject, _viewer, _data: _closes_from_here(subject, subject.asked, subject.asked_ground),
)  # fmt: skip

# 程序规定 47, 77(1); 国务院令310号 10: what the police are asked about is neither ended nor closed meanwhile.
NO_TRANSFER = N_("本案的移送还在办理，不能终止调查或者结案。请先办理移送：正职负责人决定不批准、公安机关立案或者转回行政处理之后再办（程序规定 47、77，国务院令310号 10）。")  # fmt: skip
NO_TRANSFER_AT_ASKING = Guard(
    "no_transfer_at_asking", NO_TRANSFER,
    lambda subject, _viewer, data: _text(data, "asked") not in {"terminate", "close"} or not subject.transfer_under_way, field="asked",
)  # fmt: skip
NO_TRANSFER_RUNS = Guard(
    "no_transfer_runs", NO_TRANSFER, lambda subject, _viewer, _data: not subject.transfer_under_way,
)  # fmt: skip

CASE = Workflow(
    "case", N_("案件调查（普通程序）"), start="filed", ends=frozenset({"closed"}), law=P + "18–65", opens=("case_decision", "seizure", "evidence_registration"),
    states={
        "filed": State(N_("已立案"), "folder2-open", "wait"),
        "investigating": State(N_("调查中"), "search", "calm"),
        "suspended": State(N_("中止调查"), "pause-circle", "wait"),
        "terminated": State(N_("终止调查"), "dash-circle", "done"),
        "sent": State(N_("已移送司法机关"), "send-check", "done"),
        "closed": State(N_("已结案"), "archive", "done"),
    },
    steps=(
        # S1
        Step("appoint", N_("指定办案人员"), "filed", "investigating", "unit_head", P + "19",
             (TWO_OFFICERS, OFFICERS_FIT, NO_RECUSAL), tells=("officers",), primary=True),
        # S10
        Step("change_officers", N_("调整办案人员"), WORKING, None, "unit_head", P + "19",
             (TWO_OFFICERS, OFFICERS_FIT, NO_RECUSAL, REASON_GIVEN), tells=("officers",)),
        # S7, S8, S9, S13, S35: the officer asks, the head decides
        Step("ask", N_("提请审批"), (*WORKING, "terminated", "sent"), None, "officer", P + "46、47、64、77",
             (HANDLES, NOT_YET_ASKED, FITTING_MATTER, GROUND_GIVEN, NO_IDLE_GROUND, CLOSING_FITS, ASK_REASON, ANSWERED_AT_ASKING, NO_TRANSFER_AT_ASKING),
             sets=("asked", "asked_ground", "asked_reason"), tells=("head",), moves=True),
        Step("decline", N_("退回提请"), (*WORKING, "terminated", "sent"), None, HEADS, P + "46、47、64、77",
             (NOT_ASKER, SOMETHING_ASKED, REASON_GIVEN), tells=("officers",), returns=True),
        Step("suspend", N_("批准中止调查"), "investigating", "suspended", HEADS, P + "46",
             (NOT_ASKER, _asked("suspend")), pauses=("case_decision",), tells=("officers", "unit_head"), primary=True),
        Step("resume", N_("批准恢复调查"), "suspended", "investigating", HEADS, P + "46",
             (NOT_ASKER, NOT_HELD_FOR_TRANSFER, _asked("resume")), resumes=("case_decision",), tells=("officers", "unit_head"), primary=True),
        Step("terminate", N_("批准终止调查"), WORKING, "terminated", HEADS, P + "47",
             (NOT_ASKER, _asked("terminate"), ANSWERED, NO_TRANSFER_RUNS), voids=("case_decision",), opens=("close",), tells=("officers", "unit_head"),
             final=True, primary=True),
        Step("extend", N_("批准延长办案期限"), "investigating", None, HEADS, P + "64",
             (NOT_ASKER, _asked("extend"), EXTENDABLE), tells=("officers", "unit_head"), primary=True),
        # S5: a seizure runs thirty days and thirty more once, whatever the case itself is doing
        Step("extend_measure", N_("批准延长查封、扣押期限"), (*WORKING, "terminated", "sent"), None, HEADS, "行政强制法 25；" + P + "38",
             (NOT_ASKER, _asked("extend_measure"), MEASURE_EXTENDABLE), tells=("officers", "unit_head"), primary=True),
        # S14: the report; the review that follows is work to come
        Step("report", N_("提交调查终结报告"), "investigating", None, "officer", P + "48",
             (HANDLES, STILL_TWO, SOMETHING_PROVEN, EVIDENCE_COMPLETE, REPORT_COMPLETE, TRANSFER_ANSWERED), papers=("investigation_report",), tells=("unit_head",)),
        # S12: what the transfer to the police does to the case
        Step("hold_for_transfer", N_("因移送公安机关中止"), WORKING, "suspended", "system", P + "46(1)(1)；内部规则: 移送期间按相关案件中止",
             pauses=("case_decision",), tells=("officers",)),
        Step("back_from_transfer", N_("公安机关退回，恢复调查"), "suspended", "investigating", "system", "国务院令310号 10、13；" + P + "46",
             resumes=("case_decision",), tells=("officers", "unit_head")),
        Step("back_still_suspended", N_("公安机关退回，原中止事由继续"), "suspended", None, "system", "国务院令310号 10、13；" + P + "46",
             (STILL_HELD,), tells=("officers", "unit_head")),
        Step("taken_by_justice", N_("公安机关立案，移送司法机关"), (*WORKING, "terminated"), "sent", "system", P + "60(1)(5)、77(1)(4)",
             closes=("case_decision",), opens=("close",), tells=("officers", "unit_head")),
        Step("back_from_justice", N_("司法机关退回，重新调查"), "sent", "investigating", "system", "国务院令310号 13；行政处罚法 27",
             opens=("case_decision",), voids=("close",), tells=("officers", "unit_head")),
        Step("close", N_("批准结案"), ("terminated", "sent"), "closed", HEADS, P + "77",
             (NOT_ASKER, _asked("close"), CLOSED_AS_IT_IS, NOTHING_HELD, NO_TRANSFER_RUNS), closes=("close", "seizure", "evidence_registration"), tells=("officers", "unit_head"), final=True, primary=True),
    ),
)  # fmt: skip
