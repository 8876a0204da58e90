"""Forms of evidence."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, ValidationError

from app.cases.evidence import KINDS, TIME_SOURCES
from app.core.forms import AtMost, Form, LongTextField, MomentField, Required, StepForm, TextField, not_future, offered
from app.core.text import _, _l


class EvidenceForm(Form):
    """One item. What the law asks of its kind is asked by `evidence_actions.add`, which every way in passes."""

    kind = SelectField(_l("证据种类"), choices=[], validators=[Required(_l("请选择证据种类。"))])
    title = TextField(_l("证据名称"), validators=[Required(), AtMost(200)])
    proves = LongTextField(_l("证明内容"), validators=[AtMost(2000)])
    file = FileField(_l("文件"))
    taken_at = MomentField(_l("取得时间"), validators=[Required(), not_future])
    taken_until = MomentField(_l("提取结束时间"), validators=[not_future])
    place = TextField(_l("取得地点"), validators=[AtMost(200)])
    source = TextField(_l("来源（提供人）"), validators=[AtMost(200)])
    officer_a_id = SelectField(_l("取证人员一"), coerce=int, validators=[Required()])
    officer_b_id = SelectField(_l("取证人员二"), coerce=int, validators=[Required()])
    form = RadioField(
        _l("原件或者复制件"),
        default="original",
        choices=offered([("original", _l("原件、原物、原始载体")), ("copy", _l("复制件、照片、录像"))]),
    )
    same_remark = TextField(_l("“与原件核对无误”的注明（注明人、日期、出处）"), validators=[AtMost(300)])
    device = TextField(_l("取证设备"), validators=[AtMost(120)])
    carrier = TextField(_l("载体及编号"), validators=[AtMost(120)])
    tool = TextField(_l("提取工具及版本"), validators=[AtMost(120)])
    time_source = SelectField(_l("时间来源"), choices=[], default="")
    url = TextField(_l("网址"), validators=[AtMost(500)])
    transcript = LongTextField(_l("声音资料的文字记录"), validators=[AtMost(20000)])
    foreign = BooleanField(_l("境外取得"))
    foreign_proof = TextField(_l("境外证据的证明手续、译文及翻译机构"), validators=[AtMost(300)])
    party_signed = BooleanField(_l("当事人（提供人）已签名、盖章确认"))
    unsigned_reason = TextField(_l("未签名的原因"), validators=[AtMost(300)])

    def __init__(self, *args: Any, officers: list[tuple[int, str]] = [], **kwargs: Any) -> None:  # noqa: B006 (never changed)
        super().__init__(*args, **kwargs)
        self.kind.choices = offered([("", _("请选择")), *((code, _(words)) for code, words in KINDS.items())])
        self.time_source.choices = offered([("", "—"), *((code, _(words)) for code, words in TIME_SOURCES.items())])
        self.officer_a_id.choices = self.officer_b_id.choices = offered(officers)

    def validate_officer_b_id(self, field: Any) -> None:
        if field.data == self.officer_a_id.data:
            raise ValidationError(_("取证人员不得少于两人，请选择另一人。"))


class VersionForm(StepForm):
    """Another state of the file."""

    file = FileField(_l("新文件"))
    reason = TextField(_l("替换原因"), validators=[Required(), AtMost(300)])


class WithdrawForm(StepForm):
    """An item that no longer counts. It stays in the list."""

    reason = TextField(_l("撤回原因"), validators=[Required(), AtMost(300)])
