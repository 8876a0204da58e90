"""People and posts: read by heads and auditors, managed by the administrator."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core import clock, history
from app.core.errors import NotFound, Refused
from app.core.forms import Form
from app.core.permissions import may, needs, viewer
from app.core.text import N_, _
from app.extensions import db
from app.people import queries, staff
from app.people.forms_staff import AccountReasonForm, AppointForm, CardForm, EndPostForm, NewPersonForm
from app.people.models import Person

bp = Blueprint("staff", __name__, url_prefix="/people")
Answer = str | Response | tuple[str, int]

# Acts on an account that ask for a reason only: title, what it does, the word on the button, the act.
ACTS: dict[str, tuple[str, str, str, Callable[..., str | None]]] = {
    "disable": (
        N_("停用账号"),
        N_("停用后立即不能登录，已登录的设备全部退出。案件和历史中的记录保留。"),
        N_("停用"),
        staff.disable,
    ),
    "enable": (N_("恢复账号"), N_("恢复后可用原口令登录。"), N_("恢复"), staff.enable),
    "reset": (
        N_("重置口令"),
        N_("系统生成一个随机口令，只显示一次；本人首次登录须立即更改。所有设备退出登录。"),
        N_("重置口令"),
        staff.reset,
    ),
    "second-factor": (
        N_("解除动态验证码"),
        N_("本人更换或遗失手机时使用；解除后由本人重新启用。所有设备退出登录。"),
        N_("解除"),
        staff.drop_second_factor,
    ),
}


@bp.get("/")
@needs("people.read")
def index() -> str:
    """The people of one organ: posts, certificates, accounts."""
    organs = queries.organs(viewer())
    chosen = next((o for o in organs if o.id == request.args.get("organ", type=int)), None)
    organ = chosen or next((o for o in organs if o.id == viewer().organ_id), organs[0])
    past = "past" in request.args
    return render_template("people/index.html", organs=organs, organ=organ, rows=queries.staff_of(organ.id, past=past), past=past,
                           choices=[(o.id, o.name) for o in organs], idle=queries.without_post() if may(viewer(), "people.manage") else [])  # fmt: skip


@bp.get("/<int:person_id>")
@needs("people.read")
def show(person_id: int) -> str:
    """One person: posts by date, certificate, account, what was changed."""
    person = queries.person(viewer(), person_id)
    return render_template("people/show.html", person=person, events=history.of(person)[::-1][:50])


@bp.route("/new", methods=["GET", "POST"])
@needs("people.manage")
def new() -> Answer:
    """Open an account; its first pass phrase is shown once."""
    form, status = NewPersonForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                person, phrase = staff.create(
                    viewer(),
                    account=form.account.data,
                    name=form.name.data,
                    email=form.email.data,
                    phone=form.phone.data,
                )
                db.session.commit()
                g.saved = True
                return render_template("people/phrase.html", person=person, phrase=phrase)
            except Refused as error:
                db.session.rollback()
                form.account.errors = [_(error.sentence)]
    return render_template("people/edit.html", form=form, title=_("开立账号"), back=url_for("staff.index")), status


@bp.route("/<int:person_id>/card", methods=["GET", "POST"])
@needs("people.manage")
def card(person_id: int) -> Answer:
    """Name, address, certificate."""
    person = queries.person(viewer(), person_id)
    form = CardForm(obj=person)
    return _form(form, person, _("变更人员信息"), lambda: staff.update_card(
        person, viewer(), name=form.name.data, email=form.email.data, phone=form.phone.data,
        certificate_no=form.certificate_no.data, certificate_until=form.certificate_until.data,
    ))  # fmt: skip


@bp.route("/<int:person_id>/posts/new", methods=["GET", "POST"])
@needs("people.manage")
def appoint(person_id: int) -> Answer:
    """Give the person a post."""
    person = queries.person(viewer(), person_id)
    organs = queries.organs(viewer())
    form = AppointForm().offer([(o.id, o.name) for o in organs])
    if request.method == "GET":
        form.since.data = clock.today()
    return _form(form, person, _("任命岗位"), lambda: staff.appoint(
        person, next(o for o in organs if o.id == form.organ_id.data), viewer(), kind=form.kind.data, since=form.since.data or clock.today(),
        until=form.until.data, basis=form.basis.data, acting=form.acting.data,
    ))  # fmt: skip


@bp.route("/<int:person_id>/posts/<int:post_id>/end", methods=["GET", "POST"])
@needs("people.manage")
def end_post(person_id: int, post_id: int) -> Answer:
    """Let a post end."""
    person = queries.person(viewer(), person_id)
    post = next((p for p in person.posts if p.id == post_id), None)
    if post is None:
        raise NotFound()
    form = EndPostForm()
    if request.method == "GET":
        form.until.data = clock.today()
    return _form(
        form,
        person,
        _("岗位离任"),
        lambda: staff.end_post(post, viewer(), until=form.until.data or clock.today(), basis=form.basis.data),
        post=post,
        **_left_lying(person),
    )


@bp.route("/<int:person_id>/<any(disable, enable, reset, 'second-factor'):act>", methods=["GET", "POST"])
@needs("people.manage")
def account(person_id: int, act: str) -> Answer:
    """Shut or open the account, replace the pass phrase, take away a lost second factor."""
    person = queries.person(viewer(), person_id)
    title, hint, submit, do = ACTS[act]
    form = AccountReasonForm()
    if act == "reset" and form.validate_on_submit():
        try:
            phrase = staff.reset(person, viewer(), form.reason.data)
            db.session.commit()
            g.saved = True
            return render_template("people/phrase.html", person=person, phrase=phrase)
        except Refused as error:
            db.session.rollback()
            form.reason.errors = [_(error.sentence)]
            return render_template(
                "people/edit.html",
                form=form,
                person=person,
                title=_(title),
                back=url_for("staff.show", person_id=person_id),
            ), 409
    return _form(
        form,
        person,
        _(title),
        lambda: do(person, viewer(), form.reason.data),
        hint=_(hint),
        submit=_(submit),
        danger=act != "enable",
        **(_left_lying(person) if act == "disable" else {}),
    )


def _left_lying(person: Person) -> dict[str, object]:
    """What the person has in hand, and the heads of unit who can hand it over."""
    bureaus = {post.organ_id for post in person.posts if post.held(clock.today())}
    heads = {
        head.id: head for organ_id in bureaus for head in queries.holders(organ_id, "unit_head") if head.id != person.id
    }
    return {"left": queries.open_work(viewer(), person), "heads": list(heads.values())}


def _form(form: Form, person: Person, title: str, act: Callable[[], object], **more: object) -> Answer:
    """Show the form, or carry the act out, commit, and go back to the person. A refusal keeps what was typed."""
    status, person_id = 200, person.id
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                act()
                db.session.commit()
                flash(_("已保存：%(what)s。", what=title), "ok")
                return redirect(url_for("staff.show", person_id=person_id), 303)
            except Refused as error:
                db.session.rollback()
                status = error.status
                form.form_errors.append(_(error.sentence))
                person = queries.person(viewer(), person_id)
    back = url_for("staff.show", person_id=person_id)
    return render_template("people/edit.html", form=form, person=person, title=title, back=back, **more), status
