"""The procedure of a clue: registered, verified, proposed, endorsed, decided (程序规定 18–20; enforcement brief 7.1, K1–K10).

Pure: what a guard must know of other rows the subject answers itself (`qualified`, `verify_open`, `on_clock`).
"""

from __future__ import annotations

from typing import Any

from app.core import clock
from app.core.text import N_
from app.core.workflow import Actor, Data, Guard, State, Step, Workflow, calling
from app.intake.words import CONDITIONS, OWN_CHECKS, TOLD, limitation_ends

P18 = "市场监督管理行政处罚程序规定 18"
P19 = "市场监督管理行政处罚程序规定 19"
P20 = "市场监督管理行政处罚程序规定 20"
R35 = "市场监督管理投诉举报处理办法 35"
VERIFY_TERMS = ("clue_verify", "clue_verify_mediation")


def _text(data: Data, key: str) -> str:
    return str(data.get(key) or "").strip()


def _ids(subject: Any, data: Data) -> list[int]:
    found = data.get("proposed_officer_ids")
    return list(dict.fromkeys(subject.proposed_officer_ids if found is None else found))


def _in_time(subject: Any, data: Data) -> bool:
    ended = data.get("act_ended_on")
    if data.get("act_continues") or ended is None:
        return True
    return bool(subject.found_on <= limitation_ends(ended, int(data.get("limitation_years") or 2)))


def _not_before(subject: Any, data: Data, key: str) -> bool:
    day = data.get(key)
    return day is not None and bool(subject.verify_started_on <= day <= clock.today())


def _checked(subject: Any, viewer: Actor) -> bool:
    """Who may say what a check found: the officers in charge; before they are named who took it down, or the unit head."""
    if subject.status == "verifying":
        return viewer.user_id in subject.officer_ids
    return subject.status != "received" or viewer.post == "unit_head" or viewer.user_id == subject.created_by_id


# --- who ---------------------------------------------------------------------------------------------------------------

ASSIGNED = Guard(
    "assigned", N_("这件线索不由您承办。请由承办人员办理，或者请办案机构负责人重新分派。"),
    lambda subject, viewer, _data: viewer.user_id in subject.officer_ids, separation=True,
)  # fmt: skip
ASSIGNED_OR_LATE = Guard(
    "assigned_or_late", ASSIGNED.sentence,
    lambda subject, viewer, _data: viewer.user_id in subject.officer_ids or (viewer.post == "unit_head" and not subject.verify_open), separation=True,
)  # fmt: skip
NOT_PROPOSER = Guard(
    "not_proposer", N_("提出建议的人不得审查、决定自己的建议，请由其他负责人办理。"),
    lambda subject, viewer, _data: viewer.user_id != subject.proposed_by_id, separation=True,
)  # fmt: skip
NOT_ENDORSER = Guard(
    "not_endorser", N_("审查意见和决定不得由同一人作出，请由其他负责人决定。"),
    lambda subject, viewer, _data: viewer.user_id != subject.endorsed_by_id, separation=True,
)  # fmt: skip
NOT_ASKER = Guard(
    "not_asker", N_("申请延长的人不得批准自己的申请，请由其他负责人决定。"),
    lambda subject, viewer, _data: viewer.user_id != subject.extension_asked_by_id, separation=True,
)  # fmt: skip
CHECKED_IT = Guard(
    "checked_it", N_("检查结果由承办人员登记；尚未分派的，由登记人或者办案机构负责人登记。请由他们办理，或者请办案机构负责人分派。"),
    lambda subject, viewer, _data: _checked(subject, viewer), separation=True,
)  # fmt: skip
# --- what --------------------------------------------------------------------------------------------------------------

