"""Forms: what every form of the house has, and the fields that turn typed text into our plain values."""

from __future__ import annotations

import calendar
import datetime as dt
import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any

from flask import flash, redirect
from flask_wtf import FlaskForm
from sqlalchemy import ForeignKey, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response
from wtforms import (
    BooleanField,
    DateField,
    Field,
    FileField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    SelectChoice,
    SelectField,
    SelectFieldBase,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.widgets import DateTimeLocalInput, TextInput

from app.core import clock
from app.core.errors import Refused
from app.core.permissions import viewer
from app.core.text import COMMAS, N_, Misplaced, _, _l, date_zh, fen, first_unseen, month_zh, yuan
from app.extensions import Base, db

WORN_OUT = N_("页面已过期，这次提交没有保存。请重新打开该页后再提交。")
# The field that names the draft a browser keeps of a form, and the cookie in which an answer says that it was saved.
KEPT, SAVED = "_keep", "tq_saved"
FIRST_DAY, LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 1, 1)


class Submission(Base):
    """A creating form that was accepted: sent again (double click, lost answer) it gives the same record (R09)."""

    __tablename__ = "submission"

    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    url: Mapped[str] = mapped_column(String(300))
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)


class Form(FlaskForm):
    """Base of all forms. `form_token` names this one filling-in of a creating form."""

    form_token = HiddenField(default=lambda: secrets.token_urlsafe(24))

    def validate(self, extra_validators: Any = None) -> bool:
        """As declared; a choice that nobody made is asked for, and is not called wrong."""
        right: bool = super().validate(extra_validators)
        for field in self:
            if isinstance(field, SelectField) and field.errors and field.data in (None, ""):
                asked = next((v.sentence for v in field.validators if isinstance(v, Required)), None)
                field.errors = [asked or _("请选择“%(label)s”。", label=field.label.text)]
        return right


class StepForm(Form):
    """Base of the forms of workflow steps: `version` is the version of the subject that the page showed."""

    version = HiddenField()

    def offer(self, subject: Any) -> None:
        """Show only the choices that `subject` leaves open now; asked before the form is shown, also after a refusal.

        What is sent is checked against all choices, so that the guard of the step answers with its own sentence.
        """


def accepted(form: Form) -> str | None:
    """Where this very filling-in of a creating form led, if it was accepted before (double click, lost answer)."""
    token = (form.form_token.data or "")[:64]
    if not token.isprintable():  # a NUL is no value for any column
        return None
    return db.session.scalar(
        select(Submission.url).where(Submission.token == token, Submission.person_id == viewer().user_id)
    )


def once(form: Form, make: Callable[[], str], said: Callable[[], str]) -> Response:
    """Run `make` (creates a record, answers its URL), commit, say what was saved, and redirect.

    said: the sentence for the person who saved, asked after the commit. A repeated form is led to what it made (R09).
    """
    url, token = accepted(form), (form.form_token.data or "")[:64]
    if not token.isprintable() or not token:
        raise Refused(WORN_OUT)
    if url is not None:
        return led_back(url)
    try:
        mark = Submission(token=token, person_id=viewer().user_id, url="")
        db.session.add(mark)
        db.session.flush()
        url = mark.url = make()
        db.session.commit()
        flash(said(), "ok")
    except IntegrityError:
        db.session.rollback()
        url = accepted(form)
        if url is None and db.session.get(Submission, token) is not None:  # somebody else's filling-in
            raise Refused(WORN_OUT) from None
        if url is None:
            raise
        return led_back(url)
    return redirect(url, 303)


def led_back(url: str) -> Response:
    """Answer a form that was saved before (its answer was lost, its draft taken up again): say so, and lead there."""
    flash(_("这份表单此前已经保存，没有重复保存，这里就是保存的结果。之后又改动过的内容，请在这里更正。"), "info")
    return redirect(url, 303)


def offered(rows: Iterable[tuple[Any, Any]], group: str | None = None) -> list[SelectChoice]:
    """(value, label) pairs as the choices of a select or of radio buttons; `group` is the heading they stand under."""
    return [SelectChoice(value, label, optgroup=group) for value, label in rows]


def overtaken(form: Any, now: Any, words: Mapping[str, str | None] = MappingProxyType({})) -> None:
    """Answer a page that is older than its record: what was typed stays, and each field says what stands there now.

    now: the same form as it would be opened now; from here one saves knowingly, so its version is taken up.
    words: what stands in fields that only hold a number; None for one that does not show what it holds.
    """
    for field in form:
        present = now[field.name]
        shown = words[field.name] if field.name in words else _shown(present)
        if shown is not None and (field.data or None) != (present.data or None):
            sentence = _("他人已更改，现为“%(value)s”。请核对后再保存。", value=shown)
            field.errors = [*field.errors, sentence]
    form.version.data = now.version.data


def _shown(field: Field) -> str | None:
    """What a field holds, in the words that a person picks or types. None: it holds none."""
    if isinstance(field, SelectFieldBase):
        return "、".join(str(choice.label) for choice in field.iter_choices() if choice.selected)
    if isinstance(field, BooleanField):
        return str(_("是") if field.data else _("否"))
    if isinstance(field, HiddenField | FileField | MultipleFileField) or not hasattr(field, "_value"):
        return None
    return str(field._value())


