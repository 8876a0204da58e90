"""Pages of goods: lists, quick lines, lines pasted from a spreadsheet."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flask import render_template, request, url_for
from werkzeug.wrappers import Response

from app.cases import goods_actions, goods_lines, queries, record_actions
from app.cases.blueprint import Answer, bp, carry_out, reading, working
from app.cases.goods import DECIDED, ENDINGS, HELD, MEASURES, NATURES, OCCASIONS, PRICE_KINDS, GoodsLine, GoodsList
from app.cases.goods_forms import (
    ChangeLineForm,
    DayForm,
    LineForm,
    ListForm,
    PasteForm,
    PrintForm,
    ReleaseForm,
    RemoveForm,
)
from app.cases.models import Case
from app.cases.views import frame
from app.core import clock
from app.core.errors import Refused, Stale
from app.core.forms import Form, once
from app.core.permissions import may, needs, require, viewer
from app.core.text import N_, _, yuan
from app.extensions import db
from app.law.cited import cited

WORDS = {"occasions": OCCASIONS, "endings": ENDINGS, "measures": MEASURES, "price_kinds": PRICE_KINDS, "natures": NATURES, "decided": DECIDED}  # fmt: skip


@bp.get("/<int:case_id>/goods")
@needs("case.read")
def goods(case_id: int) -> str:
    """The amounts, and the lists they come from."""
    case = reading(case_id)
    return render_template("cases/goods.html", lists=queries.lists_of(case), **WORDS, **frame(case, "goods"))


@bp.route("/<int:case_id>/goods/new", methods=["GET", "POST"])
@needs("case.write")
def new_goods_list(case_id: int) -> Answer:
    """Begin a list. ?continues=: of the goods of that registration, which are sealed or seized now (程序规定 35(3))."""
    case = working(case_id)
    before = request.args.get("continues", type=int)
    continues = queries.goods_list(viewer(), case_id, before) if before is not None else None
    form = ListForm(case=case, approval=goods_actions.needs_approval(case))
    if request.method == "GET":
        form.made_on.data, form.officer_ids.data = clock.today(), [row.person_id for row in case.active_officers]
        form.place.data = case.act_place
        if continues is not None:
            form.occasion.data, form.place.data, form.storage.data = "measure", continues.place, continues.storage
    if form.validate_on_submit():
        try:
            return once(
                form,
                lambda: _url(goods_actions.make_list(case, viewer(), form.data, continues)),
                lambda: (
                    _("已建清单，原清单的物品已列入，请核对。")
                    if continues is not None
                    else _("已建清单，请登记物品。")
                ),
            )
        except goods_actions.Wrong as error:
            db.session.rollback()
            case = working(case_id)
            form[error.field].errors = [_(error.sentence)]
    page = render_template(
        "cases/goods_list_form.html", form=form, case=case, title=_("新建物品清单"), sentence="",
        continues=continues.n if continues is not None else 0,
    )  # fmt: skip
    return page, 422 if request.method == "POST" else 200


@bp.route("/<int:case_id>/goods/<int:list_id>/head", methods=["GET", "POST"])
@needs("case.write")
def change_goods_list(case_id: int, list_id: int) -> Answer:
    """Change the head of a list."""
    case = working(case_id)
    one = queries.goods_list(viewer(), case_id, list_id)
    form = ListForm(
        obj=one if request.method == "GET" else None,
        case=case,
        approval=goods_actions.needs_approval(case),
        decided=one.occasion in DECIDED,
    )
    if one.occasion == "registration":
        del form.measure_kind
    if request.method == "GET":
        made = [maker["person_id"] for maker in one.makers]
        form.officer_ids.data = made or [row.person_id for row in case.officers_on(one.made_on)]

    def act() -> str:
        goods_actions.change_list(one, case, viewer(), form.data)
        return _url(one)

    return carry_out(
        form, act, _("已保存。"), "cases/goods_list_form.html", lambda: {"case": working(case_id)}, title=_("修改清单")
    )


@bp.route("/<int:case_id>/goods/<int:list_id>/day", methods=["GET", "POST"])
@needs("goods.correct_day")
def correct_goods_day(case_id: int, list_id: int) -> Answer:
    """The day of a seizure or a registration was entered wrongly: corrected with its reason, by an officer or the unit head."""
    case = queries.get(viewer(), case_id, lock=request.method == "POST")
    require(viewer(), "goods.correct_day", case)
    one, form = queries.goods_list(viewer(), case_id, list_id), DayForm()
    if case.status == "closed" and not one.held:
        raise Refused(_("案件已经结案，不能再登记。"))
    if request.method == "GET":
        form.on.data = one.made_on

    def act() -> str:
        goods_actions.correct_day(one, case, viewer(), form.on.data or clock.today(), form.reason.data or "")
        return _url(one)

    return carry_out(form, act, _("已更正日期，历史中保留更正前后的日期和理由，并已告知办案机构负责人。"), "cases/goods_day.html",
                     lambda: {"case": queries.get(viewer(), case_id), "one": queries.goods_list(viewer(), case_id, list_id)})  # fmt: skip


def _sheet(one: GoodsList) -> goods_lines.Sheet:
    return goods_lines.Sheet(one.occasion in HELD, one.case.right_kind)


def _url(one: GoodsList) -> str:
    return url_for("cases.goods_list", case_id=one.case_id, list_id=one.id)


@bp.get("/<int:case_id>/goods/<int:list_id>")
@needs("case.read")
def goods_list(case_id: int, list_id: int) -> str:
    """One list: its lines, and for the officers a line to fill in and a field to paste into."""
    return _list_page(queries.goods_list(viewer(), case_id, list_id), LineForm(formdata=None), PasteForm(formdata=None))


def _list_page(
    one: GoodsList,
    line: Form,
    paste: Form,
    faults: list[goods_lines.Fault] | None = None,
    sentence: str = "",
    printing: Form | None = None,
) -> str:
    printing = printing or PrintForm(formdata=None)
    for name, form in (("line", line), ("paste", paste), ("print", printing)):
        for field in form:  # three forms on one page: no id twice
            field.id = field.label.field_id = f"{name}-{field.name}"
    return render_template(
        "cases/goods_list.html", one=one, line=line, paste=paste, faults=[(lines, fault.said(cited)) for lines, fault in goods_lines.grouped(faults or [])], sentence=sentence, headings=goods_lines.HEADINGS,
        order=goods_lines.ORDER, print_form=printing, may_correct=may(viewer(), "goods.correct_day", one.case), **WORDS, **frame(one.case, "goods"),
    )  # fmt: skip


@bp.post("/<int:case_id>/goods/<int:list_id>/lines")
@needs("case.write")
def add_line(case_id: int, list_id: int) -> Answer:
    """One line."""
    case, form = working(case_id), LineForm()
    one = queries.goods_list(viewer(), case_id, list_id)
    values, faults = goods_lines.clean(form.data, sheet=_sheet(one))
    if form.validate() and not faults:
        return _saved(form, case, one, [values], "#add")
    _mark(form, faults)
    return _list_page(one, form, PasteForm(formdata=None)), 422


@bp.post("/<int:case_id>/goods/<int:list_id>/paste")
@needs("case.write")
def paste_lines(case_id: int, list_id: int) -> Answer:
    """Forty lines at once. One wrong cell, and none is kept: the answer names the line of each."""
    case, form = working(case_id), PasteForm()
    one = queries.goods_list(viewer(), case_id, list_id)
    rows, faults = goods_lines.pasted(request.form.get("rows", ""), form.reason.data or "", _sheet(one))
    if form.validate() and not faults:
        return _saved(form, case, one, rows, "")
    return _list_page(one, LineForm(formdata=None), form, faults), 422


def _saved(form: Form, case: Case, one: GoodsList, rows: list[dict[str, Any]], anchor: str) -> Answer:
    def make() -> str:
        goods_actions.add_lines(one, case, viewer(), rows)
        return _url(one) + anchor

    return once(form, make, lambda: _lines_saved(one, len(rows)))


def _lines_saved(one: GoodsList, n: int) -> str:
    sentence = (
        N_("已添加%(n)s行。本清单共%(all)s行，价值%(sum)s元，筛查已重新计算。")
        if not one.open_lines
        else N_("已添加%(n)s行。本清单共%(all)s行，价值%(sum)s元（其中%(open)s行单价未查明，未计入），筛查已重新计算。")
        if one.total_fen
        else N_("已添加%(n)s行。本清单共%(all)s行，其中%(open)s行单价未查明，价值待查明后计算，筛查已重新计算。")
    )
    return _(sentence, n=n, all=len(one.lines), sum=yuan(one.total_fen), open=one.open_lines)


def _mark(form: Form, faults: list[goods_lines.Fault]) -> None:
    for fault in faults:
        if fault.field in form and not form[fault.field].errors:
            form[fault.field].errors = [fault.said(cited, str(form[fault.field].label.text))]


@bp.route("/<int:case_id>/goods/lines/<int:line_id>", methods=["GET", "POST"])
@needs("case.write")
def change_line(case_id: int, line_id: int) -> Answer:
    """Change one line."""
    case = working(case_id)
    line = queries.goods_line(viewer(), case_id, line_id)
    form = _as_it_stands(line) if request.method == "GET" else ChangeLineForm()
    sheet = _sheet(line.list)
    values, faults = goods_lines.clean(form.data, sheet=sheet) if request.method == "POST" else ({}, [])

    def act() -> str:
        if faults:
            _mark(form, faults)
            raise Refused(_("这一行有误，请按提示更正。"), 422)
        # A second click sends what stands there already: nothing is lost by it.
        same = all(getattr(line, name) == value for name, value in values.items())
        if form.version.data != _digest(line) and not same:
            raise Stale()
        goods_actions.change_line(line, case, viewer(), values)
        return _url(line.list)

    return carry_out(form, act, _("已保存，金额和筛查已重新计算。"), "cases/goods_line.html",
                     lambda: {"case": working(case_id), "line": queries.goods_line(viewer(), case_id, line_id)},
                     lambda: _as_it_stands(queries.goods_line(viewer(), case_id, line_id)), law=sheet.law)  # fmt: skip


def _as_it_stands(line: GoodsLine) -> ChangeLineForm:
    return ChangeLineForm(formdata=None, data=_typed(line) | {"version": _digest(line)})


def _digest(line: GoodsLine) -> str:
    return hashlib.sha256(json.dumps(_typed(line), ensure_ascii=False).encode()).hexdigest()[:16]


def _typed(line: GoodsLine) -> dict[str, str]:
    """A line as it would be typed."""
    plain = {
        name: getattr(line, name)
        for name in (
            "name",
            "mark",
            "mark_source",
            "spec",
            "batch",
            "unit",
            "place",
            "seal_no",
            "price_reason",
            "remarks",
        )
    }
    return plain | {
        "quantity": line.quantity, "price": yuan(line.price_fen or None, empty="").replace(",", ""), "price_kind": PRICE_KINDS[line.price_kind],
        "sold": "已售" if line.sold else "未售", "nature": NATURES[line.nature],
        "purchase": yuan(line.purchase_fen).replace(",", "") if line.purchase_fen is not None else "",
    }  # fmt: skip


@bp.route("/<int:case_id>/goods/lines/<int:line_id>/remove", methods=["GET", "POST"])
@needs("case.write")
def remove_line(case_id: int, line_id: int) -> Answer:
    """Take out a line entered by mistake."""
    case = working(case_id)
    line, form = queries.goods_line(viewer(), case_id, line_id), RemoveForm()
    back = _url(line.list)

    def act() -> str:
        goods_actions.remove_line(line, case, viewer(), form.reason.data)
        return back

    return carry_out(form, act, _("已删除，历史中保留原内容。"), "cases/goods_remove.html",
                     lambda: {"case": working(case_id), "line": queries.goods_line(viewer(), case_id, line_id)}, back=back)  # fmt: skip


@bp.route("/<int:case_id>/goods/<int:list_id>/release", methods=["GET", "POST"])
@needs("case.write")
def release_goods(case_id: int, list_id: int) -> Answer:
    """How the hold on the goods of a seizure or a registration ended. Open until the case is closed, and for what came back
    from the police after that: its clock runs (行政强制法 25, 27, 28)."""
    case = queries.get(viewer(), case_id, lock=request.method == "POST")
    require(viewer(), "case.write", case)
    one = queries.goods_list(viewer(), case_id, list_id)
    if case.status == "closed" and not one.unsettled:
        raise Refused(_("案件已经结案，不能再登记。"))
    form = ReleaseForm(goods=one)
    if request.method == "GET":
        form.on.data = clock.today()

    def act() -> str:
        goods_actions.end_hold(
            one, case, viewer(), form.way.data or "", form.on.data or clock.today(), form.paper.data or ""
        )
        return _url(one)

    return carry_out(form, act, _("已登记处理情况。"), "cases/goods_release.html",
                     lambda: {"case": queries.get(viewer(), case_id), "one": queries.goods_list(viewer(), case_id, list_id)})  # fmt: skip


@bp.post("/<int:case_id>/goods/<int:list_id>/print")
@needs("case.write")
def print_goods_list(case_id: int, list_id: int) -> Answer | Response:
    """Form 24 of the list as it stands."""
    case, form = working(case_id), PrintForm()
    one = queries.goods_list(viewer(), case_id, list_id)

    def make() -> str:
        record_actions.print_goods_list(one, case, viewer(), form.note.data or "")
        return url_for("cases.papers", case_id=case_id)

    sentence, status = "", 422
    if form.validate():
        try:
            return once(form, make, lambda: _("已制作清单文书，正在生成PDF。"))
        except Refused as error:
            db.session.rollback()
            one = queries.goods_list(viewer(), case_id, list_id)
            sentence, status = _(error.sentence), error.status
    return _list_page(one, LineForm(formdata=None), PasteForm(formdata=None), sentence=sentence, printing=form), status
