"""Forms of goods."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField

from app.cases.goods import ENDINGS, MEASURES, NATURES, OCCASIONS, PRICE_KINDS, GoodsList
from app.cases.goods_actions import WAYS
from app.cases.record_forms import PresentForm
from app.core.forms import AtMost, DayField, Form, LongTextField, Required, StepForm, TextField, not_future, offered
from app.core.text import N_, _, _l

RELEASED_BY = {
    "registration": N_("解除先行登记保存证据通知书，文书20"),
    "measure": N_("解除行政强制措施决定书，文书23"),
}


class ListForm(PresentForm):
    """The head of a list (form 24)."""

    occasion = SelectField(_l("清单来由"), choices=[], validators=[Required()])
    measure_kind = SelectField(_l("查封或者扣押"), choices=[], default="")
    goes_with = TextField(_l("随附文书"), validators=[AtMost(80)])
    goes_with_no = TextField(_l("随附文书文号"), validators=[AtMost(80)])
    place = TextField(_l("场所地点"), validators=[Required(), AtMost(200)])
    storage = TextField(_l("存放地点、保管人"), validators=[AtMost(200)])
    made_on = DayField(_l("制作日期"), validators=[Required(), not_future])
    refusal = TextField(_l("当事人未签名的说明"), validators=[AtMost(300)])
    approval_no = TextField(_l("设区的市级以上机关主要负责人批准文书"), validators=[AtMost(80)])
    approved_on = DayField(_l("批准日期"), validators=[not_future])

    def __init__(self, *args: Any, approval: bool = False, decided: bool = False, **kwargs: Any) -> None:
        """approval: the cause asks for it (反不正当竞争法 16). decided: a decision stands behind the list, its kind and day stay."""
        super().__init__(*args, **kwargs)
        self.occasion.choices = offered((code, _(words)) for code, words in OCCASIONS.items())
        self.measure_kind.choices = offered(
            [("", _("不是查封、扣押")), *((code, _(words)) for code, words in MEASURES.items())]
        )
        if decided:
            del self.occasion, self.made_on
        if not approval:
            del self.approval_no, self.approved_on


class LineForm(Form):
    """One line, as text: `goods_lines.clean` reads it, the same as a pasted one."""

    name = TextField(_l("物品名称"), validators=[Required(_l("请填写物品名称。"))])
    mark = TextField(_l("商标标识"))
    mark_source = TextField(_l("商标权利人"))
    spec = TextField(_l("规格型号"))
    batch = TextField(_l("批号"))
    unit = TextField(_l("单位"), default="件")
    quantity = TextField(_l("数量"), validators=[Required(_l("请填写数量。"))])
    price = TextField(_l("单价"))
    price_kind = SelectField(_l("价格种类"), choices=[], default="")
    price_reason = TextField(_l("计价理由"))
    sold = SelectField(_l("是否已售"), choices=offered([("未售", _l("未售")), ("已售", _l("已售"))]))
    purchase = TextField(_l("进货单价"))
    nature = SelectField(_l("类别"), choices=[], default="侵权商品")
    place = TextField(_l("位置"))
    seal_no = TextField(_l("封条号"))
    remarks = TextField(_l("备注"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = ((words, _(words)) for words in PRICE_KINDS.values())
        self.price_kind.choices = offered([("", _("按法定顺序")), *kinds])
        self.nature.choices = offered((words, _(words)) for words in NATURES.values())


class ChangeLineForm(LineForm):
    """A line that is there. version: what it said when the page was shown, so that nobody writes over a colleague unseen."""

    version = HiddenField()


class PasteForm(Form):
    """Rows of a spreadsheet."""

    rows = LongTextField(
        _l("从表格粘贴"), validators=[Required(_l("没有内容。请从表格中复制若干行，粘贴到这里。")), AtMost(300_000)]
    )
    reason = TextField(_l("统一计价理由"), validators=[AtMost(300)])


class RemoveForm(StepForm):
    """A line entered by mistake."""

    reason = TextField(_l("删除原因"), validators=[Required(), AtMost(300)])


class ReleaseForm(StepForm):
    """How the hold on the goods of a list ended: what is offered depends on the list (程序规定 35; 行政强制法 27)."""

    way = SelectField(_l("处理方式"), choices=[], validators=[Required(_l("请选择处理方式。"))])
    on = DayField(_l("处理日期"), validators=[Required(), not_future])
    paper = TextField(_l("处理文书的名称、文号"), validators=[Required(), AtMost(120)])

    def __init__(self, *args: Any, goods: GoodsList, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = ("preserved", "tested", "confiscated", "released", "mistake")
        given = _("解除并退还（%(paper)s）", paper=_(RELEASED_BY.get(goods.occasion, "")))
        offer = {way: _(ENDINGS[way]) for way in WAYS.get(goods.occasion, {}) if way != goods.ended_way} | {
            "released": given
        }
        self.way.choices = offered([("", _("请选择")), *((way, offer[way]) for way in ways if way in offer)])


class DayForm(StepForm):
    """The day of a seizure or a registration, corrected with its reason."""

    on = DayField(_l("更正后的日期"), validators=[Required(), not_future])
    reason = TextField(_l("更正理由"), validators=[Required(), AtMost(200)])


class PrintForm(StepForm):
    """Form 24 printed from the list as it stands; printed before, a note says what was corrected."""

    note = TextField(_l("更正说明"), validators=[AtMost(300)])
