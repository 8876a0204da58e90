"""Forms of the registers, and the parts that other forms use to pick a party or a right, or to enter a new one."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms import BooleanField, FormField, HiddenField, IntegerField, SelectChoice, SelectField, ValidationError

from app.core import clock
from app.core.forms import AtMost, DayField, Form, LongTextField, Required, TextField, offered
from app.core.text import _, _l
from app.registry import identifiers
from app.registry.models import PARTY_KINDS, RIGHT_KINDS, RIGHT_STATES


def labelled(table: dict[str, str], empty: str | None = None) -> list[SelectChoice]:
    """Choices of a select from one of our tables of words, translated when shown."""
    first = [("", _l(empty))] if empty is not None else []
    return offered([*first, *((key, _l(text)) for key, text in table.items())])


class ChoiceField(SelectField):
    """A select whose empty value is its default: a row without an identity paper is edited as well."""

    def process_data(self, value: Any) -> None:
        super().process_data(value or self.default)


class PickField(IntegerField):
    """The id that a picker's radio sends; None when nothing was picked."""

    def process_formdata(self, valuelist: list[str]) -> None:
        value = next((v for v in valuelist if v.strip()), "")
        self.data = int(value) if value.isascii() and value.isdigit() and len(value) < 18 else None


class PartyFields:
    """The fields of a party; used by its own form and by the part for a new one in other forms."""

    kind = ChoiceField(_l("主体类型"), choices=labelled(PARTY_KINDS), default="firm")
    name = TextField(_l("名称或者姓名"), [AtMost(160)])
    credit_code = TextField(_l("统一社会信用代码"), [AtMost(24)])
    id_kind = ChoiceField(_l("证件类型"), choices=labelled(identifiers.ID_KINDS), default="resident")
    id_number = TextField(_l("证件号码"), [AtMost(40)])
    legal_representative = TextField(_l("法定代表人（负责人、经营者）"), [AtMost(60)])
    address = TextField(_l("住所或者经营场所"), [AtMost(300)])
    phone = TextField(_l("联系电话"), [AtMost(40)])

    def validate_credit_code(self, field: wtforms.Field) -> None:
        _say(identifiers.credit_code(field.data) if field.data else None)

    def validate_id_number(self, field: wtforms.Field) -> None:
        _say(identifiers.id_number(self.id_kind.data or "resident", field.data, clock.today()) if field.data else None)

    def validate_phone(self, field: wtforms.Field) -> None:
        _say(identifiers.phone(field.data) if field.data else None)


def _say(sentence: str | None) -> None:
    if sentence:
        raise ValidationError(_(sentence))


class PartyForm(PartyFields, Form):
    """The register's own form."""

    name = TextField(_l("名称或者姓名"), [Required(), AtMost(160)])
    trade_name = TextField(_l("字号或者店铺名称"), [AtMost(160)])
    legacy_no = TextField(_l("旧版注册号"), [AtMost(15)])
    note = LongTextField(_l("备注"), [AtMost(2000)])
    version = HiddenField()

    def validate_legacy_no(self, field: wtforms.Field) -> None:
        _say(identifiers.legacy_registration(field.data) if field.data else None)


class NewParty(PartyFields, wtforms.Form):
    """Part of another form: a party that is not in the register yet. Empty as a whole when no name is given."""

    @property
    def given(self) -> bool:
        return bool((self.name.data or "").strip())

    def values(self) -> dict[str, Any]:
        """For `actions.add_party`."""
        return {f.name.rsplit("-", 1)[-1]: f.data for f in self}


class RightFields:
    """The fields of a right, without its holder."""

    kind = ChoiceField(_l("权利类型"), choices=labelled(RIGHT_KINDS), default="trademark")
    number = TextField(_l("注册号、专利号或者登记号"), [AtMost(60)])
    name = TextField(_l("权利名称（商标文字、专利名称等）"), [AtMost(200)])

    def validate_number(self, field: wtforms.Field) -> None:
        _say(identifiers.right_number(self.kind.data or "", field.data) if field.data else None)


class RightForm(RightFields, Form):
    """The register's own form. The holder is picked, or entered anew."""

    name = TextField(_l("权利名称（商标文字、专利名称等）"), [Required(), AtMost(200)])
    holder_id = PickField(_l("权利人"))
    new_holder = FormField(NewParty, _l("新登记权利人"))
    holder_source = TextField(_l("商标来源标识"), [AtMost(120)])
    classes = TextField(_l("商品或者服务类别"), [AtMost(120)])
    goods = LongTextField(_l("核定使用商品或者保护范围"), [AtMost(2000)])
    valid_from = DayField(_l("有效期自"))
    valid_to = DayField(_l("有效期至"))
    well_known = BooleanField(_l("驰名商标保护记录"))
    state = ChoiceField(_l("权利状态"), choices=labelled(RIGHT_STATES), default="valid")
    note = LongTextField(_l("备注"), [AtMost(2000)])
    version = HiddenField()

    def validate_classes(self, field: wtforms.Field) -> None:
        if field.data and class_numbers(field.data) is None:
            raise ValidationError(_("类别请填1至45的数字，多个类别用顿号或者空格分开，例如 30、35。"))

    def validate_valid_to(self, field: wtforms.Field) -> None:
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(_("有效期截止日早于起始日，请核对。"))

    def validate_holder_id(self, field: wtforms.Field) -> None:
        if field.data is None and not self.new_holder.form.given:
            raise ValidationError(_("请选择权利人；名录中没有的，在下方登记新的权利人。"))


class NewRight(RightFields, wtforms.Form):
    """Part of another form: a right that is not in the register yet, with its holder's name."""

    holder_name = TextField(_l("权利人名称"), [AtMost(160)])

    @property
    def given(self) -> bool:
        return bool((self.name.data or "").strip())


def class_numbers(text: str) -> list[int] | None:
    """Nice classes as typed ("30、35") to numbers; None when one is not a class."""
    parts = text.replace("、", " ").replace("，", " ").replace(",", " ").replace("第", "").replace("类", "").split()
    numbers = [int(p) for p in parts if p.isascii() and p.isdigit() and 1 <= int(p[:3]) <= 45]
    return sorted(set(numbers)) if len(numbers) == len(parts) else None
