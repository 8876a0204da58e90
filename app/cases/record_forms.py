"""Forms of site records and interviews."""

from __future__ import annotations

from typing import Any

from flask import request
from wtforms import BooleanField, SelectField, SelectMultipleField, ValidationError

from app.cases import duty
from app.cases.models import Case
from app.cases.records import asks_recusal
from app.core import clock
from app.core.forms import AtMost, Form, LongTextField, MomentField, Required, TextField, not_future, offered
from app.core.text import _, _l, first_unseen
from app.registry import identifiers
from app.registry.forms import labelled

# What is said to everybody. The answers are the person's own: none is ever filled in.
NOTICE = (
    "我们是%(organ)s的执法人员，这是我们的执法证件（%(certificates)s），请你过目确认。",
    "依法就有关问题向你询问。你有陈述、申辩的权利，有申请执法人员回避的权利；你应当如实回答询问，协助调查，不得阻挠。听清楚了吗？是否申请回避？",
)
BLANK_ROWS = 8
MOST_ROWS = 120
MOST_ANSWER, MOST_CELL = 500, 5000  # characters: the answer to a notice, a question or an answer


class PresentForm(Form):
    """Who of the officers in charge was there, two at least (行政处罚法 42; R-06)."""

    officer_ids = SelectMultipleField(_l("执法人员"), coerce=int, validators=[Required(_l("请至少勾选两名执法人员。"))])

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Who left since can be named in a record of his time; the day is checked when it is known (`duty.shown`).
        rows = {row.person.id: row for row in reversed(duty.all_of(case))}
        now = {row.person_id: row for row in case.active_officers}
        self.officer_ids.choices = offered(
            (i, _("%(name)s（%(no)s）", name=rows[i].name, no=rows[i].certificate_no) if i in now else _("%(name)s（%(no)s，现已不承办）", name=rows[i].name, no=rows[i].certificate_no))
            for i in (*now, *(i for i in rows if i not in now))
        )  # fmt: skip

    def validate_officer_ids(self, field: Any) -> None:
        if len(set(field.data or ())) < 2:
            raise ValidationError(_("执法人员不得少于两人，请至少勾选两名（行政处罚法 42、程序规定 22）。"))


class _Recorded(PresentForm):
    """What both records share (R-06: two officers at least, certificates shown)."""

    started_at = MomentField(_l("开始时间"), validators=[Required(), not_future])
    ended_at = MomentField(_l("结束时间"), validators=[Required(), not_future])
    place = TextField(_l("地点"), validators=[Required(), AtMost(200)])
    recorder = TextField(_l("记录人"), validators=[Required(), AtMost(60)])
    certificates_shown = BooleanField(_l("已出示执法证件，并告知陈述、申辩和申请回避的权利"))

    def nobody_there(self) -> bool:
        """Whether there was nobody to whom a certificate could be shown."""
        return False

    def validate_certificates_shown(self, field: Any) -> None:
        if not field.data and not self.nobody_there():
            raise ValidationError(
                _("未出示执法证件的，当事人有权拒绝检查、询问。请确认已出示并告知权利（行政处罚法 55）。")
            )

    def validate_ended_at(self, field: Any) -> None:
        if field.data and self.started_at.data and field.data <= self.started_at.data:
            raise ValidationError(_("结束时间必须晚于开始时间，请按笔录的实际起止时间填写。"))


