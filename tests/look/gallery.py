"""Renders every base and macro with sample data under the real content-security policy, photographs it and runs axe.

python -m tests.look.gallery OUT_DIR        photographs (1440 and 390 px, light and dark) and the findings of axe
python -m tests.look.gallery --serve        look at it yourself on port 5099
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import threading
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, flash, g, get_flashed_messages, render_template, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.serving import WSGIRequestHandler, make_server
from wtforms import BooleanField, MultipleFileField, PasswordField, RadioField, SelectField, SelectMultipleField

from app import ui
from app.core.forms import CountField, DayField, Form, LongTextField, MoneyField, Required, TextField, offered
from app.core.text import date_zh, datetime_zh, yuan

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGES = ("home", "list", "case", "form", "errors-form", "decide", "parts", "empty", "print", "sign-in", "code", "password", "factor", "account",
         "fault-404", "fault-409", "fault-500")  # fmt: skip
SIZES = ((1440, "light"), (390, "light"), (1440, "dark"), (390, "dark"), (768, "light"), (1920, "light"))
NOW = dt.datetime(2026, 11, 23, 1, 30, tzinfo=dt.UTC)


class ClueForm(Form):
    source = RadioField(
        "来源",
        [Required()],
        choices=offered(
            [
                ("12315", "12315 工单"),
                ("inspection", "监督检查发现"),
                ("report", "举报"),
                ("handover", "其他机关移送"),
            ]
        ),
    )
    campaign = SelectField("专项行动", choices=offered([("", "（无）"), ("tq26", "2026 年“铁拳”行动")]))
    party = SelectField("当事人", [Required("请选择当事人；没有时先新建。")], choices=[])
    code = TextField("统一社会信用代码")
    idno = TextField("居民身份证号码")
    places = SelectMultipleField(
        "场所",
        choices=offered(
            (str(i), t)
            for i, t in enumerate(("农村集贸市场", "城乡结合部", "校园周边", "大型商超", "电商平台", "展会"))
        ),
    )
    facts = LongTextField(
        "违法事实",
        [Required("请写明时间、地点、商品、涉嫌侵犯的权利。")],
        description="时间、地点、人物、商品、侵权方式；不写结论。",
    )
    amount = MoneyField("现场货值")
    pieces = CountField("件数", least=1)
    found = DayField("发现日期", [Required()])
    days = CountField("天数")
    until = DayField("日期")
    photos = MultipleFileField("现场照片")
    urgent = BooleanField("须立即现场检查", description="例如货物可能转移。")


class SignIn(Form):
    account = TextField("账号", [Required()])
    password = PasswordField("口令", [Required()])
    code = TextField("动态验证码")


class Password(Form):
    present = PasswordField("现用口令", [Required()])
    fresh = PasswordField("新口令", [Required()])
    again = PasswordField("再输一次新口令", [Required()])


class Code(Form):
    present = PasswordField("现用口令", [Required()])
    code = TextField("动态验证码", [Required()])


class Thing(dict[str, Any]):
    """A dict read with dots, as rows are."""

    __getattr__ = dict.get

    def held(self, _on: dt.date) -> bool:
        return not self.get("until")


class Quiet(WSGIRequestHandler):
    def log(self, *_args: Any, **_kwargs: Any) -> None:
        """Say nothing of single requests."""


def nav() -> list[dict[str, Any]]:
    here = request.path.strip("/")
    rows = [("home", "待办", "house", 8, "late", ""), ("list", "线索", "signpost-split", 27, "", "办案"), ("case", "案件", "briefcase", 12, "", "办案"),
            ("decide", "移送", "send", 1, "", "办案"), ("parts", "收件箱", "inbox", 3, "", "办案"), ("form", "当事人", "people", 0, "", "登记"),
            ("empty", "权利", "patch-check", 0, "", "登记"), ("print", "工作日历", "calendar3", 0, "", "管理"), ("account", "人员岗位", "person-badge", 0, "", "管理")]  # fmt: skip
    return [
        {"url": "/" + e, "label": n, "icon": i, "count": c, "tone": t, "group": gr, "current": e == here}
        for e, n, i, c, t, gr in rows
    ]


def shell() -> dict[str, Any]:
    return {
        "user": "张执法", "post": "办案人员", "organ": "信阳市市场监督管理局浉河分局", "lang": "zh", "unread": 3, "unread_url": "/unread",
        "inbox_url": "/parts", "search_url": "/list", "account_url": "/account", "signout_url": "/home", "language_url": "/home", "switch_url": "/home",
        "posts": [{"id": 1, "label": "办案人员", "detail": "浉河分局", "current": True}, {"id": 2, "label": "办案机构负责人", "detail": "执法三队", "current": False}],
        "banner": "",
    }  # fmt: skip


def fuse(name: str, tone: str, burnt: int, left: str, due: dt.datetime | None, clock: bool = False) -> Thing:
    lines = [{"day": dt.date(2026, 10, 30), "text": "收到线索之日，不计入", "ground": ""}, {"text": "2026年10月31日至2026年11月1日：周末，2日不计入"},
             {"text": "2026年11月9日至2026年11月13日：委托鉴定（信价鉴〔2026〕31号），5日扣除", "ground": "市场监督管理行政处罚程序规定 第六十六条"},
             {"day": dt.date(2026, 12, 1), "text": "届满之日", "ground": ""}]  # fmt: skip
    return Thing(name=name, start=dt.datetime(2026, 10, 30, 1, tzinfo=dt.UTC), due=due, burnt=burnt, tone=tone, left=left, clock=clock,
                 law="市场监督管理行政处罚程序规定 第十八条：十五个工作日", lines=lines, extend_url="/form")  # fmt: skip


def samples() -> dict[str, Any]:
    day = dt.datetime(2026, 12, 1, 16, tzinfo=dt.UTC)
    fuses = [fuse("线索核查", "calm", 46, "还有 8 天", day), fuse("主要负责人决定移送", "soon", 86, "还有 1 天", day),
             fuse("移交公安机关", "late", 100, "已逾期 3 小时 20 分", day, clock=True), fuse("办案期限", "paused", 40, "已中止计算", None),
             fuse("立案审批", "met", 70, "按期完成", day)]  # fmt: skip
    rows = [
        Thing(number=f"信市监案〔2026〕{88 - i}号", title=t, party=p, place=pl, state=s, tone=to, due=fuses[i % 5], amount=a, day=dt.date(2026, 11, 20 - i))
        for i, (t, p, pl, s, to, a) in enumerate((
            ("涉嫌销售侵犯“信阳毛尖”注册商标专用权的茶叶", "浉河区老城山茶行", "浉河区", "调查中", "open", 8642000),
            ("涉嫌假冒专利（电热水壶）", "信阳市平桥区佳美百货有限公司", "平桥区", "待审核", "wait", 126050),
            ("涉嫌生产侵犯“固始鹅块”地理标志的包装食品", "固始县史河食品加工厂", "固始县", "逾期未决", "late", 33400000),
            ("涉嫌销售侵犯“飞天”“贵州茅台”注册商标专用权的白酒", "罗山县宏源烟酒店", "罗山县", "已移送", "done", 21980000),
            ("网络销售假冒运动鞋", "潢川县跃步电子商务有限公司", "潢川县", "期限将至", "soon", 5120000),
            ("擅自使用他人有一定影响的包装装潢", "光山县油茶合作社", "光山县", "草拟", "draft", None),
            ("超市销售侵权洗护用品", "息县惠万家购物中心", "息县", "已结案", "ended", 84000)))
    ]  # fmt: skip
    papers = [
        Thing(
            id=1,
            kind="立案审批表",
            number="信市监立〔2026〕88号",
            state="ready",
            pages=2,
            size=83211,
            sha256="9f" * 32,
            url="#",
            version=1,
            signed="已用印",
        ),
        Thing(
            id=2,
            kind="涉嫌犯罪案件移送书",
            number="信市监移〔2026〕12号",
            state="making",
            percent=40,
            poll_url="/paper",
        ),
        Thing(id=3, kind="涉案物品清单", number="", state="queued", poll_url="/paper"),
        Thing(
            id=4,
            kind="现场笔录",
            number="",
            state="failed",
            error="第 3 张照片文件已损坏，请更换后重新制作。",
            retry_url="/home",
        ),
        Thing(
            id=5,
            kind="移送材料清单",
            number="信市监移〔2026〕12号附件",
            state="ready",
            pages=14,
            size=2310221,
            sha256="3a" * 32,
            url="#",
            version=2,
        ),
    ]
    history = [
        Thing(at=NOW, what="批准移送", who="陈局长", post="主要负责人", before="待决定", after="已批准", law="国务院令310号 第五条第二款", reason="", digest="ab" * 32, url=""),
        Thing(at=NOW - dt.timedelta(hours=5), what="退回补充", who="王科长", post="办案机构负责人", before="待核", after="草拟", law="内部规则：一次退回写明全部理由", reason="缺商标权利人鉴别意见；货值计算未列单价依据。\n请补正后再报。", digest="cd" * 32, url="", tone="stop"),
        Thing(at=NOW - dt.timedelta(days=2), what="建立移送专案组", who="张执法", post="办案人员", before="", after="草拟", law="国务院令310号 第五条", reason="", digest="ef" * 32, url="#"),
    ]  # fmt: skip
    cards = [
        Thing(id="me", title="等我办理", count=8, url="#", icon="list-check", tone="calm", rows=[{"title": r.title, "detail": f"{r.number} · {r.party}", "url": "#", "due": r.due} for r in rows[:4]], empty=""),
        Thing(id="due", title="将到期与逾期", count=2, url="#", icon="clock-history", tone="late", rows=[{"title": "移交公安机关", "detail": "信市监移〔2026〕12号", "url": "#", "due": fuses[2]}, {"title": "主要负责人决定移送", "detail": "信市监移〔2026〕13号", "url": "#", "due": fuses[1]}], empty=""),
        Thing(id="back", title="退回给我", count=1, url="#", icon="reply", tone="soon", rows=[{"title": "缺商标权利人鉴别意见", "detail": "王科长 11月23日 退回", "url": "#", "due": None}], empty=""),
        Thing(id="new", title="昨日以来新到", count=0, url="#", icon="inbox", tone="new", rows=[], empty="没有新到的线索和文书。"),
    ]  # fmt: skip
    tiles = [("411503", "平桥区", 31), ("411528", "息县", 9), ("411527", "淮滨县", 4), ("411502", "浉河区", 58), ("411521", "罗山县", 22), ("411522", "光山县", 11),
             ("411526", "潢川县", 17), ("411525", "固始县", 40), ("411523", "新县", 0), ("411524", "商城县", 6)]  # fmt: skip
    return {
        "fuses": fuses, "rows": rows, "papers": papers, "history": history, "cards": cards, "now": NOW, "day": dt.date(2026, 11, 22),
        "tiles": [{"code": c, "name": n, "count": k, "url": "#", "level": 0 if not k else 1 + (k > 10) + (k > 25) + (k > 45)} for c, n, k in tiles],
        "open_steps": [Thing(label="送法制审核", url="#", law="内部规则"), Thing(label="补充证据", url="#", law=""), Thing(label="撤销移送", url="#", law="", danger=True)],
        "shut_steps": [Thing(label="报请主要负责人决定", reason="专案组不足二人，请先补足。", law="国务院令310号 第五条第一款"), Thing(label="移交公安机关", reason="尚未批准移送。", law="")],
        "person": Thing(name="张执法", account="zhang", email="zhang@shihe.example", phone="", certificate_no="豫S0210231", certificate_until=dt.date(2026, 6, 30), password_set_at=NOW, totp_secret="",
                        posts=[Thing(id=1, kind="办案人员", acting=False, organ=Thing(name="信阳市市场监督管理局浉河分局"), since=dt.date(2024, 3, 1), until=None, basis="信市监人〔2024〕6号"),
                               Thing(id=2, kind="登记员", acting=True, organ=Thing(name="信阳市市场监督管理局"), since=dt.date(2020, 3, 1), until=dt.date(2024, 2, 29), basis="")]),
        "sessions": [Thing(id=1, agent="Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537 Edg/120", address="10.8.3.21", began_at=NOW, seen_at=NOW), Thing(id=2, agent="Mozilla/5.0 (iPhone; CPU) Safari", address="10.8.3.90", began_at=NOW, seen_at=NOW)],
        "viewer": Thing(post_id=1, session_id=1), "today": dt.date(2026, 11, 23),
    }  # fmt: skip


def make() -> Flask:
    """The bare application of the gallery."""
    app = Flask("app", root_path=str(ROOT / "app"))
    app.config.update(SECRET_KEY="gallery", WTF_CSRF_ENABLED=False, PASSWORD_PROFILE="cn", UPLOAD_CAP=20 * 1024 * 1024)
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "app" / "templates"), FileSystemLoader(HERE / "templates")]
    )  # type: ignore[assignment]
    Babel(app, default_locale="zh_Hans_CN")
    CSRFProtect(app)
    ui.init_app(app)
    app.jinja_env.filters.update(yuan=yuan, date=date_zh, moment=datetime_zh)
    app.jinja_env.globals.update(post_name=lambda kind: kind)
    app.context_processor(lambda: {"nav": nav, "shell": shell})

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = CSP
        return response

    @app.before_request
    def theme() -> None:
        g.viewer = None

    for endpoint in (
        "people.sign_in",
        "people.account",
        "people.password",
        "people.second_factor",
        "people.end_session",
    ):
        app.add_url_rule(f"/x/{endpoint}", endpoint, lambda **_kw: "")
    app.add_url_rule("/unread", "unread", lambda: {"unread": 3})
    app.add_url_rule("/paper", "paper", lambda: paper_row())
    app.add_url_rule("/<name>", "show", show, methods=["GET", "POST"])
    return app


def paper_row() -> str:
    """What a paper's poll answers: the row again."""
    return render_template("paper-row.html", p=samples()["papers"][1])


