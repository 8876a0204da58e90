"""Forms of the transfer. Every deciding step asks for one text, `reason`, so that one screen can hold them all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, FileField, RadioField, SelectField, SelectMultipleField

from app.core import clock, forms
from app.core.forms import AtMost, DayField, Form, LongTextField, MomentField, Required, TextField, not_future, offered
from app.core.permissions import viewer
from app.core.text import _, _l
from app.documents.forms import Served, who_serves
from app.law.words import CRIME_ARTICLES, CRIMES
from app.transfers import queries
from app.transfers.workflow import BACK, EXTENSIONS, GROUNDS, KEEPING, MEDIA, imposed


def crime_choices() -> list[tuple[str, str]]:
    """The crimes with their article, in the language of the page."""
    return [
        (crime, _("%(name)s（刑法%(article)s条）", name=_(name), article=CRIME_ARTICLES[crime]))
        for crime, name in CRIMES.items()
    ]


class StepForm(forms.StepForm):
    """A step's form; a column that is still empty shows the field's default (now, my own name)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted():
            for field in self:
                if field.data in (None, "", []) and field.default is not None:
                    field.process_data(field.default() if callable(field.default) else field.default)

    late_term = ""  # the limit after which the form asks why

    def offer(self, subject: Any) -> None:
        """The reason of lateness is asked for only where the limit is over."""
        if "late_reason" in self and not subject.late(self.late_term, clock.now()):
            del self.late_reason


LATE_FACT = _l("期限已过：请说明原因，记入办理历史。按时办理、事后补登的不填。")


def late_reason(told: Any = LATE_FACT) -> LongTextField:
    """Why a fact came after its limit: written down, never edited away (国务院令第310号 5(2), 9(2))."""
    return LongTextField(_l("逾期原因"), [AtMost(500)], description=told)


