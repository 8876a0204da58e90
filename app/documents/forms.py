"""Forms of documents."""

from __future__ import annotations

from typing import Any

from wtforms import FileField, SelectChoice, SelectField, SelectMultipleField

from app.core.forms import AtMost, Form, LongTextField, MomentField, Required, TextField, not_future, offered
from app.core.permissions import viewer
from app.core.text import _l
from app.documents.models import MANNERS
from app.people import queries as people


class Served:
    """What every service is asked for. What each manner needs is said by the action, in the words of the law."""

    manner = SelectField(
        _l("送达方式"),
        choices=offered([("", _l("请选择")), *((code, _l(name)) for code, name in MANNERS.items())]),
    )
    receiver = TextField(_l("签收人"), [AtMost(60)])
    servers = SelectMultipleField(_l("送达人"))
    place = TextField(_l("送达地点"), [AtMost(200)])
    refusal = TextField(_l("拒收事由"), [AtMost(300)])
    witness = TextField(_l("见证人"), [AtMost(120)])
    video_no = TextField(
        _l("录像编号"), [AtMost(80)], description=_l("留置送达没有见证人而用拍照、录像记录的，填照片、录像的编号。")
    )
    consent = TextField(
        _l("送达地址确认书的编号、日期"),
        [AtMost(120)],
        description=_l("电子送达须有当事人签字同意的送达地址确认书。"),
    )
    mail_no = TextField(_l("邮寄单号"), [AtMost(60)])
    remarks = TextField(_l("备注"), [AtMost(300)])
    receipt = FileField(_l("签收后的送达回证（扫描件）"))


def who_serves() -> list[SelectChoice]:
    """The people of the viewer's organ who serve its papers."""
    mates = people.colleagues(viewer(), "officer", "unit_head", "registrar")
    return offered((one.name, one.name) for one in mates)


class ServiceForm(Served, Form):
    """How a paper was served."""

    served_at = MomentField(_l("送达时间"), [not_future])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.servers.choices = who_serves()


class CorrectionForm(Form):
    """Why a paper is drawn up again. The note is printed on the new version."""

    note = LongTextField(
        _l("更正说明"),
        [Required(_l("请写明更正了什么，更正说明会印在新版文书上。")), AtMost(300)],
        description=_l("印在新版文书上，例如：联系电话有误，予以更正。"),
    )