def show(name: str) -> str | tuple[str, int]:
    """One page of the gallery."""
    if name not in PAGES:
        abort(404)
    if name.startswith("fault-"):
        status = int(name[6:])
        sentence = {
            404: "未找到。该记录不存在，或不在您的查看范围内。",
            409: "当前状态为“已批准”，不能“批准移送”。请查看最新状态。",
            500: "系统出现意外错误，已记录。请稍后重试；如仍出现，请把编号告诉管理员。",
        }[status]
        return render_template(
            [f"errors/{status}.html", "errors/error.html"],
            status=status,
            sentence=sentence,
            reference="8F21A3C4",
            viewer=True,
        ), status
    data = samples()
    form = ClueForm(source="12315", code="91411500MA9KX3F25R", places=["0", "2"], found=dt.date(2026, 11, 20))
    if name == "errors-form":
        form = ClueForm(formdata=_typed(), meta={"csrf": False})
        form.validate()
    if name in {"list", "home"}:
        flash("已登记线索，编号 信市监线〔2026〕131号。", "ok")
    page = {
        "sign-in": "people/sign_in.html",
        "code": "people/sign_in.html",
        "password": "people/password.html",
        "factor": "people/second_factor.html",
        "account": "people/account.html",
    }
    if name in {"sign-in", "code"}:
        form = SignIn()
        data.update(
            sentence="账号、口令或动态验证码不正确，请核对后重试。" if name == "sign-in" else "请输入动态验证码。",
            ask_code=name == "code",
        )
    if name == "password":
        form, data["old"] = Password(), True
    if name == "factor":
        import segno

        form, data["secret"] = Code(), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        data["picture"] = segno.make("otpauth://totp/zhang?secret=JBSWY3DPEHPK3PXP&issuer=Tiequan").svg_data_uri(
            scale=5
        )
    template = page.get(name, "form.html" if name == "errors-form" else f"{name}.html")
    answer = render_template(template, form=form, **data)
    get_flashed_messages()
    return answer