class Required:
    """The field must be filled. `sentence` says what to enter."""

    field_flags = {"required": True}

    def __init__(self, sentence: Any = None) -> None:
        self.sentence = sentence

    def __call__(self, form: FlaskForm, field: Field) -> None:
        empty = field.data is None or (isinstance(field.data, str) and not field.data.strip()) or field.data in ([], ())
        if empty and not field.errors:
            raise ValidationError(self.sentence or _("请填写“%(label)s”。", label=field.label.text))


class AtMost:
    """The text may not be longer than `n` characters.

    The browser is not told: it would cut what is pasted without a word. The server says it, and what was typed stays.
    """

    def __init__(self, n: int) -> None:
        self.n = n

    def __call__(self, form: FlaskForm, field: Field) -> None:
        if field.data and len(field.data) > self.n:
            raise ValidationError(
                _(
                    "“%(label)s”最多%(n)s字，现有%(have)s字，请精简。",
                    label=field.label.text,
                    n=self.n,
                    have=len(field.data),
                )
            )


def _seen(text: str) -> None:
    """ValueError when `text` holds a character that turns it round or is not seen."""
    n = first_unseen(text)
    if n is None:
        return
    before = " ".join(text[:n].split())[-8:]
    if before:
        raise ValueError(
            _(
                "“%(before)s”之后有看不见的字符（改变书写方向的或者不占位置的），请删去这一段，重新手工输入。",
                before=before,
            )
        )
    raise ValueError(_("开头有看不见的字符（改变书写方向的或者不占位置的），请全部删去，重新手工输入。"))


class TextField(StringField):
    """One line of text, trimmed; control characters and such as are not seen are refused."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].strip() if valuelist else ""
        if any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 for c in self.data):
            raise ValueError(_("请删去换行等不可见字符，只填一行文字。"))
        _seen(self.data)


class LongTextField(TextAreaField):
    """Several lines; line ends are \\n and NUL is refused (PostgreSQL cannot store it), as is what is not seen."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].replace("\r\n", "\n").replace("\r", "\n").strip() if valuelist else ""
        if any(ord(c) < 32 and c not in "\n\t" for c in self.data):
            raise ValueError(_("文字中含有不可见的控制字符，请重新输入这一段。"))
        _seen(self.data)


class ReasonForm(StepForm):
    """A step that only asks for reasons."""

    reason = LongTextField(_l("理由"), [AtMost(2000)])


class MoneyField(Field):
    """Yuan as typed, fen as data."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return yuan(self.data, empty="").replace(",", "") if self.data is not None else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = fen(valuelist[0])
        except Misplaced:
            self.data = None
            raise ValueError(_(COMMAS)) from None
        except ValueError:
            self.data = None
            raise ValueError(_("请填写金额，单位元，最多两位小数，例如 1234.50。")) from None


class CountField(IntegerField):
    """A whole number from `least` to `most`."""

    def __init__(self, *args: Any, least: int = 0, most: int = 10**9, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0].strip() if valuelist else ""
        if not text:
            self.data = None
            return
        if not (text.isascii() and text.isdigit() and self.least <= int(text[:20]) <= self.most):
            self.data = None
            raise ValueError(_("请填写%(least)s到%(most)s之间的整数。", least=self.least, most=self.most))
        self.data = int(text)


def _no_such_day(typed: str) -> str:
    """What is wrong with a date that is written as it should be: 2026-02-30. Empty for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?", typed.strip(), re.ASCII)
    if found is None or not 1 <= int(found[2]) <= 12 or not 1 <= int(found[3]) <= 31 or int(found[1]) == 0:
        return ""
    year, month, day = map(int, found.groups())
    if day <= calendar.monthrange(year, month)[1]:
        return ""
    return _("%(year)s年%(month)s没有%(day)s日，请核对。", year=year, month=month_zh(month), day=day)


def _outside(sentence: str) -> str:
    return _(sentence, first=date_zh(FIRST_DAY), last=date_zh(LAST_DAY))


class DayField(DateField):
    """A date between 1990 and 2100."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = dt.date.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError(_no_such_day(valuelist[0]) or _("请按 2026-11-22 的样式填写日期。")) from None
        if not FIRST_DAY <= self.data <= LAST_DAY:
            raise ValueError(_outside(N_("请填写%(first)s至%(last)s之间的日期，请核对年份。")))


class MomentField(Field):
    """Wall time in Shanghai as typed, an aware UTC instant as data."""

    widget = DateTimeLocalInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return clock.local(self.data).strftime("%Y-%m-%dT%H:%M") if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            wall = dt.datetime.fromisoformat(valuelist[0].strip())
        except ValueError:
            self.data = None
            raise ValueError(_no_such_day(valuelist[0]) or _("请按 2026-11-22 09:30 的样式填写时间。")) from None
        if wall.tzinfo is not None or not FIRST_DAY <= wall.date() <= LAST_DAY:
            raise ValueError(_outside(N_("请填写%(first)s至%(last)s之间的时间，请核对年份。")))
        self.data = wall.replace(tzinfo=clock.SHANGHAI).astimezone(dt.UTC)


def not_future(form: FlaskForm, field: Field) -> None:
    """Validator: the date or instant may not lie ahead (a minute is allowed for slow clocks)."""
    value = field.data
    if isinstance(value, dt.datetime):
        late = value > clock.now() + dt.timedelta(minutes=1)
    else:
        late = isinstance(value, dt.date) and value > clock.today()
    if late:
        raise ValidationError(_("“%(label)s”不能晚于现在，请更正。", label=field.label.text))
