"""The form for the yearly notice."""

from __future__ import annotations

from wtforms import HiddenField

from app.core.forms import AtMost, CountField, Form, LongTextField, Required, TextField
from app.core.text import _l


class NoticeForm(Form):
    """Year, number of the notice, its text. `seen` is the digest of the days that were shown for confirming."""

    year = CountField(_l("年份"), [Required()], least=2020, most=2100)
    source_doc = TextField(_l("通知文号"), [Required(), AtMost(120)])
    text = LongTextField(_l("通知正文"), [Required(), AtMost(8000)])
    seen = HiddenField()