class SuspectForm(Form):
    """Confirm a ground (国务院令第310号 3). No amount anywhere: the second ground has none, the first takes it from the goods."""

    ground = RadioField(
        _l("移送情形"), [Required(_l("请选择移送情形。"))], choices=offered((k, _l(v)) for k, v in GROUNDS.items())
    )
    crimes = SelectMultipleField(_l("涉嫌罪名"), [Required(_l("请至少选择一个涉嫌罪名。"))])
    suspicion_facts = LongTextField(_l("嫌疑事实"), [AtMost(5000)])
    police_measures_needed = LongTextField(_l("需要公安机关采取的措施"), [AtMost(5000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crimes.choices = offered(crime_choices())

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if self.ground.data == "reasonable_suspicion":
            for field, sentence in (
                (self.suspicion_facts, _("以合理嫌疑移送的，请写明嫌疑事实。")),
                (self.police_measures_needed, _("以合理嫌疑移送的，请写明需要公安机关采取哪些措施、补哪些证据。")),
            ):
                if not field.data:
                    field.errors = [*field.errors, sentence]
                    fine = False
        return fine


class RemindForm(Form):
    """What the superior wants the organ below to see to."""

    reason = LongTextField(_l("督促内容"), [Required(_l("请写明督促什么。")), AtMost(500)])


class TeamForm(StepForm):
    """Two or more officers with valid certificates (国务院令第310号 5(1))."""

    members = SelectMultipleField(_l("专案组成员"), [Required(_l("请至少选择两名执法人员。"))], coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = queries.eligible(viewer().organ_id, clock.today())
        self.members.choices = offered(
            (p.id, _("%(name)s（%(no)s）", name=p.name, no=p.certificate_no)) for p in people
        )


class ChangeTeamForm(TeamForm):
    reason = LongTextField(_l("调整原因"), [Required(), AtMost(500)])


class ReportForm(StepForm):
    """The written report (国务院令第310号 5(1), 6(2)). May be saved unfinished; handing it in wants it whole."""

    crimes = SelectMultipleField(_l("涉嫌罪名"))
    report_source = LongTextField(_l("案件来源和发现经过"), [AtMost(5000)])
    report_facts = LongTextField(
        _l("涉嫌犯罪事实"), [AtMost(20000)], description=_l("时间、地点、方法、数额及计算方法；每段一行。")
    )
    suspicion_facts = LongTextField(_l("合理嫌疑的事实"), [AtMost(5000)])
    police_measures_needed = LongTextField(_l("需要公安机关采取的措施"), [AtMost(5000)])
    report_evidence = LongTextField(_l("证据与法律依据"), [AtMost(10000)])
    right_holder_opinion = LongTextField(_l("权利人和真伪鉴别意见"), [AtMost(5000)])
    report_measures = LongTextField(
        _l("已采取的措施"),
        [AtMost(5000)],
        description=_l("先行登记保存、查封、扣押由清单列入报告，这里只补充其他措施。"),
    )
    penalties_imposed = LongTextField(
        _l("已作出的行政处罚"),
        [AtMost(2000)],
        filters=[imposed],
        description=_l("写明处罚决定书文号、日期和内容，决定书列入移送材料清单；没有的不填，文书上印“无”。"),
    )
    report_proposal = LongTextField(_l("处理建议"), [AtMost(2000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crimes.choices = offered(crime_choices())


class SubmitForm(StepForm):
    team_opinion = LongTextField(_l("专案组意见"), [AtMost(2000)], description=_l("不填则印处理建议。"))


class OpinionForm(StepForm):
    """One text beside the papers: opinion, reasons of a refusal, what is to be corrected."""

    reason = LongTextField(_l("意见或者理由"), [AtMost(2000)])


class DecisionForm(OpinionForm):
    """The decision of the principal, and the reason where it is late (国务院令第310号 5(2))."""

    late_reason = late_reason(_l("期限已过：决定移送或者不移送的，请说明逾期原因，记入办理历史。"))
    late_term = "principal_decision"


class GivenReasonForm(StepForm):
    reason = LongTextField(_l("理由"), [Required(), AtMost(2000)])


class HandOverForm(StepForm):
    """Who, when, to whom, how (国务院令第310号 5(2), 6)."""

    handed_at = MomentField(_l("移送时间"), [Required(), not_future], default=clock.now)
    handed_to = TextField(_l("接收材料的民警或者窗口"), [Required(), AtMost(80)])
    handed_by_names = SelectMultipleField(
        _l("移送、抄送人"),
        [Required(_l("请选择移送、抄送人，至少两人。"))],
        default=lambda: [viewer().name],
        description=_l("实际移送、抄送的人员，至少两人；送达回证的送达人照此印制。"),
    )
    medium = RadioField(
        _l("移送方式"), [Required()], choices=offered((k, _l(v)) for k, v in MEDIA.items()), default="both"
    )
    goods_with_case = BooleanField(_l("涉案物品随案移送（默认立案后三日内移交）"))
    no_appraisal_reason = LongTextField(_l("没有检验报告、鉴定意见的原因"), [AtMost(1000)])
    late_reason = late_reason()
    late_term = "handover_24h"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.handed_by_names.choices = who_serves()


class PaperForm(StepForm):
    """What every paper of a partner organ carries (A.5)."""

    doc_no = TextField(_l("文书文号"), [AtMost(80)])
    issued_on = DayField(_l("文书日期"), [not_future])
    scan = FileField(_l("文书扫描件"))


class AnswerForm(PaperForm):
    """An answer of the police, with who received it. What they do in their own view, nobody here has to receive."""

    received_by = TextField(_l("本机关收件人"), [AtMost(60)], default=lambda: viewer().name)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if viewer().organ_kind != "bureau":
            for name in {"received_by", "received_at"} & set(self._fields):
                del self[name]


class LateAnswerForm(AnswerForm):
    """An answer whose only instant is its arrival: the limit that it ends is measured by it, not by the typing."""

    received_at = MomentField(
        _l("文书到达时间"),
        [not_future],
        default=clock.now,
        description=_l("期限是否遵守，以此时间为准；补登的填实际到达时间。"),
    )


class ReceiptForm(AnswerForm):
    receipt_by = TextField(
        _l("接收人"), [Required(), AtMost(80)], default=lambda: viewer().name if viewer().organ_kind == "police" else ""
    )
    receipt_at = MomentField(_l("签收时间"), [Required(), not_future], default=clock.now)


class SupplementForm(AnswerForm):
    supplement_list = LongTextField(_l("需要补正的材料（逐项）"), [Required(), AtMost(5000)])
    supplement_received_at = MomentField(_l("通知到达时间"), [not_future], default=clock.now)


class ForwardForm(AnswerForm):
    forwarded_to_id = SelectField(_l("有管辖权的公安机关"), [Required()], coerce=int)
    forwarded_at = MomentField(
        _l("转送时间"), [not_future], default=clock.now, description=_l("接收转送的公安机关，签收期限自此起算。")
    )
    reason = LongTextField(_l("转送理由"), [Required(), AtMost(2000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = (o for o in queries.police_organs() if o.id != viewer().organ_id)
        self.forwarded_to_id.choices = offered((o.id, o.name) for o in others)


class AnswerReasonForm(LateAnswerForm):
    reason = LongTextField(_l("书面理由"), [Required(), AtMost(2000)])


class ExtensionForm(LateAnswerForm):
    police_extension = SelectField(
        _l("延长后的期限"), [Required()], choices=offered((k, _l(v)) for k, v in EXTENSIONS.items()), coerce=int
    )
    reason = LongTextField(_l("延长理由和批准机关"), [Required(), AtMost(1000)])


class FiledForm(AnswerForm):
    police_case_no = TextField(_l("立案决定书文号（案件编号）"), [Required(), AtMost(80)])
    filed_received_at = MomentField(_l("立案通知书到达时间"), [not_future], default=clock.now)


class NotFiledForm(AnswerForm):
    not_filed_reasons = LongTextField(_l("不予立案的理由"), [Required(), AtMost(5000)])
    not_filed_received_at = MomentField(_l("不予立案通知书到达时间"), [not_future], default=clock.now)


class UpheldForm(AnswerForm):
    reconsidered_at = MomentField(_l("复议决定到达时间"), [not_future], default=clock.now)
    reason = LongTextField(_l("复议决定的理由"), [Required(), AtMost(2000)])


class SupplyForm(StepForm):
    supplied = LongTextField(
        _l("补正的材料"), [Required(), AtMost(5000)], description=_l("先在案件的证据页补入材料，再在此逐项说明。")
    )
    supplied_at = MomentField(
        _l("补正时间"),
        [not_future],
        default=clock.now,
        description=_l("材料送达公安机关的时间；补正期限以此时间为准。"),
    )
    late_reason = late_reason()
    late_term = "material_supplement"


class CopyForm(PaperForm):
    copy_received_by = TextField(
        _l("接收人"),
        [Required(), AtMost(80)],
        default=lambda: viewer().name if viewer().organ_kind == "procuratorate" else "",
    )
    copy_received_at = MomentField(_l("收到时间"), [not_future], default=clock.now)
    copied_by = SelectMultipleField(_l("抄送材料送达人"), description=_l("至少两人，与移送人不同的请改选。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if viewer().organ_kind != "bureau":
            del self.copied_by
        else:
            self.copied_by.choices = who_serves()


class HandingForm(StepForm):
    """Both sides sign, before two witnesses (D5). The police may leave the goods with us: then the formalities alone (A.8)."""

    goods_giver = TextField(_l("移交人"), [Required(), AtMost(60)])
    goods_receiver = TextField(_l("接收人"), [Required(), AtMost(60)])
    goods_witnesses = TextField(
        _l("见证人"), [AtMost(120)], description=_l("移交物品的，填两名以上见证人，用顿号隔开。")
    )
    goods_keeping = RadioField(
        _l("物品去向"), [Required()], choices=offered((k, _l(v)) for k, v in KEEPING.items()), default="moved",
        description=_l("公安机关书面委托保管的才选第二项；依据公通字〔2016〕16号，未见全文，待核。"),
    )  # fmt: skip
    goods_keeper = TextField(_l("保管人"), [AtMost(60)], description=_l("委托本机关保管的填写。"))
    goods_kept_place = TextField(_l("保管地点"), [AtMost(200)], description=_l("委托本机关保管的填写。"))


class GoodsForm(HandingForm):
    """The goods go with the case (行政强制法 21), or some were found after the handing over (国务院令第310号 12)."""

    goods_handed_at = MomentField(_l("移交时间"), [Required(), not_future], default=clock.now)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_submitted():  # the row keeps the time of the handing over before
            self.goods_handed_at.process_data(clock.now())


class CompleteForm(HandingForm):
    """The handing over after the filing (国务院令第310号 12). Where no goods move, only who gave and who received."""

    materials_handed_at = MomentField(_l("移交时间"), [Required(), not_future], default=clock.now)


class GoodsBackForm(PaperForm):
    """What the police give back is held by us again, with its clock (行政强制法 25). What they keep rests on their paper."""

    goods_back_how = RadioField(
        _l("物品去向"), [Required()], choices=offered((k, _l(v)) for k, v in BACK.items()), default="returned",
        description=_l("公安机关依法处理、不再退回的，附其文书的文号和扫描件；查封、扣押期限不再计算。"),
    )  # fmt: skip
    goods_back_at = MomentField(
        _l("退回（处理）时间"),
        [Required(), not_future],
        default=clock.now,
        description=_l("登记退回后，查封、扣押期限自原决定之日起继续计算。"),
    )
    goods_back_by = TextField(_l("公安机关移交人"), [AtMost(60)], description=_l("物品退回的填写。"))
    goods_back_to = TextField(
        _l("本机关接收人"), [AtMost(60)], default=lambda: viewer().name, description=_l("物品退回的填写。")
    )


class DemandForm(AnswerForm):
    """An opinion that demands the transfer: of the procuratorate, the justice bureau, the superior (A.7)."""

    demand_from = TextField(_l("提出意见的机关"), [Required(), AtMost(80)])
    demands = LongTextField(_l("要求事项"), [Required(), AtMost(5000)])
    received_at = MomentField(_l("收到时间"), [Required(), not_future], default=clock.now)
    reply_due = DayField(_l("要求回复的日期"), description=_l("文书没有要求的不填。"))


class TellPartyForm(Served, StepForm):
    """How form 6 was served (程序规定 82): what nobody entered, form 50 does not say."""

    party_told_at = MomentField(_l("告知书送达时间"), [Required(), not_future], default=clock.now)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.servers.choices = who_serves()
        self._fields.move_to_end("party_told_at", last=False)


class RequestForm(StepForm):
    reason = LongTextField(_l("事实和理由"), [Required(), AtMost(5000)])


class ReconsiderForm(RequestForm):
    reconsideration_at = MomentField(_l("公安机关收到提请复议文件的时间"), [not_future], default=clock.now)


class SuperviseForm(RequestForm):
    supervision_at = MomentField(_l("人民检察院收到建议的时间"), [not_future], default=clock.now)
    late_reason = late_reason()
    late_term = "supervision_suggestion_3d"


class ReturnedForm(StepForm):
    returned_at = MomentField(_l("收到退回材料的时间"), [Required(), not_future], default=clock.now)
    reason = LongTextField(_l("退回原因和后续处理"), [Required(), AtMost(2000)])


_ANSWERS: dict[str, type[StepForm]] = {
    "sign_receipt": ReceiptForm, "request_supplement": SupplementForm, "forward": ForwardForm, "return_package": AnswerReasonForm,
    "accept": LateAnswerForm, "extend_review": ExtensionForm, "file": FiledForm, "not_file": NotFiledForm, "file_on_review": FiledForm,
    "uphold_not_filing": UpheldForm,
}  # fmt: skip

FORMS: Mapping[str, type[StepForm]] = {
    "designate_team": TeamForm, "change_team": ChangeTeamForm, "draft_report": ReportForm, "revise_report": ReportForm,
    "submit_report": SubmitForm, "resubmit": SubmitForm, "give_legal_opinion": OpinionForm, "endorse": OpinionForm, "send_back": OpinionForm,
    "approve": DecisionForm, "return_for_correction": DecisionForm, "reject": DecisionForm, "reopen": GivenReasonForm, "record_demand": DemandForm, "hand_over": HandOverForm,
    "supply_material": SupplyForm, "sign_copy": CopyForm, "record_copy": CopyForm, "hand_over_goods": CompleteForm, "move_goods_with_case": GoodsForm, "hand_over_more_goods": GoodsForm, "tell_party": TellPartyForm, "goods_back": GoodsBackForm,
    "request_reconsideration": ReconsiderForm, "suggest_supervision": SuperviseForm, "return_to_administrative": ReturnedForm, "close": GivenReasonForm, "extend_verify": GivenReasonForm,
    **_ANSWERS, **{f"record_{step_id}": form for step_id, form in _ANSWERS.items()},
}  # fmt: skip