TWO_ASSIGNED = Guard(
    "two_assigned", N_("执法人员不得少于两人。请至少勾选两名办案人员（行政处罚法 42）。"),
    lambda _subject, _viewer, data: len(set(data.get("officer_ids") or ())) >= 2, field="officer_ids",
)  # fmt: skip
ASSIGNED_QUALIFIED = Guard(
    "assigned_qualified", N_("所选人员中有人不是本机关办案人员，或者执法证不在有效期内。请改选执法证有效的人员。"),
    lambda subject, _viewer, data: subject.qualified(data.get("officer_ids") or (), clock.today()), field="officer_ids",
)  # fmt: skip
TWO_OFFICERS = Guard(
    "two_officers", N_("执法人员不得少于两人。请至少指定两名办案人员（行政处罚法 42、程序规定 19）。"),
    lambda subject, _viewer, data: len(_ids(subject, data)) >= 2, field="proposed_officer_ids",
)  # fmt: skip
OFFICERS_QUALIFIED = Guard(
    "officers_qualified", N_("指定的办案人员中有人不是本机关办案人员，或者执法证在决定当日已不在有效期内。请改派执法证有效的人员。"),
    lambda subject, _viewer, data: subject.qualified(_ids(subject, data), clock.today()), field="proposed_officer_ids",
)  # fmt: skip
STILL_TWO = Guard(
    "still_two", N_("拟指定的办案人员已不足两人或者有人执法证失效。请先退回，由办案机构负责人另行指定。"),
    lambda subject, _viewer, _data: len(set(subject.proposed_officer_ids)) >= 2
    and subject.qualified(subject.proposed_officer_ids, clock.today()),
)  # fmt: skip
PARTY_KNOWN = Guard(
    "party_known", N_("尚未确定当事人。请先在线索中选择或者新录入当事人，再建议立案。"),
    lambda subject, _viewer, _data: subject.party_id is not None,
)  # fmt: skip
FOUR_CONDITIONS = Guard(
    "four_conditions", N_("立案须同时符合四项条件，请逐项核对并全部勾选；有一项不符合的，应当建议不予立案或者移送（程序规定 19）。"),
    lambda _subject, _viewer, data: set(data.get("conditions") or ()) >= set(CONDITIONS), field="conditions",
)  # fmt: skip
ACT_DATED = Guard(
    "act_dated", N_("请填写违法行为终了日期，或者勾选“违法行为处于连续或者继续状态”，以便核对处罚时效（行政处罚法 36）。"),
    lambda _subject, _viewer, data: bool(data.get("act_continues")) or data.get("act_ended_on") is not None, field="act_ended_on",
)  # fmt: skip
WITHIN_LIMITATION = Guard(
    "within_limitation", N_("违法行为终了至发现之日已超过处罚时效（二年；涉及公民生命健康安全、金融安全且有危害后果的为五年），不得立案。请核对日期，或者建议不予立案（行政处罚法 36）。"),
    lambda subject, _viewer, data: _in_time(subject, data), field="act_ended_on",
)  # fmt: skip
FIVE_YEARS_REASONED = Guard(
    "five_years_reasoned", N_("选择五年时效的，须写明涉及公民生命健康安全、金融安全的事实和危害后果；没有的请改选二年（行政处罚法 36）。"),
    lambda _subject, _viewer, data: int(data.get("limitation_years") or 2) != 5 or bool(_text(data, "limitation_reason")), field="limitation_reason",
)  # fmt: skip
VERIFIED_FACTS = Guard(
    "verified_facts", N_("请写明核查情况和主要事实。"),
    lambda _subject, _viewer, data: bool(_text(data, "verified_facts")), field="verified_facts",
)  # fmt: skip
CAUSE_CHOSEN = Guard(
    "cause_chosen", N_("请选择案由。"), lambda _subject, _viewer, data: bool(data.get("cause_id")), field="cause_id",
)  # fmt: skip
GROUND_GIVEN = Guard(
    "ground_given", N_("请选择不予立案的理由（程序规定 20）。"),
    lambda _subject, _viewer, data: bool(_text(data, "not_filed_ground")), field="not_filed_ground",
)  # fmt: skip
ANSWER_DECIDED = Guard(
    "answer_decided", N_("实名举报不正当竞争行为（商业秘密、混淆）的，应当将处理结果告知举报人。请选择“应当告知”；举报人未提供相关事实和证据的，选择该项（反不正当竞争法 20）。"),
    lambda subject, _viewer, data: (data.get("tell_informer") or "none") != "none" or not subject.owed_an_answer(data.get("cause_id")),
    field="tell_informer",
)  # fmt: skip
REASON_GIVEN = Guard(
    "reason_given", N_("请写明理由。"), lambda _subject, _viewer, data: bool(_text(data, "reason")), field="reason",
)  # fmt: skip
OWN_CHECK = Guard(
    "own_check", N_("只有本机关自行检查、监测发现的线索可以登记“未发现违法”；举报、移送等线索（含登记有举报人、并入了举报的）须由负责人作出立案或者不予立案决定。"),
    lambda subject, _viewer, _data: subject.source_kind in OWN_CHECKS and not subject.reported,
)  # fmt: skip
RESULT_WRITTEN = Guard(
    "result_written", N_("请写明检查了什么、结果如何。"),
    lambda _subject, _viewer, data: bool(_text(data, "check_result")), field="check_result",
)  # fmt: skip
RECEIVER_NAMED = Guard(
    "receiver_named", N_("请写明移送给哪个有管辖权的部门。"),
    lambda _subject, _viewer, data: bool(_text(data, "transferred_to")), field="transferred_to",
)  # fmt: skip
MERGE_TARGET = Guard(
    "merge_target", N_("请填写要并入的线索编号：须为本机关尚未并案的另一件线索。"),
    lambda subject, _viewer, data: subject.can_merge_into(data.get("merged_into_id")), field="merged_into_id",
)  # fmt: skip
# What is decided cannot take anything in: the new report would be over without anybody having decided on it (K6).
MERGE_ALIVE = Guard(
    "merge_alive", N_("要并入的线索已经不予立案、移送或者登记未发现违法，并入后本件就无人处理。请先核查本件：属重复举报的，由承办人员建议不予立案；有新事实的，请负责人对原线索重新核查（投诉举报处理办法 35）。"),
    lambda subject, _viewer, data: subject.merge_target(data.get("merged_into_id")).status not in {"not_filed", "no_violation", "transferred_out"},
    field="merged_into_id",
)  # fmt: skip
MERGE_SAME_PARTY = Guard(
    "merge_same_party", N_("两件线索的当事人不是同一人，不能并案。请核对编号；当事人登记有误的，先更正登记内容（投诉举报处理办法 35）。"),
    lambda subject, _viewer, data: subject.same_party_as(data.get("merged_into_id")), field="merged_into_id",
)  # fmt: skip

