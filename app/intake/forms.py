"""Forms of clues: the short one that registers, and one for each step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    Field,
    FormField,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    ValidationError,
)
from wtforms.widgets import TextInput

from app.core import clock
from app.core.forms import (
    AtMost,
    DayField,
    Form,
    LongTextField,
    MomentField,
    ReasonForm,
    Required,
    StepForm,
    TextField,
    not_future,
    offered,
)
from app.core.permissions import viewer
from app.core.text import _, _l, date_zh
from app.intake import queries
from app.intake.models import Clue
from app.intake.secrecy import betrays
from app.intake.words import (
    CHANNELS,
    CONDITIONS,
    NOT_FILED_GROUNDS,
    OBJECT_TAGS,
    OWN_CHECKS,
    PAUSE_GROUNDS,
    PHOTOS,
    PLACE_TAGS,
    REPORTER_KINDS,
    SOURCES,
    TELL_INFORMER,
    TRANSFERS_IN,
)
from app.people import queries as people
from app.registry import identifiers
from app.registry.forms import NewParty, NewRight, PickField


def _choices(words: Mapping[str, str], empty: Any = None) -> list[SelectChoice]:
    rows: list[tuple[str, Any]] = [(code, _(text)) for code, text in words.items()]
    return offered(rows if empty is None else [("", empty), *rows])


def _fault(field: Field, sentence: str) -> bool:
    field.errors = [*field.errors, sentence]
    return False


class ClueNumberField(Field):
    """The printed number of a clue as typed, its id as data; None where the viewer sees no such clue."""

    widget = TextInput()

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        found = queries.by_number(viewer(), valuelist[0]) if valuelist and valuelist[0].strip() else None
        self.data = found.id if found is not None else None
        if valuelist and valuelist[0].strip() and found is None:
            raise ValueError(_("没有找到这个编号的线索，请对照线索列表核对，例如 浉市监线〔2026〕12号。"))


class ClueFields(Form):
    """What registering and amending have in common."""

    source_kind = SelectField(_l("案件来源"), [Required()])
    campaign_target = SelectField(_l("专项行动和目标"), default="")
    place_tags = SelectMultipleField(_l("重点领域"))
    object_tags = SelectMultipleField(_l("重点对象"))
    party_id = PickField(_l("当事人"))
    right_id = PickField(_l("涉及权利"))
    facts = LongTextField(
        _l("主要内容"),
        [Required(_l("请写明看到、听到了什么：谁、在哪里、做了什么、涉及什么商标或者专利。")), AtMost(5000)],
    )
    place = TextField(_l("发现地点"), [AtMost(200)])
    channel = SelectField(_l("接收方式"), default="")
    order_no = TextField(_l("12315工单编号"), [AtMost(60)])
    act_place = TextField(_l("行为地点"), [AtMost(200)])
    act_time = TextField(_l("行为时间"), [AtMost(80)])
    platform = TextField(_l("平台"), [AtMost(80)])
    shop_url = TextField(_l("店铺或者商品网址"), [AtMost(500)])
    sender = TextField(_l("移送、交办单位"), [AtMost(120)])
    letter_no = TextField(_l("函号"), [AtMost(80)])
    letter_on = DayField(_l("函件日期"), [not_future])
    report_back_on = DayField(_l("要求反馈日期"))

    def __init__(self, *args: Any, campaigns: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.source_kind.choices = _choices(SOURCES)
        self.channel.choices = _choices(CHANNELS, _("未说明"))
        self.place_tags.choices = _choices(PLACE_TAGS)
        self.object_tags.choices = _choices(OBJECT_TAGS)
        self.campaign_target.choices = offered([("", _("不属于专项行动")), *campaigns])

    def validate_sender(self, field: Field) -> None:
        if self.source_kind.data in TRANSFERS_IN and not field.data:
            raise ValidationError(_("移送、交办的线索须写明来自哪个单位。"))

    def picked_campaign(self) -> tuple[int | None, int | None]:
        """(campaign id, target id) of the one list they are chosen from: "5" or "5-3"."""
        campaign, _dash, target = (self.campaign_target.data or "").partition("-")
        return (int(campaign) if campaign else None), (int(target) if target else None)

    def values(self) -> dict[str, Any]:
        """What `actions.log` and `actions.amend` take."""
        names = (
            "source_kind", "channel", "order_no", "sender", "letter_no", "letter_on", "report_back_on", "place_tags", "object_tags", "place",
            "act_place", "act_time", "platform", "shop_url", "party_id", "right_id", "facts",
        )  # fmt: skip
        found = {name: getattr(self, name).data for name in names}
        found["campaign_id"], found["target_id"] = self.picked_campaign()
        return found


class ClueForm(ClueFields):
    """Registers a clue in under a minute. Party and right are picked, or written down here for the first time."""

    found_at = MomentField(_l("发现或者收到时间"), [Required(), not_future], default=clock.now)
    photos = MultipleFileField(_l("照片和材料"))
    nothing_found = BooleanField(_l("本次检查未发现违法行为（登记备查并办结）"))

    # After likely duplicates were shown: which were seen, which registered party is meant, or that it is a new one.
    seen = HiddenField()
    same_party = PickField(_l("是否就是这个当事人"))
    not_same = BooleanField(_l("都不是，登记为新的当事人"))
    new_party = FormField(NewParty, _l("新的当事人"))
    new_right = FormField(NewRight, _l("新的权利"))

    informer_kind = SelectField(_l("举报方式"), default="")
    informer_name = TextField(_l("举报人姓名"), [AtMost(60)])
    informer_phone = TextField(_l("举报人电话"), [AtMost(30)])
    informer_address = TextField(_l("举报人住址"), [AtMost(200)])
    informer_relation = LongTextField(_l("能识别举报人的其他内容"), [AtMost(1000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.informer_kind.choices = _choices(REPORTER_KINDS, _("没有举报人"))

    def validate(self, extra_validators: Any = None) -> bool:
        """All fields, then what two of them say together."""
        fine = super().validate(extra_validators)
        party, right = self.new_party.form, self.new_right.form
        if self.party_id.data and party.given and not self.same_party.data:
            fine = _fault(party.name, _("已经选择了登记过的当事人，又填写了新的当事人。请只保留一个。"))
        if not party.given and (party.credit_code.data or party.id_number.data):
            fine = _fault(party.name, _("请填写新当事人的名称或者姓名。"))
        if self.right_id.data and right.given:
            fine = _fault(right.name, _("已经选择了登记过的权利，又填写了新的权利。请只保留一个。"))
        if not right.given and (right.number.data or right.holder_name.data):
            fine = _fault(right.name, _("请填写权利名称，例如商标文字或者专利名称。"))
        return fine

    def validate_informer_phone(self, field: Field) -> None:
        if field.data and (sentence := identifiers.phone(field.data)):
            raise ValidationError(_(sentence))

    def validate_photos(self, field: Field) -> None:
        if len([file for file in field.data or [] if file]) > PHOTOS:
            raise ValidationError(_("一次最多上传%(n)s个文件，其余可以在登记后补充。", n=PHOTOS))

    def validate_nothing_found(self, field: Field) -> None:
        if field.data and self.source_kind.data not in OWN_CHECKS:
            raise ValidationError(_("只有监督检查、专项行动、网络监测、展会来源可以登记“未发现违法行为”。"))
        if field.data and viewer().post not in {"officer", "unit_head"}:
            raise ValidationError(_("请由办案人员登记检查结果。"))
        if field.data and (self.informer_kind.data or any(one.data for one in self.informer_fields())):
            raise ValidationError(
                _("有举报人的线索须由负责人决定是否立案，不能登记“未发现违法行为”。请取消勾选，登记后分派核查。")
            )

    # Names of the files that were sent with an earlier try and are held: form 1 lists them like the new ones.
    held_names: tuple[str, ...] = ()

    def validate_facts(self, field: Field) -> None:
        """The informer must not be named where everybody reads (R-43)."""
        told = (
            field, self.place, self.act_place, self.act_time, self.order_no, self.sender, self.letter_no, self.platform, self.shop_url,
            *(one for one in self.new_party.form if one.type != "CSRFTokenField"),
        )  # fmt: skip
        names = (*self.held_names, *(f.filename for f in self.photos.data or [] if getattr(f, "filename", "")))
        phone = identifiers.clean_phone(self.informer_phone.data or "")
        if betrays(
            (*(str(f.data or "") for f in told), *names), self.informer_name.data, phone, self.informer_address.data
        ):
            raise ValidationError(
                _(
                    "登记内容、地点、当事人或者文件名中出现了举报人的姓名、电话或者住址。请删去，举报人信息只填在“举报人”一栏（加密保存）。"
                )
            )

    def informer(self) -> dict[str, str] | None:
        """The informer's record, or None where nothing was told."""
        if not self.informer_kind.data and not any(f.data for f in self.informer_fields()):
            return None
        return {
            "kind": self.informer_kind.data or "named", "name": self.informer_name.data or "",
            "phone": identifiers.clean_phone(self.informer_phone.data or ""), "address": self.informer_address.data or "",
            "relation": self.informer_relation.data or "",
        }  # fmt: skip

    def informer_fields(self) -> tuple[Field, ...]:
        return (self.informer_name, self.informer_phone, self.informer_address, self.informer_relation)


