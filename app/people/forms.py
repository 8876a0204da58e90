"""Forms of sign-in and of one's own account."""

from __future__ import annotations

from wtforms import PasswordField, SelectField

from app.core.forms import Form, Required, TextField
from app.core.text import _l


class SignInForm(Form):
    account = TextField(_l("账号"), [Required()])
    password = PasswordField(_l("口令"), [Required()])
    code = TextField(_l("动态验证码"))


class PasswordForm(Form):
    present = PasswordField(_l("现用口令"), [Required()])
    fresh = PasswordField(_l("新口令"), [Required()])
    again = PasswordField(_l("再输一次新口令"), [Required()])


class CodeForm(Form):
    present = PasswordField(_l("现用口令"), [Required()])
    code = TextField(_l("动态验证码"), [Required()])


class PostForm(Form):
    post = SelectField(_l("岗位"), coerce=int)