# --- the clock ---------------------------------------------------------------------------------------------------------

ON_CLOCK = Guard(
    "on_clock", N_("核查期限已在扣除中，请先登记结果返回。"), lambda subject, _viewer, _data: subject.clock_state == "running",
)  # fmt: skip
OFF_CLOCK = Guard(
    "off_clock", N_("核查期限未在扣除中，没有待返回的检测、鉴定或者辨认结果。"), lambda subject, _viewer, _data: subject.clock_state == "paused",
)  # fmt: skip
TEST_IN_TIME = Guard(
    "test_in_time", N_("核查期限已经届满，承办人员不能再补登送检。期限内确已送出的，请办案机构负责人核对委托书后登记（程序规定 18）。"),
    lambda subject, viewer, _data: subject.verify_open or viewer.post == "unit_head",
)  # fmt: skip
DOCUMENT_NAMED = Guard(
    "document_named", N_("扣除期间须有依据。请填写委托书或者协助辨认通知书的名称、文号。"),
    lambda _subject, _viewer, data: bool(_text(data, "pause_document")), field="pause_document",
)  # fmt: skip
PAUSE_DAY = Guard(
    "pause_day", N_("开始日期须在核查起算之后、不晚于今天，请核对。"),
    lambda subject, _viewer, data: _not_before(subject, data, "pause_from"), field="pause_from",
)  # fmt: skip
RESUME_DOCUMENT = Guard(
    "resume_document", N_("请填写检测报告、鉴定意见或者辨认意见的名称、文号。"),
    lambda _subject, _viewer, data: bool(_text(data, "result_document")), field="result_document",
)  # fmt: skip
RESUME_DAY = Guard(
    "resume_day", N_("返回日期不得早于送出日期，也不得晚于今天，请核对。"),
    lambda subject, _viewer, data: data.get("resumed_on") is not None and subject.pause_from <= data["resumed_on"] <= clock.today(),
    field="resumed_on",
)  # fmt: skip
NOT_YET_EXTENDED = Guard(
    "not_yet_extended", N_("核查期限只能延长一次，本件已经延长过。请在期限内作出决定（程序规定 18）。"),
    lambda subject, _viewer, _data: subject.extension_state != "approved",
)  # fmt: skip
NOT_YET_ASKED = Guard(
    "not_yet_asked", N_("延长申请已经提出，正等待负责人决定。"), lambda subject, _viewer, _data: subject.extension_state != "asked",
)  # fmt: skip
EXTENSION_ASKED = calling(
    "extension_asked", N_("承办人员尚未申请延长核查期限。"), lambda clue: clue.extension_state == "asked",
)  # fmt: skip
BEFORE_END = Guard(
    "before_end", N_("核查期限已经届满，不能再延长。请尽快作出立案或者不予立案的决定。"), lambda subject, _viewer, _data: subject.verify_open,
)  # fmt: skip
EXTENSION_REASON = Guard(
    "extension_reason", N_("请写明需要延长的特殊情况。"),
    lambda _subject, _viewer, data: bool(_text(data, "extension_reason")), field="extension_reason",
)  # fmt: skip
RESTART_MOMENT = Guard(
    "restart_moment", N_("请填写收到补充材料或者作出重新核查决定的时间：不得早于原起算时间，也不得晚于现在。"),
    lambda subject, _viewer, data: data.get("verify_from") is not None and subject.verify_from <= data["verify_from"] <= clock.now(),
    field="verify_from",
)  # fmt: skip
REPORTED = Guard(
    "reported", N_("本件不是举报、权利人投诉线索，核查期限不因补充材料重新起算。新的材料请用“补充材料”登记（投诉举报处理办法 35）。"),
    lambda subject, _viewer, _data: subject.source_kind in TOLD,
)  # fmt: skip
NEW_FACTS = Guard(
    "new_facts", N_("请写明补充的事实。"), lambda _subject, _viewer, data: bool(_text(data, "supplement")), field="supplement",
)  # fmt: skip