class AmendForm(ClueFields):
    """Corrects what was registered. `version` is the version of the clue that the page showed.

    The text is not compared with the informer's record: the answer would tell whoever tries names who the informer is.
    """

    version = HiddenField()

    def offer(self, clue: Clue) -> None:
        """Show only the sources that `actions.amend` takes: those of the group in which the clue was registered.

        What is sent is checked against all, so that a page from before is answered by the rule's own sentence.
        """
        own = clue.source_kind in OWN_CHECKS
        self.source_kind.choices = _choices(
            {code: word for code, word in SOURCES.items() if (code in OWN_CHECKS) == own}
        )
        if self.source_kind.data in SOURCES and (self.source_kind.data in OWN_CHECKS) != own:
            self.source_kind.data = clue.source_kind  # else the browser would pick the first in silence


class FilesForm(Form):
    """More photos or material for a clue."""

    photos = MultipleFileField(_l("照片和材料"))


class WithholdForm(Form):
    """Why a file of the clue becomes a letter of the informer."""

    reason = LongTextField(_l("转入理由"), [Required(_l("请写明为何转为举报人材料，办理历史将留痕。")), AtMost(300)])


class LettersForm(Form):
    """Letters that show the informer. informer_kind is asked only where the clue has no record of one yet."""

    letters = MultipleFileField(_l("举报信、聊天记录、录音"))
    informer_kind = SelectField(_l("举报方式"), default="named")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.informer_kind.choices = _choices(REPORTER_KINDS)


