"""Sign-in, sign-out and one's own account."""

from __future__ import annotations

from urllib.parse import urlsplit

import pyotp
import segno
from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from app.core import clock, history
from app.core.errors import NotFound
from app.core.permissions import needs, public, viewer
from app.core.text import N_, _
from app.extensions import db
from app.people import queries, sessions, signin
from app.people.forms import CodeForm, PasswordForm, PostForm, SignInForm
from app.people.models import SignedIn

bp = Blueprint("people", __name__)


def safe_next(target: str | None) -> str:
    """`target` if it is a path of this site, else home: no open redirect."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")) and "\\" not in target:
        parts = urlsplit(target)
        if not parts.scheme and not parts.netloc and not any(ord(c) < 32 for c in target):
            return target
    return url_for("desk.home")


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> str | Response | tuple[str, int]:
    """The sign-in page. All mistakes get the same answer."""
    if g.get("viewer") is not None:
        return redirect(safe_next(request.args.get("next")))
    form = SignInForm()
    sentence, status, ask_code = "", 200, False
    if form.validate_on_submit():
        outcome = signin.check(
            form.account.data or "", form.password.data or "", form.code.data or "", request.remote_addr or ""
        )
        db.session.commit()
        if outcome.kind == "ok" and outcome.person is not None and outcome.post is not None:
            session.clear()
            login_user(outcome.person)
            session["_signing_in"] = {
                "post_id": outcome.post.id, "address": (request.remote_addr or "")[:60], "agent": request.user_agent.string[:200],
            }  # fmt: skip
            return redirect(safe_next(request.args.get("next")), 303)
        ask_code, status = outcome.kind == "code", 401
        sentence = {
            "wrong": _("账号、口令或动态验证码不正确，请核对后重试。"),
            "code": _("请输入动态验证码。"),
            "no_post": _("您目前没有在任岗位，请联系系统管理员办理岗位任命。"),
            "locked": _(
                "尝试次数过多，已暂时锁定，请约%(n)s分钟后再试。", n=int(outcome.wait.total_seconds() // 60) + 1
            ),
        }[outcome.kind]
    elif request.method == "POST":
        status = 422
    return render_template("people/sign_in.html", form=form, sentence=sentence, ask_code=ask_code), status


@bp.post("/sign-out")
@needs("account.own")
def sign_out() -> Response:
    """End this session."""
    session["_ended"] = True
    logout_user()
    return redirect(url_for("people.sign_in"), 303)


@bp.get("/account")
@needs("account.own")
def account() -> str:
    """One's own account: posts, sessions, second factor."""
    who = viewer()
    return render_template(
        "people/account.html",
        person=current_user,
        sessions=queries.sessions_of(who),
        form=PostForm(),
        today=clock.today(),
    )


@bp.post("/account/sessions/<int:session_id>/end")
@needs("account.own")
def end_session(session_id: int) -> Response:
    """End one of one's own sessions, at once."""
    row = db.session.get(SignedIn, session_id)
    if row is None or row.person_id != viewer().user_id:
        raise NotFound()
    sessions.end_in_transaction(SignedIn.id == session_id)
    db.session.commit()
    flash(_("该会话已退出。"), "ok")
    return redirect(url_for("people.account"), 303)


@bp.post("/account/post")
@needs("account.own")
def switch_post() -> Response:
    """Act under another of one's posts."""
    chosen = signin.current_post(current_user, request.form.get("post_id", 0, type=int))
    row = db.session.get(SignedIn, viewer().session_id or 0)
    if chosen is None or row is None:
        raise NotFound()
    row.post_id = chosen.id
    db.session.commit()
    return redirect(url_for("desk.home"), 303)


@bp.post("/account/locale")
@needs("account.own")
def switch_locale() -> Response:
    """Choose the language of the pages; the page from which it was chosen comes back."""
    wanted = request.form.get("lang", "")
    if wanted in current_app.config["LANGUAGES"]:
        current_user.locale = wanted
        db.session.commit()
    return redirect(safe_next(request.form.get("next")), 303)


@bp.route("/account/password", methods=["GET", "POST"])
@needs("account.own")
def password() -> str | Response | tuple[str, int]:
    """Change the pass phrase; every other session ends with it."""
    form, status = PasswordForm(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            fault = signin.password_fault(form.fresh.data or "", current_user)
            if not _own_phrase(form.present.data or ""):
                form.present.errors = [_("现用口令不正确。")]
                db.session.commit()
            elif form.fresh.data != form.again.data:
                form.again.errors = [_("两次输入的新口令不一致。")]
            elif fault:
                form.fresh.errors = [fault]
            else:
                signin.set_password(current_user, form.fresh.data or "")
                sessions.end_in_transaction(SignedIn.person_id == current_user.id, SignedIn.id != viewer().session_id)
                history.record(current_user, "password", viewer(), name=N_("修改口令"), law="内部规则: 账号安全")
                db.session.commit()
                flash(_("口令已修改，其他设备上的会话已退出。"), "ok")
                return redirect(url_for("people.account"), 303)
    return render_template("people/password.html", form=form, old=signin.password_old(current_user)), status


def _own_phrase(phrase: str) -> bool:
    """Whether that is the pass phrase of who is signed in; a wrong one counts as a guess. The caller commits."""
    found = signin.check(current_user.account, phrase, "", request.remote_addr or "")
    return found.kind in {"ok", "code"}


@bp.route("/account/code", methods=["GET", "POST"])
@needs("account.own")
def second_factor() -> str | Response | tuple[str, int]:
    """Enrol the second factor: the pass phrase, so that no unwatched screen can change it; scan, prove one code."""
    form, status = CodeForm(), 200
    secret = session.get("totp_offer") or pyotp.random_base32()
    session["totp_offer"] = secret
    if request.method == "POST":
        status = 422
        if form.validate() and not _own_phrase(form.present.data or ""):
            form.present.errors = [_("现用口令不正确。")]
            db.session.commit()
        elif not form.errors:
            before = (current_user.totp_secret, current_user.totp_last_step)
            current_user.totp_secret, current_user.totp_last_step = secret, 0
            if signin.use_code(current_user, form.code.data or ""):
                session.pop("totp_offer")
                history.record(
                    current_user, "second_factor", viewer(), name=N_("启用动态验证码"), law="内部规则: 账号安全"
                )
                sessions.end_in_transaction(SignedIn.person_id == current_user.id, SignedIn.id != viewer().session_id)
                db.session.commit()
                flash(_("动态验证码已启用，下次登录时使用。"), "ok")
                return redirect(url_for("people.account"), 303)
            current_user.totp_secret, current_user.totp_last_step = before
            db.session.rollback()
            form.code.errors = [_("验证码不正确。请核对手机时间后输入新的六位数字。")]
    picture = segno.make(
        pyotp.TOTP(secret).provisioning_uri(name=current_user.account, issuer_name="Tiequan")
    ).svg_data_uri(scale=5)
    return render_template("people/second_factor.html", form=form, secret=secret, picture=picture), status