AFTER_END = Guard(
    "after_end", N_("核查期限已经届满，补充举报会使期限重新起算，承办人员不能自行登记。请由12315接待或者办案机构负责人登记（投诉举报处理办法 35）。"),
    lambda subject, viewer, _data: subject.verify_open or viewer.post in {"desk", "unit_head"},
)  # fmt: skip
NOT_NAMED = Guard(
    "not_named", N_("补充的事实中出现了举报人的姓名、电话或者住址，所有能看线索的人都会看到。请删去；举报人信息只登记在举报人一栏（加密保存）。"),
    lambda subject, viewer, data: not subject.betrayed_by(viewer, _text(data, "supplement")), field="supplement",
)  # fmt: skip
FOUND_MOMENT = Guard(
    "found_moment", N_("请填写真实的发现或者收到时间：须与现有时间不同，不得晚于登记时间，也不得晚于补充举报、重新核查的起算时间。"),
    lambda subject, _viewer, data: data.get("found_at") is not None and subject.could_be_found(data["found_at"]), field="found_at",
)  # fmt: skip
TESTS_AFTER = Guard(
    "tests_after", N_("已登记的送检日期早于更正后的发现时间，扣除期间就不成立。请核对发现时间。"),
    lambda subject, _viewer, data: subject.tests_follow(data["found_at"]), field="found_at",
)  # fmt: skip