class InformerForm(Form):
    """The reason for which the informer's record is opened."""

    reason = LongTextField(_l("查看理由"), [Required(_l("查看举报人信息须写明理由，查看记录将留痕。")), AtMost(300)])


# --- steps -------------------------------------------------------------------------------------------------------------


def _officer_choices() -> list[tuple[int, str]]:
    rows = []
    for person in people.colleagues(viewer(), "officer"):
        if person.certified(clock.today()):
            rows.append((person.id, _("%(name)s（执法证 %(no)s）", name=person.name, no=person.certificate_no)))
        else:
            until = date_zh(person.certificate_until) if person.certificate_until else _("无")
            rows.append((person.id, _("%(name)s（执法证无效，有效期至：%(until)s）", name=person.name, until=until)))
    return rows


class OfficersForm(StepForm):
    officer_ids = SelectMultipleField(_l("承办人员"), coerce=int)

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.officer_ids.choices = offered(_officer_choices())
        if obj is not None and not self.officer_ids.data:
            self.officer_ids.data = obj.officer_ids


class _WithOfficers(StepForm):
    proposed_officer_ids = SelectMultipleField(_l("指定办案人员"), coerce=int)

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.proposed_officer_ids.choices = offered(_officer_choices())
        if obj is not None and not self.proposed_officer_ids.data:
            self.proposed_officer_ids.data = obj.officer_ids


class ProposeFilingForm(_WithOfficers):
    verified_facts = LongTextField(_l("核查情况和主要事实"), [AtMost(5000)])
    conditions = SelectMultipleField(_l("立案条件"))
    act_ended_on = DayField(_l("违法行为终了日期"), [not_future])
    act_continues = BooleanField(_l("违法行为处于连续或者继续状态"))
    limitation_years = RadioField(_l("处罚时效"), coerce=int, default=2)
    limitation_reason = LongTextField(
        _l("适用五年时效的理由"),
        [AtMost(500)],
        description=_l("选择五年的，写明涉及公民生命健康安全或者金融安全的事实和危害后果；选择二年的不填。"),
    )
    cause_id = SelectField(_l("案由"), coerce=lambda value: int(value) if value else None)
    proposed_articles = LongTextField(_l("涉嫌违反和处罚依据条款"), [AtMost(1000)])
    proposed_officer_ids = SelectMultipleField(_l("指定办案人员"), coerce=int)  # here in the order of the form
    proposal_note = LongTextField(_l("承办意见"), [AtMost(1000)])

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.conditions.choices = _choices(CONDITIONS)
        self.limitation_years.choices = offered(
            [(2, _("二年")), (5, _("五年（涉及公民生命健康安全、金融安全且有危害后果）"))]
        )
        self.cause_id.choices = offered([("", _("请选择")), *queries.cause_choices(viewer())])
        if obj is not None and not self.verified_facts.data:
            self.verified_facts.data = obj.facts


class EndorseFilingForm(_WithOfficers):
    endorsement = LongTextField(_l("审查意见"), [AtMost(1000)])