def _typed() -> Any:
    from werkzeug.datastructures import MultiDict

    return MultiDict(
        [
            ("source", "report"),
            ("facts", ""),
            ("amount", "12.345"),
            ("pieces", "0"),
            ("code", "91411500MA9KX3F250"),
            ("found", "2026-13-40"),
            ("days", "20"),
            ("until", "2026-12-13"),
        ]
    )


def chromium() -> str | None:
    """The system's browser; None lets Playwright take its own."""
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


def photograph(out: Path, names: tuple[str, ...] = PAGES) -> int:
    """Photographs and axe. Returns the number of findings, console errors included."""
    from playwright.sync_api import sync_playwright

    server = make_server("127.0.0.1", 5099, make(), threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    modules = Path(os.environ.get("TQ_NODE_MODULES", ROOT / "node_modules"))
    axe = (modules / "axe-core" / "axe.min.js").read_text("utf-8")
    findings = 0
    out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium(),
                                    args=["--no-sandbox", "--lang=zh-CN", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"])  # fmt: skip
        for width, scheme in SIZES:
            said: list[str] = []
            context = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme=scheme,
                reduced_motion="reduce",
                locale="zh-CN",
                device_scale_factor=1 if width > 400 else 2,
            )
            page = context.new_page()
            page.on("console", lambda m, said=said: said.append(m.text) if m.type in {"error", "warning"} else None)
            page.on("pageerror", lambda e, said=said: said.append(str(e)))
            checker = browser.new_context(
                viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce"
            )
            test = checker.new_page()
            for name in names:
                answer = page.goto(f"http://127.0.0.1:5099/{name}", wait_until="load")
                if answer is None or (answer.status >= 400 and not name.startswith("fault-")):
                    raise SystemExit(f"{name} does not render")
                page.screenshot(path=out / f"{name}-{width}-{scheme}.png", full_page=True)
                wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                test.goto(f"http://127.0.0.1:5099/{name}")
                test.evaluate(axe)
                found = test.evaluate(
                    "axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21aa','wcag22aa','best-practice']})"
                )["violations"]
                notes = [
                    f"{v['id']} ({v['impact']}): {v['nodes'][0]['html'][:160]} {v['nodes'][0]['failureSummary'][:200]}"
                    for v in found
                ]
                notes += [f"{wide}px too wide"] if wide > 0 else []
                notes += [
                    t
                    for t in said
                    if "does not conform" not in t
                    and not (name.startswith("fault-") and "Failed to load resource" in t)
                ]
                said.clear()
                findings += len(notes)
                for note in notes:
                    sys.stdout.write(f"{name} {width} {scheme}: {note}\n")
        browser.close()
    server.shutdown()
    return findings


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        make().run(port=5099)
    else:
        sys.exit(min(photograph(Path(sys.argv[1]), tuple(sys.argv[2:]) or PAGES), 1))
