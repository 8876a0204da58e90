"""Forms of site records and interviews."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, SelectField, SelectMultipleField, ValidationError

from app.cases.models import Case
from app.core.forms import AtMost, Form, LongTextField, MomentField, Required, TextField, not_future, offered
from app.core.text import _, _l

NOTICE = (
    ("我们是%(organ)s的执法人员，这是我们的执法证件（%(certificates)s），请你过目确认。", "已看过，无异议。"),
    (
        "依法就有关问题向你询问。你有陈述、申辩的权利，有申请执法人员回避的权利；你应当如实回答询问，协助调查，不得阻挠。听清楚了吗？是否申请回避？",
        "听清楚了，不申请回避。",
    ),
)
BLANK_ROWS = 8
MOST_ROWS = 120


class _Recorded(Form):
    """What both records share (R-06: two officers at least, certificates shown)."""

    started_at = MomentField(_l("开始时间"), validators=[Required(), not_future])
    ended_at = MomentField(_l("结束时间"), validators=[Required(), not_future])
    place = TextField(_l("地点"), validators=[Required(), AtMost(200)])
    officer_ids = SelectMultipleField(_l("执法人员"), coerce=int, validators=[Required(_l("请至少勾选两名执法人员。"))])
    recorder = TextField(_l("记录人"), validators=[Required(), AtMost(60)])
    certificates_shown = BooleanField(_l("已出示执法证件，并告知陈述、申辩和申请回避的权利"))

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.officer_ids.choices = offered(
            (row.person_id, _("%(name)s（%(no)s）", name=row.name, no=row.certificate_no))
            for row in case.active_officers
        )

    def validate_officer_ids(self, field: Any) -> None:
        if len(set(field.data or ())) < 2:
            raise ValidationError(_("执法人员不得少于两人，请至少勾选两名（行政处罚法 42、程序规定 22）。"))

    def validate_certificates_shown(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(
                _("未出示执法证件的，当事人有权拒绝检查、询问。请确认已出示并告知权利（行政处罚法 55）。")
            )

    def validate_ended_at(self, field: Any) -> None:
        if field.data and self.started_at.data and field.data < self.started_at.data:
            raise ValidationError(_("结束时间早于开始时间，请更正。"))


class SiteForm(_Recorded):
    """Form 9."""

    on_site = TextField(_l("现场人员（姓名、职务、与当事人的关系）"), validators=[AtMost(300)])
    party_absent = TextField(_l("当事人未到场或者拒绝签名的情况"), validators=[AtMost(300)])
    seen = LongTextField(_l("现场情况"), validators=[Required(), AtMost(20000)])
    goods_list_id = SelectField(_l("现场发现的物品"), coerce=int, choices=[], default=0)
    photos = TextField(_l("照片、录像"), validators=[AtMost(300)])
    measures = LongTextField(_l("采取的措施"), validators=[AtMost(5000)])
    party_words = LongTextField(_l("当事人意见"), validators=[AtMost(5000)])
    witness = TextField(_l("见证人"), validators=[AtMost(120)])

    def __init__(self, *args: Any, lists: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = ((one.id, _("%(name)s（%(no)s）", name=one.title, no=len(one.lines))) for one in lists)
        self.goods_list_id.choices = offered([(0, _("不附物品")), *made])

    def validate_party_absent(self, field: Any) -> None:
        if field.data and not (self.witness.data or self.photos.data):
            raise ValidationError(
                _("当事人不在场或者拒绝签名的，须有见证人或者录像。请填写见证人或者录像编号（程序规定 28、43）。")
            )


class InterviewForm(_Recorded):
    """Form 14. Questions and answers are rows of the same name; empty ones are left out."""

    person_name = TextField(_l("被询问人"), validators=[Required(), AtMost(60)])
    sex = SelectField(_l("性别"), choices=offered([("", "—"), ("男", _l("男")), ("女", _l("女"))]), default="")
    nation = TextField(_l("民族"), validators=[AtMost(20)])
    birth = TextField(_l("出生日期"), validators=[AtMost(20)])
    phone = TextField(_l("联系电话"), validators=[AtMost(40)])
    address = TextField(_l("住址"), validators=[AtMost(200)])
    employer = TextField(_l("工作单位"), validators=[AtMost(120)])
    job = TextField(_l("职务"), validators=[AtMost(60)])
    relation = TextField(_l("与本案关系"), validators=[AtMost(60)])
    changes = LongTextField(_l("更正、补充"), validators=[AtMost(3000)])

    def pairs(self) -> list[tuple[str, str]]:
        """Questions and answers as typed, empty pairs left out. A bare answer is kept: nothing typed is lost."""
        questions, answers = request.form.getlist("question"), request.form.getlist("answer")
        found = [(_clean(q), _clean(a)) for q, a in zip(questions, answers, strict=False)]
        return [(q, a) for q, a in found if q or a][:MOST_ROWS]

    def faults(self) -> list[str]:
        """What is wrong with the rows."""
        rows = self.pairs()
        if not rows:
            return [_("请至少填写一组问答。")]
        wrong = [_("第%(n)s组只有回答没有问题，请补上问题。", n=n) for n, (q, _a) in enumerate(rows, 1) if not q]
        return wrong + [
            _("第%(n)s组太长，每格最多5000字。", n=n) for n, (q, a) in enumerate(rows, 1) if max(len(q), len(a)) > 5000
        ]


def _clean(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(c for c in kept if c in "\n\t" or ord(c) >= 32)
