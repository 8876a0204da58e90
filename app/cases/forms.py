"""Forms of the case and of its steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField, ValidationError

from app.cases.models import Case
from app.cases.words import CLOSE_GROUNDS, CLOSES_FROM, ENTERED, EXCLUDED, GROUNDS, MATTERS
from app.cases.workflow import RAISED
from app.core import clock
from app.core.forms import (
    AtMost,
    DayField,
    Form,
    LongTextField,
    ReasonForm,
    Required,
    StepForm,
    TextField,
    not_future,
    offered,
)
from app.core.permissions import viewer
from app.core.text import _, _l
from app.law.cited import cited
from app.people import queries as people


def officer_choices() -> list[tuple[int, str]]:
    """Those of the viewer's organ who can be officers of a case, each with the state of the certificate (R-05)."""
    today = clock.today()
    found = people.colleagues(viewer(), "officer", "unit_head")
    return [
        (
            p.id,
            _("%(name)s（执法证 %(no)s）", name=p.name, no=p.certificate_no)
            if p.certified(today)
            else _("%(name)s（执法证无效）", name=p.name),
        )
        for p in found
    ]


class AppointForm(StepForm):
    """Who handles the case."""

    officer_ids = SelectMultipleField(_l("办案人员"), coerce=int, validators=[Required(_l("请至少勾选两名办案人员。"))])
    no_recusal = BooleanField(_l("已核对：所选人员均没有应当回避的情形"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer_ids.choices = offered(officer_choices())


class OfficersForm(AppointForm):
    """A change needs its reason."""

    reason = LongTextField(_l("调整理由"), validators=[AtMost(500)])


class AskForm(StepForm):
    """What the officer puts before the head."""

    asked = RadioField(_l("提请事项"), choices=[], validators=[Required(_l("请选择提请事项。"))])
    asked_ground = SelectField(_l("法定情形"), choices=[], default="")
    asked_reason = LongTextField(_l("事实和理由"), validators=[Required(), AtMost(2000)])
    transfer_answer = LongTextField(
        _l("移送司法机关核查"),
        validators=[AtMost(2000)],
        description=_l("提请终止调查而筛查结果为达到追诉标准或者有嫌疑的，写明是否移送及其理由。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices(tuple(MATTERS), CLOSE_GROUNDS)

    def offer(self, subject: Case) -> None:
        """What fits the state of the case, and the answer on the transfer where it is asked for or was typed."""
        closing = {code: words for code, words in CLOSE_GROUNDS.items() if CLOSES_FROM[code] == subject.status}
        self._choices(subject.askable, closing)
        asked_for = "terminate" in subject.askable and subject.standing in RAISED
        typed = self.is_submitted() and self.transfer_answer.data
        if not asked_for and not typed:
            del self.transfer_answer

    def _choices(self, allowed: Sequence[str], closing: Mapping[str, tuple[str, str]]) -> None:
        self.asked.choices = offered((code, _(MATTERS[code][0])) for code in MATTERS if code in allowed)
        groups = {
            _(MATTERS[code][0]): closing if code == "close" else grounds for code, grounds in GROUNDS.items() if code in allowed
        }  # fmt: skip
        self.asked_ground.choices = offered([("", _("（恢复调查、延长期限不需要选择）"))], "")
        for label, grounds in groups.items():
            self.asked_ground.choices += offered(
                (
                    (code, _("%(words)s（%(law)s）", words=_(words), law=cited(law)))
                    for code, (words, law) in grounds.items()
                ),
                label,
            )


class DeclineForm(ReasonForm):
    """Sent back with a reason."""

    reason = LongTextField(_l("退回理由"), validators=[Required(), AtMost(1000)])


UNANSWERED = _l("没有写的，报告上印“未核查”或者“未写明”，不印“无”；查过而没有的，请写明查了什么、没有什么。")


class ReportForm(StepForm):
    """Form 35, as far as people write it; facts, evidence and amounts come from the case."""

    nature = LongTextField(_l("案件性质"), validators=[Required(), AtMost(5000)])
    articles = LongTextField(_l("违反和适用的条款"), validators=[AtMost(3000)])
    discretion = LongTextField(_l("自由裁量理由"), validators=[AtMost(3000)], description=UNANSWERED)
    defence = LongTextField(_l("当事人陈述、申辩情况"), validators=[AtMost(3000)], description=UNANSWERED)
    repeat_check = LongTextField(_l("重复处罚核查（五年内）"), validators=[AtMost(2000)], description=UNANSWERED)
    transfer_check = LongTextField(_l("移送司法机关核查"), validators=[AtMost(2000)], description=UNANSWERED)
    goods_handling = LongTextField(_l("涉案物品处理"), validators=[AtMost(2000)], description=UNANSWERED)
    proposal = LongTextField(_l("处理建议"), validators=[Required(), AtMost(5000)])


STEP_FORMS: dict[str, type[StepForm]] = {
    "appoint": AppointForm,
    "change_officers": OfficersForm,
    "ask": AskForm,
    "decline": DeclineForm,
    "report": ReportForm,
}


class FactsForm(StepForm):
    """Facts of the case, place and days of the act."""

    facts = LongTextField(_l("案情"), validators=[Required(), AtMost(20000)])
    act_place = TextField(_l("违法行为发生地"), validators=[AtMost(200)])
    act_from = DayField(_l("行为开始日期"), validators=[not_future])
    act_to = DayField(_l("行为终了日期"), validators=[not_future])

    def validate_act_to(self, field: Any) -> None:
        if field.data and self.act_from.data and field.data < self.act_from.data:
            raise ValidationError(_("行为终了日期早于开始日期，请更正。"))


class ExcludeForm(StepForm):
    """Days that do not count towards the ninety."""

    ground = SelectField(_l("扣除事由"), choices=[], validators=[Required()])
    document = TextField(_l("依据的文书、文号"), validators=[Required(), AtMost(200)])
    first = DayField(_l("开始日期"), validators=[Required(), not_future])
    last = DayField(_l("结束日期"), validators=[not_future])
    told = TextField(_l("检测、检验、检疫、鉴定期间告知书文号"), validators=[AtMost(80)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ground.choices = offered([("", _("请选择")), *((code, _(EXCLUDED[code])) for code in ENTERED)])


class EndExclusionForm(StepForm):
    """The result is back. Which one is named by the person, also where only one is out."""

    exclusion_id = RadioField(
        _l("返回的是哪一项"), choices=[], coerce=int, validators=[Required(_l("请选择返回的是哪一项。"))]
    )
    last = DayField(_l("结果返回日期"), validators=[Required(), not_future])
    document = TextField(_l("检测报告、鉴定意见等名称、文号"), validators=[Required(), AtMost(200)])

    def offer(self, out: Iterable[Any]) -> None:
        """The exclusions that are open, in order; the only one is chosen already."""
        rows = [
            (
                one.id,
                _(
                    "%(ground)s（%(document)s），%(day)s起",
                    ground=_(EXCLUDED[one.ground]),
                    document=one.document,
                    day=one.start.isoformat(),
                ),
            )
            for one in out
        ]
        self.exclusion_id.choices = offered(rows)
        if len(rows) == 1 and self.exclusion_id.data is None:
            self.exclusion_id.data = rows[0][0]


class EmptyForm(Form):
    """Only the tokens."""
