"""What the officers declare for the screen. Left open means: nobody has found this yet."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, FieldList, FormField, RadioField, SelectField, SelectMultipleField, ValidationError
from wtforms import Form as PlainForm

from app.cases.screening import CaseFindings
from app.core.forms import (
    AtMost,
    CountField,
    DayField,
    LongTextField,
    MoneyField,
    StepForm,
    TextField,
    not_future,
    offered,
)
from app.core.text import _, _l
from app.law.words import CRIME_ARTICLES, CRIMES, KNOWLEDGE_GROUNDS, MEASURES

OBJECTS = {"goods": _l("商品"), "services": _l("服务")}
ROLES = {"seller_of_others_labels": _l("销售他人非法制造的标识"), "helper": _l("提供帮助（场所、运输、账户、原料等）")}
MODES = {
    "复制发行": _l("复制发行"),
    "通过信息网络向公众传播": _l("通过信息网络向公众传播"),
    "circumvention_device_or_service": _l("提供规避技术措施的装置、部件或者服务"),
}
COUNTS = ("click_count", "download_count", "work_count_network", "registered_member_count")
SUMS = ("illegal_gains.services", "right_holder_loss", "illegal_gains_trade_secret", "patentee_direct_economic_loss")
FLAGS = ("identical_mark", "right_holder_bankrupt_or_closed", "causation", "act_for_foreign_entity", "membership_mode")
FLAG_WORDS = {
    "identical_mark": _l("与注册商标相同，且用于同一种商品、服务"),
    "right_holder_bankrupt_or_closed": _l("权利人破产、倒闭"),
    "causation": _l("直接导致经营重大困难进而破产、倒闭"),
    "act_for_foreign_entity": _l("为境外的机构、组织、人员实施"),
    "membership_mode": _l("以会员制方式传播"),
}
UNKNOWN = offered([("", _l("尚未认定")), ("yes", _l("是")), ("no", _l("否"))])
PRIOR_ROWS = 3


def field_of(measure: str) -> str:
    """The name of the form field of a measure: a dot cannot stand in one."""
    return measure.replace(".", "__")


class PriorForm(PlainForm):
    """One earlier punishment."""

    kind = SelectField(
        _l("种类"),
        choices=offered([("", "—"), ("administrative", _l("行政处罚")), ("criminal", _l("刑事处罚"))]),
        default="",
    )
    article = SelectField(_l("对应罪名条款"), choices=[], default="")
    decided_on = DayField(_l("决定日期"), validators=[not_future])
    decision_no = TextField(_l("决定书文号"), validators=[AtMost(80)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [
            (a, _("%(name)s（刑法%(article)s条）", name=_(CRIMES[c]), article=a)) for c, a in CRIME_ARTICLES.items()
        ]
        self.article.choices = offered([("", "—"), *named])


class _Base(StepForm):
    crimes = SelectMultipleField(_l("可能涉及的罪名"))
    objects = SelectMultipleField(_l("涉案对象"), choices=offered(OBJECTS.items()))
    roles = SelectMultipleField(_l("当事人的作用"), choices=offered(ROLES.items()))
    modes = SelectMultipleField(_l("侵犯著作权的行为方式"), choices=offered(MODES.items()))
    mark_sources = CountField(_l("不同来源的注册商标（种）"), least=1, most=999)
    patents = CountField(_l("他人专利（项）"), least=1, most=999)
    knowledge = RadioField(_l("是否明知"), choices=UNKNOWN, default="")
    knowledge_ground = SelectField(_l("认定明知的情形（法释〔2025〕5号第四条，可以反证推翻）"), choices=[], default="")
    knowledge_reasons = LongTextField(_l("明知的事实"), validators=[AtMost(2000)])
    purpose = RadioField(_l("是否以营利为目的"), choices=UNKNOWN, default="")
    purpose_reasons = LongTextField(_l("营利目的的事实"), validators=[AtMost(2000)])
    priors_checked = BooleanField(_l("已查询：二年内因侵犯知识产权受过的刑事、行政处罚（没有的不填下面各行）"))
    priors = FieldList(FormField(PriorForm), min_entries=PRIOR_ROWS, max_entries=20)
    assessment = LongTextField(_l("其他严重情节的说明（数额以外，写明理由）"), validators=[AtMost(2000)])
    similar_reasons = LongTextField(
        _l("不构成犯罪的理由（近似商标、类似商品，或者案由没有对应的罪名）"), validators=[AtMost(2000)]
    )
    suspicion_facts = LongTextField(_l("合理嫌疑的事实"), validators=[AtMost(5000)])
    police_measures = LongTextField(_l("需要公安机关采取的措施和要查清的问题"), validators=[AtMost(5000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.crimes.choices = offered(
            (code, _("%(name)s（刑法%(article)s条）", name=_(words), article=CRIME_ARTICLES[code]))
            for code, words in CRIMES.items()
        )
        grounds = ((code, _(words)) for code, words in KNOWLEDGE_GROUNDS.items())
        self.knowledge_ground.choices = offered([("", "—"), *grounds])

    def validate_police_measures(self, field: Any) -> None:
        if bool(field.data) != bool(self.suspicion_facts.data):
            raise ValidationError(
                _("“合理嫌疑”须同时写明嫌疑事实和需要公安机关采取的措施（国务院令310号 3(2)）；没有的请都留空。")
            )

    def validate_priors(self, field: Any) -> None:
        for n, row in enumerate(field.data, 1):
            given = [row["kind"], row["article"], row["decided_on"]]
            if any((*given, row["decision_no"])) and not all(given):
                raise ValidationError(_("第%(n)s行处罚须填写种类、条款和决定日期；不需要的请清空这一行。", n=n))


for _measure in COUNTS:
    setattr(_Base, field_of(_measure), CountField(_l(MEASURES[_measure])))
for _measure in SUMS:
    setattr(_Base, field_of(_measure), MoneyField(_l(MEASURES[_measure])))
for _flag in FLAGS:
    setattr(_Base, f"flag_{_flag}", RadioField(FLAG_WORDS[_flag], choices=UNKNOWN, default=""))


class FindingsForm(_Base):
    """The whole declaration."""

    def fill(self, found: CaseFindings) -> None:
        """Show what is declared now."""
        for name in ("crimes", "objects", "roles", "modes", "mark_sources", "patents", "knowledge_ground", "knowledge_reasons",
                     "purpose_reasons", "priors_checked", "similar_reasons", "suspicion_facts", "police_measures"):  # fmt: skip
            self[name].data = getattr(found, name)
        self.knowledge.data, self.purpose.data = _word(found.knowledge), _word(found.purpose)
        for name in (*COUNTS, *SUMS):
            self[field_of(name)].data = found.counts.get(name)
        for name in FLAGS:
            self[f"flag_{name}"].data = _word(found.flags.get(name))
        self.assessment.data = next(iter(found.assessments.values()), "")
        self.version.data = str(found.version)
        for entry, row in zip(self.priors.entries, found.priors, strict=False):
            entry.form.kind.data, entry.form.article.data, entry.form.decision_no.data = (
                row["kind"],
                row["article"],
                row.get("decision_no", ""),
            )
            entry.form.decided_on.data = _day(row["decided_on"])

    def values(self) -> dict[str, Any]:
        """Columns of `CaseFindings`."""
        text = (self.assessment.data or "").strip()
        return {
            **{name: list(self[name].data or []) for name in ("crimes", "objects", "roles", "modes")},
            **{name: self[name].data for name in ("mark_sources", "patents", "knowledge_ground", "knowledge_reasons", "purpose_reasons",
                                                  "priors_checked", "similar_reasons", "suspicion_facts", "police_measures")},
            "knowledge": _truth(self.knowledge.data),
            "purpose": _truth(self.purpose.data),
            "priors": [
                {"kind": r["kind"], "article": r["article"], "decided_on": r["decided_on"].isoformat(), "decision_no": r["decision_no"] or ""}
                for r in self.priors.data if r["kind"]
            ],
            "counts": {name: self[field_of(name)].data for name in (*COUNTS, *SUMS) if self[field_of(name)].data is not None},
            "flags": {name: truth for name in FLAGS if (truth := _truth(self[f"flag_{name}"].data)) is not None},
            "assessments": dict.fromkeys(self.crimes.data or [], text) if text else {},
        }  # fmt: skip


def _word(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")


def _truth(word: str | None) -> bool | None:
    return {"yes": True, "no": False}.get(word or "")


def _day(text: str) -> Any:
    import datetime as dt

    return dt.date.fromisoformat(text)
