"""The form of a campaign."""

from __future__ import annotations

from wtforms import Field, HiddenField, ValidationError

from app.core.forms import AtMost, CountField, DayField, Form, LongTextField, Required, TextField
from app.core.text import _, _l

MOST_TARGETS = 40


class CampaignForm(Form):
    """Targets are typed one a line; their order is their number."""

    name = TextField(_l("行动名称"), [Required(), AtMost(80)])
    short = TextField(_l("简称"), [Required(), AtMost(20)])
    year = CountField(_l("年份"), [Required()], least=2015, most=2100)
    starts_on = DayField(_l("行动期自"), [Required()])
    ends_on = DayField(_l("行动期至"), [Required()])
    plan = LongTextField(_l("方案要点或者通知文号"), [AtMost(2000)])
    targets = LongTextField(_l("重点项"), [Required()])
    seen = HiddenField()

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in (self.targets.data or "").split("\n") if line.strip()]

    def validate_ends_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("行动期截止日早于起始日，请核对。"))

    def validate_targets(self, field: Field) -> None:
        if len(self.lines) > MOST_TARGETS:
            raise ValidationError(_("重点项最多%(n)s项，请合并。", n=MOST_TARGETS))
        if any(len(line) > 200 for line in self.lines):
            raise ValidationError(_("每个重点项最多200字，请精简。"))