class SiteForm(_Recorded):
    """Form 9."""

    on_site = TextField(_l("现场人员（姓名、职务、与当事人的关系）"), validators=[AtMost(300)])
    party_absent = TextField(_l("当事人未到场的情况"), validators=[AtMost(300)])
    party_refused = TextField(_l("当事人在场但拒绝签名的情况"), validators=[AtMost(300)])
    seen = LongTextField(_l("现场情况"), validators=[Required(), AtMost(20000)])
    goods_list_id = SelectField(_l("现场发现的物品"), coerce=int, choices=[], default=0)
    photos = TextField(_l("照片"), validators=[AtMost(300)])
    video_no = TextField(_l("录像编号"), validators=[AtMost(120)])
    measures = LongTextField(_l("采取的措施"), validators=[AtMost(5000)])
    party_words = LongTextField(_l("当事人意见"), validators=[AtMost(5000)])
    witness = TextField(_l("见证人"), validators=[AtMost(120)])

    def __init__(self, *args: Any, lists: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        made = ((one.id, _("%(name)s（%(no)s）", name=one.title, no=len(one.lines))) for one in lists)
        self.goods_list_id.choices = offered([(0, _("不附物品")), *made])

    def nobody_there(self) -> bool:
        """Nobody but the officers and their camera."""
        return bool(self.party_absent.data) and not (self.on_site.data or self.witness.data)

    def validate_party_absent(self, field: Any) -> None:
        self._witnessed(field)

    def validate_party_refused(self, field: Any) -> None:
        if field.data and self.party_absent.data:
            raise ValidationError(_("当事人未到场的，不会有拒绝签名的情况。请只填写其中一项。"))
        self._witnessed(field)

    def _witnessed(self, field: Any) -> None:
        if field.data and not (self.witness.data or self.video_no.data):
            raise ValidationError(
                _("当事人不在场或者拒绝签名的，须有见证人或者录像。请填写见证人或者录像编号（程序规定 28、43）。")
            )


class InterviewForm(_Recorded):
    """Form 14. Questions and answers are rows of the same name; empty ones are left out.

    unanswered: the answers that are empty were not given. recusal_noted: a request that an officer withdraw was seen.
    """

    person_name = TextField(_l("被询问人"), validators=[Required(), AtMost(60)])
    sex = SelectField(_l("性别"), choices=offered([("", "—"), ("男", _l("男")), ("女", _l("女"))]), default="")
    nation = TextField(_l("民族"), validators=[AtMost(20)])
    birth = TextField(_l("出生日期"), validators=[AtMost(20)])
    id_kind = SelectField(_l("证件类型"), choices=labelled(identifiers.ID_KINDS), default="resident")
    id_number = TextField(_l("证件号码"), validators=[AtMost(40)])
    id_absent = TextField(_l("未出示证件的情况"), validators=[AtMost(120)])
    phone = TextField(_l("联系电话"), validators=[AtMost(40)])
    address = TextField(_l("住址"), validators=[AtMost(200)])
    employer = TextField(_l("工作单位"), validators=[AtMost(120)])
    job = TextField(_l("职务"), validators=[AtMost(60)])
    relation = TextField(_l("与本案关系"), validators=[Required(), AtMost(60)])
    changes = LongTextField(_l("更正、补充"), validators=[AtMost(3000)])
    unanswered = BooleanField(_l("没有填写的回答是被询问人没有回答，记为“未回答”"))
    recusal_noted = BooleanField(_l("回避申请及其理由已如实记入笔录，将报请负责人决定"))

    def validate_id_number(self, field: Any) -> None:
        if field.data:
            if sentence := identifiers.id_number(self.id_kind.data or "resident", field.data, clock.today()):
                raise ValidationError(_(sentence))
            if self.id_absent.data:
                raise ValidationError(_("已填写证件号码的，请清空“未出示证件的情况”。"))
        elif not self.id_absent.data:
            raise ValidationError(_("请填写证件号码；被询问人拒绝出示或者没有携带证件的，请写明“未出示证件的情况”。"))

    def validate_sex(self, field: Any) -> None:
        said = identifiers.sex_and_birth(self.id_number.data or "")[0] if self.id_kind.data == "resident" else ""
        if field.data and said and field.data != said:
            raise ValidationError(_("性别与身份证号码不符，请核对。"))

    def notice_answers(self) -> list[str]:
        """What was answered to each notice, as typed."""
        given = [_clean(one) for one in request.form.getlist("notice_answer")]
        return [*given, *("" for _one in NOTICE)][: len(NOTICE)]

    def asks_unanswered(self) -> bool:
        """Whether an answer is empty of which nobody has said yet that it was not given."""
        answers = [*self.notice_answers(), *(answer for _question, answer in self.pairs())]
        return not all(answers)

    def asks_recusal(self) -> bool:
        """Whether the person asks that an officer withdraw."""
        return asks_recusal([*self.notice_answers(), *(answer for _question, answer in self.pairs())])

    def pairs(self) -> list[tuple[str, str]]:
        """Questions and answers as typed, empty pairs left out. A bare answer is kept: nothing typed is lost."""
        questions, answers = request.form.getlist("question"), request.form.getlist("answer")
        found = [(_clean(q), _clean(a)) for q, a in zip(questions, answers, strict=False)]
        return [(q, a) for q, a in found if q or a]

    def faults(self) -> list[str]:
        """What is wrong with the rows."""
        rows = self.pairs()
        if not rows:
            return [_("请至少填写一组问答。")]
        wrong = [_("第%(n)s组只有回答没有问题，请补上问题。", n=n) for n, (q, _a) in enumerate(rows, 1) if not q]
        if self.asks_unanswered() and not self.unanswered.data:
            wrong.append(
                _(
                    "有的问题（包括告知）没有填写回答。请照被询问人的话填写；确实没有回答的，请勾选表末的确认项后保存，笔录记为“未回答”。"
                )
            )
        if self.asks_recusal() and not self.recusal_noted.data:
            wrong.append(
                _(
                    "被询问人申请回避。请把申请和理由如实记入笔录，并报请负责人决定（负责人的回避由主要负责人决定）；决定作出前不停止调查（程序规定 4、行政处罚法 43）。请勾选表末的确认项后保存，系统将通知负责人。"
                )
            )
        answers = request.form.getlist("notice_answer")
        if any(first_unseen(text) is not None for text in answers):
            wrong.append(_("告知部分的回答中有看不见的字符，请删去后重新手工输入。"))
        wrong += [
            _("第%(n)s组有看不见的字符（改变书写方向的或者不占位置的），请删去后重新手工输入。", n=n)
            for n, pair in enumerate(rows, 1)
            if any(first_unseen(text) is not None for text in pair)
        ]
        if len(rows) > MOST_ROWS:
            wrong.append(
                _("一份笔录最多%(most)s组问答，现有%(have)s组，多出的请另作一份笔录。", most=MOST_ROWS, have=len(rows))
            )
        wrong += [
            _("告知第%(n)s项的回答最多%(most)s字，现有%(have)s字，请精简。", n=n, most=MOST_ANSWER, have=len(one))
            for n, one in enumerate(self.notice_answers(), 1)
            if len(one) > MOST_ANSWER
        ]
        return wrong + [
            _(
                "第%(n)s组每格最多%(most)s字，现有%(have)s字，请精简或者分成两组。",
                n=n,
                most=MOST_CELL,
                have=max(len(q), len(a)),
            )
            for n, (q, a) in enumerate(rows, 1)
            if max(len(q), len(a)) > MOST_CELL
        ]


def _clean(text: str) -> str:
    kept = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return "".join(c for c in kept if c in "\n\t" or ord(c) >= 32)