_FILING = ("conditions", "verified_facts", "act_ended_on", "act_continues", "limitation_years", "limitation_reason", "cause_id", "proposed_articles",
           "proposed_officer_ids", "proposal_note")  # fmt: skip

CLUE = Workflow(
    "clue", N_("线索核查与立案"), start="received", ends=frozenset({"filed", "no_violation", "merged", "transferred_out"}), law=P18,
    opens=VERIFY_TERMS,
    states={
        "received": State(N_("待分派"), "inbox", "wait"),
        "verifying": State(N_("核查中"), "search", "calm"),
        "filing_proposed": State(N_("拟立案，待审查"), "hourglass-split", "wait"),
        "filing_endorsed": State(N_("拟立案，待决定"), "hourglass-split", "wait"),
        "not_filed_proposed": State(N_("拟不予立案，待审查"), "hourglass-split", "wait"),
        "not_filed_endorsed": State(N_("拟不予立案，待决定"), "hourglass-split", "wait"),
        "filed": State(N_("已立案"), "check-circle", "done"),
        "not_filed": State(N_("不予立案"), "dash-circle", "done"),
        "no_violation": State(N_("未发现违法"), "shield-check", "done"),
        "merged": State(N_("已并案"), "link-45deg", "done"),
        "transferred_out": State(N_("已移送其他部门"), "send", "done"),
    },
    steps=(
        # K2
        Step("assign", N_("分派"), "received", "verifying", "unit_head", P18 + "；行政处罚法 42",
             (TWO_ASSIGNED, ASSIGNED_QUALIFIED), tells=("officers",), primary=True),
        Step("reassign", N_("重新分派"), "verifying", None, "unit_head", "内部规则: 人员变动时改派承办人员",
             (TWO_ASSIGNED, ASSIGNED_QUALIFIED), tells=("officers",)),
        # K5
        Step("propose_filing", N_("建议立案"), "verifying", "filing_proposed", "officer", P19,
             (ASSIGNED, PARTY_KNOWN, VERIFIED_FACTS, FOUR_CONDITIONS, CAUSE_CHOSEN, ACT_DATED, WITHIN_LIMITATION, FIVE_YEARS_REASONED, TWO_OFFICERS, OFFICERS_QUALIFIED),
             sets=_FILING, tells=("unit_head",), primary=True),
        Step("endorse_filing", N_("审查同意立案建议"), "filing_proposed", "filing_endorsed", "unit_head", P19,
             (NOT_PROPOSER, TWO_OFFICERS, OFFICERS_QUALIFIED), sets=("proposed_officer_ids", "endorsement"), tells=("head",), primary=True),
        Step("approve_filing", N_("批准立案"), "filing_endorsed", "filed", ("head", "principal"), P19,
             (NOT_PROPOSER, NOT_ENDORSER, STILL_TWO), sets=("decision_note",), closes=VERIFY_TERMS, papers=("filing_approval",),
             tells=("officers", "unit_head"), primary=True),
        # K6
        Step("propose_not_filing", N_("建议不予立案"), "verifying", "not_filed_proposed", "officer", P20,
             (ASSIGNED, VERIFIED_FACTS, GROUND_GIVEN, REASON_GIVEN, ANSWER_DECIDED),
             sets=("verified_facts", "conditions", "cause_id", "not_filed_ground", "not_filed_reason", "tell_informer", "proposal_note"),
             tells=("unit_head",)),
        Step("endorse_not_filing", N_("审查同意不予立案建议"), "not_filed_proposed", "not_filed_endorsed", "unit_head", P20,
             (NOT_PROPOSER,), sets=("endorsement",), tells=("head",), primary=True),
        Step("approve_not_filing", N_("决定不予立案"), "not_filed_endorsed", "not_filed", ("head", "principal"), P20,
             (NOT_PROPOSER, NOT_ENDORSER), sets=("decision_note",), closes=VERIFY_TERMS, papers=("filing_approval",),
             tells=("officers", "unit_head"), primary=True),
        Step("send_back", N_("退回补充核查"), ("filing_proposed", "not_filed_proposed"), "verifying", "unit_head", P18,
             (REASON_GIVEN,), tells=("officers",), returns=True),
        Step("send_back_to_unit", N_("退回补充核查"), ("filing_endorsed", "not_filed_endorsed"), "verifying", ("head", "principal"), P18,
             (REASON_GIVEN,), tells=("officers", "unit_head"), returns=True),
        # K3
        Step("send_for_test", N_("送检测、鉴定或者权利人辨认"), "verifying", None, "officer", P18,
             (ASSIGNED_OR_LATE, ON_CLOCK, TEST_IN_TIME, DOCUMENT_NAMED, PAUSE_DAY), sets=("pause_ground", "pause_document", "pause_from"),
             also=("unit_head",)),
        Step("result_back", N_("登记结果返回"), "verifying", None, "officer", P18,
             (ASSIGNED, OFF_CLOCK, RESUME_DOCUMENT, RESUME_DAY), sets=("result_document",), primary=True),
        # K4
        Step("ask_extension", N_("申请延长核查期限"), "verifying", None, "officer", P18,
             (ASSIGNED, NOT_YET_EXTENDED, NOT_YET_ASKED, BEFORE_END, EXTENSION_REASON), sets=("extension_reason",), tells=("head",)),
        Step("approve_extension", N_("批准延长核查期限"), "verifying", None, ("head", "principal"), P18,
             (NOT_ASKER, EXTENSION_ASKED, NOT_YET_EXTENDED, BEFORE_END), tells=("officers",), primary=True),
        Step("refuse_extension", N_("不批准延长"), "verifying", None, ("head", "principal"), P18,
             (NOT_ASKER, EXTENSION_ASKED, REASON_GIVEN), tells=("officers",)),
        # report_restart
        Step("supplement", N_("登记补充举报"), ("received", "verifying"), None, ("officer", "unit_head", "desk"), R35,
             (REPORTED, AFTER_END, NOT_NAMED, RESTART_MOMENT, NEW_FACTS), sets=("verify_from",), opens=("clue_verify",), tells=("officers",)),
        # the start of a legal clock is corrected by who did not set it, with a reason
        Step("correct_found", N_("更正发现时间"), ("received", "verifying"), None, "unit_head", P18 + "；内部规则: 更正留痕",
             (FOUND_MOMENT, TESTS_AFTER, REASON_GIVEN), tells=("officers", "head")),
        # an inspection that finds nothing is a counted record
        Step("nothing_found", N_("登记未发现违法"), ("received", "verifying"), "no_violation", ("officer", "unit_head"), P18,
             (CHECKED_IT, OWN_CHECK, RESULT_WRITTEN), sets=("check_result",), closes=VERIFY_TERMS, tells=("unit_head",)),
        # K7
        Step("transfer_out", N_("移送有管辖权的部门"), "verifying", "transferred_out", ("head", "principal"), "市场监督管理行政处罚程序规定 14、17",
             (RECEIVER_NAMED, REASON_GIVEN), sets=("transferred_to",), closes=VERIFY_TERMS, tells=("officers", "unit_head"), final=True),
        # K9
        Step("merge", N_("并入另一件线索"), ("received", "verifying"), "merged", "unit_head", R35,
             (MERGE_TARGET, MERGE_ALIVE, MERGE_SAME_PARTY, REASON_GIVEN), sets=("merged_into_id",), voids=VERIFY_TERMS, tells=("officers",), final=True),
        # K10
        Step("reopen", N_("重新核查"), "not_filed", "verifying", ("head", "principal"), P18 + "；内部规则: 新事实、上级或者法院决定",
             (RESTART_MOMENT, REASON_GIVEN), sets=("verify_from",), opens=("clue_verify",), tells=("officers", "unit_head")),
    ),
)  # fmt: skip
