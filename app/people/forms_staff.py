"""Forms of accounts and posts."""

from __future__ import annotations

import re

from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, SelectField, ValidationError

from app.core.forms import AtMost, DayField, Form, Required, TextField, offered
from app.core.text import _, _l
from app.people.models import POSTS

_ACCOUNT = re.compile(r"[a-z][a-z0-9._-]{2,59}")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


def an_account(_form: FlaskForm, field: Field) -> None:
    """Validator: a name to sign in with."""
    if field.data and not _ACCOUNT.fullmatch(field.data):
        raise ValidationError(_("账号用小写字母开头，由小写字母、数字、点、横线组成，3至60个字符。"))


def an_email(_form: FlaskForm, field: Field) -> None:
    """Validator: one address, or nothing."""
    if field.data and not _EMAIL.fullmatch(field.data):
        raise ValidationError(_("请填写一个电子邮箱地址，例如 name@example.cn。"))


class PersonForm(Form):
    name = TextField(_l("姓名"), [Required(), AtMost(40)])
    email = TextField(_l("电子邮箱"), [AtMost(120), an_email])
    phone = TextField(_l("联系电话"), [AtMost(40)])


class NewPersonForm(PersonForm):
    account = TextField(_l("账号"), [Required(), AtMost(60), an_account])


class CardForm(PersonForm):
    certificate_no = TextField(_l("执法证号"), [AtMost(40)])
    certificate_until = DayField(_l("执法证有效期至"))


class AppointForm(Form):
    kind = SelectField(_l("岗位"), [Required()])
    organ_id = SelectField(_l("机关"), [Required()], coerce=int)
    since = DayField(_l("任职日期"), [Required()])
    until = DayField(_l("任期至"))
    basis = TextField(_l("任命依据（文号）"), [Required(), AtMost(120)])
    acting = BooleanField(_l("主持工作（主要负责人缺位期间，由其决定）"))

    def offer(self, organs: list[tuple[int, str]]) -> AppointForm:
        """Fill the lists to choose from."""
        self.kind.choices = offered((code, _(name)) for code, name in POSTS.items())
        self.organ_id.choices = offered(organs)
        return self


class EndPostForm(Form):
    until = DayField(_l("离任日期"), [Required()])
    basis = TextField(_l("离任依据（文号）"), [Required(), AtMost(120)])


class AccountReasonForm(Form):
    reason = TextField(_l("理由"), [Required(), AtMost(200)])