class EndorseForm(StepForm):
    endorsement = LongTextField(_l("审查意见"), [AtMost(1000)])


class DecideForm(StepForm):
    decision_note = LongTextField(_l("批示"), [AtMost(1000)])


class ProposeNotFilingForm(StepForm):
    verified_facts = LongTextField(_l("核查情况和主要事实"), [AtMost(5000)])
    cause_id = SelectField(_l("涉嫌的案由"), coerce=lambda value: int(value) if value else None)
    conditions = SelectMultipleField(_l("立案条件"))
    not_filed_ground = RadioField(_l("不予立案的理由"), validate_choice=False)
    reason = LongTextField(_l("具体说明"), [AtMost(1000)])
    tell_informer = SelectField(_l("告知举报人"), default="none")

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.not_filed_ground.choices = offered((code, _(words)) for code, (words, _law) in NOT_FILED_GROUNDS.items())
        self.tell_informer.choices = _choices(TELL_INFORMER)
        self.conditions.choices = _choices(CONDITIONS)
        self.cause_id.choices = offered([("", _("不指明")), *queries.cause_choices(viewer())])
        if obj is not None:
            if obj.tell_informer == "none" and obj.owed_an_answer():
                self.tell_informer.data = "aucl20"
            self.reason.data = obj.not_filed_reason
            if not self.verified_facts.data:
                self.verified_facts.data = obj.facts

    def validate_not_filed_ground(self, field: Field) -> None:
        if field.data and field.data not in NOT_FILED_GROUNDS:
            raise ValidationError(_("请从列出的理由中选择。"))


class TestForm(StepForm):
    pause_ground = SelectField(_l("事由"))
    pause_document = TextField(_l("委托书或者通知书名称、文号"), [AtMost(200)])
    pause_from = DayField(_l("送出日期"))

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        self.pause_ground.choices = _choices(PAUSE_GROUNDS)
        if obj is not None:
            self.pause_document.data, self.pause_from.data = "", clock.today()


class ResultForm(StepForm):
    result_document = TextField(_l("报告或者意见名称、文号"), [AtMost(200)])
    resumed_on = DayField(_l("结果收到日期"), default=clock.today)

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        if obj is not None:
            self.result_document.data = ""


class AskExtensionForm(StepForm):
    extension_reason = LongTextField(_l("特殊情况"), [AtMost(1000)])


class SupplementForm(StepForm):
    verify_from = MomentField(_l("收到补充材料的时间"))
    supplement = LongTextField(_l("补充的事实"), [AtMost(3000)])

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        if obj is not None:
            self.verify_from.data = clock.now()


class CorrectFoundForm(StepForm):
    found_at = MomentField(_l("发现或者收到时间"))
    reason = LongTextField(_l("更正理由"), [AtMost(500)])


class NothingFoundForm(StepForm):
    check_result = LongTextField(_l("检查情况和结果"), [AtMost(3000)])


class TransferOutForm(ReasonForm):
    transferred_to = TextField(_l("接收部门"), [AtMost(120)])
    reason = LongTextField(_l("移送理由"), [AtMost(1000)])


class MergeForm(StepForm):
    merged_into_id = ClueNumberField(_l("并入的线索编号"))
    restarts = BooleanField(_l("同一举报人补充了新的事实：核查期限自最后一次举报重新起算"))
    reason = LongTextField(_l("并案理由"), [AtMost(500)])


class ReopenForm(StepForm):
    verify_from = MomentField(_l("收到新材料或者决定的时间"))
    reason = LongTextField(_l("重新核查的理由"), [AtMost(1000)])

    def __init__(self, *args: Any, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, obj=obj, **kwargs)
        if obj is not None:
            self.verify_from.data = clock.now()


class BackForm(StepForm):
    reason = LongTextField(_l("退回理由"), [AtMost(1000)])


STEP_FORMS: dict[str, type[StepForm]] = {
    "assign": OfficersForm, "reassign": OfficersForm, "propose_filing": ProposeFilingForm, "endorse_filing": EndorseFilingForm,
    "approve_filing": DecideForm, "propose_not_filing": ProposeNotFilingForm, "endorse_not_filing": EndorseForm,
    "approve_not_filing": DecideForm, "send_back": BackForm, "send_back_to_unit": BackForm, "send_for_test": TestForm,
    "result_back": ResultForm, "ask_extension": AskExtensionForm, "refuse_extension": BackForm, "supplement": SupplementForm,
    "nothing_found": NothingFoundForm, "correct_found": CorrectFoundForm, "transfer_out": TransferOutForm, "merge": MergeForm, "reopen": ReopenForm,
}  # fmt: skip
