"""What the house consists of: features, procedures, terms, errands, the rail, and the one table of consequences."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint

from app.campaigns.views import bp as campaigns
from app.cases import actions as cases_actions
from app.cases.models import HANDLES, Case
from app.cases.terms import TERMS as CASE_TERMS
from app.cases.views import bp as cases
from app.cases.workflow import CASE
from app.core.events import Handler
from app.core.outbox import Kind
from app.core.subjects import SubjectKind
from app.core.terms import Calendar, Term
from app.core.text import N_
from app.core.workflow import Workflow
from app.desk.views import bp as desk
from app.documents import actions as documents_actions
from app.documents import jobs as documents_jobs
from app.documents.views import bp as documents
from app.intake import actions as intake_actions
from app.intake import papers as intake_papers  # noqa: F401  its kinds of paper are entered when it is read
from app.intake.models import Clue
from app.intake.queries import charged
from app.intake.terms import TERMS as CLUE_TERMS
from app.intake.views import bp as intake
from app.intake.workflow import CLUE
from app.law.views import bp as law
from app.notices import actions as notices_actions
from app.notices.jobs import deliver as deliver_notice
from app.notices.views import bp as notices
from app.people.models import POSTS
from app.people.views import bp as people
from app.people.views_staff import bp as staff
from app.registry.models import Party, Right
from app.registry.views import bp as registry
from app.shell import NavItem
from app.transfers import actions as transfers_actions
from app.transfers.models import Transfer
from app.transfers.queries import on_team, shown_scans
from app.transfers.terms import TERMS as TRANSFER_TERMS
from app.transfers.views import bp as transfers
from app.transfers.workflow import TRANSFER

FEATURES: tuple[Blueprint, ...] = (
    people,
    staff,
    desk,
    notices,
    documents,
    intake,
    cases,
    registry,
    campaigns,
    law,
    transfers,
)

WORKFLOWS: tuple[Workflow, ...] = (CLUE, CASE, TRANSFER)

TERMS: tuple[tuple[Term, ...], ...] = (CLUE_TERMS, CASE_TERMS, TRANSFER_TERMS)

# What notices, papers, deadlines and history may belong to.
SUBJECTS: tuple[SubjectKind, ...] = (
    SubjectKind("clue", N_("线索"), Clue, "clue.read", "intake.show", "clue_id", lambda clue: f"{clue.number} {clue.headline}",
                lambda viewer, model: charged(model, viewer), hands_over="reassign"),
    SubjectKind("case", N_("案件"), Case, "case.read", "cases.show", "case_id", lambda case: f"{case.number} {case.name}", HANDLES.sql,
                hands_over="change_officers"),
    SubjectKind("transfer", N_("移送"), Transfer, "transfer.read", "transfers.show", "transfer_id", lambda transfer: transfer.title,
                lambda viewer, model: on_team(model, viewer), shown_scans, {"todo": {"queue": "mine"}}, hands_over="change_team"),
    SubjectKind("party", N_("当事人"), Party, "party.read", "registry.party", "party_id", lambda party: party.name),
    SubjectKind("right", N_("权利"), Right, "right.read", "registry.right", "right_id", lambda right: right.title),
)  # fmt: skip

# Errands that the workers carry out; nothing else that may be found in Redis is ever run.
ERRANDS: Mapping[str, Kind] = {
    "notices.deliver": Kind(deliver_notice, "notices"),
    documents_actions.RENDER: Kind(documents_jobs.render, "papers"),
    documents_actions.THUMBNAIL: Kind(documents_jobs.thumbnail, "papers"),
    documents_actions.ERASE: Kind(documents_jobs.erase, "papers"),
}

# Announced event -> who acts on it, in the same transaction, in this order.
WHEN: Mapping[str, tuple[Handler, ...]] = {
    "step.taken": (
        documents_actions.make_papers,
        transfers_actions.note_papers,
        transfers_actions.before_telling,
        notices_actions.tell,
        transfers_actions.after_telling,
    ),
    "deadline.warning": (notices_actions.warn, transfers_actions.on_warning),
    "errand.failed": (documents_actions.errand_failed, notices_actions.errand_failed),
    "errand.retried": (documents_actions.errand_retried,),
    "deadline.unwarned": (notices_actions.unwarned,),
    "outbox.foreign_job": (notices_actions.foreign_job,),
    "clue.begin": (intake_actions.numbered,),
    "clue.assign": (intake_actions.assigned,),
    "clue.reassign": (intake_actions.assigned,),
    "clue.propose_filing": (intake_actions.proposed,),
    "clue.propose_not_filing": (intake_actions.proposed,),
    "clue.endorse_filing": (intake_actions.endorsed,),
    "clue.endorse_not_filing": (intake_actions.endorsed,),
    "clue.approve_filing": (intake_actions.decided, cases_actions.open_from_clue),
    "clue.approve_not_filing": (intake_actions.decided,),
    "clue.send_for_test": (intake_actions.sent_for_test,),
    "clue.result_back": (intake_actions.result_back,),
    "clue.ask_extension": (intake_actions.extension_asked,),
    "clue.approve_extension": (intake_actions.extension_approved,),
    "clue.refuse_extension": (intake_actions.extension_refused,),
    "clue.supplement": (intake_actions.supplemented,),
    "clue.merge": (intake_actions.merged, cases_actions.link_merged),
    "clue.correct_found": (intake_actions.found_corrected,),
    "clue.reopen": (intake_actions.reopened,),
    "case.begin": (cases_actions.numbered,),
    "case.appoint": (cases_actions.appoint,),
    "case.change_officers": (cases_actions.appoint,),
    "case.ask": (cases_actions.note_asked,),
    "case.decline": (cases_actions.answered,),
    "case.suspend": (cases_actions.suspended, cases_actions.answered),
    "case.resume": (cases_actions.resumed, cases_actions.answered),
    "case.terminate": (cases_actions.ended, cases_actions.ended_over_the_line),
    "case.extend": (cases_actions.extended, cases_actions.answered),
    "case.extend_measure": (cases_actions.measure_extended, cases_actions.answered),
    "case.report": (cases_actions.hand_in_report,),
    "case.back_from_transfer": (cases_actions.resumed,),
    "case.taken_by_justice": (cases_actions.ended,),
    "case.close": (cases_actions.answered, cases_actions.ended_over_the_line),
    "transfer.begin": (transfers_actions.index,),
    "transfer.designate_team": (transfers_actions.set_team,),
    "transfer.change_team": (transfers_actions.set_team,),
    "transfer.submit_report": (transfers_actions.note_report,),
    "transfer.resubmit": (transfers_actions.note_report,),
    "transfer.give_legal_opinion": (transfers_actions.note_opinion,),
    "transfer.endorse": (transfers_actions.note_opinion,),
    "transfer.approve": (transfers_actions.decide, transfers_actions.explain, transfers_actions.index),
    "transfer.reject": (transfers_actions.decide, transfers_actions.explain),
    "transfer.reopen": (
        cases_actions.resume_after_transfer,
        transfers_actions.begin_again,
    ),  # the round before is asked
    "transfer.record_demand": (transfers_actions.note_demand, transfers_actions.begin_again),
    "transfer.hand_over": (
        transfers_actions.note_handover,
        transfers_actions.explain,
        cases_actions.suspend_for_transfer,
    ),
    "transfer.supply_material": (transfers_actions.note_supply, transfers_actions.explain),
    "transfer.hand_over_goods": (transfers_actions.note_goods,),
    "transfer.move_goods_with_case": (transfers_actions.note_goods,),
    "transfer.hand_over_more_goods": (transfers_actions.note_goods,),
    "transfer.goods_back": (transfers_actions.note_goods_back,),
    "transfer.tell_party": (transfers_actions.note_time,),
    "transfer.request_reconsideration": (transfers_actions.note_time,),
    "transfer.suggest_supervision": (transfers_actions.note_time, transfers_actions.explain),
    "transfer.return_to_administrative": (transfers_actions.note_time, cases_actions.resume_after_transfer),
    "transfer.sign_receipt": (transfers_actions.note_answer,),
    "transfer.record_sign_receipt": (transfers_actions.note_answer,),
    "transfer.request_supplement": (transfers_actions.note_answer,),
    "transfer.record_request_supplement": (transfers_actions.note_answer,),
    "transfer.forward": (transfers_actions.note_answer,),
    "transfer.record_forward": (transfers_actions.note_answer,),
    "transfer.return_package": (transfers_actions.note_answer,),
    "transfer.record_return_package": (transfers_actions.note_answer,),
    "transfer.accept": (transfers_actions.note_answer,),
    "transfer.record_accept": (transfers_actions.note_answer,),
    "transfer.extend_review": (transfers_actions.note_answer,),
    "transfer.record_extend_review": (transfers_actions.note_answer,),
    "transfer.file": (transfers_actions.note_answer, transfers_actions.index, cases_actions.sent_to_justice),
    "transfer.record_file": (transfers_actions.note_answer, transfers_actions.index, cases_actions.sent_to_justice),
    "transfer.not_file": (transfers_actions.note_answer,),
    "transfer.record_not_file": (transfers_actions.note_answer,),
    "transfer.file_on_review": (transfers_actions.note_answer, transfers_actions.index, cases_actions.sent_to_justice),
    "transfer.record_file_on_review": (
        transfers_actions.note_answer,
        transfers_actions.index,
        cases_actions.sent_to_justice,
    ),
    "transfer.uphold_not_filing": (transfers_actions.note_answer,),
    "transfer.record_uphold_not_filing": (transfers_actions.note_answer,),
    "transfer.extend_verify": (transfers_actions.extend_verify,),
    "transfer.sign_copy": (transfers_actions.note_answer,),
    "transfer.record_copy": (transfers_actions.note_answer,),
}

NAV: tuple[NavItem, ...] = (
    NavItem("desk.home", N_("首页"), "house", "home.see", tuple(POSTS)),
    NavItem("intake.new", N_("登记线索"), "plus-lg", "clue.log", ("officer", "desk"), N_("办案")),
    NavItem(
        "intake.index",
        N_("线索"),
        "inbox",
        "clue.read",
        ("officer", "unit_head", "head", "principal", "desk"),
        N_("办案"),
    ),
    NavItem(
        "cases.index",
        N_("案件"),
        "briefcase",
        "case.read",
        ("officer", "unit_head", "reviewer", "head", "principal", "registrar"),
        N_("办案"),
    ),
    NavItem(
        "transfers.index",
        N_("案件移送"),
        "send",
        "transfer.read",
        ("registrar", "principal", "police_liaison", "procuratorate_liaison"),
        N_("办案"),
    ),
    NavItem("notices.index", N_("通知"), "bell", "notice.read"),
    NavItem("desk.stats", N_("统计"), "clipboard-data", "stats.read", (), N_("全局")),
    NavItem("desk.chain", N_("办理历史"), "clock-history", "history.read", ("auditor",), N_("全局")),
    NavItem("staff.index", N_("人员与岗位"), "people", "people.read", ("admin",), N_("全局")),
    NavItem("desk.jobs", N_("后台任务"), "gear", "jobs.manage", ("admin",), N_("系统")),
    NavItem("registry.index", N_("当事人名录"), "people", "party.read", (), N_("名录")),
    NavItem("registry.rights", N_("权利名录"), "patch-check", "right.read", (), N_("名录")),
    NavItem("campaigns.index", N_("专项行动"), "megaphone", "campaign.read", (), N_("名录")),
    NavItem("law.index", N_("工作日历"), "calendar3", "calendar.read", (), N_("名录")),
    NavItem("law.instruments", N_("法律依据"), "journal-text", "calendar.read", (), N_("名录")),
    NavItem("notices.mails", N_("邮件发送"), "envelope", "mail.read", ("admin",), N_("系统")),
)


def terms() -> list[Term]:
    """All declared deadlines."""
    return [term for group in TERMS for term in group]


def calendar() -> Calendar:
    """The working calendar in force."""
    from app.law.calendar import current

    return current()
